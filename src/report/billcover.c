/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which commitments may have covered a line. The bill does not say how much each took of a line
 * that several may cover, so their cost is spread over all lines that they may cover. */
#include "num/decimal.h"
#include "report/billreport.h"

#include <string.h>

static bool may_cover(const struct sc_commitment *c, const struct sc_bill_line *l, bool *confirmed)
{
    sc_i128 rate_e15;
    return l->kind == SC_LINE_COVERED &&
           sc_commitment_covers(c, l->book, sc_book_price(l->book, l->sku), &rate_e15, confirmed);
}

static double value_usd(const struct sc_bill_line *l)
{
    return l->quantity * sc_i128_double(sc_book_price(l->book, l->sku)->tiers[0].usd_e15);
}

/* Running sums, so that the parts add up to what is spread; returns their sum. */
static sc_i128 spread(const struct sc_commitment *c, const struct sc_bill *bill, sc_i128 used_e15,
                      struct sc_bill_cover *cover)
{
    bool confirmed;
    double all = 0, running = 0;
    sc_i128 before = 0;
    for (int i = 0; i < bill->n; i++)
        all += may_cover(c, &bill->lines[i], &confirmed) ? value_usd(&bill->lines[i]) : 0;
    for (int i = 0; i < bill->n; i++) {
        if (!may_cover(c, &bill->lines[i], &confirmed))
            continue;
        running += value_usd(&bill->lines[i]);
        double share = all > 0 && running < all ? running / all : 1;
        sc_i128 after = share < 1 ? (sc_i128)(share * sc_i128_double(used_e15)) : used_e15;
        cover[i].effective_e15 += after - before;
        before = after;
    }
    return before;
}

static void find_covering(const struct sc_terms *terms, const struct sc_bill_line *l,
                          struct sc_bill_cover *cover)
{
    int n = 0;
    for (int k = 0; k < terms->n_commitments; k++) {
        bool confirmed;
        if (!may_cover(&terms->commitment[k], l, &confirmed))
            continue;
        cover->by = n++ == 0 ? &terms->commitment[k] : NULL;
        cover->confirmed = cover->confirmed && confirmed;
    }
}

struct sc_bill_cover *sc_bill_covers(const struct sc_terms *terms, const struct sc_bill *bill,
                                     struct sc_arena *arena)
{
    const sc_i128 cent_e15 = INT64_C(10000000000000);
    struct sc_bill_cover *cover = SC_NEW_ARRAY(arena, struct sc_bill_cover, bill->n + 1);
    for (int i = 0; i < bill->n; i++) {
        const struct sc_bill_line *l = &bill->lines[i];
        cover[i].confirmed = l->confirmed;
        find_covering(terms, l, &cover[i]);
        if (l->kind != SC_LINE_COMMITTED)
            cover[i].effective_e15 += l->cents * cent_e15;
    }
    for (int i = 0; i < bill->n; i++) {
        const struct sc_bill_line *l = &bill->lines[i];
        if (l->kind != SC_LINE_COMMITTED)
            continue;
        sc_i128 billed_e15 = l->cents * cent_e15;
        sc_i128 used_e15 =
            l->used_frac < 1 ? (sc_i128)(l->used_frac * sc_i128_double(billed_e15)) : billed_e15;
        cover[i].effective_e15 =
            billed_e15 - spread(&terms->commitment[l->usage], bill, used_e15, cover);
    }
    return cover;
}
