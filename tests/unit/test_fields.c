/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/fields.h"
#include "io/json.h"
#include "num/dist.h"
#include "num/fraction.h"
#include "num/math.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct cache {
    int64_t ttl_ns;
    int policy;
};

struct thing {
    int64_t count, timeout_ns, memory_bytes;
    double rate_per_s;
    bool warm;
    int reuse;
    const char *title;
    struct sc_dist cpu, item;
    struct cache cache;
    const struct cJSON *to;
};

static const struct sc_field cache_fields[] = {
    {.key = "ttl_s",
     .help = "time to live",
     .kind = SC_FIELD_NS,
     .offset = offsetof(struct thing, cache.ttl_ns),
     .def = 60,
     .min = 0,
     .max = 3600,
     .source = "PAPER-7"},
    {.key = "policy",
     .help = "what goes first",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct thing, cache.policy),
     .choices = "lru|fifo"},
    {.key = NULL},
};

static const struct sc_field fields[] = {
    {.key = "count",
     .help = "how many",
     .kind = SC_FIELD_INT,
     .offset = offsetof(struct thing, count),
     .def = 3,
     .min = -5,
     .max = 1000},
    {.key = "timeout_s",
     .help = "patience",
     .kind = SC_FIELD_NS,
     .offset = offsetof(struct thing, timeout_ns),
     .def = 29.5,
     .max = 900,
     .source = "APIGW-TIME-1"},
    {.key = "memory_mb",
     .help = "memory in MB",
     .kind = SC_FIELD_BYTES,
     .offset = offsetof(struct thing, memory_bytes),
     .def = 512,
     .min = 128,
     .max = 10240},
    {.key = "rate_per_s",
     .kind = SC_FIELD_REAL,
     .offset = offsetof(struct thing, rate_per_s),
     .def = 0.25},
    {.key = "warm",
     .help = "kept \"warm\"",
     .kind = SC_FIELD_BOOL,
     .offset = offsetof(struct thing, warm),
     .def = 1},
    {.key = "reuse",
     .help = "which instance serves",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct thing, reuse),
     .def = 1,
     .choices = "mru|lru|random"},
    {.key = "title",
     .help = "a name",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct thing, title)},
    {.key = "cpu_ms",
     .help = "work",
     .kind = SC_FIELD_DIST,
     .offset = offsetof(struct thing, cpu),
     .text = "{\"uniform\": {\"min\": 2, \"max\": 4}}"},
    {.key = "item_bytes",
     .help = "size",
     .kind = SC_FIELD_DIST,
     .offset = offsetof(struct thing, item),
     .def = 900,
     .max = 400000},
    {.key = "cache", .help = "in front", .kind = SC_FIELD_OBJECT, .inner = cache_fields},
    {.key = "to",
     .help = "where calls go",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct thing, to),
     .schema = "{\"type\": [\"string\", \"object\"]}"},
    {.key = NULL},
};

static const char *const also[] = {"type", "metrics", NULL};

struct fixture {
    struct sc_doc doc;
    struct sc_arena arena;
    struct sc_error err;
    struct thing thing;
};

static int read_text(struct fixture *x, const char *text)
{
    *x = (struct fixture){.err = {.line = 0}};
    assert_int_equal(sc_doc_parse(&x->doc, "t.json", text, strlen(text), &x->err), 0);
    return sc_fields_read(&x->doc, x->doc.root, fields, also, &x->thing, &x->arena, &x->err);
}

static void close_fixture(struct fixture *x)
{
    sc_doc_free(&x->doc);
    sc_arena_free(&x->arena);
}

static void check_defaults(const struct thing *t)
{
    assert_int_equal(t->count, 3);
    assert_int_equal(t->timeout_ns, 29500000000);
    assert_int_equal(t->memory_bytes, 512 << 20);
    assert_true(t->rate_per_s == 0.25);
    assert_true(t->warm);
    assert_int_equal(t->reuse, 1);
    assert_null(t->title);
    assert_int_equal(t->cpu.kind, SC_DIST_UNIFORM);
    assert_true(t->cpu.a == 2e6 && t->cpu.b == 4e6);
    assert_int_equal(t->item.kind, SC_DIST_CONSTANT);
    assert_true(t->item.a == 900);
    assert_int_equal(t->cache.ttl_ns, 60000000000);
    assert_int_equal(t->cache.policy, 0);
    assert_null(t->to);
}

