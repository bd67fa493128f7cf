/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/gauge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void peak_and_integral_are_exact(void **state)
{
    (void)state;
    struct sc_gauge g = {0};
    sc_gauge_move(&g, 3, 2);
    sc_gauge_move(&g, 10, 5);  /* 2 x 7 */
    sc_gauge_move(&g, 10, -6); /* 7 for no time */
    sc_gauge_fold(&g, 24);     /* 1 x 14 */
    assert_true(g.total_ns == 28);
    assert_int_equal(g.peak, 7);
    assert_int_equal(g.now, 1);
}

static void folding_changes_nothing(void **state)
{
    (void)state;
    struct sc_gauge once = {0}, often = {0};
    for (int i = 1; i < 500; i++) {
        int64_t at_ns = (int64_t)i * i * 31;
        sc_gauge_move(&once, at_ns, i % 3 ? 1 : -1);
        sc_gauge_move(&often, at_ns, i % 3 ? 1 : -1);
        sc_gauge_fold(&often, at_ns + i % 7);
    }
    sc_gauge_fold(&once, 9000000);
    sc_gauge_fold(&often, 9000000);
    assert_true(once.total_ns == often.total_ns);
    assert_int_equal(once.peak, often.peak);
}

/* The warm-up is forgotten, what is inside is not. */
static void begins_again(void **state)
{
    (void)state;
    struct sc_gauge g = {0};
    sc_gauge_move(&g, -100, 9);
    sc_gauge_move(&g, -40, -5);
    sc_gauge_begin(&g, 0);
    assert_int_equal(g.peak, 4);
    sc_gauge_fold(&g, 25);
    assert_true(g.total_ns == 100);
}

static void an_hour_of_ten_million_fits(void **state)
{
    (void)state;
    struct sc_gauge g = {0};
    sc_gauge_move(&g, 0, 2000000);
    for (int64_t hour = 1; hour <= 24 * 365; hour++)
        sc_gauge_fold(&g, hour * INT64_C(3600000000000));
    assert_true(g.total_ns == (sc_i128)2000000 * 24 * 365 * INT64_C(3600000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peak_and_integral_are_exact),
        cmocka_unit_test(folding_changes_nothing),
        cmocka_unit_test(begins_again),
        cmocka_unit_test(an_hour_of_ten_million_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
