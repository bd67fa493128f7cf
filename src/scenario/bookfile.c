/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/bookfile.h"

#include "base/names.h"
#include "io/fields.h"
#include "io/json.h"
#include "num/decimal.h"

#include <string.h>

struct head {
    const char *id, *region, *currency, *as_of, *note;
    const struct cJSON *sources, *prices;
};

struct entry {
    const char *unit, *source, *effective, *meter, *note;
    const struct cJSON *usd, *tiers, *free;
    bool confirmed;
};

struct allowance {
    const char *pool;
    const struct cJSON *units;
    int whom;
};

struct level {
    const struct cJSON *up_to, *usd;
};

#define TEXT(type, name, about, must)                                                              \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_TEXT, .offset = offsetof(struct type, name), \
        .required = must                                                                           \
    }
#define JSON(type, name, about, must)                                                              \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_JSON, .offset = offsetof(struct type, name), \
        .required = must                                                                           \
    }

static const struct sc_field head_fields[] = {
    TEXT(head, id, "name of the book, as scenarios call it", 1),
    TEXT(head, region, "region that the prices are for", 1),
    TEXT(head, currency, "USD", 1),
    TEXT(head, as_of, "day on which the book was made, YYYY-MM-DD", 1),
    TEXT(head, note, "remark", 0),
    JSON(head, sources, "KEY: what the source is", 1),
    JSON(head, prices, "SKU: price", 1),
    {.key = NULL},
};

static const struct sc_field price_fields[] = {
    TEXT(entry, unit, "what the price is for one of", 1),
    JSON(entry, usd, "USD for one unit, a decimal in a string; or tiers", 0),
    JSON(entry, tiers, "[{up_to, usd}, ..., {usd}]: marginal, units a month", 0),
    JSON(entry, free, "{units, for, pool}: free units a month", 0),
    TEXT(entry, source, "key of the source", 1),
    {.key = "confirmed",
     .help = "read in the source, not from memory or worked out",
     .kind = SC_FIELD_BOOL,
     .offset = offsetof(struct entry, confirmed),
     .required = 1},
    TEXT(entry, effective,
         "last date for which the source gives the price: YYYY, YYYY-MM or YYYY-MM-DD", 0),
    TEXT(entry, meter, "meter that this book reads instead of the service's own choice", 0),
    TEXT(entry, note, "remark", 0),
    {.key = NULL},
};

static const struct sc_field allowance_fields[] = {
    JSON(allowance, units, "free units a month, a whole number in a string", 1),
    {.key = "for",
     .help = "who has it",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct allowance, whom),
     .choices = "always|new_account"},
    TEXT(allowance, pool, "SKUs of one pool share one allowance", 0),
    {.key = NULL},
};

static const struct sc_field level_fields[] = {
    JSON(level, up_to, "units at which the tier ends; the last tier has none", 0),
    JSON(level, usd, "USD for one unit", 1),
    {.key = NULL},
};

/* What a whole reading needs. */
struct reader {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_error *err;
    struct head head;
};

static int read_fields(const struct reader *r, const struct cJSON *object,
                       const struct sc_field *table, void *out)
{
    return sc_fields_read(r->doc, object, table, NULL, out, r->arena, r->err);
}

static bool is_digits(const char *text, size_t n)
{
    return strspn(text, "0123456789") >= n;
}

