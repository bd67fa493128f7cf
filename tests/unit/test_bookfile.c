/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/json.h"
#include "scenario/bookfile.h"

#include <string.h>

static struct sc_arena arena;

static const char whole[] =
    "{\"id\": \"book\", \"region\": \"r-1\", \"currency\": \"USD\", \"as_of\": \"2024-02-29\", "
    "\"note\": \"n\",\n"
    " \"sources\": {\"list\": \"a price list\", \"page\": \"a page\"},\n"
    " \"prices\": {\n"
    "  \"z.requests\": {\"unit\": \"request\", \"usd\": \"0.0000002\", \"source\": \"list\", "
    "\"confirmed\": true,\n"
    "                 \"free\": {\"units\": \"1000000\"}, \"meter\": \"billed\"},\n"
    "  \"a.time_x86\": {\"unit\": \"GB-second\", \"tiers\": [{\"up_to\": \"6000000000\", \"usd\": "
    "\"0.0000166667\"},\n"
    "                 {\"up_to\": \"15000000000\", \"usd\": \"0.000015\"}, {\"usd\": "
    "\"0.000000000000001\"}],\n"
    "                 \"free\": {\"units\": \"400000\", \"for\": \"new_account\", \"pool\": "
    "\"a.time\"},\n"
    "                 \"source\": \"page\", \"effective\": \"2022-08\", \"confirmed\": false},\n"
    "  \"a.time_arm\": {\"unit\": \"GB-second\", \"usd\": \"0.0000133334\", \"source\": \"page\", "
    "\"confirmed\": false,\n"
    "                 \"free\": {\"units\": \"400000\", \"for\": \"new_account\", \"pool\": "
    "\"a.time\"}}}}\n";

static int parse_at(struct sc_book *book, const char *text, const char *at, struct sc_error *err)
{
    struct sc_doc doc = {0};
    int failed = sc_doc_parse(&doc, "book.json", text, strlen(text), err) ||
                 sc_book_parse(book, &doc, at, &arena, err);
    sc_doc_free(&doc);
    return failed ? -1 : 0;
}

static int parse(struct sc_book *book, const char *text, struct sc_error *err)
{
    return parse_at(book, text, NULL, err);
}

static void reads_a_whole_book(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err = {0};
    assert_int_equal(parse(&book, whole, &err), 0);
    assert_string_equal(book.id, "book");
    assert_string_equal(book.region, "r-1");
    assert_string_equal(book.as_of, "2024-02-29");
    assert_string_equal(book.path, "book.json");
    assert_int_equal(book.n, 3);

    const struct sc_price *p = sc_book_price(&book, "z.requests");
    assert_string_equal(p->unit, "request");
    assert_string_equal(p->as_of, "2024-02-29");
    assert_string_equal(p->meter, "billed");
    assert_null(p->pool);
    assert_true(p->confirmed && !p->free_new_account);
    assert_int_equal(p->n_tiers, 1);
    assert_int_equal((int64_t)p->free_units, 1000000);
    assert_int_equal((int64_t)p->tiers[0].usd_e15, 200000000);
    assert_int_equal((int64_t)p->tiers[0].upto, -1);

    p = sc_book_price(&book, "a.time_x86");
    assert_string_equal(p->source, "page");
    assert_string_equal(p->as_of, "2022-08");
    assert_string_equal(p->pool, "a.time");
    assert_null(p->meter);
    assert_true(!p->confirmed && p->free_new_account);
    assert_int_equal(p->n_tiers, 3);
    assert_int_equal((int64_t)p->tiers[1].upto, INT64_C(15000000000));
    assert_int_equal((int64_t)p->tiers[1].usd_e15, INT64_C(15000000000));
    assert_int_equal((int64_t)p->tiers[2].upto, -1);
    assert_int_equal((int64_t)p->tiers[2].usd_e15, 1);
}

/* What is written in place of a stretch of the whole book, where the error must be, and what it
 * must say. */
struct slip {
    const char *from, *to, *pointer, *message;
};

#define Z "/prices/z.requests"
#define X "/prices/a.time_x86"
#define Z_USD "\"usd\": \"0.0000002\""
#define Z_FREE "{\"units\": \"1000000\"}"
#define TIERS                                                                                      \
    "[{\"up_to\": \"6000000000\", \"usd\": \"0.0000166667\"},\n"                                   \
    "                 {\"up_to\": \"15000000000\", \"usd\": \"0.000015\"}, {\"usd\": "             \
    "\"0.000000000000001\"}]"