static void defaults(void **state)
{
    (void)state;
    struct fixture x;
    assert_int_equal(read_text(&x, "{\"type\": \"thing\", \"metrics\": []}"), 0);
    check_defaults(&x.thing);
    memset(&x.thing, 0x5a, sizeof x.thing);
    assert_int_equal(sc_fields_read(&x.doc, NULL, fields, NULL, &x.thing, &x.arena, &x.err), 0);
    check_defaults(&x.thing);
    close_fixture(&x);
}

static void what_is_written(void **state)
{
    (void)state;
    struct fixture x;
    assert_int_equal(
        read_text(&x, "{\"count\": -5, \"timeout_s\": 0.1234567891, \"memory_mb\": 1769, "
                      "\"rate_per_s\": -2.385,"
                      "\"warm\": false, \"reuse\": \"random\", \"title\": \"T\", \"cpu_ms\": 3.5,"
                      "\"item_bytes\": {\"exponential\": {\"mean\": 77.5}}, \"cache\": "
                      "{\"policy\": \"fifo\"},"
                      "\"to\": {\"*\": \"fn\"}}"),
        0);
    const struct thing *t = &x.thing;
    assert_int_equal(t->count, -5);
    assert_int_equal(t->timeout_ns, 123456789);
    assert_int_equal(t->memory_bytes, INT64_C(1769) << 20);
    assert_true(t->rate_per_s == -2.385);
    assert_false(t->warm);
    assert_int_equal(t->reuse, 2);
    assert_string_equal(t->title, "T");
    assert_true(t->cpu.kind == SC_DIST_CONSTANT && t->cpu.a == 3.5e6);
    assert_true(t->item.kind == SC_DIST_EXPONENTIAL && t->item.a == 77.5);
    assert_int_equal(t->cache.policy, 1);
    assert_int_equal(t->cache.ttl_ns, 60000000000);
    assert_string_equal(sc_json_string(sc_json_get(t->to, "*")), "fn");
    close_fixture(&x);
}

static void bad(const char *text, const char *pointer, const char *expected)
{
    struct fixture x;
    assert_int_equal(read_text(&x, text), -1);
    if (strcmp(x.err.message, expected) != 0)
        fail_msg("\"%s\" instead of \"%s\"", x.err.message, expected);
    assert_string_equal(x.err.pointer, pointer);
    assert_string_equal(x.err.file, "t.json");
    assert_int_equal(x.err.line, 1);
    close_fixture(&x);
}

static void mistakes_are_explained(void **state)
{
    (void)state;
    bad("{\"memory_mb\": 64}", "/memory_mb", "64 is below the minimum, 128");
    bad("{\"memory_mb\": 10240.5}", "/memory_mb", "10240.5 is above the maximum, 10240");
    bad("{\"memory_mb\": \"abc\"}", "/memory_mb",
        "\"abc\" is a string; a number is wanted (memory in MB, 128 to 10240)");
    bad("{\"memory_mb\": null}", "/memory_mb",
        "this is null; a number is wanted (memory in MB, 128 to 10240)");
    bad("{\"rate_per_s\": [1]}", "/rate_per_s",
        "this is an array; a number is wanted (rate_per_s)");
    bad("{\"warm\": 1}", "/warm", "1 is a number; true or false is wanted (kept \"warm\")");
    bad("{\"title\": true}", "/title", "true is a boolean; a string is wanted (a name)");
    bad("{\"reuse\": 5}", "/reuse", "5 is a number; a string is wanted (which instance serves)");
    bad("{\"reuse\": \"foo\"}", "/reuse", "\"foo\" is not one of: mru, lru, random");
    bad("{\"reuse\": \"rand\"}", "/reuse",
        "\"rand\" is not one of: mru, lru, random; did you mean \"random\"?");
    bad("{\"count\": 2.5}", "/count", "2.5 is not a whole number (how many)");
    bad("{\"count\": 1001}", "/count", "1001 is above the maximum, 1000");
    bad("{\"timeout_s\": -0.001}", "/timeout_s", "-0.001 is below the minimum, 0");
    bad("{\"memroy_mb\": 128}", "/memroy_mb",
        "unknown key \"memroy_mb\"; did you mean \"memory_mb\"?");
    bad("{\"timeout_ms\": 128}", "/timeout_ms",
        "unknown key \"timeout_ms\"; did you mean \"timeout_s\" (in seconds)?");
    bad("{\"memory\": 128}", "/memory",
        "unknown key \"memory\"; did you mean \"memory_mb\" (in MB)?");
    bad("{\"metric\": 1}", "/metric", "unknown key \"metric\"; did you mean \"metrics\"?");
    bad("{\"zebra_crossing\": 1}", "/zebra_crossing",
        "unknown key \"zebra_crossing\"; the keys here: count, timeout_s, memory_mb, rate_per_s, "
        "warm, reuse, title, cpu_ms, "
        "item_bytes, cache, to, type, metrics");
    bad("{\"cache\": 5}", "/cache", "5 is a number; an object is wanted (in front)");
    bad("{\"cache\": {\"type\": 5}}", "/cache/type",
        "unknown key \"type\"; the keys here: ttl_s, policy");
    bad("{\"cache\": {\"ttl_s\": 4000}}", "/cache/ttl_s", "4000 is above the maximum, 3600");
    bad("{\"item_bytes\": 400001}", "/item_bytes", "400001 is above the maximum, 400000");
    bad("[]", "", "this is an array; an object is wanted");
}

