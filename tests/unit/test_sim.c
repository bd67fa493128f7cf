/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S INT64_C(1000000000)

/* Two ways to run the same: everything counts, and everything shall count alike. */
static const char two_ways[] = JSON({
    "horizon_h" : 0.1,
    "warmup_h" : 0.05,
    "seed" : 7,
    "work" : {
        "read" : {
            "steps" : [
                {"cpu_ms" : {"lognormal" : {"p50" : 7, "p99" : 31}}},
                {"get" : "t", "item_bytes" : 9000, "miss_frac" : 0.1}
            ]
        },
        "write" : {
            "steps" : [
                {"cpu_ms" : {"gamma" : {"mean" : 11, "cv" : 0.5}}},
                {"put" : "t", "fail_frac" : 0.05},
                {"choice" : [ {"frac" : 0.4, "steps" : [ {"cpu_ms" : 3}, {"put" : "t"} ]} ]}
            ]
        }
    },
    "traffic" : {
        "a" : {"profile" : {"constant" : {"per_s" : 40}}, "mix" : {"read" : 0.7, "write" : 0.3}},
        "b" : {"profile" : {"poisson" : {"per_s" : 15}}, "mix" : {"write" : 1}, "rtt_ms" : 31}
    },
    "common" : {"t" : {"type" : "dynamodb"}},
    "architectures" : {
        "containers" : {
            "entry" : "lb",
            "services" : {
                "lb" : {"type" : "alb", "to" : "web"},
                "web" : {
                    "type" : "fleet",
                    "task" : {"vcpu" : 4, "memory_mb" : 8192},
                    "tasks" : {"min" : 2}
                }
            }
        },
        "serverless" : {
            "entry" : "api",
            "services" : {
                "api" : {"type" : "apigateway", "to" : "fn"},
                "fn" : {"type" : "lambda", "memory_mb" : 1769, "init_ms" : 0}
            }
        }
    }
});

/* The warm-up is left out of every count: 360 s of 40 a second, and no cold start is left. */
static void the_warm_up_does_not_count(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, two_ways);
    world_trial(&w, "serverless", 0);
    world_is(&w, "clients.a/requests", 14400);
    int64_t all = 14400 + world_value(&w, "clients.b/requests");
    static const char *const names[] = {"requests",          "completed",   "api/requests",
                                        "api/units",         "fn/requests", "fn/completed",
                                        "clients.a/attempts"};
    for (int i = 0; i < 6; i++)
        world_is(&w, names[i], all);
    world_between(&w, "fn/cold_starts", 0,
                  4); /* of some ten in all: the others lie before hour 0 */
    world_is(&w, "fn/log_bytes", 400 * all);
    world_is(&w, "t/half_read_units", 3 * world_value(&w, "t/reads"));
    world_is(&w, "t/write_units", world_value(&w, "t/writes"));
    assert_true(world_waits(&w, "latency") == (uint64_t)all);
    assert_true(world_waits(&w, "fn") == (uint64_t)all);
    world_trial(&w, "containers", 0);
    static const char *const others[] = {"requests", "lb/requests", "web/requests"};
    for (int i = 0; i < 3; i++)
        world_is(&w, others[i], all);
    world_is(&w, "web/log_bytes", 300 * all);
    world_between(&w, "lb/new_connections_milli", 50 * all - 250, 50 * all); /* some arrive later */
    world_is(&w, "lb/on_ms", 360000);
    world_is(&w, "web/vcpu_milli_ms", 2 * INT64_C(360000) * 4000);
    world_end(&w);
}

