/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/lambdastate.h"

void sc_lambda_add_life(struct sc_node *n, int64_t created_ns, int64_t gone_ns)
{
    struct sc_lambda_state *s = n->state;
    int64_t measured_ns = n->sim->measured_from_ns;
    int64_t from_ns = created_ns > measured_ns ? created_ns : measured_ns,
            to_ns = gone_ns < n->sim->measured_to_ns ? gone_ns : n->sim->measured_to_ns;
    if (to_ns > from_ns && !s->closed)
        s->alive_ns += to_ns - from_ns;
}

void sc_lambda_gone_before(struct sc_node *n, int64_t idle_since_ns, int64_t gone_ns)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    int64_t told_ns = sc_idle_expiry_ns(&c->keep, n, idle_since_ns),
            seam_ns = n->sim->measured_from_ns;
    told_ns = told_ns < seam_ns ? told_ns : seam_ns;
    if (seam_ns > 0 && told_ns > 0 && !s->closed)
        s->alive_ns -= told_ns - (gone_ns > 0 ? gone_ns : 0);
}

void sc_lambda_hour(struct sc_node *n, int hour, int64_t at_ns)
{
    (void)at_ns;
    sc_lambda_close_hour(&((struct sc_lambda_state *)n->state)->tally[1].meters, hour);
}

static void end_idle(struct sc_node *n)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct sc_instance *inst = n->sim->instance;
    for (int i = 0; i < n->service->n_pools; i++)
        for (uint32_t k = s->function[i].pool.head; k != s->function[i].pool.tail; k++) {
            struct sc_instance *idle =
                &inst[s->function[i].pool.idle[k & (s->function[i].pool.cap - 1)]];
            sc_lambda_add_life(n, idle->created_ns,
                               sc_idle_expiry_ns(&c->keep, n, idle->idle_since_ns));
            idle->inflight = 1;
        }
}

/* The horizon closes: idle environments were there until they expire, busy ones to the end. The
 * first function that hears of it does so for all, since instances are in one array. */
void sc_lambda_end(struct sc_node *n, int64_t at_ns)
{
    struct sc_sim *sim = n->sim;
    struct sc_instance *inst = sim->instance;
    struct sc_lambda_state *s = n->state;
    if (s->batch)
        sc_lambda_batch_close(s->batch, at_ns);
    if (s->batch || s->closed)
        return;
    for (uint32_t i = sim->free_instance; i != 0; i = inst[i].next)
        inst[i].inflight = 1; /* done with */
    for (int i = n->index; i < sim->n_services; i++)
        if (sim->node[i].type == n->type)
            end_idle(&sim->node[i]);
    for (size_t i = 1; i < sim->n_instances; i++)
        if (sim->node[inst[i].node].type == n->type && inst[i].inflight == 0 &&
            inst[i].state != SC_PROVISIONED)
            sc_lambda_add_life(&sim->node[inst[i].node], inst[i].created_ns, at_ns);
    for (int i = n->index; i < sim->n_services; i++)
        if (sim->node[i].type == n->type)
            ((struct sc_lambda_state *)sim->node[i].state)->closed = true;
}

static void report_keys(struct sc_node *n, struct sc_ledger *l)
{
    const struct sc_lambda_state *s = n->state;
    for (int i = 0; s->keyed && i < n->service->n_pools; i++) {
        const char *name =
            sc_arena_printf(l->arena, "%s/%s", n->service->name, n->service->pool_name[i]);
        sc_ledger_count(l, name, "requests", s->function[i].requests[1]);
        sc_ledger_count(l, name, "cold_starts", s->function[i].cold[1]);
    }
}

void sc_lambda_report(struct sc_node *n, struct sc_ledger *l)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct sc_lambda_tally *t = &s->tally[1];
    const char *name = n->service->name;
    sc_lambda_close_hour(&t->meters, n->sim->hours - 1);
    int64_t billed = n->counts[1].requests - n->counts[1].outcome[SC_THROTTLED];
    sc_ledger_count(l, name, "cold_starts", t->cold);
    sc_ledger_count(l, name, "spilled", t->spilled);
    sc_ledger_meter(l, name, "requests", billed);
    sc_lambda_report_billed(n, &t->meters, l);
    sc_ledger_meter(l, name, "busy_ns", t->meters.busy_ns);
    sc_ledger_meter(l, name, "init_ns", t->init_ns);
    sc_ledger_meter(l, name, "alive_ns", s->alive_ns);
    sc_ledger_meter(l, name, "log_bytes", (sc_i128)billed * c->logs_bytes);
    sc_ledger_meter(l, name, "nat_bytes", (sc_i128)billed * c->nat_bytes);
    if (c->ephemeral_mb > 512)
        sc_ledger_meter(l, name, "ephemeral_mb_ms",
                        t->meters.ephemeral_ms * (c->ephemeral_mb - 512));
    report_keys(n, l);
}
