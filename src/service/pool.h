/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_POOL_H
#define SC_SERVICE_POOL_H
/* The instances of one function: the idle ones, and which of them is used again. An instance
 * expires some time after it fell idle (drawn by the key of that instant), and the pool recycles
 * old ones (service/ages.h); nobody can see either, so there is no event for it: whoever reaches
 * for an instance later finds out. The most recently used one comes first by default: 99 % of warm
 * calls in real logs (LAMBDA-REUSE-1). */
#include "num/dist.h"
#include "service/ages.h"
#include "service/sim.h"

enum sc_reuse { SC_REUSE_MRU, SC_REUSE_NEWEST, SC_REUSE_LRU, SC_REUSE_RANDOM };

/** What decides how long an idle instance stays; shared by the pools of a function. */
struct sc_keep_alive {
    enum sc_reuse reuse;
    struct sc_dist idle_ns;
    int64_t sure_ns; /* most recently used: no draw is shorter, an instance idle for less is there;
                        0 for the others */
    int64_t max_age_ns; /* 0: no limit */
};

struct sc_pool {
    uint32_t *idle; /* a ring with room for cap (a power of two): places head .. tail-1; a heap when
                       newest first */
    uint32_t cap, head, tail;
    struct sc_ages ages; /* of all instances, idle or not, where there is a limit */
};

/** When an instance goes that has been idle since then: the draw's key is the instant
 * on the traffic's clock, so instances that fell idle at the same one are alike. */
int64_t sc_idle_expiry_ns(const struct sc_keep_alive *k, const struct sc_node *n,
                          int64_t idle_since_ns);
SC_COLD void sc_pool_grow(struct sc_pool *p, struct sc_arena *arena);
/** Rare ways in and out: other policies than most recently used, and instances that may have
 * expired. */
/** An instance is made. */
static inline void sc_ages_made(struct sc_ages *a, const struct sc_keep_alive *k,
                                const struct sc_node *n, int64_t at_ns)
{
    if (k->max_age_ns > 0)
        sc_ages_add(a, n->sim->arena, at_ns);
}
/** An instance has gone at that instant for another reason than its age. */
static inline void sc_ages_gone(struct sc_ages *a, const struct sc_node *n, int64_t at_ns)
{
    sc_ages_drop(a, sc_key(n->key, (uint64_t)(n->sim->origin_ns + at_ns)));
}
/** An old instance is recycled: which of the idle ones, counted from the one that would be used
 * next. Any may be the one; of those that run, the one that ends first goes, and that is the next
 * one. */
static inline uint32_t sc_ages_pick(const struct sc_ages *a, const struct sc_keep_alive *k,
                                    const struct sc_node *n, size_t n_idle)
{
    uint64_t instant = (uint64_t)(n->sim->origin_ns + sc_ages_due_ns(a, k->max_age_ns));
    uint32_t place = (uint32_t)(sc_key(n->key, instant) % a->n);
    return place < n_idle ? place : 0;
}
/** When it has gone, that has been idle since then. */
int64_t sc_ages_recycle(struct sc_ages *a, const struct sc_keep_alive *k, const struct sc_node *n,
                        int64_t idle_since_ns);
void sc_pool_push_newest(struct sc_pool *p, const struct sc_sim *s, uint32_t index);
uint32_t sc_pool_take_slow(struct sc_pool *p, const struct sc_keep_alive *k, struct sc_node *n,
                           int64_t now_ns,
                           void (*gone)(struct sc_node *n, uint32_t index, int64_t at_ns));

/** Writes what is idle, as far as it matters (service/fold.h). */
void sc_pool_fold(const struct sc_pool *p, const struct sc_keep_alive *k, const struct sc_node *n,
                  struct sc_fold *to);

/** An instance falls idle; its idle_since_ns and key are set. */
static inline void sc_pool_put(struct sc_pool *p, const struct sc_keep_alive *k, struct sc_sim *s,
                               uint32_t index)
{
    if (SC_UNLIKELY(p->tail - p->head == p->cap))
        sc_pool_grow(p, s->arena);
    if (SC_LIKELY(k->reuse != SC_REUSE_NEWEST))
        p->idle[p->tail++ & (p->cap - 1)] = index;
    else
        sc_pool_push_newest(p, s, index);
}

/** Takes an idle instance that is still there, or returns 0. Those found gone are told to `gone`,
 * with the instant, and leave `ages`. */
static inline uint32_t sc_pool_take(struct sc_pool *p, const struct sc_keep_alive *k,
                                    struct sc_node *n, int64_t now_ns,
                                    void (*gone)(struct sc_node *n, uint32_t index, int64_t at_ns))
{
    if (p->head == p->tail)
        return 0;
    uint32_t index = p->idle[(p->tail - 1) & (p->cap - 1)];
    const struct sc_instance *inst = &n->sim->instance[index];
    if (SC_LIKELY(now_ns - inst->idle_since_ns < k->sure_ns &&
                  now_ns < sc_ages_due_ns(&p->ages, k->max_age_ns))) {
        p->tail--;
        return index;
    }
    return sc_pool_take_slow(p, k, n, now_ns, gone);
}
#endif
