/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/tracefile.h"

#include "base/memory.h"
#include "base/names.h"
#include "io/csv.h"
#include "num/decimal.h"
#include "traffic/trace.h"
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- columns ---- */

enum { LIST_ROOM = 300, LONGEST_NUMBER = 15 };

static int fail_column(const struct sc_csv_row *header, const char *name, struct sc_error *err)
{
    char list[LIST_ROOM + 160] = "";
    size_t used = 0;
    struct sc_nearest near = {.typed = name};
    for (int i = 0; i < header->n; i++) {
        sc_nearest_offer(&near, header->cell[i]);
        if (used < LIST_ROOM)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%.100s", i > 0 ? ", " : "",
                                     header->cell[i]);
        else if (i == header->n - 1)
            snprintf(list + used, sizeof list - used, ", ... (%d columns)", header->n);
    }
    const char *best = sc_nearest_name(&near);
    return sc_fail(err, NULL, "there is no column \"%.100s\" (there are %s)%s%.100s%s", name, list,
                   best ? "; did you mean \"" : "", best ? best : "", best ? "\"?" : "");
}

/* The place of a column; -1 for one that was not asked for. */
static int find_column(const struct sc_csv_row *header, const char *name, int *place,
                       struct sc_error *err)
{
    *place = -1;
    for (int i = 0; name && i < header->n; i++)
        if (strcmp(header->cell[i], name) == 0) {
            *place = i;
            return 0;
        }
    return name ? fail_column(header, name, err) : 0;
}

static int read_text(const struct sc_csv_row *row, int column, const char *name, const char **out,
                     struct sc_error *err)
{
    if (column >= row->n)
        return sc_fail(err, NULL, "the row has %d cells; column \"%.60s\" is number %d", row->n,
                       name, column + 1);
    *out = row->cell[column];
    return **out ? 0 : sc_fail(err, NULL, "column \"%.60s\" is empty; a key is wanted", name);
}

static int line_of(const struct sc_csv_row *row)
{
    return row->line < INT_MAX ? (int)row->line : INT_MAX;
}

/* Decimals are read exactly, since a double of seconds since 1970 is a quarter of a microsecond
 * wide. */
static int read_time(const struct sc_csv_row *row, int place, const struct sc_trace_column *c,
                     int64_t *out_ns, struct sc_error *err)
{
    static const double most_ns = 4e18;
    sc_i128 exact;
    double value;
    if (sc_csv_number(row, place, c->name, &value, err))
        return -1;
    if (!(fabs(value * c->unit_ns) <= most_ns))
        return sc_fail(err, NULL, "column \"%.60s\": %g is too large; times reach to 4e9 s",
                       c->name, value);
    if (sc_decimal_read(row->cell[place], c->digits, &exact))
        *out_ns = (int64_t)exact;
    else
        *out_ns = (int64_t)(value * c->unit_ns + (value < 0 ? -0.5 : 0.5));
    return 0;
}

static int read_not_negative(const struct sc_csv_row *row, int place, const char *name, double *out,
                             struct sc_error *err)
{
    if (sc_csv_number(row, place, name, out, err))
        return -1;
    return *out < 0 ? sc_fail(err, NULL, "column \"%.60s\": %s is below 0", name, row->cell[place])
                    : 0;
}

static int read_count(const struct sc_csv_row *row, int place, const char *name, double *out,
                      struct sc_error *err)
{
    if (read_not_negative(row, place, name, out, err))
        return -1;
    if (*out < 1e15 && *out > (double)(int64_t)*out)
        return sc_fail(err, NULL, "column \"%.60s\": %s is no whole number of requests", name,
                       row->cell[place]);
    return 0;
}

/* ---- a row a request ---- */

struct rows {
    struct sc_trace *t;
    const struct sc_trace_rows *c;
    bool headed;
    int time, duration, key, memory;
};

static int read_rows_header(struct rows *r, const struct sc_csv_row *row, struct sc_error *err)
{
    r->headed = true;
    return find_column(row, r->c->time.name, &r->time, err) ||
                   find_column(row, r->c->duration.name, &r->duration, err) ||
                   find_column(row, r->c->key, &r->key, err) ||
                   find_column(row, r->c->memory_mb, &r->memory, err)
               ? -1
               : 0;
}

static int read_row_key(struct rows *r, const struct sc_csv_row *row, uint32_t *place,
                        struct sc_error *err)
{
    const char *name = "";
    double memory_mb = 0;
    if (r->key >= 0 && read_text(row, r->key, r->c->key, &name, err))
        return -1;
    if (r->memory >= 0 && read_not_negative(row, r->memory, r->c->memory_mb, &memory_mb, err))
        return -1;
    *place = sc_trace_key(r->t, name, line_of(row));
    struct sc_trace_key *key = &r->t->key[*place];
    key->memory_mb = memory_mb > key->memory_mb ? memory_mb : key->memory_mb;
    return 0;
}

