/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/usagefile.h"

#include "io/exact.h"
#include "scenario/blame.h"
#include "scenario/usageparts.h"

#include <stddef.h>
#include <string.h>

struct top {
    const char *schema, *title, *question, *description, *comment, *book, *month;
    struct sc_fraction month_h, requests;
    int free, gb;
    const struct cJSON *free_used, *items, *commitments;
};

#define AT(member) offsetof(struct top, member)
const struct sc_field sc_usage_fields[] = {
    {"$schema", "for editors; not read", SC_FIELD_TEXT, AT(schema), .def = 0},
    {"title", "what it is", SC_FIELD_TEXT, AT(title), .required = 1},
    {"question", "what it is to answer", SC_FIELD_TEXT, AT(question), .def = 0},
    {"description", "for the reader", SC_FIELD_TEXT, AT(description), .def = 0},
    {"_comment", "for the reader", SC_FIELD_TEXT, AT(comment), .def = 0},
    {"book", "price book: a name of models/prices, or a file; \"@DATE\" after it: of that day",
     SC_FIELD_TEXT, AT(book), .text = "aws-us-east-1"},
    {"month",
     "the month that is billed, such as 2026-11: gives month_h; the prices stay the book's",
     SC_FIELD_TEXT, AT(month), .def = 0},
    {"month_h", "hours of the month; without: those of \"month\", else 730", SC_FIELD_EXACT,
     AT(month_h), 730, 1, SC_USAGE_MOST_HOURS, .source = "prices-aws.md"},
    {"requests", "requests that the month served, for the cost of one; without: not said",
     SC_FIELD_EXACT, AT(requests), .def = -1, .min = 0, .max = 1e24},
    {"free", "free allowances: those for all, none, or also those of new accounts", SC_FIELD_CHOICE,
     AT(free), .choices = "always|none|new_account", .source = "prices-aws.md"},
    {"free_used", "what others of the account have taken from allowances already: units by SKU",
     SC_FIELD_JSON, AT(free_used),
     .schema = "{\"type\": \"object\", \"additionalProperties\": {\"type\": [\"number\", "
               "\"string\"]}}"},
    {"gb",
     "KB, MB, GB and TB of this file and its bill: powers of 1,024, as AWS counts, or of 1,000",
     SC_FIELD_CHOICE, AT(gb), .choices = "binary|decimal", .source = "prices-aws.md"},
    {"items", "what was used, by name", SC_FIELD_JSON, AT(items), .required = 1,
     .schema = "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"$ref\": "
               "\"#/definitions/item\"}}"},
    {"commitments", "what the account has committed to pay: reserved capacity, savings plans",
     SC_FIELD_JSON, AT(commitments),
     .schema = "{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/commitment\"}}"},
    {.key = NULL}};

/* "2026-02": 672 hours. Days on which clocks change count as 24 hours, as bills do. */
static int hours_of(const char *month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int digit[7];
    for (int i = 0; i < 7; i++) {
        digit[i] = month[i] - '0';
        if (i == 4 ? month[i] != '-' : digit[i] < 0 || digit[i] > 9)
            return 0;
    }
    int year = digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3];
    int place = digit[5] * 10 + digit[6] - 1;
    if (month[7] != '\0' || place < 0 || place > 11)
        return 0;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return 24 * (days[place] + (place == 1 && leap));
}

static int read_month(struct sc_usage_reader *r, const struct top *t)
{
    struct sc_statement *s = r->s;
    int hours = t->month ? hours_of(t->month) : 0;
    s->month = t->month;
    s->month_h = t->month_h;
    if (t->month && hours == 0)
        return sc_doc_fail(r->doc, sc_json_get(r->doc->root, "month"), r->err,
                           "\"%.40s\" is no month; give it as YYYY-MM, such as 2026-11", t->month);
    if (t->month && !sc_json_get(r->doc->root, "month_h"))
        s->month_h = sc_whole(hours);
    return 0;
}

static int read_one_used(const struct sc_usage_reader *r, const struct cJSON *item,
                         struct sc_free_used *out)
{
    const struct sc_book *book = r->s->book[0];
    const struct sc_price *price = sc_book_price(book, sc_json_key(item));
    struct sc_fraction units;
    if (!price)
        return sc_blame_sku(r->doc, item, book, sc_json_key(item), r->err);
    if (price->free_units == 0)
        return sc_doc_fail(r->doc, item, r->err, "SKU \"%s\" has no free allowance in book %s",
                           sc_json_key(item), book->id);
    if (sc_exact_read(r->doc, item, "units taken already", &units, r->err) != 0)
        return -1;
    if (units.den != 1 || units.num < 0)
        return sc_doc_fail(r->doc, item, r->err,
                           "an allowance is taken in whole units from 0 on (of SKU \"%s\": %s)",
                           sc_json_key(item), price->unit);
    *out = (struct sc_free_used){book, price->sku, units.num};
    return 0;
}

static int read_free_used(struct sc_usage_reader *r, const struct cJSON *object)
{
    int n = sc_json_count(object), i = 0;
    if (!object)
        return 0;
    if (!sc_json_is_object(object))
        return sc_doc_fail(r->doc, object, r->err, "%s is given; units by SKU are wanted",
                           sc_json_kind(object));
    struct sc_free_used *used = SC_NEW_ARRAY(&r->s->arena, struct sc_free_used, n);
    for (const struct cJSON *item = sc_json_first(object); item; item = sc_json_next(item))
        if (read_one_used(r, item, &used[i++]) != 0)
            return -1;
    r->s->terms.free_used = used;
    r->s->terms.n_free_used = n;
    return 0;
}

