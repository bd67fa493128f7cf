/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AWS Lambda: one function (or, "per": "key", one function for each key of a trace).
 *
 * A request takes an idle environment, else a new one is made if every limit allows, else it is
 * throttled: no queue (LAMBDA-CONC-2). In order: the function's reserved concurrency or the
 * account's unreserved pool, and ten times as many requests a second (LAMBDA-RPS-1, -RESV-1,
 * -THROTTLE-1); then, for a new environment, the scaling rate (LAMBDA-SCALE-1). Provisioned
 * environments come first and never expire; what exceeds them spills over (LAMBDA-PC-3); they are
 * there all at once or not at all (LAMBDA-PC-2). CPU is memory / 1,769 MB of a vCPU, one thread
 * never more than one (LAMBDA-CPU-3); init does not depend on memory (LAMBDA-COLD-2). Billed is
 * init plus handler, rounded up once (prices-aws.md); the other historical ways are metered beside
 * it.
 *
 * Left out, until the data ask for it: proactive init, suppressed init after a failure
 * (LAMBDA-LIFE-3, -4), the 10 s limit of init, noise of the host, the asynchronous path. A request
 * that times out resets its environment: the next one is cold. */
#include "num/rng.h"
#include "service/client.h"
#include "service/lambdastate.h"
#include "service/load.h"

#include <string.h>

static const int64_t SECOND_NS = INT64_C(1000000000);
static const double VCPU_MB = 1769; /* LAMBDA-CPU-1 */

enum { TENTHS = 10 };

static double cpu_factor(int64_t memory_mb)
{
    return (double)memory_mb < VCPU_MB ? VCPU_MB / (double)memory_mb : 1;
}

static int64_t pool_memory_mb(const struct sc_node *n, int pool)
{
    const struct sc_lambda *c = n->config;
    if (c->memory_from == 0)
        return c->memory_mb;
    double mb = n->service->pool_memory_mb[pool];
    int64_t up = (int64_t)mb + ((double)(int64_t)mb < mb);
    return up < 128 ? 128 : up > 10240 ? 10240 : up;
}

static void start_provisioned(struct sc_node *n)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    s->provisioned_ready_ns = INT64_MAX;
    if (c->provisioned == 0)
        return;
    s->provisioned_ready_ns = n->sim->from_ns;
    if (c->provisioned_at_ns >= 0)
        s->provisioned_ready_ns =
            c->provisioned_at_ns + c->provisioned * (SECOND_NS / 100) +
            (int64_t)sc_dist_draw(&c->provisioned_prep_ns, sc_node_key(n, 0, SC_DRAW_START), 0);
    s->provisioned_requests =
        sc_bucket_full(10 * c->provisioned, 10 * c->provisioned, n->sim->from_ns);
    for (int64_t i = 0; i < c->provisioned; i++) {
        uint32_t index = sc_sim_instance_new(n);
        n->sim->instance[index].state = SC_PROVISIONED;
        n->sim->instance[index].created_ns = n->sim->from_ns;
        sc_pool_put(&s->provisioned, &(struct sc_keep_alive){0}, n->sim, index);
    }
}

static void start_idle(struct sc_node *n)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    const int64_t busy = (int64_t)s->begun.busy, idle = busy > c->start ? busy : c->start;
    for (int64_t i = 0; i < idle; i++) {
        uint32_t index = sc_sim_instance_new(n);
        struct sc_instance *inst = &n->sim->instance[index];
        inst->idle_since_ns = sc_lambda_idle_at_start_ns(n, i, idle);
        inst->created_ns = sc_lambda_made_ns(&s->begun, n, (uint64_t)i, n->sim->from_ns);
        sc_ages_made(&s->function[0].pool.ages, &c->keep, n, inst->created_ns);
        sc_pool_put(&s->function[0].pool, &c->keep, n->sim, index);
    }
}

static enum sc_lambda_way way_of(const struct sc_work *w)
{
    if (!w->pure)
        return SC_RUN_IN_A_FRAME;
    return w->n_ops != 2                ? SC_RUN_AT_ONCE
           : w->op[0].kind == SC_OP_CPU ? SC_RUN_ONE_CPU
                                        : SC_RUN_ONE_WAIT;
}

