/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/scenario.h"

#include "base/names.h"
#include "io/fields.h"
#include "scenario/bookfile.h"
#include "scenario/load.h"

#include <stddef.h>
#include <string.h>

static const int64_t HOUR_NS = INT64_C(3600000000000);
enum { MOST_HORIZON_H = 87600 };

struct top {
    const char *title, *question, *description, *schema, *comment, *book;
    int64_t seed, replications, horizon_ns, warmup_ns, drain_ns, month_ns;
    int free;
    const struct cJSON *objective, *precision, *work, *traffic, *common, *architectures;
};

#define AT(member) offsetof(struct top, member)
const struct sc_field sc_scenario_fields[] = {
    {"$schema", "for editors; not read", SC_FIELD_TEXT, AT(schema), .def = 0},
    {"title", "what it is", SC_FIELD_TEXT, AT(title), .required = 1},
    {"question", "what it is to answer", SC_FIELD_TEXT, AT(question), .def = 0},
    {"description", "for the reader", SC_FIELD_TEXT, AT(description), .def = 0},
    {"_comment", "for the reader", SC_FIELD_TEXT, AT(comment), .def = 0},
    {"book", "price book: a name of models/prices, or a file", SC_FIELD_TEXT, AT(book),
     .text = "aws-us-east-1"},
    {"horizon_h", "simulated and measured; without: the trace's or the stages' length, else a week",
     SC_FIELD_NS, AT(horizon_ns), .def = -1, .min = 1e-6, .max = MOST_HORIZON_H},
    {"warmup_h",
     "simulated before, not measured; without: as long as the services' past matters, 0 for what "
     "happens once",
     SC_FIELD_NS, AT(warmup_ns), .def = -1, .min = 0, .max = 8760},
    {"drain_h", "how long after the horizon what is under way may still end", SC_FIELD_NS,
     AT(drain_ns), .def = 1, .min = 0, .max = 8760},
    {"month_h", "a month", SC_FIELD_NS, AT(month_ns), 730, 1, 8784, .source = "prices-aws.md"},
    {"seed", "of all random draws", SC_FIELD_INT, AT(seed), .def = 1, .min = 0,
     .max = 9007199254740991.0},
    {"replications", "independent runs of each architecture; two or more give intervals",
     SC_FIELD_INT, AT(replications), .def = 8, .min = 1, .max = 100000},
    {"free", "free allowances: those for all, none, or also those of new accounts", SC_FIELD_CHOICE,
     AT(free), .choices = "always|none|new_account", .source = "prices-aws.md"},
    {"objective", "bounds that an architecture must meet", SC_FIELD_JSON, AT(objective),
     .schema = "{\"$ref\": \"#/definitions/objective\"}"},
    {"precision",
     "\"exact\" (the default up to 2e7 expected events), or how narrow intervals shall be, by "
     "sampling a long horizon: {\"cost_frac\": 0.01, \"p99_frac\": 0.05} (the default above)",
     SC_FIELD_JSON, AT(precision),
     .schema = "{\"anyOf\": [{\"const\": \"exact\"}, {\"$ref\": \"#/definitions/precision\"}]}",
     .required = 0},
    {"work", "what the application does for one request, by name", SC_FIELD_JSON, AT(work),
     .required = 1,
     .schema = "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"$ref\": "
               "\"#/definitions/work\"}}"},
    {"traffic", "when requests come, by source", SC_FIELD_JSON, AT(traffic), .required = 1,
     .schema = "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"$ref\": "
               "\"#/definitions/traffic\"}}"},
    {"common", "services that every architecture has", SC_FIELD_JSON, AT(common),
     .schema = "{\"$ref\": \"#/definitions/services\"}"},
    {"architectures", "the ways to run it that are compared, by name", SC_FIELD_JSON,
     AT(architectures), .required = 1,
     .schema = "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"$ref\": "
               "\"#/definitions/architecture\"}}"},
    {.key = NULL}};

#undef AT
#define AT(member) offsetof(struct sc_objective, member)
const struct sc_field sc_objective_fields[] = {
    {"mean_ms", "most for the mean latency", SC_FIELD_REAL, AT(mean_ms), .def = -1, .min = 0,
     .max = 1e9},
    {"p50_ms", "most for the median", SC_FIELD_REAL, AT(p50_ms), .def = -1, .min = 0, .max = 1e9},
    {"p90_ms", "most for the 90th percentile", SC_FIELD_REAL, AT(p90_ms), .def = -1, .min = 0,
     .max = 1e9},
    {"p95_ms", "most for the 95th percentile", SC_FIELD_REAL, AT(p95_ms), .def = -1, .min = 0,
     .max = 1e9},
    {"p99_ms", "most for the 99th percentile", SC_FIELD_REAL, AT(p99_ms), .def = -1, .min = 0,
     .max = 1e9},
    {"p99_9_ms", "most for the 99.9th percentile", SC_FIELD_REAL, AT(p99_9_ms), .def = -1, .min = 0,
     .max = 1e9},
    {"failed_frac", "largest share of requests that are not completed", SC_FIELD_REAL,
     AT(failed_frac), .def = -1, .min = 0, .max = 1},
    {.key = NULL}};

