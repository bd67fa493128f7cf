/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_SCALING_H
#define SC_SERVICE_SCALING_H
/* Target tracking as AWS runs it (AAS-TT-1, AAS-TT-2, AAS-COOL-1, ECS-AS-1): two alarms a policy on
 * metrics of one minute, a new number of tasks when one of them is on. Metrics and targets are
 * integers of 1e-6 of their unit. */
#include <stdbool.h>
#include <stdint.h>

enum { SC_SCALING_POLICIES = 2 };

struct sc_scaling_policy {
    int64_t target; /* > 0; the high alarm counts metrics above it */
    int64_t low;    /* the low alarm counts metrics below it */
};

struct sc_scaling_rules {
    int n_policies;
    struct sc_scaling_policy policy[SC_SCALING_POLICIES];
    int64_t min, max;
    int64_t out_points, in_points; /* so many in a row switch an alarm on */
    int64_t out_cooldown_ns, in_cooldown_ns;
};

/** What an autoscaler remembers; all zeros at the start. */
struct sc_scaling {
    int64_t high[SC_SCALING_POLICIES], low[SC_SCALING_POLICIES]; /* in a row */
    int64_t out_until_ns, in_until_ns;                           /* ends of cooldowns */
    bool in_cools; /* a scale-in has begun one; times may be negative, so 0 is no mark of it */
    int64_t added; /* by the scale-out whose cooldown runs */
};

/** One minute's metrics; -1: no data. */
struct sc_scaling_point {
    int64_t at_ns;
    int64_t running; /* tasks that the metrics are of, not 0 */
    int64_t desired; /* now, those that are starting included */
    int64_t metric[SC_SCALING_POLICIES];
};

/** Takes in a minute and returns the number of tasks wanted from now on; point->desired when
 * nothing changes. */
int64_t sc_scaling_decide(const struct sc_scaling_rules *rules, struct sc_scaling *s,
                          const struct sc_scaling_point *point);
#endif
