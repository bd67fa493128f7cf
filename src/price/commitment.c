/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commitments, hour by hour in AWS's order: reserved ones, EC2 plans, compute plans (facts:
 * prices-aws.md, order of operations 5, and AWS-sp-doc). What an hour does not use is lost. Left
 * out: a reserved machine's covering other sizes of its family, and its sale to others. */
#include "num/decimal.h"
#include "price/demand.h"

#include <stdio.h>
#include <string.h>

/* The month in spans: its hours where some usage is known by the hour, else one. */
struct month {
    const struct sc_terms *terms;
    const struct sc_demands *demands;
    int n;
    const struct sc_price **price; /* by usage */
    sc_i128 **left;                /* by demand and span: billed usage not yet covered, parts */
};

/* What a plan may cover, best saving first. */
struct offer {
    int demand;
    sc_i128 rate_e15;
    struct sc_fraction share; /* rate over on demand */
};

static int spans_of(const struct sc_usage *usage, int n)
{
    int most = 1;
    for (int i = 0; i < n; i++)
        most = usage[i].hour && usage[i].n_hours > most ? usage[i].n_hours : most;
    return most;
}

/* What of the month's even amount falls due until the end of span h. */
static sc_i128 due(const struct month *m, sc_i128 all, int h)
{
    struct sc_fraction seen = m->terms->seen_h;
    if (!sc_fraction_fits(seen))
        seen = sc_whole(m->n);
    sc_i128 until = (h + 1) * seen.den;
    return h + 1 == m->n || until >= seen.num ? all : sc_muldiv_floor(all, until, seen.num);
}

static sc_i128 weight_of(const struct sc_usage *u)
{
    sc_i128 sum = 0;
    for (int h = 0; u->hour && h < u->n_hours; h++)
        sum += u->hour[h];
    return sum;
}

/* `own` parts, as the usage's hours say. */
static void add_spread(const struct sc_usage *u, sc_i128 own, const struct month *m, sc_i128 *span)
{
    sc_i128 before = 0, running = 0, all = weight_of(u);
    for (int h = 0; h < m->n; h++) {
        running += h < u->n_hours && u->hour ? u->hour[h] : 0;
        sc_i128 after = u->hour ? sc_muldiv_floor(own, running, all) : due(m, own, h);
        span[h] += after - before;
        before = after;
    }
}

/* The billed usage by span; the allowance goes to the first ones. Neighbours with the same hours
 * are spread together: there may be many. */
static void spread(const struct sc_demand *d, const struct month *m, const struct sc_usage *usage,
                   int n_usages, sc_i128 *span)
{
    const struct sc_usage *last = NULL;
    sc_i128 own = 0, granted = d->granted;
    for (int i = 0; i < n_usages; i++) {
        const struct sc_usage *u = &usage[i];
        if (m->price[i] != d->price || u->num == 0)
            continue;
        if (last && (u->hour != last->hour || u->n_hours != last->n_hours)) {
            add_spread(last, own, m, span);
            own = 0;
        }
        own += sc_muldiv(u->num, d->head->parts, u->den);
        last = u;
    }
    if (last)
        add_spread(last, own, m, span);
    for (int h = 0; h < m->n && granted > 0; h++) {
        sc_i128 taken = span[h] < granted ? span[h] : granted;
        span[h] -= taken;
        granted -= taken;
    }
}

/* Of which discounts the SKU is: NULL, none. Parts of a machine's name after its size are other
 * ways to buy it. */
static const char *class_of(const char *sku, bool *is_machine)
{
    bool is_ec2 = strncmp(sku, "ec2.", 4) == 0;
    const char *dot = is_ec2 ? strchr(sku + 4, '.') : NULL;
    *is_machine = dot && !strchr(dot + 1, '.');
    if (is_ec2)
        return *is_machine ? "compute_sp" : NULL;
    if (strncmp(sku, "fargate.vcpu_", 13) == 0 || strncmp(sku, "fargate.memory_", 15) == 0)
        return "fargate_sp";
    if (strncmp(sku, "lambda.duration_", 16) == 0 || strncmp(sku, "lambda.provisioned_", 19) == 0)
        return "lambda_sp";
    return NULL;
}

