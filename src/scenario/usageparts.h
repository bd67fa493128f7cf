/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_USAGEPARTS_H
#define SC_SCENARIO_USAGEPARTS_H
/* What the files that read usage files share. */
#include "scenario/bookfile.h"
#include "scenario/usagefile.h"

enum { SC_USAGE_MOST_BOOKS = 100, SC_USAGE_MOST_HOURS = 784 };

/** What the reading of one file carries along. */
struct sc_usage_reader {
    struct sc_statement *s;
    const struct sc_doc *doc;
    const char *path; /* books are looked for beside it */
    struct sc_error *err;
    bool decimal;         /* KB, MB, GB and TB are powers of 1,000 */
    struct sc_book_name { /* books as they were asked for */
        const char *name;
        const struct sc_book *book;
    } * named;
    int n_named;
    const struct sc_field **fields; /* by stated type */
    struct sc_pattern {             /* of "by_hour": what it repeats, and the month of it */
        const sc_i128 *weight, *hour;
        int n;
    } * pattern;
    int n_patterns;
    size_t cap_usages;
    struct sc_usage *usage; /* grows; with sc_release */
};

/** Whether two are the same file's prices of the same day. */
bool sc_usage_same_book(const struct sc_book *a, const struct sc_book *b);
/** The statement's own of the same book, added where it has none, so that what a book grants is
 * granted once. */
const struct sc_book *sc_usage_known_book(struct sc_statement *s, const struct sc_book *book);
/** The book of that name (each is loaded once), or NULL with an error at `item`. */
const struct sc_book *sc_usage_book(struct sc_usage_reader *r, const char *name,
                                    const struct cJSON *item);
/** Reads "items". */
SC_MUST_CHECK int sc_usage_items(struct sc_usage_reader *r, const struct cJSON *items);

/** An amount in a unit such as "million requests", "GB-hours" or "minute", in the SKU's own unit.
 * Returns false when the two are of different kinds. */
bool sc_usage_convert(struct sc_fraction amount, const char *unit, const char *sku_unit,
                      const struct sc_usage_reader *r, struct sc_fraction *out);
#endif
