/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/result.h"

#include "num/decimal.h"
#include "run/pricing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A queue that grew by less is noise (DESIGN: saturated). */
enum { QUEUE_NOISE = 10, LEAST_CONTROLLED = 8 };

/* Where in a bucket of a histogram a quantile lies is not known. */
static const double HALF_BUCKET = 0.001;

struct entry;

/* One architecture's records that count, and room for a value of each. */
struct sample {
    const struct sc_scenario *scenario;
    const struct sc_architecture *architecture;
    const struct sc_record **record;
    double *value;
    int n;
    struct sc_sampling sampling; /* requests 0: records are of whole horizons */
    struct sc_arena *arena;
    struct entry *entry; /* of `collect` */
    size_t n_entries;
};

static const char *const client_counters[] = {"requests",    "completed",        "throttled",
                                              "failed",      "timed_out",        "unfinished",
                                              "cold_starts", "peak_concurrency", NULL};

static struct sc_estimate estimate(const struct sample *s)
{
    return sc_estimate_of(s->value, s->n);
}

static struct sc_estimate count_of(const struct sample *s, const char *node, const char *name)
{
    for (int i = 0; i < s->n; i++)
        s->value[i] = (double)sc_ledger_find_count(&s->record[i]->ledger, node, name);
    return estimate(s);
}

static double client_count(const struct sample *s, int i, const char *name)
{
    return (double)sc_ledger_find_count(&s->record[i]->ledger, NULL, name);
}

/* Of requests: of a sample only those in its windows were looked at. */
static struct sc_estimate share(const struct sample *s)
{
    double seen = 0;
    for (int i = 0; i < s->n; i++)
        seen += client_count(s, i, "requests") * 1e-9 * (double)s->sampling.seen_ppb;
    return sc_estimate_rare(estimate(s), seen);
}

static struct sc_estimate frac_of(const struct sample *s, const char *const *parts)
{
    for (int i = 0; i < s->n; i++) {
        double part = 0;
        for (const char *const *p = parts; *p; p++)
            part += client_count(s, i, *p);
        s->value[i] = sc_ratio(part, client_count(s, i, "requests"));
    }
    return share(s);
}

/* Those of all services. */
static struct sc_estimate cold_starts(const struct sample *s, bool as_frac)
{
    for (int i = 0; i < s->n; i++) {
        double sum = 0;
        for (int k = 0; k < s->architecture->n_services; k++)
            sum += (double)sc_ledger_find_count(&s->record[i]->ledger,
                                                s->architecture->service[k].name, "cold_starts");
        s->value[i] = as_frac ? sc_ratio(sum, client_count(s, i, "requests")) : sum;
    }
    return as_frac ? share(s) : estimate(s);
}

static struct sc_estimate mean_concurrency(const struct sample *s)
{
    for (int i = 0; i < s->n; i++) {
        const struct sc_meter *m = sc_ledger_find_meter(&s->record[i]->ledger, NULL, "inflight_ns");
        s->value[i] = m ? sc_ratio(sc_i128_double(m->sum), (double)s->scenario->horizon_ns) : 0;
    }
    return estimate(s);
}

static struct sc_estimate wait_of(const struct sample *s, const char *name, double q)
{
    for (int i = 0; i < s->n; i++) {
        const struct sc_hist *h = sc_ledger_find_hist(&s->record[i]->ledger, name);
        bool none = !h || sc_hist_count(h) == 0;
        s->value[i] = none ? (double)NAN : (q < 0 ? sc_hist_mean(h) : sc_hist_quantile(h, q)) / 1e6;
    }
    const struct sc_estimate e = estimate(s);
    return s->sampling.requests > 0 && q >= 0 ? sc_estimate_least(e, e.mean * HALF_BUCKET) : e;
}

static struct sc_waits waits_of(const struct sample *s, const char *name)
{
    return (struct sc_waits){
        .mean = wait_of(s, name, -1),
        .p50 = wait_of(s, name, 0.5),
        .p90 = wait_of(s, name, 0.9),
        .p95 = wait_of(s, name, 0.95),
        .p99 = wait_of(s, name, 0.99),
        .p99_9 = wait_of(s, name, 0.999),
        .max = wait_of(s, name, 1),
    };
}

