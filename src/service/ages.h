/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_AGES_H
#define SC_SERVICE_AGES_H
/* When the instances of a pool were made. Providers recycle an instance at a certain age, but do
 * not say which of several alike goes: a pool knows the instants, not whose they are. When the
 * oldest is due any instance is recycled; when one goes for another reason, any of the instants may
 * have been its own. With one instance this is its own age exactly. The instants are a binary heap,
 * the oldest on top. */
#include "base/memory.h"
#include <stdbool.h>
#include <stdint.h>

struct sc_ages {
    int64_t *made_ns; /* in the arena */
    uint32_t n, cap;
};

void sc_ages_add(struct sc_ages *a, struct sc_arena *arena, int64_t made_ns);
/** Forgets one of them, if there are any: the one that a random number draws. */
void sc_ages_drop(struct sc_ages *a, uint64_t draw);
/** Takes the oldest out and returns when it was made. */
int64_t sc_ages_take_oldest(struct sc_ages *a);

/** When the oldest reaches the age; INT64_MAX: never. */
static inline int64_t sc_ages_due_ns(const struct sc_ages *a, int64_t max_age_ns)
{
    return a->n > 0 ? a->made_ns[0] + max_age_ns : INT64_MAX;
}
#endif
