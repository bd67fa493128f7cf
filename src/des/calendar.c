/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "des/calendar.h"

#include <assert.h>
#include <string.h>

/* A negative time's bucket number must be rounded down, not towards 0: >> does that on gcc and
 * clang. */
_Static_assert(-3 >> 1 == -2, "an arithmetic shift");

enum {
    FEWEST_BUCKETS = 256,
    MOST_BUCKETS = 1 << 22,
    SHARE = 2,         /* buckets for each pending event */
    LOOK_STEPS = 4096, /* work between looks at the width */
    WIDEST_SHIFT = 52,
    FEW = 48 /* as many are sorted by insertion, more by a heap */
};

static inline bool before(const struct sc_event *a, const struct sc_event *b)
{
    return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a->key < b->key);
}

/* Sinks `e` from place i into the heap of n, the earliest on top, or the latest when `latest` (for
 * sorting). */
static inline void sink(struct sc_event *heap, size_t n, size_t i, struct sc_event e, bool latest)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && before(&heap[child + 1], &heap[child]) != latest)
            child++;
        if (before(&heap[child], &e) == latest)
            break;
        heap[i] = heap[child];
    }
    heap[i] = e;
}

SC_COLD static void sort_many(struct sc_event *e, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sink(e, n, i, e[i], true);
    for (size_t i = n - 1; i > 0; i--) {
        struct sc_event last = e[i];
        e[i] = e[0];
        sink(e, i, 0, last, true);
    }
}

static void far_push(struct sc_calendar *c, struct sc_event e)
{
    if (c->n_far == c->far_cap)
        c->far = sc_grow(c->far, &c->far_cap, c->n_far + 1, sizeof *c->far);
    size_t i = c->n_far++;
    for (size_t parent; i > 0 && before(&e, &c->far[parent = (i - 1) / 2]); i = parent)
        c->far[i] = c->far[parent];
    c->far[i] = e;
}

static struct sc_event far_pop(struct sc_calendar *c)
{
    struct sc_event top = c->far[0], last = c->far[--c->n_far];
    sink(c->far, c->n_far, 0, last, false);
    return top;
}

SC_COLD static void more_open(struct sc_calendar *c)
{
    c->opened -= c->taken;
    memmove(c->open, c->open + c->taken, c->opened * sizeof *c->open);
    c->taken = 0;
    if (c->opened > c->open_cap / 2)
        c->open = sc_grow(c->open, &c->open_cap, c->open_cap + 1, sizeof *c->open);
}

SC_COLD static void more_links(struct sc_calendar *c)
{
    size_t old = c->link_cap;
    assert(old <= UINT32_MAX / 2);
    c->link = sc_grow(c->link, &c->link_cap, old + 1, sizeof *c->link);
    for (size_t i = c->link_cap - 1; i >= (old ? old : 1); i--) {
        c->link[i].next = c->free;
        c->free = (uint32_t)i;
    }
}

static inline void insert(struct sc_calendar *c, struct sc_event e)
{
    if (SC_UNLIKELY(c->opened == c->open_cap))
        more_open(c);
    struct sc_event *at = c->open + c->opened++, *first = c->open + c->taken, *end = at;
    for (; at > first && before(&e, at - 1); at--)
        *at = at[-1];
    *at = e;
    c->seen++;
    c->work += 1 + (size_t)(end - at) / 8;
}

/* The rest of a long list, from link i on; returns the last link. */
SC_COLD static uint32_t open_many(struct sc_calendar *c, uint32_t i)
{
    uint32_t last = i;
    for (; i; i = c->link[i].next) {
        if (c->opened == c->open_cap)
            more_open(c);
        c->open[c->opened++] = c->link[i].event;
        last = i;
    }
    sort_many(c->open, c->opened);
    return last;
}

/* Moves a bucket's list to the open array, which is empty; the links go back in one piece. */
static inline void open_list(struct sc_calendar *c, uint32_t head)
{
    struct sc_event *open = c->open;
    uint32_t i = head, last;
    size_t n = 0;
    do {
        struct sc_event e = c->link[i].event;
        size_t at = n++;
        for (; at > 0 && before(&e, &open[at - 1]); at--)
            open[at] = open[at - 1];
        open[at] = e;
        last = i;
        i = c->link[i].next;
    } while (i && n < FEW);
    c->opened = n;
    if (SC_UNLIKELY(i))
        last = open_many(c, i);
    c->link[last].next = c->free;
    c->free = head;
    c->in_wheel -= c->opened;
    c->seen += c->opened;
    c->work += c->opened + n * n / 16;
}

/* Adds what has waited in the heap for this bucket. */
SC_COLD static void open_far(struct sc_calendar *c)
{
    while (c->n_far > 0 && c->far[0].at_ns >> c->shift <= c->turn)
        insert(c, far_pop(c));
}

/* Finds the next bucket that holds an event, and fetches its first link while the open one is
 * worked on. */
static inline void find_next(struct sc_calendar *c)
{
    c->next = INT64_MAX;
    if (SC_LIKELY(c->in_wheel > 0)) {
        uint32_t mask = c->buckets - 1, from = (uint32_t)(c->turn + 1) & mask, word = from / 64;
        uint64_t bits = c->occupied[word] & (~UINT64_C(0) << from % 64);
        while (!bits) {
            word = (word + 1) & (mask / 64);
            bits = c->occupied[word];
            c->work++;
        }
        uint32_t place = word * 64 + (uint32_t)__builtin_ctzll(bits);
        c->next = c->turn + 1 + ((place - from) & mask);
        __builtin_prefetch(&c->link[c->bucket[place]]);
    }
    if (SC_UNLIKELY(c->n_far > 0) && c->far[0].at_ns >> c->shift < c->next)
        c->next = c->far[0].at_ns >> c->shift;
}

