/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers on Fargate or machines of EC2 behind one queue. A task starts (FARGATE-2,
 * EC2-START-1), runs, drains when the autoscaler wants fewer, and stops. A call goes to a running
 * task with a free worker, else waits in the fleet's queue, else is answered 503 (CONT-QUEUE-1).
 * Requests that compute in a task share its CPU (service/task.h); target tracking looks every
 * minute (service/scaling.h); a fleet whose least is its most looks at nothing. What happens in a
 * task has events only while somebody acts on it; else it is made up for when it is looked at.
 * Simplified: scale-in takes the newest task first, those still starting before those that run. The
 * queue is one for the fleet, as if a task asked for its next request, so no request waits behind
 * another while a worker is free. Health checks pass at once, tasks do not fail, burst credits (t3)
 * never run out. When a drained task's time is over (CONT-ALB-1), what it still runs is answered
 * 502, yet goes on in its stores and in the freed task's own CPU. Fargate's disk (20 GB) is free.
 */
#include "service/fleet.h"

#include <assert.h>

/* Bits of a frame's `attempt`: in a task; its end lies ahead; answered before its end; its end must
 * come when it comes. */
enum { SERVED = SC_FLEET_SERVED, ENDING = 2, CUT = 4, AWAITED = 8 };
static const int64_t MILLION = 1000000;

/* Whether somebody acts on what happens in the task when it happens. */
static bool is_seen(const struct sc_fleet_state *s, const struct sc_fleet_task *t)
{
    return t->awaited > 0 || s->queued > 0 || s->closed || t->state != SC_TASK_RUNNING;
}

void sc_fleet_arm(struct sc_node *n, struct sc_fleet_task *t)
{
    if (t->cpu.due_ns < t->armed_ns && is_seen(n->state, t)) {
        t->armed_ns = t->cpu.due_ns;
        sc_sim_wake(n->sim, t->instance, (uint32_t)t->number, t->cpu.due_ns);
    }
}

/* Goes round, so that the task looked at next is one of those left alone for longest. */
static void fleet_settle(struct sc_node *n, const struct sc_gauge *until)
{
    struct sc_fleet_state *s = n->state;
    for (uint32_t i = 0; i < s->n_running && !(until && until->now < until->peak); i++) {
        s->looked = s->looked + 1 < s->n_running ? s->looked + 1 : 0;
        sc_fleet_catch_up(n, s->running[s->looked], n->sim->now_ns);
    }
}

/* The next task in turn that has a free worker, or from there on the one with the least in flight;
 * NULL: none. */
static struct sc_fleet_task *pick(struct sc_node *n, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *best = NULL;
    uint32_t at = s->cursor < s->n_running ? s->cursor : 0;
    int64_t full_ns = INT64_MAX;
    if (SC_UNLIKELY(s->free_workers == 0 && at_ns < s->full_until_ns))
        return NULL;
    for (uint32_t i = 0; i < s->n_running; i++) {
        struct sc_fleet_task *t = s->running[at];
        sc_fleet_catch_up(n, t, at_ns);
        full_ns = t->cpu.due_ns < full_ns ? t->cpu.due_ns : full_ns;
        at = at + 1 < s->n_running ? at + 1 : 0;
        if (t->inflight >= c->workers || (best && t->inflight >= best->inflight))
            continue;
        best = t;
        s->cursor = at;
        if (c->routing == SC_FLEET_ROUND_ROBIN || t->inflight == 0)
            break;
    }
    s->full_until_ns = best ? INT64_MIN : full_ns;
    return best;
}

/* The most at once is exact: where it seems to grow, ends are made up for first. */
static void one_more(struct sc_node *n, int64_t now_ns)
{
    if (SC_UNLIKELY(n->inflight.now >= n->inflight.peak))
        fleet_settle(n, &n->inflight);
    sc_node_inflight(n, now_ns, 1);
}

/* The end of a call here, whoever learns of it. */
static void count(struct sc_node *n, const struct sc_frame *f, struct sc_reply r)
{
    struct sc_fleet_state *s = n->state;
    sc_node_count(n, f->flags, r.outcome, r.at_ns - f->start_ns);
    if (f->flags & SC_COUNTED) {
        sc_gauge_move(&s->inside, r.at_ns, -1);
        s->sojourn_ns += r.at_ns - f->start_ns;
    }
}

