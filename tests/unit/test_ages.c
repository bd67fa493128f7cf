/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "service/ages.h"

static void the_oldest_comes_first(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_ages a = {0};
    assert_true(sc_ages_due_ns(&a, 7) == INT64_MAX);
    for (uint64_t i = 0; i < 1003; i++)
        sc_ages_add(&a, &arena, (int64_t)(sc_draw(5, i) % 100000) - 50000);
    for (int64_t last_ns = INT64_MIN; a.n > 0;) {
        int64_t due_ns = sc_ages_due_ns(&a, 7), oldest_ns = sc_ages_take_oldest(&a);
        assert_int_equal(due_ns, oldest_ns + 7);
        assert_true(oldest_ns >= last_ns);
        last_ns = oldest_ns;
    }
    sc_arena_free(&arena);
}

static void any_may_be_dropped(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    int dropped[10] = {0};
    for (uint64_t round = 0; round < 1000; round++) {
        struct sc_ages a = {0};
        int64_t left = 45;
        for (int64_t i = 0; i < 10; i++)
            sc_ages_add(&a, &arena, i * 7 % 10);
        sc_ages_drop(&a, sc_draw(11, round));
        assert_int_equal(a.n, 9);
        for (int64_t last_ns = -1, oldest_ns; a.n > 0; last_ns = oldest_ns) {
            oldest_ns = sc_ages_take_oldest(&a);
            assert_true(oldest_ns > last_ns);
            left -= oldest_ns;
        }
        dropped[left]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(dropped[i], 60, 140); /* 100 +- 4 deviations */
    struct sc_ages none = {0};
    sc_ages_drop(&none, 3);
    assert_int_equal(none.n, 0);
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_comes_first),
        cmocka_unit_test(any_may_be_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
