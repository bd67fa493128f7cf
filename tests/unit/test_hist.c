/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The histogram against the sorted values themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/hist.h"
#include "num/math.h"
#include "num/rng.h"

#include <stdlib.h>

enum { VALUES = 30011 };

static int64_t value(uint64_t i)
{
    return (int64_t)(sc_draw(3, i) >> (2 + sc_draw(4, i) % 58));
}

static int ascending(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void test_empty(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_hist h;
    sc_hist_init(&h, &arena);
    assert_int_equal(sc_hist_count(&h), 0);
    assert_true(sc_hist_mean(&h) == 0.0 && sc_hist_deviation(&h) == 0.0 &&
                sc_hist_quantile(&h, 0.99) == 0.0);
    sc_arena_free(&arena);
}

static void test_buckets_tile_the_values(void **state)
{
    (void)state;
    assert_int_equal(sc_hist_low(0), 0);
    for (int b = 1; b < SC_HIST_BUCKETS; b++) {
        assert_true(sc_hist_low(b) == sc_hist_high(b - 1) + 1);
        double width = (double)(sc_hist_high(b) - sc_hist_low(b));
        assert_true(0.5 * width <= 0.002 * (double)sc_hist_low(b));
    }
    assert_true(sc_hist_high(SC_HIST_BUCKETS - 1) == INT64_MAX);
}

static void test_every_value_falls_into_its_bucket(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 3000; i++) {
        struct sc_arena arena = {0};
        struct sc_hist h;
        sc_hist_init(&h, &arena);
        int64_t v = i < 62 ? (INT64_C(1) << i) : i < 124 ? (INT64_C(1) << (i - 62)) - 1 : value(i);
        sc_hist_add(&h, v);
        int found = 0;
        for (int b = 0; b < SC_HIST_BUCKETS; b++)
            if (sc_hist_bucket(&h, b) == 1 && sc_hist_low(b) <= v && v <= sc_hist_high(b))
                found++;
        assert_int_equal(found, 1);
        assert_int_equal(sc_hist_count(&h), 1);
        assert_true(sc_hist_quantile(&h, 0.5) == (double)v);
        sc_arena_free(&arena);
    }
}

static void test_quantiles_err_less_than_two_permille(void **state)
{
    (void)state;
    static int64_t sorted[VALUES];
    struct sc_arena arena = {0};
    struct sc_hist h;
    sc_hist_init(&h, &arena);
    double sum = 0.0, squares = 0.0;
    for (uint64_t i = 0; i < VALUES; i++) {
        sorted[i] = value(i);
        sc_hist_add(&h, sorted[i]);
        sum += (double)sorted[i] / VALUES;
    }
    qsort(sorted, VALUES, sizeof *sorted, ascending);
    for (int i = 0; i < VALUES; i++)
        squares += ((double)sorted[i] - sum) * ((double)sorted[i] - sum) / VALUES;
    for (int i = 1; i <= VALUES; i += 37) {
        double exact = (double)sorted[i - 1], got = sc_hist_quantile(&h, (double)i / VALUES);
        assert_true(got >= exact * 0.998 && got <= exact * 1.002);
        assert_true(exact >= 256.0 || got == exact);
    }
    assert_true(sc_hist_quantile(&h, 0.0) == (double)sorted[0]);
    assert_true(sc_hist_quantile(&h, 1.0) == (double)sorted[VALUES - 1]);
    double deviation = sc_sqrt(squares), mean = sc_hist_mean(&h);
    assert_true(mean > sum * (1 - 1e-12) && mean < sum * (1 + 1e-12));
    assert_true(sc_hist_deviation(&h) > deviation * 0.998 &&
                sc_hist_deviation(&h) < deviation * 1.002);
    sc_arena_free(&arena);
}

static void test_shares_that_are_whole_numbers(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_hist h;
    sc_hist_init(&h, &arena);
    for (int64_t v = 1; v <= 100; v++)
        sc_hist_add(&h, v);
    for (int v = 1; v <= 100; v++)
        assert_true(sc_hist_quantile(&h, v / 100.0) == v);
    sc_arena_free(&arena);
}

