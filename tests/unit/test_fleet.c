/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define WEB "/architectures/a/services/web/"
#define S INT64_C(1000000000)

static const char rows[] = JSON({
    "horizon_h" : 0.5,
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
            "entry" : "web",
            "services" : {"web" : {"type" : "fleet", "task" : {"vcpu" : 1, "memory_mb" : 2048}}}
        }
    }
});

static void longest_is(const struct world *w, const char *name, double ms)
{
    double max_ms = world_wait_ms(w, name, 1);
    if (max_ms < ms - 1e-3 || max_ms > ms + 1e-3)
        fail_msg("%s: at most %.4f ms; %.4f is wanted", name, max_ms, ms);
}

/* CONT-QUEUE-1: workers, then the backlog, then 503. */
static void waits_in_the_queue_or_is_refused(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(6, S, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, WEB "workers", "2");
    world_set(&w, WEB "backlog", "3");
    world_run(&w, rows);
    world_is(&w, "completed", 5);
    world_is(&w, "throttled", 1);
    world_is(&w, "web/refused", 1);
    world_is(&w, "clients/answer_503", 1);
    world_is(&w, "web/queue_peak", 3);
    world_is(&w, "web/peak_concurrency", 2);
    longest_is(&w, "latency", 300);
    longest_is(&w, "web.wait", 200);
    world_is(&w, "web/in_system_ns", (100 + 100 + 200 + 200 + 300) * INT64_C(1000000));
    world_is(&w, "web/sojourn_ns", world_value(&w, "web/in_system_ns"));
    world_is(&w, "web/log_bytes", 5 * 300);
    world_end(&w);
}

/* A request is single-threaded: it runs at min(1, vCPU / requests). */
static void requests_share_the_cpu(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(3, S, 0, 120), NO_MORE};
    static const struct {
        const char *task;
        double ms;
    } cases[] = {{"{\"vcpu\": 0.25, \"memory_mb\": 512}", 1440},
                 {"{\"vcpu\": 1, \"memory_mb\": 2048}", 360},
                 {"{\"vcpu\": 2, \"memory_mb\": 4096}", 180},
                 {"{\"vcpu\": 4, \"memory_mb\": 8192}", 120}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, "/work/w/steps", JSON([ {"cpu_ms" : {"trace" : 1}} ]));
        world_set(&w, WEB "task", cases[i].task);
        world_run(&w, rows);
        longest_is(&w, "latency", cases[i].ms);
        world_is(&w, "web/vcpu_milli_used_ms", 3 * 120 * 1000);
        world_end(&w);
    }
}

static void tasks_take_turns(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(4, S, 0, 100), NO_MORE};
    static const char *const routing[] = {"round_robin", "least_outstanding"};
    for (int i = 0; i < 2; i++) {
        struct world w = {.arrivals = a};
        world_set(&w, "/work/w/steps", JSON([ {"cpu_ms" : {"trace" : 1}} ]));
        world_set(&w, WEB "tasks", "{\"min\": 4}");
        world_set(&w, WEB "routing", routing[i]);
        world_run(&w, rows);
        longest_is(&w, "latency", 100);
        world_end(&w);
    }
}

/* Tasks cost from start to stop, asked or not. */
static void tasks_are_billed_by_time(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(1, S, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, WEB "tasks", "{\"min\": 3}");
    world_set(&w, WEB "public_ip", "true");
    world_run(&w, rows);
    world_is(&w, "web/vcpu_milli_ms", 3 * INT64_C(1800000) * 1000);
    world_is(&w, "web/memory_mb_ms", 3 * INT64_C(1800000) * 2048);
    world_is(&w, "web/ipv4_ms", 3 * 1800000);
    world_is(&w, "web/tasks_peak", 3);
    world_is(&w, "web/tasks_started", 0);
    world_end(&w);
}

static void machines_are_billed_whole(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, S, 0, 100), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/work/w/steps", JSON([ {"cpu_ms" : {"trace" : 1}} ]));
    world_set(
        &w, "/architectures/a/services/web",
        JSON(
            {"type" : "fleet", "on" : "ec2", "instance" : "m6i.large", "instances" : {"min" : 2}}));
    world_run(&w, rows);
    world_is(&w, "web/instance_ms", 2 * 1800000);
    longest_is(&w, "latency", 100);
    world_end(&w);
}

