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

static const char head[] =
    "{\"id\": \"b\", \"region\": \"r-1\", \"currency\": \"USD\", \"as_of\": \"2026-11-23\",\n"
    " \"sources\": {\"list\": \"a list\", \"old\": \"an old page\"}, \"prices\": {\n";

/* Three versions of one price; the oldest is for ever before. */
static const char versions[] =
    "\"a.ms\": {\"unit\": \"GB-second\", \"usd\": \"0.0000166667\", \"source\": \"list\", "
    "\"confirmed\": true,\n"
    "  \"since\": \"2020-12-01\", \"meter\": \"fine\", \"earlier\": [\n"
    "  {\"usd\": \"0.00001667\", \"since\": \"2017-03\", \"confirmed\": true, \"source\": \"old\", "
    "\"meter\": \"coarse\"},\n"
    "  {\"unit\": \"GB-s\", \"tiers\": [{\"up_to\": \"7\", \"usd\": \"0.31\"}, {\"usd\": "
    "\"0.29\"}], "
    "\"confirmed\": false}]},\n"
    "\"c.young\": {\"unit\": \"hour\", \"usd\": \"0.0417\", \"source\": \"list\", \"confirmed\": "
    "true, \"since\": \"2019\"},\n"
    "\"d.alias\": {\"billed_as\": \"c.young\", \"source\": \"list\", \"confirmed\": true},\n"
    "\"e.reserved\": {\"unit\": \"hour\", \"usd\": \"0.0263\", \"source\": \"list\", "
    "\"confirmed\": "
    "true,\n"
    "  \"covers\": \"c.young\", \"covers_units\": \"3\", \"upfront_usd\": \"230.17\", \"term_h\": "
    "8760},\n"
    "\"f.reserved\": {\"unit\": \"hour\", \"usd\": \"0.0257\", \"source\": \"list\", "
    "\"confirmed\": true, \"covers\": \"d.alias\"}}}\n";

static int parse_at(struct sc_book *book, const char *prices, const char *at, struct sc_error *err)
{
    struct sc_doc doc = {0};
    const char *text = sc_arena_printf(&arena, "%s%s", head, prices);
    *err = (struct sc_error){0};
    int failed = sc_doc_parse(&doc, "book.json", text, strlen(text), err) ||
                 sc_book_parse(book, &doc, at, &arena, err);
    sc_doc_free(&doc);
    return failed ? -1 : 0;
}

static const struct sc_price *price_at(const char *sku, const char *at)
{
    struct sc_book *book = SC_NEW(&arena, struct sc_book);
    struct sc_error err;
    if (parse_at(book, versions, at, &err))
        fail_msg("%s: %s", err.pointer, err.message);
    return sc_book_price(book, sku);
}

struct dated {
    const char *at;
    int64_t usd_e15;
    const char *meter, *unit, *source, *as_of;
};

static void each_day_has_its_version(void **state)
{
    (void)state;
    static const struct dated days[] = {
        {NULL, 16666700000, "fine", "GB-second", "list", "2026-11-23"},
        {"2026-11-23", 16666700000, "fine", "GB-second", "list", "2026-11-23"},
        {"2020-12-02", 16666700000, "fine", "GB-second", "list", "2026-11-23"},
        {"2020-12-01", 16666700000, "fine", "GB-second", "list", "2026-11-23"},
        {"2020-11-30", 16670000000, "coarse", "GB-second", "old", "2020-12-01"},
        {"2017-03-02", 16670000000, "coarse", "GB-second", "old", "2020-12-01"},
        {"2017-03-01", 16670000000, "coarse", "GB-second", "old", "2020-12-01"},
        {"2017-02-28", INT64_C(310000000000000), NULL, "GB-s", "old", "2017-03-01"},
        {"0001-01-01", INT64_C(310000000000000), NULL, "GB-s", "old", "2017-03-01"},
    };
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        const struct dated *d = &days[i];
        const struct sc_price *p = price_at("a.ms", d->at);
        assert_int_equal((int64_t)p->tiers[0].usd_e15, d->usd_e15);
        assert_string_equal(p->unit, d->unit);
        assert_string_equal(p->source, d->source);
        assert_string_equal(p->as_of, d->as_of);
        assert_true(d->meter ? strcmp(p->meter, d->meter) == 0 : p->meter == NULL);
        assert_true(p->confirmed == (d->meter != NULL));
    }
}

