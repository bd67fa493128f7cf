/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_CURVE_H
#define SC_TRAFFIC_CURVE_H
/* A rate over time made of straight pieces, its integral and the inverse of that: where the clock
 * stands when so many requests are expected to have come. Cinlar's inversion: points of a unit
 * process, mapped by it, have this rate. */
#include "base/memory.h"
#include <stdbool.h>
#include <stdint.h>

struct sc_piece {
    double at_ns, x;      /* where it begins: on the clock, and expected requests since 0 */
    double per_ns, slope; /* rate there, and its change per ns */
};

struct sc_curve {
    struct sc_piece *piece; /* n, then one more that marks the end */
    int n;
    bool repeats;  /* the end is followed by the beginning; else by silence. Before: the rate at the
                      beginning */
    bool constant; /* one level piece that never ends */
};

/** A constant rate, for ever. */
struct sc_curve sc_curve_constant(struct sc_arena *arena, double per_s);
/** n straight pieces from time 0, piece i from rate from_per_s[i] to to_per_s[i] within
 * length_ns[i] > 0. */
struct sc_curve sc_curve_pieces(struct sc_arena *arena, int n, const double *length_ns,
                                const double *from_per_s, const double *to_per_s, bool repeats);

/** Expected requests between 0 and `at_ns` (negative before 0). */
double sc_curve_expected(const struct sc_curve *c, double at_ns);

/** Maps n operational instants x[i], not falling, to ns (not falling, rounded towards 0); INT64_MAX
 * for those that never come, INT64_MIN for those that never came. */
void sc_curve_invert(const struct sc_curve *c, const double *x, int64_t *at_ns, int n);
#endif