static const struct slip slips[] = {
    {"\"USD\"", "\"EUR\"", "/currency", "\"EUR\" is not read; give all prices in \"USD\""},
    {"2024-02-29", "2023-02-29", "/as_of", "\"2023-02-29\" is no date; write YYYY-MM-DD"},
    {"2024-02-29", "2024-02", "/as_of", "\"2024-02\" is no date"},
    {"2024-02-29", "2024-2-290", "/as_of", "is no date"},
    {"2024-02-29", "1900-02-29", "/as_of", "is no date"},
    {"2024-02-29", "2024x02-29", "/as_of", "is no date"},
    {"2022-08", "2022-13", X "/effective",
     "\"2022-13\" is no date; write YYYY, YYYY-MM or YYYY-MM-DD"},
    {"2022-08", "2022-04-31", X "/effective", "is no date"},
    {"2022-08", "202x", X "/effective", "is no date"},
    {"2022-08", "2022-1", X "/effective", "is no date"},
    {"\"region\"", "\"regoin\"", "", "region"},
    {"\"unit\": \"request\", ", "", Z, "unit"},
    {"\"unit\": \"request\"", "\"unit\": \"\"", Z "/unit", "is empty"},
    {"\"unit\": \"request\"", "\"unti\": \"request\"", Z "/unti", "did you mean \"unit\"?"},
    {Z_USD, "\"usd\": 0.0000002", Z "/usd",
     "as a decimal in a string, such as \"0.0000002\", found a number"},
    {Z_USD, "\"usd\": \"2e-7\"", Z "/usd", "\"2e-7\" is no plain decimal"},
    {Z_USD, "\"usd\": \"1.\"", Z "/usd", "\"1.\" is no plain decimal"},
    {Z_USD, "\"usd\": \"\"", Z "/usd", "\"\" is no plain decimal"},
    {Z_USD, "\"usd\": \"-0.0000002\"", Z "/usd",
     "\"-0.0000002\" is negative; the minimum is 0 USD"},
    {Z_USD, "\"usd\": \"0.0000002000000001\"", Z "/usd",
     "has 16 decimals; at most 15 are kept: round it"},
    {Z_USD, "\"usd\": \"1000000.01\"", Z "/usd",
     "\"1000000.01\" is above the maximum, 1000000 USD"},
    {Z_USD, "\"usd\": \"100000000000000000000000000000000000000000\"", Z "/usd",
     "is above the maximum, 1000000 USD"},
    {Z_USD ", ", "", Z, "has no price; say \"usd\""},
    {Z_USD, Z_USD ", \"tiers\": [{\"usd\": \"1\"}]", Z "/tiers",
     "either \"usd\" or \"tiers\", not both"},
    {Z_FREE, "{\"units\": 1000000}", Z "/free/units",
     "as a decimal in a string, such as \"1000000\", found a number"},
    {Z_FREE, "{\"units\": \"0.5\"}", Z "/free/units", "\"0.5\" is not whole; give whole units"},
    {Z_FREE, "{\"units\": \"-5\"}", Z "/free/units", "\"-5\" is negative"},
    {Z_FREE, "{\"units\": \"1000000000000001\"}", Z "/free/units",
     "above the maximum, 1000000000000000 units"},
    {Z_FREE, "{}", Z "/free", "units"},
    {Z_FREE, "{\"units\": \"5\", \"for\": \"ever\"}", Z "/free/for", "always"},
    {Z_FREE, "{\"units\": \"5\", \"poll\": \"p\"}", Z "/free/poll", "did you mean \"pool\"?"},
    {Z_FREE, "1000000", Z "/free", "object"},
    {TIERS, "[]", X "/tiers", "expected a list of tiers"},
    {TIERS, "\"0.1\"", X "/tiers", "expected a list of tiers"},
    {TIERS, "[{\"usd\": \"2\"}, {\"usd\": \"1\"}]", X "/tiers/0",
     "only the last tier may be open; say \"up_to\""},
    {TIERS, "[{\"up_to\": \"9\", \"usd\": \"1\"}]", X "/tiers/0/up_to",
     "the last tier must be open"},
    {TIERS,
     "[{\"up_to\": \"9\", \"usd\": \"2\"}, {\"up_to\": \"9\", \"usd\": \"1\"}, {\"usd\": \"0\"}]",
     X "/tiers/1/up_to",
     "\"9\" does not rise above where the tier begins, 9 units; order the tiers"},
    {TIERS, "[{\"up_to\": \"0\", \"usd\": \"2\"}, {\"usd\": \"0\"}]", X "/tiers/0/up_to",
     "does not rise above"},
    {TIERS, "[{\"up_to\": \"7.5\", \"usd\": \"2\"}, {\"usd\": \"0\"}]", X "/tiers/0/up_to",
     "\"7.5\" is not whole"},
    {TIERS, "[{\"up_to\": \"7\"}, {\"usd\": \"0\"}]", X "/tiers/0", "usd"},
    {TIERS, "[{\"from\": \"7\", \"usd\": \"0\"}]", X "/tiers/0/from", "from"},
    {TIERS, "[7]", X "/tiers/0", "object"},
    {"\"source\": \"list\"", "\"source\": \"lst\"", Z "/source",
     "not among the book's sources; did you mean \"list\"?"},
    {"\"source\": \"list\"", "\"source\": \"newspaper\"", Z "/source", "add it to \"sources\""},
    {"\"source\": \"list\", ", "", Z, "source"},
    {"\"confirmed\": true", "\"confirmed\": \"yes\"", Z "/confirmed", "true or false"},
    {"\"a price list\"", "7", "/sources/list",
     "expected a text that says what the source is, found a number"},
    {"{\"list\": \"a price list\", \"page\": \"a page\"}", "[]", "/sources",
     "expected an object {KEY: what the source is}"},
    {"z.requests", "Z.requests", "/prices/Z.requests", "\"Z.requests\" is no SKU; use a-z, 0-9"},
    {"z.requests", "", "/prices/", "\"\" is no SKU"},
    {"z.requests", "a.time_arm", "", "a.time_arm"},
    {"\"usd\": \"0.0000133334\", \"source\": \"page\", \"confirmed\": false,\n                 "
     "\"free\": {\"units\": \"400000\"",
     "\"usd\": \"0.0000133334\", \"source\": \"page\", \"confirmed\": false,\n                 "
     "\"free\": {\"units\": \"300000\"",
     X "/free",
     "\"a.time_arm\" and \"a.time_x86\" share the pool \"a.time\" but not its allowance; give both "
     "the same"},
};