/* Common random numbers: both architectures met the same requests with the same demands. */
static void architectures_meet_the_same_requests(void **state)
{
    (void)state;
    static const char *const same[] = {
        "requests",           "clients.b/requests",  "t/reads",
        "t/writes",           "t/write_units",       "clients/answer_404",
        "clients/answer_409", "clients/egress_bytes"};
    struct world w = {0};
    int64_t value[8];
    world_set(&w, "/warmup_h", "0");
    world_set(&w, "/common/t/read_ms", "0");
    world_set(&w, "/common/t/write_ms", "0");
    world_set(&w, "/common/t/network_ms", "0");
    world_open(&w, two_ways);
    world_trial(&w, "serverless", 3);
    for (int i = 0; i < 8; i++)
        value[i] = world_value(&w, same[i]);
    int64_t cpu_ms = world_value(&w, "fn/busy_ns") / 1000000;
    world_trial(&w, "containers", 3);
    for (int i = 0; i < 8; i++)
        world_is(&w, same[i], value[i]);
    world_between(&w, "web/vcpu_milli_used_ms", 1000 * (cpu_ms - 20), 1000 * (cpu_ms + 20));
    world_end(&w);
}

static char *record_of(struct world *w, const char *architecture, int replication)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    world_trial(w, architecture, replication);
    sc_record_write(&w->record, out);
    fclose(out);
    return text;
}

static void the_same_trial_gives_the_same_record(void **state)
{
    (void)state;
    struct world w = {0}, again = {0};
    world_open(&w, two_ways);
    world_open(&again, two_ways);
    char *one = record_of(&w, "serverless", 2);
    free(record_of(&again, "containers", 5)); /* what ran before leaves nothing behind */
    char *two = record_of(&again, "serverless", 2);
    assert_string_equal(one, two);
    char *other = record_of(&again, "serverless", 1);
    assert_true(strcmp(one, other) != 0);
    free(one);
    free(two);
    free(other);
    world_end(&w);
    world_end(&again);
}

static void another_seed_is_another_run(void **state)
{
    (void)state;
    struct world w = {0}, other = {0};
    world_open(&w, two_ways);
    world_set(&other, "/seed", "8");
    world_open(&other, two_ways);
    world_trial(&w, "serverless", 0);
    world_trial(&other, "serverless", 0);
    assert_true(world_value(&w, "fn/busy_ns") != world_value(&other, "fn/busy_ns"));
    world_end(&w);
    world_end(&other);
}

/* The architecture's concurrency is that of all that compute, at the same instant. */
static void concurrency_of_several_adds_up(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, 0, S / 2, 1000), COME(2, 2 * S, 0, 800), NO_MORE};
    static const char text[] = JSON({
        "horizon_h" : 0.01,
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
                "entry" : "lb",
                "services" : {
                    "lb" : {"type" : "alb", "to" : {"w" : {"one" : 0.5, "two" : 0.5}}},
                    "one" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0},
                    "two" : {"type" : "fleet"}
                }
            }
        }
    });
    for (int i = 0; i < 5; i++) {
        struct world w = {.arrivals = a};
        world_open(&w, text);
        world_trial(&w, "a", i);
        world_is(&w, "peak_concurrency", 2);
        world_is(&w, "inflight_ns", 36 * S / 10);
        assert_int_equal(world_value(&w, "one/inflight_ns") + world_value(&w, "two/inflight_ns"),
                         36 * S / 10);
        world_end(&w);
    }
}

/* What is sent counts, what ends after the horizon too, until the drain is over. */
static void the_end_is_drained(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 30 * S, 0, 1000), COME(1, 35 * S, 0, 2000),
                                        COME(1, 36 * S, 0, 1), NO_MORE};
    static const char text[] = JSON({
        "horizon_h" : 0.01,
        "drain_h" : 0.001,
        "work" : {"w" : {"steps" : [ {"wait_ms" : {"trace" : 1}}, {"get" : "t"} ]}},
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
        "common" : {"t" : {"type" : "dynamodb"}},
        "architectures" : {
            "a" : {
                "entry" : "fn",
                "services" :
                    {"fn" : {"type" : "lambda", "timeout_s" : 60, "overhead_ms" : 0, "init_ms" : 0}}
            }
        }
    });
    struct world w = {.arrivals = a};
    world_run(&w, text);
    world_is(&w, "requests", 2);
    world_is(&w, "completed", 2);
    world_is(&w, "unfinished", 0);
    world_is(&w, "t/reads", 2);
    world_between(&w, "fn/inflight_ns", 2 * S, 21 * S / 10); /* the part inside the horizon */
    world_end(&w);
}

