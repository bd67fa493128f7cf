/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record read back from its line. */
#include "io/fields.h"
#include "io/text.h"
#include "num/decimal.h"
#include "run/record.h"

#include <inttypes.h>
#include <string.h>

/* Twice the hours of the longest horizon: an hour that has begun is one. */
enum { MOST_HOURS = 2 * 87600 };
/* No meter of a run comes near: sums over hours, units and replications fit in 127 bits. */
static const sc_i128 MOST_METER = (sc_i128)1 << 80;
static const double MOST_COUNT = 0x1p62;

struct row {
    int64_t point, replication, stratum;
    const char *architecture;
    const struct cJSON *meters, *histograms, *counters, *series;
};

struct reading {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_ledger *ledger;
    struct sc_error *err;
};

#define ROW(name, words, what)                                                                     \
    .key = #name, .help = (words), .kind = (what), .offset = offsetof(struct row, name),           \
    .required = 1
static const struct sc_field row_fields[] = {
    {ROW(point, "of the sweep", SC_FIELD_INT), .min = 0, .max = INT32_MAX},
    {ROW(architecture, "by name", SC_FIELD_TEXT)},
    {ROW(replication, "from 0", SC_FIELD_INT), .min = 0, .max = 99999},
    {ROW(stratum, "of time", SC_FIELD_INT), .min = 0, .max = INT32_MAX},
    {ROW(meters, "what is billed", SC_FIELD_JSON)},
    {ROW(histograms, "waits", SC_FIELD_JSON)},
    {ROW(counters, "what was counted", SC_FIELD_JSON)},
    {ROW(series, "by the hour", SC_FIELD_JSON)},
    {.key = NULL}};
#undef ROW

static int wrong(const struct reading *r, const struct cJSON *item, const char *wanted)
{
    char what[SC_TEXT_ROOM];
    return sc_doc_fail(r->doc, item, r->err, "%s; %s is wanted", sc_text_item(item, what), wanted);
}

static int read_exact(const struct reading *r, const struct cJSON *item, sc_i128 *out)
{
    const char *text = sc_json_string(item);
    if (text && sc_i128_read(text, out) && *out >= 0 && *out <= MOST_METER)
        return 0;
    return wrong(r, item, "a whole number from 0 to 2^80 in quotes, such as \"1024\",");
}

/* Written as int64, read as the nearest double: what a report makes of it is the same. */
static int read_count(const struct reading *r, const struct cJSON *item, bool may_be_negative,
                      int64_t *out)
{
    double v = sc_json_number(item);
    if (!sc_json_is_number(item) || v > MOST_COUNT || v < (may_be_negative ? -MOST_COUNT : 0))
        return wrong(r, item,
                     may_be_negative ? "a whole number" : "a whole number that is not negative");
    *out = (int64_t)v;
    if ((double)*out < v || (double)*out > v)
        return wrong(r, item, "a whole number");
    return 0;
}

static int want_object(const struct reading *r, const struct cJSON *item)
{
    return sc_json_is_object(item) ? 0 : wrong(r, item, "an object");
}

static int read_hours(const struct reading *r, const struct cJSON *list)
{
    int n = sc_json_count(list), i = 0;
    if (n > MOST_HOURS)
        return sc_doc_fail(r->doc, list, r->err, "%d hours; %d are the most", n, MOST_HOURS);
    sc_i128 *hour = SC_NEW_ARRAY(r->arena, sc_i128, n + 1);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item))
        if (read_exact(r, item, &hour[i++]) != 0)
            return -1;
    sc_ledger_hourly(r->ledger, NULL, sc_json_key(list), hour, n);
    return 0;
}

static int read_meters(const struct reading *r, const struct cJSON *object)
{
    sc_i128 sum = 0;
    if (want_object(r, object) != 0)
        return -1;
    for (const struct cJSON *item = sc_json_first(object); item; item = sc_json_next(item)) {
        if (sc_json_is_array(item) ? read_hours(r, item) : read_exact(r, item, &sum))
            return -1;
        if (!sc_json_is_array(item))
            sc_ledger_meter(r->ledger, NULL, sc_json_key(item), sum);
    }
    return 0;
}

