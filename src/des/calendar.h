/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_DES_CALENDAR_H
#define SC_DES_CALENDAR_H
/* The event calendar: a wheel of buckets about as wide as the mean gap between events, a heap for
 * what lies beyond one turn, and the open bucket sorted. Push and pop cost O(1) on average; the
 * wheel fits its width to the events it has seen. Events are ordered by time, then by key, so that
 * equal times have one order and a run is reproducible. After Brown's calendar queue (CACM 31(10),
 * 1988). */
#include "base/memory.h"
#include <stdbool.h>
#include <stdint.h>

struct sc_event {
    int64_t at_ns;
    uint32_t key;    /* order among equal times */
    uint32_t target; /* whom it is for; the calendar does not look */
};

struct sc_link {
    struct sc_event event;
    uint32_t next;
};

struct sc_calendar {
    struct sc_event *open; /* the bucket being emptied, sorted: [taken, opened) */
    size_t taken, opened, open_cap;
    uint32_t *bucket;   /* heads of lists in `link`; 0: empty */
    uint64_t *occupied; /* a bit for each bucket that is not empty */
    struct sc_link *link;
    uint32_t free;    /* list of unused links; 0: none */
    uint32_t buckets; /* a power of two */
    int shift;        /* a bucket is 2^shift ns wide */
    int64_t turn;     /* number of the open bucket: time / width, rounded down */
    int64_t next;     /* number of the next bucket that holds an event; INT64_MAX: none */
    size_t in_wheel, link_cap;
    struct sc_event *far; /* binary heap of what lies beyond one turn */
    size_t n_far, far_cap;
    size_t seen, work; /* since the last look at the width: events opened, steps taken */
    int64_t looked_ns; /* the earliest event then */
};

/** An empty calendar whose events come about `gap_ns` apart, none before `from_ns`. Give back with
 * sc_calendar_free. */
void sc_calendar_init(struct sc_calendar *c, int64_t from_ns, int64_t gap_ns);
void sc_calendar_free(struct sc_calendar *c);

/** The rare ways of a push: into the open bucket, beyond the wheel, or when links run out. */
void sc_calendar_push_aside(struct sc_calendar *c, struct sc_event e);
/** Opens the bucket `next`, which holds an event; the open one must be empty. */
void sc_calendar_open(struct sc_calendar *c);

/** Schedules an event at `at_ns`, within 2^62 ns of 0, which must not lie before the last one
 * popped. */
static inline void sc_calendar_push(struct sc_calendar *c, int64_t at_ns, uint32_t key,
                                    uint32_t target)
{
    struct sc_event e = {at_ns, key, target};
    int64_t number = at_ns >> c->shift;
    uint32_t i = c->free, place = (uint32_t)number & (c->buckets - 1);
    if (SC_UNLIKELY((uint64_t)(number - c->turn) - 1 >= c->buckets - 1 || !i)) {
        sc_calendar_push_aside(c, e);
        return;
    }
    c->free = c->link[i].next;
    c->link[i] = (struct sc_link){e, c->bucket[place]};
    c->bucket[place] = i;
    c->occupied[place / 64] |= UINT64_C(1) << place % 64;
    c->in_wheel++;
    if (number < c->next)
        c->next = number;
}

/** Takes the earliest event if it is at or before `until_ns`. */
static inline bool sc_calendar_pop(struct sc_calendar *c, int64_t until_ns, struct sc_event *out)
{
    if (c->taken == c->opened) {
        if (until_ns >> c->shift < c->next)
            return false;
        sc_calendar_open(c);
    }
    const struct sc_event *e = &c->open[c->taken];
    if (e->at_ns > until_ns)
        return false;
    *out = *e;
    c->taken++;
    return true;
}
#endif
