/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_COMPLETIONS_H
#define SC_SERVICE_COMPLETIONS_H
/* The instants at which running executions end, where nothing but the instant matters: a calendar
 * without events. Time is cut into slices of about SC_SLICE_ARRIVALS arrivals; an instant is thrown
 * onto the list of its slice, and a slice is sorted when it is opened, all at once, which costs a
 * few ns each. Every arrival of a slice must be known before it is opened: what is added later
 * belongs to a later slice, but for the rare instants that are inserted one by one. */
#include "base/compiler.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SC_SLICE_ARRIVALS = 1024 };

struct sc_instants {
    int64_t *at_ns;
    size_t n, cap;
};

struct sc_completions {
    /* Those of the open slice, in order, from `next` on; then a mark, INT64_MAX. */
    int64_t *due_ns;
    size_t next, n_due, due_cap;
    bool is_open;
    int64_t turn;              /* number of the slice that is open or opened next: time / width */
    int shift;                 /* a slice is 2^shift ns wide */
    struct sc_instants *slice; /* a ring of mask + 1 lists */
    struct sc_instants far;    /* beyond the ring; looked through every half turn of it */
    uint32_t mask;
    size_t n_pending; /* in all lists */
    uint32_t *count;  /* room to sort */
};

/** Nothing is pending, and nothing will be before `from_ns`. Give back with sc_completions_free. */
void sc_completions_init(struct sc_completions *c, int64_t from_ns, int64_t gap_ns);
void sc_completions_free(struct sc_completions *c);

/** Fits the width to arrivals `gap_ns` apart, when it is far off. No slice may be open. */
void sc_completions_fit(struct sc_completions *c, int64_t gap_ns);

/** Adds the ends of `n` executions, of the next slice to be opened or of later ones; those that run
 * for longer than `most_ns`, or not at all, are left out. */
void sc_completions_add(struct sc_completions *c, const int64_t *at_ns, const int64_t *run_ns,
                        size_t n, int64_t most_ns);
/** Adds one, which may lie in the open slice but not before what has been taken from it. */
void sc_completions_insert(struct sc_completions *c, int64_t at_ns);
/** Takes one of those at that instant out; it must be there and not yet due. */
void sc_completions_remove(struct sc_completions *c, int64_t at_ns);
/** Moves one to a later instant. */
void sc_completions_move(struct sc_completions *c, int64_t at_ns, int64_t to_ns);

/** The bounds of the slice that is open or would be opened next. */
static inline int64_t sc_completions_begin_ns(const struct sc_completions *c)
{
    return (int64_t)((uint64_t)c->turn << c->shift);
}
static inline int64_t sc_completions_end_ns(const struct sc_completions *c)
{
    return (int64_t)((uint64_t)(c->turn + 1) << c->shift);
}
/** Sorts the next slice and opens it. */
void sc_completions_open(struct sc_completions *c);
/** Closes the open slice, all of which has been taken. */
void sc_completions_close(struct sc_completions *c);
/** Passes slices until the one that holds `at_ns`; nothing may be pending. */
void sc_completions_skip(struct sc_completions *c, int64_t at_ns);
#endif
