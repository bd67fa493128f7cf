/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/lookup.h"

#include "num/math.h"

enum { BLOCK = 512 };

/* num / den, both polynomials of degree 7 with the constant first, as in Wichura's tables. */
SC_INLINE double ratio(const double *num, const double *den, double x)
{
    double a = num[7], b = den[7];
    for (int i = 6; i >= 0; i--) {
        a = a * x + num[i];
        b = b * x + den[i];
    }
    return a / b;
}

/* Where the tail ends and what is farther out begins, in square roots of -log p. */
#define FAR 5

/* The normal quantile: algorithm AS 241, PPND16 (Wichura, Applied Statistics 37(3), 1988), about
 * 1e-16 off. */
SC_INLINE double mid_quantile(double r)
{
    static const double mid_num[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double mid_den[] = {1.0,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
    return ratio(mid_num, mid_den, r - 1.6);
}

static double normal_quantile(double p)
{
    static const double near_num[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                      1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                      4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                      3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double near_den[] = {1.0,
                                      4.2313330701600911252e+1,
                                      6.8718700749205790830e+2,
                                      5.3941960214247511077e+3,
                                      2.1213794301586595867e+4,
                                      3.9307895800092710610e+4,
                                      2.8729085735721942674e+4,
                                      5.2264952788528545610e+3};
    static const double far_num[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                     1.78482653991729133580e0,  2.96560571828504891230e-1,
                                     2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                     2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_den[] = {1.0,
                                     5.99832206555887937690e-1,
                                     1.36929880922735805310e-1,
                                     1.48753612908506148525e-2,
                                     7.86869131145613259100e-4,
                                     1.84631831751005468180e-5,
                                     1.42151175831644588870e-7,
                                     2.04426310338993978564e-15};
    double q = p - 0.5;
    if (q > -0.425 && q < 0.425)
        return q * ratio(near_num, near_den, 0.180625 - q * q);
    double r = sc_sqrt(-sc_log(q < 0 ? p : 1 - p));
    double z = r <= FAR ? mid_quantile(r) : ratio(far_num, far_den, r - 5);
    return q < 0 ? -z : z;
}

static double between(const struct sc_dist *d, double p)
{
    int i = 1;
    while (i < d->n - 1 && d->p[i] < p)
        i++;
    double width = d->p[i] - d->p[i - 1];
    return width > 0 ? d->x[i - 1] + (d->x[i] - d->x[i - 1]) * (p - d->p[i - 1]) / width : d->x[i];
}

double sc_dist_quantile(const struct sc_dist *d, double p)
{
    switch (d->kind) {
    case SC_DIST_UNIFORM:
        return d->a + (d->b - d->a) * p;
    case SC_DIST_EXPONENTIAL:
        return -d->a * sc_log(1 - p);
    case SC_DIST_LOGNORMAL:
        return sc_exp(d->a + d->b * normal_quantile(p));
    case SC_DIST_NORMAL: {
        double x = d->a + d->b * normal_quantile(p);
        return x > 0 ? x : 0;
    }
    case SC_DIST_WEIBULL:
        return d->b * sc_pow(-sc_log(1 - p), 1 / d->a);
    case SC_DIST_PARETO:
        return d->b * sc_pow(1 - p, -1 / d->a);
    case SC_DIST_QUANTILES:
        return between(d, p);
    default:
        return d->a;
    }
}

const struct sc_lookup *sc_lookup_new(const struct sc_dist *d, struct sc_arena *arena)
{
    struct sc_lookup *t = SC_NEW(arena, struct sc_lookup);
    t->exact = *d;
    t->tabled =
        d->kind != SC_DIST_GAMMA && d->kind != SC_DIST_TRACE && d->kind != SC_DIST_QUANTILES;
    for (int i = SC_LOOKUP_EDGE; t->tabled && i <= SC_LOOKUP_CELLS - SC_LOOKUP_EDGE; i++)
        t->x[i] = sc_dist_quantile(d, (double)i / SC_LOOKUP_CELLS);
    return t;
}

double sc_lookup_exact(const struct sc_lookup *t, uint64_t key)
{
    if (!t->tabled)
        return sc_dist_draw(&t->exact, key, 0);
    return sc_dist_quantile(&t->exact, sc_unit(sc_draw(key, 0)));
}

/* A whole number below 2^53 as a double, exactly: its halves are laid into the lowest bits of 2^84
 * and 2^52. Older vector units have no instruction for it. */
SC_INLINE double whole(uint64_t n)
{
    double high = sc_from_bits(n >> 32 | UINT64_C(0x4530000000000000)),
           low = sc_from_bits((n & UINT32_MAX) | UINT64_C(0x4330000000000000));
    return high - (0x1p84 + 0x1p52) + low;
}

/* What lies in the table; the edges get -1. */
static SC_CLONES void fill_inner(const double *restrict x, const uint64_t *restrict key,
                                 double *restrict out, int n)
{
    for (int i = 0; i < n; i++) {
        uint64_t bits = sc_draw(key[i], 0), cell = bits >> 54;
        bool inner = cell - SC_LOOKUP_EDGE < SC_LOOKUP_CELLS - 2 * SC_LOOKUP_EDGE;
        double value = x[cell] + (x[cell + 1] - x[cell]) * (whole(bits << 10 >> 11) * 0x1p-53);
        out[i] = inner ? value : -1;
    }
}

/* Lognormal values in the tails, as sc_dist_quantile has them; -1 for what is farther out. */
static SC_CLONES void fill_tails(double a, double b, const double *restrict p, double *restrict out,
                                 int n)
{
    for (int i = 0; i < n; i++) {
        bool low = p[i] < 0.5;
        double r = sc_sqrt(-sc_log(low ? p[i] : 1 - p[i])), z = mid_quantile(r);
        double value = sc_exp(a + b * (low ? -z : z));
        out[i] = r <= FAR ? value : -1;
    }
}

/* The edges: where they lie is noted first, without a branch to guess wrong. */
static void fill_edges(const struct sc_lookup *t, const uint64_t *key, double *value, int n)
{
    int edge[BLOCK] = {0}, edges = 0;
    double p[BLOCK], x[BLOCK];
    for (int i = 0; i < n; i++) {
        edge[edges] = i;
        edges += value[i] < 0;
    }
    for (int k = 0; k < edges; k++) {
        p[k] = sc_unit(sc_draw(key[edge[k]], 0));
        x[k] = -1;
    }
    if (t->exact.kind == SC_DIST_LOGNORMAL)
        fill_tails(t->exact.a, t->exact.b, p, x, edges);
    for (int k = 0; k < edges; k++)
        value[edge[k]] = x[k] >= 0 ? x[k] : sc_dist_quantile(&t->exact, p[k]);
}

void sc_lookup_fill(const struct sc_lookup *t, const uint64_t *key, int64_t *out, int n)
{
    double value[BLOCK];
    for (int from = 0; from < n; from += BLOCK) {
        int m = n - from < BLOCK ? n - from : BLOCK;
        if (t->tabled) {
            fill_inner(t->x, key + from, value, m);
            fill_edges(t, key + from, value, m);
        } else {
            for (int i = 0; i < m; i++)
                value[i] = sc_lookup_exact(t, key[from + i]);
        }
        for (int i = 0; i < m; i++)
            out[from + i] = (int64_t)value[i];
    }
}
