/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/order.h"

#include <stdbool.h>
#include <string.h>

/* A radix sort, lowest digit first: each pass keeps the order of equal digits. */
enum { BITS = 11, DIGITS = 1 << BITS, FEW = 32 };

static void insert(struct sc_instant *a, int n)
{
    for (int i = 1; i < n; i++) {
        struct sc_instant moved = a[i];
        int j = i;
        for (; j > 0 && a[j - 1].at_ns > moved.at_ns; j--)
            a[j] = a[j - 1];
        a[j] = moved;
    }
}

static void pass(const struct sc_instant *from, struct sc_instant *to, int n, int shift)
{
    int place[DIGITS] = {0};
    for (int i = 0; i < n; i++)
        place[from[i].at_ns >> shift & (DIGITS - 1)]++;
    for (int digit = 0, sum = 0; digit < DIGITS; digit++) {
        int here = place[digit];
        place[digit] = sum;
        sum += here;
    }
    for (int i = 0; i < n; i++)
        to[place[from[i].at_ns >> shift & (DIGITS - 1)]++] = from[i];
}

void sc_instants_sort(struct sc_instant *instant, struct sc_instant *spare, int n)
{
    if (n <= FEW) {
        insert(instant, n);
        return;
    }
    uint64_t any = 0, last = 0;
    bool moved = false, ordered = true;
    for (int i = 0; i < n; i++) {
        any |= instant[i].at_ns;
        ordered &= instant[i].at_ns >= last;
        last = instant[i].at_ns;
    }
    if (ordered)
        return;
    struct sc_instant *from = instant, *to = spare;
    for (int shift = 0; shift < 64 && any >> shift; shift += BITS, moved = !moved) {
        pass(from, to, n, shift);
        struct sc_instant *swap = from;
        from = to;
        to = swap;
    }
    if (moved)
        memcpy(instant, spare, (size_t)n * sizeof *instant);
}
