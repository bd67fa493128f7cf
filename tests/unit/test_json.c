/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check_bad(const char *text, size_t length, int line, int col, const char *expected)
{
    struct sc_doc doc;
    struct sc_error err = {0};
    assert_int_equal(sc_doc_parse(&doc, "x.json", text, length, &err), -1);
    if (!strstr(err.message, expected))
        fail_msg("\"%s\" instead of \"%s\"", err.message, expected);
    assert_string_equal(err.file, "x.json");
    assert_int_equal(err.line, line);
    assert_int_equal(err.col, col);
    sc_doc_free(&doc);
}

#define BAD(text, line, col, expected) check_bad(text, sizeof(text) - 1, line, col, expected)

static void syntax_errors_say_what_and_where(void **state)
{
    (void)state;
    BAD("", 1, 1, "the text ends where a value is wanted");
    BAD(" \n ", 2, 2, "the text ends where a value is wanted");
    BAD("{\"a\": 1,\n  }", 2, 3,
        "not valid JSON here: found '}' where a key in double quotes is wanted (no comma");
    BAD("[1, 2,]", 1, 7, "found ']' where a value is wanted (no comma after the last one)");
    BAD("{\"a\" 1}", 1, 6, "found '1' where ':' is wanted");
    BAD("{\"a\": }", 1, 7, "found '}' where a value is wanted");
    BAD("{\"a\": 1 \"b\": 2}", 1, 9, "found '\"b\"' where ',' or '}' is wanted");
    BAD("[1 2]", 1, 4, "found '2' where ',' or ']' is wanted");
    BAD("[1}", 1, 3, "found '}' where ',' or ']'");
    BAD("{\"a\": 1]", 1, 8, "found ']' where ',' or '}'");
    BAD("{a: 1}", 1, 2, "found 'a' where a key in double quotes or '}' is wanted");
    BAD("{'a': 1}", 1, 2, "JSON has double quotes only");
    BAD("// hi\n{}", 1, 1, "JSON has no comments");
    BAD("{\"a\": True}", 1, 7, "found 'True' where a value is wanted (words: true");
    BAD("[NaN]", 1, 2, "found 'NaN'");
    BAD("[nullx]", 1, 2, "found 'nullx'");
    BAD("[Infinity]", 1, 2, "found 'Infinity'");
    BAD("{} {}", 1, 4, "found '{' where the end of the text is wanted");
    BAD("{\"a\":\n[1,", 2, 4,
        "the text ends where a value is wanted; the '[' of line 2 is still open");
    BAD("{\"a\": {\n\n", 3, 1, "the '{' of line 1 is still open");
    BAD("}", 1, 1, "found '}'");
    BAD("\x01{}", 1, 1, "byte 0x01");
    BAD("[\xff]", 1, 2, "found byte 0xff where");
    BAD("{\"a\":1}\0", 1, 8, "found byte 0x00 where the end");
}

static void strings_are_strict(void **state)
{
    (void)state;
    BAD("[\"a\0b\"]", 1, 4, "byte 0x00 stands bare in a string");
    BAD("[\"a\tb\"]", 1, 4, "byte 0x09 stands bare");
    BAD("[\n\"abc\n\"]", 2, 1, "this string is not closed on its line");
    BAD("[\"abc", 1, 2, "this string is never closed");
    BAD("[\"abc\\", 1, 6, "begins no escape");
    BAD("[\"a\\x\"]", 1, 4, "begins no escape");
    BAD("[\"\\u12g4\"]", 1, 3, "begins no escape");
    BAD("[\"\\u0000\"]", 1, 3, "is a zero byte");
    BAD("[\"\\ud83d\"]", 1, 3, "half of a surrogate pair");
    BAD("[\"\\ude00\"]", 1, 3, "half of a surrogate pair");
    BAD("[\"\\ud83d\\u0041\"]", 1, 3, "half of a surrogate pair");
    BAD("[\"ok\", \"a\xff\"]", 1, 10, "byte 0xff is not UTF-8");
    BAD("[\"\xc0\xaf\"]", 1, 3, "is not UTF-8");
    BAD("[\"\xe0\x80\xaf\"]", 1, 3, "is not UTF-8");
    BAD("[\"\xed\xa0\x80\"]", 1, 3, "is not UTF-8");
    BAD("[\"\xf4\x90\x80\x80\"]", 1, 3, "is not UTF-8");
    BAD("[\"\xe2\x82", 1, 3, "is not UTF-8");
}