/* CONT-ALB-1: 1 of 2 drains at 920 s; what it still runs 50 s later is answered 502. */
static void draining_cuts_what_takes_too_long(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, 900 * S, 0, 100000), COME(4, 930 * S, 0, 10),
                                        NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, WEB "tasks", "{\"min\": 1, \"max\": 4}");
    world_set(&w, WEB "start", "2");
    world_set(&w, WEB "deregistration_s", "50");
    world_run(&w, rows);
    world_is(&w, "web/scale_ins", 1);
    world_is(&w, "failed", 1);
    world_is(&w, "clients/answer_502", 1);
    world_is(&w, "completed", 5);
    world_is(&w, "web/vcpu_milli_ms", INT64_C(1000000) * (1800 + 970));
    world_end(&w);
}

static void draining_lets_others_finish(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(2, 900 * S, 0, 100000), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, WEB "tasks", "{\"min\": 1, \"max\": 4}");
    world_set(&w, WEB "start", "2");
    world_run(&w, rows);
    world_is(&w, "completed", 2);
    world_is(&w, "web/vcpu_milli_ms", INT64_C(1000000) * (1800 + 1000));
    world_end(&w);
}

/* From 3 x 60 s of load and 20 s later; 20 s of provisioning are free, 30 s of pulling are not. */
static void new_tasks_start_late_and_are_billed_from_the_pull(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(240, 0, S, 1800), COME(1, 241 * S, 0, 1), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/work/w/steps", JSON([ {"cpu_ms" : {"trace" : 0.5}} ]));
    world_set(&w, WEB "tasks", "{\"min\": 1, \"max\": 2}");
    world_set(&w, WEB "provision_s", "20");
    world_set(&w, WEB "pull_s", "30");
    world_set(&w, "/horizon_h", "0.08"); /* 288 s */
    world_run(&w, rows);
    world_is(&w, "web/scale_outs", 1);
    world_is(&w, "web/tasks_peak", 2);
    world_is(&w, "web/vcpu_milli_ms", 1000 * (288000 + 68000));
    world_set(&w, "/horizon_h", "0.0666"); /* 239.76 s: not ready yet */
    sc_scenario_free(&w.scenario);
    world_run(&w, rows);
    world_is(&w, "web/tasks_peak", 1);
    world_is(&w, "web/tasks_started", 1);
    world_end(&w);
}

/* Overload is a result: the queue is longer at the end than at the start. */
static void too_little_is_seen(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(3000, 0, S / 2, 900), NO_MORE};
    struct world w = {.arrivals = a};
    world_set(&w, "/work/w/steps", JSON([ {"cpu_ms" : {"trace" : 1}} ]));
    world_set(&w, WEB "workers", "10");
    world_set(&w, WEB "backlog", "100");
    world_set(&w, "/horizon_h", "0.4");
    world_run(&w, rows);
    world_is(&w, "web/queue_at_start", 0);
    world_between(&w, "web/queue_at_end", 99, 100);
    world_between(&w, "web/refused", 1165, 1180);
    world_between(&w, "web/vcpu_milli_used_ms", 1439990000, 1440000000);
    world_end(&w);
}

/* The trial as the bytes of its record. */
static char *record_of(struct world *w, const char *text)
{
    char *bytes = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&bytes, &n);
    assert_non_null(out);
    world_run(w, text);
    sc_record_write(&w->record, out);
    fclose(out);
    return bytes;
}

