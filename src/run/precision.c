/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replications until the intervals are as narrow as asked for. */
#include "run/result.h"
#include "run/sample.h"

enum { FEWEST = 8, MOST = 512 };

static bool is_narrow(struct sc_estimate e, double frac)
{
    return e.n == 0 || (e.n > 1 && e.hi - e.mean <= frac * e.mean);
}

/* Whether every architecture is told precisely enough; `backlog` when a queue of one grows. */
static bool is_reached(const struct sc_experiment *e, bool *backlog)
{
    const struct sc_precision *p = &e->scenario->precision;
    struct sc_result r = {0};
    bool reached = sc_result_form(&r, e) == 0;
    *backlog = false;
    for (int i = 0; i < r.n; i++) {
        const struct sc_result_architecture *a = &r.architecture[i];
        *backlog = *backlog || a->backlog;
        reached = reached && is_narrow(a->cost_usd_per_month, p->cost_frac) &&
                  is_narrow(a->waits.p99, p->p99_frac);
    }
    sc_result_free(&r);
    return reached;
}

static void start_again(struct sc_experiment *e, const char *why)
{
    const struct sc_scenario *s = e->scenario;
    const int slices = e->slices;
    sc_experiment_free(e);
    *e = (struct sc_experiment){.scenario = s, .exact_because = why, .slices = slices};
    sc_experiment_extend(e, (int)s->replications);
}

static const char *by_default(struct sc_experiment *e)
{
    return sc_arena_printf(&e->arena, " (about %.2g events would be too many by default)",
                           e->scenario->expected_events);
}

static const char *note(struct sc_experiment *e, bool reached)
{
    const struct sc_precision *p = &e->scenario->precision;
    if (e->exact_because)
        return sc_arena_printf(&e->arena, "simulated as a whole: %s", e->exact_because);
    const int64_t n = sc_sample_windows(e->plan);
    const double seconds = (double)e->plan->window_ns / 1e9;
    const bool in_seconds = seconds < 60;
    return sc_arena_printf(&e->arena,
                           "sampled%s: each replication simulates %lld window%s of %g %s, with "
                           "leads %.2g %% of it, for "
                           "cost to %g %% and p99 to %g %%%s",
                           p->by_default ? by_default(e) : "", (long long)n, n == 1 ? "" : "s",
                           in_seconds ? seconds : seconds / 60, in_seconds ? "s" : "min",
                           e->plan->share * 100, p->cost_frac * 100, p->p99_frac * 100,
                           reached ? "" : ", which was not reached");
}

void sc_experiment_run_to_precision(struct sc_experiment *e, int jobs, sc_progress_fn *progress,
                                    void *user)
{
    bool backlog = false, reached = false;
    if (e->plan && e->replications < FEWEST)
        sc_experiment_extend(e, FEWEST);
    sc_experiment_run(e, jobs, progress, user);
    while (e->plan && e->n_done == e->n) {
        reached = is_reached(e, &backlog);
        const bool whole = e->scenario->expected_requests <= SC_MOST_REQUESTS; /* it can be run */
        if ((!backlog || !whole) && (reached || e->replications >= MOST))
            break;
        if (backlog && whole)
            start_again(e, "a queue keeps growing, and a backlog carries over");
        else if (whole &&
                 2 * (double)e->replications * e->plan->share > (double)e->scenario->replications)
            start_again(e, "a sample that is precise enough would be hardly less");
        else
            sc_experiment_extend(e, 2 * (int)e->replications);
        sc_experiment_run(e, jobs, progress, user);
    }
    if (e->plan || e->exact_because)
        e->sampling.note = note(e, reached);
}
