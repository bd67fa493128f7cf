/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profile of a trace: fills windows from its index (trace.h). Counts are placed by draws keyed
 * by interval and place, and durations by draws keyed by request, so that a window is the same
 * whatever was read before it. After InVitro (Ustiugov et al., WORDS 2023), which places counts by
 * minute and samples durations from the quantiles of each function. */
#include "num/math.h"
#include "num/rng.h"
#include "traffic/order.h"
#include "traffic/profile.h"

#include <math.h>

static const int64_t MEMBER_NS = 1000000; /* between the members of a group */

/* What a trial keeps: room to read and to order a window. */
struct state {
    struct sc_entry *entry;
    struct sc_instant *instant, *spare;
};

static void *start(const struct sc_source *s, uint64_t key, int64_t from_ns, int64_t to_ns,
                   struct sc_arena *arena)
{
    const struct sc_trace *t = s->trace;
    struct state *state = SC_NEW(arena, struct state);
    (void)key, (void)from_ns, (void)to_ns;
    if (t->index.sorted)
        state->entry = SC_NEW_ARRAY(arena, struct sc_entry, t->most_entries);
    if (t->plan.counted) {
        state->instant = SC_NEW_ARRAY(arena, struct sc_instant, t->most_requests);
        state->spare = SC_NEW_ARRAY(arena, struct sc_instant, t->most_requests);
    }
    return state;
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
    } else if (v->plan->placement == SC_PLACE_UNIFORM) {
        double phase = sc_unit(sc_draw(v->phases, e->key));
        for (int i = 0; i < n; i++)
            out[i] = (struct sc_instant){since + within(v, (i + phase) / n), e->key};
    } else {
        for (int i = 0; i < n; i++)
            out[i] = (struct sc_instant){since + within(v, sc_unit(sc_draw(v->key, v->draws++))),
                                         e->key};
    }
}

/* Which window, in which round of a repeated trace. */
struct at {
    const struct sc_trace_mark *mark;
    int64_t round, shift_ns; /* from the file's clock to ours */
    uint64_t key;
};

static void place_counts(const struct sc_trace *t, const struct at *at, const struct sc_entry *e,
                         struct state *state)
{
    int64_t base_ns = at->mark->at_ns + t->origin_ns;
    struct interval v = {.plan = &t->plan, .phases = sc_key(at->key, SC_DRAW_GAP)};
    int n = 0;
    for (uint64_t i = 0; i < at->mark[1].entry - at->mark->entry; i++) {
        if (i == 0 || e[i].at_ns != e[i - 1].at_ns) {
            v.since_ns = e[i].at_ns - base_ns;
            v.key = sc_key(sc_key(v.phases, (uint64_t)at->round),
                           (uint64_t)(e[i].at_ns - t->origin_ns));
            v.draws = 0;
        }
        place_entry(&v, &e[i], state->instant + n);
        n += (int)e[i].value;
    }
    sc_instants_sort(state->instant, state->spare, n);
}

static void copy_counts(const struct sc_trace *t, const struct at *at, const struct state *state,
                        struct sc_window *w)
{
    uint64_t durations = sc_key(at->key, SC_DRAW_PATH);
    int64_t base_ns = at->mark->at_ns + t->origin_ns + at->shift_ns;
    for (int i = 0; i < w->n; i++) {
        w->at_ns[i] = base_ns + (int64_t)state->instant[i].at_ns;
        w->pool[i] = (uint32_t)state->instant[i].what;
    }
    for (int i = 0; i < w->n; i++)
        w->duration_ns[i] = t->plan.timed
                                ? sc_dist_draw(&t->key[w->pool[i]].duration_ns,
                                               sc_draw(durations, w->first + (uint64_t)i), 0)
                                : 0;
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
    const struct sc_entry *e = sc_index_read(
        &t->index, at.mark->entry, (size_t)(at.mark[1].entry - at.mark->entry), room->entry);
    if (t->plan.counted) {
        place_counts(t, &at, e, room);
        copy_counts(t, &at, room, w);
    } else {
        copy_rows(&at, e, w);
    }
    return true;
}

/* The last window that begins at or before a time within the trace. */
static size_t mark_at(const struct sc_trace *t, int64_t at_ns)
{
    size_t low = 0, high = t->n_marks;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (t->mark[middle].at_ns <= at_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
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
    const struct sc_trace_mark *m = &t->mark[mark_at(t, at_ns)];
    if (at_ns <= m->at_ns)
        return sum + (double)m->request;
    double share = (double)(at_ns - m->at_ns) / (double)(m[1].at_ns - m->at_ns);
    return sum + (double)m->request + (share < 1 ? share : 1) * (double)(m[1].request - m->request);
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
