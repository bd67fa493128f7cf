/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "price/book.h"

static struct sc_price prices[] = {
    {.sku = "apigateway.http_requests"},
    {.sku = "dynamodb.provisioned_rcu"},
    {.sku = "ec2.c6i.2xlarge"},
    {.sku = "ec2.c6i.large"},
    {.sku = "lambda.duration_x86"},
    {.sku = "lambda.streamed", .billed_as = "apigateway.http_requests"},
};
static const struct sc_book book = {.n = 6, .prices = prices};

static void finds_every_sku(void **state)
{
    (void)state;
    for (int i = 0; i < book.n; i++)
        assert_ptr_equal(sc_book_price(&book, prices[i].sku), &prices[i < 5 ? i : 0]);
}

static void knows_what_is_not_there(void **state)
{
    (void)state;
    static const char *const absent[] = {
        "", "aa", "ec2.c6i", "ec2.c6i.medium", "lambda.duration_x87", "z"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_null(sc_book_price(&book, absent[i]));
    assert_null(sc_book_price(&(struct sc_book){0}, "lambda.requests"));
}

static void names_the_nearest(void **state)
{
    (void)state;
    assert_string_equal(sc_book_nearest(&book, "dynamodb.provisoned_rcu"),
                        "dynamodb.provisioned_rcu");
    assert_string_equal(sc_book_nearest(&book, "ec2.c6i.4xlarge"), "ec2.c6i.2xlarge");
    assert_null(sc_book_nearest(&book, "kinesis.put"));
    assert_null(sc_book_nearest(&(struct sc_book){0}, "lambda.requests"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_sku),
        cmocka_unit_test(knows_what_is_not_there),
        cmocka_unit_test(names_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