/* All functions of an architecture share it. */
static enum sc_lambda_way *ways_of(const struct sc_node *n)
{
    for (int i = 0; i < n->index; i++)
        if (n->sim->node[i].type == n->type)
            return ((struct sc_lambda_state *)n->sim->node[i].state)->way;
    enum sc_lambda_way *way = SC_NEW_ARRAY(n->sim->arena, enum sc_lambda_way, n->sim->n_works);
    for (int i = 0; i < n->sim->n_works; i++)
        way[i] = way_of(&n->sim->work[i]);
    return way;
}

static void lambda_start(struct sc_node *n)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct sc_account *a = &n->sim->account;
    int64_t now_ns = n->sim->from_ns;
    s->function = SC_NEW_ARRAY(n->sim->arena, struct sc_lambda_function, n->service->n_pools);
    for (int i = 0; i < n->service->n_pools; i++) {
        s->function[i].memory_mb = pool_memory_mb(n, i);
        s->function[i].cpu_factor = cpu_factor(s->function[i].memory_mb);
    }
    s->way = ways_of(n);
    bool reserved = c->reserved >= 0;
    a->unreserved_left -= reserved ? c->reserved : c->provisioned;
    s->reserved_left = c->reserved - c->provisioned;
    s->left = reserved ? &s->reserved_left : &a->unreserved_left;
    s->own_requests = sc_bucket_full(10 * c->reserved, 10 * c->reserved, now_ns);
    s->requests = reserved ? &s->own_requests : &a->lambda_requests;
    s->scaling = c->scaling_per_10s == 0
                     ? sc_bucket_full(0, 0, now_ns)
                     : sc_bucket_full(c->scaling_per_10s, TENTHS * c->scaling_per_10s, now_ns);
    s->plain = c->provisioned == 0 && c->ephemeral_mb <= 512;
    s->keyed = c->per == SC_LAMBDA_PER_KEY;
    s->begun = sc_lambda_start_of(n, s->function[0].cpu_factor, *s->left);
    for (int i = 0; i < SC_BILLINGS; i++)
        s->tally[1].meters.hour[i] = SC_NEW_ARRAY(n->sim->arena, sc_i128, n->sim->hours + 1);
    start_provisioned(n);
    start_idle(n);
}

static void gone(struct sc_node *n, uint32_t index, int64_t at_ns)
{
    sc_lambda_add_life(n, n->sim->instance[index].created_ns, at_ns);
    if (SC_UNLIKELY(at_ns < n->sim->measured_from_ns))
        sc_lambda_gone_before(n, n->sim->instance[index].idle_since_ns, at_ns);
    sc_sim_instance_free(n->sim, index);
}

static SC_COLD struct sc_reply throttle(struct sc_node *n, const struct sc_call *call)
{
    sc_node_count(n, call->flags, SC_THROTTLED, 0);
    if (call->flags & SC_FOLLOWED)
        sc_sim_follow(n->sim, call->at_ns, n->service->name, "throttled (429)");
    return (struct sc_reply){.at_ns = call->at_ns, .answer = 429, .outcome = SC_THROTTLED};
}

/* An execution is about to begin: which environment, and what comes before the handler. */
struct admitted {
    uint32_t instance; /* 0: throttled */
    bool cold;
    struct sc_lambda_cold wait;
};

static SC_COLD struct admitted cold_start(struct sc_node *n, const struct sc_call *call,
                                          uint32_t pool)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    if (!sc_bucket_take(&s->scaling, call->at_ns, TENTHS))
        return (struct admitted){0};
    struct admitted a = {.instance = sc_sim_instance_new(n), .cold = true};
    struct sc_instance *inst = &n->sim->instance[a.instance];
    inst->created_ns = sc_lambda_made_ns(&s->begun, n, call->id, call->at_ns);
    sc_ages_made(&s->function[pool].pool.ages, &c->keep, n, inst->created_ns);
    inst->pool = pool;
    a.wait = sc_lambda_cold_draw(n, call->id, s->function[pool].cpu_factor);
    s->tally[call->flags & SC_COUNTED].cold++;
    s->tally[call->flags & SC_COUNTED].init_ns += a.wait.init_ns;
    s->function[pool].cold[call->flags & SC_COUNTED]++;
    return a;
}

