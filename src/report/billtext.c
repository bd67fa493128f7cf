/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For a person, in 80 columns: the sum, then line by line as a vendor's bill has it, then what it
 * is made of and what it rests on. */
#include "num/decimal.h"
#include "report/billreport.h"
#include "report/figures.h"
#include "report/words.h"
#include "run/estimate.h"

#include <math.h>
#include <string.h>

/* A long unit may take what its rate leaves of their column. */
enum { QUANTITY = 16, RATE = 13, UNIT_RATE = 25, MONEY = 13 };
enum { LARGEST = 6, MOST_ITEMS = 40, MOST_NAMED = 20 };

static const char SPACES[] = "        ";

struct screen {
    const struct sc_bill_document *d;
    int words, money; /* widths; the first column has what the others leave */
    FILE *out;
};

struct row {
    const char *words, *quantity, *unit, *rate;
};

static void print_row(const struct screen *s, const struct row *r, sc_i128 cents)
{
    char usd[SC_FIGURE_TEXT], unit[UNIT_RATE + 1];
    int width = sc_text_columns(r->words, strlen(r->words)), indent = (int)strspn(r->words, " "),
        most = UNIT_RATE - 1 - (int)strlen(r->rate);
    bool fits = width <= s->words, is_cut = (int)strlen(r->unit) > most;
    if (!fits)
        sc_paragraph(SPACES + (sizeof SPACES - 1 - (size_t)indent), indent + 2, r->words, s->out);
    snprintf(unit, sizeof unit, "%.*s%s", is_cut ? most - 1 : most, r->unit, is_cut ? "." : "");
    fprintf(s->out, "%s%*s%*s %s%*s%*s\n", fits ? r->words : "", s->words - (fits ? width : 0), "",
            QUANTITY - 1, r->quantity, unit, UNIT_RATE - (int)strlen(unit), r->rate, s->money,
            sc_money_text(cents, usd));
}

static void print_sum(const struct screen *s, const char *words, sc_i128 cents)
{
    print_row(s, &(struct row){words, "", "", ""}, cents);
}

/* Two decimals at least, all that there are, rounded only where the column is too narrow. */
static char *rate_text(sc_i128 rate_e15, char *text)
{
    const sc_i128 cent_e15 = INT64_C(10000000000000);
    if (rate_e15 % cent_e15 == 0)
        sc_decimal_text(rate_e15 / cent_e15, 2, text);
    else
        sc_exact_text(rate_e15, SC_USD_DIGITS, text);
    if (strlen(text) >= RATE)
        snprintf(text, SC_FIGURE_TEXT, "%.6g", sc_i128_double(rate_e15) / 1e15);
    return text;
}

static void print_line(const struct screen *s, int line, const char *words)
{
    const struct sc_bill_line *l = &s->d->bill.lines[line];
    char quantity[SC_FIGURE_TEXT], rate[SC_FIGURE_TEXT];
    struct row r = {words, sc_amount_text(l->quantity, quantity), l->unit,
                    rate_text(l->rate_e15, rate)};
    print_row(s, &r, l->cents);
}

static sc_i128 sum(const struct sc_bill *b, int from, int to)
{
    sc_i128 cents = 0;
    for (int i = from; i < to; i++)
        cents += b->lines[i].cents;
    return cents;
}

/* The lines of one usage: [from, to). */
static void print_usage(const struct screen *s, int from, int to)
{
    const struct sc_bill_line *l = &s->d->bill.lines[from];
    char label[SC_BILL_LABEL], words[2 * SC_BILL_LABEL];
    sc_bill_label(s->d, from, label);
    bool tells = to - from == 1 && l->kind != SC_LINE_USED;
    snprintf(words, sizeof words, "  %.150s%s%s", l->item, tells ? ", " : "", tells ? label : "");
    if (to - from == 1) {
        print_line(s, from, words);
        return;
    }
    print_sum(s, words, sum(&s->d->bill, from, to));
    for (int i = from; i < to; i++) {
        sc_bill_label(s->d, i, label);
        snprintf(words, sizeof words, "    %s", *label ? label : "the rest");
        print_line(s, i, words);
    }
}

static bool same_node(const struct sc_bill *b, int i, int k)
{
    return b->lines[k].kind != SC_LINE_COMMITTED && strcmp(b->lines[i].node, b->lines[k].node) == 0;
}

