/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a book has from another: what it takes, less its discounts. */
#include "base/names.h"
#include "num/decimal.h"
#include "scenario/bookparts.h"

#include <string.h>

struct discount {
    const struct cJSON *skus, *frac;
    const char *source, *note;
};

static const struct sc_field discount_fields[] = {
    {.key = "skus",
     .help = "patterns of the SKUs that it is for",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct discount, skus),
     .required = 1},
    {.key = "frac",
     .help = "share taken off, a decimal in a string",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct discount, frac),
     .required = 1},
    {.key = "source",
     .help = "key of the source",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct discount, source),
     .required = 1},
    {.key = "note",
     .help = "remark",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct discount, note)},
    {.key = NULL},
};

static bool matches(const char *pattern, const char *sku)
{
    size_t n = strlen(pattern);
    return n > 0 && pattern[n - 1] == '*' ? strncmp(pattern, sku, n - 1) == 0
                                          : strcmp(pattern, sku) == 0;
}

/* What a pattern that names nothing was meant to be. A discount is for rates, so not for what is
 * billed as another SKU. */
static int no_match(const struct sc_book_file *f, const struct cJSON *item,
                    const struct sc_book_list *list, bool rates)
{
    const char *pattern = sc_json_string(item);
    const struct sc_book_entry *alias = sc_book_entry_of(list, pattern);
    struct sc_nearest nearest = {.typed = pattern};
    for (int i = 0; i < list->n; i++)
        if (!(rates && list->entry[i].price.billed_as))
            sc_nearest_offer(&nearest, list->entry[i].price.sku);
    const char *best = strchr(pattern, '*') ? NULL : sc_nearest_name(&nearest);
    if (alias && alias->price.billed_as)
        return sc_doc_fail(f->doc, item, f->err,
                           "\"%s\" has no rate of its own, it is billed as \"%s\"; name that",
                           pattern, alias->price.billed_as);
    if (sc_json_get(f->head.prices, pattern))
        return sc_doc_fail(f->doc, item, f->err,
                           "\"%s\" is a price of this book, and own prices are net; leave it out",
                           pattern);
    return sc_doc_fail(f->doc, item, f->err, "\"%s\" matches no inherited price; %s%s%s", pattern,
                       best ? "did you mean \"" : "leave it out", best ? best : "",
                       best ? "\"?" : "");
}

/* Marks the entries that a list of patterns names, for a discount only those with `rates`. */
static int mark(const struct sc_book_file *f, const struct cJSON *patterns,
                const struct sc_book_list *list, bool rates, bool *marked)
{
    if (!sc_json_is_array(patterns) || sc_json_count(patterns) == 0)
        return sc_doc_fail(f->doc, patterns, f->err,
                           "expected a list of SKUs or patterns such as \"lambda.*\", found %s",
                           sc_json_is_array(patterns) ? "an empty one" : sc_json_kind(patterns));
    for (const struct cJSON *p = sc_json_first(patterns); p; p = sc_json_next(p)) {
        const char *pattern = sc_json_string(p);
        bool found = false;
        if (!pattern)
            return sc_doc_fail(f->doc, p, f->err, "expected a SKU or a pattern, found %s",
                               sc_json_kind(p));
        if (sc_book_check_sku(f, p, pattern, true))
            return -1;
        for (int i = 0; i < list->n; i++) {
            const struct sc_price *price = &list->entry[i].price;
            bool fits = matches(pattern, price->sku) && !(rates && price->billed_as);
            marked[i] = marked[i] || fits;
            found = found || fits;
        }
        if (!found)
            return no_match(f, p, list, rates);
    }
    return 0;
}

static int take(const struct sc_book_file *f, struct sc_book_list *list)
{
    bool *taken = SC_NEW_ARRAY(f->arena, bool, list->n);
    int n = 0;
    if (mark(f, f->head.takes, list, false, taken))
        return -1;
    for (int i = 0; i < list->n; i++)
        if (taken[i])
            list->entry[n++] = list->entry[i];
    list->n = n;
    return 0;
}

static void drop_replaced(const struct sc_book_file *f, struct sc_book_list *list)
{
    int n = 0;
    for (int i = 0; i < list->n; i++)
        if (!sc_json_get(f->head.prices, list->entry[i].price.sku))
            list->entry[n++] = list->entry[i];
    list->n = n;
}

static void adopt(const struct sc_book_file *f, const char *region, struct sc_book_list *list)
{
    bool abroad = strcmp(region, f->head.region) != 0;
    for (int i = 0; i < list->n; i++) {
        struct sc_book_entry *e = &list->entry[i];
        e->item = NULL;
        e->n_days = f->pinned ? 0 : e->n_days;
        if (!abroad)
            continue;
        e->price.confirmed = false;
        e->price.of_region = e->price.of_region ? e->price.of_region : region;
    }
}

/* Half up, each rate by itself, so that a discount of a discount is what both say. */
static void discount_price(struct sc_price *price, sc_i128 left_e15, const char *note,
                           struct sc_arena *arena)
{
    const sc_i128 whole_e15 = INT64_C(1000000000000000);
    struct sc_tier *tiers = SC_NEW_ARRAY(arena, struct sc_tier, price->n_tiers);
    for (int i = 0; i < price->n_tiers; i++)
        tiers[i] = (struct sc_tier){price->tiers[i].upto,
                                    sc_muldiv(price->tiers[i].usd_e15, left_e15, whole_e15)};
    price->tiers = tiers;
    price->upfront_usd_e15 = sc_muldiv(price->upfront_usd_e15, left_e15, whole_e15);
    price->note = price->note ? sc_arena_printf(arena, "%s; %s", price->note, note) : note;
}

static int read_discount(const struct sc_book_file *f, const struct cJSON *item,
                         struct sc_book_list *list)
{
    struct discount d = {0};
    bool *marked = SC_NEW_ARRAY(f->arena, bool, list->n);
    sc_i128 frac_e15 = 0, whole_e15 = INT64_C(1000000000000000);
    if (sc_book_read_fields(f, item, discount_fields, &d) ||
        sc_book_read_amount(f, d.frac, SC_USD_DIGITS, 1, "", &frac_e15) ||
        sc_book_check_source(f, sc_json_get(item, "source"), d.source) ||
        mark(f, d.skus, list, true, marked))
        return -1;
    const char *note = sc_arena_printf(f->arena, "less %s (%s)", sc_json_string(d.frac), d.source);
    for (int i = 0; i < list->n; i++)
        if (marked[i] && list->entry[i].is_there)
            discount_price(&list->entry[i].price, whole_e15 - frac_e15, note, f->arena);
    return 0;
}

int sc_book_inherit(const struct sc_book_file *f, const char *region, struct sc_book_list *list)
{
    const struct sc_book_head *head = &f->head;
    if (strcmp(region, head->region) != 0 && !head->takes)
        return sc_doc_fail(f->doc, sc_json_get(f->doc->root, "extends"), f->err,
                           "\"%s\" is of %s and this book of %s: another region's prices are taken "
                           "only by name; list them in \"takes\"",
                           head->extends, region, head->region);
    if (head->takes && take(f, list))
        return -1;
    drop_replaced(f, list);
    adopt(f, region, list);
    if (head->discounts && !sc_json_is_array(head->discounts))
        return sc_doc_fail(f->doc, head->discounts, f->err,
                           "expected a list of {\"skus\", \"frac\", \"source\"}, found %s",
                           sc_json_kind(head->discounts));
    for (const struct cJSON *d = sc_json_first(head->discounts); d; d = sc_json_next(d))
        if (read_discount(f, d, list))
            return -1;
    return 0;
}
