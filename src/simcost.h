/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIMCOST_H
#define SIMCOST_H
/* simcost as a library: run a scenario file, get the JSON document that `simcost run --json`
 * prints. */
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version, "0.1.0". */
const char *simcost_version(void);

/** Loads a scenario, runs it on all processors and writes its result to `json_out`. Returns 0; 3
 * when the scenario is invalid and 1 when the result could not be written, with one line of
 * explanation in `message` (may be NULL). */
int simcost_run_file(const char *path, FILE *json_out, char *message, size_t size);

#ifdef __cplusplus
}
#endif
#endif
