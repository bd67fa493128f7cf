/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_BASE_MEMORY_H
#define SC_BASE_MEMORY_H
/* All memory of simcost. An arena hands out zeroed blocks that live until it is freed or reset: one
 * holds a scenario, one holds a trial. Arrays that grow are taken with sc_grow and given back with
 * sc_release. Nobody checks for NULL: when memory runs out, the one replaceable handler prints a
 * line and ends the program with status 1. */
#include "base/compiler.h"
#include <stddef.h>

struct sc_arena {
    struct sc_chunk *first, *current;
};

/** An arena of all zeros is empty and ready. */
void *sc_arena_new(struct sc_arena *a,
                   size_t bytes); /* zeroed, aligned to 64 bytes when bytes >= 64, else to 16 */
void *sc_arena_copy(struct sc_arena *a, const void *data, size_t bytes);
char *sc_arena_text(struct sc_arena *a, const char *text); /* a copy that ends with a zero byte */
char *sc_arena_printf(struct sc_arena *a, const char *fmt, ...) SC_PRINTF(2, 3);
/** Forgets every block but keeps the chunks for the next use. */
void sc_arena_reset(struct sc_arena *a);
void sc_arena_free(struct sc_arena *a);
#define SC_NEW(arena, type) ((type *)sc_arena_new((arena), sizeof(type)))
#define SC_NEW_ARRAY(arena, type, n) ((type *)sc_arena_new((arena), sizeof(type) * (size_t)(n)))

/** Makes room for `need` items of `size` bytes in the array `data` with room for `*cap`, at least
 * doubling; new room is zeroed. Returns the array, which may have moved; the caller gives it back
 * with sc_release. */
void *sc_grow(void *data, size_t *cap, size_t need, size_t size);
/** Zeroed memory, given back with sc_release. */
void *sc_take(size_t bytes);
void sc_release(void *data);

/** Replaces what happens when memory runs out; to be set before any thread starts. It must not
 * return. */
void sc_on_out_of_memory(void (*handler)(size_t bytes));
#endif
