/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_FRACTION_H
#define SC_NUM_FRACTION_H
/* Exact fractions of 128-bit integers. What does not fit becomes "too large", which every operation
 * passes on, so that only the end of a calculation has to be looked at. */
#include "base/compiler.h"
#include <stdbool.h>

struct sc_fraction {
    sc_i128 num, den; /* den > 0; 0: too large */
};

#define SC_TOO_LARGE ((struct sc_fraction){0, 0})

/** The greatest common divisor of two that are not negative; of 0 and 0 it is 0. */
sc_i128 sc_divisor(sc_i128 a, sc_i128 b);

/** num / den in lowest terms; den > 0. */
struct sc_fraction sc_fraction_of(sc_i128 num, sc_i128 den);
struct sc_fraction sc_fraction_plus(struct sc_fraction a, struct sc_fraction b);
struct sc_fraction sc_fraction_times(struct sc_fraction a, struct sc_fraction b);
/** a / b, b > 0. */
struct sc_fraction sc_fraction_over(struct sc_fraction a, struct sc_fraction b);
/** a / step rounded up to a whole number (of steps), step > 0. */
struct sc_fraction sc_fraction_steps(struct sc_fraction a, struct sc_fraction step);
/** a < b; neither too large. */
bool sc_fraction_less(struct sc_fraction a, struct sc_fraction b);

static inline bool sc_fraction_fits(struct sc_fraction f)
{
    return f.den > 0;
}
/** About what it is; 1e38: too large. */
static inline double sc_fraction_double(struct sc_fraction f)
{
    return sc_fraction_fits(f) ? (double)f.num / (double)f.den : 1e38;
}
/** A whole number as a fraction. */
static inline struct sc_fraction sc_whole(sc_i128 n)
{
    return (struct sc_fraction){n, 1};
}
#endif
