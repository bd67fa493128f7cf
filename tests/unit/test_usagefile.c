/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/usagefile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Two books of two regions in a folder of their own, and the usage files that the tests write
 * beside them. */
static char folder[] = "/tmp/simcost-usage-XXXXXX";

static const char home[] =
    "{'id': 'home', 'region': 'r-1', 'currency': 'USD', 'as_of': '2026-11-23',\n"
    " 'sources': {'s': 'a list'}, 'prices': {\n"
    "'q.requests': {'unit': 'request', 'usd': '0.0000004', 'free': {'units': '1000000'}, 'source': "
    "'s', 'confirmed': true},\n"
    "'q.messages': {'unit': 'message', 'usd': '0.000001', 'source': 's', 'confirmed': true},\n"
    "'q.paid': {'unit': 'USD', 'usd': '1000000', 'source': 's', 'confirmed': true},\n"
    "'t.hour': {'unit': 'hour', 'usd': '0.0225', 'source': 's', 'confirmed': true},\n"
    "'t.minute': {'unit': 'minute', 'usd': '0.01', 'source': 's', 'confirmed': true},\n"
    "'t.data': {'unit': 'GB', 'usd': '0.09', 'source': 's', 'confirmed': true},\n"
    "'t.kept': {'unit': 'GB-month', 'usd': '0.023', 'source': 's', 'confirmed': true},\n"
    "'t.memory': {'unit': 'GB-second', 'usd': '0.0000166667', 'source': 's', 'confirmed': true},\n"
    "'t.vcpu': {'unit': 'vCPU-hour', 'usd': '0.04048', 'source': 's', 'confirmed': true},\n"
    "'kms.key_month': {'unit': 'customer managed key-month', 'usd': '1', 'source': 's', "
    "'confirmed': true},\n"
    "'kms.request': {'unit': 'request', 'usd': '0.000003', 'source': 's', 'confirmed': true},\n"
    "'ec2.m7g.large': {'unit': 'hour', 'usd': '0.0816', 'source': 's', 'confirmed': true},\n"
    "'ec2.t3.medium': {'unit': 'hour', 'usd': '0.0416', 'source': 's', 'confirmed': true},\n"
    "'ec2.t3.medium.reserved_1y': {'unit': 'hour', 'usd': '0.0261', 'covers': 'ec2.t3.medium', "
    "'source': 's', 'confirmed': true},\n"
    "'d.capacity': {'unit': 'RCU-hour', 'usd': '0.00013', 'source': 's', 'confirmed': true},\n"
    "'d.reserved': {'unit': 'hour', 'usd': '0.0025', 'covers': 'd.capacity', 'covers_units': "
    "'1000000000000', 'source': 's', 'confirmed': true},\n"
    "'ec2.c5.large': {'unit': 'hour', 'usd': '0.085', 'source': 's', 'confirmed': true},\n"
    "'ec2.c5.large.ec2_sp_1y_allupfront': {'unit': 'hour', 'usd': '0.05', 'source': 's', "
    "'confirmed': true},\n"
    "'commitments.ec2_sp_1y_noupfront': {'unit': 'USD', 'usd': '0.63', 'source': 's', 'confirmed': "
    "true},\n"
    "'commitments.ec2_sp_3y_noupfront': {'unit': 'USD', 'usd': '0.43', 'source': 's', 'confirmed': "
    "true},\n"
    "'ec2.m7g.large.compute_sp_1y_allupfront': {'unit': 'hour', 'usd': '0.06', 'source': 's', "
    "'confirmed': true},\n"
    "'commitments.lambda_sp_3y_noupfront': {'unit': 'USD', 'usd': '0.83', 'source': 's', "
    "'confirmed': true}}}\n";
static const char away[] =
    "{'id': 'away', 'region': 'r-2', 'currency': 'USD', 'as_of': '2026-11-23',\n"
    " 'sources': {'s': 'a list'}, 'prices': {\n"
    "'q.requests': {'unit': 'request', 'usd': '0.0000005', 'free': {'units': '1000000'}, 'source': "
    "'s', 'confirmed': true},\n"
    "'kms.key_month': {'unit': 'customer managed key-month', 'usd': '1', 'source': 's', "
    "'confirmed': true}}}\n";

static const char *write_file(const char *name, const char *text)
{
    static char paths[2][128]; /* an error names the file until the next but one is written */
    static int turn;
    char *path = paths[turn++ % 2];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    return path;
}

/* The text's single quotes stand for double ones. */
static char *quoted(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return copy;
}

static int load_as(struct sc_statement *s, const char *name, const char *text, struct sc_error *err)
{
    char *copy = quoted(text);
    *err = (struct sc_error){.line = 0};
    int failed = sc_statement_load(s, write_file(name, copy), NULL, 0, err);
    free(copy);
    return failed;
}

