/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/task.h"

#include <string.h>

enum { FRACTION_BITS = 10, FIRST_CAP = 16 };

/* What the requests could use together if the task were large enough. */
static int64_t wanted_milli(const struct sc_task_cpu *c)
{
    return (int64_t)c->n * 1000;
}

static int before(const struct sc_task_job *a, const struct sc_task_job *b)
{
    int64_t gap = (int64_t)(a->finish - b->finish);
    return gap ? gap < 0 : (int32_t)(a->order - b->order) < 0;
}

void sc_task_advance(struct sc_task_cpu *c, int64_t at_ns)
{
    int64_t gap_ns = at_ns - c->last_ns, wanted = wanted_milli(c);
    c->last_ns = at_ns;
    if (gap_ns == 0 || wanted == 0)
        return;
    if (wanted <= c->vcpu_milli) {
        c->virtual_time += (uint64_t)gap_ns << FRACTION_BITS;
        c->used_milli_ns += (sc_i128)gap_ns * wanted;
        return;
    }
    /* Rounded down: nobody is done before the CPU has done the work. */
    sc_u128 shared = (sc_u128)((uint64_t)gap_ns << FRACTION_BITS) * (uint64_t)c->vcpu_milli;
    c->virtual_time += (uint64_t)(shared / (uint64_t)wanted);
    c->used_milli_ns += (sc_i128)gap_ns * c->vcpu_milli;
}

static void make_room(struct sc_task_cpu *c, struct sc_arena *arena)
{
    uint32_t cap = c->cap ? 2 * c->cap : FIRST_CAP;
    struct sc_task_job *heap = SC_NEW_ARRAY(arena, struct sc_task_job, cap);
    if (c->n > 0)
        memcpy(heap, c->heap, sizeof *heap * c->n);
    c->heap = heap;
    c->cap = cap;
}

void sc_task_join(struct sc_task_cpu *c, struct sc_arena *arena, int64_t at_ns, int64_t cpu_ns,
                  uint32_t frame)
{
    sc_task_advance(c, at_ns);
    if (c->n == c->cap)
        make_room(c, arena);
    struct sc_task_job job = {c->virtual_time + ((uint64_t)cpu_ns << FRACTION_BITS), c->joined++,
                              frame};
    uint32_t i = c->n++;
    for (; i > 0 && before(&job, &c->heap[(i - 1) / 2]); i = (i - 1) / 2)
        c->heap[i] = c->heap[(i - 1) / 2];
    c->heap[i] = job;
}

int64_t sc_task_next_ns(const struct sc_task_cpu *c)
{
    if (c->n == 0)
        return INT64_MAX;
    int64_t left = (int64_t)(c->heap[0].finish - c->virtual_time), wanted = wanted_milli(c);
    if (left <= 0)
        return c->last_ns;
    if (wanted <= c->vcpu_milli)
        return c->last_ns + ((left + (1 << FRACTION_BITS) - 1) >> FRACTION_BITS);
    sc_u128 rate = (sc_u128)c->vcpu_milli << FRACTION_BITS;
    return c->last_ns + (int64_t)(((sc_u128)left * (sc_u128)wanted + rate - 1) / rate);
}

uint32_t sc_task_leave(struct sc_task_cpu *c, int64_t at_ns)
{
    sc_task_advance(c, at_ns);
    if (c->n == 0 || (int64_t)(c->heap[0].finish - c->virtual_time) > 0)
        return 0;
    uint32_t frame = c->heap[0].frame, i = 0, child;
    struct sc_task_job last = c->heap[--c->n];
    for (; (child = 2 * i + 1) < c->n; i = child) {
        child += child + 1 < c->n && before(&c->heap[child + 1], &c->heap[child]);
        if (before(&last, &c->heap[child]))
            break;
        c->heap[i] = c->heap[child];
    }
    c->heap[i] = last;
    return frame;
}
