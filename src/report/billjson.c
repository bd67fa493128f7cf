/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One document for programs; keys and their order are stable. Amounts that must stay exact are
 * decimal strings, rounded ones are numbers with two decimals. */
#include "num/decimal.h"
#include "report/billreport.h"
#include "report/figures.h"
#include "run/emit.h"

#include <math.h>

static void text(const char *before, const char *key, const char *value, FILE *out)
{
    fprintf(out, "%s\"%s\": ", before, key);
    sc_emit_text(value, out);
}

static void number(const char *before, const char *key, double value, FILE *out)
{
    char digits[SC_FIGURE_TEXT];
    fprintf(out, "%s\"%s\": %s", before, key,
            isfinite(value) ? sc_shortest_text(value, digits) : "null");
}

static void exact(const char *before, const char *key, sc_i128 usd_e15, FILE *out)
{
    char digits[SC_FIGURE_TEXT];
    fprintf(out, "%s\"%s\": \"%s\"", before, key, sc_exact_text(usd_e15, SC_USD_DIGITS, digits));
}

static void rounded(const char *before, const char *key, sc_i128 cents, FILE *out)
{
    char digits[SC_FIGURE_TEXT];
    fprintf(out, "%s\"%s\": %s", before, key, sc_decimal_text(cents, 2, digits));
}

static void books(const struct sc_bill_document *d, FILE *out)
{
    fputs(",\n  \"books\": [", out);
    for (int i = 0; i < d->n_books; i++) {
        text(i ? ",\n    {" : "\n    {", "id", d->book[i]->id, out);
        text(", ", "region", d->book[i]->region, out);
        text(", ", "as_of", d->book[i]->as_of, out);
        text(", ", "at", d->book[i]->at, out);
        fputc('}', out);
    }
    fputs(d->n_books ? "\n  ]" : "]", out);
}

static void line(const struct sc_bill_document *d, int i, FILE *out)
{
    const struct sc_bill_line *l = &d->bill.lines[i];
    text(i ? ",\n    {" : "\n    {", "node", l->node, out);
    text(", ", "item", l->item, out);
    text(", ", "sku", l->sku, out);
    text(", ", "region", l->book->region, out);
    text(",\n     ", "kind", sc_line_kind_name(l->kind), out);
    if (l->kind == SC_LINE_USED)
        fprintf(out, ", \"tier\": %d", l->tier);
    else
        fputs(", \"tier\": null", out);
    number(", ", "quantity", l->quantity, out);
    text(", ", "unit", l->unit, out);
    exact(", ", "rate_usd", l->rate_e15, out);
    exact(",\n     ", "exact_usd", l->usd_e15, out);
    rounded(", ", "usd", l->cents, out);
    fprintf(out, ", \"confirmed\": %s", d->cover[i].confirmed ? "true" : "false");
    if (l->kind == SC_LINE_COMMITTED)
        number(", ", "used_frac", l->used_frac, out);
    fputc('}', out);
}

static void shares(const char *head, const char *key, const struct sc_bill_document *d, bool nodes,
                   FILE *out)
{
    const struct sc_bill_share *share = nodes ? d->node : d->service;
    int n = nodes ? d->n_nodes : d->n_services;
    double total = sc_i128_double(d->exact_e15);
    fputs(head, out);
    for (int i = 0; i < n; i++) {
        double usd = sc_i128_double(share[i].usd_e15);
        text(i ? ",\n    {" : "\n    {", key, share[i].name, out);
        number(", ", "usd", usd / 1e15, out);
        number(", ", "share", total > 0 ? usd / total : 0, out);
        fputc('}', out);
    }
    fputs(n ? "\n  ]" : "]", out);
}

static void heading(const struct sc_bill_document *d, FILE *out)
{
    fputs("{\n  \"schema_version\": 1", out);
    text(",\n  ", "simcost", d->version, out);
    text(",\n  \"usage\": {", "title", d->title, out);
    text(", ", "sha256", d->sha256, out);
    text("},\n  ", "month", d->month, out);
    number(",\n  ", "month_h", d->month_h, out);
    text(",\n  ", "free", d->free, out);
    books(d, out);
    rounded(",\n  ", "total_usd", d->cents, out);
    exact(",\n  ", "exact_usd", d->exact_e15, out);
    number(",\n  ", "requests", d->requests, out);
    number(",\n  ", "usd_per_million", d->usd_per_million, out);
    number(",\n  ", "marginal_usd_per_million", d->marginal_usd_per_million, out);
}

static void write(const struct sc_bill_document *d, FILE *out)
{
    heading(d, out);
    fputs(",\n  \"lines\": [", out);
    for (int i = 0; i < d->bill.n; i++)
        line(d, i, out);
    fputs(d->bill.n ? "\n  ]" : "]", out);
    shares(",\n  \"composition\": [", "service", d, false, out);
    shares(",\n  \"nodes\": [", "node", d, true, out);
    fputs("\n}\n", out);
}

const struct sc_bill_format sc_bill_json = {"json", "one document for programs", write};
