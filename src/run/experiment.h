/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_EXPERIMENT_H
#define SC_RUN_EXPERIMENT_H
/* All trials of a scenario: architectures x replications, run by threads, each into its own slot,
 * in key order. What comes out does not depend on how many threads there are. */
#include "run/trial.h"

struct sc_progress {
    int done, total;  /* trials */
    int64_t requests; /* of the trials that are done */
};

/** How much of the run to go on with. */
enum sc_go {
    SC_GO_ON,
    SC_GO_FINISH /* begin no more trials */,
    SC_GO_CUT /* and end those that run */
};
typedef enum sc_go sc_progress_fn(void *user, const struct sc_progress *p);

struct sc_experiment {
    const struct sc_scenario *scenario;
    int n; /* trials: architecture by architecture, each replication by replication */
    struct sc_trial *trial;
    struct sc_record *record; /* a slot a trial */
    bool *done;               /* the slot is filled */
    int n_done;
};

/** Lays out the trials. The scenario must outlive the experiment. */
void sc_experiment_init(struct sc_experiment *e, const struct sc_scenario *s);
/** Runs them with `jobs` threads (0: one for each processor); `progress` may be NULL and is called
 * in the caller's thread. */
void sc_experiment_run(struct sc_experiment *e, int jobs, sc_progress_fn *progress, void *user);
void sc_experiment_free(struct sc_experiment *e);

/** Header and records, those that are done, as JSON Lines. */
void sc_experiment_write(const struct sc_experiment *e, FILE *out);
#endif