static void what_was_not_yet_there_is_not(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err;
    assert_non_null(price_at("c.young", "2019-01-01"));
    assert_null(price_at("c.young", "2018-12-31"));
    /* neither what is billed as it, nor what covers it */
    assert_non_null(price_at("d.alias", "2019-01-01"));
    assert_null(price_at("d.alias", "2018-12-31"));
    assert_null(price_at("e.reserved", "2018-12-31"));
    assert_null(price_at("f.reserved", "2018-12-31"));
    assert_int_equal(parse_at(&book, versions, "2018-12-31", &err), 0);
    assert_int_equal(book.n, 1);
    assert_string_equal(book.id, "b@2018-12-31");
    assert_string_equal(book.at, "2018-12-31");
}

static void knows_its_changes(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err;
    static const char *const wanted[] = {"2017-03-01", "2019-01-01", "2020-12-01"};
    assert_int_equal(parse_at(&book, versions, NULL, &err), 0);
    assert_string_equal(book.id, "b");
    assert_null(book.at);
    assert_null(book.extends);
    assert_int_equal(book.n_changes, 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(book.changes[i], wanted[i]);
}

static void an_alias_has_the_price_of_the_other(void **state)
{
    (void)state;
    const struct sc_price *p = price_at("d.alias", NULL);
    assert_string_equal(p->sku, "c.young");
    assert_int_equal((int64_t)p->tiers[0].usd_e15, INT64_C(41700000000000));
    struct sc_book book;
    struct sc_error err;
    assert_int_equal(parse_at(&book, versions, NULL, &err), 0);
    assert_string_equal(book.prices[2].sku, "d.alias");
    assert_string_equal(book.prices[2].billed_as, "c.young");
    assert_string_equal(book.prices[2].unit, "hour");
}

static void a_commitment_covers(void **state)
{
    (void)state;
    const struct sc_price *p = price_at("e.reserved", NULL);
    assert_string_equal(p->covers, "c.young");
    assert_int_equal((int64_t)p->covers_units, 3);
    assert_int_equal((int64_t)p->upfront_usd_e15, INT64_C(230170000000000000));
    assert_int_equal(p->term_h, 8760);
    assert_string_equal(price_at("f.reserved", NULL)->covers, "c.young"); /* as d.alias is billed */
    p = price_at("c.young", NULL);
    assert_null(p->covers);
    assert_int_equal((int64_t)p->covers_units, 0);
    assert_int_equal(p->term_h, 0);
}

#define MEMBER(more) "\"usd\": \"0.2385\", \"source\": \"list\", \"confirmed\": true" more
#define PRICE(more) "{\"unit\": \"hour\", " MEMBER(more) "}"
#define VERSION(more) "{" MEMBER(more) "}"
#define POOL(units, more) PRICE(", \"free\": {\"units\": \"" units "\", \"pool\": \"p\"" more "}")

struct slip {
    const char *prices, *pointer, *message;
};

static const struct slip slips[] = {
    {"\"x\": " PRICE(", \"since\": \"2020-13\""), "/prices/x/since",
     "\"2020-13\" is no date; write YYYY, YYYY-MM or YYYY-MM-DD"},
    {"\"x\": " PRICE(", \"earlier\": [" VERSION("") "]"), "/prices/x",
     "has earlier versions, so say since when it is in force"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": []"), "/prices/x/earlier",
     "expected a list of older versions, the newest first, found an empty one"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": {}"), "/prices/x/earlier",
     "the newest first, found an object"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [7]"), "/prices/x/earlier/0",
     "an object is wanted"},
    {"\"x\": " PRICE(
         ", \"since\": \"2020\", \"earlier\": [" VERSION(", \"since\": \"2020-01\"") "]"),
     "/prices/x/earlier/0/since",
     "\"2020-01\" is not before the version above begins, 2020-01-01; order the versions"},
    {"\"x\": " PRICE(
         ", \"since\": \"2020\", \"earlier\": [" VERSION(", \"since\": \"2021-07\"") "]"),
     "/prices/x/earlier/0/since", "\"2021-07\" is not before the version above"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [" VERSION(", \"since\": \"2O19\"") "]"),
     "/prices/x/earlier/0/since", "\"2O19\" is no date"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [" VERSION("") ", " VERSION("") "]"),
     "/prices/x/earlier/0", "only the oldest version may leave out \"since\""},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [" VERSION(", \"earlier\": []") "]"),
     "/prices/x/earlier/0/earlier", "has no earlier ones of its own"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [{\"confirmed\": true}]"),
     "/prices/x/earlier/0", "has no price"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [{\"usd\": \"1\"}]"),
     "/prices/x/earlier/0", "\"confirmed\" is missing"},
    {"\"x\": " PRICE(
         ", \"since\": \"2020\", \"earlier\": [{\"usd\": \"-3.7\", \"confirmed\": true}]"),
     "/prices/x/earlier/0/usd", "\"-3.7\" is negative"},
    {"\"x\": " PRICE(", \"since\": \"2020\", \"earlier\": [{\"usd\": \"3\", \"confirmed\": true, "
                     "\"source\": \"lisd\"}]"),
     "/prices/x/earlier/0/source", "did you mean \"list\"?"},
    {"\"x\": {\"unit\": \"hour\", \"usd\": \"1\", \"confirmed\": true}", "/prices/x",
     "the key \"source\" is missing"},
    {"\"x\": {\"billed_as\": \"y\", \"confirmed\": true}, \"y\": " PRICE(""), "/prices/x",
     "the key \"source\" is missing"},
    {"\"x\": {\"billed_as\": \"yo\", \"source\": \"list\", \"confirmed\": true}, \"y0\": " PRICE(
         ""),
     "/prices/x/billed_as",
     "\"yo\", \"billed_as\" of \"x\", is not in the book; did you mean \"y0\"?"},
    {"\"x\": {\"billed_as\": \"x\", \"source\": \"list\", \"confirmed\": true}",
     "/prices/x/billed_as", "\"x\" names itself as \"billed_as\""},
    {"\"x\": {\"billed_as\": \"y\", \"source\": \"list\", \"confirmed\": true}, "
     "\"y\": {\"billed_as\": \"z\", \"source\": \"list\", \"confirmed\": true}, \"z\": " PRICE(""),
     "/prices/x/billed_as",
     "\"x\" is billed as \"y\", which is itself billed as \"z\"; name the last"},
    {"\"x\": " PRICE(", \"billed_as\": \"y\"") ", \"y\": " PRICE(""), "/prices/x/usd",
     "has no \"usd\" of its own"},
    {"\"x\": {\"billed_as\": \"y\", \"source\": \"list\", \"confirmed\": true, \"meter\": \"m\"}, "
     "\"y\": " PRICE(""),
     "/prices/x/meter", "has no \"meter\" of its own"},
    {"\"x\": " PRICE(", \"covers\": \"hours\""), "/prices/x/covers",
     "\"hours\", \"covers\" of \"x\", is not in the book; add its price"},
    {"\"x\": " PRICE(", \"covers\": \"x\""), "/prices/x/covers", "names itself"},
    {"\"x\": " PRICE(", \"covers\": \"y\"") ", \"y\": " PRICE(
         ", \"covers\": \"z\"") ", \"z\": " PRICE(""),
     "/prices/x/covers", "\"y\", which is a commitment itself"},
    {"\"x\": " PRICE(", \"covers_units\": \"2\""), "/prices/x/covers_units", "say \"covers\": SKU"},
    {"\"x\": " PRICE(", \"covers\": \"y\", \"covers_units\": \"0\""), "/prices/x/covers_units",
     "\"0\" is below the minimum, 1 unit"},
    {"\"x\": " PRICE(", \"covers\": \"y\", \"covers_units\": \"1.5\""), "/prices/x/covers_units",
     "\"1.5\" is not whole"},
    {"\"x\": " PRICE(", \"covers\": \"y\", \"covers_units\": 2"), "/prices/x/covers_units",
     "found a number"},
    {"\"x\": " PRICE(", \"upfront_usd\": \"57.3\""), "/prices/x/upfront_usd",
     "say its length in hours, such as \"term_h\": 8760"},
    {"\"x\": " PRICE(", \"upfront_usd\": \"-57.3\", \"term_h\": 1"), "/prices/x/upfront_usd",
     "negative"},
    {"\"x\": " PRICE(", \"term_h\": 0.5"), "/prices/x/term_h", "0.5 is below the minimum, 1"},
    {"\"x\": " PRICE(", \"term_h\": 17.5"), "/prices/x/term_h", "not a whole number"},
    {"\"x\": " POOL("71", "") ", \"y\": " POOL("72", ""), "/prices/y/free",
     "\"x\" and \"y\" share the pool \"p\" but not its allowance"},
    {"\"x\": " POOL("71", "") ", \"y\": " POOL("71", ", \"scope\": \"global\""), "/prices/y/free",
     "share the pool"},
    {"\"x\": " POOL("71", "") ", \"y\": " POOL("71", ", \"for\": \"new_account\""),
     "/prices/y/free", "share the pool"},
    {"\"x\": " POOL("71", ", \"scope\": \"globe\""), "/prices/x/free/scope",
     "did you mean \"global\"?"},
    {"\"x\": " PRICE(", \"sinse\": \"2020\""), "/prices/x/sinse", "did you mean \"since\"?"},
};

