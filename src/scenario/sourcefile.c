/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "traffic": sources with their profile, mix of works, network and clients' patience. */
#include "base/names.h"
#include "io/fields.h"
#include "scenario/load.h"
#include "scenario/profilefile.h"
#include "traffic/trace.h"

#include <stddef.h>
#include <string.h>

struct traffic_config {
    const struct cJSON *profile, *mix;
    int64_t rtt_ns, timeout_ns, attempts, backoff_ns, backoff_max_ns;
    double backoff_factor;
    bool jitter;
};

#define AT(member) offsetof(struct traffic_config, member)
const struct sc_field sc_traffic_fields[] = {
    {"profile", "when requests come: one profile", SC_FIELD_JSON, AT(profile), .required = 1,
     .schema = "{\"$ref\": \"#/definitions/profile\"}"},
    {"mix", "shares of works, adding up to 1; without: the only work", SC_FIELD_JSON, AT(mix),
     .schema = "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"number\", "
               "\"minimum\": 0, \"maximum\": 1}}"},
    {"rtt_ms", "network between client and entry, both ways together", SC_FIELD_NS, AT(rtt_ns),
     .def = 0, .min = 0, .max = 60000},
    {"timeout_s", "a client gives up after; 0: never", SC_FIELD_NS, AT(timeout_ns), .def = 0,
     .min = 0, .max = 86400},
    {"attempts", "tries of a client, the first one included", SC_FIELD_INT, AT(attempts), .def = 1,
     .min = 1, .max = 100},
    {"backoff_ms", "before the second try; then times backoff_factor", SC_FIELD_NS, AT(backoff_ns),
     .def = 100, .min = 0, .max = 3600000},
    {"backoff_max_ms", "the longest back-off", SC_FIELD_NS, AT(backoff_max_ns), .def = 20000,
     .min = 0, .max = 3600000},
    {"backoff_factor", "growth of the back-off", SC_FIELD_REAL, AT(backoff_factor), .def = 2,
     .min = 1, .max = 100},
    {"jitter", "full jitter: a uniform share of the back-off", SC_FIELD_BOOL, AT(jitter), .def = 1},
    {.key = NULL}};

int sc_load_shares(struct sc_scenario *s, const struct cJSON *object, const struct cJSON ***items,
                   uint64_t **upto, int *n, struct sc_error *err)
{
    if (sc_load_members(s, object, "share, such as {\"get\": 0.8, \"put\": 0.2},", err) != 0)
        return -1;
    int all, kept = 0;
    const struct cJSON **item = sc_json_sorted(&s->arena, object, &all);
    *upto = SC_NEW_ARRAY(&s->arena, uint64_t, all);
    double sum = 0;
    for (int i = 0; i < all; i++) {
        double share = sc_json_number(item[i]);
        if (!sc_json_is_number(item[i]))
            return sc_doc_fail(&s->doc, item[i], err, "%s is given; a share from 0 to 1 is wanted",
                               sc_json_kind(item[i]));
        if (share < 0 || share > 1)
            return sc_doc_fail(&s->doc, item[i], err, "%.9g is no share; 0 to 1 is wanted", share);
        if (share == 0)
            continue;
        sum += share;
        (*upto)[kept] = sc_threshold(sum);
        item[kept++] = item[i];
    }
    if (sum < 1 - 1e-6 || sum > 1 + 1e-6)
        return sc_doc_fail(&s->doc, object, err, "the shares add up to %.9g; 1 is wanted", sum);
    (*upto)[kept - 1] = UINT64_MAX;
    *items = item;
    *n = kept;
    return 0;
}

static int read_mix(struct sc_scenario *s, struct sc_source *src, const struct cJSON *object,
                    const struct cJSON *mix, struct sc_error *err)
{
    src->mix_work = SC_NEW_ARRAY(&s->arena, uint16_t, s->n_works > 0 ? s->n_works : 1);
    if (!mix) {
        if (s->n_works > 1)
            return sc_doc_fail(&s->doc, object, err,
                               "there are %d works; say in \"mix\" how often each is asked for",
                               s->n_works);
        src->n_mix = 1;
        return 0;
    }
    const struct cJSON **item;
    if (sc_load_shares(s, mix, &item, &src->mix_upto, &src->n_mix, err) != 0)
        return -1;
    for (const struct cJSON *m = sc_json_first(mix); m;
         m = sc_json_next(m)) /* those with the share 0, too */
        if (sc_scenario_work(s, sc_json_key(m)) < 0)
            return sc_load_no_work(s, m, sc_json_key(m), err);
    for (int i = 0; i < src->n_mix; i++)
        src->mix_work[i] = (uint16_t)sc_scenario_work(s, sc_json_key(item[i]));
    return 0;
}

/* A demand taken from a trace needs one that gives durations. */
static int check_trace(struct sc_scenario *s, const struct sc_source *src,
                       const struct cJSON *object, struct sc_error *err)
{
    bool timed = src->trace && src->trace->plan.timed;
    for (int m = 0; m < src->n_mix && !timed; m++) {
        const struct sc_work *w = &s->work[src->mix_work[m]];
        for (int i = 0; i < w->n_ops; i++)
            if (w->op[i].dist.kind == SC_DIST_TRACE)
                return sc_doc_fail(&s->doc, object, err,
                                   "work \"%s\" takes its time from a trace, and this traffic is "
                                   "none that gives durations",
                                   w->name);
    }
    return 0;
}

static const char *folder_of(struct sc_scenario *s)
{
    const char *slash = strrchr(s->path, '/');
    if (!slash)
        return NULL;
    char *dir = sc_arena_text(&s->arena, s->path);
    dir[slash - s->path + (slash == s->path)] = '\0';
    return dir;
}

static int read_source(struct sc_scenario *s, struct sc_source *src, const struct cJSON *object,
                       struct sc_error *err)
{
    struct traffic_config c;
    src->name = sc_json_key(object);
    if (!sc_name_is_valid(src->name))
        return sc_doc_fail(&s->doc, object, err,
                           "\"%s\" is no name: a-z, 0-9, _ and -, at most 63 of them", src->name);
    if (sc_fields_read(&s->doc, object, sc_traffic_fields, NULL, &c, &s->arena, err) != 0)
        return -1;
    src->rtt_ns = c.rtt_ns;
    src->timeout_ns = c.timeout_ns;
    src->attempts = (int)c.attempts;
    src->backoff_ns = c.backoff_ns;
    src->backoff_max_ns = c.backoff_max_ns;
    src->backoff_factor = c.backoff_factor;
    src->jitter = c.jitter;
    if (read_mix(s, src, object, c.mix, err) != 0)
        return -1;
    if (sc_profile_read(src, &s->doc, c.profile, folder_of(s), &s->arena, err) != 0)
        return -1;
    return check_trace(s, src, object, err);
}

int sc_load_sources(struct sc_scenario *s, const struct cJSON *traffic, struct sc_error *err)
{
    if (sc_load_members(s, traffic, "source of traffic", err) != 0)
        return -1;
    int n;
    const struct cJSON **item = sc_json_sorted(&s->arena, traffic, &n);
    s->source = SC_NEW_ARRAY(&s->arena, struct sc_source, n);
    s->n_sources = n;
    for (int i = 0; i < n; i++)
        if (read_source(s, &s->source[i], item[i], err) != 0)
            return -1;
    return 0;
}
