/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_RECORDFILE_H
#define SC_RUN_RECORDFILE_H
/* Files of records, put together: any number of parts of one run, in any order. The records are a
 * set, so what is made of them does not depend on how they were split. */
#include "run/experiment.h"

struct sc_recordset {
    struct sc_arena arena;
    struct sc_doc head;              /* the first header */
    struct sc_scenario scenario;     /* as the headers say; its book after sc_recordset_book */
    struct sc_experiment experiment; /* the records in key order, all done */
};

/** Reads the files; "-" is the standard input. Errors name file, line and JSON pointer: no records,
 * headers that differ (with the key), a record that differs from another of its key, a line above
 * 16 MiB. The last line of a file that was cut short is left out, and so is an architecture without
 * a record: a remark says so in `remarks` (NULL: nowhere). To be freed also after an error; must
 * not be moved. */
SC_MUST_CHECK int sc_recordset_read(struct sc_recordset *r, const char *const *paths, size_t n,
                                    FILE *remarks, struct sc_error *err);
/** Loads the book (NULL: the one that the header names) and checks that it has all that the records
 * need: SKUs, commitments, sums that can be priced. */
SC_MUST_CHECK int sc_recordset_book(struct sc_recordset *r, const char *name, struct sc_error *err);
void sc_recordset_free(struct sc_recordset *r);
#endif
