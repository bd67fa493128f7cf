/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_EMIT_H
#define SC_RUN_EMIT_H
/* JSON out, the few pieces that repeat. */
#include <stdio.h>

/** A string with its quotes; what JSON does not allow in one is escaped. NULL is written as null.
 */
void sc_emit_text(const char *text, FILE *out);
/** A number with at most 12 digits; null for what is not finite. */
void sc_emit_number(double value, FILE *out);
#endif
