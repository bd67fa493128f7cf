/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/pricing.h"

#include "num/decimal.h"
#include "price/charge.h"

#define EGRESS_SKU "datatransfer.internet_out"
/* Horizons of whole seconds up to half a year scale exactly; others to 24 bits, so that no
 * denominator grows too large. */
#define FINEST_MONTH ((sc_i128)1 << 24)

static struct sc_fraction month_of(const struct sc_scenario *s)
{
    struct sc_fraction f = sc_fraction_of(s->month_num, s->month_den);
    if (f.den > FINEST_MONTH)
        f = (struct sc_fraction){sc_muldiv(f.num, FINEST_MONTH, f.den), FINEST_MONTH};
    return f;
}

struct sc_terms sc_terms_of(const struct sc_scenario *s, const struct sc_architecture *a)
{
    const sc_i128 hour_ns = INT64_C(3600000000000);
    struct sc_fraction month = month_of(s), horizon = sc_fraction_of(s->horizon_ns, hour_ns);
    return (struct sc_terms){.free = s->free,
                             .hours = sc_fraction_times(month, horizon),
                             .seen_h = horizon,
                             .commitment = a->commitment,
                             .n_commitments = a->n_commitments};
}

static bool find(const struct sc_meters *m, const char *meter, struct sc_metered *out)
{
    const struct sc_meter *found = sc_ledger_find_meter(m->user, m->node, meter);
    if (found)
        *out = (struct sc_metered){sc_whole(found->sum), found->hour, found->n_hours, 0};
    return found;
}

struct sc_usage *sc_usage_of(const struct sc_scenario *s, const struct sc_architecture *a,
                             const struct sc_ledger *l, int *n, struct sc_arena *arena)
{
    struct sc_fraction month = month_of(s);
    int most = 1;
    for (int i = 0; i < a->n_services; i++)
        most += a->service[i].n_charges;
    struct sc_usage *list = SC_NEW_ARRAY(arena, struct sc_usage, most);
    struct sc_meters meters = {
        .book = &s->book, .find = find, .user = l, .seen_h = sc_terms_of(s, a).seen_h};
    *n = 0;
    for (int i = 0; i < a->n_services; i++) {
        const struct sc_service *v = &a->service[i];
        meters.node = v->name;
        *n += sc_charge_usages(v->charge, v->n_charges, &meters, month, list + *n);
    }
    if (sc_book_price(&s->book, EGRESS_SKU)) {
        struct sc_charge egress = sc_charge_of(EGRESS_SKU);
        meters.node = "clients";
        *n += sc_charge_usages(&egress, 1, &meters, month, list + *n);
    }
    return list;
}

sc_i128 sc_marginal_cost(const struct sc_terms *terms, const struct sc_usage *usage, int n,
                         const struct sc_bill *bill, struct sc_arena *arena)
{
    struct sc_usage *more = SC_NEW_ARRAY(arena, struct sc_usage, n + 1);
    for (int i = 0; i < n; i++) {
        more[i] = usage[i];
        more[i].num = 101 * usage[i].num - usage[i].kept;
        more[i].den *= 100;
    }
    struct sc_bill next = sc_bill_price(terms, more, n, arena);
    return (sc_bill_total(&next) - sc_bill_total(bill)) * 100;
}