/* A rate that the book states for the SKU itself comes first. Requests of Lambda are covered at
 * their full price, for which no book needs a rate (AWS-sp-doc). */
bool sc_plan_rate(const struct sc_book *book, const struct sc_price *price, const char *plan,
                  sc_i128 *rate_e15, bool *confirmed)
{
    char name[256];
    bool is_machine, is_ec2_plan = strncmp(plan, "ec2_sp_", 7) == 0;
    const char *class = class_of(price->sku, &is_machine), *term = strstr(plan, "_sp_");
    if (!term || (is_ec2_plan && !is_machine))
        return false;
    snprintf(name, sizeof name, "%s.%s", price->sku, plan);
    const struct sc_price *own = sc_book_price(book, name), *share = NULL;
    if (class) {
        snprintf(name, sizeof name, "commitments.%s_%s", is_ec2_plan ? "ec2_sp" : class, term + 4);
        share = sc_book_price(book, name);
    }
    bool at_full = !own && strcmp(price->sku, "lambda.requests") == 0;
    if (!own && !share && !at_full)
        return false;
    const sc_i128 usd_e15 = INT64_C(1000000000000000), full_e15 = price->tiers[0].usd_e15;
    if (own)
        *rate_e15 = own->tiers[0].usd_e15;
    else if (at_full)
        *rate_e15 = full_e15;
    else
        *rate_e15 = sc_muldiv(full_e15, share->tiers[0].usd_e15, usd_e15);
    if (confirmed)
        *confirmed = at_full || (own ? own->confirmed : share->confirmed);
    return true;
}

static bool in_family(const char *sku, const char *family)
{
    size_t n = strlen(family);
    return strncmp(sku + 4, family, n) == 0 && sku[4 + n] == '.';
}

bool sc_commitment_covers(const struct sc_commitment *c, const struct sc_book *book,
                          const struct sc_price *price, sc_i128 *rate_e15, bool *confirmed)
{
    if (c->kind == SC_RESERVED) {
        const char *covers = sc_book_price(c->book, c->sku)->covers;
        *rate_e15 = 0;
        if (confirmed)
            *confirmed = true;
        return c->book == book && covers && strcmp(covers, price->sku) == 0;
    }
    return sc_plan_rate(book, price, c->plan, rate_e15, confirmed) &&
           *rate_e15 <= price->tiers[0].usd_e15 &&
           (c->kind == SC_COMPUTE_PLAN || (c->book == book && in_family(price->sku, c->family)));
}

static bool is_before(const struct offer *a, const struct offer *b)
{
    if (sc_fraction_less(a->share, b->share) || sc_fraction_less(b->share, a->share))
        return sc_fraction_less(a->share, b->share);
    return a->rate_e15 != b->rate_e15 ? a->rate_e15 < b->rate_e15 : a->demand < b->demand;
}

/* Saving and rate order them (AWS-sp-doc); few enough for insertion. */
static int offers_of(const struct month *m, const struct sc_commitment *c, struct offer *offer)
{
    int n = 0;
    for (int i = 0; i < m->demands->n; i++) {
        const struct sc_demand *d = m->demands->used[i];
        struct offer new = {.demand = i};
        sc_i128 full_e15 = d->price->tiers[0].usd_e15;
        if (!sc_commitment_covers(c, d->book, d->price, &new.rate_e15, NULL))
            continue;
        new.share = full_e15 > 0 ? sc_fraction_of(new.rate_e15, full_e15) : sc_whole(0);
        int at = n++;
        for (; at > 0 && is_before(&new, &offer[at - 1]); at--)
            offer[at] = offer[at - 1];
        offer[at] = new;
    }
    return n;
}

/* Whole usage where the budget suffices, else the part that it pays, rounded down. */
static sc_i128 cover(struct sc_demand *d, sc_i128 *left, sc_i128 rate_e15, sc_i128 *budget_e15)
{
    sc_i128 parts = d->head->parts, cost = sc_muldiv(*left, rate_e15, parts), taken = *left, was;
    if (cost > *budget_e15) {
        taken = sc_muldiv_floor(*budget_e15, parts, rate_e15);
        taken = taken < *left ? taken : *left;
        cost = *budget_e15;
    }
    was = *budget_e15;
    *budget_e15 -= cost;
    *left -= taken;
    d->covered += taken;
    return was - *budget_e15;
}

