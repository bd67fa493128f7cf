/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_RESULT_H
#define SC_RUN_RESULT_H
/* What a run says, and all that a report reads: for each architecture means and intervals over its
 * replications, its bill, its merged histograms. Formed once, from the records in key order. */
#include "run/estimate.h"
#include "run/experiment.h"

/** Latency of one kind of call, ms; each from the replications' own quantiles. */
struct sc_waits {
    struct sc_estimate mean, p50, p90, p95, p99, p99_9, max;
};

struct sc_result_line { /* mean of the trials' unrounded lines */
    const char *node, *item, *sku, *unit;
    double quantity; /* with what was free or covered by a commitment */
    sc_i128 usd_e15;
    bool confirmed;
    bool estimate; /* hours' largest values, told from windows that are parts of hours */
};

struct sc_result_counter {
    const char *name;
    struct sc_estimate value;
};

struct sc_result_node {
    const char *name, *type; /* type NULL: no service (the clients) */
    int n_counters;
    struct sc_result_counter *counter; /* ordered by name */
    const struct sc_hist *hist;        /* of all replications, ns; NULL: none */
    struct sc_waits waits;             /* where there is a histogram */
    const struct sc_hist *queue;       /* how long calls queued here, ns; NULL: none */
    struct sc_waits queue_waits;
};

struct sc_result_architecture {
    const char *name;
    int n; /* replications that count */
    struct sc_estimate cost_usd_per_month, cost_usd_per_million;
    struct sc_estimate marginal_usd_per_million; /* of the next requests at this volume */
    double *cost; /* USD a month, one a replication: what a paired comparison needs */
    int n_lines;
    struct sc_result_line
        *line; /* in the order of services and their charges; lines without usage are left out */
    struct sc_waits waits;
    struct sc_estimate requests, completed, throttled, failed, timed_out, unfinished, cold_starts;
    struct sc_estimate cold_start_frac, throttled_frac, failed_frac, peak_concurrency,
        mean_concurrency;
    bool saturated, backlog;   /* backlog: a queue kept growing */
    const char *why_saturated; /* a clause, NULL when not */
    const struct sc_hist
        *hist; /* what clients wait, all replications, ns; NULL when nothing completed */
    int n_nodes;
    struct sc_result_node *node; /* services by name, then others that counted something */
    int n_extras;
    struct sc_result_counter *extra; /* the architecture's other counters, ordered by name */
};

struct sc_result {
    struct sc_arena arena;
    const char *version, *title, *question, *sha256, *book_id, *book_region, *book_as_of, *free,
        *month_note;
    int64_t seed, replications;
    double horizon_h, month_h, month_scale;
    const char *sample; /* what share of the horizon was simulated, or why all of it although a
                           precision was asked for; NULL: nothing to say */
    const char
        *span; /* what costs are of: "a month", or "in 24 h" of a horizon that is not scaled */
    struct sc_objective objective;
    int n;
    struct sc_result_architecture *architecture; /* ordered by name */
};

/** Forms the result from the trials that are done; needs one of each architecture at least (returns
 * -1 otherwise). Names are borrowed from the scenario and the records. */
SC_MUST_CHECK int sc_result_form(struct sc_result *r, const struct sc_experiment *e);
void sc_result_free(struct sc_result *r);
#endif
