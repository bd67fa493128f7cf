/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Left to chance: which of two events of the same nanosecond comes first where the keys agree too,
 * in 32 bits; they are told in the order in which this trial would take them. */
#include "service/fold.h"

#include <string.h>

void sc_fold_int(struct sc_fold *to, int64_t value)
{
    if (to->cap - to->n < sizeof value)
        to->byte = sc_grow(to->byte, &to->cap, to->n + sizeof value, 1);
    memcpy(to->byte + to->n, &value, sizeof value);
    to->n += sizeof value;
}

void sc_fold_bucket(struct sc_fold *to, const struct sc_bucket *b, int64_t now_ns)
{
    int64_t gap_ns = now_ns - b->last_ns, level = b->full;
    if (gap_ns < b->refill_ns) {
        level = b->level + gap_ns * b->per_s;
        level = level < b->full ? level : b->full;
    }
    sc_fold_int(to, level);
}

bool sc_fold_same(const struct sc_fold *a, const struct sc_fold *b)
{
    return a->n == b->n && (a->n == 0 || memcmp(a->byte, b->byte, a->n) == 0);
}

void sc_fold_free(struct sc_fold *f)
{
    sc_release(f->byte);
    sc_release(f->number);
    *f = (struct sc_fold){0};
}

static int64_t bits_of(double value)
{
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void fold_content(struct sc_fold *to, const struct sc_sim *s, const struct sc_frame *f)
{
    struct sc_node *n = &s->node[f->node];
    sc_fold_int(to, (int64_t)f->node << 48 | (int64_t)f->work << 32 | f->pc);
    sc_fold_int(to, (int64_t)f->flags << 40 | (int64_t)f->pending << 32 | f->attempt << 24 |
                        f->outcome << 17 | f->branch << 16 | f->answer);
    sc_fold_int(to, f->pool);
    sc_fold_int(to, (int64_t)f->id);
    sc_fold_int(to, f->start_ns);
    sc_fold_int(to, f->deadline_ns);
    sc_fold_int(to, bits_of(f->trace_ns));
    sc_fold_int(to, f->pending > 0 ? f->own_ns : 0);
    for (int i = 0; i < f->n_signers; i++)
        sc_fold_int(to, f->signer[i] + 1);
    sc_fold_int(to, 0);
    if (n->type->fold_frame)
        n->type->fold_frame(n, f, to);
}

void sc_fold_frame(struct sc_fold *to, const struct sc_sim *s, uint32_t frame)
{
    for (;;) {
        bool known = to->number[frame] != 0;
        if (!known)
            to->number[frame] = ++to->met;
        sc_fold_int(to, to->number[frame]);
        if (known)
            return;
        const struct sc_frame *f = sc_sim_frame(s, frame);
        fold_content(to, s, f);
        if (f->parent == 0 || sc_sim_frame(s, f->parent)->generation != f->parent_generation)
            break;
        frame = f->parent;
    }
    sc_fold_int(to, 0); /* nobody waits */
}

static bool fold_target(struct sc_sim *s, const struct sc_event *e, struct sc_fold *to)
{
    uint32_t kind = e->target >> SC_TARGET_BITS, index = e->target & ((1u << SC_TARGET_BITS) - 1);
    sc_fold_int(to, kind);
    if (kind == SC_TARGET_INSTANCE) {
        struct sc_node *n = &s->node[s->instance[index].node];
        sc_fold_int(to, n->index);
        return n->type->fold_event && n->type->fold_event(n, index, e->key, e->at_ns, to);
    }
    if (kind == SC_TARGET_TIMER) {
        sc_fold_int(to, index);
        sc_fold_int(to, e->key);
        return true;
    }
    if (kind == SC_TARGET_DEADLINE && sc_sim_frame(s, index)->generation != e->key)
        return false;
    sc_fold_frame(to, s, index);
    return true;
}

/* Those that nobody will heed leave nothing behind. */
static void fold_events(struct sc_sim *s, struct sc_fold *to)
{
    struct sc_event *event = NULL;
    size_t cap = 0, n = sc_calendar_list(&s->calendar, &event, &cap);
    for (size_t i = 0; i < n; i++) {
        size_t was = to->n;
        sc_fold_int(to, event[i].at_ns);
        if (!fold_target(s, &event[i], to))
            to->n = was;
    }
    sc_release(event);
}

void sc_sim_fold(struct sc_sim *s, struct sc_fold *to)
{
    to->n = 0;
    to->met = 0;
    to->number = sc_take(sizeof *to->number * ((size_t)s->n_frames + 1));
    sc_fold_int(to, s->now_ns);
    sc_fold_int(to, s->outstanding);
    sc_fold_int(to, s->account.unreserved_left);
    sc_fold_bucket(to, &s->account.lambda_requests, s->now_ns);
    sc_fold_bucket(to, &s->account.gateway, s->now_ns);
    sc_fold_bucket(to, &s->account.launches, s->now_ns);
    for (int i = 0; i < s->n_nodes; i++) {
        sc_fold_int(to, s->node[i].inflight.now);
        if (s->node[i].type->fold)
            s->node[i].type->fold(&s->node[i], to);
    }
    fold_events(s, to);
    sc_sim_fold_traffic(s, to);
    sc_release(to->number);
    to->number = NULL;
}
