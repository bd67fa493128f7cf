/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FN "/architectures/a/services/fn/"
#define S INT64_C(1000000000)
#define MS INT64_C(1000000)

/* Requests to the nanosecond, each as long as its row says; nothing before the handler. */
static const char rows[] = JSON({
    "horizon_h" : 0.1,
    "work" : {"w" : {"steps" : [ {"wait_ms" : {"trace" : 1}} ]}},
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
            "entry" : "fn",
            "services" : {"fn" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0}}
        }
    }
});

/* The same for each key of its own, with its own memory. */
static const char keyed[] = JSON({
    "horizon_h" : 0.1,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : {"trace" : 1}} ]}},
    "traffic" : {
        "t" : {
            "profile" : {
                "trace" : {
                    "file" : "a.csv",
                    "from_s" : 0,
                    "rows" : {
                        "arrival_ns" : "at",
                        "duration_ms" : "ms",
                        "key" : "key",
                        "memory_mb" : "mb"
                    }
                }
            }
        }
    },
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "services" : {
                "fn" : {
                    "type" : "lambda",
                    "per" : "key",
                    "memory_from" : "trace",
                    "overhead_ms" : 0,
                    "init_ms" : 0
                }
            }
        }
    }
});

/* LAMBDA-CONC-2: no queue. */
static void what_exceeds_the_concurrency_is_throttled(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(23, 0, 0, 1000), COME(19, S / 2, 0, 1000), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 31}");
    world_run(&w, rows);
    world_is(&w, "fn/throttled", 11);
    world_is(&w, "clients/answer_429", 11);
    world_is(&w, "fn/peak_concurrency", 31);
    world_is(&w, "fn/requests", 42);
    world_is(&w, "completed", 31);
    assert_true(world_waits(&w, "latency") == 31);
    world_end(&w);
}

/* The billed requests are those that ran. */
static void throttles_are_not_billed(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(7, 0, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "reserved_concurrency", "0");
    world_run(&w, rows);
    world_is(&w, "throttled", 7);
    assert_true(sc_ledger_find_meter(&w.record.ledger, "fn", "requests")->sum == 0);
    world_is(&w, "fn/billed_mb_ms", 0);
    world_is(&w, "fn/log_bytes", 0);
    world_end(&w);
}

/* LAMBDA-LIM-1, LAMBDA-LIFE-4: billed to the time-out, and the next one is cold. */
static void time_outs_are_billed_and_reset(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 3000), COME(1, 10 * S, 0, 3001),
                                        COME(1, 20 * S, 0, 77), NO_MORE};
    struct world w = {.arrivals = a};
    world_run(&w, rows);
    world_is(&w, "fn/timed_out", 1);
    world_is(&w, "clients/answer_504", 1);
    world_is(&w, "fn/billed_mb_ms", (3000 + 3000 + 77) * 128);
    world_is(&w, "fn/cold_starts", 2);
    world_end(&w);
}

/* The client waits for all of a cold start; init is billed, placement is not. */
static void a_cold_start_is_waited_for(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 23.85), COME(1, 10 * S, 0, 23.85), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "init_ms", "211.4");
    world_set(&w, FN "overhead_ms", "70");
    world_set(&w, FN "first_invoke_ms", "5");
    world_set(&w, FN "memory_mb", "1769");
    world_run(&w, rows);
    world_is(&w, "fn/init_ns", 211400000);
    world_is(&w, "fn/busy_ns", 211400000 + 5000000 + 2 * 23850000);
    world_is(&w, "fn/billed_mb_ms", (241 + 24) * 1769);
    world_is(&w, "fn/billed_noinit_mb_ms", (29 + 24) * 1769);
    world_is(&w, "fn/billed_100ms_mb_ms", (300 + 100) * 1769);
    world_is(&w, "fn/billed_100ms_noinit_mb_ms", (100 + 100) * 1769);
    assert_true(world_wait_ms(&w, "latency", 1) > 310.24 &&
                world_wait_ms(&w, "latency", 1) < 310.26);
    world_end(&w);
}

