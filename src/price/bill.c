/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price/bill.h"

#include "num/decimal.h"
#include "price/demand.h"

#include <assert.h>
#include <string.h>

/* Room for a sum of parts in 127 bits. */
#define ROOM ((sc_i128)1 << 126)
/* Commitments cut usage at fractions of no meter: parts so much finer, where there is room, keep a
 * month's cuts below 1e-11 USD. What is not cut stays exact. */
#define FINER ((sc_i128)1000000000000000)

/* The SKUs of a book that is billed. */
struct shelf {
    const struct sc_book *book;
    struct sc_demand *demand; /* one a price */
};

struct sums {
    const struct sc_terms *terms;
    struct shelf *shelf;
    int n_shelves;
    struct sc_demands demands;
};

static struct sc_demand *demand_of(struct sums *s, const struct sc_usage *u)
{
    const struct sc_price *price = sc_book_price(u->book, u->sku);
    assert(price && "the loader checks every SKU");
    for (int i = 0; i < s->n_shelves; i++)
        if (s->shelf[i].book == u->book)
            return &s->shelf[i].demand[price - u->book->prices];
    struct shelf *new = &s->shelf[s->n_shelves++];
    *new = (struct shelf){u->book, sc_take(sizeof *new->demand *((size_t)u->book->n + 1))};
    for (int i = 0; i < u->book->n; i++)
        new->demand[i] = (struct sc_demand){.book = u->book, .price = &u->book->prices[i]};
    return &new->demand[price - u->book->prices];
}

/* Allowances of one name are one pool in a book, and over all books where they are global. */
static bool share_pool(const struct sc_demand *a, const struct sc_demand *b)
{
    const char *pool_a = a->price->pool ? a->price->pool : a->price->sku;
    const char *pool_b = b->price->pool ? b->price->pool : b->price->sku;
    bool global = a->price->scope == SC_SCOPE_GLOBAL && b->price->scope == SC_SCOPE_GLOBAL;
    return (a->book == b->book || global) && !a->price->pool == !b->price->pool &&
           strcmp(pool_a, pool_b) == 0;
}

static void find_heads(struct sums *s)
{
    for (int i = 0; i < s->demands.n; i++) {
        struct sc_demand *d = s->demands.used[i];
        d->head = d;
        for (int k = 0; k < i && d->head == d; k++)
            if (share_pool(s->demands.used[k], d))
                d->head = s->demands.used[k];
    }
}

static void find_used(struct sums *s, const struct sc_usage *usage, int n)
{
    int most = 0;
    for (int i = 0; i < n; i++)
        demand_of(s, &usage[i])->used = true;
    for (int i = 0; i < s->n_shelves; i++)
        most += s->shelf[i].book->n;
    s->demands.used = sc_take(sizeof(struct sc_demand *) * ((size_t)most + 1));
    for (int i = 0; i < s->n_shelves; i++)
        for (int k = 0; k < s->shelf[i].book->n; k++)
            if (s->shelf[i].demand[k].used)
                s->demands.used[s->demands.n++] = &s->shelf[i].demand[k];
    find_heads(s);
}

/* The finest part that leaves room for the sum of the pool's units. */
static sc_i128 finest(const struct sc_demand *head)
{
    sc_i128 finest = ROOM / (head->units + 1);
    return finest < SC_MOST_PARTS ? finest : SC_MOST_PARTS;
}

static sc_i128 multiple(sc_i128 a, sc_i128 b, sc_i128 most)
{
    sc_i128 factor = a / sc_divisor(a, b);
    return factor <= most / b ? factor * b : most;
}

/* Exact where `parts` is a multiple of the reduced denominator. */
static sc_i128 parts_of(const struct sc_usage *u, sc_i128 parts)
{
    return sc_muldiv(u->num, parts, u->den);
}

