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
    int n; /* trials: replication by replication, each architecture by architecture */
    struct sc_trial *trial;
    struct sc_record *record;    /* a slot a trial */
    bool *done;                  /* the slot is filled */
    int n_done, n_ran;           /* ran: those that were laid out when a run last ended */
    struct sc_arena arena;       /* the plan's */
    struct sc_sample_plan *plan; /* NULL: trials simulate the whole horizon */
    const char *exact_because;   /* precision was asked for and this is why it is not sampled */
    struct sc_sampling sampling; /* how the horizon was sampled, or why it was not */
    int64_t replications;        /* that are laid out */
    int slices;           /* of each trial that runs as a whole; 0: as many as keep threads busy */
    int seams, seams_met; /* between slices, as run/slices.h counts them */
};

/** Lays out the trials, and the sample where the scenario asks for a precision. The scenario must
 * outlive the experiment. */
void sc_experiment_init(struct sc_experiment *e, const struct sc_scenario *s);
/** Lays out more replications, `n` in all. */
void sc_experiment_extend(struct sc_experiment *e, int n);
/** Runs those that have not run with `jobs` threads (0: one for each processor); `progress` may be
 * NULL and is called in the caller's thread. */
void sc_experiment_run(struct sc_experiment *e, int jobs, sc_progress_fn *progress, void *user);
/** Runs them until the scenario's precision is reached: where it asks for one, replications double
 * in rounds, so that the end does not depend on `jobs`; where a sample saturates, whole horizons
 * are run instead, since a backlog carries over. */
void sc_experiment_run_to_precision(struct sc_experiment *e, int jobs, sc_progress_fn *progress,
                                    void *user);
void sc_experiment_free(struct sc_experiment *e);

/** Header and records, those that are done, as JSON Lines. */
void sc_experiment_write(const struct sc_experiment *e, FILE *out);
#endif
