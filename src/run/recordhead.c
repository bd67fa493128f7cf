/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first line of a file of records, written and read. */
#include "base/names.h"
#include "io/fields.h"
#include "io/text.h"
#include "num/decimal.h"
#include "run/emit.h"
#include "run/record.h"
#include "scenario/load.h"

#include <inttypes.h>
#include <string.h>

/* In the order of the enums. */
static const char *const free_names[] = {"always", "none", "new_account"};
static const char *const charge_kinds[] = {"sum", "hours", "lcu"};

static const int64_t HOUR_NS = INT64_C(3600000000000);
enum { MOST_HORIZON_H = 87600, MOST_MONTH_H = 8784 };
#define MOST_REQUESTS INT64_C(1000000000000000000)

const char *sc_free_name(enum sc_free mode)
{
    return free_names[mode];
}

static void write_text(const char *before, const char *text, FILE *out)
{
    fputs(before, out);
    sc_emit_text(text, out);
}

static void write_exact(const char *before, sc_i128 n, FILE *out)
{
    char text[SC_DECIMAL_TEXT];
    fprintf(out, "%s\"%s\"", before, sc_i128_text(n, text));
}

static void write_objective(const struct sc_objective *o, FILE *out)
{
    const char *const keys[] = {"mean_ms", "p50_ms",   "p90_ms",     "p95_ms",
                                "p99_ms",  "p99_9_ms", "failed_frac"};
    const double values[] = {o->mean_ms, o->p50_ms,   o->p90_ms,     o->p95_ms,
                             o->p99_ms,  o->p99_9_ms, o->failed_frac};
    const char *comma = "";
    char number[32];
    fputs(",\"objective\":{", out);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (values[i] >= 0) {
            fprintf(out, "%s\"%s\":%s", comma, keys[i], sc_text_number(values[i], number));
            comma = ",";
        }
    fputc('}', out);
}

static void write_charge(const struct sc_charge *c, FILE *out)
{
    write_text("{\"item\":", c->item, out);
    write_text(",\"sku\":", c->sku, out);
    write_text(",\"meter\":", c->meter, out);
    fprintf(out, ",\"kind\":\"%s\",\"per\":%" PRId64 ",\"stock\":%s,\"kept_per_h\":%" PRId64 "}",
            charge_kinds[c->kind], c->per, c->stock ? "true" : "false", c->kept_per_h);
}

/* As a scenario states them, so that the same reader checks them against another book. */
static void write_commitment(const struct sc_commitment *c, FILE *out)
{
    char usd[SC_DECIMAL_TEXT];
    if (c->kind == SC_RESERVED) {
        write_text("{\"reserved\":", c->sku, out);
        fprintf(out, ",\"count\":%s", sc_i128_text(c->count, usd));
        write_text(",\"name\":", c->name, out);
        fputc('}', out);
        return;
    }
    const char *term = strstr(c->plan, "_sp_");
    if (c->kind == SC_EC2_PLAN)
        write_text("{\"ec2_plan\":", c->family, out);
    else
        fputs("{\"compute_plan\":true", out);
    write_text(",\"term\":", term ? term + 4 : c->plan, out);
    write_text(",\"name\":", c->name, out);
    fprintf(out, ",\"usd_per_h\":\"%s\"}", sc_decimal_text(c->usd_e15, SC_USD_DIGITS, usd));
}

static void write_architecture(const struct sc_architecture *a, FILE *out)
{
    fputs("{\"services\":[", out);
    for (int i = 0; i < a->n_services; i++) {
        const struct sc_service *v = &a->service[i];
        write_text(i ? ",{\"name\":" : "{\"name\":", v->name, out);
        write_text(",\"type\":", v->type->name, out);
        fputs(",\"charges\":[", out);
        for (int k = 0; k < v->n_charges; k++) {
            fputs(k ? "," : "", out);
            write_charge(&v->charge[k], out);
        }
        fputs("]}", out);
    }
    fputs("],\"commitments\":[", out);
    for (int i = 0; i < a->n_commitments; i++) {
        fputs(i ? "," : "", out);
        write_commitment(&a->commitment[i], out);
    }
    fputs("]}", out);
}

