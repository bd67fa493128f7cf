/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profile of a trace: fills windows from its index (trace.h). Counts are placed by draws keyed
 * by interval and place, and durations by draws keyed by request, so that a window is the same
 * whatever was read before it. Anywhere in the interval means: one lot of points, made in their
 * order, over which the keys are shuffled. After InVitro (Ustiugov et al., WORDS 2023), which
 * places counts by minute and samples durations from the quantiles of each function. */
#include "num/math.h"
#include "num/rng.h"
#include "traffic/order.h"
#include "traffic/points.h"
#include "traffic/profile.h"

#include <math.h>
#include <string.h>

static const int64_t MEMBER_NS = 1000000; /* between the members of a group */

/* What a trial keeps: room to read and to place a window, and the interval that was opened last. */
struct state {
    struct sc_entry *room;
    const struct sc_entry *entry; /* n_entries of them from the place `from` on */
    uint64_t from;
    uint32_t n_entries;
    struct sc_instant *instant, *spare;
    struct sc_points points;
    bool opened;
    uint64_t points_key;
    uint32_t *label; /* the keys of the interval's points; NULL: there is one key */
};

static void *start(const struct sc_source *s, uint64_t key, int64_t from_ns, int64_t to_ns,
                   struct sc_arena *arena)
{
    const struct sc_trace *t = s->trace;
    struct state *state = SC_NEW(arena, struct state);
    (void)key, (void)from_ns, (void)to_ns;
    if (t->index.sorted)
        state->room = SC_NEW_ARRAY(arena, struct sc_entry, t->most_entries);
    if (t->plan.counted && t->plan.placement == SC_PLACE_POISSON) {
        state->points.upto =
            SC_NEW_ARRAY(arena, double, sc_points_room((int64_t)t->most_in_interval));
        if (t->n_keys > 1)
            state->label = SC_NEW_ARRAY(arena, uint32_t, t->most_in_interval);
    } else if (t->plan.counted) {
        state->instant = SC_NEW_ARRAY(arena, struct sc_instant, t->most_requests);
        state->spare = SC_NEW_ARRAY(arena, struct sc_instant, t->most_requests);
    }
    return state;
}

/* Windows of one interval share its entries. */
static const struct sc_entry *read_entries(const struct sc_trace *t, const struct sc_trace_mark *m,
                                           struct state *state)
{
    if (!state->entry || state->from != m->entry || state->n_entries != m->n_entries) {
        state->from = m->entry;
        state->n_entries = m->n_entries;
        state->entry = sc_index_read(&t->index, m->entry, m->n_entries, state->room);
    }
    return state->entry;
}

/* One interval being placed: its draws are numbered in the order of its entries. */
struct interval {
    const struct sc_trace_plan *plan;
    uint64_t phases, key, draws;
    int64_t since_ns; /* from the window's first interval to this one */
};

static uint64_t within(const struct interval *v, double fraction)
{
    return (uint64_t)(fraction * (double)v->plan->interval_ns);
}

static void place_group(struct interval *v, uint64_t what, struct sc_instant *out, int n)
{
    uint64_t at_ns = within(v, sc_unit(sc_draw(v->key, v->draws++)));
    for (int i = 0; i < n; i++, at_ns += (uint64_t)MEMBER_NS)
        out[i] = (struct sc_instant){(uint64_t)v->since_ns + at_ns % (uint64_t)v->plan->interval_ns,
                                     what};
}

/* Groups whose size is geometric with the mean that was asked for. */
static void place_groups(struct interval *v, uint64_t what, struct sc_instant *out, int n)
{
    double scale = v->plan->burst > 1 ? 1 / sc_log(1 - 1 / v->plan->burst) : 0;
    for (int done = 0; done < n;) {
        double more = sc_log(sc_unit(sc_draw(v->key, v->draws++))) * scale;
        int size = more < n - done - 1 ? 1 + (int)more : n - done;
        place_group(v, what, out + done, size);
        done += size;
    }
}

static void place_entry(struct interval *v, const struct sc_entry *e, struct sc_instant *out)
{
    int n = (int)e->value;
    uint64_t since = (uint64_t)v->since_ns;
    if (v->plan->placement == SC_PLACE_BURSTY) {
        place_groups(v, e->key, out, n);
        return;
    }
    double phase = sc_unit(sc_draw(v->phases, e->key));
    for (int i = 0; i < n; i++)
        out[i] = (struct sc_instant){since + within(v, (i + phase) / n), e->key};
}

/* Which window, in which round of a repeated trace. */
struct at {
    const struct sc_trace_mark *mark;
    int64_t round, shift_ns; /* from the file's clock to ours */
    uint64_t key;
};

static uint64_t interval_key(const struct sc_trace *t, const struct at *at, int64_t at_ns)
{
    uint64_t phases = sc_key(at->key, SC_DRAW_GAP);
    return sc_key(sc_key(phases, (uint64_t)at->round), (uint64_t)(at_ns - t->origin_ns));
}