static void test_merging_is_adding(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_hist part[3], all, read;
    sc_hist_init(&all, &arena);
    sc_hist_init(&read, &arena);
    for (int p = 0; p < 3; p++)
        sc_hist_init(&part[p], &arena);
    for (uint64_t i = 0; i < VALUES; i++) {
        sc_hist_add(&part[i % 7 % 3], value(i));
        sc_hist_add(&all, value(i));
    }
    sc_hist_merge(&part[2], &part[0]);
    sc_hist_merge(&part[2], &part[1]);
    for (int b = 0; b < SC_HIST_BUCKETS; b++) {
        assert_true(sc_hist_bucket(&part[2], b) == sc_hist_bucket(&all, b));
        if (sc_hist_bucket(&all, b) > 0)
            sc_hist_put(&read, b, sc_hist_bucket(&all, b));
    }
    assert_true(part[2].sum == all.sum && part[2].max == all.max);
    read.sum = all.sum;
    read.max = all.max;
    assert_int_equal(sc_hist_count(&read), VALUES);
    assert_true(sc_hist_quantile(&read, 0.987) == sc_hist_quantile(&all, 0.987));
    sc_arena_free(&arena);
}

static void test_many_are_one_by_one(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_hist many, one;
    int64_t values[VALUES];
    sc_hist_init(&many, &arena);
    sc_hist_init(&one, &arena);
    for (int i = 0; i < VALUES; i++) {
        values[i] = value((uint64_t)i);
        sc_hist_add(&one, values[i] + 1234567);
    }
    sc_hist_add_many(&many, values, VALUES, 1234567);
    for (int b = 0; b < SC_HIST_BUCKETS; b++)
        assert_true(sc_hist_bucket(&many, b) == sc_hist_bucket(&one, b));
    assert_true(many.sum == one.sum && many.max == one.max);
    sc_arena_free(&arena);
}

/* Few values take a list, many of one bucket or of many buckets take rows; both count alike. */
static void test_few_values_take_little(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_hist h, rows;
    sc_hist_init(&h, &arena);
    sc_hist_init(&rows, &arena);
    for (int k = 0; k < SC_HIST_OCTAVES; k++)
        sc_hist_open(&rows, k);
    for (uint64_t i = 0; i < 400; i++) {
        int64_t v = i % 5 == 0 ? 12345 : value(i % 3 == 0 ? i / 7 : i);
        int open = 0;
        sc_hist_add(&h, v);
        sc_hist_add(&rows, v);
        for (int k = 0; k < SC_HIST_OCTAVES; k++)
            open += h.row[k] != NULL;
        assert_true(i >= 30 || open == 0);
        assert_true(i < 90 || open > 0); /* the list is full */
        int a = 0, b = 0;
        for (; a < SC_HIST_BUCKETS; a++, b++) {
            a = sc_hist_next(&h, a);
            b = sc_hist_next(&rows, b);
            assert_int_equal(a, b);
            assert_true(a == SC_HIST_BUCKETS || sc_hist_bucket(&h, a) == sc_hist_bucket(&rows, b));
        }
        assert_int_equal(sc_hist_count(&h), i + 1);
        assert_true(h.sum == rows.sum && h.max == rows.max);
        assert_true(sc_hist_quantile(&h, 0.9) == sc_hist_quantile(&rows, 0.9));
        assert_true(sc_hist_deviation(&h) == sc_hist_deviation(&rows));
    }
    struct sc_hist sum;
    sc_hist_init(&sum, &arena);
    sc_hist_merge_times(&sum, &h, 3);
    sc_hist_merge(&sum, &rows);
    for (int b = 0; b < SC_HIST_BUCKETS; b++)
        assert_true(sc_hist_bucket(&sum, b) == 4 * sc_hist_bucket(&h, b));
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_buckets_tile_the_values),
        cmocka_unit_test(test_every_value_falls_into_its_bucket),
        cmocka_unit_test(test_quantiles_err_less_than_two_permille),
        cmocka_unit_test(test_shares_that_are_whole_numbers),
        cmocka_unit_test(test_merging_is_adding),
        cmocka_unit_test(test_many_are_one_by_one),
        cmocka_unit_test(test_few_values_take_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
