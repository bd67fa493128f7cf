/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_CLIENT_H
#define SC_SERVICE_CLIENT_H
/* The clients of one source: they send what the traffic says and count what comes back. Where
 * nothing depends on the answer a request needs no frame of its own; clients that try again, and
 * users who think and ask again, are events. */
#include "service/sim.h"

extern const struct sc_service_type sc_client_type;

/** Makes the client node of a source; `stream` is NULL for a driven source. */
void sc_client_open(struct sc_node *n, const struct sc_source *source, struct sc_stream *stream);

/** The stream has a new window: draws ahead, in blocks, what its requests ask for first. */
void sc_client_window(struct sc_node *n);
/** Sends request i of the window; the clock stands at its arrival. */
void sc_client_send(struct sc_node *n, int i);

/** Lets closed users begin. */
void sc_client_begin_users(struct sc_node *n);

/** Adds all clients' counts and latencies to the ledger. */
void sc_clients_report(struct sc_sim *s, struct sc_ledger *l);
#endif