/* Key by key, and then in order. */
static void place_by_key(const struct sc_trace *t, const struct at *at, struct state *state,
                         struct sc_window *w)
{
    const struct sc_entry *e = state->entry;
    int64_t base_ns = at->mark->at_ns + t->origin_ns;
    struct interval v = {.plan = &t->plan, .phases = sc_key(at->key, SC_DRAW_GAP)};
    int n = 0;
    for (uint32_t i = 0; i < at->mark->n_entries; i++) {
        if (i == 0 || e[i].at_ns != e[i - 1].at_ns) {
            v.since_ns = e[i].at_ns - base_ns;
            v.key = interval_key(t, at, e[i].at_ns);
            v.draws = 0;
        }
        place_entry(&v, &e[i], state->instant + n);
        n += (int)e[i].value;
    }
    sc_instants_sort(state->instant, state->spare, n);
    for (int i = 0; i < n; i++) {
        w->at_ns[i] = base_ns + at->shift_ns + (int64_t)state->instant[i].at_ns;
        w->pool[i] = (uint32_t)state->instant[i].what;
    }
}

/* The keys of the interval's requests, entry by entry; returns how many requests there are. */
static int64_t list_labels(const struct sc_entry *e, uint32_t n_entries, uint32_t *label)
{
    int64_t n = 0;
    for (uint32_t i = 0; i < n_entries; i++) {
        int64_t here = (int64_t)e[i].value;
        for (int64_t k = 0; label && k < here; k++)
            label[n + k] = e[i].key;
        n += here;
    }
    return n;
}

/* Ready to place requests of the interval whose entries these are. */
static void open_interval(const struct sc_trace *t, const struct at *at, const struct sc_entry *e,
                          uint32_t n_entries, struct state *state)
{
    uint64_t key = interval_key(t, at, e->at_ns);
    if (state->opened && state->points_key == key)
        return;
    int64_t n = list_labels(e, n_entries, state->label);
    if (state->label && n_entries > 1)
        sc_points_shuffle(sc_key(key, SC_DRAW_PICK), state->label, n);
    sc_points_open(&state->points, key, n, t->plan.interval_ns);
    state->opened = true;
    state->points_key = key;
}

/* All keys at once, in order, from the place that earlier windows reached. */
static void place_anywhere(const struct sc_trace *t, const struct at *at, struct state *state,
                           struct sc_window *w)
{
    const struct sc_entry *e = state->entry, *end = e + at->mark->n_entries;
    int64_t skipped = at->mark->skipped;
    for (int n = 0; n < w->n;) {
        uint32_t same = 1;
        while (e + same < end && e[same].at_ns == e->at_ns)
            same++;
        open_interval(t, at, e, same, state);
        int64_t left = state->points.n - skipped, most = w->n - n;
        int here = (int)(left < most ? left : most);
        sc_points_fill(&state->points, skipped, here, e->at_ns + at->shift_ns, w->at_ns + n);
        if (state->label)
            memcpy(w->pool + n, state->label + skipped, (size_t)here * sizeof *w->pool);
        n += here;
        e += same;
    }
}

static void draw_durations(const struct sc_trace *t, const struct at *at, struct sc_window *w)
{
    uint64_t durations = sc_key(at->key, SC_DRAW_PATH);
    for (int i = 0; i < w->n; i++)
        w->duration_ns[i] = sc_dist_draw(&t->key[w->pool[i]].duration_ns,
                                         sc_draw(durations, w->first + (uint64_t)i), 0);
}

