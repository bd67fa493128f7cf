/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_MATH_H
#define SC_NUM_MATH_H
/* log, exp and the sine pair of our own, so that every draw has the same bits on every machine: the
 * C library picks its variants by CPU. Only + - * / and integer operations, no branches, so that
 * compilers can make vectors of them. The polynomials are those of fdlibm (Sun Microsystems, 1993):
 * errors below 1 unit in the last place, 2 for sc_sincos_turn. */
#include "base/compiler.h"
#include <stdint.h>
#include <string.h>

SC_INLINE double sc_from_bits(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

SC_INLINE uint64_t sc_to_bits(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

/** Natural logarithm of a normal number above 0. */
SC_INLINE double sc_log(double x)
{
    /* x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)) */
    uint64_t bits = sc_to_bits(x),
             shifted = bits - UINT64_C(0x3fe6a09e667f3bcd) + (UINT64_C(2048) << 52);
    uint64_t k = shifted >> 52;
    double power = sc_from_bits(k | UINT64_C(0x4330000000000000)) - (0x1p52 + 2048.0);
    double f = sc_from_bits(bits - ((k - 2048) << 52)) - 1.0;
    double s = f / (2.0 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    double odd = z * (6.666666666666735130e-01 +
                      w * (2.857142874366239149e-01 +
                           w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double even = w * (3.999999999940941908e-01 +
                       w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    return power * 6.93147180369123816490e-01 -
           ((half - (s * (half + odd + even) + power * 1.90821492927058770002e-10)) - f);
}

/** e to the x, for |x| < 700. */
SC_INLINE double sc_exp(double x)
{
    double shifted = x * 1.44269504088896338700 + 0x1.8p52;
    uint64_t k = sc_to_bits(shifted);
    double power = shifted - 0x1.8p52;
    double r = (x - power * 6.93147180369123816490e-01) - power * 1.90821492927058770002e-10,
           z = r * r;
    double c =
        r - z * (1.66666666666666019037e-01 +
                 z * (-2.77777777770155933842e-03 +
                      z * (6.61375632143793436117e-05 +
                           z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))));
    double y = 1.0 + (r * c / (2.0 - c) + r);
    return sc_from_bits(sc_to_bits(y) + (k << 52));
}

/** x to the power y, for x > 0. */
SC_INLINE double sc_pow(double x, double y)
{
    return sc_exp(y * sc_log(x));
}

/** Cosine of a whole turn's fraction u in [0, 1). */
SC_INLINE double sc_cos_turn(double u)
{
    double q = u * 4.0 + 0x1.8p52;
    uint64_t quarter = sc_to_bits(q);
    double x = (u * 4.0 - (q - 0x1.8p52)) * 1.57079632679489661923, z = x * x;
    double sine =
        x +
        x * z *
            (-1.66666666666666324348e-01 +
             z * (8.33333333332248946124e-03 +
                  z * (-1.98412698298579493134e-04 +
                       z * (2.75573137070700676789e-06 +
                            z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
    double cosine =
        1.0 - 0.5 * z +
        z * z *
            (4.16666666666666019037e-02 +
             z * (-1.38888888888741095749e-03 +
                  z * (2.48015872894767294178e-05 +
                       z * (-2.75573143513906633035e-07 +
                            z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
    uint64_t swap = 0 - (quarter & 1), sign = ((quarter + 1) >> 1 & 1) << 63;
    return sc_from_bits(((sc_to_bits(cosine) & ~swap) | (sc_to_bits(sine) & swap)) ^ sign);
}

/** Square root, correctly rounded everywhere. */
SC_INLINE double sc_sqrt(double x)
{
    return __builtin_sqrt(x);
}
#endif
