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
    SHARE = 1,         /* buckets for each pending event */
    LOOK_STEPS = 4096, /* work between looks at the width */
    WIDEST_SHIFT = 52,
    FEW = 16 /* as many are sorted by counting, more by a heap */
};

static inline uint64_t low_half(const struct sc_event *e)
{
    return (uint64_t)e->key << 32 | e->target;
}

/* Bit operations, not branches: a guess would be wrong half of the time. */
static inline bool before(const struct sc_event *a, const struct sc_event *b)
{
    return (a->at_ns < b->at_ns) | ((a->at_ns == b->at_ns) & (low_half(a) < low_half(b)));
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

static inline size_t opened(const struct sc_calendar *c)
{
    return (size_t)(c->last - c->first);
}

/* Begins the open array anew, with room for n events and the mark; keeps what is in it. */
SC_COLD static void more_open(struct sc_calendar *c, size_t n)
{
    size_t left = opened(c), taken = (size_t)(c->first - c->open);
    memmove(c->open, c->first, (left + 1) * sizeof *c->open);
    if (2 * n > c->open_cap || taken < c->open_cap / 2)
        c->open = sc_grow(c->open, &c->open_cap, 2 * n + 1, sizeof *c->open);
    c->first = c->open;
    c->last = c->open + left;
}

/* Nothing is open. */
static inline void close_open(struct sc_calendar *c)
{
    c->first = c->last = c->open;
    c->last->at_ns = INT64_MAX;
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
    if (SC_UNLIKELY(c->last + 1 == c->open + c->open_cap))
        more_open(c, opened(c) + 1);
    struct sc_event *at = c->last++, *end = at;
    c->last->at_ns = INT64_MAX;
    for (; at > c->first && before(&e, at - 1); at--)
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
        if (c->last + 1 == c->open + c->open_cap)
            more_open(c, opened(c) + 1);
        *c->last++ = c->link[i].event;
        last = i;
    }
    sort_many(c->open, opened(c));
    return last;
}

/* Those at the same instant lie side by side, in no order yet. */
static inline void order_equals(struct sc_event *e, unsigned n)
{
    bool equal = false;
    for (unsigned k = 1; k < n; k++)
        equal |= e[k].at_ns == e[k - 1].at_ns;
    if (SC_UNLIKELY(equal))
        sort_many(e, n);
}

/* Moves a bucket's list to the open array, which is empty; the links go back in one piece. An
 * event's place is the number of those before it. */
static inline void open_list(struct sc_calendar *c, uint32_t head)
{
    const struct sc_event *e[FEW];
    int64_t at_ns[FEW];
    unsigned place[FEW];
    struct sc_link *link;
    uint32_t i = head;
    unsigned n = 0;
    do {
        link = &c->link[i];
        e[n] = &link->event;
        at_ns[n] = link->event.at_ns;
        unsigned later = 0;
        for (unsigned k = 0; k < n; k++) {
            bool is_later = at_ns[k] > at_ns[n];
            place[k] += is_later;
            later += is_later;
        }
        place[n] = n - later;
        n++;
        i = link->next;
    } while (i && n < FEW);
    for (unsigned k = 0; k < n; k++)
        c->open[place[k]] = *e[k];
    c->last = c->open + n;
    if (SC_UNLIKELY(i))
        link = &c->link[open_many(c, i)];
    else
        order_equals(c->open, n);
    link->next = c->free;
    c->free = head;
    c->last->at_ns = INT64_MAX;
    c->in_wheel -= opened(c);
    c->seen += opened(c);
    c->work += opened(c) * opened(c) / 16;
}

/* Adds what has waited in the heap for this bucket. */
SC_COLD static void open_far(struct sc_calendar *c)
{
    while (c->n_far > 0 && c->far[0].at_ns >> c->shift <= c->turn)
        insert(c, far_pop(c));
    c->far_turn = c->n_far > 0 ? c->far[0].at_ns >> c->shift : INT64_MAX;
}

static inline int64_t end_of(const struct sc_calendar *c)
{
    bool is_last = c->turn == INT64_MAX >> c->shift;
    return is_last ? INT64_MAX : (int64_t)((uint64_t)(c->turn + 1) << c->shift);
}

/* Opens the next bucket that holds an event, up to number `until`. Empty ones are passed one by
 * one: where they are many, the work counted here soon brings a wider wheel. */
static inline void open_next(struct sc_calendar *c, int64_t until)
{
    close_open(c);
    while (c->turn < until && c->first == c->last) {
        c->turn++;
        c->work++;
        if (SC_UNLIKELY(c->in_wheel == 0))
            c->turn = until < c->far_turn ? until : c->far_turn;
        uint32_t *head = &c->bucket[(uint32_t)c->turn & c->mask];
        if (*head) {
            uint32_t i = *head;
            *head = 0;
            open_list(c, i);
        }
        if (SC_UNLIKELY(c->turn >= c->far_turn))
            open_far(c);
    }
    c->end_ns = end_of(c);
    /* the next bucket's first link comes while this one is worked on */
    __builtin_prefetch(&c->link[c->bucket[(uint32_t)(c->turn + 1) & c->mask]]);
}

static void shape(struct sc_calendar *c, int shift, uint32_t buckets)
{
    sc_release(c->bucket);
    c->bucket = sc_take(buckets * sizeof *c->bucket);
    c->mask = buckets - 1;
    c->shift = shift;
}

