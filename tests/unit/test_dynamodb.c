/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TABLE "/common/t/"
#define S INT64_C(1000000000)

/* Writes of 1 unit to the nanosecond, from a function that is always there. */
static const char rows[] = JSON({
    "horizon_h" : 1,
    "work" : {"w" : {"steps" : [ {"put" : "t", "item_bytes" : 1024} ]}},
    "traffic" : {
        "x" : {
            "profile" :
                {"trace" : {"file" : "a.csv", "from_s" : 0, "rows" : {"arrival_ns" : "at"}}}
        }
    },
    "common" : {
        "t" : {
            "type" : "dynamodb",
            "capacity" : "provisioned",
            "wcu" : 10,
            "rcu" : 7,
            "read_ms" : 2.5,
            "write_ms" : 4,
            "network_ms" : 0.75
        }
    },
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "services" :
                {"fn" : {"type" : "lambda", "timeout_s" : 300, "overhead_ms" : 0, "init_ms" : 0}}
        }
    }
});

/* A throttled store ends the work: the caller fails, the outcome stays throttled, once. */
static void a_throttle_ends_the_work(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(900, 0, 0, 0), COME(900, S, 0, 0),
                                        COME(900, 2 * S, 0, 0), COME(905, 3 * S, 0, 0), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, TABLE "attempts", "1");
    world_run(&w, rows);
    world_is(&w, "t/write_units", 3030); /* 300 s of 10, and three seconds' more */
    world_is(&w, "t/throttles", 575);
    world_is(&w, "t/throttled", 575);
    world_is(&w, "throttled", 575);
    world_is(&w, "fn/throttled", 575);
    world_is(&w, "clients/answer_500", 575);
    world_is(&w, "completed", 3030);
    world_is(&w, "t/retries", 0);
    world_end(&w);
}

/* SDK-RETRY-1: the caller waits for the retries, and is billed for it. */
static void retries_may_save_it(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1000, 0, S / 1000, 0), COME(1000, S, S / 1000, 0),
                                        COME(1031, 2 * S, S / 1000, 0), NO_MORE};
    struct world w = {.arrivals = a};
    world_run(&w, rows);
    int64_t saved = world_value(&w, "t/retries");
    world_is(&w, "throttled", 0);
    world_is(&w, "completed", 3031);
    assert_in_range(saved, 1, 3);
    world_is(&w, "t/throttles", saved);
    world_is(&w, "t/writes", 3031);
    assert_true(world_value(&w, "fn/busy_ns") > 3031 * INT64_C(4750000));
    world_end(&w);
}

static void latency_is_the_tables_and_the_networks(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 0), NO_MORE};
    static const struct {
        const char *steps;
        int64_t busy_ns;
    } cases[] = {{JSON([ {"put" : "t"} ]), 4750000},
                 {JSON([ {"get" : "t"}, {"get" : "t", "consistent" : true} ]), 6500000},
                 {JSON([ {"get" : "t", "copies" : 3} ]), 9750000},
                 {JSON([ {"query" : "t", "items" : 1024, "item_bytes" : 1024} ]),
                  2 * 3250000}, /* 1 MB pages */
                 {JSON([ {"query" : "t", "items" : 900, "item_bytes" : 1024} ]), 3250000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, "/work/w/steps", cases[i].steps);
        world_set(&w, TABLE "rcu", "1000");
        world_run(&w, rows);
        world_is(&w, "fn/busy_ns", cases[i].busy_ns);
        world_end(&w);
    }
}

/* What is provisioned costs by the hour, used or not. */
static void provisioned_capacity_is_metered_by_time(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 0), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, TABLE "stored_gb", "2.5");
    world_run(&w, rows);
    world_is(&w, "t/wcu_ms", 36000000);
    world_is(&w, "t/rcu_ms", 25200000);
    world_is(&w, "t/stored_bytes", INT64_C(2684354560));
    world_end(&w);
}

/* DDB-PART-1: 3,000 reads a second go to one partition at the most. */
static void a_hot_partition_throttles_reads(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(20000, 0, S / 4000, 0), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/work/w/steps", JSON([ {"get" : "t", "consistent" : true} ]));
    world_set(&w, "/common/t", "{\"type\": \"dynamodb\", \"attempts\": 1, \"hot_frac\": 1}");
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 3000}");
    world_run(&w, rows);
    world_between(&w, "t/half_read_units", 2 * 17990, 2 * 18001);
    world_end(&w);
}