/* Every request ends in exactly one way, however much goes wrong at once. */
static void every_request_ends_once(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 0.1,
        "warmup_h" : 0.02,
        "drain_h" : 0.001,
        "work" : {
            "w" : {
                "steps" : [
                    {"cpu_ms" : {"gamma" : {"mean" : 30, "cv" : 2}}},
                    {"parallel" : [ [ {"get" : "t"} ], [ {"call" : "c"} ], [ {"wait_ms" : 400} ] ]},
                    {"choice" : [ {"frac" : 0.2, "steps" : [ {"wait_ms" : 2900} ]} ]}
                ]
            },
            "c" : {"steps" : [ {"cpu_ms" : {"exponential" : {"mean" : 20}}}, {"put" : "t"} ]}
        },
        "traffic" : {
            "open" : {
                "profile" : {"poisson" : {"per_s" : 30}},
                "mix" : {"w" : 1},
                "rtt_ms" : 20,
                "timeout_s" : 2,
                "attempts" : 3
            },
            "plain" : {
                "profile" : {"poisson" : {"per_s" : 10}},
                "mix" : {"w" : 0.5, "c" : 0.5},
                "timeout_s" : 1.5
            },
            "users" : {"profile" : {"closed" : {"users" : 40}}, "mix" : {"w" : 1}, "attempts" : 2}
        },
        "common" : {"t" : {"type" : "dynamodb", "start_wru_per_s" : 40, "start_rru_per_s" : 30}},
        "architectures" : {
            "lambda" : {
                "entry" : "api",
                "account" : {"concurrency" : 160},
                "services" : {
                    "api" : {
                        "type" : "apigateway",
                        "timeout_s" : 1.8,
                        "throttle_per_s" : 60,
                        "to" : "fn"
                    },
                    "fn" : {"type" : "lambda", "memory_mb" : 512},
                    "callee" : {
                        "type" : "lambda",
                        "runs" : ["c"],
                        "timeout_s" : 1,
                        "reserved_concurrency" : 12
                    }
                }
            },
            "tasks" : {
                "entry" : "lb",
                "inline" : ["c"],
                "services" : {
                    "lb" : {"type" : "alb", "idle_timeout_s" : 2, "to" : "web"},
                    "web" : {
                        "type" : "fleet",
                        "task" : {"vcpu" : 2, "memory_mb" : 4096},
                        "workers" : 20,
                        "backlog" : 20,
                        "tasks" : {"max" : 2}
                    }
                }
            }
        }
    });
    static const char *const ends[] = {"completed", "throttled", "failed", "timed_out",
                                       "unfinished"};
    struct world w = {0};
    world_open(&w, text);
    for (int i = 0; i < 6; i++) {
        int64_t sum = 0;
        world_trial(&w, i % 2 ? "tasks" : "lambda", i);
        for (int k = 0; k < 5; k++)
            sum += world_value(&w, ends[k]);
        world_is(&w, "requests", sum);
        world_between(&w, "completed", 1, sum - 1);
        world_between(&w, "throttled", 1, sum - 1);
        world_between(&w, "timed_out", 1, sum - 1);
        assert_true(world_waits(&w, "latency") == (uint64_t)world_value(&w, "completed"));
        assert_true(world_value(&w, "clients.open/attempts") >
                    world_value(&w, "clients.open/requests"));
    }
    world_end(&w);
}

