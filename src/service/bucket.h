/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_BUCKET_H
#define SC_SERVICE_BUCKET_H
/* A token bucket in integers: a whole number of tokens a second, refilled continuously, exact to
 * the nanosecond. */
#include <stdbool.h>
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
#endif
