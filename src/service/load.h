/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LOAD_H
#define SC_SERVICE_LOAD_H
/* What traffic asks of each service, before anything is simulated: expected calls, CPU and waits of
 * one request of a source, by following routes and programs with their probabilities. Nothing here
 * knows of queues, throttles or time-outs: it is where a stretch of a horizon begins, and what is
 * simulated before it is measured mends the rest. */
#include "service/sim.h"

struct sc_load {
    double calls, cpu_ns, wait_ns; /* of one request of the source */
    double square_ns2;             /* expected square of a call's CPU, times calls */
};

/** Of every service and source: load[service * n_sources + source]. A graph with more ways through
 * it than anybody draws is followed in part. */
struct sc_load *sc_load_new(const struct sc_architecture *a, const struct sc_work *work,
                            const struct sc_source *const *source, int n_sources,
                            struct sc_arena *arena);

/** What reaches a service in a stretch of the traffic's clock, expected: the sum over sources. */
struct sc_load sc_load_between(const struct sc_node *n, int64_t from_ns, int64_t to_ns);
#endif
