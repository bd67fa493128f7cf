/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "price/bill.h"

#include <string.h>

static struct sc_arena arena;

#define E9 INT64_C(1000000000)
#define USD (E9 * 1000000)
#define MILLS(n)                                                                                   \
    {                                                                                              \
        {                                                                                          \
            -1, (n) * (USD / 1000)                                                                 \
        }                                                                                          \
    }

/* The rates of the worked hour in AWS's documentation of savings plans (AWS-sp-doc). */
static struct sc_tier usd_0[] = MILLS(0), mills_3[] = MILLS(3), mills_4[] = MILLS(4),
                      mills_30[] = MILLS(30), mills_40[] = MILLS(40), mills_100[] = MILLS(100),
                      mills_600[] = MILLS(600), mills_630[] = MILLS(630), mills_700[] = MILLS(700),
                      mills_830[] = MILLS(830), usd_1[] = MILLS(1000), mills_1100[] = MILLS(1100),
                      mills_7800[] = MILLS(7800), mills_8200[] = MILLS(8200),
                      usd_10[] = MILLS(10000), gbs[] = {{-1, 15 * E9}},
                      gbs_plan[] = {{-1, 12750000000}}, call[] = {{-1, 200000000}};

#define PRICE(name, tier) .sku = name, .unit = "u", .n_tiers = 1, .tiers = tier
static struct sc_price prices[] = {
    {PRICE("commitments.ec2_sp_3y", mills_630)},
    {PRICE("commitments.lambda_sp_1y", mills_830)},
    {PRICE("ec2.m5.24xlarge", usd_10)},
    {PRICE("ec2.m5.24xlarge.compute_sp_1y", mills_8200)},
    {PRICE("ec2.m5.24xlarge.ec2_sp_1y", mills_7800)},
    {PRICE("ec2.r5.4xlarge", usd_1)},
    {PRICE("ec2.r5.4xlarge.compute_sp_1y", mills_700), .confirmed = true},
    {PRICE("ec2.r5.4xlarge.ec2_sp_1y", mills_600)},
    {PRICE("ec2.r5.4xlarge.reserved", usd_0), .covers = "ec2.r5.4xlarge", .covers_units = 1},
    {PRICE("ec2.r5.4xlarge.reserved_upfront", mills_100), .covers = "ec2.r5.4xlarge",
     .covers_units = 1, .upfront_usd_e15 = (sc_i128)876 * USD, .term_h = 8760},
    {PRICE("ec2.t4.nano", usd_1), .free_units = 3},
    {PRICE("ec2.t4.nano.compute_sp_1y", mills_1100)},
    {PRICE("ec2.t4.nano.ec2_sp_1y", mills_600)},
    {PRICE("fargate.memory_x86", mills_4)},
    {PRICE("fargate.memory_x86.compute_sp_1y", mills_3)},
    {PRICE("fargate.vcpu_x86", mills_40)},
    {PRICE("fargate.vcpu_x86.compute_sp_1y", mills_30)},
    {PRICE("lambda.duration_x86", gbs)},
    {PRICE("lambda.duration_x86.compute_sp_1y", gbs_plan)},
    {PRICE("lambda.requests", call)},
    {PRICE("q.sp", usd_1)},
};
enum { N_PRICES = sizeof prices / sizeof prices[0] };
static const struct sc_book book = {.n = N_PRICES, .prices = prices},
                            other = {.n = N_PRICES, .prices = prices};

static struct sc_usage used(const char *sku, sc_i128 num, sc_i128 den)
{
    return (struct sc_usage){&book, sku, "i", sku, num, den, NULL, 0, 0};
}

static struct sc_commitment plan(enum sc_commitment_kind kind, const char *family, const char *name,
                                 sc_i128 usd_e15)
{
    return (struct sc_commitment){.kind = kind,
                                  .name = name,
                                  .book = &book,
                                  .family = family,
                                  .plan = name,
                                  .usd_e15 = usd_e15};
}

static struct sc_commitment compute(sc_i128 mills)
{
    return plan(SC_COMPUTE_PLAN, NULL, "compute_sp_1y", mills * (USD / 1000));
}

