/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/sample.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t HOUR_NS = INT64_C(3600000000000), MINUTE_NS = INT64_C(60000000000);

/* A function whose past matters little, under the traffic that is put in between. */
#define WORLD(hours, traffic)                                                                      \
    "{\"horizon_h\": " hours ", \"precision\": {}, \"work\": {\"w\": {\"steps\": [{\"cpu_ms\": "   \
    "20}]}}, \"traffic\": {" traffic "}, \"architectures\": {\"a\": {\"entry\": \"fn\", "          \
    "\"services\": {\"fn\": {\"type\": \"lambda\", \"keep_alive_s\": 60}}}}}"
#define STEADY(name, per_s) "\"" name "\": {\"profile\": {\"poisson\": {\"per_s\": " per_s "}}}"
#define SPIKE                                                                                      \
    "\"t\": {\"profile\": {\"stages\": {\"stages\": [{\"duration_h\": 31, \"per_s\": 2}, "         \
    "{\"duration_s\": 600, \"per_s\": 170}, {\"duration_h\": 20, \"per_s\": 2}]}}}"
#define RAMP                                                                                       \
    "\"t\": {\"profile\": {\"stages\": {\"stages\": [{\"duration_h\": 3, \"from_per_s\": 0, "      \
    "\"to_per_s\": 100}]}}}"
#define DIURNAL "\"t\": {\"profile\": {\"diurnal\": {\"per_s\": 3, \"peak_to_mean\": 3}}}"

struct laid {
    struct world w;
    struct sc_arena arena;
    struct sc_sample_plan plan;
};

static const char *lay(struct laid *l, const char *text)
{
    *l = (struct laid){0};
    world_open(&l->w, text);
    return sc_sample_plan(&l->plan, &l->w.scenario, &l->arena);
}

static void end(struct laid *l)
{
    sc_arena_free(&l->arena);
    world_end(&l->w);
}

static struct sc_stretch draw(const struct laid *l, int replication, int stratum, int k)
{
    const struct sc_scenario *s = &l->w.scenario;
    return sc_sample_draw(&l->plan, s, &s->architecture[0], replication, stratum, k);
}

static void each_window_is_once_in_a_stratum(const struct laid *l)
{
    const struct sc_sample_plan *p = &l->plan;
    bool *seen = calloc((size_t)p->n_windows, 1);
    int64_t next = 0;
    for (int h = 0; h < p->n_strata; h++) {
        assert_int_equal(p->stratum[h].first, next);
        assert_in_range(p->stratum[h].drawn, 1, p->stratum[h].n);
        next += p->stratum[h].n;
    }
    assert_int_equal(next, p->n_windows);
    for (int64_t i = 0; i < p->n_windows; i++) {
        assert_in_range(p->window[i], 0, p->n_windows - 1);
        assert_false(seen[p->window[i]]);
        seen[p->window[i]] = true;
    }
    free(seen);
}

/* What is drawn stands for all windows and, cut ones apart, for each instant of the horizon. */
static void a_replication_stands_for_the_horizon(const struct laid *l, int replication)
{
    const struct sc_sample_plan *p = &l->plan;
    int64_t windows = 0, time_ns = 0, n = 0;
    for (int h = 0; h < p->n_strata; h++)
        for (int k = 0; k < p->stratum[h].drawn; k++, n++) {
            struct sc_stretch part = draw(l, replication, h, k);
            assert_true(part.weight > 0 && part.begin_ns >= 0 && part.length_ns > 0);
            assert_true(part.begin_ns + part.length_ns <= p->horizon_ns);
            assert_int_equal(part.begin_ns % p->window_ns, 0);
            windows += part.weight;
            time_ns += part.weight * part.length_ns;
        }
    assert_int_equal(windows, p->n_windows);
    assert_int_equal(time_ns, p->horizon_ns);
    assert_int_equal(n, sc_sample_windows(p));
}

