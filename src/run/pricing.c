/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/pricing.h"

#include "num/decimal.h"

#include <assert.h>
#include <string.h>

#define EGRESS_SKU "datatransfer.internet_out"
#define GB ((sc_i128)1 << 30)
/* Horizons of whole seconds up to half a year scale exactly; others to 24 bits, so that no
 * denominator grows too large. */
#define FINEST_MONTH ((sc_i128)1 << 24)

struct fraction {
    sc_i128 num, den;
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

static struct fraction month_of(const struct sc_scenario *s)
{
    sc_i128 common = divisor(s->month_num, s->month_den);
    struct fraction f = {s->month_num / common, s->month_den / common};
    if (f.den > FINEST_MONTH)
        f = (struct fraction){sc_muldiv(f.num, FINEST_MONTH, f.den), FINEST_MONTH};
    return f;
}

static struct fraction sum_of(const struct sc_charge *c, const struct sc_price *price,
                              const char *node, const struct sc_ledger *l)
{
    const struct sc_meter *m =
        price && price->meter ? sc_ledger_find_meter(l, node, price->meter) : NULL;
    if (!m)
        m = sc_ledger_find_meter(l, node, c->meter);
    return (struct fraction){m ? m->sum : 0, c->per};
}

/* Hour by hour the largest of the group's meters, each in its own unit (facts: elb, prices-aws.md).
 */
static struct fraction lcu_of(const struct sc_charge *group, int n, const char *node,
                              const struct sc_ledger *l)
{
    struct fraction sum = {0, 1};
    int hours = 0;
    for (int i = 0; i < n; i++) {
        const struct sc_meter *m = sc_ledger_find_meter(l, node, group[i].meter);
        sum.den = sum.den / divisor(sum.den, group[i].per) * group[i].per;
        hours = m && m->n_hours > hours ? m->n_hours : hours;
    }
    for (int h = 0; h < hours; h++) {
        sc_i128 most = 0;
        for (int i = 0; i < n; i++) {
            const struct sc_meter *m = sc_ledger_find_meter(l, node, group[i].meter);
            sc_i128 parts = m && h < m->n_hours ? m->hour[h] * (sum.den / group[i].per) : 0;
            most = parts > most ? parts : most;
        }
        sum.num += most;
    }
    return sum;
}

/* Charges of one kind and SKU that follow each other are the dimensions of one LCU. */
static int group_size(const struct sc_service *s, int first)
{
    const struct sc_charge *c = &s->charge[first];
    int n = 1;
    while (c->kind == SC_CHARGE_LCU && first + n < s->n_charges && c[n].kind == SC_CHARGE_LCU &&
           strcmp(c[n].sku, c->sku) == 0)
        n++;
    return n;
}

static struct sc_usage usage(const char *node, const struct sc_charge *c, struct fraction f,
                             struct fraction month)
{
    struct fraction scale = c->stock ? (struct fraction){1, 1} : month;
    return (struct sc_usage){node, c->item, c->sku, f.num * scale.num, f.den * scale.den};
}

/* Existing for a part of an hour costs the hour (prices-aws.md, Time). */
static struct sc_usage whole_hours(const char *node, const struct sc_charge *c, sc_i128 ms,
                                   struct fraction month)
{
    sc_i128 num = ms * month.num, den = month.den * 3600000;
    assert(den > 0);
    return (struct sc_usage){node, c->item, c->sku, (num + den - 1) / den * c->per, 1};
}

struct sc_usage *sc_usage_of(const struct sc_scenario *s, const struct sc_architecture *a,
                             const struct sc_ledger *l, int *n, struct sc_arena *arena)
{
    static const struct sc_charge egress = {
        .item = "transfer out", .sku = EGRESS_SKU, .meter = "egress_bytes", .per = GB};
    struct fraction month = month_of(s);
    int most = 1;
    for (int i = 0; i < a->n_services; i++)
        most += a->service[i].n_charges;
    struct sc_usage *list = SC_NEW_ARRAY(arena, struct sc_usage, most);
    *n = 0;
    for (int i = 0; i < a->n_services; i++) {
        const struct sc_service *v = &a->service[i];
        for (int c = 0, size; c < v->n_charges; c += size) {
            const struct sc_charge *charge = &v->charge[c];
            size = group_size(v, c);
            struct fraction f =
                charge->kind == SC_CHARGE_LCU
                    ? lcu_of(charge, size, v->name, l)
                    : sum_of(charge, sc_book_price(&s->book, charge->sku), v->name, l);
            list[(*n)++] = charge->kind == SC_CHARGE_HOURS
                               ? whole_hours(v->name, charge, f.num, month)
                               : usage(v->name, charge, f, month);
        }
    }
    const struct sc_price *price = sc_book_price(&s->book, EGRESS_SKU);
    if (price)
        list[(*n)++] = usage("clients", &egress, sum_of(&egress, price, "clients", l), month);
    return list;
}
