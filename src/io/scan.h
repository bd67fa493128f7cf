/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_SCAN_H
#define SC_IO_SCAN_H
/* Is a text JSON (RFC 8259), to the letter? Asked before cJSON parses, which is lenient and tells
 * no reason. */
#include "base/error.h"
#include <stddef.h>

/** Line and column, both from 1, of a place in a text; columns count bytes. */
void sc_scan_place(const char *text, size_t at, int *line, int *col);
/** Fails where the text is not JSON, with what was found and what is wanted there; also where it is
 * deeper than SC_JSON_MOST_DEPTH, not UTF-8, or holds a zero byte, written or escaped. */
SC_MUST_CHECK int sc_scan(const char *name, const char *text, size_t length, struct sc_error *err);
/** Length of the valid UTF-8 character at the start of the n bytes, or 0. */
int sc_scan_utf8(const unsigned char *c, size_t n);
#endif
