/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price/stated.h"

#include "num/decimal.h"
#include "price/statedparts.h"

#include <string.h>

/* A list in the arena, one longer; there are few of them, and short ones. */
static void *longer(struct sc_arena *arena, const void *list, int n, size_t size)
{
    char *all = sc_arena_new(arena, size * ((size_t)n + 1));
    if (n > 0)
        memcpy(all, list, size * (size_t)n);
    return all;
}

static struct sc_sheet_meter *meter_named(const struct sc_sheet *s, const char *name)
{
    for (int i = 0; i < s->n_meters; i++)
        if (strcmp(s->meter[i].name, name) == 0)
            return &s->meter[i];
    return NULL;
}

void sc_sheet_meter(struct sc_sheet *s, const char *meter, struct sc_fraction amount)
{
    struct sc_sheet_meter *m = meter_named(s, meter);
    if (!m) {
        s->meter = longer(s->arena, s->meter, s->n_meters, sizeof *m);
        m = &s->meter[s->n_meters++];
        *m = (struct sc_sheet_meter){sc_arena_text(s->arena, meter), {0, 1}, {0, 1}};
    }
    m->sum = sc_fraction_plus(m->sum, amount);
}

static void add_charge(struct sc_sheet *s, struct sc_charge charge)
{
    s->charge = longer(s->arena, s->charge, s->n_charges, sizeof charge);
    s->charge[s->n_charges++] = charge;
}

static bool is_charged(const struct sc_sheet *s, const char *sku)
{
    for (int i = 0; i < s->n_charges; i++)
        if (strcmp(s->charge[i].sku, sku) == 0)
            return true;
    return false;
}

void sc_sheet_charge(struct sc_sheet *s, const char *sku)
{
    if (!is_charged(s, sku))
        add_charge(s, sc_charge_of(sc_arena_text(s->arena, sku)));
}

/* The meter is the SKU itself: two SKUs of one item may share a meter of the simulation. */
void sc_sheet_use(struct sc_sheet *s, const char *sku, struct sc_fraction units)
{
    if (!sc_is_some(units))
        return;
    if (!is_charged(s, sku)) {
        struct sc_charge charge = sc_charge_of(sc_arena_text(s->arena, sku));
        charge.meter = charge.sku;
        charge.kind = SC_CHARGE_SUM;
        charge.per = 1;
        add_charge(s, charge);
    }
    sc_sheet_meter(s, sku, units);
}

void sc_sheet_hold(struct sc_sheet *s, const char *sku, struct sc_fraction units)
{
    sc_sheet_use(s, sku, units);
    struct sc_sheet_meter *m = meter_named(s, sku);
    if (m)
        m->kept = sc_fraction_plus(m->kept, units);
}

void sc_sheet_charge_lcu(struct sc_sheet *s)
{
    if (!is_charged(s, sc_lcu_charges[0].sku))
        for (int i = 0; i < SC_LCU_CHARGES; i++)
            add_charge(s, sc_lcu_charges[i]);
}

static int thousands(char unit)
{
    static const char units[] = "KMGT";
    return (int)(strchr(units, unit) - units) + 1;
}

static struct sc_fraction power(const struct sc_sheet *s, int n)
{
    int64_t step = s->decimal ? 1000 : 1024, all = 1;
    for (; n > 0; n--)
        all *= step;
    return sc_whole(all);
}

struct sc_fraction sc_sheet_bytes(const struct sc_sheet *s, struct sc_fraction amount, char unit)
{
    return sc_fraction_times(amount, power(s, thousands(unit)));
}

struct sc_fraction sc_sheet_gb(const struct sc_sheet *s, struct sc_fraction amount, char unit)
{
    return sc_fraction_over(sc_sheet_bytes(s, amount, unit), power(s, thousands('G')));
}

struct sc_fraction sc_sheet_units(const struct sc_sheet *s, struct sc_fraction amount, char unit,
                                  int64_t unit_bytes)
{
    struct sc_fraction bytes = sc_sheet_bytes(s, amount, unit);
    return sc_at_least(sc_fraction_steps(bytes, sc_whole(unit_bytes)), sc_whole(1));
}

struct sc_fraction sc_sheet_hours(const struct sc_sheet *s, struct sc_fraction stated)
{
    return sc_stated_or(stated, s->month_h);
}

/* What is used evenly has one hour: the month. */
static bool find(const struct sc_meters *m, const char *meter, struct sc_metered *out)
{
    const struct sc_sheet_meter *found = meter_named(m->user, meter);
    if (found)
        *out = (struct sc_metered){found->sum, &found->sum.num, 1,
                                   sc_muldiv(found->kept.num, found->sum.den, found->kept.den)};
    return found;
}

/* sc_charge_usages multiplies denominators; those of what is stated may be long. `common` collects
 * that of the four meters of an LCU. A meter that is not there is 0. */
static bool meter_fits(const struct sc_sheet *s, const char *meter, int64_t per, sc_i128 *common)
{
    const struct sc_sheet_meter *m = meter_named(s, meter);
    struct sc_fraction sum = m ? m->sum : sc_whole(0);
    sc_i128 den, parts, both;
    if (!sc_fraction_fits(sum) || (m && !sc_fraction_fits(m->kept)) ||
        __builtin_mul_overflow(sum.den, (sc_i128)per, &den) ||
        __builtin_mul_overflow(*common / sc_divisor(*common, den), den, &both))
        return false;
    *common = both;
    return !__builtin_mul_overflow(sum.num, both / den, &parts);
}

static bool lcu_fits(const struct sc_sheet *s)
{
    sc_i128 common = 1;
    for (int pass = 0; pass < 2; pass++) /* the second with the whole denominator */
        for (int i = 0; i < SC_LCU_CHARGES; i++)
            if (!meter_fits(s, sc_lcu_charges[i].meter, sc_lcu_charges[i].per, &common))
                return false;
    return true;
}

/* With the meter of a dated book, too. */
static bool charge_fits(const struct sc_sheet *s, const struct sc_charge *c)
{
    const struct sc_price *price = sc_book_price(s->book, c->sku);
    sc_i128 common = 1, dated = 1;
    if (c->kind == SC_CHARGE_LCU)
        return lcu_fits(s);
    return meter_fits(s, c->meter, c->per, &common) &&
           (!price || !price->meter || meter_fits(s, price->meter, c->per, &dated));
}

static int too_large(const char *sku, struct sc_error *err)
{
    return sc_fail(err, NULL,
                   "so much of %s, or with so many decimals, cannot be priced exactly; check the "
                   "amounts and their units",
                   sku);
}

int sc_sheet_usages(const struct sc_sheet *s, struct sc_usage **out, int *n, struct sc_error *err)
{
    struct sc_meters meters = {s->node, s->book, find, s, s->month_h};
    *out = SC_NEW_ARRAY(s->arena, struct sc_usage, s->n_charges + 1);
    for (int i = 0; i < s->n_charges; i++)
        if (!charge_fits(s, &s->charge[i]))
            return too_large(s->charge[i].sku, err);
    *n = sc_charge_usages(s->charge, s->n_charges, &meters, sc_whole(1), *out);
    for (int i = 0; i < *n; i++) {
        struct sc_usage *u = &(*out)[i];
        u->hour = NULL;
        u->n_hours = 0;
        if (u->den == 0 || (sc_book_price(u->book, u->sku) && !sc_usage_fits(u)))
            return too_large(u->sku, err);
    }
    return 0;
}
