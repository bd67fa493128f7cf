/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tidy rows: one an architecture, a column is called by its path in the JSON document. */
#include "num/decimal.h"
#include "report/columns.h"
#include "report/figures.h"
#include "report/report.h"

static void cell(bool known, double value, FILE *out)
{
    if (known)
        fprintf(out, ",%.12g", value);
    else
        fputc(',', out);
}

/* The bill in one cell, "NODE ITEM=USD; ...": architectures have different lines. */
static void lines(const struct sc_result_architecture *a, FILE *out)
{
    struct sc_arena arena = {0};
    const char *text = "";
    for (int i = 0; i < a->n_lines; i++)
        text = sc_arena_printf(&arena, "%s%s%s %s=%.12g", text, i ? "; " : "", a->line[i].node,
                               a->line[i].item, sc_i128_double(a->line[i].usd_e15) / 1e15);
    sc_csv_cell(text, out);
    sc_arena_free(&arena);
}

static void row(const struct sc_result_architecture *a, FILE *out)
{
    fputs(a->name, out); /* names are [a-z0-9_-]+ */
    for (const struct sc_column *c = sc_columns; c->path; c++) {
        struct sc_estimate e = sc_column_of(a, c);
        cell(e.n > 0, e.mean, out);
        cell(e.n > 1, e.lo, out);
        cell(e.n > 1, e.hi, out);
        fprintf(out, ",%d", e.n);
    }
    fprintf(out, ",%s,", a->saturated ? "true" : "false");
    lines(a, out);
    fputc('\n', out);
}

static void write(const struct sc_result *r, const struct sc_verdict *v,
                  const struct sc_report_options *o, FILE *out)
{
    (void)v;
    (void)o;
    fputs("architecture", out);
    for (const struct sc_column *c = sc_columns; c->path; c++)
        fprintf(out, ",%s/mean,%s/lo,%s/hi,%s/n", c->path, c->path, c->path, c->path);
    fputs(",saturated,bill\n", out);
    for (int i = 0; i < r->n; i++)
        row(&r->architecture[i], out);
}

const struct sc_report_format sc_report_csv = {
    "csv", "a row an architecture, columns as JSON paths", write};
