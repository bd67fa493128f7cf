/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keyed draws: fixed values, ranges, and no likeness between neighbours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"

enum { DRAWS = 200000 };

/* The first numbers of SplitMix64 from state 1234567, as its authors' program prints them. */
static void test_is_splitmix(void **state)
{
    (void)state;
    static const uint64_t known[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                     UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                     UINT64_C(16408922859458223821)};
    for (uint64_t n = 0; n < 5; n++)
        assert_true(sc_draw(1234567, n) == known[n]);
}

static void test_unit_is_open(void **state)
{
    (void)state;
    assert_true(sc_unit(0) == 0x1p-53);
    assert_true(sc_unit(UINT64_MAX) == 1.0 - 0x1p-53);
    double sum = 0.0, squares = 0.0;
    for (uint64_t n = 0; n < DRAWS; n++) {
        double u = sc_unit(sc_draw(77, n));
        assert_true(u > 0.0 && u < 1.0);
        sum += u;
        squares += (u - 0.5) * (u - 0.5);
    }
    assert_true(sum / DRAWS > 0.497 && sum / DRAWS < 0.503);
    assert_true(squares / DRAWS > 0.0826 && squares / DRAWS < 0.0840);
}

/* One part of a key changed by one: about half of the bits change, and draws do not go together. */
static void test_neighbours_are_strangers(void **state)
{
    (void)state;
    uint64_t flipped = 0;
    double together = 0.0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint64_t a = sc_key(sc_key(sc_key(2026, SC_DRAW_STEP), i), 0),
                 b = sc_key(sc_key(sc_key(2026, SC_DRAW_STEP), i + 1), 0);
        flipped += (uint64_t)__builtin_popcountll(a ^ b);
        together += (sc_unit(sc_draw(a, 0)) - 0.5) * (sc_unit(sc_draw(b, 0)) - 0.5);
    }
    assert_true(flipped > DRAWS * UINT64_C(3190) / 100 && flipped < DRAWS * UINT64_C(3210) / 100);
    assert_true(together / DRAWS > -0.001 && together / DRAWS < 0.001);
}

static void test_texts_and_order_matter(void **state)
{
    (void)state;
    assert_true(sc_key_text(1, "orders") != sc_key_text(1, "order"));
    assert_true(sc_key_text(1, "") != sc_key_text(2, ""));
    assert_true(sc_key(sc_key(1, 2), 3) != sc_key(sc_key(1, 3), 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_splitmix),
        cmocka_unit_test(test_unit_is_open),
        cmocka_unit_test(test_neighbours_are_strangers),
        cmocka_unit_test(test_texts_and_order_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
