/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/curve.h"

#include "num/math.h"
#include <assert.h>

/* Beyond these the clock has no room: some 292 years away. */
static const double FAR_NS = 0x1.fffffffffffffp62;

struct sc_curve sc_curve_constant(struct sc_arena *arena, double per_s)
{
    struct sc_curve c = {.piece = SC_NEW_ARRAY(arena, struct sc_piece, 2),
                         .n = 1,
                         .repeats = true,
                         .constant = true};
    c.piece[0].per_ns = per_s * 1e-9;
    c.piece[1] = (struct sc_piece){
        .at_ns = FAR_NS, .x = FAR_NS * c.piece[0].per_ns, .per_ns = c.piece[0].per_ns};
    return c;
}

struct sc_curve sc_curve_pieces(struct sc_arena *arena, int n, const double *length_ns,
                                const double *from_per_s, const double *to_per_s, bool repeats)
{
    struct sc_curve c = {
        .piece = SC_NEW_ARRAY(arena, struct sc_piece, n + 1), .n = n, .repeats = repeats};
    for (int i = 0; i < n; i++) {
        struct sc_piece *p = &c.piece[i];
        assert(length_ns[i] > 0);
        p->per_ns = from_per_s[i] * 1e-9;
        p->slope = (to_per_s[i] - from_per_s[i]) * 1e-9 / length_ns[i];
        p[1].at_ns = p->at_ns + length_ns[i];
        p[1].x = p->x + 0.5e-9 * (from_per_s[i] + to_per_s[i]) * length_ns[i];
        p[1].per_ns = to_per_s[i] * 1e-9; /* the falling form below starts from a piece's end */
    }
    return c;
}

/* C's conversion truncates; floor itself would be a call of the C library. */
static double floor_of(double x)
{
    double whole = (double)(int64_t)x;
    return whole - (whole > x);
}

