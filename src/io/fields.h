/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_FIELDS_H
#define SC_IO_FIELDS_H
/* One row for every number a user types: key with its unit, help, default, bounds, and where it
 * goes. The loader, `simcost models`, `simcost explain`, the JSON Schema and the documentation read
 * the same row, so nothing is said twice. */
#include "base/error.h"
#include "base/memory.h"
#include <stddef.h>
#include <stdio.h>

struct cJSON;
struct sc_doc;

enum sc_field_kind {
    SC_FIELD_INT,   /* int64_t */
    SC_FIELD_REAL,  /* double */
    SC_FIELD_NS,    /* int64_t ns from a number whose key ends in _ms, _s or _h */
    SC_FIELD_BYTES, /* int64_t bytes from a number whose key ends in _bytes, _kb, _mb or _gb (powers
                       of 1024) */
    SC_FIELD_BOOL,  /* bool */
    SC_FIELD_CHOICE, /* int: place in `choices`, "a|b|c" */
    SC_FIELD_TEXT,   /* const char *, NULL without default */
    SC_FIELD_DIST,   /* struct sc_dist in ns (key ends in a time), else in the key's own unit: a
                        number or {"lognormal": {...}} */
    SC_FIELD_EXACT, /* struct sc_fraction in the key's own unit: a number of at most 15 digits, or a
                       decimal string (io/exact.h) */
    SC_FIELD_OBJECT, /* nested table `inner`, its offsets counted from the same struct */
    SC_FIELD_JSON    /* const struct cJSON *, read by its owner; NULL without */
};

struct sc_field {
    const char *key, *help;
    enum sc_field_kind kind;
    size_t offset;
    double def, min,
        max; /* numbers, in the key's unit, max <= min: no bounds; choice: place of the default */
    const char *choices; /* SC_FIELD_CHOICE */
    const char *text; /* default of SC_FIELD_TEXT; of SC_FIELD_DIST as JSON ("{\"uniform\": ...}"),
                         else def serves */
    const struct sc_field *inner; /* SC_FIELD_OBJECT */
    const char *source; /* where the default is from: an id of facts, a paper; NULL for a plain
                           choice of ours */
    int required;
    const char *schema; /* SC_FIELD_JSON: its JSON Schema; NULL: anything */
};
/* A table ends with a row whose key is NULL. */

/** Reads an object into `out` by its table: defaults first, then what is written. Keys in `also` (a
 * NULL-ended list, may be NULL) are read by the caller. Errors: unknown key (with the nearest one),
 * wrong type, out of bounds, a required key missing; each says value, bound and unit. Strings and
 * quantiles go into the arena. `object` may be NULL: all defaults. */
SC_MUST_CHECK int sc_fields_read(const struct sc_doc *doc, const struct cJSON *object,
                                 const struct sc_field *table, const char *const *also, void *out,
                                 struct sc_arena *arena, struct sc_error *err);

/** Reads one distribution, times in the unit that `key` ends in and kept in ns (other units kept as
 * they are): 5 | {"lognormal": {"p50", "p99"}} | {"exponential": {"mean"}} | {"normal": {"mean",
 * "sd"}} | {"gamma": {"mean", "cv"}} |
 * {"weibull": {"shape", "scale"}} | {"pareto": {"shape", "min"}} | {"uniform": {"min", "max"}} |
 * {"quantiles": [[p, value], ...]} | {"trace": factor}. */
struct sc_dist;
SC_MUST_CHECK int sc_dist_read(const struct sc_doc *doc, const struct cJSON *item, const char *key,
                               struct sc_dist *out, struct sc_arena *arena, struct sc_error *err);

/** ns in one unit of a key's suffix (_ms 1e6, _s 1e9, _h 3.6e12), bytes in one (_bytes 1, _kb, _mb,
 * _gb), 1 for others. */
double sc_key_scale(const char *key);

/** Prints the table for a person: key, default, bounds, help, source. */
void sc_fields_describe(const struct sc_field *table, int indent, FILE *out);
/** Prints the members of a JSON Schema's "properties" (no braces), comma separated. */
void sc_fields_schema(const struct sc_field *table, FILE *out);
/** Prints the JSON Schema that "#/definitions/distribution" stands for, an object. */
void sc_distribution_schema(FILE *out);
/** Adds to the object what a reader would have filled in, so that a printed scenario says every
 * default; each added key goes to `origins` as "POINTER<TAB>source" (no source: "simcost"). Keys
 * without a default are left out. */
struct sc_origins {
    char **lines; /* in the arena, like what they point to */
    size_t n, cap;
    struct sc_arena *arena;
};
void sc_fields_resolve(const struct sc_field *table, struct cJSON *object, const char *pointer,
                       struct sc_origins *origins);
#endif
