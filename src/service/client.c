/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/client.h"

#include "num/rng.h"
#include "service/ahead.h"
#include "traffic/profile.h"

#include <string.h>

enum { ANSWERS = 600 };

/* What a driven client's frame waits for. */
enum phase { THINKING, WAITING, BACKING_OFF, ANSWERED };

struct client {
    const struct sc_source *source;
    struct sc_stream *stream;
    struct sc_node *entry;
    int64_t there_ns, back_ns; /* network to the entry and back */
    int64_t late_ns; /* a longer wait is a time-out; INT64_MAX where an event says so, or none */
    bool traced;     /* the window has durations and keys */
    struct sc_call
        call;          /* what is the same for all requests of a window; the rest is overwritten */
    bool driven;       /* what follows depends on the answer */
    int64_t *first_ns; /* by place in the window: drawn demand of the first operation, or -1 */
    int first_cap;
    uint64_t *key; /* scratch of the same length */
    double *value;
    struct sc_aheads aheads;
    int64_t *completed[2];       /* by work */
    int64_t answers[2][ANSWERS]; /* by HTTP status, but for 200 */
    bool followed;               /* one of its requests is */
    int64_t attempts[2];
};

void sc_client_open(struct sc_node *n, const struct sc_source *source, struct sc_stream *stream)
{
    struct sc_sim *s = n->sim;
    struct client *c = n->state = SC_NEW(s->arena, struct client);
    c->source = source;
    c->stream = stream;
    c->entry = &s->node[s->architecture->entry];
    c->there_ns = source->rtt_ns / 2;
    c->back_ns = source->rtt_ns - c->there_ns;
    c->driven = source->type->driven || source->attempts > 1;
    c->late_ns = source->timeout_ns > 0 && !c->driven ? source->timeout_ns : INT64_MAX;
    c->traced = source->trace;
    c->followed = s->follow_out && n->index - s->n_services == s->follow_source;
    for (int i = 0; i < 2; i++)
        c->completed[i] = SC_NEW_ARRAY(s->arena, int64_t, s->n_works);
}

static const struct sc_op *first_drawn(const struct sc_node *n, int work)
{
    const struct sc_op *op = &n->sim->work[work].op[0];
    bool timed = op->kind == SC_OP_CPU || op->kind == SC_OP_WAIT;
    return timed && op->dist.kind != SC_DIST_CONSTANT && op->dist.kind != SC_DIST_TRACE ? op : NULL;
}

static SC_CLONES void fill_keys(const uint64_t *restrict id, uint64_t slot, uint64_t *restrict key,
                                int n)
{
    for (int i = 0; i < n; i++)
        key[i] = sc_draw(id[i], slot);
}

static SC_CLONES void truncate(const double *restrict value, int64_t *restrict whole, int n)
{
    for (int i = 0; i < n; i++)
        whole[i] = (int64_t)value[i];
}

/* The demands of all requests of one work, in a block. */
static void draw_first(struct sc_node *n, const struct sc_op *op, int work)
{
    struct client *c = n->state;
    const struct sc_window *w = &c->stream->window;
    if (c->source->n_mix == 1) {
        fill_keys(w->id, op->slot, c->key, w->n);
        sc_dist_fill(&op->dist, c->key, c->value, w->n);
        truncate(c->value, c->first_ns, w->n);
        return;
    }
    int m = 0;
    for (int i = 0; i < w->n; i++)
        if (w->work[i] == work)
            c->key[m++] = sc_draw(w->id[i], op->slot);
    sc_dist_fill(&op->dist, c->key, c->value, m);
    for (int i = 0, k = 0; i < w->n; i++)
        if (w->work[i] == work)
            c->first_ns[i] = (int64_t)c->value[k++];
}

static void reserve(struct sc_node *n, int room)
{
    struct client *c = n->state;
    if (room <= c->first_cap)
        return;
    c->first_cap = room;
    c->first_ns = SC_NEW_ARRAY(n->sim->arena, int64_t, room);
    c->key = SC_NEW_ARRAY(n->sim->arena, uint64_t, room);
    c->value = SC_NEW_ARRAY(n->sim->arena, double, room);
    for (int i = 0; i < room; i++)
        c->first_ns[i] = -1;
}

