/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_INDEX_H
#define SC_TRAFFIC_INDEX_H
/* Entries of a trace ordered by time, in bounded memory: sorted runs of a fixed size, and when
 * there is more than one, they go to a temporary file and are merged into another. Entries of equal
 * time keep the order in which they came. */
#include "base/error.h"
#include <stdint.h>
#include <stdio.h>

struct sc_entry {
    int64_t at_ns;
    double value;       /* a row: duration in ns; a count: requests of the interval */
    uint32_t key, line; /* the key's place; its line in the file */
};

enum { SC_INDEX_RUN_BYTES = 64 << 20 };

struct sc_index {
    size_t most;          /* entries of a run */
    struct sc_entry *run; /* the current run; all of it when there is one only */
    size_t n, cap;
    uint64_t count; /* of all runs */
    uint64_t *run_start;
    size_t n_runs, cap_runs;
    FILE *runs, *sorted; /* NULL while everything fits in memory */
};

/** `run_bytes` bounds the memory while entries come: at least two entries. */
void sc_index_init(struct sc_index *ix, size_t run_bytes);
void sc_index_free(struct sc_index *ix);

/** Adds one; fails when a temporary file cannot be written. */
SC_MUST_CHECK int sc_index_add(struct sc_index *ix, const struct sc_entry *entry,
                               struct sc_error *err);
/** After the last: puts all in order. */
SC_MUST_CHECK int sc_index_sort(struct sc_index *ix, struct sc_error *err);

/** Entries first .. first + n - 1 in order: in memory, or read into `room`. Safe from many threads.
 * When the temporary file cannot be read any more the program ends with status 1, as when memory
 * runs out. */
const struct sc_entry *sc_index_read(const struct sc_index *ix, uint64_t first, size_t n,
                                     struct sc_entry *room);
#endif