/* YYYY, YYYY-MM or YYYY-MM-DD of the proleptic Gregorian calendar; only the last when `whole`. */
static bool is_date(const char *text, bool whole)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    size_t n = strlen(text);
    if (!(n == 10 || (!whole && (n == 4 || n == 7))) || !is_digits(text, 4))
        return false;
    if (n >= 7 && (text[4] != '-' || !is_digits(text + 5, 2)))
        return false;
    if (n == 10 && (text[7] != '-' || !is_digits(text + 8, 2)))
        return false;
    int year =
        (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
    int month = n >= 7 ? (text[5] - '0') * 10 + text[6] - '0' : 1;
    int day = n == 10 ? (text[8] - '0') * 10 + text[9] - '0' : 1;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

/* Reads a decimal string of at most `digits` decimals between 0 and `most`; `what` is its unit. */
static int read_amount(const struct reader *r, const struct cJSON *item, int digits, int64_t most,
                       const char *what, sc_i128 *out)
{
    const char *text = sc_json_string(item);
    sc_i128 scale = 1;
    for (int i = 0; i < digits; i++)
        scale *= 10;
    if (!text)
        return sc_doc_fail(r->doc, item, r->err,
                           "expected %s as a decimal in a string, such as \"%s\", found %s", what,
                           digits > 0 ? "0.0000002" : "1000000", sc_json_kind(item));
    const char *point = strchr(text, '.');
    if (point && point[1] != '\0' && is_digits(point + 1, strlen(point + 1)) &&
        strlen(point + 1) > (size_t)digits)
        return digits > 0 ? sc_doc_fail(r->doc, item, r->err,
                                        "\"%s\" has %zu decimals; at most %d are kept: round it",
                                        text, strlen(point + 1), digits)
                          : sc_doc_fail(r->doc, item, r->err, "\"%s\" is not whole; give whole %s",
                                        text, what);
    if (!sc_decimal_read(text, digits, out)) {
        size_t length = strlen(text);
        if (length > 20 && strspn(text, "0123456789.") == length)
            return sc_doc_fail(r->doc, item, r->err, "\"%s\" is above the maximum, %lld %s", text,
                               (long long)most, what);
        return sc_doc_fail(
            r->doc, item, r->err,
            "\"%s\" is no plain decimal; write digits and at most one point, such as \"%s\"", text,
            digits > 0 ? "0.0000002" : "1000000");
    }
    if (*out < 0)
        return sc_doc_fail(r->doc, item, r->err, "\"%s\" is negative; the minimum is 0 %s", text,
                           what);
    if (*out > most * scale)
        return sc_doc_fail(r->doc, item, r->err, "\"%s\" is above the maximum, %lld %s", text,
                           (long long)most, what);
    return 0;
}

static int read_usd(const struct reader *r, const struct cJSON *item, sc_i128 *out)
{
    return read_amount(r, item, SC_USD_DIGITS, SC_MOST_USD, "USD", out);
}

static int read_tier(const struct reader *r, const struct cJSON *item, sc_i128 from,
                     struct sc_tier *out)
{
    struct level level = {0};
    bool last = !sc_json_next(item);
    if (read_fields(r, item, level_fields, &level) || read_usd(r, level.usd, &out->usd_e15))
        return -1;
    out->upto = -1;
    if (last && level.up_to)
        return sc_doc_fail(
            r->doc, level.up_to, r->err,
            "the last tier must be open; leave out its \"up_to\" or add a tier {\"usd\": ...}");
    if (last)
        return 0;
    if (!level.up_to)
        return sc_doc_fail(r->doc, item, r->err,
                           "only the last tier may be open; say \"up_to\" in units");
    if (read_amount(r, level.up_to, 0, SC_MOST_UNITS, "units", &out->upto))
        return -1;
    char bound[SC_DECIMAL_TEXT];
    if (out->upto <= from)
        return sc_doc_fail(
            r->doc, level.up_to, r->err,
            "\"%s\" does not rise above where the tier begins, %s units; order the tiers",
            sc_json_string(level.up_to), sc_i128_text(from, bound));
    return 0;
}

static int read_tiers(const struct reader *r, const struct cJSON *list, struct sc_price *out)
{
    if (!sc_json_is_array(list) || sc_json_count(list) == 0)
        return sc_doc_fail(
            r->doc, list, r->err,
            "expected a list of tiers, such as [{\"up_to\": \"1000\", \"usd\": \"0.9\"}, "
            "{\"usd\": \"0.8\"}], found %s",
            sc_json_is_array(list) ? "an empty one" : sc_json_kind(list));
    out->tiers = SC_NEW_ARRAY(r->arena, struct sc_tier, sc_json_count(list));
    sc_i128 from = 0;
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item)) {
        if (read_tier(r, item, from, &out->tiers[out->n_tiers]))
            return -1;
        from = out->tiers[out->n_tiers++].upto;
    }
    return 0;
}

static int read_rates(const struct reader *r, const struct cJSON *item, const struct entry *entry,
                      struct sc_price *out)
{
    if (entry->usd && entry->tiers)
        return sc_doc_fail(r->doc, entry->tiers, r->err,
                           "a price has either \"usd\" or \"tiers\", not both; leave one out");
    if (entry->tiers)
        return read_tiers(r, entry->tiers, out);
    if (!entry->usd)
        return sc_doc_fail(r->doc, item, r->err,
                           "has no price; say \"usd\": \"0.0000002\", or \"tiers\"");
    out->n_tiers = 1;
    out->tiers = SC_NEW(r->arena, struct sc_tier);
    out->tiers[0].upto = -1;
    return read_usd(r, entry->usd, &out->tiers[0].usd_e15);
}

static int read_allowance(const struct reader *r, const struct cJSON *item, struct sc_price *out)
{
    struct allowance allowance = {0};
    if (!item)
        return 0;
    if (read_fields(r, item, allowance_fields, &allowance) ||
        read_amount(r, allowance.units, 0, SC_MOST_UNITS, "units", &out->free_units))
        return -1;
    out->pool = allowance.pool;
    out->free_new_account = allowance.whom == 1;
    return 0;
}

/* One pool has one allowance; it stands at each of its SKUs so that each line can be read alone. */
static int check_pool(const struct reader *r, const struct cJSON *item, const struct sc_book *book,
                      const struct sc_price *price)
{
    for (int i = 0; i < book->n && price->pool; i++) {
        const struct sc_price *other = &book->prices[i];
        if (!other->pool || strcmp(other->pool, price->pool) != 0)
            continue;
        if (other->free_units == price->free_units &&
            other->free_new_account == price->free_new_account)
            return 0;
        return sc_doc_fail(
            r->doc, item, r->err,
            "\"%s\" and \"%s\" share the pool \"%s\" but not its allowance; give both the same",
            other->sku, price->sku, price->pool);
    }
    return 0;
}

