/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LB "/architectures/a/services/lb/"
#define S INT64_C(1000000000)

static const char rows[] = JSON({
    "horizon_h" : 2,
    "work" : {
        "w" : {
            "request_bytes" : 700,
            "response_bytes" : 1300,
            "steps" : [ {"wait_ms" : {"trace" : 1}} ]
        }
    },
    "traffic" : {
        "t" : {
            "profile" : {
                "trace" : {
                    "file" : "a.csv",
                    "from_s" : 0,
                    "rows" : {"arrival_ns" : "at", "duration_ms" : "ms"}
                }
            }
        }
    },
    "architectures" : {
        "a" : {
            "entry" : "lb",
            "services" : {
                "lb" : {"type" : "alb", "to" : "fn", "overhead_ms" : 0},
                "fn" : {"type" : "lambda", "timeout_s" : 900, "overhead_ms" : 0, "init_ms" : 0}
            }
        }
    }
});

static const char steady[] = JSON({
    "horizon_h" : 1,
    "warmup_h" : 0.1,
    "work" : {"get" : {"steps" : [ {"cpu_ms" : 1} ]}, "put" : {"steps" : [ {"cpu_ms" : 1} ]}},
    "traffic" :
        {"t" : {"profile" : {"constant" : {"per_s" : 10}}, "mix" : {"get" : 0.8, "put" : 0.2}}},
    "architectures" : {
        "a" : {
            "entry" : "lb",
            "services" : {
                "lb" : {"type" : "alb", "to" : {"get" : {"one" : 0.3, "two" : 0.7}, "*" : "three"}},
                "one" : {"type" : "lambda"},
                "two" : {"type" : "fleet"},
                "three" : {"type" : "lambda"}
            }
        }
    }
});

/* CONT-ALB-1: a target that is too slow goes on, its answer is dropped. */
static void gives_up_and_the_target_goes_on(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 59999), COME(1, 200 * S, 0, 61000), NO_MORE};
    struct world w = {.arrivals = a};
    world_run(&w, rows);
    world_is(&w, "timed_out", 1);
    world_is(&w, "clients/answer_504", 1);
    world_is(&w, "fn/completed", 2);
    world_is(&w, "fn/billed_mb_ms", (59999 + 61000) * 128);
    world_end(&w);
}

/* A Lambda that does not answer well is a 502. */
static void a_throttled_lambda_is_502(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(11, 0, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/services/fn/reserved_concurrency", "4");
    world_run(&w, rows);
    world_is(&w, "clients/answer_502", 7);
    world_is(&w, "throttled", 7);
    world_is(&w, "lb/requests", 11);
    world_end(&w);
}

static void works_go_where_they_are_sent(void **state)
{
    (void)state;
    struct world w = {0};
    world_run(&w, steady);
    world_is(&w, "requests", 36000);
    int64_t get = world_value(&w, "one/requests") + world_value(&w, "two/requests");
    world_is(&w, "three/requests", 36000 - get);
    world_between(&w, "three/requests", 7200 - 300, 7200 + 300);
    world_between(&w, "one/requests", get * 3 / 10 - 300, get * 3 / 10 + 300);
    world_end(&w);
}

static const struct sc_meter *hourly(const struct world *w, const char *name)
{
    const struct sc_meter *m = sc_ledger_find_meter(&w->record.ledger, "lb", name);
    assert_non_null(m);
    assert_int_equal(m->kind, SC_METER_HOURLY);
    return m;
}

/* Facts: elb.alb_lcu_hour. Lambda targets have 0.4 GB an LCU, so a byte counts 2.5 times. */
static void an_lcus_dimensions_by_the_hour(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1000, 0, S, 1), COME(60, 5000 * S, S, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, LB "new_connections_per_request_frac", "0.25");
    world_set(&w, LB "connection_s", "120");
    world_set(&w, LB "rules", "13");
    world_run(&w, rows);
    assert_true(hourly(&w, "new_connections_milli")->hour[0] == 250000);
    assert_true(hourly(&w, "new_connections_milli")->hour[1] == 15000);
    assert_true(hourly(&w, "active_connection_milli_minutes")->hour[0] == 500000);
    assert_true(hourly(&w, "processed_half_bytes")->hour[0] == 1000 * 2000 * 5);
    assert_true(hourly(&w, "rule_evaluations")->hour[1] == 60 * 3);
    assert_int_equal(hourly(&w, "rule_evaluations")->n_hours, 2);
    world_is(&w, "lb/on_ms", 7200000);
    world_is(&w, "lb/ipv4_ms", 2 * 7200000);
    world_end(&w);
}

static void containers_pass_more_bytes_an_lcu(void **state)
{
    (void)state;
    struct world w = {0};
    world_run(&w, steady);
    int64_t lambda = world_value(&w, "one/requests") + world_value(&w, "three/requests");
    int64_t fleet = world_value(&w, "two/requests");
    world_is(&w, "lb/processed_half_bytes", 1500 * (5 * lambda + 2 * fleet));
    world_end(&w);
}

static void an_internal_one_has_no_addresses(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, LB "internal", "true");
    world_run(&w, steady);
    world_is(&w, "lb/ipv4_ms", 0);
    for (int i = 0; i < w.scenario.architecture[0].n_services; i++)
        for (int c = 0; c < w.scenario.architecture[0].service[i].n_charges; c++)
            assert_null(strstr(w.scenario.architecture[0].service[i].charge[c].sku, "ipv4"));
    world_end(&w);
}

static void routes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *to, *pointer, *words;
    } cases[] = {{"\"thre\"", LB "to", "did you mean \"three\""},
                 {"{\"get\": \"one\"}", LB "to", "\"put\" goes nowhere"},
                 {"{\"got\": \"one\", \"*\": \"two\"}", LB "to/got", "did you mean \"get\""},
                 {"{\"*\": {\"one\": 0.5, \"two\": 0.4}}", LB "to/*", "add up to 0.9"},
                 {"{\"*\": {\"one\": 1, \"four\": 0}}", LB "to/*/four", "no service \"four\""},
                 {"\"lb\"", LB "to", "circle"},
                 {"7", LB "to", "is wanted"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, LB "to", cases[i].to);
        world_refuses(&w, steady, cases[i].pointer, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_up_and_the_target_goes_on),
        cmocka_unit_test(a_throttled_lambda_is_502),
        cmocka_unit_test(works_go_where_they_are_sent),
        cmocka_unit_test(an_lcus_dimensions_by_the_hour),
        cmocka_unit_test(containers_pass_more_bytes_an_lcu),
        cmocka_unit_test(an_internal_one_has_no_addresses),
        cmocka_unit_test(routes_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