#undef AT
#define AT(member) offsetof(struct sc_precision, member)
const struct sc_field sc_precision_fields[] = {
    {"cost_frac", "half-width of the cost's interval, a share of the cost", SC_FIELD_REAL,
     AT(cost_frac), 0.01, 0.0005, .max = 1},
    {"p99_frac", "the same of p99", SC_FIELD_REAL, AT(p99_frac), 0.05, 0.0005, .max = 1},
    {.key = NULL}};

static int read_precision(struct sc_scenario *s, const struct cJSON *item, struct sc_error *err)
{
    s->precision = (struct sc_precision){.by_default = !item, .cost_frac = 0.01, .p99_frac = 0.05};
    if (!item || (sc_json_is_string(item) && strcmp(sc_json_string(item), "exact") == 0))
        return 0;
    if (!sc_json_is_object(item))
        return sc_doc_fail(
            &s->doc, item, err,
            "expected \"exact\" or an object such as {\"cost_frac\": 0.01}, found %s",
            sc_json_is_string(item) ? "another text" : sc_json_kind(item));
    s->precision.asked = true;
    return sc_fields_read(&s->doc, item, sc_precision_fields, NULL, &s->precision, &s->arena, err);
}

/* The longest one-off source decides; where nothing ends, a week shows every hour of it. */
static int find_horizon(struct sc_scenario *s, const struct cJSON *traffic, struct sc_error *err)
{
    int64_t longest_ns = 0;
    for (int i = 0; i < s->n_sources; i++) {
        const struct sc_traffic_type *t = s->source[i].type;
        int64_t own_ns = t->length_ns ? t->length_ns(&s->source[i]) : 0;
        if (own_ns > MOST_HORIZON_H * HOUR_NS)
            return sc_doc_fail(&s->doc, sc_json_get(traffic, s->source[i].name), err,
                               "it lasts %.6g h, and a horizon has at most %d h; give horizon_h",
                               (double)own_ns / (double)HOUR_NS, MOST_HORIZON_H);
        longest_ns = own_ns > longest_ns ? own_ns : longest_ns;
    }
    s->horizon_ns = longest_ns > 0 ? longest_ns : 168 * HOUR_NS;
    return 0;
}

static bool happens_once(const struct sc_scenario *s)
{
    for (int i = 0; i < s->n_sources; i++)
        if (s->source[i].type->period_ns && s->source[i].type->period_ns(&s->source[i]) < 0)
            return true;
    return false;
}

/* A horizon stands for the month only where every source repeats with a period that divides it;
 * what happens once is billed as it is, or as the mean of its months (DESIGN 4.12). */
static void scale_to_month(struct sc_scenario *s)
{
    s->periodic = true;
    bool once = false;
    for (int i = 0; i < s->n_sources; i++) {
        const struct sc_traffic_type *t = s->source[i].type;
        int64_t period_ns = t->period_ns ? t->period_ns(&s->source[i]) : 0;
        once = once || period_ns < 0;
        s->periodic =
            s->periodic && period_ns >= 0 && (period_ns == 0 || s->horizon_ns % period_ns == 0);
    }
    bool scaled = s->periodic || s->horizon_ns > s->month_ns;
    s->month_num = scaled ? s->month_ns : 1;
    s->month_den = scaled ? s->horizon_ns : 1;
    if (s->periodic)
        s->month_note = "the horizon repeats through the month";
    else if (scaled)
        s->month_note = "the mean of the horizon's months";
    else if (once)
        s->month_note = "the horizon happens once a month";
    else
        s->month_note = "the horizon is no whole number of the traffic's periods";
}

/* A trial of more would take hours; what repeats is scaled to the month anyway. What waits for
 * answers has no such rate. */
