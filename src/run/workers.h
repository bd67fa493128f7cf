/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_WORKERS_H
#define SC_RUN_WORKERS_H
/* Threads over an array of jobs. Each job is done once, by any thread, in any order; what it makes
 * goes into its own slot. */
#include <stdbool.h>

struct sc_workers {
    int jobs;                                      /* threads; 0: one for each processor */
    int n;                                         /* jobs to do */
    void (*work)(void *user, int job, int worker); /* 0 <= worker < threads */
    /** Called in the caller's thread about every 50 ms and once at the end with how many are done;
     * true: begin no more. May be NULL. */
    bool (*tick)(void *user, int done);
    void *user;
};

/** How many threads there will be. */
int sc_workers_count(const struct sc_workers *w);
/** Returns how many jobs were begun (all of them unless `tick` said stop); all begun ones have
 * ended. */
int sc_workers_run(const struct sc_workers *w);
#endif
