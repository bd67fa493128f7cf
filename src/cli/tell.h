/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_CLI_TELL_H
#define SC_CLI_TELL_H
/* A result told as the options ask for: the report in its format, or a histogram. */
#include "cli/args.h"
#include "run/experiment.h"

/** Forms the result of the trials that are done and writes what the options ask for; returns the
 * exit code, which --check may make SC_EXIT_MISSED. An error is printed. When some architecture has
 * no trial there is no result: `*told` is false then. `out` NULL: only --check is answered. */
int sc_tell(const struct sc_options *o, const struct sc_experiment *e, FILE *out, bool *told);
/** Prints the error; returns the code. */
int sc_complain(const struct sc_error *err, int code);
#endif
