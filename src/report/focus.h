/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_FOCUS_H
#define SC_REPORT_FOCUS_H
/* Rows as FinOps tools read them: a subset of the columns of FOCUS 1.2 (the FinOps Open Cost and
 * Usage Specification), so that an estimate can stand beside a real bill. */
#include "base/compiler.h"
#include <stdbool.h>
#include <stdio.h>

enum sc_focus_charge {
    SC_FOCUS_USED,     /* at the list price */
    SC_FOCUS_COVERED,  /* by a commitment */
    SC_FOCUS_PURCHASE, /* of a commitment, every hour */
    SC_FOCUS_UNUSED    /* what of a commitment covered nothing */
};

/** One row; texts that are NULL stay empty. */
struct sc_focus_row {
    enum sc_focus_charge charge;
    sc_i128 billed_e15, effective_e15, list_e15; /* 1e-15 USD */
    sc_i128 list_unit_e15;
    bool has_list; /* false: neither list price nor list cost is known */
    double quantity;
    const char *unit, *sku, *description, *region, *node;
    const char *month; /* "2026-11", or a date in it */
    const char *scenario, *option, *seed, *quantile;
};

void sc_focus_header(FILE *out);
void sc_focus_write(const struct sc_focus_row *row, FILE *out);
#endif
