/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/profilefile.h"

#include "base/names.h"
#include "io/fields.h"
#include "io/json.h"
#include "scenario/tracefile.h"
#include "traffic/profile.h"
#include <math.h>
#include <string.h>

/* What every reader here needs. */
struct profile {
    struct sc_source *s;
    const struct sc_doc *doc;
    const char *base_dir;
    struct sc_arena *arena;
    struct sc_error *err;
};

/* ---- lists ---- */

static int want_array(const struct profile *p, const struct cJSON *item, const char *of)
{
    return sc_json_is_array(item)
               ? 0
               : sc_doc_fail(p->doc, item, p->err, "is %s; a list of %s is wanted",
                             sc_json_kind(item), of);
}

/* Exactly n weights; *given stays 0 without the list. */
static int read_weights(const struct profile *p, const struct cJSON *list, int n, double *out,
                        int *given)
{
    if (!list)
        return 0;
    if (want_array(p, list, "weights"))
        return -1;
    if (sc_json_count(list) != n)
        return sc_doc_fail(p->doc, list, p->err, "has %d weights; %d are wanted",
                           sc_json_count(list), n);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item)) {
        if (!sc_json_is_number(item) ||
            !(sc_json_number(item) >= 0 && sc_json_number(item) <= 1e12))
            return sc_doc_fail(p->doc, item, p->err, "a weight is wanted, a number from 0 to 1e12");
        out[(*given)++] = sc_json_number(item);
    }
    return 0;
}

static int read_diurnal(const struct profile *p)
{
    struct sc_diurnal *d = p->s->config;
    return read_weights(p, d->hours_json, 24, d->hours, &d->n_hours) ||
                   read_weights(p, d->days_json, 7, d->days, &d->n_days)
               ? -1
               : 0;
}

static int read_stages(const struct profile *p)
{
    struct sc_stages *c = p->s->config;
    if (!c->stages_json)
        return 0; /* the type's open says so */
    if (want_array(p, c->stages_json, "stages"))
        return -1;
    c->stage = SC_NEW_ARRAY(p->arena, struct sc_stage, sc_json_count(c->stages_json) + 1);
    for (const struct cJSON *item = sc_json_first(c->stages_json); item; item = sc_json_next(item))
        if (sc_fields_read(p->doc, item, sc_stage_fields, NULL, &c->stage[c->n++], p->arena,
                           p->err))
            return -1;
    return 0;
}

static int read_mmpp(const struct profile *p)
{
    struct sc_mmpp *c = p->s->config;
    if (want_array(p, c->states_json, "states"))
        return -1;
    c->state = SC_NEW_ARRAY(p->arena, struct sc_mmpp_state, sc_json_count(c->states_json) + 1);
    for (const struct cJSON *item = sc_json_first(c->states_json); item; item = sc_json_next(item))
        if (sc_fields_read(p->doc, item, sc_mmpp_state_fields, NULL, &c->state[c->n++], p->arena,
                           p->err))
            return -1;
    return 0;
}

/* ---- a trace ---- */

static const char *path_of(const struct profile *p, const char *file)
{
    bool plain = file[0] == '/' || !p->base_dir || p->base_dir[0] == '\0';
    return plain ? file : sc_arena_printf(p->arena, "%s/%s", p->base_dir, file);
}

enum { UNITS = 4 };
static const double unit_ns[UNITS] = {1e9, 1e6, 1e3, 1};
static const int unit_digits[UNITS] = {9, 6, 3, 0};

/* The columns as named in the JSON, a place for each unit. */
struct columns {
    const char *arrival[UNITS], *end[UNITS], *duration[UNITS], *timestamp[UNITS];
    const char *requests, *key, *memory_mb;
    bool wide;
};

#define COLUMN(name, what, member)                                                                 \
    {                                                                                              \
        .key = name, .help = "column: " what, .kind = SC_FIELD_TEXT,                               \
        .offset = offsetof(struct columns, member)                                                 \
    }

