/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_TRACEFILE_H
#define SC_SCENARIO_TRACEFILE_H
/* The CSV files of a trace, read a row at a time into its index (traffic/trace.h). Every error
 * names the file, the line and the column. */
#include "base/error.h"
#include <stdbool.h>

struct sc_trace;

/** A column of times, by its header, and the unit it is in. */
struct sc_trace_column {
    const char *name; /* NULL: not there */
    double unit_ns;
    int digits; /* decimals that reach a nanosecond */
};

/** One row a request. */
struct sc_trace_rows {
    struct sc_trace_column time, duration; /* the duration may be missing unless `ends` */
    bool ends;                   /* the time is the end: the request arrived a duration earlier */
    const char *key, *memory_mb; /* may be NULL */
};

/** One row a count, or a row a key and a column an interval: every header that is a whole number n
 * stands for the interval that begins at n times its length; other columns are not looked at. */
struct sc_trace_counts {
    bool wide;
    struct sc_trace_column time; /* not when wide */
    const char *requests, *key;  /* `key` may be NULL */
};

/** A table with a row for each key. */
struct sc_trace_table {
    const char *key;
    struct sc_trace_column mean; /* durations */
    double quantile_unit_ns;
    int n_quantiles;             /* 0: every duration is the mean */
    const char *const *quantile; /* columns */
    const double *p;             /* their shares, from 0 rising to 1 */
    const char *memory_mb;       /* memory */
};

/** Adds every row of a file to a trace that is not finished. */
SC_MUST_CHECK int sc_trace_read_rows(struct sc_trace *t, const char *path,
                                     const struct sc_trace_rows *rows, struct sc_error *err);
SC_MUST_CHECK int sc_trace_read_counts(struct sc_trace *t, const char *path,
                                       const struct sc_trace_counts *counts, struct sc_error *err);
/** Joins a table: gives every key of the trace its memory when `memory_mb` is named, else its
 * distribution of durations, the row's quantiles scaled to the row's mean. A key without a row is
 * an error. */
SC_MUST_CHECK int sc_trace_join(struct sc_trace *t, const char *path,
                                const struct sc_trace_table *table, struct sc_error *err);
#endif
