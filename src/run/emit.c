/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/emit.h"

#include <math.h>

static void emit_char(unsigned char c, FILE *out)
{
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c < ' ' || c == 0x7f)
        fprintf(out, "\\u%04x", c);
    else
        fputc(c, out);
}

void sc_emit_text(const char *text, FILE *out)
{
    if (!text) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (const char *c = text; *c; c++)
        emit_char((unsigned char)*c, out);
    fputc('"', out);
}

void sc_emit_number(double value, FILE *out)
{
    if (!isfinite(value))
        fputs("null", out);
    else
        fprintf(out, "%.12g", value == 0 ? 0.0 : value); /* never -0 */
}
