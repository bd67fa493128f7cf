/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amazon DynamoDB, one table: units by item size and consistency (DDB-CU-1, DDB-PAGE-1), on demand
 * with its growth by twice the previous peak (DDB-OD-1) or provisioned with 300 s of burst
 * (DDB-BURST-1), the limits of a partition (DDB-PART-1), and the SDK's retries when the table
 * throttles (SDK-RETRY-1), which the caller waits for.
 *
 * Units are taken when the operation arrives; its latency is a draw. As long as there are more than
 * all that is known to come could take, operations are answered ahead of the clock and taken later,
 * many at once, in the order of time. Adaptive capacity is taken as
 * instant (DDB-ADAPT-1): what binds is the table and the partition's hard limit. Items are spread
 * evenly over partitions but for a stated hot share. Left out: splitting for heat, secondary
 * indexes, transactions' conflicts, auto scaling, DAX; storage is what the scenario says. */
#include "io/fields.h"
#include "num/lookup.h"
#include "num/rng.h"
#include "price/metering.h"
#include "service/ahead.h"
#include "service/capacity.h"
#include "service/fold.h"

#include <stddef.h>

static const int64_t SECOND_NS = INT64_C(1000000000);
static const int64_t MANY = INT64_C(1000000000);         /* units, that no bucket holds */
static const int64_t WINDOW_NS = INT64_C(1800000000000); /* 30 min, DDB-OD-1 */
enum {
    PAGE_BYTES = 1 << 20,
    PARTITION_RCU = 3000,
    PARTITION_WCU = 1000,
    BURST_S = 300,
    MOST_PARTITIONS = 4096
};

enum capacity { ON_DEMAND, PROVISIONED };

struct config {
    int capacity;
    int64_t rcu, wcu, start_rru, start_wru;
    double stored_gb, hot_frac;
    int64_t retries, retry_base_ns, retry_cap_ns;
    struct sc_dist read_ns, write_ns;
    const struct sc_lookup *read, *write;
    int64_t network_ns, partitions;
};

#define AT(member) offsetof(struct config, member)

static const struct sc_field fields[] = {
    {"capacity", "capacity mode", SC_FIELD_CHOICE, AT(capacity),
     .choices = "on_demand|provisioned"},
    {"rcu", "provisioned read capacity, units", SC_FIELD_INT, AT(rcu), 5, 1, 1e7,
     .source = "DDB-QUOTA-1"},
    {"wcu", "provisioned write capacity, units", SC_FIELD_INT, AT(wcu), 5, 1, 1e7,
     .source = "DDB-QUOTA-1"},
    {"start_rru_per_s", "on demand: reads it takes at once at the beginning", SC_FIELD_INT,
     AT(start_rru), 12000, 1, 1e8, .source = "DDB-OD-1"},
    {"start_wru_per_s", "on demand: writes it takes at once at the beginning", SC_FIELD_INT,
     AT(start_wru), 4000, 1, 1e8, .source = "DDB-OD-1"},
    {"stored_gb", "data stored, GB", SC_FIELD_REAL, AT(stored_gb), .max = 1e9},
    {"hot_frac", "share of the operations that all go to one partition", SC_FIELD_REAL,
     AT(hot_frac), .max = 1, .source = "DDB-PART-1"},
    {"read_ms", "latency of a read inside the service", SC_FIELD_DIST, AT(read_ns), 0, 0, 60000,
     .text = "{\"lognormal\": {\"p50\": 2.5, \"p99\": 8}}", .source = "DDB-LAT-1"},
    {"write_ms", "latency of a write inside the service", SC_FIELD_DIST, AT(write_ns), 0, 0, 60000,
     .text = "{\"lognormal\": {\"p50\": 4, \"p99\": 12}}", .source = "DDB-LAT-1"},
    {"network_ms", "between the caller and the table, both ways", SC_FIELD_NS, AT(network_ns), 0.75,
     0, 10000, .source = "DDB-LAT-1"},
    {"attempts", "tries of the SDK, the first one included", SC_FIELD_INT, AT(retries), 4, 1, 100,
     .source = "SDK-RETRY-1"},
    {"retry_base_ms", "back-off after a throttle: a uniform share of base x 2^retry", SC_FIELD_NS,
     AT(retry_base_ns), 1000, 0, 600000, .source = "SDK-RETRY-1"},
    {"retry_max_ms", "the longest back-off", SC_FIELD_NS, AT(retry_cap_ns), 20000, 0, 3600000,
     .source = "SDK-RETRY-1"},
    {.key = NULL}};

