/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/csv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct seen {
    char text[2000]; /* "line:cell|cell;..." */
    int stop_after, rows;
    bool numbers;
};

static int note(void *user, const struct sc_csv_row *row, struct sc_error *err)
{
    struct seen *s = user;
    FILE *out = fmemopen(s->text, sizeof s->text, "a"); /* what does not fit is dropped */
    fprintf(out, "%ld:", row->line);
    for (int i = 0; i < row->n; i++)
        fprintf(out, "%s%s", i > 0 ? "|" : "", row->cell[i]);
    fputc(';', out);
    fclose(out);
    if (s->numbers && s->rows > 0) {
        double ignored;
        if (sc_csv_number(row, 1, "at_s", &ignored, err) != 0)
            return -1;
    }
    s->rows++;
    return s->stop_after > 0 && s->rows >= s->stop_after;
}

static int read_text(const char *text, size_t length, struct seen *s, struct sc_error *err)
{
    char path[] = "/tmp/test_csv_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    close(fd);
    int failed = sc_csv_read(path, note, s, err);
    if (err->message[0] != '\0')
        assert_string_equal(err->file, path);
    unlink(path);
    return failed;
}

static void check_rows(const char *text, const char *expected)
{
    struct seen s = {.text = ""};
    struct sc_error err = {0};
    assert_int_equal(read_text(text, strlen(text), &s, &err), 0);
    assert_string_equal(s.text, expected);
}

static void rows_know_their_lines(void **state)
{
    (void)state;
    check_rows("a,b\n1,2\n", "1:a|b;2:1|2;");
    check_rows("a,b\n1,2", "1:a|b;2:1|2;");
    check_rows("a,b\r\n1,2\r\n\r\n3,4\r\n", "1:a|b;2:1|2;4:3|4;");
    check_rows("a,b\r1,2\r\r3,4", "1:a|b;2:1|2;4:3|4;");
    check_rows("\n\n  \na\n\nb\n", "4:a;6:b;");
    check_rows("a,\"x\ny\r\nz\"\n1,2\n", "1:a|x\ny\r\nz;4:1|2;");
    check_rows("\"x\n\n\",b,\"\n\"\n1\n", "1:x\n\n|b|\n;5:1;");
    check_rows("\xef\xbb\xbf"
               "a , \"b \" ,c\n,,\n",
               "1:a|b |c;2:||;");
    check_rows("\"say \"\"hi\"\"\",2\n", "1:say \"hi\"|2;");
}

static void check_error(const char *text, size_t length, int line, const char *expected)
{
    struct seen s = {.text = "", .numbers = true};
    struct sc_error err = {0};
    assert_int_equal(read_text(text, length, &s, &err), -1);
    assert_non_null(strstr(err.message, expected));
    assert_int_equal(err.line, line);
}

#define CHECK_ERROR(text, line, expected) check_error(text, sizeof(text) - 1, line, expected)

static void errors_name_the_line(void **state)
{
    (void)state;
    CHECK_ERROR("", 0, "is empty");
    CHECK_ERROR("\n\n", 0, "is empty");
    CHECK_ERROR("a,b\n1,2\n3,\"4\n5,6\n", 3, "never closed");
    CHECK_ERROR("a,b\n1,2\"3\n", 2, "a quote inside a cell");
    CHECK_ERROR("a,b\n1,2\n3,x\0y\n", 3, "zero byte");
    CHECK_ERROR("a,b\n1,2\n\n\"3\n\",4s\n", 4, "column \"at_s\": \"4s\" is no number");
    CHECK_ERROR("a,b\n1,2\n3\n", 3, "the row has 1 cells; column \"at_s\" is number 2");
    CHECK_ERROR("a,b\n1,\n", 2, "column \"at_s\" is empty");
    CHECK_ERROR("a,b\n1,1e400\n", 2, "\"1e400\" is too large");
}

