/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/record.h"

#include "num/decimal.h"
#include "run/emit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void keep_meters(struct sc_record *r, const struct sc_ledger *from)
{
    for (size_t i = 0; i < from->n_meters; i++) {
        const struct sc_meter *m = &from->meter[i];
        if (m->kind == SC_METER_SUM)
            sc_ledger_meter(&r->ledger, NULL, m->name, m->sum);
        else
            sc_ledger_hourly(
                &r->ledger, NULL, m->name,
                sc_arena_copy(&r->arena, m->hour, sizeof *m->hour * (size_t)m->n_hours),
                m->n_hours);
    }
}

static void keep_hists(struct sc_record *r, const struct sc_ledger *from)
{
    for (size_t i = 0; i < from->n_hists; i++) {
        struct sc_hist *h = SC_NEW(&r->arena, struct sc_hist);
        sc_hist_init(h, &r->arena);
        sc_hist_merge(h, from->hist[i].hist);
        sc_ledger_hist(&r->ledger, from->hist[i].name, h);
    }
}

void sc_record_keep(struct sc_record *r, const struct sc_ledger *from)
{
    r->ledger = (struct sc_ledger){.arena = &r->arena};
    keep_meters(r, from);
    for (size_t i = 0; i < from->n_counters; i++)
        sc_ledger_count(&r->ledger, NULL, from->counter[i].name, from->counter[i].value);
    keep_hists(r, from);
    for (size_t i = 0; i < from->n_series; i++) {
        const struct sc_series *s = &from->series[i];
        sc_ledger_series(&r->ledger, NULL, s->name,
                         sc_arena_copy(&r->arena, s->value, sizeof *s->value * (size_t)s->n), s->n);
    }
    sc_ledger_index(&r->ledger);
}

void sc_record_free(struct sc_record *r)
{
    sc_ledger_free(&r->ledger);
    sc_arena_free(&r->arena);
}

/* Both point to pointers to structs that begin with their name. */
static int by_name(const void *a, const void *b)
{
    const char *const *x = *(const char *const *const *)a, *const *y =
                                                               *(const char *const *const *)b;
    return strcmp(*x, *y);
}

/* Pointers to the n structs, ordered by name; the caller gives them back. */
static const void **ordered(const void *items, size_t n, size_t size)
{
    const char *first = items;
    const void **order = sc_take(sizeof *order * (n + 1));
    for (size_t i = 0; i < n; i++)
        order[i] = first + i * size;
    qsort(order, n, sizeof *order, by_name);
    return order;
}

static void write_name(const char *name, int nth, FILE *out)
{
    if (nth > 0)
        fputc(',', out);
    sc_emit_text(name, out);
    fputc(':', out);
}

static void write_meters(const struct sc_ledger *l, FILE *out)
{
    char text[SC_DECIMAL_TEXT];
    const void **order = ordered(l->meter, l->n_meters, sizeof *l->meter);
    for (size_t i = 0; i < l->n_meters; i++) {
        const struct sc_meter *m = order[i];
        write_name(m->name, (int)i, out);
        if (m->kind == SC_METER_SUM) {
            fprintf(out, "\"%s\"", sc_i128_text(m->sum, text));
            continue;
        }
        for (int h = 0; h < m->n_hours; h++)
            fprintf(out, "%s\"%s\"", h ? "," : "[", sc_i128_text(m->hour[h], text));
        fputs(m->n_hours ? "]" : "[]", out);
    }
    sc_release(order);
}

static void write_hists(const struct sc_ledger *l, FILE *out)
{
    char text[SC_DECIMAL_TEXT];
    const void **order = ordered(l->hist, l->n_hists, sizeof *l->hist);
    for (size_t i = 0; i < l->n_hists; i++) {
        const struct sc_named_hist *h = order[i];
        const char *comma = "";
        write_name(h->name, (int)i, out);
        fputs("{\"buckets\":[", out);
        for (int b = 0; (b = sc_hist_next(h->hist, b)) < SC_HIST_BUCKETS; b++) {
            fprintf(out, "%s[%d,%" PRIu64 "]", comma, b, sc_hist_bucket(h->hist, b));
            comma = ",";
        }
        fprintf(out, "],\"max\":%" PRId64 ",\"sum\":\"%s\"}", h->hist->max,
                sc_i128_text(h->hist->sum, text));
    }
    sc_release(order);
}

static void write_counters(const struct sc_ledger *l, FILE *out)
{
    const void **order = ordered(l->counter, l->n_counters, sizeof *l->counter);
    for (size_t i = 0; i < l->n_counters; i++) {
        const struct sc_counter *c = order[i];
        write_name(c->name, (int)i, out);
        fprintf(out, "%" PRId64, c->value);
    }
    sc_release(order);
}

static void write_series(const struct sc_ledger *l, FILE *out)
{
    const void **order = ordered(l->series, l->n_series, sizeof *l->series);
    for (size_t i = 0; i < l->n_series; i++) {
        const struct sc_series *s = order[i];
        write_name(s->name, (int)i, out);
        fputc('[', out);
        for (int h = 0; h < s->n; h++)
            fprintf(out, "%s%" PRId64, h ? "," : "", s->value[h]);
        fputc(']', out);
    }
    sc_release(order);
}

void sc_record_write(const struct sc_record *r, FILE *out)
{
    fprintf(out, "{\"point\":%d,\"architecture\":", r->point);
    sc_emit_text(r->architecture, out);
    fprintf(out, ",\"replication\":%d,\"stratum\":%d,\"meters\":{", r->replication, r->stratum);
    write_meters(&r->ledger, out);
    fputs("},\"histograms\":{", out);
    write_hists(&r->ledger, out);
    fputs("},\"counters\":{", out);
    write_counters(&r->ledger, out);
    fputs("},\"series\":{", out);
    write_series(&r->ledger, out);
    fputs("}}\n", out);
}
