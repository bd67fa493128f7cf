/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/dist.h"

#include "base/compiler.h"
#include "num/math.h"
#include "num/rng.h"

#include <assert.h>
#include <math.h>

static const double LARGEST = 9e18; /* below 2^63, so that a value fits in int64 nanoseconds */
static const double NORMAL_P99 = 2.3263478740408408; /* the standard normal's 99 % quantile */
static const double LEAST_GAMMA_CV = 1e-6;           /* narrower than this, a gamma is a normal */
static const double INV_SQRT_2PI = 0.39894228040143268;
static const double HALF_LOG_2PI = 0.91893853320467274;

enum { BLOCK = 128 };

/* Every value ends here: NaN and what lies below 0 become 0. */
SC_INLINE double bounded(double v)
{
    v = v > 0.0 ? v : 0.0;
    return v < LARGEST ? v : LARGEST;
}

SC_INLINE double exp_within(double x)
{
    x = x > -700.0 ? x : -700.0;
    return sc_exp(x < 700.0 ? x : 700.0);
}

/* The pieces below serve the single draw and the blocks alike: same operations, same order, same
 * bits. Each kind is what it makes of one uniform u, the first number of the key; the normal pair
 * takes a second one, a fraction of a turn. */
SC_INLINE double unit_at(uint64_t key, uint64_t n)
{
    return sc_unit(sc_draw(key, n));
}

SC_INLINE double turn_at(uint64_t key, uint64_t n)
{
    return sc_from_bits((sc_draw(key, n) >> 12) | UINT64_C(0x3ff0000000000000)) - 1.0;
}

/* Box and Muller (1958), one of the pair: the other would be a second value of the same key. */
SC_INLINE double radius(double u)
{
    return sc_sqrt(-2.0 * sc_log(u));
}

SC_INLINE double normal(double a, double b, double r, double turn)
{
    return a + b * (r * sc_cos_turn(turn));
}

SC_INLINE double uniform(double a, double b, double u)
{
    double v = a + (b - a) * u;
    return bounded(v < b ? v : b);
}

SC_INLINE double exponential(double a, double u)
{
    return bounded(-a * sc_log(u));
}

/* b times e to the power x / shape: Pareto with x = -log u, Weibull with x = log(-log u). */
SC_INLINE double power_law(double inverse_shape, double b, double x)
{
    return bounded(b * exp_within(inverse_shape * x));
}

/* Marsaglia and Tsang (ACM TOMS 26(3), 2000): a try takes three numbers of the key and succeeds
 * with over 95 %. */
static double gamma_from(double shape, uint64_t key, uint64_t n)
{
    double d = shape - 1.0 / 3.0, c = 1.0 / sc_sqrt(9.0 * d);
    for (uint64_t last = n + UINT64_C(3) * 100; n < last; n += 3) {
        double z = normal(0.0, 1.0, radius(unit_at(key, n)), turn_at(key, n + 1));
        double root = 1.0 + c * z, v = root * root * root;
        if (v > 0.0 && sc_log(unit_at(key, n + 2)) < 0.5 * z * z + d * (1.0 - v + sc_log(v)))
            return d * v;
    }
    return d;
}

static double gamma_draw(double shape, double scale, uint64_t key)
{
    if (shape >= 1.0)
        return bounded(scale * gamma_from(shape, key, 0));
    double boost = exp_within(sc_log(unit_at(key, 0)) / shape);
    return bounded(scale * (gamma_from(shape + 1.0, key, 1) * boost));
}

static double between_quantiles(const struct sc_dist *d, double u)
{
    int low = 0, high = d->n - 1; /* p[low] <= u < p[high] */
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (d->p[middle] <= u)
            low = middle;
        else
            high = middle;
    }
    double x0 = d->x[low], x1 = d->x[high];
    double v = x0 + (x1 - x0) * ((u - d->p[low]) / (d->p[high] - d->p[low]));
    return bounded(v < x1 ? v : x1);
}

double sc_dist_draw(const struct sc_dist *d, uint64_t key, double trace)
{
    const double a = d->a, b = d->b;
    switch (d->kind) {
    case SC_DIST_CONSTANT:
        return bounded(a);
    case SC_DIST_UNIFORM:
        return uniform(a, b, unit_at(key, 0));
    case SC_DIST_EXPONENTIAL:
        return exponential(a, unit_at(key, 0));
    case SC_DIST_LOGNORMAL:
        return bounded(exp_within(normal(a, b, radius(unit_at(key, 0)), turn_at(key, 1))));
    case SC_DIST_NORMAL:
        return bounded(normal(a, b, radius(unit_at(key, 0)), turn_at(key, 1)));
    case SC_DIST_GAMMA:
        return gamma_draw(a, b, key);
    case SC_DIST_WEIBULL:
        return power_law(1.0 / a, b, sc_log(-sc_log(unit_at(key, 0))));
    case SC_DIST_PARETO:
        return power_law(1.0 / a, b, -sc_log(unit_at(key, 0)));
    case SC_DIST_QUANTILES:
        return between_quantiles(d, unit_at(key, 0));
    case SC_DIST_TRACE:
        return bounded(a * trace);
    }
    return 0.0;
}

