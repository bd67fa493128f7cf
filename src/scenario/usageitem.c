/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The items of a usage file: what each says, in which book, through which hours. */
#include "base/names.h"
#include "price/stated.h"
#include "scenario/blame.h"
#include "scenario/usageparts.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { MOST_PATTERNS = 1000 };

struct item_config {
    const char *type, *book;
    const struct cJSON *by_hour;
};

#define AT(member) offsetof(struct item_config, member)
const struct sc_field sc_item_fields[] = {
    {"type", "what it is: one of `simcost models usage`, or \"sku\" for a SKU of the book",
     SC_FIELD_TEXT, AT(type), .required = 1},
    {"book", "its own price book, such as that of another region; without: the file's",
     SC_FIELD_TEXT, AT(book), .def = 0},
    {"by_hour", "weights of the month's hours, from its first, repeated; without: all alike",
     SC_FIELD_JSON, AT(by_hour),
     .schema = "{\"type\": \"array\", \"minItems\": 1, \"maxItems\": 784, \"items\": {\"type\": "
               "\"integer\", \"minimum\": 0}}"},
    {.key = NULL}};

struct sku_config {
    const char *sku, *unit;
    struct sc_fraction quantity;
};

#undef AT
#define AT(member) offsetof(struct sku_config, member)
const struct sc_field sc_sku_item_fields[] = {
    {"sku", "SKU of the book", SC_FIELD_TEXT, AT(sku), .required = 1},
    {"quantity", "how much of it in the month", SC_FIELD_EXACT, AT(quantity), .required = 1,
     .max = 1e24},
    {"unit", "of the quantity, such as \"million requests\"; without: the SKU's own", SC_FIELD_TEXT,
     AT(unit), .def = 0},
    {.key = NULL}};

/* What the reading of one item carries along. */
struct item {
    struct sc_usage_reader *r;
    const struct cJSON *json;
    const char *name, *type;
    const struct sc_book *book;
    const sc_i128 *hour;
    int n_hours;
};

bool sc_usage_same_book(const struct sc_book *a, const struct sc_book *b)
{
    return strcmp(a->path, b->path) == 0 && !a->at == !b->at &&
           (!a->at || strcmp(a->at, b->at) == 0);
}

const struct sc_book *sc_usage_known_book(struct sc_statement *s, const struct sc_book *book)
{
    for (int i = 0; i < s->n_books; i++)
        if (sc_usage_same_book(s->book[i], book))
            return s->book[i];
    s->book[s->n_books++] = book;
    return book;
}

const struct sc_book *sc_usage_book(struct sc_usage_reader *r, const char *name,
                                    const struct cJSON *item)
{
    for (int i = 0; i < r->n_named; i++)
        if (strcmp(r->named[i].name, name) == 0)
            return r->named[i].book;
    if (r->n_named == SC_USAGE_MOST_BOOKS) {
        sc_doc_fail(r->doc, item, r->err, "more than %d different books; %d are the most",
                    SC_USAGE_MOST_BOOKS, SC_USAGE_MOST_BOOKS);
        return NULL;
    }
    struct sc_book *book = SC_NEW(&r->s->arena, struct sc_book);
    struct sc_error own = {0};
    bool found;
    if (sc_book_load(book, name, r->path, &r->s->arena, &found, &own) != 0) {
        if (found)
            *r->err = own;
        else
            sc_doc_fail(r->doc, item, r->err, "%s", own.message);
        return NULL;
    }
    const struct sc_book *known = sc_usage_known_book(r->s, book);
    r->named[r->n_named++] = (struct sc_book_name){name, known};
    return known;
}

static int bad_hours(const struct item *it, const struct cJSON *at, const char *why)
{
    return sc_doc_fail(
        it->r->doc, at, it->r->err,
        "%s; \"by_hour\" is a list of whole numbers from 0 on, not all 0, at most one "
        "for each hour of the month",
        why);
}

static int read_weights(const struct item *it, const struct cJSON *list, int n, sc_i128 *weight)
{
    sc_i128 sum = 0;
    int i = 0;
    for (const struct cJSON *w = sc_json_first(list); w; w = sc_json_next(w), i++) {
        double v = sc_json_is_number(w) ? sc_json_number(w) : -1;
        if (!(v >= 0 && v < 0x1p53) || (double)(int64_t)v < v)
            return bad_hours(it, w, "this is no whole number from 0 on");
        weight[i] = (int64_t)v;
        sum += weight[i];
    }
    assert(i == n);
    return sum > 0 ? 0 : bad_hours(it, list, "nothing is used in any hour");
}

