/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S INT64_C(1000000000)
#define MS INT64_C(1000000)

/* One request at 5 s; nothing before the handler, and a table that answers in 7 ms. */
static const char one[] = JSON({
    "horizon_h" : 0.1,
    "work" : {
        "w" : {"steps" : []},
        "callee" : {"steps" : [ {"wait_ms" : 200}, {"get" : "t", "miss_frac" : 1} ]}
    },
    "traffic" : {
        "x" : {
            "profile" : {
                "trace" : {
                    "file" : "a.csv",
                    "from_s" : 0,
                    "rows" : {"arrival_ns" : "at", "duration_ms" : "ms"}
                }
            },
            "mix" : {"w" : 1}
        }
    },
    "common" : {"t" : {"type" : "dynamodb", "read_ms" : 7, "write_ms" : 7, "network_ms" : 0}},
    "architectures" : {
        "inline" : {
            "entry" : "fn",
            "inline" : ["callee"],
            "services" :
                {"fn" : {"type" : "lambda", "memory_mb" : 1769, "overhead_ms" : 0, "init_ms" : 0}}
        },
        "remote" : {
            "entry" : "fn",
            "services" : {
                "fn" : {"type" : "lambda", "memory_mb" : 1769, "overhead_ms" : 0, "init_ms" : 0},
                "other" : {
                    "type" : "lambda",
                    "memory_mb" : 1769,
                    "overhead_ms" : 0,
                    "init_ms" : 0,
                    "runs" : ["callee"]
                }
            }
        },
        "tasks" : {
            "entry" : "web",
            "inline" : ["callee"],
            "services" : {"web" : {"type" : "fleet", "task" : {"vcpu" : 1, "memory_mb" : 2048}}}
        }
    }
});
static const struct arrivals at_5_s[] = {COME(1, 5 * S, 0, 400), NO_MORE};

static void open_with(struct world *w, const char *steps)
{
    *w = (struct world){.arrivals = at_5_s};
    world_set(w, "/work/w/steps", steps);
    world_open(w, one);
}

static void takes(struct world *w, const char *architecture, double ms)
{
    world_trial(w, architecture, 0);
    double took_ms = world_wait_ms(w, "latency", 1);
    if (world_waits(w, "latency") != 1 || took_ms < ms - 1e-3 || took_ms > ms + 1e-3)
        fail_msg("%s: %.4f ms; %.4f is wanted", architecture, took_ms, ms);
}

static void takes_everywhere(const char *steps, double ms, const char *answer)
{
    static const char *const architecture[] = {"inline", "remote", "tasks"};
    for (int i = 0; i < 3; i++) {
        struct world w;
        open_with(&w, steps);
        takes(&w, architecture[i], ms);
        world_is(&w, answer, 1);
        world_is(&w, "completed", 1);
        world_end(&w);
    }
}

static void steps_follow_each_other(void **state)
{
    (void)state;
    takes_everywhere(JSON([]), 0, "clients/answer_200");
    takes_everywhere(JSON([ {"cpu_ms" : 11}, {"wait_ms" : 23}, {"get" : "t"}, {"cpu_ms" : 5} ]), 46,
                     "clients/answer_200");
    takes_everywhere(JSON([ {"put" : "t", "copies" : 3}, {"wait_ms" : {"trace" : 0.25}} ]), 121,
                     "clients/answer_200");
}

static void parallel_ends_with_the_slowest(void **state)
{
    (void)state;
    takes_everywhere(JSON([
                         {
                             "parallel" : [
                                 [ {"wait_ms" : 100} ], [ {"wait_ms" : 250}, {"get" : "t"} ],
                                 [ {"get" : "t"}, {"get" : "t"} ]
                             ]
                         },
                         {"wait_ms" : 10}
                     ]),
                     267, "clients/answer_200");
    takes_everywhere(
        JSON([ {
            "parallel" : [
                [], [ {"parallel" : [ [ {"wait_ms" : 30} ], [ {"put" : "t"} ] ]}, {"cpu_ms" : 3} ]
            ]
        } ]),
        33, "clients/answer_200");
}

/* Branches go on when one has found nothing; then the work ends with that answer. */
static void a_miss_in_a_branch_ends_the_work(void **state)
{
    (void)state;
    takes_everywhere(
        JSON([
            {"parallel" : [ [ {"get" : "t", "miss_frac" : 1} ], [ {"wait_ms" : 90} ] ]},
            {"wait_ms" : 1000}
        ]),
        90, "clients/answer_404");
}

