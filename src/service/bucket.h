/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_BUCKET_H
#define SC_SERVICE_BUCKET_H
/* A token bucket in integers: a whole number of tokens a second, refilled continuously, exact to the nanosecond. */
#include <stdbool.h>
#include <stdint.h>

struct sc_bucket {
    int64_t per_s;      /* refill; 0 with capacity 0: no limit */
    int64_t full;       /* capacity, 1e-9 tokens */
    int64_t level;      /* 1e-9 tokens at last_ns */
    int64_t last_ns;
    int64_t refill_ns;  /* from empty to full, rounded up */
};

/** A full bucket; capacity up to 9e9 tokens. per_s 0 and capacity 0 make one that never refuses. */
static inline struct sc_bucket sc_bucket_full(int64_t per_s, int64_t capacity, int64_t now_ns)
{
    int64_t full = capacity * 1000000000;
    return (struct sc_bucket){.per_s = per_s,
                              .full = full,
                              .level = full,
                              .last_ns = now_ns,
                              .refill_ns = per_s > 0 ? full / per_s + 1 : INT64_MAX};
}

static inline void sc_bucket_refill(struct sc_bucket *b, int64_t now_ns)
{
    int64_t gap_ns = now_ns - b->last_ns;
    int64_t level = gap_ns >= b->refill_ns ? b->full : b->level + gap_ns * b->per_s;
    b->level = level < b->full ? level : b->full;
    b->last_ns = now_ns;
}

/** Takes `tokens` if they are there. Times must not fall. */
static inline bool sc_bucket_take(struct sc_bucket *b, int64_t now_ns, int64_t tokens)
{
    if (b->full == 0 && b->per_s == 0)
        return true;
    sc_bucket_refill(b, now_ns);
    int64_t cost = tokens * 1000000000;
    if (b->level < cost)
        return false;
    b->level -= cost;
    return true;
}

/** Puts tokens back that were taken at the same instant for a request that another limit refused. */
static inline void sc_bucket_return(struct sc_bucket *b, int64_t tokens)
{
    if (b->full != 0 || b->per_s != 0)
        b->level += tokens * 1000000000;
}
#endif