static const struct sc_field rows_fields[] = {
    COLUMN("arrival_s", "arrival in seconds", arrival[0]),
    COLUMN("arrival_ms", "arrival in ms", arrival[1]),
    COLUMN("arrival_us", "arrival in us", arrival[2]),
    COLUMN("arrival_ns", "arrival in ns", arrival[3]),
    COLUMN("end_s", "end in seconds", end[0]),
    COLUMN("end_ms", "end in ms", end[1]),
    COLUMN("end_us", "end in us", end[2]),
    COLUMN("end_ns", "end in ns", end[3]),
    COLUMN("duration_s", "duration in seconds", duration[0]),
    COLUMN("duration_ms", "duration in ms", duration[1]),
    COLUMN("key", "whose request it is", key),
    COLUMN("memory_mb", "memory of the key, the largest counts", memory_mb),
    {.key = NULL},
};

static const struct sc_field counts_fields[] = {
    {.key = "wide",
     .help = "a row a key, a column an interval",
     .kind = SC_FIELD_BOOL,
     .offset = offsetof(struct columns, wide)},
    COLUMN("timestamp_s", "time in the interval, in seconds", timestamp[0]),
    COLUMN("timestamp_ms", "time in the interval, in ms", timestamp[1]),
    COLUMN("requests", "how many", requests),
    COLUMN("key", "whose requests they are", key),
    {.key = NULL},
};

/* The one of a column's units that is given, into `out`; how many there are is returned. */
static int given_unit(const char *const names[UNITS], struct sc_trace_column *out)
{
    int n = 0;
    for (int i = 0; i < UNITS; i++)
        if (names[i]) {
            *out = (struct sc_trace_column){names[i], unit_ns[i], unit_digits[i]};
            n++;
        }
    return n;
}

static int read_rows_columns(const struct profile *p, const struct cJSON *item,
                             struct sc_trace_rows *out)
{
    struct columns c = {0};
    if (sc_fields_read(p->doc, item, rows_fields, NULL, &c, p->arena, p->err))
        return -1;
    int arrivals = given_unit(c.arrival, &out->time), ends = given_unit(c.end, &out->time);
    if (arrivals + ends != 1)
        return sc_doc_fail(
            p->doc, item, p->err,
            "name one column of times: arrival_s, arrival_ms, arrival_us, arrival_ns, end_s, "
            "end_ms, end_us or end_ns");
    int durations = given_unit(c.duration, &out->duration);
    if (durations > 1 || durations < ends)
        return sc_doc_fail(
            p->doc, item, p->err,
            ends ? "name one column of durations, duration_s or duration_ms: arrivals are ends "
                   "less durations"
                 : "name one column of durations, not duration_s and duration_ms");
    out->ends = ends > 0;
    out->key = c.key;
    out->memory_mb = c.memory_mb;
    return 0;
}

static int read_counts_columns(const struct profile *p, const struct cJSON *item,
                               struct sc_trace_counts *out)
{
    struct columns c = {0};
    if (sc_fields_read(p->doc, item, counts_fields, NULL, &c, p->arena, p->err))
        return -1;
    int times = given_unit(c.timestamp, &out->time);
    if (c.wide && (times > 0 || c.requests))
        return sc_doc_fail(
            p->doc, item, p->err,
            "a wide table has its times in the header and requests in the cells: name `key` only");
    if (!c.wide && (times != 1 || !c.requests))
        return sc_doc_fail(
            p->doc, item, p->err,
            "name the columns timestamp_s (or timestamp_ms) and requests, or set \"wide\": true");
    out->wide = c.wide;
    out->requests = c.requests;
    out->key = c.key;
    return 0;
}

struct table {
    const char *file, *key, *mean_ms, *memory_mb;
    const struct cJSON *quantiles_json;
};

static const struct sc_field durations_fields[] = {
    {.key = "file",
     .help = "the CSV",
     .kind = SC_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(struct table, file)},
    {.key = "key",
     .help = "column of the key",
     .kind = SC_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(struct table, key)},
    {.key = "mean_ms",
     .help = "column of the mean",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct table, mean_ms)},
    {.key = "quantiles_ms",
     .help = "columns of quantiles, each with its share from 0 to 1",
     .kind = SC_FIELD_JSON,
     .schema = "{\"type\": \"object\"}",
     .offset = offsetof(struct table, quantiles_json)},
    {.key = NULL},
};

