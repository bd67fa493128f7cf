/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define API "/architectures/a/services/api/"
#define FN "/architectures/a/services/fn/"
#define S INT64_C(1000000000)

static const char rows[] = JSON({
    "horizon_h" : 0.1,
    "work" : {
        "w" : {
            "request_bytes" : 700,
            "response_bytes" : 300,
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
            "entry" : "api",
            "services" : {
                "api" : {"type" : "apigateway", "to" : "fn", "overhead_ms" : 0},
                "fn" : {"type" : "lambda", "timeout_s" : 900, "overhead_ms" : 0, "init_ms" : 0}
            }
        }
    }
});

static void latency_max_is(const struct world *w, double ms)
{
    double max_ms = world_wait_ms(w, "latency", 1);
    assert_true(max_ms > ms - 1e-3 && max_ms < ms + 1e-3);
}

/* APIGW-LIM-1: the client's 504 leaves the function running and billed. */
static void times_out_and_the_function_goes_on(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 28999), COME(1, 100 * S, 0, 29001),
                                        COME(1, 200 * S, 0, 45000), NO_MORE};
    struct world w = {.arrivals = a};
    world_run(&w, rows);
    world_is(&w, "timed_out", 2);
    world_is(&w, "completed", 1);
    world_is(&w, "clients/answer_504", 2);
    world_is(&w, "fn/completed", 3);
    world_is(&w, "fn/billed_mb_ms", (28999 + 29001 + 45000) * 128);
    latency_max_is(&w, 28999);
    world_end(&w);
}

static void http_waits_a_second_longer(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 29999), COME(1, 100 * S, 0, 30001), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, API "kind", "http");
    world_run(&w, rows);
    world_is(&w, "timed_out", 1);
    latency_max_is(&w, 29999);
    world_end(&w);
}

/* A client that may try again must learn of the time-out when it comes. */
static void a_client_that_retries_sees_the_time_out_in_time(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 45000), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/traffic/t/attempts", "2");
    world_set(&w, "/traffic/t/backoff_ms", "0");
    world_run(&w, rows);
    world_is(&w, "clients.t/attempts", 2);
    world_is(&w, "fn/peak_concurrency", 2); /* the first one still runs */
    world_is(&w, "timed_out", 1);
    world_is(&w, "fn/billed_mb_ms", 2 * 45000 * 128);
    world_end(&w);
}

static void a_shorter_time_out_can_be_set(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1600), COME(1, 100 * S, 0, 1400), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, API "timeout_s", "1.5");
    world_run(&w, rows);
    world_is(&w, "api/timed_out", 1);
    latency_max_is(&w, 1400);
    world_end(&w);
}

/* LAMBDA-APIGW-ERR: what a function's refusal looks like; the outcome stays that of its origin. */
static void a_throttled_function_is_500_or_503(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(9, 0, 0, 100), NO_MORE};
    static const char *const kind[] = {"rest", "http"};
    static const char *const answer[] = {"clients/answer_500", "clients/answer_503"};
    for (int i = 0; i < 2; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, API "kind", kind[i]);
        world_set(&w, FN "reserved_concurrency", "4");
        world_run(&w, rows);
        world_is(&w, answer[i], 5);
        world_is(&w, "throttled", 5);
        world_is(&w, "api/refused", 0);
        world_is(&w, "api/units", 9); /* billed: the gateway did its part */
        world_end(&w);
    }
}

static void its_own_throttles_are_429_and_free(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(9, 0, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, API "throttle_per_s", "6");
    world_run(&w, rows);
    world_is(&w, "clients/answer_429", 3);
    world_is(&w, "api/refused", 3);
    world_is(&w, "api/units", 6);
    world_is(&w, "fn/requests", 6);
    world_end(&w);
}

