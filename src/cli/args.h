/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_CLI_ARGS_H
#define SC_CLI_ARGS_H
/* The command line. One table of commands and one of options feed the parser, the help, the man
 * page and the completion. */
#include "base/memory.h"
#include "io/json.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    SC_EXIT_DONE,
    SC_EXIT_FAILED,
    SC_EXIT_USAGE,
    SC_EXIT_INVALID,
    SC_EXIT_MISSED,
    SC_EXIT_SIGNAL = 128
};

struct sc_options {
    const struct sc_command *command;
    const char *format; /* of the report, by its name */
    const char *records, *hgrm, *out, *follow, *architecture, *color;
    bool detail, check, quiet, names, help, version;
    int64_t jobs;       /* 0: one for each processor */
    int64_t slices;     /* 0: as it pays */
    struct sc_set *set; /* in the order given */
    size_t n_sets, set_cap;
    const char **arg; /* what is no option, after the command */
    size_t n_args, arg_cap;
    uint64_t used; /* a bit for each row of sc_option_table */
    struct sc_arena arena;
};

struct sc_command {
    const char *name, *args, *summary;
    unsigned mask;
    size_t least, most;                     /* arguments */
    int (*run)(const struct sc_options *o); /* returns the exit code */
};

enum sc_option_kind {
    SC_OPTION_FLAG,
    SC_OPTION_TEXT,
    SC_OPTION_COUNT,
    SC_OPTION_FORMAT,
    SC_OPTION_SET,
    SC_OPTION_SET_AT
};

struct sc_option {
    const char *name;
    char letter;     /* 0: none */
    const char *arg; /* what follows; NULL for flags. "a|b" lists the choices of a text */
    enum sc_option_kind kind;
    size_t offset;     /* in struct sc_options */
    unsigned commands; /* masks of the commands that take it */
    const char *help;
};

extern const struct sc_command sc_command_table[]; /* ends with a NULL name */
extern const struct sc_option sc_option_table[];   /* ends with a NULL name */

/** Fills the options; prints what is wrong with a hint to stderr and returns -1 (exit 2). */
SC_MUST_CHECK int sc_args_read(struct sc_options *o, int argc, char *const *argv);
void sc_args_free(struct sc_options *o);
#endif
