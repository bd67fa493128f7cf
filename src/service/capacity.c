/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/capacity.h"

static const int64_t SECOND_NS = INT64_C(1000000000);
static const int64_t WINDOW_NS = INT64_C(1800000000000); /* 30 min, DDB-OD-1 */
enum { MOST_SECONDS = 16, MOST_PARTITIONS = 32, FEW = 64 };

/* Seconds and half hours are those of the clock. */
static int64_t next_of(int64_t now_ns, int64_t step_ns)
{
    int64_t past_ns = now_ns % step_ns;
    return now_ns - past_ns + (past_ns < 0 ? 0 : step_ns);
}

void sc_capacity_start(struct sc_capacity *c, const struct sc_capacity_start *s,
                       struct sc_arena *arena)
{
    *c = (struct sc_capacity){
        .table = sc_bucket_full(s->per_s, s->per_s * s->burst_s, s->now_ns),
        .partition = SC_NEW_ARRAY(arena, struct sc_bucket, s->n_partitions),
        .n_partitions = s->n_partitions,
        .on_demand = s->on_demand,
        .limit_per_s = s->per_s,
        .second_end_ns = next_of(s->now_ns, SECOND_NS),
        .peak_before = s->per_s / 2,
        .window_end_ns = next_of(s->now_ns, WINDOW_NS),
    };
    for (uint32_t i = 0; i < s->n_partitions; i++)
        c->partition[i] = sc_bucket_full(s->partition_per_s, s->partition_per_s, s->now_ns);
}

/* A half hour is over: its peak doubles what the table takes at once from now on. */
static SC_COLD void turn_window(struct sc_capacity *c, int64_t now_ns)
{
    c->window_end_ns = next_of(now_ns, WINDOW_NS);
    if (c->peak > c->peak_before)
        c->peak_before = c->peak;
    c->peak = 0;
    if (2 * c->peak_before > c->limit_per_s) {
        c->limit_per_s = 2 * c->peak_before;
        c->table = sc_bucket_full(c->limit_per_s, c->limit_per_s, now_ns);
    }
}

/* The peak is of what was served, second by second; a saved-up burst is no rate. */
void sc_capacity_turn(struct sc_capacity *c, int64_t now_ns)
{
    if (!c->on_demand || now_ns < c->second_end_ns)
        return;
    int64_t rate = c->used < c->limit_per_s ? c->used : c->limit_per_s;
    if (rate > c->peak)
        c->peak = rate;
    c->used = 0;
    c->second_end_ns = next_of(now_ns, SECOND_NS);
    if (now_ns >= c->window_end_ns)
        turn_window(c, now_ns);
}

/* One operation larger than a second's worth drains a second of its partition. */
static inline int64_t slice_of(const struct sc_bucket *partition, int64_t units)
{
    return units < partition->per_s ? units : partition->per_s;
}

static inline bool take(struct sc_capacity *c, uint32_t place, int64_t now_ns, int64_t units)
{
    struct sc_bucket *p = &c->partition[place];
    int64_t slice = slice_of(p, units);
    if (!sc_bucket_take(p, now_ns, slice))
        return false;
    if (sc_bucket_take(&c->table, now_ns, units))
        return true;
    sc_bucket_return(p, slice);
    return false;
}

bool sc_capacity_take(struct sc_capacity *c, uint32_t place, int64_t now_ns, int64_t units)
{
    if (!take(c, place, now_ns, units))
        return false;
    sc_capacity_turn(c, now_ns);
    c->used += units;
    return true;
}

int64_t sc_capacity_bears(const struct sc_capacity *c, int64_t units)
{
    int64_t level = c->table.level;
    for (uint32_t i = 0; i < c->n_partitions; i++)
        level = c->partition[i].level < level ? c->partition[i].level : level;
    return units > 0 ? level / SECOND_NS / units : INT64_MAX;
}

static void take_in_order(struct sc_capacity *c, struct sc_touches *t, const int64_t *units)
{
    sc_touches_sort(t);
    for (size_t i = 0; i < t->n; i++)
        sc_capacity_take(c, t->touch[i].place, t->touch[i].at_ns, units[t->touch[i].what]);
}

/* Touches within a few seconds, added up without an order. */
struct sums {
    int64_t first_ns, last_ns, begin_ns; /* begin: of the second under way before them */
    int64_t units, partition[MOST_PARTITIONS], second[MOST_SECONDS];
};

/* False where they are few, or far apart, or a half hour ends among them: order costs little, or
 * matters. */
