/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/csv.h"
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Up to 15 digits and a power of ten up to 22 are doubles exactly, so one product or quotient
 * rounds as strtod does (Clinger, How to read floating point numbers accurately, 1990). False for
 * all that is longer or has an exponent. */
static bool read_short(const char *text, double *out)
{
    const char *c = text + (*text == '-' || *text == '+'), *point = NULL;
    uint64_t digits = 0;
    int n = 0, decimals = 0;
    for (;; c++) {
        unsigned digit = (unsigned)(unsigned char)*c - '0';
        if (digit < 10) {
            digits = digits * 10 + digit;
            if (++n > 15)
                return false;
        } else if (*c == '.' && !point)
            point = c;
        else
            break;
    }
    if (*c != '\0' || n == 0)
        return false;
    if (point)
        decimals = (int)(c - point - 1);
    double value = (double)digits / tens[decimals];
    *out = *text == '-' ? -value : value;
    return true;
}

/* strtod takes more than we do: blanks, "inf", "nan", hexadecimal. */
static bool read_long(const char *text, double *out)
{
    char *end;
    if (*text == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0')
        return false;
    *out = strtod(text, &end);
    return end != text && *end == '\0';
}

int sc_csv_number(const struct sc_csv_row *row, int column, const char *name, double *out,
                  struct sc_error *err)
{
    const char *text = column >= 0 && column < row->n ? row->cell[column] : NULL;
    if (text && (read_short(text, out) || (read_long(text, out) && isfinite(*out))))
        return 0;
    err->line =
        err->message[0] == '\0' ? (row->line < INT_MAX ? (int)row->line : INT_MAX) : err->line;
    if (!text)
        return sc_fail(err, NULL, "the row has %d cells; column \"%.60s\" is number %d", row->n,
                       name, column + 1);
    if (*text == '\0')
        return sc_fail(err, NULL, "column \"%.60s\" is empty; a number is wanted", name);
    return sc_fail(err, NULL, "column \"%.60s\": \"%.60s\" is %s", name, text,
                   read_long(text, out) ? "too large" : "no number");
}
