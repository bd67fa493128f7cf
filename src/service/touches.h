/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_TOUCHES_H
#define SC_SERVICE_TOUCHES_H
/* Operations on shared state that were answered ahead of the clock, because nothing could be
 * refused (a node's `sure_ns`), and that have yet to be made: in the order of time, many together.
 */
#include "base/memory.h"
#include <stdint.h>

struct sc_touch {
    int64_t at_ns;
    uint32_t what, place; /* the owner's */
};

struct sc_touches {
    struct sc_touch *touch, *scratch; /* in the arena */
    size_t n, cap;
};

SC_COLD void sc_touches_grow(struct sc_touches *t, struct sc_arena *arena);

static inline void sc_touches_add(struct sc_touches *t, struct sc_arena *arena,
                                  struct sc_touch touch)
{
    if (SC_UNLIKELY(t->n == t->cap))
        sc_touches_grow(t, arena);
    t->touch[t->n++] = touch;
}

/** Orders them by time; those at the same instant in any order. */
void sc_touches_sort(struct sc_touches *t);
#endif
