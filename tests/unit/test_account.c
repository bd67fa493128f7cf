/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sc_account_config defaults(void)
{
    struct sc_arena arena = {0};
    struct sc_error err = {0};
    struct sc_account_config c;
    assert_int_equal(sc_fields_read(NULL, NULL, sc_account_fields, NULL, &c, &arena, &err), 0);
    sc_arena_free(&arena);
    return c;
}

static int taken(struct sc_bucket *b, int64_t at_ns, int tries)
{
    int n = 0;
    for (int i = 0; i < tries; i++)
        n += sc_bucket_take(b, at_ns, 1);
    return n;
}

/* LAMBDA-CONC-3, LAMBDA-RPS-1, APIGW-THR-1, FARGATE-1. */
static void quotas_are_those_of_a_new_account(void **state)
{
    (void)state;
    struct sc_account_config c = defaults();
    struct sc_account a;
    sc_account_start(&a, &c, 0);
    assert_int_equal(taken(&a.lambda_requests, 0, 20000), 10000);
    assert_int_equal(taken(&a.gateway, 0, 20000), 5000);
    assert_int_equal(taken(&a.gateway, 100000000, 20000), 1000);
    assert_int_equal(taken(&a.launches, 0, 20000), 100);
    assert_int_equal(taken(&a.launches, 1000000000, 20000), 20);
}

static void requests_follow_the_concurrency(void **state)
{
    (void)state;
    struct sc_account_config c = defaults();
    struct sc_account a;
    c.concurrency = 137;
    sc_account_start(&a, &c, 0);
    assert_int_equal(taken(&a.lambda_requests, 0, 20000), 1370);
    c.requests_per_s = 59;
    sc_account_start(&a, &c, 0);
    assert_int_equal(taken(&a.lambda_requests, 0, 20000), 59);
}

static void limits_can_be_lifted(void **state)
{
    (void)state;
    struct sc_account_config c = defaults();
    struct sc_account a;
    c.requests_per_s = -1;
    c.gateway_per_s = c.launch_per_s = 0;
    sc_account_start(&a, &c, 0);
    assert_int_equal(taken(&a.lambda_requests, 0, 20000), 20000);
    assert_int_equal(taken(&a.gateway, 0, 20000), 20000);
    assert_int_equal(taken(&a.launches, 0, 20000), 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotas_are_those_of_a_new_account),
        cmocka_unit_test(requests_follow_the_concurrency),
        cmocka_unit_test(limits_can_be_lifted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
