/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

/* One error, one line, whatever the file had in it. */
static void keep_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = ' ';
}

int sc_fail(struct sc_error *err, const char *pointer, const char *fmt, ...)
{
    if (err->message[0] != '\0')
        return -1;
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->message, sizeof err->message, fmt, args);
    va_end(args);
    snprintf(err->pointer, sizeof err->pointer, "%s", pointer ? pointer : "");
    keep_printable(err->message);
    keep_printable(err->pointer);
    return -1;
}

void sc_error_place(struct sc_error *err, const char *file, int line, int col)
{
    if (err->file[0] != '\0')
        return;
    snprintf(err->file, sizeof err->file, "%s", file);
    keep_printable(err->file);
    err->line = line;
    err->col = col;
}

/* "--set POINTER" says already what it is about. */
static bool names_pointer(const struct sc_error *err)
{
    size_t n = strlen(err->file), m = strlen(err->pointer);
    return n > m && strncmp(err->file, "--set ", 6) == 0 &&
           strcmp(err->file + n - m, err->pointer) == 0;
}

void sc_error_print(const struct sc_error *err, FILE *out)
{
    if (err->file[0] != '\0')
        fprintf(out, "%s:", err->file);
    if (err->line > 0)
        fprintf(out, "%d:", err->line);
    if (err->line > 0 && err->col > 0)
        fprintf(out, "%d:", err->col);
    if (err->file[0] != '\0')
        fputc(' ', out);
    if (err->pointer[0] != '\0' && !names_pointer(err))
        fprintf(out, "%s: ", err->pointer);
    fprintf(out, "%s\n", err->message);
}