static void write_sets(const struct sc_doc *doc, FILE *out)
{
    fputs(",\"sets\":[", out);
    for (int i = 0; i < doc->n_sets; i++) {
        write_text(i ? ",[" : "[", doc->sets[i].pointer, out);
        write_text(",", doc->sets[i].value, out);
        fputc(']', out);
    }
    fputc(']', out);
}

void sc_record_write_header(const struct sc_scenario *s, int64_t replications,
                            const struct sc_sampling *sampling, FILE *out)
{
    fprintf(out, "{\"schema_version\":%d", SC_RECORD_SCHEMA);
    write_text(",\"simcost\":", SC_VERSION, out);
    write_text(",\"scenario\":{\"title\":", s->title, out);
    write_text(",\"question\":", s->question ? s->question : "", out);
    write_text(",\"sha256\":", s->sha256, out);
    fprintf(out, "},\"seed\":%" PRId64 ",\"replications\":%" PRId64, s->seed, replications);
    write_text(",\"book\":{\"id\":", s->book.id, out);
    write_text(",\"as_of\":", s->book.as_of, out);
    write_text("},\"free\":", sc_free_name(s->free), out);
    write_exact(",\"horizon_ns\":", s->horizon_ns, out);
    write_exact(",\"month_ns\":", s->month_ns, out);
    write_exact(",\"month_num\":", s->month_num, out);
    write_exact(",\"month_den\":", s->month_den, out);
    write_text(",\"month_note\":", s->month_note ? s->month_note : "", out);
    fprintf(out, ",\"periodic\":%s", s->periodic ? "true" : "false");
    if (sampling->note)
        write_text(",\"sample\":", sampling->note, out);
    if (sampling->requests > 0) {
        write_exact(",\"expected_requests\":", sampling->requests, out);
        write_exact(",\"seen_ppb\":", sampling->seen_ppb, out);
        write_exact(",\"least_ppm\":", sampling->least_ppm, out);
    }
    write_objective(&s->objective, out);
    write_sets(&s->doc, out);
    fputs(",\"architectures\":{", out);
    for (int i = 0; i < s->n_architectures; i++) {
        write_text(i ? "," : "", s->architecture[i].name, out);
        fputc(':', out);
        write_architecture(&s->architecture[i], out);
    }
    fputs("}}\n", out);
}

struct head {
    int64_t schema, seed, replications;
    const char *version, *title, *question, *sha256, *book, *as_of;
    const char *horizon_ns, *month_ns, *month_num, *month_den, *month_note, *sample, *expected,
        *seen, *least;
    int free;
    bool periodic;
    const struct cJSON *objective, *sets, *architectures;
};

#define REQUIRED(name, words, type, member)                                                        \
    .key = (name), .help = (words), .kind = (type), .offset = offsetof(struct head, member),       \
    .required = 1

static const struct sc_field scenario_fields[] = {
    {REQUIRED("title", "of the scenario", SC_FIELD_TEXT, title)},
    {REQUIRED("question", "of the scenario", SC_FIELD_TEXT, question)},
    {REQUIRED("sha256", "of the scenario", SC_FIELD_TEXT, sha256)},
    {.key = NULL}};

static const struct sc_field book_fields[] = {
    {REQUIRED("id", "of the book", SC_FIELD_TEXT, book)},
    {REQUIRED("as_of", "date of the book", SC_FIELD_TEXT, as_of)},
    {.key = NULL}};

