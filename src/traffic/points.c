/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/points.h"

#include "base/compiler.h"
#include "num/dist.h"
#include "num/math.h"
#include "num/rng.h"

enum { GROUP = 16 };

/* Gaps are rounded to multiples of 2^-40, as those of the unit process are (unit.c). Groups have a
 * fixed length so that the compiler makes vectors of them. */
static SC_CLONES void fill_gaps(uint64_t key, int groups, uint64_t *restrict gap)
{
    uint64_t first = 0;
    for (int k = 0; k < groups; k++, first += GROUP, gap += GROUP)
        for (int i = 0; i < GROUP; i++) {
            double g = -sc_log(sc_unit(sc_draw(key, first + (uint64_t)i)));
            gap[i] = sc_to_bits(g + 0x1.8p12) - UINT64_C(0x40b8000000000000);
        }
}

static uint64_t add_up(uint64_t *gap, int n)
{
    uint64_t sum = 0;
    for (int i = 0; i < n; i++)
        gap[i] = sum += gap[i]; /* NOLINT(clang-analyzer-*): whole groups are filled before */
    return sum;
}

static SC_CLONES void to_instants(const uint64_t *restrict sum, int n, const double line[3],
                                  int64_t since_ns, int64_t *restrict at_ns)
{
    const double base = line[0], slope = line[1], end = line[2];
    for (int i = 0; i < n; i++) {
        uint64_t bits =
            sum[i] | UINT64_C(0x4330000000000000); /* NOLINT(clang-analyzer-*): as above */
        double x = base + slope * (sc_from_bits(bits) - 0x1p52);
        at_ns[i] = since_ns + (int64_t)(x < end ? x : end);
    }
}

/* There is one gap more than points: the one that closes the interval. */
static int64_t blocks_of(int64_t n)
{
    return n / SC_POINTS_BLOCK + 1;
}

static int gaps_of(int64_t n, int64_t block)
{
    int64_t left = n + 1 - block * SC_POINTS_BLOCK;
    return left < SC_POINTS_BLOCK ? (int)left : SC_POINTS_BLOCK;
}

void sc_points_open(struct sc_points *p, uint64_t key, int64_t n, int64_t length_ns)
{
    uint64_t sums = sc_key(key, SC_DRAW_PATH);
    int64_t blocks = blocks_of(n);
    double sum = 0, last = (double)(length_ns - 1);
    p->key = sc_key(key, SC_DRAW_GAP);
    p->n = n;
    p->length_ns = length_ns;
    p->upto[0] = 0;
    for (int64_t k = 0; k < blocks; k++) {
        struct sc_dist d = {.kind = SC_DIST_GAMMA, .a = gaps_of(n, k), .b = 1};
        sum += blocks > 1 ? sc_dist_draw(&d, sc_draw(sums, (uint64_t)k), 0) : 1;
        p->upto[k + 1] = sum;
    }
    for (int64_t k = 1; k <= blocks; k++) {
        double at_ns = p->upto[k] / sum * (double)length_ns;
        p->upto[k] = at_ns < last ? at_ns : last;
    }
}

static void fill_block(const struct sc_points *p, int64_t k, int n, int64_t since_ns,
                       int64_t *at_ns)
{
    _Alignas(64) uint64_t sum[SC_POINTS_BLOCK];
    int gaps = gaps_of(p->n, k);
    fill_gaps(sc_key(p->key, (uint64_t)k), (gaps + GROUP - 1) / GROUP, sum);
    double line[3] = {p->upto[k], 0, p->upto[k + 1]};
    line[1] = (line[2] - line[0]) / (double)(add_up(sum, gaps) + 1);
    to_instants(sum, n, line, since_ns, at_ns);
}

void sc_points_fill(const struct sc_points *p, int64_t first, int64_t n, int64_t since_ns,
                    int64_t *at_ns)
{
    for (int64_t k = first / SC_POINTS_BLOCK; n > 0; k++) {
        int here = n < SC_POINTS_BLOCK ? (int)n : SC_POINTS_BLOCK;
        fill_block(p, k, here, since_ns, at_ns);
        at_ns += here;
        n -= here;
    }
}

/* Fisher and Yates: each of the last i places takes one of the first i + 1 labels. */
void sc_points_shuffle(uint64_t key, uint32_t *label, int64_t n)
{
    for (int64_t i = n - 1; i > 0; i--) {
        uint64_t draw = sc_draw(key, (uint64_t)i);
        uint64_t j = (uint64_t)((sc_u128)draw * (uint64_t)(i + 1) >> 64);
        uint32_t swap = label[i];
        label[i] = label[j];
        label[j] = swap;
    }
}
