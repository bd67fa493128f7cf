/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/unit.h"

#include "base/compiler.h"
#include "num/math.h"
#include "num/rng.h"
#include "traffic/traffic.h"

/* Gaps are rounded to multiples of 2^-40: sums of whole numbers are exact and take one cycle a
 * point where doubles take four, and both conversions are a plain addition. FIRST points pass a
 * window's end in 97 % of the windows. */
enum { BLOCK = 64, FIRST = 17 * BLOCK };
static const uint64_t END = (uint64_t)SC_WINDOW_POINTS << 40; /* in ticks of 2^-40 */

/* Blocks have a fixed length so that the compiler makes vectors of them. */
static SC_CLONES void fill_gaps(uint64_t key, uint64_t first, int blocks, uint64_t *restrict gap)
{
    for (int k = 0; k < blocks; k++, first += BLOCK, gap += BLOCK)
        for (int i = 0; i < BLOCK; i++) {
            double g = -sc_log(sc_unit(sc_draw(key, first + (uint64_t)i)));
            gap[i] = sc_to_bits(g + 0x1.8p12) - UINT64_C(0x40b8000000000000);
        }
}

static uint64_t add_up(uint64_t sum, uint64_t *gap, int n)
{
    for (int i = 0; i < n; i++)
        gap[i] = sum += gap[i];
    return sum;
}

static SC_CLONES void to_points(const uint64_t *restrict sum, int blocks, double start,
                                double *restrict x)
{
    for (int k = 0; k < blocks; k++, sum += BLOCK, x += BLOCK)
        for (int i = 0; i < BLOCK; i++)
            x[i] = start + (sc_from_bits(sum[i] | UINT64_C(0x4330000000000000)) - 0x1p52) * 0x1p-40;
}

static int count_below(const uint64_t *sum, int n, uint64_t limit)
{
    int low = 0;
    while (low < n) {
        int middle = (low + n) / 2;
        if (sum[middle] < limit)
            low = middle + 1;
        else
            n = middle;
    }
    return low;
}

int sc_unit_poisson(uint64_t key, int64_t b, double *x)
{
    _Alignas(64) uint64_t sum[SC_UNIT_MOST];
    uint64_t window = sc_key(sc_key(key, SC_DRAW_GAP), (uint64_t)b);
    int n = FIRST;
    fill_gaps(window, 0, FIRST / BLOCK, sum);
    uint64_t last = add_up(0, sum, FIRST);
    while (last < END &&
           n < SC_UNIT_MOST) { /* 2048 points in a window of 1024 are 32 deviations away */
        fill_gaps(window, (uint64_t)n, 1, sum + n);
        last = add_up(last, sum + n, BLOCK);
        n += BLOCK;
    }
    n = count_below(sum, n, END);
    to_points(sum, (n + BLOCK - 1) / BLOCK, (double)b * SC_WINDOW_POINTS, x);
    return n;
}

int sc_unit_even(uint64_t key, int64_t b, double *x)
{
    double start = (double)b * SC_WINDOW_POINTS,
           phase = sc_unit(sc_draw(sc_key(key, SC_DRAW_GAP), 0));
    for (int i = 0; i < SC_WINDOW_POINTS; i++)
        x[i] = start + (i + phase);
    return SC_WINDOW_POINTS;
}
