/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/billreport.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 32, MOST_CELLS = 40 };
#define PER_USD INT64_C(1000000000000000)

/* Two regions; a plan and a reserved capacity; an allowance, tiers, an unconfirmed price and one of
 * another region. */
struct fixture {
    struct sc_tier tier[16];
    struct sc_price price[8], price_b[2];
    struct sc_book book, book_b;
    const struct sc_book *list[2];
    struct sc_usage usage[8];
    struct sc_commitment commitment[2];
    struct sc_statement s;
    struct sc_bill_document d;
    struct sc_arena arena;
    char *text;
    char *cell[MOST_ROWS][MOST_CELLS];
    int n_rows, n_cells;
};

static struct sc_price flat(struct sc_tier *tier, const char *sku, const char *unit,
                            int64_t usd_e15)
{
    *tier = (struct sc_tier){-1, usd_e15};
    return (struct sc_price){
        .sku = sku, .unit = unit, .n_tiers = 1, .tiers = tier, .confirmed = true};
}

static void add_books(struct fixture *f)
{
    struct sc_tier *t = f->tier;
    struct sc_price *p = f->price;
    p[0] = flat(&t[0], "acme.widgets", "widget", 7 * PER_USD / 1000);
    p[0].confirmed = false;
    p[0].of_region = "eu-zzz-9";
    p[1] = flat(&t[1], "commitments.lambda_sp_1y_noupfront", "USD", 88 * (PER_USD / 100));
    p[1].confirmed = false;
    p[2] = flat(&t[2], "dynamodb.provisioned_wcu", "WCU-hour", 65 * (PER_USD / 100000));
    p[3] = flat(&t[3], "dynamodb.reserved_wcu_1y", "hour", 128 * (PER_USD / 10000));
    p[3].covers = "dynamodb.provisioned_wcu";
    p[3].covers_units = 100;
    p[3].upfront_usd_e15 = 150 * PER_USD;
    p[3].term_h = 8760;
    p[4] = flat(&t[4], "lambda.duration_x86", "GB-second", 16666700000);
    p[5] = flat(&t[5], "lambda.requests", "request", 200000000);
    p[5].free_units = 1000000;
    t[6] = (struct sc_tier){333000000, 3500000000};
    t[7] = (struct sc_tier){1000000000, 2800000000};
    t[8] = (struct sc_tier){-1, 2380000000};
    p[6] = flat(&t[9], "rest.requests", "request", 0);
    p[6].tiers = &t[6];
    p[6].n_tiers = 3;
    f->book = (struct sc_book){.id = "aws-a",
                               .region = "aa-north-1",
                               .currency = "USD",
                               .as_of = "2026-02-03",
                               .n = 7,
                               .prices = p};
    f->price_b[0] = flat(&t[10], "ec2.m9.large.spot", "hour", 31 * (PER_USD / 1000));
    f->book_b = (struct sc_book){.id = "aws-b",
                                 .region = "bb-south-2",
                                 .currency = "USD",
                                 .as_of = "2025-12-24",
                                 .at = "2024-12-01",
                                 .n = 1,
                                 .prices = f->price_b};
}

static void add_usages(struct fixture *f)
{
    const struct sc_book *a = &f->book, *b = &f->book_b;
    const struct sc_usage list[] = {
        {.book = a,
         .node = "api",
         .item = "requests",
         .sku = "rest.requests",
         .num = 1500000000,
         .den = 1},
        {.book = a,
         .node = "fn",
         .item = "requests",
         .sku = "lambda.requests",
         .num = 9000001,
         .den = 2},
        {.book = a,
         .node = "fn",
         .item = "duration",
         .sku = "lambda.duration_x86",
         .num = 10000000,
         .den = 3},
        {.book = a,
         .node = "db",
         .item = "write capacity",
         .sku = "dynamodb.provisioned_wcu",
         .num = 50 * 744,
         .den = 1,
         .kept = 50 * 744},
        {.book = b,
         .node = "batch, nightly",
         .item = "machines",
         .sku = "ec2.m9.large.spot",
         .num = 61,
         .den = 1,
         .kept = 61},
        {.book = a, .node = "odd", .item = "widgets", .sku = "acme.widgets", .num = 3, .den = 1},
    };
    memcpy(f->usage, list, sizeof list);
    f->s.n_usages = sizeof list / sizeof *list;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    add_books(f);
    add_usages(f);
    f->commitment[0] = (struct sc_commitment){.kind = SC_RESERVED,
                                              .name = "write capacity 1y",
                                              .book = &f->book,
                                              .sku = "dynamodb.reserved_wcu_1y",
                                              .count = 1};
    f->commitment[1] = (struct sc_commitment){.kind = SC_COMPUTE_PLAN,
                                              .name = "the plan",
                                              .book = &f->book,
                                              .plan = "compute_sp_1y_noupfront",
                                              .usd_e15 = PER_USD / 50};
    f->list[0] = &f->book;
    f->list[1] = &f->book_b;
    f->s.title = "A \"test\", twice";
    f->s.month = "2026-12";
    strcpy(f->s.sha256, "ab12");
    f->s.month_h = f->s.terms.hours = sc_whole(744);
    f->s.requests = sc_whole(1500000000);
    f->s.terms.commitment = f->commitment;
    f->s.terms.n_commitments = 2;
    f->s.book = f->list;
    f->s.n_books = 2;
    f->s.usage = f->usage;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    sc_arena_free(&f->arena);
    free(f->text);
    free(f);
    return 0;
}