static void load(struct sc_statement *s, const char *text)
{
    struct sc_error err;
    if (load_as(s, "usage.json", text, &err) != 0)
        fail_msg("%s: %s", err.pointer, err.message);
}

static void bad(const char *text, const char *pointer, const char *expected)
{
    struct sc_statement s;
    struct sc_error err;
    assert_int_equal(load_as(&s, "usage.json", text, &err), -1);
    if (!strstr(err.message, expected))
        fail_msg("\"%s\" instead of \"%s\"", err.message, expected);
    assert_string_equal(err.pointer, pointer);
    assert_non_null(strstr(err.file, "usage.json"));
    assert_true(err.line > 0 || pointer[0] == '\0');
    sc_statement_free(&s);
}

#define HEAD "{'title': 't', 'book': 'home.json', "

static void check_usage(const struct sc_usage *u, const char *node, const char *sku, sc_i128 num,
                        sc_i128 den)
{
    assert_string_equal(u->node, node);
    assert_string_equal(u->sku, sku);
    if (u->num * den != num * u->den)
        fail_msg("%s: %g instead of %g", sku, (double)u->num / (double)u->den,
                 (double)num / (double)den);
}

static void heads_have_defaults(void **state)
{
    (void)state;
    struct sc_statement s;
    load(&s, HEAD "'question': 'q?', 'description': 'd', '_comment': 'c', '$schema': 'x',"
                  "'items': {'a': {'type': 'sku', 'sku': 't.hour', 'quantity': '1.25'}}}");
    assert_string_equal(s.title, "t");
    assert_null(s.month);
    assert_true(s.month_h.num == 730 && s.month_h.den == 1);
    assert_true(s.terms.hours.num == 730);
    assert_true(s.requests.num == 0 && s.requests.den == 1);
    assert_int_equal(s.terms.free, SC_FREE_ALWAYS);
    assert_int_equal(s.n_books, 1);
    assert_string_equal(s.book[0]->id, "home");
    assert_int_equal(strlen(s.sha256), 64);
    assert_int_equal(s.n_usages, 1);
    check_usage(&s.usage[0], "a", "t.hour", 5, 4);
    assert_string_equal(s.usage[0].item, "hour");
    assert_ptr_equal(s.usage[0].book, s.book[0]);
    assert_null(s.usage[0].hour);
    sc_statement_free(&s);
}

static void month_of(const char *keys, int num, int den)
{
    struct sc_statement s;
    char text[256];
    snprintf(text, sizeof text, HEAD "%s, 'items': {'a': {'type': 'kms', 'keys': 3}}}", keys);
    load(&s, text);
    assert_true(s.month_h.num == num && s.month_h.den == den);
    assert_true(s.terms.hours.num == num && s.terms.hours.den == den);
    check_usage(&s.usage[0], "a", "kms.key_month", 3, 1);
    sc_statement_free(&s);
}

static void months_have_their_hours(void **state)
{
    (void)state;
    month_of("'month': '2026-11'", 720, 1);
    month_of("'month': '2026-01'", 744, 1);
    month_of("'month': '2026-02'", 672, 1);
    month_of("'month': '2024-02'", 696, 1);
    month_of("'month': '1900-02'", 672, 1);
    month_of("'month': '2000-02'", 696, 1);
    month_of("'month': '2026-12', 'month_h': '730.484375'", 46751, 64);
    month_of("'month_h': 784", 784, 1);
}

static void items_are_ordered_by_name(void **state)
{
    (void)state;
    struct sc_statement s;
    load(&s, HEAD "'free': 'new_account', 'requests': '123456789012345678901234',"
                  "'free_used': {'q.requests': '900001'}, 'items': {"
                  "'z': {'type': 'sku', 'sku': 'q.requests', 'quantity': 77},"
                  "'b-2': {'type': 'kms', 'requests': 2500000, 'keys': 3},"
                  "'none': {'type': 'sku', 'sku': 'q.messages', 'quantity': 0},"
                  "'b-10': {'type': 'sku', 'sku': 'q.requests', 'quantity': 5, 'book': "
                  "'away.json'}}}");
    assert_int_equal(s.terms.free, SC_FREE_NEW_ACCOUNT);
    assert_true(s.requests.num == (sc_i128)123456789012 * 1000000000000 + 345678901234);
    assert_int_equal(s.terms.n_free_used, 1);
    assert_string_equal(s.terms.free_used[0].sku, "q.requests");
    assert_int_equal(s.terms.free_used[0].units, 900001);
    assert_int_equal(s.n_usages, 4);
    check_usage(&s.usage[0], "b-10", "q.requests", 5, 1);
    check_usage(&s.usage[1], "b-2", "kms.key_month", 3, 1);
    check_usage(&s.usage[2], "b-2", "kms.request", 2500000, 1);
    check_usage(&s.usage[3], "z", "q.requests", 77, 1);
    assert_int_equal(s.n_books, 2);
    assert_string_equal(s.usage[0].book->region, "r-2");
    assert_ptr_equal(s.usage[3].book, s.book[0]);
    sc_statement_free(&s);
}