static struct admitted admit_provisioned(struct sc_node *n, const struct sc_call *call)
{
    struct sc_lambda_state *s = n->state;
    struct admitted none = {0};
    if (call->at_ns < s->provisioned_ready_ns || s->provisioned.head == s->provisioned.tail ||
        !sc_bucket_take(&s->provisioned_requests, call->at_ns, 1))
        return none;
    uint32_t index = s->provisioned.idle[--s->provisioned.tail & (s->provisioned.cap - 1)];
    return (struct admitted){.instance = index};
}

/* An idle environment within the limits, or 0: then nothing has been taken. */
static inline uint32_t admit_warm(struct sc_node *n, const struct sc_call *call,
                                  struct sc_lambda_function *f)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    if (SC_UNLIKELY(*s->left <= 0 || !sc_bucket_take(s->requests, call->at_ns, 1)))
        return 0;
    uint32_t index = sc_pool_take(&f->pool, &c->keep, n, call->at_ns, gone);
    if (SC_UNLIKELY(index == 0)) {
        sc_bucket_return(s->requests, 1);
        return 0;
    }
    --*s->left;
    return index;
}

static struct admitted admit(struct sc_node *n, const struct sc_call *call, uint32_t pool)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct admitted a = {0};
    if (c->provisioned > 0) {
        a = admit_provisioned(n, call);
        if (a.instance != 0)
            return a;
        s->tally[call->flags & SC_COUNTED].spilled++;
    }
    a.instance = admit_warm(n, call, &s->function[pool]);
    if (a.instance != 0 || *s->left <= 0 || !sc_bucket_take(s->requests, call->at_ns, 1))
        return a;
    a = cold_start(n, call, pool);
    *s->left -= a.instance != 0;
    return a;
}

/* An execution that timed out takes its environment with it (LAMBDA-LIFE-4). */
static void reset(struct sc_instance *inst)
{
    if (inst->state == SC_ON_DEMAND)
        inst->state = SC_RESET;
}

/* Meters of one execution of `run_ns` after an init of `init_ns`. */
static inline void bill(struct sc_node *n, int flags, const struct sc_instance *inst,
                        int64_t init_ns, int64_t run_ns)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct sc_lambda_fresh *t = &s->tally[flags & SC_COUNTED].meters.fresh;
    int64_t mb = s->function[inst->pool].memory_mb;
    if (SC_UNLIKELY(c->ephemeral_mb > 512))
        t->ephemeral_ms += sc_invocation_billed_ms(init_ns + run_ns, 1);
    if (SC_UNLIKELY(inst->state == SC_PROVISIONED)) {
        t->busy_ns += run_ns;
        t->mb_ms[SC_BILLED_PROVISIONED] += sc_invocation_billed_ms(run_ns, 1) * mb;
    } else if (SC_UNLIKELY(init_ns > 0)) {
        sc_lambda_bill_cold(t, mb, init_ns, run_ns);
    } else {
        sc_lambda_bill_warm(t, mb, run_ns);
    }
}

static void say(struct sc_node *n, const struct sc_call *call, struct admitted a)
{
    if (a.cold)
        sc_sim_follow(n->sim, call->at_ns, n->service->name,
                      "cold start: overhead %.3f ms, init %.3f ms",
                      (double)a.wait.overhead_ns * 1e-6, (double)a.wait.init_ns * 1e-6);
    else
        sc_sim_follow(n->sim, call->at_ns, n->service->name, "warm environment %u", a.instance);
}

