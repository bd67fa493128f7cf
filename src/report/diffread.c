/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bills out of the JSON documents that run, price and bill write. */
#include "num/decimal.h"
#include "price/bill.h"
#include "report/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double MOST_USD = 1e18;

struct reading {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_error *err;
};

static const char *text_of(const struct reading *r, const struct cJSON *line, const char *key)
{
    const char *text = sc_json_string(sc_json_get(line, key));
    if (!text)
        sc_doc_fail(r->doc, line, r->err, "this line of a bill has no text \"%s\"", key);
    return text;
}

static int number_of(const struct reading *r, const struct cJSON *line, const char *key,
                     double *out)
{
    const struct cJSON *item = sc_json_get(line, key);
    *out = sc_json_number(item);
    if (sc_json_is_number(item) && fabs(*out) <= MOST_USD)
        return 0;
    return sc_doc_fail(r->doc, item ? item : line, r->err,
                       "a number up to 1e18 is wanted as this line's \"%s\"", key);
}

/* Documents have 12 digits of an amount: those and no more are taken. */
static sc_i128 e15_of(double usd)
{
    char text[64];
    sc_i128 n = 0;
    int after = fabs(usd) >= 1 ? 11 - (int)floor(log10(fabs(usd))) : SC_USD_DIGITS;
    snprintf(text, sizeof text, "%.*f", after < 0 ? 0 : after, usd);
    (void)!sc_decimal_read(text, SC_USD_DIGITS, &n);
    return n;
}

static int by_order(const void *a, const void *b)
{
    return sc_diff_order(a, b);
}

/* The parts of one usage (free, covered, by tier) are added up. */
static void merge(struct sc_diff_bill *b)
{
    int n = 0;
    qsort(b->line, (size_t)b->n, sizeof *b->line, by_order);
    for (int i = 0; i < b->n; i++) {
        struct sc_diff_line *l = &b->line[i];
        b->cents += l->a.cents;
        if (n == 0 || sc_diff_order(&b->line[n - 1], l) != 0) {
            b->line[n++] = *l;
            continue;
        }
        b->line[n - 1].a.quantity += l->a.quantity;
        b->line[n - 1].a.usd_e15 += l->a.usd_e15;
        b->line[n - 1].a.cents += l->a.cents;
    }
    b->n = n;
}

static int read_line(const struct reading *r, const struct cJSON *item, struct sc_diff_bill *b)
{
    double quantity, usd;
    const char *exact = sc_json_string(sc_json_get(item, "exact_usd"));
    struct sc_diff_line like = {.node = text_of(r, item, "node"),
                                .item = text_of(r, item, "item"),
                                .sku = text_of(r, item, "sku"),
                                .unit = text_of(r, item, "unit"),
                                .region = sc_json_string(sc_json_get(item, "region")),
                                .a.is_there = true};
    if (!like.node || !like.item || !like.sku || !like.unit ||
        number_of(r, item, "quantity", &quantity) != 0 || number_of(r, item, "usd", &usd) != 0)
        return -1;
    sc_i128 rounded_e15 = e15_of(usd), usd_e15 = rounded_e15;
    if (exact && !sc_decimal_read(exact, SC_USD_DIGITS, &usd_e15))
        return sc_doc_fail(r->doc, sc_json_get(item, "exact_usd"), r->err,
                           "\"%.60s\" is no amount with at most %d decimals", exact, SC_USD_DIGITS);
    like.sku_b = like.sku;
    like.region_b = like.region;
    like.a.quantity = quantity;
    like.a.usd_e15 = usd_e15;
    like.a.cents = sc_usd_cents(rounded_e15);
    b->line[b->n++] = like;
    return 0;
}

static int read_lines(const struct reading *r, const struct cJSON *list, struct sc_diff_bill *b)
{
    if (!sc_json_is_array(list))
        return sc_doc_fail(r->doc, list ? list : b->item, r->err, "a list of bill lines is wanted");
    b->line = SC_NEW_ARRAY(r->arena, struct sc_diff_line, sc_json_count(list) + 1);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item))
        if (read_line(r, item, b) != 0)
            return -1;
    merge(b);
    return 0;
}

/* The bill's document says its total itself. */
static int read_usage(const struct reading *r, struct sc_diff_side *side)
{
    double total;
    side->n = 1;
    side->bill = SC_NEW(r->arena, struct sc_diff_bill);
    *side->bill = (struct sc_diff_bill){.name = "usage", .item = r->doc->root};
    if (read_lines(r, sc_json_get(r->doc->root, "lines"), side->bill) != 0 ||
        number_of(r, r->doc->root, "total_usd", &total) != 0)
        return -1;
    side->bill->cents = sc_usd_cents(e15_of(total));
    return 0;
}

static int read_architectures(const struct reading *r, const struct cJSON *object,
                              struct sc_diff_side *side)
{
    const struct cJSON **item = sc_json_sorted(r->arena, object, &side->n);
    side->bill = SC_NEW_ARRAY(r->arena, struct sc_diff_bill, side->n + 1);
    for (int i = 0; i < side->n; i++) {
        struct sc_diff_bill *b = &side->bill[i];
        *b = (struct sc_diff_bill){.name = sc_json_key(item[i]), .item = item[i]};
        if (read_lines(r, sc_json_get(item[i], "bill"), b) != 0)
            return -1;
    }
    return 0;
}

int sc_diff_read(struct sc_diff_side *side, const char *path, struct sc_arena *arena,
                 struct sc_error *err)
{
    *side = (struct sc_diff_side){.path = path};
    if (sc_doc_read(&side->doc, path, err) != 0)
        return -1;
    struct reading r = {&side->doc, arena, err};
    const struct cJSON *root = side->doc.root, *schema = sc_json_get(root, "schema_version"),
                       *architectures = sc_json_get(root, "architectures");
    if (sc_json_number(schema) > 1)
        return sc_doc_fail(&side->doc, schema, err,
                           "this result is of schema %.17g, and schema 1 is read here: use a later "
                           "version",
                           sc_json_number(schema));
    bool of_run = sc_json_is_object(architectures) && sc_json_get(root, "verdict"),
         of_bill = sc_json_get(root, "lines") && sc_json_get(root, "total_usd");
    if (sc_json_is_number(schema) && of_run)
        return read_architectures(&r, architectures, side);
    if (sc_json_is_number(schema) && of_bill)
        return read_usage(&r, side);
    return sc_doc_fail(&side->doc, root, err,
                       "this is no result; what `simcost run --json`, `price --json` or `bill "
                       "--json` printed is wanted");
}