struct odd {
    int64_t age_ns, n;
};
static const struct sc_field odd_fields[] = {
    {.key = "age_h",
     .help = "how old",
     .kind = SC_FIELD_NS,
     .offset = offsetof(struct odd, age_ns),
     .required = 1,
     .max = 1e300},
    {.key = "n", .kind = SC_FIELD_INT, .offset = offsetof(struct odd, n)},
    {.key = NULL},
};

static void bad_odd(const char *text, const char *expected)
{
    struct sc_doc doc;
    struct sc_arena arena = {0};
    struct sc_error err = {0};
    struct odd odd;
    assert_int_equal(sc_doc_parse(&doc, "t.json", text, strlen(text), &err), 0);
    assert_int_equal(sc_fields_read(&doc, doc.root, odd_fields, NULL, &odd, &arena, &err), -1);
    assert_string_equal(err.message, expected);
    sc_doc_free(&doc);
    sc_arena_free(&arena);
}

static void required_keys_and_the_largest_numbers(void **state)
{
    (void)state;
    bad_odd("{}", "the key \"age_h\" is missing (how old)");
    bad_odd("{\"age_h\": 2562048}", "2562048 is above the maximum, 292 years");
    bad_odd("{\"age_h\": 1e300}", "1e+300 is above the maximum, 292 years");
    bad_odd("{\"age_h\": 1, \"n\": 9007199254740992}",
            "9007199254740992 is too large to be kept exactly; the most is 9007199254740991");
    bad_odd("{\"age_h\": 1, \"n\": 1e300}",
            "1e+300 is too large to be kept exactly; the most is 9007199254740991");
}

static void ns_are_the_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {{"{\"timeout_s\": 0.1}", 100000000},
                 {"{\"timeout_s\": 0.3}", 300000000},
                 {"{\"timeout_s\": 1.1e-9}", 1},
                 {"{\"timeout_s\": 0.5e-9}", 1},
                 {"{\"timeout_s\": 0.49999e-9}", 0},
                 {"{\"timeout_s\": 899.999999999}", 899999999999},
                 {"{\"timeout_s\": 33.333333333}", 33333333333}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture x;
        assert_int_equal(read_text(&x, cases[i].text), 0);
        assert_int_equal(x.thing.timeout_ns, cases[i].ns);
        close_fixture(&x);
    }
    assert_true(sc_key_scale("x_kb") == 1024 && sc_key_scale("x_per_s") == 1 &&
                sc_key_scale("x") == 1);
}

static struct sc_dist dist(const char *text, const char *key)
{
    struct fixture x = {.err = {.line = 0}};
    struct sc_dist d = {.a = 0};
    assert_int_equal(sc_doc_parse(&x.doc, "t.json", text, strlen(text), &x.err), 0);
    if (sc_dist_read(&x.doc, x.doc.root, key, &d, &x.arena, &x.err) != 0)
        fail_msg("%s", x.err.message);
    if (d.kind == SC_DIST_QUANTILES) {
        assert_int_equal(d.n, 3);
        assert_true(d.p[1] == 0.5 && d.x[0] == 1.5e6 && d.x[1] == 1.5e6 && d.x[2] == 80e6);
    }
    close_fixture(&x);
    return d;
}

