/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/task.h"

#include "base/compiler.h"

#include <assert.h>
#include <string.h>

enum { FRACTION_BITS = 10, FIRST_CAP = 16 };

/* What the requests could use together if the task were large enough. */
static uint64_t wanted_milli(const struct sc_task_cpu *c)
{
    return (uint64_t)c->computing.n * 1000;
}

static int before(const struct sc_task_job *a, const struct sc_task_job *b)
{
    int64_t gap = (int64_t)(a->finish - b->finish);
    return gap ? gap < 0 : (int32_t)(a->order - b->order) < 0;
}

/* (x m + more) / d; 128 bits only where 64 do not hold it. */
static uint64_t scale(uint64_t x, uint64_t m, uint64_t more, uint64_t d)
{
    assert(d > 0);
    sc_u128 wide = (sc_u128)x * m + more;
    return SC_LIKELY(wide >> 64 == 0) ? (uint64_t)wide / d : (uint64_t)(wide / d);
}

sc_i128 sc_task_used_milli_ns(const struct sc_task_cpu *c, int64_t at_ns)
{
    uint64_t wanted = wanted_milli(c), milli = (uint64_t)c->vcpu_milli;
    return c->used_milli_ns + (sc_i128)(at_ns - c->last_ns) * (wanted < milli ? wanted : milli);
}

static void advance(struct sc_task_cpu *c, int64_t at_ns)
{
    uint64_t gap_ns = (uint64_t)(at_ns - c->last_ns), wanted = wanted_milli(c),
             milli = (uint64_t)c->vcpu_milli;
    c->used_milli_ns = sc_task_used_milli_ns(c, at_ns);
    c->last_ns = at_ns;
    /* Rounded down: nobody is done before the CPU has done the work. */
    c->virtual_time += wanted <= milli ? gap_ns << FRACTION_BITS
                                       : scale(gap_ns, milli << FRACTION_BITS, 0, wanted);
}

static SC_COLD void make_room(struct sc_task_heap *h, struct sc_arena *arena)
{
    uint32_t cap = h->cap ? 2 * h->cap : FIRST_CAP;
    struct sc_task_job *job = SC_NEW_ARRAY(arena, struct sc_task_job, cap);
    if (h->n > 0)
        memcpy(job, h->job, sizeof *job * h->n);
    h->job = job;
    h->cap = cap;
}

static void push(struct sc_task_heap *h, struct sc_arena *arena, struct sc_task_job job)
{
    if (SC_UNLIKELY(h->n == h->cap))
        make_room(h, arena);
    uint32_t i = h->n++;
    for (; i > 0 && before(&job, &h->job[(i - 1) / 2]); i = (i - 1) / 2)
        h->job[i] = h->job[(i - 1) / 2];
    h->job[i] = job;
}

static uint32_t pop(struct sc_task_heap *h)
{
    uint32_t frame = h->job[0].frame, i = 0, child;
    struct sc_task_job last = h->job[--h->n];
    for (; (child = 2 * i + 1) < h->n; i = child) {
        child += child + 1 < h->n && before(&h->job[child + 1], &h->job[child]);
        if (before(&last, &h->job[child]))
            break;
        h->job[i] = h->job[child];
    }
    h->job[i] = last;
    return frame;
}

/* When the first of those that compute is done. */
static int64_t computed_ns(const struct sc_task_cpu *c)
{
    if (c->computing.n == 0)
        return INT64_MAX;
    int64_t left = (int64_t)(c->computing.job[0].finish - c->virtual_time);
    uint64_t wanted = wanted_milli(c), milli = (uint64_t)c->vcpu_milli;
    if (left <= 0)
        return c->last_ns;
    if (wanted <= milli)
        return c->last_ns + ((left + (1 << FRACTION_BITS) - 1) >> FRACTION_BITS);
    uint64_t rate = milli << FRACTION_BITS;
    return c->last_ns + (int64_t)scale((uint64_t)left, wanted, rate - 1, rate);
}

static int64_t waited_ns(const struct sc_task_cpu *c)
{
    return c->waiting.n > 0 ? (int64_t)c->waiting.job[0].finish : INT64_MAX;
}

static void set_due(struct sc_task_cpu *c)
{
    int64_t waited = waited_ns(c), computed = computed_ns(c);
    c->due_ns = waited < computed ? waited : computed;
}

void sc_task_open(struct sc_task_cpu *c, int64_t vcpu_milli, int64_t at_ns)
{
    c->vcpu_milli = vcpu_milli;
    c->last_ns = at_ns;
    c->used_milli_ns = 0;
    c->due_ns = INT64_MAX;
}

void sc_task_join(struct sc_task_cpu *c, struct sc_arena *arena, int64_t at_ns, int64_t cpu_ns,
                  uint32_t frame)
{
    advance(c, at_ns);
    uint64_t finish = c->virtual_time + ((uint64_t)cpu_ns << FRACTION_BITS);
    push(&c->computing, arena, (struct sc_task_job){finish, c->joined++, frame});
    set_due(c);
}

void sc_task_wait(struct sc_task_cpu *c, struct sc_arena *arena, int64_t until_ns, uint32_t frame)
{
    push(&c->waiting, arena, (struct sc_task_job){(uint64_t)until_ns, c->joined++, frame});
    if (until_ns < c->due_ns)
        c->due_ns = until_ns;
}

uint32_t sc_task_leave(struct sc_task_cpu *c)
{
    uint32_t frame;
    if (waited_ns(c) == c->due_ns) {
        frame = pop(&c->waiting);
    } else {
        advance(c, c->due_ns);
        frame = pop(&c->computing);
    }
    set_due(c);
    return frame;
}