/* What a connection costs at the first invocation is CPU. */
static void the_first_invocation_is_slower_with_less_memory(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 10), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "first_invoke_ms", "128");
    world_run(&w, rows);
    world_is(&w, "fn/busy_ns", 10 * MS + 1769 * MS);
    world_end(&w);
}

/* LAMBDA-VPC-OLD: 8 to 15 s. */
static void an_old_vpc_is_slow(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(200, 0, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "vpc", "vpc_2019");
    world_run(&w, rows);
    assert_true(world_wait_ms(&w, "latency", 0.01) >= 8000);
    assert_true(world_wait_ms(&w, "latency", 0.5) > 10500 &&
                world_wait_ms(&w, "latency", 0.5) < 12500);
    assert_true(world_wait_ms(&w, "latency", 1) <= 15002);
    world_is(&w, "fn/billed_mb_ms", 200 * 128);
    world_end(&w);
}

static void a_pool_for_each_key(void **state)
{
    (void)state;
    static const struct arrivals a[] = {
        {.n = 3, .at_ns = 0, .gap_ns = S, .duration_ms = 100, .key = "red", .memory_mb = 1769},
        {.n = 5, .at_ns = 9, .gap_ns = S, .duration_ms = 100, .key = "green", .memory_mb = 884.5},
        {.n = 2, .at_ns = 11, .gap_ns = 2 * S, .duration_ms = 100, .key = "blue", .memory_mb = 64},
        NO_MORE};
    struct world w = {.arrivals = a};
    world_run(&w, keyed);
    world_is(&w, "fn/cold_starts", 3);
    world_is(&w, "fn/red/requests", 3);
    world_is(&w, "fn/green/requests", 5);
    world_is(&w, "fn/blue/requests", 2);
    world_is(&w, "fn/blue/cold_starts", 1);
    /* 1,769 MB; 885 MB, rounded up: 199.8870 ms; 128 MB, the least: 1,382.03125 ms */
    world_is(&w, "fn/billed_mb_ms", 3 * 100 * 1769 + 5 * 200 * 885 + 2 * 1383 * 128);
    world_end(&w);
}

static void keys_share_one_pool_by_default(void **state)
{
    (void)state;
    static const struct arrivals a[] = {
        {.n = 3, .at_ns = 0, .gap_ns = S, .duration_ms = 10, .key = "red", .memory_mb = 512},
        {.n = 3, .at_ns = S / 2, .gap_ns = S, .duration_ms = 10, .key = "green", .memory_mb = 512},
        NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "per", "function");
    world_set(&w, FN "memory_from", "scenario");
    world_run(&w, keyed);
    world_is(&w, "fn/cold_starts", 1);
    world_end(&w);
}

/* LAMBDA-PC-3, and its bill: enabled time in steps of 5 minutes, executions apart. */
static void provisioned_time_is_billed_apart(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(9, 200 * S, 0, 250), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "provisioned_concurrency", "7");
    world_set(&w, FN "provisioned_at_s", "20");
    world_set(&w, FN "provisioned_prep_s", "100");
    world_set(&w, FN "memory_mb", "512");
    world_run(&w, rows);
    world_is(&w, "fn/spilled", 2);
    world_is(&w, "fn/provisioned_billed_mb_ms", 7 * 250 * 512);
    world_is(&w, "fn/billed_mb_ms", 2 * 250 * 512);
    world_is(&w, "fn/provisioned_mb_ms", INT64_C(600000) * 512 * 7); /* 340 s */
    world_end(&w);
}

/* An idle environment was there until it went, and no longer than the horizon. */
static void environments_live_until_they_expire(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 10 * S, 0, 1000), COME(1, 340 * S, 0, 1000),
                                        NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "keep_alive_s", "100");
    world_run(&w, rows);
    world_is(&w, "fn/alive_ns", 101 * S + 20 * S);
    world_is(&w, "fn/busy_ns", 2 * S);
    world_is(&w, "fn/inflight_ns", 2 * S);
    world_end(&w);
}

