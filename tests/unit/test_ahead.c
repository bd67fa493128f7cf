/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/ahead.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { N = 1531 };

/* In a block or one by one: the same. That whole records are the same too is seen in test_sim. */
static void overheads_are_those_of_single_calls(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_node n = {.key = 4711};
    struct sc_dist d = sc_dist_lognormal(8e6, 40e6);
    const struct sc_lookup *t = sc_lookup_new(&d, &arena);
    static uint64_t id[N], key[N];
    static struct sc_ahead row[N];
    for (uint64_t i = 0; i < N; i++)
        id[i] = sc_draw(3, i);
    sc_ahead_keys(&n, SC_DRAW_OVERHEAD, id, key, N);
    sc_ahead_overhead(&n, t, id, row, N);
    for (int i = 0; i < N; i++) {
        assert_true(key[i] == sc_node_key(&n, id[i], SC_DRAW_OVERHEAD));
        assert_int_equal(row[i].entry_ns, (int64_t)sc_lookup_draw(t, key[i]));
    }
    sc_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(overheads_are_those_of_single_calls)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