/* One direction, reading or writing; units are half read units or write units, so that all are
 * whole. */
struct side {
    const struct sc_lookup *latency;
    struct sc_capacity capacity;
    struct sc_touches touches; /* answered, to be taken */
    int64_t most;              /* units that one run of a work can ask for */
    sc_i128 units[2];
    int64_t operations[2];
};

enum { READ, WRITE };

/* What an operation asks of the table, the same each time. */
struct demand {
    bool write; /* side */
    int64_t units, pages;
};

struct state {
    struct side side[2];
    struct demand *demand;  /* of operations: a work's begin at its place, then by slot */
    int64_t *units;         /* those of a demand, by the same number */
    uint32_t *first_demand; /* by work */
    int64_t throttles[2], retries[2];
};

static int table_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err)
{
    (void)err;
    struct config *c = s->config;
    c->read = sc_lookup_new(&c->read_ns, o->arena);
    c->write = sc_lookup_new(&c->write_ns, o->arena);
    bool provisioned = c->capacity == PROVISIONED;
    double reads = (double)(provisioned ? c->rcu : c->start_rru),
           writes = (double)(provisioned ? c->wcu : c->start_wru);
    double by_rate = reads / PARTITION_RCU + writes / PARTITION_WCU, by_size = c->stored_gb / 10;
    double wanted = by_rate > by_size ? by_rate : by_size;
    c->partitions = wanted < 1                 ? 1
                    : wanted > MOST_PARTITIONS ? MOST_PARTITIONS
                                               : (int64_t)(wanted + 0.999);
    if (provisioned) {
        sc_service_charge(s, o, sc_charge_of("dynamodb.provisioned_rcu"));
        sc_service_charge(s, o, sc_charge_of("dynamodb.provisioned_wcu"));
    } else {
        sc_service_charge(s, o, sc_charge_of("dynamodb.ondemand_read"));
        sc_service_charge(s, o, sc_charge_of("dynamodb.ondemand_write"));
    }
    if (c->stored_gb > 0)
        sc_service_charge(s, o, sc_charge_of("dynamodb.storage_standard"));
    return 0;
}

static void side_start(struct sc_node *n, struct side *d, int64_t rate, int64_t partition_rate)
{
    const struct config *c = n->config;
    const struct sc_capacity_start start = {.per_s = rate,
                                            .burst_s = c->capacity == PROVISIONED ? BURST_S : 1,
                                            .partition_per_s = partition_rate,
                                            .now_ns = n->sim->from_ns,
                                            .n_partitions = (uint32_t)c->partitions,
                                            .on_demand = c->capacity == ON_DEMAND};
    sc_capacity_start(&d->capacity, &start, n->sim->arena);
}

static bool writes(const struct sc_op *op)
{
    return op->action == SC_STORE_PUT || op->action == SC_STORE_UPDATE ||
           op->action == SC_STORE_DELETE;
}

/* DDB-CU-1: a read counts 4 KB steps, half of one where eventually consistent; a query or scan adds
 * sizes up first, page by page. A write counts 1 KB steps. Nothing costs less than one step. */
static int64_t units_of(const struct sc_op *op, bool write)
{
    if (write)
        return sc_write_units(op->item_bytes, op->transactional);
    int64_t bytes = op->item_bytes * (op->action == SC_STORE_GET ? 1 : op->items);
    return sc_half_read_units(bytes, op->transactional ? SC_TRANSACTIONAL
                                     : op->consistent  ? SC_STRONG
                                                       : SC_EVENTUAL);
}

static struct demand demand_of(const struct sc_op *op)
{
    bool write = writes(op);
    bool paged = op->action == SC_STORE_QUERY || op->action == SC_STORE_SCAN;
    return (struct demand){.write = write,
                           .units = units_of(op, write),
                           .pages =
                               paged ? sc_steps_of(op->item_bytes * op->items + 1, PAGE_BYTES) : 1};
}

/* All that a run of the work can ask of one side, with the works that it calls; a work that calls
 * itself asks for no end. */
