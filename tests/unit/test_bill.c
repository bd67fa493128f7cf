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

/* The same SKUs in another region, where a global allowance is shared with. */
static struct sc_tier away_tier[] = {{-1, INT64_C(120000000000000)}};
static struct sc_price home_prices[] = {
    {.sku = "g.calls",
     .unit = "call",
     .n_tiers = 1,
     .tiers = flat_tier,
     .free_units = 1000,
     .scope = SC_SCOPE_GLOBAL},
    {.sku = "r.data", .unit = "GB", .n_tiers = 1, .tiers = hour_tier, .free_units = 100}};
static struct sc_price away_prices[] = {
    {.sku = "g.calls",
     .unit = "call",
     .n_tiers = 1,
     .tiers = away_tier,
     .free_units = 1000,
     .scope = SC_SCOPE_GLOBAL},
    {.sku = "r.data", .unit = "GB", .n_tiers = 1, .tiers = away_tier, .free_units = 100}};
static const struct sc_book home = {.n = 2, .prices = home_prices},
                            away = {.n = 2, .prices = away_prices};

static struct sc_usage used(const char *node, const char *sku, sc_i128 num, sc_i128 den)
{
    return (struct sc_usage){&book, node, "i", sku, num, den, NULL, 0, 0};
}

static struct sc_bill price(enum sc_free free, const struct sc_usage *usage, int n)
{
    struct sc_terms terms = {.free = free, .hours = {730, 1}};
    return sc_bill_price(&terms, usage, n, &arena);
}

static sc_i128 total(enum sc_free free, const char *sku, sc_i128 num, sc_i128 den)
{
    struct sc_usage usage = used("n", sku, num, den);
    struct sc_bill bill = price(free, &usage, 1);
    return sc_bill_total(&bill);
}

static void check_line(const struct sc_bill_line *l, enum sc_line_kind kind, int usage, int tier,
                       double quantity)
{
    assert_int_equal(l->kind, kind);
    assert_int_equal(l->usage, usage);
    assert_int_equal(l->tier, tier);
    if (l->quantity < quantity * (1 - 1e-12) || l->quantity > quantity * (1 + 1e-12))
        fail_msg("%.17g instead of %.17g", l->quantity, quantity);
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
        used("fn", "c.x86", INT64_C(300000) * 1024000, 1024000),
        used("fn", "c.arm", INT64_C(900001), 3),
    };
    struct sc_bill bill = price(SC_FREE_ALWAYS, usage, 2);
    assert_int_equal(bill.n, 3); /* arm comes first and takes 300,000 1/3 of the 400,000 */
    check_line(&bill.lines[0], SC_LINE_FREE, 0, 0, 100000 - 1 / 3.0);
    assert_usd(bill.lines[0].usd_e15, 0);
    assert_string_equal(bill.lines[1].sku, "c.x86");
    check_line(&bill.lines[1], SC_LINE_USED, 0, 0, 200000 + 1 / 3.0);
    assert_usd(bill.lines[1].usd_e15, INT64_C(16666700000) * 600001 / 3);
    check_line(&bill.lines[2], SC_LINE_FREE, 1, 0, 300000 + 1 / 3.0);
    assert_usd(sc_bill_total(&bill), bill.lines[1].usd_e15);
}

/* Free part, then tier by tier, each at its rate. */
static void parts_have_lines_of_their_own(void **state)
{
    (void)state;
    const struct sc_usage usage[] = {used("a", "b.out", 60001, 2), used("b", "b.out", 45099, 1)};
    struct sc_bill bill = price(SC_FREE_ALWAYS, usage, 2);
    double all = 30000.5 + 45099, a = 30000.5 / all, b = 45099 / all;
    assert_int_equal(bill.n, 8);
    check_line(&bill.lines[0], SC_LINE_FREE, 0, 0, 100 * a);
    check_line(&bill.lines[1], SC_LINE_USED, 0, 0, 10240 * a);
    check_line(&bill.lines[2], SC_LINE_USED, 0, 1, 40960 * a);
    check_line(&bill.lines[3], SC_LINE_USED, 0, 2, (all - 51300) * a);
    check_line(&bill.lines[4], SC_LINE_FREE, 1, 0, 100 * b);
    check_line(&bill.lines[7], SC_LINE_USED, 1, 2, (all - 51300) * b);
    assert_usd(bill.lines[2].rate_e15, out_tiers[1].usd_e15);
    assert_usd(bill.lines[1].usd_e15 + bill.lines[5].usd_e15, cent * 9 * 10240);
    assert_usd(bill.lines[3].usd_e15 + bill.lines[7].usd_e15, cent * 5 * 23799 + cent * 5 / 2);
    assert_usd(sc_bill_total(&bill), total(SC_FREE_ALWAYS, "b.out", 150199, 2));
    assert_true(bill.lines[0].used_frac == 1 && bill.lines[0].book == &book);
}

