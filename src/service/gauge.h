/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_GAUGE_H
#define SC_SERVICE_GAUGE_H
/* A number that goes up and down, its peak and its integral over time, exact in integers. The
 * integral is summed by steps: one more at an instant t adds (end - t), so no move has to know the
 * one before. */
#include "base/compiler.h"
#include <stdint.h>

struct sc_gauge {
    int64_t now, peak;
    uint64_t area_ns; /* since the last fold, without `now` times the time of its end; modulo 2^64,
                         as t itself is large */
    sc_i128 total_ns; /* folded: number x ns */
};

static inline void sc_gauge_move(struct sc_gauge *g, int64_t at_ns, int64_t by)
{
    g->area_ns -= (uint64_t)by * (uint64_t)at_ns;
    g->now += by;
    if (by > 0 && g->now > g->peak)
        g->peak = g->now;
}

/** Brings the integral up to `at_ns`. To be called at least every hour, so that 64 bits suffice in
 * between. */
static inline void sc_gauge_fold(struct sc_gauge *g, int64_t at_ns)
{
    uint64_t all_ns = (uint64_t)g->now * (uint64_t)at_ns;
    g->total_ns += (int64_t)(g->area_ns + all_ns);
    g->area_ns = 0 - all_ns;
}

/** Forgets the past: the integral and the peak start again. */
static inline void sc_gauge_begin(struct sc_gauge *g, int64_t at_ns)
{
    sc_gauge_fold(g, at_ns);
    g->total_ns = 0;
    g->peak = g->now;
}
#endif