/* DDB-ADAPT-1: spread evenly, the same table takes it. */
static void spread_evenly_it_does_not(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(20000, 0, S / 4000, 0), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/work/w/steps", JSON([ {"get" : "t", "consistent" : true} ]));
    world_set(&w, "/common/t", "{\"type\": \"dynamodb\", \"attempts\": 1}");
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 3000}");
    world_run(&w, rows);
    world_is(&w, "t/half_read_units", 2 * 20000);
    world_end(&w);
}

/* 404 and 409 are answers: completed, with that status; units are used. */
static void misses_and_failed_conditions_are_answers(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 1,
        "warmup_h" : 0,
        "work" : {
            "read" : {
                "response_bytes" : 900,
                "steps" : [ {"get" : "t", "miss_frac" : 0.3}, {"put" : "t"} ]
            },
            "write" : {
                "response_bytes" : 900,
                "steps" : [
                    {"put" : "t", "if" : "absent", "fail_frac" : 0.2, "answer" : 422},
                    {"put" : "t", "fail_frac" : 0.5}
                ]
            }
        },
        "traffic" : {
            "x" : {"profile" : {"constant" : {"per_s" : 10}}, "mix" : {"read" : 0.5, "write" : 0.5}}
        },
        "common" : {"t" : {"type" : "dynamodb"}},
        "architectures" : {"a" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
    });
    struct world w = {0};
    world_run(&w, text);
    world_is(&w, "completed", 36000);
    world_is(&w, "failed", 0);
    world_between(&w, "clients/answer_404", 5400 - 250, 5400 + 250);
    world_between(&w, "clients/answer_422", 3600 - 210, 3600 + 210);
    world_between(&w, "clients/answer_409", 7200 - 280, 7200 + 280);
    int64_t other = world_value(&w, "clients/answer_404") + world_value(&w, "clients/answer_422") +
                    world_value(&w, "clients/answer_409");
    world_is(&w, "clients/answer_200", 36000 - other);
    world_is(&w, "clients/egress_bytes", 36000 * 900);
    /* every write is tried, a read that found something writes once, a write that held again */
    int64_t reads = world_value(&w, "t/reads"), writes = 36000 - reads;
    world_is(&w, "t/writes",
             reads - world_value(&w, "clients/answer_404") + 2 * writes -
                 world_value(&w, "clients/answer_422"));
    world_end(&w);
}

static void contradictions_are_refused(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 0), NO_MORE};
    static const struct {
        const char *steps, *pointer, *words;
    } cases[] = {
        {JSON([ {"put" : "t", "miss_frac" : 0.1} ]), "/work/w/steps/0/miss_frac", "use fail_frac"},
        {JSON([ {"get" : "t", "fail_frac" : 0.1} ]), "/work/w/steps/0/fail_frac", "use miss_frac"},
        {JSON([ {"get" : "t", "answer" : 100} ]), "/work/w/steps/0/answer", "no final HTTP status"},
        {JSON([ {"get" : "t", "item_bytes" : 419430401} ]), "/work/w/steps/0/item_bytes",
         "419430400"},
        {JSON([ {"get" : "fn"} ]), "/architectures/a/services/fn", "is used as a store"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, "/work/w/steps", cases[i].steps);
        world_refuses(&w, rows, cases[i].pointer, cases[i].words);
    }
}

/* DDB-OD-1: twice the previous peak that was served. Here 4,000/s are wanted and 250/s taken; after
 * half an hour 500/s may be taken at once, not 8,000. */
static void throttled_demand_is_no_peak(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(3000, 60 * S, S / 1000, 0),
                                        COME(5000, 1860 * S, S / 1000, 0), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/common/t",
              "{\"type\": \"dynamodb\", \"attempts\": 1, \"start_wru_per_s\": 250}");
    world_run(&w, rows);
    /* 250 + 250 x 3, then 500 + 500 x 5 */
    world_between(&w, "t/write_units", 1000 + 3000 - 600, 1000 + 3000 + 10);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(throttled_demand_is_no_peak),
        cmocka_unit_test(a_throttle_ends_the_work),
        cmocka_unit_test(retries_may_save_it),
        cmocka_unit_test(latency_is_the_tables_and_the_networks),
        cmocka_unit_test(provisioned_capacity_is_metered_by_time),
        cmocka_unit_test(a_hot_partition_throttles_reads),
        cmocka_unit_test(spread_evenly_it_does_not),
        cmocka_unit_test(misses_and_failed_conditions_are_answers),
        cmocka_unit_test(contradictions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