/* Less than a part of a slice costs too: three units of ten, of which one is not free. */
static void small_shares_are_not_lost(void **state)
{
    (void)state;
    const struct sc_free_used taken = {&book, "b.out", 91};
    const struct sc_usage usage[] = {used("a", "b.out", 3, 1), used("b", "b.out", 7, 1)};
    struct sc_terms terms = {.free_used = &taken, .n_free_used = 1, .hours = {730, 1}};
    struct sc_bill bill = sc_bill_price(&terms, usage, 2, &arena);
    assert_int_equal(bill.n, 4);
    check_line(&bill.lines[0], SC_LINE_FREE, 0, 0, 2.7);
    check_line(&bill.lines[1], SC_LINE_USED, 0, 0, 0.3);
    assert_usd(bill.lines[1].usd_e15, cent * 27 / 10);
    check_line(&bill.lines[3], SC_LINE_USED, 1, 0, 0.7);
    assert_usd(sc_bill_total(&bill), cent * 9);
    assert_int_equal(bill.lines[1].cents, 3); /* 2.7, and the rest of the 9 */
    assert_int_equal(bill.lines[3].cents, 6);
}

/* The first book's calls take what they need of the shared allowance, the other gets the rest; what
 * is the region's own is granted in each. */
static void global_allowances_are_granted_once(void **state)
{
    (void)state;
    struct sc_usage usage[] = {{&away, "a", "i", "g.calls", 517, 1, NULL, 0, false},
                               {&home, "h", "i", "g.calls", 901, 1, NULL, 0, false},
                               {&home, "h", "i", "r.data", 103, 1, NULL, 0, false},
                               {&away, "a", "i", "r.data", 207, 2, NULL, 0, false}};
    struct sc_bill bill = price(SC_FREE_ALWAYS, usage, 4);
    assert_int_equal(bill.n, 7);
    check_line(&bill.lines[0], SC_LINE_FREE, 0, 0, 517);
    check_line(&bill.lines[1], SC_LINE_FREE, 1, 0, 1000 - 517);
    check_line(&bill.lines[2], SC_LINE_USED, 1, 0, 901 - 1000 + 517);
    check_line(&bill.lines[3], SC_LINE_FREE, 2, 0, 100);
    check_line(&bill.lines[4], SC_LINE_USED, 2, 0, 3);
    check_line(&bill.lines[6], SC_LINE_USED, 3, 0, 3.5);
    assert_usd(sc_bill_total(&bill), 418 + cent * 9 / 2 * 3 + cent * 12 * 7 / 2);
    struct sc_usage turned[] = {usage[1], usage[0]};
    bill = price(SC_FREE_ALWAYS, turned, 2);
    check_line(&bill.lines[0], SC_LINE_FREE, 0, 0, 901);
    check_line(&bill.lines[1], SC_LINE_FREE, 1, 0, 99);
}

static sc_i128 with_used(const struct sc_free_used *free_used, int n, const struct sc_usage *usage)
{
    struct sc_terms terms = {.free_used = free_used, .n_free_used = n, .hours = {730, 1}};
    struct sc_bill bill = sc_bill_price(&terms, usage, 1, &arena);
    return sc_bill_total(&bill);
}

static void others_take_from_allowances(void **state)
{
    (void)state;
    const struct sc_usage x86 = used("n", "c.x86", 400000, 1), out = used("n", "b.out", 100, 1);
    const struct sc_usage calls = {&home, "n", "i", "g.calls", 1000, 1, NULL, 0, false};
    const struct sc_free_used taken[] = {{&book, "c.arm", 399990}, {&book, "c.x86", 7}},
                              elsewhere[] = {{&away, "g.calls", 993}, {&away, "r.data", 5}},
                              more = {&book, "b.out", (sc_i128)1 << 70};
    assert_usd(with_used(taken, 2, &x86), INT64_C(16666700000) * 399997);
    assert_usd(with_used(taken, 2, &out), 0);
    assert_usd(with_used(&more, 1, &out), cent * 900);
    assert_usd(with_used(elsewhere, 2, &calls), 993);
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
    const struct sc_usage usage[] = {used("x", "a.digit", 1, 3), used("y", "a.digit", 2, 6),
                                     used("z", "a.digit", 5, 15)};
    struct sc_bill bill = price(SC_FREE_NONE, usage, 3);
    assert_int_equal(bill.n, 3);
    assert_usd(sc_bill_total(&bill), 1);
    assert_usd(total(SC_FREE_NONE, "a.digit", 1, 3), 0);
    assert_usd(total(SC_FREE_NONE, "a.digit", 5, 3), 1); /* cut off, never rounded up */
}

