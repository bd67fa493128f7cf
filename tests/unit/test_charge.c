/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "price/charge.h"

#include <string.h>

static struct sc_price prices[] = {
    {.sku = "lambda.duration_x86", .unit = "GB-second", .meter = "billed_mb_100ms"},
    {.sku = "lambda.requests", .unit = "request", .meter = "calls_of_old"},
};
static const struct sc_book plain = {.n = 0}, dated = {.n = 2, .prices = prices};

static const sc_i128 hour_a[] = {50000, 0, 250000}, hour_b[] = {0, 180000, 180000, 360000};

struct meter {
    const char *name;
    struct sc_metered value;
};

static bool find(const struct sc_meters *m, const char *meter, struct sc_metered *out)
{
    for (const struct meter *at = m->user; at->name; at++)
        if (strcmp(at->name, meter) == 0) {
            *out = at->value;
            return true;
        }
    return false;
}

static struct sc_usage usage_of(const char *sku, const struct sc_book *book,
                                const struct meter *meters, sc_i128 month_num, sc_i128 month_den)
{
    struct sc_meters m = {"fn", book, find, meters, {3, 2}};
    struct sc_charge charge = sc_charge_of(sku);
    struct sc_usage u;
    assert_int_equal(
        sc_charge_usages(&charge, 1, &m, (struct sc_fraction){month_num, month_den}, &u), 1);
    assert_string_equal(u.node, "fn");
    assert_string_equal(u.sku, sku);
    assert_ptr_equal(u.book, book);
    return u;
}

static void check(const struct sc_usage *u, sc_i128 num, sc_i128 den)
{
    if (u->num * den != num * u->den)
        fail_msg("%g instead of %g", (double)u->num / (double)u->den, (double)num / (double)den);
}

static void the_list_is_ordered(void **state)
{
    (void)state;
    for (const struct sc_charge *c = sc_charges; c->sku && c[1].sku; c++)
        assert_true(strcmp(c->sku, c[1].sku) < 0);
}

static void skus_are_found(void **state)
{
    (void)state;
    struct sc_charge c = sc_charge_of("lambda.duration_x86");
    assert_string_equal(c.meter, "billed_mb_ms");
    assert_string_equal(c.sku, "lambda.duration_x86");
    assert_int_equal(c.per, 1024000);
    c = sc_charge_of("ec2.m7g.large");
    assert_string_equal(c.meter, "instance_ms");
    assert_int_equal(c.per, 3600000);
    c = sc_charge_of("lambda.requests_of_others"); /* no prefix: the whole name counts */
    assert_string_equal(c.meter, "lambda.requests_of_others");
    assert_string_equal(c.item, "requests_of_others");
    assert_int_equal(c.per, 1);
    c = sc_charge_of("nodot");
    assert_string_equal(c.item, "nodot");
    assert_int_equal(c.kind, SC_CHARGE_SUM);
    assert_true(c.kept_per_h == 0 && !c.stock);
    c = sc_charge_of("dynamodb.storage_standard");
    assert_true(c.kept_per_h == SC_KEPT_ALL && c.stock);
}

static void sums_scale_with_the_month(void **state)
{
    (void)state;
    const struct meter meters[] = {{"requests", {{777, 2}, hour_a, 3, 0}},
                                   {"stored_bytes", {{INT64_C(5) << 29, 1}, NULL, 0, 0}},
                                   {.name = NULL}};
    struct sc_usage u = usage_of("lambda.requests", &plain, meters, 730, 168);
    check(&u, 777 * 730, 336);
    assert_string_equal(u.item, "requests");
    assert_ptr_equal(u.hour, hour_a);
    assert_int_equal(u.n_hours, 3);
    u = usage_of("dynamodb.storage_standard", &plain, meters, 730, 168);
    check(&u, 5, 2);
    assert_true(u.kept == u.num);
    u = usage_of("cloudwatch.logs_lambda", &plain, meters, 730, 168); /* not metered here */
    check(&u, 0, 1);
    assert_null(u.hour);
}

