/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/sim.h"

#include "num/rng.h"
#include "service/account.h"
#include "service/client.h"
#include "service/fold.h"
#include "service/load.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

enum { FRAMES_A_BLOCK = 256, CODE_BITS = 16, FEWEST_KNOWN = 32 };
static const int64_t HOUR_NS = INT64_C(3600000000000);

void sc_sim_more_frames(struct sc_sim *s)
{
    s->block = sc_grow(s->block, &s->block_cap, s->n_blocks + 1, sizeof *s->block);
    struct sc_frame *b = SC_NEW_ARRAY(s->arena, struct sc_frame, FRAMES_A_BLOCK);
    s->block[s->n_blocks++] = b;
    for (int i = FRAMES_A_BLOCK - 1; i >= 0; i--) {
        b[i].index = s->n_frames + (uint32_t)i;
        b[i].next_free = s->free_frame;
        if (b[i].index != 0)
            s->free_frame = &b[i];
    }
    s->n_frames += FRAMES_A_BLOCK;
}

void sc_sim_replace(struct sc_frame *f, struct sc_frame *by)
{
    by->parent = f->parent;
    by->parent_generation = f->parent_generation;
    by->n_signers = f->n_signers;
    memcpy(by->signer, f->signer, sizeof by->signer);
    f->parent = f->n_signers = 0;
}

void sc_sim_answer(struct sc_sim *s, struct sc_frame *f, struct sc_reply r)
{
    uint32_t parent = f->parent, generation = f->parent_generation;
    for (int i = 0; i < f->n_signers; i++) {
        struct sc_node *n = &s->node[f->signer[i]];
        r = n->type->back(n, f, r);
    }
    sc_sim_frame_free(s, f);
    if (parent == 0) {
        s->early = r;
        return;
    }
    struct sc_frame *p = sc_sim_frame(s, parent);
    if (p->generation != generation)
        return;
    struct sc_node *n = &s->node[p->node];
    n->type->answer(n, p, r);
}

static uint32_t target_of(int kind, uint32_t index)
{
    return (uint32_t)kind << SC_TARGET_BITS | index;
}

void sc_sim_deadline(struct sc_sim *s, struct sc_frame *f, int64_t at_ns)
{
    sc_calendar_push(&s->calendar, at_ns, f->generation, target_of(SC_TARGET_DEADLINE, f->index));
}

void sc_sim_timer(struct sc_node *n, uint16_t code, int64_t at_ns)
{
    sc_calendar_push(&n->sim->calendar, at_ns, n->index, target_of(SC_TARGET_TIMER, code));
}

uint32_t sc_sim_instance_new(struct sc_node *n)
{
    struct sc_sim *s = n->sim;
    uint32_t index = s->free_instance;
    if (index != 0) {
        s->free_instance = s->instance[index].next;
    } else {
        size_t need = s->n_instances + 1 + (s->n_instances == 0);
        s->instance = sc_grow(s->instance, &s->instance_cap, need, sizeof *s->instance);
        s->n_instances = need;
        index = (uint32_t)need - 1;
    }
    uint32_t generation = s->instance[index].generation + 1;
    s->instance[index] = (struct sc_instance){.node = n->index, .generation = generation};
    return index;
}

void sc_sim_instance_free(struct sc_sim *s, uint32_t index)
{
    s->instance[index].generation++;
    s->instance[index].next = s->free_instance;
    s->free_instance = index;
}

struct sc_node *sc_node_choose(struct sc_node *n, const struct sc_call *call)
{
    const struct sc_route *r = &n->service->route[call->work];
    uint64_t draw = sc_node_key(n, call->id, SC_DRAW_ROUTE);
    int i = 0;
    for (int high = r->n - 1; i < high;) {
        int middle = (i + high) / 2;
        if (draw >= r->upto[middle])
            i = middle + 1;
        else
            high = middle;
    }
    return &n->sim->node[r->target[i]];
}

