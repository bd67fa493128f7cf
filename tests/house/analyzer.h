/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TESTS_HOUSE_ANALYZER_H
#define SC_TESTS_HOUSE_ANALYZER_H
/* Read before each source by clang-tidy alone. Its analyzer sees one file at a time, and cannot
 * know that what records an error always returns -1; without that it follows paths on which a
 * failed function has succeeded. */
#include "base/error.h"
#include "io/json.h"

static inline int sc_minus_one(int failed)
{
    (void)failed;
    return -1;
}

#define sc_fail(...) sc_minus_one(sc_fail(__VA_ARGS__))
#define sc_doc_fail(...) sc_minus_one(sc_doc_fail(__VA_ARGS__))
#endif