static const struct sc_field memory_fields[] = {
    {.key = "file",
     .help = "the CSV",
     .kind = SC_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(struct table, file)},
    {.key = "key",
     .help = "column of the key",
     .kind = SC_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(struct table, key)},
    {.key = "memory_mb",
     .help = "column of the memory",
     .kind = SC_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(struct table, memory_mb)},
    {.key = NULL},
};

/* Shares in order, from 0 to 1; JSON has no order. */
static int read_quantiles(const struct profile *p, const struct cJSON *item,
                          struct sc_trace_table *out)
{
    int n = 0, most = sc_json_count(item) + 1;
    double *share = SC_NEW_ARRAY(p->arena, double, most);
    const char **name = SC_NEW_ARRAY(p->arena, const char *, most);
    for (const struct cJSON *q = sc_json_first(item); q; q = sc_json_next(q), n++) {
        double value = sc_json_number(q);
        int i = n;
        if (!sc_json_is_number(q) || value < 0 || value > 1)
            return sc_doc_fail(p->doc, q, p->err,
                               "the column's share is wanted, a number from 0 to 1");
        for (; i > 0 && share[i - 1] >= value; i--) {
            share[i] = share[i - 1];
            name[i] = name[i - 1];
        }
        share[i] = value;
        name[i] = sc_arena_text(p->arena, sc_json_key(q));
    }
    for (int i = 1; i < n; i++)
        if (!(share[i] > share[i - 1]))
            return sc_doc_fail(p->doc, item, p->err,
                               "\"%.60s\" and \"%.60s\" both have the share %g", name[i - 1],
                               name[i], share[i]);
    if (n < 2 || share[0] > 0 || share[n - 1] < 1)
        return sc_doc_fail(p->doc, item, p->err,
                           "the shares must reach from 0 (the least) to 1 (the most)");
    out->n_quantiles = n;
    out->quantile = name;
    out->p = share;
    out->quantile_unit_ns = 1e6;
    return 0;
}

static int join_durations(const struct profile *p, const struct cJSON *item)
{
    struct table t;
    if (sc_fields_read(p->doc, item, durations_fields, NULL, &t, p->arena, p->err))
        return -1;
    struct sc_trace_table table = {.key = t.key, .mean = {t.mean_ms, 1e6, 6}};
    if (t.quantiles_json && !sc_json_is_object(t.quantiles_json))
        return sc_doc_fail(p->doc, t.quantiles_json, p->err,
                           "is %s; an object of columns and shares is wanted",
                           sc_json_kind(t.quantiles_json));
    if (t.quantiles_json && read_quantiles(p, t.quantiles_json, &table))
        return -1;
    if (!t.mean_ms && !t.quantiles_json)
        return sc_doc_fail(p->doc, item, p->err,
                           "name the column mean_ms, or quantiles_ms, or both");
    return sc_trace_join(p->s->trace, path_of(p, t.file), &table, p->err);
}

static int join_memory(const struct profile *p, const struct cJSON *item)
{
    struct table t;
    if (sc_fields_read(p->doc, item, memory_fields, NULL, &t, p->arena, p->err))
        return -1;
    struct sc_trace_table table = {.key = t.key, .memory_mb = t.memory_mb};
    return sc_trace_join(p->s->trace, path_of(p, t.file), &table, p->err);
}

static int join_tables(const struct profile *p, const struct cJSON *profile)
{
    const struct sc_traced *c = p->s->config;
    if ((c->durations_json || c->memory_json) && !p->s->trace->plan.by_key)
        return sc_doc_fail(p->doc, profile, p->err,
                           "a table is joined by key: name the trace's column `key` too");
    if (c->durations_json && join_durations(p, c->durations_json))
        return -1;
    return c->memory_json ? join_memory(p, c->memory_json) : 0;
}

static int finish_trace(const struct profile *p, const char *path)
{
    if (sc_trace_finish(p->s->trace, p->err)) {
        sc_error_place(p->err, path, 0, 0);
        return -1;
    }
    return 0;
}