static struct sc_commitment ec2(const char *family, sc_i128 mills)
{
    return plan(SC_EC2_PLAN, family, "ec2_sp_1y", mills * (USD / 1000));
}

static struct sc_commitment reserved(const char *sku, sc_i128 count)
{
    return (struct sc_commitment){
        .kind = SC_RESERVED, .name = "r", .book = &book, .sku = sku, .count = count};
}

static struct sc_bill price(const struct sc_usage *usage, int n, const struct sc_commitment *c,
                            int n_commitments, sc_i128 hours)
{
    struct sc_terms terms = {.hours = {hours, 1}, .commitment = c, .n_commitments = n_commitments};
    return sc_bill_price(&terms, usage, n, &arena);
}

static void assert_usd(sc_i128 got, sc_i128 expected)
{
    if (got != expected)
        fail_msg("%.17g instead of %.17g", (double)got / 1e15, (double)expected / 1e15);
}

/* Commitments cut usage at millionths of a part, so costs have a last digit. */
static void assert_near(sc_i128 got, sc_i128 expected)
{
    sc_i128 miss = got > expected ? got - expected : expected - got;
    if (miss > USD / 1000000)
        assert_usd(got, expected);
}

/* Units covered of a SKU, by all its lines. */
static double covered(const struct sc_bill *bill, const char *sku)
{
    double units = 0;
    for (int i = 0; i < bill->n; i++)
        if (bill->lines[i].kind == SC_LINE_COVERED && strcmp(bill->lines[i].sku, sku) == 0) {
            assert_usd(bill->lines[i].usd_e15, 0);
            units += bill->lines[i].quantity;
        }
    return units;
}

static void assert_units(const struct sc_bill *bill, const char *sku, double expected)
{
    double got = covered(bill, sku);
    if (!(got > expected - 1e-6 && got < expected + 1e-6))
        fail_msg("%s: %.17g covered instead of %.17g", sku, got, expected);
}

static double used_frac(const struct sc_bill *bill, int commitment)
{
    for (int i = 0; i < bill->n; i++)
        if (bill->lines[i].kind == SC_LINE_COMMITTED && bill->lines[i].usage == commitment)
            return bill->lines[i].used_frac;
    fail();
    return 0;
}

#define NEAR(a, b) assert_true((a) > (b)-1e-9 && (a) < (b) + 1e-9)

/* sp-0 to sp-4 of AWS-sp-doc; sp-3 commits what the two best savings cost. */
static void the_documented_hour(void **state)
{
    (void)state;
    const struct sc_usage hour[] = {used("ec2.r5.4xlarge", 4, 1),
                                    used("fargate.vcpu_x86", 400, 1),
                                    used("fargate.memory_x86", 1600, 1),
                                    used("ec2.m5.24xlarge", 1, 1),
                                    used("lambda.duration_x86", 1500000, 1),
                                    used("lambda.requests", 1000000, 1)};
    struct sc_bill bill = price(hour, 6, NULL, 0, 1);
    assert_usd(sc_bill_total(&bill), (sc_i128)USD * 591 / 10);
    struct sc_commitment c[] = {compute(50000), reserved("ec2.r5.4xlarge.reserved", 2)};
    bill = price(hour, 6, c, 1, 1);
    assert_usd(sc_bill_total(&bill), (sc_i128)USD * 50);
    NEAR(used_frac(&bill, 0), 47.125 / 50);
    assert_units(&bill, "lambda.requests", 1000000);
    c[0] = compute(2000);
    bill = price(hour, 6, c, 1, 1);
    assert_near(sc_bill_total(&bill), (sc_i128)USD * 571 / 10 + (sc_i128)USD * 8 / 7);
    assert_units(&bill, "ec2.r5.4xlarge", 20 / 7.0);
    NEAR(used_frac(&bill, 0), 1);
    c[0] = compute(19600);
    bill = price(hour, 6, c, 1, 1);
    assert_near(sc_bill_total(&bill), (sc_i128)USD * 523 / 10);
    c[0] = compute(18200);
    bill = price(hour, 6, c, 2, 1);
    assert_near(sc_bill_total(&bill), (sc_i128)USD * 509 / 10);
    assert_units(&bill, "ec2.r5.4xlarge", 4);
    assert_units(&bill, "ec2.m5.24xlarge", 0);
}

