/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/task.h"

#include "num/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { JOBS = 400, MOST_INSIDE = 64 };

struct job {
    int64_t join_ns, demand_ns, done_ns;
};

/* Processor sharing as its definition says, with long doubles and a look at every job at every
 * event. */
static void share_by_hand(const struct job *job, int n, int64_t vcpu_milli, long double *done_ns)
{
    long double left[JOBS], now = 0;
    int inside[JOBS], n_inside = 0, next = 0;
    while (next < n || n_inside > 0) {
        long double rate = 1, step = 1e30L;
        if (n_inside * 1000 > vcpu_milli)
            rate = (long double)vcpu_milli / (1000.0L * n_inside);
        int first = -1;
        for (int i = 0; i < n_inside; i++)
            if (left[inside[i]] / rate < step) {
                step = left[inside[i]] / rate;
                first = i;
            }
        bool joins = next < n && (long double)job[next].join_ns <= now + step;
        if (joins)
            step = (long double)job[next].join_ns - now;
        now += step;
        for (int i = 0; i < n_inside; i++)
            left[inside[i]] -= step * rate;
        if (joins) {
            left[next] = (long double)job[next].demand_ns;
            inside[n_inside++] = next++;
        } else {
            done_ns[inside[first]] = now;
            inside[first] = inside[--n_inside];
        }
    }
}

/* The same with a task's CPU, as a fleet does. */
static void share_by_task(struct job *job, int n, struct sc_task_cpu *c, struct sc_arena *arena)
{
    int next = 0;
    for (;;) {
        int64_t due_ns = c->due_ns;
        if (next < n && job[next].join_ns < due_ns) {
            sc_task_join(c, arena, job[next].join_ns, job[next].demand_ns, (uint32_t)next + 1);
            next++;
            continue;
        }
        if (due_ns == INT64_MAX)
            return;
        job[sc_task_leave(c) - 1].done_ns = due_ns;
    }
}

static void draw_jobs(struct job *job, int n, uint64_t key, int64_t gap_ns)
{
    int64_t now_ns = 0;
    for (int i = 0; i < n; i++) {
        now_ns += (int64_t)(sc_unit(sc_draw(key, 2 * (uint64_t)i)) * 2 * (double)gap_ns);
        job[i].join_ns = now_ns;
        job[i].demand_ns = 1 + (int64_t)(sc_unit(sc_draw(key, 2 * (uint64_t)i + 1)) * 17354321.0);
    }
}

static void shares_exactly(void **state)
{
    (void)state;
    static const int64_t sizes[] = {250, 500, 1000, 1500, 2000, 16000};
    struct sc_arena arena = {0};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (uint64_t key = 7; key < 12; key++) {
            struct job job[JOBS];
            long double by_hand[JOBS];
            struct sc_task_cpu c = {0};
            sc_task_open(&c, sizes[s], 0);
            int64_t work_ns = 0;
            /* about 90 % busy: from idle to many at once */
            draw_jobs(job, JOBS, key, INT64_C(8677160) * 1000 / sizes[s] * 10 / 9);
            share_by_hand(job, JOBS, sizes[s], by_hand);
            share_by_task(job, JOBS, &c, &arena);
            for (int i = 0; i < JOBS; i++) {
                long double late_ns = (long double)job[i].done_ns - by_hand[i];
                /* whoever leaves keeps its share to the end of the ns, and delays the others by it
                 */
                assert_true(late_ns > -0.01L && late_ns < (long double)i + 2);
                work_ns += job[i].demand_ns;
            }
            /* what was used is what was asked for, but for the fractions of ns each end is late */
            int64_t extra = (int64_t)(c.used_milli_ns - (sc_i128)work_ns * 1000);
            assert_true(extra >= 0 && extra < JOBS * 16000);
        }
    sc_arena_free(&arena);
}

static void alone_takes_its_demand(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_task_cpu c = {0};
    sc_task_open(&c, 4000, -5003);
    assert_int_equal(c.due_ns, INT64_MAX);
    sc_task_join(&c, &arena, 19, 2385, 3);
    sc_task_join(&c, &arena, 23, 1201, 4);
    assert_int_equal(c.due_ns, 23 + 1201);
    assert_int_equal(sc_task_leave(&c), 4);
    assert_int_equal(c.due_ns, 19 + 2385);
    assert_int_equal(sc_task_leave(&c), 3);
    sc_arena_free(&arena);
}

