/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "report/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define A "test_diff_a.json"
#define B "test_diff_b.json"
enum { RANDOM_PAIRS = 400, MOST_LINES = 24 };

/* A document is written line by line; its total is the lines' sum, and `beyond` cents. */
struct paper {
    FILE *out;
    int n;
    int64_t cents;
};

static struct paper begin(const char *path)
{
    struct paper p = {.out = fopen(path, "w")};
    assert_non_null(p.out);
    fputs("{\"schema_version\": 1, \"usage\": {\"title\": \"t\", \"sha256\": \"0a\"}, "
          "\"month_h\": 730, \"lines\": [",
          p.out);
    return p;
}

struct put {
    const char *node, *item, *sku, *region;
    double quantity;
    int64_t cents;
};

static void put(struct paper *p, struct put l)
{
    fprintf(p->out, "%s\n{\"node\": \"%s\", \"item\": \"%s\", \"sku\": \"%s\", ", p->n++ ? "," : "",
            l.node, l.item, l.sku);
    if (l.region)
        fprintf(p->out, "\"region\": \"%s\", ", l.region);
    fprintf(p->out, "\"unit\": \"unit\", \"quantity\": %.17g, \"usd\": %.2f}", l.quantity,
            (double)l.cents / 100);
    p->cents += l.cents;
}

