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

/* A branch has ended: the last one lets its parent go on, at the time of the slowest. */
static void end_branch(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    struct sc_frame *parent = sc_sim_frame(n->sim, f->parent);
    sc_sim_frame_free(n->sim, f);
    bool called = n->sim->work[parent->work].op[parent->pc].kind == SC_OP_CALL;
    if (r.at_ns > parent->own_ns)
        parent->own_ns = r.at_ns;
    if (parent->outcome == SC_COMPLETED && parent->answer == 200) {
        parent->outcome = r.outcome;
        parent->answer = called && r.outcome == SC_COMPLETED ? 200 : r.answer;
    }
    if (--parent->pending == 0) {
        r = (struct sc_reply){
            .at_ns = parent->own_ns, .outcome = parent->outcome, .answer = parent->answer};
        sc_steps_answer(n, parent, r);
    }
}

static inline void end(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
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
    f->own_ns = at_ns;
    f->pending = (uint8_t)(op->n + 1);
    for (int i = 0; i < op->n; i++) {
        struct sc_frame *b = branch_new(n, f, f->work, f->id);
        b->pc = op->to[i];
        sc_steps_run(n, b, at_ns);
    }
    if (--f->pending == 0)
        sc_steps_answer(
            n, f,
            (struct sc_reply){.at_ns = f->own_ns, .outcome = f->outcome, .answer = f->answer});
}

/* A call of work that runs in the same process is a branch of one. */
static void call_inline(struct sc_node *n, struct sc_frame *f, const struct sc_op *op,
                        int64_t at_ns)
{
    f->own_ns = at_ns;
    f->pending = 1;
    sc_steps_run(n, branch_new(n, f, op->work, sc_key(f->id, sc_op_part(op))), at_ns);
}

static inline struct sc_node *store_of(const struct sc_node *n, const struct sc_op *op)
{
    return &n->sim->node[n->sim->architecture->store[op->store]];
}

static inline struct sc_node *asked_by(const struct sc_node *n, const struct sc_op *op)
{
    return op->kind == SC_OP_STORE ? store_of(n, op)
                                   : &n->sim->node[n->sim->architecture->callee[op->work]];
}

/* Asks a node for what an operation of the call's program wants. */
static inline struct sc_reply ask(struct sc_node *asked, const struct sc_call *of,
                                  const struct sc_op *op, int64_t at_ns)
{
    bool drawn = of->ahead && of->ahead->op == op;
    struct sc_call call = {.at_ns = at_ns,
                           .id = drawn ? of->ahead->op_id : sc_key(of->id, sc_op_part(op)),
                           .trace_ns = of->trace_ns,
                           .first_ns = -1,
                           .op = op,
                           .ahead = drawn ? of->ahead : NULL,
                           .pool = of->pool,
                           .work = op->kind == SC_OP_STORE ? of->work : op->work,
                           .flags = of->flags};
    return sc_node_arrive(asked, &call);
}

static inline struct sc_reply ask_for(struct sc_node *n, const struct sc_frame *f,
                                      const struct sc_op *op, int64_t at_ns)
{
    struct sc_call of = {.id = f->id,
                         .trace_ns = f->trace_ns,
                         .ahead = &f->ahead,
                         .pool = f->pool,
                         .work = f->work,
                         .flags = f->flags};
    return ask(asked_by(n, op), &of, op, at_ns);
}

static struct sc_reply too_late(int64_t deadline_ns)
{
    return (struct sc_reply){.at_ns = deadline_ns, .outcome = SC_TIMED_OUT, .answer = 504};
}

/* The program goes on after an answer; else `r` becomes the end that it brings. */
static inline bool goes_on(int64_t deadline_ns, const struct sc_op *op, struct sc_reply *r)
{
    if (SC_UNLIKELY(r->at_ns > deadline_ns))
        *r = too_late(deadline_ns);
    else if (SC_UNLIKELY(r->outcome != SC_COMPLETED))
        r->answer = 500;
    else if (SC_LIKELY(r->answer == 200 || op->kind == SC_OP_CALL))
        return true;
    return false;
}

uint16_t sc_steps_choose(uint64_t id, const struct sc_op *op)
{
    uint64_t draw = sc_draw(id, op->slot);
    int i = 0;
    while (i < op->n - 1 && draw >= op->upto[i])
        i++;
    return op->to[i];
}