/* Whoever learns of it lets the queue be served. */
static void finish(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *t = s->slot[f->instance];
    uint8_t was = f->attempt;
    f->attempt = 0;
    t->inflight--;
    t->awaited -= (was & AWAITED) != 0;
    if (SC_LIKELY(t->state == SC_TASK_RUNNING))
        s->free_workers++;
    else if (t->state == SC_TASK_DRAINING && t->inflight == 0)
        sc_fleet_stop(n, t, r.at_ns);
    if (SC_UNLIKELY(was & CUT)) {
        sc_sim_frame_free(n->sim, f);
        return;
    }
    sc_node_inflight(n, r.at_ns, -1);
    count(n, f, r);
    sc_sim_answer(n->sim, f, r);
}

static int64_t clip(int64_t demand_ns)
{
    return demand_ns < SC_LONGEST_NS ? demand_ns : SC_LONGEST_NS;
}

/* A timed operation begins; 0: it takes no time. */
static int64_t begin_op(struct sc_node *n, const struct sc_frame *f, enum sc_op_kind kind,
                        int64_t at_ns, int64_t demand_ns)
{
    struct sc_fleet_task *t = ((struct sc_fleet_state *)n->state)->slot[f->instance];
    if (demand_ns <= 0)
        return 0;
    if (kind == SC_OP_CPU)
        sc_task_join(&t->cpu, n->sim->arena, at_ns, clip(demand_ns), f->index);
    else
        sc_task_wait(&t->cpu, n->sim->arena, at_ns + clip(demand_ns), f->index);
    sc_fleet_arm(n, t);
    return demand_ns;
}

/* A work that keeps to itself, from its pc on. The instant may have passed where nobody acts on
 * what happens in the task. */
static void go_on(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    const struct sc_op *program = n->sim->work[f->work].op, *op;
    while ((op = &program[f->pc])->kind != SC_OP_END) {
        if (op->kind == SC_OP_CHOICE || op->kind == SC_OP_JUMP) {
            f->pc = op->kind == SC_OP_CHOICE ? sc_steps_choose(f->id, op) : op->jump;
            continue;
        }
        f->pc++;
        if (begin_op(n, f, op->kind, at_ns, sc_op_demand_ns(op, f->id, f->trace_ns)) > 0)
            return;
    }
    finish(n, f, (struct sc_reply){.at_ns = at_ns, .outcome = SC_COMPLETED, .answer = 200});
}

static struct sc_reply begin(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    const struct sc_fleet_state *s = n->state;
    uint32_t generation = f->generation;
    int64_t first_ns = f->own_ns; /* drawn in a block with the window, or -1 */
    if (!s->alone[f->work])
        return sc_steps_begin(n, f, at_ns);
    if (SC_LIKELY(first_ns > 0)) {
        f->pc = 1;
        begin_op(n, f, n->sim->work[f->work].op[0].kind, at_ns, first_ns);
    } else {
        go_on(n, f, at_ns);
    }
    return f->generation == generation ? (struct sc_reply){.waiting = f->index} : n->sim->early;
}

