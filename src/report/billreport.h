/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_BILLREPORT_H
#define SC_REPORT_BILLREPORT_H
/* What a bill says, and the formats it can be told in. A format is one file and one line in
 * billreport.c. Sums on the screen are sums of rounded lines; shares and costs of a request come
 * from the exact ones. */
#include "scenario/usagefile.h"

/** A part of the bill: a node's, or a service's ("lambda" of the SKU "lambda.requests"). */
struct sc_bill_share {
    const char *name;
    sc_i128 usd_e15;
};

/** How commitments touch a line. */
struct sc_bill_cover {
    const struct sc_commitment *by; /* of a covered part: the only one that may cover it, or NULL */
    bool confirmed;                 /* the line's price, and the rates of plans that may cover it */
    sc_i128 effective_e15; /* what it costs with commitments spread over what they cover, in
                              proportion to its value on demand; of a commitment: what was unused */
};

struct sc_bill_document {
    const char *version, *title, *sha256, *month, *free;
    double month_h;
    const struct sc_book *const *book;
    int n_books;
    const struct sc_terms *terms;
    struct sc_bill bill;
    struct sc_bill_cover *cover; /* one a line */
    sc_i128 cents, exact_e15;
    double requests, usd_per_million, marginal_usd_per_million; /* NaN: not said */
    struct sc_bill_share *node, *service; /* the largest first; commitments are their own nodes */
    int n_nodes, n_services;
};

/** Prices the statement. The document borrows from it and lives in the arena. */
void sc_bill_document_form(struct sc_bill_document *d, const struct sc_statement *s,
                           struct sc_arena *arena);
/** The covers of all lines. */
struct sc_bill_cover *sc_bill_covers(const struct sc_terms *terms, const struct sc_bill *bill,
                                     struct sc_arena *arena);

/** A line's words: "first 333,000,000", "free allowance", "covered by NAME", or "" where there is
 * nothing to tell apart. Into text[SC_BILL_LABEL]. */
enum { SC_BILL_LABEL = 160 };
char *sc_bill_label(const struct sc_bill_document *d, int line, char *text);
/** "used", "free", "covered", "committed". */
const char *sc_line_kind_name(enum sc_line_kind kind);
/** The SKU's part before the first dot. */
const char *sc_sku_service(const char *sku, struct sc_arena *arena);

struct sc_bill_format {
    const char *name, *summary;
    void (*write)(const struct sc_bill_document *d, FILE *out);
};

/** The list, the default first; ends with NULL. */
extern const struct sc_bill_format *const sc_bill_formats[];
const struct sc_bill_format *sc_bill_format_named(const char *name);

extern const struct sc_bill_format sc_bill_text, sc_bill_json, sc_bill_csv, sc_bill_focus;
#endif
