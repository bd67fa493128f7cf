/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_BASE_NAMES_H
#define SC_BASE_NAMES_H
/* Names that people type: their form, and the nearest one when they slip. */
#include <stdbool.h>
#include <stddef.h>

/** True for `[a-z0-9_-]+` of at most 63 characters. */
bool sc_name_is_valid(const char *name);

/** How many letters must change, go or come to make one name of the other. */
int sc_name_distance(const char *a, const char *b);

/** Keeps the nearest of the names offered one by one. Start from {.typed = NAME}. */
struct sc_nearest {
    const char *typed, *best; /* borrowed */
    int distance;
};
void sc_nearest_offer(struct sc_nearest *n, const char *name);
/** The nearest name when it is near enough to be meant, or NULL. */
const char *sc_nearest_name(const struct sc_nearest *n);
#endif