/* Demands are drawn in blocks or one by one, requests have frames or none: nobody can tell. */
static void clients_that_might_retry_change_nothing(void **state)
{
    (void)state;
    struct world w = {0}, patient = {0};
    world_open(&w, two_ways);
    world_set(&patient, "/traffic/a/attempts", "3");
    world_set(&patient, "/traffic/b/attempts", "2");
    world_set(&patient, "/traffic/b/timeout_s", "900");
    world_open(&patient, two_ways);
    static const char *const architecture[] = {"serverless", "containers"};
    for (int i = 0; i < 2; i++) {
        char *one = record_of(&w, architecture[i], 4);
        char *two = record_of(&patient, architecture[i], 4);
        assert_string_equal(one, two);
        free(one);
        free(two);
    }
    world_end(&w);
    world_end(&patient);
}

/* A table that refuses nothing for most of the time, and is looked at across an hour. */
static const char tight[] = JSON({
    "horizon_h" : 1.1,
    "warmup_h" : 0.1,
    "work" : {
        "read" : {
            "steps" : [
                {"cpu_ms" : {"lognormal" : {"p50" : 7, "p99" : 310}}},
                {"get" : "t", "item_bytes" : 9000, "miss_frac" : 0.1, "answer" : 404},
                {"wait_ms" : 5},
                {"choice" : [ {"frac" : 0.4, "steps" : [ {"cpu_ms" : 30}, {"put" : "t"} ]} ]}
            ]
        },
        "scan" : {
            "steps" : [
                {
                    "parallel" : [
                        [ {"query" : "t", "item_bytes" : 4000, "items" : 10} ],
                        [ {"cpu_ms" : 40}, {"update" : "t", "item_bytes" : 3000} ]
                    ]
                },
                {"get" : "t", "item_bytes" : 20000, "consistent" : true}
            ]
        },
        "ping" : {"steps" : [ {"cpu_ms" : 1} ]}
    },
    "traffic" : {
        "a" : {"profile" : {"poisson" : {"per_s" : 20}}, "mix" : {"read" : 0.8, "scan" : 0.2}},
        "b" : {"profile" : {"constant" : {"per_s" : 3}}, "mix" : {"read" : 1}, "rtt_ms" : 31},
        "c" : {"profile" : {"constant" : {"per_s" : 0.01}}, "mix" : {"ping" : 1}}
    },
    "common" : {"t" : {"type" : "dynamodb", "capacity" : "provisioned", "rcu" : 5000, "wcu" : 33}},
    "architectures" : {
        "serverless" : {
            "entry" : "lb",
            "services" : {
                "lb" : {"type" : "alb", "to" : "api"},
                "api" : {"type" : "apigateway", "to" : "fn"},
                "fn" : {"type" : "lambda", "memory_mb" : 1024, "timeout_s" : 1}
            }
        }
    }
});

/* As soon as one client might ask again nothing is sure, and the table is asked when the time has
 * come: the records are the same. */
static void asking_ahead_of_the_clock_changes_nothing(void **state)
{
    (void)state;
    static const char *const wcu[] = {"12", "33", "1000"};
    for (int i = 0; i < 3; i++) {
        struct world w = {0}, patient = {0};
        world_set(&w, "/common/t/wcu", wcu[i]);
        world_open(&w, tight);
        world_set(&patient, "/common/t/wcu", wcu[i]);
        world_set(&patient, "/traffic/c/attempts", "2");
        world_open(&patient, tight);
        char *one = record_of(&w, "serverless", 1);
        assert_true((world_value(&w, "t/throttles") > 0) == (i == 0));
        char *two = record_of(&patient, "serverless", 1);
        assert_string_equal(one, two);
        free(one);
        free(two);
        world_end(&w);
        world_end(&patient);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_warm_up_does_not_count),
        cmocka_unit_test(architectures_meet_the_same_requests),
        cmocka_unit_test(the_same_trial_gives_the_same_record),
        cmocka_unit_test(another_seed_is_another_run),
        cmocka_unit_test(concurrency_of_several_adds_up),
        cmocka_unit_test(the_end_is_drained),
        cmocka_unit_test(every_request_ends_once),
        cmocka_unit_test(clients_that_might_retry_change_nothing),
        cmocka_unit_test(asking_ahead_of_the_clock_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
