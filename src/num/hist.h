/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_HIST_H
#define SC_NUM_HIST_H
/* The latency histogram: log-linear, 256 sub-buckets in every octave, so a value is off by less
 * than 0.2 % (half a bucket) and merging is adding. Values are integers from 0 to 2^62, in ns. The
 * first few values wait in a short list; an octave takes memory when it holds more than that. After
 * HdrHistogram (Tene, CC0), whose fixed range of octaves this one leaves open. */
#include "base/memory.h"
#include <stdint.h>

enum { SC_HIST_SUB = 256, SC_HIST_OCTAVES = 56 };

/** One bucket and how many values it holds. */
struct sc_hist_few {
    uint64_t count;
    int bucket;
};

struct sc_hist {
    struct sc_arena *arena; /* where octaves come from; borrowed */
    /* Counts by [shift][value >> shift], where the shift leaves 9 bits: the first 256 of a row stay
     * unused, but for shift 0, so that an index is found without a branch. */
    uint64_t *row[SC_HIST_OCTAVES];
    struct sc_hist_few *few; /* buckets of rows without memory, in their order */
    int n_few, cap_few;
    int64_t max; /* exact, 0 while empty */
    sc_i128 sum; /* exact */
};

void sc_hist_init(struct sc_hist *h, struct sc_arena *arena);

/** Gives a row its memory. */
SC_COLD void sc_hist_open(struct sc_hist *h, int shift);
/** Counts a value whose row has no memory yet. */
SC_COLD void sc_hist_add_first(struct sc_hist *h, int shift, int64_t value);

/** Counts one value, 0 <= value < 2^62. */
static inline void sc_hist_add(struct sc_hist *h, int64_t value)
{
    uint64_t v = (uint64_t)value;
    int shift = (63 ^ __builtin_clzll(v | SC_HIST_SUB)) - 8;
    if (SC_UNLIKELY(!h->row[shift])) {
        sc_hist_add_first(h, shift, value);
        return;
    }
    h->row[shift][v >> shift]++;
    h->sum += v;
    if (value > h->max)
        h->max = value;
}

/** Counts n values, each of them `more` larger than it stands there. */
void sc_hist_add_many(struct sc_hist *h, const int64_t *value, size_t n, int64_t more);

/** Adds every count of `from`, or each of them so many times. */
void sc_hist_merge(struct sc_hist *h, const struct sc_hist *from);
void sc_hist_merge_times(struct sc_hist *h, const struct sc_hist *from, uint64_t times);
uint64_t sc_hist_count(const struct sc_hist *h);
double sc_hist_mean(const struct sc_hist *h); /* exact sum over count; 0 while empty */
double
sc_hist_deviation(const struct sc_hist *h); /* standard deviation from the buckets' middles */

/** The value that the share `q` (0..1) of all values does not exceed: the middle of its bucket, the
 * exact maximum for the last value, 0 while empty. */
double sc_hist_quantile(const struct sc_hist *h, double q);

/** Buckets are numbered 256 * octave + place; a bucket holds the values from its low end up to, not
 * including, the next's. */
enum { SC_HIST_BUCKETS = SC_HIST_SUB * SC_HIST_OCTAVES };
uint64_t sc_hist_bucket(const struct sc_hist *h, int bucket); /* its count */
/** The first bucket from `bucket` on that is not empty; SC_HIST_BUCKETS: none. */
int sc_hist_next(const struct sc_hist *h, int bucket);
int64_t sc_hist_low(int bucket);
int64_t sc_hist_high(int bucket); /* the largest value in it */
/** For reading a record back: adds `count` to a bucket; max and sum are set by the caller. */
void sc_hist_put(struct sc_hist *h, int bucket, uint64_t count);
#endif
