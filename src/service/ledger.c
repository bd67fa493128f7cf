/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/ledger.h"

#include <string.h>

static const char *full_name(struct sc_ledger *l, const char *node, const char *name)
{
    return node ? sc_arena_printf(l->arena, "%s/%s", node, name) : sc_arena_text(l->arena, name);
}

static struct sc_meter *meter_add(struct sc_ledger *l, const char *node, const char *name)
{
    l->meter = sc_grow(l->meter, &l->meter_cap, l->n_meters + 1, sizeof *l->meter);
    struct sc_meter *m = &l->meter[l->n_meters++];
    m->name = full_name(l, node, name);
    return m;
}

void sc_ledger_meter(struct sc_ledger *l, const char *node, const char *name, sc_i128 sum)
{
    struct sc_meter *m = meter_add(l, node, name);
    m->kind = SC_METER_SUM;
    m->sum = sum;
}

void sc_ledger_hourly(struct sc_ledger *l, const char *node, const char *name, sc_i128 *hour,
                      int n_hours)
{
    struct sc_meter *m = meter_add(l, node, name);
    m->kind = SC_METER_HOURLY;
    m->hour = hour;
    m->n_hours = n_hours;
    for (int h = 0; h < n_hours; h++)
        m->sum += hour[h];
}

void sc_ledger_count(struct sc_ledger *l, const char *node, const char *name, int64_t value)
{
    l->counter = sc_grow(l->counter, &l->counter_cap, l->n_counters + 1, sizeof *l->counter);
    l->counter[l->n_counters++] = (struct sc_counter){full_name(l, node, name), value};
}

void sc_ledger_hist(struct sc_ledger *l, const char *name, struct sc_hist *hist)
{
    l->hist = sc_grow(l->hist, &l->hist_cap, l->n_hists + 1, sizeof *l->hist);
    l->hist[l->n_hists++] = (struct sc_named_hist){full_name(l, NULL, name), hist};
}

void sc_ledger_series(struct sc_ledger *l, const char *node, const char *name, int64_t *value,
                      int n)
{
    l->series = sc_grow(l->series, &l->series_cap, l->n_series + 1, sizeof *l->series);
    l->series[l->n_series++] = (struct sc_series){full_name(l, node, name), value, n};
}

static bool is_named(const char *full, const char *node, const char *name)
{
    if (!node)
        return strcmp(full, name) == 0;
    size_t n = strlen(node);
    return strncmp(full, node, n) == 0 && full[n] == '/' && strcmp(full + n + 1, name) == 0;
}

const struct sc_meter *sc_ledger_find_meter(const struct sc_ledger *l, const char *node,
                                            const char *name)
{
    const void *found;
    if (sc_ledger_look(&l->by_meter, l->n_meters, node, name, &found))
        return found;
    for (size_t i = 0; i < l->n_meters; i++)
        if (is_named(l->meter[i].name, node, name))
            return &l->meter[i];
    return NULL;
}

int64_t sc_ledger_find_count(const struct sc_ledger *l, const char *node, const char *name)
{
    const void *found;
    if (sc_ledger_look(&l->by_counter, l->n_counters, node, name, &found))
        return found ? ((const struct sc_counter *)found)->value : 0;
    for (size_t i = 0; i < l->n_counters; i++)
        if (is_named(l->counter[i].name, node, name))
            return l->counter[i].value;
    return 0;
}

const struct sc_hist *sc_ledger_find_hist(const struct sc_ledger *l, const char *name)
{
    const void *found;
    if (sc_ledger_look(&l->by_hist, l->n_hists, NULL, name, &found))
        return found ? ((const struct sc_named_hist *)found)->hist : NULL;
    for (size_t i = 0; i < l->n_hists; i++)
        if (strcmp(l->hist[i].name, name) == 0)
            return l->hist[i].hist;
    return NULL;
}

void sc_ledger_free(struct sc_ledger *l)
{
    sc_release(l->meter);
    sc_release(l->counter);
    sc_release(l->hist);
    sc_release(l->series);
    *l = (struct sc_ledger){0};
}
