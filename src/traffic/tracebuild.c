/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/trace.h"

#include "base/memory.h"
#include "num/rng.h"
#include "traffic/points.h"
#include "traffic/traffic.h"
#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum {
    ROWS_IN_WINDOW = 4096,
    POINTS_IN_WINDOW = 4 * SC_POINTS_BLOCK, /* of one interval */
    MOST_IN_INTERVAL = 1 << 22,
    FIRST_PLACES = 64
};

struct sc_trace *sc_trace_new(struct sc_arena *arena, const struct sc_trace_plan *plan)
{
    struct sc_trace *t = SC_NEW(arena, struct sc_trace);
    t->plan = *plan;
    t->arena = arena;
    t->first_ns = INT64_MAX;
    t->last_ns = INT64_MIN;
    sc_index_init(&t->index, plan->run_bytes ? plan->run_bytes : SC_INDEX_RUN_BYTES);
    if (!plan->by_key)
        sc_trace_key(t, "", 0);
    return t;
}

void sc_trace_free(struct sc_trace *t)
{
    if (!t)
        return;
    sc_index_free(&t->index);
    sc_release(t->key);
    sc_release(t->place);
    sc_release(t->mark);
    t->key = NULL;
    t->place = NULL;
    t->mark = NULL;
    t->n_keys = t->cap_keys = t->cap_place = t->n_marks = t->cap_marks = 0;
}

/* The slot of a name: its own, or the free one where it belongs. */
static size_t slot_of(const struct sc_trace *t, const char *name)
{
    size_t slot = (size_t)sc_key_text(0, name) & (t->cap_place - 1);
    while (t->place[slot] && strcmp(t->key[t->place[slot] - 1].name, name) != 0)
        slot = (slot + 1) & (t->cap_place - 1);
    return slot;
}

static void widen(struct sc_trace *t)
{
    sc_release(t->place);
    t->cap_place = t->cap_place ? 2 * t->cap_place : FIRST_PLACES;
    t->place = sc_take(t->cap_place * sizeof *t->place);
    for (size_t i = 0; i < t->n_keys; i++)
        t->place[slot_of(t, t->key[i].name)] = (uint32_t)i + 1;
}

uint32_t sc_trace_key(struct sc_trace *t, const char *name, int line)
{
    if (2 * t->n_keys >= t->cap_place)
        widen(t);
    size_t slot = slot_of(t, name);
    if (t->place[slot])
        return t->place[slot] - 1;
    t->key = sc_grow(t->key, &t->cap_keys, t->n_keys + 1, sizeof *t->key);
    t->key[t->n_keys] = (struct sc_trace_key){.name = sc_arena_text(t->arena, name), .line = line};
    t->place[slot] = (uint32_t)++t->n_keys;
    return t->place[slot] - 1;
}

struct sc_trace_key *sc_trace_find(const struct sc_trace *t, const char *name)
{
    size_t slot = t->cap_place ? slot_of(t, name) : 0;
    return t->cap_place && t->place[slot] ? &t->key[t->place[slot] - 1] : NULL;
}

static int add(struct sc_trace *t, const struct sc_entry *e, uint64_t requests,
               struct sc_error *err)
{
    if (t->plan.has_from && e->at_ns < t->plan.from_ns)
        return sc_fail(err, NULL, "%.9g s lies before time 0 of the trace, from_s = %.9g",
                       (double)e->at_ns * 1e-9, (double)t->plan.from_ns * 1e-9);
    t->first_ns = e->at_ns < t->first_ns ? e->at_ns : t->first_ns;
    t->last_ns = e->at_ns > t->last_ns ? e->at_ns : t->last_ns;
    t->key[e->key].requests += requests;
    t->total += requests;
    return requests > 0 ? sc_index_add(&t->index, e, err) : 0;
}

int sc_trace_add(struct sc_trace *t, uint32_t key, int64_t at_ns, double duration_ns,
                 struct sc_error *err)
{
    struct sc_entry e = {.at_ns = at_ns, .value = duration_ns, .key = key};
    assert(!t->plan.counted && duration_ns >= 0);
    return add(t, &e, 1, err);
}

int sc_trace_count(struct sc_trace *t, uint32_t key, int64_t at_ns, double requests,
                   struct sc_error *err)
{
    int64_t zero = t->plan.has_from ? t->plan.from_ns : 0, since = at_ns - zero,
            length = t->plan.interval_ns;
    struct sc_entry e = {.at_ns = at_ns, .value = requests, .key = key};
    assert(t->plan.counted && requests >= 0);
    if (requests > MOST_IN_INTERVAL)
        return sc_fail(
            err, NULL,
            "%.0f requests in one interval are above the maximum, %d: give shorter intervals",
            requests, MOST_IN_INTERVAL);
    if (since >= 0 || !t->plan.has_from)
        e.at_ns = zero + (since / length - (since % length < 0)) * length;
    return add(t, &e, (uint64_t)requests, err);
}

/* The walk over the ordered entries that lays out the windows. */
struct layout {
    struct sc_trace *t;
    uint64_t entry, request;
    struct sc_trace_mark interval; /* where the current interval begins */
    uint64_t in_interval;          /* its requests */
    bool open;                     /* the last window takes more intervals */
};

