/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/load.h"
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char text[] = JSON({
    "horizon_h" : 1,
    "warmup_h" : 0,
    "work" : {"a" : {"steps" : []}, "b" : {"steps" : []}, "c" : {"steps" : []}},
    "traffic" : {
        "web" : {
            "profile" : {"constant" : {"per_s" : 1}},
            "mix" : {"c" : 0.5, "a" : 0.125, "b" : 0.375},
            "rtt_ms" : 31.5,
            "timeout_s" : 2.5,
            "attempts" : 4,
            "backoff_ms" : 150,
            "backoff_max_ms" : 9000,
            "backoff_factor" : 1.5,
            "jitter" : false
        },
        "app" : {"profile" : {"closed" : {"users" : 3}}, "mix" : {"b" : 1, "c" : 0}}
    },
    "architectures" : {"x" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
});

static void sources_are_ordered_and_complete(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, text);
    assert_int_equal(w.scenario.n_sources, 2);
    const struct sc_source *s = &w.scenario.source[1];
    assert_string_equal(s->name, "web");
    assert_string_equal(s->type->name, "constant");
    assert_true(s->rtt_ns == 31500000 && s->timeout_ns == INT64_C(2500000000));
    assert_int_equal(s->attempts, 4);
    assert_true(s->backoff_ns == 150000000 && s->backoff_max_ns == INT64_C(9000000000));
    assert_true(s->backoff_factor > 1.49 && s->backoff_factor < 1.51);
    assert_false(s->jitter);
    world_end(&w);
}

static void clients_are_patient_by_default(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, text);
    const struct sc_source *s = &w.scenario.source[0];
    assert_string_equal(s->name, "app");
    assert_true(s->type->driven);
    assert_true(s->rtt_ns == 0 && s->timeout_ns == 0);
    assert_int_equal(s->attempts, 1);
    assert_true(s->jitter);
    world_end(&w);
}

/* Ordered by name, zeros left out, the last one takes what rounding leaves. */
static void a_mix_becomes_thresholds(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, text);
    const struct sc_source *s = &w.scenario.source[1];
    assert_int_equal(s->n_mix, 3);
    assert_int_equal(s->mix_work[0], sc_scenario_work(&w.scenario, "a"));
    assert_int_equal(s->mix_work[2], sc_scenario_work(&w.scenario, "c"));
    assert_true(s->mix_upto[0] == UINT64_C(1) << 61);
    assert_true(s->mix_upto[1] == UINT64_C(1) << 63);
    assert_true(s->mix_upto[2] == UINT64_MAX);
    assert_int_equal(w.scenario.source[0].n_mix, 1);
    assert_int_equal(w.scenario.source[0].mix_work[0], sc_scenario_work(&w.scenario, "b"));
    world_end(&w);
}

static void what_does_not_add_up_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *pointer, *words;
    } cases[] = {
        {"/traffic/web/mix", JSON({"a" : 0.5}), "/traffic/web/mix", "add up to 0.5"},
        {"/traffic/web/mix", JSON({"a" : 1.5}), "/traffic/web/mix/a", "no share"},
        {"/traffic/web/mix", JSON({"a" : "1"}), "/traffic/web/mix/a", "a share from 0 to 1"},
        {"/traffic/web/mix", JSON({"d" : 0, "a" : 1}), "/traffic/web/mix/d", "no work \"d\""},
        {"/traffic/web/mix", JSON({}), "/traffic/web/mix", ""},
        {"/traffic/web", JSON({"profile" : {"constant" : {"per_s" : 1}}}), "/traffic/web",
         "there are 3 works"},
        {"/traffic/web/profile", JSON({"konstant" : {"per_s" : 1}}),
         "/traffic/web/profile/konstant", "constant"},
        {"/traffic/web/attempts", "0", "/traffic/web/attempts", "1"},
        {"/traffic", JSON({}), "/traffic", "at least one"},
        {"/work/a/steps", JSON([ {"cpu_ms" : {"trace" : 1}} ]), "/traffic/web", "a trace"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, cases[i].key, cases[i].value);
        world_refuses(&w, text, cases[i].pointer, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_ordered_and_complete),
        cmocka_unit_test(clients_are_patient_by_default),
        cmocka_unit_test(a_mix_becomes_thresholds),
        cmocka_unit_test(what_does_not_add_up_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
