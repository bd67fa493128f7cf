/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interpreter of work. A frame's time may run ahead of the clock while nobody could notice (CPU
 * of a Lambda, waits); before it touches what others share (a store, another service, a task's CPU)
 * it waits for the clock. What a work's failed call or store means for it: an outcome other than
 * completed ends it with that outcome, counted once where it arose; a store's own answer (404, 409)
 * ends it completed, with that status. Not modelled: CPU contention between the branches of one
 * request's fork inside a function. */
#include "service/sim.h"

int64_t sc_op_demand_ns(const struct sc_op *op, uint64_t id, double trace_ns)
{
    if (op->dist.kind == SC_DIST_CONSTANT)
        return (int64_t)op->dist.a;
    return (int64_t)sc_dist_draw(&op->dist, sc_draw(id, op->slot), trace_ns);
}

static uint64_t child_id(const struct sc_frame *f, const struct sc_op *op)
{
    return sc_key(f->id, 0x10000u | op->slot);
}

/* A branch has ended: the last one lets its parent go on, at the time of the slowest. */
static void end_branch(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    struct sc_frame *parent = sc_sim_frame(n->sim, f->parent);
    sc_sim_frame_free(n->sim, f);
    bool called = n->sim->work[parent->work].op[parent->pc].kind == SC_OP_CALL;
    if (r.at_ns > parent->own_ns[1])
        parent->own_ns[1] = r.at_ns;
    if (parent->outcome == SC_COMPLETED && parent->answer == 200) {
        parent->outcome = r.outcome;
        parent->answer = called && r.outcome == SC_COMPLETED ? 200 : r.answer;
    }
    if (--parent->pending == 0) {
        r = (struct sc_reply){
            .at_ns = parent->own_ns[1], .outcome = parent->outcome, .answer = parent->answer};
        sc_steps_answer(n, parent, r);
    }
}

static void end(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    if (f->branch)
        end_branch(n, f, r);
    else
        n->type->done(n, f, r);
}

static struct sc_frame *branch_new(struct sc_node *n, struct sc_frame *f, uint16_t work,
                                   uint64_t id)
{
    struct sc_call call = {.at_ns = f->start_ns,
                           .id = id,
                           .trace_ns = f->trace_ns,
                           .pool = f->pool,
                           .work = work,
                           .flags = f->flags};
    struct sc_frame *b = sc_sim_frame_new(n, &call);
    b->deadline_ns = f->deadline_ns;
    b->instance = f->instance;
    b->parent = f->index;
    b->parent_generation = f->generation;
    b->branch = true;
    return b;
}

/* Starts `n_to` branches; the one count too many keeps the parent from going on before all have
 * started. */
static void fork_branches(struct sc_node *n, struct sc_frame *f, const struct sc_op *op,
                          int64_t at_ns)
{
    f->own_ns[1] = at_ns;
    f->pending = (uint8_t)(op->n + 1);
    for (int i = 0; i < op->n; i++) {
        struct sc_frame *b = branch_new(n, f, f->work, f->id);
        b->pc = op->to[i];
        sc_steps_run(n, b, at_ns);
    }
    if (--f->pending == 0)
        sc_steps_answer(
            n, f,
            (struct sc_reply){.at_ns = f->own_ns[1], .outcome = f->outcome, .answer = f->answer});
}

/* A call of work that runs in the same process is a branch of one. */
static void call_inline(struct sc_node *n, struct sc_frame *f, const struct sc_op *op,
                        int64_t at_ns)
{
    f->own_ns[1] = at_ns;
    f->pending = 1;
    sc_steps_run(n, branch_new(n, f, op->work, child_id(f, op)), at_ns);
}

static struct sc_reply ask(struct sc_node *n, const struct sc_frame *f, const struct sc_op *op,
                           int64_t at_ns)
{
    const struct sc_architecture *a = n->sim->architecture;
    struct sc_call call = {.at_ns = at_ns,
                           .id = child_id(f, op),
                           .trace_ns = f->trace_ns,
                           .first_ns = -1,
                           .op = op,
                           .pool = f->pool,
                           .work = op->work,
                           .flags = f->flags};
    int target = op->kind == SC_OP_STORE ? a->store[op->store] : a->callee[op->work];
    return sc_node_arrive(&n->sim->node[target], &call);
}

/* The end that an answer brings to the frame, or none: true when the program goes on. */
static bool goes_on(struct sc_node *n, struct sc_frame *f, struct sc_reply *r)
{
    if (r->at_ns > f->deadline_ns)
        *r = (struct sc_reply){.at_ns = f->deadline_ns, .outcome = SC_TIMED_OUT, .answer = 504};
    else if (r->outcome != SC_COMPLETED)
        r->answer = 500;
    else if (r->answer == 200 || n->sim->work[f->work].op[f->pc].kind == SC_OP_CALL)
        return true;
    return false;
}

uint16_t sc_steps_choose(const struct sc_frame *f, const struct sc_op *op)
{
    uint64_t draw = sc_draw(f->id, op->slot);
    int i = 0;
    while (i < op->n - 1 && draw >= op->upto[i])
        i++;
    return op->to[i];
}

static bool touches_shared(const struct sc_node *n, enum sc_op_kind kind)
{
    if (n->type->in_order)
        return kind != SC_OP_JUMP && kind != SC_OP_CHOICE;
    return kind == SC_OP_STORE || kind == SC_OP_CALL;
}

static void run_from(struct sc_node *n, struct sc_frame *f, int64_t t)
{
    const struct sc_work *w = &n->sim->work[f->work];
    for (;;) {
        const struct sc_op *op = &w->op[f->pc];
        struct sc_reply r = {.at_ns = t, .answer = 200};
        if (t > f->deadline_ns) {
            goes_on(n, f, &r);
            end(n, f, r);
            return;
        }
        if (t > n->sim->now_ns && touches_shared(n, op->kind)) {
            sc_sim_park(n->sim, f, t);
            return;
        }
        switch (op->kind) {
        case SC_OP_CPU:
            f->pc++;
            t = n->type->cpu(n, f, t, sc_op_demand_ns(op, f->id, f->trace_ns));
            if (t == SC_BLOCKED)
                return;
            break;
        case SC_OP_WAIT:
            f->pc++;
            t += sc_op_demand_ns(op, f->id, f->trace_ns);
            break;
        case SC_OP_CHOICE:
            f->pc = sc_steps_choose(f, op);
            break;
        case SC_OP_JUMP:
            f->pc = op->jump;
            break;
        case SC_OP_FORK:
            fork_branches(n, f, op, t);
            return;
        case SC_OP_CALL:
            if (n->sim->architecture->callee[op->work] < 0) {
                call_inline(n, f, op, t);
                return;
            }
            /* fall through */
        case SC_OP_STORE:
            r = ask(n, f, op, t);
            if (r.waiting) {
                sc_sim_await(n->sim, f, r);
                if (f->deadline_ns < INT64_MAX)
                    sc_sim_deadline(n->sim, f, f->deadline_ns);
                return;
            }
            if (!goes_on(n, f, &r)) {
                end(n, f, r);
                return;
            }
            f->pc++;
            t = r.at_ns;
            break;
        case SC_OP_END:
            end(n, f, r);
            return;
        }
    }
}

void sc_steps_run(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    run_from(n, f, at_ns);
}

struct sc_reply sc_steps_begin(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    uint32_t generation = f->generation;
    run_from(n, f, at_ns);
    return f->generation == generation ? (struct sc_reply){.waiting = f->index} : n->sim->early;
}

void sc_steps_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    const struct sc_op *op = &n->sim->work[f->work].op[f->pc];
    if (!goes_on(n, f, &r)) {
        end(n, f, r);
        return;
    }
    f->pc = op->kind == SC_OP_FORK ? op->jump : (uint16_t)(f->pc + 1);
    run_from(n, f, r.at_ns);
}
