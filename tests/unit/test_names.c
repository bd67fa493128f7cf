/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/names.h"
#include <string.h>

static void the_form_of_names(void **state)
{
    (void)state;
    char longest[65];
    memset(longest, 'a', 64);
    longest[64] = '\0';
    assert_false(sc_name_is_valid(longest));
    longest[63] = '\0';
    assert_true(sc_name_is_valid(longest));
    assert_true(sc_name_is_valid("user-api_2"));
    assert_false(sc_name_is_valid(""));
    assert_false(sc_name_is_valid("User"));
    assert_false(sc_name_is_valid("a/b"));
    assert_false(sc_name_is_valid("a\xc3\xa4"));
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(sc_name_distance("memroy_mb", "memory_mb"), 2);
    assert_int_equal(sc_name_distance("kitten", "sitting"), 3);
    assert_int_equal(sc_name_distance("", "abc"), 3);
    assert_int_equal(sc_name_distance("abc", ""), 3);
    assert_int_equal(sc_name_distance("lambda", "lambda"), 0);
}

static const char *nearest(const char *typed)
{
    static const char *const names[] = {"memory_mb", "runtime", "timeout_s", "to", "mru"};
    struct sc_nearest n = {.typed = typed};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        sc_nearest_offer(&n, names[i]);
    return sc_nearest_name(&n);
}

static void the_nearest_is_named_when_it_is_near(void **state)
{
    (void)state;
    assert_string_equal(nearest("memroy_mb"), "memory_mb");
    assert_string_equal(nearest("Runtime"), "runtime");
    assert_string_equal(nearest("lru"), "mru");
    assert_null(nearest("concurrency"));
    assert_null(nearest("z"));
    assert_null(nearest(""));
    struct sc_nearest none = {.typed = "x"};
    assert_null(sc_nearest_name(&none));
}

/* Names too long to compare once counted as 63 apart, which is near for a name of 200. */
static void nothing_is_near_a_very_long_name(void **state)
{
    (void)state;
    char typed[201];
    memset(typed, 'q', 200);
    typed[200] = '\0';
    assert_null(nearest(typed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_of_names),
        cmocka_unit_test(distances),
        cmocka_unit_test(the_nearest_is_named_when_it_is_near),
        cmocka_unit_test(nothing_is_near_a_very_long_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
