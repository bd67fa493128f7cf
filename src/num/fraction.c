/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/fraction.h"

sc_i128 sc_divisor(sc_i128 a, sc_i128 b)
{
    while (b != 0) {
        sc_i128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static sc_i128 magnitude(sc_i128 n)
{
    return n < 0 ? -n : n;
}

struct sc_fraction sc_fraction_of(sc_i128 num, sc_i128 den)
{
    sc_i128 common = sc_divisor(magnitude(num), den);
    return (struct sc_fraction){num / common, den / common};
}

struct sc_fraction sc_fraction_times(struct sc_fraction a, struct sc_fraction b)
{
    if (!sc_fraction_fits(a) || !sc_fraction_fits(b))
        return SC_TOO_LARGE;
    struct sc_fraction x = sc_fraction_of(a.num, b.den), y = sc_fraction_of(b.num, a.den), out;
    if (__builtin_mul_overflow(x.num, y.num, &out.num) ||
        __builtin_mul_overflow(x.den, y.den, &out.den))
        return SC_TOO_LARGE;
    return out;
}

struct sc_fraction sc_fraction_over(struct sc_fraction a, struct sc_fraction b)
{
    return sc_fraction_fits(b) ? sc_fraction_times(a, (struct sc_fraction){b.den, b.num})
                               : SC_TOO_LARGE;
}

struct sc_fraction sc_fraction_plus(struct sc_fraction a, struct sc_fraction b)
{
    if (!sc_fraction_fits(a) || !sc_fraction_fits(b))
        return SC_TOO_LARGE;
    sc_i128 common = sc_divisor(a.den, b.den), left, right, sum, den;
    if (__builtin_mul_overflow(a.num, b.den / common, &left) ||
        __builtin_mul_overflow(b.num, a.den / common, &right) ||
        __builtin_add_overflow(left, right, &sum) ||
        __builtin_mul_overflow(a.den, b.den / common, &den))
        return SC_TOO_LARGE;
    return sc_fraction_of(sum, den);
}

struct sc_fraction sc_fraction_steps(struct sc_fraction a, struct sc_fraction step)
{
    struct sc_fraction n = sc_fraction_over(a, step);
    if (!sc_fraction_fits(n))
        return n;
    return sc_whole(n.num / n.den + (n.num % n.den > 0));
}

static sc_i128 floor_of(struct sc_fraction f)
{
    return f.num / f.den - (f.num % f.den < 0);
}

/* Whole parts first, then the remainders: a continued fraction, so nothing overflows. */
bool sc_fraction_less(struct sc_fraction a, struct sc_fraction b)
{
    for (;;) {
        sc_i128 whole_a = floor_of(a), whole_b = floor_of(b);
        sc_i128 rest_a = a.num - whole_a * a.den, rest_b = b.num - whole_b * b.den;
        if (whole_a != whole_b || rest_a == 0 || rest_b == 0)
            return whole_a != whole_b ? whole_a < whole_b : rest_a == 0 && rest_b > 0;
        struct sc_fraction turned = {b.den, rest_b};
        b = (struct sc_fraction){a.den, rest_a};
        a = turned;
    }
}
