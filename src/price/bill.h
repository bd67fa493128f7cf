/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_BILL_H
#define SC_PRICE_BILL_H
/* Usage times book is a bill. Quantities are exact fractions of the SKU's unit, so nothing is
 * rounded before the line is. */
#include "base/memory.h"
#include "price/book.h"

/** The most parts that a unit is divided into. Usages of one SKU, or of one pool, are brought to a
 * common denominator; if that is above this bound (no meter's is), they are rounded to one part in
 * 2^76 of a unit. A month's usage of one SKU is at most SC_MOST_UNITS. */
#define SC_MOST_PARTS ((sc_i128)1 << 76)

/** What one node used of one SKU in a month: num / den units. */
struct sc_usage {
    const char *node, *item, *sku;
    sc_i128 num, den; /* num >= 0, den > 0 */
};

struct sc_bill_line {
    const char *node, *item, *sku, *unit;
    double quantity; /* units, nearest double */
    sc_i128 usd_e15; /* exact but for the last digit; nodes that share a SKU share its tiers in
                        proportion */
    bool confirmed;
};

struct sc_bill {
    int n;
    struct sc_bill_line *lines; /* as the usages were given; lines without usage are left out */
};

/** Prices a month's usage. Usages of one SKU are added up, the free allowance of the pool is taken
 * off (shared within the pool in the order of its SKUs), the rest goes through the tiers from zero,
 * and the cost is split over the nodes in proportion. Every SKU must be in the book (asserted; the
 * loader has checked). Lines live in the arena. */
struct sc_bill sc_bill_price(const struct sc_book *book, enum sc_free free,
                             const struct sc_usage *usage, int n, struct sc_arena *arena);
/** The sum of all lines, 1e-15 USD. */
sc_i128 sc_bill_total(const struct sc_bill *bill);
/** An amount rounded half up to the cent. */
int64_t sc_usd_cents(sc_i128 usd_e15);
#endif
