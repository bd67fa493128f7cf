/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/estimate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_version.h>
#include <math.h>

struct sc_estimate sc_estimate_of(const double *value, int n)
{
    struct sc_estimate e = {0};
    double sum = 0, square = 0;
    for (int i = 0; i < n; i++)
        if (isfinite(value[i])) {
            sum += value[i];
            e.n++;
        }
    e.mean = sc_ratio(sum, e.n);
    for (int i = 0; i < n; i++)
        if (isfinite(value[i]))
            square += (value[i] - e.mean) * (value[i] - e.mean);
    double half = e.n > 1 ? gsl_cdf_tdist_Pinv(0.975, e.n - 1) * sqrt(square / (e.n - 1) / e.n) : 0;
    e.lo = e.mean - half;
    e.hi = e.mean + half;
    return e;
}

double sc_ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

const char *sc_estimate_library(void)
{
    return "GSL " GSL_VERSION;
}