void sc_sim_follow(struct sc_sim *s, int64_t at_ns, const char *node, const char *fmt, ...)
{
    fprintf(s->follow_out, "  %14.3f ms  %-14s ", (double)at_ns * 1e-6, node);
    va_list args;
    va_start(args, fmt);
    vfprintf(s->follow_out, fmt, args);
    va_end(args);
    fputc('\n', s->follow_out);
}

static int64_t next_mark_ns(const struct sc_sim *s)
{
    int64_t next_ns = s->now_ns < 0 ? 0 : (s->now_ns / HOUR_NS + 1) * HOUR_NS;
    return next_ns < s->end_ns ? next_ns : s->end_ns;
}

/* How far ahead of the clock stores may be asked. Not across a mark, which closes an hour's sums.
 */
static void set_sure(struct sc_sim *s)
{
    int64_t mark_ns = next_mark_ns(s), until_ns = s->known_ns < mark_ns ? s->known_ns : mark_ns;
    for (int i = 0; i < s->n_services; i++)
        s->node[i].sure_ns = s->node[i].sure ? until_ns : SC_BLOCKED;
}

/* Marks on the clock: hour 0 opens the measured part, every later one closes an hour of it. They
 * are timers of no node. */
static void count_hour(struct sc_sim *s, int hour)
{
    for (int i = 0; i < s->n_nodes; i++) {
        struct sc_node *n = &s->node[i];
        n->by_hour[hour] = n->counts[1].requests - n->before_hour;
        n->before_hour = n->counts[1].requests;
    }
}

void sc_sim_settle(struct sc_sim *s, const struct sc_gauge *until)
{
    for (int i = 0; i < s->n_services; i++)
        if (s->node[i].type->settle)
            s->node[i].type->settle(&s->node[i], until);
}

static void push_mark(struct sc_sim *s, int hour)
{
    int64_t at_ns = (int64_t)hour * HOUR_NS;
    sc_calendar_push(&s->calendar, at_ns < s->end_ns ? at_ns : s->end_ns, 0,
                     target_of(SC_TARGET_TIMER, (1u << SC_TARGET_BITS) - 1 - (uint32_t)hour));
}

static void mark(struct sc_sim *s, uint32_t hour, int64_t at_ns)
{
    sc_sim_settle(s, NULL);
    s->marked = (int)hour;
    if (hour > 0)
        count_hour(s, (int)hour - 1);
    for (int i = 0; i < s->n_services; i++) {
        struct sc_node *n = &s->node[i];
        if (hour == 0) {
            sc_gauge_begin(&n->inflight, at_ns);
            if (n->type->begin)
                n->type->begin(n, at_ns);
            continue;
        }
        sc_gauge_fold(&n->inflight, at_ns);
        if (n->type->hour)
            n->type->hour(n, (int)hour - 1, at_ns);
        if (at_ns == s->end_ns && n->type->end)
            n->type->end(n, at_ns);
    }
    if (hour == 0)
        sc_gauge_begin(&s->account.inflight, at_ns);
    else
        sc_gauge_fold(&s->account.inflight, at_ns);
    set_sure(s);
    if ((int)hour < s->hours)
        push_mark(s, (int)hour + 1);
}

/* The key of a node's timer is the node; marks are counted from the end of the codes. */
static void fire_timer(struct sc_sim *s, const struct sc_event *e, uint32_t code)
{
    if (code >> CODE_BITS == 0)
        s->node[e->key].type->timer(&s->node[e->key], (uint16_t)code, e->at_ns);
    else
        mark(s, (1u << SC_TARGET_BITS) - 1 - code, e->at_ns);
}

