/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_BOOKFILE_H
#define SC_SCENARIO_BOOKFILE_H
/* A price book as a JSON file (docs/prices.md says how one is made). Prices are decimal strings,
 * never numbers, so no digit passes through a double. A price may carry its earlier versions, so
 * one file answers for many dates; a book may extend another. */
#include "base/error.h"
#include "base/memory.h"
#include "price/book.h"

struct sc_doc;

/** The most books that may extend each other in a row. */
enum { SC_BOOK_MOST_EXTENDED = 8 };

/** Finds and reads a book by name: "aws-us-east-1" among the models, or a path that ends in .json,
 * relative to the file `beside` (NULL: to the working directory). "@DATE" after either (YYYY,
 * YYYY-MM or YYYY-MM-DD; its first day counts) asks for the prices of that day. Everything it
 * names lives in the arena. Each error says where, what and how to mend it: unknown or missing
 * keys, a currency other than USD, a bad date, a source that is not listed, a price that is no
 * plain decimal, negative, above SC_MOST_USD or longer than 15 decimals, tiers that do not rise or
 * have no end, allowances that differ within a pool, versions out of order, books that extend each
 * other in a circle, another region's prices taken without naming them. `*found` is false when it
 * is the name that leads nowhere (the error then has no place yet). Returns 0, or -1. */
SC_MUST_CHECK int sc_book_load(struct sc_book *out, const char *name, const char *beside,
                               struct sc_arena *arena, bool *found, struct sc_error *err);
/** The same from a document, which may be freed afterwards; `at` is a day, YYYY-MM-DD, or NULL for
 * the newest prices. Books that it extends are read from their files. */
SC_MUST_CHECK int sc_book_parse(struct sc_book *out, const struct sc_doc *doc, const char *at,
                                struct sc_arena *arena, struct sc_error *err);
#endif
