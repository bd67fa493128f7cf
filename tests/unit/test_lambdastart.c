/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "run/sample.h"
#include "service/lambda.h"
#include "world.h"

#include <math.h>

static double mean_age(const struct sc_lambda_start *s)
{
    enum { N = 20000 };
    double sum = 0;
    for (uint64_t i = 0; i < N; i++) {
        const int64_t age_ns = sc_lambda_age_ns(s, sc_key(7, i));
        assert_in_range(age_ns, 0, (uintmax_t)s->max_age_ns);
        sum += (double)age_ns / N;
    }
    return sum;
}

static void ages_are_cut_exponentials(void **state)
{
    (void)state;
    const struct sc_lambda_start none = {0}, even = {0, 0, 7200e9}, cut = {0, 1 / 3600e9, 7200e9};
    assert_int_equal(sc_lambda_age_ns(&none, 5), 0);
    assert_true(fabs(mean_age(&even) / 3600e9 - 1) < 0.02);
    assert_true(fabs(mean_age(&cut) / (3600e9 * (1 - 2 / (exp(2) - 1))) - 1) < 0.03);
}

/* 10,000 environments busy on average are there at once; without them the lead would make them at
 * 1,000 each 10 s and throttle. */
static void those_always_busy_are_there(void **state)
{
    (void)state;
    struct world w = {0};
    struct sc_arena arena = {0};
    struct sc_sample_plan plan;
    struct sc_record r;
    world_open(&w, JSON({
        "horizon_h" : 168,
        "precision" : {},
        "work" : {"w" : {"steps" : [ {"wait_ms" : 2000} ]}},
        "traffic" : {"t" : {"profile" : {"poisson" : {"per_s" : 5000}}}},
        "architectures" : {
            "a" : {
                "entry" : "f",
                "account" : {"concurrency" : 50000},
                "services" : {"f" : {"type" : "lambda", "keep_alive_s" : 5}}
            }
        }
    }));
    assert_null(sc_sample_plan(&plan, &w.scenario, &arena));
    const struct sc_bench bench = {.scenario = &w.scenario, .plan = &plan};
    const struct sc_trial trial = {.replication = 0};
    sc_trial_run(&bench, &trial, &w.scratch, &r);
    assert_int_equal(sc_ledger_find_count(&r.ledger, "f", "throttled"), 0);
    assert_in_range(sc_ledger_find_count(&r.ledger, "f", "peak_concurrency"), 10000, 10700);
    sc_record_free(&r);
    sc_arena_free(&arena);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ages_are_cut_exponentials),
        cmocka_unit_test(those_always_busy_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