static void unreadable_files(void **state)
{
    (void)state;
    struct seen s = {.text = ""};
    struct sc_error err = {0};
    assert_int_equal(sc_csv_read("/nowhere/at/all.csv", note, &s, &err), -1);
    assert_non_null(strstr(err.message, "cannot be read: No such file"));
    err = (struct sc_error){0};
    assert_int_equal(sc_csv_read("/", note, &s, &err), -1);
    assert_non_null(strstr(err.message, "Is a directory"));
    assert_string_equal(err.file, "/");
}

static void the_reader_can_stop(void **state)
{
    (void)state;
    struct seen s = {.stop_after = 2};
    struct sc_error err = {0};
    assert_int_equal(read_text("a\n1\n2\n\"", 8, &s, &err), -1);
    assert_string_equal(s.text, "1:a;2:1;");
    assert_string_equal(err.message, "");
}

/* Blocks are 64 KiB: CR LF, quotes and cells across their edges. */
static void edges_of_blocks(void **state)
{
    (void)state;
    for (size_t shift = 65520; shift < 65540; shift++) {
        char *text = malloc(70000);
        assert_non_null(text);
        memset(text, 'x', shift);
        strcpy(text + shift, ",\"q\"\"\r\n\"\r\n1,2\r\n");
        struct seen s = {.text = ""};
        struct sc_error err = {0};
        assert_int_equal(read_text(text, strlen(text), &s, &err), 0);
        s = (struct seen){.numbers = true};
        strcpy(text + shift, ",\"q\"\"\r\n\"\r\n1,2\r\n3,x");
        assert_int_equal(read_text(text, strlen(text), &s, &err), -1);
        assert_int_equal(err.line, 4);
        free(text);
    }
}

static void too_much_for_one_row(void **state)
{
    (void)state;
    size_t n = 70 << 20;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "a,b\n\"", 5);
    check_error(text, n, 2, "more than 64 MiB");
    memset(text, ',', n);
    check_error(text, n, 1, "more than 1048576 cells");
    free(text);
}

static double number(const char *text, int expected)
{
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    char *cells[] = {copy};
    struct sc_csv_row row = {1, cells, 7};
    struct sc_error err = {0};
    double value = 0;
    assert_int_equal(sc_csv_number(&row, 0, "x", &value, &err), expected);
    if (expected != 0)
        assert_int_equal(err.line, 7);
    return value;
}

static void numbers_are_what_strtod_reads(void **state)
{
    (void)state;
    static const char *const good[] = {"0",
                                       "-0",
                                       "5",
                                       "+5",
                                       "2.385",
                                       ".5",
                                       "5.",
                                       "-17.25",
                                       "0.1",
                                       "123456789012345",
                                       "1234567890123456",
                                       "0.000000000000001",
                                       "1e22",
                                       "-3.7E-5",
                                       "9007199254740993",
                                       "1e-400",
                                       "00012",
                                       "0.30000000000000004",
                                       "1697040000.123456789"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double value = number(good[i], 0), expected = strtod(good[i], NULL);
        assert_memory_equal(&value, &expected, sizeof value);
    }
    unsigned seed = 2385;
    for (int i = 0; i < 100000; i++) { /* any digits, any point */
        char text[40];
        seed = seed * 1664525u + 1013904223u;
        int n = snprintf(text, sizeof text, "%s%u", seed & 1 ? "-" : "", seed >> (seed >> 27));
        seed = seed * 1664525u + 1013904223u;
        snprintf(text + n, sizeof text - (size_t)n, ".%0*u", (int)(seed >> 29),
                 (seed >> 3) % 100000);
        double value = number(text, 0), expected = strtod(text, NULL);
        assert_memory_equal(&value, &expected, sizeof value);
    }
}

static void what_is_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"",      "-",      ".",     "+",   "inf", "nan",  "-infinity",
                                      "0x10",  "1,5",    "1 2",   " 1",  "1 ",  "5s",   "1e",
                                      "1e999", "-1e999", "1.2.3", "--1", "e5",  "1_000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        number(bad[i], -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_know_their_lines),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(unreadable_files),
        cmocka_unit_test(the_reader_can_stop),
        cmocka_unit_test(edges_of_blocks),
        cmocka_unit_test(too_much_for_one_row),
        cmocka_unit_test(numbers_are_what_strtod_reads),
        cmocka_unit_test(what_is_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
