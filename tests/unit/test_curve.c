/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "traffic/curve.h"
#include <math.h>

enum { MANY = 3000 };

static void near(double got, double want, double slack)
{
    if (!(fabs(got - want) <= slack))
        print_message("got %.17g, wanted %.17g\n", got, want);
    assert_true(fabs(got - want) <= slack);
}

static void constant_rate(void **state)
{
    struct sc_arena a = {0};
    struct sc_curve c = sc_curve_constant(&a, 2.385);
    double x[] = {-4.77, -1, 0, 0.5, 2.385, 1e9};
    int64_t at[6];
    (void)state;
    sc_curve_invert(&c, x, at, 6);
    near((double)at[0], -2e9, 1);
    assert_true(at[2] == 0);
    near((double)at[4], 1e9, 1);
    near(sc_curve_expected(&c, 7e9), 16.695, 1e-12);
    near(sc_curve_expected(&c, -7e9), -16.695, 1e-12);
    c = sc_curve_constant(&a, 1e-12); /* the last points lie beyond the clock's end */
    sc_curve_invert(&c, x, at, 6);
    assert_true(at[5] >= INT64_C(4000000000000000000));
    sc_arena_free(&a);
}

/* 10 s from 0 up to 6/s, 10 s at 6/s, 20 s down to 0: 30, 60 and 60 requests. */
static struct sc_curve trapezoid(struct sc_arena *a, bool repeats)
{
    double length[] = {10e9, 10e9, 20e9}, from[] = {0, 6, 6}, to[] = {6, 6, 0};
    return sc_curve_pieces(a, 3, length, from, to, repeats);
}

static void one_off(void **state)
{
    struct sc_arena a = {0};
    struct sc_curve c = trapezoid(&a, false);
    double x[] = {-1, 0, 7.5, 30, 45, 90, 135, 149.9999999, 150.0000001, 151};
    int64_t at[10];
    (void)state;
    sc_curve_invert(&c, x, at, 10);
    assert_true(at[0] == INT64_MIN); /* the rate before 0 is that at 0: nothing */
    assert_int_equal(at[1], 0);
    near((double)at[2], 5e9, 1);
    near((double)at[3], 10e9, 1);
    near((double)at[4], 12.5e9, 1);
    near((double)at[5], 20e9, 1);
    near((double)at[6], 30e9, 1);
    assert_true(at[7] < 40000000000);
    assert_true(at[8] == INT64_MAX && at[9] == INT64_MAX);
    near(sc_curve_expected(&c, 5e9), 7.5, 1e-12);
    near(sc_curve_expected(&c, 30e9), 135, 1e-12);
    near(sc_curve_expected(&c, 50e9), 150, 1e-12);
    near(sc_curve_expected(&c, -50e9), 0, 0);
    sc_arena_free(&a);
}

static void one_off_before_0(void **state)
{
    struct sc_arena a = {0};
    double length = 8e9, from = 2.5, to = 1.5, x[] = {-5, -2.5, 0};
    struct sc_curve c = sc_curve_pieces(&a, 1, &length, &from, &to, false);
    int64_t at[3];
    (void)state;
    sc_curve_invert(&c, x, at, 3);
    near((double)at[0], -2e9, 1);
    near((double)at[1], -1e9, 1);
    near((double)at[2], 0, 1);
    near(sc_curve_expected(&c, -2e9), -5, 1e-12);
    sc_arena_free(&a);
}

static void never(void **state)
{
    struct sc_arena a = {0};
    double length = 8e9, zero = 0, x[] = {-5, 0, 5};
    int64_t at[3];
    (void)state;
    for (int repeats = 0; repeats < 2; repeats++) {
        struct sc_curve c = sc_curve_pieces(&a, 1, &length, &zero, &zero, repeats);
        sc_curve_invert(&c, x, at, 3);
        assert_true(at[2] == INT64_MAX);
    }
    struct sc_curve c = sc_curve_constant(&a, 0);
    sc_curve_invert(&c, x, at, 3);
    assert_true(at[0] == INT64_MAX);
    sc_arena_free(&a);
}