/* The whole book with the first `from` replaced. */
static const char *with(const char *from, const char *to)
{
    const char *at = strstr(whole, from);
    assert_non_null(at);
    return sc_arena_printf(&arena, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
}

static void every_slip_is_located(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        const struct slip *s = &slips[i];
        struct sc_book book;
        struct sc_error err = {0};
        int failed = parse(&book, with(s->from, s->to), &err);
        if (!failed || !strstr(err.message, s->message) ||
            (s->pointer[0] != '\0' && strcmp(err.pointer, s->pointer) != 0) || err.line < 1 ||
            strcmp(err.file, "book.json") != 0)
            fail_msg("%s: wanted \"%s: %s\", got %s:%d: \"%s: %s\"", s->to, s->pointer, s->message,
                     err.file, err.line, err.pointer, err.message);
    }
}

static void a_book_has_prices(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err = {0};
    static const char head[] = "{\"id\": \"b\", \"region\": \"r\", \"currency\": \"USD\", "
                               "\"as_of\": \"2026-11-23\", \"sources\": {}, ";
    assert_int_equal(parse(&book, sc_arena_printf(&arena, "%s\"prices\": {}}", head), &err), -1);
    assert_non_null(strstr(err.message, "with at least one SKU, found an empty one"));
    err = (struct sc_error){0};
    assert_int_equal(parse(&book, sc_arena_printf(&arena, "%s\"prices\": 7}", head), &err), -1);
    assert_non_null(strstr(err.message, "with at least one SKU, found a number"));
    err = (struct sc_error){0};
    assert_int_equal(parse(&book, "[]", &err), -1);
}

static void a_file_may_be_absent(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err = {0};
    bool found = false;
    assert_int_equal(sc_book_load(&book, "of-nowhere.json", "models/x", &arena, &found, &err), -1);
    assert_true(found);
    assert_string_equal(err.file, "models/of-nowhere.json");
    assert_non_null(strstr(err.message, "cannot be read"));
}

static int close_arena(void **state)
{
    (void)state;
    sc_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_whole_book),
        cmocka_unit_test(every_slip_is_located),
        cmocka_unit_test(a_book_has_prices),
        cmocka_unit_test(a_file_may_be_absent),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
