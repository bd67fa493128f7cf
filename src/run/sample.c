/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/sample.h"

#include "num/math.h"
#include "num/rng.h"

#include <stdlib.h>
#include <string.h>

static const int64_t SECOND_NS = INT64_C(1000000000), MINUTE_NS = INT64_C(60000000000);
/* Fewer windows are hardly less work than all; more strata cost more leads than they spare. */
enum {
    FEWEST_WINDOWS = 24,
    MOST_WINDOWS = 1 << 17,
    MOST_STRATA = 48,
    FINEST_BINS = 8,
    BURSTY_WINDOWS = 64
};
/* Parts of an hour. */
static const int64_t lengths_s[] = {10,  12,  15,  20,  30,   60,   120, 180,
                                    240, 300, 600, 900, 1200, 1800, 3600};
/* A window of so many requests tells its p99 to a per cent. */
static const double ENOUGH_REQUESTS = 2e5;
/* An autoscaler's size hangs on what traffic did hours ago, at the most since the last peak. */
static const int64_t SETTLE_NS = 24 * INT64_C(3600000000000);

struct key {
    uint64_t bin;
    int64_t window;
};

static int by_bin(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->bin != y->bin)
        return x->bin < y->bin ? -1 : 1;
    return (x->window > y->window) - (x->window < y->window);
}

static const char *why_not(const struct sc_scenario *s)
{
    for (int i = 0; i < s->n_sources; i++) {
        if (s->source[i].type->driven)
            return "users who wait for answers have no traffic of their own";
        if (s->source[i].trace)
            return "a trace is replayed as it is";
        if (s->source[i].attempts > 1)
            return "retries carry load from one window into the next";
    }
    for (int i = 0; i < s->n_architectures; i++) {
        const struct sc_architecture *a = &s->architecture[i];
        if (a->n_commitments > 0)
            return "commitments apply to every hour";
        for (int k = 0; k < a->n_services; k++)
            if (a->service[k].type->dated && a->service[k].type->dated(&a->service[k]))
                return "a service changes at a certain time";
    }
    return NULL;
}

/* Where traffic itself is random beyond its rate, windows of a stratum are not alike: percentiles
 * of a replication need many of them. */
static bool is_bursty(const struct sc_scenario *s)
{
    for (int i = 0; i < s->n_sources; i++)
        if (s->source[i].type->modulated)
            return true;
    return false;
}

/* Services begin as the expected load would have left them; where traffic keeps to it, little is
 * left to be forgotten. */
static int64_t lead_of(const struct sc_scenario *s, const struct sc_architecture *a)
{
    int64_t lead_ns = s->warmup_given ? s->warmup_ns : 0;
    for (int i = 0; i < a->n_services; i++) {
        const struct sc_service *v = &a->service[i];
        int64_t own_ns = v->type->memory_ns ? v->type->memory_ns(v) : 0;
        if (v->type->settled_ns && !is_bursty(s))
            own_ns = v->type->settled_ns(v);
        lead_ns = own_ns > lead_ns ? own_ns : lead_ns;
    }
    return (lead_ns + MINUTE_NS - 1) / MINUTE_NS * MINUTE_NS;
}

static int64_t longest_lead(const struct sc_scenario *s)
{
    int64_t longest_ns = 0;
    for (int i = 0; i < s->n_architectures; i++) {
        int64_t own_ns = lead_of(s, &s->architecture[i]);
        longest_ns = own_ns > longest_ns ? own_ns : longest_ns;
    }
    return longest_ns;
}

static int64_t step_of(const struct sc_scenario *s)
{
    int64_t step_ns = 1;
    for (int i = 0; i < s->n_architectures; i++)
        for (int k = 0; k < s->architecture[i].n_services; k++) {
            const struct sc_service *v = &s->architecture[i].service[k];
            int64_t own_ns = v->type->step_ns ? v->type->step_ns(v) : 1;
            step_ns = own_ns > step_ns ? own_ns : step_ns;
        }
    return step_ns;
}

/* As long as the leads, so that half of what is simulated counts, yet no longer than it takes to
 * see enough requests. */
static int64_t window_length(const struct sc_scenario *s)
{
    double want_ns = (double)longest_lead(s),
           enough_ns = ENOUGH_REQUESTS * (double)s->horizon_ns / (s->expected_requests + 1);
    want_ns = want_ns < enough_ns ? want_ns : enough_ns;
    const int64_t least_ns = s->horizon_ns / MOST_WINDOWS, step_ns = step_of(s);
    size_t i = 0, last = sizeof lengths_s / sizeof *lengths_s - 1;
    while (i < last &&
           ((double)(lengths_s[i] * SECOND_NS) < want_ns || lengths_s[i] * SECOND_NS < least_ns ||
            lengths_s[i] * SECOND_NS % step_ns != 0))
        i++;
    return lengths_s[i] * SECOND_NS;
}