static const char busy[] = JSON({
    "horizon_h" : 1.1,
    "warmup_h" : 0.2,
    "work" : {
        "short" : {"steps" : [ {"cpu_ms" : {"exponential" : {"mean" : 11}}} ]},
        "long" : {
            "steps" : [
                {"cpu_ms" : 7}, {
                    "choice" : [
                        {"frac" : 0.3, "steps" : [ {"cpu_ms" : {"exponential" : {"mean" : 23}}} ]}
                    ]
                },
                {"cpu_ms" : 5}
            ]
        },
        "idle" : {
            "steps" : [
                {"cpu_ms" : 3}, {"wait_ms" : {"exponential" : {"mean" : 29}}},
                {"cpu_ms" : {"exponential" : {"mean" : 4}}}, {"wait_ms" : 2.5}
            ]
        },
        "rest" : {
            "steps" : [
                {"parallel" : [ [ {"cpu_ms" : 3}, {"wait_ms" : 20} ], [ {"cpu_ms" : 9} ] ]},
                {"call" : "short"}
            ]
        }
    },
    "traffic" : {
        "t" : {
            "profile" : {
                "stages" : {
                    "stages" : [
                        {"duration_s" : 900, "from_per_s" : 50, "to_per_s" : 700},
                        {"duration_s" : 600, "from_per_s" : 700, "to_per_s" : 10},
                        {"duration_s" : 2000, "per_s" : 40}
                    ]
                }
            },
            "rtt_ms" : 7,
            "mix" : {"short" : 0.5, "long" : 0.3, "idle" : 0.2}
        },
        "probe" : {"profile" : {"poisson" : {"per_s" : 0.3}}, "mix" : {"rest" : 1}, "attempts" : 1}
    },
    "architectures" : {
        "a" : {
            "entry" : "lb",
            "inline" : ["short"],
            "services" : {
                "lb" : {"type" : "alb", "to" : {"rest" : "other", "*" : "web"}},
                "other" : {"type" : "lambda"},
                "web" : {
                    "type" : "fleet",
                    "task" : {"vcpu" : 2, "memory_mb" : 4096},
                    "tasks" : {"min" : 2, "max" : 19},
                    "out_datapoints" : 1,
                    "in_datapoints" : 3
                }
            }
        }
    }
});

/* Where a client would ask again it acts on answers, and every end has its event; elsewhere ends
 * are made up for. Both are the same, bit for bit. */
static void ends_without_events_are_the_same(void **state)
{
    (void)state;
    static const struct {
        const char *pointer, *value, *pointer_2, *value_2;
    } cases[] = {
        {WEB "routing", "\"round_robin\"", "/seed", "3"},
        {WEB "routing", "\"least_outstanding\"", "/seed", "7"},
        {WEB "workers", "3", WEB "backlog", "7"},
        {WEB "workers", "2", WEB "backlog", "0"},
        {WEB "deregistration_s", "0", "/seed", "19"},
        {"/architectures/a/services/lb/to", "\"web\"", "/traffic/probe/profile/poisson/per_s", "7"},
        {WEB "task", "{\"vcpu\": 0.5, \"memory_mb\": 1024}", WEB "start", "17"},
        {"/traffic/t/profile", "{\"constant\": {\"per_s\": 211.7}}", "/work/short/steps",
         "[{\"cpu_ms\": 8}]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, cases[i].pointer, cases[i].value);
        world_set(&w, cases[i].pointer_2, cases[i].value_2);
        char *made_up = record_of(&w, busy);
        world_between(&w, "completed", 200000, 900000);
        world_is(&w, "unfinished", 0);
        world_is(&w, "web/requests",
                 world_value(&w, "web/completed") + world_value(&w, "web/throttled") +
                     world_value(&w, "web/failed"));
        world_is(&w, "web/sojourn_ns", world_value(&w, "web/in_system_ns"));
        sc_scenario_free(&w.scenario);
        world_set(&w, "/traffic/probe/attempts", "2");
        char *by_events = record_of(&w, busy);
        assert_string_equal(made_up, by_events);
        free(made_up);
        free(by_events);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_in_the_queue_or_is_refused),
        cmocka_unit_test(requests_share_the_cpu),
        cmocka_unit_test(tasks_take_turns),
        cmocka_unit_test(tasks_are_billed_by_time),
        cmocka_unit_test(machines_are_billed_whole),
        cmocka_unit_test(draining_cuts_what_takes_too_long),
        cmocka_unit_test(draining_lets_others_finish),
        cmocka_unit_test(new_tasks_start_late_and_are_billed_from_the_pull),
        cmocka_unit_test(too_little_is_seen),
        cmocka_unit_test(ends_without_events_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
