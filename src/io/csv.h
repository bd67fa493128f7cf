/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_CSV_H
#define SC_IO_CSV_H
/* CSV in, a row at a time, in constant memory: libcsv splits, this names columns and places. The
 * first row is the header. */
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

struct sc_csv_row {
    int n;             /* cells */
    char *const *cell; /* zero-terminated, valid until the next row */
    long line;         /* of the file, from 1 */
};

/** Called for each row, the header first (row->line is the header's own). A non-zero return stops
 * the reading. */
typedef int sc_csv_fn(void *user, const struct sc_csv_row *row, struct sc_error *err);

/** Reads a whole file. Errors: cannot be read, empty, a row longer than 64 MiB, a quote left open;
 * what `fn` fails with gets file and line. Returns 0, or -1. */
SC_MUST_CHECK int sc_csv_read(const char *path, sc_csv_fn *fn, void *user, struct sc_error *err);
/** A cell as a finite number; fails with the column's name, the value and the line. */
SC_MUST_CHECK int sc_csv_number(const struct sc_csv_row *row, int column, const char *name,
                                double *out, struct sc_error *err);
#endif