static void a_miss_ends_the_work(void **state)
{
    (void)state;
    takes_everywhere(JSON([ {"wait_ms" : 3}, {"get" : "t", "miss_frac" : 1}, {"wait_ms" : 1000} ]),
                     10, "clients/answer_404");
    takes_everywhere(JSON([ {"update" : "t", "fail_frac" : 1, "answer" : 412}, {"wait_ms" : 99} ]),
                     7, "clients/answer_412");
}

/* What a called work found is for its caller to judge: the caller goes on. */
static void a_call_is_waited_for_and_goes_on(void **state)
{
    (void)state;
    takes_everywhere(JSON([ {"wait_ms" : 10}, {"call" : "callee"}, {"wait_ms" : 5} ]), 222,
                     "clients/answer_200");
    takes_everywhere(JSON([ {"parallel" : [ [ {"call" : "callee"} ], [ {"call" : "callee"} ] ]} ]),
                     207, "clients/answer_200");
    takes_everywhere(
        JSON([ {"choice" : [ {"frac" : 1, "steps" : [ {"call" : "callee"} ]} ]}, {"wait_ms" : 1} ]),
        208, "clients/answer_200");
}

static void a_remote_call_is_billed_twice(void **state)
{
    (void)state;
    struct world w;
    open_with(&w, JSON([ {"wait_ms" : 10}, {"call" : "callee"}, {"call" : "callee"} ]));
    takes(&w, "remote", 424);
    world_is(&w, "fn/busy_ns", 424 * MS);
    world_is(&w, "other/busy_ns", 414 * MS);
    world_is(&w, "other/requests", 2);
    world_is(&w, "other/cold_starts", 1);
    world_is(&w, "peak_concurrency", 2);
    takes(&w, "inline", 424);
    world_is(&w, "fn/busy_ns", 424 * MS);
    world_is(&w, "fn/requests", 1);
    world_end(&w);
}

/* Counted once, where it arose; the caller fails with it. */
static void a_throttled_callee_ends_its_caller(void **state)
{
    (void)state;
    struct world w = {.arrivals = at_5_s};
    world_set(&w, "/work/w/steps", JSON([ {"call" : "callee"}, {"wait_ms" : 1000} ]));
    world_set(&w, "/architectures/remote/services/other/reserved_concurrency", "0");
    world_open(&w, one);
    world_trial(&w, "remote", 0);
    world_is(&w, "throttled", 1);
    world_is(&w, "failed", 0);
    world_is(&w, "clients/answer_500", 1);
    world_is(&w, "other/throttled", 1);
    world_is(&w, "fn/billed_mb_ms", 0); /* it took no time */
    world_end(&w);
}

static void a_callee_that_times_out_ends_its_caller(void **state)
{
    (void)state;
    struct world w = {.arrivals = at_5_s};
    world_set(&w, "/work/w/steps",
              JSON([ {"wait_ms" : 20}, {"call" : "callee"}, {"wait_ms" : 1000} ]));
    world_set(&w, "/architectures/remote/services/other/timeout_s", "0.1");
    world_open(&w, one);
    world_trial(&w, "remote", 0);
    world_is(&w, "timed_out", 1);
    world_is(&w, "clients/answer_500", 1);
    world_is(&w, "fn/busy_ns", 120 * MS);
    world_is(&w, "other/busy_ns", 100 * MS);
    world_end(&w);
}

/* The callee runs on, and is billed. */
static void a_caller_that_times_out_leaves_its_callee(void **state)
{
    (void)state;
    struct world w = {.arrivals = at_5_s};
    world_set(&w, "/work/w/steps",
              JSON([ {"wait_ms" : 20}, {"call" : "callee"}, {"wait_ms" : 1000} ]));
    world_set(&w, "/architectures/remote/services/fn/timeout_s", "0.12");
    world_open(&w, one);
    world_trial(&w, "remote", 0);
    world_is(&w, "timed_out", 1);
    world_is(&w, "clients/answer_504", 1);
    world_is(&w, "fn/busy_ns", 120 * MS);
    world_is(&w, "other/busy_ns", 207 * MS);
    world_is(&w, "other/completed", 1);
    world_end(&w);
}

