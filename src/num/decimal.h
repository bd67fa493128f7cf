/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_DECIMAL_H
#define SC_NUM_DECIMAL_H
/* Exact numbers: 128-bit integers as decimal strings, prices as integers of 1e-15 USD, products and
 * quotients that keep every digit in between. Nothing here is a floating-point number. */
#include "base/compiler.h"
#include <stdbool.h>
#include <stdint.h>

enum { SC_DECIMAL_TEXT = 48 }; /* room for any number here as text */

/** Writes n in decimal into text[SC_DECIMAL_TEXT]; returns text. */
char *sc_i128_text(sc_i128 n, char *text);
/** Reads a decimal integer that fills the whole text; false when it is none or does not fit. */
bool sc_i128_read(const char *text, sc_i128 *n);

/** Reads an exact decimal such as "0.0000166667" or "25" as an integer of 10^-digits; false when
 * the text is no plain decimal, has more digits after the point than `digits`, or does not fit. */
bool sc_decimal_read(const char *text, int digits, sc_i128 *n);
/** The opposite, with exactly `digits` digits after the point. */
char *sc_decimal_text(sc_i128 n, int digits, char *text);

/** a * b / c exactly, c > 0, with 256 bits in between: rounded half away from zero, or down for
 * sc_muldiv_floor. The result must fit in 127 bits (asserted). */
sc_i128 sc_muldiv(sc_i128 a, sc_i128 b, sc_i128 c);
sc_i128 sc_muldiv_floor(sc_i128 a, sc_i128 b, sc_i128 c);

/** The nearest double. */
double sc_i128_double(sc_i128 n);
#endif