static int64_t most_units(const struct sc_node *n, int work, int side, int depth)
{
    const struct state *s = n->state;
    const struct sc_work *w = &n->sim->work[work];
    const struct demand *d = &s->demand[s->first_demand[work]];
    int64_t units = 0;
    for (int i = 0; i < w->n_ops && units < MANY; i++) {
        const struct sc_op *op = &w->op[i];
        if (op->kind == SC_OP_STORE && n->sim->architecture->store[op->store] == n->service->index)
            units += d[op->slot].write == side ? d[op->slot].units : 0;
        else if (op->kind == SC_OP_CALL)
            units += depth == 0 ? MANY : most_units(n, op->work, side, depth - 1);
    }
    return units < MANY ? units : MANY;
}

static uint32_t slots(const struct sc_work *w)
{
    uint32_t most = 0;
    for (int i = 0; i < w->n_ops; i++)
        most = w->op[i].slot > most ? w->op[i].slot : most;
    return most + 1;
}

static void list_demands(struct sc_node *n)
{
    struct state *s = n->state;
    uint32_t all = 0;
    s->first_demand = SC_NEW_ARRAY(n->sim->arena, uint32_t, n->sim->n_works);
    for (int i = 0; i < n->sim->n_works; i++) {
        s->first_demand[i] = all;
        all += slots(&n->sim->work[i]);
    }
    s->demand = SC_NEW_ARRAY(n->sim->arena, struct demand, all);
    s->units = SC_NEW_ARRAY(n->sim->arena, int64_t, all);
    for (int i = 0; i < n->sim->n_works; i++)
        for (int k = 0; k < n->sim->work[i].n_ops; k++) {
            const struct sc_op *op = &n->sim->work[i].op[k];
            if (op->kind == SC_OP_STORE)
                s->demand[s->first_demand[i] + op->slot] = demand_of(op);
        }
    for (uint32_t i = 0; i < all; i++)
        s->units[i] = s->demand[i].units;
    for (int i = 0; i < n->sim->n_works; i++)
        for (int side = READ; side <= WRITE; side++) {
            int64_t units = most_units(n, i, side, n->sim->n_works);
            if (units > s->side[side].most)
                s->side[side].most = units;
        }
}

static void table_start(struct sc_node *n)
{
    const struct config *c = n->config;
    struct state *s = n->state;
    bool provisioned = c->capacity == PROVISIONED;
    list_demands(n);
    s->side[READ].latency = c->read;
    s->side[WRITE].latency = c->write;
    side_start(n, &s->side[READ], 2 * (provisioned ? c->rcu : c->start_rru), 2 * PARTITION_RCU);
    side_start(n, &s->side[WRITE], provisioned ? c->wcu : c->start_wru, PARTITION_WCU);
}

/* Where the items of an operation lie. */
static inline uint32_t place_of(const struct config *c, uint64_t key)
{
    bool hot = c->hot_frac > 0 && sc_unit(sc_draw(key, 0)) < c->hot_frac;
    if (hot || c->partitions == 1)
        return 0;
    return (uint32_t)((sc_u128)sc_draw(key, 1) * (uint64_t)c->partitions >> 64);
}

/* Takes what was answered ahead. */
static void settle(struct sc_node *n)
{
    struct state *s = n->state;
    for (int side = READ; side <= WRITE; side++)
        if (s->side[side].touches.n > 0)
            sc_capacity_take_all(&s->side[side].capacity, &s->side[side].touches, s->units);
}

static bool take_now(struct sc_node *n, struct side *d, uint32_t place, int64_t now_ns,
                     int64_t units)
{
    if (d->touches.n > 0)
        settle(n);
    return sc_capacity_take(&d->capacity, place, now_ns, units);
}

static int64_t table_bears(struct sc_node *n)
{
    const struct state *s = n->state;
    settle(n);
    int64_t reads = sc_capacity_bears(&s->side[READ].capacity, s->side[READ].most),
            writes = sc_capacity_bears(&s->side[WRITE].capacity, s->side[WRITE].most);
    return reads < writes ? reads : writes;
}

static inline int64_t page_ns(const struct side *d, uint64_t key, int64_t page)
{
    return (int64_t)sc_lookup_draw(d->latency, sc_draw(key, 8 + (uint64_t)page));
}