static void check_dist(const char *text, const char *key, enum sc_dist_kind kind, double a,
                       double b)
{
    struct sc_dist d = dist(text, key);
    assert_int_equal(d.kind, kind);
    assert_true(fabs(d.a - a) <= 1e-12 * fabs(a));
    assert_true(fabs(d.b - b) <= 1e-9 * fabs(b));
}

static void every_distribution(void **state)
{
    (void)state;
    check_dist("5", "x_ms", SC_DIST_CONSTANT, 5e6, 0);
    check_dist("0", "x", SC_DIST_CONSTANT, 0, 0);
    check_dist("{\"lognormal\": {\"p50\": 6, \"p99\": 30}}", "x_ms", SC_DIST_LOGNORMAL, sc_log(6e6),
               sc_log(5) / 2.3263478740408408);
    check_dist("{\"lognormal\": {\"mean\": 2.5, \"cv\": 1.5}}", "x_s", SC_DIST_LOGNORMAL,
               sc_log(2.5e9) - sc_log(3.25) / 2, sc_sqrt(sc_log(3.25)));
    check_dist("{\"lognormal\": {\"cv\": 0, \"mean\": 8}}", "x", SC_DIST_LOGNORMAL, sc_log(8), 0);
    check_dist("{\"exponential\": {\"mean\": 0.77}}", "x_h", SC_DIST_EXPONENTIAL, 0.77 * 3.6e12, 0);
    check_dist("{\"normal\": {\"mean\": 3, \"sd\": 0}}", "x_ms", SC_DIST_NORMAL, 3e6, 0);
    check_dist("{\"gamma\": {\"mean\": 3, \"cv\": 0.5}}", "x_ms", SC_DIST_GAMMA, 4, 0.75e6);
    check_dist("{\"gamma\": {\"shape\": 3.5, \"scale\": 0.5}}", "x_ms", SC_DIST_GAMMA, 3.5, 0.5e6);
    check_dist("{\"weibull\": {\"shape\": 1.7, \"scale\": 4}}", "x_kb", SC_DIST_WEIBULL, 1.7, 4096);
    check_dist("{\"pareto\": {\"shape\": 1.7, \"min\": 4}}", "x_ms", SC_DIST_PARETO, 1.7, 4e6);
    check_dist("{\"uniform\": {\"min\": 0, \"max\": 4}}", "x_ms", SC_DIST_UNIFORM, 0, 4e6);
    check_dist("{\"trace\": 1.25}", "x_ms", SC_DIST_TRACE, 1.25, 0);
    assert_int_equal(dist("{\"quantiles\": [[0, 1.5], [0.5, 1.5], [1, 80]]}", "x_ms").kind,
                     SC_DIST_QUANTILES);
}

static void bad_dist(const char *text, const char *key, const char *pointer, const char *expected)
{
    struct fixture x = {.err = {.line = 0}};
    struct sc_dist d;
    assert_int_equal(sc_doc_parse(&x.doc, "t.json", text, strlen(text), &x.err), 0);
    assert_int_equal(sc_dist_read(&x.doc, x.doc.root, key, &d, &x.arena, &x.err), -1);
    if (!strstr(x.err.message, expected))
        fail_msg("\"%s\" instead of \"%s\"", x.err.message, expected);
    assert_string_equal(x.err.pointer, pointer);
    close_fixture(&x);
}

