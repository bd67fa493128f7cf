/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/decimal.h"
#include "scenario/bookfile.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sc_arena arena;
static char folder[] = "/tmp/simcost-books-XXXXXX"; /* mkdtemp's */

static const char *path_of(const char *name)
{
    return sc_arena_printf(&arena, "%s/%s", folder, name);
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

#define P(sku, usd, more)                                                                          \
    "\"" sku "\": {\"unit\": \"u\", \"usd\": \"" usd                                               \
    "\", \"source\": \"list\", \"confirmed\": true" more "}"
#define BOOK(id, more, prices)                                                                     \
    "{\"id\": \"" id "\", \"as_of\": \"2026-11-23\", \"sources\": {\"list\": \"l\"}, " more        \
    "\"prices\": {" prices "}}"
#define HERE "\"region\": \"r-1\", \"currency\": \"USD\", "

static const char base[] = BOOK(
    "base", HERE,
    P("a.one", "0.1237",
      ", \"since\": \"2020\", \"earlier\": [{\"usd\": \"0.2\", \"confirmed\": "
      "true, \"since\": \"2018-05\"}]") "," P("a.two", "0.000000000000005",
                                              ", \"note\": \"n\"") ","
                                                                   "\"b.alias\": {\"billed_as\": "
                                                                   "\"a.one\", \"source\": "
                                                                   "\"list\", \"confirmed\": "
                                                                   "true}," P(
                                                                       "b.plan", "0.5",
                                                                       ", \"covers\": \"a.one\", "
                                                                       "\"upfront_usd\": "
                                                                       "\"100.01\", \"term_h\": "
                                                                       "8760") "," P("c.pool", "7",
                                                                                     ", \"free\": "
                                                                                     "{\"units\": "
                                                                                     "\"5\", "
                                                                                     "\"pool\": "
                                                                                     "\"p\"}"));

static int load(struct sc_book *book, const char *name, struct sc_error *err)
{
    bool found;
    *err = (struct sc_error){0};
    int failed = sc_book_load(book, name, path_of("scenario.json"), &arena, &found, err);
    assert_true(found || failed);
    return failed;
}

static void must_load(struct sc_book *book, const char *name)
{
    struct sc_error err;
    if (load(book, name, &err) != 0)
        fail_msg("%s: %s:%d: %s: %s", name, err.file, err.line, err.pointer, err.message);
}

/* Writes the book and expects it to fail there. */
static void must_fail(const char *text, const char *file, const char *pointer, const char *message)
{
    struct sc_book book;
    struct sc_error err;
    put("own.json", text);
    if (load(&book, "own.json", &err) == 0 || !strstr(err.message, message) ||
        strcmp(err.pointer, pointer) != 0 || strcmp(err.file, path_of(file)) != 0 || err.line < 1)
        fail_msg("%s\nwanted %s: \"%s: %s\"\ngot %s:%d: \"%s: %s\"", text, file, pointer, message,
                 err.file, err.line, err.pointer, err.message);
}

static int64_t usd_e15(const struct sc_book *book, const char *sku)
{
    const struct sc_price *p = sc_book_price(book, sku);
    assert_non_null(p);
    return (int64_t)p->tiers[0].usd_e15;
}

static void inherits_all_of_its_region(void **state)
{
    (void)state;
    struct sc_book book;
    put("base.json", base);
    put("own.json", BOOK("own", "\"extends\": \"base.json\", ",
                         P("a.two", "0.37", "") "," P("d.new", "0.41", "")));
    must_load(&book, "own.json");
    assert_string_equal(book.region, "r-1");
    assert_string_equal(book.currency, "USD");
    assert_string_equal(book.extends, "base");
    assert_string_equal(book.id, "own");
    assert_int_equal(book.n, 6);
    for (int i = 1; i < book.n; i++)
        assert_true(strcmp(book.prices[i - 1].sku, book.prices[i].sku) < 0);
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(123700000000000));
    assert_int_equal(usd_e15(&book, "a.two"), INT64_C(370000000000000));
    assert_int_equal(usd_e15(&book, "b.alias"), INT64_C(123700000000000));
    assert_true(sc_book_price(&book, "a.one")->confirmed);
    assert_null(sc_book_price(&book, "a.one")->of_region);
    assert_int_equal(book.n_changes, 2);
    assert_string_equal(book.changes[0], "2018-05-01");
    assert_string_equal(book.changes[1], "2020-01-01");
}

