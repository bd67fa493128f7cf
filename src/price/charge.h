/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_CHARGE_H
#define SC_PRICE_CHARGE_H
/* What costs money: a meter, the SKU that prices it, and how many meter units one unit of the SKU
 * is. The simulation and stated usage fill the same meters and go through the same charges. */
#include "num/fraction.h"
#include "price/bill.h"

enum sc_charge_kind {
    SC_CHARGE_SUM,   /* the meter's total / per units */
    SC_CHARGE_HOURS, /* the meter is one thing's ms; a month's last hour counts whole; times per,
                        the number of things */
    SC_CHARGE_LCU    /* for every hour the largest of the hourly meters, each / its own unit
                        (facts: elb) */
};

#define SC_KEPT_ALL (-1) /* all that is metered */
struct sc_charge {
    const char *item;  /* as the bill calls it */
    const char *sku;   /* in the book */
    const char *meter; /* of the node */
    enum sc_charge_kind kind;
    int64_t per;        /* meter units in one unit of the SKU */
    bool stock;         /* already a monthly amount (stored GB): not scaled with the horizon */
    int64_t kept_per_h; /* meter units of each hour that are there, used or not: one more request
                           does not change them */
};

/** The SKUs that are metered in other units than they are priced in, ordered; one that ends in "."
 * or "_" stands for all that begin with it. Ends with a NULL SKU. */
extern const struct sc_charge sc_charges[];
/** A charge of that list; the SKU given is kept, borrowed. One that is not listed is metered in the
 * unit it is priced in, under its own name. */
struct sc_charge sc_charge_of(const char *sku);
/** The dimensions of an application load balancer's LCU (facts: elb.alb_lcu_hour). */
enum { SC_LCU_CHARGES = 4 };
extern const struct sc_charge sc_lcu_charges[SC_LCU_CHARGES];

/** What a meter says: a fraction, and for an hourly one what each hour adds to its numerator. */
struct sc_metered {
    struct sc_fraction sum;
    const sc_i128 *hour; /* NULL: not by the hour */
    int n_hours;
    sc_i128
        kept; /* of the numerator: what is there, used or not, besides the charge's kept_per_h */
};

/** The meters of one node, wherever they are kept. */
struct sc_meters {
    const char *node;
    const struct sc_book *book;
    /** Fills `out` and returns true when the node has the meter. */
    bool (*find)(const struct sc_meters *m, const char *meter, struct sc_metered *out);
    const void *user;
    struct sc_fraction seen_h; /* hours that they are of, the last may be a part of one */
};

/** The month's usages of a node's charges, in their order, into `out` (room for n): returns how
 * many. Charges of one LCU follow each other and become one usage. `month` scales what is not
 * stock. A book that names its own meter for a SKU is obeyed. */
int sc_charge_usages(const struct sc_charge *charge, int n, const struct sc_meters *m,
                     struct sc_fraction month, struct sc_usage *out);
#endif
