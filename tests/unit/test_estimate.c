/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_student_s),
        cmocka_unit_test(one_value_has_no_range),
        cmocka_unit_test(what_is_not_there_does_not_count),
        cmocka_unit_test(equal_values_have_an_interval_of_no_width),
        cmocka_unit_test(a_ratio_without_a_whole_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
