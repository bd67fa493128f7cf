/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/fraction.h"

static const sc_i128 largest = (sc_i128)(((sc_u128)1 << 127) - 1);

static struct sc_fraction of(sc_i128 num, sc_i128 den)
{
    return (struct sc_fraction){num, den};
}

static void check(struct sc_fraction f, sc_i128 num, sc_i128 den)
{
    assert_true(f.num == num && f.den == den);
}

static void divisors(void **state)
{
    (void)state;
    assert_true(sc_divisor(0, 0) == 0);
    assert_true(sc_divisor(0, 77) == 77 && sc_divisor(77, 0) == 77);
    assert_true(sc_divisor(1071, 462) == 21);
    assert_true(sc_divisor(largest, 7) == 1); /* 2^127 - 1 is prime */
    assert_true(sc_divisor((sc_i128)1 << 100, (sc_i128)3 << 90) == (sc_i128)1 << 90);
}

static void lowest_terms(void **state)
{
    (void)state;
    check(sc_fraction_of(1071, 462), 51, 22);
    check(sc_fraction_of(-1071, 462), -51, 22);
    check(sc_fraction_of(0, 462), 0, 1);
    check(sc_fraction_of(largest, largest), 1, 1);
    check(sc_whole(-41), -41, 1);
    assert_true(sc_fraction_fits(sc_whole(0)) && !sc_fraction_fits(SC_TOO_LARGE));
}

static void sums_products_quotients(void **state)
{
    (void)state;
    check(sc_fraction_plus(of(5, 6), of(7, 10)), 23, 15);
    check(sc_fraction_plus(of(-5, 6), of(5, 6)), 0, 1);
    check(sc_fraction_times(of(21, 22), of(33, 35)), 9, 10);
    check(sc_fraction_times(of(largest, 2), of(2, largest)), 1, 1);
    check(sc_fraction_times(of(-3, 7), of(0, 1)), 0, 1);
    check(sc_fraction_over(of(3, 7), of(9, 14)), 2, 3);
    check(sc_fraction_over(of(0, 1), of(9, 14)), 0, 1);
}

static void steps_are_rounded_up(void **state)
{
    (void)state;
    check(sc_fraction_steps(of(0, 3), of(1, 4)), 0, 1);
    check(sc_fraction_steps(of(1, 1000000007), of(64, 1)), 1, 1);
    check(sc_fraction_steps(of(128, 1), of(64, 1)), 2, 1);
    check(sc_fraction_steps(of(1281, 10), of(64, 1)), 3, 1);
    check(sc_fraction_steps(of(1, 1), of(1, 10)), 10, 1);
}

static void what_does_not_fit_is_passed_on(void **state)
{
    (void)state;
    struct sc_fraction none = SC_TOO_LARGE, one = sc_whole(1);
    assert_false(sc_fraction_fits(sc_fraction_plus(none, one)));
    assert_false(sc_fraction_fits(sc_fraction_plus(one, none)));
    assert_false(sc_fraction_fits(sc_fraction_times(none, one)));
    assert_false(sc_fraction_fits(sc_fraction_times(one, none)));
    assert_false(sc_fraction_fits(sc_fraction_over(none, one)));
    assert_false(sc_fraction_fits(sc_fraction_over(one, none)));
    assert_false(sc_fraction_fits(sc_fraction_steps(none, one)));
    assert_false(sc_fraction_fits(sc_fraction_plus(sc_whole(largest), one)));
    assert_false(sc_fraction_fits(sc_fraction_plus(of(1, largest), of(1, largest - 1))));
    assert_false(sc_fraction_fits(sc_fraction_times(sc_whole(largest), sc_whole(2))));
    assert_false(sc_fraction_fits(sc_fraction_times(of(1, largest), of(1, 2))));
    assert_false(sc_fraction_fits(sc_fraction_over(sc_whole(largest), of(1, 2))));
}

static void order(void **state)
{
    (void)state;
    assert_true(sc_fraction_less(of(1, 3), of(1, 2)));
    assert_false(sc_fraction_less(of(1, 2), of(1, 3)));
    assert_false(sc_fraction_less(of(2, 4), of(1, 2)));
    assert_true(sc_fraction_less(of(largest - 2, largest - 1), of(largest - 1, largest)));
    assert_false(sc_fraction_less(of(largest - 1, largest), of(largest - 2, largest - 1)));
    assert_true(sc_fraction_less(of(-1, 1000000000), of(0, 1)));
    assert_true(sc_fraction_less(of(-1, 2), of(-1, 3)));
    assert_false(sc_fraction_less(of(-1, 3), of(-1, 2)));
    assert_false(sc_fraction_less(of(0, 1), of(-1, 7)));
    assert_false(sc_fraction_less(of(-7, 7), of(-1, 1)));
    assert_true(sc_fraction_less(of(10, 7), of(13, 9)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divisors),
        cmocka_unit_test(lowest_terms),
        cmocka_unit_test(sums_products_quotients),
        cmocka_unit_test(steps_are_rounded_up),
        cmocka_unit_test(what_does_not_fit_is_passed_on),
        cmocka_unit_test(order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