static void a_book_is_loaded_once(void **state)
{
    (void)state;
    struct sc_statement s;
    char text[1024];
    snprintf(text, sizeof text,
             HEAD "'items': {'a': {'type': 'kms', 'keys': 1, 'book': 'away.json'},"
                  "'b': {'type': 'kms', 'keys': 2, 'book': 'away.json'},"
                  "'c': {'type': 'kms', 'keys': 2, 'book': '%s/home.json'},"
                  "'d': {'type': 'kms', 'keys': 2, 'book': 'away.json@2026-11-24'}}}",
             folder);
    load(&s, text);
    assert_int_equal(s.n_books, 3);
    assert_ptr_equal(s.usage[0].book, s.usage[1].book);
    assert_ptr_equal(s.usage[2].book, s.book[0]);
    assert_ptr_not_equal(s.usage[3].book, s.usage[0].book);
    sc_statement_free(&s);
}

static void converted(const char *keys, sc_i128 num, sc_i128 den)
{
    struct sc_statement s;
    char text[512];
    snprintf(text, sizeof text, HEAD "'month_h': 720, 'items': {'a': {'type': 'sku', %s}}}", keys);
    load(&s, text);
    check_usage(&s.usage[0], "a", s.usage[0].sku, num, den);
    sc_statement_free(&s);
}

static void units_are_converted(void **state)
{
    (void)state;
    converted("'sku': 'q.requests', 'quantity': 1.5, 'unit': 'million requests'", 1500000, 1);
    converted("'sku': 'q.requests', 'quantity': 7, 'unit': 'request'", 7, 1);
    converted("'sku': 'q.requests', 'quantity': 7, 'unit': 'thousand requests'", 7000, 1);
    converted("'sku': 'q.messages', 'quantity': '0.000000003', 'unit': 'billion messages'", 3, 1);
    converted("'sku': 't.hour', 'quantity': 2, 'unit': 'months'", 1440, 1);
    converted("'sku': 't.hour', 'quantity': 90, 'unit': 'minutes'", 3, 2);
    converted("'sku': 't.hour', 'quantity': 1, 'unit': 's'", 1, 3600);
    converted("'sku': 't.hour', 'quantity': 3, 'unit': 'days'", 72, 1);
    converted("'sku': 't.minute', 'quantity': 3.5, 'unit': 'hours'", 210, 1);
    converted("'sku': 't.data', 'quantity': 5, 'unit': 'TB'", 5120, 1);
    converted("'sku': 't.data', 'quantity': 5, 'unit': 'MB'", 5, 1024);
    converted("'sku': 't.data', 'quantity': 3, 'unit': 'KB'", 3, 1048576);
    converted("'sku': 't.kept', 'quantity': 3600, 'unit': 'GB-hours'", 5, 1);
    converted("'sku': 't.kept', 'quantity': 2048, 'unit': 'MB-month'", 2, 1);
    converted("'sku': 't.memory', 'quantity': 2, 'unit': 'GB-hour'", 7200, 1);
    converted("'sku': 't.memory', 'quantity': 1024000, 'unit': 'MB-ms'", 1, 1);
    converted("'sku': 't.memory', 'quantity': 12, 'unit': 'GB-second'", 12, 1);
    converted("'sku': 't.vcpu', 'quantity': 1800, 'unit': 'vCPU-seconds'", 1, 2);
    converted("'sku': 'kms.key_month', 'quantity': 360, 'unit': 'customer managed key-hours'", 1,
              2);
    struct sc_statement s;
    load(&s, HEAD "'gb': 'decimal', 'items': {'a': {'type': 'sku', 'sku': 't.data', 'quantity': "
                  "2500, 'unit': 'MB'}}}");
    check_usage(&s.usage[0], "a", "t.data", 5, 2);
    sc_statement_free(&s);
}

static void other_kind(const char *sku, const char *unit, const char *own)
{
    char text[512], expected[256];
    snprintf(text, sizeof text,
             HEAD "'items': {'a': {'type': 'sku', 'sku': '%s', 'quantity': 1, 'unit': '%s'}}}", sku,
             unit);
    snprintf(expected, sizeof expected,
             "\"%s\" is another kind of unit than that of SKU \"%s\", \"%s\"", unit, sku, own);
    bad(text, "/items/a/unit", expected);
}

