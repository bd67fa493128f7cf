/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_BILL_H
#define SC_PRICE_BILL_H
/* Usage times book is a bill. Quantities are exact fractions of the SKU's unit, so nothing is
 * rounded before the line is. */
#include "base/memory.h"
#include "num/fraction.h"
#include "price/book.h"

/** The most parts that a unit is divided into. Usages of one SKU, or of one pool, are brought to a
 * common denominator; if that is above this bound or would leave no room for the sum (no meter's
 * does), they are rounded to the finest part that fits. */
#define SC_MOST_PARTS ((sc_i128)1 << 76)
/** The most units of one SKU in a month, and the most that a usage may cost, USD: beyond, a sum
 * could overflow. */
#define SC_MOST_USAGE ((sc_i128)1 << 80)
#define SC_MOST_BILL_USD INT64_C(1000000000000000)

/** What one node used of one SKU in a month: num / den units. */
struct sc_usage {
    const struct sc_book *book;
    const char *node, *item, *sku;
    sc_i128 num, den;    /* num >= 0, den > 0 */
    const sc_i128 *hour; /* how it is spread over the month's hours, n_hours weights >= 0, not all
                            0; NULL: evenly */
    int n_hours;
    sc_i128 kept; /* of num: what one more request does not change */
};

enum sc_commitment_kind { SC_RESERVED, SC_EC2_PLAN, SC_COMPUTE_PLAN };

/** What is paid in every hour, used or not (facts: prices-aws.md, order of operations 5). */
struct sc_commitment {
    enum sc_commitment_kind kind;
    const char *name; /* as the bill calls it */
    const struct sc_book *book;
    const char *sku;    /* reserved: its price, which says what it covers */
    const char *family; /* EC2 plan: "m7g" */
    const char *plan;   /* plans: "compute_sp_1y_noupfront", whose rates are those of "SKU.plan", or
                           on-demand prices times "commitments.CLASS_1y_noupfront" */
    sc_i128 count;      /* reserved: how many */
    sc_i128 usd_e15;    /* plans: for each hour */
};

/** What others of the account have taken from a SKU's allowance already. */
struct sc_free_used {
    const struct sc_book *book;
    const char *sku;
    sc_i128 units;
};

/** What a month is billed under. */
struct sc_terms {
    enum sc_free free;
    const struct sc_free_used *free_used;
    int n_free_used;
    struct sc_fraction hours;  /* of the month */
    struct sc_fraction seen_h; /* in which usage is known by the hour, the last may be a part of
                                  one; {0}: all hours are alike */
    const struct sc_commitment *commitment;
    int n_commitments;
};

enum sc_line_kind {
    SC_LINE_FREE,     /* of a free allowance: costs nothing */
    SC_LINE_COVERED,  /* by a commitment, which is a line of its own */
    SC_LINE_USED,     /* at a rate of the book */
    SC_LINE_COMMITTED /* a commitment, used or not */
};

struct sc_bill_line {
    enum sc_line_kind kind;
    int usage; /* place of the usage; of the commitment for SC_LINE_COMMITTED */
    const struct sc_book *book;
    const char *node, *item, *sku, *unit;
    int tier;         /* of the SKU's tiers, from 0 */
    sc_i128 rate_e15; /* 1e-15 USD a unit */
    double quantity;  /* units, nearest double; a commitment's are hours */
    sc_i128 usd_e15;  /* exact but for the last digit; nodes that share a SKU share its tiers in
                         proportion */
    int64_t cents;    /* rounded half up; nodes that share a part share its rounded cost too, so a
                         bill's sum is the vendor's, which knows no nodes */
    double used_frac; /* of a commitment: the share that covered something; else 1 */
    bool confirmed;
};

struct sc_bill {
    int n;
    struct sc_bill_line *lines; /* as the usages were given, then commitments; usage by usage free
                                   part, covered part, tiers; parts of nothing are left out */
};

/** Prices a month's usage. Usages of one SKU are added up; the free allowance of the pool is taken
 * off (within the pool in the order of its SKUs, over books in the order of their first usage, and
 * through the month's hours as they come); commitments cover hour by hour what they may: reserved
 * ones first, then EC2 plans, then compute plans, each plan the usage with the largest saving
 * first, at a tie that with the lowest rate; the rest goes through the tiers from zero. Costs are
 * split over the nodes in proportion. Every SKU must be in its book (asserted; the loader has
 * checked). Lines live in the arena. */
struct sc_bill sc_bill_price(const struct sc_terms *terms, const struct sc_usage *usage, int n,
                             struct sc_arena *arena);
/** Whether a usage keeps SC_MOST_USAGE and SC_MOST_BILL_USD. */
bool sc_usage_fits(const struct sc_usage *u);
/** The sum of all lines, 1e-15 USD. */
sc_i128 sc_bill_total(const struct sc_bill *bill);
/** The sum of the rounded lines, cents. */
sc_i128 sc_bill_cents(const struct sc_bill *bill);
/** An amount rounded half up to the cent. */
int64_t sc_usd_cents(sc_i128 usd_e15);
/** Whether a commitment may cover a SKU of a book, and at which rate (of a reserved one: 0, as it
 * is paid by the hour). Nobody is made to pay more than on demand. `confirmed` may be NULL. */
bool sc_commitment_covers(const struct sc_commitment *c, const struct sc_book *book,
                          const struct sc_price *price, sc_i128 *rate_e15, bool *confirmed);
/** A plan's rate of a SKU, 1e-15 USD a unit; false when the plan does not cover it. `confirmed` may
 * be NULL. */
bool sc_plan_rate(const struct sc_book *book, const struct sc_price *price, const char *plan,
                  sc_i128 *rate_e15, bool *confirmed);
#endif
