/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_TEXT_H
#define SC_IO_TEXT_H
/* Pieces of messages and of printed JSON. */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct cJSON;
struct sc_field;

enum { SC_TEXT_ROOM = 160 };

/** The shortest decimal that reads back as the number. Returns `out`. */
char *sc_text_number(double value, char out[32]);
/** What an item is: `"abc" is a string`, `5 is a number`; long strings are cut. Returns `out`. */
char *sc_text_item(const struct cJSON *item, char out[SC_TEXT_ROOM]);
/** Prints a text as a JSON string, with its quotes. */
void sc_text_quote(const char *text, FILE *out);
/** Prints a text in lines of at most 80 columns, each indented. */
void sc_text_wrap(const char *text, int indent, FILE *out);

/** True when the row is a number's (or a distribution's) and has bounds. */
bool sc_field_is_bounded(const struct sc_field *f);
/** True when a missing key has a value to print. */
bool sc_field_has_default(const struct sc_field *f);
/** The nth of the choices "a|b|c" into `out`, 64 bytes; false when there are fewer. */
bool sc_field_choice(const struct sc_field *f, int n, char out[64]);
#endif