/* Pieces of every kind, silent ones too. */
static struct sc_curve rugged(struct sc_arena *a)
{
    double length[40], from[40], to[40];
    for (int i = 0; i < 40; i++) {
        length[i] = 1e9 * (1 + (double)(sc_draw(1, (uint64_t)i) % 1000) / 10);
        from[i] = i % 7 == 3 ? 0 : (double)(sc_draw(2, (uint64_t)i) % 100) / 3;
        to[i] = i % 7 == 3 || i % 5 == 0 ? from[i] : (double)(sc_draw(3, (uint64_t)i) % 100) / 3;
    }
    return sc_curve_pieces(a, 40, length, from, to, true);
}

/* Each x comes back from its instant, in blocks that see all pieces, and in ones that skip whole
 * rounds. */
static void inverse_of_the_integral(void **state)
{
    static double x[MANY];
    static int64_t at[MANY];
    struct sc_arena a = {0};
    struct sc_curve c = rugged(&a);
    (void)state;
    for (int scale = 0; scale < 4; scale++) {
        double sum = -2000 * pow(10, scale);
        for (int i = 0; i < MANY; i++)
            x[i] = sum += pow(20, scale) * sc_unit(sc_draw(4, (uint64_t)i)) * 2;
        sc_curve_invert(&c, x, at, MANY);
        for (int i = 0; i < MANY; i++) {
            near(sc_curve_expected(&c, (double)at[i]), x[i], 1e-7 + 1e-12 * fabs(x[i]));
            assert_true(i == 0 || at[i] >= at[i - 1]);
        }
    }
    sc_arena_free(&a);
}

/* A block gives the bits that its points give one by one. */
static void blocks_do_not_matter(void **state)
{
    static double x[MANY];
    static int64_t at[MANY];
    struct sc_arena a = {0};
    struct sc_curve curves[] = {rugged(&a), trapezoid(&a, true), trapezoid(&a, false),
                                sc_curve_constant(&a, 3.7)};
    (void)state;
    for (int k = 0; k < 4; k++) {
        double sum = -1000;
        for (int i = 0; i < MANY; i++)
            x[i] = sum += sc_unit(sc_draw(5, (uint64_t)i));
        sc_curve_invert(&curves[k], x, at, MANY);
        for (int i = 0; i < MANY; i++) {
            int64_t alone;
            sc_curve_invert(&curves[k], &x[i], &alone, 1);
            assert_true(alone == at[i]);
        }
    }
    sc_arena_free(&a);
}

/* Points next to each other in the last bit never change places, on either slope. */
static void never_turns_back(void **state)
{
    struct sc_arena a = {0};
    struct sc_curve c = trapezoid(&a, true);
    double x[MANY];
    int64_t at[MANY];
    (void)state;
    for (int k = 0; k < 200; k++) {
        double start = 1e7 * 150 + 150 * sc_unit(sc_draw(6, (uint64_t)k));
        for (int i = 0; i < MANY; i++)
            x[i] = start = nextafter(start, 1e300);
        sc_curve_invert(&c, x, at, MANY);
        for (int i = 1; i < MANY; i++)
            assert_true(at[i] >= at[i - 1]);
    }
    sc_arena_free(&a);
}

static void repeats_backwards(void **state)
{
    struct sc_arena a = {0};
    struct sc_curve c = trapezoid(&a, true);
    double x[] = {-300, -142.5,
                  157.5}; /* the beginning two rounds ago; 7.5 into the last round; into the next */
    int64_t at[3];
    (void)state;
    sc_curve_invert(&c, x, at, 3);
    near((double)at[0], -80e9, 1000); /* the rate is 0 there: a bit of x is half a us */
    near((double)at[1], -35e9, 1);
    near((double)at[2], 45e9, 1);
    near(sc_curve_expected(&c, -35e9), -142.5, 1e-9);
    sc_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_rate),           cmocka_unit_test(one_off),
        cmocka_unit_test(one_off_before_0),        cmocka_unit_test(never),
        cmocka_unit_test(inverse_of_the_integral), cmocka_unit_test(blocks_do_not_matter),
        cmocka_unit_test(never_turns_back),        cmocka_unit_test(repeats_backwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