/* Of all records; of one it is its own. NULL: no value. */
static const struct sc_hist *merged(const struct sample *s, const char *name)
{
    struct sc_hist *all = NULL;
    for (int i = 0; i < s->n; i++) {
        const struct sc_hist *h = sc_ledger_find_hist(&s->record[i]->ledger, name);
        if (!h || sc_hist_count(h) == 0)
            continue;
        if (s->n == 1)
            return h;
        if (!all) {
            all = SC_NEW(s->arena, struct sc_hist);
            sc_hist_init(all, s->arena);
        }
        sc_hist_merge(all, h);
    }
    return all;
}

/* Parts of one usage (free, covered, by tier) are one line here; commitments follow. */
static void add_line(struct sc_result_line *sum, int n_usages, const struct sc_bill_line *line,
                     int n)
{
    int place = line->usage + (line->kind == SC_LINE_COMMITTED ? n_usages : 0);
    struct sc_result_line was = sum[place];
    sum[place] = (struct sc_result_line){line->node,
                                         line->item,
                                         line->sku,
                                         line->unit,
                                         was.quantity + line->quantity / n,
                                         was.usd_e15 + line->usd_e15,
                                         line->confirmed,
                                         false};
}

/* Lines are matched by the place of their usage, which is the same in every trial; a bill leaves
 * out unused ones. */
static void price(struct sc_result_architecture *a, const struct sample *s, double *marginal)
{
    struct sc_terms terms = sc_terms_of(s->scenario, s->architecture);
    struct sc_arena scratch = {0};
    int n = 0, most = 0;
    for (int i = 0; i < s->n; i++) {
        struct sc_usage *u =
            sc_usage_of(s->scenario, s->architecture, &s->record[i]->ledger, &n, &scratch);
        struct sc_bill bill = sc_bill_price(&terms, u, n, &scratch);
        most = n + terms.n_commitments;
        a->line = a->line ? a->line : SC_NEW_ARRAY(s->arena, struct sc_result_line, most + 1);
        for (int k = 0; k < bill.n; k++)
            add_line(a->line, n, &bill.lines[k], s->n);
        a->cost[i] = sc_i128_double(sc_bill_total(&bill)) / 1e15;
        marginal[i] = sc_i128_double(sc_marginal_cost(&terms, u, n, &bill, &scratch)) / 1e15;
        sc_arena_reset(&scratch);
    }
    for (int k = 0; k < most; k++)
        if (a->line[k].sku)
            a->line[k].usd_e15 = (a->line[k].usd_e15 + s->n / 2) / s->n;
    a->n_lines = most;
    sc_arena_free(&scratch);
}

/* The same lines, each bill with its own weight. */
static void weigh_lines(struct sc_result_architecture *a, const struct sample *s,
                        const double *weight)
{
    struct sc_terms terms = sc_terms_of(s->scenario, s->architecture);
    struct sc_arena scratch = {0};
    double *usd = SC_NEW_ARRAY(s->arena, double, a->n_lines + 1);
    for (int k = 0; k < a->n_lines; k++)
        a->line[k].quantity = 0;
    for (int i = 0; i < s->n; i++) {
        int n;
        struct sc_usage *u =
            sc_usage_of(s->scenario, s->architecture, &s->record[i]->ledger, &n, &scratch);
        struct sc_bill bill = sc_bill_price(&terms, u, n, &scratch);
        for (int k = 0; k < bill.n; k++) {
            const struct sc_bill_line *l = &bill.lines[k];
            const int place = l->usage + (l->kind == SC_LINE_COMMITTED ? n : 0);
            a->line[place].quantity += weight[i] * l->quantity;
            usd[place] += weight[i] * sc_i128_double(l->usd_e15);
        }
        sc_arena_reset(&scratch);
    }
    for (int k = 0; k < a->n_lines; k++)
        a->line[k].usd_e15 = (sc_i128)usd[k];
    sc_arena_free(&scratch);
}

/* How many requests the horizon brings is known; how many a sample met is chance. Where that
 * explains half of the cost's variance or more, the cost is what its regression on them says at the
 * expected number (Cochran, Sampling Techniques, chapter 7). It is linear in the costs, so the same
 * weights give the lines. */