static inline void fire(struct sc_sim *s, const struct sc_event *e)
{
    uint32_t index = e->target & ((1u << SC_TARGET_BITS) - 1);
    s->now_ns = e->at_ns;
    if (SC_LIKELY(e->target >> SC_TARGET_BITS == SC_TARGET_INSTANCE)) {
        struct sc_node *n = &s->node[s->instance[index].node];
        n->type->wake(n, index, e->key, e->at_ns);
        return;
    }
    switch (e->target >> SC_TARGET_BITS) {
    case SC_TARGET_FRAME: {
        struct sc_frame *f = sc_sim_frame(s, index);
        s->node[f->node].type->resume(&s->node[f->node], f, e->at_ns);
        break;
    }
    case SC_TARGET_DEADLINE: {
        struct sc_frame *f = sc_sim_frame(s, index);
        if (f->generation == e->key)
            s->node[f->node].type->expire(&s->node[f->node], f, e->at_ns);
        break;
    }
    default:
        fire_timer(s, e, index);
    }
}

static inline void advance(struct sc_sim *s, int64_t until_ns)
{
    struct sc_event e;
    while (sc_calendar_pop(&s->calendar, until_ns, &e))
        fire(s, &e);
}

/* A source's place in the merge of all sources. */
struct sc_cursor {
    struct sc_stream *stream;
    struct sc_node *client;
    int i, known;     /* the next request, and the first one that nothing was sure about yet */
    int64_t there_ns; /* from the client to the entry */
    int64_t next_ns;  /* when the next request reaches the entry; INT64_MAX: over */
};

static void refill(struct sc_cursor *c)
{
    c->i = 0;
    c->next_ns = sc_client_next(c->client) ? c->stream->window.at_ns[0] + c->there_ns : INT64_MAX;
}

/* Sends the requests of one source up to the next one of another; true when no more are known. */
static bool send_until(struct sc_sim *s, struct sc_cursor *c, int64_t limit_ns)
{
    int n = c->stream->window.n;
    const int64_t *at_ns = c->stream->window.at_ns;
    while (c->i < c->known && c->next_ns <= limit_ns) {
        advance(s, c->next_ns);
        s->now_ns = c->next_ns;
        sc_client_send(c->client, c->i);
        c->next_ns = ++c->i < n ? at_ns[c->i] + c->there_ns : INT64_MAX;
    }
    if (c->i == n)
        refill(c);
    return c->i == 0 || c->i == c->known;
}

/* How many requests of each source the stores are sure to serve, with all that is under way; those
 * that are sure of too few are left out. */
static int64_t bearable(struct sc_sim *s, int n_sources)
{
    int64_t least = INT_MAX;
    for (int i = 0; i < s->n_services; i++) {
        struct sc_node *n = &s->node[i];
        int64_t runs = n->type->bears ? (n->type->bears(n) - s->waiting) / n_sources : 0;
        n->sure = runs >= FEWEST_KNOWN;
        if (n->sure && runs < least)
            least = runs;
    }
    return least;
}

/* What was known has come: the next requests. Where clients are driven by answers none is known,
 * nor is where all happens one by one. */
static void look_ahead(struct sc_sim *s, struct sc_cursor *c, int n)
{
    int64_t runs = s->one_by_one ? INT_MAX : bearable(s, n);
    s->known_ns = s->driven || s->one_by_one ? SC_BLOCKED : INT64_MAX;
    for (int i = 0; i < n; i++) {
        if (c[i].next_ns == INT64_MAX)
            continue;
        const struct sc_window *w = &c[i].stream->window;
        c[i].known = w->n - c[i].i > runs ? c[i].i + (int)runs : w->n;
        int64_t last_ns = w->at_ns[c[i].known - 1] + c[i].there_ns;
        s->known_ns = last_ns < s->known_ns ? last_ns : s->known_ns;
    }
    set_sure(s);
}

static bool stopped(const struct sc_sim *s)
{
    return s->stop && __atomic_load_n(s->stop, __ATOMIC_RELAXED);
}

/* Sends the requests that reach the entry before `until_ns`; at the same instant those of the
 * source that is listed first. */
