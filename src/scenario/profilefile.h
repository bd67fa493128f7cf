/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_PROFILEFILE_H
#define SC_SCENARIO_PROFILEFILE_H
/* The JSON of a profile: {"NAME": {...}} with one member. Fields are read by the type's table,
 * lists and the tables of a trace here, so that traffic/ needs no JSON. */
#include "base/error.h"
#include "base/memory.h"

struct cJSON;
struct sc_doc;
struct sc_source;

/** Reads `profile` into s->type, s->config (in the arena) and s->trace; the caller gives the last
 * back with sc_source_free, after an error too. Relative files of a trace are looked for in
 * `base_dir` (NULL: the current one). Errors name the item of the document, or the CSV and its
 * line.
 */
SC_MUST_CHECK int sc_profile_read(struct sc_source *s, const struct sc_doc *doc,
                                  const struct cJSON *profile, const char *base_dir,
                                  struct sc_arena *arena, struct sc_error *err);
#endif