static const struct sc_field head_fields[] = {
    {REQUIRED("schema_version", "of the records", SC_FIELD_INT, schema), .min = 1,
     .max = SC_RECORD_SCHEMA},
    {REQUIRED("simcost", "version that ran", SC_FIELD_TEXT, version)},
    {REQUIRED("scenario", "what was run", SC_FIELD_OBJECT, title), .inner = scenario_fields},
    {REQUIRED("seed", "of the run", SC_FIELD_INT, seed), .min = 0, .max = 9007199254740991.0},
    {REQUIRED("replications", "of the run", SC_FIELD_INT, replications), .min = 1, .max = 100000},
    {REQUIRED("book", "prices of the run", SC_FIELD_OBJECT, book), .inner = book_fields},
    {REQUIRED("free", "free allowances", SC_FIELD_CHOICE, free),
     .choices = "always|none|new_account"},
    {REQUIRED("horizon_ns", "simulated and measured", SC_FIELD_TEXT, horizon_ns)},
    {REQUIRED("month_ns", "a month", SC_FIELD_TEXT, month_ns)},
    {REQUIRED("month_num", "a month over the horizon, numerator", SC_FIELD_TEXT, month_num)},
    {REQUIRED("month_den", "a month over the horizon, denominator", SC_FIELD_TEXT, month_den)},
    {REQUIRED("month_note", "how the month was reached", SC_FIELD_TEXT, month_note)},
    {REQUIRED("periodic", "costs scale to the month", SC_FIELD_BOOL, periodic)},
    {.key = "sample",
     .help = "how the horizon was sampled",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct head, sample)},
    {.key = "expected_requests",
     .help = "of the horizon that a sample stands for",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct head, expected)},
    {.key = "seen_ppb",
     .help = "1e-9 of the horizon that a replication measures",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct head, seen)},
    {.key = "least_ppm",
     .help = "1e-6 of a cost, the least half-width that is told",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct head, least)},
    {REQUIRED("objective", "bounds", SC_FIELD_JSON, objective)},
    {REQUIRED("sets", "what --set changed", SC_FIELD_JSON, sets)},
    {REQUIRED("architectures", "their services by name", SC_FIELD_JSON, architectures)},
    {.key = NULL}};

struct charge_row {
    const char *item, *sku, *meter;
    int kind;
    int64_t per, kept_per_h;
    bool stock;
};

struct service_row {
    const char *name, *type;
    const struct cJSON *charges;
};

struct architecture_row {
    const struct cJSON *services, *commitments;
};

#undef REQUIRED
#define REQUIRED(type, name, words, what, member)                                                  \
    .key = (name), .help = (words), .kind = (what), .offset = offsetof(struct type, member),       \
    .required = 1

static const struct sc_field charge_fields[] = {
    {REQUIRED(charge_row, "item", "as the bill calls it", SC_FIELD_TEXT, item)},
    {REQUIRED(charge_row, "sku", "in the book", SC_FIELD_TEXT, sku)},
    {REQUIRED(charge_row, "meter", "of the service", SC_FIELD_TEXT, meter)},
    {REQUIRED(charge_row, "kind", "how the meter is read", SC_FIELD_CHOICE, kind),
     .choices = "sum|hours|lcu"},
    {REQUIRED(charge_row, "per", "meter units in one of the SKU", SC_FIELD_INT, per), .min = 1,
     .max = 9007199254740991.0},
    {REQUIRED(charge_row, "stock", "a monthly amount already", SC_FIELD_BOOL, stock)},
    {REQUIRED(charge_row, "kept_per_h", "meter units of each hour that are there whatever comes",
              SC_FIELD_INT, kept_per_h),
     .min = -1, .max = 9007199254740991.0},
    {.key = NULL}};

static const struct sc_field service_fields[] = {
    {REQUIRED(service_row, "name", "of the service", SC_FIELD_TEXT, name)},
    {REQUIRED(service_row, "type", "of the service", SC_FIELD_TEXT, type)},
    {REQUIRED(service_row, "charges", "what it costs", SC_FIELD_JSON, charges)},
    {.key = NULL}};

static const struct sc_field architecture_fields[] = {
    {REQUIRED(architecture_row, "services", "of the architecture", SC_FIELD_JSON, services)},
    {REQUIRED(architecture_row, "commitments", "of its account", SC_FIELD_JSON, commitments)},
    {.key = NULL}};

