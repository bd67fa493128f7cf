/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers on Fargate or machines of EC2 behind one queue. A task starts (FARGATE-2,
 * EC2-START-1), runs, drains when the autoscaler wants fewer, and stops. A call goes to a running
 * task with a free worker, else waits in the fleet's queue, else is answered 503 (CONT-QUEUE-1).
 * Requests that compute in a task share its CPU (service/task.h); target tracking looks every
 * minute (service/scaling.h); a fleet whose least is its most looks at nothing.
 * Simplified: scale-in takes the newest task first, those still starting before those that run. The
 * queue is one for the fleet, as if a task asked for its next request, so no request waits behind
 * another while a worker is free. Health checks pass at once, tasks do not fail, burst credits (t3)
 * never run out. When a drained task's time is over (CONT-ALB-1), what it still runs is answered
 * 502, yet goes on in its stores and in the freed task's own CPU. Fargate's disk (20 GB) is free.
 */
#include "service/fleet.h"

#include <assert.h>

/* Bits of a frame's `attempt`: in a task; its end lies ahead; answered before its end. */
enum { SERVED = 1, ENDING = 2, CUT = 4 };
static const int64_t MILLION = 1000000;

static void arm(struct sc_node *n, struct sc_fleet_task *t)
{
    int64_t due_ns = sc_task_next_ns(&t->cpu);
    if (due_ns < t->armed_ns) {
        t->armed_ns = due_ns;
        sc_sim_wake(n->sim, t->instance, t->generation, due_ns);
    }
}

static void move_inflight(struct sc_node *n, int64_t at_ns, int by)
{
    sc_node_inflight(n, at_ns, by);
}

/* A free worker is there: the next task in turn, or from there on the one with the least in flight.
 */
static struct sc_fleet_task *pick(struct sc_node *n)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *best = NULL;
    uint32_t at = s->cursor < s->n_running ? s->cursor : 0;
    for (uint32_t i = 0; i < s->n_running; i++) {
        struct sc_fleet_task *t = s->running[at];
        at = at + 1 < s->n_running ? at + 1 : 0;
        if (t->inflight >= c->workers || (best && t->inflight >= best->inflight))
            continue;
        best = t;
        s->cursor = at;
        if (c->routing == SC_FLEET_ROUND_ROBIN || t->inflight == 0)
            break;
    }
    return best;
}