static void end(struct paper *p, int64_t beyond)
{
    fprintf(p->out, "],\n\"total_usd\": %.2f}\n", (double)(p->cents + beyond) / 100);
    assert_int_equal(fclose(p->out), 0);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void compare(struct sc_diff *d, const char *pairs)
{
    struct sc_error err = {0};
    *d = (struct sc_diff){0};
    assert_int_equal(sc_diff_read(&d->a, A, &d->arena, &err), 0);
    assert_int_equal(sc_diff_read(&d->b, B, &d->arena, &err), 0);
    assert_int_equal(sc_diff_form(d, pairs, &err), 0);
}

/* What holds for every pair, whatever the two say. */
static void check_sums(const struct sc_diff_pair *p)
{
    int64_t a = 0, b = 0, equal = 0, change = 0;
    int n_equal = 0;
    for (int i = 0; i < p->n; i++) {
        const struct sc_diff_line *l = &p->line[i];
        a += l->a.cents;
        b += l->b.cents;
        change += l->quantity_cents + l->price_cents;
        assert_int_equal(l->quantity_cents + l->price_cents, l->b.cents - l->a.cents);
        assert_true(l->a.is_there || l->b.is_there);
        assert_true(l->a.is_there == l->b.is_there || l->price_cents == 0);
        assert_int_equal(l->differs, i < p->n - p->n_equal);
        n_equal += !l->differs;
        equal += l->differs ? 0 : l->a.cents;
        assert_true(i == 0 || !l->differs ||
                    llabs(l->b.cents - l->a.cents) <=
                        llabs(p->line[i - 1].b.cents - p->line[i - 1].a.cents));
    }
    assert_int_equal(n_equal, p->n_equal);
    assert_int_equal(equal, p->equal_cents);
    assert_int_equal(b - a, change);
    assert_int_equal(change + p->rounding_cents, p->b_cents - p->a_cents);
}

static uint64_t below(uint64_t *state, uint64_t n)
{
    *state = sc_mix(*state + UINT64_C(0x9E3779B97F4A7C15));
    return *state % n;
}

/* Few names, so that parts of one usage, changed SKUs and regions, new and gone lines all occur. */
static int64_t write_random(const char *path, uint64_t *state)
{
    static const char *const nodes[] = {"fn", "api", "users"},
                             *const items[] = {"requests", "logs"},
                             *const skus[] = {"x.old", "x.new"},
                             *const regions[] = {NULL, "eu-west-1", "us-east-1"};
    struct paper p = begin(path);
    int64_t beyond = (int64_t)below(state, 5) - 2;
    for (uint64_t n = below(state, MOST_LINES); n > 0; n--)
        put(&p, (struct put){nodes[below(state, 3)], items[below(state, 2)], skus[below(state, 2)],
                             regions[below(state, 3)], (double)below(state, 5000) / 7,
                             (int64_t)below(state, 900719)});
    beyond = p.cents > 2 ? beyond : 0;
    end(&p, beyond);
    return p.cents + beyond;
}

static void sums_of_random_pairs(void **state)
{
    uint64_t seed = UINT64_C(0x51A0C057D1FF);
    (void)state;
    for (int i = 0; i < RANDOM_PAIRS; i++) {
        struct sc_diff d;
        int64_t a = write_random(A, &seed), b = write_random(B, &seed);
        compare(&d, NULL);
        assert_int_equal(d.n_pairs, 1);
        assert_int_equal(d.pair[0].a_cents, a);
        assert_int_equal(d.pair[0].b_cents, b);
        check_sums(&d.pair[0]);
        sc_diff_free(&d);
    }
}

/* Turned round, every line's difference changes its sign. */
static void turned_round(void **state)
{
    uint64_t seed = UINT64_C(0xBEEF1977);
    (void)state;
    for (int i = 0; i < RANDOM_PAIRS / 4; i++) {
        struct sc_diff there, back = {0};
        struct sc_error err = {0};
        write_random(A, &seed);
        write_random(B, &seed);
        compare(&there, NULL);
        assert_int_equal(sc_diff_read(&back.a, B, &back.arena, &err), 0);
        assert_int_equal(sc_diff_read(&back.b, A, &back.arena, &err), 0);
        assert_int_equal(sc_diff_form(&back, NULL, &err), 0);
        const struct sc_diff_pair *p = there.pair, *q = back.pair;
        assert_int_equal(p->n, q->n);
        assert_int_equal(p->n_equal, q->n_equal);
        assert_int_equal(p->rounding_cents, -q->rounding_cents);
        sc_diff_free(&there);
        sc_diff_free(&back);
    }
}

static void same_document(void **state)
{
    uint64_t seed = 77017;
    (void)state;
    for (int i = 0; i < RANDOM_PAIRS / 4; i++) {
        struct sc_diff d = {0};
        struct sc_error err = {0};
        write_random(A, &seed);
        assert_int_equal(sc_diff_read(&d.a, A, &d.arena, &err), 0);
        assert_int_equal(sc_diff_read(&d.b, A, &d.arena, &err), 0);
        assert_int_equal(sc_diff_form(&d, NULL, &err), 0);
        assert_true(sc_diff_is_empty(&d));
        assert_int_equal(d.n_inputs, 0);
        assert_int_equal(d.pair[0].n, d.pair[0].n_equal);
        check_sums(&d.pair[0]);
        sc_diff_free(&d);
    }
}

static const struct sc_diff_line *line_of(const struct sc_diff *d, const char *node)
{
    for (int i = 0; i < d->pair[0].n; i++)
        if (strcmp(d->pair[0].line[i].node, node) == 0)
            return &d->pair[0].line[i];
    fail_msg("no line of %s", node);
    return NULL;
}

/* 400 units at 0.0215 USD against 700 at 0.0305: 3.60 by the price of the 400, 9.15 by 300 more. */
static void effects(void **state)
{
    struct sc_diff d;
    (void)state;
    struct paper a = begin(A), b = begin(B);
    put(&a, (struct put){"fn", "x", "x.a", NULL, 100, 0}); /* free */
    put(&a, (struct put){"fn", "x", "x.a", NULL, 300, 860});
    put(&b, (struct put){"fn", "x", "x.a", NULL, 700, 2135});
    put(&a, (struct put){"more", "x", "x.b", NULL, 1000, 200});
    put(&b, (struct put){"more", "x", "x.b", NULL, 3000, 600});
    put(&a, (struct put){"dear", "x", "x.c", NULL, 17.25, 333});
    put(&b, (struct put){"dear", "x", "x.c", NULL, 17.25, 777});
    put(&a, (struct put){"gone", "x", "x.d", NULL, 5, 41});
    put(&b, (struct put){"new", "x", "x.e", NULL, 5, 43});
    put(&b, (struct put){"nought", "x", "x.f", NULL, 0, 0});
    put(&a, (struct put){"nought", "x", "x.f", NULL, 0, 0});
    end(&a, 0);
    end(&b, 1);
    compare(&d, NULL);
    check_sums(d.pair);
    const struct sc_diff_line *fn = line_of(&d, "fn"), *gone = line_of(&d, "gone");
    assert_int_equal(fn->price_cents, 360);
    assert_int_equal(fn->quantity_cents, 915);
    assert_int_equal(line_of(&d, "more")->price_cents, 0);
    assert_int_equal(line_of(&d, "more")->quantity_cents, 400);
    assert_int_equal(line_of(&d, "dear")->price_cents, 444);
    assert_int_equal(gone->quantity_cents, -41);
    assert_string_equal(sc_diff_state(gone), "gone");
    assert_string_equal(sc_diff_state(line_of(&d, "new")), "new");
    assert_string_equal(sc_diff_state(fn), "both");
    assert_int_equal(d.pair[0].n_equal, 1);
    assert_int_equal(d.pair[0].rounding_cents, 1);
    assert_false(sc_diff_is_empty(&d));
    sc_diff_free(&d);
}

/* The same SKU first, then the item's new one, then the item in another region. */
static void matches(void **state)
{
    struct sc_diff d;
    (void)state;
    struct paper a = begin(A), b = begin(B);
    put(&a, (struct put){"moved", "x", "x.a", "eu-west-1", 10, 100});
    put(&b, (struct put){"moved", "x", "x.a", "us-east-1", 10, 110});
    put(&a, (struct put){"renamed", "x", "x.old", "eu-west-1", 10, 100});
    put(&b, (struct put){"renamed", "x", "x.new", "eu-west-1", 10, 120});
    put(&a, (struct put){"both", "x", "x.k", "eu-west-1", 10, 100});
    put(&b, (struct put){"both", "x", "x.k", "us-east-1", 10, 230});
    put(&b, (struct put){"both", "x", "x.k", "eu-west-1", 10, 130});
    put(&a, (struct put){"silent", "x", "x.a", NULL, 10, 100});
    put(&b, (struct put){"silent", "x", "x.a", "us-east-1", 10, 100});
    end(&a, 0);
    end(&b, 0);
    compare(&d, NULL);
    check_sums(d.pair);
    assert_int_equal(d.pair[0].n, 5);
    const struct sc_diff_line *moved = line_of(&d, "moved"), *renamed = line_of(&d, "renamed");
    assert_int_equal(moved->price_cents, 10);
    assert_string_equal(moved->region, "eu-west-1");
    assert_string_equal(moved->region_b, "us-east-1");
    assert_int_equal(renamed->price_cents, 20);
    assert_string_equal(renamed->sku_b, "x.new");
    assert_false(line_of(&d, "silent")->differs);
    int new = 0, both = 0;
    for (int i = 0; i < d.pair[0].n; i++) {
        const struct sc_diff_line *l = &d.pair[0].line[i];
        if (strcmp(l->node, "both") != 0)
            continue;
        new += !l->a.is_there && l->b.cents == 230;
        both += l->a.is_there && l->b.cents == 130;
    }
    assert_true(new == 1 && both == 1);
    sc_diff_free(&d);
}

#define RUN(p99, hours)                                                                            \
    "{\"schema_version\": 1, \"verdict\": {}, \"seed\": 3, \"book\": {\"id\": \"b\", \"as_of\": "  \
    "\"2026\"}, \"architectures\": {\"one\": {\"latency_ms\": {\"p99\": " p99                      \
    ", \"mean\": {\"mean\": 5, \"lo\": null, \"hi\": null}}, \"bill\": [{\"node\": \"lb\", "       \
    "\"item\": \"hours\", \"sku\": \"x.h\", \"unit\": \"hour\", \"quantity\": " hours ", \"usd\":" \
    " 1.005}]}, \"two\": {\"bill\": []}}}"

static void runs(void **state)
{
    struct sc_diff d;
    (void)state;
    write_text(A, RUN("{\"mean\": 10, \"lo\": 9, \"hi\": 11}", "4"));
    write_text(B, RUN("{\"mean\": 12, \"lo\": 11.5, \"hi\": 12.5}", "4"));
    compare(&d, NULL);
    assert_int_equal(d.n_pairs, 2);
    assert_int_equal(d.pair[0].n_waits, 1);
    assert_string_equal(d.pair[0].wait[0].label, "p99");
    assert_int_equal(d.pair[0].a_cents, 101); /* rounded half up */
    assert_false(sc_diff_is_empty(&d));
    sc_diff_free(&d);
    write_text(B, RUN("{\"mean\": 12, \"lo\": 10.5, \"hi\": 12.5}", "4"));
    compare(&d, NULL);
    assert_true(sc_diff_is_empty(&d));
    sc_diff_free(&d);
    compare(&d, "one:two,two");
    assert_int_equal(d.n_pairs, 2);
    assert_string_equal(d.pair[0].b, "two");
    assert_string_equal(sc_diff_state(&d.pair[0].line[0]), "gone");
    sc_diff_free(&d);
}

static char *told(const struct sc_diff *d, void (*write)(const struct sc_diff *d, FILE *out))
{
    enum { MOST = 65536 };
    FILE *f = tmpfile();
    assert_non_null(f);
    write(d, f);
    rewind(f);
    char *text = calloc(1, MOST);
    assert_non_null(text);
    assert_true(fread(text, 1, MOST - 1, f) > 0);
    assert_int_equal(fclose(f), 0);
    return text;
}

static void assert_narrow(const char *text)
{
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
}

/* Very many lines: the largest are told, the others summed, and the table keeps to the screen. */
static void screen(void **state)
{
    struct sc_diff d;
    char name[16];
    (void)state;
    struct paper a = begin(A), b = begin(B);
    for (int i = 0; i < 57; i++) {
        snprintf(name, sizeof name, "n%02d", i);
        put(&a, (struct put){name, "requests", "x.a", "eu-west-1", 1e6 * i, 1000});
        put(&b, (struct put){name, "requests", "x.a", "us-east-1", 1e6 * i, 1000 + 123456 * i});
    }
    end(&a, 0);
    end(&b, -3);
    compare(&d, NULL);
    check_sums(d.pair);
    char *text = told(&d, sc_diff_write_text);
    assert_narrow(text);
    assert_non_null(strstr(text, "n56 requests, eu-west-1 -> us-east-1"));
    assert_non_null(strstr(text, "56,000,000 unit of x.a"));
    assert_non_null(strstr(text, "17 smaller (--csv)"));
    assert_non_null(strstr(text, "1 line alike"));
    assert_non_null(strstr(text, "-0.03\n"));
    assert_non_null(strstr(text, "+69,135.36"));
    assert_null(strstr(text, "n17 requests"));
    free(text);
    text = told(&d, sc_diff_write_csv);
    assert_non_null(strstr(text, "usage,usage,n17,requests,x.a,x.a,eu-west-1,us-east-1,unit,both,"
                                 "17000000,17000000,10.00,20997.52,20987.52,0.00,"
                                 "20987.52\n"));
    assert_non_null(strstr(text, "usage,usage,rounding,,,,,,,,,,,,-0.03,,\n"));
    free(text);
    text = told(&d, sc_diff_write_json);
    assert_non_null(strstr(text, "\"region_a\": \"eu-west-1\", \"region_b\": \"us-east-1\""));
    free(text);
    sc_diff_free(&d);
}

static void refused(const char *text, const char *why)
{
    struct sc_diff d = {0};
    struct sc_error err = {0};
    write_text(A, text);
    assert_int_equal(sc_diff_read(&d.a, A, &d.arena, &err), -1);
    if (!strstr(err.message, why))
        fail_msg("\"%s\" is not in: %s", why, err.message);
    sc_diff_free(&d);
}

#define BILL(line) "{\"schema_version\": 1, \"total_usd\": 1, \"lines\": [" line "]}"
#define NAMES "\"node\": \"n\", \"item\": \"i\", \"sku\": \"s\", \"unit\": \"u\""

static void what_is_refused(void **state)
{
    struct sc_diff d = {0};
    struct sc_error err = {0};
    (void)state;
    refused("[", "JSON");
    refused("{}", "this is no result");
    refused("{\"schema_version\": 2}", "schema 2");
    refused(BILL("{\"node\": \"n\"}"), "no text \"item\"");
    refused(BILL("{" NAMES ", \"quantity\": \"1\", \"usd\": 1}"), "\"quantity\"");
    refused(BILL("{" NAMES ", \"quantity\": 1, \"usd\": 1e19}"), "\"usd\"");
    refused(BILL("{" NAMES ", \"quantity\": 1, \"usd\": 1, \"exact_usd\": \"1.0e2\"}"),
            "\"1.0e2\" is no amount");
    refused("{\"schema_version\": 1, \"total_usd\": 1, \"lines\": 7}", "a list of bill lines");
    refused("{\"schema_version\": 1, \"total_usd\": \"1\", \"lines\": []}", "\"total_usd\"");
    refused("{\"schema_version\": 1, \"verdict\": {}, \"architectures\": {\"a\": {}}}",
            "a list of bill lines");
    assert_int_equal(sc_diff_read(&d.a, "test_diff_none.json", &d.arena, &err), -1);
    err = (struct sc_error){0};
    write_text(A, RUN("{}", "1"));
    write_text(B, BILL(""));
    assert_int_equal(sc_diff_read(&d.a, A, &d.arena, &err), 0);
    assert_int_equal(sc_diff_read(&d.b, B, &d.arena, &err), 0);
    assert_int_equal(sc_diff_form(&d, NULL, &err), -1);
    assert_non_null(strstr(err.message, A " has one, two, " B " has usage"));
    err = (struct sc_error){0};
    assert_int_equal(sc_diff_form(&d, "three:usage", &err), -1);
    assert_non_null(strstr(err.message, "has no \"three\"; it has one, two"));
    sc_diff_free(&d);
}

static int remove_files(void **state)
{
    (void)state;
    (void)remove(A);
    (void)remove(B);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_random_pairs),
        cmocka_unit_test(turned_round),
        cmocka_unit_test(same_document),
        cmocka_unit_test(effects),
        cmocka_unit_test(matches),
        cmocka_unit_test(runs),
        cmocka_unit_test(screen),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, remove_files);
}