/* Traffic of one source in a window, in steps of 1 / bins octaves; whole octaves from 2^-64 on. */
static uint64_t bin_of(const struct sc_source *src, int64_t from_ns, int64_t to_ns, int bins)
{
    double expected = src->type->expected(src, from_ns, to_ns);
    if (!(expected > 0))
        return 0;
    return (uint64_t)((64 + sc_log(expected) / sc_log(2)) * bins + 1);
}

static int stratify(struct sc_sample_plan *p, const struct sc_scenario *s, struct key *key,
                    int bins)
{
    for (int64_t w = 0; w < p->n_windows; w++) {
        int64_t from_ns = w * p->window_ns, to_ns = from_ns + p->window_ns;
        bool is_cut = to_ns > p->horizon_ns; /* the last one may be shorter: a stratum of its own */
        key[w] = (struct key){is_cut, w};
        for (int i = 0; i < s->n_sources; i++)
            key[w].bin = sc_key(
                key[w].bin, bin_of(&s->source[i], from_ns, is_cut ? p->horizon_ns : to_ns, bins));
    }
    qsort(key, (size_t)p->n_windows, sizeof *key, by_bin);
    int n = 0;
    for (int64_t w = 0; w < p->n_windows; w++)
        n += w == 0 || key[w].bin != key[w - 1].bin;
    return n;
}

static void lay_out(struct sc_sample_plan *p, const struct key *key, struct sc_arena *arena)
{
    int h = -1;
    p->window = SC_NEW_ARRAY(arena, int64_t, p->n_windows);
    p->stratum = SC_NEW_ARRAY(arena, struct sc_stratum, p->n_strata);
    for (int64_t w = 0; w < p->n_windows; w++) {
        if (w == 0 || key[w].bin != key[w - 1].bin)
            p->stratum[++h].first = w;
        p->stratum[h].n++;
        p->window[w] = key[w].window;
    }
}

static void allot(struct sc_sample_plan *p, const struct sc_scenario *s)
{
    for (int h = 0; h < p->n_strata; h++) {
        struct sc_stratum *stratum = &p->stratum[h];
        int64_t share = BURSTY_WINDOWS * stratum->n / p->n_windows;
        stratum->drawn = is_bursty(s) && share > 1 ? (int)share : 1;
        if (stratum->drawn > stratum->n)
            stratum->drawn = (int)stratum->n;
    }
}

int64_t sc_sample_windows(const struct sc_sample_plan *p)
{
    int64_t n = 0;
    for (int h = 0; h < p->n_strata; h++)
        n += p->stratum[h].drawn;
    return n;
}

/* Leads and settled beginnings leave something behind, and so does the chance of the months that a
 * sample is held against: a quarter of what was asked for, and no more than 0.25 %. */
struct sc_sampling sc_sample_sampling(const struct sc_sample_plan *p, const struct sc_scenario *s)
{
    const double seen = (double)sc_sample_windows(p) * (double)p->window_ns / (double)p->horizon_ns,
                 least = s->precision.cost_frac < 0.01 ? s->precision.cost_frac / 4 : 0.0025;
    return (struct sc_sampling){.requests = (int64_t)(s->expected_requests + 0.5),
                                .seen_ppb = 1 + (int64_t)(seen * 999999999),
                                .least_ppm = 1 + (int64_t)(least * 1e6)};
}

static double share_of(const struct sc_sample_plan *p, const struct sc_scenario *s)
{
    double lead_ns = 0;
    for (int i = 0; i < s->n_architectures; i++)
        lead_ns += (double)lead_of(s, &s->architecture[i]) / s->n_architectures;
    return (double)sc_sample_windows(p) * ((double)p->window_ns + lead_ns) / (double)p->horizon_ns;
}

const char *sc_sample_plan(struct sc_sample_plan *p, const struct sc_scenario *s,
                           struct sc_arena *arena)
{
    const char *why = why_not(s);
    *p = (struct sc_sample_plan){.window_ns = window_length(s), .horizon_ns = s->horizon_ns};
    p->n_windows = (s->horizon_ns + p->window_ns - 1) / p->window_ns;
    if (why || p->n_windows < FEWEST_WINDOWS)
        return why ? why : "the horizon is too short to be sampled";
    struct key *key = sc_take(sizeof *key * (size_t)p->n_windows);
    int bins = FINEST_BINS;
    while ((p->n_strata = stratify(p, s, key, bins)) > MOST_STRATA && bins > 1)
        bins /= 2;
    lay_out(p, key, arena);
    sc_release(key);
    allot(p, s);
    p->share = share_of(p, s);
    return p->share < 0.5 ? NULL : "its traffic changes so often that a sample is hardly less";
}

