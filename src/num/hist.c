/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "num/hist.h"

#include "num/decimal.h"
#include "num/math.h"

#include <assert.h>
#include <stdbool.h>

/* A bucket of the list to which values come more often than that opens its row, since the way
 * through the list is the slower one. */
enum { ROW = 2 * SC_HIST_SUB, FEW = 32, OFTEN = 64 };

/* Row 0 holds octaves 0 and 1. */
static int shift_of(int bucket)
{
    return bucket < ROW ? 0 : bucket / SC_HIST_SUB - 1;
}

void sc_hist_init(struct sc_hist *h, struct sc_arena *arena)
{
    *h = (struct sc_hist){.arena = arena};
}

void sc_hist_open(struct sc_hist *h, int shift)
{
    uint64_t *row = h->row[shift] = SC_NEW_ARRAY(h->arena, uint64_t, ROW);
    int kept = 0;
    for (int i = 0; i < h->n_few; i++) {
        struct sc_hist_few f = h->few[i];
        if (shift_of(f.bucket) == shift)
            row[f.bucket - SC_HIST_SUB * shift] = f.count;
        else
            h->few[kept++] = f;
    }
    h->n_few = kept;
}

/* The place of a bucket in the list, or where it belongs. */
static int place_of(const struct sc_hist *h, int bucket)
{
    int i = 0;
    while (i < h->n_few && h->few[i].bucket < bucket)
        i++;
    return i;
}

static void insert(struct sc_hist *h, int at, struct sc_hist_few f)
{
    if (h->n_few == h->cap_few) {
        struct sc_hist_few *was = h->few;
        h->cap_few = h->cap_few ? 2 * h->cap_few : 4;
        h->few = SC_NEW_ARRAY(h->arena, struct sc_hist_few, h->cap_few);
        for (int i = 0; i < h->n_few; i++)
            h->few[i] = was[i];
    }
    for (int i = h->n_few++; i > at; i--)
        h->few[i] = h->few[i - 1];
    h->few[at] = f;
}

void sc_hist_put(struct sc_hist *h, int bucket, uint64_t count)
{
    assert(bucket >= 0 && bucket < SC_HIST_BUCKETS);
    int shift = shift_of(bucket);
    if (!h->row[shift]) {
        int i = place_of(h, bucket);
        if (i < h->n_few && h->few[i].bucket == bucket) {
            h->few[i].count += count;
            return;
        }
        if (h->n_few < FEW) {
            insert(h, i, (struct sc_hist_few){count, bucket});
            return;
        }
        sc_hist_open(h, shift);
    }
    h->row[shift][bucket - SC_HIST_SUB * shift] += count;
}

void sc_hist_add_first(struct sc_hist *h, int shift, int64_t value)
{
    int bucket = SC_HIST_SUB * shift + (int)(value >> shift), i = place_of(h, bucket);
    if (i < h->n_few && h->few[i].bucket == bucket && h->few[i].count >= OFTEN)
        sc_hist_open(h, shift);
    sc_hist_put(h, bucket, 1);
    h->sum += value;
    if (value > h->max)
        h->max = value;
}

void sc_hist_add_many(struct sc_hist *h, const int64_t *value, size_t n, int64_t more)
{
    int64_t max = h->max;
    sc_i128 sum = h->sum;
    for (size_t i = 0; i < n; i++) {
        uint64_t v = (uint64_t)(value[i] + more);
        int shift = (63 ^ __builtin_clzll(v | SC_HIST_SUB)) - 8;
        if (SC_UNLIKELY(!h->row[shift]))
            sc_hist_open(h, shift);
        h->row[shift][v >> shift]++;
        sum += v;
        max = (int64_t)v > max ? (int64_t)v : max;
    }
    h->sum = sum;
    h->max = max;
}

void sc_hist_merge(struct sc_hist *h, const struct sc_hist *from)
{
    sc_hist_merge_times(h, from, 1);
}