/* At most BLOCK values. Short passes over a buffer in the first-level cache, not one long loop: a
 * vector unit then has several independent iterations in flight, and the long chains of the
 * polynomials cost a third less. */
SC_CLONES static void fill_block(const struct sc_dist *d, const uint64_t *restrict keys,
                                 double *restrict out, int n)
{
    const double a = d->a, b = d->b, inverse_shape = 1.0 / a;
    double u[BLOCK], turn[BLOCK];
    for (int i = 0; i < n; i++)
        u[i] = unit_at(keys[i], 0);
    if (d->kind == SC_DIST_EXPONENTIAL) {
        for (int i = 0; i < n; i++)
            out[i] = exponential(a, u[i]);
    } else if (d->kind == SC_DIST_WEIBULL || d->kind == SC_DIST_PARETO) {
        for (int i = 0; i < n; i++)
            u[i] = -sc_log(u[i]);
        if (d->kind == SC_DIST_WEIBULL)
            for (int i = 0; i < n; i++)
                u[i] = sc_log(u[i]);
        for (int i = 0; i < n; i++)
            out[i] = power_law(inverse_shape, b, u[i]);
    } else {
        for (int i = 0; i < n; i++)
            turn[i] = turn_at(keys[i], 1);
        for (int i = 0; i < n; i++)
            u[i] = radius(u[i]);
        for (int i = 0; i < n; i++)
            u[i] = normal(a, b, u[i], turn[i]);
        if (d->kind == SC_DIST_LOGNORMAL)
            for (int i = 0; i < n; i++)
                u[i] = exp_within(u[i]);
        for (int i = 0; i < n; i++)
            out[i] = bounded(u[i]);
    }
}

void sc_dist_fill(const struct sc_dist *d, const uint64_t *keys, double *out, int n)
{
    assert(d->kind != SC_DIST_TRACE);
    switch (d->kind) {
    case SC_DIST_EXPONENTIAL:
    case SC_DIST_LOGNORMAL:
    case SC_DIST_NORMAL:
    case SC_DIST_WEIBULL:
    case SC_DIST_PARETO:
        for (int i = 0; i < n; i += BLOCK)
            fill_block(d, keys + i, out + i, n - i < BLOCK ? n - i : BLOCK);
        break;
    default:
        for (int i = 0; i < n; i++)
            out[i] = sc_dist_draw(d, keys[i], 0.0);
    }
}

struct sc_dist sc_dist_constant(double value)
{
    return (struct sc_dist){.kind = SC_DIST_CONSTANT, .a = value};
}

struct sc_dist sc_dist_lognormal(double p50, double p99)
{
    assert(p50 > 0.0 && p99 >= p50);
    return (struct sc_dist){
        .kind = SC_DIST_LOGNORMAL, .a = sc_log(p50), .b = sc_log(p99 / p50) / NORMAL_P99};
}

struct sc_dist sc_dist_gamma(double mean, double cv)
{
    assert(mean >= 0.0 && cv >= 0.0);
    if (cv < LEAST_GAMMA_CV)
        return (struct sc_dist){.kind = SC_DIST_NORMAL, .a = mean, .b = mean * cv};
    return (struct sc_dist){.kind = SC_DIST_GAMMA, .a = 1.0 / (cv * cv), .b = mean * (cv * cv)};
}

struct sc_dist sc_dist_scaled(struct sc_dist d, double factor)
{
    assert(d.kind != SC_DIST_QUANTILES && factor >= 0.0);
    switch (d.kind) {
    case SC_DIST_CONSTANT:
    case SC_DIST_EXPONENTIAL:
    case SC_DIST_TRACE:
        d.a *= factor;
        break;
    case SC_DIST_UNIFORM:
    case SC_DIST_NORMAL:
        d.a *= factor;
        d.b *= factor;
        break;
    case SC_DIST_LOGNORMAL:
        if (factor == 0.0)
            return sc_dist_constant(0.0);
        d.a += sc_log(factor);
        break;
    default:
        d.b *= factor;
    }
    return d;
}