static void table_draw(const struct sc_node *n, const struct sc_op *op, const uint64_t *id,
                       struct sc_ahead *out, int count)
{
    enum { BLOCK = 128 };
    const struct config *c = n->config;
    uint64_t key[BLOCK];
    int64_t ns[BLOCK];
    for (int from = 0; from < count; from += BLOCK) {
        int m = count - from < BLOCK ? count - from : BLOCK;
        sc_ahead_keys(n, SC_DRAW_PARTITION, id + from, key, m);
        for (int i = 0; i < m; i++)
            out[from + i].place = place_of(c, key[i]);
        for (int i = 0; i < m; i++)
            key[i] = sc_draw(key[i], 8);
        sc_lookup_fill(writes(op) ? c->write : c->read, key, ns, m);
        for (int i = 0; i < m; i++)
            out[from + i].store_ns = ns[i];
    }
}

static struct sc_ahead draw_own(const struct sc_node *n, const struct side *d, uint64_t id)
{
    uint64_t key = sc_node_key(n, id, SC_DRAW_PARTITION);
    return (struct sc_ahead){.store_ns = page_ns(d, key, 0), .place = place_of(n->config, key)};
}

/* How long the pages after the first take. */
static SC_APART int64_t other_pages_ns(const struct sc_node *n, const struct side *d,
                                       const struct sc_call *call, int64_t pages)
{
    const struct config *c = n->config;
    uint64_t key = sc_node_key(n, call->id, SC_DRAW_PARTITION);
    int64_t ns = 0;
    for (int64_t i = 1; i < pages; i++)
        ns += c->network_ns + page_ns(d, key, i);
    return ns;
}

/* One try: the answer, or SC_THROTTLED. */
SC_INLINE struct sc_reply serve(struct sc_node *n, const struct sc_call *call)
{
    const struct config *c = n->config;
    struct state *s = n->state;
    int counted = call->flags & SC_COUNTED;
    uint32_t what = s->first_demand[call->work] + call->op->slot;
    const struct demand *d = &s->demand[what];
    struct side *side = &s->side[d->write];
    struct sc_ahead drawn;
    const struct sc_ahead *own = call->ahead;
    if (SC_UNLIKELY(!own)) {
        drawn = draw_own(n, side, call->id);
        own = &drawn;
    }
    struct sc_reply r = {.at_ns = call->at_ns + c->network_ns, .answer = 200};
    if (SC_LIKELY(call->at_ns < n->sure_ns)) {
        sc_touches_add(&side->touches, n->sim->arena,
                       (struct sc_touch){call->at_ns, what, own->place});
    } else if (SC_UNLIKELY(!take_now(n, side, own->place, call->at_ns, d->units))) {
        s->throttles[counted]++;
        r.outcome = SC_THROTTLED;
        r.answer = 400;
        return r;
    }
    side->units[counted] += d->units;
    side->operations[counted]++;
    r.at_ns += own->store_ns;
    if (d->pages > 1)
        r.at_ns += other_pages_ns(n, side, call, d->pages);
    if (call->op->fail_below > 0 && sc_draw(call->id, 7) < call->op->fail_below)
        r.answer = call->op->answer;
    return r;
}