static int read_bucket(const struct reading *r, const struct cJSON *pair, struct sc_hist *h)
{
    int64_t bucket = 0, count = 0;
    const struct cJSON *first = sc_json_first(pair);
    if (!sc_json_is_array(pair) || sc_json_count(pair) != 2)
        return wrong(r, pair, "[bucket, count]");
    if (read_count(r, first, false, &bucket) != 0 ||
        read_count(r, sc_json_next(first), false, &count) != 0)
        return -1;
    if (bucket >= SC_HIST_BUCKETS)
        return sc_doc_fail(r->doc, first, r->err,
                           "bucket %" PRId64 " is out of range; %d is the last", bucket,
                           SC_HIST_BUCKETS - 1);
    if (sc_hist_bucket(h, (int)bucket) > 0)
        return sc_doc_fail(r->doc, first, r->err, "bucket %" PRId64 " stands twice", bucket);
    sc_hist_put(h, (int)bucket, (uint64_t)count);
    return 0;
}

static int read_hist(const struct reading *r, const struct cJSON *item)
{
    const struct cJSON *buckets = sc_json_get(item, "buckets"), *max = sc_json_get(item, "max"),
                       *sum = sc_json_get(item, "sum");
    if (!sc_json_is_array(buckets) || !max || !sum || sc_json_count(item) != 3)
        return wrong(r, item, "{\"buckets\": [[bucket, count], ...], \"max\", \"sum\"}");
    struct sc_hist *h = SC_NEW(r->arena, struct sc_hist);
    sc_hist_init(h, r->arena);
    for (const struct cJSON *pair = sc_json_first(buckets); pair; pair = sc_json_next(pair))
        if (read_bucket(r, pair, h) != 0)
            return -1;
    if (read_count(r, max, false, &h->max) != 0 || read_exact(r, sum, &h->sum) != 0)
        return -1;
    sc_ledger_hist(r->ledger, sc_json_key(item), h);
    return 0;
}

static int read_hists(const struct reading *r, const struct cJSON *object)
{
    if (want_object(r, object) != 0)
        return -1;
    for (const struct cJSON *item = sc_json_first(object); item; item = sc_json_next(item))
        if (read_hist(r, item) != 0)
            return -1;
    return 0;
}

static int read_counters(const struct reading *r, const struct cJSON *object)
{
    int64_t value = 0;
    if (want_object(r, object) != 0)
        return -1;
    for (const struct cJSON *item = sc_json_first(object); item; item = sc_json_next(item)) {
        if (read_count(r, item, true, &value) != 0)
            return -1;
        sc_ledger_count(r->ledger, NULL, sc_json_key(item), value);
    }
    return 0;
}

static int read_series(const struct reading *r, const struct cJSON *object)
{
    if (want_object(r, object) != 0)
        return -1;
    for (const struct cJSON *list = sc_json_first(object); list; list = sc_json_next(list)) {
        int n = sc_json_count(list), i = 0;
        if (!sc_json_is_array(list))
            return wrong(r, list, "a list of whole numbers");
        int64_t *value = SC_NEW_ARRAY(r->arena, int64_t, n + 1);
        for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item))
            if (read_count(r, item, true, &value[i++]) != 0)
                return -1;
        sc_ledger_series(r->ledger, NULL, sc_json_key(list), value, n);
    }
    return 0;
}

static int find_architecture(const struct reading *r, const struct sc_scenario *s, const char *name,
                             struct sc_record *out)
{
    for (int i = 0; i < s->n_architectures && !out->architecture; i++)
        if (strcmp(s->architecture[i].name, name) == 0)
            out->architecture = s->architecture[i].name;
    if (out->architecture)
        return 0;
    return sc_doc_fail(r->doc, sc_json_get(r->doc->root, "architecture"), r->err,
                       "the header has no architecture \"%.63s\"", name);
}

int sc_record_read(const struct sc_doc *doc, const struct sc_scenario *s, struct sc_arena *arena,
                   struct sc_record *out, struct sc_error *err)
{
    struct reading r = {doc, arena, &out->ledger, err};
    struct row row;
    *out = (struct sc_record){.ledger = {.arena = arena}};
    if (want_object(&r, doc->root) != 0 ||
        sc_fields_read(doc, doc->root, row_fields, NULL, &row, arena, err) != 0 ||
        find_architecture(&r, s, row.architecture, out) != 0)
        return -1;
    if (row.replication >= s->replications)
        return sc_doc_fail(doc, sc_json_get(doc->root, "replication"), err,
                           "%" PRId64 " is above the maximum: the header says %" PRId64
                           " replications, numbered from 0",
                           row.replication, s->replications);
    out->point = (int)row.point;
    out->replication = (int)row.replication;
    out->stratum = (int)row.stratum;
    if (read_meters(&r, row.meters) || read_hists(&r, row.histograms) ||
        read_counters(&r, row.counters) || read_series(&r, row.series))
        return -1;
    sc_ledger_index(&out->ledger);
    return 0;
}