static void send_all(struct sc_sim *s, int64_t until_ns)
{
    struct sc_cursor *c = s->cursor;
    int n = s->n_streams;
    look_ahead(s, c, n);
    while (!stopped(s)) {
        int first = 0;
        int64_t second_ns = until_ns - 1;
        for (int i = 1; i < n; i++)
            if (c[i].next_ns < c[first].next_ns)
                first = i;
        for (int i = 0; i < n; i++)
            if (i != first && c[i].next_ns - (i < first) < second_ns)
                second_ns = c[i].next_ns - (i < first);
        if (c[first].next_ns >= until_ns)
            return;
        if (send_until(s, &c[first], second_ns))
            look_ahead(s, c, n);
    }
}

/* The entry takes whole windows itself; what else there is are events, few and far between. */
static void flow_all(struct sc_sim *s)
{
    struct sc_event e;
    while (!stopped(s) && sc_calendar_pop(&s->calendar, s->end_ns, &e)) {
        s->flows->type->flow(s->flows, e.at_ns);
        fire(s, &e);
    }
    s->flows->type->flow(s->flows, INT64_MAX);
}

/* After the last open request, events make the rest of the horizon; after that no request is sent,
 * and those that count may still end. */
void sc_sim_run_out(struct sc_sim *s)
{
    struct sc_event e;
    if (s->flows)
        flow_all(s);
    else
        send_all(s, INT64_MAX);
    while (!stopped(s) && sc_calendar_pop(&s->calendar, s->end_ns, &e))
        fire(s, &e);
    while (s->outstanding > 0 && !stopped(s) &&
           sc_calendar_pop(&s->calendar, s->end_ns + s->drain_ns, &e))
        fire(s, &e);
}

/* The mark is the first thing that happens in its hour but for events of key 0. */
void sc_sim_run_to(struct sc_sim *s, int hour)
{
    struct sc_event e;
    int64_t at_ns = (int64_t)hour * HOUR_NS;
    send_all(s, at_ns);
    while (s->marked < hour && !stopped(s) && sc_calendar_pop(&s->calendar, at_ns, &e))
        fire(s, &e);
}

void sc_sim_forget(struct sc_sim *s)
{
    s->measured_from_ns = s->now_ns;
    for (int i = 0; i < s->n_nodes; i++) {
        struct sc_node *n = &s->node[i];
        n->counts[1] = (struct sc_counts){0};
        n->before_hour = 0;
        memset(n->by_hour, 0, sizeof *n->by_hour * (size_t)s->hours);
        sc_hist_init(n->hist[1], s->arena);
        if (n->type->forget)
            n->type->forget(n);
        sc_gauge_begin(&n->inflight, s->now_ns);
        if (n->type->begin)
            n->type->begin(n, s->now_ns);
    }
    sc_gauge_begin(&s->account.inflight, s->now_ns);
}

void sc_sim_fold_traffic(const struct sc_sim *s, struct sc_fold *to)
{
    for (int i = 0; i < s->n_streams; i++) {
        const struct sc_cursor *c = &s->cursor[i];
        bool over = c->next_ns == INT64_MAX;
        sc_fold_int(to, c->next_ns);
        sc_fold_int(to, over ? 0 : (int64_t)c->stream->window.id[c->i]);
    }
}

static void make_nodes(struct sc_sim *s, const struct sc_sim_setup *setup)
{
    const struct sc_architecture *a = setup->architecture;
    s->n_services = a->n_services;
    s->n_nodes = a->n_services + setup->n_sources;
    s->node = SC_NEW_ARRAY(s->arena, struct sc_node, s->n_nodes);
    for (int i = 0; i < s->n_nodes; i++) {
        struct sc_node *n = &s->node[i];
        n->sim = s;
        n->index = (uint16_t)i;
        n->service = i < a->n_services ? &a->service[i] : NULL;
        n->type = n->service ? n->service->type : &sc_client_type;
        n->config = n->service ? n->service->config : NULL;
        n->key = sc_key_text(s->key, n->service ? n->service->name
                                                : setup->source[i - a->n_services]->name);
        n->sure_ns = SC_BLOCKED;
        n->by_hour = SC_NEW_ARRAY(s->arena, int64_t, s->hours);
        n->hist[0] = &s->scratch;
        n->hist[1] = SC_NEW(s->arena, struct sc_hist);
        sc_hist_init(n->hist[1], s->arena);
        s->account.n_computing += n->type->computes;
    }
}

