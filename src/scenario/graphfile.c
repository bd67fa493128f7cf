/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "common" and "architectures": services with their configs, where each sends which work, who runs
 * what is called. */
#include "base/names.h"
#include "io/fields.h"
#include "num/rng.h"
#include "scenario/blame.h"
#include "scenario/load.h"
#include "scenario/usagefile.h"
#include "traffic/trace.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Places of services are 16 bits wide, with room for the sources of traffic; chains are followed
 * link by link. */
enum { MOST_SERVICES = 60000, DEEPEST = 1000 };

struct architecture_config {
    const char *entry;
    const struct cJSON *services, *account, *inline_works, *commitments;
};

#define AT(member) offsetof(struct architecture_config, member)
const struct sc_field sc_architecture_fields[] = {
    {"entry", "service that takes the clients' requests", SC_FIELD_TEXT, AT(entry), .required = 1},
    {"services", "services by name", SC_FIELD_JSON, AT(services), .required = 1,
     .schema = "{\"$ref\": \"#/definitions/services\"}"},
    {"account", "quotas of the account and region", SC_FIELD_JSON, AT(account),
     .schema = "{\"$ref\": \"#/definitions/account\"}"},
    {"inline", "works that run in the process of whoever calls them", SC_FIELD_JSON,
     AT(inline_works), .schema = "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}"},
    {"commitments", "what the account has committed to pay: reserved capacity, savings plans",
     SC_FIELD_JSON, AT(commitments),
     .schema = "{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/commitment\"}}"},
    {.key = NULL}};

/* The works that a service says it runs, ordered; NULL: it says nothing. */
struct runs {
    int *work;
    int n;
};

/* What the loading of one architecture carries along. */
struct graph {
    struct sc_scenario *s;
    struct sc_architecture *a;
    const struct cJSON **item; /* by service: its JSON */
    struct sc_opening opening;
    struct sc_error *err;
    struct runs *runs; /* by service */
    int (*runner)[2];  /* by work: the first two services that say they run it, -1 for none */
    const bool *asked; /* by work */
};

