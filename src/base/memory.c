/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sc_chunk {
    struct sc_chunk *next;
    size_t used, size;
    _Alignas(64) unsigned char data[];
};

enum { CHUNK_BYTES = 1 << 16 };

static void print_and_exit(size_t bytes)
{
    fprintf(stderr, "simcost: out of memory (%zu bytes more were needed)\n", bytes);
    exit(1);
}

static void (*out_of_memory)(size_t) = print_and_exit;

void sc_on_out_of_memory(void (*handler)(size_t bytes))
{
    out_of_memory = handler;
}

static void *must(void *p, size_t bytes)
{
    if (SC_UNLIKELY(!p))
        out_of_memory(bytes);
    return p;
}

static struct sc_chunk *chunk_new(size_t bytes)
{
    size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    size_t total = (sizeof(struct sc_chunk) + size + 63) & ~(size_t)63;
    if (total < bytes)
        out_of_memory(bytes);
    struct sc_chunk *c = must(aligned_alloc(64, total), total);
    *c = (struct sc_chunk){.size = size};
    return c;
}

/* The chunk after the current one serves if it is large enough; else a new one goes between. */
static void next_chunk(struct sc_arena *a, size_t bytes)
{
    struct sc_chunk *old = a->current, *next = old ? old->next : a->first;
    if (!next || next->size < bytes) {
        struct sc_chunk *c = chunk_new(bytes);
        c->next = next;
        if (old)
            old->next = c;
        else
            a->first = c;
        next = c;
    }
    next->used = 0;
    a->current = next;
}

void *sc_arena_new(struct sc_arena *a, size_t bytes)
{
    size_t align = bytes >= 64 ? 64 : 16;
    size_t at = a->current ? (a->current->used + align - 1) & ~(align - 1) : 0;
    if (!a->current || at > a->current->size || bytes > a->current->size - at) {
        next_chunk(a, bytes);
        at = 0;
    }
    void *p = a->current->data + at;
    a->current->used = at + bytes;
    return memset(p, 0, bytes);
}

void *sc_arena_copy(struct sc_arena *a, const void *data, size_t bytes)
{
    void *p = sc_arena_new(a, bytes);
    if (bytes > 0)
        memcpy(p, data, bytes);
    return p;
}

char *sc_arena_text(struct sc_arena *a, const char *text)
{
    return sc_arena_copy(a, text, strlen(text) + 1);
}

char *sc_arena_printf(struct sc_arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = sc_arena_new(a, (size_t)(n < 0 ? 0 : n) + 1);
    vsnprintf(text, (size_t)(n < 0 ? 0 : n) + 1, fmt, again);
    va_end(again);
    return text;
}

void sc_arena_reset(struct sc_arena *a)
{
    a->current = NULL;
}

void sc_arena_free(struct sc_arena *a)
{
    for (struct sc_chunk *c = a->first, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *a = (struct sc_arena){0};
}

void *sc_grow(void *data, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return data;
    size_t room = *cap > 8 ? *cap : 8;
    while (room < need && room <= SIZE_MAX / 2)
        room *= 2;
    if (room < need || room > SIZE_MAX / size)
        out_of_memory(SIZE_MAX);
    unsigned char *p = must(realloc(data, room * size), room * size);
    memset(p + *cap * size, 0, (room - *cap) * size);
    *cap = room;
    return p;
}

void *sc_take(size_t bytes)
{
    return must(calloc(1, bytes ? bytes : 1), bytes);
}

void sc_release(void *data)
{
    free(data);
}
