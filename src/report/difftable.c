/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The difference for programs: one document, or a row a line. */
#include "report/diff.h"
#include "report/figures.h"
#include "run/emit.h"
#include "run/record.h"

#include <inttypes.h>

static void text(const char *before, const char *key, const char *value, FILE *out)
{
    fprintf(out, "%s\"%s\": ", before, key);
    sc_emit_text(value, out);
}

static void number(const char *before, const char *key, double value, FILE *out)
{
    fprintf(out, "%s\"%s\": ", before, key);
    sc_emit_number(value, out);
}

static void money(int64_t cents, FILE *out)
{
    int64_t size = cents < 0 ? -cents : cents;
    fprintf(out, "%s%" PRId64 ".%02" PRId64, cents < 0 ? "-" : "", size / 100, size % 100);
}

static void amount(const char *before, const char *key, int64_t cents, FILE *out)
{
    fprintf(out, "%s\"%s\": ", before, key);
    money(cents, out);
}

static void inputs(const struct sc_diff *d, FILE *out)
{
    fputs(",\n  \"inputs\": [", out);
    for (int i = 0; i < d->n_inputs; i++) {
        text(i ? ",\n    {" : "\n    {", "what", d->input[i].label, out);
        text(", ", "a", d->input[i].a, out);
        text(", ", "b", d->input[i].b, out);
        fputc('}', out);
    }
    fputs(d->n_inputs ? "\n  ]" : "]", out);
}

static void line(const struct sc_diff_line *l, const char *before, FILE *out)
{
    text(before, "node", l->node, out);
    text(", ", "item", l->item, out);
    text(", ", "sku_a", l->a.is_there ? l->sku : NULL, out);
    text(", ", "sku_b", l->b.is_there ? l->sku_b : NULL, out);
    text(", ", "region_a", l->a.is_there ? l->region : NULL, out);
    text(", ", "region_b", l->b.is_there ? l->region_b : NULL, out);
    text(", ", "unit", l->unit, out);
    text(", ", "state", sc_diff_state(l), out);
    number(",\n         ", "quantity_a", l->a.quantity, out);
    number(", ", "quantity_b", l->b.quantity, out);
    amount(", ", "usd_a", l->a.cents, out);
    amount(", ", "usd_b", l->b.cents, out);
    amount(", ", "difference_usd", l->b.cents - l->a.cents, out);
    amount(", ", "quantity_effect_usd", l->quantity_cents, out);
    amount(", ", "price_effect_usd", l->price_cents, out);
    fputc('}', out);
}

static void estimate(const char *before, const char *key, const struct sc_diff_estimate *e,
                     FILE *out)
{
    fprintf(out, "%s\"%s\": ", before, key);
    number("{", "mean", e->mean, out);
    number(", ", "lo", e->lo, out);
    number(", ", "hi", e->hi, out);
    fputc('}', out);
}

static void pair(const struct sc_diff_pair *p, int nth, FILE *out)
{
    text(nth ? ",\n    {" : "\n    {", "a", p->a, out);
    text(", ", "b", p->b, out);
    amount(",\n      ", "usd_a", p->a_cents, out);
    amount(", ", "usd_b", p->b_cents, out);
    amount(", ", "difference_usd", p->b_cents - p->a_cents, out);
    fputs(",\n      \"lines\": [", out);
    for (int i = 0; i < p->n - p->n_equal; i++)
        line(&p->line[i], i ? ",\n        {" : "\n        {", out);
    fprintf(out, "%s],\n      \"alike\": {\"lines\": %d", p->n > p->n_equal ? "\n      " : "",
            p->n_equal);
    amount(", ", "usd", p->equal_cents, out);
    amount("},\n      ", "rounding_usd", p->rounding_cents, out);
    fputs(",\n      \"waits\": [", out);
    for (int i = 0; i < p->n_waits; i++) {
        text(i ? ",\n        {" : "\n        {", "what", p->wait[i].path, out);
        estimate(", ", "a", &p->wait[i].a, out);
        estimate(", ", "b", &p->wait[i].b, out);
        fputc('}', out);
    }
    fputs(p->n_waits ? "\n      ]}" : "]}", out);
}

static void names(const char *key, const char *const *name, int n, FILE *out)
{
    fprintf(out, ",\n  \"%s\": [", key);
    for (int i = 0; i < n; i++) {
        fputs(i ? ", " : "", out);
        sc_emit_text(name[i], out);
    }
    fputc(']', out);
}

void sc_diff_write_json(const struct sc_diff *d, FILE *out)
{
    fputs("{\n  \"schema_version\": 1", out);
    text(",\n  ", "simcost", SC_VERSION, out);
    text(",\n  ", "a", d->a.path, out);
    text(",\n  ", "b", d->b.path, out);
    fprintf(out, ",\n  \"differs\": %s", sc_diff_is_empty(d) ? "false" : "true");
    inputs(d, out);
    fputs(",\n  \"architectures\": [", out);
    for (int i = 0; i < d->n_pairs; i++)
        pair(&d->pair[i], i, out);
    fputs(d->n_pairs ? "\n  ]" : "]", out);
    names("only_a", d->only_a, d->n_only_a, out);
    names("only_b", d->only_b, d->n_only_b, out);
    fputs("\n}\n", out);
}

static void cell(const char *text, FILE *out)
{
    sc_csv_cell(text, out);
    fputc(',', out);
}

static void row(const struct sc_diff_pair *p, const struct sc_diff_line *l, FILE *out)
{
    const int64_t cents[] = {l->a.cents, l->b.cents, l->b.cents - l->a.cents, l->quantity_cents,
                             l->price_cents};
    cell(p->a, out);
    cell(p->b, out);
    cell(l->node, out);
    cell(l->item, out);
    cell(l->a.is_there ? l->sku : NULL, out);
    cell(l->b.is_there ? l->sku_b : NULL, out);
    cell(l->a.is_there ? l->region : NULL, out);
    cell(l->b.is_there ? l->region_b : NULL, out);
    cell(l->unit, out);
    fprintf(out, "%s,%.12g,%.12g", sc_diff_state(l), l->a.quantity, l->b.quantity);
    for (size_t i = 0; i < sizeof cents / sizeof *cents; i++) {
        fputc(',', out);
        money(cents[i], out);
    }
    fputc('\n', out);
}

/* Every line, also those that are alike, so that the column adds up to the total. */
void sc_diff_write_csv(const struct sc_diff *d, FILE *out)
{
    fputs("a,b,node,item,sku_a,sku_b,region_a,region_b,unit,state,quantity_a,quantity_b,"
          "usd_a,usd_b,difference_usd,quantity_effect_usd,price_effect_usd\n",
          out);
    for (int i = 0; i < d->n_pairs; i++) {
        const struct sc_diff_pair *p = &d->pair[i];
        for (int k = 0; k < p->n; k++)
            row(p, &p->line[k], out);
        if (p->rounding_cents == 0)
            continue;
        cell(p->a, out);
        cell(p->b, out);
        fputs("rounding,,,,,,,,,,,,", out);
        money(p->rounding_cents, out);
        fputs(",,\n", out);
    }
}
