/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/fields.h"
#include "io/text.h"
#include <string.h>

static void print_value(const struct sc_field *f, double value, FILE *out)
{
    char text[64];
    if (f->kind == SC_FIELD_BOOL)
        fputs(value != 0 ? "true" : "false", out);
    else if (f->kind == SC_FIELD_CHOICE)
        fputs(sc_field_choice(f, (int)value, text) ? text : "", out);
    else
        fputs(sc_text_number(value, text), out);
}

static void print_default(const struct sc_field *f, FILE *out)
{
    if (f->required)
        fputs("  required", out);
    if (!sc_field_has_default(f))
        return;
    fputs("  default ", out);
    if (f->text)
        fputs(f->text, out);
    else
        print_value(f, f->def, out);
}

static void print_bounds(const struct sc_field *f, FILE *out)
{
    char low[32], high[32];
    if (f->kind == SC_FIELD_CHOICE)
        fprintf(out, "  (%s)", f->choices);
    else if (sc_field_is_bounded(f))
        fprintf(out, "  (%s to %s)", sc_text_number(f->min, low), sc_text_number(f->max, high));
}

void sc_fields_describe(const struct sc_field *table, int indent, FILE *out)
{
    for (const struct sc_field *f = table; f->key; f++) {
        fprintf(out, "%*s%s", indent, "", f->key);
        print_default(f, out);
        print_bounds(f, out);
        fputs(f->kind == SC_FIELD_DIST    ? "  a number or a distribution\n"
              : f->kind == SC_FIELD_EXACT ? "  a number or a decimal string\n"
                                          : "\n",
              out);
        char help[1024];
        snprintf(help, sizeof help, "%s%s%s%s", f->help ? f->help : "", f->source ? " [" : "",
                 f->source ? f->source : "", f->source ? "]" : "");
        if (help[0])
            sc_text_wrap(help, indent + 4, out);
        if (f->kind == SC_FIELD_OBJECT)
            sc_fields_describe(f->inner, indent + 4, out);
    }
}
