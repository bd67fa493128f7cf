/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "num/rng.h"
#include "service/completions.h"

#include <stdlib.h>

static const int64_t FAR_NS = INT64_C(1) << 50;

static int by_instant(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Takes all that is due until nothing is pending. */
static size_t take_all(struct sc_completions *c, int64_t *out)
{
    size_t n = 0;
    while (c->n_pending > 0) {
        sc_completions_open(c);
        assert_int_equal(c->due_ns[c->n_due], INT64_MAX);
        for (; c->next < c->n_due; c->next++) {
            assert_true(c->due_ns[c->next] < sc_completions_end_ns(c));
            out[n++] = c->due_ns[c->next];
        }
        sc_completions_close(c);
    }
    return n;
}

static void are_in_order(int64_t gap_ns, int64_t longest_ns, size_t n)
{
    int64_t *at_ns = malloc(n * sizeof *at_ns), *run_ns = malloc(n * sizeof *run_ns),
            *want = malloc(n * sizeof *want), *out = malloc(n * sizeof *out);
    struct sc_completions c;
    sc_completions_init(&c, -5 * gap_ns, gap_ns);
    for (size_t i = 0; i < n; i++) {
        at_ns[i] = (int64_t)i * gap_ns / 7;
        run_ns[i] = 1 + (int64_t)(sc_draw(99, i) % (uint64_t)longest_ns);
        want[i] = at_ns[i] + run_ns[i];
    }
    sc_completions_add(&c, at_ns, run_ns, n, INT64_MAX);
    assert_int_equal(c.n_pending, n);
    qsort(want, n, sizeof *want, by_instant);
    assert_int_equal(take_all(&c, out), n);
    assert_memory_equal(out, want, n * sizeof *out);
    sc_completions_free(&c);
    free(at_ns);
    free(run_ns);
    free(want);
    free(out);
}

static void instants_come_in_order(void **state)
{
    (void)state;
    are_in_order(1000000, 90000000, 5003);
    are_in_order(1000, INT64_C(900000000000), 703); /* far beyond the ring */
    are_in_order(1, 3, 4001);                       /* many at the same instant */
    are_in_order(1, 1, 1);
    are_in_order(INT64_C(1) << 41, INT64_C(1) << 45, 97);
}

static void long_ones_are_left_out(void **state)
{
    (void)state;
    static const int64_t at_ns[] = {10, 20, 30}, run_ns[] = {5, 700, 0};
    int64_t out[3];
    struct sc_completions c;
    sc_completions_init(&c, 0, 100);
    sc_completions_add(&c, at_ns, run_ns, 3, 699);
    assert_int_equal(c.n_pending, 1);
    assert_int_equal(take_all(&c, out), 1);
    assert_int_equal(out[0], 15);
    sc_completions_free(&c);
}

/* Into the open slice, into a later one, beyond the ring; and out again. */
static void single_ones_come_and_go(void **state)
{
    (void)state;
    static const int64_t at_ns[] = {9, 19, 29, 39}, run_ns[] = {1, 1, 1, 1};
    int64_t out[8];
    struct sc_completions c;
    sc_completions_init(&c, 0, 1);
    sc_completions_add(&c, at_ns, run_ns, 4, 9);
    sc_completions_insert(&c, FAR_NS);
    sc_completions_open(&c);
    c.next = 1; /* 10 has been taken */
    sc_completions_insert(&c, 25);
    sc_completions_insert(&c, sc_completions_end_ns(&c) + 3);
    sc_completions_remove(&c, 30);
    sc_completions_move(&c, 20, 33);
    sc_completions_move(&c, 40, sc_completions_end_ns(&c) + 1);
    sc_completions_remove(&c, FAR_NS);
    assert_int_equal(c.due_ns[1], 25);
    assert_int_equal(c.due_ns[2], 33);
    assert_int_equal(c.due_ns[3], INT64_MAX);
    int64_t end_ns = sc_completions_end_ns(&c);
    c.next = c.n_due;
    sc_completions_close(&c);
    assert_int_equal(take_all(&c, out), 2);
    assert_int_equal(out[0], end_ns + 1);
    assert_int_equal(out[1], end_ns + 3);
    sc_completions_free(&c);
}

static void the_width_follows_the_gap(void **state)
{
    (void)state;
    struct sc_completions c;
    int64_t out[2];
    sc_completions_init(&c, 0, 1000);
    int shift = c.shift;
    sc_completions_insert(&c, 123456789);
    sc_completions_fit(&c, 1100);
    assert_int_equal(c.shift, shift);
    sc_completions_fit(&c, 1000000);
    assert_true(c.shift > shift);
    sc_completions_fit(&c, 10);
    assert_true(c.shift < shift);
    assert_int_equal(take_all(&c, out), 1);
    assert_int_equal(out[0], 123456789);
    sc_completions_skip(&c, FAR_NS);
    assert_in_range(FAR_NS, sc_completions_begin_ns(&c), sc_completions_end_ns(&c) - 1);
    sc_completions_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instants_come_in_order),
        cmocka_unit_test(long_ones_are_left_out),
        cmocka_unit_test(single_ones_come_and_go),
        cmocka_unit_test(the_width_follows_the_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