static inline struct sc_reply conclude(struct sc_node *n, int flags, int64_t start_ns,
                                       struct sc_reply r)
{
    sc_node_count(n, flags, r.outcome, r.at_ns - start_ns);
    if (SC_UNLIKELY(flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, r.at_ns, n->service->name, "answers %d after %.3f ms", r.answer,
                      (double)(r.at_ns - start_ns) * 1e-6);
    return r;
}

/* When the SDK tries again; `f->attempt` tries have failed. */
static void back_off(struct sc_node *n, struct sc_frame *f, int64_t from_ns)
{
    const struct config *c = n->config;
    double wait_ns = (double)c->retry_base_ns;
    for (int i = 1; i < f->attempt && wait_ns < (double)c->retry_cap_ns; i++)
        wait_ns *= 2;
    if (wait_ns > (double)c->retry_cap_ns)
        wait_ns = (double)c->retry_cap_ns;
    wait_ns *= sc_unit(sc_key(sc_node_key(n, f->id, SC_DRAW_BACKOFF), f->attempt));
    sc_sim_park(n->sim, f, from_ns + (int64_t)wait_ns);
}

static struct sc_reply table_arrive(struct sc_node *n, const struct sc_call *call)
{
    const struct config *c = n->config;
    n->counts[call->flags & SC_COUNTED].requests++;
    struct sc_reply r = serve(n, call);
    if (SC_LIKELY(r.outcome != SC_THROTTLED || c->retries == 1))
        return conclude(n, call->flags, call->at_ns, r);
    struct sc_frame *f = sc_sim_frame_new(n, call);
    f->op = call->op;
    f->attempt = 1;
    back_off(n, f, r.at_ns);
    return (struct sc_reply){.waiting = f->index};
}

static SC_APART void table_resume(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    const struct config *c = n->config;
    struct state *s = n->state;
    s->retries[f->flags & SC_COUNTED]++;
    struct sc_call again = {
        .at_ns = at_ns, .id = f->id, .op = f->op, .work = f->work, .flags = f->flags};
    struct sc_reply r = serve(n, &again);
    f->attempt++;
    if (r.outcome == SC_THROTTLED && f->attempt < c->retries)
        back_off(n, f, r.at_ns);
    else
        sc_sim_answer(n->sim, f, conclude(n, f->flags, f->start_ns, r));
}

static void table_report(struct sc_node *n, struct sc_ledger *l)
{
    const struct config *c = n->config;
    const struct state *s = n->state;
    const char *name = n->service->name;
    int64_t ms = sc_sim_measured_ms(n->sim);
    sc_ledger_meter(l, name, "half_read_units", s->side[READ].units[1]);
    sc_ledger_meter(l, name, "write_units", s->side[WRITE].units[1]);
    sc_ledger_level(l, name, "stored_bytes", (sc_i128)(c->stored_gb * 0x1p30));
    if (c->capacity == PROVISIONED) {
        sc_ledger_meter(l, name, "rcu_ms", (sc_i128)c->rcu * ms);
        sc_ledger_meter(l, name, "wcu_ms", (sc_i128)c->wcu * ms);
    }
    sc_ledger_count(l, name, "reads", s->side[READ].operations[1]);
    sc_ledger_count(l, name, "writes", s->side[WRITE].operations[1]);
    sc_ledger_count(l, name, "throttles", s->throttles[1]);
    sc_ledger_count(l, name, "retries", s->retries[1]);
}

static void table_forget(struct sc_node *n)
{
    struct state *s = n->state;
    for (int side = READ; side <= WRITE; side++) {
        s->side[side].units[1] = 0;
        s->side[side].operations[1] = 0;
    }
    s->throttles[1] = s->retries[1] = 0;
}

/* `c` is a copy, brought to this instant as its next operation would. */
static void fold_capacity(struct sc_capacity c, int64_t now_ns, struct sc_fold *to)
{
    if (c.on_demand) {
        sc_capacity_turn(&c, now_ns);
        sc_fold_int(to, c.limit_per_s);
        sc_fold_int(to, c.used);
        sc_fold_int(to, c.peak);
        sc_fold_int(to, c.peak_before);
        sc_fold_int(to, c.second_end_ns);
        sc_fold_int(to, c.window_end_ns);
    }
    sc_fold_bucket(to, &c.table, now_ns);
    for (uint32_t i = 0; i < c.n_partitions; i++)
        sc_fold_bucket(to, &c.partition[i], now_ns);
}

static void table_fold(struct sc_node *n, struct sc_fold *to)
{
    const struct state *s = n->state;
    settle(n);
    fold_capacity(s->side[READ].capacity, n->sim->now_ns, to);
    fold_capacity(s->side[WRITE].capacity, n->sim->now_ns, to);
}

static void table_fold_frame(struct sc_node *n, const struct sc_frame *f, struct sc_fold *to)
{
    (void)n;
    sc_fold_int(to, (int64_t)(uintptr_t)f->op);
}

static int64_t table_memory_ns(const struct sc_service *s)
{
    const struct config *c = s->config;
    return c->capacity == PROVISIONED ? BURST_S * SECOND_NS : WINDOW_NS / 30;
}

const struct sc_service_type sc_dynamodb_type = {
    .name = "dynamodb",
    .summary = "Amazon DynamoDB table: capacity, throttles, SDK retries, storage",
    .config_size = sizeof(struct config),
    .state_size = sizeof(struct state),
    .fields = fields,
    .stores = true,
    .open = table_open,
    .memory_ns = table_memory_ns,
    .start = table_start,
    .draw = table_draw,
    .bears = table_bears,
    .arrive = table_arrive,
    .resume = table_resume,
    .forget = table_forget,
    .fold = table_fold,
    .fold_frame = table_fold_frame,
    .report = table_report,
};
