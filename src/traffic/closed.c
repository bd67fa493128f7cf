/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixed number of users, each of whom waits for the answer, thinks and asks again. When they ask
 * depends on the answers, so the client of service/ makes these requests; here stands what a person
 * states. */
#include "traffic/profile.h"

static double unknown(const struct sc_source *s, int64_t from_ns, int64_t to_ns)
{
    /* At most: every answer at once. */
    const struct sc_closed *config = s->config;
    double pause_ns = sc_dist_mean(&config->think_ns) + (double)s->rtt_ns;
    return pause_ns > 0 ? (double)config->users * ((double)to_ns - (double)from_ns) / pause_ns : 0;
}

/* Users who lose no time would ask without end at one instant, where nothing else takes time
 * either. */
static int open_closed(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    const struct sc_closed *config = s->config;
    (void)arena;
    if (sc_dist_mean(&config->think_ns) + (double)s->rtt_ns < 1000)
        return sc_fail(err, NULL,
                       "users pause for less than 0.001 ms between two requests; raise think_ms or "
                       "the traffic's rtt_ms");
    return 0;
}

static const struct sc_field fields[] = {
    {.key = "users",
     .help = "how many ask at once",
     .kind = SC_FIELD_INT,
     .def = 1,
     .min = 1,
     .max = 1e7,
     .required = 1,
     .offset = offsetof(struct sc_closed, users)},
    {.key = "think_ms",
     .help = "pause between an answer and the next request",
     .kind = SC_FIELD_DIST,
     .def = 1000,
     .max = 1e10,
     .offset = offsetof(struct sc_closed, think_ns)},
    {.key = NULL},
};

const struct sc_traffic_type sc_closed_traffic = {
    .name = "closed",
    .summary = "users who wait for the answer, think, and ask again",
    .size = sizeof(struct sc_closed),
    .fields = fields,
    .driven = true,
    .open = open_closed,
    .expected = unknown,
    .period_ns = sc_shape_stationary,
};