static void collect(struct sums *s, const struct sc_usage *usage, int n)
{
    for (int i = 0; i < n; i++) {
        struct sc_demand *head = demand_of(s, &usage[i])->head;
        assert(usage[i].num >= 0 && usage[i].den > 0);
        head->units += usage[i].num / usage[i].den + 1;
        head->parts = 1;
    }
    for (int i = 0; i < n; i++) {
        struct sc_demand *head = demand_of(s, &usage[i])->head;
        sc_i128 den = usage[i].den / sc_divisor(usage[i].den, usage[i].num);
        head->parts = multiple(head->parts, den, finest(head));
    }
    for (int i = 0; i < s->demands.n && s->terms->n_commitments > 0; i++) {
        struct sc_demand *d = s->demands.used[i];
        sc_i128 finer = d->head == d ? finest(d) / d->parts : 1;
        d->parts *= finer < FINER ? finer : FINER;
    }
    for (int i = 0; i < n; i++) {
        struct sc_demand *d = demand_of(s, &usage[i]);
        d->total += parts_of(&usage[i], d->head->parts);
    }
}

static bool is_granted(const struct sc_price *price, enum sc_free free)
{
    return free == SC_FREE_NEW_ACCOUNT || (free == SC_FREE_ALWAYS && !price->free_new_account);
}

/* Units of the pool's allowance that are left for this bill. */
static sc_i128 allowance(const struct sc_terms *terms, const struct sc_demand *head)
{
    sc_i128 units = is_granted(head->price, terms->free) ? head->price->free_units : 0;
    for (int i = 0; i < terms->n_free_used; i++) {
        const struct sc_free_used *u = &terms->free_used[i];
        struct sc_demand user = {.book = u->book, .price = sc_book_price(u->book, u->sku)};
        units -= share_pool(&user, head) ? u->units : 0;
    }
    return units > 0 ? units : 0;
}

static void grant(struct sums *s)
{
    for (int i = 0; i < s->demands.n; i++) {
        struct sc_demand *d = s->demands.used[i], *head = d->head;
        if (head == d)
            d->free = allowance(s->terms, d) * d->parts;
        d->granted = d->total < head->free ? d->total : head->free;
        head->free -= d->granted;
    }
}

/* A part of a SKU's usage that costs the same: [from, to) in parts, at `rate`. */
struct slice {
    enum sc_line_kind kind;
    int tier;
    sc_i128 from, to, rate_e15;
};

/* size x own / total units, each in parts: the nearest double where numerator and denominator fit
 * one. */
static double share_of(const struct sc_demand *d, sc_i128 size, sc_i128 own)
{
    struct sc_fraction share =
        sc_fraction_times(sc_fraction_of(size, d->total), sc_fraction_of(own, d->head->parts));
    if (sc_fraction_fits(share))
        return sc_fraction_double(share);
    return sc_i128_double(size) / sc_i128_double(d->total) *
           (sc_i128_double(own) / sc_i128_double(d->head->parts));
}

/* Half up; a bill of many nodes may have more cents than 64 bits hold. */
static sc_i128 cents_of(sc_i128 usd_e15)
{
    const sc_i128 cent = INT64_C(10000000000000);
    sc_i128 shifted = usd_e15 + cent / 2;
    return shifted / cent - (shifted % cent < 0);
}

int64_t sc_usd_cents(sc_i128 usd_e15)
{
    return (int64_t)cents_of(usd_e15);
}

/* What a node has of a slice is its share of all usage. Costs are the growth of a running share, so
 * that the nodes' lines add up to the slice. Below 1e-15 USD they are cut off, never rounded up: a
 * cost just under a half cent stays there. */
static void add_line(struct sc_bill *bill, const struct sc_demand *d, const struct slice *slice,
                     const struct sc_usage *u, int place)
{
    sc_i128 size = slice->to - slice->from, parts = d->head->parts, own = parts_of(u, parts);
    if (size == 0 || own == 0)
        return;
    sc_i128 cost = sc_muldiv_floor(size, slice->rate_e15, parts),
            before = sc_muldiv_floor(cost, d->passed, d->total),
            after = sc_muldiv_floor(cost, d->passed + own, d->total);
    bill->lines[bill->n++] = (struct sc_bill_line){
        .kind = slice->kind,
        .usage = place,
        .book = u->book,
        .node = u->node,
        .item = u->item,
        .sku = d->price->sku,
        .unit = d->price->unit,
        .tier = slice->tier,
        .rate_e15 = slice->rate_e15,
        .quantity = share_of(d, size, own),
        .usd_e15 = after - before,
        .cents = (int64_t)(cents_of(after) - cents_of(before)),
        .used_frac = 1,
        .confirmed = d->price->confirmed,
    };
}