static double apply_plan(const struct month *m, const struct sc_commitment *c)
{
    struct offer *offer = sc_take(sizeof *offer * ((size_t)m->demands->n + 1));
    int n = offers_of(m, c, offer);
    sc_i128 cost_e15 = sc_commitment_cost(m->terms, c), spent_e15 = 0, before = 0;
    for (int h = 0; h < m->n; h++) {
        sc_i128 after = due(m, cost_e15, h), budget_e15 = after - before;
        for (int i = 0; i < n && budget_e15 > 0; i++)
            spent_e15 += cover(m->demands->used[offer[i].demand], &m->left[offer[i].demand][h],
                               offer[i].rate_e15, &budget_e15);
        before = after;
    }
    sc_release(offer);
    return cost_e15 > 0 ? sc_i128_double(spent_e15) / sc_i128_double(cost_e15) : 0;
}

static double apply_reserved(const struct month *m, const struct sc_commitment *c)
{
    const struct sc_price *price = sc_book_price(c->book, c->sku);
    struct sc_fraction units =
        sc_fraction_times(sc_whole(c->count * price->covers_units), m->terms->hours);
    sc_i128 used = 0, all = 0;
    for (int i = 0; i < m->demands->n; i++) {
        struct sc_demand *d = m->demands->used[i];
        sc_i128 before = 0, rate_e15;
        if (!sc_commitment_covers(c, d->book, d->price, &rate_e15, NULL))
            continue;
        all = sc_muldiv_floor(units.num, d->head->parts, units.den);
        for (int h = 0; h < m->n; h++) {
            sc_i128 after = due(m, all, h), room = after - before;
            sc_i128 taken = room < m->left[i][h] ? room : m->left[i][h];
            m->left[i][h] -= taken;
            d->covered += taken;
            used += taken;
            before = after;
        }
    }
    return all > 0 ? sc_i128_double(used) / sc_i128_double(all) : 0;
}

void sc_commitments_apply(const struct sc_terms *terms, const struct sc_demands *demands,
                          const struct sc_usage *usage, int n_usages, double *used_frac)
{
    if (terms->n_commitments == 0)
        return;
    struct month m = {.terms = terms, .demands = demands, .n = spans_of(usage, n_usages)};
    m.left = sc_take(sizeof *m.left * ((size_t)demands->n + 1));
    m.price = sc_take(sizeof(struct sc_price *) * ((size_t)n_usages + 1));
    for (int i = 0; i < n_usages; i++)
        m.price[i] = sc_book_price(usage[i].book, usage[i].sku);
    for (int i = 0; i < demands->n; i++) {
        m.left[i] = sc_take(sizeof **m.left * (size_t)m.n);
        spread(demands->used[i], &m, usage, n_usages, m.left[i]);
    }
    for (int kind = SC_RESERVED; kind <= SC_COMPUTE_PLAN; kind++)
        for (int i = 0; i < terms->n_commitments; i++) {
            const struct sc_commitment *c = &terms->commitment[i];
            if ((int)c->kind == kind)
                used_frac[i] = kind == SC_RESERVED ? apply_reserved(&m, c) : apply_plan(&m, c);
        }
    for (int i = 0; i < demands->n; i++)
        sc_release(m.left[i]);
    sc_release(m.left);
    sc_release(m.price);
}

/* What is paid upfront is spread over its term. */
sc_i128 sc_commitment_cost(const struct sc_terms *terms, const struct sc_commitment *c)
{
    sc_i128 hourly_e15 = c->usd_e15, count = 1, upfront_e15 = 0, term_h = 1;
    if (c->kind == SC_RESERVED) {
        const struct sc_price *price = sc_book_price(c->book, c->sku);
        hourly_e15 = price->tiers[0].usd_e15;
        count = c->count;
        upfront_e15 = price->upfront_usd_e15;
        term_h = price->term_h > 0 ? price->term_h : 1;
    }
    return sc_muldiv_floor(hourly_e15 * count, terms->hours.num, terms->hours.den) +
           sc_muldiv_floor(upfront_e15 * count, terms->hours.num, terms->hours.den * term_h);
}