static void the_best_saving_is_taken_first(void **state)
{
    (void)state;
    const struct sc_usage usage[] = {
        used("lambda.duration_x86", 1000000, 1), used("fargate.vcpu_x86", 10, 1),
        used("fargate.memory_x86", 100, 1), used("ec2.m5.24xlarge", 2, 1)};
    struct sc_commitment c = compute(150);
    struct sc_bill bill = price(usage, 4, &c, 1, 1); /* at a tie the lower rate */
    assert_units(&bill, "fargate.memory_x86", 50);
    c = compute(450);
    bill = price(usage, 4, &c, 1, 1);
    assert_units(&bill, "fargate.memory_x86", 100);
    assert_units(&bill, "fargate.vcpu_x86", 5);
    c = compute(600 + 8200);
    bill = price(usage, 4, &c, 1, 1);
    assert_units(&bill, "ec2.m5.24xlarge", 1);
    assert_units(&bill, "lambda.duration_x86", 0);
}

/* Reserved ones, EC2 plans, compute plans, however they are listed. */
static void kinds_have_an_order(void **state)
{
    (void)state;
    const struct sc_usage usage = used("ec2.r5.4xlarge", 7, 1);
    const struct sc_commitment c[] = {compute(700), ec2("r5", 1200),
                                      reserved("ec2.r5.4xlarge.reserved", 3), ec2("m5", 900)};
    struct sc_bill bill = price(&usage, 1, c, 4, 1);
    assert_int_equal(bill.n, 6);
    assert_units(&bill, "ec2.r5.4xlarge", 6);
    NEAR(used_frac(&bill, 0), 1);
    NEAR(used_frac(&bill, 1), 1);
    NEAR(used_frac(&bill, 2), 1);
    NEAR(used_frac(&bill, 3), 0); /* another family */
    assert_near(sc_bill_total(&bill), (sc_i128)USD * (700 + 1200 + 900 + 1000) / 1000);
    const struct sc_usage few = used("ec2.r5.4xlarge", 4, 1);
    bill = price(&few, 1, c, 4, 1); /* the EC2 plan has one left to cover */
    NEAR(used_frac(&bill, 1), 0.5);
    NEAR(used_frac(&bill, 0), 0);
    assert_units(&bill, "ec2.r5.4xlarge", 4);
}

static void regions_are_kept_apart(void **state)
{
    (void)state;
    struct sc_usage usage = used("ec2.r5.4xlarge", 2, 1);
    usage.book = &other;
    const struct sc_commitment c[] = {reserved("ec2.r5.4xlarge.reserved", 3), ec2("r5", 600),
                                      compute(350)};
    struct sc_bill bill = price(&usage, 1, c, 3, 1);
    NEAR(used_frac(&bill, 0), 0);
    NEAR(used_frac(&bill, 1), 0);
    NEAR(used_frac(&bill, 2), 1); /* a compute plan covers all regions */
    assert_units(&bill, "ec2.r5.4xlarge", 0.5);
}

static void commitments_cost_all_hours(void **state)
{
    (void)state;
    const struct sc_commitment c[] = {reserved("ec2.r5.4xlarge.reserved_upfront", 3), compute(1)};
    struct sc_bill bill = price(NULL, 0, c, 2, 730);
    assert_int_equal(bill.n, 2);
    assert_int_equal(bill.lines[0].kind, SC_LINE_COMMITTED);
    assert_string_equal(bill.lines[0].sku, "ec2.r5.4xlarge.reserved_upfront");
    assert_usd(bill.lines[0].usd_e15, (sc_i128)USD * 730 * 3 * 2 / 10); /* 0.1 and 876 / 8760 */
    assert_true(bill.lines[0].quantity == 2190 && bill.lines[0].used_frac == 0);
    assert_usd(bill.lines[1].usd_e15, (sc_i128)USD * 730 / 1000);
    assert_string_equal(bill.lines[1].sku, "compute_sp_1y");
    assert_true(bill.lines[1].quantity == 730 && bill.lines[1].used_frac == 0);
}

