/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/ahead.h"

#include "num/rng.h"

#include <assert.h>

enum { BLOCK = 128 };

static SC_CLONES void fold_in(const uint64_t *restrict key, uint64_t part, uint64_t *restrict out,
                              int n)
{
    for (int i = 0; i < n; i++)
        out[i] = sc_key(key[i], part);
}

static SC_CLONES void fold_two(uint64_t key, uint64_t part, const uint64_t *restrict id,
                               uint64_t *restrict out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = sc_key(sc_key(key, id[i]), part);
}

void sc_ahead_keys(const struct sc_node *n, enum sc_purpose purpose, const uint64_t *id,
                   uint64_t *out, int count)
{
    fold_two(n->key, purpose, id, out, count);
}

void sc_ahead_overhead(const struct sc_node *n, const struct sc_lookup *t, const uint64_t *id,
                       struct sc_ahead *out, int count)
{
    uint64_t key[BLOCK];
    int64_t ns[BLOCK];
    for (int from = 0; from < count; from += BLOCK) {
        int m = count - from < BLOCK ? count - from : BLOCK;
        sc_ahead_keys(n, SC_DRAW_OVERHEAD, id + from, key, m);
        sc_lookup_fill(t, key, ns, m);
        for (int i = 0; i < m; i++)
            out[from + i].entry_ns = ns[i];
    }
}

/* The store operation that every request of the work comes to, with nothing but its own time
 * before. */
static const struct sc_op *first_store(const struct sc_work *w)
{
    const struct sc_op *op = w->op;
    while (op->kind == SC_OP_CPU || op->kind == SC_OP_WAIT)
        op++;
    return op->kind == SC_OP_STORE ? op : NULL;
}

static struct sc_node *store_of(const struct sc_sim *s, const struct sc_op *op)
{
    return &s->node[s->architecture->store[op->store]];
}

static void reserve(struct sc_aheads *a, const struct sc_sim *s, int room)
{
    if (room <= a->cap)
        return;
    a->cap = room;
    a->row = SC_NEW_ARRAY(s->arena, struct sc_ahead, room);
    a->scratch = SC_NEW_ARRAY(s->arena, struct sc_ahead, room);
    a->id = SC_NEW_ARRAY(s->arena, uint64_t, room);
    for (int i = 0; i < room; i++)
        a->row[i].entry = SC_NO_NODE;
}

static void draw_entry(struct sc_aheads *a, const struct sc_sim *s, const struct sc_window *w)
{
    const struct sc_node *n = &s->node[s->architecture->entry];
    if (!n->type->draw)
        return;
    reserve(a, s, w->cap);
    assert(a->row); /* a window has requests */
    n->type->draw(n, NULL, w->id, a->row, w->n);
    for (int i = 0; i < w->n; i++)
        a->row[i].entry = n->index;
}

/* For the requests of one work among others. */
static void draw_some(struct sc_aheads *a, const struct sc_node *store, const struct sc_op *op,
                      int work, const struct sc_window *w)
{
    int m = 0;
    for (int i = 0; i < w->n; i++) {
        a->id[m] = sc_key(w->id[i], sc_op_part(op));
        m += w->work[i] == work;
    }
    store->type->draw(store, op, a->id, a->scratch, m);
    for (int i = 0, k = 0; i < w->n; i++)
        if (w->work[i] == work) {
            a->row[i].op = op;
            a->row[i].op_id = sc_key(w->id[i], sc_op_part(op));
            a->row[i].store_ns = a->scratch[k].store_ns;
            a->row[i].place = a->scratch[k++].place;
        }
}

static void draw_all(struct sc_aheads *a, const struct sc_node *store, const struct sc_op *op,
                     const struct sc_window *w)
{
    fold_in(w->id, sc_op_part(op), a->id, w->n);
    store->type->draw(store, op, a->id, a->row, w->n);
    for (int i = 0; i < w->n; i++) {
        a->row[i].op = op;
        a->row[i].op_id = a->id[i];
    }
}

static void draw_store(struct sc_aheads *a, const struct sc_sim *s, uint16_t work,
                       const struct sc_window *w, bool all)
{
    const struct sc_op *op = first_store(&s->work[work]);
    const struct sc_node *store = op ? store_of(s, op) : NULL;
    if (!store || !store->type->draw)
        return;
    reserve(a, s, w->cap);
    if (all)
        draw_all(a, store, op, w);
    else
        draw_some(a, store, op, work, w);
}

void sc_ahead_window(struct sc_aheads *a, const struct sc_sim *s, const struct sc_source *source,
                     const struct sc_window *w)
{
    bool one = source->n_mix == 1;
    for (int i = 0; a->row && !one && i < w->n; i++)
        a->row[i].op = NULL;
    draw_entry(a, s, w);
    for (int m = 0; m < source->n_mix; m++)
        draw_store(a, s, source->mix_work[m], w, one);
}
