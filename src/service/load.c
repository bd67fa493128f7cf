/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/load.h"

#include "num/rng.h"

/* Works on their way; and draws whose mean square stands for a distribution's. */
enum { MOST_WAYS = 1 << 16, DRAWS = 64 };

/* A work that a service is to run, `weight` times a request. */
struct way {
    double weight;
    uint16_t service, work;
    bool inside; /* in a process that runs already: no call of its own */
};

struct walk {
    const struct sc_architecture *a;
    const struct sc_work *work;
    struct sc_load *load; /* by service, those of the source apart */
    int stride;
    struct way *way;
    size_t n_ways, cap, walked;
};

static void push(struct walk *w, uint16_t service, uint16_t work, double weight, bool inside)
{
    if (!(weight > 0) || w->walked + w->n_ways >= MOST_WAYS)
        return;
    w->way = sc_grow(w->way, &w->cap, w->n_ways + 1, sizeof *w->way);
    w->way[w->n_ways++] = (struct way){weight, service, work, inside};
}

static double unit_of(uint64_t draw)
{
    return (double)(draw >> 11) * 0x1p-53;
}

/* Of a list of n thresholds, the last of which is everything. */
static double share_of(const uint64_t *upto, int n, int i)
{
    double to = i == n - 1 ? 1 : unit_of(upto[i]);
    return to - (i > 0 ? unit_of(upto[i - 1]) : 0);
}

static double mean_square(const struct sc_dist *d)
{
    double sum = 0;
    if (d->kind == SC_DIST_CONSTANT)
        return d->a * d->a;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double value = sc_dist_draw(d, sc_key(0, i), 0);
        sum += value * value / DRAWS;
    }
    return sum;
}

static void add_time(struct sc_load *l, const struct sc_op *op, double weight)
{
    double mean_ns = op->dist.kind == SC_DIST_TRACE ? 0 : sc_dist_mean(&op->dist);
    if (op->kind == SC_OP_WAIT) {
        l->wait_ns += weight * mean_ns;
    } else {
        l->cpu_ns += weight * mean_ns;
        l->square_ns2 += weight * mean_square(&op->dist);
    }
}

/* Programs only go forward, so one pass meets every operation with all that leads to it. */
static void run_program(struct walk *w, const struct way *way, double *at)
{
    const struct sc_work *work = &w->work[way->work];
    struct sc_load *l = &w->load[way->service * w->stride];
    for (int pc = 0; pc < work->n_ops; pc++)
        at[pc] = pc == 0 ? way->weight : 0;
    for (int pc = 0; pc < work->n_ops; pc++) {
        const struct sc_op *op = &work->op[pc];
        const double weight = at[pc];
        switch (op->kind) {
        case SC_OP_CPU:
        case SC_OP_WAIT:
            add_time(l, op, weight);
            at[pc + 1] += weight;
            break;
        case SC_OP_STORE:
            at[pc + 1] += weight * (1 - unit_of(op->fail_below));
            break;
        case SC_OP_CALL: {
            const int32_t callee = w->a->callee[op->work];
            push(w, callee < 0 ? way->service : (uint16_t)callee, op->work, weight, callee < 0);
            at[pc + 1] += weight;
            break;
        }
        case SC_OP_CHOICE:
            for (int i = 0; i < op->n; i++)
                at[op->to[i]] += weight * share_of(op->upto, op->n, i);
            break;
        case SC_OP_FORK:
            for (int i = 0; i < op->n; i++)
                at[op->to[i]] += weight;
            at[op->jump] += weight;
            break;
        case SC_OP_JUMP:
            at[op->jump] += weight;
            break;
        case SC_OP_END:
            break;
        }
    }
}

static void pass_on(struct walk *w, const struct way *way)
{
    const struct sc_route *r = &w->a->service[way->service].route[way->work];
    for (int i = 0; i < r->n; i++)
        push(w, r->target[i], way->work, way->weight * share_of(r->upto, r->n, i), false);
}

static void follow(struct walk *w, double *at)
{
    while (w->n_ways > 0) {
        const struct way way = w->way[--w->n_ways];
        const struct sc_service *v = &w->a->service[way.service];
        w->walked++;
        if (!way.inside)
            w->load[way.service * w->stride].calls += way.weight;
        if (v->type->computes)
            run_program(w, &way, at);
        else if (v->type->routes && v->route)
            pass_on(w, &way);
    }
}

struct sc_load *sc_load_new(const struct sc_architecture *a, const struct sc_work *work,
                            const struct sc_source *const *source, int n_sources,
                            struct sc_arena *arena)
{
    struct sc_load *all = SC_NEW_ARRAY(arena, struct sc_load, a->n_services * n_sources);
    double *at = sc_take(sizeof *at * (UINT16_MAX + 2));
    for (int i = 0; i < n_sources; i++) {
        struct walk w = {.a = a, .work = work, .load = all + i, .stride = n_sources};
        for (int m = 0; m < source[i]->n_mix; m++)
            push(&w, a->entry, source[i]->mix_work[m],
                 share_of(source[i]->mix_upto, source[i]->n_mix, m), false);
        follow(&w, at);
        sc_release(w.way);
    }
    sc_release(at);
    return all;
}

struct sc_load sc_load_between(const struct sc_node *n, int64_t from_ns, int64_t to_ns)
{
    const struct sc_sim *s = n->sim;
    struct sc_load sum = {0};
    for (int i = 0; i < s->n_streams && s->load; i++) {
        const struct sc_load *l = &s->load[n->index * s->n_streams + i];
        const struct sc_source *src = s->source[i];
        if (!src->type->expected || !(l->calls > 0))
            continue;
        double requests = src->type->expected(src, s->origin_ns + from_ns, s->origin_ns + to_ns);
        sum.calls += requests * l->calls;
        sum.cpu_ns += requests * l->cpu_ns;
        sum.wait_ns += requests * l->wait_ns;
        sum.square_ns2 += requests * l->square_ns2;
    }
    return sum;
}