/* What the stage refuses takes no token of the account, and the other way round. */
static void both_buckets_must_have_a_token(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(20, 0, 0, 1), COME(20, S, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/account", "{\"gateway_per_s\": 3, \"gateway_burst\": 13}");
    world_set(&w, API "throttle_per_s", "10");
    world_run(&w, rows);
    world_is(&w, "api/units", 10 + 6); /* of 13, 3 were left, and 3 came */
    world_end(&w);
}

/* HTTP APIs count steps of 512 KB, REST requests. */
static void large_payloads_are_more_units_on_http(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    static const struct {
        const char *kind, *request, *response;
        int64_t units;
    } cases[] = {{"http", "524288", "1", 1},
                 {"http", "1", "524289", 2},
                 {"http", "3000000", "524289", 6},
                 {"rest", "3000000", "1", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, API "kind", cases[i].kind);
        world_set(&w, "/work/w/request_bytes", cases[i].request);
        world_set(&w, "/work/w/response_bytes", cases[i].response);
        world_run(&w, rows);
        world_is(&w, "api/units", cases[i].units);
        world_end(&w);
    }
}

/* APIGW-CACHE-1: reads only, and a hit asks nobody. */
static void a_cache_answers_reads(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 1,
        "warmup_h" : 0,
        "work" : {"read" : {"steps" : [ {"get" : "t"} ]}, "write" : {"steps" : [ {"put" : "t"} ]}},
        "traffic" : {
            "t" :
                {"profile" : {"constant" : {"per_s" : 10}}, "mix" : {"read" : 0.75, "write" : 0.25}}
        },
        "common" : {"t" : {"type" : "dynamodb"}},
        "architectures" : {
            "a" : {
                "entry" : "api",
                "services" : {
                    "api" : {
                        "type" : "apigateway",
                        "cache_gb" : "1.6",
                        "cache_hit_frac" : 0.6,
                        "to" : "fn"
                    },
                    "fn" : {"type" : "lambda"}
                }
            }
        }
    });
    struct world w = {0};
    world_run(&w, text);
    world_between(&w, "api/cache_hits", 16200 - 400, 16200 + 400);
    world_is(&w, "requests", 36000);
    world_is(&w, "completed", 36000);
    assert_int_equal(world_value(&w, "fn/requests") + world_value(&w, "api/cache_hits"), 36000);
    assert_int_equal(world_value(&w, "t/writes") + world_value(&w, "t/reads"),
                     world_value(&w, "fn/requests"));
    world_is(&w, "api/cache_ms", 3600000);
    world_end(&w);
}

static void overhead_is_its_own(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, API "overhead_ms", "23.85");
    world_set(&w, "/traffic/t/rtt_ms", "31");
    world_run(&w, rows);
    latency_max_is(&w, 154.85);
    world_is(&w, "fn/busy_ns", 100000000);
    world_end(&w);
}

static void contradictions_are_refused(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 1), NO_MORE};
    static const struct {
        const char *key, *value, *kind, *words;
    } cases[] = {{API "timeout_s", "29.5", "rest", "29 s"},
                 {API "timeout_s", "31", "http", "30"},
                 {API "cache_gb", "\"0.5\"", "http", "only REST"},
                 {API "cache_hit_frac", "0.5", "rest", "needs a cache"},
                 {API "kind", "soap", "soap", "rest"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, API "kind", cases[i].kind);
        world_set(&w, cases[i].key, cases[i].value);
        world_refuses(&w, rows, cases[i].key, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_out_and_the_function_goes_on),
        cmocka_unit_test(http_waits_a_second_longer),
        cmocka_unit_test(a_client_that_retries_sees_the_time_out_in_time),
        cmocka_unit_test(a_shorter_time_out_can_be_set),
        cmocka_unit_test(a_throttled_function_is_500_or_503),
        cmocka_unit_test(its_own_throttles_are_429_and_free),
        cmocka_unit_test(both_buckets_must_have_a_token),
        cmocka_unit_test(large_payloads_are_more_units_on_http),
        cmocka_unit_test(a_cache_answers_reads),
        cmocka_unit_test(overhead_is_its_own),
        cmocka_unit_test(contradictions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