/* Free units do not use up the first tier (prices-aws.md, order of operations, 4). */
static void add_lines(struct sc_bill *bill, struct sc_demand *d, const struct sc_usage *u,
                      int place)
{
    struct slice free = {SC_LINE_FREE, 0, 0, d->granted, 0},
                 covered = {SC_LINE_COVERED, 0, 0, d->covered, 0};
    sc_i128 billed = d->total - d->granted - d->covered, from = 0;
    add_line(bill, d, &free, u, place);
    add_line(bill, d, &covered, u, place);
    for (int t = 0; t < d->price->n_tiers && from < billed; t++) {
        const struct sc_tier *tier = &d->price->tiers[t];
        sc_i128 end = tier->upto < 0 ? billed : tier->upto * d->head->parts;
        struct slice used = {SC_LINE_USED, t, from, end < billed ? end : billed, tier->usd_e15};
        add_line(bill, d, &used, u, place);
        from = used.to;
    }
    d->passed += parts_of(u, d->head->parts);
}

static void add_commitment(struct sc_bill *bill, const struct sc_terms *terms, int place,
                           double used_frac)
{
    const struct sc_commitment *c = &terms->commitment[place];
    const struct sc_price *price = c->sku ? sc_book_price(c->book, c->sku) : NULL;
    bill->lines[bill->n++] = (struct sc_bill_line){
        .kind = SC_LINE_COMMITTED,
        .usage = place,
        .book = c->book,
        .node = c->name,
        .item = "commitment",
        .sku = price ? price->sku : c->plan,
        .unit = "hour",
        .rate_e15 = price ? price->tiers[0].usd_e15 : c->usd_e15,
        .quantity = sc_fraction_double(terms->hours) * (price ? sc_i128_double(c->count) : 1),
        .usd_e15 = sc_commitment_cost(terms, c),
        .cents = sc_usd_cents(sc_commitment_cost(terms, c)),
        .used_frac = used_frac,
        .confirmed = !price || price->confirmed,
    };
}

static int most_lines(struct sums *s, const struct sc_usage *usage, int n)
{
    int most = s->terms->n_commitments;
    for (int i = 0; i < n; i++)
        most += demand_of(s, &usage[i])->price->n_tiers + 2;
    return most;
}

struct sc_bill sc_bill_price(const struct sc_terms *terms, const struct sc_usage *usage, int n,
                             struct sc_arena *arena)
{
    struct sums s = {.terms = terms};
    s.shelf = sc_take(sizeof *s.shelf * ((size_t)n + 1));
    double *used_frac = sc_take(sizeof *used_frac * ((size_t)terms->n_commitments + 1));
    find_used(&s, usage, n);
    collect(&s, usage, n);
    grant(&s);
    sc_commitments_apply(terms, &s.demands, usage, n, used_frac);
    struct sc_bill bill = {
        .lines = SC_NEW_ARRAY(arena, struct sc_bill_line, most_lines(&s, usage, n) + 1)};
    for (int i = 0; i < n; i++)
        if (usage[i].num > 0)
            add_lines(&bill, demand_of(&s, &usage[i]), &usage[i], i);
    for (int i = 0; i < terms->n_commitments; i++)
        add_commitment(&bill, terms, i, used_frac[i]);
    for (int i = 0; i < s.n_shelves; i++)
        sc_release(s.shelf[i].demand);
    sc_release(s.demands.used);
    sc_release(s.shelf);
    sc_release(used_frac);
    return bill;
}

bool sc_usage_fits(const struct sc_usage *u)
{
    const struct sc_price *price = sc_book_price(u->book, u->sku);
    sc_i128 units = u->num / u->den, most_e15 = 1;
    for (int t = 0; t < price->n_tiers; t++)
        if (price->tiers[t].usd_e15 > most_e15)
            most_e15 = price->tiers[t].usd_e15;
    const sc_i128 bound_e15 = (sc_i128)SC_MOST_BILL_USD * INT64_C(1000000000000000);
    return units < SC_MOST_USAGE && units < bound_e15 / most_e15;
}

sc_i128 sc_bill_total(const struct sc_bill *bill)
{
    sc_i128 total = 0;
    for (int i = 0; i < bill->n; i++)
        total += bill->lines[i].usd_e15;
    return total;
}

sc_i128 sc_bill_cents(const struct sc_bill *bill)
{
    sc_i128 total = 0;
    for (int i = 0; i < bill->n; i++)
        total += bill->lines[i].cents;
    return total;
}