static void kinds_of_units_are_kept_apart(void **state)
{
    (void)state;
    other_kind("q.requests", "messages", "request");
    other_kind("q.requests", "million", "request");
    other_kind("q.requests", "million ", "request");
    other_kind("q.requests", "", "request");
    other_kind("q.requests", "hour", "request");
    other_kind("t.hour", "GB-hour", "hour");
    other_kind("t.hour", "request", "hour");
    other_kind("t.hour", "-hour", "hour");
    other_kind("t.data", "GB-month", "GB");
    other_kind("t.kept", "GB", "GB-month");
    other_kind("t.vcpu", "GB-hour", "vCPU-hour");
    other_kind("t.memory", "gb-second", "GB-second");
}

static void hours_are_repeated(void **state)
{
    (void)state;
    struct sc_statement s;
    load(&s, HEAD "'month': '2026-02', 'items': {"
                  "'a': {'type': 'sku', 'sku': 'q.requests', 'quantity': 9, 'by_hour': [0, 7, 13]},"
                  "'b': {'type': 'kms', 'requests': 9, 'by_hour': [0, 7, 13]},"
                  "'c': {'type': 'kms', 'requests': 9, 'by_hour': [1]}}}");
    assert_int_equal(s.usage[0].n_hours, 672);
    for (int h = 0; h < 672; h++)
        assert_int_equal((int)s.usage[0].hour[h], h % 3 == 0 ? 0 : h % 3 == 1 ? 7 : 13);
    assert_ptr_equal(s.usage[1].hour, s.usage[0].hour);
    assert_ptr_not_equal(s.usage[2].hour, s.usage[0].hour);
    sc_statement_free(&s);
}

static void commitments_are_read(void **state)
{
    (void)state;
    struct sc_statement s;
    load(&s,
         HEAD "'items': {'a': {'type': 'kms', 'keys': 1}}, 'commitments': ["
              "{'reserved': 'ec2.t3.medium.reserved_1y', 'count': 17},"
              "{'ec2_plan': 'm7g', 'term': '1y_noupfront', 'usd_per_h': '0.123456789012345'},"
              "{'ec2_plan': 'm7g', 'term': '3y_noupfront', 'usd_per_h': '2'},"
              "{'compute_plan': true, 'term': '1y_allupfront', 'usd_per_h': '1.5'},"
              "{'compute_plan': true, 'term': '3y_noupfront', 'usd_per_h': '3', 'name': 'ours'},"
              "{'reserved': 'd.reserved'}]}");
    const struct sc_commitment *c = s.terms.commitment;
    assert_int_equal(s.terms.n_commitments, 6);
    assert_int_equal(c[0].kind, SC_RESERVED);
    assert_string_equal(c[0].name, "reserved t3.medium");
    assert_string_equal(c[0].sku, "ec2.t3.medium.reserved_1y");
    assert_int_equal(c[0].count, 17);
    assert_int_equal(c[1].kind, SC_EC2_PLAN);
    assert_string_equal(c[1].name, "EC2 plan m7g 1");
    assert_string_equal(c[1].family, "m7g");
    assert_string_equal(c[1].plan, "ec2_sp_1y_noupfront");
    assert_int_equal(c[1].usd_e15, 123456789012345);
    assert_string_equal(c[2].name, "EC2 plan m7g 2");
    assert_int_equal(c[3].kind, SC_COMPUTE_PLAN);
    assert_string_equal(c[3].name, "compute plan");
    assert_string_equal(c[3].plan, "compute_sp_1y_allupfront");
    assert_string_equal(c[4].name, "ours");
    assert_string_equal(c[5].name, "reserved d.capacity");
    assert_int_equal(c[5].count, 1);
    assert_ptr_equal(c[5].book, s.book[0]);
    sc_statement_free(&s);
}

static void bad_commitment(const char *text, const char *key, const char *expected)
{
    char whole[512], pointer[64];
    snprintf(whole, sizeof whole,
             HEAD "'items': {'a': {'type': 'kms', 'keys': 1}}, 'commitments': [%s]}", text);
    snprintf(pointer, sizeof pointer, "/commitments/0%s", key);
    bad(whole, pointer, expected);
}

