/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/trial.h"

#include "run/sample.h"
#include "service/sim.h"

static const struct sc_source *const *sources_of(const struct sc_scenario *s,
                                                 struct sc_arena *arena)
{
    const struct sc_source **list = SC_NEW_ARRAY(arena, const struct sc_source *, s->n_sources + 1);
    for (int i = 0; i < s->n_sources; i++)
        list[i] = &s->source[i];
    return (const struct sc_source *const *)list;
}

void sc_trial_setup(const struct sc_bench *bench, const struct sc_trial *t, struct sc_arena *arena,
                    struct sc_sim_setup *setup)
{
    const struct sc_scenario *s = bench->scenario;
    *setup = (struct sc_sim_setup){
        .architecture = &s->architecture[t->architecture],
        .work = s->work,
        .n_works = s->n_works,
        .source = sources_of(s, arena),
        .n_sources = s->n_sources,
        .seed = (uint64_t)s->seed,
        .replication = t->replication,
        .warmup_ns = s->warmup_ns,
        .horizon_ns = s->horizon_ns,
        .drain_ns = s->drain_ns,
        .stop = bench->stop,
        .one_by_one = bench->one_by_one,
    };
    if (bench->follow) {
        setup->follow = bench->follow->number;
        setup->follow_source = bench->follow->source;
        setup->follow_out = bench->follow->out;
    }
}

void sc_trial_label(const struct sc_bench *bench, const struct sc_trial *t, struct sc_record *out)
{
    *out = (struct sc_record){.point = t->point,
                              .replication = t->replication,
                              .stratum = t->stratum,
                              .architecture = bench->scenario->architecture[t->architecture].name};
}

static void run_stretch(const struct sc_bench *bench, const struct sc_trial *t,
                        const struct sc_stretch *part, struct sc_arena *scratch,
                        struct sc_record *out)
{
    sc_arena_reset(scratch);
    struct sc_sim_setup setup;
    sc_trial_setup(bench, t, scratch, &setup);
    struct sc_ledger ledger = {.arena = scratch};
    setup.origin_ns = part->begin_ns;
    setup.horizon_ns = part->length_ns;
    setup.warmup_ns = part->lead_ns;
    setup.settle_ns = part->settle_ns;
    sc_sim_run(&setup, scratch, &ledger);
    sc_sample_add(out, &ledger, part->weight);
    sc_ledger_free(&ledger);
}

void sc_trial_run(const struct sc_bench *bench, const struct sc_trial *t, struct sc_arena *scratch,
                  struct sc_record *out)
{
    const struct sc_architecture *a = &bench->scenario->architecture[t->architecture];
    sc_trial_label(bench, t, out);
    for (int h = 0; bench->plan && h < bench->plan->n_strata; h++) {
        for (int k = 0; k < bench->plan->stratum[h].drawn; k++) {
            struct sc_stretch part =
                sc_sample_draw(bench->plan, bench->scenario, a, t->replication, h, k);
            run_stretch(bench, t, &part, scratch, out);
        }
    }
    if (bench->plan)
        return;
    sc_arena_reset(scratch);
    struct sc_sim_setup setup;
    sc_trial_setup(bench, t, scratch, &setup);
    struct sc_ledger ledger = {.arena = scratch};
    sc_sim_run(&setup, scratch, &ledger);
    sc_record_keep(out, &ledger);
    sc_ledger_free(&ledger);
}
