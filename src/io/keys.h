/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_KEYS_H
#define SC_IO_KEYS_H
/* Which keys may stand in an object. */
#include "base/error.h"

struct cJSON;
struct sc_doc;
struct sc_field;

/** Fails at the first member that is neither in the table nor in `also` (NULL-ended, may be NULL),
 * with the key that was meant: the same word with another unit, else the nearest, else the list of
 * all. */
SC_MUST_CHECK int sc_keys_check(const struct sc_doc *doc, const struct cJSON *object,
                                const struct sc_field *table, const char *const *also,
                                struct sc_error *err);
#endif