static void a_day_reaches_what_is_extended(void **state)
{
    (void)state;
    struct sc_book book;
    put("own.json", BOOK("own", "\"extends\": \"base.json\", ", P("d.new", "0.41", "")));
    must_load(&book, "own.json@2019-12-31");
    assert_string_equal(book.id, "own@2019-12-31");
    assert_string_equal(book.extends, "base@2019-12-31");
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(200000000000000));
    must_load(&book, "own.json@2020");
    assert_string_equal(book.id, "own@2020");
    assert_string_equal(book.at, "2020-01-01");
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(123700000000000));
    must_load(&book, "own.json@2018-05");
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(200000000000000));
    must_load(&book, "own.json@2018-04-30");
    assert_null(sc_book_price(&book, "a.one"));
    assert_null(sc_book_price(&book, "b.alias"));
    assert_null(sc_book_price(&book, "b.plan"));
    assert_int_equal(book.n, 3);

    /* the book's own word on the day counts more */
    put("own.json", BOOK("own", "\"extends\": \"base.json@2019\", ", P("d.new", "0.41", "")));
    must_load(&book, "own.json@2026-01");
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(200000000000000));
    assert_string_equal(book.extends, "base@2019");
    assert_int_equal(book.n_changes, 0);
}

static void another_region_is_taken_by_name(void **state)
{
    (void)state;
    struct sc_book book;
    put("own.json", BOOK("own",
                         "\"region\": \"r-2\", \"extends\": \"base.json\", \"takes\": "
                         "[\"a.*\", \"c.pool\"], ",
                         P("a.two", "0.37", "")));
    must_load(&book, "own.json");
    assert_int_equal(book.n, 3);
    assert_string_equal(book.region, "r-2");
    assert_string_equal(sc_book_price(&book, "a.one")->of_region, "r-1");
    assert_false(sc_book_price(&book, "a.one")->confirmed);
    assert_true(sc_book_price(&book, "a.two")->confirmed);
    assert_null(sc_book_price(&book, "a.two")->of_region);

    put("third.json", BOOK("third",
                           "\"region\": \"r-3\", \"extends\": \"own.json\", \"takes\": "
                           "[\"a.*\"], ",
                           ""));
    must_load(&book, "third.json");
    assert_string_equal(book.extends, "own < base");
    assert_string_equal(sc_book_price(&book, "a.one")->of_region, "r-1");
    assert_string_equal(sc_book_price(&book, "a.two")->of_region, "r-2");
    assert_false(sc_book_price(&book, "a.two")->confirmed);
}

#define OFF(skus, frac) "{\"skus\": [" skus "], \"frac\": \"" frac "\", \"source\": \"list\"}"
#define LESS(list) "\"extends\": \"base.json\", \"discounts\": [" list "], "

static void discounts_round_half_up(void **state)
{
    (void)state;
    struct sc_book book;
    /* 5e-15 less a half is 2.5e-15, kept as 3e-15; own prices are net */
    put("own.json",
        BOOK("own", LESS(OFF("\"a.two\"", "0.5") "," OFF("\"a.one\", \"b.*\"", "0.1234567890123")),
             P("c.pool", "7", ", \"free\": {\"units\": \"5\", \"pool\": \"p\"}")));
    must_load(&book, "own.json");
    assert_int_equal(usd_e15(&book, "a.two"), 3);
    assert_string_equal(sc_book_price(&book, "a.two")->note, "n; less 0.5 (list)");
    /* 0.1237 * 0.8765432109877 = 0.10842839519917849; 100.01 less the same share */
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(108428395199178));
    const struct sc_price *plan = sc_book_price(&book, "b.plan");
    assert_int_equal((int64_t)plan->upfront_usd_e15, INT64_C(87663086530879877));
    assert_int_equal(usd_e15(&book, "c.pool"), INT64_C(7000000000000000));

    put("own.json", BOOK("own",
                         LESS(OFF("\"a.*\"", "0.1") "," OFF("\"a.one\"", "0.07") "," OFF(
                             "\"*\"", "0") "," OFF("\"c.pool\"", "1")),
                         ""));
    must_load(&book, "own.json");
    assert_int_equal(usd_e15(&book, "a.one"), INT64_C(103536900000000)); /* 0.1237 * 0.9 * 0.93 */
    assert_int_equal(usd_e15(&book, "a.two"), 5);                        /* 4.5 */
    assert_int_equal(usd_e15(&book, "c.pool"), 0);
    must_load(&book, "own.json@2017"); /* a.one was not there then, its discount stays right */
    assert_null(sc_book_price(&book, "a.one"));
}

