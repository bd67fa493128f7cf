/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/ages.h"

#include <assert.h>
#include <string.h>

static void make_room(struct sc_ages *a, struct sc_arena *arena)
{
    uint32_t cap = a->cap ? 2 * a->cap : 4;
    int64_t *made_ns = SC_NEW_ARRAY(arena, int64_t, cap);
    if (a->n > 0)
        memcpy(made_ns, a->made_ns, a->n * sizeof *made_ns);
    a->made_ns = made_ns;
    a->cap = cap;
}

/* Puts an instant at place i or where it belongs from there, upwards or downwards. */
static void place(struct sc_ages *a, uint32_t i, int64_t made_ns)
{
    uint32_t child;
    for (; i > 0 && a->made_ns[(i - 1) / 2] > made_ns; i = (i - 1) / 2)
        a->made_ns[i] = a->made_ns[(i - 1) / 2];
    for (; (child = 2 * i + 1) < a->n; i = child) {
        child += child + 1 < a->n && a->made_ns[child + 1] < a->made_ns[child];
        if (a->made_ns[child] >= made_ns)
            break;
        a->made_ns[i] = a->made_ns[child];
    }
    a->made_ns[i] = made_ns;
}

void sc_ages_add(struct sc_ages *a, struct sc_arena *arena, int64_t made_ns)
{
    if (a->n == a->cap)
        make_room(a, arena);
    a->n++;
    place(a, a->n - 1, made_ns);
}

static int64_t take_out(struct sc_ages *a, uint32_t i)
{
    int64_t taken_ns = a->made_ns[i], last_ns = a->made_ns[--a->n];
    if (i < a->n)
        place(a, i, last_ns);
    return taken_ns;
}

void sc_ages_drop(struct sc_ages *a, uint64_t draw)
{
    if (a->n > 0)
        take_out(a, (uint32_t)(draw % a->n));
}

int64_t sc_ages_take_oldest(struct sc_ages *a)
{
    assert(a->n > 0);
    return take_out(a, 0);
}