static void start_services(struct sc_sim *s)
{
    for (int i = 0; i < s->n_services; i++) {
        struct sc_node *n = &s->node[i];
        n->all_inflight = s->account.n_computing > 1 ? &s->account.inflight : NULL;
        if (n->type->state_size > 0)
            n->state = sc_arena_new(s->arena, n->type->state_size);
        if (n->type->start)
            n->type->start(n);
    }
}

static void find_flow(struct sc_sim *s, struct sc_node *client)
{
    struct sc_node *entry = &s->node[s->architecture->entry];
    if (sc_client_is_plain(client) && entry->type->batches && entry->type->batches(entry, client))
        s->flows = entry;
}

static void open_sources(struct sc_sim *s, const struct sc_sim_setup *setup)
{
    struct sc_cursor *c = s->cursor = SC_NEW_ARRAY(s->arena, struct sc_cursor, setup->n_sources);
    s->stream = SC_NEW_ARRAY(s->arena, struct sc_stream, setup->n_sources);
    for (int i = 0; i < setup->n_sources; i++) {
        const struct sc_source *src = setup->source[i];
        struct sc_node *client = &s->node[s->n_services + i];
        /* keyed by the source's name alone, so every architecture meets the same requests */
        if (!src->type->driven)
            sc_stream_open(&s->stream[i], src, sc_key_text(s->key, src->name),
                           s->origin_ns + s->from_ns, s->origin_ns + s->end_ns, s->arena);
        s->stream[i].source = src;
        s->driven = s->driven || src->type->driven || src->attempts > 1;
        sc_client_open(client, src, &s->stream[i]);
        if (setup->n_sources == 1 && !setup->one_by_one)
            find_flow(s, client);
        c[i] = (struct sc_cursor){
            .stream = &s->stream[i], .client = client, .there_ns = src->rtt_ns / 2};
        if (s->flows == NULL)
            refill(&c[i]);
        if (src->type->driven)
            sc_client_begin_users(client);
    }
}

static int64_t mean_gap_ns(const struct sc_sim_setup *setup)
{
    double expected = 0;
    int64_t from_ns = setup->origin_ns, to_ns = from_ns + setup->horizon_ns;
    for (int i = 0; i < setup->n_sources; i++)
        if (setup->source[i]->type->expected)
            expected += setup->source[i]->type->expected(setup->source[i], from_ns, to_ns);
    return expected < 1 ? 1000000 : (int64_t)((double)setup->horizon_ns / expected) + 1;
}

/* Where one service computes, its gauge is the architecture's. */
static const struct sc_gauge *inflight_of_all(const struct sc_sim *s)
{
    for (int i = 0; i < s->n_services && s->account.n_computing == 1; i++)
        if (s->node[i].type->computes)
            return &s->node[i].inflight;
    return &s->account.inflight;
}