/* The same without the loop where there is one operation whose demand was drawn with the window. */
static inline int64_t quick_run_ns(const struct sc_node *n, const struct sc_call *call,
                                   enum sc_lambda_way way, double factor)
{
    if (SC_UNLIKELY(way == SC_RUN_AT_ONCE || call->first_ns < 0))
        return sc_lambda_pure_run_ns(n, call, factor);
    return way == SC_RUN_ONE_CPU ? sc_lambda_scaled_ns(call->first_ns, factor) : call->first_ns;
}

static int64_t lambda_cpu(struct sc_node *n, struct sc_frame *f, int64_t at_ns, int64_t cpu_ns)
{
    const struct sc_lambda_state *s = n->state;
    const struct sc_lambda *c = n->config;
    return at_ns + (int64_t)((double)cpu_ns *
                             s->function[c->per == SC_LAMBDA_PER_KEY ? f->pool : 0].cpu_factor);
}

/* An execution ends, or it is known when it will: bill it, count it, free its environment then. */
SC_INLINE void end_run(struct sc_node *n, const struct sc_call *call, const struct admitted *a,
                       struct sc_reply r, bool plain)
{
    struct sc_lambda_state *s = n->state;
    struct sc_instance *inst = &n->sim->instance[a->instance];
    int64_t run_ns = r.at_ns - (call->at_ns + a->wait.overhead_ns + a->wait.init_ns);
    if (plain)
        sc_lambda_bill_warm(&s->tally[call->flags & SC_COUNTED].meters.fresh,
                            s->function[inst->pool].memory_mb, run_ns);
    else
        bill(n, call->flags, inst, a->wait.init_ns, run_ns);
    sc_node_count(n, call->flags, r.outcome, r.at_ns - call->at_ns);
    if (!plain && SC_UNLIKELY(call->flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, r.at_ns, n->service->name, "ends: %d, handler %.3f ms", r.answer,
                      (double)run_ns * 1e-6);
    if (SC_UNLIKELY(r.outcome == SC_TIMED_OUT))
        reset(inst);
    sc_sim_wake(n->sim, a->instance, (uint32_t)call->id, r.at_ns);
}

/* What cannot be foreseen goes on in a frame. */
static SC_APART struct sc_reply run_in_frame(struct sc_node *n, const struct sc_call *call,
                                             const struct admitted *a, const struct sc_course *c)
{
    struct sc_frame *f = sc_sim_frame_new(n, call);
    f->instance = a->instance;
    f->init_ns = a->wait.init_ns;
    f->deadline_ns = c->deadline_ns;
    f->pc = c->pc;
    return sc_steps_begin(n, f, c->at_ns);
}

/* A program that looks at others. `plain` as with run_at_once. */
SC_INLINE struct sc_reply run(struct sc_node *n, const struct sc_call *call,
                              const struct admitted *a, bool plain)
{
    const struct sc_lambda *c = n->config;
    const struct sc_lambda_state *s = n->state;
    int64_t handler_ns = call->at_ns + a->wait.overhead_ns + a->wait.init_ns;
    struct sc_course course = {.at_ns = handler_ns + a->wait.first_ns,
                               .deadline_ns = handler_ns + c->timeout_ns,
                               .cpu_factor = s->function[s->keyed ? call->pool : 0].cpu_factor};
    if (SC_LIKELY(call->first_ns >= 0)) { /* drawn in a block with the window */
        bool cpu = n->sim->work[call->work].op[0].kind == SC_OP_CPU;
        course.at_ns +=
            cpu ? (int64_t)((double)call->first_ns * course.cpu_factor) : call->first_ns;
        course.pc = 1;
    }
    struct sc_reply r = sc_steps_foresee(n, call, &course);
    if (SC_UNLIKELY(r.waiting))
        return run_in_frame(n, call, a, &course);
    end_run(n, call, a, r, plain);
    return r;
}

static SC_APART struct sc_reply run_plain(struct sc_node *n, const struct sc_call *call,
                                          uint32_t instance)
{
    return run(n, call, &(struct admitted){.instance = instance}, true);
}

/* Everything about the execution is known: bill it, count it, free its environment when it ends.
 * `plain` is known where this is compiled in: a warm execution of a plain function. */
SC_INLINE struct sc_reply run_at_once(struct sc_node *n, const struct sc_call *call,
                                      struct admitted a, bool plain)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct sc_instance *inst = &n->sim->instance[a.instance];
    const struct sc_lambda_function *f = &s->function[inst->pool];
    int64_t run_ns = a.wait.first_ns + quick_run_ns(n, call, s->way[call->work], f->cpu_factor);
    struct sc_reply r = {.answer = 200};
    if (SC_UNLIKELY(run_ns > c->timeout_ns)) {
        run_ns = c->timeout_ns;
        reset(inst);
        r.outcome = SC_TIMED_OUT;
        r.answer = 504;
    }
    r.at_ns = call->at_ns + a.wait.overhead_ns + a.wait.init_ns + run_ns;
    if (plain)
        sc_lambda_bill_warm(&s->tally[call->flags & SC_COUNTED].meters.fresh, f->memory_mb, run_ns);
    else
        bill(n, call->flags, inst, a.wait.init_ns, run_ns);
    sc_node_count(n, call->flags, r.outcome, r.at_ns - call->at_ns);
    sc_sim_wake(n->sim, a.instance, (uint32_t)call->id, r.at_ns);
    return r;
}

