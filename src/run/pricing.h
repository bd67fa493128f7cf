/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_PRICING_H
#define SC_RUN_PRICING_H
/* From a trial's meters to a month's usage and its bill: the charges of the architecture's
 * services, and what the clients draw from the network. */
#include "price/bill.h"
#include "scenario/scenario.h"
#include "service/ledger.h"

/** What an architecture's month is billed under. */
struct sc_terms sc_terms_of(const struct sc_scenario *s, const struct sc_architecture *a);

/** The month's usages, in the same order and number for every trial of the architecture (num may be
 * 0). */
struct sc_usage *sc_usage_of(const struct sc_scenario *s, const struct sc_architecture *a,
                             const struct sc_ledger *l, int *n, struct sc_arena *arena);

/** What the next hundredth of the month's requests would add to the bill, times a hundred, 1e-15
 * USD; `bill` is the month's: what is there anyway (hours, stored data, a fleet that cannot grow)
 * stays as it is. */
sc_i128 sc_marginal_cost(const struct sc_terms *terms, const struct sc_usage *usage, int n,
                         const struct sc_bill *bill, struct sc_arena *arena);
#endif
