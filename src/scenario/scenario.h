/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_SCENARIO_H
#define SC_SCENARIO_SCENARIO_H
/* The scenario: one JSON file read, checked and resolved into const structs that any number of
 * trials share. Every key, its unit, bounds and default stand in field tables; every error names
 * file, line, column and JSON pointer. */
#include "io/json.h"
#include "price/book.h"
#include "service/service.h"
#include "traffic/traffic.h"

/** What the user wants to hold; 0 or NaN-free negatives mean: not asked for (-1). */
struct sc_objective {
    double mean_ms, p50_ms, p90_ms, p95_ms, p99_ms, p99_9_ms, failed_frac; /* -1: no bound */
};

/** The most requests of a horizon that is simulated as a whole: more would take hours. */
#define SC_MOST_REQUESTS 1e10

/** The most events of all trials together that are simulated as they are where nothing is said
 * about precision. */
#define SC_MOST_EVENTS 2e7

/** How narrow the intervals shall be: half-widths as shares of the mean. */
struct sc_precision {
    bool asked;      /* false: every instant of the horizon is simulated */
    bool by_default; /* nothing was said, and there are more than SC_MOST_EVENTS */
    double cost_frac, p99_frac;
};

/** How a horizon was simulated, where not simply as a whole. */
struct sc_sampling {
    const char *note;  /* one clause for the screen; NULL: nothing to say */
    int64_t requests;  /* expected in the horizon that the sample stands for; 0: it is no sample */
    int64_t seen_ppb;  /* 1e-9 of the horizon that a replication measures */
    int64_t least_ppm; /* no interval of a cost is told narrower than 1e-6 of it on either side */
};

struct sc_scenario {
    struct sc_arena arena;
    struct sc_doc doc;
    const char *path, *title, *question;
    char sha256[65];
    int64_t seed, replications;
    int64_t horizon_ns, warmup_ns, drain_ns, month_ns;
    bool warmup_given; /* by the user; else warmup_ns is as long as the services' past matters */
    bool periodic; /* every source repeats with a period that divides the horizon: costs scale to
                      the month */
    const char *month_note;       /* how the month was reached, one clause for the screen */
    sc_i128 month_num, month_den; /* a horizon's usage times num / den is a month's */
    enum sc_free free;
    struct sc_objective objective;
    struct sc_precision precision;
    double expected_requests;    /* in the horizon, but for those of users who wait */
    double expected_events;      /* those times replications and services of all architectures */
    struct sc_sampling sampling; /* read from records: how their horizon was sampled */
    struct sc_book book;
    struct sc_work *work;
    int n_works;
    struct sc_source *source; /* ordered by name */
    int n_sources;
    struct sc_architecture *architecture; /* ordered by name */
    int n_architectures;
    const char **store_name;
    int n_stores;
};

/** Reads and checks a scenario with its --sets, its book, its models and its traces. Errors are
 * located. The scenario is const from then on and freed with sc_scenario_free, also after an error.
 */
SC_MUST_CHECK int sc_scenario_load(struct sc_scenario *s, const char *path,
                                   const struct sc_set *sets, int n_sets, struct sc_error *err);
/** The same from memory: `path` is what errors call it and where its relative files are looked for
 * (borrowed). */
SC_MUST_CHECK int sc_scenario_parse(struct sc_scenario *s, const char *path, const char *text,
                                    size_t length, struct sc_error *err);
void sc_scenario_free(struct sc_scenario *s);

/** The top-level field table, for schema, models and explain. */
extern const struct sc_field sc_scenario_fields[];

/** The lead that the architecture's services ask for, ns (DESIGN: a service's memory_ns). */
int64_t sc_architecture_memory_ns(const struct sc_architecture *a);
#endif
