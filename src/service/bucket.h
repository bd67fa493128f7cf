/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_BUCKET_H
#define SC_SERVICE_BUCKET_H
/* A token bucket in integers: a whole number of tokens a second, refilled continuously, exact to
 * the nanosecond. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sc_bucket {
    int64_t per_s; /* refill */
    int64_t full;  /* capacity, 1e-9 tokens */
    int64_t level; /* 1e-9 tokens at last_ns */
    int64_t last_ns;
    int64_t refill_ns; /* from empty to full, rounded up; 0: no limit, it is full whenever somebody
                          looks */
};

/** A full bucket; capacity up to 9e9 tokens. per_s 0 and capacity 0 make one that never refuses. */
static inline struct sc_bucket sc_bucket_full(int64_t per_s, int64_t capacity, int64_t now_ns)
{
    bool endless = per_s == 0 && capacity == 0;
    int64_t full = endless ? INT64_MAX : capacity * 1000000000;
    return (struct sc_bucket){.per_s = per_s,
                              .full = full,
                              .level = full,
                              .last_ns = now_ns,
                              .refill_ns = endless     ? 0
                                           : per_s > 0 ? full / per_s + 1
                                                       : INT64_MAX};
}

/** Takes `tokens` if they are there. Times must not fall. */
static inline bool sc_bucket_take(struct sc_bucket *b, int64_t now_ns, int64_t tokens)
{
    int64_t gap_ns = now_ns - b->last_ns, level = b->full, cost = tokens * 1000000000;
    if (gap_ns < b->refill_ns) {
        level = b->level + gap_ns * b->per_s;
        level = level < b->full ? level : b->full;
    }
    bool there = level >= cost;
    b->level = there ? level - cost : level;
    b->last_ns = now_ns;
    return there;
}

/** Puts tokens back that were taken at the same instant for a request that another limit refused.
 */
static inline void sc_bucket_return(struct sc_bucket *b, int64_t tokens)
{
    if (b->refill_ns > 0)
        b->level += tokens * 1000000000;
}

/** How many tokens are there at least, whenever somebody looks. */
static inline int64_t sc_bucket_tokens(const struct sc_bucket *b)
{
    return b->level / 1000000000;
}

/** Takes one token at each of n instants, which must not fall; sc_bucket_tokens must be n or more,
 * so that none is refused. The level at the end is the lowest of what it would be had the bucket
 * last been full at one of the instants, or never: those of the last few decide. */
static inline void sc_bucket_take_each(struct sc_bucket *b, const int64_t *at_ns, size_t n)
{
    const int64_t one = 1000000000;
    if (n == 0 || b->refill_ns == 0)
        return;
    int64_t end_ns = at_ns[n - 1], lowest = b->full - one, most = (int64_t)n * one;
    size_t i = n - 1;
    for (; i > 0; i--) {
        int64_t gap_ns = end_ns - at_ns[i - 1];
        if (gap_ns >= b->refill_ns || gap_ns * b->per_s >= most)
            break;
        int64_t level = b->full + gap_ns * b->per_s - (int64_t)(n - i + 1) * one;
        lowest = level < lowest ? level : lowest;
    }
    int64_t gap_ns = end_ns - b->last_ns;
    if (gap_ns < b->refill_ns && b->level + gap_ns * b->per_s - most < lowest)
        lowest = b->level + gap_ns * b->per_s - most;
    b->level = lowest;
    b->last_ns = end_ns;
}
#endif
