/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct sc_arena arena;
    struct sc_ledger ledger;
};

static void set_up(struct fixture *f)
{
    *f = (struct fixture){0};
    f->ledger.arena = &f->arena;
}

static void tear_down(struct fixture *f)
{
    sc_ledger_free(&f->ledger);
    sc_arena_free(&f->arena);
}

static void meters_and_counters_have_their_names(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    char node[] = "fn";
    sc_ledger_meter(&f.ledger, node, "billed_mb_ms", (sc_i128)1 << 90);
    sc_ledger_count(&f.ledger, node, "cold_starts", 17);
    sc_ledger_count(&f.ledger, NULL, "requests", 2385);
    node[0] = 'x'; /* names are copied */
    assert_true(sc_ledger_find_meter(&f.ledger, "fn", "billed_mb_ms")->sum == (sc_i128)1 << 90);
    assert_int_equal(sc_ledger_find_count(&f.ledger, "fn", "cold_starts"), 17);
    assert_int_equal(sc_ledger_find_count(&f.ledger, NULL, "requests"), 2385);
    assert_string_equal(f.ledger.counter[0].name, "fn/cold_starts");
    assert_string_equal(f.ledger.counter[1].name, "requests");
    assert_null(sc_ledger_find_meter(&f.ledger, "f", "billed_mb_ms"));
    assert_null(sc_ledger_find_meter(&f.ledger, "fn", "billed_mb"));
    assert_null(sc_ledger_find_meter(&f.ledger, NULL, "billed_mb_ms"));
    assert_int_equal(sc_ledger_find_count(&f.ledger, NULL, "cold_starts"), 0);
    tear_down(&f);
}

static void an_hourly_meter_adds_up(void **state)
{
    (void)state;
    struct fixture f;
    sc_i128 hour[] = {11, 0, (sc_i128)1 << 80};
    set_up(&f);
    sc_ledger_hourly(&f.ledger, "lb", "bytes", hour, 3);
    const struct sc_meter *m = sc_ledger_find_meter(&f.ledger, "lb", "bytes");
    assert_int_equal(m->kind, SC_METER_HOURLY);
    assert_int_equal(m->n_hours, 3);
    assert_true(m->sum == ((sc_i128)1 << 80) + 11);
    tear_down(&f);
}

static void histograms_and_series(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    int64_t value[] = {3, 5};
    struct sc_hist *h = SC_NEW(&f.arena, struct sc_hist);
    sc_hist_init(h, &f.arena);
    sc_ledger_hist(&f.ledger, "latency", h);
    sc_ledger_series(&f.ledger, "web", "tasks_milli", value, 2);
    assert_ptr_equal(sc_ledger_find_hist(&f.ledger, "latency"), h);
    assert_null(sc_ledger_find_hist(&f.ledger, "late"));
    assert_string_equal(f.ledger.series[0].name, "web/tasks_milli");
    assert_int_equal(f.ledger.series[0].n, 2);
    tear_down(&f);
}

static void grows_as_it_must(void **state)
{
    (void)state;
    struct fixture f;
    set_up(&f);
    for (int i = 0; i < 1000; i++)
        sc_ledger_count(&f.ledger, sc_arena_printf(&f.arena, "n%d", i), "x", i * 7);
    assert_int_equal(f.ledger.n_counters, 1000);
    assert_int_equal(sc_ledger_find_count(&f.ledger, "n911", "x"), 911 * 7);
    tear_down(&f);
}

/* Two parts of a horizon of three hours: what each keeps is told by the enum, not by its name. */
static void parts_join(void **state)
{
    (void)state;
    struct fixture whole, part;
    sc_i128 hours[2][3] = {{7, 5, 0}, {0, 2, 11}};
    int64_t series[2][3] = {{3, 1, 0}, {0, 0, 4}};
    set_up(&whole);
    for (int i = 0; i < 2; i++) {
        set_up(&part);
        struct sc_hist *h = SC_NEW(&part.arena, struct sc_hist);
        sc_hist_init(h, &part.arena);
        sc_hist_add(h, 100 * (i + 1));
        if (i == 1) /* what only one of them counts stands elsewhere */
            sc_ledger_count(&part.ledger, "c", "answer_429", 6);
        sc_ledger_count(&part.ledger, "c", "sent", 10 + i);
        sc_ledger_peak(&part.ledger, "c", "top", 9 - i);
        sc_ledger_count_at(&part.ledger, "c", "at_start", 20 + i, SC_FIRST);
        sc_ledger_count_at(&part.ledger, "c", "at_end", 30 + i, SC_LAST);
        sc_ledger_meter(&part.ledger, "c", "ms", 40 + i);
        sc_ledger_level(&part.ledger, "c", "stored", 50);
        sc_ledger_hourly(&part.ledger, "c", "billed", hours[i], 3);
        sc_ledger_series(&part.ledger, "c", "series", series[i], 3);
        sc_ledger_hist(&part.ledger, "latency", h);
        sc_ledger_join(&whole.ledger, &part.ledger);
        tear_down(&part);
    }
    const struct sc_ledger *l = &whole.ledger;
    assert_int_equal(sc_ledger_find_count(l, "c", "answer_429"), 6);
    assert_int_equal(sc_ledger_find_count(l, "c", "sent"), 21);
    assert_int_equal(sc_ledger_find_count(l, "c", "top"), 9);
    assert_int_equal(sc_ledger_find_count(l, "c", "at_start"), 20);
    assert_int_equal(sc_ledger_find_count(l, "c", "at_end"), 31);
    assert_true(sc_ledger_find_meter(l, "c", "ms")->sum == 81);
    assert_true(sc_ledger_find_meter(l, "c", "stored")->sum == 50);
    const struct sc_meter *m = sc_ledger_find_meter(l, "c", "billed");
    assert_true(m->sum == 25 && m->hour[0] == 7 && m->hour[1] == 7 && m->hour[2] == 11);
    assert_int_equal(l->series[0].value[0] * 100 + l->series[0].value[2], 304);
    assert_int_equal(sc_hist_count(sc_ledger_find_hist(l, "latency")), 2);
    assert_int_equal(sc_ledger_find_hist(l, "latency")->max, 200);
    tear_down(&whole);
}

/* What is cut off goes on to the next hour; the sum is cut once. */
static void cutting_loses_less_than_a_unit(void **state)
{
    (void)state;
    struct fixture f;
    sc_i128 hour[] = {1999, 1999, 2, 999};
    set_up(&f);
    sc_ledger_hourly(&f.ledger, "web", "ms", hour, 4);
    sc_ledger_cut(&f.ledger, 1000, 7);
    sc_ledger_meter(&f.ledger, "web", "used", 4999);
    sc_ledger_cut(&f.ledger, 1000, 1);
    sc_ledger_settle(&f.ledger);
    const struct sc_meter *m = sc_ledger_find_meter(&f.ledger, "web", "ms");
    assert_true(m->hour[0] == 7 && m->hour[1] == 14 && m->hour[2] == 7 && m->hour[3] == 0);
    assert_true(m->sum == 28);
    assert_true(sc_ledger_find_meter(&f.ledger, "web", "used")->sum == 4);
    sc_ledger_settle(&f.ledger); /* once is enough */
    assert_true(m->sum == 28);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meters_and_counters_have_their_names),
        cmocka_unit_test(an_hourly_meter_adds_up),
        cmocka_unit_test(histograms_and_series),
        cmocka_unit_test(grows_as_it_must),
        cmocka_unit_test(parts_join),
        cmocka_unit_test(cutting_loses_less_than_a_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
