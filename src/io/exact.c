/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/exact.h"

#include "io/json.h"
#include "io/text.h"
#include "num/decimal.h"
#include <stdlib.h>
#include <string.h>

static sc_i128 power_of_ten(int n)
{
    sc_i128 power = 1;
    while (n-- > 0)
        power *= 10;
    return power;
}

/* "-1.23450000000000e+02": 15 digits, of which none is wrong where they read back. */
struct sc_fraction sc_exact_of(double value)
{
    char text[32], digits[SC_EXACT_DIGITS + 2] = "";
    snprintf(text, sizeof text, "%.*e", SC_EXACT_DIGITS - 1, value);
    double back = strtod(text, NULL);
    if (back < value || back > value || !(value < 1e24 && value > -1e24))
        return SC_TOO_LARGE;
    for (const char *at = text; *at != 'e'; at++)
        if (*at != '.')
            digits[strlen(digits)] = *at;
    sc_i128 n = strtoll(digits, NULL, 10);
    int place = (int)strtol(strchr(text, 'e') + 1, NULL, 10) - (SC_EXACT_DIGITS - 1);
    for (; n != 0 && n % 10 == 0 && place < 0; place++)
        n /= 10;
    if (n == 0 || place >= 0)
        return sc_whole(n * power_of_ten(n == 0 ? 0 : place));
    return place < -SC_EXACT_DIGITS ? SC_TOO_LARGE : sc_fraction_of(n, power_of_ten(-place));
}

static int bad_number(const struct sc_doc *doc, const struct cJSON *item, const char *about,
                      struct sc_error *err)
{
    char text[32];
    double v = sc_json_number(item);
    sc_text_number(v, text);
    if (!(v < 1e24 && v > -1e24))
        return sc_doc_fail(doc, item, err, "%s has more than %d digits before the point (%s)", text,
                           SC_EXACT_WHOLE, about);
    return sc_doc_fail(doc, item, err,
                       "%s has more digits than a number keeps exactly, %d; give it as a string, "
                       "with at most %d decimals (%s)",
                       text, SC_EXACT_DIGITS, SC_EXACT_DECIMALS, about);
}

int sc_exact_read(const struct sc_doc *doc, const struct cJSON *item, const char *about,
                  struct sc_fraction *out, struct sc_error *err)
{
    const char *text = sc_json_string(item);
    char what[SC_TEXT_ROOM];
    if (sc_json_is_number(item)) {
        *out = sc_exact_of(sc_json_number(item));
        return sc_fraction_fits(*out) ? 0 : bad_number(doc, item, about, err);
    }
    sc_i128 n, most = power_of_ten(SC_EXACT_WHOLE + SC_EXACT_DECIMALS);
    if (!text || !sc_decimal_read(text, SC_EXACT_DECIMALS, &n) || n >= most || n <= -most)
        return sc_doc_fail(doc, item, err,
                           "%s; a number, or a plain decimal string of at most %d digits and %d "
                           "decimals, is wanted (%s)",
                           sc_text_item(item, what), SC_EXACT_WHOLE, SC_EXACT_DECIMALS, about);
    *out = sc_fraction_of(n, power_of_ten(SC_EXACT_DECIMALS));
    return 0;
}