static int read_trace(const struct profile *p, const struct cJSON *profile)
{
    const struct sc_traced *c = p->s->config;
    struct sc_trace_rows rows = {0};
    struct sc_trace_counts counts = {0};
    if (!c->rows_json == !c->counts_json)
        return sc_doc_fail(
            p->doc, profile, p->err,
            "give one of rows (a row a request) and counts (requests of an interval)");
    if (c->rows_json ? read_rows_columns(p, c->rows_json, &rows)
                     : read_counts_columns(p, c->counts_json, &counts))
        return -1;
    if (rows.duration.name && c->durations_json)
        return sc_doc_fail(p->doc, c->durations_json, p->err,
                           "rows have a duration each: leave this table out, or the column");
    bool has_from = !isnan(c->from_s);
    struct sc_trace_plan plan = {
        .counted = c->counts_json != NULL,
        .timed = rows.duration.name || c->durations_json,
        .by_key = rows.key || counts.key,
        .has_from = has_from,
        .from_ns = has_from ? (int64_t)(c->from_s * 1e9 + (c->from_s < 0 ? -0.5 : 0.5)) : 0,
        .repeat = c->repeat,
        .interval_ns = c->interval_ns,
        .placement = c->placement,
        .burst = c->burst};
    const char *path = path_of(p, c->file);
    p->s->trace = sc_trace_new(p->arena, &plan);
    if (plan.counted ? sc_trace_read_counts(p->s->trace, path, &counts, p->err)
                     : sc_trace_read_rows(p->s->trace, path, &rows, p->err))
        return -1;
    return join_tables(p, profile) || finish_trace(p, path) ? -1 : 0;
}

/* ---- any profile ---- */

static int find_type(const struct profile *p, const struct cJSON *member)
{
    const char *name = sc_json_key(member);
    struct sc_nearest near = {.typed = name};
    char list[256] = "";
    p->s->type = sc_traffic_type_named(name);
    if (p->s->type)
        return 0;
    for (const struct sc_traffic_type *const *t = sc_traffic_types; *t; t++) {
        sc_nearest_offer(&near, (*t)->name);
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "", (*t)->name);
    }
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(p->doc, member, p->err,
                           "there is no profile \"%.60s\"; did you mean \"%s\"?", name, best);
    return sc_doc_fail(p->doc, member, p->err, "there is no profile \"%.60s\"; there are %s", name,
                       list);
}

static int read_lists(const struct profile *p, const struct cJSON *member)
{
    const struct sc_traffic_type *type = p->s->type;
    if (type == &sc_diurnal_traffic)
        return read_diurnal(p);
    if (type == &sc_stages_traffic)
        return read_stages(p);
    if (type == &sc_mmpp_traffic)
        return read_mmpp(p);
    return type == &sc_trace_traffic ? read_trace(p, member) : 0;
}

/* An error of the type itself has no place yet. */
static int open_type(const struct profile *p, const struct cJSON *member)
{
    struct sc_error plain = {.file = ""};
    if (!p->s->type->open || p->s->type->open(p->s, p->arena, &plain) == 0)
        return 0;
    return sc_doc_fail(p->doc, member, p->err, "%s", plain.message);
}

int sc_profile_read(struct sc_source *s, const struct sc_doc *doc, const struct cJSON *profile,
                    const char *base_dir, struct sc_arena *arena, struct sc_error *err)
{
    struct profile p = {s, doc, base_dir, arena, err};
    const struct cJSON *member = sc_json_first(profile);
    s->trace = NULL;
    if (!sc_json_is_object(profile) || sc_json_count(profile) != 1)
        return sc_doc_fail(
            doc, profile, err,
            "a profile is an object with one member, such as {\"poisson\": {\"per_s\": 10}}");
    if (find_type(&p, member))
        return -1;
    bool list = s->type == &sc_stages_traffic && sc_json_is_array(member); /* the short form */
    s->config = sc_arena_new(arena, s->type->size);
    if (sc_fields_read(doc, list ? NULL : member, s->type->fields, NULL, s->config, arena, err))
        return -1;
    if (list)
        ((struct sc_stages *)s->config)->stages_json = member;
    return read_lists(&p, member) || open_type(&p, member) ? -1 : 0;
}