struct reading {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_error *err;
};

static int read_row(const struct reading *r, const struct cJSON *item,
                    const struct sc_field *fields, void *out)
{
    if (!sc_json_is_object(item))
        return sc_doc_fail(r->doc, item, r->err, "%s is given; an object is wanted",
                           sc_json_kind(item));
    return sc_fields_read(r->doc, item, fields, NULL, out, r->arena, r->err);
}

static int want_list(const struct reading *r, const struct cJSON *item)
{
    if (sc_json_is_array(item))
        return 0;
    return sc_doc_fail(r->doc, item, r->err, "%s is given; a list is wanted", sc_json_kind(item));
}

static int want_name(const struct reading *r, const struct cJSON *item, const char *name)
{
    if (sc_name_is_valid(name))
        return 0;
    return sc_doc_fail(r->doc, item, r->err,
                       "\"%.100s\" is no name: a-z, 0-9, _ and -, at most 63 of them", name);
}

/* A whole number of ns, or of a fraction's parts, from 1 to `most`. */
static int want_exact(const struct reading *r, const char *key, const char *text, int64_t most,
                      int64_t *out)
{
    sc_i128 n;
    if (sc_i128_read(text, &n) && n >= 1 && n <= most) {
        *out = (int64_t)n;
        return 0;
    }
    return sc_doc_fail(
        r->doc, sc_json_get(r->doc->root, key), r->err,
        "\"%.60s\" is given; a whole number from 1 to %" PRId64 " in quotes is wanted", text, most);
}

/* The load balancer's dimensions share one sum, whose units must fit together. */
static int check_lcu(const struct reading *r, const struct cJSON *item, const struct sc_charge *c,
                     int in_a_row)
{
    bool known = false;
    for (int i = 0; i < SC_LCU_CHARGES; i++)
        known = known ||
                (strcmp(c->meter, sc_lcu_charges[i].meter) == 0 && c->per == sc_lcu_charges[i].per);
    if (known && in_a_row <= SC_LCU_CHARGES)
        return 0;
    return sc_doc_fail(r->doc, item, r->err,
                       "%.60s, %" PRId64 " in one, is no dimension of an LCU that this version "
                       "knows, or one too many",
                       c->meter, c->per);
}

static int read_charges(const struct reading *r, const struct cJSON *list, struct sc_service *v)
{
    int in_a_row = 0;
    if (want_list(r, list) != 0)
        return -1;
    v->charge = SC_NEW_ARRAY(r->arena, struct sc_charge, sc_json_count(list) + 1);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item)) {
        struct charge_row row;
        if (read_row(r, item, charge_fields, &row) != 0)
            return -1;
        struct sc_charge *c = &v->charge[v->n_charges++];
        *c = (struct sc_charge){row.item, row.sku,   row.meter,     (enum sc_charge_kind)row.kind,
                                row.per,  row.stock, row.kept_per_h};
        in_a_row = c->kind == SC_CHARGE_LCU ? in_a_row + 1 : 0;
        if (in_a_row > 0 && check_lcu(r, item, c, in_a_row) != 0)
            return -1;
    }
    return 0;
}

/* A type that this version does not know is only a name here. */
static const struct sc_service_type *type_named(const struct reading *r, const char *name)
{
    const struct sc_service_type *known = sc_service_type_named(name);
    if (known)
        return known;
    struct sc_service_type *named = SC_NEW(r->arena, struct sc_service_type);
    named->name = name;
    return named;
}

static int read_services(const struct reading *r, const struct cJSON *list,
                         struct sc_architecture *a)
{
    if (want_list(r, list) != 0)
        return -1;
    a->service = SC_NEW_ARRAY(r->arena, struct sc_service, sc_json_count(list) + 1);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item)) {
        struct service_row row;
        if (read_row(r, item, service_fields, &row) != 0 ||
            want_name(r, sc_json_get(item, "name"), row.name) != 0)
            return -1;
        struct sc_service *v = &a->service[a->n_services];
        *v = (struct sc_service){.name = row.name,
                                 .type = type_named(r, row.type),
                                 .architecture = a,
                                 .index = (uint16_t)a->n_services++};
        if (read_charges(r, row.charges, v) != 0)
            return -1;
    }
    return 0;
}

