/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_TREE_H
#define SC_IO_TREE_H
/* What a parsed tree must be beyond its grammar. */
#include "base/error.h"

struct cJSON;
struct sc_doc;

/** Refuses, below `item` of the document, keys that stand twice in an object, numbers that fit no
 * double, and nesting deeper than SC_JSON_MOST_DEPTH; `item` itself lies `depth` levels below the
 * root. */
SC_MUST_CHECK int sc_tree_check(const struct sc_doc *doc, const struct cJSON *item, int depth,
                                struct sc_error *err);
/** Adds the place of the pointer's item: file, line and column, or the --set that made it. */
void sc_tree_place(const struct sc_doc *doc, const char *pointer, int nth, struct sc_error *err);
#endif
