/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

#include <stddef.h>
#include <stdint.h>

enum {
    RUN = 1,
    VALIDATE = 2,
    EXPLAIN = 4,
    MODELS = 8,
    SCHEMA = 16,
    INIT = 32,
    HELP = 64,
    COMPLETION = 128,
    ALL = 255
};

const struct sc_command sc_command_table[] = {
    {"run", "SCENARIO", "simulate every architecture, compare, decide (the default)", RUN, 1, 1,
     sc_command_run},
    {"validate", "SCENARIO...", "check scenarios and everything they name, run nothing", VALIDATE,
     1, SIZE_MAX, sc_command_validate},
    {"explain", "SCENARIO",
     "print the scenario with every default filled in, and where each is from", EXPLAIN, 1, 1,
     sc_command_explain},
    {"models", "[NAME]",
     "list services, traffic, runtimes, machines and price books, or one in full", MODELS, 0, 1,
     sc_command_models},
    {"schema", "", "print the JSON Schema of a scenario, for editors", SCHEMA, 0, 0,
     sc_command_schema},
    {"init", "", "print a small scenario to begin with", INIT, 0, 0, sc_command_init},
    {"help", "[TOPIC]", "say more about a command or a topic", HELP, 0, 1, sc_command_help},
    {"completion", "", "print the completion script for bash", COMPLETION, 0, 0,
     sc_command_completion},
    {0},
};

#define AT(member) offsetof(struct sc_options, member)

const struct sc_option sc_option_table[] = {
    {"json", 0, NULL, SC_OPTION_FORMAT, AT(format), RUN, "one JSON document instead of text"},
    {"csv", 0, NULL, SC_OPTION_FORMAT, AT(format), RUN,
     "a row an architecture, columns called by their JSON path"},
    {"markdown", 0, NULL, SC_OPTION_FORMAT, AT(format), RUN, "a table for a document"},
    {"detail", 0, NULL, SC_OPTION_FLAG, AT(detail), RUN,
     "also bills line by line and what each service counted"},
    {"output", 'o', "FILE", SC_OPTION_TEXT, AT(out), RUN | EXPLAIN | SCHEMA | INIT,
     "write there instead of the standard output"},
    {"records", 0, "FILE", SC_OPTION_TEXT, AT(records), RUN,
     "the raw integers of every trial, JSON Lines (- instead of the report)"},
    {"hgrm", 0, "NODE", SC_OPTION_TEXT, AT(hgrm), RUN,
     "instead of the report the percentiles of NODE, ARCHITECTURE/NODE or ARCHITECTURE"},
    {"follow", 0, "ID", SC_OPTION_TEXT, AT(follow), RUN,
     "instead of the report the timeline of one request: NUMBER or SOURCE:NUMBER"},
    {"architecture", 0, "NAME", SC_OPTION_TEXT, AT(architecture), RUN,
     "follow the request in this architecture only"},
    {"check", 0, NULL, SC_OPTION_FLAG, AT(check), RUN,
     "exit with 4 when no architecture meets the objective"},
    {"set", 0, "/POINTER=VALUE", SC_OPTION_SET, 0, RUN | VALIDATE | EXPLAIN,
     "change the scenario at a JSON pointer; may be repeated"},
    {"seed", 0, "N", SC_OPTION_SET_AT, 0, RUN | VALIDATE | EXPLAIN, "the same as --set /seed=N"},
    {"replications", 0, "N", SC_OPTION_SET_AT, 0, RUN | VALIDATE | EXPLAIN,
     "the same as --set /replications=N"},
    {"jobs", 'j', "N", SC_OPTION_COUNT, AT(jobs), RUN,
     "threads; all processors by default. Results do not depend on it"},
    {"quiet", 'q', NULL, SC_OPTION_FLAG, AT(quiet), RUN | VALIDATE, "no progress, no remarks"},
    {"color", 0, "auto|always|never", SC_OPTION_TEXT, AT(color), RUN,
     "colours in the text; auto looks at the terminal and NO_COLOR"},
    {"names", 0, NULL, SC_OPTION_FLAG, AT(names), MODELS, "names only, one a line"},
    {"help", 'h', NULL, SC_OPTION_FLAG, AT(help), ALL, "say what a command does and takes"},
    {"version", 'V', NULL, SC_OPTION_FLAG, AT(version), ALL, "print the version"},
    {0},
};
