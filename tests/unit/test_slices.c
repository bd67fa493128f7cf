/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/slices.h"

#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* A record as a file has it. */
static char *written(const struct sc_record *r)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    sc_record_write(r, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* The first architecture in so many slices: the same bytes as a whole. */
static struct sc_slicing same_in_slices(struct world *w, int n, int jobs)
{
    struct sc_slicing how = {.n = n, .jobs = jobs};
    struct sc_bench bench = {.scenario = &w->scenario};
    struct sc_trial trial = {0};
    struct sc_record whole, sliced;
    sc_trial_run(&bench, &trial, &w->scratch, &whole);
    sc_slices_run(&how, &bench, &trial, &sliced);
    char *a = written(&whole), *b = written(&sliced);
    assert_true(strlen(a) > 500);
    assert_string_equal(a, b);
    free(a);
    free(b);
    sc_record_free(&whole);
    sc_record_free(&sliced);
    return how;
}

static void pools_meet(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "horizon_h" : 47.25,
        "work" :
            {"w" : {"steps" : [ {"cpu_ms" : {"exponential" : {"mean" : 60}}}, {"put" : "t"} ]}},
        "traffic" : {"a" : {"profile" : {"poisson" : {"per_s" : 1}}, "mix" : {"w" : 1}}},
        "common" : {"t" : {"type" : "dynamodb", "stored_gb" : 2}},
        "architectures" : {
            "a" : {
                "entry" : "g",
                "services" : {
                    "g" : {"type" : "apigateway", "to" : "f"},
                    "f" : {"type" : "lambda", "max_age_h" : 0}
                }
            }
        }
    }));
    assert_true(sc_slices_can(&w.scenario, w.scenario.architecture));
    assert_int_equal(sc_slices_wanted(&w.scenario, w.scenario.architecture, 4), 1);
    w.scenario.horizon_ns *= 30;
    assert_int_equal(sc_slices_wanted(&w.scenario, w.scenario.architecture, 4), 8);
    w.scenario.horizon_ns /= 30;
    assert_int_equal(same_in_slices(&w, 1, 2).seams, 0);
    for (int jobs = 1; jobs <= 3; jobs++) {
        struct sc_slicing how = same_in_slices(&w, 12, jobs);
        assert_int_equal(how.seams, 11);
        assert_in_range(how.met, 9, 11);
    }
    assert_int_equal(same_in_slices(&w, 100, 2).seams, 47); /* an hour each, the last a part */
    world_end(&w);
}

/* What ends without an event while nobody looks must still end in time when somebody does. */
static void works_of_both_kinds_are_the_same_by_events(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "horizon_h" : 12,
        "work" : {
            "alone" : {"steps" : [ {"cpu_ms" : {"exponential" : {"mean" : 90}}} ]},
            "asks" : {"steps" : [ {"put" : "t"}, {"cpu_ms" : 5} ]}
        },
        "traffic" : {
            "a" : {"profile" : {"poisson" : {"per_s" : 4}}, "mix" : {"alone" : 0.6, "asks" : 0.4}}
        },
        "common" : {"t" : {"type" : "dynamodb"}},
        "architectures" : {
            "a" : {
                "entry" : "f",
                "services" : {
                    "f" : {
                        "type" : "fleet",
                        "task" : {"vcpu" : 1, "memory_mb" : 2048},
                        "tasks" : {"min" : 2, "max" : 2}
                    }
                }
            }
        }
    }));
    assert_int_equal(same_in_slices(&w, 1, 1).seams, 0);
    assert_in_range(same_in_slices(&w, 5, 2).met, 3, 4);
    world_end(&w);
}

/* An environment may grow too old before a seam and be found out after it. */
static void what_is_found_out_late_counts_where_it_happened(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "seed" : 3,
        "horizon_h" : 48.5,
        "work" : {"w" : {"steps" : [ {"cpu_ms" : 20} ]}},
        "traffic" : {"a" : {"profile" : {"poisson" : {"per_s" : 0.01}}, "mix" : {"w" : 1}}},
        "architectures" : {
            "a" : {
                "entry" : "f",
                "services" : {
                    "f" : {
                        "type" : "lambda",
                        "keep_alive_s" : {"uniform" : {"min" : 300, "max" : 2000}},
                        "max_age_h" : 0.5
                    }
                }
            }
        }
    }));
    assert_in_range(same_in_slices(&w, 30, 2).met, 2, 29);
    world_end(&w);
}

/* A queue that only grows has no past that ends: the first slice is run on to the end. */
static void overload_is_run_as_a_whole(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "horizon_h" : 30,
        "warmup_h" : 0,
        "drain_h" : 0.1,
        "work" : {"w" : {"steps" : [ {"cpu_ms" : {"exponential" : {"mean" : 700}}} ]}},
        "traffic" : {"a" : {"profile" : {"poisson" : {"per_s" : 2}}, "mix" : {"w" : 1}}},
        "architectures" : {
            "a" : {
                "entry" : "f",
                "services" : {
                    "f" : {
                        "type" : "fleet",
                        "task" : {"vcpu" : 1, "memory_mb" : 2048},
                        "tasks" : {"min" : 1, "max" : 1},
                        "backlog" : 100000
                    }
                }
            }
        }
    }));
    for (int jobs = 1; jobs <= 3; jobs++) {
        struct sc_slicing how = same_in_slices(&w, 6, jobs);
        assert_in_range(how.seams, 1, 5);
        assert_in_range(how.met, 0, 1);
    }
    world_end(&w);
}

static void users_who_wait_are_not_cut(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "horizon_h" : 2,
        "work" : {"w" : {"steps" : [ {"cpu_ms" : 60} ]}},
        "traffic" :
            {"a" : {"profile" : {"closed" : {"users" : 3, "think_ms" : 5000}}, "mix" : {"w" : 1}}},
        "architectures" : {"a" : {"entry" : "f", "services" : {"f" : {"type" : "lambda"}}}}
    }));
    assert_false(sc_slices_can(&w.scenario, w.scenario.architecture));
    assert_int_equal(sc_slices_wanted(&w.scenario, w.scenario.architecture, 4), 1);
    world_end(&w);
}

static void a_stop_ends_all(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "horizon_h" : 2000,
        "work" : {"w" : {"steps" : [ {"cpu_ms" : 60} ]}},
        "traffic" : {"a" : {"profile" : {"poisson" : {"per_s" : 200}}, "mix" : {"w" : 1}}},
        "architectures" : {"a" : {"entry" : "f", "services" : {"f" : {"type" : "lambda"}}}}
    }));
    volatile int stop = 1;
    struct sc_slicing how = {.n = 9, .jobs = 2};
    struct sc_bench bench = {.scenario = &w.scenario, .stop = &stop};
    struct sc_trial trial = {0};
    struct sc_record record;
    sc_slices_run(&how, &bench, &trial, &record); /* 1.4e9 requests would take minutes */
    sc_record_free(&record);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_meet),
        cmocka_unit_test(works_of_both_kinds_are_the_same_by_events),
        cmocka_unit_test(what_is_found_out_late_counts_where_it_happened),
        cmocka_unit_test(overload_is_run_as_a_whole),
        cmocka_unit_test(users_who_wait_are_not_cut),
        cmocka_unit_test(a_stop_ends_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
