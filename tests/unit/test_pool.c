/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S INT64_C(1000000000)
#define REUSE "/architectures/a/services/fn/reuse"

/* An environment stays 10 s idle, to the nanosecond. */
static const char idle_10_s[] = JSON({
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
            "services" :
                {"fn" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0, "keep_alive_s" : 10}}
        }
    }
});

static void cold_starts_are(const char *reuse, const struct arrivals *arrivals, int64_t wanted)
{
    struct world w = {.arrivals = arrivals};
    world_set(&w, REUSE, reuse);
    world_run(&w, idle_10_s);
    world_is(&w, "fn/cold_starts", wanted);
    world_end(&w);
}

/* Two environments, then one request at a time: the most recently used one serves them all and the
 * other goes; by turns both stay. */
static void which_of_two(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, 0, 0, 1000), COME(1, 6 * S, 0, 1000),
                                        COME(1, 10 * S, 0, 1000), COME(2, 15 * S, 0, 1000),
                                        NO_MORE};
    cold_starts_are("mru", a, 3);
    cold_starts_are("lru", a, 2);
}

/* The first one made falls idle last. */
static void newest_created_is_not_most_recent(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, 0, 0, 3000), COME(1, 1 * S, 0, 1000),
                                        COME(1, 4 * S, 0, 1000), COME(2, 25 * S / 2, 0, 1000),
                                        NO_MORE};
    cold_starts_are("mru", a, 3);            /* the second one went at 12 s */
    cold_starts_are("newest_created", a, 2); /* it was used at 4 s; the first stays until 13 s */
}

static void newest_created_of_many(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(40, 0, 50000000, 2000), COME(25, 10 * S, 0, 500),
                                        COME(25, 16 * S, 0, 500), COME(40, 18 * S, 0, 500),
                                        NO_MORE};
    cold_starts_are("newest_created", a, 40 + 15);
}

static void any_of_many_is_there(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(40, 0, 0, 500), COME(30, 8 * S, 0, 500),
                                        COME(40, 9 * S, 0, 500), NO_MORE};
    cold_starts_are("random", a, 40);
    cold_starts_are("lru", a, 40);
    cold_starts_are("mru", a, 40);
}

/* There until the instant that its time is over, and not at it. */
static void goes_to_the_nanosecond(void **state)
{
    (void)state;
    static const struct arrivals in_time[] = {COME(1, 0, 0, 1000), COME(1, 11 * S - 1, 0, 1),
                                              NO_MORE};
    static const struct arrivals late[] = {COME(1, 0, 0, 1000), COME(1, 11 * S, 0, 1), NO_MORE};
    cold_starts_are("mru", in_time, 1);
    cold_starts_are("mru", late, 2);
}

/* LAMBDA-LIFE-5: too old, it is not used again, however busy it was. */
static void old_ones_are_recycled(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(60, 0, S, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/architectures/a/services/fn/max_age_h", "0.004"); /* 14.4 s */
    world_run(&w, idle_10_s);
    world_is(&w, "fn/cold_starts", 4); /* at 0, 15, 30, 45 s */
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_of_two),
        cmocka_unit_test(newest_created_is_not_most_recent),
        cmocka_unit_test(newest_created_of_many),
        cmocka_unit_test(any_of_many_is_there),
        cmocka_unit_test(goes_to_the_nanosecond),
        cmocka_unit_test(old_ones_are_recycled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