static void bad_distributions(void **state)
{
    (void)state;
    bad_dist("-1", "x_ms", "", "-1 is below 0");
    bad_dist("\"5 ms\"", "x_ms", "",
             "\"5 ms\" is a string; a number or one distribution is wanted, as in {\"lognormal\"");
    bad_dist("{}", "x_ms", "", "this object has not one member");
    bad_dist("{\"exponential\": {\"mean\": 1}, \"trace\": 1}", "x_ms", "",
             "this object has not one member");
    bad_dist("{\"lognorm\": {}}", "x_ms", "/lognorm",
             "unknown distribution \"lognorm\"; did you mean \"lognormal\"?");
    bad_dist("{\"cauchy_like\": {}}", "x_ms", "/cauchy_like",
             "there are lognormal, exponential, normal, gamma,");
    bad_dist("{\"lognormal\": {\"p50\": 6}}", "x_ms", "/lognormal",
             "\"lognormal\" takes {\"p50\", \"p99\"} or {\"mean\", \"cv\"}");
    bad_dist("{\"lognormal\": {\"p50\": 6, \"p99\": 7, \"p95\": 1}}", "x_ms", "/lognormal",
             "takes {\"p50\"");
    bad_dist("{\"exponential\": 5}", "x_ms", "/exponential", "\"exponential\" takes {\"mean\"}");
    bad_dist("{\"lognormal\": {\"p50\": 0, \"p99\": 7}}", "x_ms", "/lognormal/p50",
             "0 must be above 0");
    bad_dist("{\"lognormal\": {\"p50\": 8, \"p99\": 7.5}}", "x_ms", "/lognormal/p99",
             "7.5 (p99) is below 8, the p50");
    bad_dist("{\"lognormal\": {\"p50\": 1e-9, \"p99\": 7.5}}", "x_ms", "/lognormal/p99",
             "more than 1e9 times the p50");
    bad_dist("{\"lognormal\": {\"mean\": 1, \"cv\": -1}}", "x_ms", "/lognormal/cv",
             "-1 is below the minimum, 0");
    bad_dist("{\"lognormal\": {\"mean\": \"1\", \"cv\": 1}}", "x_ms", "/lognormal/mean",
             "\"1\" is a string");
    bad_dist("{\"gamma\": {\"mean\": 1, \"cv\": 0}}", "x_ms", "/gamma/cv",
             "0 is below the minimum, 0.001");
    bad_dist("{\"gamma\": {\"shape\": \"a\", \"scale\": 1}}", "x_ms", "/gamma/shape",
             "a number is wanted (shape)");
    bad_dist("{\"weibull\": {\"shape\": 0, \"scale\": 1}}", "x_ms", "/weibull/shape",
             "below the minimum, 0.01");
    bad_dist("{\"exponential\": {\"mean\": 1e-320}}", "x", "/exponential/mean", "too small");
    bad_dist("{\"exponential\": {\"mean\": 2562048}}", "x_h", "/exponential/mean",
             "above the maximum, 292 years");
    bad_dist("{\"exponential\": {\"mean\": 1e19}}", "x", "/exponential/mean",
             "above the maximum, 9.2e18");
    bad_dist("{\"uniform\": {\"min\": 5, \"max\": 4}}", "x", "/uniform/max",
             "4 (max) is below 5, the min");
    bad_dist("{\"normal\": {\"mean\": 5, \"sd\": -4}}", "x", "/normal/sd", "-4 is below 0");
    bad_dist("{\"trace\": 0}", "x_ms", "/trace", "0 is not above 0");
    bad_dist("{\"trace\": {}}", "x_ms", "/trace", "this is an object; a number is wanted");
    bad_dist("{\"trace\": 1}", "x_bytes", "/trace",
             "a trace gives times only, and \"x_bytes\" is none");
    bad_dist("{\"quantiles\": {}}", "x_ms", "/quantiles", "a list of [p, value] is wanted");
    bad_dist("{\"quantiles\": [[0, 1]]}", "x_ms", "/quantiles", "a list of [p, value] is wanted");
    bad_dist("{\"quantiles\": [[0, 1], 5]}", "x_ms", "/quantiles/1", "a pair [p, value]");
    bad_dist("{\"quantiles\": [[0.1, 1], [1, 5]]}", "x_ms", "/quantiles/0/0",
             "the first p is 0, not 0.1");
    bad_dist("{\"quantiles\": [[0, 1], [0.9, 5]]}", "x_ms", "/quantiles",
             "the last p is 1, not 0.9");
    bad_dist("{\"quantiles\": [[0, 1], [99, 5]]}", "x_ms", "/quantiles/1/0",
             "99 is above 1; p is a fraction");
    bad_dist("{\"quantiles\": [[0, 1], [0.5, 2], [0.5, 5], [1, 6]]}", "x_ms", "/quantiles/2/0",
             "p must rise: 0.5 after 0.5");
    bad_dist("{\"quantiles\": [[0, 1], [0.5, 7], [1, 6]]}", "x_ms", "/quantiles/2/1",
             "values must not fall: 6 after 7");
    bad_dist("{\"quantiles\": [[0, -1], [1, 6]]}", "x_ms", "/quantiles/0/1", "-1 is below 0");
}

