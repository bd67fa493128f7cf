/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a fleet's tasks: launched as fast as the account allows (FARGATE-1), ready after a
 * while (FARGATE-2, EC2-START-1), drained when the autoscaler wants fewer, stopped and billed. */
#include "price/metering.h"
#include "service/fleet.h"

enum { TIMER_TICK, TIMER_DECIDE, TIMER_LAUNCH };
static const int64_t MILLION = 1000000;

/* Per second, 60 s at least, from image pull or launch to stop (facts: prices-aws, time); what lies
 * outside the horizon is not billed. */
void sc_fleet_bill(struct sc_node *n, const struct sc_fleet_task *t, int64_t stop_ns)
{
    struct sc_fleet_state *s = n->state;
    int64_t from_ns = t->billed_from_ns;
    if (stop_ns <= from_ns)
        return;
    int64_t to_ns = from_ns + sc_task_billed_ms(stop_ns - from_ns, SC_TASK_LEAST_MS) * MILLION;
    if (from_ns < n->sim->measured_from_ns)
        from_ns = n->sim->measured_from_ns;
    if (to_ns > n->sim->measured_to_ns)
        to_ns = n->sim->measured_to_ns;
    while (from_ns < to_ns) {
        int64_t hour = from_ns / SC_HOUR_NS, end_ns = (hour + 1) * SC_HOUR_NS;
        end_ns = end_ns < to_ns ? end_ns : to_ns;
        s->billed_ns[hour] += end_ns - from_ns;
        from_ns = end_ns;
    }
}

void sc_fleet_stop(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    sc_fleet_bill(n, t, at_ns);
    t->state = SC_TASK_STOPPED;
}

static struct sc_fleet_task *slot_new(struct sc_node *n)
{
    struct sc_fleet_state *s = n->state;
    struct sc_arena *arena = n->sim->arena;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slot[i]->state == SC_TASK_STOPPED && s->slot[i]->inflight == 0) {
            s->used_milli_ns += s->slot[i]->cpu.used_milli_ns;
            return s->slot[i];
        }
    if (s->n_slots == s->slot_cap) {
        uint32_t cap = s->slot_cap ? 2 * s->slot_cap : 16;
        struct sc_fleet_task **slot = SC_NEW_ARRAY(arena, struct sc_fleet_task *, cap);
        for (uint32_t i = 0; i < s->n_slots; i++)
            slot[i] = s->slot[i];
        s->slot = slot;
        s->slot_cap = cap;
    }
    struct sc_fleet_task *t = SC_NEW(arena, struct sc_fleet_task);
    t->slot = s->n_slots;
    t->instance = sc_sim_instance_new(n);
    n->sim->instance[t->instance].pool = t->slot;
    return s->slot[s->n_slots++] = t;
}

static struct sc_fleet_task *launch(struct sc_node *n, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task *t = slot_new(n);
    sc_task_open(&t->cpu, c->vcpu_milli, at_ns);
    t->sampled = 0;
    t->armed_ns = INT64_MAX;
    t->billed_from_ns = at_ns;
    t->number = s->launched++;
    t->state = SC_TASK_STARTING;
    s->n_starting++;
    s->now.started++;
    return t;
}

static int64_t draw_ns(const struct sc_dist *d, uint64_t key)
{
    double value = sc_dist_draw(d, key, 0);
    return value < (double)SC_LONGEST_NS ? (int64_t)value : SC_LONGEST_NS;
}

/* Keyed by when and which, not by how many came before, so that a trial that begins later has the
 * same draws. */
static uint64_t launch_key(struct sc_node *n, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    s->launch_place = at_ns == s->launch_ns ? s->launch_place + 1 : 0;
    s->launch_ns = at_ns;
    uint64_t instant = (uint64_t)(at_ns + n->sim->origin_ns);
    return sc_key(sc_key(sc_key(n->key, SC_DRAW_START), instant), (uint64_t)s->launch_place);
}

static void launch_waiting(struct sc_node *n, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    struct sc_bucket *bucket = &n->sim->account.launches;
    while (s->to_launch > 0) {
        if (c->on == SC_FLEET_FARGATE && !sc_bucket_take(bucket, at_ns, 1)) { /* FARGATE-1 */
            if (!s->launch_timer)
                sc_sim_timer(n, TIMER_LAUNCH,
                             at_ns + SC_SECOND_NS / (bucket->per_s > 0 ? bucket->per_s : 1) + 1);
            s->launch_timer = true;
            return;
        }
        s->to_launch--;
        struct sc_fleet_task *t = launch(n, at_ns);
        uint64_t key = launch_key(n, at_ns);
        if (c->on == SC_FLEET_FARGATE)
            t->billed_from_ns += draw_ns(&c->provision, sc_draw(key, 0));
        t->turn_ns = t->billed_from_ns +
                     draw_ns(c->on == SC_FLEET_FARGATE ? &c->pull : &c->boot, sc_draw(key, 1));
        sc_sim_wake(n->sim, t->instance, (uint32_t)t->number, t->turn_ns);
    }
}

void sc_fleet_ready(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    t->state = SC_TASK_RUNNING;
    s->n_starting--;
    s->running[s->n_running++] = t;
    s->free_workers += ((const struct sc_fleet *)n->config)->workers;
    sc_gauge_move(&s->tasks, at_ns, 1);
    if (s->tasks.now > s->now.tasks_peak)
        s->now.tasks_peak = s->tasks.now;
}