static bool is_dense(const struct sc_capacity *c, const struct sc_touches *t, struct sums *s)
{
    if (t->n < FEW || c->n_partitions > MOST_PARTITIONS)
        return false;
    *s = (struct sums){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    for (size_t i = 0; i < t->n; i++) {
        int64_t at_ns = t->touch[i].at_ns;
        s->first_ns = at_ns < s->first_ns ? at_ns : s->first_ns;
        s->last_ns = at_ns > s->last_ns ? at_ns : s->last_ns;
    }
    s->begin_ns = c->second_end_ns - SECOND_NS;
    return s->first_ns >= s->begin_ns && s->last_ns < c->window_end_ns &&
           s->last_ns - s->begin_ns < MOST_SECONDS * SECOND_NS;
}

static void add_up(const struct sc_capacity *c, const struct sc_touches *t, const int64_t *units,
                   struct sums *s)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct sc_touch *touch = &t->touch[i];
        int64_t n = units[touch->what];
        s->units += n;
        s->partition[touch->place] += slice_of(&c->partition[touch->place], n);
        s->second[(uint64_t)(touch->at_ns - s->begin_ns) / (uint64_t)SECOND_NS] += n;
    }
}

/* What a bucket holds at `end_ns` if it is never full until then and `units` are taken. */
static int64_t never_full(const struct sc_bucket *b, int64_t end_ns, int64_t units)
{
    int64_t gap_ns = end_ns - b->last_ns;
    return gap_ns < b->refill_ns ? b->level + gap_ns * b->per_s - units * SECOND_NS : INT64_MAX;
}

static void finish(struct sc_bucket *b, int64_t end_ns, int64_t lowest)
{
    sc_bucket_take(b, end_ns, 0);
    b->level = lowest < b->level ? lowest : b->level;
}

/* How long the slowest bucket needs for all the units: what was taken so long before the last take
 * no longer shows at its instant, once the bucket has been full since. */
static int64_t trace_ns(const struct sc_capacity *c, int64_t units)
{
    int64_t per_s = c->table.per_s;
    for (uint32_t i = 0; i < c->n_partitions; i++)
        per_s = c->partition[i].per_s < per_s ? c->partition[i].per_s : per_s;
    return units * SECOND_NS / (per_s > 0 ? per_s : 1) + 1;
}

static void keep_after(struct sc_touches *t, int64_t after_ns)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        t->touch[n] = t->touch[i];
        n += t->touch[i].at_ns > after_ns;
    }
    t->n = n;
}

/* A bucket that refuses nothing ends with the least of: what it would hold had it never been full;
 * what it would hold had it last been full at one of the takes (see sc_bucket_take_each). The
 * latter is less than full only for the last few takes, so they alone are put in order. */
static void take_tail(struct sc_capacity *c, struct sc_touches *t, const int64_t *units,
                      const struct sums *s)
{
    const int64_t end_ns = s->last_ns, tail_ns = end_ns - trace_ns(c, s->units);
    int64_t lowest[MOST_PARTITIONS], lowest_of_all = never_full(&c->table, end_ns, s->units);
    for (uint32_t i = 0; i < c->n_partitions; i++)
        lowest[i] = never_full(&c->partition[i], end_ns, s->partition[i]);
    c->table.level = c->table.full;
    c->table.last_ns = tail_ns;
    for (uint32_t i = 0; i < c->n_partitions; i++) {
        c->partition[i].level = c->partition[i].full;
        c->partition[i].last_ns = tail_ns;
    }
    keep_after(t, tail_ns);
    sc_touches_sort(t);
    for (size_t i = 0; i < t->n; i++)
        take(c, t->touch[i].place, t->touch[i].at_ns, units[t->touch[i].what]);
    finish(&c->table, end_ns, lowest_of_all);
    for (uint32_t i = 0; i < c->n_partitions; i++)
        finish(&c->partition[i], end_ns, lowest[i]);
}

void sc_capacity_take_all(struct sc_capacity *c, struct sc_touches *t, const int64_t *units)
{
    struct sums s;
    if (!is_dense(c, t, &s)) {
        take_in_order(c, t, units);
        t->n = 0;
        return;
    }
    add_up(c, t, units, &s);
    for (int64_t i = 0; i < MOST_SECONDS; i++) {
        if (s.second[i] > 0)
            sc_capacity_turn(c, s.begin_ns + i * SECOND_NS);
        c->used += s.second[i];
    }
    take_tail(c, t, units, &s);
    t->n = 0;
}