static void numbers_are_strict(void **state)
{
    (void)state;
    BAD("[01]", 1, 2, "does not begin with 0");
    BAD("[-]", 1, 2, "'-' without digits");
    BAD("[+1]", 1, 2, "found '+'");
    BAD("[.5]", 1, 2, "found '.'");
    BAD("[1.]", 1, 2, "'1.' is half a number");
    BAD("[1e+]", 1, 2, "'1e+' is half a number");
    BAD("[0x10]", 1, 3, "found 'x10'");
    BAD("[1.5ms]", 1, 5, "found 'ms' where ',' or ']'");
    BAD("{\"a\": [2,\n 1e999]}", 2, 2, "too large");
    BAD("[1000000000000000000000000000000000000000000000000000000000000000000000]", 1, 2,
        "more than 60");
}

static void keys_stand_once(void **state)
{
    (void)state;
    BAD("{\"a\": 1, \"b\": {\n\"x\": 2,\n\"y\": 3,\n\"x\": 4}}", 4, 6,
        "\"x\" stands twice in this object, first on line 2");
    BAD("{\"a\": 1, \"\\u0061\": 2}", 1, 20, "\"a\" stands twice");
    struct sc_doc doc;
    struct sc_error err = {0};
    const char *text = "{\"a\": 1, \"A\": 2, \"b\": {\"a\": 3}}";
    assert_int_equal(sc_doc_parse(&doc, "x", text, strlen(text), &err), 0);
    assert_true(sc_json_number(sc_json_get(doc.root, "A")) == 2);
    assert_true(sc_json_number(sc_json_get(doc.root, "a")) == 1);
    sc_doc_free(&doc);
}

static void depth_is_limited(void **state)
{
    (void)state;
    char text[400] = "";
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    struct sc_doc doc;
    struct sc_error err = {0};
    assert_int_equal(sc_doc_parse(&doc, "x", text, 128, &err), 0);
    struct sc_set set = {"/0/0/0", "[[[[]]]]"};
    assert_int_equal(sc_doc_set(&doc, &set, 1, &err), 0);
    sc_doc_free(&doc);
    memset(text, '[', 65);
    check_bad(text, 65, 1, 65, "more than 64 brackets are open");
    char *deep = malloc(1000000);
    memset(deep, '[', 1000000);
    check_bad(deep, 1000000, 1, 65, "more than 64 brackets are open");
    free(deep);
}

static const char sample[] = "{\n"
                             "  \"title\": \"a {b} \\\" c\",\n"
                             "  \"a/b\": {\"m~n\": [1, {\"x\": true}, \"]\"]},\n"
                             "  \"\": null, \"\\u00e4\": -2.5e3,\n"
                             "  \"list\": [ [], {}, [7 , 8]]\n"
                             "}\n";

static void open_sample(struct sc_doc *doc)
{
    struct sc_error err = {0};
    assert_int_equal(sc_doc_parse(doc, "sample.json", sample, sizeof sample - 1, &err), 0);
}

static void pointers_lead_there_and_back(void **state)
{
    (void)state;
    static const struct {
        const char *pointer;
        int line, col;
    } cases[] = {{"", 1, 1},
                 {"/title", 2, 12},
                 {"/a~1b", 3, 10},
                 {"/a~1b/m~0n/0", 3, 19},
                 {"/a~1b/m~0n/1/x", 3, 28},
                 {"/a~1b/m~0n/2", 3, 35},
                 {"/", 4, 7},
                 {"/\xc3\xa4", 4, 23},
                 {"/list/1", 5, 17},
                 {"/list/2/1", 5, 26}};
    struct sc_doc doc;
    open_sample(&doc);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char pointer[64];
        int line, col;
        struct cJSON *item = sc_json_at(&doc, cases[i].pointer);
        assert_non_null(item);
        sc_json_pointer(&doc, item, pointer, sizeof pointer);
        assert_string_equal(pointer, cases[i].pointer);
        sc_json_locate(doc.text, pointer, &line, &col);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(col, cases[i].col);
    }
    static const char *const none[] = {"title",    "/no",     "/list/3",  "/list/-",
                                       "/list/01", "/list/x", "/title/0", "/a~1b/m~0n/1/y"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        int line, col;
        assert_null(sc_json_at(&doc, none[i]));
        sc_json_locate(doc.text, none[i], &line, &col);
        assert_int_equal(line, 0);
    }
    sc_doc_free(&doc);
}