/* The list repeated through the month. Items with the same list share it. */
static int repeat(struct item *it, const sc_i128 *weight, int n, int hours)
{
    struct sc_usage_reader *r = it->r;
    for (int i = 0; i < r->n_patterns; i++)
        if (r->pattern[i].n == n &&
            memcmp(r->pattern[i].weight, weight, sizeof *weight * (size_t)n) == 0) {
            it->hour = r->pattern[i].hour;
            return 0;
        }
    if (r->n_patterns == MOST_PATTERNS)
        return sc_doc_fail(r->doc, sc_json_get(it->json, "by_hour"), r->err,
                           "more than %d different lists of hours", MOST_PATTERNS);
    sc_i128 *hour = SC_NEW_ARRAY(&r->s->arena, sc_i128, hours);
    for (int h = 0; h < hours; h++)
        hour[h] = weight[h % n];
    if (!r->pattern)
        r->pattern = SC_NEW_ARRAY(&r->s->arena, struct sc_pattern, MOST_PATTERNS);
    r->pattern[r->n_patterns++] = (struct sc_pattern){
        sc_arena_copy(&r->s->arena, weight, sizeof *weight * (size_t)n), hour, n};
    it->hour = hour;
    return 0;
}

static int read_hours(struct item *it, const struct cJSON *list)
{
    sc_i128 weight[SC_USAGE_MOST_HOURS];
    struct sc_fraction month_h = it->r->s->month_h;
    if (!list)
        return 0;
    if (!sc_json_is_array(list) || sc_json_count(list) == 0)
        return bad_hours(it, list,
                         sc_json_is_array(list) ? "this list is empty" : sc_json_kind(list));
    if (month_h.den != 1)
        return sc_doc_fail(it->r->doc, list, it->r->err,
                           "the month is no whole number of hours, so nothing can be stated by the "
                           "hour; mend month_h");
    it->n_hours = (int)month_h.num;
    int n = sc_json_count(list);
    if (n > it->n_hours)
        return bad_hours(it, list, "these are more hours than the month has");
    if (read_weights(it, list, n, weight) != 0)
        return -1;
    return repeat(it, weight, n, it->n_hours);
}

static int add_usage(const struct item *it, struct sc_usage u)
{
    struct sc_usage_reader *r = it->r;
    struct sc_statement *s = r->s;
    if (u.num == 0)
        return 0;
    if (!sc_book_price(u.book, u.sku))
        return sc_blame_book(r->doc, it->json, u.book, u.sku, u.item, it->type, r->err);
    if (!sc_usage_fits(&u))
        return sc_doc_fail(r->doc, it->json, r->err,
                           "so much of SKU \"%s\" is too large to be priced: more than 10^24 units "
                           "or 10^15 USD",
                           u.sku);
    u.hour = it->hour;
    u.n_hours = u.hour ? it->n_hours : 0;
    r->usage = sc_grow(r->usage, &r->cap_usages, (size_t)s->n_usages + 1, sizeof *r->usage);
    r->usage[s->n_usages++] = u;
    return 0;
}

static int wrong_unit(const struct item *it, const struct sku_config *c,
                      const struct sc_price *price)
{
    struct sc_nearest nearest = {.typed = c->unit};
    sc_nearest_offer(&nearest, price->unit);
    const char *meant = sc_nearest_name(&nearest);
    return sc_doc_fail(it->r->doc, sc_json_get(it->json, "unit"), it->r->err,
                       "\"%.60s\" is another kind of unit than that of SKU \"%s\", \"%s\"%s%s%s",
                       c->unit, c->sku, price->unit, meant ? "; did you mean \"" : "",
                       meant ? meant : "", meant ? "\"?" : "");
}

static int read_sku(struct item *it, const char *const *also)
{
    struct sc_usage_reader *r = it->r;
    struct sku_config c;
    struct sc_fraction units;
    if (sc_fields_read(r->doc, it->json, sc_sku_item_fields, also, &c, &r->s->arena, r->err) != 0)
        return -1;
    const struct sc_price *price = sc_book_price(it->book, c.sku);
    if (!price)
        return sc_blame_sku(r->doc, sc_json_get(it->json, "sku"), it->book, c.sku, r->err);
    if (!sc_usage_convert(c.quantity, c.unit ? c.unit : price->unit, price->unit, r, &units))
        return wrong_unit(it, &c, price);
    if (!sc_fraction_fits(units))
        return sc_doc_fail(r->doc, sc_json_get(it->json, "quantity"), r->err,
                           "this quantity has too many digits to be priced");
    struct sc_charge charge = sc_charge_of(price->sku);
    return add_usage(it,
                     (struct sc_usage){.book = it->book,
                                       .node = it->name,
                                       .item = charge.item,
                                       .sku = price->sku,
                                       .num = units.num,
                                       .den = units.den,
                                       .kept = charge.kept_per_h == SC_KEPT_ALL ? units.num : 0});
}