static int read_row(void *user, const struct sc_csv_row *row, struct sc_error *err)
{
    struct rows *r = user;
    uint32_t key = 0;
    int64_t at_ns = 0;
    double duration = 0;
    if (!r->headed)
        return read_rows_header(r, row, err);
    if (read_row_key(r, row, &key, err) || read_time(row, r->time, &r->c->time, &at_ns, err))
        return -1;
    if (r->duration >= 0 &&
        read_not_negative(row, r->duration, r->c->duration.name, &duration, err))
        return -1;
    double duration_ns = duration * r->c->duration.unit_ns;
    if (r->c->ends && duration_ns > 4e18 - fabs((double)at_ns))
        return sc_fail(err, NULL, "column \"%.60s\": %g is too long", r->c->duration.name,
                       duration);
    if (r->c->ends)
        at_ns -= (int64_t)(duration_ns + 0.5);
    return sc_trace_add(r->t, key, at_ns, duration_ns, err);
}

int sc_trace_read_rows(struct sc_trace *t, const char *path, const struct sc_trace_rows *rows,
                       struct sc_error *err)
{
    struct rows r = {.t = t, .c = rows};
    return sc_csv_read(path, read_row, &r, err);
}

/* ---- a row a count ---- */

struct counts {
    struct sc_trace *t;
    const struct sc_trace_counts *c;
    bool headed;
    int time, requests, key;
    struct sc_arena *arena;
    int n;          /* wide: columns of the header */
    int64_t *at_ns; /* their intervals; INT64_MIN for other columns */
    char (*name)[LONGEST_NUMBER + 1];
};

static int read_long_header(struct counts *r, const struct sc_csv_row *row, struct sc_error *err)
{
    return find_column(row, r->c->time.name, &r->time, err) ||
                   find_column(row, r->c->requests, &r->requests, err)
               ? -1
               : 0;
}

static bool is_whole(const char *text)
{
    size_t n = strlen(text);
    return n > 0 && n <= LONGEST_NUMBER && strspn(text, "0123456789") == n;
}

static int read_wide_header(struct counts *r, const struct sc_csv_row *row, struct sc_error *err)
{
    int found = 0;
    r->n = row->n;
    r->at_ns = SC_NEW_ARRAY(r->arena, int64_t, row->n);
    r->name = sc_arena_new(r->arena, sizeof *r->name * (size_t)row->n);
    for (int i = 0; i < row->n; i++) {
        int64_t number = 0;
        r->at_ns[i] = INT64_MIN;
        if (!is_whole(row->cell[i]))
            continue;
        for (const char *c = row->cell[i]; *c; c++)
            number = number * 10 + (*c - '0');
        if (number > INT64_C(4000000000000000000) / r->t->plan.interval_ns)
            return sc_fail(err, NULL, "the interval %s begins after 4e9 s", row->cell[i]);
        memcpy(r->name[i], row->cell[i], strlen(row->cell[i]) + 1);
        r->at_ns[i] = number * r->t->plan.interval_ns;
        found++;
    }
    if (found == 0)
        return sc_fail(err, NULL,
                       "no column is headed by a whole number, the number of its interval; is this "
                       "a wide table?");
    return 0;
}

static int read_wide_row(struct counts *r, const struct sc_csv_row *row, uint32_t key,
                         struct sc_error *err)
{
    for (int i = 0; i < r->n; i++) {
        double requests = 0;
        if (r->at_ns[i] == INT64_MIN)
            continue;
        if (read_count(row, i, r->name[i], &requests, err) ||
            sc_trace_count(r->t, key, r->at_ns[i], requests, err))
            return -1;
    }
    return 0;
}

static int read_long_row(struct counts *r, const struct sc_csv_row *row, uint32_t key,
                         struct sc_error *err)
{
    int64_t at_ns = 0;
    double requests = 0;
    if (read_time(row, r->time, &r->c->time, &at_ns, err) ||
        read_count(row, r->requests, r->c->requests, &requests, err))
        return -1;
    return sc_trace_count(r->t, key, at_ns, requests, err);
}

static int read_counts(void *user, const struct sc_csv_row *row, struct sc_error *err)
{
    struct counts *r = user;
    const char *name = "";
    if (!r->headed) {
        r->headed = true;
        if (find_column(row, r->c->key, &r->key, err))
            return -1;
        return r->c->wide ? read_wide_header(r, row, err) : read_long_header(r, row, err);
    }
    if (r->key >= 0 && read_text(row, r->key, r->c->key, &name, err))
        return -1;
    size_t known = r->t->n_keys;
    uint32_t key = sc_trace_key(r->t, name, line_of(row));
    if (r->c->wide && r->key >= 0 && known == r->t->n_keys)
        return sc_fail(err, NULL,
                       "the key \"%.100s\" has a row already, in line %d; add the two up", name,
                       r->t->key[key].line);
    return r->c->wide ? read_wide_row(r, row, key, err) : read_long_row(r, row, key, err);
}

