/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_USAGEFILE_H
#define SC_SCENARIO_USAGEFILE_H
/* A usage file: what a month used, stated, to be priced without simulating (docs/bill.md). */
#include "io/fields.h"
#include "io/json.h"
#include "price/bill.h"

/** A usage file as read; everything lives in its arena. */
struct sc_statement {
    struct sc_arena arena;
    struct sc_doc doc;
    const char *title, *month; /* "2026-11", or NULL */
    char sha256[65];
    struct sc_fraction month_h;  /* 730 by default, or what the named month has */
    struct sc_fraction requests; /* of the month, for the costs of one; 0: not said */
    struct sc_terms terms;
    const struct sc_book **book; /* all that are used, the file's own first */
    int n_books;
    struct sc_usage *usage;
    int n_usages;
};

/** Reads a usage file with its --sets and its books. Errors are located: unknown types, keys and
 * SKUs (with the nearest), a SKU that the book lacks (naming SKU and region), a unit of the wrong
 * kind, amounts out of bounds or too large to be priced. To be freed with sc_statement_free, also
 * after an error. */
SC_MUST_CHECK int sc_statement_load(struct sc_statement *s, const char *path,
                                    const struct sc_set *sets, int n_sets, struct sc_error *err);
/** Adds another's usages, as if both were one file. Their month, free allowances and commitments
 * must be the same (error: what differs); `from` must outlive `into`. Requests are added. */
SC_MUST_CHECK int sc_statement_merge(struct sc_statement *into, const struct sc_statement *from,
                                     struct sc_error *err);
void sc_statement_free(struct sc_statement *s);

/** Reads a list of commitments: [{"reserved": SKU, "count"}, {"ec2_plan": FAMILY, "term",
 * "usd_per_h"},
 * {"compute_plan": true, "term", "usd_per_h"}], for usage files and architectures alike. A plan
 * without a rate in the book, a SKU that covers nothing: located errors. */
SC_MUST_CHECK int sc_commitments_read(const struct sc_doc *doc, const struct cJSON *list,
                                      const struct sc_book *book, struct sc_arena *arena,
                                      struct sc_terms *out, struct sc_error *err);

/** The tables of a usage file's own keys, of what every item has, of a "sku" item, and of one
 * commitment, for schema and documentation. */
extern const struct sc_field sc_usage_fields[], sc_item_fields[], sc_sku_item_fields[],
    sc_commitment_fields[];
#endif
