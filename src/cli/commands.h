/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_CLI_COMMANDS_H
#define SC_CLI_COMMANDS_H
/* The commands; each returns the exit code. */
#include "cli/args.h"

int sc_command_run(const struct sc_options *o);
int sc_command_follow(const struct sc_options *o); /* run --follow */
int sc_command_validate(const struct sc_options *o);
int sc_command_explain(const struct sc_options *o);
int sc_command_schema(const struct sc_options *o);
int sc_command_models(const struct sc_options *o);
int sc_command_bill(const struct sc_options *o);
int sc_command_books(const struct sc_options *o);
int sc_command_price(const struct sc_options *o);
int sc_command_diff(const struct sc_options *o);
int sc_command_init(const struct sc_options *o);
int sc_command_help(const struct sc_options *o);
int sc_command_version(const struct sc_options *o);
int sc_command_completion(const struct sc_options *o);
#endif
