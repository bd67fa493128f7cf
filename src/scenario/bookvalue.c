/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a book: days, exact decimals, SKUs, sources. */
#include "base/names.h"
#include "num/decimal.h"
#include "scenario/bookparts.h"

#include <string.h>

int sc_book_read_fields(const struct sc_book_file *f, const struct cJSON *object,
                        const struct sc_field *table, void *out)
{
    return sc_fields_read(f->doc, object, table, NULL, out, f->arena, f->err);
}

static bool is_digits(const char *text, size_t n)
{
    return strspn(text, "0123456789") >= n;
}

static int number(const char *digits, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++)
        value = value * 10 + digits[i] - '0';
    return value;
}

bool sc_book_day(const char *text, char day[SC_DAY_TEXT])
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    size_t n = strlen(text);
    if ((n != 4 && n != 7 && n != 10) || !is_digits(text, 4))
        return false;
    if (n >= 7 && (text[4] != '-' || !is_digits(text + 5, 2)))
        return false;
    if (n == 10 && (text[7] != '-' || !is_digits(text + 8, 2)))
        return false;
    int year = number(text, 4), month = n >= 7 ? number(text + 5, 2) : 1;
    int date = n == 10 ? number(text + 8, 2) : 1;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || date < 1 || date > days[month - 1] + (leap && month == 2))
        return false;
    snprintf(day, SC_DAY_TEXT, "%s%s", text, &"0000-01-01"[n]);
    return true;
}

static int no_decimal(const struct sc_book_file *f, const struct cJSON *item, const char *text,
                      const char *example)
{
    return sc_doc_fail(
        f->doc, item, f->err,
        "\"%s\" is no plain decimal; write digits and at most one point, such as \"%s\"", text,
        example);
}

/* A decimal that sc_decimal_read does not take: why? */
static int bad_amount(const struct sc_book_file *f, const struct cJSON *item, int digits,
                      int64_t most, const char *what)
{
    const char *text = sc_json_string(item), *point = strchr(text, '.');
    size_t length = strlen(text), after = point ? strlen(point + 1) : 0;
    const char *blank = *what ? " " : "";
    if (after > 0 && is_digits(point + 1, after) && after > (size_t)digits)
        return digits > 0 ? sc_doc_fail(f->doc, item, f->err,
                                        "\"%s\" has %zu decimals; at most %d are kept: round it",
                                        text, after, digits)
                          : sc_doc_fail(f->doc, item, f->err, "\"%s\" is not whole; give whole %s",
                                        text, what);
    if (length > 20 && strspn(text, "0123456789.") == length)
        return sc_doc_fail(f->doc, item, f->err, "\"%s\" is above the maximum, %lld%s%s", text,
                           (long long)most, blank, what);
    return no_decimal(f, item, text, digits > 0 ? *what ? "0.0000002" : "0.12" : "1000000");
}

int sc_book_read_amount(const struct sc_book_file *f, const struct cJSON *item, int digits,
                        int64_t most, const char *what, sc_i128 *out)
{
    const char *text = sc_json_string(item), *blank = *what ? " " : "";
    sc_i128 scale = 1;
    for (int i = 0; i < digits; i++)
        scale *= 10;
    if (!text)
        return sc_doc_fail(
            f->doc, item, f->err, "expected %s as a decimal in a string, such as \"%s\", found %s",
            *what ? what : "a share", digits > 0 ? *what ? "0.0000002" : "0.12" : "1000000",
            sc_json_kind(item));
    if (!sc_decimal_read(text, digits, out))
        return bad_amount(f, item, digits, most, what);
    if (*out < 0)
        return sc_doc_fail(f->doc, item, f->err, "\"%s\" is negative; the minimum is 0%s%s", text,
                           blank, what);
    if (*out > most * scale)
        return sc_doc_fail(f->doc, item, f->err, "\"%s\" is above the maximum, %lld%s%s", text,
                           (long long)most, blank, what);
    return 0;
}

int sc_book_check_source(const struct sc_book_file *f, const struct cJSON *item, const char *key)
{
    if (sc_json_get(f->head.sources, key))
        return 0;
    struct sc_nearest nearest = {.typed = key};
    for (const struct cJSON *s = sc_json_first(f->head.sources); s; s = sc_json_next(s))
        sc_nearest_offer(&nearest, sc_json_key(s));
    const char *best = sc_nearest_name(&nearest);
    return sc_doc_fail(f->doc, item, f->err, "\"%s\" is not among the book's sources; %s%s%s", key,
                       best ? "did you mean \"" : "add it to \"sources\"", best ? best : "",
                       best ? "\"?" : "");
}

int sc_book_check_sku(const struct sc_book_file *f, const struct cJSON *item, const char *sku,
                      bool may_end)
{
    size_t n = strspn(sku, "abcdefghijklmnopqrstuvwxyz0123456789_.-");
    if (may_end && strcmp(sku + n, "*") == 0)
        return 0;
    if (n > 0 && sku[n] == '\0')
        return 0;
    return sc_doc_fail(f->doc, item, f->err,
                       "\"%s\" is no %s; use a-z, 0-9, _, - and .%s, such as \"%s\"", sku,
                       may_end ? "SKU or pattern" : "SKU", may_end ? ", and * at the end only" : "",
                       may_end ? "lambda.*" : "lambda.requests");
}
