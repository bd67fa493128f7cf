/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_NUM_RNG_H
#define SC_NUM_RNG_H
/* Keyed draws: a random number is a function of (seed, replication, node or source, purpose,
 * request, attempt) and of nothing else, so no draw depends on the order of events, and two
 * architectures meet the same requests. A key is a 64-bit hash of that list, made by folding in one
 * part after the other; its n-th number is the mixer of SplitMix64 (Steele, Lea and Flood, OOPSLA
 * 2014; constants of variant 13 by Stafford) at key + n times the golden gamma. */
#include "base/compiler.h"
#include <stdint.h>

#define SC_GOLDEN UINT64_C(0x9e3779b97f4a7c15)

/** What a draw is for; part of its key. Values are part of the results: append only. */
enum sc_purpose {
    SC_DRAW_GAP = 1,    /* the unit process of arrivals */
    SC_DRAW_REQUEST,    /* a request's own identity */
    SC_DRAW_WORK,       /* which work of the mix */
    SC_DRAW_STEP,       /* a step's demand, outcome or choice */
    SC_DRAW_ROUTE,      /* which of several weighted targets */
    SC_DRAW_INIT,       /* a cold start */
    SC_DRAW_KEEP_ALIVE, /* how long an idle instance stays */
    SC_DRAW_OVERHEAD,   /* a service's own latency */
    SC_DRAW_BACKOFF,    /* jitter before a retry */
    SC_DRAW_THINK,      /* a user's pause */
    SC_DRAW_START,      /* how long a task takes to start */
    SC_DRAW_PATH,       /* the path of a modulated process */
    SC_DRAW_CACHE,      /* hit or miss */
    SC_DRAW_PARTITION,  /* which partition an item lies in */
    SC_DRAW_PICK,       /* a random instance of a pool */
    SC_DRAW_SAMPLE,     /* which window of a stratum is simulated */
    SC_DRAW_AGE         /* how old an instance is that was there before */
};

/** The mixer: every bit of the answer depends on every bit of x. */
SC_INLINE uint64_t sc_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/** The key that has `part` folded in. */
SC_INLINE uint64_t sc_key(uint64_t key, uint64_t part)
{
    return sc_mix(key + SC_GOLDEN * (part + 1));
}

/** The n-th number of a key, n from 0. The same as sc_key, told apart by what it means. */
SC_INLINE uint64_t sc_draw(uint64_t key, uint64_t n)
{
    return sc_mix(key + SC_GOLDEN * (n + 1));
}

/** A fraction in the open interval (0, 1) from 64 random bits; 52 of them count. */
SC_INLINE double sc_unit(uint64_t bits)
{
    union {
        uint64_t bits;
        double value;
    } u = {.bits = (bits >> 12) | UINT64_C(0x3ff0000000000000)};
    return u.value - (1.0 - 0x1p-53);
}

/** The key of a text (FNV-1a, then mixed): names of nodes and sources enter keys by it. */
static inline uint64_t sc_key_text(uint64_t key, const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (const char *c = text; *c; c++)
        h = (h ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return sc_key(key, h);
}
#endif