static int read_architectures(const struct reading *r, const struct cJSON *object,
                              struct sc_scenario *s)
{
    const struct cJSON **item = sc_json_sorted(r->arena, object, &s->n_architectures);
    if (s->n_architectures == 0)
        return sc_doc_fail(r->doc, object, r->err,
                           "%s is given; an object with an architecture at least is wanted",
                           sc_json_kind(object));
    s->architecture = SC_NEW_ARRAY(r->arena, struct sc_architecture, s->n_architectures);
    for (int i = 0; i < s->n_architectures; i++) {
        struct sc_architecture *a = &s->architecture[i];
        struct architecture_row row;
        a->name = sc_arena_text(r->arena, sc_json_key(item[i]));
        if (want_name(r, item[i], a->name) != 0 ||
            read_row(r, item[i], architecture_fields, &row) != 0 ||
            read_services(r, row.services, a) != 0 || want_list(r, row.commitments) != 0)
            return -1;
    }
    return 0;
}

static int read_times(const struct reading *r, const struct head *h, struct sc_scenario *s)
{
    int64_t num = 0, den = 1;
    if (want_exact(r, "horizon_ns", h->horizon_ns, MOST_HORIZON_H * HOUR_NS, &s->horizon_ns) != 0 ||
        want_exact(r, "month_ns", h->month_ns, MOST_MONTH_H * HOUR_NS, &s->month_ns) != 0 ||
        want_exact(r, "month_num", h->month_num, MOST_HORIZON_H * HOUR_NS, &num) != 0 ||
        want_exact(r, "month_den", h->month_den, MOST_HORIZON_H * HOUR_NS, &den) != 0)
        return -1;
    s->month_num = num;
    s->month_den = den;
    if (h->expected &&
        want_exact(r, "expected_requests", h->expected, MOST_REQUESTS, &s->sampling.requests) != 0)
        return -1;
    if (h->seen && want_exact(r, "seen_ppb", h->seen, 1000000000, &s->sampling.seen_ppb) != 0)
        return -1;
    return h->least ? want_exact(r, "least_ppm", h->least, 1000000, &s->sampling.least_ppm) : 0;
}

int sc_record_read_header(const struct sc_doc *doc, struct sc_scenario *s, struct sc_error *err)
{
    struct reading r = {doc, &s->arena, err};
    struct head h;
    const struct cJSON *schema = sc_json_get(doc->root, "schema_version");
    if (sc_json_number(schema) > SC_RECORD_SCHEMA)
        return sc_doc_fail(doc, schema, err,
                           "these records are of schema %.17g; simcost %s reads schema %d: use a "
                           "later version",
                           sc_json_number(schema), SC_VERSION, SC_RECORD_SCHEMA);
    if (!schema || !sc_json_get(doc->root, "architectures") ||
        sc_json_is_object(sc_json_get(doc->root, "verdict")))
        return sc_doc_fail(doc, doc->root, err,
                           "no records begin here; a file that `simcost run --records FILE` of "
                           "this version wrote is wanted");
    if (read_row(&r, doc->root, head_fields, &h) != 0)
        return -1;
    s->title = h.title;
    s->question = h.question;
    snprintf(s->sha256, sizeof s->sha256, "%s", h.sha256);
    s->seed = h.seed;
    s->replications = h.replications;
    s->book.id = h.book;
    s->book.as_of = h.as_of;
    s->free = (enum sc_free)h.free;
    s->month_note = h.month_note;
    s->sampling.note = h.sample;
    s->periodic = h.periodic;
    if (read_times(&r, &h, s) != 0 ||
        read_row(&r, h.objective, sc_objective_fields, &s->objective) != 0)
        return -1;
    return read_architectures(&r, h.architectures, s);
}
