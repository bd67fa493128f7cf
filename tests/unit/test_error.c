/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include <stdlib.h>
#include <string.h>

static void the_first_error_wins(void **state)
{
    (void)state;
    struct sc_error err = {0};
    assert_int_equal(sc_fail(&err, "/a/b", "%d is below the minimum, %d", 64, 128), -1);
    assert_int_equal(sc_fail(&err, NULL, "another"), -1);
    assert_string_equal(err.message, "64 is below the minimum, 128");
    assert_string_equal(err.pointer, "/a/b");
    sc_error_place(&err, "burst.json", 6, 19);
    sc_error_place(&err, "other.json", 7, 1);
    assert_string_equal(err.file, "burst.json");
    assert_int_equal(err.line, 6);
    assert_int_equal(err.col, 19);
}

/* A key with a line break once broke the pointer, and so the error, into two lines. */
static void an_error_is_one_line(void **state)
{
    (void)state;
    struct sc_error err = {0};
    sc_fail(&err, "/a\nb", "odd\x1b[31m \x7f text\t");
    sc_error_place(&err, "x\ry", 0, 0);
    assert_string_equal(err.pointer, "/a b");
    assert_string_equal(err.message, "odd [31m   text ");
    assert_string_equal(err.file, "x y");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct sc_error err = {0};
    char text[3000];
    memset(text, 'q', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    sc_fail(&err, text, "%s", text);
    sc_error_place(&err, text, 1, 1);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(strlen(err.pointer), sizeof err.pointer - 1);
    assert_int_equal(strlen(err.file), sizeof err.file - 1);
}

static void check_printed(const struct sc_error *err, const char *expected)
{
    char text[256] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    sc_error_print(err, out);
    fclose(out);
    assert_string_equal(text, expected);
}

static void printing_leaves_out_what_is_unknown(void **state)
{
    (void)state;
    struct sc_error err = {"burst.json", "/a", 6, 19, "too small"};
    check_printed(&err, "burst.json:6:19: /a: too small\n");
    err.col = 0;
    check_printed(&err, "burst.json:6: /a: too small\n");
    err.line = 0;
    check_printed(&err, "burst.json: /a: too small\n");
    err.pointer[0] = '\0';
    check_printed(&err, "burst.json: too small\n");
    err.file[0] = '\0';
    check_printed(&err, "too small\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_error_wins),
        cmocka_unit_test(an_error_is_one_line),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(printing_leaves_out_what_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
