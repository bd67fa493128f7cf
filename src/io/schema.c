/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON Schema (draft-07) out of the same rows that the loader reads. */
#include "io/dist_forms.h"
#include "io/exact.h"
#include "io/fields.h"
#include "io/text.h"
#include <string.h>

static void print_description(const struct sc_field *f, FILE *out)
{
    char text[1024];
    snprintf(text, sizeof text, "%s%s%s%s", f->help ? f->help : "", f->source ? " [" : "",
             f->source ? f->source : "", f->source ? "]" : "");
    fputs("\"description\": ", out);
    sc_text_quote(text, out);
}

static void print_choices(const struct sc_field *f, FILE *out)
{
    char choice[64];
    fputs(", \"enum\": [", out);
    for (int i = 0; sc_field_choice(f, i, choice); i++) {
        fputs(i > 0 ? ", " : "", out);
        sc_text_quote(choice, out);
    }
    fputc(']', out);
}

static void print_required(const struct sc_field *table, FILE *out)
{
    int n = 0;
    for (const struct sc_field *f = table; f->key; f++)
        if (f->required) {
            fputs(n++ > 0 ? ", " : ", \"required\": [", out);
            sc_text_quote(f->key, out);
        }
    fputs(n > 0 ? "]" : "", out);
}

static void print_default(const struct sc_field *f, FILE *out)
{
    char text[64];
    if (!sc_field_has_default(f))
        return;
    fputs(", \"default\": ", out);
    if (f->kind == SC_FIELD_TEXT)
        sc_text_quote(f->text, out);
    else if (f->text)
        fputs(f->text, out);
    else if (f->kind == SC_FIELD_CHOICE)
        sc_text_quote(sc_field_choice(f, (int)f->def, text) ? text : "", out);
    else if (f->kind == SC_FIELD_BOOL)
        fputs(f->def != 0 ? "true" : "false", out);
    else
        fputs(sc_text_number(f->def, text), out);
}

/* In draft-07 whatever stands beside a $ref is ignored, hence allOf. */
static void print_row(const struct sc_field *f, FILE *out)
{
    static const char *const types[] = {"integer", "number", "number", "number", "boolean", NULL,
                                        "string",  NULL,     NULL,     "object", NULL};
    char text[32];
    print_description(f, out);
    if (types[f->kind])
        fprintf(out, ", \"type\": \"%s\"", types[f->kind]);
    if (f->kind == SC_FIELD_CHOICE)
        print_choices(f, out);
    if (f->kind == SC_FIELD_DIST)
        fputs(", \"allOf\": [{\"$ref\": \"#/definitions/distribution\"}]", out);
    if (f->kind == SC_FIELD_EXACT)
        fprintf(out,
                ", \"type\": [\"number\", \"string\"], \"pattern\": "
                "\"^-?[0-9]{1,%d}([.][0-9]{1,%d})?$\"",
                SC_EXACT_WHOLE, SC_EXACT_DECIMALS);
    if (f->kind == SC_FIELD_JSON && f->schema)
        fprintf(out, ", \"allOf\": [%s]", f->schema);
    if (sc_field_is_bounded(f)) {
        fprintf(out, ", \"minimum\": %s", sc_text_number(f->min, text));
        fprintf(out, ", \"maximum\": %s", sc_text_number(f->max, text));
    }
    print_default(f, out);
}

void sc_fields_schema(const struct sc_field *table, FILE *out)
{
    for (const struct sc_field *f = table; f->key; f++) {
        fputs(f > table ? ",\n" : "", out);
        sc_text_quote(f->key, out);
        fputs(": {", out);
        print_row(f, out);
        if (f->kind == SC_FIELD_OBJECT) {
            fputs(", \"additionalProperties\": false", out);
            print_required(f->inner, out);
            fputs(", \"properties\": {\n", out);
            sc_fields_schema(f->inner, out); /* as deep as the tables nest */
            fputc('}', out);
        }
        fputc('}', out);
    }
}

static void print_parameter(const struct sc_dist_parameter *p, FILE *out)
{
    char text[32];
    fprintf(out, "\"%s\": {\"type\": \"number\", \"%s\": %s", p->key,
            p->is_value && !p->may_be_zero ? "exclusiveMinimum" : "minimum",
            sc_text_number(p->min, text));
    if (p->min < p->max)
        fprintf(out, ", \"maximum\": %s", sc_text_number(p->max, text));
    fputc('}', out);
}

static void open_kind(const char *kind, FILE *out)
{
    fprintf(out,
            ",\n{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"%s\"], "
            "\"properties\": {\"%s\": ",
            kind, kind);
}

void sc_distribution_schema(FILE *out)
{
    fputs("{\"description\": \"a number, or one distribution by name; its values have the unit "
          "that the key ends in\", \"oneOf\": [\n"
          "{\"type\": \"number\", \"minimum\": 0}",
          out);
    for (const struct sc_dist_form *f = sc_dist_forms; f->kind; f++) {
        open_kind(f->kind, out);
        fprintf(out,
                "{\"description\": \"%s\", \"type\": \"object\", \"additionalProperties\": false, "
                "\"required\": [\"%s\"",
                f->help, f->a.key);
        if (f->b.key)
            fprintf(out, ", \"%s\"", f->b.key);
        fputs("], \"properties\": {", out);
        print_parameter(&f->a, out);
        if (f->b.key) {
            fputs(", ", out);
            print_parameter(&f->b, out);
        }
        fputs("}}}}", out);
    }
    open_kind("quantiles", out);
    fputs("{\"description\": \"[p, value], p rising from 0 to 1\", \"type\": \"array\", "
          "\"minItems\": 2, \"items\": {\"type\": \"array\", "
          "\"minItems\": 2, \"maxItems\": 2, \"items\": {\"type\": \"number\", \"minimum\": 0}}}}}",
          out);
    open_kind("trace", out);
    fputs("{\"description\": \"factor on the duration that the trace gives\", \"type\": "
          "\"number\", \"exclusiveMinimum\": 0, "
          "\"maximum\": 1000000}}}]}",
          out);
}
