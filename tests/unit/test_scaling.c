/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/scaling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t MINUTE_NS = INT64_C(60000000000);

/* ECS's defaults with a target of 60 %: low below 54 %. */
static const struct sc_scaling_rules ecs = {.n_policies = 1,
                                            .policy = {{600000, 540000}},
                                            .min = 2,
                                            .max = 20,
                                            .out_points = 3,
                                            .in_points = 15,
                                            .out_cooldown_ns = 5 * INT64_C(60000000000),
                                            .in_cooldown_ns = 5 * INT64_C(60000000000)};

/* A service whose tasks start at once; `cpu_frac` is what its metric says. */
struct service {
    const struct sc_scaling_rules *rules;
    struct sc_scaling scaling;
    int64_t minute, running, desired;
};

static int64_t minute_of(struct service *v, double first, double second)
{
    struct sc_scaling_point p = {.at_ns = ++v->minute * MINUTE_NS,
                                 .running = v->running,
                                 .desired = v->desired,
                                 .metric = {(int64_t)(first * 1e6), (int64_t)(second * 1e6)}};
    return v->desired = sc_scaling_decide(v->rules, &v->scaling, &p);
}

static int64_t minutes_of(struct service *v, int n, double metric)
{
    for (int i = 0; i < n; i++)
        minute_of(v, metric, 0);
    return v->desired;
}

static void three_points_scale_out(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 4, .desired = 4};
    assert_int_equal(minutes_of(&v, 2, 0.87), 4);
    assert_int_equal(minutes_of(&v, 1, 0.6), 4); /* not above the target: the row is broken */
    assert_int_equal(minutes_of(&v, 2, 0.87), 4);
    assert_int_equal(minutes_of(&v, 1, 0.87), 6); /* 4 x 0.87 / 0.6 = 5.8 */
}

static void rounds_up_and_keeps_the_most(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 3, .desired = 3};
    assert_int_equal(minutes_of(&v, 3, 0.601), 4); /* 3.005 */
    struct service w = {.rules = &ecs, .running = 17, .desired = 17};
    assert_int_equal(minutes_of(&w, 3, 1.0), 20); /* 28.3 */
}

static void pending_tasks_count(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 4, .desired = 4};
    assert_int_equal(minutes_of(&v, 3, 0.87), 6);
    assert_int_equal(minutes_of(&v, 1, 0.88), 6); /* wants 6: two are starting already */
    assert_int_equal(minutes_of(&v, 1, 0.99), 7); /* 6.6: a larger scale-out breaks the cooldown */
}

static void cooldown_holds_smaller_steps(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 4, .desired = 4};
    assert_int_equal(minutes_of(&v, 3, 0.87), 6); /* at minute 3: added 2, cooldown to minute 8 */
    v.running = 6;
    assert_int_equal(minutes_of(&v, 4, 0.7), 6); /* wants 7, adds 1 */
    assert_int_equal(minutes_of(&v, 1, 0.7), 7); /* minute 8 */
}

static void fifteen_points_scale_in(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 10, .desired = 10};
    assert_int_equal(minutes_of(&v, 14, 0.337), 10);
    assert_int_equal(minutes_of(&v, 1, 0.54), 10); /* not below the threshold */
    assert_int_equal(minutes_of(&v, 14, 0.337), 10);
    assert_int_equal(minutes_of(&v, 1, 0.337), 6); /* 5.62 */
    v.running = 6;
    assert_int_equal(minutes_of(&v, 4, 0.337), 6); /* cooldown of 5 minutes */
    assert_int_equal(minutes_of(&v, 1, 0.337), 4); /* 3.37 */
    v.running = 4;
    assert_int_equal(minutes_of(&v, 5, 0.01), 2); /* never below the least */
    v.running = 2;
    assert_int_equal(minutes_of(&v, 30, 0.0), 2);
}

/* Times before hour 0 are the warm-up's: no cooldown runs because they are negative. */
static void the_warm_up_scales_in_too(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .minute = -47, .running = 10, .desired = 10};
    assert_int_equal(minutes_of(&v, 15, 0.337), 6);
    v.running = 6;
    assert_int_equal(minutes_of(&v, 4, 0.337), 6);
    assert_int_equal(minutes_of(&v, 1, 0.337), 4);
    v.running = 4;
    assert_int_equal(minutes_of(&v, 3, 0.87), 6); /* a scale-out in between changes nothing */
    v.running = 6;
    assert_int_equal(minutes_of(&v, 15, 0.337), 4);
}

static void keeps_one_too_many_rather_than_above_target(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 4, .desired = 4};
    assert_int_equal(minutes_of(&v, 60, 0.4501), 4); /* three tasks would lie at 0.6001 */
    assert_int_equal(minutes_of(&v, 1, 0.45), 3);    /* at 0.6 they do not lie above it */
}

static void scale_out_ends_the_cooldown_of_scale_in(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 10, .desired = 10};
    assert_int_equal(minutes_of(&v, 15, 0.52), 9); /* 8.67; cooldown to minute 20 */
    v.running = 9;
    assert_int_equal(minutes_of(&v, 3, 0.71), 11); /* 10.65, at minute 18 */
    assert_false(v.scaling.in_cools);
}

static void missing_data_breaks_a_row(void **state)
{
    (void)state;
    struct service v = {.rules = &ecs, .running = 4, .desired = 4};
    minutes_of(&v, 2, 0.87);
    assert_int_equal(minutes_of(&v, 1, -1e-6), 4);
    assert_int_equal(minutes_of(&v, 2, 0.87), 4);
    minutes_of(&v, 14, 0.1);
    assert_int_equal(minutes_of(&v, 1, -1e-6), 4);
    assert_int_equal(minutes_of(&v, 14, 0.1), 4);
    assert_int_equal(minutes_of(&v, 1, 0.1), 2);
}

/* Any policy may scale out, the largest wins; all must agree to scale in (AAS-TT-1). */
static void two_policies(void **state)
{
    (void)state;
    struct sc_scaling_rules both = ecs;
    both.n_policies = 2;
    both.policy[1] = (struct sc_scaling_policy){1000 * INT64_C(1000000), 900 * INT64_C(1000000)};
    struct service v = {.rules = &both, .running = 4, .desired = 4};
    for (int i = 0; i < 3; i++)
        minute_of(&v, 0.7, 1630); /* 4.67 by CPU, 6.52 by requests */
    assert_int_equal(v.desired, 7);
    v.running = 7;
    for (int i = 0; i < 40; i++)
        minute_of(&v, 0.2, 950);
    assert_int_equal(v.desired, 7);
    for (int i = 0; i < 15; i++)
        minute_of(&v, 0.2, 410); /* 2.33 by CPU, 2.87 by requests */
    assert_int_equal(v.desired, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_points_scale_out),
        cmocka_unit_test(rounds_up_and_keeps_the_most),
        cmocka_unit_test(pending_tasks_count),
        cmocka_unit_test(cooldown_holds_smaller_steps),
        cmocka_unit_test(fifteen_points_scale_in),
        cmocka_unit_test(the_warm_up_scales_in_too),
        cmocka_unit_test(keeps_one_too_many_rather_than_above_target),
        cmocka_unit_test(scale_out_ends_the_cooldown_of_scale_in),
        cmocka_unit_test(missing_data_breaks_a_row),
        cmocka_unit_test(two_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