static void every_slip_is_located(void **state)
{
    (void)state;
#define EXTENDS(more) BOOK("own", "\"extends\": \"base.json\", " more, "")
    must_fail(
        EXTENDS("\"region\": \"r-2\", "), "own.json", "/extends",
        "\"base.json\" is of r-1 and this book of r-2: another region's prices are taken only "
        "by name; list them in \"takes\"");
    must_fail(EXTENDS("\"takes\": [], "), "own.json", "/takes", "found an empty one");
    must_fail(EXTENDS("\"takes\": \"a.*\", "), "own.json", "/takes", "found a string");
    must_fail(EXTENDS("\"takes\": [7], "), "own.json", "/takes/0", "found a number");
    must_fail(EXTENDS("\"takes\": [\"*.one\"], "), "own.json", "/takes/0",
              "\"*.one\" is no SKU or pattern; use a-z, 0-9, _, - and ., and * at the end only");
    must_fail(EXTENDS("\"takes\": [\"\"], "), "own.json", "/takes/0", "is no SKU or pattern");
    must_fail(EXTENDS("\"takes\": [\"a.on\"], "), "own.json", "/takes/0",
              "\"a.on\" matches no inherited price; did you mean \"a.one\"?");
    must_fail(EXTENDS("\"takes\": [\"a.two\", \"x.*\"], "), "own.json", "/takes/1",
              "\"x.*\" matches no inherited price; leave it out");
    must_fail(EXTENDS("\"takes\": [\"b.alias\"], "), "own.json", "/takes",
              "\"a.one\", \"billed_as\" of \"b.alias\", is not in the book");
    must_fail(EXTENDS("\"takes\": [\"b.plan\"], "), "own.json", "/takes",
              "\"a.one\", \"covers\" of \"b.plan\", is not in the book");
    must_fail(EXTENDS("\"discounts\": {}, "), "own.json", "/discounts", "found an object");
    must_fail(EXTENDS("\"discounts\": [7], "), "own.json", "/discounts/0", "an object is wanted");
    must_fail(EXTENDS("\"discounts\": [{}], "), "own.json", "/discounts/0", "\"skus\" is missing");
#define DISCOUNT(list, more) BOOK("own", LESS(list), more)
    must_fail(DISCOUNT(OFF("\"a.*\"", "1.01"), ""), "own.json", "/discounts/0/frac",
              "\"1.01\" is above the maximum, 1");
    must_fail(DISCOUNT(OFF("\"a.*\"", "-0.3"), ""), "own.json", "/discounts/0/frac",
              "\"-0.3\" is negative; the minimum is 0");
    must_fail(DISCOUNT(OFF("\"a.*\"", "12 %"), ""), "own.json", "/discounts/0/frac",
              "\"12 %\" is no plain decimal; write digits and at most one point, such as \"0.12\"");
    must_fail(DISCOUNT("{\"skus\": [\"a.*\"], \"frac\": 0.1, \"source\": \"list\"}", ""),
              "own.json", "/discounts/0/frac",
              "expected a share as a decimal in a string, such as \"0.12\"");
    must_fail(DISCOUNT("{\"skus\": [\"a.*\"], \"frac\": \"0.1\", \"source\": \"lits\"}", ""),
              "own.json", "/discounts/0/source", "did you mean \"list\"?");
    must_fail(DISCOUNT(OFF("\"a.*\", \"d.*\"", "0.1"), ""), "own.json", "/discounts/0/skus/1",
              "\"d.*\" matches no inherited price; leave it out");
    must_fail(DISCOUNT(OFF("\"a.two\"", "0.1"), P("a.two", "1", "")), "own.json",
              "/discounts/0/skus/0", "\"a.two\" is a price of this book, and own prices are net");
    must_fail(DISCOUNT(OFF("\"b.alias\"", "0.1"), ""), "own.json", "/discounts/0/skus/0",
              "\"b.alias\" has no rate of its own, it is billed as \"a.one\""); /* it has no rate of
                                                                                   its own */
    must_fail(BOOK("own", HERE "\"takes\": [\"a\"], ", P("a", "1", "")), "own.json", "/takes",
              "is for the prices of another book; say which: \"extends\"");
    must_fail(BOOK("own", HERE "\"discounts\": [], ", P("a", "1", "")), "own.json", "/discounts",
              "say which: \"extends\"");
    must_fail(BOOK("own", "\"currency\": \"USD\", ", P("a", "1", "")), "own.json", "",
              "the key \"region\" is missing");
    must_fail(BOOK("own", "\"region\": \"r\", ", P("a", "1", "")), "own.json", "",
              "the key \"currency\" is missing");
    must_fail(BOOK("own", "\"extends\": \"base.json\", ",
                   P("d", "7", ", \"free\": {\"units\": \"6\", \"pool\": \"p\"}")),
              "own.json", "/prices/d/free", "\"c.pool\" and \"d\" share the pool \"p\"");
    must_fail(
        BOOK("own", "\"extends\": \"base.json\", ",
             "\"a.one\": {\"billed_as\": \"a.two\", \"source\": \"list\", \"confirmed\": true}"),
        "own.json", "/prices/a.one", "\"b.alias\" is billed as \"a.one\", which is itself");
}

