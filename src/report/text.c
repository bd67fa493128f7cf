/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For a person, in 80 columns: the decision, the table, what the money goes to, what missed and
 * why, and what it all rests on. */
#include "report/composition.h"
#include "report/detail.h"
#include "report/report.h"
#include "report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { LABEL = 17 };

static const char *chosen_sentence(const struct sc_result *r, const struct sc_verdict *v,
                                   struct sc_arena *arena)
{
    char usd[SC_WORDS_TEXT];
    const struct sc_result_architecture *a = &r->architecture[v->choice];
    const char *cost = sc_usd_text((double)sc_detail_cents(a) / 100, usd);
    if (!v->asked)
        return sc_arena_printf(arena, "%s, %s USD %s, %s", a->name, cost, r->span,
                               r->n > 1 ? "is the cheapest" : "holds the traffic");
    return sc_arena_printf(arena, "%s, %s USD %s, %s (%s)", a->name, cost, r->span,
                           r->n > 1 ? "is the cheapest that meets the objective"
                                    : "meets the objective",
                           v->objective);
}

/* What is cheaper than the choice, or what it is compared with when it is the cheapest of all. */
static const char *rival_clause(const struct sc_result *r, const struct sc_verdict *v,
                                struct sc_arena *arena)
{
    const struct sc_result_architecture *a = &r->architecture[v->choice], *b = NULL;
    int rival = -1;
    for (int i = 0; i < r->n; i++)
        if (i != v->choice &&
            (!b || r->architecture[i].cost_usd_per_month.mean < b->cost_usd_per_month.mean))
            b = &r->architecture[rival = i];
    if (!b)
        return "";
    char share[SC_WORDS_TEXT];
    double mine = a->cost_usd_per_month.mean, other = b->cost_usd_per_month.mean;
    if (other < mine)
        return sc_arena_printf(arena, "; %s is %s cheaper and %s", b->name,
                               sc_percent_text(1 - other / mine, share),
                               v->misses[rival] ? "misses it" : "is saturated");
    struct sc_estimate margin = sc_verdict_margin(b, a);
    const char *chance =
        sc_estimate_ranges(margin) && margin.lo <= 0 ? ", which may be chance" : "";
    if (other >= 3 * mine && mine > 0)
        return sc_arena_printf(arena, "; %s costs %.*f times as much", b->name, other < 10 * mine,
                               other / mine);
    return sc_arena_printf(arena, "; %s costs %s more%s", b->name,
                           sc_percent_text(sc_ratio(other - mine, mine), share), chance);
}

static const char *decision(const struct sc_result *r, const struct sc_verdict *v,
                            struct sc_arena *arena)
{
    if (v->choice >= 0)
        return sc_arena_printf(arena, "%s: %s%s.", r->title, chosen_sentence(r, v, arena),
                               rival_clause(r, v, arena));
    const struct sc_result_architecture *a = &r->architecture[v->nearest];
    const char *why = v->misses[v->nearest] ? v->misses[v->nearest] : a->why_saturated;
    if (r->n == 1)
        return sc_arena_printf(arena, "%s: %s %s: %s.", r->title, a->name,
                               v->misses[0] ? "does not meet the objective" : "is saturated", why);
    return sc_arena_printf(arena, "%s: no architecture %s%s%s; %s comes nearest: %s.", r->title,
                           v->asked ? "meets the objective (" : "holds the traffic",
                           v->asked ? v->objective : "", v->asked ? ")" : "", a->name, why);
}

/* The lines on the screen are rounded and may add up to a cent beyond the interval of the exact
 * sum: it is made to hold what stands beside it. */
static void range(struct sc_estimate e, double shown, FILE *out)
{
    e.lo = e.lo < shown ? e.lo : shown;
    e.hi = e.hi > shown ? e.hi : shown;
    char lo[SC_WORDS_TEXT], hi[SC_WORDS_TEXT], text[2 * SC_WORDS_TEXT + 4] = "-";
    if (sc_estimate_ranges(e))
        snprintf(text, sizeof text, "%s - %s", sc_usd_text(e.lo, lo), sc_usd_text(e.hi, hi));
    fprintf(out, "%17s", text);
}

static void row(const struct sc_result_architecture *a, const char *mark, const char *on, FILE *out)
{
    char text[SC_WORDS_TEXT];
    fprintf(out, "%s%s%-*s", on, mark, LABEL - 2, a->name);
    if (strlen(a->name) > LABEL - 2)
        fprintf(out, "\n%*s", LABEL, "");
    fprintf(out, "%9s", sc_cents_text(sc_detail_cents(a), text));
    range(a->cost_usd_per_month, (double)sc_detail_cents(a) / 100, out);
    const struct sc_estimate waits[] = {a->waits.p50, a->waits.p95, a->waits.p99, a->waits.p99_9};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        fprintf(out, "%*s", i ? 7 : 8,
                sc_ms_text(waits[i].n > 0 ? waits[i].mean : (double)NAN, text));
    fprintf(out, "%7s%s\n", sc_percent_text(a->failed_frac.mean, text), *on ? "\x1b[0m" : "");
}

static void table(const struct sc_result *r, const struct sc_verdict *v, bool color, FILE *out)
{
    fprintf(out, "\n%*s%9s%17s%8s%7s%7s%7s%7s\n", LABEL, "",
            strcmp(r->span, "a month") == 0 ? "USD/month" : "USD", "(95 % range)", "p50", "p95",
            "p99", "p99.9", "lost");
    for (int i = 0; i < r->n; i++) {
        const struct sc_result_architecture *a = &r->architecture[i];
        const char *on = !color ? "" : a->saturated ? "\x1b[31m" : i == v->choice ? "\x1b[1m" : "";
        row(a, a->saturated ? "! " : i == v->choice ? "* " : "  ", on, out);
    }
}

