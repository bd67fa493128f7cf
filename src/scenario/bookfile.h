/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_BOOKFILE_H
#define SC_SCENARIO_BOOKFILE_H
/* A price book as a JSON file (docs/prices.md says how one is made). Prices are decimal strings,
 * never numbers, so no digit passes through a double. */
#include "base/error.h"
#include "base/memory.h"
#include "price/book.h"

struct sc_doc;

/** Reads a book; everything it names lives in the arena. Each error says where, what and how to
 * mend it: unknown or missing keys, a currency other than USD, a bad date, a source that is not
 * listed, a price that is no plain decimal, negative, above SC_MOST_USD or longer than 15 decimals,
 * tiers that do not rise or have no end, allowances that differ within a pool. Returns 0, or -1. */
SC_MUST_CHECK int sc_book_read(struct sc_book *out, const char *path, struct sc_arena *arena,
                               struct sc_error *err);
/** The same from a document, which may be freed afterwards. */
SC_MUST_CHECK int sc_book_parse(struct sc_book *out, const struct sc_doc *doc,
                                struct sc_arena *arena, struct sc_error *err);
#endif
