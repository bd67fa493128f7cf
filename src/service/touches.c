/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/touches.h"

#include <string.h>

enum { FIRST_CAP = 256, PARTS = 2048 };

void sc_touches_grow(struct sc_touches *t, struct sc_arena *arena)
{
    size_t cap = t->cap ? 2 * t->cap : FIRST_CAP;
    struct sc_touch *touch = SC_NEW_ARRAY(arena, struct sc_touch, cap);
    if (t->n > 0)
        memcpy(touch, t->touch, t->n * sizeof *touch);
    t->touch = touch;
    t->scratch = SC_NEW_ARRAY(arena, struct sc_touch, cap);
    t->cap = cap;
}

/* Nearly sorted already. */
static void insert_each(struct sc_touch *t, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (t[i].at_ns >= t[i - 1].at_ns)
            continue;
        struct sc_touch moved = t[i];
        size_t k = i;
        for (; k > 0 && t[k - 1].at_ns > moved.at_ns; k--)
            t[k] = t[k - 1];
        t[k] = moved;
    }
}

/* Counted into equal parts of the time that they take; what lies in one part is few. */
void sc_touches_sort(struct sc_touches *t)
{
    uint32_t end[PARTS] = {0};
    int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;
    for (size_t i = 0; i < t->n; i++) {
        int64_t at_ns = t->touch[i].at_ns;
        first_ns = at_ns < first_ns ? at_ns : first_ns;
        last_ns = at_ns > last_ns ? at_ns : last_ns;
    }
    int shift = 0;
    while (t->n > 0 && (last_ns - first_ns) >> shift >= PARTS)
        shift++;
    for (size_t i = 0; i < t->n; i++)
        end[(t->touch[i].at_ns - first_ns) >> shift]++;
    for (uint32_t part = 1; part < PARTS; part++)
        end[part] += end[part - 1];
    for (size_t i = t->n; i-- > 0;)
        t->scratch[--end[(t->touch[i].at_ns - first_ns) >> shift]] = t->touch[i];
    struct sc_touch *sorted = t->scratch;
    t->scratch = t->touch;
    t->touch = sorted;
    insert_each(sorted, t->n);
}
