/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/completions.h"

#include "base/memory.h"

#include <assert.h>
#include <string.h>

enum {
    FEWEST_SLICES = 64,
    MOST_SLICES = 1 << 12,
    PART_BITS = 12, /* a slice is sorted by at most so many bits of the instant */
    FEW = 48,       /* as many are sorted by insertion alone */
    WIDEST_SHIFT = 50,
    MOST_OFF = 2 /* octaves between the width and what would fit */
};

static int shift_of(int64_t gap_ns)
{
    uint64_t width_ns = (uint64_t)(gap_ns > 0 ? gap_ns : 1) * SC_SLICE_ARRIVALS;
    int shift = 63 - __builtin_clzll(width_ns);
    return shift < WIDEST_SHIFT ? shift : WIDEST_SHIFT;
}

static inline void append(struct sc_instants *list, int64_t at_ns)
{
    if (SC_UNLIKELY(list->n == list->cap))
        list->at_ns = sc_grow(list->at_ns, &list->cap, list->n + 1, sizeof *list->at_ns);
    list->at_ns[list->n++] = at_ns;
}

static inline struct sc_instants *list_of(struct sc_completions *c, int64_t at_ns)
{
    int64_t turn = at_ns >> c->shift;
    return SC_LIKELY(turn - c->turn <= c->mask) ? &c->slice[(uint32_t)turn & c->mask] : &c->far;
}

static void make_ring(struct sc_completions *c, uint32_t n)
{
    c->mask = n - 1;
    c->slice = sc_take(n * sizeof *c->slice);
}

static void free_ring(struct sc_completions *c)
{
    for (uint32_t i = 0; c->slice && i <= c->mask; i++)
        sc_release(c->slice[i].at_ns);
    sc_release(c->slice);
    sc_release(c->far.at_ns);
    c->far = (struct sc_instants){0};
}

void sc_completions_init(struct sc_completions *c, int64_t from_ns, int64_t gap_ns)
{
    *c = (struct sc_completions){.shift = shift_of(gap_ns)};
    c->turn = from_ns >> c->shift;
    c->count = sc_take(((size_t)1 << PART_BITS) * sizeof *c->count);
    c->due_ns = sc_grow(NULL, &c->due_cap, 2 * SC_SLICE_ARRIVALS, sizeof *c->due_ns);
    c->due_ns[0] = INT64_MAX;
    make_ring(c, FEWEST_SLICES);
}

void sc_completions_free(struct sc_completions *c)
{
    free_ring(c);
    sc_release(c->due_ns);
    sc_release(c->count);
    *c = (struct sc_completions){0};
}

static void add_all(struct sc_completions *c, const struct sc_instants *list)
{
    for (size_t i = 0; i < list->n; i++)
        append(list_of(c, list->at_ns[i]), list->at_ns[i]);
    c->n_pending += list->n;
}

/* Puts everything into a ring of another shape. */
static SC_COLD void reshape(struct sc_completions *c, int shift, uint32_t slices)
{
    struct sc_completions old = *c;
    int64_t begin_ns = (int64_t)((uint64_t)c->turn << c->shift);
    assert(!c->is_open);
    c->shift = shift;
    c->turn = begin_ns >> shift;
    c->far = (struct sc_instants){0};
    c->n_pending = 0;
    make_ring(c, slices);
    for (uint32_t i = 0; i <= old.mask; i++)
        add_all(c, &old.slice[i]);
    add_all(c, &old.far);
    free_ring(&old);
}

void sc_completions_fit(struct sc_completions *c, int64_t gap_ns)
{
    int shift = shift_of(gap_ns), off = shift - c->shift;
    if (off <= -MOST_OFF || off >= MOST_OFF)
        reshape(c, shift, c->mask + 1);
}

void sc_completions_add(struct sc_completions *c, const int64_t *at_ns, const int64_t *run_ns,
                        size_t n, int64_t most_ns)
{
    const struct sc_completions shape = *c; /* nothing of it changes here */
    size_t left_out = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t end_ns = at_ns[i] + run_ns[i], turn = end_ns >> shape.shift;
        bool is_near = turn - shape.turn <= shape.mask;
        if (SC_UNLIKELY(run_ns[i] <= 0 || run_ns[i] > most_ns))
            left_out++;
        else
            append(SC_LIKELY(is_near) ? &shape.slice[(uint32_t)turn & shape.mask] : &c->far,
                   end_ns);
    }
    c->n_pending += n - left_out;
}

static void make_room(struct sc_completions *c, size_t n)
{
    if (SC_UNLIKELY(n + 2 > c->due_cap))
        c->due_ns = sc_grow(c->due_ns, &c->due_cap, n + 2, sizeof *c->due_ns);
}

void sc_completions_insert(struct sc_completions *c, int64_t at_ns)
{
    c->n_pending++;
    if (!c->is_open || at_ns >> c->shift > c->turn) {
        append(list_of(c, at_ns), at_ns);
        return;
    }
    make_room(c, c->n_due + 1);
    size_t i = c->next;
    while (c->due_ns[i] < at_ns)
        i++;
    c->n_due++; /* the mark moves too */
    memmove(c->due_ns + i + 1, c->due_ns + i, (c->n_due - i) * sizeof *c->due_ns);
    c->due_ns[i] = at_ns;
}