/* A store or another service answers, or the frame has to wait for it: then nothing is left to do
 * here, nor when the answer ends the program. */
static inline bool asked(struct sc_node *n, struct sc_frame *f, const struct sc_op *op, int64_t *t)
{
    struct sc_reply r = ask_for(n, f, op, *t);
    if (SC_UNLIKELY(r.waiting)) {
        sc_sim_await(n->sim, f, r);
        if (f->deadline_ns < INT64_MAX)
            sc_sim_deadline(n->sim, f, f->deadline_ns);
        return false;
    }
    if (SC_UNLIKELY(!goes_on(f->deadline_ns, op, &r))) {
        end(n, f, r);
        return false;
    }
    f->pc++;
    *t = r.at_ns;
    return true;
}

/* What --follow prints comes in the order of time. */
static inline bool store_waits(const struct sc_node *store, int flags, int64_t t)
{
    return t >= store->sure_ns || (flags & SC_FOLLOWED);
}

/* An operation at `t` has to wait for the clock, which is not there yet. */
static inline bool waits(const struct sc_node *n, int flags, const struct sc_op *op, int64_t t)
{
    if (n->type->in_order)
        return op->kind != SC_OP_JUMP && op->kind != SC_OP_CHOICE;
    if (op->kind == SC_OP_STORE)
        return store_waits(store_of(n, op), flags, t);
    return op->kind == SC_OP_CALL;
}

static void run_from(struct sc_node *n, struct sc_frame *f, int64_t t)
{
    const struct sc_op *program = n->sim->work[f->work].op;
    for (;;) {
        const struct sc_op *op = &program[f->pc];
        if (SC_UNLIKELY(t > f->deadline_ns)) {
            end(n, f, too_late(f->deadline_ns));
            return;
        }
        if (t > n->sim->now_ns && waits(n, f->flags, op, t)) {
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
            f->pc = sc_steps_choose(f->id, op);
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
            if (!asked(n, f, op, &t))
                return;
            break;
        case SC_OP_END:
            end(n, f, (struct sc_reply){.at_ns = t, .answer = 200});
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

/* A frame has to go on from there. */
static struct sc_reply unforeseen(struct sc_course *c, long pc, int64_t t)
{
    c->pc = (uint16_t)pc;
    c->at_ns = t;
    return (struct sc_reply){.waiting = SC_UNFORESEEN};
}

struct sc_reply sc_steps_foresee(struct sc_node *n, const struct sc_call *call, struct sc_course *c)
{
    const struct sc_op *program = n->sim->work[call->work].op, *op = &program[c->pc];
    int64_t t = c->at_ns;
    while (SC_LIKELY(t <= c->deadline_ns)) {
        switch (op->kind) {
        case SC_OP_STORE: {
            struct sc_node *store = store_of(n, op);
            if (SC_UNLIKELY(store_waits(store, call->flags, t)))
                return unforeseen(c, op - program, t);
            struct sc_reply r = ask(store, call, op, t);
            if (SC_UNLIKELY(!goes_on(c->deadline_ns, op, &r)))
                return r;
            t = r.at_ns;
            op++;
            break;
        }
        case SC_OP_END:
            return (struct sc_reply){.at_ns = t, .answer = 200};
        case SC_OP_CPU:
            t += (int64_t)((double)sc_op_demand_ns(op++, call->id, call->trace_ns) * c->cpu_factor);
            break;
        case SC_OP_WAIT:
            t += sc_op_demand_ns(op++, call->id, call->trace_ns);
            break;
        case SC_OP_CHOICE:
            op = &program[sc_steps_choose(call->id, op)];
            break;
        case SC_OP_JUMP:
            op = &program[op->jump];
            break;
        default:
            return unforeseen(c, op - program, t);
        }
    }
    return too_late(c->deadline_ns);
}

void sc_steps_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    const struct sc_op *op = &n->sim->work[f->work].op[f->pc];
    if (!goes_on(f->deadline_ns, op, &r)) {
        end(n, f, r);
        return;
    }
    f->pc = op->kind == SC_OP_FORK ? op->jump : (uint16_t)(f->pc + 1);
    run_from(n, f, r.at_ns);
}
