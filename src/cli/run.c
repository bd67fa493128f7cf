/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost run: load, run the trials, tell the result. */
#include "cli/age.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "cli/watch.h"
#include "run/outfile.h"

#include <string.h>

/* What a run is written to; not open: out is NULL. */
struct outputs {
    struct sc_outfile report, records;
};

static int open_outputs(struct outputs *f, const struct sc_options *o, struct sc_error *err)
{
    bool records_only = o->records && strcmp(o->records, "-") == 0 && !o->out;
    if (o->records && sc_outfile_open(&f->records, o->records, err) != 0)
        return -1;
    return records_only ? 0 : sc_outfile_open(&f->report, o->out, err);
}

static int close_outputs(struct outputs *f, struct sc_error *err)
{
    if (f->records.out && sc_outfile_close(&f->records, err) != 0)
        return -1;
    return f->report.out ? sc_outfile_close(&f->report, err) : 0;
}

/* Everything after the trials; the exit code. */
static int conclude(const struct sc_options *o, const struct sc_experiment *e, struct outputs *f,
                    struct sc_error *err)
{
    bool told;
    if (f->records.out)
        sc_experiment_write(e, f->records.out);
    int code = sc_tell(o, e, f->report.out, &told);
    if (!told)
        sc_outfile_drop(&f->report); /* stopped before each architecture had a trial */
    if (code != SC_EXIT_USAGE && close_outputs(f, err) != 0)
        code = sc_complain(err, SC_EXIT_FAILED);
    return code;
}

static int run(const struct sc_options *o, const struct sc_scenario *s, struct outputs *f,
               struct sc_error *err)
{
    struct sc_experiment e;
    struct sc_watch watch;
    if (!o->quiet)
        sc_book_warn_age(&s->book, stderr);
    sc_experiment_init(&e, s);
    if (e.exact_because && s->expected_requests > SC_MOST_REQUESTS) {
        sc_fail(
            err, "/precision",
            "it cannot be sampled (%s), and about %.3g requests are too many to be simulated as "
            "a whole; give a shorter horizon_h",
            e.exact_because, s->expected_requests);
        sc_experiment_free(&e);
        return sc_complain(err, SC_EXIT_INVALID);
    }
    e.slices = (int)o->slices;
    sc_watch_begin(&watch, o->quiet);
    sc_experiment_run_to_precision(&e, (int)o->jobs, sc_watch_look, &watch);
    sc_watch_end(&watch);
    if (watch.signal)
        fprintf(stderr, "simcost: stopped: %d of %d trials finished\n", e.n_done, e.n);
    if (o->slices > 1 && !o->quiet)
        fprintf(stderr, "simcost: slices met at %d of %d seams\n", e.seams_met, e.seams);
    int code = conclude(o, &e, f, err);
    sc_experiment_free(&e);
    return watch.signal && code != SC_EXIT_FAILED ? SC_EXIT_SIGNAL + watch.signal : code;
}

int sc_command_run(const struct sc_options *o)
{
    if (o->follow)
        return sc_command_follow(o);
    struct sc_error err = {0};
    struct sc_scenario s = {0};
    struct outputs f = {0};
    int code;
    if (sc_scenario_load(&s, o->arg[0], o->set, (int)o->n_sets, &err) != 0)
        code = sc_complain(&err, SC_EXIT_INVALID);
    else if (open_outputs(&f, o, &err) != 0)
        code = sc_complain(&err, SC_EXIT_FAILED);
    else
        code = run(o, &s, &f, &err);
    sc_outfile_drop(&f.records);
    sc_outfile_drop(&f.report);
    sc_scenario_free(&s);
    return code;
}