/* One by one, with the same bits, where the mix is longer than a look at each work for each is. */
static void draw_each(struct sc_node *n)
{
    struct client *c = n->state;
    const struct sc_window *w = &c->stream->window;
    for (int i = 0; i < w->n; i++) {
        const struct sc_op *op = first_drawn(n, w->work[i]);
        c->first_ns[i] = op ? (int64_t)sc_dist_draw(&op->dist, sc_draw(w->id[i], op->slot), 0) : -1;
    }
}

/* Draws ahead, in blocks, what the requests of the window ask for first. */
static void draw_window(struct sc_node *n)
{
    enum { MOST_BLOCKS = 32 };
    struct client *c = n->state;
    reserve(n, c->stream->window.cap);
    if (!c->driven)
        sc_ahead_window(&c->aheads, n->sim, c->source, &c->stream->window);
    if (c->source->n_mix > MOST_BLOCKS) {
        draw_each(n);
        return;
    }
    if (c->source->n_mix > 1)
        for (int i = 0; i < c->stream->window.n; i++)
            c->first_ns[i] = -1;
    for (int m = 0; m < c->source->n_mix; m++) {
        const struct sc_op *op = first_drawn(n, c->source->mix_work[m]);
        if (op)
            draw_first(n, op, c->source->mix_work[m]);
    }
}

bool sc_client_next(struct sc_node *n)
{
    struct client *c = n->state;
    struct sc_window *w = &c->stream->window;
    const int64_t origin_ns = n->sim->origin_ns;
    if (c->source->type->driven || !sc_stream_next(c->stream))
        return false;
    if (origin_ns != 0)
        for (int i = 0; i < w->n; i++)
            w->at_ns[i] -= origin_ns;
    draw_window(n);
    return true;
}

/* The request has its last answer. */
SC_INLINE void conclude(struct sc_node *n, uint16_t work, int flags, int64_t sent_ns,
                        struct sc_reply r)
{
    struct client *c = n->state;
    int counted = flags & SC_COUNTED;
    int64_t took_ns = r.at_ns + c->back_ns - sent_ns;
    if (SC_UNLIKELY(took_ns > c->late_ns))
        r = (struct sc_reply){.at_ns = sent_ns + c->source->timeout_ns - c->back_ns,
                              .outcome = SC_TIMED_OUT};
    sc_node_count(n, flags, r.outcome, took_ns);
    c->completed[counted][work] += r.outcome == SC_COMPLETED;
    if (SC_UNLIKELY(r.answer != 200))
        c->answers[counted][r.answer]++;
    if (SC_UNLIKELY(flags & SC_FOLLOWED))
        sc_sim_follow(n->sim, r.at_ns + c->back_ns, c->source->name, "answer %d after %.3f ms",
                      r.answer, (double)(r.at_ns + c->back_ns - sent_ns) * 1e-6);
}

bool sc_client_is_plain(const struct sc_node *n)
{
    const struct client *c = n->state;
    return !c->driven && !c->followed;
}

struct sc_client_requests sc_client_requests(const struct sc_node *n)
{
    const struct client *c = n->state;
    const struct sc_window *w = &c->stream->window;
    return (struct sc_client_requests){.n = w->n,
                                       .n_works = c->source->n_mix,
                                       .sent_ns = w->at_ns,
                                       .id = w->id,
                                       .work = w->work,
                                       .first_ns = c->first_ns,
                                       .trace_ns = w->duration_ns,
                                       .there_ns = c->there_ns,
                                       .rtt_ns = c->source->rtt_ns,
                                       .late_ns = c->late_ns};
}

void sc_client_answered(struct sc_node *n, uint16_t work, int64_t sent_ns, struct sc_reply r)
{
    int counted = sent_ns >= 0 ? SC_COUNTED : 0;
    n->counts[counted].requests++;
    conclude(n, work, counted, sent_ns, r);
}

void sc_client_answered_well(struct sc_node *n, const uint16_t *work, size_t n_requests)
{
    struct client *c = n->state;
    n->counts[SC_COUNTED].requests += (int64_t)n_requests;
    if (c->source->n_mix == 1)
        c->completed[SC_COUNTED][work[0]] += (int64_t)n_requests;
    else
        for (size_t i = 0; i < n_requests; i++)
            c->completed[SC_COUNTED][work[i]]++;
}

