/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One price of a book, and its versions by date. */
#include "num/decimal.h"
#include "scenario/bookparts.h"

#include <string.h>

enum { MOST_TERM_H = 876000 };

struct version {
    const char *unit, *source, *effective, *meter, *note, *billed_as, *since, *covers;
    const struct cJSON *usd, *tiers, *free, *earlier, *covers_units, *upfront_usd;
    int64_t term_h;
    bool confirmed;
};

struct allowance {
    const char *pool;
    const struct cJSON *units;
    int whom, scope;
};

struct level {
    const struct cJSON *up_to, *usd;
};

#define TEXT(name, about)                                                                          \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_TEXT,                                        \
        .offset = offsetof(struct version, name)                                                   \
    }
#define JSON(name, about)                                                                          \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_JSON,                                        \
        .offset = offsetof(struct version, name)                                                   \
    }

static const struct sc_field version_fields[] = {
    TEXT(unit, "what the price is for one of"),
    JSON(usd, "USD for one unit, a decimal in a string; or tiers"),
    JSON(tiers, "[{up_to, usd}, ..., {usd}]: marginal, units a month"),
    JSON(free, "{units, for, pool, scope}: free units a month"),
    TEXT(source, "key of the source"),
    {.key = "confirmed",
     .help = "read in the source, not from memory or worked out",
     .kind = SC_FIELD_BOOL,
     .offset = offsetof(struct version, confirmed),
     .required = 1},
    TEXT(effective, "last date for which the source gives the price: YYYY, YYYY-MM or YYYY-MM-DD"),
    TEXT(meter, "meter that this book reads instead of the service's own choice"),
    TEXT(note, "remark"),
    TEXT(billed_as, "another SKU of the book that this one is billed as"),
    TEXT(since, "first day in force: YYYY, YYYY-MM or YYYY-MM-DD; without: for ever before"),
    JSON(earlier, "older versions of the price, the newest first"),
    TEXT(covers, "SKU that a commitment covers"),
    JSON(covers_units, "units of it covered in each hour, a whole number in a string"),
    JSON(upfront_usd, "USD paid once a term, a decimal in a string"),
    {.key = "term_h",
     .help = "length of a commitment in hours",
     .kind = SC_FIELD_INT,
     .offset = offsetof(struct version, term_h),
     .min = 1,
     .max = MOST_TERM_H},
    {.key = NULL},
};

static const struct sc_field allowance_fields[] = {
    {.key = "units",
     .help = "free units a month, a whole number in a string",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct allowance, units),
     .required = 1},
    {.key = "for",
     .help = "who has it",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct allowance, whom),
     .choices = "always|new_account"},
    {.key = "pool",
     .help = "SKUs of one pool share one allowance",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct allowance, pool)},
    {.key = "scope",
     .help = "shared within the region, or over all regions",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct allowance, scope),
     .choices = "region|global"},
    {.key = NULL},
};

static const struct sc_field level_fields[] = {
    {.key = "up_to",
     .help = "units at which the tier ends; the last tier has none",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct level, up_to)},
    {.key = "usd",
     .help = "USD for one unit",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct level, usd),
     .required = 1},
    {.key = NULL},
};

static int read_usd(const struct sc_book_file *f, const struct cJSON *item, sc_i128 *out)
{
    return sc_book_read_amount(f, item, SC_USD_DIGITS, SC_MOST_USD, "USD", out);
}

static int read_units(const struct sc_book_file *f, const struct cJSON *item, sc_i128 *out)
{
    return sc_book_read_amount(f, item, 0, SC_MOST_UNITS, "units", out);
}

static int read_tier(const struct sc_book_file *f, const struct cJSON *item, sc_i128 from,
                     struct sc_tier *out)
{
    struct level level = {0};
    char bound[SC_DECIMAL_TEXT];
    bool last = !sc_json_next(item);
    if (sc_book_read_fields(f, item, level_fields, &level) || read_usd(f, level.usd, &out->usd_e15))
        return -1;
    out->upto = -1;
    if (last && level.up_to)
        return sc_doc_fail(
            f->doc, level.up_to, f->err,
            "the last tier must be open; leave out its \"up_to\" or add a tier {\"usd\": ...}");
    if (last)
        return 0;
    if (!level.up_to)
        return sc_doc_fail(f->doc, item, f->err,
                           "only the last tier may be open; say \"up_to\" in units");
    if (read_units(f, level.up_to, &out->upto))
        return -1;
    if (out->upto <= from)
        return sc_doc_fail(
            f->doc, level.up_to, f->err,
            "\"%s\" does not rise above where the tier begins, %s units; order the tiers",
            sc_json_string(level.up_to), sc_i128_text(from, bound));
    return 0;
}

