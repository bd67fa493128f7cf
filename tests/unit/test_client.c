/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SRC "/traffic/t/"
#define FN "/architectures/a/services/fn/"
#define S INT64_C(1000000000)
#define MS INT64_C(1000000)

static const char rows[] = JSON({
    "horizon_h" : 0.1,
    "work" : {"w" : {"response_bytes" : 700, "steps" : [ {"wait_ms" : {"trace" : 1}} ]}},
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
            "services" :
                {"fn" : {"type" : "lambda", "timeout_s" : 900, "overhead_ms" : 0, "init_ms" : 0}}
        }
    }
});

static const char users[] = JSON({
    "horizon_h" : 0.2,
    "warmup_h" : 0.05,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : {"gamma" : {"mean" : 300, "cv" : 0.7}}} ]}},
    "traffic" : {
        "t" : {
            "profile" : {"closed" : {"users" : 60, "think_ms" : {"exponential" : {"mean" : 1700}}}},
            "rtt_ms" : 40
        }
    },
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "services" : {
                "fn" : {
                    "type" : "lambda",
                    "memory_mb" : 1769,
                    "timeout_s" : 60,
                    "overhead_ms" : 0,
                    "init_ms" : 0
                }
            }
        }
    }
});

static void latency_max_is(const struct world *w, double ms)
{
    double max_ms = world_wait_ms(w, "latency", 1);
    if (max_ms < ms - 1e-3 || max_ms > ms + 1e-3)
        fail_msg("the longest wait is %.4f ms; %.4f is wanted", max_ms, ms);
}

static void every_attempt_is_made_and_counted_once(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(7, 0, S, 10), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, FN "reserved_concurrency", "0");
    world_set(&w, SRC "attempts", "5");
    world_run(&w, rows);
    world_is(&w, "clients.t/attempts", 35);
    world_is(&w, "fn/throttled", 35);
    world_is(&w, "throttled", 7);
    world_is(&w, "clients/answer_429", 7);
    world_is(&w, "requests", 7);
    world_is(&w, "unfinished", 0);
    world_is(&w, "clients/egress_bytes", 0);
    world_end(&w);
}

/* At 0, 0.3, 0.9 and 2.1 s; a second client has the only place for a second. */
static void backs_off_exponentially(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, 0, 0, 1000), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 1}");
    world_set(&w, SRC "attempts", "9");
    world_set(&w, SRC "backoff_ms", "300");
    world_set(&w, SRC "jitter", "false");
    world_run(&w, rows);
    latency_max_is(&w, 3100);
    world_is(&w, "clients.t/attempts", 1 + 4);
    world_end(&w);
}

static void backs_off_no_longer_than_the_most(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, 0, 0, 1700), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 1}");
    world_set(&w, SRC "attempts", "9");
    world_set(&w, SRC "backoff_ms", "300");
    world_set(&w, SRC "backoff_max_ms", "500");
    world_set(&w, SRC "backoff_factor", "3");
    world_set(&w, SRC "jitter", "false");
    world_run(&w, rows); /* at 0, 0.3, 0.8, 1.3, 1.8 s */
    latency_max_is(&w, 1800 + 1700);
    world_is(&w, "clients.t/attempts", 6);
    world_end(&w);
}

/* Full jitter: 400 clients that were all refused at once come again anywhere in 100 s. */
static void jitter_spreads_them_out(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(401, 0, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 1}");
    world_set(&w, SRC "attempts", "2");
    world_set(&w, SRC "backoff_ms", "100000");
    world_set(&w, SRC "backoff_max_ms", "100000");
    world_run(&w, rows);
    world_between(&w, "completed", 390, 401);
    assert_true(world_wait_ms(&w, "latency", 0.25) > 20000 &&
                world_wait_ms(&w, "latency", 0.25) < 30000);
    assert_true(world_wait_ms(&w, "latency", 0.75) > 70000 &&
                world_wait_ms(&w, "latency", 0.75) < 80000);
    assert_true(world_wait_ms(&w, "latency", 1) < 100002);
    world_end(&w);
}

/* Were the demand the same at every attempt, half would time out for ever; so an eighth does. */
static void attempts_draw_anew(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 0.5,
        "warmup_h" : 0,
        "work" : {"w" : {"steps" : [ {"wait_ms" : {"uniform" : {"min" : 0, "max" : 2000}}} ]}},
        "traffic" :
            {"t" : {"profile" : {"constant" : {"per_s" : 5}}, "timeout_s" : 1, "attempts" : 3}},
        "architectures" : {
            "a" : {
                "entry" : "fn",
                "services" : {"fn" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0}}
            }
        }
    });
    struct world w = {0};
    world_run(&w, text);
    world_is(&w, "requests", 9000);
    world_between(&w, "timed_out", 1125 - 110, 1125 + 110);
    world_between(&w, "clients.t/attempts", 15750 - 250, 15750 + 250);
    world_is(&w, "fn/requests", world_value(&w, "clients.t/attempts"));
    world_end(&w);
}

