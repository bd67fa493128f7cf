/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* Random functions under random traffic, request by request and by arrays: the records are the
 * same, byte by byte. */

enum { WORLDS = 120, ROOM = 4096 };

struct text {
    char at[ROOM];
    size_t n;
};

static void put(struct text *t, const char *fmt, ...) SC_PRINTF(2, 3);
static void put(struct text *t, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    t->n += (size_t)vsnprintf(t->at + t->n, ROOM - t->n, fmt, args);
    va_end(args);
    assert_true(t->n < ROOM);
}

struct dice {
    uint64_t key, n;
};

static int roll(struct dice *d, int sides)
{
    return (int)(sc_draw(d->key, d->n++) % (uint64_t)sides);
}

#define PICK(dice, ...) pick(dice, (const char *const[]){__VA_ARGS__, NULL})
static const char *pick(struct dice *d, const char *const *of)
{
    int n = 0;
    while (of[n])
        n++;
    return of[roll(d, n)];
}

static void put_works(struct text *t, struct dice *d)
{
    put(t, "\"work\": {\"a\": {\"steps\": [{%s}%s], \"response_bytes\": 700}, ",
        PICK(d, "\"cpu_ms\": {\"lognormal\": {\"p50\": 30, \"p99\": 300}}", "\"wait_ms\": 40",
             "\"wait_ms\": {\"exponential\": {\"mean\": 120}}",
             "\"cpu_ms\": {\"lognormal\": {\"p50\": 900, "
             "\"p99\": 9000}}",
             "\"cpu_ms\": {\"uniform\": {\"min\": 1, \"max\": 5}}"),
        PICK(d, "", "", ", {\"cpu_ms\": 3}", ", {\"wait_ms\": {\"exponential\": {\"mean\": 5}}}"));
    put(t, "\"b\": {\"steps\": [{\"wait_ms\": {\"pareto\": {\"min\": 2, \"shape\": 1.1}}}]}}, ");
}

static void put_traffic(struct text *t, struct dice *d)
{
    put(t, "\"traffic\": {\"t\": {\"profile\": {%s}, \"mix\": {%s}%s%s}}, ",
        PICK(d, "\"poisson\": {\"per_s\": 0.5}", "\"poisson\": {\"per_s\": 40}",
             "\"poisson\": {\"per_s\": 700}", "\"constant\": {\"per_s\": 90}",
             "\"cron\": {\"every_s\": 20, \"requests\": 30}",
             "\"stages\": {\"stages\": [{\"duration_s\": 100, \"per_s\": 3}, {\"duration_s\": 2, "
             "\"per_s\": 2000}, {\"duration_s\": 400, \"per_s\": 0}, {\"duration_s\": 90, "
             "\"from_per_s\": 0, \"to_per_s\": 60}]}",
             "\"mmpp\": {\"states\": [{\"per_s\": 1, \"mean_s\": 60}, {\"per_s\": 150, "
             "\"mean_s\": 10}]}"),
        PICK(d, "\"a\": 1", "\"a\": 0.8, \"b\": 0.2", "\"b\": 1"),
        PICK(d, "", "", ", \"rtt_ms\": 30"), PICK(d, "", "", ", \"timeout_s\": 0.2"));
}

static void put_function(struct text *t, struct dice *d)
{
    put(t, "\"fn\": {\"type\": \"lambda\", \"memory_mb\": %s, \"timeout_s\": %s",
        PICK(d, "512", "1769", "3000"), PICK(d, "3", "60", "1"));
    put(t, "%s",
        PICK(d, "", "", ", \"reserved_concurrency\": 12", ", \"reserved_concurrency\": 1"));
    put(t, "%s",
        PICK(d, "", ", \"keep_alive_s\": 3",
             ", \"keep_alive_s\": {\"exponential\": {\"mean\": 9}}"));
    put(t, "%s", PICK(d, "", ", \"max_age_h\": 0.001", ", \"max_age_h\": 0"));
    put(t, "%s", PICK(d, "", ", \"start\": 25"));
    put(t, "%s", PICK(d, "", ", \"first_invoke_ms\": 2500"));
    put(t, "%s}", PICK(d, "", ", \"scaling_per_10s\": 7", ", \"scaling_per_10s\": 0"));
}

static void put_world(struct text *t, struct dice *d)
{
    put(t, "{\"horizon_h\": %s, \"warmup_h\": %s, ", PICK(d, "0.05", "0.2", "1.13"),
        PICK(d, "0", "0.02"));
    put_works(t, d);
    put_traffic(t, d);
    put(t,
        "\"architectures\": {\"x\": {\"entry\": \"fn\", \"account\": {\"concurrency\": %s%s}, "
        "\"services\": {",
        PICK(d, "120", "150", "20000"), PICK(d, "", ", \"requests_per_s\": 45"));
    put_function(t, d);
    put(t, "}}}}");
}

static char *record_of(const char *text, bool one_by_one)
{
    struct world w = {.one_by_one = one_by_one};
    char *record = NULL;
    size_t bytes = 0;
    world_run(&w, text);
    FILE *out = open_memstream(&record, &bytes);
    sc_record_write(&w.record, out);
    assert_int_equal(fclose(out), 0);
    world_end(&w);
    return record;
}

static void both_ways_give_the_same(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < WORLDS; i++) {
        struct dice d = {.key = sc_key(20261123, i)};
        struct text t = {.n = 0};
        put_world(&t, &d);
        char *batched = record_of(t.at, false), *one_by_one = record_of(t.at, true);
        if (strcmp(batched, one_by_one) != 0)
            fail_msg("world %d: %s\n%s\n%s", (int)i, t.at, batched, one_by_one);
        free(batched);
        free(one_by_one);
    }
}

/* The stretch of a longer run: hour 0 lies elsewhere on the traffic's clock. */
static void requests_are_not_lost(void **state)
{
    (void)state;
    struct dice d = {.key = 7};
    struct text t = {.n = 0};
    put_world(&t, &d);
    struct world w = {0};
    world_run(&w, t.at);
    assert_int_equal(world_value(&w, "requests"),
                     world_value(&w, "completed") + world_value(&w, "throttled") +
                         world_value(&w, "timed_out") + world_value(&w, "failed"));
    assert_true(world_value(&w, "requests") > 0);
    assert_int_equal(world_waits(&w, "latency"), (uint64_t)world_value(&w, "completed"));
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_give_the_same),
        cmocka_unit_test(requests_are_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
