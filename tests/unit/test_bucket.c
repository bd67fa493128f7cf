/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/rng.h"
#include "service/bucket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S INT64_C(1000000000)

static void refills_to_the_nanosecond(void **state)
{
    (void)state;
    struct sc_bucket b = sc_bucket_full(7, 3, -5 * S);
    for (int i = 0; i < 3; i++)
        assert_true(sc_bucket_take(&b, -5 * S, 1));
    assert_false(sc_bucket_take(&b, -5 * S, 1));
    /* a seventh of a second is 142,857,142.86 ns */
    assert_false(sc_bucket_take(&b, -5 * S + 142857142, 1));
    assert_true(sc_bucket_take(&b, -5 * S + 142857143, 1));
    assert_false(sc_bucket_take(&b, -5 * S + 142857143, 1));
}

/* Looking often must not lose parts of a token. */
static void nothing_is_lost_between_looks(void **state)
{
    (void)state;
    struct sc_bucket b = sc_bucket_full(13, 1, 0);
    int taken = 0;
    for (int64_t at_ns = 0; at_ns < 100 * S; at_ns += 1234577)
        taken += sc_bucket_take(&b, at_ns, 1);
    assert_in_range(taken, 1 + 13 * 100 * 98 / 100, 1 + 13 * 100);
    b = sc_bucket_full(13, 100, 0);
    assert_true(sc_bucket_take(&b, 0, 100));
    for (int64_t at_ns = 0; at_ns < S; at_ns += 9973)
        assert_false(sc_bucket_take(&b, at_ns, 14));
    assert_true(sc_bucket_take(&b, S, 13));
    assert_false(sc_bucket_take(&b, S, 1));
}

static void holds_no_more_than_its_capacity(void **state)
{
    (void)state;
    struct sc_bucket b = sc_bucket_full(INT64_C(100000000), INT64_C(9000000000), 0);
    assert_true(sc_bucket_take(&b, 0, INT64_C(9000000000)));
    assert_true(sc_bucket_take(&b, INT64_MAX / 2, INT64_C(9000000000)));
    assert_false(sc_bucket_take(&b, INT64_MAX / 2, 1));
}

static void what_another_limit_refused_comes_back(void **state)
{
    (void)state;
    struct sc_bucket b = sc_bucket_full(1, 17, 0);
    assert_true(sc_bucket_take(&b, 0, 17));
    sc_bucket_return(&b, 5);
    assert_false(sc_bucket_take(&b, 0, 6));
    assert_true(sc_bucket_take(&b, 0, 5));
}

static void none_never_refuses(void **state)
{
    (void)state;
    struct sc_bucket b = sc_bucket_full(0, 0, 0);
    for (int64_t i = 0; i < 1000; i++)
        assert_true(sc_bucket_take(&b, i % 7, INT64_C(4000000000)));
    sc_bucket_return(&b, 3);
}

/* Many takes at once, in windows, against one after the other: the same state to the last bit. */
static void many_at_once_are_one_by_one(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 400; seed++) {
        int64_t at_ns[64], now_ns = 0, per_s = 1 + (int64_t)(sc_draw(seed, 0) % 3000),
                           gap_ns = 2 * S / per_s;
        struct sc_bucket one = sc_bucket_full(per_s, per_s, 0), many = one;
        for (uint64_t window = 0; window < 20; window++) {
            size_t n = 1 + sc_draw(seed, 1000 + window) % 64;
            for (size_t i = 0; i < n; i++)
                at_ns[i] = now_ns +=
                    (int64_t)(sc_draw(seed + 1000, 64 * window + i) % (uint64_t)gap_ns);
            if (sc_bucket_tokens(&many) < (int64_t)n)
                continue;
            sc_bucket_take_each(&many, at_ns, n);
            for (size_t i = 0; i < n; i++)
                assert_true(sc_bucket_take(&one, at_ns[i], 1));
            assert_int_equal(many.level, one.level);
            assert_int_equal(many.last_ns, one.last_ns);
        }
    }
}

/* A limit of nothing is a limit: what is reserved may be 0. */
static void rate_without_capacity_refuses(void **state)
{
    (void)state;
    struct sc_bucket b = sc_bucket_full(10, 0, 0);
    assert_false(sc_bucket_take(&b, 100 * S, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refills_to_the_nanosecond),
        cmocka_unit_test(nothing_is_lost_between_looks),
        cmocka_unit_test(holds_no_more_than_its_capacity),
        cmocka_unit_test(what_another_limit_refused_comes_back),
        cmocka_unit_test(none_never_refuses),
        cmocka_unit_test(many_at_once_are_one_by_one),
        cmocka_unit_test(rate_without_capacity_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