static void control_arrivals(struct sc_result_architecture *a, const struct sample *s)
{
    if (!(s->sampling.requests > 0) || s->n < LEAST_CONTROLLED)
        return;
    for (int i = 0; i < s->n; i++)
        s->value[i] = client_count(s, i, "requests");
    struct sc_control c = {.x = s->value, .n = s->n, .expected = (double)s->sampling.requests};
    double *weight = sc_take(sizeof *weight * (size_t)s->n);
    if (sc_control_explains(&c, a->cost) >= 0.5) {
        sc_control_weights(&c, weight);
        weigh_lines(a, s, weight);
        sc_control_adjust(&c, a->cost);
    }
    sc_release(weight);
}

/* Capacity units are largest values of whole hours. */
static bool is_lcu(const struct sample *s, const struct sc_result_line *l)
{
    for (int i = 0; i < s->architecture->n_services; i++) {
        const struct sc_service *v = &s->architecture->service[i];
        for (int k = 0; k < v->n_charges; k++)
            if (v->charge[k].kind == SC_CHARGE_LCU && strcmp(v->charge[k].sku, l->sku) == 0)
                return true;
    }
    return false;
}

static void keep_used_lines(struct sc_result_architecture *a, const struct sample *s)
{
    int n = 0;
    for (int k = 0; k < a->n_lines; k++)
        if (a->line[k].sku) {
            a->line[n] = a->line[k];
            a->line[n].estimate = s->sampling.requests > 0 && is_lcu(s, &a->line[n]);
            n++;
        }
    a->n_lines = n;
}

/* USD a month to USD for a million requests sent. */
static struct sc_estimate per_million(const struct sample *s, const double *usd)
{
    double scale = sc_i128_double(s->scenario->month_num) / sc_i128_double(s->scenario->month_den);
    for (int i = 0; i < s->n; i++) {
        double sent = client_count(s, i, "requests") * scale;
        s->value[i] = sent > 0 ? usd[i] / sent * 1e6 : (double)NAN;
    }
    return estimate(s);
}

static void add_costs(struct sc_result_architecture *a, const struct sample *s)
{
    double *marginal = sc_take(sizeof *marginal * (size_t)s->n);
    a->cost = SC_NEW_ARRAY(s->arena, double, s->n);
    price(a, s, marginal);
    a->cost_usd_per_million = per_million(s, a->cost);
    control_arrivals(a, s);
    keep_used_lines(a, s);
    a->cost_usd_per_month = sc_estimate_of(a->cost, s->n);
    a->cost_usd_per_month = sc_estimate_least(
        a->cost_usd_per_month, a->cost_usd_per_month.mean * 1e-6 * (double)s->sampling.least_ppm);
    a->marginal_usd_per_million = per_million(s, marginal);
    sc_release(marginal);
}

static void add_counts(struct sc_result_architecture *a, const struct sample *s)
{
    static const char *const throttled[] = {"throttled", NULL};
    static const char *const lost[] = {"throttled", "failed", "timed_out", "unfinished", NULL};
    a->requests = count_of(s, NULL, "requests");
    a->completed = count_of(s, NULL, "completed");
    a->throttled = count_of(s, NULL, "throttled");
    a->failed = count_of(s, NULL, "failed");
    a->timed_out = count_of(s, NULL, "timed_out");
    a->unfinished = count_of(s, NULL, "unfinished");
    a->cold_starts = cold_starts(s, false);
    a->cold_start_frac = cold_starts(s, true);
    a->throttled_frac = frac_of(s, throttled);
    a->failed_frac = frac_of(s, lost);
    a->peak_concurrency = count_of(s, NULL, "peak_concurrency");
    a->mean_concurrency = mean_concurrency(s);
}

static bool is_client_counter(const char *name)
{
    for (const char *const *c = client_counters; *c; c++)
        if (strcmp(*c, name) == 0)
            return true;
    return false;
}

/* A counter of a record: those of a node are neighbours, by name. */
struct entry {
    const char *full, *name; /* name: behind the node's */
    int64_t value;
    int record;
};

static size_t node_length(const struct entry *e)
{
    return e->name > e->full ? (size_t)(e->name - e->full) - 1 : 0;
}

static int compare_nodes(const char *a, size_t na, const char *b, size_t nb)
{
    int order = memcmp(a, b, na < nb ? na : nb);
    return order ? order : (na > nb) - (na < nb);
}

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = compare_nodes(x->full, node_length(x), y->full, node_length(y));
    order = order ? order : strcmp(x->name, y->name);
    return order ? order : (x->record > y->record) - (x->record < y->record);
}