static const char *told(struct fixture *f, const char *format)
{
    size_t size;
    free(f->text);
    sc_bill_document_form(&f->d, &f->s, &f->arena);
    FILE *out = open_memstream(&f->text, &size);
    sc_bill_format_named(format)->write(&f->d, out);
    fclose(out);
    return f->text;
}

/* Splits CSV in place. */
static void split(struct fixture *f)
{
    char *at = f->text, *to;
    f->n_rows = 0;
    while (*at) {
        for (f->n_cells = 0, to = at;; f->n_cells++) {
            bool quoted = *at == '"';
            f->cell[f->n_rows][f->n_cells] = to;
            for (at += quoted; quoted ? *at != '"' || at[1] == '"' : !strchr(",\n", *at); at++) {
                at += quoted && *at == '"';
                *to++ = *at;
            }
            at += quoted;
            char end = *at++;
            *to++ = '\0';
            if (end == '\n')
                break;
        }
        f->n_cells++;
        f->n_rows++;
    }
}

static const char *cell(struct fixture *f, int row, const char *column)
{
    for (int i = 0; i < f->n_cells; i++)
        if (strcmp(f->cell[0][i], column) == 0)
            return f->cell[row][i];
    fail_msg("no column %s", column);
    return NULL;
}

static double sum_of(struct fixture *f, const char *column)
{
    double sum = 0;
    for (int i = 1; i < f->n_rows; i++)
        sum += strtod(cell(f, i, column), NULL);
    return sum;
}

static int row_of(struct fixture *f, const char *column, const char *value)
{
    for (int i = 1; i < f->n_rows; i++)
        if (strcmp(cell(f, i, column), value) == 0)
            return i;
    fail_msg("no row with %s in %s", value, column);
    return -1;
}

static void holds(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("wanted: %s\nin:\n%s", wanted, text);
}

static void test_document(void **state)
{
    struct fixture *f = *state;
    told(f, "text");
    sc_i128 cents = 0;
    for (int i = 0; i < f->d.bill.n; i++)
        cents += sc_usd_cents(f->d.bill.lines[i].usd_e15);
    assert_true(f->d.cents == cents && cents > 0);
    assert_true(f->d.exact_e15 == sc_bill_total(&f->d.bill));
    assert_string_equal(f->d.service[0].name, "rest");
    for (int i = 1; i < f->d.n_services; i++)
        assert_true(f->d.service[i - 1].usd_e15 >= f->d.service[i].usd_e15);
    /* 10,000,000 / 3 GB-s at 0.88 of 0.0000166667 are 48.89 USD, the plan pays 14.88 */
    assert_true(fabs(f->d.usd_per_million - (double)f->d.exact_e15 / 1e15 / 1500) < 1e-9);
    /* the next REST requests at the last tier, Lambda's beyond plan and allowance */
    double next = 2.38 + (4500000.5 * 2e-7 + 1e7 / 3 * 1.66667e-5 + 3 * 0.007) / 1500;
    assert_true(fabs(f->d.marginal_usd_per_million - next) < 1e-6);
}

