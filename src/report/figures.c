/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void drop_zeros(char *text)
{
    char *point = strchr(text, '.'), *end = text + strlen(text);
    if (!point)
        return;
    while (end[-1] == '0')
        end--;
    *(end - 1 == point ? point : end) = '\0';
}

char *sc_exact_text(sc_i128 n, int digits, char *text)
{
    sc_decimal_text(n, digits, text);
    drop_zeros(text);
    return text;
}

/* Commas between thousands of the whole part. */
static void group(char *text)
{
    size_t length = strlen(text), from = text[0] == '-', whole = strcspn(text, ".");
    for (size_t at = whole; at > from + 3 && length + 1 < SC_FIGURE_TEXT;) {
        at -= 3;
        memmove(text + at + 1, text + at, length - at + 1);
        text[at] = ',';
        length++;
    }
}

char *sc_money_text(sc_i128 cents, char *text)
{
    sc_decimal_text(cents, 2, text);
    group(text);
    return text;
}

char *sc_amount_text(double n, char *text)
{
    double size = fabs(n);
    if (size >= 1e12 || (size < 1 && size > 0)) {
        snprintf(text, SC_FIGURE_TEXT, "%.6g", n);
        return text;
    }
    snprintf(text, SC_FIGURE_TEXT, "%.*f",
             size >= 1e9   ? 0
             : size >= 1e6 ? 2
             : size >= 1e3 ? 3
                           : 4,
             n);
    drop_zeros(text);
    group(text);
    return text;
}

char *sc_shortest_text(double n, char *text)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, SC_FIGURE_TEXT, "%.*g", digits, n);
        if (strtod(text, NULL) == n)
            break;
    }
    return text;
}

void sc_csv_cell(const char *text, FILE *out)
{
    if (!text || !strpbrk(text, ",\"\r\n")) {
        fputs(text ? text : "", out);
        return;
    }
    fputc('"', out);
    for (; *text; text++)
        fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, out);
    fputc('"', out);
}
