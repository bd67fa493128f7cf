/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/fold.h"

#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S INT64_C(1000000000)
#define HOUR (3600 * S)

static void a_bucket_is_what_is_in_it(void **state)
{
    (void)state;
    struct sc_bucket early = sc_bucket_full(5, 10, 0), late = sc_bucket_full(5, 10, 90 * S);
    struct sc_fold a = {0}, b = {0};
    assert_true(sc_bucket_take(&early, 7 * S, 9)); /* full again long since */
    sc_fold_bucket(&a, &early, 100 * S);
    sc_fold_bucket(&b, &late, 100 * S);
    assert_true(sc_fold_same(&a, &b));
    assert_true(sc_bucket_take(&early, 100 * S, 4)); /* looked at, or not since */
    assert_true(sc_bucket_take(&late, 100 * S, 4));
    assert_false(sc_bucket_take(&late, 100 * S + S / 3, 8));
    a.n = b.n = 0;
    sc_fold_bucket(&a, &early, 100 * S + S / 2);
    sc_fold_bucket(&b, &late, 100 * S + S / 2);
    assert_true(sc_fold_same(&a, &b));
    a.n = 0;
    sc_fold_bucket(&a, &early, 100 * S + S / 2 + 1);
    assert_false(sc_fold_same(&a, &b));
    sc_fold_free(&a);
    sc_fold_free(&b);
}

#define FUNCTION(...)                                                                              \
    JSON({                                                                                         \
        "horizon_h" : 8,                                                                           \
        "warmup_h" : 6,                                                                            \
        "work" : {                                                                                 \
            "w" : {                                                                                \
                "steps" : [                                                                        \
                    {"cpu_ms" : {"exponential" : {"mean" : 300}}}, {"get" : "t"},                  \
                    {"wait_ms" : {"exponential" : {"mean" : 400}}}, {"get" : "t"}                  \
                ]                                                                                  \
            }                                                                                      \
        },                                                                                         \
        "traffic" : {"a" : {"profile" : {"poisson" : {"per_s" : 3}}, "mix" : {"w" : 1}}},          \
        "common" : {"t" : {"type" : "dynamodb"}},                                                  \
        "architectures" : {                                                                        \
            "a" : {                                                                                \
                "entry" : "f",                                                                     \
                "services" : {"f" : {"type" : "lambda", "memory_mb" : 1769, __VA_ARGS__}}          \
            }                                                                                      \
        }                                                                                          \
    })

/* A trial that began so long before hour 0, brought to the mark of hour 2. */
static struct sc_sim *at_two(struct world *w, int64_t warmup_ns, struct sc_arena *arena,
                             struct sc_fold *to)
{
    struct sc_sim_setup setup;
    struct sc_bench bench = {.scenario = &w->scenario};
    struct sc_trial trial = {0};
    sc_trial_setup(&bench, &trial, arena, &setup);
    setup.warmup_ns = warmup_ns;
    struct sc_sim *s = sc_sim_open(&setup, arena);
    sc_sim_run_to(s, 2);
    assert_true(s->now_ns == 2 * HOUR && s->marked == 2);
    sc_sim_fold(s, to);
    return s;
}

/* Trials that began at different times hold other instances and frames at other places. */
static void states_meet(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, FUNCTION("max_age_h" : 0));
    int64_t from_ns[] = {6 * HOUR, 3 * HOUR + 7 * S, -HOUR / 2};
    struct sc_arena arena[3] = {{0}};
    struct sc_fold fold[3] = {{0}}, again = {0};
    struct sc_sim *s[3];
    for (int i = 0; i < 3; i++)
        s[i] = at_two(&w, from_ns[i], &arena[i], &fold[i]);
    assert_true(fold[0].n > 200);
    assert_true(sc_fold_same(&fold[0], &fold[1]));
    assert_true(sc_fold_same(&fold[0], &fold[2]));
    sc_sim_fold(s[0], &again); /* to look changes nothing */
    assert_true(sc_fold_same(&fold[0], &again));
    for (int i = 0; i < 3; i++) {
        sc_sim_run_to(s[i], 5);
        sc_sim_fold(s[i], &fold[i]);
    }
    assert_false(sc_fold_same(&fold[0], &again));
    assert_true(sc_fold_same(&fold[0], &fold[1]) && sc_fold_same(&fold[0], &fold[2]));
    for (int i = 0; i < 3; i++) {
        sc_sim_close(s[i], NULL);
        sc_fold_free(&fold[i]);
        sc_arena_free(&arena[i]);
    }
    sc_fold_free(&again);
    world_end(&w);
}

/* After ten minutes the same are idle and busy, but some are younger, which matters where age does;
 * after one the pool is smaller. */
static void states_differ(void **state)
{
    (void)state;
    int64_t from_ns[] = {6 * HOUR, 600 * S - 2 * HOUR, 60 * S - 2 * HOUR};
    for (int ages = 0; ages < 2; ages++) {
        struct world w = {0};
        world_open(&w, ages ? FUNCTION("timeout_s" : 60, "max_age_h" : 12)
                            : FUNCTION("timeout_s" : 60, "max_age_h" : 0));
        struct sc_arena arena[3] = {{0}};
        struct sc_fold fold[3] = {{0}};
        for (int i = 0; i < 3; i++)
            sc_sim_close(at_two(&w, from_ns[i], &arena[i], &fold[i]), NULL);
        assert_int_equal(sc_fold_same(&fold[0], &fold[1]), !ages);
        assert_false(sc_fold_same(&fold[0], &fold[2]));
        for (int i = 0; i < 3; i++) {
            sc_fold_free(&fold[i]);
            sc_arena_free(&arena[i]);
        }
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bucket_is_what_is_in_it),
        cmocka_unit_test(states_meet),
        cmocka_unit_test(states_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