/* All counters, but for those of the architecture that have their own place. */
static void collect(struct sample *s)
{
    size_t cap = 0;
    for (int i = 0; i < s->n; i++) {
        const struct sc_ledger *l = &s->record[i]->ledger;
        s->entry = sc_grow(s->entry, &cap, s->n_entries + l->n_counters + 1, sizeof *s->entry);
        for (size_t k = 0; k < l->n_counters; k++) {
            const char *full = l->counter[k].name, *slash = strchr(full, '/');
            if (slash || !is_client_counter(full))
                s->entry[s->n_entries++] =
                    (struct entry){full, slash ? slash + 1 : full, l->counter[k].value, i};
        }
    }
    if (s->n_entries > 0)
        qsort(s->entry, s->n_entries, sizeof *s->entry, by_name);
}

/* One counter of each name; a record that has none of it counts as 0. */
static struct sc_result_counter *gather(const struct sample *s, const struct entry *entry,
                                        size_t n_entries, int *n)
{
    struct sc_result_counter *list =
        SC_NEW_ARRAY(s->arena, struct sc_result_counter, n_entries + 1);
    *n = 0;
    for (size_t i = 0; i < n_entries;) {
        const char *name = entry[i].name;
        for (int k = 0; k < s->n; k++)
            s->value[k] = 0;
        for (; i < n_entries && strcmp(entry[i].name, name) == 0; i++)
            s->value[entry[i].record] = (double)entry[i].value;
        list[(*n)++] = (struct sc_result_counter){name, estimate(s)};
    }
    return list;
}

