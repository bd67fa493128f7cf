/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_BOOK_H
#define SC_PRICE_BOOK_H
/* A price book in memory: dated prices of one region, exact. A price is an integer of 1e-15 USD for
 * one unit of its SKU; tiers are marginal and counted from zero after the free allowance (facts:
 * prices-aws.md, order of operations). */
#include "base/compiler.h"
#include <stdbool.h>
#include <stdint.h>

enum { SC_USD_DIGITS = 15 };

/** Bounds that a book keeps, so that no sum can overflow: USD a unit, and units of a tier's end or
 * of an allowance. */
#define SC_MOST_USD 1000000
#define SC_MOST_UNITS INT64_C(1000000000000000)

/** Where an allowance is shared: within the book's region, or over all regions of the account. */
enum sc_scope { SC_SCOPE_REGION, SC_SCOPE_GLOBAL };

enum sc_free { SC_FREE_ALWAYS, SC_FREE_NONE, SC_FREE_NEW_ACCOUNT };

struct sc_tier {
    sc_i128 upto;    /* units; the last tier's is -1: no end */
    sc_i128 usd_e15; /* per unit */
};

struct sc_price {
    const char *sku, *unit, *source, *as_of;
    const char *meter; /* the meter that this book reads for the SKU, or NULL for the service's own
                          choice */
    const char *billed_as; /* another SKU of the book that this one is billed as, which has all the
                              rest; or NULL */
    const char *pool;      /* SKUs of one pool share one free allowance; NULL: its own */
    enum sc_scope scope;   /* of the allowance */
    int n_tiers;
    struct sc_tier *tiers;
    sc_i128 free_units;    /* a month; 0: none */
    bool free_new_account; /* the allowance is for new accounts only */
    bool confirmed;
    const char *of_region; /* the region it was taken from where that is another; or NULL */
    const char *note;      /* remark, or NULL */
    /* A commitment's hourly price covers `covers_units` of `covers` in each hour; NULL: covers
     * nothing. */
    const char *covers;
    sc_i128 covers_units;
    sc_i128 upfront_usd_e15; /* once for each `term_h` hours */
    int64_t term_h;
};

struct sc_book {
    const char *id, *region, *currency, *as_of, *path;
    const char *at;      /* the day whose prices these are, YYYY-MM-DD; NULL: the newest */
    const char *extends; /* the books it stands on, "a < b", or NULL */
    int n;
    struct sc_price *prices; /* ordered by sku */
    int n_changes;
    const char *const *changes; /* days on which a price of it begins, YYYY-MM-DD, ordered */
};

/** The price of a SKU, or of the SKU that it is billed as; NULL: the book has none. */
const struct sc_price *sc_book_price(const struct sc_book *book, const char *sku);
/** The SKU nearest to a misspelt one, or NULL. */
const char *sc_book_nearest(const struct sc_book *book, const char *sku);
#endif