/* Returns the first line after the node's. */
static int print_node(const struct screen *s, int from)
{
    const struct sc_bill *b = &s->d->bill;
    int end = from, to;
    while (end < b->n && same_node(b, from, end))
        end++;
    fputc('\n', s->out);
    if (end - from > 1)
        print_sum(s, b->lines[from].node, sum(b, from, end));
    else
        fprintf(s->out, "%s\n", b->lines[from].node);
    for (; from < end; from = to) {
        for (to = from; to < end && b->lines[to].usage == b->lines[from].usage;)
            to++;
        print_usage(s, from, to);
    }
    return end;
}

/* What the hours at their rate do not explain. */
static void print_upfront(const struct sc_bill_line *l, FILE *out)
{
    char usd[SC_FIGURE_TEXT];
    double hourly_e15 = l->quantity * sc_i128_double(l->rate_e15);
    int64_t cents = sc_usd_cents(l->usd_e15 - (sc_i128)hourly_e15);
    if (cents > 0)
        fprintf(out, "; %s of what was paid upfront is this month's", sc_money_text(cents, usd));
}

static void print_commitments(const struct screen *s, int from)
{
    const struct sc_bill *b = &s->d->bill;
    if (from == b->n)
        return;
    fputs("\n", s->out);
    print_sum(s, "commitments", sum(b, from, b->n));
    for (int i = from; i < b->n; i++) {
        char words[SC_BILL_LABEL], share[SC_WORDS_TEXT];
        snprintf(words, sizeof words, "  %.150s", b->lines[i].node);
        print_line(s, i, words);
        fprintf(s->out, "    %s of it used", sc_percent_text(b->lines[i].used_frac, share));
        print_upfront(&b->lines[i], s->out);
        fputc('\n', s->out);
    }
}

/* Of very many items the dearest are told. */
static bool is_told(const struct sc_bill_document *d, const char *node)
{
    if (d->n_nodes <= MOST_ITEMS)
        return true;
    for (int i = 0; i < MOST_ITEMS; i++)
        if (strcmp(d->node[i].name, node) == 0)
            return true;
    return false;
}

/* Returns the first line after the items'. */
static int print_items(const struct screen *s)
{
    const struct sc_bill *b = &s->d->bill;
    char words[SC_BILL_LABEL], count[SC_FIGURE_TEXT];
    sc_i128 cents = 0;
    int others = 0, at = 0;
    while (at < b->n && b->lines[at].kind != SC_LINE_COMMITTED) {
        if (is_told(s->d, b->lines[at].node)) {
            at = print_node(s, at);
            continue;
        }
        others++;
        for (int from = at; at < b->n && same_node(b, from, at); at++)
            cents += b->lines[at].cents;
    }
    if (others > 0) {
        snprintf(words, sizeof words, "%s others (see --csv)", sc_amount_text(others, count));
        fputc('\n', s->out);
        print_sum(s, words, cents);
    }
    return at;
}

static void print_lines(const struct sc_bill_document *d, FILE *out)
{
    char usd[SC_FIGURE_TEXT];
    int money = (int)strlen(sc_money_text(d->cents, usd)) + 1;
    struct screen s = {.d = d, .money = money > MONEY ? money : MONEY, .out = out};
    s.words = SC_SCREEN - QUANTITY - UNIT_RATE - s.money;
    fprintf(out, "\n%*s%*s unit%*s%*s\n", s.words, "", QUANTITY - 1, "quantity",
            UNIT_RATE - (int)strlen("unit"), "rate, USD", s.money, "USD");
    print_commitments(&s, print_items(&s));
    fputc('\n', out);
    print_sum(&s, "total", d->cents);
}

static void print_shares(const char *head, const struct sc_bill_share *share, int n,
                         const struct sc_bill_document *d, FILE *out)
{
    struct sc_arena arena = {0};
    const char *text = "";
    char percent[SC_WORDS_TEXT];
    int shown = 0;
    for (; shown < n && shown < LARGEST && share[shown].usd_e15 > 0; shown++)
        text = sc_arena_printf(
            &arena, "%s%s%s %s", text, shown ? ", " : "", share[shown].name,
            sc_percent_text(sc_i128_double(share[shown].usd_e15) / sc_i128_double(d->exact_e15),
                            percent));
    if (shown > 0)
        sc_paragraph(head, 12, text, out);
    sc_arena_free(&arena);
}