static const char *composition(const struct sc_result_architecture *a, struct sc_arena *arena)
{
    const char *text = sc_composition_text(a, arena);
    char usd[SC_WORDS_TEXT];
    if (a->marginal_usd_per_million.n == 0)
        return text;
    return sc_arena_printf(arena, "%s; the next million requests cost %s USD", text,
                           sc_usd_text(a->marginal_usd_per_million.mean, usd));
}

/* A label of 17 columns and a text beside it; below it where the label is longer. */
static void labelled(const char *label, const char *text, FILE *out)
{
    char head[SC_SCREEN];
    bool fits = strlen(label) < LABEL - 1;
    snprintf(head, sizeof head, "%-*s", LABEL, fits ? label : "");
    if (!fits)
        fprintf(out, "%s\n", label);
    sc_paragraph(head, LABEL, text, out);
}

static void compositions(const struct sc_result *r, const struct sc_verdict *v,
                         struct sc_arena *arena, FILE *out)
{
    fputs("\nlargest lines of the bill\n", out);
    for (int pass = 0; pass < 2; pass++) /* the choice first */
        for (int i = 0; i < r->n; i++)
            if ((i == v->choice) == (pass == 0)) {
                const struct sc_result_architecture *a = &r->architecture[i];
                labelled(sc_arena_printf(arena, "  %s", a->name), composition(a, arena), out);
            }
}

static void misses(const struct sc_result *r, const struct sc_verdict *v, struct sc_arena *arena,
                   FILE *out)
{
    bool any = false;
    for (int i = 0; i < r->n; i++) {
        const struct sc_result_architecture *a = &r->architecture[i];
        if (v->meets[i])
            continue;
        if (!any)
            fputs(v->asked ? "\nwhat misses the objective\n" : "\nwhat does not hold the traffic\n",
                  out);
        any = true;
        const char *why = v->misses[i] ? v->misses[i] : "";
        if (a->saturated)
            why = sc_arena_printf(arena,
                                  "%s%ssaturated: %s, so its waits are those of this horizon only",
                                  why, *why ? "; " : "", a->why_saturated);
        labelled(sc_arena_printf(arena, "%s%s", a->saturated ? "! " : "  ", a->name), why, out);
    }
}

static void unconfirmed(const struct sc_result *r, struct sc_arena *arena, FILE *out)
{
    const char *list = "";
    for (int i = 0; i < r->n; i++)
        for (int k = 0; k < r->architecture[i].n_lines; k++) {
            const struct sc_result_line *l = &r->architecture[i].line[k];
            if (!l->confirmed && !strstr(list, l->sku))
                list = sc_arena_printf(arena, "%s%s%s", list, *list ? ", " : "", l->sku);
        }
    if (*list)
        sc_paragraph("prices not confirmed: ", 2, list, out);
}

static void estimated(const struct sc_result *r, struct sc_arena *arena, FILE *out)
{
    const char *list = "";
    for (int i = 0; i < r->n; i++)
        for (int k = 0; k < r->architecture[i].n_lines; k++) {
            const struct sc_result_line *l = &r->architecture[i].line[k];
            if (l->estimate && !strstr(list, l->item))
                list = sc_arena_printf(arena, "%s%s%s", list, *list ? ", " : "", l->item);
        }
    if (*list)
        sc_paragraph("estimated from windows, not counted by the hour: ", 2, list, out);
}

static void footing(const struct sc_result *r, struct sc_arena *arena, FILE *out)
{
    int fewest = (int)r->replications;
    for (int i = 0; i < r->n; i++)
        fewest = r->architecture[i].n < fewest ? r->architecture[i].n : fewest;
    fputc('\n', out);
    if (strcmp(r->span, "a month") != 0)
        sc_paragraph(
            "", 0,
            sc_arena_printf(arena,
                            "Costs are those of the horizon, not scaled to a month of %.6g h: %s.",
                            r->month_h, r->month_note),
            out);
    unconfirmed(r, arena, out);
    estimated(r, arena, out);
    if (r->sample)
        sc_paragraph("", 0, sc_arena_printf(arena, "The horizon was %s.", r->sample), out);
    const char *short_of = fewest < r->replications
                               ? sc_arena_printf(arena, " (stopped: %d at least finished)", fewest)
                               : "";
    sc_paragraph("", 0,
                 sc_arena_printf(arena,
                                 "book %s of %s, free: %s, seed %" PRId64 ", %" PRId64
                                 " replication%s of %.6g h%s",
                                 r->book_id, r->book_as_of, r->free, r->seed, r->replications,
                                 r->replications == 1 ? "" : "s", r->horizon_h, short_of),
                 out);
}

static void write(const struct sc_result *r, const struct sc_verdict *v,
                  const struct sc_report_options *o, FILE *out)
{
    struct sc_arena arena = {0};
    sc_paragraph("", 0, decision(r, v, &arena), out);
    table(r, v, o->color, out);
    compositions(r, v, &arena, out);
    misses(r, v, &arena, out);
    if (o->detail)
        sc_detail_write(r, out);
    footing(r, &arena, out);
    sc_arena_free(&arena);
}

const struct sc_report_format sc_report_text = {"text", "one screen: the decision first", write};
