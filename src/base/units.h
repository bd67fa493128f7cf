/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_BASE_UNITS_H
#define SC_BASE_UNITS_H
/* Units: the suffixes that keys end in, and times and sizes as people say them. */
#include <stdint.h>

enum sc_unit_kind { SC_UNIT_TIME, SC_UNIT_BYTES, SC_UNIT_OTHER };

struct sc_unit {
    const char *suffix; /* with its underscore */
    const char *name;   /* "seconds" */
    enum sc_unit_kind kind;
    double scale; /* time: ns in one; bytes: bytes in one (powers of 1024); else 1 */
};

/** The unit that a key ends in, or NULL. "x_per_s" is a rate, not a time. */
const struct sc_unit *sc_unit_of_key(const char *key);

enum { SC_UNITS_TEXT = 32 }; /* room for what the functions below write */

/** A duration with three digits in the unit that suits it: "38 ms", "1.24 s". Returns `out`. */
char *sc_ns_text(int64_t ns, char out[SC_UNITS_TEXT]);
/** A size likewise, in powers of 1024: "640 KB", "1.5 GB". Returns `out`. */
char *sc_bytes_text(int64_t bytes, char out[SC_UNITS_TEXT]);
#endif