static void every_slip_is_located(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        struct sc_book book;
        struct sc_error err;
        const struct slip *s = &slips[i];
        if (!parse_at(&book, sc_arena_printf(&arena, "%s}}", s->prices), NULL, &err) ||
            !strstr(err.message, s->message) || strcmp(err.pointer, s->pointer) != 0 ||
            err.line < 1 || strcmp(err.file, "book.json") != 0)
            fail_msg("%s: wanted \"%s: %s\", got %d: \"%s: %s\"", s->prices, s->pointer, s->message,
                     err.line, err.pointer, err.message);
    }
}

static void a_pool_has_a_scope(void **state)
{
    (void)state;
    struct sc_book book;
    struct sc_error err;
    assert_int_equal(parse_at(&book,
                              "\"x\": " POOL("71", ", \"scope\": \"global\"") ", \"y\": " POOL(
                                  "71", ", \"scope\": \"global\"") ", \"z\": " PRICE("") "}}",
                              NULL, &err),
                     0);
    assert_int_equal(sc_book_price(&book, "y")->scope, SC_SCOPE_GLOBAL);
    assert_int_equal(sc_book_price(&book, "z")->scope, SC_SCOPE_REGION);
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
        cmocka_unit_test(each_day_has_its_version),
        cmocka_unit_test(what_was_not_yet_there_is_not),
        cmocka_unit_test(knows_its_changes),
        cmocka_unit_test(an_alias_has_the_price_of_the_other),
        cmocka_unit_test(a_commitment_covers),
        cmocka_unit_test(every_slip_is_located),
        cmocka_unit_test(a_pool_has_a_scope),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
