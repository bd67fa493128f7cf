/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_RECORD_H
#define SC_RUN_RECORD_H
/* The result of one trial: its key and its ledger. A run's result is the set of its records in key
 * order. As a file it is JSON Lines: a header, then one record a line; integers and exact decimals
 * only, so identical runs give identical bytes. The header says all that pricing and the reports
 * need, so a file can be priced again without its scenario. */
#include "scenario/scenario.h"
#include "service/ledger.h"
#include <stdio.h>

#ifndef SC_VERSION
#define SC_VERSION "0.1.0"
#endif

enum { SC_RECORD_SCHEMA = 1 };

struct sc_record {
    int point, replication, stratum;
    const char *architecture; /* borrowed from the scenario */
    struct sc_ledger ledger;
    struct sc_arena arena; /* owns what the ledger names */
};

/** Copies a trial's ledger into the record's own arena, so that the trial's arena can be used
 * again. */
void sc_record_keep(struct sc_record *r, const struct sc_ledger *from);
void sc_record_free(struct sc_record *r);

/** "always", "none", "new_account". */
const char *sc_free_name(enum sc_free mode);

/** The header line; the sets are those of the scenario's document. */
void sc_record_write_header(const struct sc_scenario *s, int64_t replications,
                            const struct sc_sampling *sampling, FILE *out);
/** One record on one line; names are ordered. */
void sc_record_write(const struct sc_record *r, FILE *out);

/** Reads a header into a scenario that has neither work nor traffic: enough for sc_result_form once
 * it has a book (s->book: id and as_of only) and commitments. Everything lives in the scenario's
 * arena. Errors: a schema of a later version, unknown or missing keys, wrong types, values out of
 * bounds. */
SC_MUST_CHECK int sc_record_read_header(const struct sc_doc *doc, struct sc_scenario *s,
                                        struct sc_error *err);
/** Reads a record; its architecture is the scenario's own name for it. What it holds lives in the
 * given arena. */
SC_MUST_CHECK int sc_record_read(const struct sc_doc *doc, const struct sc_scenario *s,
                                 struct sc_arena *arena, struct sc_record *out,
                                 struct sc_error *err);
#endif