static char *unit_cost(double usd, char *text)
{
    snprintf(text, SC_FIGURE_TEXT, fabs(usd) < 0.01 && usd != 0 ? "%.3g" : "%.2f", usd);
    return text;
}

static void print_composition(const struct sc_bill_document *d, FILE *out)
{
    char requests[SC_FIGURE_TEXT], mean[SC_FIGURE_TEXT], next[SC_FIGURE_TEXT], text[256];
    if (d->exact_e15 == 0 && !isfinite(d->requests))
        return;
    fputc('\n', out);
    print_shares("by service: ", d->service, d->n_services, d, out);
    print_shares("by item:    ", d->node, d->n_nodes, d, out);
    if (!isfinite(d->requests))
        return;
    snprintf(text, sizeof text, "%s a month, %s USD per million; the next ones %s USD per million",
             sc_amount_text(d->requests, requests), unit_cost(d->usd_per_million, mean),
             unit_cost(d->marginal_usd_per_million, next));
    sc_paragraph("requests:   ", 12, text, out);
}

static const char *unconfirmed(const struct sc_bill_document *d, struct sc_arena *arena)
{
    const char *text = "";
    int last = -1, n = 0;
    for (int i = 0; i < d->bill.n; i++) {
        const struct sc_bill_line *l = &d->bill.lines[i];
        bool is_same = l->kind != SC_LINE_COMMITTED && l->usage == last;
        if (d->cover[i].confirmed || is_same)
            continue;
        if (n++ < MOST_NAMED)
            text = sc_arena_printf(arena, "%s%s%s %s (%s%s)", text, *text ? ", " : "", l->node,
                                   l->item, l->sku,
                                   l->kind == SC_LINE_COVERED ? ", its plan's rate" : "");
        last = l->kind == SC_LINE_COMMITTED ? -1 : l->usage;
    }
    return n > MOST_NAMED ? sc_arena_printf(arena, "%s and %d others", text, n - MOST_NAMED) : text;
}

static const char *borrowed(const struct sc_bill_document *d, struct sc_arena *arena)
{
    const char *text = "";
    const struct sc_price **told = SC_NEW_ARRAY(arena, const struct sc_price *, d->bill.n + 1);
    int n = 0;
    for (int i = 0; i < d->bill.n; i++) {
        const struct sc_bill_line *l = &d->bill.lines[i];
        const struct sc_price *price = sc_book_price(l->book, l->sku);
        bool is_new = price && price->of_region;
        for (int k = 0; k < n && is_new; k++)
            is_new = told[k] != price;
        if (!is_new)
            continue;
        told[n++] = price;
        text = sc_arena_printf(arena, "%s%s%s (of %s)", text, *text ? ", " : "", l->sku,
                               price->of_region);
    }
    return text;
}

static void print_footing(const struct sc_bill_document *d, FILE *out)
{
    struct sc_arena arena = {0};
    const char *text = unconfirmed(d, &arena);
    fputc('\n', out);
    if (*text)
        sc_paragraph("prices not confirmed: ", 2, text, out);
    text = borrowed(d, &arena);
    if (*text)
        sc_paragraph("prices of another region: ", 2, text, out);
    text = "";
    for (int i = 0; i < d->n_books; i++)
        text = sc_arena_printf(&arena, "%s%s %s (%s) of %s%s%s,", text, i == 0 ? "book" : "",
                               d->book[i]->id, d->book[i]->region, d->book[i]->as_of,
                               d->book[i]->at ? ", prices of " : "",
                               d->book[i]->at ? d->book[i]->at : "");
    sc_paragraph("", 0, sc_arena_printf(&arena, "%s free: %s", text, d->free), out);
    sc_arena_free(&arena);
}

static void write(const struct sc_bill_document *d, FILE *out)
{
    struct sc_arena arena = {0};
    char usd[SC_FIGURE_TEXT], hours[SC_FIGURE_TEXT];
    const char *answer =
        sc_arena_printf(&arena, "%s: %s USD for a month of %s h%s%s%s", d->title,
                        sc_money_text(d->cents, usd), sc_amount_text(d->month_h, hours),
                        d->month ? " (" : "", d->month ? d->month : "", d->month ? ")" : "");
    sc_paragraph("", 0, answer, out);
    print_lines(d, out);
    print_composition(d, out);
    print_footing(d, out);
    sc_arena_free(&arena);
}

const struct sc_bill_format sc_bill_text = {"text", "line by line, 80 columns", write};
