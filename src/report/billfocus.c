/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bill as FOCUS rows: one a line, and one for what each commitment left unused. What is billed is
 * rounded; a commitment's cost is spread over what it may have covered, in proportion to its value
 * on demand, so the effective costs add up to the same total. */
#include "num/decimal.h"
#include "report/billreport.h"
#include "report/focus.h"

static const enum sc_focus_charge charges[] = {[SC_LINE_FREE] = SC_FOCUS_USED,
                                               [SC_LINE_USED] = SC_FOCUS_USED,
                                               [SC_LINE_COVERED] = SC_FOCUS_COVERED,
                                               [SC_LINE_COMMITTED] = SC_FOCUS_PURCHASE};

/* The month that is billed, or else that of the prices. */
static const char *month_of(const struct sc_bill_document *d, const struct sc_bill_line *l)
{
    if (d->month)
        return d->month;
    return l->book->at ? l->book->at : l->book->as_of;
}

static const char *describe(const struct sc_bill_document *d, int i, struct sc_arena *arena)
{
    const struct sc_bill_line *l = &d->bill.lines[i];
    char label[SC_BILL_LABEL];
    sc_bill_label(d, i, label);
    return sc_arena_printf(arena, "%s %s%s%s%s", l->node, l->item, *label ? ", " : "", label,
                           d->cover[i].confirmed ? "" : " (price not confirmed)");
}

/* What the line would have cost without commitments. */
static void set_list(struct sc_focus_row *r, const struct sc_bill_line *l)
{
    r->has_list = true;
    r->list_unit_e15 = l->rate_e15;
    r->list_e15 = l->usd_e15;
    if (l->kind == SC_LINE_COVERED) {
        r->list_unit_e15 = sc_book_price(l->book, l->sku)->tiers[0].usd_e15;
        r->list_e15 = (sc_i128)(l->quantity * sc_i128_double(r->list_unit_e15) + 0.5);
    } else if (l->kind == SC_LINE_COMMITTED && l->quantity > 0) { /* with what is paid upfront */
        double unit_e15 = sc_i128_double(l->usd_e15) / l->quantity;
        if (unit_e15 > sc_i128_double(l->rate_e15) * (1 + 1e-9))
            r->list_unit_e15 = (sc_i128)(unit_e15 + 0.5);
    }
}

static void write_unused(const struct sc_bill_document *d, int i, struct sc_focus_row *r,
                         struct sc_arena *arena, FILE *out)
{
    const struct sc_bill_line *l = &d->bill.lines[i];
    if (d->cover[i].effective_e15 <= 0)
        return;
    r->charge = SC_FOCUS_UNUSED;
    r->billed_e15 = 0;
    r->list_e15 = 0; /* it is paid by the purchase, so its unit costs nothing either */
    r->list_unit_e15 = 0;
    r->effective_e15 = d->cover[i].effective_e15;
    r->quantity = l->quantity * (1 - l->used_frac);
    r->description = sc_arena_printf(arena, "%s %s, unused", l->node, l->item);
    sc_focus_write(r, out);
}

static void write_line(const struct sc_bill_document *d, int i, struct sc_arena *arena, FILE *out)
{
    const struct sc_bill_line *l = &d->bill.lines[i];
    bool is_purchase = l->kind == SC_LINE_COMMITTED;
    struct sc_focus_row r = {
        .charge = charges[l->kind],
        .billed_e15 = l->cents * (sc_i128)INT64_C(10000000000000),
        .effective_e15 = is_purchase ? 0 : d->cover[i].effective_e15,
        .quantity = l->quantity,
        .unit = l->unit,
        .sku = l->sku,
        .description = describe(d, i, arena),
        .region = l->book->region,
        .node = l->node,
        .month = month_of(d, l),
        .scenario = d->title,
    };
    set_list(&r, l);
    sc_focus_write(&r, out);
    if (is_purchase)
        write_unused(d, i, &r, arena, out);
}

static void write(const struct sc_bill_document *d, FILE *out)
{
    struct sc_arena arena = {0};
    sc_focus_header(out);
    for (int i = 0; i < d->bill.n; i++)
        write_line(d, i, &arena, out);
    sc_arena_free(&arena);
}

const struct sc_bill_format sc_bill_focus = {"focus", "rows with columns of FOCUS 1.2", write};
