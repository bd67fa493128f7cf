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

/** Goes on to the next window of requests, on the trial's clock; false when there is none. */
bool sc_client_next(struct sc_node *n);
/** Sends request i of the window; the clock stands at its arrival. */
void sc_client_send(struct sc_node *n, int i);

/** For those who take a whole window at once. Whether nothing that the clients do depends on the
 * answers, and nobody is followed. */
bool sc_client_is_plain(const struct sc_node *n);
/** The requests of the window, n of each; borrowed. */
struct sc_client_requests {
    int n, n_works; /* that its mix has */
    const int64_t *sent_ns;
    const uint64_t *id;
    const uint16_t *work;
    const int64_t *first_ns; /* drawn demand of the first operation, or -1 */
    const double *trace_ns;  /* NULL: not from a trace */
    int64_t there_ns, rtt_ns;
    int64_t late_ns; /* who waits longer has given up */
};
struct sc_client_requests sc_client_requests(const struct sc_node *n);
/** Counts a request and its answer. */
void sc_client_answered(struct sc_node *n, uint16_t work, int64_t sent_ns, struct sc_reply r);
/** Counts so many inside the horizon that were answered 200 in time, but for how long they took. */
void sc_client_answered_well(struct sc_node *n, const uint16_t *work, size_t n_requests);
/** Lets closed users begin. */
void sc_client_begin_users(struct sc_node *n);

/** Adds all clients' counts and latencies to the ledger. */
void sc_clients_report(struct sc_sim *s, struct sc_ledger *l);
#endif