static char *printed(void (*print)(FILE *out))
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    print(out);
    fclose(out);
    return text;
}

static void describe(FILE *out)
{
    sc_fields_describe(fields, 2, out);
}

static void schema(FILE *out)
{
    fputc('{', out);
    sc_fields_schema(fields, out);
    fputc('}', out);
}

static void a_table_describes_itself(void **state)
{
    (void)state;
    char *text = printed(describe);
    assert_non_null(strstr(text, "  memory_mb  default 512  (128 to 10240)\n      memory in MB\n"));
    assert_non_null(
        strstr(text, "  timeout_s  default 29.5  (0 to 900)\n      patience [APIGW-TIME-1]\n"));
    assert_non_null(strstr(text, "  reuse  default lru  (mru|lru|random)\n"));
    assert_non_null(strstr(text, "  warm  default true\n"));
    assert_non_null(strstr(
        text,
        "  cpu_ms  default {\"uniform\": {\"min\": 2, \"max\": 4}}  a number or a distribution\n"));
    assert_non_null(strstr(text, "      policy  default lru  (lru|fifo)\n"));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 80);
    free(text);
}

static void the_schema_is_json(void **state)
{
    (void)state;
    char *text = printed(schema), *definition = printed(sc_distribution_schema);
    struct sc_doc doc;
    struct sc_error err = {0};
    if (sc_doc_parse(&doc, "schema", text, strlen(text), &err) != 0)
        fail_msg("%s in %s", err.message, text);
    assert_true(sc_json_number(sc_json_at(&doc, "/memory_mb/minimum")) == 128);
    assert_true(sc_json_number(sc_json_at(&doc, "/memory_mb/default")) == 512);
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/count/type")), "integer");
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/reuse/enum/2")), "random");
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/reuse/default")), "lru");
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/timeout_s/description")),
                        "patience [APIGW-TIME-1]");
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/cpu_ms/allOf/0/$ref")),
                        "#/definitions/distribution");
    assert_true(sc_json_number(sc_json_at(&doc, "/cpu_ms/default/uniform/max")) == 4);
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/cache/properties/ttl_s/type")), "number");
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/to/allOf/0/type/1")), "object");
    assert_string_equal(sc_json_kind(sc_json_at(&doc, "/cache/additionalProperties")), "a boolean");
    assert_null(sc_json_at(&doc, "/title/default"));
    sc_doc_free(&doc);
    if (sc_doc_parse(&doc, "definition", definition, strlen(definition), &err) != 0)
        fail_msg("%s in %s", err.message, definition);
    assert_int_equal(sc_json_count(sc_json_at(&doc, "/oneOf")), 12);
    assert_true(sc_json_number(sc_json_at(
                    &doc, "/oneOf/2/properties/lognormal/properties/cv/maximum")) == 1000);
    sc_doc_free(&doc);
    free(definition);
    free(text);
}

static void resolving_writes_every_default(void **state)
{
    (void)state;
    struct fixture x;
    assert_int_equal(read_text(&x, "{\"count\": 7, \"reuse\": \"mru\"}"), 0);
    struct sc_origins origins = {.arena = &x.arena};
    sc_fields_resolve(fields, x.doc.root, "/services/fn", &origins);
    assert_int_equal(origins.n, 8);
    assert_string_equal(origins.lines[0], "/services/fn/timeout_s\tAPIGW-TIME-1");
    assert_string_equal(origins.lines[1], "/services/fn/memory_mb\tsimcost");
    assert_string_equal(origins.lines[6], "/services/fn/cache/ttl_s\tPAPER-7");
    assert_true(sc_json_number(sc_json_at(&x.doc, "/count")) == 7);
    assert_true(sc_json_number(sc_json_at(&x.doc, "/timeout_s")) == 29.5);
    assert_string_equal(sc_json_string(sc_json_at(&x.doc, "/cache/policy")), "lru");
    assert_true(sc_json_number(sc_json_at(&x.doc, "/cpu_ms/uniform/min")) == 2);
    assert_null(sc_json_at(&x.doc, "/title"));
    struct thing before = x.thing;
    assert_int_equal(sc_fields_read(&x.doc, x.doc.root, fields, NULL, &x.thing, &x.arena, &x.err),
                     0);
    assert_int_equal(x.thing.timeout_ns, before.timeout_ns);
    assert_true(x.thing.cpu.a == before.cpu.a && x.thing.cpu.kind == before.cpu.kind);
    sc_fields_resolve(fields, x.doc.root, "/services/fn", &origins); /* nothing is left to add */
    assert_int_equal(origins.n, 8);
    close_fixture(&x);
}

