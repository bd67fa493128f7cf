/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_DIST_FORMS_H
#define SC_IO_DIST_FORMS_H
/* The ways to state a distribution by numbers: one row each, read by the loader and printed by the
 * schema. */
#include <stdbool.h>

struct sc_dist;

struct sc_dist_parameter {
    const char *key;
    bool is_value; /* in the unit of the distribution, else a bare ratio */
    bool may_be_zero;
    double min, max; /* of a ratio; max <= min: above 0 only */
};

struct sc_dist_form {
    const char *kind;              /* "lognormal" */
    struct sc_dist_parameter a, b; /* b.key NULL: one parameter */
    bool rising;                   /* b is not below a */
    struct sc_dist (*make)(double a, double b);
    const char *help;
};

/** Ends with a row whose kind is NULL; rows of one kind stand together. */
extern const struct sc_dist_form sc_dist_forms[];
#endif