/* What an hour leaves is lost: four machines for an hour of four, one reserved. */
static void commitments_count_by_the_hour(void **state)
{
    (void)state;
    const sc_i128 first[] = {9, 0, 0, 0}, half[] = {0, 5, 5, 0};
    struct sc_usage usage[] = {used("ec2.r5.4xlarge", 4, 1), used("ec2.r5.4xlarge", 3, 1),
                               used("ec2.r5.4xlarge", 2, 1)};
    struct sc_commitment c = reserved("ec2.r5.4xlarge.reserved", 1);
    struct sc_bill bill = price(usage, 1, &c, 1, 4);
    assert_units(&bill, "ec2.r5.4xlarge", 4);
    usage[0].hour = first;
    usage[0].n_hours = 4;
    bill = price(usage, 1, &c, 1, 4);
    assert_units(&bill, "ec2.r5.4xlarge", 1);
    NEAR(used_frac(&bill, 0), 0.25);
    usage[1].hour = half;
    usage[1].n_hours = 4;
    bill = price(usage, 2, &c, 1, 4); /* 4, 1.5, 1.5, 0 */
    assert_units(&bill, "ec2.r5.4xlarge", 3);
    bill = price(usage, 3, &c, 1, 4); /* and half of one in each */
    assert_units(&bill, "ec2.r5.4xlarge", 3.5);
    c = compute(1400); /* two an hour */
    bill = price(usage, 2, &c, 1, 4);
    assert_units(&bill, "ec2.r5.4xlarge", 5);
    NEAR(used_frac(&bill, 0), 5 / 8.0);
}

/* The allowance goes to the first hours, and what is free is not covered. */
static void allowances_come_first(void **state)
{
    (void)state;
    const sc_i128 hours[] = {2, 2, 2, 2};
    struct sc_usage usage = used("ec2.t4.nano", 8, 1);
    struct sc_commitment c = ec2("t4", 600);
    usage.hour = hours;
    usage.n_hours = 4;
    struct sc_bill bill = price(&usage, 1, &c, 1, 4); /* 0, 1, 2, 2 are left, one covered in each */
    assert_int_equal(bill.lines[0].kind, SC_LINE_FREE);
    assert_units(&bill, "ec2.t4.nano", 3);
    NEAR(used_frac(&bill, 0), 0.75);
}

static void rates(void **state)
{
    (void)state;
    sc_i128 rate;
    bool confirmed = false;
    const struct sc_price *r5 = sc_book_price(&book, "ec2.r5.4xlarge"),
                          *calls = sc_book_price(&book, "lambda.requests"),
                          *time = sc_book_price(&book, "lambda.duration_x86"),
                          *upfront = sc_book_price(&book, "ec2.r5.4xlarge.reserved");
    assert_true(sc_plan_rate(&book, r5, "compute_sp_1y", &rate, &confirmed));
    assert_usd(rate, mills_700[0].usd_e15);
    assert_true(confirmed);
    assert_true(sc_plan_rate(&book, r5, "ec2_sp_3y", &rate, &confirmed)); /* 63 % of 1 USD */
    assert_usd(rate, mills_630[0].usd_e15);
    assert_false(confirmed);
    assert_false(sc_plan_rate(&book, r5, "compute_sp_3y", &rate, NULL));
    assert_true(sc_plan_rate(&book, calls, "compute_sp_1y", &rate, NULL));
    assert_usd(rate, call[0].usd_e15); /* at their full price */
    assert_true(sc_plan_rate(&book, calls, "compute_sp_5y", &rate, &confirmed)); /* of any term */
    assert_true(confirmed);
    assert_false(sc_plan_rate(&book, calls, "ec2_sp_1y", &rate, NULL));
    assert_false(sc_plan_rate(&book, time, "ec2_sp_3y", &rate, NULL));
    assert_false(sc_plan_rate(&book, upfront, "ec2_sp_3y", &rate, NULL)); /* no machine on demand */
    assert_false(sc_plan_rate(&book, sc_book_price(&book, "q.sp"), "compute_sp_1y", &rate, NULL));
}