/* Exact amounts: no digit of what is written is lost. */
struct amounts {
    struct sc_fraction hours, stored, any;
};
static const struct sc_field amount_fields[] = {
    {.key = "hours",
     .help = "how long",
     .kind = SC_FIELD_EXACT,
     .offset = offsetof(struct amounts, hours),
     .def = -1,
     .max = 784.5},
    {.key = "stored_gb",
     .help = "kept",
     .kind = SC_FIELD_EXACT,
     .offset = offsetof(struct amounts, stored),
     .def = 0.1,
     .max = 1e24},
    {.key = "any",
     .kind = SC_FIELD_EXACT,
     .offset = offsetof(struct amounts, any),
     .def = (double)NAN},
    {.key = NULL},
};

static int read_amounts(const char *text, struct amounts *a, struct sc_error *err)
{
    struct sc_doc doc;
    struct sc_arena arena = {0};
    *err = (struct sc_error){.line = 0};
    memset(a, 0x5a, sizeof *a);
    assert_int_equal(sc_doc_parse(&doc, "t.json", text, strlen(text), err), 0);
    int failed = sc_fields_read(&doc, doc.root, amount_fields, NULL, a, &arena, err);
    sc_doc_free(&doc);
    sc_arena_free(&arena);
    return failed;
}

static void amount(const char *text, sc_i128 num, sc_i128 den)
{
    struct sc_error err;
    struct amounts a;
    char whole[96];
    snprintf(whole, sizeof whole, "{\"any\": %s}", text);
    if (read_amounts(whole, &a, &err) != 0)
        fail_msg("%s", err.message);
    assert_true(a.any.num == num && a.any.den == den);
}

static void amounts_are_exact(void **state)
{
    (void)state;
    const sc_i128 e9 = 1000000000, e15 = e9 * 1000000;
    amount("0", 0, 1);
    amount("-0.0", 0, 1);
    amount("0.1", 1, 10);
    amount("-37.25", -149, 4);
    amount("1234567890.12345", (sc_i128)24691357802469, 20000);
    amount("0.333333333333333", 333333333333333, e15);
    amount("999999999999999", 999999999999999, 1);
    amount("1.5e21", e15 * 1500000, 1);
    amount("123456789012345e9", (sc_i128)123456789012345 * e9, 1);
    amount("\"0.123456789\"", 123456789, e9);
    amount("\"-7\"", -7, 1);
    amount("\"12345678901234567.25\"", (sc_i128)12345678901234567 * 4 + 1, 4);
    amount("\"123456789012345678901234.000000001\"",
           ((sc_i128)123456789012 * 1000000000000 + 345678901234) * e9 + 1, e9);
}

static void amounts_have_defaults(void **state)
{
    (void)state;
    struct sc_error err;
    struct amounts a;
    assert_int_equal(read_amounts("{}", &a, &err), 0);
    assert_true(a.hours.num == -1 && a.hours.den == 1);
    assert_true(a.stored.num == 1 && a.stored.den == 10);
    assert_true(a.any.num == 0 && a.any.den == 1);
    assert_int_equal(read_amounts("{\"hours\": 784.5, \"stored_gb\": \"0\"}", &a, &err), 0);
    assert_true(a.hours.num == 1569 && a.hours.den == 2 && a.stored.num == 0);
}

static void bad_amount(const char *text, const char *expected)
{
    struct sc_error err;
    struct amounts a;
    assert_int_equal(read_amounts(text, &a, &err), -1);
    if (strcmp(err.message, expected) != 0)
        fail_msg("\"%s\" instead of \"%s\"", err.message, expected);
}

