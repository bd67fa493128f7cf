/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_AHEAD_H
#define SC_SERVICE_AHEAD_H
/* Draws made ahead. The entry's own latency, and what the first store operation of a work draws,
 * are functions of the request's id alone; so they are drawn with its window, in blocks, which is
 * several times faster than one by one between events. A call carries them, a frame keeps them, and
 * where there are none the same is drawn when it is needed. */
#include "num/lookup.h"
#include "service/sim.h"

/** Those of a client's window. */
struct sc_aheads {
    struct sc_ahead *row; /* by place in the window; NULL: nothing is drawn ahead */
    struct sc_ahead *scratch;
    uint64_t *id;
    int cap;
};

/** What can be drawn ahead of the requests of a window of this source. */
void sc_ahead_window(struct sc_aheads *a, const struct sc_sim *s, const struct sc_source *source,
                     const struct sc_window *w);

/** For services' `draw`, of any number of ids: out[i] = sc_node_key(n, id[i], purpose). */
void sc_ahead_keys(const struct sc_node *n, enum sc_purpose purpose, const uint64_t *id,
                   uint64_t *out, int count);
/** out[i].entry_ns = what the table gives for the node's key of id[i] for its overhead. */
void sc_ahead_overhead(const struct sc_node *n, const struct sc_lookup *t, const uint64_t *id,
                       struct sc_ahead *out, int count);
#endif
