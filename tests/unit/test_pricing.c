/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/pricing.h"

#include <string.h>

struct fixture {
    struct sc_arena arena;
    struct sc_ledger ledger;
    struct sc_scenario scenario;
    struct sc_architecture architecture;
    struct sc_service service;
};

static struct sc_usage *usages(struct fixture *f, struct sc_charge *charge, int n_charges, int *n)
{
    f->service = (struct sc_service){.name = "fn", .charge = charge, .n_charges = n_charges};
    f->architecture = (struct sc_architecture){.service = &f->service, .n_services = 1};
    return sc_usage_of(&f->scenario, &f->architecture, &f->ledger, n, &f->arena);
}

static void set_up(struct fixture *f, struct sc_price *prices, int n)
{
    *f = (struct fixture){0};
    f->ledger.arena = &f->arena;
    f->scenario.book = (struct sc_book){.n = n, .prices = prices};
    f->scenario.month_num = 730 * INT64_C(3600000000000);
    f->scenario.month_den = 168 * INT64_C(3600000000000);
}

static void tear_down(struct fixture *f)
{
    sc_ledger_free(&f->ledger);
    sc_arena_free(&f->arena);
}

static void assert_amount(const struct sc_usage *u, sc_i128 num, sc_i128 den)
{
    assert_true(u->num * den == u->den * num);
}

static void sums_are_scaled_to_the_month_and_stock_is_not(void **state)
{
    (void)state;
    struct sc_price prices[] = {{.sku = "fn.requests"}, {.sku = "fn.stored"}};
    struct sc_charge charge[] = {
        {"requests", "fn.requests", "requests", SC_CHARGE_SUM, 1, false, 0},
        {"stored", "fn.stored", "stored_bytes", SC_CHARGE_SUM, 1024, true, 0},
        {"nothing", "fn.requests", "not_there", SC_CHARGE_SUM, 7, false, 0}};
    struct fixture f;
    int n;
    set_up(&f, prices, 2);
    sc_ledger_meter(&f.ledger, "fn", "requests", 12341);
    sc_ledger_meter(&f.ledger, "fn", "stored_bytes", 5120);
    const struct sc_usage *u = usages(&f, charge, 3, &n);
    assert_int_equal(n, 3); /* no price for transfer in this book: no usage */
    assert_amount(&u[0], 12341 * 730, 168);
    assert_amount(&u[1], 5, 1);
    assert_true(u[2].num == 0 && u[2].den > 0);
    assert_string_equal(u[0].item, "requests");
    tear_down(&f);
}

static void a_dated_book_names_the_meter_it_reads(void **state)
{
    (void)state;
    struct sc_price prices[] = {{.sku = "datatransfer.internet_out"},
                                {.sku = "fn.duration", .meter = "billed_100ms"}};
    struct sc_charge charge[] = {{"duration", "fn.duration", "billed", SC_CHARGE_SUM, 1, true, 0}};
    struct fixture f;
    int n;
    set_up(&f, prices, 2);
    sc_ledger_meter(&f.ledger, "fn", "billed", 251);
    sc_ledger_meter(&f.ledger, "fn", "billed_100ms", 300);
    sc_ledger_meter(&f.ledger, "clients", "egress_bytes", (sc_i128)3 << 29);
    const struct sc_usage *u = usages(&f, charge, 1, &n);
    assert_int_equal(n, 2);
    assert_amount(&u[0], 300, 1);
    assert_string_equal(u[1].node, "clients");
    assert_amount(&u[1], 3 * 730, 2 * 168);
    tear_down(&f);
}

/* facts prices-aws.md: the largest of the dimensions, hour by hour, not the largest of their sums.
 */
static void an_lcu_is_the_largest_dimension_of_each_hour(void **state)
{
    (void)state;
    struct sc_price prices[] = {{.sku = "elb.hour"}, {.sku = "elb.lcu"}};
    struct sc_charge charge[] = {{"hours", "elb.hour", "ms", SC_CHARGE_SUM, 3600000, false, 0},
                                 {"LCU", "elb.lcu", "connections", SC_CHARGE_LCU, 90000, false, 0},
                                 {"LCU", "elb.lcu", "bytes", SC_CHARGE_LCU, 1 << 30, false, 0},
                                 {"LCU", "elb.lcu", "rules", SC_CHARGE_LCU, 3600000, false, 0}};
    sc_i128 connections[] = {45000, 90000, 0},
            bytes[] = {(sc_i128)3 << 28, (sc_i128)1 << 28, (sc_i128)1 << 29};
    struct fixture f;
    int n;
    set_up(&f, prices, 2);
    sc_ledger_hourly(&f.ledger, "fn", "connections", connections, 3);
    sc_ledger_hourly(&f.ledger, "fn", "bytes", bytes, 3);
    const struct sc_usage *u = usages(&f, charge, 4, &n);
    assert_int_equal(n, 2);
    assert_amount(&u[1], 9 * 730, 4 * 168); /* 0.75 + 1 + 0.5 */
    tear_down(&f);
}

/* A horizon of odd nanoseconds would make denominators that no bill can add. */
static void odd_horizons_keep_denominators_small(void **state)
{
    (void)state;
    struct sc_price prices[] = {{.sku = "fn.requests"}};
    struct sc_charge charge[] = {
        {"requests", "fn.requests", "requests", SC_CHARGE_SUM, 1024000, false, 0}};
    struct fixture f;
    int n;
    set_up(&f, prices, 1);
    f.scenario.month_den = INT64_C(86400000000007);
    sc_ledger_meter(&f.ledger, "fn", "requests", 1000000007);
    const struct sc_usage *u = usages(&f, charge, 1, &n);
    assert_true(u[0].den <= (sc_i128)1024000 << 24);
    double exact = 1000000007.0 * 730 * 3600e9 / 86400000000007.0 / 1024000;
    double ratio = (double)u[0].num / (double)u[0].den / exact;
    assert_true(ratio > 1 - 1e-7 && ratio < 1 + 1e-7);
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_scaled_to_the_month_and_stock_is_not),
        cmocka_unit_test(a_dated_book_names_the_meter_it_reads),
        cmocka_unit_test(an_lcu_is_the_largest_dimension_of_each_hour),
        cmocka_unit_test(odd_horizons_keep_denominators_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
