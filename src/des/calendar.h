/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_DES_CALENDAR_H
#define SC_DES_CALENDAR_H
/* The event calendar: a wheel of buckets a few mean gaps between events wide, a heap for what
 * lies beyond one turn, and the open bucket sorted. Push and pop cost O(1) on average; the wheel
 * fits its width to the events it has seen. Events are ordered by time, then by key, then by
 * target, so that equal times have one order and a run is reproducible. After Brown's calendar
 * queue (CACM 31(10), 1988). */
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
    /* The bucket being emptied, sorted: from `first` up to `last`, where a mark later than all
     * times lies, so that looking at the first event needs no count. */
    struct sc_event *first, *last;
    int64_t end_ns;   /* of the open bucket: nothing before it lies elsewhere */
    int64_t turn;     /* number of the open bucket: time / width, rounded down */
    uint32_t *bucket; /* heads of lists in `link`; 0: empty */
    struct sc_link *link;
    uint32_t mask; /* buckets - 1; there are a power of two */
    uint32_t free; /* list of unused links; 0: none */
    int shift;     /* a bucket is 2^shift ns wide */
    size_t in_wheel;
    int64_t far_turn;            /* number of the bucket of the first in `far`; INT64_MAX: none */
    struct sc_event *open, *far; /* far: binary heap of what lies beyond one turn */
    size_t open_cap, link_cap, n_far, far_cap;
    size_t seen, work; /* since the last look at the width: events opened, steps taken */
    int64_t looked_ns; /* the earliest event then */
};

/** An empty calendar whose events come about `gap_ns` apart, none before `from_ns`. Give back with
 * sc_calendar_free. */
void sc_calendar_init(struct sc_calendar *c, int64_t from_ns, int64_t gap_ns);
void sc_calendar_free(struct sc_calendar *c);

/** The rare ways of a push: into the open bucket, beyond the wheel, or when links run out. */
void sc_calendar_push_aside(struct sc_calendar *c, struct sc_event e);
/** Opens the next bucket that holds an event, if it begins at or before `until_ns`; the open one
 * must be empty and end there at the latest. Returns whether an event is due by then. */
bool sc_calendar_seek(struct sc_calendar *c, int64_t until_ns);

/** All that is pending, in order, into an array that grows (base/memory.h); returns how many. */
size_t sc_calendar_list(const struct sc_calendar *c, struct sc_event **list, size_t *cap);

/** Schedules an event at `at_ns`, within 2^62 ns of 0, which must not lie before the last one
 * popped. */
static inline void sc_calendar_push(struct sc_calendar *c, int64_t at_ns, uint32_t key,
                                    uint32_t target)
{
    struct sc_event e = {at_ns, key, target};
    int64_t number = at_ns >> c->shift;
    uint32_t i = c->free;
    if (SC_UNLIKELY((uint64_t)(number - c->turn) - 1 >= c->mask || !i)) {
        sc_calendar_push_aside(c, e);
        return;
    }
    uint32_t *head = &c->bucket[(uint32_t)number & c->mask];
    struct sc_link *link = &c->link[i];
    c->free = link->next;
    *link = (struct sc_link){e, *head};
    *head = i;
    c->in_wheel++;
}

/** Takes the earliest event if it is at or before `until_ns`. */
static inline bool sc_calendar_pop(struct sc_calendar *c, int64_t until_ns, struct sc_event *out)
{
    until_ns -= until_ns == INT64_MAX; /* the mark is never due */
    if (c->first->at_ns > until_ns && (until_ns < c->end_ns || !sc_calendar_seek(c, until_ns)))
        return false;
    *out = *c->first++;
    return true;
}
#endif