static void report(struct sc_sim *s, struct sc_ledger *l)
{
    for (int i = 0; i < s->n_nodes; i++)
        s->node[i].counts[1].outcome[SC_COMPLETED] = (int64_t)sc_hist_count(s->node[i].hist[1]);
    sc_clients_report(s, l);
    const struct sc_gauge *all = inflight_of_all(s);
    sc_ledger_meter(l, NULL, "inflight_ns", all->total_ns);
    sc_ledger_peak(l, NULL, "peak_concurrency", all->peak);
    for (int i = 0; i < s->n_services; i++) {
        struct sc_node *n = &s->node[i];
        const char *name = n->service->name;
        sc_ledger_count(l, name, "requests", n->counts[1].requests);
        sc_ledger_count(l, name, "completed", n->counts[1].outcome[SC_COMPLETED]);
        sc_ledger_count(l, name, "throttled", n->counts[1].outcome[SC_THROTTLED]);
        sc_ledger_count(l, name, "failed", n->counts[1].outcome[SC_FAILED]);
        sc_ledger_count(l, name, "timed_out", n->counts[1].outcome[SC_TIMED_OUT]);
        if (n->type->computes) {
            sc_ledger_meter(l, name, "inflight_ns", n->inflight.total_ns);
            sc_ledger_peak(l, name, "peak_concurrency", n->inflight.peak);
        }
        sc_ledger_hist(l, name, n->hist[1]);
        sc_ledger_series(l, name, "requests", n->by_hour, s->hours);
        if (n->type->report)
            n->type->report(n, l);
    }
}

static void finish(struct sc_sim *s)
{
    for (int i = 0; i < s->n_streams; i++)
        if (!s->stream[i].source->type->driven)
            sc_stream_close(&s->stream[i]);
    sc_calendar_free(&s->calendar);
    sc_release(s->instance);
    sc_release(s->block);
}

/* A slice that ends before the horizon does: its services close at its last mark. */
static void end_early(struct sc_sim *s)
{
    s->measured_to_ns = s->now_ns;
    for (int i = 0; i < s->n_services; i++)
        if (s->node[i].type->end)
            s->node[i].type->end(&s->node[i], s->now_ns);
}

void sc_sim_close(struct sc_sim *s, struct sc_ledger *ledger)
{
    if (ledger) {
        ledger->arena = s->arena;
        if (s->marked < s->hours && !stopped(s))
            end_early(s);
        report(s, ledger);
    }
    finish(s);
}

struct sc_sim *sc_sim_open(const struct sc_sim_setup *setup, struct sc_arena *arena)
{
    struct sc_sim *s = SC_NEW(arena, struct sc_sim);
    s->architecture = setup->architecture;
    s->work = setup->work;
    s->n_works = setup->n_works;
    s->arena = arena;
    s->key = sc_key(sc_key(0, setup->seed), (uint64_t)setup->replication);
    s->from_ns = s->now_ns = -setup->warmup_ns;
    s->end_ns = s->measured_to_ns = setup->horizon_ns;
    s->marked = -1;
    s->origin_ns = setup->origin_ns;
    s->settle_ns = setup->settle_ns;
    s->source = setup->source;
    s->one_by_one = setup->one_by_one;
    s->n_streams = setup->n_sources;
    s->drain_ns = setup->drain_ns;
    s->hours = (int)((setup->horizon_ns + HOUR_NS - 1) / HOUR_NS);
    s->follow = setup->follow;
    s->follow_source = setup->follow_source;
    s->follow_out = setup->follow_out;
    s->stop = setup->stop;
    sc_hist_init(&s->scratch, arena);
    sc_calendar_init(&s->calendar, s->from_ns, mean_gap_ns(setup));
    sc_account_start(&s->account, &setup->architecture->account, s->from_ns);
    make_nodes(s, setup);
    push_mark(s, s->from_ns > 0 ? (int)((s->from_ns + HOUR_NS - 1) / HOUR_NS) : 0);
    if (s->settle_ns > 0)
        s->load = sc_load_new(s->architecture, s->work, setup->source, setup->n_sources, s->arena);
    start_services(s);
    open_sources(s, setup);
    return s;
}

void sc_sim_run(const struct sc_sim_setup *setup, struct sc_arena *arena, struct sc_ledger *ledger)
{
    struct sc_sim *s = sc_sim_open(setup, arena);
    sc_sim_run_out(s);
    sc_sim_close(s, ledger);
    sc_ledger_settle(ledger);
}