static void bad_commitments_are_explained(void **state)
{
    (void)state;
    bad_commitment("5", "", "5 is a number; an object is wanted");
    bad_commitment("{}", "",
                   "has one of \"reserved\", \"ec2_plan\" and \"compute_plan\": true; "
                   "this one has none");
    bad_commitment("{'compute_plan': false, 'term': 'x'}", "", "this one has none");
    bad_commitment("{'compute_plan': true, 'ec2_plan': 'm7g'}", "", "this one has several");
    bad_commitment("{'reserved': 'ec2.t3.medium.reserved_3y'}", "/reserved",
                   "book home (region r-1) has no SKU \"ec2.t3.medium.reserved_3y\"; did you mean "
                   "\"ec2.t3.medium.reserved_1y\"?");
    bad_commitment(
        "{'reserved': 't.hour'}", "/reserved",
        "\"t.hour\" is no reserved capacity: its price in book home covers no other SKU");
    bad_commitment("{'reserved': 'd.reserved', 'count': 2}", "",
                   "2 of them cover more than 10^12 units of \"d.capacity\" in an hour");
    bad_commitment("{'reserved': 'd.reserved', 'count': 0}", "/count", "0 is below the minimum, 1");
    bad_commitment("{'reserved': 'd.reserved', 'count': 1000001}", "/count",
                   "1000001 is above the maximum, 1000000");
    bad_commitment("{'reserved': 'd.reserved', 'count': 1.5}", "/count",
                   "1.5 is not a whole number");
    bad_commitment("{'reserved': 'd.reserved', 'term': 'x'}", "/term",
                   "reserved capacity has no \"term\"; take it out");
    bad_commitment("{'compute_plan': true, 'term': '1y_allupfront', 'usd_per_h': '1', 'count': 2}",
                   "/count", "a plan has no \"count\"; take it out");
    bad_commitment("{'compute_plan': true}", "", "a plan needs \"term\", such as \"1y_noupfront\"");
    bad_commitment("{'compute_plan': true, 'term': '1y_allupfront'}", "",
                   "a plan needs \"usd_per_h\"");
    static const char *const amounts[] = {"0",    "-1", "1e3", "1000000.1", "0.1234567890123456",
                                          "free", ""};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        char text[128];
        snprintf(text, sizeof text,
                 "{'compute_plan': true, 'term': '1y_allupfront', 'usd_per_h': '%s'}", amounts[i]);
        bad_commitment(
            text, "/usd_per_h",
            "is no plain decimal above 0 and up to 1000000 USD with at most 15 decimals");
    }
    bad_commitment("{'compute_plan': true, 'term': 'x', 'usd_per_h': 0.5}", "/usd_per_h",
                   "0.5 is a number; a string is wanted");
    bad_commitment("{'ec2_plan': 'm7', 'term': '1y_noupfront', 'usd_per_h': '1'}", "/ec2_plan",
                   "has no EC2 family \"m7\"; did you mean \"m7g\"?");
    bad_commitment("{'ec2_plan': 'zebra', 'term': '1y_noupfront', 'usd_per_h': '1'}", "/ec2_plan",
                   "book home (region r-1) has no EC2 family \"zebra\"");
    bad_commitment("{'ec2_plan': 'm7g', 'term': '5y', 'usd_per_h': '1'}", "/term",
                   "book home has no rates of EC2 plans for the term \"5y\"; there are: "
                   "1y_noupfront, 3y_noupfront");
    bad_commitment("{'ec2_plan': 'm7g', 'term': '1y_allupfront', 'usd_per_h': '1'}", "/term",
                   "book home has no rates of EC2 plans for the term \"1y_allupfront\"; there are: "
                   "1y_noupfront, 3y_noupfront");
    bad_commitment("{'compute_plan': true, 'term': '1y_noupfront', 'usd_per_h': '1'}", "/term",
                   "no rates of compute plans for the term \"1y_noupfront\"; there are: "
                   "3y_noupfront, 1y_allupfront");
    bad_commitment("{'compute_plans': true}", "/compute_plans",
                   "unknown key \"compute_plans\"; did you mean \"compute_plan\"?");
    bad(HEAD "'items': {'a': {'type': 'kms', 'keys': 1}}, 'commitments': {}}", "/commitments",
        "an object is given; a list of commitments is wanted");
    bad("{'title': 't', 'book': 'away.json', 'items': {'a': {'type': 'kms', 'keys': 1}}, "
        "'commitments': [{'compute_plan': true, 'term': 'x', 'usd_per_h': '1'}]}",
        "/commitments/0/term",
        "book away has no rates of compute plans for the term \"x\", nor for any other");
}

