/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_PROFILE_H
#define SC_TRAFFIC_PROFILE_H
/* The configs of the profiles. What the field tables cannot hold, lists above all, is read into
 * them by scenario/profilefile before the type's open. Members named `*_json` are the lists as
 * written and are looked at there only. */
#include "io/fields.h"
#include "traffic/shape.h"
#include "traffic/trace.h"

#define TRAFFIC(name) extern const struct sc_traffic_type sc_##name##_traffic;
#include "traffic/traffics.def"
#undef TRAFFIC

/** constant and poisson. */
struct sc_steady {
    struct sc_shape shape;
    double per_s, requests_per_month; /* one of them; not a number: not given */
};
int sc_steady_open(struct sc_source *s, struct sc_arena *arena, struct sc_error *err);

struct sc_diurnal {
    struct sc_shape shape;
    double per_s, requests_per_month;
    double peak_to_mean;
    int64_t peak_hour;
    const struct cJSON *hours_json, *days_json;
    int n_hours, n_days; /* 0: not given */
    double hours[24], days[7];
};

/** A stage has one of: per_s; from_per_s and to_per_s; requests. */
struct sc_stage {
    int64_t duration_s_ns, duration_h_ns; /* one of them */
    double per_s, from_per_s, to_per_s, requests;
};
extern const struct sc_field sc_stage_fields[];

struct sc_stages {
    struct sc_shape shape;
    bool repeat;
    const struct cJSON *stages_json;
    int n;
    struct sc_stage *stage;
};

struct sc_mmpp_state {
    double per_s;
    int64_t mean_ns;
};
extern const struct sc_field sc_mmpp_state_fields[];

enum { SC_MMPP_CYCLIC, SC_MMPP_RANDOM };
struct sc_mmpp {
    int process, next;
    const struct cJSON *states_json;
    int n;
    struct sc_mmpp_state *state;
};

struct sc_cron {
    int64_t every_ns, jitter_ns, requests;
    const char *cron;
    int64_t period_ns;
    int64_t *mark_ns; /* firings within the period, rising */
    int n_marks;
};

struct sc_closed {
    int64_t users;
    struct sc_dist think_ns;
};

struct sc_traced {
    const char *file;
    const struct cJSON *rows_json, *counts_json, *durations_json, *memory_json;
    int64_t interval_ns;
    double from_s, burst; /* from_s: not a number when not given */
    bool repeat;
    int placement; /* enum sc_placement */
};
#endif