static void copy_rows(const struct at *at, const struct sc_entry *e, struct sc_window *w)
{
    for (int i = 0; i < w->n; i++) {
        w->at_ns[i] = e[i].at_ns + at->shift_ns;
        w->duration_ns[i] = e[i].value;
        w->pool[i] = e[i].key;
    }
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool fill(const struct sc_source *s, void *state, uint64_t key, int64_t b,
                 struct sc_window *w)
{
    const struct sc_trace *t = s->trace;
    struct state *room = state;
    int64_t windows = (int64_t)t->n_marks, round = floor_div(b, windows);
    w->n = 0;
    if (!t->plan.repeat && round != 0)
        return round < 0;
    struct at at = {.mark = &t->mark[b - round * windows],
                    .round = round,
                    .key = key,
                    .shift_ns = round * t->length_ns - t->origin_ns};
    if (w->cap < (int)t->most_requests)
        sc_window_reserve(w, (int)t->most_requests, true);
    w->n = (int)(at.mark[1].request - at.mark->request);
    w->first = (uint64_t)round * t->total + at.mark->request;
    read_entries(t, at.mark, room);
    if (!t->plan.counted)
        copy_rows(&at, room->entry, w);
    else if (t->plan.placement == SC_PLACE_POISSON)
        place_anywhere(t, &at, room, w);
    else
        place_by_key(t, &at, room, w);
    if (t->plan.counted && t->plan.timed)
        draw_durations(t, &at, w);
    return true;
}

/* The first window that begins after a time; n_marks where none does. */
static size_t mark_after(const struct sc_trace *t, int64_t at_ns)
{
    size_t low = 0, high = t->n_marks;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (t->mark[middle].at_ns <= at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first of the windows that begin last before or at a time within the trace: those of one
 * interval begin together. */
static size_t mark_at(const struct sc_trace *t, int64_t at_ns)
{
    size_t after = mark_after(t, at_ns);
    return after > 0 ? mark_after(t, t->mark[after - 1].at_ns - 1) : 0;
}

static int64_t window_at(const struct sc_source *s, void *state, int64_t at_ns)
{
    const struct sc_trace *t = s->trace;
    (void)state;
    int64_t round = t->plan.repeat ? floor_div(at_ns, t->length_ns) : 0;
    /* A nanosecond earlier: rows of one time may lie in two windows. */
    return round * (int64_t)t->n_marks + (int64_t)mark_at(t, at_ns - round * t->length_ns - 1);
}

/* Requests before a time, taken as evenly spread within each window. */
static double before(const struct sc_trace *t, int64_t at_ns)
{
    int64_t round = t->plan.repeat ? floor_div(at_ns, t->length_ns) : 0;
    at_ns -= round * t->length_ns;
    double sum = (double)round * (double)t->total;
    const struct sc_trace_mark *m = &t->mark[mark_at(t, at_ns)],
                               *next = &t->mark[mark_after(t, m->at_ns)];
    if (at_ns <= m->at_ns)
        return sum + (double)m->request;
    double share = (double)(at_ns - m->at_ns) / (double)(next->at_ns - m->at_ns);
    return sum + (double)m->request +
           (share < 1 ? share : 1) * (double)(next->request - m->request);
}

static double expected(const struct sc_source *s, int64_t from_ns, int64_t to_ns)
{
    return before(s->trace, to_ns) - before(s->trace, from_ns);
}

static int64_t period_ns(const struct sc_source *s)
{
    return s->trace->plan.repeat ? s->trace->length_ns : -1;
}

static int64_t length_ns(const struct sc_source *s)
{
    return s->trace->plan.repeat ? 0 : s->trace->length_ns;
}

static const struct sc_field fields[] = {
    {.key = "file",
     .help = "the CSV, relative to the scenario's folder",
     .kind = SC_FIELD_TEXT,
     .required = 1,
     .offset = offsetof(struct sc_traced, file)},
    {.key = "rows",
     .help = "one row a request: the columns arrival_s (or _ms, _us, _ns) or end_s (...), "
             "duration_s or duration_ms, "
             "key, memory_mb",
     .kind = SC_FIELD_JSON,
     .schema = "{\"type\": \"object\"}",
     .offset = offsetof(struct sc_traced, rows_json)},
    {.key = "counts",
     .help = "or counts: the columns timestamp_s, requests and key; or wide: true (a column an "
             "interval) and key",
     .kind = SC_FIELD_JSON,
     .schema = "{\"type\": \"object\"}",
     .offset = offsetof(struct sc_traced, counts_json)},
    {.key = "durations",
     .help = "a second table: file, key, mean_ms and quantiles_ms (column: share)",
     .kind = SC_FIELD_JSON,
     .schema = "{\"type\": \"object\"}",
     .offset = offsetof(struct sc_traced, durations_json)},
    {.key = "memory",
     .help = "another: file, key, memory_mb",
     .kind = SC_FIELD_JSON,
     .schema = "{\"type\": \"object\"}",
     .offset = offsetof(struct sc_traced, memory_json)},
    {.key = "interval_s",
     .help = "length of a count's interval",
     .kind = SC_FIELD_NS,
     .def = 60,
     .min = 1e-3,
     .max = 1e7,
     .offset = offsetof(struct sc_traced, interval_ns)},
    {.key = "placement",
     .help = "where an interval's requests lie in it",
     .kind = SC_FIELD_CHOICE,
     .choices = SC_PLACEMENT_CHOICES,
     .offset = offsetof(struct sc_traced, placement)},
    {.key = "burst",
     .help = "bursty: mean size of a group",
     .kind = SC_FIELD_REAL,
     .def = 10,
     .min = 1,
     .max = 1e6,
     .offset = offsetof(struct sc_traced, burst)},
    {.key = "from_s",
     .help = "time 0 on the file's clock; without: the first arrival or interval",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .min = -4e9,
     .max = 4e9,
     .offset = offsetof(struct sc_traced, from_s)},
    {.key = "repeat",
     .help = "begin again at the end",
     .kind = SC_FIELD_BOOL,
     .offset = offsetof(struct sc_traced, repeat)},
    {.key = NULL},
};

const struct sc_traffic_type sc_trace_traffic = {
    .name = "trace",
    .summary = "recorded requests, or counts of them, from a CSV",
    .size = sizeof(struct sc_traced),
    .fields = fields,
    .start = start,
    .fill = fill,
    .window_at = window_at,
    .expected = expected,
    .period_ns = period_ns,
    .length_ns = length_ns,
};
