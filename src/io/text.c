/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/text.h"

#include "io/fields.h"
#include "io/json.h"
#include "io/scan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

char *sc_text_number(double value, char out[32])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (!(strtod(out, NULL) < value) && !(strtod(out, NULL) > value))
            break;
    }
    return out;
}

char *sc_text_item(const struct cJSON *item, char out[SC_TEXT_ROOM])
{
    char number[32];
    const char *string = sc_json_string(item);
    if (sc_json_is_number(item))
        snprintf(out, SC_TEXT_ROOM, "%s is a number", sc_text_number(sc_json_number(item), number));
    else if (sc_json_is_bool(item))
        snprintf(out, SC_TEXT_ROOM, "%s is a boolean", sc_json_true(item) ? "true" : "false");
    else if (string) {
        size_t n = 0, length = strlen(string);
        while (n < length && n < 60) /* cut between characters */
            n += (size_t)sc_scan_utf8((const unsigned char *)string + n, length - n);
        snprintf(out, SC_TEXT_ROOM, "\"%.*s%s\" is a string", (int)n, string,
                 n < length ? "..." : "");
    } else
        snprintf(out, SC_TEXT_ROOM, "this is %s", sc_json_kind(item));
    return out;
}

void sc_text_quote(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if ((unsigned char)*text < ' ')
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

void sc_text_wrap(const char *text, int indent, FILE *out)
{
    int col = 0;
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (col > 0 && col + 1 + length > 80) {
            fputc('\n', out);
            col = 0;
        }
        fprintf(out, "%*s%.*s", col == 0 ? indent : 1, "", length, text);
        col += (col == 0 ? indent : 1) + length;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

bool sc_field_is_bounded(const struct sc_field *f)
{
    return (f->kind <= SC_FIELD_BYTES || f->kind == SC_FIELD_DIST || f->kind == SC_FIELD_EXACT) &&
           f->min < f->max;
}

bool sc_field_has_default(const struct sc_field *f)
{
    if (f->required || f->kind == SC_FIELD_JSON || f->kind == SC_FIELD_OBJECT)
        return false;
    if (!f->text && f->max > f->min &&
        f->def < f->min) /* out of bounds: whoever reads it decides */
        return false;
    return f->text || (f->kind != SC_FIELD_TEXT && !isnan(f->def));
}

bool sc_field_choice(const struct sc_field *f, int n, char out[64])
{
    const char *at = f->choices;
    while (at && n-- > 0) {
        at = strchr(at, '|');
        at = at ? at + 1 : NULL;
    }
    if (at)
        snprintf(out, 64, "%.*s", (int)strcspn(at, "|"), at);
    return at != NULL;
}