/* One attempt; the frame waits for its answer, its time-out, or the instant at which either is
 * known to come. */
static void attempt(struct sc_node *n, struct sc_frame *f)
{
    struct client *c = n->state;
    int64_t now_ns = n->sim->now_ns;
    struct sc_call call = {.at_ns = now_ns,
                           .id = f->attempt == 0 ? f->id : sc_key(f->id, f->attempt),
                           .trace_ns = f->trace_ns,
                           .first_ns = -1,
                           .pool = f->pool,
                           .work = f->work,
                           .flags = f->flags};
    c->attempts[f->flags & SC_COUNTED]++;
    struct sc_reply r = sc_node_arrive(c->entry, &call);
    f->pc = WAITING;
    f->deadline_ns =
        c->source->timeout_ns > 0 ? now_ns - c->there_ns + c->source->timeout_ns : INT64_MAX;
    if (r.waiting) {
        sc_sim_await(n->sim, f, r);
        if (f->deadline_ns < INT64_MAX)
            sc_sim_deadline(n->sim, f, f->deadline_ns);
        return;
    }
    n->type->answer(n, f, r);
}

/* The wait before the next attempt: exponential, capped, with full jitter if asked for. */
static int64_t back_off_ns(const struct sc_node *n, const struct sc_frame *f)
{
    const struct sc_source *src = ((const struct client *)n->state)->source;
    double wait_ns = (double)src->backoff_ns;
    for (int i = 0; i < f->attempt && wait_ns < (double)src->backoff_max_ns; i++)
        wait_ns *= src->backoff_factor;
    if (wait_ns > (double)src->backoff_max_ns)
        wait_ns = (double)src->backoff_max_ns;
    if (src->jitter)
        wait_ns *= sc_unit(sc_key(sc_node_key(n, f->id, SC_DRAW_BACKOFF), f->attempt));
    return (int64_t)wait_ns;
}

/* A user pauses, then asks again; `own_ns` counts the user's requests. */
static void think(struct sc_node *n, struct sc_frame *f, int64_t from_ns)
{
    const struct sc_source *src = ((const struct client *)n->state)->source;
    const struct sc_closed *config = src->config;
    uint64_t key = sc_key(sc_node_key(n, f->pool, SC_DRAW_THINK), (uint64_t)f->own_ns);
    int64_t at_ns = from_ns + (int64_t)sc_dist_draw(&config->think_ns, key, 0);
    f->pc = THINKING;
    if (at_ns < n->sim->end_ns)
        sc_sim_park(n->sim, f, at_ns + ((const struct client *)n->state)->there_ns);
    else
        sc_sim_frame_free(n->sim, f);
}

/* The frame has the answer of its last attempt, and its instant has come. */
static void settle(struct sc_node *n, struct sc_frame *f, int64_t now_ns)
{
    struct client *c = n->state;
    struct sc_reply r = {.at_ns = now_ns - c->back_ns, .outcome = f->outcome, .answer = f->answer};
    if (f->outcome != SC_COMPLETED && f->attempt + 1 < c->source->attempts) {
        f->pc = BACKING_OFF;
        int64_t wait_ns = back_off_ns(n, f);
        f->attempt++;
        sc_sim_park(n->sim, f, now_ns + wait_ns + c->there_ns);
        return;
    }
    conclude(n, f->work, f->flags, f->start_ns, r);
    n->sim->outstanding -= f->flags & SC_COUNTED;
    if (c->source->type->driven)
        think(n, f, now_ns);
    else
        sc_sim_frame_free(n->sim, f);
}

static uint16_t choose_work(const struct sc_node *n, uint64_t id)
{
    const struct sc_source *src = ((const struct client *)n->state)->source;
    uint64_t draw = sc_key(id, SC_DRAW_WORK);
    int m = 0;
    while (m < src->n_mix - 1 && draw >= src->mix_upto[m])
        m++;
    return src->mix_work[m];
}