static struct sc_reply serve_one(struct sc_node *n, struct sc_frame *f, struct sc_fleet_task *t)
{
    struct sc_fleet_state *s = n->state;
    int64_t now_ns = n->sim->now_ns;
    one_more(n, now_ns);
    t->inflight++;
    if ((f->attempt & AWAITED) && t->awaited++ == 0)
        sc_fleet_arm(n, t); /* for those that are there; nobody else looks at them now */
    s->free_workers--;
    s->minute_requests++;
    f->instance = t->slot;
    f->attempt |= SERVED;
    if (f->flags & SC_COUNTED)
        sc_hist_add(s->wait, now_ns - f->start_ns);
    if (SC_UNLIKELY(f->flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, now_ns, n->service->name,
                      "task %lld runs it, with %u others, after %.3f ms in the queue",
                      (long long)t->number, t->inflight - 1, (double)(now_ns - f->start_ns) * 1e-6);
    return begin(n, f, now_ns);
}

static void arm_all(struct sc_node *n)
{
    const struct sc_fleet_state *s = n->state;
    for (uint32_t i = 0; i < s->n_running; i++)
        sc_fleet_arm(n, s->running[i]);
}

static void enqueue(struct sc_fleet_state *s, struct sc_sim *sim, struct sc_frame *f)
{
    if (s->queued++ == 0)
        s->first = f->index;
    else
        sc_sim_frame(sim, s->last)->instance = f->index;
    s->last = f->index;
    if (s->queued > s->now.queue_peak)
        s->now.queue_peak = s->queued;
}

/* A request may end as soon as it is served, and ask for the next one: only the outermost call
 * serves. */
static void serve(struct sc_node *n)
{
    struct sc_fleet_state *s = n->state;
    if (s->serving || s->queued == 0)
        return;
    s->serving = true;
    while (s->queued > 0 && s->free_workers > 0) {
        struct sc_frame *f = sc_sim_frame(n->sim, s->first);
        struct sc_fleet_task *t = pick(n, n->sim->now_ns);
        s->first = f->instance;
        s->queued--;
        serve_one(n, f, t);
    }
    s->serving = false;
}

/* The next request of a task has computed or waited. */
static void leave(struct sc_node *n, struct sc_fleet_task *t)
{
    const struct sc_fleet_state *s = n->state;
    int64_t at_ns = t->cpu.due_ns;
    struct sc_frame *f = sc_sim_frame(n->sim, sc_task_leave(&t->cpu));
    if (SC_LIKELY(s->alone[f->work] && !f->branch))
        go_on(n, f, at_ns);
    else
        sc_steps_run(n, f, at_ns);
    if (s->queued > 0)
        serve(n);
}

static void leave_all(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    while (t->cpu.due_ns <= at_ns)
        leave(n, t);
}

void sc_fleet_catch_up(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    if (t->cpu.due_ns <= at_ns && !is_seen(n->state, t))
        leave_all(n, t, at_ns);
}

static SC_COLD struct sc_reply refuse(struct sc_node *n, const struct sc_call *call)
{
    struct sc_fleet_state *s = n->state;
    s->now.refused++;
    sc_node_count(n, call->flags, SC_THROTTLED, 0);
    if (call->flags & SC_FOLLOWED)
        sc_sim_follow(n->sim, call->at_ns, n->service->name, "refuses it: %lld wait",
                      (long long)s->queued);
    return (struct sc_reply){.at_ns = call->at_ns, .answer = 503, .outcome = SC_THROTTLED};
}

/* Who acts on an answer when it comes: a program that has asked, clients that ask again, a
 * printed line. A work that touches what others share acts itself. */
static bool is_awaited(const struct sc_node *n, const struct sc_call *call)
{
    const struct sc_fleet_state *s = n->state;
    return !s->alone[call->work] || call->op || n->sim->driven || n->sim->one_by_one ||
           (call->flags & SC_FOLLOWED);
}

static struct sc_reply fleet_arrive(struct sc_node *n, const struct sc_call *call)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    int counted = call->flags & SC_COUNTED;
    n->counts[counted].requests++;
    struct sc_fleet_task *t = s->queued > 0 ? NULL : pick(n, call->at_ns);
    if (SC_UNLIKELY(!t && s->queued >= c->backlog))
        return refuse(n, call);
    struct sc_frame *f = sc_sim_frame_new(n, call);
    f->own_ns = call->first_ns;
    f->attempt = is_awaited(n, call) ? AWAITED : 0;
    if (counted)
        sc_gauge_move(&s->inside, call->at_ns, 1);
    if (SC_LIKELY(t != NULL))
        return serve_one(n, f, t);
    enqueue(s, n->sim, f);
    if (s->queued == 1)
        arm_all(n);
    return (struct sc_reply){.waiting = f->index};
}

static void fleet_done(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    if (r.at_ns == n->sim->now_ns) {
        finish(n, f, r);
        serve(n);
        return;
    }
    f->outcome = r.outcome;
    f->answer = r.answer;
    f->attempt |= ENDING;
    sc_sim_park(n->sim, f, r.at_ns);
}

