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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meters_and_counters_have_their_names),
        cmocka_unit_test(an_hourly_meter_adds_up),
        cmocka_unit_test(histograms_and_series),
        cmocka_unit_test(grows_as_it_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