static void storage_and_logs_are_metered(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(3, 0, S, 99.5), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "ephemeral_mb", "1536");
    world_set(&w, FN "logs_bytes", "911");
    world_set(&w, FN "nat_bytes", "4097");
    world_run(&w, rows);
    world_is(&w, "fn/ephemeral_mb_ms", 3 * 100 * 1024);
    world_is(&w, "fn/log_bytes", 3 * 911);
    world_is(&w, "fn/nat_bytes", 3 * 4097);
    world_end(&w);
}

/* Idle environments at the start are there, as if they had just been used. */
static void some_may_be_there_at_the_start(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(8, 0, 0, 10), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "start", "5");
    world_run(&w, rows);
    world_is(&w, "fn/cold_starts", 3);
    world_end(&w);
}

/* LAMBDA-COLD-1, LAMBDA-COLD-2: the runtime's own quantiles, whatever the memory. */
static void init_is_the_runtimes(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(900, 0, 0, 0), NO_MORE};
    static const char *const memory_mb[] = {"128", "1024", "10240"};
    for (int i = 0; i < 3; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, "/architectures/a/services/fn",
                  "{\"type\": \"lambda\", \"runtime\": \"python3.13\", \"overhead_ms\": 0}");
        world_set(&w, FN "memory_mb", memory_mb[i]);
        world_run(&w, rows);
        world_is(&w, "fn/cold_starts", 900);
        assert_true(world_wait_ms(&w, "latency", 0.5) > 95 &&
                    world_wait_ms(&w, "latency", 0.5) < 104);
        world_end(&w);
    }
}

static void contradictions_are_refused(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    static const struct {
        const char *key, *value, *pointer, *words;
    } cases[] = {
        {FN "reserved_concurrency", "901", FN "reserved_concurrency", "less than 100"},
        {FN "provisioned_concurrency", "901", FN "provisioned_concurrency", "less than 100"},
        {FN "per", "key", FN "per", "needs a trace whose rows name a key"},
        {FN "memory_from", "trace", FN "memory_from", "needs a trace that gives memory"},
        {FN "memory_mb", "127", FN "memory_mb", "128"},
        {FN "timeout_s", "901", FN "timeout_s", "900"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, cases[i].key, cases[i].value);
        world_refuses(&w, rows, cases[i].pointer, cases[i].words);
    }
}

static void an_unknown_runtime_is_refused(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/services/fn",
              "{\"type\": \"lambda\", \"runtime\": \"pyton3.13\"}");
    world_refuses(&w, rows, FN "runtime", "python3.13");
}

static void more_contradictions_are_refused(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "reserved_concurrency", "10");
    world_set(&w, FN "provisioned_concurrency", "11");
    world_refuses(&w, rows, FN "provisioned_concurrency", "above the function's reserved");
    w.arrivals = a;
    world_set(&w, FN "provisioned_concurrency", "1");
    world_refuses(&w, keyed, FN "provisioned_concurrency", "\"per\": \"key\"");
}

/* LAMBDA-PC-3: all that is reserved is provisioned, so nothing is left to spill into. */
static void what_is_reserved_and_provisioned_is_all(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(9, 0, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "reserved_concurrency", "6");
    world_set(&w, FN "provisioned_concurrency", "6");
    world_run(&w, rows);
    world_is(&w, "fn/throttled", 3);
    world_is(&w, "fn/cold_starts", 0);
    world_is(&w, "completed", 6);
    world_end(&w);
}

static void places_are_free_when_executions_end(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(5, 0, 100 * MS, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 1}");
    world_run(&w, rows);
    world_is(&w, "completed", 5); /* one ends at the instant at which the next one comes */
    world_is(&w, "fn/cold_starts", 1);
    world_is(&w, "fn/peak_concurrency", 1);
    world_end(&w);
}

/* Five new environments each 10 s: a rate below one a second refills too. */
static void a_slow_scaling_rate_refills(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(8, 0, 0, 800000), COME(8, 10 * S, 0, 800000), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "scaling_per_10s", "5");
    world_set(&w, FN "timeout_s", "900");
    world_run(&w, rows);
    world_is(&w, "fn/cold_starts", 10);
    world_end(&w);
}