static void put_mark(struct layout *l, struct sc_trace_mark mark)
{
    struct sc_trace *t = l->t;
    if (t->n_marks > 0) {
        size_t requests = (size_t)(mark.request - t->mark[t->n_marks - 1].request);
        t->most_requests = requests > t->most_requests ? requests : t->most_requests;
    }
    t->mark = sc_grow(t->mark, &t->cap_marks, t->n_marks + 2, sizeof *t->mark);
    t->mark[t->n_marks++] = mark;
}

static void add_entries(struct sc_trace *t, uint32_t n)
{
    struct sc_trace_mark *m = &t->mark[t->n_marks - 1];
    m->n_entries += n;
    if (m->n_entries > t->most_entries)
        t->most_entries = m->n_entries;
}

/* Points that are made in their order need no window larger than the others. */
static bool has_parts(const struct layout *l)
{
    return l->t->plan.placement == SC_PLACE_POISSON && l->in_interval > POINTS_IN_WINDOW;
}

/* A window of counts is whole intervals, enough of them to be worth the way, or a part of one. */
static void close_interval(struct layout *l)
{
    struct sc_trace *t = l->t;
    uint32_t entries = (uint32_t)(l->entry - l->interval.entry);
    if (l->in_interval > t->most_in_interval)
        t->most_in_interval = (size_t)l->in_interval;
    struct sc_trace_mark m = l->interval;
    if (has_parts(l)) {
        for (l->open = false; m.skipped < l->in_interval; m.skipped += POINTS_IN_WINDOW) {
            m.request = l->interval.request + m.skipped;
            put_mark(l, m);
            add_entries(t, entries);
        }
        return;
    }
    if (!l->open || m.request - t->mark[t->n_marks - 1].request >= SC_WINDOW_POINTS)
        put_mark(l, m);
    l->open = true;
    add_entries(t, entries);
}

static int lay_out_count(struct layout *l, const struct sc_entry *e, struct sc_error *err)
{
    int64_t at_ns = e->at_ns - l->t->origin_ns;
    if (l->entry == 0 || at_ns != l->interval.at_ns) {
        if (l->entry > 0)
            close_interval(l);
        l->interval =
            (struct sc_trace_mark){.at_ns = at_ns, .entry = l->entry, .request = l->request};
        l->in_interval = 0;
    }
    l->entry++;
    l->request += (uint64_t)e->value;
    l->in_interval += (uint64_t)e->value;
    if (l->in_interval > MOST_IN_INTERVAL)
        return sc_fail(
            err, NULL,
            "%" PRIu64
            " requests in the interval at %.9g s are above the maximum, %d: give shorter ones",
            l->in_interval, (double)e->at_ns * 1e-9, MOST_IN_INTERVAL);
    return 0;
}

static void lay_out_row(struct layout *l, const struct sc_entry *e)
{
    if (l->entry % ROWS_IN_WINDOW == 0)
        put_mark(l, (struct sc_trace_mark){.at_ns = e->at_ns - l->t->origin_ns,
                                           .entry = l->entry,
                                           .request = l->request});
    add_entries(l->t, 1);
    l->entry++;
    l->request++;
}

static int lay_out(struct layout *l, const struct sc_entry *e, struct sc_error *err)
{
    if (l->t->plan.counted)
        return lay_out_count(l, e, err);
    lay_out_row(l, e);
    return 0;
}

/* A repeated trace of rows begins again after a gap like the others. */
static int64_t length_of(const struct sc_trace *t)
{
    if (t->plan.counted)
        return t->last_ns - t->origin_ns + t->plan.interval_ns;
    int64_t span = t->last_ns - t->origin_ns,
            gap = t->total > 1 ? span / (int64_t)(t->total - 1) : 1000000000;
    return span + (gap > 0 ? gap : 1);
}

int sc_trace_finish(struct sc_trace *t, struct sc_error *err)
{
    if (t->total == 0)
        return sc_fail(err, NULL, "the trace has no request");
    if (sc_index_sort(&t->index, err))
        return -1;
    t->origin_ns = t->plan.has_from ? t->plan.from_ns : t->first_ns;
    struct layout l = {.t = t};
    struct sc_entry *room = sc_take(ROWS_IN_WINDOW * sizeof *room);
    int failed = 0;
    while (!failed && l.entry < t->index.count) {
        uint64_t left = t->index.count - l.entry;
        size_t n = left < ROWS_IN_WINDOW ? (size_t)left : ROWS_IN_WINDOW;
        const struct sc_entry *e = sc_index_read(&t->index, l.entry, n, room);
        for (size_t i = 0; i < n && !failed; i++)
            failed = lay_out(&l, &e[i], err);
    }
    sc_release(room);
    if (failed)
        return -1;
    if (t->plan.counted)
        close_interval(&l);
    t->length_ns = length_of(t);
    put_mark(&l,
             (struct sc_trace_mark){.at_ns = t->length_ns, .entry = l.entry, .request = l.request});
    t->n_marks--;
    return 0;
}