static void bad_heads_are_explained(void **state)
{
    (void)state;
    bad("[]", "", "this is an array; an object is wanted");
    bad("{}", "", "the key \"title\" is missing");
    bad("{'title': 't'}", "", "the key \"items\" is missing (what was used, by name)");
    bad("{'title': 't', 'item': {}}", "/item", "unknown key \"item\"; did you mean \"items\"?");
    bad(HEAD "'items': {}}", "/items", "an empty object is given; at least one item is wanted");
    bad(HEAD "'items': []}", "/items", "an array is given; at least one item is wanted");
    bad(HEAD "'month': 'November', 'items': {}}", "/month",
        "\"November\" is no month; give it as YYYY-MM, such as 2026-11");
    static const char *const months[] = {"2026-13", "2026-00", "2026-1", "2026-011",
                                         "2026/11", "2o26-11", "",       "-026-11"};
    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        char text[128];
        snprintf(text, sizeof text, HEAD "'month': '%s', 'items': {}}", months[i]);
        bad(text, "/month", "is no month; give it as YYYY-MM");
    }
    bad(HEAD "'month_h': 784.5, 'items': {}}", "/month_h", "784.5 is above the maximum, 784");
    bad(HEAD "'month_h': '0.999999999', 'items': {}}", "/month_h",
        "0.999999999 is below the minimum, 1");
    bad(HEAD "'free': 'all', 'items': {}}", "/free", "\"all\" is not one of: always, none");
    bad(HEAD "'gb': 1024, 'items': {}}", "/gb", "1024 is a number; a string is wanted");
    bad(HEAD "'requests': -1, 'items': {}}", "/requests", "-1 is below the minimum, 0");
    bad("{'title': 't', 'book': 'aws-us-eats-1', 'items': {}}", "/book", "aws-us-eats-1");
    bad(HEAD "'free_used': [], 'items': {}}", "/free_used",
        "an array is given; units by SKU are wanted");
    bad(HEAD "'free_used': {'q.request': 1}, 'items': {}}", "/free_used/q.request",
        "book home (region r-1) has no SKU \"q.request\"; did you mean \"q.requests\"?");
    bad(HEAD "'free_used': {'t.hour': 1}, 'items': {}}", "/free_used/t.hour",
        "SKU \"t.hour\" has no free allowance in book home");
    bad(HEAD "'free_used': {'q.requests': 1.5}, 'items': {}}", "/free_used/q.requests",
        "an allowance is taken in whole units from 0 on (of SKU \"q.requests\": request)");
    bad(HEAD "'free_used': {'q.requests': '-1'}, 'items': {}}", "/free_used/q.requests",
        "in whole units from 0 on");
    bad(HEAD "'free_used': {'q.requests': true}, 'items': {}}", "/free_used/q.requests",
        "true is a boolean; a number, or a plain decimal string");
}

static void bad_item(const char *text, const char *key, const char *expected)
{
    char whole[512], pointer[64];
    snprintf(whole, sizeof whole, HEAD "'items': {'it': %s}}", text);
    snprintf(pointer, sizeof pointer, "/items/it%s", key);
    bad(whole, pointer, expected);
}

static void bad_items_are_explained(void **state)
{
    (void)state;
    bad(HEAD "'items': {'My item': {'type': 'kms'}}}", "/items/My item",
        "\"My item\" is no name: a-z, 0-9, _ and -, at most 63 of them");
    bad_item("5", "", "a number is given; an item is an object with a \"type\"");
    bad_item("{}", "", "an item needs a \"type\", such as \"lambda\" or \"sku\"");
    bad_item("{'type': 5}", "/type", "an item needs a \"type\"");
    bad_item("{'type': 'kmz'}", "/type",
             "there is no type of usage \"kmz\"; did you mean \"kms\"?");
    bad_item("{'type': 'sku_'}", "/type", "did you mean \"sku\"?");
    bad_item("{'type': 'zebra crossing'}", "/type",
             "there is no type of usage \"zebra crossing\"; `simcost models usage` lists them, and "
             "\"sku\" takes any SKU of the book");
    bad_item("{'type': 'kms', 'book': 5}", "/book",
             "a number is given; the name of a price book is wanted");
    bad_item("{'type': 'kms', 'book': 'aws-mars-1'}", "/book", "aws-mars-1");
    bad_item("{'type': 'kms', 'key': 5}", "/key", "unknown key \"key\"; did you mean \"keys\"?");
    bad_item("{'type': 'kms', 'keys': -5}", "/keys", "-5 is below the minimum, 0");
    bad_item("{'type': 'sku', 'quantity': 5}", "", "the key \"sku\" is missing");
    bad_item("{'type': 'sku', 'sku': 'q.requests'}", "", "the key \"quantity\" is missing");
    bad_item("{'type': 'sku', 'sku': 'q.request', 'quantity': 1}", "/sku",
             "book home (region r-1) has no SKU \"q.request\"; did you mean \"q.requests\"?");
    bad_item("{'type': 'sku', 'sku': 't.hour', 'quantity': 1, 'book': 'away.json'}", "/sku",
             "book away (region r-2) has no SKU \"t.hour\"");
    bad_item("{'type': 'kms', 'requests': 1, 'book': 'away.json'}", "",
             "book away (region r-2) has no price for SKU \"kms.request\" (request of a kms)");
    bad_item("{'type': 'sku', 'sku': 'q.requests', 'quantity': -1}", "/quantity",
             "-1 is below the minimum, 0");
    bad_item("{'type': 'sku', 'sku': 'q.paid', 'quantity': 1e9}", "",
             "so much of SKU \"q.paid\" is too large to be priced");
    bad_item("{'type': 'sku', 'sku': 'q.requests', 'quantity': 1e22}", "",
             "so much of SKU \"q.requests\" is too large to be priced");
    bad_item("{'type': 'sku', 'sku': 't.memory', 'quantity': '999999999999999999999999.999999999', "
             "'unit': 'TB-month'}",
             "/quantity", "this quantity has too many digits to be priced");
    bad_item("{'type': 'kms', 'keys': 1e17}", "", "so much of kms.key_month");
    bad_item("{'type': 'kms', 'keys': '999999999999999999999999.999999999'}", "/keys",
             "999999999999999999999999.999999999 is above the maximum, 1e+18");
}

