/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking with an index and without: the same answers. */
#include "service/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

enum { NODES = 500 };

static void fill(struct sc_ledger *l, int n)
{
    for (int i = 0; i < n; i++) {
        char node[16];
        snprintf(node, sizeof node, "fn%d", i);
        struct sc_hist *h = SC_NEW(l->arena, struct sc_hist);
        sc_hist_init(h, l->arena);
        sc_ledger_count(l, node, "requests", i);
        sc_ledger_count(l, node, "cold_starts", 2 * i);
        sc_ledger_meter(l, node, "requests", 3 * i);
        sc_ledger_hist(l, node, h);
    }
    sc_ledger_count(l, NULL, "requests", 77);
    sc_ledger_count(l, "fn3", "requests", -1); /* the first of a name counts */
}

static void look(const struct sc_ledger *l, int n)
{
    for (int i = 0; i < n; i++) {
        char node[16];
        snprintf(node, sizeof node, "fn%d", i);
        assert_int_equal(sc_ledger_find_count(l, node, "requests"), i);
        assert_int_equal(sc_ledger_find_count(l, node, "cold_starts"), 2 * i);
        assert_true(sc_ledger_find_meter(l, node, "requests")->sum == 3 * i);
        assert_ptr_equal(sc_ledger_find_hist(l, node), l->hist[i].hist);
        assert_int_equal(sc_ledger_find_count(l, node, "request"), 0);
        assert_null(sc_ledger_find_meter(l, node, "cold_starts"));
    }
    assert_int_equal(sc_ledger_find_count(l, NULL, "requests"), 77);
    assert_int_equal(sc_ledger_find_count(l, NULL, "fn2/cold_starts"), 4);
    assert_int_equal(sc_ledger_find_count(l, "fn", "requests"), 0);
    assert_null(sc_ledger_find_hist(l, "fn"));
}

static void test_with_and_without(void **state)
{
    static const int sizes[] = {4, 20, NODES};
    (void)state;
    for (int k = 0; k < 3; k++) {
        struct sc_arena arena = {0};
        struct sc_ledger l = {.arena = &arena};
        sc_ledger_index(&l);
        fill(&l, sizes[k]);
        look(&l, sizes[k]);
        sc_ledger_index(&l);
        assert_true((l.by_counter.place != NULL) == (sizes[k] > 16));
        look(&l, sizes[k]);
        sc_ledger_free(&l);
        sc_arena_free(&arena);
    }
}

static void test_what_comes_later_is_found(void **state)
{
    struct sc_arena arena = {0};
    struct sc_ledger l = {.arena = &arena};
    (void)state;
    fill(&l, NODES);
    sc_ledger_index(&l);
    sc_ledger_count(&l, "late", "requests", 5);
    assert_int_equal(sc_ledger_find_count(&l, "late", "requests"), 5);
    sc_ledger_index(&l);
    assert_int_equal(sc_ledger_find_count(&l, "late", "requests"), 5);
    look(&l, NODES);
    sc_ledger_free(&l);
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_and_without),
        cmocka_unit_test(test_what_comes_later_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
