/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price/bill.h"

#include "num/decimal.h"

#include <assert.h>
#include <string.h>

/* All usages of one SKU, in parts of a unit: `parts` parts make one unit. SKUs that share an
 * allowance share `parts` too, which the first of them holds. */
struct demand {
    int head; /* the first SKU of the same pool, or itself */
    bool used;
    sc_i128 parts;  /* at the head */
    sc_i128 free;   /* at the head: what is left of the allowance, parts */
    sc_i128 total;  /* parts */
    sc_i128 cost;   /* of the total, 1e-15 USD */
    sc_i128 passed; /* parts whose lines are made */
};

static sc_i128 divisor(sc_i128 a, sc_i128 b)
{
    while (b != 0) {
        sc_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static sc_i128 multiple(sc_i128 a, sc_i128 b)
{
    sc_i128 factor = a / divisor(a, b);
    return factor <= SC_MOST_PARTS / b ? factor * b : SC_MOST_PARTS;
}

static int head_of(const struct sc_book *book, const struct sc_price *price)
{
    int self = (int)(price - book->prices);
    for (int i = 0; price->pool && i < self; i++)
        if (book->prices[i].pool && strcmp(book->prices[i].pool, price->pool) == 0)
            return i;
    return self;
}

static struct demand *demand_of(const struct sc_book *book, struct demand *demands, const char *sku)
{
    const struct sc_price *price = sc_book_price(book, sku);
    assert(price && "the loader checks every SKU");
    return &demands[price - book->prices];
}

/* Exact where `parts` is a multiple of the reduced denominator: everywhere but beyond
 * SC_MOST_PARTS. */
static sc_i128 parts_of(const struct sc_usage *u, sc_i128 parts)
{
    return sc_muldiv(u->num, parts, u->den);
}

static void collect(const struct sc_book *book, struct demand *demands,
                    const struct sc_usage *usage, int n)
{
    for (int i = 0; i < n; i++) {
        const struct sc_usage *u = &usage[i];
        assert(u->num >= 0 && u->den > 0);
        struct demand *d = demand_of(book, demands, u->sku);
        if (!d->used) {
            d->used = true;
            d->head = head_of(book, &book->prices[d - demands]);
        }
        struct demand *head = &demands[d->head];
        head->parts = multiple(head->parts > 0 ? head->parts : 1, u->den / divisor(u->den, u->num));
    }
    for (int i = 0; i < n; i++) {
        struct demand *d = demand_of(book, demands, usage[i].sku);
        d->total += parts_of(&usage[i], demands[d->head].parts);
    }
}

/* Marginal tiers from zero. Quotients and remainders are added apart, so only the sum is rounded.
 */
static sc_i128 tiered(const struct sc_price *price, sc_i128 billed, sc_i128 parts)
{
    sc_i128 cost = 0, rest = 0, from = 0;
    for (int t = 0; t < price->n_tiers && from < billed; t++) {
        const struct sc_tier *tier = &price->tiers[t];
        sc_i128 to = tier->upto < 0 || tier->upto * parts > billed ? billed : tier->upto * parts;
        sc_i128 whole = sc_muldiv_floor(to - from, tier->usd_e15, parts);
        rest += (sc_i128)((sc_u128)(to - from) * (sc_u128)tier->usd_e15 -
                          (sc_u128)whole * (sc_u128)parts);
        cost += whole;
        from = to;
    }
    return cost + (rest + parts / 2) / parts;
}

static bool is_granted(const struct sc_price *price, enum sc_free free)
{
    return free == SC_FREE_NEW_ACCOUNT || (free == SC_FREE_ALWAYS && !price->free_new_account);
}

/* Free units do not use up the first tier (prices-aws.md, order of operations, 4). */
static void cost_all(const struct sc_book *book, enum sc_free free, struct demand *demands)
{
    for (int i = 0; i < book->n; i++) {
        struct demand *d = &demands[i], *head = &demands[d->head];
        const struct sc_price *first = &book->prices[d->head];
        if (d->used && head->free < 0)
            head->free = is_granted(first, free) ? first->free_units * head->parts : 0;
        if (d->used) {
            sc_i128 granted = d->total < head->free ? d->total : head->free;
            head->free -= granted;
            d->cost = tiered(&book->prices[i], d->total - granted, head->parts);
        }
    }
}

/* The share of a node is the growth of a running share, so that the lines of a SKU add up to its
 * cost. */
static struct sc_bill_line line_of(const struct sc_price *price, struct demand *d,
                                   const struct sc_usage *u, sc_i128 parts)
{
    sc_i128 before = sc_muldiv_floor(d->cost, d->passed, d->total);
    d->passed += parts_of(u, parts);
    return (struct sc_bill_line){
        .node = u->node,
        .item = u->item,
        .sku = price->sku,
        .unit = price->unit,
        .quantity = sc_i128_double(u->num) / sc_i128_double(u->den),
        .usd_e15 = sc_muldiv_floor(d->cost, d->passed, d->total) - before,
        .confirmed = price->confirmed,
    };
}

struct sc_bill sc_bill_price(const struct sc_book *book, enum sc_free free,
                             const struct sc_usage *usage, int n, struct sc_arena *arena)
{
    struct sc_bill bill = {.lines = SC_NEW_ARRAY(arena, struct sc_bill_line, n + 1)};
    struct demand *demands = sc_take(sizeof *demands * ((size_t)book->n + 1));
    for (int i = 0; i < book->n; i++)
        demands[i].free = -1; /* not looked up yet */
    collect(book, demands, usage, n);
    cost_all(book, free, demands);
    for (int i = 0; i < n; i++) {
        struct demand *d = demand_of(book, demands, usage[i].sku);
        if (usage[i].num > 0)
            bill.lines[bill.n++] =
                line_of(&book->prices[d - demands], d, &usage[i], demands[d->head].parts);
    }
    sc_release(demands);
    return bill;
}

sc_i128 sc_bill_total(const struct sc_bill *bill)
{
    sc_i128 total = 0;
    for (int i = 0; i < bill->n; i++)
        total += bill->lines[i].usd_e15;
    return total;
}

int64_t sc_usd_cents(sc_i128 usd_e15)
{
    const sc_i128 cent = INT64_C(10000000000000);
    sc_i128 shifted = usd_e15 + cent / 2, cents = shifted / cent;
    return (int64_t)(cents - (shifted % cent < 0));
}
