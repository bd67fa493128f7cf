/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions: the same bits from single draws, blocks, compilers and CPUs; means and ranges as
 * stated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/dist.h"
#include "num/math.h"
#include "num/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEYS = 100000 };

static const double shares[] = {0.0, 0.031, 0.5, 0.9, 0.99, 1.0};
static const double values[] = {1.7e6, 3.3e6, 9.1e6, 4.2e7, 1.31e8, 2.9e8};

static const struct {
    struct sc_dist dist;
    double mean, tolerance; /* relative */
    uint64_t bits;          /* the sum of all KEYS values' bits: the same everywhere */
} cases[] = {
    {{SC_DIST_CONSTANT, 2.385e6, 0, 0, NULL, NULL}, 2.385e6, 0, UINT64_C(0xa1da988000000000)},
    {{SC_DIST_UNIFORM, 1.25e6, 7.75e6, 0, NULL, NULL}, 4.5e6, 0.005, UINT64_C(0xf59365ff3bffe131)},
    {{SC_DIST_EXPONENTIAL, 3.7e7, 0, 0, NULL, NULL}, 3.7e7, 0.015, UINT64_C(0xa1b4a32afccc9282)},
    {{SC_DIST_LOGNORMAL, 15.3, 0.71, 0, NULL, NULL},
     5677661.51,
     0.015,
     UINT64_C(0x2608eae912c23e3e)},
    {{SC_DIST_NORMAL, 5.1e5, 4.3e5, 0, NULL, NULL},
     534822.646,
     0.015,
     UINT64_C(0x9bfd5fd664d8b97f)},
    {{SC_DIST_GAMMA, 2.31, 4.4e5, 0, NULL, NULL}, 1016400.0, 0.015, UINT64_C(0x433aa548a859684d)},
    {{SC_DIST_GAMMA, 0.37, 4.4e5, 0, NULL, NULL}, 162800.0, 0.03, UINT64_C(0x8ae3f5e43fa1c1c6)},
    {{SC_DIST_WEIBULL, 1.37, 2.9e6, 0, NULL, NULL},
     2652484.649,
     0.015,
     UINT64_C(0x723384b6a6847fb1)},
    {{SC_DIST_PARETO, 3.19, 1.1e6, 0, NULL, NULL},
     1602283.105,
     0.015,
     UINT64_C(0x23dff3011336f648)},
    {{SC_DIST_QUANTILES, 0, 0, 6, shares, values}, 23095300.0, 0.02, UINT64_C(0xcef256d8fa7cce15)},
};
enum { CASES = sizeof cases / sizeof *cases };

static void test_block_equals_single_draws(void **state)
{
    (void)state;
    static uint64_t keys[KEYS];
    static double out[KEYS];
    for (uint64_t i = 0; i < KEYS; i++)
        keys[i] = sc_key(20231, i);
    for (size_t c = 0; c < CASES; c++) {
        const struct sc_dist *d = &cases[c].dist;
        uint64_t bits = 0;
        double sum = 0.0;
        /* stretches of odd lengths, so that vectors have remainders and blocks have ends */
        for (int at = 0, n = 1; at < KEYS; at += n, n = n * 3 % 1021 + 1)
            sc_dist_fill(d, keys + at, out + at, n < KEYS - at ? n : KEYS - at);
        for (int i = 0; i < KEYS; i++) {
            assert_true(sc_to_bits(out[i]) == sc_to_bits(sc_dist_draw(d, keys[i], 0.0)));
            assert_true(out[i] >= sc_dist_min(d) && out[i] <= sc_dist_max(d));
            bits += sc_to_bits(out[i]);
            sum += out[i] / KEYS;
        }
        if (bits != cases[c].bits)
            print_message("case %zu: 0x%016llx\n", c, (unsigned long long)bits);
        assert_true(fabs(sum - cases[c].mean) <= (cases[c].tolerance + 1e-9) * cases[c].mean);
        assert_true(fabs(sc_dist_mean(d) - cases[c].mean) <= 1e-6 * cases[c].mean);
        assert_true(bits == cases[c].bits);
    }
}

static void test_lognormal_meets_its_percentiles(void **state)
{
    (void)state;
    struct sc_dist d = sc_dist_lognormal(6.3e6, 3.07e7);
    int below_p50 = 0, below_p99 = 0;
    for (uint64_t i = 0; i < KEYS; i++) {
        double v = sc_dist_draw(&d, sc_key(31, i), 0.0);
        below_p50 += v < 6.3e6;
        below_p99 += v < 3.07e7;
    }
    assert_true(abs(below_p50 - KEYS / 2) < KEYS / 150);
    assert_true(abs(below_p99 - KEYS / 100 * 99) < KEYS / 800);
    d = sc_dist_lognormal(4.4e6, 4.4e6);
    assert_true(fabs(sc_dist_draw(&d, 1, 0.0) - 4.4e6) < 1e-6 &&
                sc_dist_min(&d) == sc_dist_max(&d));
}