/* Services are ordered by name. */
static int service_number(const struct sc_architecture *a, const char *name)
{
    int low = 0, high = a->n_services;
    while (low < high) {
        int middle = (low + high) / 2, order = strcmp(a->service[middle].name, name);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static int no_service(const struct graph *g, const struct cJSON *item, const char *name)
{
    struct sc_nearest near = {.typed = name};
    for (int i = 0; i < g->a->n_services; i++)
        sc_nearest_offer(&near, g->a->service[i].name);
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(&g->s->doc, item, g->err,
                           "architecture \"%s\" has no service \"%s\"; did you mean \"%s\"?",
                           g->a->name, name, best);
    return sc_doc_fail(&g->s->doc, item, g->err, "architecture \"%s\" has no service \"%s\"",
                       g->a->name, name);
}

/* The step that names it is one of many, so the architecture is shown. */
static int no_store(const struct graph *g, const struct cJSON *item, const char *name)
{
    struct sc_nearest near = {.typed = name};
    for (int i = 0; i < g->a->n_services; i++)
        if (g->a->service[i].type->stores)
            sc_nearest_offer(&near, g->a->service[i].name);
    const char *best = sc_nearest_name(&near);
    return sc_doc_fail(
        &g->s->doc, item, g->err,
        "a step uses the store \"%s\", and architecture \"%s\" has no such service%s%s%s", name,
        g->a->name, best ? "; did you mean \"" : "; add it here or to /common", best ? best : "",
        best ? "\"?" : "");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(sc_json_key(*(const struct cJSON *const *)a),
                  sc_json_key(*(const struct cJSON *const *)b));
}

/* The architecture's own services and the common ones, ordered by name. */
static int gather(struct graph *g, const struct cJSON *common, const struct cJSON *own)
{
    const struct sc_doc *doc = &g->s->doc;
    if (sc_load_members(g->s, own, "service", g->err) != 0)
        return -1;
    int n = sc_json_count(own) + sc_json_count(common), k = 0;
    if (n > MOST_SERVICES)
        return sc_doc_fail(doc, own, g->err, "%d services are more than %d", n, MOST_SERVICES);
    g->item = SC_NEW_ARRAY(&g->s->arena, const struct cJSON *, n);
    for (const struct cJSON *i = sc_json_first(own); i; i = sc_json_next(i)) {
        if (sc_json_get(common, sc_json_key(i)))
            return sc_doc_fail(doc, i, g->err,
                               "\"%s\" stands under /common too; give one of them another name",
                               sc_json_key(i));
        g->item[k++] = i;
    }
    for (const struct cJSON *i = sc_json_first(common); i; i = sc_json_next(i))
        g->item[k++] = i;
    qsort(g->item, (size_t)n, sizeof(struct cJSON *), by_name);
    g->a->service = SC_NEW_ARRAY(&g->s->arena, struct sc_service, n);
    for (int i = 0; i < n; i++)
        g->a->service[i].name = sc_json_key(g->item[i]);
    g->runs = SC_NEW_ARRAY(&g->s->arena, struct runs, n);
    g->runner = sc_arena_new(&g->s->arena, sizeof *g->runner * (size_t)g->s->n_works);
    for (int w = 0; w < g->s->n_works; w++)
        g->runner[w][0] = g->runner[w][1] = -1;
    g->a->n_services = n;
    return 0;
}

static const struct sc_service_type *find_type(const struct graph *g, const struct cJSON *item)
{
    const struct cJSON *type = sc_json_get(item, "type");
    if (!sc_json_is_string(type)) {
        sc_doc_fail(&g->s->doc, type ? type : item, g->err,
                    "a service needs a \"type\", such as \"lambda\"");
        return NULL;
    }
    const struct sc_service_type *t = sc_service_type_named(sc_json_string(type));
    struct sc_nearest near = {.typed = sc_json_string(type)};
    for (int i = 0; !t && sc_service_types[i]; i++)
        sc_nearest_offer(&near, sc_service_types[i]->name);
    const char *best = sc_nearest_name(&near);
    if (!t && best)
        sc_doc_fail(&g->s->doc, type, g->err,
                    "there is no service type \"%s\"; did you mean \"%s\"?", near.typed, best);
    else if (!t)
        sc_doc_fail(&g->s->doc, type, g->err,
                    "there is no service type \"%s\"; `simcost models` lists them", near.typed);
    return t;
}

static int by_number(const void *a, const void *b)
{
    const int *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool runs_work(const struct runs *r, int work)
{
    return !r->work || bsearch(&work, r->work, (size_t)r->n, sizeof work, by_number);
}

/* Two services that run a work are enough to tell that there are several. */
static void add_runner(const struct graph *g, int work, int service)
{
    int *runner = g->runner[work];
    if (runner[0] < 0)
        runner[0] = service;
    else if (runner[0] != service && runner[1] < 0)
        runner[1] = service;
}

/* "runs": which works a compute service takes. */
static int read_runs(struct graph *g, int i, const struct cJSON *runs)
{
    if (!runs)
        return 0;
    const struct sc_doc *doc = &g->s->doc;
    if (!g->a->service[i].type->computes)
        return sc_doc_fail(doc, runs, g->err, "%s runs no work; take \"runs\" out",
                           g->a->service[i].type->name);
    if (!sc_json_is_array(runs) || sc_json_count(runs) == 0)
        return sc_doc_fail(doc, runs, g->err, "%s is given; an array of works is wanted",
                           sc_json_is_array(runs) ? "an empty one" : sc_json_kind(runs));
    struct runs *r = &g->runs[i];
    r->work = SC_NEW_ARRAY(&g->s->arena, int, sc_json_count(runs));
    for (const struct cJSON *w = sc_json_first(runs); w; w = sc_json_next(w)) {
        int work = sc_json_is_string(w) ? sc_scenario_work(g->s, sc_json_string(w)) : -1;
        if (!sc_json_is_string(w))
            return sc_doc_fail(doc, w, g->err, "%s is given; the name of a work is wanted",
                               sc_json_kind(w));
        if (work < 0)
            return sc_load_no_work(g->s, w, sc_json_string(w), g->err);
        r->work[r->n++] = work;
        add_runner(g, work, i);
    }
    qsort(r->work, (size_t)r->n, sizeof *r->work, by_number);
    return 0;
}

/* One trace whose rows name keys gives a function a pool for each. */
static void lend_pools(struct graph *g, struct sc_service *v)
{
    v->n_pools = 1;
    const struct sc_trace *t = g->s->n_sources == 1 ? g->s->source[0].trace : NULL;
    if (!t || !t->plan.by_key)
        return;
    v->n_pools = (int)t->n_keys;
    const char **name = SC_NEW_ARRAY(&g->s->arena, const char *, v->n_pools);
    double *memory_mb = SC_NEW_ARRAY(&g->s->arena, double, v->n_pools);
    bool known = true;
    for (int i = 0; i < v->n_pools; i++) {
        name[i] = t->key[i].name;
        memory_mb[i] = t->key[i].memory_mb;
        known = known && memory_mb[i] > 0;
    }
    v->pool_name = name;
    v->pool_memory_mb = known ? memory_mb : NULL;
}

static int read_service(struct graph *g, int i)
{
    static const char *const also[] = {"type", "to", "runs", NULL};
    struct sc_service *v = &g->a->service[i];
    const struct cJSON *item = g->item[i];
    v->architecture = g->a;
    v->index = (uint16_t)i;
    if (!sc_name_is_valid(v->name) || strcmp(v->name, "clients") == 0 ||
        strcmp(v->name, "latency") == 0)
        return sc_doc_fail(&g->s->doc, item, g->err,
                           "\"%s\" is no name for a service: a-z, 0-9, _ and -, at most 63, and "
                           "not clients or latency",
                           v->name);
    if (!sc_json_is_object(item))
        return sc_doc_fail(&g->s->doc, item, g->err,
                           "%s is given; a service is an object with a \"type\"",
                           sc_json_kind(item));
    v->type = find_type(g, item);
    if (!v->type)
        return -1;
    v->config = sc_arena_new(&g->s->arena, v->type->config_size + 1);
    if (sc_fields_read(&g->s->doc, item, v->type->fields, also, v->config, &g->s->arena, g->err) !=
        0)
        return -1;
    if (!v->type->routes && sc_json_get(item, "to"))
        return sc_doc_fail(&g->s->doc, sc_json_get(item, "to"), g->err,
                           "%s sends nothing on; take \"to\" out", v->type->name);
    lend_pools(g, v);
    return read_runs(g, i, sc_json_get(item, "runs"));
}

/* What a type's open says is about a key of its own object. */
static int open_service(struct graph *g, int i)
{
    struct sc_service *v = &g->a->service[i];
    struct sc_error own = {0};
    if (!v->type->open || v->type->open(v, &g->opening, &own) == 0)
        return 0;
    return sc_blame_within(&g->s->doc, g->item[i], &own, g->err);
}

static int check_prices(struct graph *g, int i)
{
    const struct sc_service *v = &g->a->service[i];
    for (int k = 0; k < v->n_charges; k++) {
        const struct sc_charge *c = &v->charge[k];
        if (!sc_book_price(&g->s->book, c->sku))
            return sc_blame_book(&g->s->doc, g->item[i], &g->s->book, c->sku, c->item,
                                 v->type->name, g->err);
    }
    return 0;
}

/* A target must be able to run the work or to pass it on. */
static int find_target(struct graph *g, const struct cJSON *at, const char *name, int work,
                       uint16_t *target)
{
    int i = service_number(g->a, name);
    if (i < 0)
        return no_service(g, at, name);
    const struct sc_service *v = &g->a->service[i];
    if (!v->type->routes && !v->type->computes)
        return sc_doc_fail(&g->s->doc, at, g->err, "\"%s\" is a %s: it takes no requests", name,
                           v->type->name);
    if (!runs_work(&g->runs[i], work))
        return sc_doc_fail(&g->s->doc, at, g->err,
                           "\"%s\" is sent \"%s\", which is not among the works that it runs", name,
                           g->s->work[work].name);
    *target = (uint16_t)i;
    return 0;
}

static int read_route(struct graph *g, const struct cJSON *to, int work, struct sc_route *route)
{
    const struct cJSON **item = &to;
    uint64_t *upto = SC_NEW(&g->s->arena, uint64_t);
    *upto = UINT64_MAX;
    int n = 1;
    bool one = sc_json_is_string(to);
    if (!one && sc_load_shares(g->s, to, &item, &upto, &n, g->err) != 0)
        return -1;
    for (const struct cJSON *k = one ? NULL : sc_json_first(to); k;
         k = sc_json_next(k)) /* those with the share 0, too */
        if (service_number(g->a, sc_json_key(k)) < 0)
            return no_service(g, k, sc_json_key(k));
    uint16_t *target = SC_NEW_ARRAY(&g->s->arena, uint16_t, n);
    for (int i = 0; i < n; i++)
        if (find_target(g, item[i], one ? sc_json_string(to) : sc_json_key(item[i]), work,
                        &target[i]) != 0)
            return -1;
    *route = (struct sc_route){.n = n, .upto = upto, .target = target};
    return 0;
}

/* By work: does a source ask for it? */
static const bool *find_asked(struct sc_scenario *s)
{
    bool *asked = SC_NEW_ARRAY(&s->arena, bool, s->n_works);
    for (int i = 0; i < s->n_sources; i++)
        for (int m = 0; m < s->source[i].n_mix; m++)
            asked[s->source[i].mix_work[m]] = true;
    return asked;
}

/* A member by its key, of members that are ordered by it; NULL: none. */
static const struct cJSON *member(const struct cJSON **item, int n, const char *key)
{
    int low = 0;
    while (low < n) {
        int middle = (low + n) / 2, order = strcmp(sc_json_key(item[middle]), key);
        if (order == 0)
            return item[middle];
        if (order < 0)
            low = middle + 1;
        else
            n = middle;
    }
    return NULL;
}

/* "to": a name, or a map from work (or "*") to a name or weighted names. */
static int read_routes(struct graph *g, int i)
{
    struct sc_service *v = &g->a->service[i];
    const struct sc_doc *doc = &g->s->doc;
    const struct cJSON *to = sc_json_get(g->item[i], "to");
    if (!v->type->routes)
        return 0;
    if (!sc_json_is_string(to) && !sc_json_is_object(to))
        return sc_doc_fail(
            doc, to ? to : g->item[i], g->err,
            "\"to\" is wanted: a service's name, or a map from work (or \"*\") to one");
    for (const struct cJSON *k = sc_json_is_object(to) ? sc_json_first(to) : NULL; k;
         k = sc_json_next(k))
        if (strcmp(sc_json_key(k), "*") != 0 && sc_scenario_work(g->s, sc_json_key(k)) < 0)
            return sc_load_no_work(g->s, k, sc_json_key(k), g->err);
    int n = 0;
    const struct cJSON **item = sc_json_sorted(&g->s->arena, to, &n),
                       *others = member(item, n, "*");
    struct sc_route *route = SC_NEW_ARRAY(&g->s->arena, struct sc_route, g->s->n_works);
    for (int w = 0; w < g->s->n_works; w++) {
        const struct cJSON *target =
            sc_json_is_string(to) ? to : member(item, n, g->s->work[w].name);
        target = target ? target : others;
        if (!g->asked[w])
            continue;
        if (!target)
            return sc_doc_fail(doc, to, g->err,
                               "work \"%s\" goes nowhere; name it here, or \"*\" for all others",
                               g->s->work[w].name);
        if (read_route(g, target, w, &route[w]) != 0)
            return -1;
    }
    v->route = route;
    return 0;
}

enum { UNDER_WAY = -1 };

static int fail_depth(const struct graph *g, int i)
{
    return sc_doc_fail(&g->s->doc, sc_json_get(g->item[i], "to"), g->err,
                       "routes through \"%s\" are more than %d services long",
                       g->a->service[i].name, DEEPEST);
}

/* Routes that come back to where they were would never end. `length`: of the longest route from a
 * service on; 0 until it is known. */
static int measure_routes(struct graph *g, int i, int *length, int depth)
{
    const struct sc_service *v = &g->a->service[i];
    int longest = 0;
    length[i] = UNDER_WAY;
    if (depth > DEEPEST)
        return fail_depth(g, i);
    for (int w = 0; v->route && w < g->s->n_works; w++)
        for (int t = 0; t < v->route[w].n; t++) {
            int next = v->route[w].target[t];
            if (length[next] == UNDER_WAY)
                return sc_doc_fail(
                    &g->s->doc, sc_json_get(g->item[i], "to"), g->err,
                    "the routes go in a circle: \"%s\" sends to \"%s\", which leads back to it",
                    v->name, g->a->service[next].name);
            if (length[next] == 0 && measure_routes(g, next, length, depth + 1) != 0)
                return -1;
            longest = length[next] > longest ? length[next] : longest;
        }
    length[i] = longest + 1;
    return length[i] > DEEPEST ? fail_depth(g, i) : 0;
}

static int link_stores(struct graph *g, const struct cJSON *item)
{
    uint16_t *store = SC_NEW_ARRAY(&g->s->arena, uint16_t, g->s->n_stores);
    for (int i = 0; i < g->s->n_stores; i++) {
        int service = service_number(g->a, g->s->store_name[i]);
        if (service < 0)
            return no_store(g, item, g->s->store_name[i]);
        if (!g->a->service[service].type->stores)
            return sc_doc_fail(&g->s->doc, g->item[service], g->err,
                               "\"%s\" is used as a store, and is a %s", g->s->store_name[i],
                               g->a->service[service].type->name);
        store[i] = (uint16_t)service;
    }
    g->a->store = store;
    return 0;
}

static int read_inline(struct graph *g, const struct cJSON *list, bool *is_inline)
{
    if (list && !sc_json_is_array(list))
        return sc_doc_fail(&g->s->doc, list, g->err, "%s is given; an array of works is wanted",
                           sc_json_kind(list));
    for (const struct cJSON *w = list ? sc_json_first(list) : NULL; w; w = sc_json_next(w)) {
        int work = sc_json_is_string(w) ? sc_scenario_work(g->s, sc_json_string(w)) : -1;
        if (!sc_json_is_string(w))
            return sc_doc_fail(&g->s->doc, w, g->err, "%s is given; the name of a work is wanted",
                               sc_json_kind(w));
        if (work < 0)
            return sc_load_no_work(g->s, w, sc_json_string(w), g->err);
        is_inline[work] = true;
    }
    return 0;
}

static int find_callee(struct graph *g, const struct cJSON *item, int work, int32_t *callee)
{
    const int *found = g->runner[work];
    if (found[1] >= 0)
        return sc_doc_fail(&g->s->doc, item, g->err,
                           "\"%s\" is called and both \"%s\" and \"%s\" run it; leave one",
                           g->s->work[work].name, g->a->service[found[0]].name,
                           g->a->service[found[1]].name);
    if (found[0] < 0)
        return sc_doc_fail(&g->s->doc, item, g->err,
                           "\"%s\" is called and nobody runs it here; add it to \"inline\" or to a "
                           "service's \"runs\"",
                           g->s->work[work].name);
    *callee = found[0];
    return 0;
}

/* Who runs what is called. */
static int link_calls(struct graph *g, const struct cJSON *item, const struct cJSON *inline_works)
{
    bool *is_inline = SC_NEW_ARRAY(&g->s->arena, bool, g->s->n_works);
    int32_t *callee = SC_NEW_ARRAY(&g->s->arena, int32_t, g->s->n_works);
    if (read_inline(g, inline_works, is_inline) != 0)
        return -1;
    for (int w = 0; w < g->s->n_works; w++)
        for (int i = 0; i < g->s->work[w].n_ops; i++) {
            const struct sc_op *op = &g->s->work[w].op[i];
            if (op->kind != SC_OP_CALL)
                continue;
            callee[op->work] = -1;
            if (!is_inline[op->work] && find_callee(g, item, op->work, &callee[op->work]) != 0)
                return -1;
        }
    g->a->callee = callee;
    return 0;
}

static int link_entry(struct graph *g, const struct cJSON *item, const char *entry)
{
    const struct cJSON *at = sc_json_get(item, "entry");
    for (int w = 0; w < g->s->n_works; w++)
        if (g->asked[w] && find_target(g, at, entry, w, &g->a->entry) != 0)
            return -1;
    int *length = SC_NEW_ARRAY(&g->s->arena, int, g->a->n_services);
    for (int i = 0; i < g->a->n_services; i++)
        if (length[i] == 0 && measure_routes(g, i, length, 1) != 0)
            return -1;
    return 0;
}

static int read_commitments(struct graph *g, const struct cJSON *list)
{
    struct sc_terms terms = {.n_commitments = 0};
    if (!list)
        return 0;
    if (sc_commitments_read(&g->s->doc, list, &g->s->book, &g->s->arena, &terms, g->err) != 0)
        return -1;
    g->a->commitment = terms.commitment;
    g->a->n_commitments = terms.n_commitments;
    return 0;
}

static int read_architecture(struct graph *g, const struct cJSON *item, const struct cJSON *common)
{
    struct architecture_config c;
    struct sc_scenario *s = g->s;
    g->a->name = sc_json_key(item);
    if (!sc_name_is_valid(g->a->name))
        return sc_doc_fail(&s->doc, item, g->err,
                           "\"%s\" is no name: a-z, 0-9, _ and -, at most 63 of them", g->a->name);
    if (sc_fields_read(&s->doc, item, sc_architecture_fields, NULL, &c, &s->arena, g->err) != 0)
        return -1;
    if (sc_fields_read(&s->doc, c.account, sc_account_fields, NULL, &g->a->account, &s->arena,
                       g->err) != 0)
        return -1;
    if (read_commitments(g, c.commitments) != 0 || gather(g, common, c.services) != 0)
        return -1;
    for (int i = 0; i < g->a->n_services; i++)
        if (read_service(g, i) != 0)
            return -1;
    for (int i = 0; i < g->a->n_services; i++)
        if (read_routes(g, i) != 0)
            return -1;
    if (link_stores(g, item) != 0 || link_calls(g, item, c.inline_works) != 0 ||
        link_entry(g, item, c.entry) != 0)
        return -1;
    for (int i = 0; i < g->a->n_services; i++)
        if (open_service(g, i) != 0 || check_prices(g, i) != 0)
            return -1;
    return 0;
}

int sc_load_architectures(struct sc_scenario *s, const struct cJSON *common,
                          const struct cJSON *architectures, struct sc_error *err)
{
    if (sc_load_members(s, architectures, "architecture", err) != 0)
        return -1;
    if (common && !sc_json_is_object(common))
        return sc_doc_fail(&s->doc, common, err, "%s is given; an object of services is wanted",
                           sc_json_kind(common));
    int n;
    const struct cJSON **item = sc_json_sorted(&s->arena, architectures, &n);
    s->architecture = SC_NEW_ARRAY(&s->arena, struct sc_architecture, n);
    s->n_architectures = n;
    const struct sc_opening opening = sc_load_opening(s);
    const bool *asked = find_asked(s);
    for (int i = 0; i < n; i++) {
        struct graph g = {
            .s = s, .a = &s->architecture[i], .opening = opening, .err = err, .asked = asked};
        if (read_architecture(&g, item[i], common) != 0)
            return -1;
    }
    return 0;
}

int64_t sc_architecture_memory_ns(const struct sc_architecture *a)
{
    int64_t longest_ns = 0;
    for (int i = 0; i < a->n_services; i++) {
        const struct sc_service *v = &a->service[i];
        int64_t own_ns = v->type->memory_ns ? v->type->memory_ns(v) : 0;
        longest_ns = own_ns > longest_ns ? own_ns : longest_ns;
    }
    return longest_ns;
}