static void test_text(void **state)
{
    struct fixture *f = *state;
    const char *text = told(f, "text");
    holds(text, "A \"test\", twice: 4,301.50");
    holds(text, "USD for a month of 744 h (2026-12)\n");
    holds(text, "    first 333,000,000");
    holds(text, "    next 667,000,000");
    holds(text,
          "    above 1,000,000,000       500,000,000 request        0.00000238     1,190.00\n");
    holds(text,
          "    free allowance              1,000,000 request              0.00         0.00\n");
    holds(text, "    covered by the plan");
    holds(text, ", covered by write capacity 1y\n");
    holds(text, "100 % of it used");
    holds(text, "\n    50 % of it used; 12.74 of what was paid upfront is this month's\n");
    holds(text, "prices not confirmed: fn duration (lambda.duration_x86, its plan's rate), odd");
    holds(text, "prices of another region: acme.widgets (of eu-zzz-9)\n");
    holds(text, "book aws-a (aa-north-1) of 2026-02-03, aws-b (bb-south-2) of 2025-12-24, prices");
    holds(text, "requests:   1,500,000,000 a month, ");
    for (const char *at = text; *at; at = strchr(at, '\n') + 1)
        if (strcspn(at, "\n") > SC_SCREEN)
            fail_msg("wide: %.90s", at);
}

static void test_text_plain(void **state)
{
    struct fixture *f = *state;
    f->s.terms.n_commitments = 0;
    f->s.requests = sc_whole(0);
    f->s.n_usages = 2;
    f->s.month = NULL;
    f->usage[1].num = 3; /* within the allowance */
    const char *text = told(f, "text");
    assert_null(strstr(text, "commitments"));
    assert_null(strstr(text, "requests:"));
    assert_null(strstr(text, "not confirmed"));
    holds(text, "for a month of 744 h\n");
    holds(text, "  requests, free allowance");
    f->s.n_usages = 0;
    text = told(f, "text");
    holds(text, ": 0.00 USD");
    holds(told(f, "json"), "\"lines\": [],");
}

static void test_json(void **state)
{
    struct fixture *f = *state;
    const char *text = told(f, "json");
    holds(text, "{\n  \"schema_version\": 1,\n");
    holds(text, "\"usage\": {\"title\": \"A \\\"test\\\", twice\", \"sha256\": \"ab12\"}");
    holds(text, "\"month\": \"2026-12\",\n  \"month_h\": 744,\n  \"free\": \"always\"");
    holds(text, "{\"id\": \"aws-b\", \"region\": \"bb-south-2\", \"as_of\": \"2025-12-24\", "
                "\"at\": \"2024-12-01\"}");
    holds(text, "\"kind\": \"used\", \"tier\": 2, \"quantity\": 500000000, \"unit\": \"request\", "
                "\"rate_usd\": \"0.00000238\",\n     \"exact_usd\": \"1190\", \"usd\": 1190.00, "
                "\"confirmed\": true}");
    holds(text, "\"kind\": \"free\", \"tier\": null, \"quantity\": 1000000,");
    holds(text, "\"kind\": \"committed\", \"tier\": null, \"quantity\": 744,");
    holds(text, "\"confirmed\": true, \"used_frac\": 0.5}");
    holds(text, "\"quantity\": 3500000.5,");
    assert_null(strstr(text, "nan"));
    f->s.requests = sc_whole(0);
    holds(told(f, "json"), "\"requests\": null,\n  \"usd_per_million\": null,\n"
                           "  \"marginal_usd_per_million\": null,\n");
}

static void test_csv(void **state)
{
    struct fixture *f = *state;
    told(f, "csv");
    split(f);
    assert_int_equal(f->n_rows, f->d.bill.n + 1);
    assert_int_equal(f->n_cells, 13);
    assert_true(fabs(sum_of(f, "usd") * 100 - (double)f->d.cents) < 1e-6);
    assert_true(fabs(sum_of(f, "exact_usd") - (double)f->d.exact_e15 / 1e15) < 1e-9);
    int row = row_of(f, "node", "batch, nightly");
    assert_string_equal(cell(f, row, "region"), "bb-south-2");
    assert_string_equal(cell(f, row, "rate_usd"), "0.031");
    assert_string_equal(cell(f, row, "exact_usd"), "1.891");
    assert_string_equal(cell(f, row, "usd"), "1.89");
    assert_string_equal(cell(f, row, "used_frac"), "");
    assert_string_equal(cell(f, row_of(f, "node", "odd"), "confirmed"), "false");
    assert_string_equal(cell(f, row_of(f, "node", "write capacity 1y"), "used_frac"), "0.5");
}

