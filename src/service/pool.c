/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/pool.h"

#include "num/rng.h"
#include "service/fold.h"

#include <stdlib.h>

int64_t sc_idle_expiry_ns(const struct sc_keep_alive *k, const struct sc_node *n,
                          int64_t idle_since_ns)
{
    uint64_t instant = (uint64_t)(n->sim->origin_ns + idle_since_ns);
    uint64_t key = sc_node_key(n, instant, SC_DRAW_KEEP_ALIVE);
    return idle_since_ns + (int64_t)sc_dist_draw(&k->idle_ns, key, 0);
}

void sc_pool_grow(struct sc_pool *p, struct sc_arena *arena)
{
    uint32_t cap = p->cap ? 2 * p->cap : 4, n = p->tail - p->head;
    uint32_t *idle = SC_NEW_ARRAY(arena, uint32_t, cap);
    for (uint32_t i = 0; i < n; i++)
        idle[i] = p->idle[(p->head + i) & (p->cap - 1)];
    *p = (struct sc_pool){.idle = idle, .cap = cap, .tail = n, .ages = p->ages};
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

int64_t sc_ages_recycle(struct sc_ages *a, const struct sc_keep_alive *k, const struct sc_node *n,
                        int64_t idle_since_ns)
{
    int64_t due_ns = sc_ages_take_oldest(a) + k->max_age_ns,
            expiry_ns = sc_idle_expiry_ns(k, n, idle_since_ns);
    due_ns = due_ns > idle_since_ns ? due_ns : idle_since_ns;
    return due_ns < expiry_ns ? due_ns : expiry_ns;
}

/* Takes the one at a place from the top out of a stack. */
static uint32_t take_from(struct sc_pool *p, uint32_t place)
{
    uint32_t mask = p->cap - 1, i = p->tail - 1 - place, index = p->idle[i & mask];
    for (p->tail--; i != p->tail; i++)
        p->idle[i & mask] = p->idle[(i + 1) & mask];
    return index;
}

static uint32_t pop_old(struct sc_pool *p, const struct sc_keep_alive *k, const struct sc_node *n,
                        int64_t now_ns)
{
    if (k->reuse != SC_REUSE_MRU)
        return pop(p, k->reuse, n, now_ns);
    return take_from(p, sc_ages_pick(&p->ages, k, n, p->tail - p->head));
}

uint32_t sc_pool_take_slow(struct sc_pool *p, const struct sc_keep_alive *k, struct sc_node *n,
                           int64_t now_ns,
                           void (*gone)(struct sc_node *n, uint32_t index, int64_t at_ns))
{
    const struct sc_instance *instance = n->sim->instance;
    while (p->head != p->tail) {
        if (now_ns >= sc_ages_due_ns(&p->ages, k->max_age_ns)) {
            uint32_t old = pop_old(p, k, n, now_ns);
            gone(n, old, sc_ages_recycle(&p->ages, k, n, instance[old].idle_since_ns));
            continue;
        }
        uint32_t index = pop(p, k->reuse, n, now_ns);
        int64_t expiry_ns = sc_idle_expiry_ns(k, n, instance[index].idle_since_ns);
        if (expiry_ns > now_ns)
            return index;
        sc_ages_gone(&p->ages, n, expiry_ns);
        gone(n, index, expiry_ns);
    }
    return 0;
}

/* An idle environment, as far as it matters; what has expired is not there any more. */
struct idle {
    int64_t since_ns, expires_ns, created_ns;
    uint32_t index;
};

static int newest_first(const void *a, const void *b)
{
    const struct idle *x = a, *y = b;
    if (x->created_ns != y->created_ns)
        return x->created_ns < y->created_ns ? 1 : -1;
    return (x->index < y->index) - (x->index > y->index);
}

/* A draw counts those that have expired, too, and one of the ages goes by its place. */
void sc_pool_fold(const struct sc_pool *p, const struct sc_keep_alive *k, const struct sc_node *n,
                  struct sc_fold *to)
{
    const bool all = k->reuse == SC_REUSE_RANDOM || k->max_age_ns > 0,
               ages = k->reuse == SC_REUSE_NEWEST;
    struct idle *idle = sc_take(sizeof *idle * (p->tail - p->head + 1));
    size_t m = 0;
    for (uint32_t at = p->head; at != p->tail; at++) {
        uint32_t index = p->idle[at & (p->cap - 1)];
        const struct sc_instance *i = &n->sim->instance[index];
        int64_t expires_ns = sc_idle_expiry_ns(k, n, i->idle_since_ns);
        if (expires_ns > n->sim->now_ns || all)
            idle[m++] =
                (struct idle){i->idle_since_ns, expires_ns, ages ? i->created_ns : 0, index};
    }
    if (k->reuse == SC_REUSE_NEWEST)
        qsort(idle, m, sizeof *idle, newest_first);
    sc_fold_int(to, (int64_t)m);
    for (size_t i = 0; i < m; i++) {
        sc_fold_int(to, idle[i].since_ns);
        sc_fold_int(to, idle[i].expires_ns);
        sc_fold_int(to, idle[i].created_ns);
    }
    sc_release(idle);
    for (uint32_t i = 0; i < p->ages.n; i++)
        sc_fold_int(to, p->ages.made_ns[i]);
    sc_fold_int(to, p->ages.n);
}
