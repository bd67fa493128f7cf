/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/rng.h"
#include "traffic/profile.h"
#include <math.h>
#include <string.h>

static const int64_t S = 1000000000;

static void near(double got, double want, double slack)
{
    if (!(fabs(got - want) <= slack))
        print_message("got %.17g, wanted %.17g +- %g\n", got, want, slack);
    assert_true(fabs(got - want) <= slack);
}

struct fixture {
    struct sc_arena arena;
    struct sc_error err;
    struct sc_source source;
    uint16_t work;
};

static struct fixture *fixture_new(const struct sc_trace_plan *plan)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    f->source = (struct sc_source){
        .name = "web", .type = &sc_trace_traffic, .n_mix = 1, .mix_work = &f->work};
    f->source.trace = sc_trace_new(&f->arena, plan);
    return f;
}

static void fixture_free(struct fixture *f)
{
    sc_source_free(&f->source);
    sc_arena_free(&f->arena);
    test_free(f);
}

static void finish(struct fixture *f)
{
    if (sc_trace_finish(f->source.trace, &f->err))
        fail_msg("%s", f->err.message);
}

/* One request as the stream gives it. */
struct request {
    int64_t at_ns;
    uint64_t id;
    double duration_ns;
    uint64_t pool; /* no padding: requests are compared as memory */
};

static size_t listen(struct fixture *f, int64_t from_ns, int64_t to_ns, struct request *out,
                     size_t cap)
{
    struct sc_arena arena = {0};
    struct sc_stream s;
    size_t n = 0;
    sc_stream_open(&s, &f->source, 41, from_ns, to_ns, &arena);
    while (sc_stream_next(&s))
        for (int i = 0; i < s.window.n; i++) {
            const struct sc_window *w = &s.window;
            assert_true(n < cap && w->at_ns[i] >= from_ns && w->at_ns[i] < to_ns);
            out[n] = (struct request){w->at_ns[i], w->id[i], w->duration_ns[i], w->pool[i]};
            assert_true(n == 0 || out[n].at_ns >= out[n - 1].at_ns);
            n++;
        }
    sc_stream_close(&s);
    sc_arena_free(&arena);
    return n;
}

enum { ROWS = 20000 };

/* Rows in disorder, many at the same time; the duration says which row it was. */
static struct fixture *rows_of(size_t run_bytes, bool repeat)
{
    struct sc_trace_plan plan = {
        .timed = true, .by_key = true, .repeat = repeat, .run_bytes = run_bytes};
    struct fixture *f = fixture_new(&plan);
    for (int i = 0; i < ROWS; i++) {
        char name[8];
        uint64_t draw = sc_draw(5, (uint64_t)i);
        snprintf(name, sizeof name, "k%d", (int)(draw % 300));
        uint32_t key = sc_trace_key(f->source.trace, name, i);
        int64_t at_ns = (int64_t)(draw >> 32) % 5000 * S / 10 + 777 * S;
        assert_int_equal(sc_trace_add(f->source.trace, key, at_ns, i, &f->err), 0);
    }
    finish(f);
    return f;
}

static void rows_in_order(void **state)
{
    static struct request r[ROWS];
    struct fixture *f = rows_of(0, false);
    const struct sc_trace *t = f->source.trace;
    (void)state;
    assert_int_equal(t->n_keys, 300);
    assert_int_equal(listen(f, 0, 10000 * S, r, ROWS), ROWS);
    assert_true(r[0].at_ns == 0);
    for (int i = 0; i < ROWS; i++) {
        char name[8];
        snprintf(name, sizeof name, "k%d", (int)(sc_draw(5, (uint64_t)r[i].duration_ns) % 300));
        assert_string_equal(t->key[r[i].pool].name, name);
        assert_true(i == 0 || r[i - 1].at_ns < r[i].at_ns ||
                    r[i - 1].duration_ns < r[i].duration_ns);
    }
    assert_true(f->source.type->period_ns(&f->source) == -1);
    assert_true(f->source.type->length_ns(&f->source) > r[ROWS - 1].at_ns);
    near(f->source.type->expected(&f->source, -S, 10000 * S), ROWS, 1e-9);
    fixture_free(f);
}

