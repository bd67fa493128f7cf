/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_BLAME_H
#define SC_SCENARIO_BLAME_H
/* Errors that scenarios and usage files share. Each returns -1. */
#include "base/error.h"
#include "price/book.h"

struct cJSON;
struct sc_doc;

/** An error whose pointer counts from `item`, such as "/memory_mb", told about the document; one of
 * another file, which has its own place, is passed on. */
int sc_blame_within(const struct sc_doc *doc, const struct cJSON *item, const struct sc_error *own,
                    struct sc_error *err);
/** The book has no SKU that is called so. */
int sc_blame_sku(const struct sc_doc *doc, const struct cJSON *item, const struct sc_book *book,
                 const char *sku, struct sc_error *err);
/** The book lacks a SKU that `what` of a `type` uses. */
int sc_blame_book(const struct sc_doc *doc, const struct cJSON *item, const struct sc_book *book,
                  const char *sku, const char *what, const char *type, struct sc_error *err);
#endif