/* The piece of [0, n) that holds a place: the last one that begins at or before it. */
static int piece_at(const struct sc_curve *c, double at_ns)
{
    int low = 0, high = c->n;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (c->piece[middle].at_ns <= at_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The same by expected requests, never a piece without any. */
static int piece_of(const struct sc_curve *c, double x0, double x)
{
    int low = 0, high = c->n;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (x0 + c->piece[middle].x <= x)
            low = middle;
        else
            high = middle;
    }
    while (low > 0 && c->piece[low].x >= c->piece[low + 1].x)
        low--;
    return low;
}

double sc_curve_expected(const struct sc_curve *c, double at_ns)
{
    const struct sc_piece *end = &c->piece[c->n];
    if (c->constant)
        return at_ns * c->piece[0].per_ns;
    double before = 0;
    if (c->repeats) {
        double rounds = floor_of(at_ns / end->at_ns);
        before = rounds * end->x;
        at_ns -= rounds * end->at_ns;
    }
    if (at_ns >= end->at_ns)
        return before + end->x;
    const struct sc_piece *p = &c->piece[piece_at(c, at_ns)];
    double s = at_ns - p->at_ns;
    if (s < 0)
        return before + p->x + s * p->per_ns;
    return before + p->x + s * (p->per_ns + 0.5 * p->slope * s);
}

/* Blocks of a fixed length, so that the compiler makes vectors of them without a remainder; the
 * rest goes one by one. */
enum { BLOCK = 16 };

static inline int64_t clamped(double ns)
{
    ns = ns < FAR_NS ? ns : FAR_NS;
    return (int64_t)(ns > -FAR_NS ? ns : -FAR_NS);
}

static inline void level_block(const double *restrict x, int64_t *restrict at_ns, int n,
                               const double base[3])
{
    for (int i = 0; i < n; i++)
        at_ns[i] = clamped(base[1] + (x[i] - base[0]) * base[2]);
}

/* A level piece: base = {x, at_ns, ns per request}. */
static SC_CLONES void invert_level(const double *restrict x, int64_t *restrict at_ns, int n,
                                   const double base[3])
{
    int i = 0;
    for (; i + BLOCK <= n; i += BLOCK)
        level_block(x + i, at_ns + i, BLOCK, base);
    level_block(x + i, at_ns + i, n - i, base);
}

/* One way of looking at a sloping piece: from the end where the rate is higher. Then the distance s
 * to the requests d away is 2d / (r + sqrt(r^2 - 2kd)), which neither cancels nor ever turns back
 * when d grows, not even in the last bit. */
struct slope {
    double x, at_ns; /* the high end */
    double sign;    /* +1: time runs away from it, the rate falls; -1: towards it, the rate rises */
    double rate, k; /* at the high end, and its fall per ns away from it */
    double length_ns;
};

static inline void slope_block(const double *restrict x, int64_t *restrict at_ns, int n,
                               const struct slope *p)
{
    for (int i = 0; i < n; i++) {
        double d = (x[i] - p->x) * p->sign, q = p->rate * p->rate - 2 * p->k * d;
        q = q > 0 ? q : 0;
        double s = 2 * d / (p->rate + sc_sqrt(q) + 0x1p-1000); /* the last term: 0 / 0 is 0 */
        s = s < p->length_ns ? s : p->length_ns;
        at_ns[i] = clamped(p->at_ns + p->sign * s);
    }
}

static SC_CLONES void invert_slope(const double *restrict x, int64_t *restrict at_ns, int n,
                                   const struct slope *p)
{
    int i = 0;
    for (; i + BLOCK <= n; i += BLOCK)
        slope_block(x + i, at_ns + i, BLOCK, p);
    slope_block(x + i, at_ns + i, n - i, p);
}

/* The run of points that lie in piece p, whose round begins at (x0, at0). */
static void invert_run(const struct sc_piece *p, const double start[2], const double *x,
                       int64_t *at_ns, int n)
{
    double x0 = start[0], at0 = start[1];
    if (p->slope == 0) {
        double base[3] = {x0 + p->x, at0 + p->at_ns, 1 / p->per_ns};
        invert_level(x, at_ns, n, base);
    } else {
        bool rises = p->slope > 0;
        const struct sc_piece *high = rises ? p + 1 : p;
        double rate = rises ? p->per_ns + p->slope * (p[1].at_ns - p->at_ns) : p->per_ns;
        struct slope s = {.x = x0 + high->x,
                          .at_ns = at0 + high->at_ns,
                          .sign = rises ? -1 : 1,
                          .rate = rate,
                          .k = rises ? p->slope : -p->slope,
                          .length_ns = p[1].at_ns - p->at_ns};
        invert_slope(x, at_ns, n, &s);
    }
}

static void fill_with(int64_t *at_ns, int n, int64_t value)
{
    for (int i = 0; i < n; i++)
        at_ns[i] = value;
}

/* How many of the n points lie below `limit`. */
static int count_below(const double *x, int n, double limit)
{
    int low = 0;
    if (n == 0 || x[n - 1] < limit)
        return n;
    if (n > 1 && !(x[1] < limit)) /* sparse points: a run of one */
        return x[0] < limit;
    while (n > low) {
        int middle = (low + n) / 2;
        if (x[middle] < limit)
            low = middle + 1;
        else
            n = middle;
    }
    return low;
}

/* What lies before the beginning of a one-off: its first rate, backwards for ever. */
static int invert_past(const struct sc_curve *c, const double *x, int64_t *at_ns, int n)
{
    int past = count_below(x, n, c->piece[0].x);
    double start[2] = {0, 0};
    struct sc_piece level = c->piece[0];
    level.slope = 0;
    if (level.per_ns > 0)
        invert_run(&level, start, x, at_ns, past);
    else
        fill_with(at_ns, past, INT64_MIN);
    return past;
}

/* Where the round that holds x begins: expected requests and ns. */
static void find_round(const struct sc_piece *end, double x, double start[2])
{
    double rounds = floor_of(x / end->x);
    while (x < rounds * end->x) /* the quotient was rounded */
        rounds--;
    while (x >= (rounds + 1) * end->x)
        rounds++;
    start[0] = rounds * end->x;
    start[1] = rounds * end->at_ns;
}

void sc_curve_invert(const struct sc_curve *c, const double *x, int64_t *at_ns, int n)
{
    const struct sc_piece *end = &c->piece[c->n];
    double start[2] = {0, 0};
    bool any = end->x > c->piece[0].x;
    if (c->constant && any) {
        invert_run(c->piece, start, x, at_ns, n);
        return;
    }
    int i = c->repeats ? 0 : invert_past(c, x, at_ns, n);
    while (any && i < n && (c->repeats || x[i] < end->x)) {
        if (c->repeats)
            find_round(end, x[i], start);
        int place = piece_of(c, start[0], x[i]);
        int run = count_below(x + i, n - i, start[0] + c->piece[place + 1].x);
        run += run == 0; /* rounded at a round's very end */
        invert_run(&c->piece[place], start, x + i, at_ns + i, run);
        i += run;
    }
    fill_with(at_ns + i, n - i, INT64_MAX);
}