static void inside_a_fork_time_runs_out_too(void **state)
{
    (void)state;
    struct world w = {.arrivals = at_5_s};
    world_set(&w, "/work/w/steps", JSON([
        {"parallel" : [ [ {"wait_ms" : 500}, {"get" : "t"} ], [ {"wait_ms" : 90}, {"get" : "t"} ] ]}
    ]));
    world_set(&w, "/architectures/inline/services/fn/timeout_s", "0.3");
    world_open(&w, one);
    world_trial(&w, "inline", 0);
    world_is(&w, "timed_out", 1);
    world_is(&w, "fn/busy_ns", 300 * MS);
    world_is(&w, "t/reads", 1);
    world_end(&w);
}

/* Shares as stated; what is left of 1 does nothing. */
static void choices_come_as_often_as_stated(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 1,
        "warmup_h" : 0,
        "work" : {
            "w" : {
                "steps" : [
                    {
                        "choice" : [
                            {"frac" : 0.3, "steps" : [ {"get" : "a"} ]},
                            {"frac" : 0.25, "steps" : [ {"get" : "b"}, {"get" : "b"} ]},
                            {"frac" : 0.05, "steps" : []}
                        ]
                    },
                    {
                        "choice" : [
                            {"frac" : 0.5, "steps" : [ {"put" : "a"} ]},
                            {"frac" : 0.5, "steps" : [ {"put" : "b"} ]}
                        ]
                    }
                ]
            }
        },
        "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 10}}}},
        "common" : {"a" : {"type" : "dynamodb"}, "b" : {"type" : "dynamodb"}},
        "architectures" : {"x" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
    });
    struct world w = {0};
    world_run(&w, text);
    world_between(&w, "a/reads", 10800 - 350, 10800 + 350);
    world_between(&w, "b/reads", 18000 - 660, 18000 + 660);
    world_between(&w, "a/writes", 18000 - 380, 18000 + 380);
    assert_int_equal(world_value(&w, "a/writes") + world_value(&w, "b/writes"), 36000);
    world_end(&w);
}

/* The branches under way end first. */
static void a_throttle_in_a_branch_ends_the_work(void **state)
{
    (void)state;
    struct world w = {.arrivals = at_5_s};
    world_set(&w, "/work/w/steps", JSON([
        {"parallel" : [ [ {"put" : "t", "item_bytes" : 358400} ], [ {"wait_ms" : 90} ] ]},
        {"wait_ms" : 500}
    ]));
    world_set(&w, "/common/t", JSON({
        "type" : "dynamodb",
        "capacity" : "provisioned",
        "wcu" : 1,
        "attempts" : 1,
        "network_ms" : 0
    }));
    world_open(&w, one);
    for (int i = 0; i < 2; i++) {
        world_trial(&w, i ? "tasks" : "inline", 0);
        world_is(&w, "throttled", 1);
        world_is(&w, "clients/answer_500", 1);
        world_is(&w, i ? "web/inflight_ns" : "fn/inflight_ns", 90 * MS);
    }
    world_end(&w);
}

/* A remote callee is given the duration of the caller's trace, as one in the same process is. */
static void a_callee_knows_the_traces_duration(void **state)
{
    (void)state;
    static const char *const architecture[] = {"inline", "remote", "tasks"};
    for (int i = 0; i < 3; i++) {
        struct world w = {.arrivals = at_5_s};
        world_set(&w, "/work/w/steps", JSON([ {"call" : "callee"} ]));
        world_set(&w, "/work/callee/steps", JSON([ {"wait_ms" : {"trace" : 0.5}} ]));
        world_open(&w, one);
        takes(&w, architecture[i], 200);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callee_knows_the_traces_duration),
        cmocka_unit_test(steps_follow_each_other),
        cmocka_unit_test(parallel_ends_with_the_slowest),
        cmocka_unit_test(a_miss_in_a_branch_ends_the_work),
        cmocka_unit_test(a_miss_ends_the_work),
        cmocka_unit_test(a_call_is_waited_for_and_goes_on),
        cmocka_unit_test(a_remote_call_is_billed_twice),
        cmocka_unit_test(a_throttled_callee_ends_its_caller),
        cmocka_unit_test(a_callee_that_times_out_ends_its_caller),
        cmocka_unit_test(a_caller_that_times_out_leaves_its_callee),
        cmocka_unit_test(inside_a_fork_time_runs_out_too),
        cmocka_unit_test(choices_come_as_often_as_stated),
        cmocka_unit_test(a_throttle_in_a_branch_ends_the_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
