/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/pool.h"

#include "num/rng.h"

int64_t sc_pool_expiry_ns(const struct sc_keep_alive *k, const struct sc_node *n,
                          const struct sc_instance *inst)
{
    uint64_t key = sc_node_key(n, inst->key, SC_DRAW_KEEP_ALIVE);
    int64_t idle_end_ns = inst->idle_since_ns + (int64_t)sc_dist_draw(&k->idle_ns, key, 0);
    if (k->max_age_ns == INT64_MAX)
        return idle_end_ns;
    /* an environment past its age is recycled as soon as nothing runs in it (LAMBDA-LIFE-5) */
    int64_t age_end_ns = inst->created_ns + k->max_age_ns;
    if (age_end_ns < inst->idle_since_ns)
        age_end_ns = inst->idle_since_ns;
    return age_end_ns < idle_end_ns ? age_end_ns : idle_end_ns;
}

void sc_pool_grow(struct sc_pool *p, struct sc_arena *arena)
{
    uint32_t cap = p->cap ? 2 * p->cap : 4, n = p->tail - p->head;
    uint32_t *idle = SC_NEW_ARRAY(arena, uint32_t, cap);
    for (uint32_t i = 0; i < n; i++)
        idle[i] = p->idle[(p->head + i) & (p->cap - 1)];
    *p = (struct sc_pool){.idle = idle, .cap = cap, .tail = n};
}

static bool newer(const struct sc_sim *s, uint32_t a, uint32_t b)
{
    const struct sc_instance *x = &s->instance[a], *y = &s->instance[b];
    return x->created_ns != y->created_ns ? x->created_ns > y->created_ns : a > b;
}

/* With newest first the ring is a binary heap: head stays 0. */
void sc_pool_push_newest(struct sc_pool *p, const struct sc_sim *s, uint32_t index)
{
    uint32_t i = p->tail++;
    while (i > 0 && newer(s, index, p->idle[(i - 1) / 2])) {
        p->idle[i] = p->idle[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    p->idle[i] = index;
}

static uint32_t pop_newest(struct sc_pool *p, const struct sc_sim *s)
{
    uint32_t top = p->idle[0], last = p->idle[--p->tail], i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= p->tail)
            break;
        if (child + 1 < p->tail && newer(s, p->idle[child + 1], p->idle[child]))
            child++;
        if (!newer(s, p->idle[child], last))
            break;
        p->idle[i] = p->idle[child];
        i = child;
    }
    p->idle[i] = last;
    return top;
}

static uint32_t pop_random(struct sc_pool *p, const struct sc_node *n, int64_t now_ns)
{
    uint32_t count = p->tail - p->head, mask = p->cap - 1;
    uint32_t at = p->head + (uint32_t)(sc_node_key(n, (uint64_t)now_ns, SC_DRAW_PICK) % count);
    uint32_t index = p->idle[at & mask];
    p->idle[at & mask] = p->idle[--p->tail & mask];
    return index;
}

static uint32_t pop(struct sc_pool *p, enum sc_reuse reuse, const struct sc_node *n, int64_t now_ns)
{
    switch (reuse) {
    case SC_REUSE_NEWEST:
        return pop_newest(p, n->sim);
    case SC_REUSE_LRU:
        return p->idle[p->head++ & (p->cap - 1)];
    case SC_REUSE_RANDOM:
        return pop_random(p, n, now_ns);
    default:
        return p->idle[--p->tail & (p->cap - 1)];
    }
}

uint32_t sc_pool_take_slow(struct sc_pool *p, const struct sc_keep_alive *k, struct sc_node *n,
                           int64_t now_ns,
                           void (*gone)(struct sc_node *n, uint32_t index, int64_t at_ns))
{
    while (p->head != p->tail) {
        uint32_t index = pop(p, k->reuse, n, now_ns);
        int64_t expiry_ns = sc_pool_expiry_ns(k, n, &n->sim->instance[index]);
        if (expiry_ns > now_ns)
            return index;
        gone(n, index, expiry_ns);
    }
    return 0;
}
