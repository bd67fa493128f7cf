/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long what a function does takes, whoever asks: lambda.c or lambdabatch.c. */
#include "num/rng.h"
#include "service/lambda.h"

int64_t sc_lambda_idle_at_start_ns(const struct sc_node *n, int64_t i, int64_t of)
{
    return n->sim->from_ns - of + i;
}

struct sc_lambda_cold sc_lambda_cold_draw(const struct sc_node *n, uint64_t id, double cpu_factor)
{
    const struct sc_lambda *c = n->config;
    uint64_t key = sc_node_key(n, id, SC_DRAW_INIT);
    struct sc_lambda_cold cold;
    cold.init_ns = (int64_t)sc_dist_draw(&c->init_ns, sc_draw(key, 100), 0) +
                   (int64_t)sc_dist_draw(&c->sdk_ns, sc_draw(key, 104), 0);
    cold.overhead_ns = (int64_t)sc_dist_draw(&c->overhead_ns, sc_draw(key, 102), 0) +
                       (int64_t)sc_dist_draw(&c->vpc_ns, sc_draw(key, 101), 0);
    cold.first_ns =
        (int64_t)((double)(int64_t)sc_dist_draw(&c->first_invoke_ns, sc_draw(key, 103), 0) *
                  cpu_factor);
    return cold;
}

int64_t sc_lambda_pure_run_ns(const struct sc_node *n, const struct sc_call *call,
                              double cpu_factor)
{
    const struct sc_work *w = &n->sim->work[call->work];
    int64_t run_ns = 0;
    for (int i = 0; i < w->n_ops - 1; i++) {
        const struct sc_op *op = &w->op[i];
        int64_t demand_ns = i == 0 && call->first_ns >= 0
                                ? call->first_ns
                                : sc_op_demand_ns(op, call->id, call->trace_ns);
        run_ns += sc_lambda_scaled_ns(demand_ns, op->kind == SC_OP_CPU ? cpu_factor : 1);
        run_ns = run_ns < SC_LAMBDA_FOREVER_NS ? run_ns : SC_LAMBDA_FOREVER_NS;
    }
    return run_ns;
}
