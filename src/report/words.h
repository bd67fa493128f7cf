/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_WORDS_H
#define SC_REPORT_WORDS_H
/* Numbers as people read them, and paragraphs that fit the screen. */
#include "base/compiler.h"
#include <stdint.h>
#include <stdio.h>

enum { SC_WORDS_TEXT = 32, SC_SCREEN = 80 };

/** Each writes into text[SC_WORDS_TEXT] and returns it. */
char *sc_usd_text(double usd, char *text);      /* "52.53", "1234", "1.23 M" */
char *sc_cents_text(int64_t cents, char *text); /* the same from cents */
char *sc_ms_text(double ms,
                 char *text); /* "3.4 ms", "412 ms", "1.21 s"; "-" for what is not finite */
char *sc_percent_text(double frac, char *text); /* "0 %", "0.04 %", "12 %" */
char *sc_count_text(double n, char *text);      /* at most six digits */

/** How many columns it takes: the characters of UTF-8. */
int sc_text_columns(const char *text, size_t bytes);

/** Prints a paragraph in lines of at most 80 columns: the first begins after `head`, the others are
 * indented by `indent`. */
void sc_paragraph(const char *head, int indent, const char *text, FILE *out);
#endif
