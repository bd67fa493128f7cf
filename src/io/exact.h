/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_EXACT_H
#define SC_IO_EXACT_H
/* Amounts of which no digit may be lost: JSON numbers, and decimal strings for what needs more
 * digits than a double keeps. */
#include "base/error.h"
#include "num/fraction.h"

struct cJSON;
struct sc_doc;

/** Digits that an exact amount may have: as a number, and as a string before and after the point.
 */
enum { SC_EXACT_DIGITS = 15, SC_EXACT_WHOLE = 24, SC_EXACT_DECIMALS = 9 };

/** A double as the decimal of at most 15 significant digits that reads back as it; too large when
 * there is none, or none below 10^24 with at most 15 decimals. */
struct sc_fraction sc_exact_of(double value);
/** Reads a number or a string; the message of an error ends with "(about)". */
SC_MUST_CHECK int sc_exact_read(const struct sc_doc *doc, const struct cJSON *item,
                                const char *about, struct sc_fraction *out, struct sc_error *err);
#endif