/* Gamma of x > 0: Stirling's series from 10 on, by the recurrence below. */
static double gamma_function(double x)
{
    double product = 1.0;
    for (; x < 10.0; x += 1.0)
        product *= x;
    double y = 1.0 / x, z = y * y;
    double series =
        y * (1.0 / 12.0 - z * (1.0 / 360.0 - z * (1.0 / 1260.0 - z * (1.0 / 1680.0 - z / 1188.0))));
    return exp_within((x - 0.5) * sc_log(x) - x + HALF_LOG_2PI + series) / product;
}

/* Of max(0, a + b z): a Phi(a / b) + b phi(a / b), with Phi by its series, all of whose terms have
 * one sign. */
static double normal_mean(double a, double b)
{
    double t = b > 0.0 ? a / b : 0.0;
    if (b <= 0.0 || t > 8.0)
        return bounded(a);
    if (t < -8.0)
        return 0.0;
    double density = INV_SQRT_2PI * sc_exp(-0.5 * t * t), sum = 0.0, term = t;
    for (double k = 3.0; k < 400.0; k += 2.0) {
        sum += term;
        term *= t * t / k;
    }
    return bounded(a * (0.5 + density * sum) + b * density);
}

static double quantiles_mean(const struct sc_dist *d)
{
    double sum = 0.0;
    for (int i = 1; i < d->n; i++)
        sum += (d->p[i] - d->p[i - 1]) * (0.5 * (d->x[i] + d->x[i - 1]));
    return sum;
}

double sc_dist_mean(const struct sc_dist *d)
{
    switch (d->kind) {
    case SC_DIST_UNIFORM:
        return 0.5 * (d->a + d->b);
    case SC_DIST_LOGNORMAL:
        return exp_within(d->a + 0.5 * d->b * d->b);
    case SC_DIST_NORMAL:
        return normal_mean(d->a, d->b);
    case SC_DIST_GAMMA:
        return d->a * d->b;
    case SC_DIST_WEIBULL:
        return d->b * gamma_function(1.0 + 1.0 / d->a);
    case SC_DIST_PARETO:
        return d->a > 1.0 ? d->b * d->a / (d->a - 1.0) : HUGE_VAL;
    case SC_DIST_QUANTILES:
        return quantiles_mean(d);
    default:
        return d->a;
    }
}

/* sqrt(-2 log 2^-53), rounded up: a uniform draw is never below 2^-53, so no normal one lies
 * further out. */
static const double FURTHEST_Z = 8.58;

double sc_dist_min(const struct sc_dist *d)
{
    switch (d->kind) {
    case SC_DIST_CONSTANT:
    case SC_DIST_UNIFORM:
        return bounded(d->a);
    case SC_DIST_LOGNORMAL:
        return bounded(exp_within(d->a - FURTHEST_Z * d->b));
    case SC_DIST_NORMAL:
        return bounded(d->a - FURTHEST_Z * d->b);
    case SC_DIST_PARETO:
        return bounded(d->b);
    case SC_DIST_QUANTILES:
        return bounded(d->x[0]);
    default:
        return 0.0;
    }
}

double sc_dist_max(const struct sc_dist *d)
{
    switch (d->kind) {
    case SC_DIST_CONSTANT:
        return bounded(d->a);
    case SC_DIST_UNIFORM:
        return bounded(d->b);
    case SC_DIST_LOGNORMAL:
        return bounded(exp_within(d->a + FURTHEST_Z * d->b));
    case SC_DIST_NORMAL:
        return bounded(d->a + FURTHEST_Z * d->b);
    case SC_DIST_QUANTILES:
        return bounded(d->x[d->n - 1]);
    default:
        return HUGE_VAL;
    }
}

double sc_dist_upper(const struct sc_dist *d)
{
    static const double z = 3.0902323061678132, tail = 6.9077552789821368; /* -log 0.001 */
    switch (d->kind) {
    case SC_DIST_UNIFORM:
        return uniform(d->a, d->b, 0.999);
    case SC_DIST_EXPONENTIAL:
        return bounded(d->a * tail);
    case SC_DIST_LOGNORMAL:
        return bounded(exp_within(d->a + z * d->b));
    case SC_DIST_NORMAL:
        return bounded(d->a + z * d->b);
    case SC_DIST_GAMMA: { /* Wilson and Hilferty (1931) */
        double root = 1.0 - 1.0 / (9.0 * d->a) + z / (3.0 * sc_sqrt(d->a));
        return bounded(d->a * d->b * root * root * root);
    }
    case SC_DIST_WEIBULL:
        return power_law(1.0 / d->a, d->b, sc_log(tail));
    case SC_DIST_PARETO:
        return power_law(1.0 / d->a, d->b, tail);
    case SC_DIST_QUANTILES:
        return between_quantiles(d, 0.999);
    default:
        return bounded(d->a);
    }
}