static void shape(struct sc_calendar *c, int shift, uint32_t buckets)
{
    sc_release(c->bucket);
    sc_release(c->occupied);
    c->bucket = sc_take(buckets * sizeof *c->bucket);
    c->occupied = sc_take(buckets / 8);
    c->buckets = buckets;
    c->shift = shift;
}

/* Takes everything out and puts it back into a wheel of another shape, of which no bucket is open
 * yet. */
static void rebuild(struct sc_calendar *c, int shift, uint32_t buckets)
{
    size_t n = 0, pending = c->opened - c->taken + c->in_wheel + c->n_far;
    struct sc_event *all = sc_take(pending * sizeof *all);
    int64_t first_ns = c->open[c->taken].at_ns;
    for (size_t i = c->taken; i < c->opened; i++)
        all[n++] = c->open[i];
    for (uint32_t place = 0; place < c->buckets; place++) {
        uint32_t next;
        for (uint32_t i = c->bucket[place]; i; i = next) {
            all[n++] = c->link[i].event;
            next = c->link[i].next;
            c->link[i].next = c->free;
            c->free = i;
        }
    }
    if (c->n_far > 0)
        memcpy(all + n, c->far, c->n_far * sizeof *all);
    c->taken = c->opened = c->in_wheel = c->n_far = 0;
    shape(c, shift, buckets);
    c->turn = (first_ns >> shift) - 1;
    c->next = INT64_MAX;
    for (size_t i = 0; i < pending; i++)
        sc_calendar_push(c, all[i].at_ns, all[i].key, all[i].target);
    sc_release(all);
}

/* A bucket is one to two gaps wide. At least 2 ns: then differences of numbers, and any number and
 * INT64_MAX, differ. */
static int shift_of(uint64_t gap_ns)
{
    int shift = 64 - __builtin_clzll(gap_ns | 1);
    return shift < WIDEST_SHIFT ? shift : WIDEST_SHIFT;
}

/* The mean gap of what was popped since the last look, or, when little was, of what waits in the
 * open bucket. */
static uint64_t mean_gap_ns(const struct sc_calendar *c)
{
    size_t left = c->opened - c->taken, popped = c->seen - left;
    const struct sc_event *first = c->open + c->taken, *last = c->open + c->opened - 1;
    if (popped >= left || left < 2)
        return ((uint64_t)first->at_ns - (uint64_t)c->looked_ns) / (popped > 0 ? popped : 1);
    return ((uint64_t)last->at_ns - (uint64_t)first->at_ns) / (left - 1);
}

static inline void open_next(struct sc_calendar *c)
{
    uint32_t place = (uint32_t)c->next & (c->buckets - 1), head = c->bucket[place];
    c->turn = c->next;
    c->taken = c->opened = 0;
    c->bucket[place] = 0;
    c->occupied[place / 64] &= ~(UINT64_C(1) << place % 64);
    if (SC_LIKELY(head))
        open_list(c, head);
    if (SC_UNLIKELY(c->n_far > 0) && c->far[0].at_ns >> c->shift <= c->turn)
        open_far(c);
    find_next(c);
}

/* Fits the wheel to the events. An event must be open. The work between two looks pays for a
 * rebuild. */
SC_COLD static void look(struct sc_calendar *c)
{
    size_t pending = c->opened - c->taken + c->in_wheel + c->n_far;
    if (c->work < LOOK_STEPS + pending + c->buckets / 8)
        return;
    int shift = shift_of(mean_gap_ns(c));
    uint32_t buckets = c->buckets;
    while (buckets < MOST_BUCKETS &&
           (buckets < SHARE * pending ||
            (c->n_far > pending / 4 && buckets < 8 * SHARE * pending && buckets == c->buckets)))
        buckets *= 2;
    while (buckets > FEWEST_BUCKETS && buckets / 16 > SHARE * pending)
        buckets /= 2;
    bool fits = shift - c->shift <= 1 && c->shift - shift <= 1 && buckets == c->buckets;
    c->looked_ns = c->open[c->taken].at_ns;
    c->seen = fits ? c->opened - c->taken : 0;
    c->work = 0;
    if (fits)
        return;
    rebuild(c, shift, buckets);
    open_next(c);
}

void sc_calendar_open(struct sc_calendar *c)
{
    open_next(c);
    if (SC_UNLIKELY(c->work > LOOK_STEPS))
        look(c);
}

void sc_calendar_push_aside(struct sc_calendar *c, struct sc_event e)
{
    int64_t number = e.at_ns >> c->shift;
    if (number <= c->turn) {
        insert(c, e);
        if (SC_UNLIKELY(c->work > LOOK_STEPS))
            look(c);
    } else if (number - c->turn >= c->buckets) {
        far_push(c, e);
        c->next = number < c->next ? number : c->next;
    } else {
        more_links(c);
        sc_calendar_push(c, e.at_ns, e.key, e.target);
    }
}

void sc_calendar_init(struct sc_calendar *c, int64_t from_ns, int64_t gap_ns)
{
    *c = (struct sc_calendar){.looked_ns = from_ns};
    shape(c, shift_of(gap_ns > 0 ? (uint64_t)gap_ns : 1), FEWEST_BUCKETS);
    c->turn = (from_ns >> c->shift) - 1;
    c->next = INT64_MAX;
    c->open = sc_grow(NULL, &c->open_cap, 64, sizeof *c->open);
    more_links(c);
}

void sc_calendar_free(struct sc_calendar *c)
{
    sc_release(c->open);
    sc_release(c->bucket);
    sc_release(c->occupied);
    sc_release(c->link);
    sc_release(c->far);
    *c = (struct sc_calendar){0};
}