static void nodes_share_tiers_in_proportion(void **state)
{
    (void)state;
    const struct sc_usage usage[] = {used("a", "b.out", 30000, 1), used("b", "b.out", 0, 7),
                                     used("c", "b.out", 141001, 7)};
    struct sc_bill bill = price(SC_FREE_ALWAYS, usage, 3);
    assert_int_equal(bill.n, 6); /* no line without usage: free, two tiers, for two nodes */
    sc_i128 whole = total(SC_FREE_ALWAYS, "b.out", 351001, 7), own = 0;
    assert_usd(sc_bill_total(&bill), whole);
    for (int i = 0; i < 3; i++)
        own += bill.lines[i].usd_e15;
    assert_true(own - whole * 210000 / 351001 >= -2 && own - whole * 210000 / 351001 <= 2);
    assert_string_equal(bill.lines[3].node, "c");
    assert_string_equal(bill.lines[3].item, "i");
    assert_string_equal(bill.lines[3].unit, "GB");
    assert_int_equal(bill.lines[3].usage, 2);
    assert_true(bill.lines[3].confirmed);
}

/* Denominators that have no common multiple below the bound are rounded far below the last digit.
 */
static void odd_denominators_do_no_harm(void **state)
{
    (void)state;
    const sc_i128 mersenne = ((sc_i128)1 << 61) - 1, other = ((sc_i128)1 << 62) - 57;
    const struct sc_usage usage[] = {used("a", "d.hour", mersenne * 41 + 1, mersenne),
                                     used("b", "d.hour", other * 59 + 1, other)};
    struct sc_bill bill = price(SC_FREE_NONE, usage, 2);
    assert_usd(sc_bill_total(&bill), cent * 450);
}

/* More cents of one SKU than 64 bits hold. */
static void the_largest_bill(void **state)
{
    enum { N = 200 };
    struct sc_usage usage[N];
    sc_i128 units = SC_MOST_BILL_USD * 11 - 1;
    (void)state;
    for (int i = 0; i < N; i++)
        usage[i] = used("n", "b.out", units, 1);
    assert_true(sc_usage_fits(&usage[0]));
    struct sc_bill bill = price(SC_FREE_NONE, usage, N);
    sc_i128 total_e15 = cent * (9 * 10240 + 5 * (N * units - 51200)) + cent * 17 / 2 * 40960;
    assert_usd(sc_bill_total(&bill), total_e15);
    assert_usd(sc_bill_cents(&bill), total_e15 / cent);
}

static void nothing_used_is_an_empty_bill(void **state)
{
    (void)state;
    struct sc_bill bill = price(SC_FREE_ALWAYS, NULL, 0);
    assert_int_equal(bill.n, 0);
    assert_usd(sc_bill_total(&bill), 0);
    const struct sc_usage none = used("n", "c.x86", 0, 1024000);
    bill = price(SC_FREE_ALWAYS, &none, 1);
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

static void usages_are_bounded(void **state)
{
    (void)state;
    const sc_i128 largest = (sc_i128)(((sc_u128)1 << 127) - 1);
    struct sc_usage u = used("n", "a.digit", SC_MOST_USAGE - 1, 1);
    assert_true(sc_usage_fits(&u));
    assert_usd(total(SC_FREE_NONE, "a.digit", u.num, 1), u.num);
    u.num = SC_MOST_USAGE;
    assert_false(sc_usage_fits(&u));
    u.num = largest;
    assert_false(sc_usage_fits(&u));
    u.den = largest;
    assert_true(sc_usage_fits(&u));
    const sc_i128 bound = (sc_i128)SC_MOST_BILL_USD * 1000 / 45; /* hours of 4.5 cents */
    u = used("n", "d.hour", bound - 1, 1);
    assert_true(sc_usage_fits(&u));
    assert_usd(total(SC_FREE_NONE, "d.hour", u.num, 1), u.num * hour_tier[0].usd_e15);
    u.num = bound + 1;
    assert_false(sc_usage_fits(&u));
    u = used("n", "b.out", (sc_i128)SC_MOST_BILL_USD * 100 / 9 + 1, 1); /* by its dearest tier */
    assert_false(sc_usage_fits(&u));
}

/* A hundred of the largest, with a third each so that parts are asked for. */
static void the_largest_bills_are_added_up(void **state)
{
    (void)state;
    struct sc_usage usage[100];
    const sc_i128 units = (sc_i128)SC_MOST_BILL_USD * 1000 / 45 - 1;
    for (int i = 0; i < 100; i++)
        usage[i] = used("n", "d.hour", units * 3 + 1, 3);
    struct sc_bill bill = price(SC_FREE_NONE, usage, 100);
    assert_int_equal(bill.n, 100);
    assert_usd(sc_bill_total(&bill),
               units * 100 * hour_tier[0].usd_e15 + hour_tier[0].usd_e15 * 100 / 3);
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
        cmocka_unit_test(the_largest_bill),
        cmocka_unit_test(nothing_used_is_an_empty_bill),
        cmocka_unit_test(cents_are_rounded_half_up),
        cmocka_unit_test(parts_have_lines_of_their_own),
        cmocka_unit_test(small_shares_are_not_lost),
        cmocka_unit_test(global_allowances_are_granted_once),
        cmocka_unit_test(others_take_from_allowances),
        cmocka_unit_test(usages_are_bounded),
        cmocka_unit_test(the_largest_bills_are_added_up),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
