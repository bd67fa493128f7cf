/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own log, exp and cosine against the C library's in long double. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/math.h"
#include "num/rng.h"

#include <float.h>
#include <math.h>

enum { TRIES = 200000 };

static double ulps(double got, long double exact)
{
    int exponent;
    frexp((double)exact, &exponent);
    return (double)(fabsl((long double)got - exact) / ldexpl(1.0L, exponent - 53));
}

static void test_log(void **state)
{
    (void)state;
    double worst = 0.0;
    for (uint64_t i = 0; i < TRIES; i++) {
        double u = sc_unit(sc_draw(1, i)),
               x = i % 2 ? u : ldexp(u, (int)(sc_draw(2, i) % 1900) - 950);
        worst = fmax(worst, ulps(sc_log(x), logl((long double)x)));
    }
    assert_true(worst < 1.0);
    assert_true(sc_log(1.0) == 0.0);
    assert_true(ulps(sc_log(DBL_MIN), logl((long double)DBL_MIN)) < 1.0);
    assert_true(ulps(sc_log(DBL_MAX), logl((long double)DBL_MAX)) < 1.0);
}

static void test_exp(void **state)
{
    (void)state;
    double worst = 0.0;
    for (uint64_t i = 0; i < TRIES; i++) {
        double x = (sc_unit(sc_draw(3, i)) - 0.5) * (i % 2 ? 1400.0 : 4.0);
        worst = fmax(worst, ulps(sc_exp(x), expl((long double)x)));
    }
    assert_true(worst < 1.0);
    assert_true(sc_exp(0.0) == 1.0);
    assert_true(ulps(sc_exp(-700.0), expl(-700.0L)) < 1.0 &&
                ulps(sc_exp(700.0), expl(700.0L)) < 1.0);
}

static void test_power(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < TRIES; i++) {
        double x = 1000.0 * sc_unit(sc_draw(4, i)), y = 8.0 * sc_unit(sc_draw(5, i)) - 4.0;
        double exact = pow(x, y);
        assert_true(fabs(sc_pow(x, y) - exact) <= 1e-14 * exact);
    }
}

static void test_cosine_of_a_turn(void **state)
{
    (void)state;
    const long double turn = 6.28318530717958647692528676655900577L;
    for (uint64_t i = 0; i < TRIES; i++) {
        double u = sc_unit(sc_draw(6, i));
        assert_true(fabsl((long double)sc_cos_turn(u) - cosl(turn * (long double)u)) < 3e-16L);
    }
    assert_true(sc_cos_turn(0.0) == 1.0 && sc_cos_turn(0.5) == -1.0);
    assert_true(sc_cos_turn(0.25) == 0.0 && sc_cos_turn(0.75) == 0.0);
}

static void test_bits_there_and_back(void **state)
{
    (void)state;
    assert_true(sc_to_bits(1.0) == UINT64_C(0x3ff0000000000000));
    assert_true(sc_from_bits(sc_to_bits(-2.3857)) == -2.3857);
    assert_true(sc_sqrt(2.0) == 0x1.6a09e667f3bcdp0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_exp),
        cmocka_unit_test(test_power),
        cmocka_unit_test(test_cosine_of_a_turn),
        cmocka_unit_test(test_bits_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