static void a_quarter_takes_four_times(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_task_cpu c = {0};
    sc_task_open(&c, 250, 0);
    sc_task_join(&c, &arena, 0, 1009, 1);
    assert_int_equal(c.due_ns, 4036);
    sc_task_join(&c, &arena, 2018, 1009, 2); /* half done: the other half takes twice as long now */
    assert_int_equal(c.due_ns, 2018 + 2 * 2018);
    assert_int_equal(sc_task_leave(&c), 1);
    assert_int_equal(c.due_ns, 6054 + 2018);
    sc_arena_free(&arena);
}

/* A task of 1.5 vCPU with 1, then 2, then 1; what was used is known at any instant between. */
static void use_is_known_at_any_time(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_task_cpu c = {0};
    sc_task_open(&c, 1500, 0);
    assert_int_equal(sc_task_used_milli_ns(&c, 3), 0);
    sc_task_join(&c, &arena, 7, 3000, 1);
    assert_int_equal(sc_task_used_milli_ns(&c, 1007), 1000 * 1000);
    sc_task_join(&c, &arena, 1007, 1500, 2);
    assert_int_equal(sc_task_used_milli_ns(&c, 2007), 1000 * (1000 + 1500));
    assert_int_equal(c.due_ns, 3007);
    assert_int_equal(sc_task_leave(&c), 2);
    assert_int_equal(sc_task_used_milli_ns(&c, 3013), 1000 * (1000 + 3000 + 6));
    assert_int_equal(c.due_ns, 3507);
    sc_arena_free(&arena);
}

static void equal_ones_leave_in_order(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_task_cpu c = {0};
    sc_task_open(&c, 1000, 0);
    for (uint32_t i = 1; i <= MOST_INSIDE; i++)
        sc_task_join(&c, &arena, 0, 773, i);
    for (uint32_t i = 1; i <= MOST_INSIDE; i++) {
        assert_int_equal(c.due_ns, 773 * MOST_INSIDE);
        assert_int_equal(sc_task_leave(&c), i);
    }
    sc_arena_free(&arena);
}

/* Demands of months in a small task: 128 bits wide on the way. */
static void long_ones_are_exact(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_task_cpu c = {0};
    sc_task_open(&c, 250, 0);
    int64_t month_ns = INT64_C(2628000000000007);
    sc_task_join(&c, &arena, 0, month_ns, 1);
    sc_task_join(&c, &arena, 0, month_ns, 2);
    assert_int_equal(c.due_ns, 8 * month_ns);
    assert_int_equal(sc_task_leave(&c), 1);
    assert_int_equal(c.due_ns, 8 * month_ns);
    assert_true(sc_task_used_milli_ns(&c, 8 * month_ns) == (sc_i128)month_ns * 2000);
    sc_arena_free(&arena);
}

static void virtual_time_wraps(void **state)
{
    (void)state;
    struct job one[JOBS], other[JOBS];
    struct sc_arena arena = {0};
    struct sc_task_cpu c = {0};
    sc_task_open(&c, 2000, 0);
    struct sc_task_cpu near_end = {.virtual_time = UINT64_MAX - (UINT64_C(400000000) << 10),
                                   .joined = UINT32_MAX - 100};
    sc_task_open(&near_end, 2000, 0);
    draw_jobs(one, JOBS, 2385, 4821755);
    draw_jobs(other, JOBS, 2385, 4821755);
    share_by_task(one, JOBS, &c, &arena);
    share_by_task(other, JOBS, &near_end, &arena);
    assert_true(near_end.virtual_time < UINT64_MAX / 2);
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(one[i].done_ns, other[i].done_ns);
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_exactly),
        cmocka_unit_test(alone_takes_its_demand),
        cmocka_unit_test(a_quarter_takes_four_times),
        cmocka_unit_test(use_is_known_at_any_time),
        cmocka_unit_test(equal_ones_leave_in_order),
        cmocka_unit_test(long_ones_are_exact),
        cmocka_unit_test(virtual_time_wraps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
