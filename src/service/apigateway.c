/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amazon API Gateway, REST and HTTP: the account's token bucket and the stage's own (APIGW-THR-1,
 * -2), the integration time-out (APIGW-LIM-1), a stage cache (APIGW-CACHE-1), its own overhead
 * (APIGW-LAT-1), request units by payload.
 *
 * The overhead is spent on the way back: where it is spent is not documented, and a stream of
 * requests that is delayed at random is the same stream to what lies behind. When the integration
 * times out the function goes on and is billed; its answer is dropped. What a function's refusal
 * looks like to the client: 500 on REST, 503 on HTTP; the outcome stays that of its origin.
 * Requests that the gateway throttles are not billed. Left out: usage plans, authorizers, request
 * validation; a cache hit is a stated share of reads, not a simulated cache. */
#include "io/fields.h"
#include "num/lookup.h"
#include "price/metering.h"
#include "service/ahead.h"
#include "service/fold.h"

#include <stddef.h>
#include <string.h>

enum kind { REST, HTTP };

struct config {
    int kind;
    int64_t throttle_per_s, throttle_burst, timeout_ns;
    struct sc_dist overhead_ns;
    const struct sc_lookup *overhead;
    int cache_gb;
    double cache_hit_frac;
    uint64_t hit_below;
    bool *cacheable; /* by work: it writes nothing */
};

#define AT(member) offsetof(struct config, member)

static const char cache_sizes[] = "none|0.5|1.6|6.1|13.5|28.4|58.2|118|237";

static const struct sc_field fields[] = {
    {"kind", "API type", SC_FIELD_CHOICE, AT(kind), .choices = "rest|http"},
    {"throttle_per_s", "stage limit, requests a second; 0: the account's alone", SC_FIELD_INT,
     AT(throttle_per_s), .max = 1e8, .source = "APIGW-THR-1"},
    {"throttle_burst", "stage bucket, requests; 0: as throttle_per_s", SC_FIELD_INT,
     AT(throttle_burst), .max = 1e8, .source = "APIGW-THR-1"},
    {"timeout_s", "integration time-out; 0: the most, 29 s on REST and 30 s on HTTP", SC_FIELD_NS,
     AT(timeout_ns), .max = 30, .source = "APIGW-LIM-1"},
    {"overhead_ms",
     "the gateway's own latency; without: lognormal, p50 8 and p99 40 on REST, p50 5 and p99 25 on "
     "HTTP",
     SC_FIELD_DIST, AT(overhead_ns), -1, 0, 60000, .source = "APIGW-LAT-1"},
    {"cache_gb", "stage cache (REST)", SC_FIELD_CHOICE, AT(cache_gb), .choices = cache_sizes,
     .source = "APIGW-CACHE-1"},
    {"cache_hit_frac", "share of the requests that only read and are answered from the cache",
     SC_FIELD_REAL, AT(cache_hit_frac), .max = 1},
    {.key = NULL}};

struct state {
    struct sc_bucket stage;
    int64_t hits[2], refused[2];
    int64_t *work_units; /* by work */
    int64_t units[2];
};

static bool only_reads(const struct sc_work *w)
{
    for (int i = 0; i < w->n_ops; i++)
        if (w->op[i].kind == SC_OP_CALL ||
            (w->op[i].kind == SC_OP_STORE && w->op[i].action != SC_STORE_GET &&
             w->op[i].action != SC_STORE_QUERY && w->op[i].action != SC_STORE_SCAN))
            return false;
    return true;
}

static void cache_sku(int size, char *sku, size_t room)
{
    const char *at = cache_sizes;
    for (int i = 0; i < size; i++)
        at = strchr(at, '|') + 1;
    size_t n = strcspn(at, "|");
    snprintf(sku, room, "apigateway.rest_cache_%.*sgb", (int)n, at);
}

