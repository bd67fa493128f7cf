/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_UNIT_H
#define SC_TRAFFIC_UNIT_H
/* The unit processes: points in operational time, one a unit on average. Window b holds the points
 * of [1024 b, 1024 (b + 1)) and is a pure function of (key, b); exponential gaps know no past, so a
 * Poisson process may be cut anywhere. */
#include <stdint.h>

enum { SC_UNIT_MOST = 2048 };

/** Fills x with the points of window b, not falling, and returns how many: about 1024 +- 32. x has
 * room for SC_UNIT_MOST; what follows the points is undefined. */
int sc_unit_poisson(uint64_t key, int64_t b, double *x);

/** The same for points one apart, all moved by a phase that the key draws. */
int sc_unit_even(uint64_t key, int64_t b, double *x);
#endif
