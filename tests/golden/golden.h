/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TESTS_GOLDEN_H
#define SC_TESTS_GOLDEN_H
/* A case: a documented set-up and what is counted in it. A table of cases is a test program. */
#include "world.h"

struct expected {
    const char *name; /* as world_value calls it */
    int64_t low, high;
};

#define EXACTLY(name, value)                                                                       \
    {                                                                                              \
        name, value, value                                                                         \
    }

struct golden {
    const char *id;     /* of the rule or the example */
    const char *source; /* where it is documented */
    const char *text;   /* the scenario */
    struct sc_set set[6];
    struct arrivals arrivals[12];
    struct expected expected[6];
    const char *refused; /* the scenario must not load, for this reason; else NULL */
};

/** Runs every case of the table; returns how many failed, and says which. */
int golden_main(const struct golden *table, size_t n);
#endif