static int read_tiers(const struct sc_book_file *f, const struct cJSON *list, struct sc_price *out)
{
    if (!sc_json_is_array(list) || sc_json_count(list) == 0)
        return sc_doc_fail(
            f->doc, list, f->err,
            "expected a list of tiers, such as [{\"up_to\": \"1000\", \"usd\": \"0.9\"}, "
            "{\"usd\": \"0.8\"}], found %s",
            sc_json_is_array(list) ? "an empty one" : sc_json_kind(list));
    out->tiers = SC_NEW_ARRAY(f->arena, struct sc_tier, sc_json_count(list));
    sc_i128 from = 0;
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item)) {
        if (read_tier(f, item, from, &out->tiers[out->n_tiers]))
            return -1;
        from = out->tiers[out->n_tiers++].upto;
    }
    return 0;
}

static int read_rates(const struct sc_book_file *f, const struct cJSON *item,
                      const struct version *v, struct sc_price *out)
{
    if (v->usd && v->tiers)
        return sc_doc_fail(f->doc, v->tiers, f->err,
                           "a price has either \"usd\" or \"tiers\", not both; leave one out");
    if (v->tiers)
        return read_tiers(f, v->tiers, out);
    if (!v->usd)
        return sc_doc_fail(f->doc, item, f->err,
                           "has no price; say \"usd\": \"0.0000002\", or \"tiers\"");
    out->n_tiers = 1;
    out->tiers = SC_NEW(f->arena, struct sc_tier);
    out->tiers[0].upto = -1;
    return read_usd(f, v->usd, &out->tiers[0].usd_e15);
}

static int read_allowance(const struct sc_book_file *f, const struct cJSON *item,
                          struct sc_price *out)
{
    struct allowance allowance = {0};
    if (!item)
        return 0;
    if (sc_book_read_fields(f, item, allowance_fields, &allowance) ||
        read_units(f, allowance.units, &out->free_units))
        return -1;
    out->pool = allowance.pool;
    out->free_new_account = allowance.whom == 1;
    out->scope = (enum sc_scope)allowance.scope;
    return 0;
}

static int read_commitment(const struct sc_book_file *f, const struct version *v,
                           struct sc_price *out)
{
    out->covers = v->covers;
    out->covers_units = v->covers ? 1 : 0;
    out->term_h = v->term_h;
    if (v->covers_units && !v->covers)
        return sc_doc_fail(f->doc, v->covers_units, f->err,
                           "says how much is covered, but not what; say \"covers\": SKU");
    if (v->covers_units && read_units(f, v->covers_units, &out->covers_units))
        return -1;
    if (v->covers_units && out->covers_units < 1)
        return sc_doc_fail(f->doc, v->covers_units, f->err,
                           "\"%s\" is below the minimum, 1 unit; leave out what covers nothing",
                           sc_json_string(v->covers_units));
    if (v->upfront_usd && read_usd(f, v->upfront_usd, &out->upfront_usd_e15))
        return -1;
    if (v->upfront_usd && v->term_h == 0)
        return sc_doc_fail(
            f->doc, v->upfront_usd, f->err,
            "is paid once a term; say its length in hours, such as \"term_h\": 8760");
    return 0;
}

/* Nothing may stand beside billed_as that the other SKU has already. */
static int check_alone(const struct sc_book_file *f, const struct cJSON *item)
{
    static const char *const barred[] = {"usd",    "tiers",        "free",        "meter",
                                         "covers", "covers_units", "upfront_usd", "term_h"};
    for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++) {
        const struct cJSON *own = sc_json_get(item, barred[i]);
        if (own)
            return sc_doc_fail(f->doc, own, f->err,
                               "a SKU that is billed as another has no \"%s\" of its own; leave it "
                               "or \"billed_as\" out",
                               barred[i]);
    }
    return 0;
}

static int check_texts(const struct sc_book_file *f, const struct cJSON *item,
                       const struct version *v)
{
    char day[SC_DAY_TEXT];
    const char *missing = !v->source ? "source" : !v->unit && !v->billed_as ? "unit" : NULL;
    if (missing)
        return sc_doc_fail(f->doc, item, f->err, "the key \"%s\" is missing (%s)", missing,
                           v->source ? "what the price is for one of" : "key of the source");
    const struct cJSON *at = sc_json_get(item, "source");
    if (sc_book_check_source(f, at ? at : item, v->source))
        return -1;
    if (v->unit && v->unit[0] == '\0')
        return sc_doc_fail(f->doc, sc_json_get(item, "unit"), f->err,
                           "is empty; say what the price is for one of");
    if (v->effective && !sc_book_day(v->effective, day))
        return sc_doc_fail(f->doc, sc_json_get(item, "effective"), f->err,
                           "\"%s\" is no date; write YYYY, YYYY-MM or YYYY-MM-DD", v->effective);
    return 0;
}

