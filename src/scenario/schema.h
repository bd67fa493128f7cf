/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_SCHEMA_H
#define SC_SCENARIO_SCHEMA_H
/* The JSON Schema (draft 07) of a scenario, read off the field tables. */
#include <stdio.h>

void sc_scenario_schema(FILE *out);
#endif
