/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "price/bill.h"

#include <string.h>

static struct sc_arena arena;

static const sc_i128 usd = INT64_C(1000000000000000), cent = INT64_C(10000000000000);

/* Three tiers, an allowance for everybody; a pool of two; a price with all 15 decimals; an
 * allowance for new accounts. */
static struct sc_tier flat_tier[] = {{-1, 1}};
static struct sc_tier hour_tier[] = {{-1, INT64_C(45000000000000)}};
static struct sc_tier arm_tier[] = {{-1, INT64_C(13333400000)}};
static struct sc_tier x86_tiers[] = {{INT64_C(6000000000), INT64_C(16666700000)},
                                     {INT64_C(15000000000), INT64_C(15000000000)},
                                     {-1, INT64_C(13333400000)}};
static struct sc_tier out_tiers[] = {{10240, INT64_C(90000000000000)},
                                     {51200, INT64_C(85000000000000)},
                                     {-1, INT64_C(50000000000000)}};

static struct sc_price prices[] = {
    {.sku = "a.digit", .unit = "piece", .n_tiers = 1, .tiers = flat_tier, .confirmed = true},
    {.sku = "b.out",
     .unit = "GB",
     .n_tiers = 3,
     .tiers = out_tiers,
     .free_units = 100,
     .confirmed = true},
    {.sku = "c.arm",
     .unit = "GB-second",
     .n_tiers = 1,
     .tiers = arm_tier,
     .free_units = 400000,
     .pool = "c"},
    {.sku = "c.x86",
     .unit = "GB-second",
     .n_tiers = 3,
     .tiers = x86_tiers,
     .free_units = 400000,
     .pool = "c"},
    {.sku = "d.hour",
     .unit = "hour",
     .n_tiers = 1,
     .tiers = hour_tier,
     .free_units = 750,
     .free_new_account = true},
};
static const struct sc_book book = {.n = 5, .prices = prices};

static struct sc_bill price(enum sc_free free, const struct sc_usage *usage, int n)
{
    return sc_bill_price(&book, free, usage, n, &arena);
}

static sc_i128 total(enum sc_free free, const char *sku, sc_i128 num, sc_i128 den)
{
    struct sc_bill bill = price(free, &(struct sc_usage){"n", "i", sku, num, den}, 1);
    return sc_bill_total(&bill);
}

static void assert_usd(sc_i128 got, sc_i128 expected)
{
    assert_int_equal((int64_t)(got >> 64), (int64_t)(expected >> 64));
    assert_int_equal((uint64_t)got, (uint64_t)expected);
}

static void tiers_are_marginal(void **state)
{
    (void)state;
    assert_usd(total(SC_FREE_NONE, "b.out", 10239, 1), cent * 9 * 10239);
    assert_usd(total(SC_FREE_NONE, "b.out", 10240, 1), cent * 9 * 10240);
    assert_usd(total(SC_FREE_NONE, "b.out", 20483, 2), cent * 9 * 10240 + cent * 17 / 2 * 3 / 2);
    assert_usd(total(SC_FREE_NONE, "b.out", 57001, 1),
               cent * 9 * 10240 + cent * 17 / 2 * 40960 + cent * 5 * 5801);
}

static void tiers_begin_after_the_free_units(void **state)
{
    (void)state;
    assert_usd(total(SC_FREE_ALWAYS, "b.out", 100, 1), 0);
    assert_usd(total(SC_FREE_ALWAYS, "b.out", 201, 2), cent * 9 / 2);
    assert_usd(total(SC_FREE_ALWAYS, "b.out", 10341, 1), cent * 9 * 10240 + cent * 17 / 2);
}

static void allowances_depend_on_the_account(void **state)
{
    (void)state;
    assert_usd(total(SC_FREE_ALWAYS, "d.hour", 751, 1), cent * 9 / 2 * 751);
    assert_usd(total(SC_FREE_NEW_ACCOUNT, "d.hour", 751, 1), cent * 9 / 2);
    assert_usd(total(SC_FREE_NEW_ACCOUNT, "b.out", 101, 1), cent * 9);
    assert_usd(total(SC_FREE_NONE, "b.out", 101, 1), cent * 9 * 101);
}

static void a_pool_shares_in_the_order_of_its_skus(void **state)
{
    (void)state;
    const struct sc_usage usage[] = {
        {"fn", "duration", "c.x86", INT64_C(300000) * 1024000, 1024000},
        {"fn", "duration", "c.arm", INT64_C(900001), 3},
    };
    struct sc_bill bill = price(SC_FREE_ALWAYS, usage, 2);
    assert_int_equal(bill.n, 2);
    assert_string_equal(bill.lines[0].sku, "c.x86");
    assert_usd(bill.lines[1].usd_e15, 0); /* arm comes first and takes 300,000 1/3 of the 400,000 */
    assert_usd(bill.lines[0].usd_e15, (INT64_C(16666700000) * 600001 + 1) / 3);
    assert_usd(sc_bill_total(&(struct sc_bill){1, &bill.lines[0]}), bill.lines[0].usd_e15);
}

