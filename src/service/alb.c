/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AWS's Application Load Balancer: routes by work, gives up on an idle connection, costs hours and
 * LCUs. Its own time (APIGW-LAT-1) is spent on the way back: a Poisson stream delayed at random is
 * the same stream, so nothing behind it could tell. A target that has not answered when the idle
 * time-out ends (CONT-ALB-1) goes on, its late answer is dropped. A Lambda target that is
 * throttled, fails or times out shows as 502; the outcome stays that of its origin. An LCU-hour is
 * the largest of four meters of an hour, each divided by what one LCU holds (facts:
 * elb.alb_lcu_hour). All are booked in the hour in which a request arrives: new_connections_milli
 * 1000 x new_connections_per_request_frac a request; 25 a second active_connection_milli_minutes
 * those x connection_s / 60; 3,000 at a time, so 3,000 x 60 in an hour processed_half_bytes 2 a
 * byte of request and response, 5 where the target is a Lambda (0.4 GB an LCU); 1 GB
 *   rule_evaluations                 rules beyond the 10 free ones, a request; 1,000 a second
 * Left out: TLS and its handshakes, slow start, health checks, 503 of a balancer that has yet to
 * grow. */
#include "num/lookup.h"
#include "service/ahead.h"
#include "service/fold.h"

#include <stddef.h>
#include <string.h>

#define HOUR_NS INT64_C(3600000000000)
enum { FREE_RULES = 10 };

struct config {
    int64_t idle_timeout_ns, zones, rules, connection_ns;
    struct sc_dist overhead_ns;
    const struct sc_lookup *overhead;
    double new_connections_per_request_frac;
    bool internal;
    int64_t new_connections_micro; /* by open: a request's */
};

#define AT(member) offsetof(struct config, member)

static const struct sc_field fields[] = {
    {"idle_timeout_s", "without an answer for so long the client gets a 504", SC_FIELD_NS,
     AT(idle_timeout_ns), 60, 1, 4000, .source = "CONT-ALB-1"},
    {"overhead_ms", "the balancer's own latency", SC_FIELD_DIST, AT(overhead_ns), 0, 0, 60000,
     .text = "{\"lognormal\": {\"p50\": 2, \"p99\": 5}}", .source = "APIGW-LAT-1"},
    {"zones", "availability zones, a node with a public IPv4 address in each", SC_FIELD_INT,
     AT(zones), 2, 1, .max = 6},
    {"internal", "no public addresses", SC_FIELD_BOOL, AT(internal), .def = 0},
    {"rules", "listener rules that a request passes; 0: one for each target", SC_FIELD_INT,
     AT(rules), 0, 0, .max = 200},
    {"new_connections_per_request_frac", "share of requests that open a connection", SC_FIELD_REAL,
     AT(new_connections_per_request_frac), 0.05, 0, .max = 1},
    {"connection_s", "how long a connection stays open", SC_FIELD_NS, AT(connection_ns), 60, 0,
     604800, .source = "CONT-ALB-1, the idle time-out"},
    {.key = NULL}};

/* What an hour brought. */
struct hour {
    int64_t requests, bytes, lambda_bytes;
};

struct state {
    struct hour *hour;
    bool *lambda;   /* by service */
    int64_t *bytes; /* by work: request and response */
    int64_t paid_rules;
};

static int alb_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err)
{
    struct config *c = s->config;
    c->overhead = sc_lookup_new(&c->overhead_ns, o->arena);
    (void)err;
    c->new_connections_micro = (int64_t)(c->new_connections_per_request_frac * 1e6 + 0.5);
    sc_service_charge(s, o, sc_charge_of("elb.alb_hour"));
    for (int i = 0; i < SC_LCU_CHARGES; i++)
        sc_service_charge(s, o, sc_lcu_charges[i]);
    if (!c->internal)
        sc_service_charge(s, o, sc_charge_of("vpc.public_ipv4_hour"));
    return 0;
}

/* Different targets of all routes. */
static int64_t count_targets(const struct sc_node *n)
{
    const struct sc_sim *sim = n->sim;
    bool *seen = SC_NEW_ARRAY(sim->arena, bool, sim->n_services);
    int64_t targets = 0;
    for (int w = 0; w < sim->n_works; w++)
        for (int i = 0; i < n->service->route[w].n; i++) {
            uint16_t target = n->service->route[w].target[i];
            targets += !seen[target];
            seen[target] = true;
        }
    return targets;
}

static void alb_start(struct sc_node *n)
{
    const struct config *c = n->config;
    struct state *s = n->state;
    const struct sc_sim *sim = n->sim;
    s->hour = SC_NEW_ARRAY(sim->arena, struct hour, sim->hours + 1);
    s->lambda = SC_NEW_ARRAY(sim->arena, bool, sim->n_services);
    for (int i = 0; i < sim->n_services; i++)
        s->lambda[i] = strcmp(sim->architecture->service[i].type->name, "lambda") == 0;
    s->bytes = SC_NEW_ARRAY(sim->arena, int64_t, sim->n_works);
    for (int w = 0; w < sim->n_works; w++)
        s->bytes[w] = sim->work[w].request_bytes + sim->work[w].response_bytes;
    int64_t rules = c->rules ? c->rules : count_targets(n);
    s->paid_rules = rules > FREE_RULES ? rules - FREE_RULES : 0;
}

static void meter(struct sc_node *n, const struct sc_call *call, const struct sc_node *target)
{
    struct state *s = n->state;
    struct hour *h = &s->hour[call->at_ns / HOUR_NS];
    int64_t bytes = s->bytes[call->work];
    h->requests++;
    if (s->lambda[target->index])
        h->lambda_bytes += bytes;
    else
        h->bytes += bytes;
}