static bool take_out(struct sc_instants *list, int64_t at_ns)
{
    size_t i = list->n;
    while (i > 0 && list->at_ns[i - 1] != at_ns)
        i--;
    if (i > 0)
        list->at_ns[i - 1] = list->at_ns[--list->n];
    return i > 0;
}

void sc_completions_remove(struct sc_completions *c, int64_t at_ns)
{
    c->n_pending--;
    if (c->is_open && at_ns >> c->shift <= c->turn) {
        size_t i = c->next;
        while (c->due_ns[i] != at_ns)
            i++;
        memmove(c->due_ns + i, c->due_ns + i + 1, (c->n_due - i) * sizeof *c->due_ns);
        c->n_due--;
        return;
    }
    if (!take_out(list_of(c, at_ns), at_ns)) /* far ones may have come near meanwhile */
        take_out(&c->far, at_ns);
}

void sc_completions_move(struct sc_completions *c, int64_t at_ns, int64_t to_ns)
{
    if (!c->is_open || to_ns >> c->shift > c->turn) {
        sc_completions_remove(c, at_ns);
        sc_completions_insert(c, to_ns);
        return;
    }
    size_t i = c->next;
    while (c->due_ns[i] != at_ns)
        i++;
    for (; c->due_ns[i + 1] < to_ns; i++)
        c->due_ns[i] = c->due_ns[i + 1];
    c->due_ns[i] = to_ns;
}

/* Takes from `far` what the ring has room for now; where that is much the ring is too small. */
static void bring_nearer(struct sc_completions *c)
{
    size_t kept = 0, n = c->far.n;
    for (size_t i = 0; i < n; i++) {
        int64_t at_ns = c->far.at_ns[i];
        if ((at_ns >> c->shift) - c->turn <= c->mask)
            append(&c->slice[(uint32_t)(at_ns >> c->shift) & c->mask], at_ns);
        else
            c->far.at_ns[kept++] = at_ns;
    }
    c->far.n = kept;
    if (n > c->n_pending / 8 && n > SC_SLICE_ARRIVALS && c->mask + 1 < MOST_SLICES)
        reshape(c, c->shift, 2 * (c->mask + 1));
}

/* Two passes of a bubble sort at once, without a branch: they bring the few that share a part of
 * the slice into order, save where four do. Returns whether all are in order. */
static bool settle(int64_t *at_ns, size_t n)
{
    int64_t first = INT64_MIN, second = INT64_MIN, last = INT64_MIN;
    bool sorted = true;
    for (size_t i = 0; i < n + 2; i++) {
        int64_t moved = i < n ? at_ns[i] : INT64_MAX;
        int64_t low = moved < first ? moved : first;
        first = moved < first ? first : moved;
        int64_t lowest = low < second ? low : second;
        second = low < second ? second : low;
        sorted &= lowest >= last;
        last = lowest;
        if (i >= 2)
            at_ns[i - 2] = lowest;
    }
    return sorted;
}

static inline void insertion_sort(int64_t *at_ns, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        int64_t moved_ns = at_ns[i];
        size_t k = i;
        for (; k > 0 && at_ns[k - 1] > moved_ns; k--)
            at_ns[k] = at_ns[k - 1];
        at_ns[k] = moved_ns;
    }
}

/* By the upper bits of the place in the slice; what shares them is set right by insertion. */
static void sort_by_parts(struct sc_completions *c, const struct sc_instants *list)
{
    uint64_t begin_ns = (uint64_t)c->turn << c->shift;
    size_t n = list->n;
    int bits = 65 - __builtin_clzll(n); /* two to four parts for each */
    bits = bits < PART_BITS ? bits : PART_BITS;
    int part = c->shift > bits ? c->shift - bits : 0;
    size_t parts = (size_t)1 << (c->shift - part);
    uint32_t *count = c->count, sum = 0;
    int64_t *due_ns = c->due_ns;
    memset(count, 0, parts * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[((uint64_t)list->at_ns[i] - begin_ns) >> part]++;
    for (size_t i = 0; i < parts; i++) {
        uint32_t here = count[i];
        count[i] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        due_ns[count[((uint64_t)list->at_ns[i] - begin_ns) >> part]++] = list->at_ns[i];
}

void sc_completions_open(struct sc_completions *c)
{
    assert(!c->is_open);
    if (SC_UNLIKELY(c->far.n > 0 && ((uint32_t)c->turn & (c->mask >> 1)) == 0))
        bring_nearer(c);
    struct sc_instants *list = &c->slice[(uint32_t)c->turn & c->mask];
    make_room(c, list->n);
    if (list->n > FEW)
        sort_by_parts(c, list);
    else if (list->n > 0)
        memcpy(c->due_ns, list->at_ns, list->n * sizeof *c->due_ns);
    if (list->n <= FEW || !settle(c->due_ns, list->n))
        insertion_sort(c->due_ns, list->n);
    c->due_ns[list->n] = INT64_MAX;
    c->next = 0;
    c->n_due = list->n;
    list->n = 0;
    c->is_open = true;
}

void sc_completions_close(struct sc_completions *c)
{
    assert(c->is_open && c->next == c->n_due);
    c->n_pending -= c->n_due;
    c->next = c->n_due = 0;
    c->due_ns[0] = INT64_MAX;
    c->is_open = false;
    c->turn++;
}

void sc_completions_skip(struct sc_completions *c, int64_t at_ns)
{
    assert(!c->is_open && c->n_pending == 0);
    if (at_ns >> c->shift > c->turn)
        c->turn = at_ns >> c->shift;
}
