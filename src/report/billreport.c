/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/billreport.h"

#include "num/decimal.h"
#include "report/figures.h"
#include "run/pricing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct sc_bill_format *const sc_bill_formats[] = {&sc_bill_text, &sc_bill_json, &sc_bill_csv,
                                                        &sc_bill_focus, NULL};

const struct sc_bill_format *sc_bill_format_named(const char *name)
{
    for (const struct sc_bill_format *const *f = sc_bill_formats; *f; f++)
        if (strcmp((*f)->name, name) == 0)
            return *f;
    return NULL;
}

const char *sc_line_kind_name(enum sc_line_kind kind)
{
    switch (kind) {
    case SC_LINE_FREE:
        return "free";
    case SC_LINE_COVERED:
        return "covered";
    case SC_LINE_COMMITTED:
        return "committed";
    case SC_LINE_USED:
        break;
    }
    return "used";
}

const char *sc_sku_service(const char *sku, struct sc_arena *arena)
{
    if (!strchr(sku, '.')) /* a plan's name is no SKU */
        return "savingsplans";
    return sc_arena_printf(arena, "%.*s", (int)strcspn(sku, "."), sku);
}

static void tier_label(const struct sc_price *price, int tier, char *text)
{
    char from[SC_FIGURE_TEXT], size[SC_FIGURE_TEXT];
    sc_i128 begin = tier > 0 ? price->tiers[tier - 1].upto : 0, end = price->tiers[tier].upto;
    sc_amount_text(sc_i128_double(begin), from);
    sc_amount_text(sc_i128_double(end - begin), size);
    if (end < 0)
        snprintf(text, SC_BILL_LABEL, "above %s", from);
    else
        snprintf(text, SC_BILL_LABEL, "%s %s", tier > 0 ? "next" : "first", size);
}

char *sc_bill_label(const struct sc_bill_document *d, int line, char *text)
{
    const struct sc_bill_line *l = &d->bill.lines[line];
    const struct sc_price *price = sc_book_price(l->book, l->sku);
    text[0] = '\0';
    if (l->kind == SC_LINE_FREE)
        snprintf(text, SC_BILL_LABEL, "free allowance");
    else if (l->kind == SC_LINE_COVERED)
        snprintf(text, SC_BILL_LABEL, "covered by %s",
                 d->cover[line].by ? d->cover[line].by->name : "commitments");
    else if (l->kind == SC_LINE_USED && price->n_tiers > 1)
        tier_label(price, l->tier, text);
    return text;
}

static int by_name(const void *a, const void *b)
{
    const struct sc_bill_share *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static int by_cost(const void *a, const void *b)
{
    const struct sc_bill_share *x = a, *y = b;
    if (x->usd_e15 != y->usd_e15)
        return x->usd_e15 < y->usd_e15 ? 1 : -1;
    return strcmp(x->name, y->name);
}

/* One share a name, the largest first; returns how many. */
static int merge_shares(struct sc_bill_share *share, int n)
{
    int merged = 0;
    qsort(share, (size_t)n, sizeof *share, by_name);
    for (int i = 0; i < n; i++)
        if (merged > 0 && strcmp(share[merged - 1].name, share[i].name) == 0)
            share[merged - 1].usd_e15 += share[i].usd_e15;
        else
            share[merged++] = share[i];
    qsort(share, (size_t)merged, sizeof *share, by_cost);
    return merged;
}

static void compose(struct sc_bill_document *d, struct sc_arena *arena)
{
    const struct sc_bill *b = &d->bill;
    d->node = SC_NEW_ARRAY(arena, struct sc_bill_share, b->n + 1);
    d->service = SC_NEW_ARRAY(arena, struct sc_bill_share, b->n + 1);
    for (int i = 0; i < b->n; i++) {
        const struct sc_bill_line *l = &b->lines[i];
        d->node[i] = (struct sc_bill_share){l->node, l->usd_e15};
        d->service[i] = (struct sc_bill_share){sc_sku_service(l->sku, arena), l->usd_e15};
    }
    d->n_nodes = merge_shares(d->node, b->n);
    d->n_services = merge_shares(d->service, b->n);
}

static double per_million(sc_i128 usd_e15, double requests)
{
    return requests > 0 ? sc_i128_double(usd_e15) / 1e9 / requests : (double)NAN;
}

static double value_of(struct sc_fraction f)
{
    return sc_i128_double(f.num) / sc_i128_double(f.den);
}

void sc_bill_document_form(struct sc_bill_document *d, const struct sc_statement *s,
                           struct sc_arena *arena)
{
    static const char *const free_names[] = {"always", "none", "new_account"};
    *d = (struct sc_bill_document){.version = SC_VERSION,
                                   .title = s->title && *s->title ? s->title : "stated usage",
                                   .sha256 = s->sha256,
                                   .month = s->month,
                                   .free = free_names[s->terms.free],
                                   .month_h = value_of(s->month_h),
                                   .book = s->book,
                                   .n_books = s->n_books,
                                   .terms = &s->terms,
                                   .requests = (double)NAN,
                                   .usd_per_million = (double)NAN,
                                   .marginal_usd_per_million = (double)NAN};
    d->bill = sc_bill_price(&s->terms, s->usage, s->n_usages, arena);
    d->cover = sc_bill_covers(&s->terms, &d->bill, arena);
    d->exact_e15 = sc_bill_total(&d->bill);
    d->cents = sc_bill_cents(&d->bill);
    compose(d, arena);
    if (s->requests.num > 0 && s->requests.den > 0) {
        d->requests = value_of(s->requests);
        d->usd_per_million = per_million(d->exact_e15, d->requests);
        d->marginal_usd_per_million = per_million(
            sc_marginal_cost(&s->terms, s->usage, s->n_usages, &d->bill, arena), d->requests);
    }
}