/* What is not an idle environment for a plain function. */
static SC_COLD struct sc_reply arrive_otherwise(struct sc_node *n, const struct sc_call *call,
                                                uint32_t pool)
{
    const struct sc_lambda_state *s = n->state;
    struct admitted a = admit(n, call, pool);
    if (a.instance == 0)
        return throttle(n, call);
    if (call->flags & SC_FOLLOWED)
        say(n, call, a);
    sc_node_inflight(n, call->at_ns, 1);
    return s->way[call->work] == SC_RUN_IN_A_FRAME ? run(n, call, &a, false)
                                                   : run_at_once(n, call, a, false);
}

static struct sc_reply lambda_arrive(struct sc_node *n, const struct sc_call *call)
{
    struct sc_lambda_state *s = n->state;
    int counted = call->flags & SC_COUNTED;
    struct sc_lambda_function *f = s->function;
    uint32_t pool = 0;
    n->counts[counted].requests++;
    if (SC_UNLIKELY(s->keyed)) {
        pool = call->pool;
        f += pool;
        f->requests[counted]++;
    }
    struct admitted a = {0};
    if (SC_LIKELY(s->plain && !(call->flags & SC_FOLLOWED)))
        a.instance = admit_warm(n, call, f);
    if (SC_UNLIKELY(a.instance == 0))
        return arrive_otherwise(n, call, pool);
    sc_node_inflight(n, call->at_ns, 1);
    return s->way[call->work] == SC_RUN_IN_A_FRAME ? run_plain(n, call, a.instance)
                                                   : run_at_once(n, call, a, true);
}

static void lambda_done(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    const struct sc_lambda *c = n->config;
    struct sc_call call = {.at_ns = f->start_ns, .id = f->id, .flags = f->flags};
    struct admitted a = {.instance = f->instance, .wait.init_ns = f->init_ns};
    a.wait.overhead_ns = f->deadline_ns - c->timeout_ns - a.wait.init_ns - call.at_ns;
    end_run(n, &call, &a, r, false);
    sc_sim_answer(n->sim, f, r);
}

static void lambda_expire(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    struct sc_reply r = {.at_ns = at_ns, .outcome = SC_TIMED_OUT, .answer = 504};
    if (f->pending > 0) /* its branches end at the same instant */
        return;
    if (f->branch)
        sc_steps_answer(n, f, r);
    else
        lambda_done(n, f, r);
}

static SC_COLD void wake_otherwise(struct sc_node *n, uint32_t index, int64_t at_ns)
{
    struct sc_lambda_state *s = n->state;
    if (n->sim->instance[index].state == SC_PROVISIONED) {
        sc_pool_put(&s->provisioned, &(struct sc_keep_alive){0}, n->sim, index);
        return;
    }
    ++*s->left;
    sc_ages_gone(&s->function[n->sim->instance[index].pool].pool.ages, n, at_ns);
    gone(n, index, at_ns);
}

