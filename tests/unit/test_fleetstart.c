/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/sample.h"
#include "world.h"

/* 200 requests a second of 20 ms, that is 4 vCPU; tasks of one vCPU, kept at 60 %. */
static const char fleet[] = JSON({
    "horizon_h" : 168,
    "precision" : {},
    "work" : {"w" : {"steps" : [ {"cpu_ms" : 20} ]}},
    "traffic" : {"t" : {"profile" : {"poisson" : {"per_s" : 200}}}},
    "architectures" : {
        "a" : {
            "entry" : "f",
            "services" : {
                "f" : {
                    "type" : "fleet",
                    "task" : {"vcpu" : 1, "memory_mb" : 2048},
                    "tasks" : {"min" : 1, "max" : 30}
                }
            }
        }
    }
});

struct sampled {
    struct world w;
    struct sc_arena arena, scratch;
    struct sc_sample_plan plan;
};

static void begin(struct sampled *s)
{
    world_open(&s->w, fleet);
    assert_null(sc_sample_plan(&s->plan, &s->w.scenario, &s->arena));
}

static int64_t most_tasks(struct sampled *s, int replication)
{
    const struct sc_bench bench = {.scenario = &s->w.scenario, .plan = &s->plan};
    const struct sc_trial trial = {.replication = replication};
    struct sc_record r;
    sc_trial_run(&bench, &trial, &s->scratch, &r);
    const int64_t tasks = sc_ledger_find_count(&r.ledger, "f", "tasks_peak");
    assert_int_equal(sc_ledger_find_count(&r.ledger, "f", "throttled"), 0);
    sc_record_free(&r);
    return tasks;
}

static void end(struct sampled *s)
{
    sc_arena_free(&s->arena);
    sc_arena_free(&s->scratch);
    world_end(&s->w);
}

/* The least number that keeps 60 %, and what the band below it lets stand. */
static void a_fleet_begins_as_large_as_its_load_wants(void **state)
{
    (void)state;
    struct sampled s = {0};
    begin(&s);
    for (int r = 0; r < 6; r++)
        assert_in_range(most_tasks(&s, r), 7, 9);
    end(&s);
}

static void its_least_and_its_most_still_bind(void **state)
{
    (void)state;
    struct sampled s = {0};
    world_set(&s.w, "/architectures/a/services/f/tasks", "{\"min\": 12, \"max\": 30}");
    begin(&s);
    assert_int_equal(most_tasks(&s, 0), 12);
    end(&s);
    s = (struct sampled){0};
    world_set(&s.w, "/architectures/a/services/f/tasks", "{\"min\": 2, \"max\": 6}");
    begin(&s);
    assert_int_equal(most_tasks(&s, 0), 6);
    end(&s);
}

static void a_fleet_of_one_size_keeps_it(void **state)
{
    (void)state;
    struct sampled s = {0};
    world_set(&s.w, "/architectures/a/services/f/tasks", "{\"min\": 9, \"max\": 9}");
    begin(&s);
    assert_int_equal(most_tasks(&s, 0), 9);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fleet_begins_as_large_as_its_load_wants),
        cmocka_unit_test(its_least_and_its_most_still_bind),
        cmocka_unit_test(a_fleet_of_one_size_keeps_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
