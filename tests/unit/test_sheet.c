/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "price/stated.h"

#include <string.h>

/* Two SKUs that charges are known for, and one that they are not. */
static struct sc_tier tier = {-1, INT64_C(5000000000)};
static struct sc_price prices[] = {
    {.sku = "elb.alb_lcu_hour", .n_tiers = 1, .tiers = &tier},
    {.sku = "lambda.requests", .n_tiers = 1, .tiers = &tier},
    {.sku = "own.thing", .n_tiers = 1, .tiers = &tier},
};
static const struct sc_book book = {.id = "own", .region = "r-1", .n = 3, .prices = prices};

static struct sc_sheet sheet_of(struct sc_arena *arena, bool decimal)
{
    return (struct sc_sheet){"n", &book, {719, 1}, decimal, arena, NULL, 0, NULL, 0};
}

#define assert_fraction(f, n, d)                                                                   \
    do {                                                                                           \
        struct sc_fraction lowest_ = sc_fraction_of((f).num, (f).den);                             \
        assert_true(lowest_.num == (n) && lowest_.den == (d));                                     \
    } while (0)

static struct sc_usage *usages(struct sc_sheet *s, int wanted)
{
    struct sc_usage *out;
    struct sc_error err = {0};
    int n = -1;
    assert_int_equal(sc_sheet_usages(s, &out, &n, &err), 0);
    assert_int_equal(n, wanted);
    return out;
}

static void meters_add_up(void **state)
{
    struct sc_arena arena = {0};
    struct sc_sheet s = sheet_of(&arena, false);
    (void)state;
    sc_sheet_meter(&s, "requests", sc_whole(1000003));
    sc_sheet_charge(&s, "lambda.requests");
    sc_sheet_meter(&s, "requests", sc_fraction_of(7, 3));
    sc_sheet_charge(&s, "lambda.requests");
    struct sc_usage *u = usages(&s, 1);
    assert_fraction(u[0], 3000016, 3);
    assert_string_equal(u[0].sku, "lambda.requests");
    assert_string_equal(u[0].node, "n");
    assert_true(u[0].book == &book && !u[0].hour && u[0].n_hours == 0);
    sc_arena_free(&arena);
}

static void a_used_sku_is_its_own_meter(void **state)
{
    struct sc_arena arena = {0};
    struct sc_sheet s = sheet_of(&arena, false);
    char sku[] = "own.thing";
    (void)state;
    sc_sheet_use(&s, sku, sc_whole(0));
    usages(&s, 0);
    sc_sheet_use(&s, sku, sc_fraction_of(22, 7));
    sc_sheet_use(&s, sku, sc_fraction_of(1, 7));
    sku[0] = 'x'; /* it was copied */
    sc_sheet_use(&s, "lambda.requests", sc_whole(13));
    sc_sheet_hold(&s, "elb.alb_lcu_hour", sc_fraction_of(17, 5));
    struct sc_usage *u = usages(&s, 3);
    assert_fraction(u[0], 23, 7);
    assert_string_equal(u[0].sku, "own.thing");
    assert_string_equal(u[0].item, "thing");
    assert_true(u[0].kept == 0);
    assert_fraction(u[1], 13, 1);
    assert_string_equal(u[1].item, "requests");
    assert_fraction(u[2], 17, 5);
    assert_true(u[2].kept == u[2].num);
    sc_sheet_hold(&s, "own.thing", sc_fraction_of(5, 3)); /* a part of it is there anyway */
    u = usages(&s, 3);
    assert_fraction(u[0], 104, 21);
    assert_true(u[0].kept * 21 == u[0].den * 35);
    sc_arena_free(&arena);
}

/* Connections 3/25, minutes 1/3000 x 60, bytes 2 GB in halves: 4/2, rules 0. */
static void an_lcu_is_the_largest_of_four(void **state)
{
    struct sc_arena arena = {0};
    struct sc_sheet s = sheet_of(&arena, false);
    (void)state;
    sc_sheet_meter(&s, "new_connections_milli", sc_whole(INT64_C(3) * 3600 * 1000));
    sc_sheet_meter(&s, "active_connection_milli_minutes", sc_whole(60000));
    sc_sheet_meter(&s, "processed_half_bytes", sc_whole(INT64_C(4) << 30));
    sc_sheet_charge_lcu(&s);
    sc_sheet_charge_lcu(&s);
    struct sc_usage *u = usages(&s, 1);
    assert_fraction(u[0], 2, 1);
    sc_sheet_meter(&s, "rule_evaluations", sc_fraction_of(INT64_C(23) * 3600 * 1000, 7));
    u = usages(&s, 1);
    assert_fraction(u[0], 23, 7);
    assert_true(!u[0].hour);
    sc_arena_free(&arena);
}

