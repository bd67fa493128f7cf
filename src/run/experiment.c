/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/experiment.h"

#include "run/workers.h"

#include <stdatomic.h>

struct shift {
    struct sc_experiment *experiment;
    struct sc_bench bench;
    struct sc_arena *scratch; /* one a worker */
    sc_progress_fn *progress;
    void *user;
    atomic_llong requests;
    volatile int cut;
};

void sc_experiment_init(struct sc_experiment *e, const struct sc_scenario *s)
{
    int n = s->n_architectures * (int)s->replications;
    *e = (struct sc_experiment){.scenario = s, .n = n};
    e->trial = sc_take(sizeof *e->trial * (size_t)n);
    e->record = sc_take(sizeof *e->record * (size_t)n);
    e->done = sc_take(sizeof *e->done * (size_t)n);
    for (int i = 0; i < n; i++)
        e->trial[i] = (struct sc_trial){.architecture = i / (int)s->replications,
                                        .replication = i % (int)s->replications};
}

static void work(void *user, int job, int worker)
{
    struct shift *shift = user;
    struct sc_experiment *e = shift->experiment;
    struct sc_record *slot = &e->record[job];
    sc_trial_run(&shift->bench, &e->trial[job], &shift->scratch[worker], slot);
    e->done[job] = !shift->cut;
    if (shift->cut)
        sc_record_free(slot);
    else
        atomic_fetch_add(&shift->requests, sc_ledger_find_count(&slot->ledger, NULL, "requests"));
}

static bool tick(void *user, int done)
{
    struct shift *shift = user;
    struct sc_progress p = {
        .done = done, .total = shift->experiment->n, .requests = atomic_load(&shift->requests)};
    enum sc_go go = shift->progress ? shift->progress(shift->user, &p) : SC_GO_ON;
    if (go == SC_GO_CUT)
        shift->cut = 1;
    return go != SC_GO_ON;
}

void sc_experiment_run(struct sc_experiment *e, int jobs, sc_progress_fn *progress, void *user)
{
    struct shift shift = {.experiment = e, .progress = progress, .user = user};
    shift.bench = (struct sc_bench){.scenario = e->scenario, .stop = &shift.cut};
    struct sc_workers workers = {
        .jobs = jobs, .n = e->n, .work = work, .tick = tick, .user = &shift};
    int threads = sc_workers_count(&workers);
    shift.scratch = sc_take(sizeof *shift.scratch * (size_t)(threads + 1));
    sc_workers_run(&workers);
    for (int i = 0; i < threads; i++)
        sc_arena_free(&shift.scratch[i]);
    sc_release(shift.scratch);
    for (int i = 0; i < e->n; i++)
        e->n_done += e->done[i];
}

void sc_experiment_free(struct sc_experiment *e)
{
    for (int i = 0; i < e->n; i++)
        if (e->done[i])
            sc_record_free(&e->record[i]);
    sc_release(e->trial);
    sc_release(e->record);
    sc_release(e->done);
    *e = (struct sc_experiment){0};
}

void sc_experiment_write(const struct sc_experiment *e, FILE *out)
{
    sc_record_write_header(e->scenario, out);
    for (int i = 0; i < e->n; i++)
        if (e->done[i])
            sc_record_write(&e->record[i], out);
}
