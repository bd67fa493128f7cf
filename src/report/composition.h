/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_COMPOSITION_H
#define SC_REPORT_COMPOSITION_H
/* What a bill is made of, in a few words. */
#include "run/result.h"

/** The largest lines and their shares: "api requests 42 %, fn duration 30 %, ..."; the text lives
 * in the arena. */
const char *sc_composition_text(const struct sc_result_architecture *a, struct sc_arena *arena);
#endif