/* The first entry of a node or of one behind it. */
static size_t first_of(const struct sample *s, const char *node, size_t length)
{
    size_t low = 0, high = s->n_entries;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct entry *e = &s->entry[middle];
        if (compare_nodes(e->full, node_length(e), node, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct sc_result_counter *counters_of(const struct sample *s, const char *node, int *n)
{
    size_t length = strlen(node), first = first_of(s, node, length), end = first;
    while (end < s->n_entries &&
           compare_nodes(s->entry[end].full, node_length(&s->entry[end]), node, length) == 0)
        end++;
    return gather(s, s->entry + first, end - first, n);
}

static void add_node(struct sc_result_architecture *a, const struct sample *s, const char *name,
                     const char *type)
{
    struct sc_result_node *node = &a->node[a->n_nodes++];
    *node = (struct sc_result_node){.name = name, .type = type, .hist = merged(s, name)};
    node->counter = counters_of(s, name, &node->n_counters);
    if (node->hist)
        node->waits = waits_of(s, name);
    const char *queue = sc_arena_printf(s->arena, "%s.wait", name);
    node->queue = merged(s, queue);
    if (node->queue)
        node->queue_waits = waits_of(s, queue);
}

/* Services are ordered by name; what follows them is not, and few. */
static bool has_node(const struct sc_result_architecture *a, int n_services, const char *name,
                     size_t length)
{
    int low = 0, high = n_services;
    while (low < high) {
        int middle = (low + high) / 2;
        const char *there = a->node[middle].name;
        int order = compare_nodes(there, strlen(there), name, length);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (int i = n_services; i < a->n_nodes; i++)
        if (compare_nodes(a->node[i].name, strlen(a->node[i].name), name, length) == 0)
            return true;
    return false;
}

static size_t count_nodes(const struct sample *s)
{
    size_t n = s->n_entries > 0;
    for (size_t i = 1; i < s->n_entries; i++) {
        const struct entry *x = &s->entry[i - 1], *y = &s->entry[i];
        n += compare_nodes(x->full, node_length(x), y->full, node_length(y)) != 0;
    }
    return n;
}

static void add_nodes(struct sc_result_architecture *a, const struct sample *s)
{
    const struct sc_ledger *l = &s->record[0]->ledger;
    a->node = SC_NEW_ARRAY(s->arena, struct sc_result_node,
                           (size_t)s->architecture->n_services + count_nodes(s));
    for (int i = 0; i < s->architecture->n_services; i++)
        add_node(a, s, s->architecture->service[i].name, s->architecture->service[i].type->name);
    for (size_t i = 0; i < l->n_counters; i++) {
        const char *full = l->counter[i].name, *slash = strchr(full, '/');
        if (slash && !has_node(a, s->architecture->n_services, full, (size_t)(slash - full)))
            add_node(a, s, sc_arena_printf(s->arena, "%.*s", (int)(slash - full), full), NULL);
    }
    a->extra = counters_of(s, "", &a->n_extras);
}

static bool queue_grew(const struct sample *s, const char *node, double requests)
{
    for (int i = 0; i < s->n; i++)
        s->value[i] = (double)(sc_ledger_find_count(&s->record[i]->ledger, node, "queue_at_end") -
                               sc_ledger_find_count(&s->record[i]->ledger, node, "queue_at_start"));
    struct sc_estimate growth = estimate(s);
    if (s->sampling.requests > 0) /* windows have their ups and downs */
        return growth.lo > 0 && growth.mean > fmax(QUEUE_NOISE, requests / 1000);
    if (sc_estimate_ranges(growth))
        return growth.lo > 0 && growth.mean > QUEUE_NOISE;
    return growth.mean > fmax(QUEUE_NOISE, requests / 100);
}

static void judge(struct sc_result_architecture *a, const struct sample *s)
{
    double lost = sc_ratio(a->throttled.mean + a->unfinished.mean, a->requests.mean);
    a->saturated = lost > 0.01;
    if (a->saturated)
        a->why_saturated = sc_arena_printf(
            s->arena, "%.3g %% of the requests were throttled or never finished", lost * 100);
    for (int i = 0; i < a->n_nodes && !a->backlog; i++)
        if (queue_grew(s, a->node[i].name, a->requests.mean)) {
            a->backlog = true;
            if (!a->saturated)
                a->why_saturated =
                    sc_arena_printf(s->arena, "the queue of %s kept growing", a->node[i].name);
            a->saturated = true;
        }
}

static int form(struct sc_result *r, const struct sc_experiment *e, int place)
{
    struct sample s = {.scenario = e->scenario,
                       .architecture = &e->scenario->architecture[place],
                       .sampling = e->sampling,
                       .arena = &r->arena};
    s.record = sc_take(sizeof *s.record * (size_t)e->n);
    s.value = sc_take(sizeof *s.value * (size_t)e->n);
    for (int i = 0; i < e->n; i++)
        if (e->done[i] && e->trial[i].architecture == place)
            s.record[s.n++] = &e->record[i];
    struct sc_result_architecture *a = &r->architecture[place];
    *a = (struct sc_result_architecture){.name = s.architecture->name, .n = s.n};
    if (s.n > 0) {
        add_counts(a, &s);
        a->waits = waits_of(&s, "latency");
        a->hist = merged(&s, "latency");
        add_costs(a, &s);
        collect(&s);
        add_nodes(a, &s);
        judge(a, &s);
    }
    sc_release(s.entry);
    sc_release(s.record);
    sc_release(s.value);
    return s.n > 0 ? 0 : -1;
}

int sc_result_form(struct sc_result *r, const struct sc_experiment *e)
{
    const struct sc_scenario *s = e->scenario;
    *r = (struct sc_result){
        .version = SC_VERSION,
        .title = s->title,
        .question = s->question,
        .sha256 = s->sha256,
        .book_id = s->book.id,
        .book_region = s->book.region,
        .book_as_of = s->book.as_of,
        .free = sc_free_name(s->free),
        .month_note = s->month_note,
        .seed = s->seed,
        .replications = e->replications,
        .sample = e->sampling.note,
        .horizon_h = (double)s->horizon_ns / 3.6e12,
        .month_h = (double)s->month_ns / 3.6e12,
        .month_scale = sc_i128_double(s->month_num) / sc_i128_double(s->month_den),
        .objective = s->objective,
        .n = s->n_architectures,
    };
    bool as_is = !s->periodic && s->month_num == s->month_den;
    r->span = as_is ? sc_arena_printf(&r->arena, "in %.6g h", r->horizon_h) : "a month";
    r->architecture = SC_NEW_ARRAY(&r->arena, struct sc_result_architecture, r->n + 1);
    int bad = 0;
    for (int i = 0; i < r->n; i++)
        bad |= form(r, e, i);
    return bad;
}

void sc_result_free(struct sc_result *r)
{
    sc_arena_free(&r->arena);
}