static bool goes_to_lambda(struct sc_node *n, const struct sc_call *call)
{
    const struct state *s = n->state;
    return s->lambda[sc_node_route(n, call)->index];
}

static void alb_draw(const struct sc_node *n, const struct sc_op *op, const uint64_t *id,
                     struct sc_ahead *out, int count)
{
    const struct config *c = n->config;
    (void)op;
    sc_ahead_overhead(n, c->overhead, id, out, count);
}

static inline int64_t overhead_ns(const struct sc_node *n, const struct sc_call *call)
{
    const struct config *c = n->config;
    if (SC_LIKELY(call->ahead && call->ahead->entry == n->index))
        return call->ahead->entry_ns;
    return (int64_t)sc_lookup_draw(c->overhead, sc_node_key(n, call->id, SC_DRAW_OVERHEAD));
}

/* What goes back once the target's answer is known. */
static struct sc_reply finish(struct sc_node *n, const struct sc_call *call, struct sc_reply r)
{
    const struct config *c = n->config;
    if (SC_UNLIKELY(r.at_ns - call->at_ns > c->idle_timeout_ns)) {
        r.at_ns = call->at_ns + c->idle_timeout_ns;
        r.outcome = SC_TIMED_OUT;
        r.answer = 504;
    } else if (SC_UNLIKELY(r.outcome != SC_COMPLETED && goes_to_lambda(n, call))) {
        r.answer = 502;
    }
    r.at_ns += overhead_ns(n, call);
    sc_node_count(n, call->flags, r.outcome, r.at_ns - call->at_ns);
    if (SC_UNLIKELY(call->flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, r.at_ns, n->service->name, "answers %d", r.answer);
    return r;
}

static struct sc_reply alb_arrive(struct sc_node *n, const struct sc_call *call)
{
    const struct config *c = n->config;
    struct sc_node *target = sc_node_route(n, call);
    int counted = call->flags & SC_COUNTED;
    n->counts[counted].requests++;
    if (counted && SC_LIKELY(call->at_ns < n->sim->end_ns))
        meter(n, call, target);
    struct sc_reply r = sc_node_arrive(target, call);
    if (!r.waiting)
        return finish(n, call, r);
    if (SC_LIKELY(!n->sim->driven && sc_node_sign(n, r)))
        return r;
    struct sc_frame *f = sc_sim_frame_new(n, call);
    sc_sim_await(n->sim, f, r);
    if (n->sim->driven)
        sc_sim_deadline(n->sim, f, call->at_ns + c->idle_timeout_ns);
    return (struct sc_reply){.waiting = f->index};
}

static struct sc_reply alb_back(struct sc_node *n, const struct sc_frame *f, struct sc_reply r)
{
    struct sc_call call = {
        .at_ns = f->start_ns, .id = f->id, .ahead = &f->ahead, .work = f->work, .flags = f->flags};
    return finish(n, &call, r);
}

static void alb_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    sc_sim_answer(n->sim, f, alb_back(n, f, r));
}

static void alb_expire(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    alb_answer(n, f, (struct sc_reply){.at_ns = at_ns + 1}); /* too late, whatever it is */
}

static void alb_report(struct sc_node *n, struct sc_ledger *l)
{
    enum { CONNECTIONS, MINUTES, BYTES, RULES, METERS };
    static const char *const names[METERS] = {"new_connections_milli",
                                              "active_connection_milli_minutes",
                                              "processed_half_bytes", "rule_evaluations"};
    const struct config *c = n->config;
    const struct state *s = n->state;
    int hours = n->sim->hours;
    sc_i128 *value[METERS];
    for (int m = 0; m < METERS; m++)
        value[m] = SC_NEW_ARRAY(l->arena, sc_i128, hours);
    for (int h = 0; h < hours; h++) {
        const struct hour *of = &s->hour[h];
        sc_i128 micro = (sc_i128)of->requests * c->new_connections_micro;
        value[CONNECTIONS][h] = micro / 1000;
        value[MINUTES][h] = micro * c->connection_ns / INT64_C(60000000000000);
        value[BYTES][h] = (sc_i128)of->bytes * 2 + (sc_i128)of->lambda_bytes * 5;
        value[RULES][h] = (sc_i128)of->requests * s->paid_rules;
    }
    for (int m = 0; m < METERS; m++)
        sc_ledger_hourly(l, n->service->name, names[m], value[m], hours);
    int64_t on_ms = sc_sim_measured_ms(n->sim);
    sc_ledger_meter(l, n->service->name, "on_ms", on_ms);
    sc_ledger_meter(l, n->service->name, "ipv4_ms", c->internal ? 0 : (sc_i128)c->zones * on_ms);
}

static void alb_forget(struct sc_node *n)
{
    struct state *s = n->state;
    memset(s->hour, 0, sizeof *s->hour * (size_t)(n->sim->hours + 1));
}

/* It remembers nothing. */
static void alb_fold(struct sc_node *n, struct sc_fold *to)
{
    (void)n;
    (void)to;
}

const struct sc_service_type sc_alb_type = {
    .name = "alb",
    .summary = "AWS Application Load Balancer: routes by work, idle time-out, LCUs",
    .config_size = sizeof(struct config),
    .state_size = sizeof(struct state),
    .fields = fields,
    .routes = true,
    .open = alb_open,
    .start = alb_start,
    .draw = alb_draw,
    .arrive = alb_arrive,
    .answer = alb_answer,
    .back = alb_back,
    .expire = alb_expire,
    .forget = alb_forget,
    .fold = alb_fold,
    .report = alb_report,
};
