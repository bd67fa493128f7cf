/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/dist_forms.h"

#include "num/dist.h"
#include "num/math.h"
#include <stddef.h>

static struct sc_dist exponential(double mean, double none)
{
    (void)none;
    return (struct sc_dist){.kind = SC_DIST_EXPONENTIAL, .a = mean};
}

/* The variance of a lognormal is mean^2 (exp(b^2) - 1), its mean exp(a + b^2 / 2). */
static struct sc_dist lognormal_by_mean(double mean, double cv)
{
    double variance = sc_log(1 + cv * cv);
    return (struct sc_dist){
        .kind = SC_DIST_LOGNORMAL, .a = sc_log(mean) - variance / 2, .b = sc_sqrt(variance)};
}

static struct sc_dist normal(double mean, double sd)
{
    return (struct sc_dist){.kind = SC_DIST_NORMAL, .a = mean, .b = sd};
}

static struct sc_dist gamma_by_shape(double shape, double scale)
{
    return (struct sc_dist){.kind = SC_DIST_GAMMA, .a = shape, .b = scale};
}

static struct sc_dist weibull(double shape, double scale)
{
    return (struct sc_dist){.kind = SC_DIST_WEIBULL, .a = shape, .b = scale};
}

static struct sc_dist pareto(double shape, double least)
{
    return (struct sc_dist){.kind = SC_DIST_PARETO, .a = shape, .b = least};
}

static struct sc_dist uniform(double min, double max)
{
    return (struct sc_dist){.kind = SC_DIST_UNIFORM, .a = min, .b = max};
}

#define VALUE(key)                                                                                 \
    {                                                                                              \
        key, true, false, 0, 0                                                                     \
    }
#define VALUE_OR_ZERO(key)                                                                         \
    {                                                                                              \
        key, true, true, 0, 0                                                                      \
    }
#define RATIO(key, min, max)                                                                       \
    {                                                                                              \
        key, false, false, min, max                                                                \
    }
#define SHAPE RATIO("shape", 0.01, 1e6) /* beyond, a double cannot hold what is drawn */
#define NONE                                                                                       \
    {                                                                                              \
        NULL, false, false, 0, 0                                                                   \
    }

const struct sc_dist_form sc_dist_forms[] = {
    {"lognormal", VALUE("p50"), VALUE("p99"), true, sc_dist_lognormal,
     "by its median and 99th percentile"},
    {"lognormal", VALUE("mean"), RATIO("cv", 0, 1000), false, lognormal_by_mean,
     "by its mean and coefficient of variation"},
    {"exponential", VALUE("mean"), NONE, false, exponential, "by its mean"},
    {"normal", VALUE_OR_ZERO("mean"), VALUE_OR_ZERO("sd"), false, normal,
     "cut at 0, by mean and standard deviation before the cut"},
    {"gamma", VALUE("mean"), RATIO("cv", 0.001, 10), false, sc_dist_gamma,
     "by its mean and coefficient of variation"},
    {"gamma", SHAPE, VALUE("scale"), false, gamma_by_shape, "by shape and scale"},
    {"weibull", SHAPE, VALUE("scale"), false, weibull, "by shape and scale"},
    {"pareto", SHAPE, VALUE("min"), false, pareto, "by shape and least value"},
    {"uniform", VALUE_OR_ZERO("min"), VALUE_OR_ZERO("max"), true, uniform,
     "every value from min to max alike"},
    {.kind = NULL},
};
