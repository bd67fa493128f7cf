/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/detail.h"

#include "price/bill.h"
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

int64_t sc_detail_cents(const struct sc_result_architecture *a)
{
    int64_t sum = 0;
    for (int i = 0; i < a->n_lines; i++)
        sum += sc_usd_cents(a->line[i].usd_e15);
    return sum;
}

static void amount(const char *label, int64_t cents, FILE *out)
{
    fprintf(out, "%s %9" PRId64 ".%02" PRId64 "\n", label, cents / 100, cents % 100);
}

static void bill(const struct sc_result_architecture *a, const char *span, FILE *out)
{
    char label[SC_SCREEN + 1], title[SC_SCREEN];
    snprintf(title, sizeof title, "bill, %s", span);
    fprintf(out, "  %-38s %15s %-10s %12s\n", title, "quantity", "unit", "USD");
    for (int i = 0; i < a->n_lines; i++) {
        const struct sc_result_line *l = &a->line[i];
        char name[SC_SCREEN];
        snprintf(name, sizeof name, "%s %s%s", l->node, l->item, l->estimate ? " (estimate)" : "");
        snprintf(label, sizeof label, "  %-38.38s %15.9g %-10.10s", name, l->quantity, l->unit);
        amount(label, sc_usd_cents(l->usd_e15), out);
    }
    snprintf(label, sizeof label, "  %-38s %15s %-10s", "sum of the rounded lines", "", "");
    amount(label, sc_detail_cents(a), out);
}

static void counter(const char *name, struct sc_estimate e, FILE *out)
{
    char mean[SC_WORDS_TEXT], lo[SC_WORDS_TEXT], hi[SC_WORDS_TEXT];
    if (e.n == 0)
        return;
    fprintf(out, "    %-28s %14s", name, sc_count_text(e.mean, mean));
    if (sc_estimate_ranges(e))
        fprintf(out, "  %s - %s", sc_count_text(e.lo, lo), sc_count_text(e.hi, hi));
    fputc('\n', out);
}

static void waits(const char *name, const struct sc_waits *w, FILE *out)
{
    char t[7][SC_WORDS_TEXT];
    if (w->mean.n > 0)
        fprintf(out, "    %s: mean %s, p50 %s, p90 %s, p95 %s, p99 %s,\n      p99.9 %s, max %s\n",
                name, sc_ms_text(w->mean.mean, t[0]), sc_ms_text(w->p50.mean, t[1]),
                sc_ms_text(w->p90.mean, t[2]), sc_ms_text(w->p95.mean, t[3]),
                sc_ms_text(w->p99.mean, t[4]), sc_ms_text(w->p99_9.mean, t[5]),
                sc_ms_text(w->max.mean, t[6]));
}

static void clients(const struct sc_result_architecture *a, FILE *out)
{
    fputs("  what clients saw\n", out);
    counter("requests", a->requests, out);
    counter("completed", a->completed, out);
    counter("throttled", a->throttled, out);
    counter("failed", a->failed, out);
    counter("timed_out", a->timed_out, out);
    counter("unfinished", a->unfinished, out);
    counter("cold_starts", a->cold_starts, out);
    counter("peak_concurrency", a->peak_concurrency, out);
    counter("mean_concurrency", a->mean_concurrency, out);
    counter("cost_usd_per_million", a->cost_usd_per_million, out);
    for (int i = 0; i < a->n_extras; i++)
        counter(a->extra[i].name, a->extra[i].value, out);
    waits("latency", &a->waits, out);
}

static void node(const struct sc_result_node *n, FILE *out)
{
    if (n->n_counters == 0 && !n->hist)
        return;
    fprintf(out, "  %s%s%s%s\n", n->name, n->type ? " (" : "", n->type ? n->type : "",
            n->type ? ")" : "");
    for (int i = 0; i < n->n_counters; i++)
        if (!strchr(n->counter[i].name, '/')) /* a key of a trace: in the records and in JSON */
            counter(n->counter[i].name, n->counter[i].value, out);
    if (n->hist)
        waits("took", &n->waits, out);
    if (n->queue)
        waits("queued", &n->queue_waits, out);
}

void sc_detail_write(const struct sc_result *r, FILE *out)
{
    for (int i = 0; i < r->n; i++) {
        const struct sc_result_architecture *a = &r->architecture[i];
        fprintf(out, "\n== %s ==\n", a->name);
        bill(a, r->span, out);
        clients(a, out);
        for (int k = 0; k < a->n_nodes; k++)
            node(&a->node[k], out);
    }
}
