/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_TRACE_H
#define SC_TRAFFIC_TRACE_H
/* Recorded traffic: one row a request (when, how long, of which key), or counts of requests per key
 * and interval, which are kept exactly and placed within the interval by keyed draws. A reader
 * (scenario/tracefile) adds rows and counts in any order; the index puts them in order, on disk if
 * they are many; then the trace is const and any trial reads any window. */
#include "num/dist.h"
#include "traffic/index.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sc_arena;

enum sc_placement {
    SC_PLACE_POISSON, /* each anywhere in the interval */
    SC_PLACE_UNIFORM, /* evenly spaced, each key at a phase of its own */
    SC_PLACE_BURSTY   /* in groups, 1 ms from one to the next */
};
#define SC_PLACEMENT_CHOICES "poisson|uniform|bursty"

struct sc_trace_key {
    const char *name;
    int line;                   /* where it was first seen */
    double memory_mb;           /* 0: unknown */
    struct sc_dist duration_ns; /* of counts, when `timed` */
    uint64_t requests;
    bool joined; /* has a row of the table read last */
};

/** What is known before the first row. */
struct sc_trace_plan {
    bool counted; /* counts per interval, else rows */
    bool timed;   /* requests have durations */
    bool by_key;  /* rows and counts belong to keys; else to one nameless key */
    bool has_from, repeat;
    int64_t from_ns; /* time 0 on the file's clock; without: the first request's or interval's */
    int64_t interval_ns;
    int placement;    /* enum sc_placement */
    double burst;     /* mean size of a group, at least 1 */
    size_t run_bytes; /* memory of the index; 0: SC_INDEX_RUN_BYTES */
};

/** A window: where it begins, and the entries it is made of: rows, or the counts of whole
 * intervals. An interval with many requests is several windows of the same entries. */
struct sc_trace_mark {
    int64_t at_ns; /* since time 0 */
    uint64_t entry, request;
    uint32_t n_entries, skipped; /* requests of the interval that lie in earlier windows */
};

struct sc_trace {
    struct sc_trace_plan plan;
    struct sc_arena *arena; /* borrowed */
    struct sc_trace_key *key;
    size_t n_keys, cap_keys;
    uint32_t *place; /* names to keys: a hash table, places from 1 */
    size_t cap_place;
    struct sc_index index;
    int64_t first_ns, last_ns; /* on the file's clock, silent intervals too */
    int64_t origin_ns, length_ns;
    uint64_t total;
    struct sc_trace_mark *mark; /* n_marks windows, and the end */
    size_t n_marks, cap_marks, most_entries, most_requests;
    size_t most_in_interval; /* counts: requests */
};

/** A trace without rows. Names go into the arena, which must outlive it. */
struct sc_trace *sc_trace_new(struct sc_arena *arena, const struct sc_trace_plan *plan);
void sc_trace_free(struct sc_trace *t); /* NULL is fine */

/** The place of a key, added with `line` if it is new. */
uint32_t sc_trace_key(struct sc_trace *t, const char *name, int line);
/** The key of that name, or NULL. */
struct sc_trace_key *sc_trace_find(const struct sc_trace *t, const char *name);

/** Adds a row: a request that arrives at `at_ns` on the file's clock and takes `duration_ns` >= 0.
 */
SC_MUST_CHECK int sc_trace_add(struct sc_trace *t, uint32_t key, int64_t at_ns, double duration_ns,
                               struct sc_error *err);
/** Adds `requests` to the interval that holds `at_ns`; a whole number, 0 adds nothing. */
SC_MUST_CHECK int sc_trace_count(struct sc_trace *t, uint32_t key, int64_t at_ns, double requests,
                                 struct sc_error *err);
/** After the last row: orders all and lays out the windows. Errors: no request; more than 4194304
 * in one interval. */
SC_MUST_CHECK int sc_trace_finish(struct sc_trace *t, struct sc_error *err);
#endif
