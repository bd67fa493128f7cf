/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_SAMPLE_H
#define SC_RUN_SAMPLE_H
/* A long horizon by sample: it is cut into windows of equal length, windows of like traffic are a
 * stratum, and a replication simulates one window of each, drawn by key, each after a lead from an
 * empty start in which the services gather their past. A window stands for all of its stratum, so
 * its record counts as often as the stratum has windows, and a replication's record stands for the
 * whole horizon. No stratum is left out, however rare. (Stratified sampling: Cochran, Sampling
 * Techniques, chapter 5.) */
#include "run/record.h"

struct sc_stratum {
    int64_t first, n; /* its windows: [first, first + n) of the plan's order */
    int drawn;        /* how many of them a replication simulates */
};

struct sc_sample_plan {
    int64_t window_ns, horizon_ns;
    int64_t n_windows;
    int64_t *window; /* places in the horizon, stratum by stratum */
    int n_strata;
    struct sc_stratum *stratum;
    double share; /* of the horizon that one replication simulates, leads included */
};

/** A part of the horizon and how often it counts. */
struct sc_stretch {
    int64_t begin_ns, length_ns, lead_ns, weight;
    int64_t settle_ns; /* services begin the lead as after so long; 0: as the scenario says */
};

/** Lays out the strata in the arena. Returns NULL, or a clause that says why the scenario cannot be
 * sampled and has to be run exactly. */
const char *sc_sample_plan(struct sc_sample_plan *p, const struct sc_scenario *s,
                           struct sc_arena *arena);
/** What a report has to know of the sample, but for the note. */
struct sc_sampling sc_sample_sampling(const struct sc_sample_plan *p, const struct sc_scenario *s);
/** Windows that one replication simulates. */
int64_t sc_sample_windows(const struct sc_sample_plan *p);
/** The k-th window that a replication simulates of a stratum; the stratum's weight is spread over
 * its windows. */
struct sc_stretch sc_sample_draw(const struct sc_sample_plan *p, const struct sc_scenario *s,
                                 const struct sc_architecture *a, int replication, int stratum,
                                 int k);
/** Adds a window's ledger, `weight` times, to the replication's record: sums are multiplied, an
 * hourly meter gets one more entry (the window's), of peaks the largest counts and of what is
 * stored the amount (enum sc_combine). */
void sc_sample_add(struct sc_record *r, const struct sc_ledger *from, int64_t weight);
#endif
