/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "traffic/order.h"
#include "traffic/profile.h"
#include "traffic/unit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t S = 1000000000, HOUR = INT64_C(3600000000000);

static void near(double got, double want, double slack)
{
    if (!(fabs(got - want) <= slack))
        print_message("got %.17g, wanted %.17g +- %g\n", got, want, slack);
    assert_true(fabs(got - want) <= slack);
}

/* ---- sources ---- */

struct fixture {
    struct sc_arena arena;
    struct sc_error err;
    struct sc_source source;
    uint64_t upto[3];
    uint16_t work[3];
    union {
        struct sc_steady steady;
        struct sc_diurnal diurnal;
        struct sc_stages stages;
        struct sc_mmpp mmpp;
        struct sc_cron cron;
    } config;
    struct sc_stage stage[4];
    struct sc_mmpp_state states[3];
};

static struct fixture *fixture_new(const struct sc_traffic_type *type)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    f->source = (struct sc_source){.name = "web",
                                   .type = type,
                                   .config = &f->config,
                                   .n_mix = 3,
                                   .mix_upto = f->upto,
                                   .mix_work = f->work};
    f->upto[0] = UINT64_MAX / 10 * 7; /* 70 %, 20 %, 10 % */
    f->upto[1] = UINT64_MAX / 10 * 9;
    f->upto[2] = UINT64_MAX;
    f->work[0] = 5;
    f->work[1] = 2;
    f->work[2] = 9;
    return f;
}

static void fixture_free(struct fixture *f)
{
    sc_arena_free(&f->arena);
    test_free(f);
}

static int open_source(struct fixture *f)
{
    return f->source.type->open(&f->source, &f->arena, &f->err);
}

static void must_open(struct fixture *f)
{
    if (open_source(f))
        fail_msg("%s", f->err.message);
}