static void lambda_wake(struct sc_node *n, uint32_t index, uint32_t key, int64_t at_ns)
{
    (void)key;
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    struct sc_instance *inst = &n->sim->instance[index];
    sc_node_inflight(n, at_ns, -1);
    inst->idle_since_ns = at_ns;
    if (SC_UNLIKELY(inst->state != SC_ON_DEMAND)) {
        wake_otherwise(n, index, at_ns);
        return;
    }
    ++*s->left;
    sc_pool_put(&s->function[inst->pool].pool, &c->keep, n->sim, index);
}

/* Whether it has to throttle much of what is expected: arrays take requests for served, and it
 * costs more to mend that than to take them one by one. */
static bool is_overloaded(const struct sc_node *n)
{
    const struct sc_lambda_state *s = n->state;
    struct sc_sim *sim = n->sim;
    if (!sim->load)
        sim->load =
            sc_load_new(sim->architecture, sim->work, sim->source, sim->n_streams, sim->arena);
    const struct sc_load l = sc_load_between(n, sim->origin_ns, sim->origin_ns + sim->end_ns);
    double all_ns = (double)sim->end_ns,
           busy = (l.cpu_ns * s->function[0].cpu_factor + l.wait_ns) / all_ns,
           per_s = l.calls / all_ns * (double)SECOND_NS;
    bool limited = s->requests->refill_ns > 0;
    return busy > (double)*s->left || (limited && per_s > (double)s->requests->per_s);
}

/* By arrays where all is known when a request comes and which environment is used does not matter
 * but for how long it has been idle. */
static bool lambda_batches(struct sc_node *n, struct sc_node *client)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_state *s = n->state;
    if (!s->plain || s->keyed || n->all_inflight || c->keep.reuse != SC_REUSE_MRU)
        return false;
    for (int i = 0; i < n->sim->n_works; i++)
        if (s->way[i] == SC_RUN_IN_A_FRAME)
            return false;
    if (is_overloaded(n))
        return false;
    const struct sc_lambda_parts parts = {.tally = &s->tally[1],
                                          .begun = &s->begun,
                                          .most = *s->left,
                                          .requests = s->requests,
                                          .scaling = &s->scaling,
                                          .alive_ns = &s->alive_ns,
                                          .cpu_factor = s->function[0].cpu_factor,
                                          .memory_mb = s->function[0].memory_mb};
    s->batch = sc_lambda_batch_new(n, client, &parts);
    return true;
}

static void lambda_flow(struct sc_node *n, int64_t until_ns)
{
    struct sc_lambda_state *s = n->state;
    sc_lambda_batch_flow(s->batch, until_ns);
    if (until_ns == INT64_MAX)
        sc_lambda_batch_end(s->batch);
}

const struct sc_service_type sc_lambda_type = {
    .name = "lambda",
    .summary = "AWS Lambda function: concurrency, cold starts, keep-alive, billed time",
    .config_size = sizeof(struct sc_lambda),
    .state_size = sizeof(struct sc_lambda_state),
    .fields = sc_lambda_fields,
    .computes = true,
    .open = sc_lambda_open,
    .memory_ns = sc_lambda_memory_ns,
    .step_ns = sc_lambda_step_ns,
    .dated = sc_lambda_dated,
    .start = lambda_start,
    .arrive = lambda_arrive,
    .batches = lambda_batches,
    .flow = lambda_flow,
    .resume = sc_steps_run,
    .answer = sc_steps_answer,
    .expire = lambda_expire,
    .wake = lambda_wake,
    .cpu = lambda_cpu,
    .done = lambda_done,
    .hour = sc_lambda_hour,
    .end = sc_lambda_end,
    .forget = sc_lambda_forget,
    .fold = sc_lambda_fold,
    .fold_frame = sc_lambda_fold_frame,
    .fold_event = sc_lambda_fold_event,
    .report = sc_lambda_report,
};
