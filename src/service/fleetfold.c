/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a fleet decides its future, for slices of a trial. Tasks are told in the order in which
 * they were launched: when that was no longer matters once the least that is billed is over, but
 * for the second in which a second begins. */
#include "price/metering.h"
#include "service/fleet.h"
#include "service/fold.h"

#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b)
{
    const struct sc_fleet_task *const *x = a, *const *y = b;
    return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

static int by_finish(const void *a, const void *b)
{
    const struct sc_task_job *x = a, *y = b;
    int64_t gap = (int64_t)(x->finish - y->finish), order = (int32_t)(x->order - y->order);
    return gap ? (gap > 0) - (gap < 0) : (order > 0) - (order < 0);
}

/* `since` for those that compute: what is left of them; else 0. */
static void fold_jobs(const struct sc_node *n, const struct sc_task_heap *h, uint64_t since,
                      struct sc_fold *to)
{
    struct sc_task_job *job = sc_take(sizeof *job * (h->n + 1));
    if (h->n > 0)
        memcpy(job, h->job, sizeof *job * h->n);
    qsort(job, h->n, sizeof *job, by_finish);
    sc_fold_int(to, h->n);
    for (uint32_t i = 0; i < h->n; i++) {
        sc_fold_int(to, (int64_t)(job[i].finish - since));
        sc_fold_frame(to, n->sim, job[i].frame);
    }
    sc_release(job);
}

static void fold_cpu(const struct sc_node *n, const struct sc_fleet_task *t, struct sc_fold *to)
{
    const struct sc_task_cpu *c = &t->cpu;
    sc_fold_int(to, t->armed_ns);
    sc_fold_int(to, c->computing.n > 0 ? c->last_ns : 0);
    fold_jobs(n, &c->computing, c->virtual_time, to);
    fold_jobs(n, &c->waiting, 0, to);
}

static void fold_task(const struct sc_node *n, const struct sc_fleet_task *t, struct sc_fold *to)
{
    const struct sc_fleet *c = n->config;
    bool turns = t->state == SC_TASK_STARTING || t->state == SC_TASK_DRAINING;
    bool sampled = t->state == SC_TASK_RUNNING && c->rules.n_policies > 0;
    sc_i128 used = sc_task_used_milli_ns(&t->cpu, n->sim->now_ns);
    int64_t least_ns = (int64_t)SC_TASK_LEAST_MS * 1000000,
            age_ns = n->sim->now_ns - t->billed_from_ns;
    sc_fold_int(to, t->state);
    sc_fold_int(to, t->inflight);
    sc_fold_int(to, turns ? t->turn_ns : 0);
    sc_fold_int(to, age_ns < least_ns ? age_ns : least_ns + age_ns % SC_SECOND_NS);
    sc_fold_int(to, sampled ? (int64_t)(used - t->sampled) : 0);
    fold_cpu(n, t, to);
}

static void fold_tasks(struct sc_node *n, struct sc_fold *to)
{
    struct sc_fleet_state *s = n->state;
    struct sc_fleet_task **task = sc_take(sizeof *task * (s->n_slots + 1));
    uint32_t n_tasks = 0;
    for (uint32_t i = 0; i < s->n_slots; i++) {
        s->slot[i]->place = 0;
        if (s->slot[i]->state != SC_TASK_STOPPED || s->slot[i]->inflight > 0)
            task[n_tasks++] = s->slot[i];
    }
    qsort(task, n_tasks, sizeof(struct sc_fleet_task *), by_number);
    for (uint32_t i = 0; i < n_tasks; i++)
        task[i]->place = i + 1;
    sc_fold_int(to, n_tasks);
    for (uint32_t i = 0; i < n_tasks; i++)
        fold_task(n, task[i], to);
    sc_release(task);
    sc_fold_int(to, s->n_running);
    sc_fold_int(to, s->cursor < s->n_running ? s->cursor : 0);
    for (uint32_t i = 0; i < s->n_running; i++)
        sc_fold_int(to, s->running[i]->place);
}

static int64_t at_most(int64_t value, int64_t most)
{
    return value < most ? value : most;
}

/* More points in a row than an alarm needs, and a cooldown that is over, are nothing. */
static void fold_scaling(const struct sc_node *n, struct sc_fold *to)
{
    const struct sc_scaling_rules *r = &((const struct sc_fleet *)n->config)->rules;
    const struct sc_fleet_state *s = n->state;
    const struct sc_scaling *a = &s->scaling;
    bool out = a->out_until_ns > n->sim->now_ns,
         in = a->in_cools && a->in_until_ns > n->sim->now_ns;
    for (int i = 0; i < r->n_policies; i++) {
        sc_fold_int(to, at_most(a->high[i], r->out_points));
        sc_fold_int(to, at_most(a->low[i], r->in_points));
        sc_fold_int(to, s->point.metric[i]);
    }
    sc_fold_int(to, out ? a->out_until_ns : 0);
    sc_fold_int(to, out ? a->added : 0);
    sc_fold_int(to, in ? a->in_until_ns : 0);
    sc_fold_int(to, s->point.running);
    sc_fold_int(to, s->minute_requests);
    sc_fold_int(to, (int64_t)(s->tasks.total_ns - s->minute_mark));
}

void sc_fleet_fold(struct sc_node *n, struct sc_fold *to)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    fold_tasks(n, to);
    sc_fold_int(to, s->desired);
    sc_fold_int(to, s->to_launch);
    sc_fold_int(to, s->launch_timer);
    sc_fold_int(to, s->launch_ns == n->sim->now_ns ? s->launch_place : -1);
    sc_fold_int(to, s->inside.now);
    if (c->rules.n_policies > 0)
        fold_scaling(n, to);
    sc_fold_int(to, s->queued);
    uint32_t frame = s->first;
    for (int64_t i = 0; i < s->queued; i++, frame = sc_sim_frame(n->sim, frame)->instance)
        sc_fold_frame(to, n->sim, frame);
}

/* A frame that waits in the queue is in no task; one of a fork is in its parent's. */
void sc_fleet_fold_frame(struct sc_node *n, const struct sc_frame *f, struct sc_fold *to)
{
    const struct sc_fleet_state *s = n->state;
    bool inside = f->branch || (f->attempt & SC_FLEET_SERVED);
    sc_fold_int(to, inside ? s->slot[f->instance]->place : 0);
}

bool sc_fleet_fold_event(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns,
                         struct sc_fold *to)
{
    const struct sc_fleet_state *s = n->state;
    const struct sc_fleet_task *t = s->slot[n->sim->instance[instance].pool];
    bool turns = t->state == SC_TASK_STARTING || t->state == SC_TASK_DRAINING;
    sc_fold_int(to, t->place);
    return t->place > 0 && (uint32_t)t->number == key &&
           (at_ns == t->armed_ns || (turns && at_ns == t->turn_ns));
}

void sc_fleet_forget(struct sc_node *n)
{
    struct sc_fleet_state *s = n->state;
    size_t hours = (size_t)n->sim->hours + 1;
    memset(s->billed_ns, 0, sizeof *s->billed_ns * hours);
    memset(s->tasks_milli, 0, sizeof *s->tasks_milli * hours);
    sc_hist_init(s->wait, n->sim->arena);
    s->sojourn_ns = 0;
    sc_gauge_begin(&s->inside, n->sim->now_ns);
}