static void drain(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    uint32_t i = 0;
    sc_fleet_catch_up(n, t, at_ns);
    while (s->running[i] != t)
        i++;
    for (s->n_running--; i < s->n_running; i++)
        s->running[i] = s->running[i + 1];
    s->free_workers -= c->workers - t->inflight;
    sc_gauge_move(&s->tasks, at_ns, -1);
    t->state = SC_TASK_DRAINING;
    t->turn_ns = at_ns + c->deregistration_ns;
    if (t->inflight == 0) {
        sc_fleet_stop(n, t, at_ns);
        return;
    }
    sc_fleet_arm(n, t);
    sc_sim_wake(n->sim, t->instance, (uint32_t)t->number, t->turn_ns);
}

static struct sc_fleet_task *newest(const struct sc_fleet_state *s, enum sc_fleet_task_state state)
{
    struct sc_fleet_task *best = NULL;
    for (uint32_t i = 0; i < s->n_slots; i++)
        if (s->slot[i]->state == state && (!best || s->slot[i]->number > best->number))
            best = s->slot[i];
    return best;
}

static void resize(struct sc_node *n, int64_t desired, int64_t at_ns)
{
    struct sc_fleet_state *s = n->state;
    int64_t more = desired - s->desired;
    s->desired = desired;
    s->now.scale_outs += more > 0;
    s->now.scale_ins += more < 0;
    for (; more < 0; more++) {
        if (s->to_launch > 0) {
            s->to_launch--;
        } else if (s->n_starting > 0) {
            s->n_starting--;
            sc_fleet_stop(n, newest(s, SC_TASK_STARTING), at_ns);
        } else {
            drain(n, newest(s, SC_TASK_RUNNING), at_ns);
        }
    }
    s->to_launch += more;
    launch_waiting(n, at_ns);
}

/* The minute that ends: CPU used and requests begun, over the time of the tasks that run
 * (ECS-AS-1). */
static void sample(struct sc_node *n, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    sc_i128 used_milli_ns = 0;
    for (uint32_t i = 0; i < s->n_running; i++) {
        struct sc_fleet_task *t = s->running[i];
        sc_fleet_catch_up(n, t, at_ns);
        sc_i128 used = sc_task_used_milli_ns(&t->cpu, at_ns);
        used_milli_ns += used - t->sampled;
        t->sampled = used;
    }
    sc_gauge_fold(&s->tasks, at_ns);
    sc_i128 task_ns = s->tasks.total_ns - s->minute_mark;
    s->minute_mark = s->tasks.total_ns;
    s->point.running = s->n_running;
    for (int i = 0; i < c->rules.n_policies; i++) {
        sc_i128 metric = -1;
        if (task_ns > 0 && c->metric[i] == SC_FLEET_BY_CPU)
            metric = used_milli_ns * MILLION / (task_ns * c->vcpu_milli);
        else if (task_ns > 0)
            metric = (sc_i128)s->minute_requests * MILLION * SC_MINUTE_NS / task_ns;
        s->point.metric[i] = (int64_t)metric;
    }
    s->minute_requests = 0;
}

static void decide(struct sc_node *n, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    s->point.at_ns = at_ns;
    s->point.desired = s->desired;
    int64_t desired = sc_scaling_decide(&c->rules, &s->scaling, &s->point);
    if (desired != s->desired)
        resize(n, desired, at_ns);
}

void sc_fleet_timer(struct sc_node *n, uint16_t code, int64_t at_ns)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    if (code == TIMER_LAUNCH) {
        s->launch_timer = false;
        launch_waiting(n, at_ns);
        return;
    }
    if (code == TIMER_TICK) {
        sample(n, at_ns);
        if (at_ns <= n->sim->end_ns + n->sim->drain_ns)
            sc_sim_timer(n, TIMER_TICK, at_ns + SC_MINUTE_NS);
        if (c->metric_delay_ns > 0) {
            sc_sim_timer(n, TIMER_DECIDE, at_ns + c->metric_delay_ns);
            return;
        }
    }
    decide(n, at_ns);
}

/* Nothing in it touches what others than its task's requests share. */
static bool keeps_to_itself(const struct sc_work *w)
{
    for (int i = 0; i < w->n_ops; i++)
        if (w->op[i].kind == SC_OP_STORE || w->op[i].kind == SC_OP_CALL ||
            w->op[i].kind == SC_OP_FORK)
            return false;
    return true;
}

void sc_fleet_start(struct sc_node *n)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    struct sc_sim *sim = n->sim;
    s->running = SC_NEW_ARRAY(sim->arena, struct sc_fleet_task *, c->rules.max);
    s->tasks_milli = SC_NEW_ARRAY(sim->arena, int64_t, sim->hours + 1);
    s->billed_ns = SC_NEW_ARRAY(sim->arena, sc_i128, sim->hours + 1);
    s->wait = SC_NEW(sim->arena, struct sc_hist);
    sc_hist_init(s->wait, sim->arena);
    s->alone = SC_NEW_ARRAY(sim->arena, bool, sim->n_works);
    for (int w = 0; w < sim->n_works; w++)
        s->alone[w] = keeps_to_itself(&sim->work[w]);
    s->launch_ns = s->full_until_ns = INT64_MIN;
    s->desired = sim->settle_ns > 0 ? sc_fleet_settle(n) : c->start;
    for (int64_t i = 0; i < s->desired; i++)
        sc_fleet_ready(n, launch(n, sim->from_ns), sim->from_ns);
    if (c->rules.n_policies > 0)
        sc_sim_timer(n, TIMER_TICK, sim->from_ns + SC_MINUTE_NS);
}