static void a_book_may_name_the_meter(void **state)
{
    (void)state;
    const struct meter meters[] = {{"billed_mb_ms", {{1024000, 1}, NULL, 0, 0}},
                                   {"billed_mb_100ms", {{3 * 1024000, 1}, NULL, 0, 0}},
                                   {"requests", {{41, 1}, NULL, 0, 0}},
                                   {.name = NULL}};
    struct sc_usage u = usage_of("lambda.duration_x86", &plain, meters, 1, 1);
    check(&u, 1, 1);
    u = usage_of("lambda.duration_x86", &dated, meters, 1, 1);
    check(&u, 3, 1);
    u = usage_of("lambda.requests", &dated, meters, 1, 1); /* a meter that the node has not */
    check(&u, 41, 1);
}

static void hours_are_whole(void **state)
{
    (void)state;
    const struct meter meters[] = {{"on_ms", {{INT64_C(3600000) * 100 + 1, 1}, NULL, 0, 0}},
                                   {.name = NULL}};
    struct sc_usage u = usage_of("elb.alb_hour", &plain, meters, 1, 1);
    check(&u, 101, 1);
    u = usage_of("elb.alb_hour", &plain, meters, 2, 1); /* of the month, not of the horizon */
    check(&u, 201, 1);
    assert_true(u.kept == u.num);
    struct sc_charge three = sc_charge_of("vpc.nat_gateway_hour");
    three.per = 3;
    struct sc_meters m = {"nat", &plain, find, meters, {3, 2}};
    assert_int_equal(sc_charge_usages(&three, 1, &m, (struct sc_fraction){1, 1}, &u), 1);
    check(&u, 303, 1);
}

/* 100 an hour of them in an hour and a half, besides 7; never more than there are. */
static void some_are_there_whatever_comes(void **state)
{
    (void)state;
    struct meter meters[] = {{"requests", {{777, 1}, hour_a, 2, 7}}, {.name = NULL}};
    struct sc_meters m = {"fn", &plain, find, meters, {3, 2}};
    struct sc_charge charge = sc_charge_of("lambda.requests");
    struct sc_usage u;
    charge.kept_per_h = 100;
    assert_int_equal(sc_charge_usages(&charge, 1, &m, (struct sc_fraction){1, 1}, &u), 1);
    assert_int_equal((int64_t)u.kept, 157);
    meters[0].value.sum.num = 150;
    assert_int_equal(sc_charge_usages(&charge, 1, &m, (struct sc_fraction){1, 1}, &u), 1);
    assert_int_equal((int64_t)u.kept, 150);
}

/* The largest dimension of each hour: connections / 90,000,000 milli, rules / 3,600,000. */
static void units_of_balancers_go_by_the_hour(void **state)
{
    (void)state;
    const struct meter meters[] = {{"new_connections_milli", {{300000, 1}, hour_a, 3, 0}},
                                   {"rule_evaluations", {{720000, 2}, hour_b, 4, 0}},
                                   {.name = NULL}};
    struct sc_charge charges[SC_LCU_CHARGES + 2];
    charges[0] = sc_charge_of("lambda.requests");
    memcpy(charges + 1, sc_lcu_charges, sizeof sc_lcu_charges);
    charges[SC_LCU_CHARGES + 1] = sc_charge_of("elb.alb_hour");
    struct sc_meters m = {"lb", &plain, find, meters, {3, 2}};
    struct sc_usage out[SC_LCU_CHARGES + 2];
    assert_int_equal(
        sc_charge_usages(charges, SC_LCU_CHARGES + 2, &m, (struct sc_fraction){3, 1}, out), 3);
    assert_string_equal(out[1].sku, "elb.alb_lcu_hour");
    /* hour 0: 50,000 / 90 M; hours 1 to 3: 90,000, 90,000 and 180,000 / 3.6 M */
    check(&out[1], 3 * (50000 + 25 * 360000), 90000000);
    assert_string_equal(out[2].sku, "elb.alb_hour");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_ordered),
        cmocka_unit_test(skus_are_found),
        cmocka_unit_test(sums_scale_with_the_month),
        cmocka_unit_test(a_book_may_name_the_meter),
        cmocka_unit_test(hours_are_whole),
        cmocka_unit_test(some_are_there_whatever_comes),
        cmocka_unit_test(units_of_balancers_go_by_the_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