static void strata_part_the_horizon(void **state)
{
    (void)state;
    static const char *const worlds[] = {
        WORLD("168", STEADY("t", "7")),
        WORLD("168", DIURNAL),
        WORLD("52", SPIKE),
        WORLD("168", DIURNAL "," STEADY("u", "0.7") ", \"c\": {\"profile\": {\"cron\": "
                                                    "{\"every_s\": 7200, \"requests\": 50}}}"),
        WORLD("97.31", DIURNAL),
        WORLD("168", "\"m\": {\"profile\": {\"mmpp\": {\"states\": [{\"per_s\": 2, \"mean_s\": "
                     "300}, {\"per_s\": 30, \"mean_s\": 60}]}}}"),
    };
    for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++) {
        struct laid l;
        assert_null(lay(&l, worlds[i]));
        assert_true(l.plan.share > 0 && l.plan.share < 0.5);
        each_window_is_once_in_a_stratum(&l);
        for (int r = 0; r < 20; r++)
            a_replication_stands_for_the_horizon(&l, r);
        end(&l);
    }
}

static void like_traffic_is_one_stratum(void **state)
{
    (void)state;
    struct laid l;
    assert_null(lay(&l, WORLD("168", STEADY("t", "7"))));
    assert_int_equal(l.plan.n_strata, 1);
    end(&l);
    assert_null(lay(&l, WORLD("167.99", STEADY("t", "7")))); /* the last window is a shorter one */
    assert_int_equal(l.plan.n_strata, 2);
    end(&l);
    assert_null(lay(&l, WORLD("168", "\"m\": {\"profile\": {\"mmpp\": {\"states\": [{\"per_s\": 2, "
                                     "\"mean_s\": 300}, {\"per_s\": 30, \"mean_s\": 60}]}}}")));
    assert_int_equal(l.plan.n_strata, 1); /* its rate is random: many windows of the one */
    assert_in_range(sc_sample_windows(&l.plan), 32, 64);
    end(&l);
}

static void a_spike_is_never_left_out(void **state)
{
    (void)state;
    struct laid l;
    assert_null(lay(&l, WORLD("52", SPIKE)));
    const int64_t from_ns = 31 * HOUR_NS, to_ns = from_ns + 10 * MINUTE_NS;
    for (int r = 0; r < 50; r++) {
        int64_t spike_ns = 0;
        for (int h = 0; h < l.plan.n_strata; h++) {
            struct sc_stretch part = draw(&l, r, h, 0);
            if (part.begin_ns < to_ns && part.begin_ns + part.length_ns > from_ns)
                spike_ns += part.weight * part.length_ns;
        }
        assert_int_equal(spike_ns, to_ns - from_ns);
    }
    end(&l);
}

static void what_happens_once_has_nothing_before_it(void **state)
{
    (void)state;
    struct laid l;
    assert_null(lay(&l, WORLD("52", SPIKE)));
    bool late = false;
    for (int r = 0; r < 400; r++)
        for (int h = 0; h < l.plan.n_strata; h++) {
            struct sc_stretch part = draw(&l, r, h, 0);
            assert_true(part.lead_ns <= part.begin_ns + l.w.scenario.warmup_ns);
            late = late || part.lead_ns > 0;
        }
    assert_true(late);
    end(&l);
    assert_null(lay(&l, WORLD("168", DIURNAL)));
    for (int r = 0; r < 50; r++)
        assert_true(draw(&l, r, 0, 0).lead_ns >=
                    sc_architecture_memory_ns(&l.w.scenario.architecture[0]));
    end(&l);
}

