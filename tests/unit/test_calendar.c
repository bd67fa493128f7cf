/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calendar against a plain sorted array, in every regime that a run can bring. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "des/calendar.h"
#include "num/math.h"
#include "num/rng.h"

#include <stdlib.h>
#include <string.h>

static int by_time(const void *a, const void *b)
{
    const struct sc_event *x = a, *y = b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

/* The reference: a sorted array that inserts by moving. */
struct reference {
    struct sc_event *event;
    size_t first, n, cap;
};

static void reference_push(struct reference *r, struct sc_event e)
{
    r->event = sc_grow(r->event, &r->cap, r->n + 1, sizeof e);
    size_t low = r->first, high = r->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (by_time(&r->event[middle], &e) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(r->event + low + 1, r->event + low, (r->n - low) * sizeof e);
    r->event[low] = e;
    r->n++;
}

static void assert_same(const struct sc_event *a, const struct sc_event *b)
{
    assert_true(a->at_ns == b->at_ns);
    assert_int_equal(a->key, b->key);
    assert_int_equal(a->target, b->target);
}

/* How far ahead the n-th event of a regime lies. */
typedef int64_t ahead_fn(uint64_t n);

static int64_t dense(uint64_t n)
{
    return (int64_t)(sc_draw(1, n) % 977);
}

static int64_t sparse(uint64_t n)
{
    return (int64_t)(sc_draw(2, n) % UINT64_C(86400000000123));
}

static int64_t exponential(uint64_t n)
{
    return (int64_t)(-1.37e8 * sc_log(sc_unit(sc_draw(3, n))));
}

static int64_t tied(uint64_t n)
{
    return (int64_t)(sc_draw(4, n) % 3) * 1000;
}

static int64_t mixed(uint64_t n)
{
    return (int64_t)(sc_draw(5, n) >>
                     (17 + sc_draw(6, n) % 47)); /* from 0 to 2^47 ns, a day and a half */
}

static int64_t bursty(uint64_t n)
{
    return n / 3000 % 2 ? (int64_t)(sc_draw(7, n) % 40)
                        : (int64_t)(sc_draw(7, n) % 40) + INT64_C(3600000000000);
}

static int64_t at_once(uint64_t n)
{
    return n % 5000 ? 0 : 12345678;
}

static int64_t immense(uint64_t n)
{
    return (int64_t)(sc_draw(8, n) >> 17); /* up to 2^47 ns, a day and a half */
}

static int64_t drifting(uint64_t n)
{
    return (int64_t)(sc_draw(9, n) % (UINT64_C(1) << (5 + n / 4000 * 2 % 36)));
}

struct regime {
    ahead_fn *ahead;
    size_t fill;
    int64_t from_ns, gap_ns;
    uint64_t steps;
};

static void check_pop(struct sc_calendar *c, struct reference *r, int64_t until_ns, int64_t *now_ns)
{
    struct sc_event e;
    bool due = r->first < r->n && r->event[r->first].at_ns <= until_ns;
    assert_int_equal(sc_calendar_pop(c, until_ns, &e), due);
    if (!due)
        return;
    assert_same(&e, &r->event[r->first++]);
    *now_ns = e.at_ns;
}

static void check_regime(const struct regime *g)
{
    struct sc_calendar c;
    struct reference r = {0};
    int64_t now_ns = g->from_ns;
    sc_calendar_init(&c, g->from_ns, g->gap_ns);
    for (uint64_t n = 0; n < g->steps; n++) {
        uint64_t dice = sc_draw(99, n);
        bool is_filling = n < g->fill || dice % 2;
        if (is_filling && r.n - r.first < 2 * g->fill + 3) {
            struct sc_event e = {now_ns + g->ahead(n), (uint32_t)sc_draw(98, n), (uint32_t)n};
            sc_calendar_push(&c, e.at_ns, e.key, e.target);
            reference_push(&r, e);
        } else {
            check_pop(&c, &r, dice % 7 ? INT64_MAX : now_ns + (int64_t)(dice >> 40), &now_ns);
        }
    }
    while (r.first < r.n)
        check_pop(&c, &r, INT64_MAX, &now_ns);
    check_pop(&c, &r, INT64_MAX, &now_ns);
    sc_calendar_free(&c);
    sc_release(r.event);
}

static void test_regimes(void **state)
{
    (void)state;
    static ahead_fn *const ahead[] = {dense,  sparse,  exponential, tied,    mixed,
                                      bursty, at_once, immense,     drifting};
    static const size_t fill[] = {0, 7, 230, 3100};
    static const int64_t gap_ns[] = {1, 137731, INT64_C(3600000000000)};
    for (size_t a = 0; a < sizeof ahead / sizeof *ahead; a++)
        for (size_t f = 0; f < sizeof fill / sizeof *fill; f++)
            for (size_t g = 0; g < sizeof gap_ns / sizeof *gap_ns; g++)
                check_regime(
                    &(struct regime){ahead[a], fill[f], -INT64_C(7200000000123), gap_ns[g], 30000});
}

static void test_negative_times_keep_their_order(void **state)
{
    (void)state;
    struct sc_calendar c;
    struct sc_event e;
    static const int64_t at_ns[] = {-5, 3, -1, 0, -4096, 4096, -4097, 1};
    static const int64_t sorted_ns[] = {-4097, -4096, -5, -1, 0, 1, 3, 4096};
    sc_calendar_init(&c, -5000, 4096);
    for (uint32_t i = 0; i < 8; i++)
        sc_calendar_push(&c, at_ns[i], i, 0);
    for (size_t i = 0; i < 8; i++) {
        assert_true(sc_calendar_pop(&c, 5000, &e));
        assert_int_equal(e.at_ns, sorted_ns[i]);
    }
    sc_calendar_free(&c);
}

static void test_the_ends_of_time(void **state)
{
    (void)state;
    struct sc_calendar c;
    struct sc_event e;
    const int64_t end_ns = INT64_C(1) << 62;
    sc_calendar_init(&c, -end_ns, 1);
    sc_calendar_push(&c, end_ns, 2, 7);
    sc_calendar_push(&c, -end_ns, 1, 8);
    assert_true(sc_calendar_pop(&c, -end_ns, &e));
    assert_int_equal(e.target, 8);
    assert_false(sc_calendar_pop(&c, end_ns - 1, &e));
    sc_calendar_push(&c, end_ns - 1, 3, 9);
    assert_true(sc_calendar_pop(&c, INT64_MAX, &e));
    assert_int_equal(e.target, 9);
    assert_true(sc_calendar_pop(&c, end_ns, &e));
    assert_int_equal(e.target, 7);
    assert_false(sc_calendar_pop(&c, INT64_MAX, &e));
    sc_calendar_free(&c);
}

static void test_until_is_inclusive_and_leaves_the_rest(void **state)
{
    (void)state;
    struct sc_calendar c;
    struct sc_event e;
    sc_calendar_init(&c, 0, 1000);
    assert_false(sc_calendar_pop(&c, INT64_MAX, &e));
    sc_calendar_push(&c, 777, 5, 1);
    assert_false(sc_calendar_pop(&c, 776, &e));
    sc_calendar_push(&c, 777, 4, 2);
    sc_calendar_push(&c, 12, 9, 3);
    assert_true(sc_calendar_pop(&c, 777, &e));
    assert_int_equal(e.target, 3);
    assert_true(sc_calendar_pop(&c, 777, &e));
    assert_int_equal(e.target, 2);
    assert_true(sc_calendar_pop(&c, 777, &e));
    assert_int_equal(e.target, 1);
    sc_calendar_free(&c);
}

/* Half a million events of the wrong guessed gap: only the fitting of the width makes this end
 * soon. */
static void test_width_fits_itself(void **state)
{
    (void)state;
    static const int64_t gap_ns[] = {1, INT64_C(86400000000000)};
    for (size_t g = 0; g < 2; g++) {
        struct sc_calendar c;
        struct sc_event e = {0, 0, 0}, last = {-1, 0, 0};
        sc_calendar_init(&c, 0, gap_ns[g]);
        for (uint32_t i = 0; i < 500000; i++)
            sc_calendar_push(&c, exponential(i), i, i);
        for (uint64_t n = 0; n < 1500000; n++) {
            assert_true(sc_calendar_pop(&c, INT64_MAX, &e));
            assert_true(by_time(&last, &e) < 0);
            last = e;
            if (n < 1000000)
                sc_calendar_push(&c, e.at_ns + exponential(n + 500000) + 1, (uint32_t)n, 0);
        }
        assert_false(sc_calendar_pop(&c, INT64_MAX, &e));
        sc_calendar_free(&c);
    }
}

/* What is pending, wherever it lies, in the order in which it will come; to look takes nothing. */
static void a_list_is_what_comes(void **state)
{
    (void)state;
    struct sc_calendar c;
    struct sc_event *list = NULL, e;
    size_t cap = 0;
    sc_calendar_init(&c, -1000, 977);
    assert_int_equal(sc_calendar_list(&c, &list, &cap), 0);
    for (uint64_t n = 0; n < 3000; n++)
        sc_calendar_push(&c,
                         n % 3   ? dense(n)
                         : n % 2 ? sparse(n)
                                 : tied(n),
                         (uint32_t)n, (uint32_t)n);
    for (int i = 0; i < 500; i++)
        assert_true(sc_calendar_pop(&c, INT64_MAX, &e));
    assert_int_equal(sc_calendar_list(&c, &list, &cap), 2500);
    for (int i = 0; i < 2500; i++) {
        assert_true(sc_calendar_pop(&c, INT64_MAX, &e));
        assert_same(&e, &list[i]);
    }
    sc_release(list);
    sc_calendar_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regimes),
        cmocka_unit_test(test_negative_times_keep_their_order),
        cmocka_unit_test(test_the_ends_of_time),
        cmocka_unit_test(test_until_is_inclusive_and_leaves_the_rest),
        cmocka_unit_test(test_width_fits_itself),
        cmocka_unit_test(a_list_is_what_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
