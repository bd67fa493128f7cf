/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_GAUGE_H
#define SC_SERVICE_GAUGE_H
/* A number that goes up and down, its peak and its integral over time, exact in integers. */
#include "base/compiler.h"
#include <stdint.h>

struct sc_gauge {
    int64_t now, peak;
    int64_t last_ns;
    int64_t area_ns;   /* since the last fold: number x ns */
    sc_i128 total_ns;  /* folded */
};

static inline void sc_gauge_move(struct sc_gauge *g, int64_t at_ns, int64_t by)
{
    g->area_ns += g->now * (at_ns - g->last_ns);
    g->last_ns = at_ns;
    g->now += by;
    if (g->now > g->peak)
        g->peak = g->now;
}

/** Brings the integral up to `at_ns`. To be called at least every hour, so that 64 bits suffice in between. */
static inline void sc_gauge_fold(struct sc_gauge *g, int64_t at_ns)
{
    sc_gauge_move(g, at_ns, 0);
    g->total_ns += g->area_ns;
    g->area_ns = 0;
}

/** Forgets the past: the integral and the peak start again. */
static inline void sc_gauge_begin(struct sc_gauge *g, int64_t at_ns)
{
    sc_gauge_fold(g, at_ns);
    g->total_ns = 0;
    g->peak = g->now;
}
#endif
