/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/lookup.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct sc_dist kinds[] = {{SC_DIST_LOGNORMAL, .a = 1.7, .b = 0.6918},
                                       {SC_DIST_NORMAL, .a = 31.7, .b = 4.3},
                                       {SC_DIST_EXPONENTIAL, .a = 2.385},
                                       {SC_DIST_UNIFORM, .a = 1.3, .b = 4.7},
                                       {SC_DIST_WEIBULL, .a = 1.7, .b = 3.1},
                                       {SC_DIST_PARETO, .a = 3.9, .b = 0.7},
                                       {SC_DIST_CONSTANT, .a = 7.25}};

static void known_normal_quantiles(void **state)
{
    (void)state;
    struct sc_dist d = {SC_DIST_NORMAL, .a = 100, .b = 1};
    /* Wichura's own test values, and Student's tables */
    assert_true(fabs(sc_dist_quantile(&d, 0.25) - 100 + 0.6744897501960817) < 1e-13);
    assert_true(fabs(sc_dist_quantile(&d, 0.001) - 100 + 3.090232306167813) < 1e-13);
    assert_true(fabs(sc_dist_quantile(&d, 1e-20) - 100 + 9.262340089798408) < 1e-13);
    assert_true(fabs(sc_dist_quantile(&d, 0.99) - 100 - 2.3263478740408408) < 1e-13);
}

/* The table draws what the distribution draws: mean within 4 standard errors, and quantiles where
 * they belong. */
static void draws_have_the_distribution(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const struct sc_lookup *t = sc_lookup_new(&kinds[k], &arena);
        double sum = 0, squares = 0, n = 400000;
        int below[3] = {0};
        const double p[3] = {0.137, 0.5, 0.9937};
        for (int i = 0; i < (int)n; i++) {
            double x = sc_lookup_draw(t, sc_key(977, (uint64_t)i));
            sum += x;
            squares += x * x;
            for (int q = 0; q < 3; q++)
                below[q] += x <= sc_dist_quantile(&kinds[k], p[q]);
        }
        double mean = sum / n, deviation = sqrt(fmax(squares / n - mean * mean, 0));
        assert_true(fabs(mean - sc_dist_mean(&kinds[k])) <= 4 * deviation / sqrt(n) + 1e-9);
        for (int q = 0; q < 3 && kinds[k].kind != SC_DIST_CONSTANT; q++)
            assert_true(fabs(below[q] / n - p[q]) < 4 * sqrt(p[q] * (1 - p[q]) / n));
    }
    sc_arena_free(&arena);
}

static void is_close_to_exact(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    const struct sc_lookup *t = sc_lookup_new(&kinds[0], &arena);
    for (uint64_t i = 0; i < 200000; i++) {
        double x = sc_lookup_draw(t, i), exact = sc_lookup_exact(t, i);
        assert_true(fabs(x / exact - 1) < 2e-4);
    }
    sc_arena_free(&arena);
}

/* No quantile function of a gamma is at hand: its draws are the exact ones. */
static void gamma_is_drawn_exactly(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_dist gamma = sc_dist_gamma(3.7, 0.61);
    const struct sc_lookup *t = sc_lookup_new(&gamma, &arena);
    for (uint64_t i = 0; i < 100; i++)
        assert_true(sc_lookup_draw(t, i) == sc_dist_draw(&gamma, i, 0));
    sc_arena_free(&arena);
}

/* In a block or one by one, in the table and at its edges: bit for bit. */
static void blocks_are_single_draws(void **state)
{
    (void)state;
    enum { N = 20011 };
    static uint64_t key[N];
    static int64_t out[N];
    struct sc_arena arena = {0};
    struct sc_dist gamma = sc_dist_gamma(3.7e6, 0.61);
    for (size_t k = 0; k <= sizeof kinds / sizeof *kinds; k++) {
        bool last = k == sizeof kinds / sizeof *kinds;
        struct sc_dist d = last ? gamma : sc_dist_scaled(kinds[k], 1e6);
        const struct sc_lookup *t = sc_lookup_new(&d, &arena);
        for (uint64_t i = 0; i < N; i++)
            key[i] = sc_draw(k, i);
        sc_lookup_fill(t, key, out, N);
        for (int i = 0; i < N; i++)
            assert_int_equal(out[i], (int64_t)sc_lookup_draw(t, key[i]));
    }
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_normal_quantiles), cmocka_unit_test(draws_have_the_distribution),
        cmocka_unit_test(is_close_to_exact), cmocka_unit_test(gamma_is_drawn_exactly),
        cmocka_unit_test(blocks_are_single_draws)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
