/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_POINTER_H
#define SC_IO_POINTER_H
/* JSON pointers (RFC 6901) in parts: "/a~1b/3" has the segments "a~1b" and "3". A segment ends with
 * '/' or the text. */
#include <stdbool.h>
#include <stddef.h>

struct cJSON;

/** True when the segment, its ~0 and ~1 undone, is the key. */
bool sc_segment_is(const char *segment, const char *key);
/** The segment as a place in an array ("0", "12", no sign, no leading zero), or -1. */
int sc_segment_index(const char *segment);
/** The member or element that a segment names, or NULL. */
struct cJSON *sc_segment_child(const struct cJSON *parent, const char *segment);
/** Undoes ~0 and ~1 in place, of a copy that holds one segment. */
void sc_segment_decode(char *segment);

/** Like sc_json_locate, for the nth member (from 1) where several have the last segment as their
 * key. */
void sc_json_locate_nth(const char *text, const char *pointer, int nth, int *line, int *col);
#endif