static void sizes_are_counted_as_the_file_does(void **state)
{
    struct sc_sheet binary = sheet_of(NULL, false), decimal = sheet_of(NULL, true);
    struct sc_fraction x = sc_fraction_of(13, 10);
    (void)state;
    assert_fraction(sc_sheet_bytes(&binary, x, 'K'), 6656, 5);
    assert_fraction(sc_sheet_bytes(&decimal, x, 'K'), 1300, 1);
    assert_fraction(sc_sheet_bytes(&binary, x, 'M'), 6815744, 5);
    assert_fraction(sc_sheet_bytes(&decimal, x, 'G'), 1300000000, 1);
    assert_fraction(sc_sheet_bytes(&binary, sc_whole(3), 'T'), INT64_C(3) << 40, 1);
    assert_fraction(sc_sheet_gb(&binary, x, 'G'), 13, 10);
    assert_fraction(sc_sheet_gb(&decimal, x, 'G'), 13, 10);
    assert_fraction(sc_sheet_gb(&binary, x, 'T'), 6656, 5);
    assert_fraction(sc_sheet_gb(&decimal, x, 'M'), 13, 10000);
    assert_fraction(sc_sheet_gb(&binary, sc_whole(7), 'K'), 7, 1048576);
}

static void each_call_is_rounded_up(void **state)
{
    struct sc_sheet binary = sheet_of(NULL, false), decimal = sheet_of(NULL, true);
    struct sc_fraction just_over = sc_fraction_of(64001, 1000);
    (void)state;
    assert_fraction(sc_sheet_units(&binary, sc_whole(0), 'K', 65536), 1, 1);
    assert_fraction(sc_sheet_units(&binary, sc_whole(64), 'K', 65536), 1, 1);
    assert_fraction(sc_sheet_units(&binary, just_over, 'K', 65536), 2, 1);
    assert_fraction(sc_sheet_units(&decimal, just_over, 'K', 65536), 1, 1);
    assert_fraction(sc_sheet_units(&binary, sc_whole(1), 'M', 65536), 16, 1);
}

static void hours_are_the_month_s_where_none_are_stated(void **state)
{
    struct sc_sheet s = sheet_of(NULL, false);
    (void)state;
    assert_fraction(sc_sheet_hours(&s, sc_whole(-1)), 719, 1);
    assert_fraction(sc_sheet_hours(&s, sc_whole(0)), 0, 1);
    assert_fraction(sc_sheet_hours(&s, sc_fraction_of(3, 4)), 3, 4);
}

static void refused(struct sc_sheet *s, const char *sku)
{
    struct sc_usage *out;
    struct sc_error err = {0};
    int n;
    assert_int_equal(sc_sheet_usages(s, &out, &n, &err), -1);
    assert_non_null(strstr(err.message, sku));
    assert_non_null(strstr(err.message, "cannot be priced exactly"));
}

static void what_is_too_large_is_told(void **state)
{
    struct sc_arena arena = {0};
    struct sc_sheet s = sheet_of(&arena, false);
    (void)state;
    sc_sheet_use(&s, "own.thing", SC_TOO_LARGE);
    refused(&s, "own.thing");
    s = sheet_of(&arena, false);
    sc_sheet_use(&s, "own.thing", sc_whole((sc_i128)1 << 100)); /* more than can be billed */
    refused(&s, "own.thing");
    s = sheet_of(&arena, false); /* its denominator, times that of the unit */
    sc_sheet_meter(&s, "billed_mb_ms", sc_fraction_of(1, (sc_i128)1 << 120));
    sc_sheet_charge(&s, "lambda.duration_x86");
    refused(&s, "lambda.duration_x86");
    s = sheet_of(&arena, false); /* a common one of four */
    sc_sheet_meter(&s, "new_connections_milli", sc_fraction_of(1, INT64_C(1000000000000003)));
    sc_sheet_meter(&s, "rule_evaluations", sc_fraction_of(1, INT64_C(1000000000000037)));
    sc_sheet_charge_lcu(&s);
    refused(&s, "elb.alb_lcu_hour");
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meters_add_up),
        cmocka_unit_test(a_used_sku_is_its_own_meter),
        cmocka_unit_test(an_lcu_is_the_largest_of_four),
        cmocka_unit_test(sizes_are_counted_as_the_file_does),
        cmocka_unit_test(each_call_is_rounded_up),
        cmocka_unit_test(hours_are_the_month_s_where_none_are_stated),
        cmocka_unit_test(what_is_too_large_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