/* A rate above that on demand would be a loss. */
static void nobody_pays_more(void **state)
{
    (void)state;
    const struct sc_usage usage = used("ec2.t4.nano", 10, 1);
    const struct sc_commitment c = compute(5000);
    struct sc_bill bill = price(&usage, 1, &c, 1, 1);
    assert_units(&bill, "ec2.t4.nano", 0);
    NEAR(used_frac(&bill, 0), 0);
    assert_near(sc_bill_total(&bill), (sc_i128)USD * (7 + 5));
}

/* The most that a usage file may state, with parts as fine as they get. */
static void the_largest_commitments(void **state)
{
    (void)state;
    const sc_i128 odd = ((sc_i128)1 << 61) - 1;
    const struct sc_usage usage[] = {used("ec2.r5.4xlarge", SC_MOST_BILL_USD - 1, 1),
                                     used("fargate.memory_x86", odd + 1, odd)};
    struct sc_commitment c[] = {reserved("ec2.r5.4xlarge.reserved", 1000000), compute(1000000000)};
    for (int last = 0; last < 2; last++) {
        struct sc_bill bill = price(usage + last, 2 - last, c, 2, 784);
        assert_true(sc_bill_total(&bill) > 0);
        assert_true(used_frac(&bill, 0) <= 1 && used_frac(&bill, 1) <= 1);
    }
}

/* 1,000/3 units at 15e-6 USD are half a cent; what is not cut stays exact, however odd its parts.
 */
static void what_is_not_cut_is_exact(void **state)
{
    (void)state;
    const sc_i128 odd = INT64_C(205891132094649); /* 3^30 */
    const struct sc_usage usage[] = {used("lambda.duration_x86", odd / 3 * 1000 - 7, odd),
                                     used("lambda.duration_x86", 7, odd)};
    const struct sc_commitment c = reserved("ec2.r5.4xlarge.reserved", 1);
    struct sc_bill bill = price(usage, 2, &c, 1, 730);
    assert_usd(sc_bill_total(&bill), USD / 200);
    assert_int_equal((int64_t)sc_bill_cents(&bill), 1);
}

/* 1.5 hours of 2 units each; the last hour of both is a half one. */
static void the_last_hour_may_be_a_part_of_one(void **state)
{
    (void)state;
    const sc_i128 hour[] = {2, 1};
    struct sc_usage u = used("ec2.r5.4xlarge", 3, 1);
    const struct sc_commitment both[] = {reserved("ec2.r5.4xlarge.reserved", 1), compute(700)};
    for (int by_hour = 0; by_hour < 2; by_hour++) {
        struct sc_usage usages[] = {u, used("lambda.requests", 7, 1)};
        usages[by_hour].hour = hour;
        usages[by_hour].n_hours = 2;
        struct sc_terms terms = {
            .hours = {3, 2}, .seen_h = {3, 2}, .commitment = both, .n_commitments = 2};
        struct sc_bill bill = sc_bill_price(&terms, usages, 2, &arena);
        assert_units(&bill, "ec2.r5.4xlarge", 3);
        assert_true(used_frac(&bill, 0) > 1 - 1e-9 && used_frac(&bill, 1) > 1 - 1e-9);
    }
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
        cmocka_unit_test(the_documented_hour),
        cmocka_unit_test(the_best_saving_is_taken_first),
        cmocka_unit_test(kinds_have_an_order),
        cmocka_unit_test(regions_are_kept_apart),
        cmocka_unit_test(commitments_cost_all_hours),
        cmocka_unit_test(commitments_count_by_the_hour),
        cmocka_unit_test(allowances_come_first),
        cmocka_unit_test(rates),
        cmocka_unit_test(nobody_pays_more),
        cmocka_unit_test(the_largest_commitments),
        cmocka_unit_test(what_is_not_cut_is_exact),
        cmocka_unit_test(the_last_hour_may_be_a_part_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