static void user_asks(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    struct client *c = n->state;
    uint64_t user = sc_key(sc_key(n->key, SC_DRAW_REQUEST), f->pool);
    f->id = sc_draw(user, (uint64_t)f->own_ns++);
    f->work = choose_work(n, f->id);
    f->start_ns = at_ns - c->there_ns;
    f->flags = f->start_ns >= 0 ? SC_COUNTED : 0;
    f->attempt = 0;
    n->counts[f->flags].requests++;
    n->sim->outstanding += f->flags;
    attempt(n, f);
}

void sc_client_begin_users(struct sc_node *n)
{
    const struct client *c = n->state;
    const struct sc_closed *config = c->source->config;
    struct sc_call call = {.at_ns = n->sim->now_ns};
    for (int64_t user = 0; user < config->users; user++) {
        call.pool = (uint32_t)user;
        struct sc_frame *f = sc_sim_frame_new(n, &call);
        f->own_ns = 0;
        think(n, f, n->sim->now_ns);
    }
}

/* A request of a window that may be sent again gets a frame of its own. */
static SC_APART struct sc_frame *frame_for(struct sc_node *n, const struct sc_call *call,
                                           int64_t sent_ns)
{
    struct sc_frame *f = sc_sim_frame_new(n, call);
    f->start_ns = sent_ns;
    n->sim->outstanding += call->flags & SC_COUNTED;
    return f;
}

/* One that is sent only once waits without, unless so many others have signed. */
static void wait_for(struct sc_node *n, const struct sc_call *call, struct sc_reply r)
{
    n->sim->outstanding += call->flags & SC_COUNTED;
    if (SC_LIKELY(sc_node_sign(n, r)))
        return;
    sc_sim_await(n->sim, sc_sim_frame_new(n, call), r);
}

void sc_client_send(struct sc_node *n, int i)
{
    struct client *c = n->state;
    const struct sc_window *w = &c->stream->window;
    struct sc_call *call = &c->call;
    int64_t sent_ns = w->at_ns[i];
    int counted = sent_ns >= 0 ? SC_COUNTED : 0;
    call->at_ns = sent_ns + c->there_ns;
    call->id = w->id[i];
    call->first_ns = c->first_ns[i];
    call->ahead = c->aheads.row ? &c->aheads.row[i] : NULL;
    call->work = w->work[i];
    call->flags = (uint8_t)counted;
    if (SC_UNLIKELY(c->traced)) {
        call->trace_ns = w->duration_ns[i];
        call->pool = w->pool[i];
    }
    n->counts[counted].requests++;
    if (SC_UNLIKELY(c->followed && w->first + (uint64_t)i == n->sim->follow)) {
        call->flags |= SC_FOLLOWED;
        sc_sim_follow(n->sim, sent_ns, c->source->name, "sends %s", n->sim->work[call->work].name);
    }
    if (SC_UNLIKELY(c->driven)) {
        attempt(n, frame_for(n, call, sent_ns));
        return;
    }
    struct sc_reply r = sc_node_arrive(c->entry, call);
    if (r.waiting)
        wait_for(n, call, r);
    else
        conclude(n, call->work, call->flags, sent_ns, r);
}

static void client_resume(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    if (f->pc == ANSWERED)
        settle(n, f, at_ns);
    else if (f->pc == BACKING_OFF)
        attempt(n, f);
    else
        user_asks(n, f, at_ns);
}

static struct sc_reply client_back(struct sc_node *n, const struct sc_frame *f, struct sc_reply r)
{
    const struct client *c = n->state;
    conclude(n, f->work, f->flags, f->start_ns - c->there_ns, r);
    n->sim->outstanding -= f->flags & SC_COUNTED;
    return r;
}

static void client_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r)
{
    struct client *c = n->state;
    if (!c->driven) {
        client_back(n, f, r);
        sc_sim_frame_free(n->sim, f);
        return;
    }
    int64_t back_ns = r.at_ns + c->back_ns;
    bool late = back_ns > f->deadline_ns;
    f->outcome = late ? SC_TIMED_OUT : r.outcome;
    f->answer = late ? 0 : r.answer;
    f->pc = ANSWERED;
    f->generation++; /* a deadline that is under way finds nobody */
    sc_sim_park(n->sim, f, late ? f->deadline_ns : back_ns);
}

