/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/result.h"
#include "world.h"
#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define PROFILE "/traffic/t/profile"
#define HOUR INT64_C(3600000000000)

static const char text[] = JSON({
    "replications" : 2,
    "horizon_h" : 24,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : 23.85} ]}},
    "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 0.5}}}},
    "architectures" : {"a" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
});

static void month_is(struct world *w, double scale, bool periodic)
{
    world_open(w, text);
    double num = (double)w->scenario.month_num, den = (double)w->scenario.month_den;
    if (fabs(num / den - scale) > 1e-9 * scale)
        fail_msg("a month is %.9g horizons; %.9g is wanted", num / den, scale);
    assert_int_equal(w->scenario.periodic, periodic);
    assert_non_null(w->scenario.month_note);
    world_end(w);
}

/* DESIGN 4.12: only what repeats, with a period that divides the horizon, stands for the month. */
static void horizons_scale_to_the_month_where_all_repeats(void **state)
{
    (void)state;
    static const struct {
        const char *profile, *horizon_h;
        double scale;
        bool periodic;
    } cases[] = {
        {JSON({"constant" : {"per_s" : 0.5}}), "24", 730.0 / 24, true},
        {JSON({"poisson" : {"per_s" : 0.5}}), "0.7", 730 / 0.7, true},
        {JSON({"diurnal" : {"per_s" : 0.5}}), "168", 730.0 / 168, true}, /* a week */
        {JSON({"diurnal" : {"per_s" : 0.5}}), "37", 1, false},
        {JSON({"diurnal" : {"per_s" : 0.5}}), "1000", 0.73, false},
        {JSON({"diurnal" : {"per_s" : 0.5, "days" : [ 1, 1, 1, 1, 1, 0.5, 0.4 ]}}), "336",
         730.0 / 336, true},
        {JSON({"cron" : {"every_s" : 25200}}), "24", 1, false},
        {JSON({"cron" : {"every_s" : 25200}}), "28", 730.0 / 28, true},
        {JSON({"stages" : {"stages" : [ {"duration_h" : 5, "per_s" : 1} ]}}), "5", 1, false},
        {JSON({"stages" : {"stages" : [ {"duration_h" : 1460, "per_s" : 1} ]}}), "1460", 0.5,
         false},
        {JSON({"stages" : {"stages" : [ {"duration_h" : 5, "per_s" : 1} ], "repeat" : true}}), "10",
         73, true},
        {JSON({"closed" : {"users" : 3}}), "73", 10, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, PROFILE, cases[i].profile);
        world_set(&w, "/horizon_h", cases[i].horizon_h);
        month_is(&w, cases[i].scale, cases[i].periodic);
    }
}

static void one_source_that_happens_once_is_enough(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, "/traffic/u",
              JSON({"profile" : {"stages" : {"stages" : [ {"duration_h" : 3, "per_s" : 1} ]}}}));
    month_is(&w, 1, false);
}

static void another_month_may_be_stated(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, "/month_h", "744");
    month_is(&w, 31, true);
}

/* Where nothing ends, a week; where something happens once, the longest. */
static void the_horizon_has_a_default(void **state)
{
    (void)state;
    struct world w = {0};
    static const char plain[] = JSON({
        "work" : {"w" : {"steps" : []}},
        "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 0.5}}}},
        "architectures" : {"a" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
    });
    world_open(&w, plain);
    assert_true(w.scenario.horizon_ns == 168 * HOUR);
    world_end(&w);
    world_set(&w, PROFILE, JSON({"stages" : {"stages" : [ {"duration_h" : 5.5, "per_s" : 1} ]}}));
    world_open(&w, plain);
    assert_true(w.scenario.horizon_ns == 11 * HOUR / 2);
    assert_true(w.scenario.warmup_ns == 0); /* nothing was before a launch */
    world_end(&w);
}

/* The longest memory of all services, of all architectures. */
static void the_warm_up_is_what_services_remember(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, "/architectures/a/services/fn/keep_alive_s", "600");
    world_open(&w, text);
    assert_true(w.scenario.warmup_ns == INT64_C(613000000000)); /* and 3 s + 10 s */
    world_end(&w);
    world_set(
        &w, "/architectures/b",
        JSON({"entry" : "web", "services" : {"web" : {"type" : "fleet", "tasks" : {"max" : 3}}}}));
    world_open(&w, text);
    assert_true(w.scenario.warmup_ns == (15 + 5 + 5) * INT64_C(60000000000));
    world_end(&w);
    world_set(&w, "/warmup_h", "0");
    world_open(&w, text);
    assert_true(w.scenario.warmup_ns == 0);
    world_end(&w);
}

static double cost_of(const char *mode)
{
    struct world w = {0};
    struct sc_experiment e;
    struct sc_result r;
    world_set(&w, "/free", mode);
    world_set(&w, "/work/w/response_bytes", "2000000");
    world_open(&w, text);
    sc_experiment_init(&e, &w.scenario);
    sc_experiment_run(&e, 1, NULL, NULL);
    assert_int_equal(sc_result_form(&r, &e), 0);
    double usd = r.architecture[0].cost_usd_per_month.mean;
    sc_result_free(&r);
    sc_experiment_free(&e);
    world_end(&w);
    return usd;
}

/* 1,314,000 requests a month of 331 ms in 128 MB, answers of 2 MB: the free requests and GB-s, and
 * 100 GB of transfer. */
static void allowances_are_taken_off_or_not(void **state)
{
    (void)state;
    double always = cost_of("always"), none = cost_of("none");
    double new_account = cost_of("new_account");
    assert_true(none > always);
    assert_true(new_account <= always);
    /* 1,000,000 requests, 54,300 GB-s and 100 GB */
    assert_true(none - always > 0.2 + 0.9 + 8.9 && none - always < 0.2 + 1.0 + 9.3);
}

static void a_price_that_is_missing_is_named(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, "/architectures/a/services/fn",
              JSON({"type" : "fleet", "on" : "ec2", "instance" : "c5.large", "purchase" : "spot"}));
    world_refuses(&w, text, "/architectures/a/services/fn",
                  "has no price for SKU \"ec2.c5.large.spot\"");
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *pointer, *words;
    } cases[] = {
        {"/horizn_h", "3", "/horizn_h", "horizon_h"},
        {"/free", "sometimes", "/free", "always"},
        {"/book", "aws-us-eats-1", "/book", "did you mean \"aws-us-east-1\""},
        {"/replications", "0", "/replications", "1"},
        {PROFILE, JSON({
             "stages" :
                 {"stages" : [ {"duration_h" : 30, "per_s" : 0}, {"duration_h" : 1, "per_s" : 1} ]}
         }),
         "/traffic/t", "no request"},
        {"/objective", JSON({"p98_ms" : 3}), "/objective/p98_ms", "unknown"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, cases[i].key, cases[i].value);
        world_refuses(&w, text, cases[i].pointer, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(horizons_scale_to_the_month_where_all_repeats),
        cmocka_unit_test(one_source_that_happens_once_is_enough),
        cmocka_unit_test(another_month_may_be_stated),
        cmocka_unit_test(the_horizon_has_a_default),
        cmocka_unit_test(the_warm_up_is_what_services_remember),
        cmocka_unit_test(allowances_are_taken_off_or_not),
        cmocka_unit_test(a_price_that_is_missing_is_named),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
