/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/dist.h"
#include "num/rng.h"
#include "run/estimate.h"

#include <math.h>
#include <string.h>

/* cmocka's own compares floats. */
#define assert_near(a, b, most) assert_true(fabs((a) - (b)) <= (most))

/* Student's t for 97.5 %: 12.7062 at 1 degree of freedom, 2.77645 at 4 (any table). */
static void intervals_are_student_s(void **state)
{
    (void)state;
    const double five[] = {2.385, 3.117, 2.941, 1.873, 2.604};
    struct sc_estimate e = sc_estimate_of(five, 5);
    assert_int_equal(e.n, 5);
    assert_true(sc_estimate_ranges(e));
    assert_near(e.mean, 2.584, 1e-12);
    assert_near(e.hi - e.mean, 2.7764451 * 0.4891472171 / sqrt(5), 1e-6);
    assert_near(e.mean - e.lo, e.hi - e.mean, 1e-12);
    const double two[] = {7.31, 4.17};
    e = sc_estimate_of(two, 2);
    assert_near(e.hi - e.mean, 12.7062047 * 1.57, 1e-6);
}

static void one_value_has_no_range(void **state)
{
    (void)state;
    const double value = 41.7;
    struct sc_estimate e = sc_estimate_of(&value, 1);
    assert_int_equal(e.n, 1);
    assert_false(sc_estimate_ranges(e));
    assert_near(e.mean, 41.7, 0);
}

static void what_is_not_there_does_not_count(void **state)
{
    (void)state;
    const double value[] = {(double)NAN, 3.5, (double)NAN, 4.25};
    struct sc_estimate e = sc_estimate_of(value, 4);
    assert_int_equal(e.n, 2);
    assert_near(e.mean, 3.875, 1e-15);
    e = sc_estimate_of(value, 1);
    assert_int_equal(e.n, 0);
    assert_true(isfinite(e.mean) && isfinite(e.lo) && isfinite(e.hi));
    assert_int_equal(sc_estimate_of(NULL, 0).n, 0);
}

static void equal_values_have_an_interval_of_no_width(void **state)
{
    (void)state;
    const double value[] = {0.1, 0.1, 0.1};
    struct sc_estimate e = sc_estimate_of(value, 3);
    assert_near(e.lo, 0.1, 1e-15);
    assert_near(e.hi, 0.1, 1e-15);
}

static void a_ratio_without_a_whole_is_nothing(void **state)
{
    (void)state;
    assert_near(sc_ratio(3, 8), 0.375, 0);
    assert_near(sc_ratio(3, 0), 0, 0);
    assert_non_null(strstr(sc_estimate_library(), "GSL "));
}

/* Costs of 7 a request and a noise of their own: over many samples the regression is unbiased, its
 * interval covers in 95 % of them, and it is much narrower than the plain one. */
static void known_arrivals_narrow_without_bias(void **state)
{
    (void)state;
    enum { N = 8, SAMPLES = 4000 };
    const struct sc_dist normal = {SC_DIST_NORMAL, 1000, 30, 0, NULL, NULL};
    double sum = 0, narrow = 0, wide = 0;
    int covered = 0;
    for (uint64_t k = 0; k < SAMPLES; k++) {
        double x[N], y[N], was[N], weight[N], weighted = 0, all = 0;
        const struct sc_control c = {x, N, 1000};
        for (uint64_t i = 0; i < N; i++) {
            x[i] = sc_dist_draw(&normal, sc_key(k, 2 * i), 0);
            was[i] = y[i] = 7 * x[i] + (sc_dist_draw(&normal, sc_key(k, 2 * i + 1), 0) - 1000);
        }
        const struct sc_estimate plain = sc_estimate_of(y, N);
        sc_control_weights(&c, weight);
        sc_control_adjust(&c, y);
        const struct sc_estimate e = sc_estimate_of(y, N);
        for (int i = 0; i < N; i++) {
            weighted += weight[i] * was[i];
            all += weight[i];
        }
        assert_near(all, 1, 1e-9);
        assert_near(weighted, e.mean, 1e-6);
        sum += e.mean;
        covered += e.lo <= 7000 && 7000 <= e.hi;
        narrow += e.hi - e.lo;
        wide += plain.hi - plain.lo;
    }
    assert_near(sum / SAMPLES, 7000, 4 * 12 / sqrt(SAMPLES));
    assert_in_range(covered, SAMPLES * 0.935, SAMPLES * 0.965);
    assert_true(narrow < wide / 4);
}

static void what_explains_is_a_share(void **state)
{
    (void)state;
    const double x[] = {1, 2, 3, 4}, line[] = {5, 7, 9, 11}, flat[] = {3, 3, 3, 3},
                 cross[] = {1, -1, -1, 1};
    const struct sc_control c = {x, 4, 2.5};
    assert_near(sc_control_explains(&c, line), 1, 1e-12);
    assert_near(sc_control_explains(&c, cross), 0, 1e-12);
    assert_near(sc_control_explains(&c, flat), 0, 0);
}

static void few_events_are_a_poisson_count(void **state)
{
    (void)state;
    const double none[] = {0, 0, 0}, some[] = {0.002, 0.002, 0.002}, one[] = {0.5};
    struct sc_estimate e = sc_estimate_rare(sc_estimate_of(none, 3), 1000);
    assert_near(e.lo, 0, 0);
    assert_near(e.hi, 3.69e-3, 0.03e-3);
    e = sc_estimate_rare(sc_estimate_of(some, 3), 1000); /* 2 of 1,000 */
    assert_near(e.lo, 0.24e-3, 0.03e-3);
    assert_near(e.hi, 7.22e-3, 0.03e-3);
    e = sc_estimate_rare(sc_estimate_of(one, 1), 1000);
    assert_false(sc_estimate_ranges(e));
    assert_near(sc_estimate_least(sc_estimate_of(some, 3), 0.001).hi, 0.003, 1e-12);
    assert_near(sc_estimate_least(sc_estimate_of(some, 3), 0.001).lo, 0.001, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_student_s),
        cmocka_unit_test(one_value_has_no_range),
        cmocka_unit_test(what_is_not_there_does_not_count),
        cmocka_unit_test(equal_values_have_an_interval_of_no_width),
        cmocka_unit_test(a_ratio_without_a_whole_is_nothing),
        cmocka_unit_test(known_arrivals_narrow_without_bias),
        cmocka_unit_test(what_explains_is_a_share),
        cmocka_unit_test(few_events_are_a_poisson_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