static int gateway_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err)
{
    struct config *c = s->config;
    int64_t most_ns = INT64_C(1000000000) * (c->kind == REST ? 29 : 30);
    if (c->timeout_ns > most_ns)
        return sc_fail(err, "/timeout_s", "%g s is above %d s, the most on %s",
                       (double)c->timeout_ns * 1e-9, c->kind == REST ? 29 : 30,
                       c->kind == REST ? "REST" : "HTTP");
    if (c->kind == HTTP && c->cache_gb > 0)
        return sc_fail(err, "/cache_gb",
                       "only REST has a cache; take \"kind\": \"rest\" or leave it out");
    if (c->cache_gb == 0 && c->cache_hit_frac > 0)
        return sc_fail(err, "/cache_hit_frac",
                       "a share of hits needs a cache: say cache_gb (\"0.5\" is the smallest)");
    if (c->timeout_ns == 0)
        c->timeout_ns = most_ns;
    if (c->overhead_ns.kind == SC_DIST_CONSTANT && c->overhead_ns.a < 0)
        c->overhead_ns =
            c->kind == REST ? sc_dist_lognormal(8e6, 40e6) : sc_dist_lognormal(5e6, 25e6);
    c->overhead = sc_lookup_new(&c->overhead_ns, o->arena);
    if (c->throttle_burst == 0)
        c->throttle_burst = c->throttle_per_s;
    c->hit_below = c->cache_hit_frac >= 1 ? UINT64_MAX : (uint64_t)(c->cache_hit_frac * 0x1p64);
    c->cacheable = SC_NEW_ARRAY(o->arena, bool, o->n_works);
    for (int i = 0; i < o->n_works; i++)
        c->cacheable[i] = only_reads(&o->work[i]);
    sc_service_charge(
        s, o,
        sc_charge_of(c->kind == REST ? "apigateway.rest_requests" : "apigateway.http_requests"));
    if (c->cache_gb > 0) {
        char sku[64];
        cache_sku(c->cache_gb, sku, sizeof sku);
        sc_service_charge(s, o, sc_charge_of(sku));
    }
    return 0;
}

static int64_t units(const struct config *c, const struct sc_work *w)
{
    int64_t payload = w->request_bytes > w->response_bytes ? w->request_bytes : w->response_bytes;
    return c->kind == REST ? 1 : sc_size_units(payload, SC_HTTP_UNIT_BYTES);
}

static void gateway_start(struct sc_node *n)
{
    const struct config *c = n->config;
    struct state *s = n->state;
    s->work_units = SC_NEW_ARRAY(n->sim->arena, int64_t, n->sim->n_works);
    for (int i = 0; i < n->sim->n_works; i++)
        s->work_units[i] = units(c, &n->sim->work[i]);
    s->stage = sc_bucket_full(c->throttle_per_s, c->throttle_burst, n->sim->from_ns);
}

