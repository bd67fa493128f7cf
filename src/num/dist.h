/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_DIST_H
#define SC_NUM_DIST_H
/* Distributions of durations and sizes, as data. A value is drawn by a key (num/rng.h), one at a
 * time or a block at once, with the same bits either way. Values carry the unit of their
 * parameters: ns where a field's key ends in a time. */
#include "base/error.h"
#include <stdbool.h>
#include <stdint.h>

enum sc_dist_kind {
    SC_DIST_CONSTANT,    /* a */
    SC_DIST_UNIFORM,     /* from a to b */
    SC_DIST_EXPONENTIAL, /* mean a */
    SC_DIST_LOGNORMAL,   /* exp(a + b z), z standard normal */
    SC_DIST_NORMAL,      /* a + b z, never below 0 */
    SC_DIST_GAMMA,       /* shape a, scale b */
    SC_DIST_WEIBULL,     /* shape a, scale b */
    SC_DIST_PARETO,      /* shape a, least value b */
    SC_DIST_QUANTILES,   /* straight lines between n known quantiles */
    SC_DIST_TRACE        /* a times the duration that the trace gives the request */
};

struct sc_dist {
    enum sc_dist_kind kind;
    double a, b;
    int n;
    const double *p, *x; /* SC_DIST_QUANTILES: p rising from 0 to 1, x not falling; borrowed */
};

/** Constructors turn what people state into parameters with our own log; all values in one unit,
 * which the draws keep. */
struct sc_dist sc_dist_constant(double value);
struct sc_dist sc_dist_lognormal(double p50, double p99); /* 0 < p50 <= p99 */
struct sc_dist
sc_dist_gamma(double mean, double cv); /* coefficient of variation: shape 1/cv^2, scale mean cv^2 */
struct sc_dist sc_dist_scaled(struct sc_dist d,
                              double factor); /* every value times factor; not for quantiles */

/** One value, at least 0. `trace` is what SC_DIST_TRACE multiplies. */
double sc_dist_draw(const struct sc_dist *d, uint64_t key, double trace);

/** out[i] = the value that sc_dist_draw gives for keys[i], bit for bit. Not for SC_DIST_TRACE. */
void sc_dist_fill(const struct sc_dist *d, const uint64_t *keys, double *out, int n);

/** The expectation; infinite where there is none (Pareto of shape 1 or less). SC_DIST_TRACE: a. */
double sc_dist_mean(const struct sc_dist *d);
/** The smallest value that can come out, and the largest (may be infinite). */
double sc_dist_min(const struct sc_dist *d);
double sc_dist_max(const struct sc_dist *d);
/** What about one value in a thousand exceeds. */
double sc_dist_upper(const struct sc_dist *d);
#endif