void sc_hist_merge_times(struct sc_hist *h, const struct sc_hist *from, uint64_t times)
{
    for (int k = 0; k < SC_HIST_OCTAVES; k++) {
        for (int i = 0; from->row[k] && i < ROW; i++)
            if (from->row[k][i] > 0)
                sc_hist_put(h, SC_HIST_SUB * k + i, from->row[k][i] * times);
    }
    for (int i = 0; i < from->n_few; i++)
        sc_hist_put(h, from->few[i].bucket, from->few[i].count * times);
    h->sum += from->sum * times;
    if (from->max > h->max)
        h->max = from->max;
}

uint64_t sc_hist_count(const struct sc_hist *h)
{
    uint64_t n = 0;
    for (int k = 0; k < SC_HIST_OCTAVES; k++)
        for (int i = 0; h->row[k] && i < ROW; i++)
            n += h->row[k][i];
    for (int i = 0; i < h->n_few; i++)
        n += h->few[i].count;
    return n;
}

int sc_hist_next(const struct sc_hist *h, int bucket)
{
    int i = place_of(h, bucket), best = i < h->n_few ? h->few[i].bucket : SC_HIST_BUCKETS;
    while (bucket < best) {
        int shift = shift_of(bucket), end = SC_HIST_SUB * shift + ROW;
        const uint64_t *row = h->row[shift];
        for (; row && bucket < end; bucket++)
            if (row[bucket - SC_HIST_SUB * shift] > 0)
                return bucket < best ? bucket : best;
        bucket = end;
    }
    return best;
}

double sc_hist_mean(const struct sc_hist *h)
{
    uint64_t n = sc_hist_count(h);
    return n > 0 ? sc_i128_double(h->sum) / (double)n : 0.0;
}

static double middle(int bucket)
{
    return 0.5 * ((double)sc_hist_low(bucket) + (double)sc_hist_high(bucket));
}

double sc_hist_deviation(const struct sc_hist *h)
{
    uint64_t n = sc_hist_count(h);
    double mean = sc_hist_mean(h), squares = 0.0;
    for (int b = 0; (b = sc_hist_next(h, b)) < SC_HIST_BUCKETS; b++) {
        double off = middle(b) - mean;
        squares += (double)sc_hist_bucket(h, b) * (off * off);
    }
    return n > 0 ? sc_sqrt(squares / (double)n) : 0.0;
}

double sc_hist_quantile(const struct sc_hist *h, double q)
{
    uint64_t n = sc_hist_count(h), below = 0;
    /* Rounded up, but not over what is a whole number save for its last bit: 7 % of 100 values are
     * 7, not 8. */
    double share = q * (double)n * (1.0 - 1e-15);
    uint64_t rank = share > 0.0 ? (uint64_t)share : 0;
    rank += (double)rank < share || rank == 0;
    if (rank >= n)
        return (double)h->max;
    for (int b = 0; (b = sc_hist_next(h, b)) < SC_HIST_BUCKETS; b++) {
        below += sc_hist_bucket(h, b);
        if (below >= rank)
            return middle(b) < (double)h->max ? middle(b) : (double)h->max;
    }
    return (double)h->max;
}

uint64_t sc_hist_bucket(const struct sc_hist *h, int bucket)
{
    assert(bucket >= 0 && bucket < SC_HIST_BUCKETS);
    const uint64_t *row = h->row[shift_of(bucket)];
    int i = row ? 0 : place_of(h, bucket);
    if (row)
        return row[bucket - SC_HIST_SUB * shift_of(bucket)];
    return i < h->n_few && h->few[i].bucket == bucket ? h->few[i].count : 0;
}

int64_t sc_hist_low(int bucket)
{
    int octave = bucket / SC_HIST_SUB, place = bucket % SC_HIST_SUB;
    return octave > 0 ? (int64_t)(SC_HIST_SUB + place) << (octave - 1) : place;
}

int64_t sc_hist_high(int bucket)
{
    int octave = bucket / SC_HIST_SUB;
    return sc_hist_low(bucket) + (octave > 0 ? (INT64_C(1) << (octave - 1)) - 1 : 0);
}
