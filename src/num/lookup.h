/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_LOOKUP_H
#define SC_NUM_LOOKUP_H
/* A distribution as a table of its quantiles, for a service's own latency, which is drawn for every
 * call: one uniform number, one look, one straight line; the outer 1/64 on either side is inverted
 * exactly. Between the lines it is off by less than 2e-4 of the value for any lognormal with
 * p99/p50 up to 5. What a request itself asks for is drawn exactly (num/dist.h). */
#include "base/memory.h"
#include "num/dist.h"
#include "num/rng.h"

enum { SC_LOOKUP_CELLS = 1024, SC_LOOKUP_EDGE = 16 };

struct sc_lookup {
    struct sc_dist exact;
    bool tabled;                   /* else every draw is exact: no quantile function of ours */
    double x[SC_LOOKUP_CELLS + 1]; /* quantile of cell / cells; the edges are not looked at */
};

/** The quantile function of any kind but gamma and trace, 0 < p < 1: the value that the share p
 * does not exceed. */
double sc_dist_quantile(const struct sc_dist *d, double p);

/** A table in the arena. */
const struct sc_lookup *sc_lookup_new(const struct sc_dist *d, struct sc_arena *arena);

/** What is not in the table. */
SC_COLD double sc_lookup_exact(const struct sc_lookup *t, uint64_t key);

/** out[i] = the value of key[i] without its fraction. */
void sc_lookup_fill(const struct sc_lookup *t, const uint64_t *key, int64_t *out, int n);

/** One value, at least 0, a function of the key. */
static inline double sc_lookup_draw(const struct sc_lookup *t, uint64_t key)
{
    uint64_t bits = sc_draw(key, 0), cell = bits >> 54;
    if (SC_UNLIKELY(!t->tabled || cell - SC_LOOKUP_EDGE >= SC_LOOKUP_CELLS - 2 * SC_LOOKUP_EDGE))
        return sc_lookup_exact(t, key);
    double share = (double)(int64_t)(bits << 10 >> 11) * 0x1p-53;
    return t->x[cell] + (t->x[cell + 1] - t->x[cell]) * share;
}
#endif
