/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "traffic/points.h"
#include <math.h>
#include <stdlib.h>

enum { MOST = 20000 };
static const int64_t LENGTH_NS = 60000000000;

static void place(uint64_t key, int64_t n, int64_t *at_ns)
{
    static double upto[MOST / SC_POINTS_BLOCK + 2];
    struct sc_points p = {.upto = upto};
    assert_true(sc_points_room(n) <= MOST / SC_POINTS_BLOCK + 2);
    sc_points_open(&p, key, n, LENGTH_NS);
    sc_points_fill(&p, 0, n, 0, at_ns);
}

static void in_order_and_inside(void **state)
{
    static int64_t at_ns[MOST];
    static const int64_t counts[] = {1, 2, 15, 16, 17, 1022, 1023, 1024, 1025, 2047, 2048, MOST};
    (void)state;
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (uint64_t key = 0; key < 50; key++) {
            place(key, counts[k], at_ns);
            assert_true(at_ns[0] >= 0 && at_ns[counts[k] - 1] < LENGTH_NS);
            for (int64_t i = 1; i < counts[k]; i++)
                assert_true(at_ns[i] >= at_ns[i - 1]);
        }
}

static void any_block_alone(void **state)
{
    static int64_t whole[MOST], part[MOST];
    double upto[MOST / SC_POINTS_BLOCK + 2];
    struct sc_points p = {.upto = upto};
    (void)state;
    place(7, MOST, whole);
    sc_points_open(&p, 7, MOST, LENGTH_NS);
    for (int64_t first = 0; first < MOST; first += 3 * SC_POINTS_BLOCK) {
        int64_t n = MOST - first < 2000 ? MOST - first : 2000;
        sc_points_fill(&p, first, n, 5, part);
        for (int64_t i = 0; i < n; i++)
            assert_true(part[i] == whole[first + i] + 5);
    }
}

/* Kolmogorov and Smirnov's distance from the uniform stays below what 1 of 10,000 samples passes.
 */
static void uniform_over_the_interval(void **state)
{
    static int64_t at_ns[MOST];
    static const int64_t counts[] = {1000, 1500, 5000, MOST};
    (void)state;
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        double n = (double)counts[k], most = 0;
        place(3, counts[k], at_ns);
        for (int64_t i = 0; i < counts[k]; i++) {
            double off = fabs((double)at_ns[i] / (double)LENGTH_NS - (double)i / n);
            most = off > most ? off : most;
        }
        assert_true(most * sqrt(n) < 2.23);
    }
}

/* How many of n points lie in the first tenth is binomial, over blocks too. */
static void counts_spread_as_they_should(void **state)
{
    enum { N = 3000, TIMES = 2000 };
    static int64_t at_ns[N];
    double sum = 0, squares = 0;
    (void)state;
    for (uint64_t key = 0; key < TIMES; key++) {
        int64_t in = 0;
        place(key, N, at_ns);
        while (in < N && at_ns[in] < LENGTH_NS / 10)
            in++;
        sum += (double)in;
        squares += (double)in * (double)in;
    }
    double mean = sum / TIMES, variance = squares / TIMES - mean * mean;
    assert_true(fabs(mean - 300) < 5 * sqrt(270.0 / TIMES));
    assert_true(fabs(variance / 270 - 1) < 5 * sqrt(2.0 / TIMES));
}

static void shuffled(void **state)
{
    enum { N = 10, TIMES = 10000 };
    int at[N][N] = {{0}};
    (void)state;
    for (uint64_t key = 0; key < TIMES; key++) {
        uint32_t label[N];
        unsigned seen = 0;
        for (uint32_t i = 0; i < N; i++)
            label[i] = i;
        sc_points_shuffle(sc_key(9, key), label, N);
        for (int i = 0; i < N; i++) {
            at[i][label[i]]++;
            seen |= 1u << label[i];
        }
        assert_int_equal(seen, (1u << N) - 1);
    }
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            assert_true(abs(at[i][k] - TIMES / N) < 5 * sqrt(TIMES * 0.09));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order_and_inside),
        cmocka_unit_test(any_block_alone),
        cmocka_unit_test(uniform_over_the_interval),
        cmocka_unit_test(counts_spread_as_they_should),
        cmocka_unit_test(shuffled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