static void gateway_draw(const struct sc_node *n, const struct sc_op *op, const uint64_t *id,
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

/* What goes back to the caller once the integration's answer is known. */
static inline struct sc_reply finish(struct sc_node *n, const struct sc_call *call,
                                     struct sc_reply r)
{
    const struct config *c = n->config;
    const int64_t start_ns = call->at_ns;
    if (SC_UNLIKELY(r.at_ns - start_ns > c->timeout_ns)) {
        r.at_ns = start_ns + c->timeout_ns;
        r.outcome = SC_TIMED_OUT;
        r.answer = 504;
    } else if (SC_UNLIKELY(r.outcome != SC_COMPLETED)) {
        r.answer = r.outcome == SC_THROTTLED ? (c->kind == REST ? 500 : 503) : 502;
    }
    r.at_ns += overhead_ns(n, call);
    sc_node_count(n, call->flags, r.outcome, r.at_ns - start_ns);
    if (SC_UNLIKELY(call->flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, r.at_ns, n->service->name, "answers %d", r.answer);
    return r;
}

static bool admit(struct sc_node *n, int64_t now_ns)
{
    struct state *s = n->state;
    if (SC_UNLIKELY(s->stage.refill_ns > 0 && !sc_bucket_take(&s->stage, now_ns, 1)))
        return false;
    if (sc_bucket_take(&n->sim->account.gateway, now_ns, 1))
        return true;
    sc_bucket_return(&s->stage, 1);
    return false;
}

static SC_COLD struct sc_reply refuse(struct sc_node *n, const struct sc_call *call)
{
    struct state *s = n->state;
    s->refused[call->flags & SC_COUNTED]++;
    sc_node_count(n, call->flags, SC_THROTTLED, 0);
    if (call->flags & SC_FOLLOWED)
        sc_sim_follow(n->sim, call->at_ns, n->service->name, "throttled (429)");
    return (struct sc_reply){.at_ns = call->at_ns, .answer = 429, .outcome = SC_THROTTLED};
}

static SC_APART bool is_hit(const struct sc_node *n, const struct sc_call *call)
{
    const struct config *c = n->config;
    return c->cacheable[call->work] && sc_node_key(n, call->id, SC_DRAW_CACHE) < c->hit_below;
}

static struct sc_reply gateway_arrive(struct sc_node *n, const struct sc_call *call)
{
    const struct config *c = n->config;
    struct state *s = n->state;
    int counted = call->flags & SC_COUNTED;
    n->counts[counted].requests++;
    if (SC_UNLIKELY(!admit(n, call->at_ns)))
        return refuse(n, call);
    s->units[counted] += s->work_units[call->work];
    struct sc_reply r = {.at_ns = call->at_ns, .answer = 200};
    if (SC_UNLIKELY(c->hit_below > 0 && is_hit(n, call)))
        s->hits[counted]++;
    else
        r = sc_node_arrive(sc_node_route(n, call), call);
    if (!r.waiting)
        return finish(n, call, r);
    if (SC_LIKELY(!n->sim->driven && sc_node_sign(n, r)))
        return r;
    struct sc_frame *f = sc_sim_frame_new(n, call);
    sc_sim_await(n->sim, f, r);
    if (n->sim->driven)
        sc_sim_deadline(n->sim, f, call->at_ns + c->timeout_ns);
    return (struct sc_reply){.waiting = f->index};
}

static struct sc_reply gateway_back(struct sc_node *n, const struct sc_frame *f, struct sc_reply r)
{
    struct sc_call call = {
        .at_ns = f->start_ns, .id = f->id, .ahead = &f->ahead, .flags = f->flags};
    return finish(n, &call, r);
}

static void gateway_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    sc_sim_answer(n->sim, f, gateway_back(n, f, r));
}

static void gateway_expire(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    struct sc_reply late = {.at_ns = at_ns + 1};
    gateway_answer(n, f, late);
}

static void gateway_report(struct sc_node *n, struct sc_ledger *l)
{
    const struct config *c = n->config;
    const struct state *s = n->state;
    const char *name = n->service->name;
    sc_ledger_meter(l, name, "units", s->units[1]);
    sc_ledger_count(l, name, "refused", s->refused[1]);
    if (c->cache_gb > 0) {
        sc_ledger_meter(l, name, "cache_ms", sc_sim_measured_ms(n->sim));
        sc_ledger_count(l, name, "cache_hits", s->hits[1]);
    }
}

static void gateway_forget(struct sc_node *n)
{
    struct state *s = n->state;
    s->hits[1] = s->refused[1] = 0;
    s->units[1] = 0;
}

static void gateway_fold(struct sc_node *n, struct sc_fold *to)
{
    const struct state *s = n->state;
    sc_fold_bucket(to, &s->stage, n->sim->now_ns);
}

const struct sc_service_type sc_apigateway_type = {
    .name = "apigateway",
    .summary = "Amazon API Gateway, REST or HTTP: throttling, time-out, overhead, cache",
    .config_size = sizeof(struct config),
    .state_size = sizeof(struct state),
    .fields = fields,
    .routes = true,
    .open = gateway_open,
    .start = gateway_start,
    .draw = gateway_draw,
    .arrive = gateway_arrive,
    .answer = gateway_answer,
    .back = gateway_back,
    .expire = gateway_expire,
    .forget = gateway_forget,
    .fold = gateway_fold,
    .report = gateway_report,
};