static void the_head_of_a_pool_may_be_unused(void **state)
{
    (void)state;
    assert_usd(total(SC_FREE_ALWAYS, "c.x86", 400001, 1), INT64_C(16666700000));
    assert_usd(total(SC_FREE_NONE, "c.x86", 400001, 1), (sc_i128)INT64_C(16666700000) * 400001);
}

/* 61.44 G GB-s in three tiers: 100,000.2 + 135,000 + 619,203.096 (Price List figures of 2026). */
static void large_volumes_are_exact(void **state)
{
    (void)state;
    assert_usd(total(SC_FREE_NONE, "c.x86", (sc_i128)INT64_C(61440000000) * 1024000, 1024000),
               usd * 854203 + cent * 296 / 10);
}

/* 1/3 + 1/3 + 1/3 of the smallest price is one of it, though each third alone is none. */
static void only_the_sum_is_rounded(void **state)
{
    (void)state;
    const struct sc_usage usage[] = {
        {"x", "i", "a.digit", 1, 3}, {"y", "i", "a.digit", 2, 6}, {"z", "i", "a.digit", 5, 15}};
    struct sc_bill bill = price(SC_FREE_NONE, usage, 3);
    assert_int_equal(bill.n, 3);
    assert_usd(sc_bill_total(&bill), 1);
    assert_usd(total(SC_FREE_NONE, "a.digit", 1, 3), 0);
    assert_usd(total(SC_FREE_NONE, "a.digit", 1, 2), 1);
}

static void nodes_share_tiers_in_proportion(void **state)
{
    (void)state;
    const struct sc_usage usage[] = {{"a", "out", "b.out", 30000, 1},
                                     {"b", "out", "b.out", 0, 7},
                                     {"c", "out", "b.out", 141001, 7}};
    struct sc_bill bill = price(SC_FREE_ALWAYS, usage, 3);
    assert_int_equal(bill.n, 2); /* no line without usage */
    sc_i128 whole = total(SC_FREE_ALWAYS, "b.out", 351001, 7);
    assert_usd(sc_bill_total(&bill), whole);
    assert_usd(bill.lines[0].usd_e15, whole * 210000 / 351001);
    assert_string_equal(bill.lines[1].node, "c");
    assert_string_equal(bill.lines[1].item, "out");
    assert_string_equal(bill.lines[1].unit, "GB");
    assert_true(bill.lines[1].confirmed);
    assert_true(bill.lines[1].quantity == 141001.0 / 7);
}

/* Denominators that have no common multiple below the bound are rounded far below the last digit.
 */
static void odd_denominators_do_no_harm(void **state)
{
    (void)state;
    const sc_i128 mersenne = ((sc_i128)1 << 61) - 1, other = ((sc_i128)1 << 62) - 57;
    const struct sc_usage usage[] = {{"a", "i", "d.hour", mersenne * 41 + 1, mersenne},
                                     {"b", "i", "d.hour", other * 59 + 1, other}};
    struct sc_bill bill = price(SC_FREE_NONE, usage, 2);
    assert_usd(sc_bill_total(&bill), cent * 450);
}

static void nothing_used_is_an_empty_bill(void **state)
{
    (void)state;
    struct sc_bill bill = price(SC_FREE_ALWAYS, NULL, 0);
    assert_int_equal(bill.n, 0);
    assert_usd(sc_bill_total(&bill), 0);
    bill = price(SC_FREE_ALWAYS, &(struct sc_usage){"n", "i", "c.x86", 0, 1024000}, 1);
    assert_int_equal(bill.n, 0);
}

static void cents_are_rounded_half_up(void **state)
{
    (void)state;
    assert_int_equal(sc_usd_cents(0), 0);
    assert_int_equal(sc_usd_cents(cent / 2 - 1), 0);
    assert_int_equal(sc_usd_cents(cent / 2), 1);
    assert_int_equal(sc_usd_cents(cent * 249 + cent * 6 / 10), 250);
    assert_int_equal(sc_usd_cents(-cent / 2), 0);
    assert_int_equal(sc_usd_cents(-cent / 2 - 1), -1);
    assert_int_equal(sc_usd_cents(-cent * 7), -7);
    assert_int_equal(sc_usd_cents(usd * INT64_C(85720330)), INT64_C(8572033000));
}

static int close_arena(void **state)
{
    (void)state;
    sc_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers_are_marginal),
        cmocka_unit_test(tiers_begin_after_the_free_units),
        cmocka_unit_test(allowances_depend_on_the_account),
        cmocka_unit_test(a_pool_shares_in_the_order_of_its_skus),
        cmocka_unit_test(the_head_of_a_pool_may_be_unused),
        cmocka_unit_test(large_volumes_are_exact),
        cmocka_unit_test(only_the_sum_is_rounded),
        cmocka_unit_test(nodes_share_tiers_in_proportion),
        cmocka_unit_test(odd_denominators_do_no_harm),
        cmocka_unit_test(nothing_used_is_an_empty_bill),
        cmocka_unit_test(cents_are_rounded_half_up),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
