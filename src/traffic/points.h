/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_POINTS_H
#define SC_TRAFFIC_POINTS_H
/* n points anywhere in an interval, made in their order: n + 1 exponential gaps, scaled to the
 * interval, are the gaps between n uniform points (Devroye, Non-Uniform Random Variate Generation,
 * 1986, chapter V). What a block of gaps adds up to is a gamma draw, and how it divides does not
 * depend on it, so that any block can be made alone. */
#include <stdint.h>

enum { SC_POINTS_BLOCK = 1024 };

/** The points of one interval. */
struct sc_points {
    uint64_t key;
    int64_t n, length_ns;
    double *upto; /* borrowed: where each block begins, ns, and the end */
};

/** How many numbers `upto` takes for n points. */
static inline int64_t sc_points_room(int64_t n)
{
    return n / SC_POINTS_BLOCK + 2;
}

/** Lays out the blocks; p->upto is given. */
void sc_points_open(struct sc_points *p, uint64_t key, int64_t n, int64_t length_ns);

/** Fills at_ns with points first .. first + n - 1, not falling, plus `since_ns`; `first` is a
 * multiple of SC_POINTS_BLOCK. */
void sc_points_fill(const struct sc_points *p, int64_t first, int64_t n, int64_t since_ns,
                    int64_t *at_ns);

/** Puts n labels in an order that the key draws, each order as likely as any other. */
void sc_points_shuffle(uint64_t key, uint32_t *label, int64_t n);
#endif