static void test_focus(void **state)
{
    struct fixture *f = *state;
    told(f, "focus");
    split(f);
    assert_int_equal(f->n_rows, f->d.bill.n + 2); /* header, and half of the reserved one unused */
    assert_int_equal(f->n_cells, 29);
    assert_true(fabs(sum_of(f, "BilledCost") * 100 - (double)f->d.cents) < 1e-6);
    assert_true(fabs(sum_of(f, "EffectiveCost") * 100 - (double)f->d.cents) < 1e-5);
    for (int i = 1; i < f->n_rows; i++) {
        assert_string_equal(cell(f, i, "BillingPeriodStart"), "2026-12-01T00:00:00Z");
        assert_string_equal(cell(f, i, "ChargePeriodEnd"), "2027-01-01T00:00:00Z");
        assert_string_equal(cell(f, i, "BillingCurrency"), "USD");
        assert_string_equal(cell(f, i, "Tags"), "{}");
        assert_string_equal(cell(f, i, "x_Scenario"), "A \"test\", twice");
    }
    int row = row_of(f, "ChargeDescription", "write capacity 1y commitment, unused");
    assert_string_equal(cell(f, row, "BilledCost"), "0");
    assert_string_equal(cell(f, row, "PricingCategory"), "Committed");
    assert_string_equal(cell(f, row, "ConsumedQuantity"), "");
    assert_string_equal(cell(f, row - 1, "ChargeCategory"), "Purchase");
    assert_string_equal(cell(f, row - 1, "ChargeFrequency"), "Recurring");
    assert_string_equal(cell(f, row - 1, "PricingCategory"), "Standard");
    assert_string_equal(cell(f, row - 1, "EffectiveCost"), "0");
    /* 744 h at 0.0128 and 744 / 8760 of 150 USD upfront: 22.26 USD, half of them used */
    assert_string_equal(cell(f, row - 1, "BilledCost"), "22.26");
    assert_string_equal(cell(f, row, "EffectiveCost"), "11.13");
    row = row_of(f, "ResourceId", "db");
    assert_string_equal(cell(f, row, "BilledCost"), "0");
    assert_string_equal(cell(f, row, "EffectiveCost"), "11.13");
    assert_string_equal(cell(f, row, "ListCost"), "24.18"); /* 37,200 at 0.00065 */
    assert_string_equal(cell(f, row, "ServiceName"), "Amazon DynamoDB");
    assert_string_equal(cell(f, row, "ServiceCategory"), "Databases");
    row = row_of(f, "ResourceName", "batch, nightly");
    assert_string_equal(cell(f, row, "PricingCategory"), "Dynamic");
    assert_string_equal(cell(f, row, "RegionId"), "bb-south-2");
    row = row_of(f, "ResourceName", "odd");
    assert_string_equal(cell(f, row, "ServiceName"), "acme");
    assert_string_equal(cell(f, row, "ServiceCategory"), "Other");
    assert_string_equal(cell(f, row_of(f, "ResourceId", "the plan"), "ServiceName"),
                        "Savings Plans for AWS Compute usage");
}

/* Without a month the prices' own is told: the book's date, or the day that was asked for. */
static void test_focus_months(void **state)
{
    struct fixture *f = *state;
    f->s.month = NULL;
    told(f, "focus");
    split(f);
    assert_string_equal(cell(f, row_of(f, "ResourceId", "api"), "BillingPeriodEnd"),
                        "2026-03-01T00:00:00Z");
    assert_string_equal(cell(f, row_of(f, "ResourceId", "batch, nightly"), "BillingPeriodStart"),
                        "2024-12-01T00:00:00Z");
}

static void test_formats(void **state)
{
    (void)state;
    assert_ptr_equal(sc_bill_formats[0], &sc_bill_text);
    assert_ptr_equal(sc_bill_format_named("focus"), &sc_bill_focus);
    assert_null(sc_bill_format_named("markdown"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_document), TEST(test_text),  TEST(test_text_plain),   TEST(test_json),
        TEST(test_csv),      TEST(test_focus), TEST(test_focus_months), TEST(test_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
