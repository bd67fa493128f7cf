/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/workers.h"

enum { JOBS = 997 };

struct task {
    int times[JOBS], worst_worker;
    int last_done;
    bool stops;
};

static void work(void *user, int job, int worker)
{
    struct task *t = user;
    t->times[job]++;
    if (worker < 0 || worker >= 5)
        t->worst_worker = worker;
}

static bool tick(void *user, int done)
{
    struct task *t = user;
    t->last_done = done;
    return t->stops;
}

static void every_job_is_done_once(void **state)
{
    (void)state;
    const int threads[] = {1, 5, 0};
    for (int i = 0; i < 3; i++) {
        struct task t = {0};
        struct sc_workers w = {
            .jobs = threads[i], .n = JOBS, .work = work, .tick = tick, .user = &t};
        assert_int_equal(sc_workers_run(&w), JOBS);
        assert_int_equal(t.last_done, JOBS);
        for (int k = 0; k < JOBS; k++)
            assert_int_equal(t.times[k], 1);
        if (threads[i] > 0)
            assert_int_equal(t.worst_worker, 0);
    }
}

static void slow(void *user, int job, int worker)
{
    work(user, job, worker);
    for (volatile int i = 0; i < 20000000; i++)
        ;
}

static void a_stop_lets_what_runs_finish(void **state)
{
    (void)state;
    struct task t = {.stops = true};
    struct sc_workers w = {.jobs = 2, .n = JOBS, .work = slow, .tick = tick, .user = &t};
    int begun = sc_workers_run(&w);
    assert_in_range(begun, 1, JOBS - 1);
    assert_int_equal(t.last_done, begun);
    for (int k = 0; k < JOBS; k++)
        assert_int_equal(t.times[k], k < begun);
}

static void no_jobs_are_no_work(void **state)
{
    (void)state;
    struct sc_workers w = {.jobs = 3, .work = work};
    assert_int_equal(sc_workers_count(&w), 0);
    assert_int_equal(sc_workers_run(&w), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_job_is_done_once),
        cmocka_unit_test(a_stop_lets_what_runs_finish),
        cmocka_unit_test(no_jobs_are_no_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
