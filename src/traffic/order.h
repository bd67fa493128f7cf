/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_ORDER_H
#define SC_TRAFFIC_ORDER_H
/* Ordering instants that were drawn in another order, in a time that grows with their number only.
 */
#include <stdint.h>

struct sc_instant {
    uint64_t at_ns;
    uint64_t what;
};

/** Orders n instants by time; equal ones keep their order. `spare` has room for n more. */
void sc_instants_sort(struct sc_instant *instant, struct sc_instant *spare, int n);
#endif