struct sc_stretch sc_sample_draw(const struct sc_sample_plan *p, const struct sc_scenario *s,
                                 const struct sc_architecture *a, int replication, int stratum,
                                 int k)
{
    const struct sc_stratum *h = &p->stratum[stratum];
    uint64_t key =
        sc_key(sc_key(sc_key(0, (uint64_t)s->seed), (uint64_t)replication), SC_DRAW_SAMPLE);
    /* one from each of as many equal parts of the stratum, so that they do not crowd */
    int64_t from = h->n * k / h->drawn, to = h->n * (k + 1) / h->drawn;
    double place = (double)from + sc_unit(sc_draw(sc_key(key, (uint64_t)stratum), (uint64_t)k)) *
                                      (double)(to - from);
    int64_t begin_ns = p->window[h->first + (int64_t)place] * p->window_ns,
            rest_ns = p->horizon_ns - begin_ns, lead_ns = lead_of(s, a);
    int64_t settle_ns = SETTLE_NS;
    /* what happens once has nothing before it */
    if (!s->periodic) {
        const int64_t past_ns = begin_ns + s->warmup_ns;
        lead_ns = lead_ns < past_ns ? lead_ns : past_ns;
        settle_ns = settle_ns < past_ns - lead_ns ? settle_ns : past_ns - lead_ns;
    }
    return (struct sc_stretch){.begin_ns = begin_ns,
                               .length_ns = rest_ns < p->window_ns ? rest_ns : p->window_ns,
                               .lead_ns = lead_ns,
                               .settle_ns = settle_ns,
                               .weight = to - from};
}

static void add_meter(struct sc_record *r, const struct sc_meter *m, int64_t weight)
{
    struct sc_meter *sum = NULL;
    for (size_t i = 0; i < r->ledger.n_meters && !sum; i++)
        if (strcmp(r->ledger.meter[i].name, m->name) == 0)
            sum = &r->ledger.meter[i];
    if (!sum) {
        sc_ledger_meter(&r->ledger, NULL, m->name, 0);
        sum = &r->ledger.meter[r->ledger.n_meters - 1];
        sum->kind = m->kind;
        sum->combine = m->combine;
    }
    if (m->combine == SC_LEVEL) {
        sum->sum = m->sum;
        return;
    }
    sum->sum += m->sum * weight;
    if (m->kind == SC_METER_SUM)
        return;
    sc_i128 *hour = SC_NEW_ARRAY(&r->arena, sc_i128, sum->n_hours + 1);
    if (sum->n_hours > 0)
        memcpy(hour, sum->hour, sizeof *hour * (size_t)sum->n_hours);
    hour[sum->n_hours++] = m->sum * weight;
    sum->hour = hour;
}

static void add_counter(struct sc_record *r, const struct sc_counter *c, int64_t weight)
{
    for (size_t i = 0; i < r->ledger.n_counters; i++) {
        struct sc_counter *sum = &r->ledger.counter[i];
        if (strcmp(sum->name, c->name) != 0)
            continue;
        if (c->combine != SC_LARGEST)
            sum->value += c->value * weight;
        else if (c->value > sum->value)
            sum->value = c->value;
        return;
    }
    sc_ledger_count_at(&r->ledger, NULL, c->name,
                       c->combine == SC_LARGEST ? c->value : c->value * weight, c->combine);
}

static void add_hist(struct sc_record *r, const struct sc_named_hist *named, int64_t weight)
{
    const struct sc_hist *found = sc_ledger_find_hist(&r->ledger, named->name);
    struct sc_hist *sum = NULL;
    for (size_t i = 0; i < r->ledger.n_hists && found; i++)
        if (r->ledger.hist[i].hist == found)
            sum = r->ledger.hist[i].hist;
    if (!sum) {
        sum = SC_NEW(&r->arena, struct sc_hist);
        sc_hist_init(sum, &r->arena);
        sc_ledger_hist(&r->ledger, named->name, sum);
    }
    sc_hist_merge_times(sum, named->hist, (uint64_t)weight);
}

void sc_sample_add(struct sc_record *r, const struct sc_ledger *from, int64_t weight)
{
    r->ledger.arena = &r->arena;
    for (size_t i = 0; i < from->n_meters; i++)
        add_meter(r, &from->meter[i], weight);
    for (size_t i = 0; i < from->n_counters; i++)
        add_counter(r, &from->counter[i], weight);
    for (size_t i = 0; i < from->n_hists; i++)
        add_hist(r, &from->hist[i], weight);
    sc_ledger_index(&r->ledger);
}