/* Runs of two and of 500 entries, merged on disk, give what memory gives. */
static void merged_on_disk(void **state)
{
    static const size_t run_bytes[] = {96, 24000};
    static struct request a[ROWS], b[ROWS];
    struct fixture *whole = rows_of(0, false);
    (void)state;
    assert_null(whole->source.trace->index.sorted);
    listen(whole, 0, 10000 * S, a, ROWS);
    for (int k = 0; k < 2; k++) {
        struct fixture *f = rows_of(run_bytes[k], false);
        assert_non_null(f->source.trace->index.sorted);
        assert_int_equal(listen(f, 0, 10000 * S, b, ROWS), ROWS);
        assert_memory_equal(a, b, sizeof a);
        assert_int_equal(listen(f, 100 * S, 101 * S, b, ROWS),
                         listen(whole, 100 * S, 101 * S, a, ROWS));
        listen(whole, 0, 10000 * S, a, ROWS);
        fixture_free(f);
    }
    fixture_free(whole);
}

static void repeats(void **state)
{
    static struct request r[ROWS], all[3 * ROWS];
    struct fixture *f = rows_of(0, true);
    int64_t length = f->source.type->period_ns(&f->source);
    (void)state;
    assert_true(length == f->source.trace->length_ns && f->source.type->length_ns(&f->source) == 0);
    assert_int_equal(listen(f, 0, length, r, ROWS), ROWS);
    assert_int_equal(listen(f, -length, 2 * length, all, 3 * ROWS), 3 * ROWS);
    for (int i = 0; i < 3 * ROWS; i++) {
        assert_true(all[i].at_ns - r[i % ROWS].at_ns == (i / ROWS - 1) * length);
        near(all[i].duration_ns, r[i % ROWS].duration_ns, 0);
        assert_true((all[i].id == r[i % ROWS].id) ==
                    (i / ROWS == 1)); /* other draws in each round */
    }
    near(f->source.type->expected(&f->source, -length, 2 * length), 3 * ROWS, 1e-6);
    fixture_free(f);
}

enum { KEYS = 7, INTERVALS = 400, MOST = 1 << 17 };

static double count_of(int key, int interval)
{
    uint64_t draw = sc_draw(6, (uint64_t)(interval * KEYS + key));
    if (interval == 123 && key == 2)
        return 20000; /* one interval alone fills more than a window */
    return draw % 3 ? 0 : (double)(draw >> 20 & 31) * (key == 4 ? 5 : 1);
}

static struct fixture *counts_of(int placement, size_t run_bytes, bool repeat)
{
    struct sc_trace_plan plan = {.counted = true,
                                 .timed = true,
                                 .by_key = true,
                                 .repeat = repeat,
                                 .interval_ns = 60 * S,
                                 .placement = placement,
                                 .burst = 8,
                                 .run_bytes = run_bytes};
    struct fixture *f = fixture_new(&plan);
    struct sc_trace *t = f->source.trace;
    for (int k = 0; k < KEYS; k++) {
        char name[8];
        snprintf(name, sizeof name, "key%d", k);
        uint32_t key = sc_trace_key(t, name, k);
        t->key[key].duration_ns = sc_dist_lognormal(1e6 * (k + 1), 5e6 * (k + 1));
        for (int i = 0; i < INTERVALS; i++)
            assert_int_equal(sc_trace_count(t, key, (480 + i) * 60 * S, count_of(k, i), &f->err),
                             0);
    }
    finish(f);
    return f;
}

/* Whatever the placement, each key has in each interval exactly what was counted. */
static void counts_are_kept(void **state)
{
    static struct request r[MOST];
    (void)state;
    for (int placement = 0; placement < 3; placement++) {
        static double got[KEYS][INTERVALS];
        struct fixture *f = counts_of(placement, 0, false);
        size_t n = listen(f, 0, INTERVALS * 60 * S, r, MOST);
        memset(got, 0, sizeof got);
        for (size_t i = 0; i < n; i++)
            got[r[i].pool][r[i].at_ns / (60 * S)]++;
        for (int k = 0; k < KEYS; k++)
            for (int i = 0; i < INTERVALS; i++)
                near(got[k][i], count_of(k, i), 0);
        assert_true(n == f->source.trace->total && f->source.trace->n_marks > 10);
        assert_true(f->source.type->length_ns(&f->source) == INTERVALS * 60 * S);
        fixture_free(f);
    }
}

static void stretches(void **state)
{
    static struct request all[3 * MOST], part[3 * MOST], disk[3 * MOST];
    (void)state;
    for (int k = 0; k < 6; k++) {
        struct fixture *f = counts_of(k % 3, 0, k >= 3), *g = counts_of(k % 3, 480, k >= 3);
        int64_t length = f->source.trace->length_ns;
        size_t n = listen(f, -length, 2 * length, all, 3 * MOST);
        assert_int_equal(listen(g, -length, 2 * length, disk, 3 * MOST), n);
        assert_memory_equal(all, disk, n * sizeof *all);
        for (int64_t start = -length / 2; start < length; start += length / 5) {
            size_t m = listen(f, start, start + length / 3, part, 3 * MOST), i = 0;
            while (i < n && all[i].at_ns < start)
                i++;
            assert_true(i + m == n || all[i + m].at_ns >= start + length / 3);
            assert_memory_equal(all + i, part, m * sizeof *part);
        }
        fixture_free(f);
        fixture_free(g);
    }
}

