/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_DIFF_H
#define SC_REPORT_DIFF_H
/* Why two results cost differently, line by line: both are documents that run, price or bill wrote
 * as JSON. All sums are of cents, as the two printed them, so the differences add up to the
 * total's. */
#include "io/json.h"
#include <stdint.h>

/** What one result has of a line: its parts (free, covered, by tier) added up. */
struct sc_diff_amount {
    bool is_there;
    double quantity;
    sc_i128 usd_e15;
    int64_t cents; /* the sum of its parts, each rounded */
};

struct sc_diff_line {
    const char *node, *item, *sku, *unit, *region; /* region NULL: not said */
    const char *sku_b, *region_b; /* b's of the same item; one that is gone has a's */
    struct sc_diff_amount a, b;
    bool differs;
    /* b less a: the change of the mean rate times a's quantity, and all the rest. A new line, or
     * one that is gone, is all quantity. */
    int64_t quantity_cents, price_cents;
};

struct sc_diff_estimate {
    bool is_there;
    double mean, lo, hi; /* lo and hi are the mean where there is no range */
};

/** A wait, or the share that was lost, whose ranges do not meet. */
struct sc_diff_wait {
    const char *path, *label; /* of the JSON document; for people */
    bool is_frac;             /* else ms */
    struct sc_diff_estimate a, b;
};

/** An architecture's bill in one document; a bill's document has one, called "usage". */
struct sc_diff_bill {
    const char *name;
    const struct cJSON *item;
    int n;
    struct sc_diff_line *line; /* only `a` is filled; ordered by sc_diff_order */
    int64_t cents;             /* the total as it was printed */
};

struct sc_diff_side {
    const char *path;
    struct sc_doc doc;
    int n;
    struct sc_diff_bill *bill; /* ordered by name */
};

/** Two architectures that are compared. */
struct sc_diff_pair {
    const char *a, *b;
    int64_t a_cents, b_cents;
    int n; /* lines that differ come first, the largest difference first */
    struct sc_diff_line *line;
    int n_equal;
    int64_t equal_cents;
    int64_t rounding_cents; /* what the lines' differences leave of the total's */
    int n_waits;
    struct sc_diff_wait *wait;
};

struct sc_diff_input {
    const char *label, *a, *b; /* "-": not said */
};

struct sc_diff {
    struct sc_arena arena;
    struct sc_diff_side a, b;
    int n_inputs;
    struct sc_diff_input *input; /* those that differ */
    int n_pairs;
    struct sc_diff_pair *pair;
    int n_only_a, n_only_b; /* architectures that have no other */
    const char **only_a, **only_b;
};

/** Reads a result. Errors: no JSON, no result, of a later schema, a line without a key or with a
 * wrong type. */
SC_MUST_CHECK int sc_diff_read(struct sc_diff_side *side, const char *path, struct sc_arena *arena,
                               struct sc_error *err);
/** Compares d->a with d->b, which have been read. `pairs` says which architectures, "A:B,C,..."
 * (NULL: those of one name, or the only one of each). Returns -1 with an error when there are
 * none. */
SC_MUST_CHECK int sc_diff_form(struct sc_diff *d, const char *pairs, struct sc_error *err);
void sc_diff_free(struct sc_diff *d);

/** By node, item, unit, region and SKU. */
int sc_diff_order(const struct sc_diff_line *a, const struct sc_diff_line *b);
/** True when inputs, bills and waits are alike. */
bool sc_diff_is_empty(const struct sc_diff *d);
/** "both", "new" or "gone". */
const char *sc_diff_state(const struct sc_diff_line *l);

void sc_diff_write_text(const struct sc_diff *d, FILE *out);
void sc_diff_write_json(const struct sc_diff *d, FILE *out);
void sc_diff_write_csv(const struct sc_diff *d, FILE *out);
#endif
