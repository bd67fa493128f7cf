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

enum sc_free { SC_FREE_ALWAYS, SC_FREE_NONE, SC_FREE_NEW_ACCOUNT };

struct sc_tier {
    sc_i128 upto;    /* units; the last tier's is -1: no end */
    sc_i128 usd_e15; /* per unit */
};

struct sc_price {
    const char *sku, *unit, *source, *as_of;
    const char *meter; /* the meter that this book reads for the SKU, or NULL for the service's own
                          choice */
    const char *pool;  /* SKUs of one pool share one free allowance; NULL: its own */
    int n_tiers;
    struct sc_tier *tiers;
    sc_i128 free_units;    /* a month; 0: none */
    bool free_new_account; /* the allowance is for new accounts only */
    bool confirmed;
};

struct sc_book {
    const char *id, *region, *currency, *as_of, *path;
    int n;
    struct sc_price *prices; /* ordered by sku */
};

/** The price of a SKU, or NULL. */
const struct sc_price *sc_book_price(const struct sc_book *book, const char *sku);
/** The SKU nearest to a misspelt one, or NULL. */
const char *sc_book_nearest(const struct sc_book *book, const char *sku);
#endif