static void fleet_resume(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    if (!(f->attempt & ENDING)) {
        sc_steps_run(n, f, at_ns);
        return;
    }
    finish(n, f, (struct sc_reply){.at_ns = at_ns, .outcome = f->outcome, .answer = f->answer});
    serve(n);
}

/* An answer that was found out late, such as a callee's time-out, is there now. */
static void fleet_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    if (r.at_ns < n->sim->now_ns)
        r.at_ns = n->sim->now_ns;
    sc_steps_answer(n, f, r);
}

static int64_t fleet_cpu(struct sc_node *n, struct sc_frame *f, int64_t at_ns, int64_t cpu_ns)
{
    assert(at_ns == n->sim->now_ns);
    return begin_op(n, f, SC_OP_CPU, at_ns, cpu_ns) > 0 ? SC_BLOCKED : at_ns;
}

/* A stand-in takes the answer to whom the frame would have answered; the frame itself goes on
 * unheard. */
static void cut(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    struct sc_call call = {.at_ns = f->start_ns, .id = f->id, .work = f->work, .flags = f->flags};
    struct sc_reply r = {.at_ns = at_ns, .answer = 502, .outcome = SC_FAILED};
    struct sc_frame *stand_in = sc_sim_frame_new(n, &call);
    sc_sim_replace(f, stand_in);
    f->attempt |= CUT;
    sc_node_inflight(n, at_ns, -1);
    count(n, f, r);
    sc_sim_answer(n->sim, stand_in, r);
}

static void cut_all(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    uint32_t n_frames = n->sim->n_frames;
    for (uint32_t i = 1; i < n_frames; i++) {
        struct sc_frame *f = sc_sim_frame(n->sim, i);
        if (f->node == n->index && f->instance == t->slot && (f->attempt & SERVED) &&
            !(f->attempt & CUT))
            cut(n, f, at_ns);
    }
    sc_fleet_stop(n, t, at_ns);
}

static void fleet_wake(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *t = s->slot[n->sim->instance[instance].pool];
    if ((uint32_t)t->number != key)
        return;
    if (at_ns == t->armed_ns) { /* armed anew when all have joined again that will */
        leave_all(n, t, at_ns);
        t->armed_ns = INT64_MAX;
        sc_fleet_arm(n, t);
    }
    if (at_ns == t->turn_ns && t->state == SC_TASK_STARTING) {
        sc_fleet_ready(n, t, at_ns);
        serve(n);
    }
    if (at_ns == t->turn_ns && t->state == SC_TASK_DRAINING)
        cut_all(n, t, at_ns);
}

static sc_i128 cpu_used(const struct sc_fleet_state *s, int64_t at_ns)
{
    sc_i128 used_milli_ns = s->used_milli_ns;
    for (uint32_t i = 0; i < s->n_slots; i++)
        used_milli_ns += sc_task_used_milli_ns(&s->slot[i]->cpu, at_ns);
    return used_milli_ns;
}

static void fleet_begin(struct sc_node *n, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    sc_gauge_fold(&s->tasks, at_ns);
    s->hour_mark = s->tasks.total_ns;
    s->queue_at_start = s->queued;
    s->now = (struct sc_fleet_tally){.tasks_peak = s->tasks.now, .queue_peak = s->queued};
    s->now.used_milli_ns = cpu_used(s, at_ns);
}

static void fleet_hour(struct sc_node *n, int hour, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    sc_gauge_fold(&s->inside, at_ns);
    sc_gauge_fold(&s->tasks, at_ns);
    s->tasks_milli[hour] =
        (int64_t)((s->tasks.total_ns - s->hour_mark) * 1000 / (at_ns - hour * SC_HOUR_NS));
    s->hour_mark = s->tasks.total_ns;
    s->cursor = 0; /* whose turn it is does not depend on how many came in earlier hours */
}

static void fleet_end(struct sc_node *n, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    s->queue_at_end = s->queued;
    s->measured = s->now;
    s->measured.used_milli_ns = cpu_used(s, at_ns) - s->now.used_milli_ns;
    s->closed = true;
    arm_all(n);
}