static int read_parts(struct sc_usage_reader *r, const struct top *t)
{
    struct sc_statement *s = r->s;
    const struct cJSON *book = sc_json_get(r->doc->root, "book");
    s->title = t->title;
    s->requests = t->requests.num < 0 ? sc_whole(0) : t->requests;
    r->decimal = t->gb == 1;
    if (read_month(r, t) != 0 || !sc_usage_book(r, t->book, book ? book : r->doc->root))
        return -1;
    s->terms.free = (enum sc_free)t->free;
    s->terms.hours = s->month_h;
    if (read_free_used(r, t->free_used) != 0)
        return -1;
    if (t->commitments &&
        sc_commitments_read(r->doc, t->commitments, s->book[0], &s->arena, &s->terms, r->err) != 0)
        return -1;
    return sc_usage_items(r, t->items);
}

int sc_statement_load(struct sc_statement *s, const char *path, const struct sc_set *sets,
                      int n_sets, struct sc_error *err)
{
    struct top t;
    *s = (struct sc_statement){.title = ""};
    if (sc_doc_read(&s->doc, path, err) != 0 || sc_doc_set(&s->doc, sets, n_sets, err) != 0)
        return -1;
    sc_doc_sha256(&s->doc, s->sha256);
    if (sc_json_get(s->doc.root, "architectures") && !sc_json_get(s->doc.root, "items"))
        return sc_doc_fail(&s->doc, s->doc.root, err,
                           "this is a scenario; \"simcost run\" simulates and prices it");
    if (sc_fields_read(&s->doc, s->doc.root, sc_usage_fields, NULL, &t, &s->arena, err) != 0)
        return -1;
    struct sc_usage_reader r = {.s = s, .doc = &s->doc, .path = path, .err = err};
    r.named = SC_NEW_ARRAY(&s->arena, struct sc_book_name, SC_USAGE_MOST_BOOKS);
    s->book = SC_NEW_ARRAY(&s->arena, const struct sc_book *, SC_USAGE_MOST_BOOKS);
    int failed = read_parts(&r, &t);
    if (!failed) {
        s->usage = SC_NEW_ARRAY(&s->arena, struct sc_usage, s->n_usages + 1);
        if (s->n_usages > 0)
            memcpy(s->usage, r.usage, sizeof *s->usage * (size_t)s->n_usages);
    }
    sc_release(r.usage);
    return failed;
}

static bool same_used(const struct sc_terms *a, const struct sc_terms *b)
{
    bool same = a->n_free_used == b->n_free_used;
    for (int i = 0; same && i < a->n_free_used; i++) {
        const struct sc_free_used *x = &a->free_used[i], *y = &b->free_used[i];
        same = sc_usage_same_book(x->book, y->book) && strcmp(x->sku, y->sku) == 0 &&
               x->units == y->units;
    }
    return same;
}

static bool same_text(const char *a, const char *b)
{
    return !a == !b && (!a || strcmp(a, b) == 0);
}

static bool same_commitments(const struct sc_terms *a, const struct sc_terms *b)
{
    bool same = a->n_commitments == b->n_commitments;
    for (int i = 0; same && i < a->n_commitments; i++) {
        const struct sc_commitment *x = &a->commitment[i], *y = &b->commitment[i];
        same = x->kind == y->kind && sc_usage_same_book(x->book, y->book) &&
               same_text(x->sku, y->sku) && same_text(x->family, y->family) &&
               same_text(x->plan, y->plan) && x->count == y->count && x->usd_e15 == y->usd_e15;
    }
    return same;
}

/* The key in which two files differ, or NULL. */
static const char *difference(const struct sc_statement *a, const struct sc_statement *b)
{
    if (sc_fraction_less(a->month_h, b->month_h) || sc_fraction_less(b->month_h, a->month_h))
        return b->month && !sc_json_get(b->doc.root, "month_h") ? "month" : "month_h";
    if (a->month && b->month && strcmp(a->month, b->month) != 0)
        return "month";
    if (a->terms.free != b->terms.free)
        return "free";
    if (!same_used(&a->terms, &b->terms))
        return "free_used";
    return same_commitments(&a->terms, &b->terms) ? NULL : "commitments";
}

int sc_statement_merge(struct sc_statement *into, const struct sc_statement *from,
                       struct sc_error *err)
{
    const char *key = difference(into, from);
    if (key) {
        const struct cJSON *item = sc_json_get(from->doc.root, key);
        return sc_doc_fail(&from->doc, item ? item : from->doc.root, err,
                           "\"%s\" is not that of %s; one bill has one month and one account", key,
                           into->doc.name);
    }
    int n = into->n_usages + from->n_usages, books = into->n_books + from->n_books;
    struct sc_usage *usage = SC_NEW_ARRAY(&into->arena, struct sc_usage, n + 1);
    const struct sc_book **book = SC_NEW_ARRAY(&into->arena, const struct sc_book *, books + 1);
    memcpy(book, into->book, sizeof(struct sc_book *) * (size_t)into->n_books);
    memcpy(usage, into->usage, sizeof *usage * (size_t)into->n_usages);
    into->book = book;
    for (int i = 0; i < from->n_usages; i++) {
        struct sc_usage *new = &usage[into->n_usages + i];
        *new = from->usage[i];
        new->book = sc_usage_known_book(into, new->book);
    }
    into->usage = usage;
    into->n_usages = n;
    into->requests = sc_fraction_plus(into->requests, from->requests);
    if (!into->month)
        into->month = from->month;
    return 0;
}

void sc_statement_free(struct sc_statement *s)
{
    sc_doc_free(&s->doc);
    sc_arena_free(&s->arena);
}
