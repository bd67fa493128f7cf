/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/lookup.h"

#include "num/math.h"

/* num / den, both polynomials of degree 7 with the constant first, as in Wichura's tables. */
static double ratio(const double *num, const double *den, double x)
{
    double a = num[7], b = den[7];
    for (int i = 6; i >= 0; i--) {
        a = a * x + num[i];
        b = b * x + den[i];
    }
    return a / b;
}

/* The normal quantile: algorithm AS 241, PPND16 (Wichura, Applied Statistics 37(3), 1988), about
 * 1e-16 off. */
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
    double z = r <= 5 ? ratio(mid_num, mid_den, r - 1.6) : ratio(far_num, far_den, r - 5);
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
