/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MOST_CASES = 100 };

static void check(void **state)
{
    const struct golden *g = *state;
    struct world w = {.arrivals = g->arrivals[0].n > 0 ? g->arrivals : NULL};
    for (const struct sc_set *s = g->set; s->pointer; s++)
        world_set(&w, s->pointer, s->value);
    if (g->refused) {
        assert_int_equal(world_load(&w, g->text), -1);
        assert_string_equal(w.err.pointer, g->refused);
    } else {
        world_run(&w, g->text);
    }
    for (const struct expected *e = g->expected; e->name; e++)
        world_between(&w, e->name, e->low, e->high);
    world_end(&w);
}

int golden_main(const struct golden *table, size_t n)
{
    struct CMUnitTest tests[MOST_CASES] = {{0}};
    assert_true(n <= MOST_CASES);
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){
            .name = table[i].id, .test_func = check, .initial_state = (void *)(uintptr_t)&table[i]};
    return _cmocka_run_group_tests("golden", tests, n, NULL, NULL);
}