int sc_trace_read_counts(struct sc_trace *t, const char *path, const struct sc_trace_counts *counts,
                         struct sc_error *err)
{
    struct sc_arena arena = {0};
    struct counts r = {.t = t, .c = counts, .arena = &arena};
    int failed = sc_csv_read(path, read_counts, &r, err);
    sc_arena_free(&arena);
    return failed;
}

/* ---- tables joined by key ---- */

struct table {
    struct sc_trace *t;
    const struct sc_trace_table *c;
    bool headed;
    int key, mean, memory;
    int *quantile;
    struct sc_arena *arena;
};

static int read_table_header(struct table *r, const struct sc_csv_row *row, struct sc_error *err)
{
    const struct sc_trace_table *c = r->c;
    r->headed = true;
    if (find_column(row, c->key, &r->key, err) || find_column(row, c->mean.name, &r->mean, err) ||
        find_column(row, c->memory_mb, &r->memory, err))
        return -1;
    r->quantile = SC_NEW_ARRAY(r->arena, int, c->n_quantiles + 1);
    for (int i = 0; i < c->n_quantiles; i++)
        if (find_column(row, c->quantile[i], &r->quantile[i], err))
            return -1;
    return 0;
}

/* The quantiles say how durations spread, the mean how long they are: straight lines between few
 * quantiles overrate a long tail, so all are scaled to the mean. What does not spread is the mean
 * itself. */
static void fit(const struct sc_trace_table *c, double mean_ns, bool has_mean, double *x,
                struct sc_dist *out)
{
    int n = c->n_quantiles;
    *out = sc_dist_constant(n > 0 && !has_mean ? x[0] : mean_ns);
    if (n == 0 || !(x[n - 1] > x[0]) || (has_mean && !(mean_ns > 0)))
        return;
    *out = (struct sc_dist){.kind = SC_DIST_QUANTILES, .n = n, .p = c->p, .x = x};
    double factor = has_mean ? mean_ns / sc_dist_mean(out) : 1;
    for (int i = 0; i < n; i++)
        x[i] *= factor;
}

static int read_duration(struct table *r, const struct sc_csv_row *row, struct sc_trace_key *key,
                         struct sc_error *err)
{
    const struct sc_trace_table *c = r->c;
    double mean = 0, *x = SC_NEW_ARRAY(r->t->arena, double, c->n_quantiles + 1);
    if (r->mean >= 0 && read_not_negative(row, r->mean, c->mean.name, &mean, err))
        return -1;
    for (int i = 0; i < c->n_quantiles; i++) {
        if (read_not_negative(row, r->quantile[i], c->quantile[i], &x[i], err))
            return -1;
        x[i] *= c->quantile_unit_ns;
        if (i > 0 && x[i] < x[i - 1])
            return sc_fail(err, NULL, "column \"%.60s\": %s is below the quantile before it, %s",
                           c->quantile[i], row->cell[r->quantile[i]],
                           row->cell[r->quantile[i - 1]]);
    }
    fit(c, mean * c->mean.unit_ns, r->mean >= 0, x, &key->duration_ns);
    return 0;
}

static int read_table_row(void *user, const struct sc_csv_row *row, struct sc_error *err)
{
    struct table *r = user;
    const char *name = "";
    if (!r->headed)
        return read_table_header(r, row, err);
    if (read_text(row, r->key, r->c->key, &name, err))
        return -1;
    struct sc_trace_key *key = sc_trace_find(r->t, name);
    if (!key)
        return 0; /* a larger table than the trace needs */
    if (key->joined)
        return sc_fail(err, NULL, "the key \"%.100s\" has a row already", name);
    key->joined = true;
    if (r->memory >= 0)
        return read_not_negative(row, r->memory, r->c->memory_mb, &key->memory_mb, err);
    return read_duration(r, row, key, err);
}

int sc_trace_join(struct sc_trace *t, const char *path, const struct sc_trace_table *table,
                  struct sc_error *err)
{
    struct sc_arena arena = {0};
    struct table r = {.t = t, .c = table, .arena = &arena};
    for (size_t i = 0; i < t->n_keys; i++)
        t->key[i].joined = false;
    int failed = sc_csv_read(path, read_table_row, &r, err);
    sc_arena_free(&arena);
    for (size_t i = 0; i < t->n_keys && !failed; i++)
        if (!t->key[i].joined && t->key[i].requests > 0) {
            failed = sc_fail(
                err, NULL,
                "there is no row for the key \"%.100s\", which has %llu requests in the trace",
                t->key[i].name, (unsigned long long)t->key[i].requests);
            sc_error_place(err, path, 0, 0);
        }
    return failed;
}
