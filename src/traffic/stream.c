/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/traffic.h"

#include "num/rng.h"
#include <string.h>

/* Rooms are whole blocks, so that loops of a fixed length may run past the last request. */
enum { BLOCK = 64, MOST_COUNTED = 32 };

void sc_window_reserve(struct sc_window *w, int n, bool traced)
{
    sc_window_free(w);
    size_t cap = ((size_t)n + BLOCK - 1) / BLOCK * BLOCK;
    w->cap = (int)cap;
    w->at_ns = sc_take(cap * sizeof *w->at_ns);
    w->id = sc_take(cap * sizeof *w->id);
    w->work = sc_take(cap * sizeof *w->work);
    if (traced) {
        w->duration_ns = sc_take(cap * sizeof *w->duration_ns);
        w->pool = sc_take(cap * sizeof *w->pool);
    }
}

void sc_window_free(struct sc_window *w)
{
    sc_release(w->at_ns);
    sc_release(w->id);
    sc_release(w->work);
    sc_release(w->duration_ns);
    sc_release(w->pool);
    *w = (struct sc_window){0};
}

/* How many of the window's requests come before `at_ns`. */
static int count_before(const struct sc_window *w, int64_t at_ns)
{
    int low = 0, high = w->n;
    while (low < high) {
        int middle = (low + high) / 2;
        if (w->at_ns[middle] < at_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void cut(struct sc_window *w, int64_t from_ns, int64_t to_ns)
{
    w->n = w->n > 0 && w->at_ns[w->n - 1] >= to_ns ? count_before(w, to_ns) : w->n;
    int skip = w->n > 0 && w->at_ns[0] < from_ns ? count_before(w, from_ns) : 0;
    if (skip == 0)
        return;
    w->n -= skip;
    w->first += (uint64_t)skip;
    size_t n = (size_t)w->n;
    memmove(w->at_ns, w->at_ns + skip, n * sizeof *w->at_ns);
    if (w->duration_ns) {
        memmove(w->duration_ns, w->duration_ns + skip, n * sizeof *w->duration_ns);
        memmove(w->pool, w->pool + skip, n * sizeof *w->pool);
    }
}

static SC_CLONES void fill_ids(uint64_t key, uint64_t first, int blocks, uint64_t *restrict id)
{
    for (int k = 0; k < blocks; k++, first += BLOCK, id += BLOCK)
        for (int i = 0; i < BLOCK; i++)
            id[i] = sc_draw(key, first + (uint64_t)i);
}

/* One block's works: count the bounds that the draw is not below. */
static SC_CLONES void choose(const struct sc_source *s, const uint64_t *restrict id,
                             uint16_t *restrict work)
{
    uint64_t draw[BLOCK], place[BLOCK] = {0};
    for (int i = 0; i < BLOCK; i++)
        draw[i] = sc_draw(id[i], SC_DRAW_WORK);
    for (int m = 0; m < s->n_mix - 1; m++) {
        uint64_t upto = s->mix_upto[m];
        for (int i = 0; i < BLOCK; i++)
            place[i] += draw[i] >= upto;
    }
    for (int i = 0; i < BLOCK; i++)
        work[i] = s->mix_work[place[i]];
}

/* The same place, looked up where the mix is long. */
static uint16_t look_up(const struct sc_source *s, uint64_t draw)
{
    int low = 0, high = s->n_mix - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (draw >= s->mix_upto[middle])
            low = middle + 1;
        else
            high = middle;
    }
    return s->mix_work[low];
}

static void fill_works(const struct sc_source *s, struct sc_window *w)
{
    if (s->n_mix > MOST_COUNTED)
        for (int i = 0; i < w->n; i++)
            w->work[i] = look_up(s, sc_draw(w->id[i], SC_DRAW_WORK));
    else if (s->n_mix > 1)
        for (int i = 0; i < w->n; i += BLOCK)
            choose(s, w->id + i, w->work + i);
    else
        for (int i = 0; i < w->n; i++)
            w->work[i] = s->n_mix == 1 ? s->mix_work[0] : 0;
}

void sc_stream_open(struct sc_stream *s, const struct sc_source *source, uint64_t key,
                    int64_t from_ns, int64_t to_ns, struct sc_arena *arena)
{
    const struct sc_traffic_type *type = source->type;
    *s = (struct sc_stream){.source = source, .key = key, .from_ns = from_ns, .to_ns = to_ns};
    s->over = type->driven || from_ns >= to_ns;
    if (s->over)
        return;
    s->state = type->start ? type->start(source, key, from_ns, to_ns, arena) : NULL;
    s->b = type->window_at(source, s->state, from_ns);
}

bool sc_stream_next(struct sc_stream *s)
{
    struct sc_window *w = &s->window;
    w->n = 0;
    while (!s->over && w->n == 0) {
        if (!s->source->type->fill(s->source, s->state, s->key, s->b++, w)) {
            s->over = true;
            w->n = 0;
        } else {
            s->over = w->n > 0 && w->at_ns[w->n - 1] >= s->to_ns;
            cut(w, s->from_ns, s->to_ns);
        }
    }
    if (w->n == 0)
        return false;
    fill_ids(sc_key(s->key, SC_DRAW_REQUEST), w->first, (w->n + BLOCK - 1) / BLOCK, w->id);
    fill_works(s->source, w);
    return true;
}

void sc_stream_close(struct sc_stream *s)
{
    sc_window_free(&s->window);
}
