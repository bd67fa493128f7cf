/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table to paste into a document. */
#include "report/composition.h"
#include "report/report.h"
#include "report/words.h"

#include <math.h>

static void row(const struct sc_result_architecture *a, bool chosen, struct sc_arena *arena,
                FILE *out)
{
    char t[4][SC_WORDS_TEXT];
    struct sc_estimate cost = a->cost_usd_per_month;
    fprintf(out, "| %s%s%s%s | %s | ", chosen ? "**" : "", a->name, chosen ? "**" : "",
            a->saturated ? " (saturated)" : "", sc_usd_text(cost.mean, t[0]));
    if (sc_estimate_ranges(cost))
        fprintf(out, "%s - %s", sc_usd_text(cost.lo, t[0]), sc_usd_text(cost.hi, t[1]));
    const struct sc_estimate waits[] = {a->waits.p50, a->waits.p95, a->waits.p99, a->waits.p99_9};
    for (int i = 0; i < 4; i++)
        fprintf(out, " | %s", sc_ms_text(waits[i].n ? waits[i].mean : (double)NAN, t[i]));
    fprintf(out, " | %s | %s | %s |\n", sc_percent_text(a->failed_frac.mean, t[0]),
            a->marginal_usd_per_million.n ? sc_usd_text(a->marginal_usd_per_million.mean, t[1])
                                          : "",
            sc_composition_text(a, arena));
}

static void write(const struct sc_result *r, const struct sc_verdict *v,
                  const struct sc_report_options *o, FILE *out)
{
    (void)o;
    struct sc_arena arena = {0};
    fputs("| architecture | USD/month | 95 % range | p50 | p95 | p99 | p99.9 | lost "
          "| next million, USD | largest lines |\n",
          out);
    fputs("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|\n", out);
    for (int i = 0; i < r->n; i++)
        row(&r->architecture[i], i == v->choice, &arena, out);
    sc_arena_free(&arena);
}

const struct sc_report_format sc_report_markdown = {"markdown", "a table for a document", write};