static void looking(void **state)
{
    (void)state;
    struct sc_doc doc;
    open_sample(&doc);
    const struct cJSON *list = sc_json_get(doc.root, "list");
    assert_int_equal(sc_json_count(list), 3);
    assert_string_equal(sc_json_key(list), "list");
    assert_true(sc_json_is_array(list) && sc_json_is_object(doc.root) && !sc_json_is_object(list));
    assert_string_equal(sc_json_string(sc_json_get(doc.root, "title")), "a {b} \" c");
    assert_true(sc_json_is_string(sc_json_get(doc.root, "title")));
    assert_true(sc_json_true(sc_json_at(&doc, "/a~1b/m~0n/1/x")) &&
                sc_json_is_bool(sc_json_at(&doc, "/a~1b/m~0n/1/x")));
    assert_true(sc_json_number(sc_json_at(&doc, "/\xc3\xa4")) == -2500);
    assert_true(sc_json_is_number(sc_json_at(&doc, "/\xc3\xa4")));
    assert_string_equal(sc_json_kind(sc_json_get(doc.root, "")), "null");
    assert_string_equal(sc_json_kind(NULL), "nothing");
    assert_string_equal(sc_json_kind(list), "an array");
    assert_null(sc_json_get(NULL, "x"));
    assert_null(sc_json_get(list, "x"));
    assert_null(sc_json_string(list));
    assert_null(sc_json_next(sc_json_next(sc_json_next(sc_json_first(list)))));
    assert_int_equal(sc_json_count(NULL), 0);
    struct sc_arena arena = {0};
    int n;
    const struct cJSON **sorted = sc_json_sorted(&arena, doc.root, &n);
    static const char *const names[] = {"", "a/b", "list", "title", "\xc3\xa4"};
    assert_int_equal(n, 5);
    for (int i = 0; i < n; i++)
        assert_string_equal(sc_json_key(sorted[i]), names[i]);
    sc_json_sorted(&arena, list, &n);
    assert_int_equal(n, 0);
    sc_arena_free(&arena);
    sc_doc_free(&doc);
}

static void check_set(const char *pointer, const char *value, const char *at, const char *kind)
{
    struct sc_doc doc;
    struct sc_error err = {0};
    open_sample(&doc);
    struct sc_set set = {pointer, value};
    assert_int_equal(sc_doc_set(&doc, &set, 1, &err), 0);
    assert_string_equal(sc_json_kind(sc_json_at(&doc, at)), kind);
    assert_int_equal(sc_doc_fail(&doc, sc_json_at(&doc, at), &err, "bad"), -1);
    char expected[100];
    snprintf(expected, sizeof expected, "--set %s", pointer);
    assert_string_equal(err.file, expected);
    assert_string_equal(err.pointer, at);
    assert_int_equal(err.line, 0);
    sc_doc_free(&doc);
}

static void setting(void **state)
{
    (void)state;
    check_set("/title", "12.5", "/title", "a number");
    check_set("/title", "plain words", "/title", "a string");
    check_set("/title", "{\"a\": [1, 2]}", "/title/a/1", "a number");
    check_set("/new~1one", "null", "/new~1one", "null");
    check_set("/", "false", "/", "a boolean");
    check_set("/list/0", "{}", "/list/0", "an object");
    check_set("/list/3", "1", "/list/3", "a number");
    check_set("/list/-", "[5]", "/list/3", "an array");
    check_set("/list/2/1", "[", "/list/2/1", "a string");
    struct sc_doc doc;
    struct sc_error err = {0};
    open_sample(&doc);
    struct sc_set sets[] = {{"/o", "{}"}, {"/o/k", "1"}, {"/o/k", "2"}, {"/O", "3"}};
    assert_int_equal(sc_doc_set(&doc, sets, 4, &err), 0);
    assert_true(sc_json_number(sc_json_at(&doc, "/o/k")) == 2);
    assert_int_equal(sc_json_count(sc_json_at(&doc, "/o")), 1);
    sc_doc_fail(&doc, sc_json_at(&doc, "/title"), &err, "%s",
                "bad"); /* what was not set keeps its place */
    assert_string_equal(err.file, "sample.json");
    assert_int_equal(err.line, 2);
    sc_doc_free(&doc);
}

static void check_bad_set(const char *pointer, const char *value, const char *expected)
{
    struct sc_doc doc;
    struct sc_error err = {0};
    open_sample(&doc);
    struct sc_set set = {pointer, value};
    assert_int_equal(sc_doc_set(&doc, &set, 1, &err), -1);
    if (!strstr(err.message, expected))
        fail_msg("\"%s\" instead of \"%s\"", err.message, expected);
    assert_memory_equal(err.file, "--set ", 6);
    sc_doc_free(&doc);
}

