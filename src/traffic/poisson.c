/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Independent users at a constant rate: a Poisson process. */
#include "traffic/profile.h"

#include <math.h>

int sc_steady_open(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_steady *config = s->config;
    double per_s;
    if (sc_rate_resolve(config->per_s, config->requests_per_month, &per_s, err))
        return -1;
    config->shape.curve = sc_curve_constant(arena, per_s);
    return 0;
}

static const struct sc_field fields[] = {
    {.key = "per_s",
     .help = "mean rate, requests a second",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e9,
     .offset = offsetof(struct sc_steady, per_s)},
    {.key = "requests_per_month",
     .help = "the same for a month of 730 h; one of the two is given",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e15,
     .offset = offsetof(struct sc_steady, requests_per_month)},
    {.key = NULL},
};

const struct sc_traffic_type sc_poisson_traffic = {
    .name = "poisson",
    .summary = "independent requests at a constant mean rate",
    .size = sizeof(struct sc_steady),
    .fields = fields,
    .open = sc_steady_open,
    .fill = sc_shape_fill,
    .window_at = sc_shape_window_at,
    .expected = sc_shape_expected,
    .period_ns = sc_shape_stationary,
};