/* A time-out that comes while the SDK backs off ends the execution then, not when the table has
 * answered. */
static void a_time_out_within_a_stores_retries_frees_its_environment(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 0.1,
        "warmup_h" : 0,
        "work" : {"w" : {"steps" : [ {"put" : "t", "item_bytes" : 358400} ]}},
        "traffic" : {"x" : {"profile" : {"constant" : {"per_s" : 1}}}},
        "common" :
            {"t" : {"type" : "dynamodb", "capacity" : "provisioned", "wcu" : 1, "network_ms" : 0}},
        "architectures" : {
            "a" : {
                "entry" : "fn",
                "services" : {
                    "fn" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0, "timeout_s" : 0.5}
                }
            }
        }
    });
    struct world w = {0};
    world_run(&w, text);
    world_is(&w, "fn/peak_concurrency", 1);
    world_end(&w);
}

/* What all functions keep together counts: 100 executions stay unreserved. */
static void reservations_are_checked_together(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "reserved_concurrency", "500");
    world_set(&w, "/architectures/a/services/other",
              "{\"type\": \"lambda\", \"reserved_concurrency\": 401}");
    assert_int_equal(world_load(&w, rows), -1);
    world_end(&w);
}

static void provisions_are_checked_together(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "provisioned_concurrency", "500");
    world_set(&w, "/architectures/a/services/other",
              "{\"type\": \"lambda\", \"provisioned_concurrency\": 600}");
    assert_int_equal(world_load(&w, rows), -1);
    world_end(&w);
}

/* Its deadline was set when it waited for the table; then branches wait, and all end at once. */
static void a_time_out_ends_its_branches(void **state)
{
    (void)state;
    struct world w = {0};
    world_run(&w, JSON({
        "horizon_h" : 0.5,
        "work" : {
            "w" : {
                "steps" : [
                    {"get" : "t"},
                    {"parallel" : [ [ {"get" : "t"}, {"put" : "t"} ], [ {"put" : "t"} ] ]}
                ]
            }
        },
        "traffic" : {"a" : {"profile" : {"poisson" : {"per_s" : 4}}, "mix" : {"w" : 1}}},
        "common" : {"t" : {"type" : "dynamodb", "capacity" : "provisioned", "rcu" : 2, "wcu" : 1}},
        "architectures" :
            {"a" : {"entry" : "f", "services" : {"f" : {"type" : "lambda", "timeout_s" : 2}}}}
    }));
    int64_t n = world_value(&w, "requests");
    world_between(&w, "timed_out", n / 2, n);
    world_is(&w, "unfinished", 0);
    world_is(&w, "f/timed_out", world_value(&w, "timed_out"));
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_scaling_rate_refills),
        cmocka_unit_test(a_time_out_within_a_stores_retries_frees_its_environment),
        cmocka_unit_test(reservations_are_checked_together),
        cmocka_unit_test(provisions_are_checked_together),
        cmocka_unit_test(what_exceeds_the_concurrency_is_throttled),
        cmocka_unit_test(throttles_are_not_billed),
        cmocka_unit_test(time_outs_are_billed_and_reset),
        cmocka_unit_test(a_cold_start_is_waited_for),
        cmocka_unit_test(the_first_invocation_is_slower_with_less_memory),
        cmocka_unit_test(an_old_vpc_is_slow),
        cmocka_unit_test(a_pool_for_each_key),
        cmocka_unit_test(keys_share_one_pool_by_default),
        cmocka_unit_test(provisioned_time_is_billed_apart),
        cmocka_unit_test(environments_live_until_they_expire),
        cmocka_unit_test(storage_and_logs_are_metered),
        cmocka_unit_test(some_may_be_there_at_the_start),
        cmocka_unit_test(init_is_the_runtimes),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(an_unknown_runtime_is_refused),
        cmocka_unit_test(more_contradictions_are_refused),
        cmocka_unit_test(what_is_reserved_and_provisioned_is_all),
        cmocka_unit_test(places_are_free_when_executions_end),
        cmocka_unit_test(a_time_out_ends_its_branches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