/* Billed time by the hour, because commitments apply by the hour; metered in milliseconds. */
static void report_billed(struct sc_node *n, struct sc_ledger *l, const char *meter, int64_t factor)
{
    const struct sc_fleet_state *s = n->state;
    size_t hours = (size_t)n->sim->hours;
    sc_i128 *value = sc_arena_copy(l->arena, s->billed_ns, sizeof *value * (hours + 1));
    sc_ledger_hourly(l, n->service->name, meter, value, (int)hours);
    sc_ledger_cut(l, MILLION, factor);
}

static void report_meters(struct sc_node *n, struct sc_ledger *l)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    const char *name = n->service->name;
    if (c->on == SC_FLEET_FARGATE) {
        report_billed(n, l, "vcpu_milli_ms", c->vcpu_milli);
        report_billed(n, l, "memory_mb_ms", c->memory_mb);
        if (c->ephemeral_gb > SC_FLEET_FREE_EPHEMERAL_GB)
            report_billed(n, l, "ephemeral_mb_ms",
                          (c->ephemeral_gb - SC_FLEET_FREE_EPHEMERAL_GB) * 1024);
    } else {
        report_billed(n, l, "instance_ms", 1);
    }
    if (c->public_ip)
        report_billed(n, l, "ipv4_ms", 1);
    sc_ledger_meter(l, name, "log_bytes",
                    (sc_i128)(n->counts[1].requests - n->counts[1].outcome[SC_THROTTLED]) *
                        c->logs_bytes);
    sc_ledger_meter(l, name, "vcpu_milli_used_ms", s->measured.used_milli_ns);
    sc_ledger_cut(l, MILLION, 1);
    sc_ledger_meter(l, name, "in_system_ns", s->inside.total_ns);
    sc_ledger_meter(l, name, "sojourn_ns", s->sojourn_ns);
}

static void fleet_report(struct sc_node *n, struct sc_ledger *l)
{
    struct sc_fleet_state *s = n->state;
    const char *name = n->service->name;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slot[i]->state != SC_TASK_STOPPED)
            sc_fleet_bill(n, s->slot[i], n->sim->measured_to_ns);
    sc_gauge_fold(&s->inside, n->sim->now_ns);
    report_meters(n, l);
    sc_ledger_peak(l, name, "tasks_peak", s->measured.tasks_peak);
    sc_ledger_count(l, name, "tasks_started", s->measured.started);
    sc_ledger_count(l, name, "refused", s->measured.refused);
    sc_ledger_peak(l, name, "queue_peak", s->measured.queue_peak);
    sc_ledger_count_at(l, name, "queue_at_start", s->queue_at_start, SC_FIRST);
    sc_ledger_count_at(l, name, "queue_at_end", s->queue_at_end, SC_LAST);
    sc_ledger_count(l, name, "scale_outs", s->measured.scale_outs);
    sc_ledger_count(l, name, "scale_ins", s->measured.scale_ins);
    sc_ledger_hist(l, sc_arena_printf(l->arena, "%s.wait", name), s->wait);
    sc_ledger_series(l, name, "tasks_milli", s->tasks_milli, n->sim->hours);
}

const struct sc_service_type sc_fleet_type = {
    .name = "fleet",
    .summary = "containers on Fargate or EC2 machines, with a queue and target tracking",
    .config_size = sizeof(struct sc_fleet),
    .state_size = sizeof(struct sc_fleet_state),
    .fields = sc_fleet_fields,
    .computes = true,
    .in_order = true,
    .open = sc_fleet_open,
    .memory_ns = sc_fleet_memory_ns,
    .settled_ns = sc_fleet_settled_ns,
    .start = sc_fleet_start,
    .arrive = fleet_arrive,
    .resume = fleet_resume,
    .answer = fleet_answer,
    .wake = fleet_wake,
    .settle = fleet_settle,
    .timer = sc_fleet_timer,
    .cpu = fleet_cpu,
    .done = fleet_done,
    .begin = fleet_begin,
    .hour = fleet_hour,
    .end = fleet_end,
    .forget = sc_fleet_forget,
    .fold = sc_fleet_fold,
    .fold_frame = sc_fleet_fold_frame,
    .fold_event = sc_fleet_fold_event,
    .report = fleet_report,
};
