/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/decimal.h"

#include <assert.h>
#include <string.h>

static const sc_u128 TOP =
    (sc_u128)1 << 127; /* what a negative number may reach, and a positive one may not */

enum { MOST_DIGITS = 38 }; /* after the point */

static sc_u128 magnitude(sc_i128 n)
{
    return n < 0 ? 0 - (sc_u128)n : (sc_u128)n;
}

static sc_i128 with_sign(sc_u128 m, bool is_negative)
{
    return is_negative ? (sc_i128)(0 - m) : (sc_i128)m;
}

char *sc_i128_text(sc_i128 n, char *text)
{
    return sc_decimal_text(n, 0, text);
}

bool sc_i128_read(const char *text, sc_i128 *n)
{
    return !strchr(text, '.') && sc_decimal_read(text, 0, n);
}

static bool append_digit(sc_u128 *m, unsigned digit)
{
    if (*m > (TOP - digit) / 10)
        return false;
    *m = *m * 10 + digit;
    return true;
}

/* Appends a run of digits to *m; returns how many, or -1 when they do not fit. */
static int read_digits(const char **text, sc_u128 *m)
{
    int n = 0;
    for (; **text >= '0' && **text <= '9'; ++*text, n++)
        if (!append_digit(m, (unsigned)(**text - '0')))
            return -1;
    return n;
}

bool sc_decimal_read(const char *text, int digits, sc_i128 *n)
{
    assert(digits >= 0 && digits <= MOST_DIGITS);
    sc_u128 m = 0;
    bool is_negative = *text == '-';
    int after = 0;
    text += is_negative;
    if (read_digits(&text, &m) < 1)
        return false;
    if (*text == '.') {
        text++;
        after = read_digits(&text, &m);
        if (after < 1 || after > digits)
            return false;
    }
    for (; after < digits; after++)
        if (!append_digit(&m, 0))
            return false;
    if (*text || (m == TOP && !is_negative))
        return false;
    *n = with_sign(m, is_negative);
    return true;
}

char *sc_decimal_text(sc_i128 n, int digits, char *text)
{
    assert(digits >= 0 && digits <= MOST_DIGITS);
    char reversed[SC_DECIMAL_TEXT];
    int length = 0, at = 0;
    sc_u128 m = magnitude(n);
    for (int place = 0; place <= digits || m > 0; place++, m /= 10) {
        if (place == digits && digits > 0)
            reversed[length++] = '.';
        reversed[length++] = (char)('0' + (int)(m % 10));
    }
    if (n < 0)
        text[at++] = '-';
    while (length > 0)
        text[at++] = reversed[--length];
    text[at] = '\0';
    return text;
}

struct wide {
    sc_u128 high, low;
};

static struct wide multiply(sc_u128 a, sc_u128 b)
{
    uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64), b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    sc_u128 low = (sc_u128)a0 * b0, first = (sc_u128)a1 * b0 + (low >> 64);
    sc_u128 second = (sc_u128)a0 * b1 + (uint64_t)first;
    return (struct wide){(sc_u128)a1 * b1 + (first >> 64) + (second >> 64),
                         second << 64 | (uint64_t)low};
}

/* Quotient and remainder, bit by bit where the product needs more than 128 bits; c < 2^127, so
 * doubling never overflows. */
static sc_u128 divide(struct wide product, sc_u128 c, sc_u128 *remainder)
{
    if (product.high == 0) {
        *remainder = product.low % c;
        return product.low / c;
    }
    assert(product.high < c);
    sc_u128 r = product.high, quotient = 0;
    for (int bit = 127; bit >= 0; bit--) {
        r = r << 1 | (product.low >> bit & 1);
        quotient <<= 1;
        if (r >= c) {
            r -= c;
            quotient |= 1;
        }
    }
    *remainder = r;
    return quotient;
}

sc_i128 sc_muldiv(sc_i128 a, sc_i128 b, sc_i128 c)
{
    assert(c > 0);
    sc_u128 r, quotient = divide(multiply(magnitude(a), magnitude(b)), (sc_u128)c, &r);
    quotient += r >= (sc_u128)c - r;
    assert(quotient < TOP);
    return with_sign(quotient, (a < 0) != (b < 0));
}

sc_i128 sc_muldiv_floor(sc_i128 a, sc_i128 b, sc_i128 c)
{
    assert(c > 0);
    bool is_negative = (a < 0) != (b < 0);
    sc_u128 r, quotient = divide(multiply(magnitude(a), magnitude(b)), (sc_u128)c, &r);
    quotient += is_negative && r > 0; /* down is away from zero there */
    assert(quotient < TOP);
    return with_sign(quotient, is_negative);
}

double sc_i128_double(sc_i128 n)
{
    return (double)n;
}