static void bad_hours_are_explained(void **state)
{
    (void)state;
#define BY_HOUR(list) "{'type': 'kms', 'requests': 1, 'by_hour': " list "}"
    bad_item(BY_HOUR("5"), "/by_hour", "a number; \"by_hour\" is a list of whole numbers");
    bad_item(BY_HOUR("[]"), "/by_hour", "this list is empty; \"by_hour\" is a list");
    bad_item(BY_HOUR("[0, 0]"), "/by_hour", "nothing is used in any hour; ");
    bad_item(BY_HOUR("[0, -1]"), "/by_hour/1", "this is no whole number from 0 on; ");
    bad_item(BY_HOUR("[0.5]"), "/by_hour/0", "this is no whole number from 0 on; ");
    bad_item(BY_HOUR("['1']"), "/by_hour/0", "this is no whole number from 0 on; ");
    bad_item(BY_HOUR("[1e300]"), "/by_hour/0", "this is no whole number from 0 on; ");
    bad(HEAD "'month_h': 730.5, 'items': {'a': " BY_HOUR("[1]") "}}", "/items/a/by_hour",
        "the month is no whole number of hours, so nothing can be stated by the hour");
    char *text = malloc(8192), *at = text;
    at += sprintf(at, HEAD "'items': {'a': {'type': 'kms', 'requests': 1, 'by_hour': [1");
    for (int i = 0; i < 730; i++)
        at += sprintf(at, ", %d", i);
    sprintf(at, "]}}}");
    bad(text, "/items/a/by_hour", "these are more hours than the month has; ");
    free(text);
}

/* Each beyond the bound that memory asks for. */
static void different_things_are_bounded(void **state)
{
    (void)state;
    char *text = malloc(200000), *at = text;
    at += sprintf(at, HEAD "'items': {'a': {'type': 'kms', 'keys': 1}");
    for (int i = 0; i <= 1000; i++)
        at += sprintf(at, ", 'i%04d': {'type': 'kms', 'requests': 1, 'by_hour': [1, %d]}", i, i);
    sprintf(at, "}}");
    bad(text, "/items/i1000/by_hour", "more than 1000 different lists of hours");
    at = text + sprintf(text, HEAD "'items': {'a': {'type': 'kms', 'keys': 1}");
    for (int i = 0; i < 100; i++)
        at += sprintf(at, ", 'i%02d': {'type': 'kms', 'keys': 1, 'book': 'home.json@%d-11-23'}", i,
                      2027 + i);
    sprintf(at, "}}");
    bad(text, "/items/i99/book", "more than 100 different books");
    at = text + sprintf(text, HEAD "'items': {'a': {'type': 'kms', 'keys': 1}}, 'commitments': [0");
    for (int i = 0; i < 1000; i++)
        at += sprintf(at, ", %d", i);
    sprintf(at, "]}");
    bad(text, "/commitments", "1001 commitments are more than 1000");
    free(text);
}

static void a_missing_book_is_named(void **state)
{
    (void)state;
    static const char *const texts[] = {"{'title': 't', 'book': 'none.json', 'items': {}}", HEAD
                                        "'items': {'a': {'type': 'kms', 'book': 'none.json'}}}"};
    for (int i = 0; i < 2; i++) {
        struct sc_statement s;
        struct sc_error err;
        assert_int_equal(load_as(&s, "usage.json", texts[i], &err), -1);
        assert_non_null(strstr(err.file, "none.json"));
        assert_non_null(strstr(err.message, "cannot be read"));
        sc_statement_free(&s);
    }
}

