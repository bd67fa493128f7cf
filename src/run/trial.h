/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_TRIAL_H
#define SC_RUN_TRIAL_H
/* One architecture, one replication: build it, run it (or a sample of its horizon), keep its
 * record. */
#include "run/record.h"

struct sc_trial {
    int architecture; /* its place in the scenario */
    int replication, point, stratum;
};

/** One request to be followed: where its timeline is printed. */
struct sc_follow {
    int source;      /* its place in the scenario */
    uint64_t number; /* of the request in its source, from 0 */
    FILE *out;
};

struct sc_sample_plan;
struct sc_sim_setup;

/** What trials share. */
struct sc_bench {
    const struct sc_scenario *scenario;
    const struct sc_sample_plan *plan; /* NULL: the whole horizon */
    const struct sc_follow *follow;    /* may be NULL */
    bool one_by_one;                   /* no batches, for comparison: the records are the same */
    const volatile int
        *stop; /* non-zero cuts a trial short, and its record does not count; may be NULL */
};

/** Runs a trial and fills its record. `scratch` holds what dies with the trial and is reset first.
 */
void sc_trial_run(const struct sc_bench *bench, const struct sc_trial *t, struct sc_arena *scratch,
                  struct sc_record *out);

/** For those who run one in parts (run/slices.h): the whole horizon; whose record it is. */
void sc_trial_setup(const struct sc_bench *bench, const struct sc_trial *t, struct sc_arena *arena,
                    struct sc_sim_setup *setup);
void sc_trial_label(const struct sc_bench *bench, const struct sc_trial *t, struct sc_record *out);
#endif
