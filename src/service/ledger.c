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
    l->counter[l->n_counters++] = (struct sc_counter){full_name(l, node, name), value, SC_ADDS};
}

void sc_ledger_level(struct sc_ledger *l, const char *node, const char *name, sc_i128 level)
{
    sc_ledger_meter(l, node, name, level);
    l->meter[l->n_meters - 1].combine = SC_LEVEL;
}

void sc_ledger_count_at(struct sc_ledger *l, const char *node, const char *name, int64_t value,
                        enum sc_combine combine)
{
    sc_ledger_count(l, node, name, value);
    l->counter[l->n_counters - 1].combine = combine;
}

void sc_ledger_peak(struct sc_ledger *l, const char *node, const char *name, int64_t value)
{
    sc_ledger_count_at(l, node, name, value, SC_LARGEST);
}

void sc_ledger_cut(struct sc_ledger *l, int64_t cut, int64_t times)
{
    l->meter[l->n_meters - 1].cut = cut;
    l->meter[l->n_meters - 1].times = times;
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

static void settle(struct sc_meter *m)
{
    sc_i128 whole = 0, before = 0;
    for (int h = 0; h < m->n_hours; h++) {
        whole += m->hour[h];
        m->hour[h] = (whole / m->cut - before) * m->times;
        before = whole / m->cut;
    }
    m->sum = m->sum / m->cut * m->times;
    m->cut = m->times = 0;
}

void sc_ledger_settle(struct sc_ledger *l)
{
    for (size_t i = 0; i < l->n_meters; i++)
        if (l->meter[i].cut > 0)
            settle(&l->meter[i]);
}

/* Where one that counts the same kind of thing keeps the name: at the same place or somewhere. */
static size_t place_of(const void *items, size_t n, size_t size, size_t guess, const char *name)
{
    const char *first = items;
    const char *at_guess = NULL;
    if (guess < n)
        memcpy(&at_guess, first + guess * size, sizeof at_guess);
    if (at_guess && strcmp(at_guess, name) == 0)
        return guess;
    for (size_t i = 0; i < n; i++) {
        memcpy(&at_guess, first + i * size, sizeof at_guess); /* each begins with its name */
        if (strcmp(at_guess, name) == 0)
            return i;
    }
    return n;
}

static void join_meter(struct sc_ledger *l, const struct sc_meter *m, size_t guess)
{
    size_t i = place_of(l->meter, l->n_meters, sizeof *m, guess, m->name);
    if (i == l->n_meters) {
        struct sc_meter *fresh = meter_add(l, NULL, m->name);
        const char *name = fresh->name;
        *fresh = *m;
        fresh->name = name;
        if (m->hour)
            fresh->hour = sc_arena_copy(l->arena, m->hour, sizeof *m->hour * (size_t)m->n_hours);
        return;
    }
    l->meter[i].sum = m->combine == SC_LEVEL ? m->sum : l->meter[i].sum + m->sum;
    for (int h = 0; h < m->n_hours; h++)
        l->meter[i].hour[h] += m->hour[h];
}

static void join_counter(struct sc_ledger *l, const struct sc_counter *c, size_t guess)
{
    size_t i = place_of(l->counter, l->n_counters, sizeof *c, guess, c->name);
    if (i == l->n_counters) {
        sc_ledger_count_at(l, NULL, c->name, c->value, c->combine);
        return;
    }
    int64_t *value = &l->counter[i].value;
    if (c->combine == SC_ADDS)
        *value += c->value;
    else if (c->combine == SC_LAST || (c->combine == SC_LARGEST && c->value > *value))
        *value = c->value;
}

static void join_hist(struct sc_ledger *l, const struct sc_named_hist *h, size_t guess)
{
    size_t i = place_of(l->hist, l->n_hists, sizeof *h, guess, h->name);
    if (i == l->n_hists) {
        struct sc_hist *sum = SC_NEW(l->arena, struct sc_hist);
        sc_hist_init(sum, l->arena);
        sc_ledger_hist(l, h->name, sum);
    }
    sc_hist_merge(l->hist[i].hist, h->hist);
}

static void join_series(struct sc_ledger *l, const struct sc_series *s, size_t guess)
{
    size_t i = place_of(l->series, l->n_series, sizeof *s, guess, s->name);
    if (i == l->n_series)
        sc_ledger_series(l, NULL, s->name, SC_NEW_ARRAY(l->arena, int64_t, s->n + 1), s->n);
    for (int h = 0; h < s->n; h++)
        l->series[i].value[h] += s->value[h];
}

void sc_ledger_join(struct sc_ledger *l, const struct sc_ledger *next)
{
    for (size_t i = 0; i < next->n_meters; i++)
        join_meter(l, &next->meter[i], i);
    for (size_t i = 0; i < next->n_counters; i++)
        join_counter(l, &next->counter[i], i);
    for (size_t i = 0; i < next->n_hists; i++)
        join_hist(l, &next->hist[i], i);
    for (size_t i = 0; i < next->n_series; i++)
        join_series(l, &next->series[i], i);
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
