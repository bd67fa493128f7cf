/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/figures.h"

#include <stdlib.h>
#include <string.h>

static void test_exact(void **state)
{
    char text[SC_FIGURE_TEXT];
    (void)state;
    assert_string_equal(sc_exact_text(16666700000, 15, text), "0.0000166667");
    assert_string_equal(sc_exact_text(25, 0, text), "25");
    assert_string_equal(sc_exact_text(2500, 2, text), "25");
    assert_string_equal(sc_exact_text(0, 15, text), "0");
    assert_string_equal(sc_exact_text(1, 15, text), "0.000000000000001");
    assert_string_equal(sc_exact_text((sc_i128)1000000007 * 1000000000000000 + 10, 15, text),
                        "1000000007.00000000000001");
}

static void test_money(void **state)
{
    char text[SC_FIGURE_TEXT];
    (void)state;
    assert_string_equal(sc_money_text(0, text), "0.00");
    assert_string_equal(sc_money_text(7, text), "0.07");
    assert_string_equal(sc_money_text(99999, text), "999.99");
    assert_string_equal(sc_money_text(123456, text), "1,234.56");
    assert_string_equal(sc_money_text(-98765432100, text), "-987,654,321.00");
    assert_string_equal(sc_money_text((sc_i128)1234567890123456789 * 1000, text),
                        "12,345,678,901,234,567,890.00");
}

static void test_amount(void **state)
{
    static const struct {
        double n;
        const char *text;
    } cases[] = {{0, "0"},
                 {744, "744"},
                 {12.25, "12.25"},
                 {1234.5678, "1,234.568"},
                 {1234567.891, "1,234,567.89"},
                 {20000000000, "20,000,000,000"},
                 {999999999999, "999,999,999,999"},
                 {1.25e15, "1.25e+15"},
                 {0.000123456789, "0.000123457"}};
    char text[SC_FIGURE_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(sc_amount_text(cases[i].n, text), cases[i].text);
}

static void test_shortest(void **state)
{
    static const double cases[] = {0, 1, 0.1, 1.0 / 3, 2e22 / 7, 123456789.123456789, 5e-324};
    char text[SC_FIGURE_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(strtod(sc_shortest_text(cases[i], text), NULL) == cases[i]);
    assert_string_equal(sc_shortest_text(0.1, text), "0.1");
}

static void check_cell(const char *text, const char *wanted)
{
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);
    sc_csv_cell(text, out);
    fclose(out);
    assert_string_equal(got, wanted);
    free(got);
}

static void test_cells(void **state)
{
    (void)state;
    check_cell("plain", "plain");
    check_cell(NULL, "");
    check_cell("a,b", "\"a,b\"");
    check_cell("say \"so\"", "\"say \"\"so\"\"\"");
    check_cell("two\nlines", "\"two\nlines\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),  cmocka_unit_test(test_money),
        cmocka_unit_test(test_amount), cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
