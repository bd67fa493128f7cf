/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/experiment.h"

#include "run/sample.h"
#include "run/slices.h"
#include "run/workers.h"

#include <limits.h>
#include <stdatomic.h>

/* Slices take every event for itself, which is two or three times the work. */
enum { THREADS_A_TRIAL = 4 };

struct shift {
    struct sc_experiment *experiment;
    struct sc_bench bench;
    struct sc_arena *scratch; /* one a worker */
    sc_progress_fn *progress;
    void *user;
    atomic_llong requests;
    int *todo; /* trials that a thread each runs */
    int done;  /* trials before those */
    bool stopped;
    volatile int cut;
};

void sc_experiment_extend(struct sc_experiment *e, int n)
{
    const int n_architectures = e->scenario->n_architectures;
    const size_t was = (size_t)e->n, all = (size_t)n * (size_t)n_architectures;
    size_t caps[] = {was, was, was};
    e->trial = sc_grow(e->trial, &caps[0], all, sizeof *e->trial);
    e->record = sc_grow(e->record, &caps[1], all, sizeof *e->record);
    e->done = sc_grow(e->done, &caps[2], all, sizeof *e->done);
    for (size_t i = was; i < all; i++) {
        e->trial[i] = (struct sc_trial){.architecture = (int)i % n_architectures,
                                        .replication = (int)i / n_architectures};
        e->record[i] = (struct sc_record){0};
        e->done[i] = false;
    }
    e->n = (int)all;
    e->replications = n;
}

void sc_experiment_init(struct sc_experiment *e, const struct sc_scenario *s)
{
    *e = (struct sc_experiment){.scenario = s};
    if (s->precision.asked) {
        e->plan = SC_NEW(&e->arena, struct sc_sample_plan);
        e->exact_because = sc_sample_plan(e->plan, s, &e->arena);
        e->plan = e->exact_because ? NULL : e->plan;
        if (e->plan)
            e->sampling = sc_sample_sampling(e->plan, s);
    }
    sc_experiment_extend(e, (int)s->replications);
}

static void ran(struct shift *shift, int i)
{
    struct sc_experiment *e = shift->experiment;
    struct sc_record *slot = &e->record[i];
    e->done[i] = !shift->cut;
    if (shift->cut)
        sc_record_free(slot);
    else
        atomic_fetch_add(&shift->requests, sc_ledger_find_count(&slot->ledger, NULL, "requests"));
}

static void work(void *user, int job, int worker)
{
    struct shift *shift = user;
    struct sc_experiment *e = shift->experiment;
    int i = shift->todo[job];
    sc_trial_run(&shift->bench, &e->trial[i], &shift->scratch[worker], &e->record[i]);
    ran(shift, i);
}

static bool tick(void *user, int done)
{
    struct shift *shift = user;
    struct sc_progress p = {.done = shift->done + done,
                            .total = shift->experiment->n,
                            .requests = atomic_load(&shift->requests)};
    enum sc_go go = shift->progress ? shift->progress(shift->user, &p) : SC_GO_ON;
    if (go == SC_GO_CUT)
        shift->cut = 1;
    shift->stopped = go != SC_GO_ON;
    return shift->stopped;
}

static bool tick_slices(void *user, int done)
{
    (void)done;
    return tick(user, 0);
}

/* 1: a thread runs it as a whole. */
static int slices_of(const struct sc_experiment *e, int i, int jobs)
{
    const struct sc_architecture *a = &e->scenario->architecture[e->trial[i].architecture];
    struct sc_workers crew = {.jobs = jobs, .n = INT_MAX};
    int threads = sc_workers_count(&crew);
    if (e->plan || (e->slices == 0 && threads < THREADS_A_TRIAL * (e->n - e->n_ran)))
        return 1;
    if (e->slices == 0)
        return sc_slices_wanted(e->scenario, a, threads);
    return sc_slices_can(e->scenario, a) ? e->slices : 1;
}

static void run_whole(struct shift *shift, int n, int jobs)
{
    struct sc_workers workers = {.jobs = jobs, .n = n, .work = work, .tick = tick, .user = shift};
    int threads = sc_workers_count(&workers);
    shift->scratch = sc_take(sizeof *shift->scratch * (size_t)(threads + 1));
    sc_workers_run(&workers);
    for (int i = 0; i < threads; i++)
        sc_arena_free(&shift->scratch[i]);
    sc_release(shift->scratch);
    shift->done += n;
}

/* Those that are cut into slices come one after the other. */
static void run_sliced(struct shift *shift, int jobs)
{
    struct sc_experiment *e = shift->experiment;
    struct sc_slicing how = {.jobs = jobs, .tick = tick_slices, .user = shift};
    for (int i = e->n_ran; i < e->n && !shift->stopped; i++) {
        how.n = slices_of(e, i, jobs);
        if (how.n == 1)
            continue;
        sc_slices_run(&how, &shift->bench, &e->trial[i], &e->record[i]);
        ran(shift, i);
        shift->done++;
    }
    e->seams += how.seams;
    e->seams_met += how.met;
}

void sc_experiment_run(struct sc_experiment *e, int jobs, sc_progress_fn *progress, void *user)
{
    struct shift shift = {.experiment = e, .progress = progress, .user = user, .done = e->n_ran};
    shift.bench = (struct sc_bench){.scenario = e->scenario, .plan = e->plan, .stop = &shift.cut};
    shift.todo = sc_take(sizeof *shift.todo * (size_t)(e->n - e->n_ran + 1));
    int n_whole = 0;
    for (int i = e->n_ran; i < e->n; i++)
        if (slices_of(e, i, jobs) == 1)
            shift.todo[n_whole++] = i;
    run_whole(&shift, n_whole, jobs);
    run_sliced(&shift, jobs);
    sc_release(shift.todo);
    for (int i = e->n_ran; i < e->n; i++)
        e->n_done += e->done[i];
    e->n_ran = e->n;
}

void sc_experiment_free(struct sc_experiment *e)
{
    for (int i = 0; i < e->n; i++)
        if (e->done[i])
            sc_record_free(&e->record[i]);
    sc_release(e->trial);
    sc_release(e->record);
    sc_release(e->done);
    sc_arena_free(&e->arena);
    *e = (struct sc_experiment){0};
}

void sc_experiment_write(const struct sc_experiment *e, FILE *out)
{
    sc_record_write_header(e->scenario, e->replications, &e->sampling, out);
    for (int a = 0; a < e->scenario->n_architectures; a++)
        for (int i = a; i < e->n; i += e->scenario->n_architectures)
            if (e->done[i])
                sc_record_write(&e->record[i], out);
}