static int read_version(const struct sc_book_file *f, const struct cJSON *item,
                        const struct version *v, struct sc_price *out)
{
    out->unit = v->unit;
    out->source = v->source;
    out->as_of = v->effective;
    out->meter = v->meter;
    out->note = v->note;
    out->confirmed = v->confirmed;
    out->billed_as = v->billed_as;
    if (check_texts(f, item, v))
        return -1;
    if (v->billed_as)
        return check_alone(f, item);
    return read_rates(f, item, v, out) || read_allowance(f, v->free, out) ||
                   read_commitment(f, v, out)
               ? -1
               : 0;
}

/* The first day of a version, NULL: for ever before. */
static int read_since(const struct sc_book_file *f, const struct cJSON *item,
                      const struct version *v, const char **day)
{
    char own[SC_DAY_TEXT];
    *day = NULL;
    if (v->since && !sc_book_day(v->since, own))
        return sc_doc_fail(f->doc, sc_json_get(item, "since"), f->err,
                           "\"%s\" is no date; write YYYY, YYYY-MM or YYYY-MM-DD", v->since);
    if (v->since)
        *day = sc_arena_text(f->arena, own);
    return 0;
}

/* A version ends on the day on which the one above it begins. */
static int check_order(const struct sc_book_file *f, const struct cJSON *item, const char *day,
                       const char *end)
{
    if (!day && sc_json_next(item))
        return sc_doc_fail(f->doc, item, f->err,
                           "only the oldest version may leave out \"since\"; say its first day");
    if (day && strcmp(day, end) >= 0)
        return sc_doc_fail(f->doc, sc_json_get(item, "since"), f->err,
                           "\"%s\" is not before the version above begins, %s; order the versions, "
                           "the newest first",
                           sc_json_string(sc_json_get(item, "since")), end);
    return 0;
}

/* The older versions, each with the unit and the source of the one above where it has none. */
static int read_earlier(const struct sc_book_file *f, const struct version *top,
                        struct sc_book_entry *out, const char **days)
{
    struct version above = *top;
    const char *sku = out->price.sku;
    for (const struct cJSON *item = sc_json_first(top->earlier); item; item = sc_json_next(item)) {
        struct version v;
        struct sc_price price = {.sku = sku};
        const char *end = days[out->n_days - 1], *day;
        if (sc_book_read_fields(f, item, version_fields, &v))
            return -1;
        v.unit = v.unit ? v.unit : above.unit;
        v.source = v.source ? v.source : above.source;
        if (v.earlier)
            return sc_doc_fail(f->doc, v.earlier, f->err,
                               "an earlier version has no earlier ones of its own; put them after "
                               "it in the list");
        if (read_version(f, item, &v, &price) || read_since(f, item, &v, &day) ||
            check_order(f, item, day, end))
            return -1;
        price.as_of = price.as_of ? price.as_of : end;
        if (!out->is_there && (!day || strcmp(day, f->day) <= 0)) {
            out->price = price;
            out->is_there = true;
        }
        if (day)
            days[out->n_days++] = day;
        above = v;
    }
    return 0;
}

static int check_earlier(const struct sc_book_file *f, const struct cJSON *item,
                         const struct version *v)
{
    if (v->earlier && (!sc_json_is_array(v->earlier) || sc_json_count(v->earlier) == 0))
        return sc_doc_fail(f->doc, v->earlier, f->err,
                           "expected a list of older versions, the newest first, found %s",
                           sc_json_is_array(v->earlier) ? "an empty one"
                                                        : sc_json_kind(v->earlier));
    if (v->earlier && !v->since)
        return sc_doc_fail(f->doc, item, f->err,
                           "has earlier versions, so say since when it is in force: \"since\"");
    return 0;
}

int sc_book_read_price(const struct sc_book_file *f, const struct cJSON *item,
                       struct sc_book_entry *out)
{
    struct version top;
    const char *sku = sc_json_key(item), *day;
    if (sc_book_check_sku(f, item, sku, false) ||
        sc_book_read_fields(f, item, version_fields, &top) || check_earlier(f, item, &top) ||
        read_since(f, item, &top, &day))
        return -1;
    const char **days = SC_NEW_ARRAY(f->arena, const char *, 1 + sc_json_count(top.earlier));
    *out = (struct sc_book_entry){.item = item, .day = days, .is_there = true};
    out->price.sku = sc_arena_text(f->arena, sku);
    if (read_version(f, item, &top, &out->price))
        return -1;
    out->price.as_of = out->price.as_of ? out->price.as_of : f->head.as_of;
    if (day)
        days[out->n_days++] = day;
    if (day && f->day && strcmp(day, f->day) > 0) {
        out->is_there = false;
        out->price = (struct sc_price){.sku = out->price.sku};
    }
    return top.earlier ? read_earlier(f, &top, out, days) : 0;
}