static void sets_change_a_file(void **state)
{
    (void)state;
    struct sc_statement s;
    struct sc_error err = {0};
    char *text = quoted(HEAD "'items': {'a': {'type': 'kms', 'keys': 1}}}");
    const struct sc_set sets[] = {{"/items/a/keys", "41"}, {"/month_h", "700"}};
    assert_int_equal(sc_statement_load(&s, write_file("usage.json", text), sets, 2, &err), 0);
    check_usage(&s.usage[0], "a", "kms.key_month", 41, 1);
    assert_int_equal(s.month_h.num, 700);
    sc_statement_free(&s);
    assert_int_equal(sc_statement_load(&s, "/nonexistent/usage.json", NULL, 0, &err), -1);
    assert_string_equal(err.file, "/nonexistent/usage.json");
    sc_statement_free(&s);
    free(text);
}

#define ITEMS "'items': {'a': {'type': 'kms', 'keys': 5}}"

static void merged(const char *keys, const char *other, const char *pointer)
{
    struct sc_statement a, b;
    struct sc_error err;
    char text[512];
    snprintf(text, sizeof text, HEAD "%s" ITEMS "}", keys);
    assert_int_equal(load_as(&a, "a.json", text, &err), 0);
    snprintf(text, sizeof text, HEAD "%s" ITEMS "}", other);
    assert_int_equal(load_as(&b, "b.json", text, &err), 0);
    assert_int_equal(sc_statement_merge(&a, &b, &err), pointer ? -1 : 0);
    if (pointer) {
        assert_string_equal(err.pointer, pointer);
        assert_non_null(strstr(err.file, "b.json"));
        assert_non_null(strstr(err.message, "a.json; one bill has one month and one account"));
    }
    sc_statement_free(&a);
    sc_statement_free(&b);
}

static void files_are_merged(void **state)
{
    (void)state;
    struct sc_statement a, b;
    struct sc_error err;
    assert_int_equal(load_as(&a, "a.json", HEAD "'requests': 10.5, " ITEMS "}", &err), 0);
    assert_int_equal(load_as(&b, "b.json",
                             "{'title': 'u', 'book': 'away.json', 'requests': 3, 'items': {"
                             "'b': {'type': 'kms', 'keys': 7, 'book': 'home.json'},"
                             "'c': {'type': 'kms', 'keys': 9}}}",
                             &err),
                     0);
    assert_int_equal(sc_statement_merge(&a, &b, &err), 0);
    assert_int_equal(a.n_usages, 3);
    assert_int_equal(a.n_books, 2);
    check_usage(&a.usage[1], "b", "kms.key_month", 7, 1);
    assert_ptr_equal(a.usage[1].book, a.usage[0].book);
    assert_string_equal(a.usage[2].book->id, "away");
    assert_true(a.requests.num == 27 && a.requests.den == 2);
    sc_statement_free(&a);
    sc_statement_free(&b);
#define PLAN(usd)                                                                                  \
    "'commitments': [{'compute_plan': true, 'term': '3y_noupfront', 'usd_per_h': " usd "}], "
    merged("'month': '2026-11', ", "'month_h': 720, ", NULL);
    merged("", "'month': '2026-11', ", "/month");
    merged("'month': '2026-11', ", "'month': '2026-06', ", "/month");
    merged("'month': '2026-11', ", "", "");
    merged("", "'month_h': '730.5', ", "/month_h");
    merged("", "'free': 'none', ", "/free");
    merged("", "'free_used': {'q.requests': 1}, ", "/free_used");
    merged("'free_used': {'q.requests': 2}, ", "'free_used': {'q.requests': 1}, ", "/free_used");
    merged("'free_used': {'q.requests': 2}, ", "'free_used': {'q.requests': 2}, ", NULL);
    merged(PLAN("'1'"), PLAN("'1.0'"), NULL);
    merged(PLAN("'1'"), PLAN("'2'"), "/commitments");
    merged(PLAN("'1'"), "", "");
}

static int open_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    char *text = quoted(home);
    write_file("home.json", text);
    free(text);
    text = quoted(away);
    write_file("away.json", text);
    free(text);
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"home.json", "away.json", "usage.json", "a.json", "b.json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_have_defaults),
        cmocka_unit_test(months_have_their_hours),
        cmocka_unit_test(items_are_ordered_by_name),
        cmocka_unit_test(a_book_is_loaded_once),
        cmocka_unit_test(units_are_converted),
        cmocka_unit_test(kinds_of_units_are_kept_apart),
        cmocka_unit_test(hours_are_repeated),
        cmocka_unit_test(commitments_are_read),
        cmocka_unit_test(bad_commitments_are_explained),
        cmocka_unit_test(bad_heads_are_explained),
        cmocka_unit_test(bad_items_are_explained),
        cmocka_unit_test(bad_hours_are_explained),
        cmocka_unit_test(different_things_are_bounded),
        cmocka_unit_test(a_missing_book_is_named),
        cmocka_unit_test(sets_change_a_file),
        cmocka_unit_test(files_are_merged),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
