/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include <string.h>

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct sc_arena a = {0};
    unsigned char *before = NULL;
    for (size_t bytes = 1; bytes < 300000; bytes = bytes * 3 / 2 + 7) {
        unsigned char *p = sc_arena_new(&a, bytes);
        assert_int_equal((uintptr_t)p % (bytes >= 64 ? 64 : 16), 0);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xa5, bytes);
        if (before)
            assert_int_equal(*before, 0xa5);
        before = p;
    }
    sc_arena_free(&a);
    assert_null(a.first);
}

static void a_reset_arena_uses_its_chunks_again(void **state)
{
    (void)state;
    struct sc_arena a = {0};
    char *first = sc_arena_new(&a, 1000);
    sc_arena_new(&a, 200000);
    memset(first, 'x', 1000);
    sc_arena_reset(&a);
    char *again = sc_arena_new(&a, 1000);
    assert_ptr_equal(first, again);
    assert_int_equal(again[999], 0);
    sc_arena_reset(&a);
    memset(sc_arena_new(&a, 5000000), 1, 5000000); /* larger than the chunk that comes next */
    assert_ptr_equal(a.current, a.first);
    memset(sc_arena_new(&a, 60000), 2, 60000);
    sc_arena_free(&a);
}

static void texts_and_copies(void **state)
{
    (void)state;
    struct sc_arena a = {0};
    double pair[2] = {2.385, -0.77};
    double *copy = sc_arena_copy(&a, pair, sizeof pair);
    assert_memory_equal(copy, pair, sizeof pair);
    assert_non_null(sc_arena_copy(&a, NULL, 0));
    assert_string_equal(sc_arena_text(&a, "memory_mb"), "memory_mb");
    assert_string_equal(sc_arena_printf(&a, "%s/%d", "fn", 1769), "fn/1769");
    int64_t *many = SC_NEW_ARRAY(&a, int64_t, 37);
    assert_int_equal(many[36], 0);
    sc_arena_free(&a);
}

static void arrays_grow_zeroed_and_keep_what_they_hold(void **state)
{
    (void)state;
    size_t cap = 0;
    uint32_t *v = NULL;
    for (uint32_t i = 0; i < 10000; i++) {
        size_t old = cap;
        v = sc_grow(v, &cap, i + 1, sizeof *v);
        assert_true(cap == old || cap >= 2 * old);
        assert_int_equal(v[cap - 1], 0);
        v[i] = i * 2654435761u;
    }
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(v[i], i * 2654435761u);
    assert_ptr_equal(sc_grow(v, &cap, 3, sizeof *v), v);
    sc_release(v);
    unsigned char *p = sc_take(777);
    assert_int_equal(p[776], 0);
    sc_release(p);
    sc_release(sc_take(0));
    sc_release(NULL);
}

static jmp_buf out;
static size_t wanted;

static void jump(size_t bytes)
{
    wanted = bytes;
    longjmp(out, 1);
}

/* A need above half of all memory once made the doubling run for ever. */
static void running_out_calls_the_handler(void **state)
{
    (void)state;
    struct sc_arena a = {0};
    size_t cap = 0;
    sc_on_out_of_memory(jump);
    if (setjmp(out) == 0) {
        sc_grow(NULL, &cap, SIZE_MAX - 3, 1);
        fail();
    }
    assert_true(wanted > SIZE_MAX / 2);
    if (setjmp(out) == 0) {
        sc_grow(NULL, &cap, SIZE_MAX / 4, 64);
        fail();
    }
    wanted = 0;
    if (setjmp(out) == 0) {
        sc_arena_new(&a, SIZE_MAX - 20);
        fail();
    }
    assert_true(wanted > SIZE_MAX / 2);
    sc_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
        cmocka_unit_test(a_reset_arena_uses_its_chunks_again),
        cmocka_unit_test(texts_and_copies),
        cmocka_unit_test(arrays_grow_zeroed_and_keep_what_they_hold),
        cmocka_unit_test(running_out_calls_the_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