static void bad_sets(void **state)
{
    (void)state;
    check_bad_set("seed", "1", "begins with '/'");
    check_bad_set("", "1", "begins with '/'");
    check_bad_set("/lsit/0", "1", "there is no \"lsit\" in an object; did you mean \"list\"?");
    check_bad_set("/nowhere/0", "1", "there is no \"nowhere\" in an object");
    check_bad_set("/list/7/x", "1", "there is no \"7\" in an array");
    check_bad_set("/list/4", "1", "4 is beyond the end of the array, which has 3");
    check_bad_set("/list/x", "1", "\"x\" is no place in an array; 0 to 3");
    check_bad_set("/title/x", "1", "\"x\" cannot be put into a string");
    check_bad_set("/title", "\xff", "not UTF-8");
    check_bad_set("/title", "1e999", "too large");
    check_bad_set("/title", "{\"a\": 1, \"a\": 2}", "\"a\" stands twice in this object");
    char deep[140] = "";
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    check_bad_set("/title", deep, "deeper than 64 levels");
}

static void the_hash_is_of_content(void **state)
{
    (void)state;
    struct sc_doc doc;
    struct sc_error err = {0};
    char hex[65], other[65];
    assert_int_equal(sc_doc_parse(&doc, "x", " { } \n", 6, &err), 0);
    sc_doc_sha256(&doc, hex);
    assert_string_equal(
        hex, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"); /* of "{}" */
    struct sc_set set = {"/a", "1"};
    assert_int_equal(sc_doc_set(&doc, &set, 1, &err), 0);
    sc_doc_sha256(&doc, other);
    assert_string_not_equal(hex, other);
    sc_doc_free(&doc);
}

static void files(void **state)
{
    (void)state;
    struct sc_doc doc;
    struct sc_error err = {0};
    assert_int_equal(sc_doc_read(&doc, "/nowhere/x.json", &err), -1);
    assert_string_equal(err.message, "cannot be read: No such file or directory");
    assert_string_equal(err.file, "/nowhere/x.json");
    sc_doc_free(&doc);
    err = (struct sc_error){0};
    assert_int_equal(sc_doc_read(&doc, "/", &err), -1);
    assert_string_equal(err.message, "cannot be read: Is a directory");
    sc_doc_free(&doc);
    err = (struct sc_error){0};
    assert_int_equal(sc_doc_read(&doc, "/dev/zero", &err),
                     -1); /* no end: only as much as may be is read */
    assert_non_null(strstr(err.message, "larger than 16 MiB"));
    sc_doc_free(&doc);
    char path[] = "/tmp/test_json_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "\xef\xbb\xbf[1,\n2]", 9), 9);
    close(fd);
    err = (struct sc_error){0};
    assert_int_equal(sc_doc_read(&doc, path, &err), 0);
    assert_int_equal(sc_json_count(doc.root), 2);
    assert_int_equal(doc.length, 6);
    sc_doc_free(&doc);
    unlink(path);
}

/* Whatever is cut off or overwritten, the answer is yes or a message, and never a fault. */
static void spoiled_texts(void **state)
{
    (void)state;
    uint64_t seed = 2385;
    char text[sizeof sample];
    for (int round = 0; round < 200000; round++) {
        bool cut = round < (int)sizeof sample;
        size_t length = cut ? (size_t)round : sizeof sample - 1;
        memcpy(text, sample, sizeof text);
        for (int i = cut ? 4 : round % 4; i < 4; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[(seed >> 33) % length] = "{}[]\",:0\\u~\xff\x80 1e-"[(seed >> 20) % 18];
        }
        struct sc_doc doc;
        struct sc_error err = {0};
        int failed = sc_doc_parse(&doc, "x", text, length, &err);
        assert_true((failed != 0) == (err.message[0] != '\0'));
        assert_true(failed == 0 || err.line > 0);
        if (failed == 0)
            sc_doc_fail(&doc, sc_json_at(&doc, "/list/2/1"), &err, "x");
        sc_doc_free(&doc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syntax_errors_say_what_and_where),
        cmocka_unit_test(strings_are_strict),
        cmocka_unit_test(numbers_are_strict),
        cmocka_unit_test(keys_stand_once),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(pointers_lead_there_and_back),
        cmocka_unit_test(looking),
        cmocka_unit_test(setting),
        cmocka_unit_test(bad_sets),
        cmocka_unit_test(the_hash_is_of_content),
        cmocka_unit_test(files),
        cmocka_unit_test(spoiled_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
