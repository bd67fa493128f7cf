/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_EXPLAIN_H
#define SC_SCENARIO_EXPLAIN_H
/* The scenario with everything said: each default written out, and where it is from. */
#include "scenario/scenario.h"
#include <stdio.h>

/** Prints the resolved scenario as JSON, then "origins": JSON pointer to source of every value that
 * the file left out. Adds the defaults to the scenario's document, which is not to be run
 * afterwards. Returns 0, or -1 when writing fails. */
int sc_scenario_explain(struct sc_scenario *s, FILE *out);
#endif