static struct sc_reply serve_one(struct sc_node *n, struct sc_frame *f)
{
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *t = pick(n);
    int64_t now_ns = n->sim->now_ns;
    t->inflight++;
    s->free_workers--;
    s->minute_requests++;
    f->instance = t->slot;
    f->attempt |= SERVED;
    move_inflight(n, now_ns, 1);
    if (f->flags & SC_COUNTED)
        sc_hist_add(s->wait, now_ns - f->start_ns);
    if (SC_UNLIKELY(f->flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, now_ns, n->service->name,
                      "task %lld runs it, with %u others, after %.3f ms in the queue",
                      (long long)t->number, t->inflight - 1, (double)(now_ns - f->start_ns) * 1e-6);
    return sc_steps_begin(n, f, now_ns);
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
    if (s->serving)
        return;
    s->serving = true;
    while (s->queued > 0 && s->free_workers > 0) {
        struct sc_frame *f = sc_sim_frame(n->sim, s->first);
        s->first = f->instance;
        s->queued--;
        serve_one(n, f);
    }
    s->serving = false;
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

static void finish(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *t = s->slot[f->instance];
    uint8_t was = f->attempt;
    f->attempt = 0;
    t->inflight--;
    if (t->state == SC_TASK_RUNNING)
        s->free_workers++;
    else if (t->state == SC_TASK_DRAINING && t->inflight == 0)
        sc_fleet_stop(n, t, r.at_ns);
    if (was & CUT) {
        sc_sim_frame_free(n->sim, f);
        return;
    }
    move_inflight(n, r.at_ns, -1);
    count(n, f, r);
    sc_sim_answer(n->sim, f, r);
    serve(n);
}

static struct sc_reply fleet_arrive(struct sc_node *n, const struct sc_call *call)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    int counted = call->flags & SC_COUNTED;
    n->counts[counted].requests++;
    if (SC_UNLIKELY(s->free_workers == 0 && s->queued >= c->backlog)) {
        s->now.refused++;
        sc_node_count(n, call->flags, SC_THROTTLED, 0);
        if (call->flags & SC_FOLLOWED)
            sc_sim_follow(n->sim, call->at_ns, n->service->name, "refuses it: %lld wait",
                          (long long)s->queued);
        return (struct sc_reply){.at_ns = call->at_ns, .answer = 503, .outcome = SC_THROTTLED};
    }
    struct sc_frame *f = sc_sim_frame_new(n, call);
    if (counted)
        sc_gauge_move(&s->inside, call->at_ns, 1);
    if (s->queued > 0 || s->free_workers == 0) {
        enqueue(s, n->sim, f);
        return (struct sc_reply){.waiting = f->index};
    }
    return serve_one(n, f);
}

static void fleet_done(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    if (r.at_ns == n->sim->now_ns) {
        finish(n, f, r);
        return;
    }
    f->outcome = r.outcome;
    f->answer = r.answer;
    f->attempt |= ENDING;
    sc_sim_park(n->sim, f, r.at_ns);
}

static void fleet_resume(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    if (f->attempt & ENDING)
        finish(n, f, (struct sc_reply){.at_ns = at_ns, .outcome = f->outcome, .answer = f->answer});
    else
        sc_steps_run(n, f, at_ns);
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
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *t = s->slot[f->instance];
    assert(at_ns == n->sim->now_ns);
    if (cpu_ns <= 0)
        return at_ns;
    sc_task_join(&t->cpu, n->sim->arena, at_ns, cpu_ns < SC_LONGEST_NS ? cpu_ns : SC_LONGEST_NS,
                 f->index);
    arm(n, t);
    return SC_BLOCKED;
}

/* Lets those go on whose CPU time is over. Arming waits for the end, when all have joined again
 * that will at this instant. */
static void compute(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    uint32_t frame;
    while ((frame = sc_task_leave(&t->cpu, at_ns)) != 0)
        sc_steps_run(n, sc_sim_frame(n->sim, frame), at_ns);
    t->armed_ns = INT64_MAX;
    arm(n, t);
}

/* A stand-in takes the answer to whom the frame would have answered; the frame itself goes on
 * unheard. */
static void cut(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    struct sc_call call = {.at_ns = f->start_ns, .id = f->id, .work = f->work, .flags = f->flags};
    struct sc_reply r = {.at_ns = at_ns, .answer = 502, .outcome = SC_FAILED};
    struct sc_frame *stand_in = sc_sim_frame_new(n, &call);
    stand_in->parent = f->parent;
    stand_in->parent_generation = f->parent_generation;
    f->parent = 0;
    f->attempt |= CUT;
    move_inflight(n, at_ns, -1);
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
    if (t->generation != key)
        return;
    if (at_ns == t->armed_ns)
        compute(n, t, at_ns);
    if (at_ns == t->turn_ns && t->state == SC_TASK_STARTING) {
        sc_fleet_ready(n, t, at_ns);
        serve(n);
    }
    if (at_ns == t->turn_ns && t->state == SC_TASK_DRAINING)
        cut_all(n, t, at_ns);
}

static sc_i128 cpu_used(struct sc_fleet_state *s, int64_t at_ns)
{
    sc_i128 used_milli_ns = s->used_milli_ns;
    for (uint32_t i = 0; i < s->n_slots; i++) {
        sc_task_advance(&s->slot[i]->cpu, at_ns);
        used_milli_ns += s->slot[i]->cpu.used_milli_ns;
    }
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
}

static void fleet_end(struct sc_node *n, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    s->queue_at_end = s->queued;
    s->measured = s->now;
    s->measured.used_milli_ns = cpu_used(s, at_ns) - s->now.used_milli_ns;
}

/* Billed time by the hour, because commitments apply by the hour; what is cut off below a
 * millisecond goes to the next hour. */
static void report_billed(struct sc_node *n, struct sc_ledger *l, const char *meter, int64_t factor)
{
    const struct sc_fleet_state *s = n->state;
    int hours = n->sim->hours;
    sc_i128 *value = SC_NEW_ARRAY(l->arena, sc_i128, hours + 1), running_ns = 0, before_ms = 0;
    for (int h = 0; h < hours; h++) {
        running_ns += s->billed_ns[h];
        value[h] = (running_ns / MILLION - before_ms) * factor;
        before_ms = running_ns / MILLION;
    }
    sc_ledger_hourly(l, n->service->name, meter, value, hours);
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
    sc_ledger_meter(l, name, "vcpu_milli_used_ms", s->measured.used_milli_ns / MILLION);
    sc_ledger_meter(l, name, "in_system_ns", s->inside.total_ns);
    sc_ledger_meter(l, name, "sojourn_ns", s->sojourn_ns);
}

static void fleet_report(struct sc_node *n, struct sc_ledger *l)
{
    struct sc_fleet_state *s = n->state;
    const char *name = n->service->name;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slot[i]->state != SC_TASK_STOPPED)
            sc_fleet_bill(n, s->slot[i], n->sim->end_ns);
    sc_gauge_fold(&s->inside, n->sim->now_ns);
    report_meters(n, l);
    sc_ledger_count(l, name, "tasks_peak", s->measured.tasks_peak);
    sc_ledger_count(l, name, "tasks_started", s->measured.started);
    sc_ledger_count(l, name, "refused", s->measured.refused);
    sc_ledger_count(l, name, "queue_peak", s->measured.queue_peak);
    sc_ledger_count(l, name, "queue_at_start", s->queue_at_start);
    sc_ledger_count(l, name, "queue_at_end", s->queue_at_end);
    sc_ledger_count(l, name, "scale_outs", s->measured.scale_outs);
    sc_ledger_count(l, name, "scale_ins", s->measured.scale_ins);
    sc_ledger_hist(l, sc_arena_printf(l->arena, "%s.wait", name), s->wait);
    sc_ledger_series(l, name, "tasks_milli", s->tasks_milli, n->sim->hours);
}

const struct sc_service_type sc_fleet_type = {
    .name = "fleet",
    .summary = "containers on Fargate or EC2 machines, with a queue and target tracking",
    .grows = true,
    .config_size = sizeof(struct sc_fleet),
    .state_size = sizeof(struct sc_fleet_state),
    .fields = sc_fleet_fields,
    .computes = true,
    .in_order = true,
    .open = sc_fleet_open,
    .memory_ns = sc_fleet_memory_ns,
    .start = sc_fleet_start,
    .arrive = fleet_arrive,
    .resume = fleet_resume,
    .answer = fleet_answer,
    .wake = fleet_wake,
    .timer = sc_fleet_timer,
    .cpu = fleet_cpu,
    .done = fleet_done,
    .begin = fleet_begin,
    .hour = fleet_hour,
    .end = fleet_end,
    .report = fleet_report,
};