static struct fixture *one_cell(int placement, int requests, double burst)
{
    struct sc_trace_plan plan = {
        .counted = true, .interval_ns = 60 * S, .placement = placement, .burst = burst};
    struct fixture *f = fixture_new(&plan);
    assert_int_equal(sc_trace_count(f->source.trace, 0, 7 * S, requests, &f->err), 0);
    finish(f);
    return f;
}

static void placements(void **state)
{
    static struct request r[MOST];
    double sum = 0, squares = 0, close = 0;
    (void)state;
    struct fixture *f = one_cell(SC_PLACE_POISSON, 50000, 1);
    assert_int_equal(listen(f, 0, 60 * S, r, MOST), 50000);
    for (int i = 0; i < 50000; i++) {
        sum += (double)r[i].at_ns / 60e9;
        squares += pow((double)r[i].at_ns / 60e9, 2);
    }
    near(sum / 50000, 0.5, 5 * 0.289 / sqrt(50000));
    near(squares / 50000, 1 / 3.0, 5 * 0.3 / sqrt(50000));
    fixture_free(f);
    f = one_cell(SC_PLACE_UNIFORM, 600, 1);
    assert_int_equal(listen(f, 0, 60 * S, r, MOST), 600);
    for (int i = 1; i < 600; i++)
        near((double)(r[i].at_ns - r[i - 1].at_ns), 1e8, 1);
    fixture_free(f);
    f = one_cell(SC_PLACE_BURSTY, 2000, 10);
    assert_int_equal(listen(f, 0, 60 * S, r, MOST), 2000);
    for (int i = 0; i < 2000;
         i++) /* most have a member 1 ms behind: all but the last of each group */
        for (int j = i + 1; j < 2000 && r[j].at_ns - r[i].at_ns <= 1000000; j++)
            close += r[j].at_ns - r[i].at_ns == 1000000;
    near(close / 2000, 0.9, 0.04);
    fixture_free(f);
}

/* However many requests lie in an interval, a window is no larger than those of rows. */
static void windows_are_bounded(void **state)
{
    struct fixture *f = one_cell(SC_PLACE_POISSON, 3000000, 1);
    struct sc_arena arena = {0};
    struct sc_stream s;
    int64_t n = 0, last_ns = 0;
    (void)state;
    sc_stream_open(&s, &f->source, 41, 0, 60 * S, &arena);
    while (sc_stream_next(&s)) {
        assert_true(s.window.cap <= 4096 && s.window.at_ns[0] >= last_ns);
        last_ns = s.window.at_ns[s.window.n - 1];
        n += s.window.n;
    }
    assert_true(n == 3000000 && last_ns < 60 * S);
    near(f->source.type->expected(&f->source, 0, 30 * S), 1500000, 1e-6);
    near(f->source.type->expected(&f->source, 45 * S, 70 * S), 750000, 1e-6);
    sc_stream_close(&s);
    sc_arena_free(&arena);
    fixture_free(f);
}

/* The keys of an interval lie in it in no order: the first half holds about half of each. */
static void keys_are_shuffled(void **state)
{
    enum { EACH = 6000 };
    static struct request r[MOST];
    struct sc_trace_plan plan = {.counted = true, .by_key = true, .interval_ns = 60 * S};
    struct fixture *f = fixture_new(&plan);
    int early[3] = {0};
    (void)state;
    for (int k = 0; k < 3; k++) {
        char name[] = {(char)('a' + k), 0};
        uint32_t key = sc_trace_key(f->source.trace, name, k);
        assert_int_equal(sc_trace_count(f->source.trace, key, 0, EACH, &f->err), 0);
    }
    finish(f);
    assert_int_equal(listen(f, 0, 60 * S, r, MOST), 3 * EACH);
    for (int i = 0; i < 3 * EACH; i++)
        early[r[i].pool] += r[i].at_ns < 30 * S;
    for (int k = 0; k < 3; k++)
        near(early[k], EACH / 2, 5 * sqrt(EACH) / 2);
    fixture_free(f);
}

