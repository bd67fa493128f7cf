/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/shape.h"

#include "traffic/unit.h"

int sc_rate_resolve(double per_s, double per_month, double *out_per_s, struct sc_error *err)
{
    if (per_s > 0 && per_month > 0)
        return sc_fail(err, NULL,
                       "per_s (%g) and requests_per_month (%g) are both given: keep one of them",
                       per_s, per_month);
    if (!(per_s > 0) && !(per_month > 0))
        return sc_fail(err, NULL, "the rate is missing: give per_s or requests_per_month, above 0");
    *out_per_s = per_s > 0 ? per_s : per_month / SC_MONTH_S;
    return 0;
}

static const struct sc_shape *shape_of(const struct sc_source *s, const void *state)
{
    return state ? state : s->config;
}

bool sc_shape_fill(const struct sc_source *s, void *state, uint64_t key, int64_t b,
                   struct sc_window *w)
{
    const struct sc_shape *shape = shape_of(s, state);
    _Alignas(64) double x[SC_UNIT_MOST];
    int n =
        shape->process == SC_PROCESS_EVEN ? sc_unit_even(key, b, x) : sc_unit_poisson(key, b, x);
    if (w->cap < n)
        sc_window_reserve(w, SC_UNIT_MOST, false);
    sc_curve_invert(&shape->curve, x, w->at_ns, n);
    w->first = (uint64_t)b * SC_UNIT_MOST; /* each window has numbers of its own, before 0 too */
    if (w->at_ns[0] == INT64_MAX)
        return false;
    while (w->at_ns[n - 1] == INT64_MAX)
        n--;
    w->n = n;
    return true;
}

int64_t sc_shape_window_at(const struct sc_source *s, void *state, int64_t at_ns)
{
    /* A request of slack, for what is rounded on the way there and back. */
    double x =
        (sc_curve_expected(&shape_of(s, state)->curve, (double)at_ns) - 1) / SC_WINDOW_POINTS;
    int64_t b = (int64_t)x;
    return b - (x < (double)b);
}

double sc_shape_expected(const struct sc_source *s, int64_t from_ns, int64_t to_ns)
{
    const struct sc_shape *shape = s->config;
    return sc_curve_expected(&shape->curve, (double)to_ns) -
           sc_curve_expected(&shape->curve, (double)from_ns);
}

int64_t sc_shape_stationary(const struct sc_source *s)
{
    (void)s;
    return 0;
}
