/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A launch, a load test: stages one after the other, each at a level rate, a ramp, or so many
 * requests. */
#include "traffic/profile.h"

#include <math.h>

const struct sc_field sc_stage_fields[] = {
    {.key = "duration_s",
     .help = "how long it lasts",
     .kind = SC_FIELD_NS,
     .def = (double)NAN,
     .max = 1e9,
     .offset = offsetof(struct sc_stage, duration_s_ns)},
    {.key = "duration_h",
     .help = "the same in hours; one of the two is given",
     .kind = SC_FIELD_NS,
     .def = (double)NAN,
     .max = 3e5,
     .offset = offsetof(struct sc_stage, duration_h_ns)},
    {.key = "per_s",
     .help = "level rate, requests a second",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e9,
     .offset = offsetof(struct sc_stage, per_s)},
    {.key = "from_per_s",
     .help = "ramp: rate at the beginning",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e9,
     .offset = offsetof(struct sc_stage, from_per_s)},
    {.key = "to_per_s",
     .help = "ramp: rate at the end",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e9,
     .offset = offsetof(struct sc_stage, to_per_s)},
    {.key = "requests",
     .help = "instead of a rate: so many within the stage, on average",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e15,
     .offset = offsetof(struct sc_stage, requests)},
    {.key = NULL},
};

static double or_zero(double given)
{
    return given > 0 ? given : 0;
}

static int check_stage(const struct sc_stage *g, int i, struct sc_error *err)
{
    if ((g->duration_s_ns > 0) + (g->duration_h_ns > 0) != 1)
        return sc_fail(err, NULL, "stage %d: give one duration above 0, duration_s or duration_h",
                       i);
    bool ramp = g->from_per_s > 0 || g->to_per_s > 0;
    if ((g->per_s > 0) + ramp + (g->requests > 0) > 1)
        return sc_fail(err, NULL,
                       "stage %d: give one of per_s, from_per_s with to_per_s, and requests", i);
    return 0;
}

static int open_stages(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_stages *config = s->config;
    if (config->n == 0)
        return sc_fail(err, NULL, "there is no stage; give a list of at least one stage");
    double *number = SC_NEW_ARRAY(arena, double, 3 * config->n);
    double *length_ns = number, *from = number + config->n, *to = from + config->n, sum = 0;
    for (int i = 0; i < config->n; i++) {
        const struct sc_stage *g = &config->stage[i];
        if (check_stage(g, i, err))
            return -1;
        bool ramp = g->from_per_s > 0 || g->to_per_s > 0;
        length_ns[i] = (double)(g->duration_s_ns + g->duration_h_ns);
        double level = g->requests > 0 ? g->requests / (length_ns[i] * 1e-9) : or_zero(g->per_s);
        from[i] = ramp ? or_zero(g->from_per_s) : level;
        to[i] = ramp ? or_zero(g->to_per_s) : level;
        sum += from[i] + to[i];
    }
    if (!(sum > 0))
        return sc_fail(err, NULL, "no stage has a request; give one a rate above 0");
    config->shape.curve = sc_curve_pieces(arena, config->n, length_ns, from, to, config->repeat);
    return 0;
}

static int64_t whole_ns(const struct sc_source *s)
{
    const struct sc_stages *config = s->config;
    return (int64_t)config->shape.curve.piece[config->n].at_ns;
}

static int64_t period_ns(const struct sc_source *s)
{
    const struct sc_stages *config = s->config;
    return config->repeat ? whole_ns(s) : -1;
}

static int64_t length_ns(const struct sc_source *s)
{
    const struct sc_stages *config = s->config;
    return config->repeat ? 0 : whole_ns(s);
}

static const struct sc_field fields[] = {
    {.key = "stages",
     .help = "the list, in turn",
     .kind = SC_FIELD_JSON,
     .schema = "{\"type\": \"array\", \"minItems\": 1}",
     .offset = offsetof(struct sc_stages, stages_json)},
    {.key = "repeat",
     .help = "begin again at the end",
     .kind = SC_FIELD_BOOL,
     .offset = offsetof(struct sc_stages, repeat)},
    {.key = "process",
     .help = "independent requests, or evenly spaced ones",
     .kind = SC_FIELD_CHOICE,
     .choices = SC_PROCESS_CHOICES,
     .offset = offsetof(struct sc_stages, shape.process)},
    {.key = NULL},
};

const struct sc_traffic_type sc_stages_traffic = {
    .name = "stages",
    .summary = "levels and ramps one after the other, once or repeated",
    .size = sizeof(struct sc_stages),
    .fields = fields,
    .open = open_stages,
    .fill = sc_shape_fill,
    .window_at = sc_shape_window_at,
    .expected = sc_shape_expected,
    .period_ns = period_ns,
    .length_ns = length_ns,
};
