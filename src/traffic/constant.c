/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests one after the other at equal distances, at a phase that each replication draws. */
#include "traffic/profile.h"

#include <math.h>

static int open_even(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_steady *config = s->config;
    config->shape.process = SC_PROCESS_EVEN;
    return sc_steady_open(s, arena, err);
}

static const struct sc_field fields[] = {
    {.key = "per_s",
     .help = "rate, requests a second",
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

const struct sc_traffic_type sc_constant_traffic = {
    .name = "constant",
    .summary = "evenly spaced requests",
    .size = sizeof(struct sc_steady),
    .fields = fields,
    .open = open_even,
    .fill = sc_shape_fill,
    .window_at = sc_shape_window_at,
    .expected = sc_shape_expected,
    .period_ns = sc_shape_stationary,
};