static int check_source(const struct reader *r, const struct cJSON *item, const char *source)
{
    if (sc_json_get(r->head.sources, source))
        return 0;
    struct sc_nearest nearest = {.typed = source};
    for (const struct cJSON *s = sc_json_first(r->head.sources); s; s = sc_json_next(s))
        sc_nearest_offer(&nearest, sc_json_key(s));
    const char *best = sc_nearest_name(&nearest);
    return sc_doc_fail(r->doc, sc_json_get(item, "source"), r->err,
                       "\"%s\" is not among the book's sources; %s%s%s", source,
                       best ? "did you mean \"" : "add it to \"sources\"", best ? best : "",
                       best ? "\"?" : "");
}

static int read_price(const struct reader *r, const struct cJSON *item, struct sc_book *book)
{
    struct entry entry = {0};
    struct sc_price *price = &book->prices[book->n];
    const char *sku = sc_json_key(item);
    if (sku[0] == '\0' || sku[strspn(sku, "abcdefghijklmnopqrstuvwxyz0123456789_.-")] != '\0')
        return sc_doc_fail(
            r->doc, item, r->err,
            "\"%s\" is no SKU; use a-z, 0-9, _, - and ., such as \"lambda.requests\"", sku);
    if (read_fields(r, item, price_fields, &entry) || check_source(r, item, entry.source))
        return -1;
    if (entry.unit[0] == '\0')
        return sc_doc_fail(r->doc, sc_json_get(item, "unit"), r->err,
                           "is empty; say what the price is for one of");
    if (entry.effective && !is_date(entry.effective, false))
        return sc_doc_fail(r->doc, sc_json_get(item, "effective"), r->err,
                           "\"%s\" is no date; write YYYY, YYYY-MM or YYYY-MM-DD", entry.effective);
    price->sku = sc_arena_text(r->arena, sku);
    price->unit = entry.unit;
    price->source = entry.source;
    price->as_of = entry.effective ? entry.effective : r->head.as_of;
    price->meter = entry.meter;
    price->confirmed = entry.confirmed;
    if (read_rates(r, item, &entry, price) || read_allowance(r, entry.free, price) ||
        check_pool(r, entry.free, book, price))
        return -1;
    book->n++;
    return 0;
}

static int check_head(const struct reader *r, const struct cJSON *root)
{
    const struct head *head = &r->head;
    if (strcmp(head->currency, "USD") != 0)
        return sc_doc_fail(r->doc, sc_json_get(root, "currency"), r->err,
                           "\"%s\" is not read; give all prices in \"USD\"", head->currency);
    if (!is_date(head->as_of, true))
        return sc_doc_fail(r->doc, sc_json_get(root, "as_of"), r->err,
                           "\"%s\" is no date; write YYYY-MM-DD", head->as_of);
    if (!sc_json_is_object(head->sources))
        return sc_doc_fail(r->doc, head->sources, r->err,
                           "expected an object {KEY: what the source is}, found %s",
                           sc_json_kind(head->sources));
    for (const struct cJSON *s = sc_json_first(head->sources); s; s = sc_json_next(s))
        if (!sc_json_is_string(s))
            return sc_doc_fail(r->doc, s, r->err,
                               "expected a text that says what the source is, found %s",
                               sc_json_kind(s));
    if (!sc_json_is_object(head->prices) || sc_json_count(head->prices) == 0)
        return sc_doc_fail(r->doc, head->prices, r->err,
                           "expected an object {SKU: price} with at least one SKU, found %s",
                           sc_json_is_object(head->prices) ? "an empty one"
                                                           : sc_json_kind(head->prices));
    return 0;
}

static int read_book(struct reader *r, const struct cJSON *root, struct sc_book *out)
{
    if (read_fields(r, root, head_fields, &r->head) || check_head(r, root))
        return -1;
    int n = 0;
    const struct cJSON **items = sc_json_sorted(r->arena, r->head.prices, &n);
    *out = (struct sc_book){
        .id = r->head.id,
        .region = r->head.region,
        .currency = r->head.currency,
        .as_of = r->head.as_of,
        .path = sc_arena_text(r->arena, r->doc->name),
        .prices = SC_NEW_ARRAY(r->arena, struct sc_price, n),
    };
    for (int i = 0; i < n; i++)
        if (read_price(r, items[i], out))
            return -1;
    return 0;
}

int sc_book_parse(struct sc_book *out, const struct sc_doc *doc, struct sc_arena *arena,
                  struct sc_error *err)
{
    struct reader reader = {.doc = doc, .arena = arena, .err = err};
    return read_book(&reader, doc->root, out);
}

int sc_book_read(struct sc_book *out, const char *path, struct sc_arena *arena,
                 struct sc_error *err)
{
    struct sc_doc doc = {0};
    int failed = sc_doc_read(&doc, path, err) || sc_book_parse(out, &doc, arena, err);
    sc_doc_free(&doc);
    return failed ? -1 : 0;
}