/* Two rows of a table may give the same interval; without keys they are one lot. */
static void a_count_in_two_rows(void **state)
{
    static struct request r[MOST];
    struct sc_trace_plan plan = {.counted = true, .interval_ns = 60 * S};
    struct fixture *f = fixture_new(&plan);
    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(sc_trace_count(f->source.trace, 0, 3 * S, 5000, &f->err), 0);
    finish(f);
    assert_int_equal(listen(f, 0, 60 * S, r, MOST), 10000);
    assert_true(r[9999].at_ns < 60 * S && r[9999].pool == 0);
    fixture_free(f);
}

static void durations_by_key(void **state)
{
    static struct request r[MOST];
    struct fixture *f = counts_of(SC_PLACE_POISSON, 0, false);
    size_t n = listen(f, 0, INTERVALS * 60 * S, r, MOST);
    double sum = 0, many = 0;
    (void)state;
    for (size_t i = 0; i < n; i++)
        if (r[i].pool == 2) {
            sum += r[i].duration_ns;
            many++;
        }
    double mean = sc_dist_mean(&f->source.trace->key[2].duration_ns);
    near(sum / many, mean, 5 * mean / sqrt(many));
    fixture_free(f);
}

/* Time 0 is the first interval, even a silent one, or what from_s says. */
static void time_zero(void **state)
{
    struct request r[4];
    (void)state;
    for (int has_from = 0; has_from < 2; has_from++) {
        struct sc_trace_plan plan = {
            .counted = true, .interval_ns = 10 * S, .has_from = has_from, .from_ns = 93 * S};
        struct fixture *f = fixture_new(&plan);
        assert_int_equal(sc_trace_count(f->source.trace, 0, 100 * S, 0, &f->err), 0);
        assert_int_equal(sc_trace_count(f->source.trace, 0, 139 * S, 2, &f->err), 0);
        assert_int_equal(sc_trace_count(f->source.trace, 0, 180 * S, 0, &f->err), 0);
        finish(f);
        assert_int_equal(listen(f, 0, 1000 * S, r, 4), 2);
        assert_true(r[0].at_ns >= (has_from ? 40 : 30) * S &&
                    r[1].at_ns < (has_from ? 50 : 40) * S);
        assert_true(f->source.trace->length_ns == (has_from ? 90 : 90) * S);
        fixture_free(f);
    }
}

static void one_row(void **state)
{
    struct sc_trace_plan plan = {.repeat = true};
    struct fixture *f = fixture_new(&plan);
    struct request r[5];
    (void)state;
    assert_int_equal(sc_trace_add(f->source.trace, 0, -5, 0, &f->err), 0);
    finish(f);
    assert_int_equal(listen(f, 0, 3 * S, r, 5), 3); /* a second apart, as nothing else is known */
    assert_true(r[2].at_ns == 2 * S);
    fixture_free(f);
}

static void refusals(void **state)
{
    struct sc_trace_plan plan = {
        .counted = true, .interval_ns = S, .has_from = true, .from_ns = 5 * S};
    struct fixture *f = fixture_new(&plan);
    (void)state;
    assert_int_equal(sc_trace_finish(f->source.trace, &f->err), -1);
    assert_string_equal(f->err.message, "the trace has no request");
    f->err = (struct sc_error){.file = ""};
    assert_int_equal(sc_trace_count(f->source.trace, 0, 4 * S, 3, &f->err), -1);
    assert_string_equal(f->err.message, "4 s lies before time 0 of the trace, from_s = 5");
    f->err = (struct sc_error){.file = ""};
    assert_int_equal(sc_trace_count(f->source.trace, 0, 6 * S, 5e6, &f->err), -1);
    assert_non_null(strstr(f->err.message, "above the maximum, 4194304"));
    f->err = (struct sc_error){.file = ""};
    for (int i = 0; i < 3; i++)
        assert_int_equal(sc_trace_count(f->source.trace, 0, 6 * S, 3e6, &f->err), 0);
    assert_int_equal(sc_trace_finish(f->source.trace, &f->err), -1);
    assert_non_null(strstr(f->err.message, "above the maximum, 4194304"));
    fixture_free(f);
    sc_trace_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_in_order),
        cmocka_unit_test(merged_on_disk),
        cmocka_unit_test(repeats),
        cmocka_unit_test(counts_are_kept),
        cmocka_unit_test(stretches),
        cmocka_unit_test(placements),
        cmocka_unit_test(windows_are_bounded),
        cmocka_unit_test(keys_are_shuffled),
        cmocka_unit_test(a_count_in_two_rows),
        cmocka_unit_test(durations_by_key),
        cmocka_unit_test(time_zero),
        cmocka_unit_test(one_row),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