static void must_refuse(struct fixture *f, const char *part)
{
    assert_int_equal(open_source(f), -1);
    if (!strstr(f->err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", f->err.message, part);
    fixture_free(f);
}

static struct fixture *steady(const struct sc_traffic_type *type, double per_s)
{
    struct fixture *f = fixture_new(type);
    f->config.steady.per_s = per_s;
    must_open(f);
    return f;
}

static struct fixture *diurnal(double per_s, double ratio)
{
    struct fixture *f = fixture_new(&sc_diurnal_traffic);
    f->config.diurnal.per_s = per_s;
    f->config.diurnal.peak_to_mean = ratio;
    f->config.diurnal.peak_hour = 14;
    return f;
}

static struct fixture *stages(bool repeat)
{
    static const struct sc_stage list[4] = {
        {.duration_s_ns = 1000 * S, .per_s = 12.5},
        {.duration_h_ns = HOUR, .from_per_s = 12.5, .to_per_s = 40},
        {.duration_s_ns = 10 * S, .requests = 20000},
        {.duration_s_ns = 500 * S}};
    struct fixture *f = fixture_new(&sc_stages_traffic);
    memcpy(f->stage, list, sizeof list);
    f->config.stages.stage = f->stage;
    f->config.stages.n = 4;
    f->config.stages.repeat = repeat;
    return f;
}

static struct fixture *mmpp(int next)
{
    static const struct sc_mmpp_state list[3] = {{200, 5 * S}, {0, 20 * S}, {11.5, 60 * S}};
    struct fixture *f = fixture_new(&sc_mmpp_traffic);
    memcpy(f->states, list, sizeof list);
    f->config.mmpp.state = f->states;
    f->config.mmpp.n = 3;
    f->config.mmpp.next = next;
    return f;
}

static struct fixture *cron(const char *line, int64_t every_ns, int64_t requests, int64_t jitter_ns)
{
    struct fixture *f = fixture_new(&sc_cron_traffic);
    f->config.cron = (struct sc_cron){
        .cron = line, .every_ns = every_ns, .requests = requests, .jitter_ns = jitter_ns};
    return f;
}

/* ---- what comes ---- */

struct heard {
    size_t n, cap[3];
    int64_t *at_ns;
    uint64_t *id;
    uint16_t *work;
};

static void hear(struct heard *h, const struct sc_window *w)
{
    size_t n = h->n + (size_t)w->n;
    h->at_ns = sc_grow(h->at_ns, &h->cap[0], n, sizeof *h->at_ns);
    h->id = sc_grow(h->id, &h->cap[1], n, sizeof *h->id);
    h->work = sc_grow(h->work, &h->cap[2], n, sizeof *h->work);
    memcpy(h->at_ns + h->n, w->at_ns, (size_t)w->n * sizeof *w->at_ns);
    memcpy(h->id + h->n, w->id, (size_t)w->n * sizeof *w->id);
    memcpy(h->work + h->n, w->work, (size_t)w->n * sizeof *w->work);
    h->n = n;
}

static struct heard listen(struct fixture *f, uint64_t key, int64_t from_ns, int64_t to_ns)
{
    struct sc_arena arena = {0};
    struct sc_stream s;
    struct heard h = {0};
    sc_stream_open(&s, &f->source, key, from_ns, to_ns, &arena);
    while (sc_stream_next(&s))
        hear(&h, &s.window);
    assert_false(sc_stream_next(&s));
    sc_stream_close(&s);
    sc_arena_free(&arena);
    for (size_t i = 0; i < h.n; i++) {
        assert_true(h.at_ns[i] >= from_ns && h.at_ns[i] < to_ns);
        assert_true(i == 0 || h.at_ns[i] >= h.at_ns[i - 1]);
    }
    return h;
}

static void heard_free(struct heard *h)
{
    sc_release(h->at_ns);
    sc_release(h->id);
    sc_release(h->work);
}

/* A stretch generated alone is that stretch of the whole, and no request's identity comes twice. */
static int by_id(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void check_stretches(struct fixture *f, int64_t from_ns, int64_t to_ns)
{
    struct heard all = listen(f, 77, from_ns, to_ns);
    assert_true(all.n > 100);
    for (int64_t k = 0; k < 5; k++) {
        int64_t width = (to_ns - from_ns) / 7, start = from_ns + k * width + 12345,
                end = start + width;
        struct heard part = listen(f, 77, start, end);
        size_t i = 0;
        while (i < all.n && all.at_ns[i] < start)
            i++;
        assert_true(i + part.n <= all.n);
        assert_true(i + part.n == all.n || all.at_ns[i + part.n] >= end);
        for (size_t j = 0; j < part.n; j++) {
            assert_true(part.at_ns[j] == all.at_ns[i + j]);
            assert_true(part.id[j] == all.id[i + j]);
            assert_int_equal(part.work[j], all.work[i + j]);
        }
        heard_free(&part);
    }
    qsort(all.id, all.n, sizeof *all.id, by_id);
    for (size_t i = 1; i < all.n; i++)
        assert_true(all.id[i] != all.id[i - 1]);
    heard_free(&all);
}

/* Mean and variance of the counts in slots of a stretch. */
static void count_slots(const struct heard *h, int64_t from_ns, int64_t slot_ns, int slots,
                        double out[2])
{
    double *count = test_calloc((size_t)slots, sizeof *count), sum = 0, squares = 0;
    for (size_t i = 0; i < h->n; i++)
        count[(h->at_ns[i] - from_ns) / slot_ns]++;
    for (int i = 0; i < slots; i++)
        sum += count[i];
    for (int i = 0; i < slots; i++)
        squares += (count[i] - sum / slots) * (count[i] - sum / slots);
    out[0] = sum / slots;
    out[1] = squares / (slots - 1);
    test_free(count);
}

/* ---- tests ---- */

/* Exponential gaps of mean 1: window counts are Poisson with mean and variance 1,024. */
static void unit_process(void **state)
{
    enum { WINDOWS = 4000 };
    static double x[SC_UNIT_MOST];
    double sum = 0, squares = 0, gaps = 0, gap_squares = 0, n_gaps = 0, last = -1;
    (void)state;
    for (int64_t b = -WINDOWS / 2; b < WINDOWS / 2; b++) {
        int n = sc_unit_poisson(2385, b, x);
        sum += n;
        squares += (n - 1024.0) * (n - 1024.0);
        for (int i = 0; i < n; i++) {
            assert_true(x[i] >= (double)b * 1024 && x[i] < (double)(b + 1) * 1024);
            if (n_gaps++ > 0) {
                assert_true(x[i] >= last);
                gaps += x[i] - last;
                gap_squares += (x[i] - last) * (x[i] - last);
            }
            last = x[i];
        }
    }
    near(sum / WINDOWS, 1024, 5 * 32 / sqrt(WINDOWS));
    near(squares / WINDOWS, 1024, 5 * 1024 * sqrt(2.0 / WINDOWS));
    near(gaps / n_gaps, 1, 5 / sqrt(n_gaps));
    near(gap_squares / n_gaps, 2, 5 * sqrt(20 / n_gaps));
}

static void unit_even(void **state)
{
    static double x[SC_UNIT_MOST], y[SC_UNIT_MOST];
    (void)state;
    assert_int_equal(sc_unit_even(5, -3, x), 1024);
    assert_int_equal(sc_unit_even(5, -2, y), 1024);
    for (int i = 1; i < 1024; i++)
        near(x[i] - x[i - 1], 1, 1e-9);
    near(y[0] - x[1023], 1, 1e-9);
    sc_unit_even(6, -3, y);
    assert_true(y[0] < x[0] || y[0] > x[0]); /* each source has a phase of its own */
}

static void sorting(void **state)
{
    static struct sc_instant a[3000], spare[3000];
    static const int sizes[] = {0, 1, 2, 32, 33, 3000};
    (void)state;
    for (int k = 0; k < 6; k++)
        for (int bits = 3; bits <= 64; bits += 61 / 4) {
            for (int i = 0; i < sizes[k]; i++)
                a[i] = (struct sc_instant){sc_draw(9, (uint64_t)i) >> (64 - bits), (uint64_t)i};
            sc_instants_sort(a, spare, sizes[k]);
            for (int i = 1; i < sizes[k]; i++)
                assert_true(a[i - 1].at_ns < a[i].at_ns ||
                            (a[i - 1].at_ns == a[i].at_ns && a[i - 1].what < a[i].what));
        }
}

static void poisson_mean_and_variance(void **state)
{
    struct fixture *f = steady(&sc_poisson_traffic, 43.7);
    struct heard h = listen(f, 3, -2000 * S, 18000 * S);
    double got[2];
    (void)state;
    count_slots(&h, -2000 * S, S, 20000, got);
    near(got[0], 43.7, 5 * sqrt(43.7 / 20000));
    near(got[1], 43.7, 5 * 43.7 * sqrt(2.0 / 20000));
    near(f->source.type->expected(&f->source, 0, 10 * S), 437, 1e-9);
    heard_free(&h);
    fixture_free(f);
}

static void constant_is_even(void **state)
{
    struct fixture *f = steady(&sc_constant_traffic, 3.2);
    struct heard h = listen(f, 3, -1000 * S, 9000 * S);
    (void)state;
    assert_int_equal(h.n, 32000);
    for (size_t i = 1; i < h.n; i++)
        near((double)(h.at_ns[i] - h.at_ns[i - 1]), 0.3125e9, 1);
    heard_free(&h);
    fixture_free(f);
}

/* The same requests at every rate: only the clock differs. */
static void rate_stretches_only_time(void **state)
{
    struct fixture *slow = steady(&sc_poisson_traffic, 1.25),
                   *fast = steady(&sc_poisson_traffic, 1250);
    struct heard a = listen(slow, 8, 0, 10000 * S), b = listen(fast, 8, 0, 10 * S);
    (void)state;
    assert_true(a.n > 12000 && a.n == b.n);
    for (size_t i = 0; i < a.n; i++) {
        assert_true(a.id[i] == b.id[i] && a.work[i] == b.work[i]);
        near((double)a.at_ns[i], 1000.0 * (double)b.at_ns[i], 1001);
    }
    heard_free(&a);
    heard_free(&b);
    fixture_free(slow);
    fixture_free(fast);
}

static void replications_differ(void **state)
{
    struct fixture *f = steady(&sc_poisson_traffic, 100);
    struct heard a = listen(f, 8, 0, 10 * S), b = listen(f, 9, 0, 10 * S);
    (void)state;
    assert_true(a.id[0] != b.id[0] && a.at_ns[0] != b.at_ns[0]);
    heard_free(&a);
    heard_free(&b);
    fixture_free(f);
}

static void mix_shares(void **state)
{
    static const double share[3] = {0.7, 0.2, 0.1};
    struct fixture *f = steady(&sc_poisson_traffic, 500);
    struct heard h = listen(f, 8, 0, 1000 * S);
    double n[10] = {0}, total = (double)h.n;
    (void)state;
    for (size_t i = 0; i < h.n; i++)
        n[h.work[i]]++;
    for (int i = 0; i < 3; i++)
        near(n[f->work[i]] / total, share[i], 5 * sqrt(share[i] / total));
    near(n[5] + n[2] + n[9], total, 0);
    f->source.n_mix = 1;
    heard_free(&h);
    h = listen(f, 8, 0, S);
    for (size_t i = 0; i < h.n; i++)
        assert_int_equal(h.work[i], 5);
    heard_free(&h);
    fixture_free(f);
}

static void diurnal_week(void **state)
{
    struct fixture *f = diurnal(5, 3);
    (void)state;
    must_open(f);
    const struct sc_traffic_type *t = f->source.type;
    near(t->expected(&f->source, 0, 168 * HOUR), 5 * 604800.0, 1e-4);
    near(t->expected(&f->source, -336 * HOUR, 168 * HOUR), 15 * 604800.0, 1e-3);
    near(t->expected(&f->source, 14 * HOUR - S, 14 * HOUR + S), 30,
         0.01); /* the peak: three times the mean */
    near(t->expected(&f->source, 2 * HOUR - S, 2 * HOUR + S) / 30, 0.05,
         0.001); /* a night keeps a twentieth */
    double monday = t->expected(&f->source, 6 * HOUR, 20 * HOUR),
           sunday = t->expected(&f->source, 150 * HOUR, 164 * HOUR);
    near(sunday / monday, 0.6, 1e-9);
    assert_true(t->period_ns(&f->source) == 168 * HOUR);
    struct heard h = listen(f, 3, 0, 168 * HOUR);
    near((double)h.n, 5 * 604800.0, 5 * sqrt(5 * 604800.0));
    heard_free(&h);
    fixture_free(f);
}

static void diurnal_ratios(void **state)
{
    static const double ratios[] = {1.12, 1.3, 2, 2.9, 5, 9.7, 12};
    (void)state;
    for (int i = 0; i < 7; i++) {
        struct fixture *f = diurnal(7, ratios[i]);
        f->config.diurnal.peak_hour = 3 * i;
        must_open(f);
        const struct sc_curve *c = &f->config.diurnal.shape.curve;
        double most = 0;
        for (int k = 0; k < c->n; k++)
            most = c->piece[k].per_ns > most ? c->piece[k].per_ns : most;
        near(most * 1e9 / 7, ratios[i], 1e-6);
        near(c->piece[3 * i].per_ns, most, 1e-18);
        fixture_free(f);
    }
}

static void diurnal_weights(void **state)
{
    struct fixture *f = diurnal(5, 3);
    (void)state;
    f->config.diurnal.n_hours = 24;
    f->config.diurnal.n_days = 7;
    for (int i = 0; i < 24; i++)
        f->config.diurnal.hours[i] = i == 9 ? 4 : 0;
    for (int i = 0; i < 7; i++)
        f->config.diurnal.days[i] = i == 2;
    must_open(f);
    near(f->source.type->expected(&f->source, 56 * HOUR, 58 * HOUR), 5 * 604800.0,
         1e-4); /* Wednesday, 8 to 10 */
    struct heard h = listen(f, 3, 0, 168 * HOUR);
    near((double)h.n, 5 * 604800.0, 5 * sqrt(5 * 604800.0));
    assert_true(h.at_ns[0] >= 56 * HOUR && h.at_ns[h.n - 1] < 58 * HOUR);
    heard_free(&h);
    fixture_free(f);
}

static void stages_in_turn(void **state)
{
    struct fixture *f = stages(false);
    (void)state;
    must_open(f);
    const struct sc_traffic_type *t = f->source.type;
    near(t->expected(&f->source, 0, 1000 * S), 12500, 1e-6);
    near(t->expected(&f->source, 1000 * S, 4600 * S), 26.25 * 3600, 1e-6);
    near(t->expected(&f->source, 4600 * S, 4610 * S), 20000, 1e-6);
    near(t->expected(&f->source, 4610 * S, 9999 * S), 0, 1e-6);
    assert_true(t->length_ns(&f->source) == 5110 * S && t->period_ns(&f->source) == -1);
    struct heard h = listen(f, 4, 0, 9999 * S);
    near((double)h.n, 127000, 5 * sqrt(127000.0));
    assert_true(h.at_ns[h.n - 1] < 4610 * S);
    heard_free(&h);
    h = listen(f, 4, -100 * S, 0); /* the warm-up: the first rate */
    near((double)h.n, 1250, 5 * sqrt(1250.0));
    heard_free(&h);
    fixture_free(f);
    f = stages(true);
    must_open(f);
    assert_true(t->length_ns(&f->source) == 0 && t->period_ns(&f->source) == 5110 * S);
    near(t->expected(&f->source, -5110 * S, 10220 * S), 3 * 127000.0, 1e-6);
    fixture_free(f);
}

/* Stationary: the mean is that of the long run; the variance is far above a Poisson process's. */
static void mmpp_bursts(void **state)
{
    (void)state;
    for (int next = SC_MMPP_CYCLIC; next <= SC_MMPP_RANDOM; next++) {
        struct fixture *f = mmpp(next);
        double mean = (200 * 5 + 0 * 20 + 11.5 * 60) / 85, got[2];
        must_open(f);
        near(f->source.type->expected(&f->source, 0, 10 * S), 10 * mean, 1e-9);
        struct heard h = listen(f, 4, -100000 * S, 100000 * S);
        count_slots(&h, -100000 * S, S, 200000, got);
        near(got[0], mean, 2.5);
        /* conditional variance of the rate: E r^2 - mean^2, less a little within a slot */
        near(got[1], (200 * 200 * 5 + 11.5 * 11.5 * 60) / 85 - mean * mean + mean, 500);
        heard_free(&h);
        fixture_free(f);
    }
}

static void cron_line(void **state)
{
    struct fixture *f = cron("*/20,7 8-9 * * 1-5,0", 0, 3, 0);
    (void)state;
    must_open(f);
    struct heard h = listen(f, 4, -168 * HOUR, 168 * HOUR);
    static const int64_t minutes[4] = {0, 7, 20, 40};
    static const int days[6] = {0, 1, 2, 3, 4, 6}; /* Monday to Friday, and Sunday */
    assert_int_equal(h.n, 2 * 6 * 2 * 4 * 3);
    for (size_t i = 0; i < h.n; i++) {
        size_t k = i / 3;
        int64_t at = (int64_t)(k / 48 * 168 + (size_t)days[k / 8 % 6] * 24 + 8 + k / 4 % 2) * HOUR +
                     minutes[k % 4] * 60 * S;
        assert_true(h.at_ns[i] == at - 168 * HOUR);
    }
    near(f->source.type->expected(&f->source, 0, 168 * HOUR), 144, 0);
    assert_true(f->source.type->period_ns(&f->source) == 168 * HOUR);
    heard_free(&h);
    fixture_free(f);
}

static void cron_every(void **state)
{
    struct fixture *f = cron(NULL, 90 * S, 2000, 7 * S);
    (void)state;
    must_open(f);
    struct heard h = listen(f, 4, -180 * S, 180 * S);
    double sum = 0;
    assert_int_equal(h.n, 4 * 2000);
    for (size_t i = 0; i < h.n; i++) {
        int64_t late = h.at_ns[i] + 180 * S - (int64_t)(i / 2000) * 90 * S;
        assert_true(late >= 0 && late < 7 * S);
        sum += (double)late;
    }
    near(sum / (double)h.n, 3.5e9, 5 * 2.02e9 / sqrt((double)h.n));
    assert_true(f->source.type->period_ns(&f->source) == 90 * S);
    heard_free(&h);
    fixture_free(f);
}

static void stretches(void **state)
{
    struct fixture *all[] = {steady(&sc_poisson_traffic, 37),
                             steady(&sc_constant_traffic, 37),
                             diurnal(3, 4),
                             stages(true),
                             stages(false),
                             mmpp(SC_MMPP_CYCLIC),
                             mmpp(SC_MMPP_RANDOM),
                             cron("* * * * *", 0, 7, 9 * S),
                             cron(NULL, 11 * S, 1, 5 * S)};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        must_open(all[i]);
        check_stretches(all[i], -3000 * S, 9000 * S);
        fixture_free(all[i]);
    }
}

static void empty_stretch(void **state)
{
    struct fixture *f = steady(&sc_poisson_traffic, 37);
    struct heard h = listen(f, 4, 5 * S, 5 * S);
    (void)state;
    assert_int_equal(h.n, 0);
    f->source.type = &sc_closed_traffic; /* the client makes these */
    h = listen(f, 4, 0, 5 * S);
    assert_int_equal(h.n, 0);
    fixture_free(f);
}

static void refusals(void **state)
{
    (void)state;
    must_refuse(fixture_new(&sc_poisson_traffic), "the rate is missing");
    struct fixture *f = fixture_new(&sc_constant_traffic);
    f->config.steady.per_s = 2;
    f->config.steady.requests_per_month = 3;
    must_refuse(f, "both given");
    must_refuse(diurnal(5, 1.05),
                "peak_to_mean 1.05 cannot be reached: with these days a smooth day gives 1.111 to");
    must_refuse(diurnal(5, 20), "cannot be reached");
    f = diurnal(5, 3);
    f->config.diurnal.n_hours = 24;
    must_refuse(f, "hours: the weights are all 0");
    f = diurnal(5, 3);
    f->config.diurnal.n_days = 7;
    must_refuse(f, "days: the weights are all 0");
    must_refuse(diurnal(0, 3), "the rate is missing");
    f = stages(false);
    f->config.stages.n = 0;
    must_refuse(f, "no stage");
    f = stages(false);
    f->stage[1].per_s = 4;
    must_refuse(f, "stage 1: give one of per_s, from_per_s with to_per_s, and requests");
    f = stages(false);
    f->stage[2].duration_s_ns = 0;
    must_refuse(f, "stage 2: give one duration");
    f = stages(false);
    f->stage[0].per_s = 0;
    f->config.stages.n = 1;
    must_refuse(f, "no stage has a request");
    f = mmpp(0);
    f->config.mmpp.n = 1;
    must_refuse(f, "at least 2 are needed");
    f = mmpp(0);
    f->states[0].per_s = f->states[2].per_s = 0;
    must_refuse(f, "no state has a request");
}

static void cron_refusals(void **state)
{
    (void)state;
    must_refuse(cron(NULL, 0, 1, 0), "give one of every_s");
    must_refuse(cron("* * * * *", S, 1, 0), "give one of every_s");
    must_refuse(cron("61 * * * *", 0, 1, 0), "\"61\" is no minute");
    must_refuse(cron("*/0 * * * *", 0, 1, 0), "\"*/0\" is no minute");
    must_refuse(cron("1 9-8 * * *", 0, 1, 0), "\"9-8\" is no hour");
    must_refuse(cron("1 x * * *", 0, 1, 0), "\"x\" is no hour");
    must_refuse(cron("1 8 1 * *", 0, 1, 0), "must be *");
    must_refuse(cron("1 8 * 2 *", 0, 1, 0), "must be *");
    must_refuse(cron("1 8 * * MON", 0, 1, 0), "\"MON\" is no weekday");
    must_refuse(cron("1 8 * *", 0, 1, 0), "is no weekday");
    must_refuse(cron("", 0, 1, 0), "is no minute");
    must_refuse(cron("1 8 * * 1 9", 0, 1, 0), "more than five fields");
    must_refuse(cron("*/15 * * * *", 0, 1, 900 * S),
                "must be below the shortest time between two firings");
}

static void registry(void **state)
{
    int n = 0;
    (void)state;
    for (; sc_traffic_types[n]; n++) {
        assert_ptr_equal(sc_traffic_type_named(sc_traffic_types[n]->name), sc_traffic_types[n]);
        assert_non_null(sc_traffic_types[n]->summary);
        for (const struct sc_field *field = sc_traffic_types[n]->fields; field->key; field++)
            assert_non_null(field->help);
    }
    assert_int_equal(n, 8);
    assert_null(sc_traffic_type_named("poissn"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit_process),
        cmocka_unit_test(unit_even),
        cmocka_unit_test(sorting),
        cmocka_unit_test(poisson_mean_and_variance),
        cmocka_unit_test(constant_is_even),
        cmocka_unit_test(rate_stretches_only_time),
        cmocka_unit_test(replications_differ),
        cmocka_unit_test(mix_shares),
        cmocka_unit_test(diurnal_week),
        cmocka_unit_test(diurnal_ratios),
        cmocka_unit_test(diurnal_weights),
        cmocka_unit_test(stages_in_turn),
        cmocka_unit_test(mmpp_bursts),
        cmocka_unit_test(cron_line),
        cmocka_unit_test(cron_every),
        cmocka_unit_test(stretches),
        cmocka_unit_test(empty_stretch),
        cmocka_unit_test(refusals),
        cmocka_unit_test(cron_refusals),
        cmocka_unit_test(registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
