/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/touches.h"

#include "num/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Sorts n of them whose times come from `at`, and checks that all are there, in order. */
static void sorts(uint32_t n, int64_t (*at)(uint32_t i))
{
    struct sc_arena arena = {0};
    struct sc_touches t = {0};
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sc_touches_add(&t, &arena, (struct sc_touch){at(i), i, i ^ 77});
    sc_touches_sort(&t);
    assert_int_equal(t.n, n);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(t.touch[i].at_ns, at(t.touch[i].what));
        assert_int_equal(t.touch[i].place, t.touch[i].what ^ 77);
        assert_true(i == 0 || t.touch[i - 1].at_ns <= t.touch[i].at_ns);
        sum += t.touch[i].what;
    }
    assert_int_equal(sum, n > 0 ? (uint64_t)n * (n - 1) / 2 : 0);
    sc_arena_free(&arena);
}

static int64_t anywhere(uint32_t i)
{
    return (int64_t)(sc_draw(5, i) >> 4) - (INT64_C(1) << 59);
}

static int64_t few_instants(uint32_t i)
{
    return -3 + (int64_t)(sc_draw(6, i) % 7);
}

static int64_t falling(uint32_t i)
{
    return -1000 * (int64_t)i;
}

static int64_t one_far_off(uint32_t i)
{
    return i == 3 ? INT64_C(3600000000000) : (int64_t)(sc_draw(7, i) % 1000);
}

static void any_number_in_any_order(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {0, 1, 2, 3, 17, 256, 257, 3000};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        sorts(numbers[k], anywhere);
        sorts(numbers[k], few_instants);
        sorts(numbers[k], falling);
        sorts(numbers[k], one_far_off);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_number_in_any_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
