/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_BASE_ERROR_H
#define SC_BASE_ERROR_H
/* A user's mistake, told once: where it is and how to mend it. The struct lives on the caller's
 * stack and is never freed; the first error wins. Contracts between functions are asserted instead,
 * and memory that runs out ends in base/memory. */
#include "base/compiler.h"
#include <stdio.h>

struct sc_error {
    char file[512];     /* empty: no file */
    char pointer[512];  /* JSON pointer, or empty */
    int line, col;      /* from 1; 0: unknown */
    char message[1024]; /* empty: no error yet */
};

/** Records an error unless one is there already. `pointer` may be NULL. Always returns -1. */
int sc_fail(struct sc_error *err, const char *pointer, const char *fmt, ...) SC_PRINTF(3, 4);

/** Adds the place to an error that has none yet; `line` and `col` from 1, 0 for unknown. */
void sc_error_place(struct sc_error *err, const char *file, int line, int col);

/** Prints `file:line:col: pointer: message` and a newline, leaving out what is unknown. */
void sc_error_print(const struct sc_error *err, FILE *out);
#endif
