/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_CAPACITY_H
#define SC_SERVICE_CAPACITY_H
/* What a table takes in one direction, reads or writes: a bucket of the whole, one of each
 * partition (DDB-PART-1), and, on demand, growth by twice the previous peak (DDB-OD-1). Units are
 * the owner's. */
#include "base/memory.h"
#include "service/bucket.h"
#include "service/touches.h"

struct sc_capacity {
    struct sc_bucket table, *partition;
    uint32_t n_partitions;
    bool on_demand;
    int64_t limit_per_s;         /* on demand: what the table takes now */
    int64_t second_end_ns, used; /* of the second under way; seconds are those of the clock */
    int64_t peak, peak_before;   /* units a second: in this half hour, and before it */
    int64_t window_end_ns;       /* of the half hour */
};

/** What it begins with. */
struct sc_capacity_start {
    int64_t per_s, burst_s, partition_per_s, now_ns;
    uint32_t n_partitions;
    bool on_demand;
};
void sc_capacity_start(struct sc_capacity *c, const struct sc_capacity_start *s,
                       struct sc_arena *arena);

/** Takes units from the table and from a partition, if both have them. Times must not fall. */
bool sc_capacity_take(struct sc_capacity *c, uint32_t place, int64_t now_ns, int64_t units);

/** How many takes of `units` the emptiest bucket bears alone. */
int64_t sc_capacity_bears(const struct sc_capacity *c, int64_t units);

/** Brings seconds up to that instant, as a take there would. */
void sc_capacity_turn(struct sc_capacity *c, int64_t now_ns);

/** Makes touches of any order, none of which can be refused: `what` is a place in `units`. Reorders
 * them. */
void sc_capacity_take_all(struct sc_capacity *c, struct sc_touches *t, const int64_t *units);
#endif