static const struct sc_field *fields_of(struct sc_usage_reader *r,
                                        const struct sc_stated_type *type)
{
    int n = 0, at = 0;
    for (; sc_stated_types[n]; n++)
        at = sc_stated_types[n] == type ? n : at;
    if (!r->fields)
        r->fields = SC_NEW_ARRAY(&r->s->arena, const struct sc_field *, n);
    if (!r->fields[at])
        r->fields[at] = sc_stated_fields(type, &r->s->arena);
    return r->fields[at];
}

static int read_stated(struct item *it, const struct sc_stated_type *type, const char *const *also)
{
    struct sc_usage_reader *r = it->r;
    struct sc_arena *arena = &r->s->arena;
    void *stated = sc_arena_new(arena, sc_stated_size(type) + 1);
    struct sc_sheet sheet = {.node = it->name,
                             .book = it->book,
                             .month_h = r->s->month_h,
                             .decimal = r->decimal,
                             .arena = arena};
    struct sc_usage *usage;
    int n;
    struct sc_error own = {0};
    if (sc_fields_read(r->doc, it->json, fields_of(r, type), also, stated, arena, r->err) != 0)
        return -1;
    if (sc_stated_meter(type, stated, &sheet, &own) != 0 ||
        sc_sheet_usages(&sheet, &usage, &n, &own) != 0)
        return sc_blame_within(r->doc, it->json, &own, r->err);
    for (int i = 0; i < n; i++)
        if (add_usage(it, usage[i]) != 0)
            return -1;
    return 0;
}

static int unknown_type(const struct item *it, const struct cJSON *at)
{
    struct sc_nearest near = {.typed = it->type};
    sc_nearest_offer(&near, "sku");
    for (int i = 0; sc_stated_types[i]; i++)
        sc_nearest_offer(&near, sc_stated_types[i]->name);
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(it->r->doc, at, it->r->err,
                           "there is no type of usage \"%.60s\"; did you mean \"%s\"?", it->type,
                           best);
    return sc_doc_fail(
        it->r->doc, at, it->r->err,
        "there is no type of usage \"%.60s\"; `simcost models usage` lists them, and "
        "\"sku\" takes any SKU of the book",
        it->type);
}

static int read_item(struct item *it)
{
    static const char *const also[] = {"type", "book", "by_hour", NULL};
    struct sc_usage_reader *r = it->r;
    const struct cJSON *type = sc_json_get(it->json, "type"), *book = sc_json_get(it->json, "book");
    if (!sc_name_is_valid(it->name))
        return sc_doc_fail(r->doc, it->json, r->err,
                           "\"%.80s\" is no name: a-z, 0-9, _ and -, at most 63 of them", it->name);
    if (!sc_json_is_object(it->json))
        return sc_doc_fail(r->doc, it->json, r->err,
                           "%s is given; an item is an object with a \"type\"",
                           sc_json_kind(it->json));
    if (!sc_json_is_string(type))
        return sc_doc_fail(r->doc, type ? type : it->json, r->err,
                           "an item needs a \"type\", such as \"lambda\" or \"sku\"");
    if (book && !sc_json_is_string(book))
        return sc_doc_fail(r->doc, book, r->err, "%s is given; the name of a price book is wanted",
                           sc_json_kind(book));
    it->type = sc_json_string(type);
    if (book)
        it->book = sc_usage_book(r, sc_json_string(book), book);
    if (!it->book || read_hours(it, sc_json_get(it->json, "by_hour")) != 0)
        return -1;
    if (strcmp(it->type, "sku") == 0)
        return read_sku(it, also);
    const struct sc_stated_type *stated = sc_stated_type_named(it->type);
    return stated ? read_stated(it, stated, also) : unknown_type(it, type);
}

int sc_usage_items(struct sc_usage_reader *r, const struct cJSON *items)
{
    int n;
    if (!sc_json_is_object(items) || sc_json_count(items) == 0)
        return sc_doc_fail(r->doc, items, r->err,
                           "%s is given; at least one item is wanted, by name",
                           sc_json_is_object(items) ? "an empty object" : sc_json_kind(items));
    const struct cJSON **json = sc_json_sorted(&r->s->arena, items, &n);
    for (int i = 0; i < n; i++) {
        struct item it = {
            .r = r, .json = json[i], .name = sc_json_key(json[i]), .book = r->s->book[0]};
        if (read_item(&it) != 0)
            return -1;
    }
    return 0;
}
