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

struct sc_estimate sc_estimate_rare(struct sc_estimate share, double seen)
{
    const double count = share.mean * seen;
    if (!sc_estimate_ranges(share) || !(seen > 0))
        return share;
    /* Garwood (1936), the quantiles of gamma by Wilson and Hilferty (1931) */
    const double z = 1.959963984540054, more = count + 1;
    const double low = count > 0 ? 1 - 1 / (9 * count) - z / (3 * sqrt(count)) : 0,
                 high = 1 - 1 / (9 * more) + z / (3 * sqrt(more));
    const double lo = low > 0 ? count * low * low * low / seen : 0,
                 hi = more * high * high * high / seen;
    share.lo = share.lo < lo ? share.lo : lo;
    share.hi = share.hi > hi ? share.hi : hi;
    return share;
}

struct sc_estimate sc_estimate_least(struct sc_estimate e, double half)
{
    if (sc_estimate_ranges(e) && e.hi - e.mean < half) {
        e.lo = e.mean - half;
        e.hi = e.mean + half;
    }
    return e;
}

struct moments {
    double x, y, xx, xy, yy; /* means, and sums about them */
};

static struct moments moments_of(const struct sc_control *c, const double *y)
{
    struct moments m = {0};
    for (int i = 0; i < c->n; i++) {
        m.x += c->x[i] / c->n;
        m.y += y[i] / c->n;
    }
    for (int i = 0; i < c->n; i++) {
        double dx = c->x[i] - m.x, dy = y[i] - m.y;
        m.xx += dx * dx;
        m.xy += dx * dy;
        m.yy += dy * dy;
    }
    return m;
}

double sc_control_explains(const struct sc_control *c, const double *y)
{
    const struct moments m = moments_of(c, y);
    return m.xx > 0 && m.yy > 0 ? m.xy * m.xy / (m.xx * m.yy) : 0;
}

void sc_control_weights(const struct sc_control *c, double *weight)
{
    const struct moments m = moments_of(c, c->x);
    for (int i = 0; i < c->n; i++)
        weight[i] = 1.0 / c->n + sc_ratio((c->expected - m.x) * (c->x[i] - m.x), m.xx);
}

void sc_control_adjust(const struct sc_control *c, double *y)
{
    const struct moments m = moments_of(c, y);
    const double slope = sc_ratio(m.xy, m.xx), n = c->n, off = c->expected - m.x;
    const double at = m.y + slope * off;
    /* residuals are stretched so that Student's plain interval is the regression's */
    const double stretch = gsl_cdf_tdist_Pinv(0.975, n - 2) / gsl_cdf_tdist_Pinv(0.975, n - 1) *
                           sqrt((n - 1) / (n - 2) * (1 + n * off * off / m.xx));
    for (int i = 0; i < c->n; i++)
        y[i] = at + stretch * (y[i] - m.y - slope * (c->x[i] - m.x));
}

double sc_ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

const char *sc_estimate_library(void)
{
    return "GSL " GSL_VERSION;
}
