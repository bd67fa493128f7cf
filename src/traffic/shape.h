/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_SHAPE_H
#define SC_TRAFFIC_SHAPE_H
/* A rate curve and the unit process that it stretches: what most open profiles come to. It stands
 * first in their configs, or first in the trial's state where each trial has a curve of its own. */
#include "traffic/curve.h"
#include "traffic/traffic.h"

enum sc_process { SC_PROCESS_POISSON, SC_PROCESS_EVEN };
#define SC_PROCESS_CHOICES "poisson|even"

enum { SC_MONTH_S = 730 * 3600 };

struct sc_shape {
    struct sc_curve curve;
    int process; /* enum sc_process */
};

/** The mean rate that a person states one way or the other, 0 for what is not given; fails unless
 * exactly one is. */
SC_MUST_CHECK int sc_rate_resolve(double per_s, double per_month, double *out_per_s,
                                  struct sc_error *err);

/** The members of a traffic type whose config or state begins with a shape. */
bool sc_shape_fill(const struct sc_source *s, void *state, uint64_t key, int64_t b,
                   struct sc_window *w);
int64_t sc_shape_window_at(const struct sc_source *s, void *state, int64_t at_ns);
double sc_shape_expected(const struct sc_source *s, int64_t from_ns, int64_t to_ns);
int64_t sc_shape_stationary(const struct sc_source *s); /* the period of what has none: 0 */
#endif