static void names_may_lead_nowhere(void **state)
{
    (void)state;
    struct sc_book book;
    static const char *const dates[] = {"", "2020-13", "20", "yesterday", "2021-02-29", "2020-1-1"};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct sc_error err = {0};
        bool found = true;
        const char *name = sc_arena_printf(&arena, "base.json@%s", dates[i]);
        assert_int_equal(sc_book_load(&book, name, path_of("x"), &arena, &found, &err), -1);
        assert_false(found);
        assert_non_null(strstr(err.message, "is no date; write @YYYY, @YYYY-MM or @YYYY-MM-DD"));
        assert_string_equal(err.file, "");
    }
    struct sc_error err = {0};
    bool found = true;
    assert_int_equal(sc_book_load(&book, "on-premises@2020", NULL, &arena, &found, &err), -1);
    assert_false(found);
    assert_non_null(strstr(err.message, "there is no \"on-premises\" among the prices"));
    must_fail(BOOK("own", "\"extends\": \"on-premises\", ", ""), "own.json", "/extends",
              "there is no \"on-premises\" among the prices");
    must_fail(BOOK("own", "\"extends\": \"base.json@2021-02-29\", ", ""), "own.json", "/extends",
              "\"2021-02-29\" of \"base.json@2021-02-29\" is no date");
    must_fail(BOOK("own", "\"extends\": 7, ", ""), "own.json", "/extends", "a string is wanted");
    err = (struct sc_error){0};
    put("own.json", BOOK("own", "\"extends\": \"nowhere.json\", ", ""));
    assert_int_equal(load(&book, "own.json", &err), -1);
    assert_string_equal(err.file, path_of("nowhere.json"));
}

static void an_error_names_its_file(void **state)
{
    (void)state;
    put("broken.json", BOOK("broken", HERE, P("a", "-1.3", "")));
    must_fail(BOOK("own", "\"extends\": \"broken.json\", ", ""), "broken.json", "/prices/a/usd",
              "\"-1.3\" is negative");
}

static void circles_are_shown(void **state)
{
    (void)state;
    put("b.json", BOOK("beta", "\"extends\": \"c.json\", ", ""));
    put("c.json", BOOK("gamma", "\"extends\": \"./b.json@2020\", ", ""));
    must_fail(BOOK("own", "\"extends\": \"b.json\", ", ""), "c.json", "/extends",
              "in a circle: beta -> gamma -> beta; leave one out");
    must_fail(BOOK("own", "\"extends\": \"own.json\", ", ""), "own.json", "/extends",
              "in a circle: own -> own");
    put("c.json", BOOK("gamma", "\"extends\": \"own.json\", ", ""));
    must_fail(BOOK("own", "\"extends\": \"b.json\", ", ""), "c.json", "/extends",
              "in a circle: own -> beta -> gamma -> own");
}

/* Books 0 to n - 1, each of which extends the next. */
static void put_row(int n)
{
    for (int i = 0; i < n; i++)
        put(sc_arena_printf(&arena, "row%d.json", i),
            sc_arena_printf(&arena,
                            "{\"id\": \"row%d\", \"as_of\": \"2026-11-23\", \"sources\": {\"l\": "
                            "\"l\"}, \"extends\": \"row%d.json\", \"region\": \"r-1\"}",
                            i, i + 1));
    put(sc_arena_printf(&arena, "row%d.json", n), base);
}

static void a_row_has_an_end(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err;
    put_row(SC_BOOK_MOST_EXTENDED - 1);
    must_load(&book, "row0.json");
    assert_int_equal(book.n, 5);
    assert_string_equal(book.extends, "row1 < row2 < row3 < row4 < row5 < row6 < base");
    put_row(SC_BOOK_MOST_EXTENDED);
    assert_int_equal(load(&book, "row0.json", &err), -1);
    assert_string_equal(err.file, path_of("row7.json"));
    assert_string_equal(err.pointer, "/extends");
    assert_non_null(
        strstr(err.message, "at most 8 books may extend each other in a row: row0 -> "));
}

static int open_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    (void)state;
    DIR *d = opendir(folder);
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        if (e->d_name[0] != '.')
            remove(path_of(e->d_name));
    if (d)
        closedir(d);
    sc_arena_free(&arena);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inherits_all_of_its_region),
        cmocka_unit_test(a_day_reaches_what_is_extended),
        cmocka_unit_test(another_region_is_taken_by_name),
        cmocka_unit_test(discounts_round_half_up),
        cmocka_unit_test(every_slip_is_located),
        cmocka_unit_test(names_may_lead_nowhere),
        cmocka_unit_test(an_error_names_its_file),
        cmocka_unit_test(circles_are_shown),
        cmocka_unit_test(a_row_has_an_end),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