static void client_expire(struct sc_node *n, struct sc_frame *f, int64_t at_ns)
{
    f->generation++; /* so does the answer */
    f->outcome = SC_TIMED_OUT;
    f->answer = 0;
    settle(n, f, at_ns);
}

static void client_forget(struct sc_node *n)
{
    struct client *c = n->state;
    c->attempts[1] = 0;
    memset(c->answers[1], 0, sizeof c->answers[1]);
    memset(c->completed[1], 0, sizeof *c->completed[1] * (size_t)n->sim->n_works);
}

const struct sc_service_type sc_client_type = {
    .name = "client",
    .summary = "those who ask",
    .forget = client_forget,
    .resume = client_resume,
    .answer = client_answer,
    .back = client_back,
    .expire = client_expire,
};

static void report_answers(const struct sc_sim *s, struct sc_ledger *l)
{
    int64_t rest = 0;
    for (int i = s->n_services; i < s->n_nodes; i++)
        for (int o = 0; o < SC_OUTCOMES; o++)
            rest += s->node[i].counts[1].outcome[o];
    for (int status = 0; status < ANSWERS; status++) {
        int64_t sum = 0;
        for (int i = s->n_services; i < s->n_nodes; i++)
            sum += ((const struct client *)s->node[i].state)->answers[1][status];
        char name[32];
        snprintf(name, sizeof name, "answer_%d", status);
        if (sum > 0)
            sc_ledger_count(l, "clients", name, sum);
        rest -= sum;
    }
    sc_ledger_count(l, "clients", "answer_200", rest);
}

static void report_source(struct sc_node *n, struct sc_ledger *l)
{
    const struct client *c = n->state;
    const char *name = sc_arena_printf(l->arena, "clients.%s", c->source->name);
    sc_ledger_series(l, name, "requests", n->by_hour, n->sim->hours);
    sc_ledger_count(l, name, "requests", n->counts[1].requests);
    sc_ledger_count(l, name, "attempts", c->driven ? c->attempts[1] : n->counts[1].requests);
    sc_ledger_count(l, name, "completed", n->counts[1].outcome[SC_COMPLETED]);
    sc_ledger_count(l, name, "throttled", n->counts[1].outcome[SC_THROTTLED]);
    sc_ledger_count(l, name, "failed", n->counts[1].outcome[SC_FAILED]);
    sc_ledger_count(l, name, "timed_out", n->counts[1].outcome[SC_TIMED_OUT]);
}

void sc_clients_report(struct sc_sim *s, struct sc_ledger *l)
{
    struct sc_counts all = {0};
    struct sc_hist *latency = SC_NEW(l->arena, struct sc_hist);
    sc_hist_init(latency, l->arena);
    sc_i128 egress_bytes = 0;
    int64_t answered = 0;
    for (int i = s->n_services; i < s->n_nodes; i++) {
        struct sc_node *n = &s->node[i];
        const struct client *c = n->state;
        report_source(n, l);
        sc_hist_merge(latency, n->hist[1]);
        all.requests += n->counts[1].requests;
        for (int o = 0; o < SC_OUTCOMES; o++) {
            all.outcome[o] += n->counts[1].outcome[o];
            answered += n->counts[1].outcome[o];
        }
        for (int w = 0; w < s->n_works; w++)
            egress_bytes += (sc_i128)c->completed[1][w] * s->work[w].response_bytes;
    }
    sc_ledger_count(l, NULL, "requests", all.requests);
    sc_ledger_count(l, NULL, "completed", all.outcome[SC_COMPLETED]);
    sc_ledger_count(l, NULL, "throttled", all.outcome[SC_THROTTLED]);
    sc_ledger_count(l, NULL, "failed", all.outcome[SC_FAILED]);
    sc_ledger_count(l, NULL, "timed_out", all.outcome[SC_TIMED_OUT]);
    sc_ledger_count(l, NULL, "unfinished", all.requests - answered);
    sc_ledger_meter(l, "clients", "egress_bytes", egress_bytes);
    report_answers(s, l);
    sc_ledger_hist(l, "latency", latency);
}