/* Takes everything out and puts it back into a wheel of another shape, of which no bucket is open
 * yet. */
static void rebuild(struct sc_calendar *c, int shift, uint32_t buckets)
{
    size_t n = 0, pending = opened(c) + c->in_wheel + c->n_far;
    struct sc_event *all = sc_take(pending * sizeof *all);
    int64_t first_ns = c->first->at_ns;
    while (c->first < c->last)
        all[n++] = *c->first++;
    for (uint32_t place = 0; place <= c->mask; place++) {
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
    c->in_wheel = c->n_far = 0;
    c->far_turn = INT64_MAX;
    close_open(c);
    shape(c, shift, buckets);
    c->turn = (first_ns >> shift) - 1;
    for (size_t i = 0; i < pending; i++)
        sc_calendar_push(c, all[i].at_ns, all[i].key, all[i].target);
    sc_release(all);
}

/* A bucket is four to eight gaps wide: so many events are sorted together without a wrong guess. */
static int shift_of(uint64_t gap_ns)
{
    int shift = 66 - __builtin_clzll(gap_ns | 1);
    return shift < WIDEST_SHIFT ? shift : WIDEST_SHIFT;
}

/* The mean gap of what was popped since the last look, or, when little was, of what waits in the
 * open bucket. */
static uint64_t mean_gap_ns(const struct sc_calendar *c)
{
    size_t left = opened(c), popped = c->seen - left;
    const struct sc_event *first = c->first, *last = c->last - 1;
    if (popped >= left || left < 2)
        return ((uint64_t)first->at_ns - (uint64_t)c->looked_ns) / (popped > 0 ? popped : 1);
    return ((uint64_t)last->at_ns - (uint64_t)first->at_ns) / (left - 1);
}

/* Fits the wheel to the events. An event must be open. The work between two looks pays for a
 * rebuild. */
SC_COLD static void look(struct sc_calendar *c)
{
    size_t pending = opened(c) + c->in_wheel + c->n_far;
    if (c->work < LOOK_STEPS + pending + c->mask / 8)
        return;
    int shift = shift_of(mean_gap_ns(c));
    uint32_t now = c->mask + 1, buckets = now;
    while (buckets < MOST_BUCKETS &&
           (buckets < SHARE * pending ||
            (c->n_far > pending / 4 && buckets < 8 * SHARE * pending && buckets == now)))
        buckets *= 2;
    while (buckets > FEWEST_BUCKETS && buckets / 16 > SHARE * pending)
        buckets /= 2;
    bool fits = shift - c->shift <= 1 && c->shift - shift <= 1 && buckets == now;
    c->looked_ns = c->first->at_ns;
    c->seen = fits ? opened(c) : 0;
    c->work = 0;
    if (fits)
        return;
    rebuild(c, shift, buckets);
    open_next(c, INT64_MAX >> shift);
}

bool sc_calendar_seek(struct sc_calendar *c, int64_t until_ns)
{
    open_next(c, until_ns >> c->shift);
    if (SC_UNLIKELY(c->work > LOOK_STEPS && c->first < c->last))
        look(c);
    return c->first->at_ns <= until_ns;
}

void sc_calendar_push_aside(struct sc_calendar *c, struct sc_event e)
{
    int64_t number = e.at_ns >> c->shift;
    if (number <= c->turn) {
        insert(c, e);
        if (SC_UNLIKELY(c->work > LOOK_STEPS))
            look(c);
    } else if (number - c->turn > c->mask) {
        far_push(c, e);
        c->far_turn = number < c->far_turn ? number : c->far_turn;
    } else {
        more_links(c);
        sc_calendar_push(c, e.at_ns, e.key, e.target);
    }
}

size_t sc_calendar_list(const struct sc_calendar *c, struct sc_event **list, size_t *cap)
{
    size_t n = 0;
    *list = sc_grow(*list, cap, opened(c) + c->in_wheel + c->n_far + 1, sizeof **list);
    for (const struct sc_event *e = c->first; e < c->last; e++)
        (*list)[n++] = *e;
    for (uint32_t place = 0; place <= c->mask; place++)
        for (uint32_t i = c->bucket[place]; i; i = c->link[i].next)
            (*list)[n++] = c->link[i].event;
    for (size_t i = 0; i < c->n_far; i++)
        (*list)[n++] = c->far[i];
    if (n > 1)
        sort_many(*list, n);
    return n;
}

void sc_calendar_init(struct sc_calendar *c, int64_t from_ns, int64_t gap_ns)
{
    *c = (struct sc_calendar){.looked_ns = from_ns, .far_turn = INT64_MAX};
    shape(c, shift_of(gap_ns > 0 ? (uint64_t)gap_ns : 1), FEWEST_BUCKETS);
    c->turn = (from_ns >> c->shift) - 1;
    c->end_ns = end_of(c);
    c->open = sc_grow(NULL, &c->open_cap, 2 * FEW, sizeof *c->open);
    close_open(c);
    more_links(c);
}

void sc_calendar_free(struct sc_calendar *c)
{
    sc_release(c->open);
    sc_release(c->bucket);
    sc_release(c->link);
    sc_release(c->far);
    *c = (struct sc_calendar){0};
}
