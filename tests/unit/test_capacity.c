/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "service/capacity.h"

static const int64_t S = INT64_C(1000000000);
static const int64_t units[] = {1, 3, 8};

/* What a bucket holds at an instant. */
static int64_t level_at(struct sc_bucket b, int64_t now_ns)
{
    sc_bucket_take(&b, now_ns, 0);
    return b.level;
}

static void are_alike(const struct sc_capacity *a, const struct sc_capacity *b, int64_t now_ns)
{
    assert_int_equal(level_at(a->table, now_ns), level_at(b->table, now_ns));
    for (uint32_t i = 0; i < a->n_partitions; i++)
        assert_int_equal(level_at(a->partition[i], now_ns), level_at(b->partition[i], now_ns));
    assert_int_equal(a->limit_per_s, b->limit_per_s);
    assert_int_equal(a->used, b->used);
    assert_int_equal(a->peak, b->peak);
    assert_int_equal(a->peak_before, b->peak_before);
    assert_int_equal(a->second_end_ns, b->second_end_ns);
    assert_int_equal(a->window_end_ns, b->window_end_ns);
}

/* Rounds of touches in any order, none refused, against single takes in the order of time. */
static void rounds(struct sc_arena *arena, uint64_t seed, const struct sc_capacity_start *start,
                   int64_t span_ns)
{
    struct sc_capacity all, each;
    struct sc_touches t = {0}, sorted = {0};
    int64_t now_ns = start->now_ns;
    sc_capacity_start(&all, start, arena);
    sc_capacity_start(&each, start, arena);
    for (uint64_t round = 0; round < 40; round++) {
        uint64_t key = sc_key(sc_key(4, seed), round), n = sc_draw(key, 0) % 200;
        for (uint64_t i = 0; i < n; i++) {
            struct sc_touch touch = {now_ns +
                                         (int64_t)(sc_draw(key, 3 * i + 1) % (uint64_t)span_ns),
                                     (uint32_t)(sc_draw(key, 3 * i + 2) % 3),
                                     (uint32_t)(sc_draw(key, 3 * i + 3) % start->n_partitions)};
            sc_touches_add(&t, arena, touch);
            sc_touches_add(&sorted, arena, touch);
        }
        sc_touches_sort(&sorted);
        for (size_t i = 0; i < sorted.n; i++)
            assert_true(sc_capacity_take(&each, sorted.touch[i].place, sorted.touch[i].at_ns,
                                         units[sorted.touch[i].what]));
        sorted.n = 0;
        sc_capacity_take_all(&all, &t, units);
        assert_int_equal(t.n, 0);
        now_ns += span_ns;
        are_alike(&all, &each, now_ns);
    }
}

static void many_at_once_are_one_by_one(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct sc_capacity_start s = {.per_s = 4000 + 700 * (int64_t)seed,
                                      .burst_s = seed % 3 == 0 ? 300 : 1,
                                      .partition_per_s = 2000,
                                      .now_ns = -7 * S / 2,
                                      .n_partitions = 1 + (uint32_t)seed % 9,
                                      .on_demand = seed % 3 != 0};
        rounds(&arena, seed, &s, S);
        rounds(&arena, seed, &s, 5 * S / 2);
        rounds(&arena, seed, &s, 100 * S); /* far apart */
        s.n_partitions = 50;
        rounds(&arena, seed, &s, S);
    }
    sc_arena_free(&arena);
}

/* A second's peak of twice the limit doubles it in the next half hour (DDB-OD-1). */
static void growth_follows_the_peak(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_capacity c;
    const struct sc_capacity_start s = {
        .per_s = 100, .burst_s = 1, .partition_per_s = 1000, .n_partitions = 1, .on_demand = true};
    sc_capacity_start(&c, &s, &arena);
    assert_true(sc_capacity_take(&c, 0, 1, 100));
    assert_false(sc_capacity_take(&c, 0, 2, 1));
    assert_int_equal(sc_capacity_bears(&c, 7), 0);
    sc_capacity_turn(&c, 1800 * S);
    assert_int_equal(c.limit_per_s, 200);
    assert_int_equal(sc_capacity_bears(&c, 7), 200 / 7);
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_at_once_are_one_by_one),
        cmocka_unit_test(growth_follows_the_peak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
