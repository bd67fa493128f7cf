/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_ESTIMATE_H
#define SC_RUN_ESTIMATE_H
/* What replications say together: a mean and its 95 % interval by Student's t. */
#include <stdbool.h>

struct sc_estimate {
    double mean, lo, hi; /* lo and hi count only when there is a range; mean only when n > 0 */
    int n;
};

/** Of n independent values, n >= 0. Values that are not finite do not count: they are not there. */
struct sc_estimate sc_estimate_of(const double *value, int n);
/** A share of few events among `seen` that were looked at: widened to what a Poisson count allows,
 * since replications that met none say little by themselves. */
struct sc_estimate sc_estimate_rare(struct sc_estimate share, double seen);
/** Not narrower than `half` on either side of the mean. */
struct sc_estimate sc_estimate_least(struct sc_estimate e, double half);
/** True when two values or more gave an interval. */
static inline bool sc_estimate_ranges(struct sc_estimate e)
{
    return e.n > 1;
}
/** Costs and the like that follow a number x whose expectation is known: a linear regression takes
 * out what chance did to x. */
struct sc_control {
    const double *x;
    int n; /* 4 at least */
    double expected;
};
/** The share of y's variance that x explains, 0 where there is none. */
double sc_control_explains(const struct sc_control *c, const double *y);
/** The regression's value at the expected x is the sum of weight[i] y[i]; weights add up to 1. */
void sc_control_weights(const struct sc_control *c, double *weight);
/** Turns y into values whose sc_estimate_of is the regression's value at the expected x and its
 * 95 % interval, with n - 2 degrees of freedom. */
void sc_control_adjust(const struct sc_control *c, double *y);
/** part / whole, 0 where there is no whole. */
double sc_ratio(double part, double whole);
/** The statistics library and its version. */
const char *sc_estimate_library(void);
#endif