static void test_gamma_by_mean_and_variation(void **state)
{
    (void)state;
    static const double cv[] = {0.0, 1e-7, 1e-5, 0.013, 0.5, 1.0, 2.3};
    for (size_t c = 0; c < sizeof cv / sizeof *cv; c++) {
        struct sc_dist d = sc_dist_gamma(8.7e6, cv[c]);
        double sum = 0.0, squares = 0.0;
        for (uint64_t i = 0; i < KEYS; i++) {
            double v = sc_dist_draw(&d, sc_key(32, i), 0.0) / 8.7e6;
            sum += v / KEYS;
            squares += (v - 1.0) * (v - 1.0) / KEYS;
        }
        assert_true(fabs(sum - 1.0) <= 0.02 * cv[c] + 1e-10);
        assert_true(fabs(sqrt(squares) - cv[c]) <= 0.03 * cv[c] + 1e-10);
        assert_true(fabs(sc_dist_mean(&d) - 8.7e6) < 1e-3);
    }
}

static void test_scaling_multiplies_every_value(void **state)
{
    (void)state;
    for (size_t c = 0; c < CASES; c++) {
        if (cases[c].dist.kind == SC_DIST_QUANTILES)
            continue;
        struct sc_dist d = sc_dist_scaled(cases[c].dist, 1.83),
                       none = sc_dist_scaled(cases[c].dist, 0.0);
        for (uint64_t key = 0; key < 1000; key++) {
            double v = 1.83 * sc_dist_draw(&cases[c].dist, key, 0.0);
            assert_true(fabs(sc_dist_draw(&d, key, 0.0) - v) <= 1e-12 * v);
            assert_true(sc_dist_draw(&none, key, 0.0) == 0.0);
        }
    }
}

static void test_values_stay_within_reason(void **state)
{
    (void)state;
    static const struct sc_dist wild[] = {
        {SC_DIST_CONSTANT, -3.0, 0, 0, NULL, NULL},
        {SC_DIST_CONSTANT, 1e300, 0, 0, NULL, NULL},
        {SC_DIST_LOGNORMAL, 40.0, 300.0, 0, NULL, NULL},
        {SC_DIST_NORMAL, -1e9, 1e9, 0, NULL, NULL},
        {SC_DIST_PARETO, 0.001, 1.0, 0, NULL, NULL},
        {SC_DIST_WEIBULL, 0.001, 1.0, 0, NULL, NULL},
        {SC_DIST_GAMMA, 0.0005, 1e30, 0, NULL, NULL},
        {SC_DIST_EXPONENTIAL, 1e308, 0, 0, NULL, NULL},
        {SC_DIST_UNIFORM, -5.0, -1.0, 0, NULL, NULL},
    };
    for (size_t c = 0; c < sizeof wild / sizeof *wild; c++)
        for (uint64_t key = 0; key < 5000; key++) {
            double v = sc_dist_draw(&wild[c], key, 0.0);
            assert_true(v >= 0.0 && v <= 9e18);
        }
}

static void test_trace_and_endless_means(void **state)
{
    (void)state;
    const struct sc_dist trace = {SC_DIST_TRACE, 0.25, 0, 0, NULL, NULL};
    const struct sc_dist heavy = {SC_DIST_PARETO, 0.9, 3.0, 0, NULL, NULL};
    assert_true(sc_dist_draw(&trace, 7, 62.8) == 15.7);
    assert_true(sc_dist_mean(&trace) == 0.25 && sc_dist_min(&trace) == 0.0 &&
                isinf(sc_dist_max(&trace)));
    assert_true(isinf(sc_dist_mean(&heavy)) && sc_dist_min(&heavy) == 3.0);
}

static void one_in_a_thousand_is_larger_than_upper(void **state)
{
    (void)state;
    static const double p[] = {0, 0.5, 1}, x[] = {1, 2, 9};
    const struct sc_dist dists[] = {
        {SC_DIST_UNIFORM, 3, 8, 0, NULL, NULL},     {SC_DIST_EXPONENTIAL, 300, 0, 0, NULL, NULL},
        {SC_DIST_LOGNORMAL, 1, 0.7, 0, NULL, NULL}, {SC_DIST_NORMAL, 320, 17, 0, NULL, NULL},
        {SC_DIST_GAMMA, 2.5, 3, 0, NULL, NULL},     {SC_DIST_WEIBULL, 0.8, 3, 0, NULL, NULL},
        {SC_DIST_PARETO, 2.2, 3, 0, NULL, NULL},    {SC_DIST_QUANTILES, 0, 0, 3, p, x}};
    enum { N = 200000 };
    for (size_t k = 0; k < sizeof dists / sizeof *dists; k++) {
        const double upper = sc_dist_upper(&dists[k]);
        int above = 0;
        for (uint64_t i = 0; i < N; i++)
            above += sc_dist_draw(&dists[k], sc_key(k, i), 0) > upper;
        assert_in_range(above, N / 1000 - 60, N / 1000 + 60);
    }
    const struct sc_dist constant = sc_dist_constant(77);
    assert_true(sc_dist_upper(&constant) >= 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block_equals_single_draws),
        cmocka_unit_test(test_lognormal_meets_its_percentiles),
        cmocka_unit_test(test_gamma_by_mean_and_variation),
        cmocka_unit_test(test_scaling_multiplies_every_value),
        cmocka_unit_test(test_values_stay_within_reason),
        cmocka_unit_test(test_trace_and_endless_means),
        cmocka_unit_test(one_in_a_thousand_is_larger_than_upper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
