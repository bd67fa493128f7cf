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
/** True when two values or more gave an interval. */
static inline bool sc_estimate_ranges(struct sc_estimate e)
{
    return e.n > 1;
}
/** part / whole, 0 where there is no whole. */
double sc_ratio(double part, double whole);
/** The statistics library and its version. */
const char *sc_estimate_library(void);
#endif