static void bad_amounts_are_explained(void **state)
{
    (void)state;
    bad_amount("{\"hours\": true}",
               "true is a boolean; a number or a decimal string is wanted (how long, 0 to 784.5)");
    bad_amount("{\"any\": {}}", "this is an object; a number or a decimal string is wanted (any)");
    bad_amount("{\"hours\": 784.500000001}", "784.500000001 is above the maximum, 784.5");
    bad_amount("{\"hours\": \"784.500000001\"}", "784.500000001 is above the maximum, 784.5");
    bad_amount("{\"hours\": \"-0.000000001\"}", "-0.000000001 is below the minimum, 0");
    bad_amount("{\"any\": 0.1234567890123456}",
               "0.1234567890123456 has more digits than a number keeps exactly, 15; give it as a "
               "string, with at most 9 decimals (any)");
    bad_amount("{\"stored_gb\": 9007199254740993}",
               "9007199254740992 has more digits than a number keeps exactly, 15; give it as a "
               "string, with at most 9 decimals (kept)");
    bad_amount("{\"any\": 1e-300}",
               "1e-300 has more digits than a number keeps exactly, 15; give it as a string, with "
               "at most 9 decimals (any)");
    bad_amount("{\"any\": 1e24}", "1e+24 has more than 24 digits before the point (any)");
    bad_amount("{\"any\": -1e300}", "-1e+300 has more than 24 digits before the point (any)");
    static const char *const texts[] = {"",      "abc", "1e3", "+1",          ".5",
                                        "5.",    " 5",  "5 ",  "1,000",       "0x10",
                                        "1.2.3", "--1", "NaN", "0.1234567891"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char whole[96], expected[256];
        snprintf(whole, sizeof whole, "{\"any\": \"%s\"}", texts[i]);
        snprintf(expected, sizeof expected,
                 "\"%s\" is a string; a number, or a plain decimal string of at most 24 digits and "
                 "9 decimals, is wanted (any)",
                 texts[i]);
        bad_amount(whole, expected);
    }
    bad_amount("{\"any\": \"1000000000000000000000000\"}",
               "\"1000000000000000000000000\" is a string; a number, or a plain decimal string of "
               "at most 24 digits and 9 decimals, is wanted (any)");
}

static void describe_amounts(FILE *out)
{
    sc_fields_describe(amount_fields, 2, out);
}

static void amounts_schema(FILE *out)
{
    fputc('{', out);
    sc_fields_schema(amount_fields, out);
    fputc('}', out);
}

static void amounts_describe_themselves(void **state)
{
    (void)state;
    char *text = printed(describe_amounts), *schema_text = printed(amounts_schema);
    assert_non_null(strstr(text, "  hours  (0 to 784.5)  a number or a decimal string\n"));
    assert_non_null(strstr(text, "  stored_gb  default 0.1  (0 to 1e+24)  a number or a decimal"));
    struct sc_doc doc;
    struct sc_error err = {0};
    assert_int_equal(sc_doc_parse(&doc, "schema", schema_text, strlen(schema_text), &err), 0);
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/hours/type/1")), "string");
    assert_string_equal(sc_json_string(sc_json_at(&doc, "/hours/pattern")),
                        "^-?[0-9]{1,24}([.][0-9]{1,9})?$");
    assert_true(sc_json_number(sc_json_at(&doc, "/hours/maximum")) == 784.5);
    assert_null(sc_json_at(&doc, "/hours/default"));
    assert_true(sc_json_number(sc_json_at(&doc, "/stored_gb/default")) == 0.1);
    sc_doc_free(&doc);
    free(text);
    free(schema_text);
}

static void resolving_writes_amounts(void **state)
{
    (void)state;
    struct fixture x = {.err = {.line = 0}};
    assert_int_equal(sc_doc_parse(&x.doc, "t.json", "{}", 2, &x.err), 0);
    struct sc_origins origins = {.arena = &x.arena};
    sc_fields_resolve(amount_fields, x.doc.root, "", &origins);
    assert_int_equal(origins.n, 1);
    assert_true(sc_json_number(sc_json_at(&x.doc, "/stored_gb")) == 0.1);
    close_fixture(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(what_is_written),
        cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(required_keys_and_the_largest_numbers),
        cmocka_unit_test(ns_are_the_nearest),
        cmocka_unit_test(every_distribution),
        cmocka_unit_test(bad_distributions),
        cmocka_unit_test(a_table_describes_itself),
        cmocka_unit_test(the_schema_is_json),
        cmocka_unit_test(resolving_writes_every_default),
        cmocka_unit_test(amounts_are_exact),
        cmocka_unit_test(amounts_have_defaults),
        cmocka_unit_test(bad_amounts_are_explained),
        cmocka_unit_test(amounts_describe_themselves),
        cmocka_unit_test(resolving_writes_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
