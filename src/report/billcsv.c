/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tidy rows: one a line of the bill, columns called as in the JSON document. */
#include "num/decimal.h"
#include "report/billreport.h"
#include "report/figures.h"

static void cell(const char *text, FILE *out)
{
    fputc(',', out);
    sc_csv_cell(text, out);
}

static void row(const struct sc_bill_document *d, int i, FILE *out)
{
    const struct sc_bill_line *l = &d->bill.lines[i];
    char digits[SC_FIGURE_TEXT];
    sc_csv_cell(l->node, out);
    cell(l->item, out);
    cell(l->sku, out);
    cell(l->book->region, out);
    cell(sc_line_kind_name(l->kind), out);
    snprintf(digits, sizeof digits, "%d", l->tier);
    cell(l->kind == SC_LINE_USED ? digits : NULL, out);
    cell(sc_shortest_text(l->quantity, digits), out);
    cell(l->unit, out);
    cell(sc_exact_text(l->rate_e15, SC_USD_DIGITS, digits), out);
    cell(sc_exact_text(l->usd_e15, SC_USD_DIGITS, digits), out);
    cell(sc_decimal_text(l->cents, 2, digits), out);
    cell(d->cover[i].confirmed ? "true" : "false", out);
    sc_shortest_text(l->used_frac, digits);
    cell(l->kind == SC_LINE_COMMITTED ? digits : NULL, out);
    fputc('\n', out);
}

static void write(const struct sc_bill_document *d, FILE *out)
{
    fputs("node,item,sku,region,kind,tier,quantity,unit,rate_usd,exact_usd,usd,confirmed,"
          "used_frac\n",
          out);
    for (int i = 0; i < d->bill.n; i++)
        row(d, i, out);
}

const struct sc_bill_format sc_bill_csv = {"csv", "a row a line, columns as in JSON", write};
