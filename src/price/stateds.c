/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price/stated.h"

#include "price/statedparts.h"

#include <string.h>

#define STATED(name) extern const struct sc_stated_type sc_stated_##name;
#include "price/stateds.def"
#undef STATED

#define STATED(name) &sc_stated_##name,
const struct sc_stated_type *const sc_stated_types[] = {
#include "price/stateds.def"
    NULL};
#undef STATED

const struct sc_stated_type *sc_stated_type_named(const char *name)
{
    for (const struct sc_stated_type *const *t = sc_stated_types; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

static int count(const struct sc_plain *rows)
{
    int n = 0;
    while (rows[n].key)
        n++;
    return n;
}

static bool has_rule(const struct sc_plain *rows, enum sc_plain_rule from, enum sc_plain_rule to)
{
    for (; rows->key; rows++)
        if (rows->rule >= from && rows->rule <= to)
            return true;
    return false;
}

static struct sc_field exact(const char *key, const char *help, int place, double def)
{
    return (struct sc_field){.key = key,
                             .help = help,
                             .kind = SC_FIELD_EXACT,
                             .offset = sizeof(struct sc_fraction) * (size_t)place,
                             .def = def,
                             .max = SC_MOST_STATED};
}

/* What is read into rows: an amount for each, then the hours, then the size. */
const struct sc_field *sc_stated_fields(const struct sc_stated_type *type, struct sc_arena *arena)
{
    const struct sc_plain *rows = type->plain;
    if (!rows)
        return type->fields;
    int n = count(rows), made = n;
    struct sc_field *all = SC_NEW_ARRAY(arena, struct sc_field, n + 3);
    for (int i = 0; i < n; i++)
        all[i] = exact(rows[i].key, rows[i].help, i, 0);
    if (has_rule(rows, SC_PLAIN_HOURS, SC_PLAIN_MONTHS))
        all[made++] =
            exact("hours", "how long they are there; default: the whole month", n, SC_NOT_STATED);
    if (has_rule(rows, SC_PLAIN_SIZED, SC_PLAIN_SIZED))
        all[made++] =
            exact("size_kb", "of each; rounded up for each to the units it is billed in", n + 1, 0);
    return all;
}

size_t sc_stated_size(const struct sc_stated_type *type)
{
    return type->plain ? sizeof(struct sc_fraction) * ((size_t)count(type->plain) + 2) : type->size;
}

static void meter_row(const struct sc_plain *row, struct sc_fraction amount,
                      const struct sc_fraction *after, struct sc_sheet *s)
{
    struct sc_fraction hours = sc_sheet_hours(s, after[0]);
    switch (row->rule) {
    case SC_PLAIN_HOURS:
        sc_sheet_hold(s, row->sku, sc_fraction_times(amount, hours));
        return;
    case SC_PLAIN_WHOLE_HOURS:
        sc_sheet_hold(s, row->sku, sc_fraction_times(amount, sc_rounded_up(hours, 1)));
        return;
    case SC_PLAIN_MONTHS:
        sc_sheet_hold(s, row->sku, sc_fraction_over(sc_fraction_times(amount, hours), s->month_h));
        return;
    case SC_PLAIN_STORED:
        sc_sheet_hold(s, row->sku, amount);
        return;
    case SC_PLAIN_GB_TWICE:
        sc_sheet_use(s, row->sku, sc_fraction_times(amount, sc_whole(2)));
        return;
    case SC_PLAIN_SIZED:
        amount = sc_fraction_times(amount, sc_sheet_units(s, after[1], 'K', row->unit_bytes));
        break;
    case SC_PLAIN_UNITS:
    case SC_PLAIN_GB: /* a GB of the file is a GB of the bill */
        break;
    }
    sc_sheet_use(s, row->sku, amount);
}

int sc_stated_meter(const struct sc_stated_type *type, const void *stated, struct sc_sheet *s,
                    struct sc_error *err)
{
    if (!type->plain)
        return type->meter(stated, s, err);
    const struct sc_fraction *amount = stated;
    int n = count(type->plain);
    for (int i = 0; i < n; i++)
        meter_row(&type->plain[i], amount[i], amount + n, s);
    return 0;
}