static void some_scenarios_cannot_be_sampled(void **state)
{
    (void)state;
    static const struct arrivals a[] = {COME(3, 0, 1000000000, 5), NO_MORE};
    static const struct {
        const char *text, *pointer, *value, *why;
    } cases[] = {
        {WORLD("168", "\"t\": {\"profile\": {\"trace\": {\"file\": \"a.csv\", \"from_s\": 0, "
                      "\"rows\": {\"arrival_ns\": \"at\", \"duration_ms\": \"ms\"}}}}"),
         NULL, NULL, "a trace is replayed as it is"},
        {WORLD("168", "\"t\": {\"profile\": {\"closed\": {\"users\": 3}}}"), NULL, NULL,
         "users who wait for answers have no traffic of their own"},
        {WORLD("168", STEADY("t", "7")), "/traffic/t/attempts", "3",
         "retries carry load from one window into the next"},
        {WORLD("168", STEADY("t", "7")), "/architectures/a/commitments",
         "[{\"compute_plan\": true, \"term\": \"1y_noupfront\", \"usd_per_h\": \"0.01\"}]",
         "commitments apply to every hour"},
        {WORLD("168", STEADY("t", "7")), "/architectures/a/services/fn",
         "{\"type\": \"lambda\", \"provisioned_concurrency\": 7, \"provisioned_at_s\": 7200}",
         "a service changes at a certain time"},
        {WORLD("0.5", STEADY("t", "7")), NULL, NULL, "the horizon is too short to be sampled"},
        {WORLD("3", RAMP), NULL, NULL, "its traffic changes so often that a sample is hardly less"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct laid l = {.w = {.arrivals = a}};
        if (cases[i].pointer)
            world_set(&l.w, cases[i].pointer, cases[i].value);
        world_open(&l.w, cases[i].text);
        const char *why = sc_sample_plan(&l.plan, &l.w.scenario, &l.arena);
        assert_non_null(why);
        assert_string_equal(why, cases[i].why);
        end(&l);
    }
    struct laid l; /* provisioned long before is not asked for at a certain time */
    l = (struct laid){0};
    world_set(&l.w, "/architectures/a/services/fn/provisioned_concurrency", "7");
    world_open(&l.w, WORLD("168", STEADY("t", "7")));
    assert_null(sc_sample_plan(&l.plan, &l.w.scenario, &l.arena));
    end(&l);
}

/* As long as the leads, unless there is enough to see in less; provisioned concurrency counts in
 * steps of 5 minutes. */
static void windows_are_as_long_as_needed(void **state)
{
    (void)state;
    static const struct {
        const char *per_s, *provisioned;
        int64_t seconds;
    } cases[] = {{"7", "0", 120},   {"7", "3", 300},    {"20000", "0", 10},
                 {"5000", "0", 60}, {"10000", "0", 20}, {"20000", "3", 300}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char profile[100];
        struct laid l = {0};
        snprintf(profile, sizeof profile, "{\"poisson\": {\"per_s\": %s}}", cases[i].per_s);
        world_set(&l.w, "/traffic/t/profile", profile);
        world_set(&l.w, "/architectures/a/services/fn/provisioned_concurrency",
                  cases[i].provisioned);
        world_open(&l.w, WORLD("168", STEADY("t", "7")));
        assert_null(sc_sample_plan(&l.plan, &l.w.scenario, &l.arena));
        assert_int_equal(l.plan.window_ns, cases[i].seconds * INT64_C(1000000000));
        end(&l);
    }
}

static void a_warm_up_that_is_given_is_kept(void **state)
{
    (void)state;
    struct laid l = {0};
    world_set(&l.w, "/warmup_h", "1.5");
    world_open(&l.w, WORLD("168", STEADY("t", "7")));
    assert_null(sc_sample_plan(&l.plan, &l.w.scenario, &l.arena));
    assert_int_equal(draw(&l, 0, 0, 0).lead_ns, 90 * MINUTE_NS);
    assert_int_equal(draw(&l, 0, 0, 0).settle_ns, 24 * HOUR_NS);
    end(&l);
}

static void draws_are_keyed(void **state)
{
    (void)state;
    enum { N = 40 };
    struct laid l;
    assert_null(lay(&l, WORLD("168", STEADY("t", "7"))));
    int64_t was_ns[N];
    int differ = 0, changed = 0;
    for (int r = 0; r < N; r++) {
        was_ns[r] = draw(&l, r, 0, 0).begin_ns;
        assert_int_equal(draw(&l, r, 0, 0).begin_ns, was_ns[r]);
        differ += r > 0 && was_ns[r] != was_ns[r - 1];
    }
    l.w.scenario.seed++;
    for (int r = 0; r < N; r++)
        changed += draw(&l, r, 0, 0).begin_ns != was_ns[r];
    assert_in_range(differ, N - 4, N - 1); /* of 5,040 windows */
    assert_in_range(changed, N - 3, N);
    end(&l);
}

static void windows_come_up_equally_often(void **state)
{
    (void)state;
    enum { WINDOWS = 120, EACH = 100 };
    struct laid l;
    int64_t seen[WINDOWS] = {0};
    assert_null(lay(&l, WORLD("4", STEADY("t", "7"))));
    assert_int_equal(l.plan.n_strata, 1);
    assert_int_equal(l.plan.n_windows, WINDOWS);
    for (int r = 0; r < WINDOWS * EACH; r++)
        seen[draw(&l, r, 0, 0).begin_ns / l.plan.window_ns]++;
    double chi_square = 0;
    for (int i = 0; i < WINDOWS; i++)
        chi_square += (double)((seen[i] - EACH) * (seen[i] - EACH)) / EACH;
    assert_true(chi_square > 119 - 4 * 15.4 && chi_square < 119 + 4 * 15.4); /* sqrt(2 x 119) */
    end(&l);
}

/* A window's ledger; `n` makes two of them differ. */
static void fill(struct sc_ledger *l, int64_t n)
{
    sc_i128 *hour = SC_NEW_ARRAY(l->arena, sc_i128, 2);
    struct sc_hist *h = SC_NEW(l->arena, struct sc_hist);
    hour[0] = 90000000007 * n;
    hour[1] = 13;
    sc_hist_init(h, l->arena);
    sc_hist_add(h, 12345 * n);
    sc_hist_add(h, 77);
    sc_ledger_meter(l, "fn", "billed", ((sc_i128)n << 70) + 5);
    sc_ledger_level(l, "fn", "stored_bytes", 4711);
    sc_ledger_hourly(l, "lb", "bytes", hour, 2);
    sc_ledger_count(l, NULL, "requests", 41 * n);
    sc_ledger_peak(l, "fn", "peak_concurrency", 100 - n);
    if (n > 1)
        sc_ledger_count(l, "fn", "cold_starts", n);
    sc_ledger_hist(l, "latency", h);
}

static void a_window_counts_for_its_stratum(void **state)
{
    (void)state;
    struct sc_record r = {.architecture = "a"};
    for (int64_t n = 1; n <= 2; n++) {
        struct sc_arena arena = {0};
        struct sc_ledger l = {.arena = &arena};
        fill(&l, n);
        sc_sample_add(&r, &l, n == 1 ? 300 : 7);
        sc_ledger_free(&l);
        sc_arena_free(&arena); /* the record owns all it names */
    }
    const struct sc_ledger *l = &r.ledger;
    const struct sc_meter *billed = sc_ledger_find_meter(l, "fn", "billed"),
                          *bytes = sc_ledger_find_meter(l, "lb", "bytes");
    assert_true(billed && bytes && billed->kind == SC_METER_SUM && bytes->kind == SC_METER_HOURLY);
    assert_true(sc_ledger_find_meter(l, "fn", "stored_bytes")->sum == 4711);
    assert_true(billed->sum == ((sc_i128)314 << 70) + 5 * 307);
    assert_int_equal(bytes->n_hours, 2); /* one a window */
    assert_true(bytes->hour[0] == (sc_i128)300 * 90000000020);
    assert_true(bytes->hour[1] == (sc_i128)7 * 180000000027);
    assert_true(bytes->sum == bytes->hour[0] + bytes->hour[1]);
    assert_int_equal(sc_ledger_find_count(l, NULL, "requests"), 41 * 314);
    assert_int_equal(sc_ledger_find_count(l, "fn", "peak_concurrency"), 99);
    assert_int_equal(sc_ledger_find_count(l, "fn", "cold_starts"), 14);
    const struct sc_hist *h = sc_ledger_find_hist(l, "latency");
    assert_int_equal(sc_hist_count(h), 614);
    assert_int_equal(h->max, 24690);
    assert_true(h->sum == (sc_i128)300 * (12345 + 77) + 7 * (24690 + 77));
    sc_record_free(&r);
}

static void same_hist(const struct sc_hist *a, const struct sc_hist *b)
{
    assert_non_null(b);
    assert_true(a->sum == b->sum);
    assert_int_equal(a->max, b->max);
    for (int k = 0; k < SC_HIST_BUCKETS; k++)
        assert_true(sc_hist_bucket(a, k) == sc_hist_bucket(b, k));
}

static void same_record(const struct sc_ledger *whole, const struct sc_ledger *parts)
{
    for (size_t i = 0; i < whole->n_meters; i++) {
        const struct sc_meter *m = &whole->meter[i];
        const struct sc_meter *sum = sc_ledger_find_meter(parts, NULL, m->name);
        assert_non_null(sum);
        if (m->sum != sum->sum)
            fail_msg("%s is %.17g in parts and %.17g as a whole", m->name, (double)sum->sum,
                     (double)m->sum);
    }
    for (size_t i = 0; i < whole->n_counters; i++) {
        const struct sc_counter *c = &whole->counter[i];
        if (!strstr(c->name, "queue_at_") && !strstr(c->name, "_at_end"))
            assert_int_equal(sc_ledger_find_count(parts, NULL, c->name), c->value);
    }
    for (size_t i = 0; i < whole->n_hists; i++)
        same_hist(whole->hist[i].hist, sc_ledger_find_hist(parts, whole->hist[i].name));
}

/* Where nothing depends on the past, all windows together are the horizon: the same requests meet
 * the same services. */
static void all_stretches_are_the_whole(void **state)
{
    (void)state;
    static const char text[] = JSON({
        "horizon_h" : 5.03,
        "precision" : {"cost_frac" : 0.5},
        "work" : {
            "w" : {"steps" : [ {"cpu_ms" : 20}, {"wait_ms" : 7} ]},
            "v" : {"steps" : [ {"wait_ms" : 900} ]}
        },
        "traffic" : {
            "t" : {
                "profile" : {"diurnal" : {"per_s" : 3}},
                "mix" : {"w" : 0.75, "v" : 0.25},
                "rtt_ms" : 30
            },
            "u" : {"profile" : {"constant" : {"per_s" : 0.7}}, "mix" : {"w" : 1}}
        },
        "architectures" : {
            "lambda" : {
                "entry" : "fn",
                "services" : {"fn" : {"type" : "lambda", "provisioned_concurrency" : 200}}
            },
            "fleet" : {
                "entry" : "lb",
                "services" : {
                    "lb" : {"type" : "alb", "to" : "f"},
                    "f" : {
                        "type" : "fleet",
                        "task" : {"vcpu" : 16, "memory_mb" : 32768},
                        "tasks" : {"min" : 30, "max" : 30}
                    }
                }
            }
        }
    });
    struct laid l = {0};
    world_open(&l.w, text);
    (void)sc_sample_plan(&l.plan, &l.w.scenario, &l.arena); /* whatever it thinks of the length */
    assert_true(l.plan.n_strata > 1);
    for (int h = 0; h < l.plan.n_strata; h++)
        l.plan.stratum[h].drawn = (int)l.plan.stratum[h].n;
    struct sc_bench bench = {.scenario = &l.w.scenario, .plan = &l.plan};
    for (int a = 0; a < 2; a++) {
        struct sc_trial trial = {.architecture = a, .replication = 3};
        struct sc_record parts;
        world_trial(&l.w, l.w.scenario.architecture[a].name, 3);
        sc_trial_run(&bench, &trial, &l.w.scratch, &parts);
        assert_in_range(world_value(&l.w, "requests"), 18000, 24000);
        same_record(&l.w.record.ledger, &parts.ledger);
        sc_record_free(&parts);
    }
    end(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strata_part_the_horizon),
        cmocka_unit_test(like_traffic_is_one_stratum),
        cmocka_unit_test(a_spike_is_never_left_out),
        cmocka_unit_test(what_happens_once_has_nothing_before_it),
        cmocka_unit_test(some_scenarios_cannot_be_sampled),
        cmocka_unit_test(windows_are_as_long_as_needed),
        cmocka_unit_test(a_warm_up_that_is_given_is_kept),
        cmocka_unit_test(draws_are_keyed),
        cmocka_unit_test(windows_come_up_equally_often),
        cmocka_unit_test(a_window_counts_for_its_stratum),
        cmocka_unit_test(all_stretches_are_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