/* A client gives up; the function does not know. */
static void time_outs_leave_the_function_running(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 469), COME(1, 10 * S, 0, 471),
                                        COME(1, 20 * S, 0, 9000), NO_MORE};
    for (int attempts = 0; attempts < 2; attempts++) {
        struct world w = {.arrivals = a};
        world_set(&w, SRC "timeout_s", "0.5");
        world_set(&w, SRC "rtt_ms", "30");
        world_set(&w, SRC "attempts", attempts ? "2" : "1");
        world_run(&w, rows);
        world_is(&w, "completed", 1);
        world_is(&w, "timed_out", 2);
        world_is(&w, "clients/answer_0", 2);
        world_is(&w, "clients.t/attempts", attempts ? 5 : 3);
        world_is(&w, "fn/billed_mb_ms", 128 * (attempts ? 469 + 2 * 9471 : 469 + 9471));
        latency_max_is(&w, 499);
        world_is(&w, "clients/egress_bytes", 700);
        world_end(&w);
    }
}

/* Little: users = throughput x (response + think). */
static void users_follow_littles_law(void **state)
{
    (void)state;
    struct world w = {0};
    world_run(&w, users);
    const struct sc_hist *h = sc_ledger_find_hist(&w.record.ledger, "latency");
    double per_s = (double)world_value(&w, "completed") / 720;
    double inside = per_s * (sc_hist_mean(h) * 1e-9 + 1.7);
    if (inside < 60 * 0.985 || inside > 60 * 1.015)
        fail_msg("%g users are seen of 60", inside);
    assert_true(sc_hist_mean(h) > 330e6 && sc_hist_mean(h) < 350e6);
    world_is(&w, "throttled", 0);
    world_end(&w);
}

static void steady_users_are_exact(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, "/work/w/steps/0/cpu_ms", "210");
    world_set(&w, "/traffic/t/profile/closed/think_ms", "750");
    world_run(&w, users);
    world_is(&w, "requests", 60 * 720); /* one a second each */
    world_is(&w, "fn/inflight_ns", INT64_C(60) * 720 * 210 * MS);
    world_is(&w, "fn/peak_concurrency", 60);
    world_end(&w);
}

/* More users than places: those refused think again. */
static void refused_users_come_back(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, "/work/w/steps/0/cpu_ms", "210");
    world_set(&w, "/traffic/t/profile/closed/think_ms", "{\"exponential\": {\"mean\": 50}}");
    world_set(&w, "/architectures/a/account", "{\"concurrency\": 11, \"requests_per_s\": -1}");
    world_run(&w, users);
    world_is(&w, "fn/peak_concurrency", 11);
    assert_int_equal(world_value(&w, "completed") + world_value(&w, "throttled"),
                     world_value(&w, "requests"));
    assert_true(world_value(&w, "throttled") > world_value(&w, "completed"));
    world_end(&w);
}

static void what_has_no_answer_is_unfinished(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(3, 300 * S, S, 10000), COME(4, 355 * S, S, 10000),
                                        COME(1, 359 * S, S, 100000), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, SRC "attempts", "2"); /* answers are events */
    world_set(&w, "/drain_h", "0.01");
    world_run(&w, rows);
    world_is(&w, "requests", 8);
    world_is(&w, "completed", 7);
    world_is(&w, "unfinished", 1);
    world_end(&w);
}

/* A mix of the first and the last of three works once sent the last alone: a place in the mix was
 * taken for one among the works, twice. Sizes of 1, 1,000 and 1,000,000 bytes count each work's
 * answers in digits of their own. */
static void a_mix_need_not_name_all_works(void **state)
{
    (void)state;
    static const char three[] = JSON({
        "horizon_h" : 0.1,
        "work" : {
            "a" : {"response_bytes" : 1, "steps" : []},
            "b" : {"response_bytes" : 1000, "steps" : []},
            "c" : {"response_bytes" : 1000000, "steps" : []}
        },
        "traffic" :
            {"t" : {"profile" : {"constant" : {"per_s" : 1}}, "mix" : {"a" : 0.5, "c" : 0.5}}},
        "architectures" : {"x" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
    });
    struct world w = {0};
    world_run(&w, three);
    int64_t bytes = world_value(&w, "clients/egress_bytes");
    assert_in_range(bytes % 1000, 130, 230);
    assert_int_equal(bytes / 1000 % 1000, 0);
    assert_int_equal(bytes % 1000 + bytes / 1000000, 360);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attempt_is_made_and_counted_once),
        cmocka_unit_test(backs_off_exponentially),
        cmocka_unit_test(backs_off_no_longer_than_the_most),
        cmocka_unit_test(jitter_spreads_them_out),
        cmocka_unit_test(attempts_draw_anew),
        cmocka_unit_test(time_outs_leave_the_function_running),
        cmocka_unit_test(users_follow_littles_law),
        cmocka_unit_test(steady_users_are_exact),
        cmocka_unit_test(refused_users_come_back),
        cmocka_unit_test(what_has_no_answer_is_unfinished),
        cmocka_unit_test(a_mix_need_not_name_all_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