static int check_traffic(struct sc_scenario *s, const struct cJSON *traffic, struct sc_error *err)
{
    double sum = 0;
    for (int i = 0; i < s->n_sources; i++) {
        const struct sc_source *src = &s->source[i];
        double expected = src->type->expected ? src->type->expected(src, 0, s->horizon_ns) : 1;
        if (!(expected > 0) && !src->type->driven)
            return sc_doc_fail(
                &s->doc, sc_json_get(traffic, src->name), err,
                "it sends no request within the horizon of %g h; raise its rate or the horizon",
                (double)s->horizon_ns / (double)HOUR_NS);
        sum += src->type->driven ? 0 : expected;
    }
    s->expected_requests = sum;
    for (int i = 0; i < s->n_architectures; i++)
        s->expected_events += sum * (double)s->replications * (double)s->architecture[i].n_services;
    s->precision.by_default = s->precision.by_default && s->expected_events > SC_MOST_EVENTS;
    s->precision.asked = s->precision.asked || s->precision.by_default;
    if (sum > SC_MOST_REQUESTS && !s->precision.asked)
        return sc_doc_fail(&s->doc, traffic, err,
                           "about %.3g requests are expected in the horizon of %g h; %.0g are the "
                           "most: give a shorter horizon_h, or a \"precision\"",
                           sum, (double)s->horizon_ns / (double)HOUR_NS, SC_MOST_REQUESTS);
    return 0;
}

static int load_book(struct sc_scenario *s, const char *name, struct sc_error *err)
{
    const struct cJSON *item = sc_json_at(&s->doc, "/book");
    struct sc_error own = {0};
    bool found;
    if (sc_book_load(&s->book, name, s->path, &s->arena, &found, &own) == 0)
        return 0;
    if (!found)
        return sc_doc_fail(&s->doc, item ? item : s->doc.root, err, "%s", own.message);
    *err = own;
    return -1;
}

static int load_parts(struct sc_scenario *s, const struct top *t, struct sc_error *err)
{
    if (t->objective && sc_fields_read(&s->doc, t->objective, sc_objective_fields, NULL,
                                       &s->objective, &s->arena, err) != 0)
        return -1;
    if (read_precision(s, t->precision, err) != 0 || load_book(s, t->book, err) != 0 ||
        sc_load_works(s, t->work, err) != 0 || sc_load_sources(s, t->traffic, err) != 0)
        return -1;
    if (sc_load_architectures(s, t->common, t->architectures, err) != 0)
        return -1;
    if (s->horizon_ns < 0 && find_horizon(s, t->traffic, err) != 0)
        return -1;
    s->warmup_given = s->warmup_ns >= 0;
    if (!s->warmup_given) {
        s->warmup_ns = 0;
        for (int i = 0; i < s->n_architectures && !happens_once(s); i++) {
            int64_t lead_ns = sc_architecture_memory_ns(&s->architecture[i]);
            s->warmup_ns = lead_ns > s->warmup_ns ? lead_ns : s->warmup_ns;
        }
    }
    scale_to_month(s);
    return check_traffic(s, t->traffic, err);
}

static int load(struct sc_scenario *s, struct sc_error *err)
{
    sc_doc_sha256(&s->doc, s->sha256);
    struct top t;
    if (sc_json_get(s->doc.root, "items") && !sc_json_get(s->doc.root, "architectures"))
        return sc_doc_fail(&s->doc, s->doc.root, err,
                           "this is a usage file; \"simcost bill\" prices it");
    if (sc_fields_read(&s->doc, s->doc.root, sc_scenario_fields, NULL, &t, &s->arena, err) != 0)
        return -1;
    s->title = t.title;
    s->question = t.question ? t.question : "";
    s->seed = t.seed;
    s->replications = t.replications;
    s->horizon_ns = t.horizon_ns;
    s->warmup_ns = t.warmup_ns;
    s->drain_ns = t.drain_ns;
    s->month_ns = t.month_ns;
    s->free = (enum sc_free)t.free;
    return load_parts(s, &t, err);
}

static void begin(struct sc_scenario *s, const char *path)
{
    *s = (struct sc_scenario){.path = path};
    s->objective = (struct sc_objective){-1, -1, -1, -1, -1, -1, -1};
}

int sc_scenario_load(struct sc_scenario *s, const char *path, const struct sc_set *sets, int n_sets,
                     struct sc_error *err)
{
    begin(s, path);
    if (sc_doc_read(&s->doc, path, err) != 0 || sc_doc_set(&s->doc, sets, n_sets, err) != 0)
        return -1;
    return load(s, err);
}

int sc_scenario_parse(struct sc_scenario *s, const char *path, const char *text, size_t length,
                      struct sc_error *err)
{
    begin(s, path);
    return sc_doc_parse(&s->doc, path, text, length, err) != 0 ? -1 : load(s, err);
}

void sc_scenario_free(struct sc_scenario *s)
{
    for (int i = 0; i < s->n_sources; i++)
        sc_source_free(&s->source[i]);
    sc_doc_free(&s->doc);
    sc_arena_free(&s->arena);
}
