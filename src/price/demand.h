/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_DEMAND_H
#define SC_PRICE_DEMAND_H
/* What bill.c and commitment.c share: all usages of one SKU, in parts of a unit. SKUs that share an
 * allowance share the size of a part too, which the first of them holds. */
#include "price/bill.h"

/** One SKU's month; amounts are in parts. */
struct sc_demand {
    const struct sc_book *book;
    const struct sc_price *price;
    struct sc_demand *head; /* the first SKU of the same pool, or itself */
    bool used;
    sc_i128 units; /* at the head: of the pool's usages, each rounded up to whole ones */
    sc_i128 parts; /* at the head: in a unit */
    sc_i128 free;  /* at the head: what is left of the allowance */
    sc_i128 total, granted, covered;
    sc_i128 passed; /* whose lines are made */
};

struct sc_demands {
    struct sc_demand **used; /* books in the order of their first usage, SKUs in the book's order */
    int n;
};

/** Covers what commitments may; fills `covered` and, by commitment, the share that was used. */
void sc_commitments_apply(const struct sc_terms *terms, const struct sc_demands *demands,
                          const struct sc_usage *usage, int n_usages, double *used_frac);
/** What a commitment costs in the month, 1e-15 USD. */
sc_i128 sc_commitment_cost(const struct sc_terms *terms, const struct sc_commitment *c);
#endif
