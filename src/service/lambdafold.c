/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a function decides its future, for slices of a trial. */
#include "service/fold.h"
#include "service/lambdastate.h"

void sc_lambda_forget(struct sc_node *n)
{
    struct sc_lambda_state *s = n->state;
    sc_lambda_meters_forget(&s->tally[1].meters, n->sim->hours);
    s->tally[1] = (struct sc_lambda_tally){.meters = s->tally[1].meters};
    s->alive_ns = 0;
    for (int i = 0; i < n->service->n_pools; i++)
        s->function[i].requests[1] = s->function[i].cold[1] = 0;
}

void sc_lambda_fold(struct sc_node *n, struct sc_fold *to)
{
    const struct sc_lambda *c = n->config;
    const struct sc_lambda_state *s = n->state;
    int64_t now_ns = n->sim->now_ns;
    if (s->requests == &s->own_requests)
        sc_fold_bucket(to, &s->own_requests, now_ns);
    sc_fold_bucket(to, &s->scaling, now_ns);
    sc_fold_bucket(to, &s->provisioned_requests, now_ns);
    sc_fold_int(to, s->provisioned.tail - s->provisioned.head);
    sc_fold_int(to, s->provisioned_ready_ns > now_ns ? s->provisioned_ready_ns : SC_BLOCKED);
    for (int i = 0; i < n->service->n_pools; i++)
        sc_pool_fold(&s->function[i].pool, &c->keep, n, to);
}

/* One that is busy: any other would do that serves the same function. */
static void fold_busy(const struct sc_node *n, uint32_t index, struct sc_fold *to)
{
    const struct sc_lambda *c = n->config;
    const struct sc_instance *i = &n->sim->instance[index];
    bool ages = i->state == SC_ON_DEMAND && c->keep.reuse == SC_REUSE_NEWEST;
    sc_fold_int(to, (int64_t)i->pool << 16 | i->state);
    sc_fold_int(to, ages ? i->created_ns : 0);
}

void sc_lambda_fold_frame(struct sc_node *n, const struct sc_frame *f, struct sc_fold *to)
{
    fold_busy(n, f->instance, to);
    sc_fold_int(to, f->branch ? 0 : f->init_ns);
}

bool sc_lambda_fold_event(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns,
                          struct sc_fold *to)
{
    (void)key;
    (void)at_ns;
    fold_busy(n, instance, to);
    return true;
}
