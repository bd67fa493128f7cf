/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_SLICES_H
#define SC_RUN_SLICES_H
/* One trial by several threads, to the same record. Its horizon is cut into slices at whole hours;
 * each is simulated by itself, from an empty start a lead before its beginning, with the same
 * requests and draws. Where the state at a seam is that in which the slice before it ends
 * (service/fold.h), what follows is what the whole trial would have done; where it is not, the
 * slice before is run on through this one. */
#include "run/trial.h"

struct sc_slicing {
    int n;    /* slices that are wanted; there is at least an hour for each */
    int jobs; /* threads; 0: one for each processor */
    bool (*tick)(void *user, int done); /* as in run/workers.h, its answer is not heeded */
    void *user;
    int seams, met; /* grows: seams at which two slices were compared, and met */
};

/** Whether a trial of the architecture can be cut: nobody waits for answers to ask again, and each
 * of its services can tell its state. */
bool sc_slices_can(const struct sc_scenario *s, const struct sc_architecture *a);
/** How many slices are worth their leads, so that `jobs` threads have something to do; 1: none. */
int sc_slices_wanted(const struct sc_scenario *s, const struct sc_architecture *a, int jobs);
/** Runs the trial and fills its record, the same that sc_trial_run fills; when bench->stop says so
 * the record does not count. */
void sc_slices_run(struct sc_slicing *how, const struct sc_bench *bench, const struct sc_trial *t,
                   struct sc_record *out);
#endif
