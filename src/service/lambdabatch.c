/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/lambdabatch.h"

#include "service/client.h"
#include "service/completions.h"
#include "service/pool.h"

#include <string.h>

enum { TENTHS = 10 };
static const int64_t LONG_AGO_NS = INT64_MIN / 2;

/* Requests that are known and have not come yet, in order of arrival: a queue of arrays. */
struct coming {
    size_t first, n, cap; /* places first .. n - 1 are ahead */
    int64_t *at_ns, *run_ns;
    uint64_t *id;
    uint16_t *work;
    bool over; /* the client has no more */
};

struct sc_lambda_batch {
    struct sc_node *node, *client;
    struct sc_lambda_parts parts;
    const struct sc_keep_alive *keep;
    int64_t timeout_ns;
    int64_t longest_ns; /* a longer run times out, or the client has given up meanwhile */
    int64_t there_ns, rtt_ns;
    struct coming coming;
    size_t special; /* the next request that is not ordinary; coming.n: none */
    struct sc_completions ends;
    struct sc_instants resets; /* ends of executions whose environment goes with them; a heap */
    int64_t *idle_ns; /* since when, the most recent one at place n_idle; [0] is long ago */
    size_t n_idle, idle_cap;
    size_t n_environments; /* idle and busy */
    size_t least_idle;     /* with no more idle ones an arrival needs a closer look */
    struct sc_ages ages;
    bool closed;
    struct sc_hist runs; /* of warm executions inside the horizon */
};

static size_t busy(const struct sc_lambda_batch *b)
{
    return b->n_environments - b->n_idle;
}

/* An arrival that finds so few idle is cold, throttled, or the highest concurrency so far. */
static void set_least_idle(struct sc_lambda_batch *b)
{
    int64_t all = (int64_t)b->n_environments, least = 0;
    if (all - b->parts.most > least)
        least = all - b->parts.most;
    if (all - b->node->inflight.peak > least)
        least = all - b->node->inflight.peak;
    b->least_idle = (size_t)least;
}

/* Room for all environments and a place that is written ahead. */
static void reserve_idle(struct sc_lambda_batch *b)
{
    size_t need = b->n_environments + 2;
    if (need > b->idle_cap)
        b->idle_ns = sc_grow(b->idle_ns, &b->idle_cap, need, sizeof *b->idle_ns);
    b->idle_ns[0] = LONG_AGO_NS;
}

static void add_age(struct sc_lambda_batch *b, uint64_t id, int64_t at_ns)
{
    sc_ages_made(&b->ages, b->keep, b->node, sc_lambda_made_ns(b->parts.begun, b->node, id, at_ns));
}

static void start_idle(struct sc_lambda_batch *b)
{
    const struct sc_lambda *c = b->node->config;
    const int64_t busy = (int64_t)b->parts.begun->busy, idle = busy > c->start ? busy : c->start;
    b->n_environments = b->n_idle = (size_t)idle;
    reserve_idle(b);
    for (int64_t i = 0; i < idle; i++) {
        b->idle_ns[i + 1] = sc_lambda_idle_at_start_ns(b->node, i, idle);
        add_age(b, (uint64_t)i, b->node->sim->from_ns);
    }
}

struct sc_lambda_batch *sc_lambda_batch_new(struct sc_node *n, struct sc_node *client,
                                            const struct sc_lambda_parts *parts)
{
    const struct sc_lambda *c = n->config;
    struct sc_lambda_batch *b = SC_NEW(n->sim->arena, struct sc_lambda_batch);
    const struct sc_client_requests r = sc_client_requests(client);
    b->node = n;
    b->client = client;
    b->parts = *parts;
    b->keep = &c->keep;
    b->timeout_ns = c->timeout_ns;
    b->there_ns = r.there_ns;
    b->rtt_ns = r.rtt_ns;
    b->longest_ns = r.late_ns - r.rtt_ns < c->timeout_ns ? r.late_ns - r.rtt_ns : c->timeout_ns;
    sc_completions_init(&b->ends, n->sim->from_ns, 1000000);
    sc_hist_init(&b->runs, n->sim->arena);
    start_idle(b);
    return b;
}

static SC_CLONES void scale(const int64_t *restrict demand_ns, double factor,
                            int64_t *restrict run_ns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        run_ns[i] = sc_lambda_scaled_ns(demand_ns[i], factor);
}

static int64_t run_of(const struct sc_lambda_batch *b, const struct sc_client_requests *r, int i)
{
    struct sc_call call = {.id = r->id[i],
                           .work = r->work[i],
                           .first_ns = r->first_ns[i],
                           .trace_ns = r->trace_ns ? r->trace_ns[i] : 0};
    return sc_lambda_pure_run_ns(b->node, &call, b->parts.cpu_factor);
}

/* How long the window's requests run when they are warm. */
static void fill_runs(const struct sc_lambda_batch *b, const struct sc_client_requests *r,
                      int64_t *run_ns)
{
    const struct sc_work *w = &b->node->sim->work[r->work[0]];
    bool alike = r->n_works == 1;
    if (alike && w->n_ops == 2 && r->first_ns[0] >= 0 && w->op[0].kind == SC_OP_CPU) {
        scale(r->first_ns, b->parts.cpu_factor, run_ns, (size_t)r->n);
    } else if (alike && w->n_ops == 2 && r->first_ns[0] >= 0) {
        memcpy(run_ns, r->first_ns, (size_t)r->n * sizeof *run_ns);
    } else {
        for (int i = 0; i < r->n; i++)
            run_ns[i] = run_of(b, r, i);
    }
}

static void *moved(void *array, const struct coming *q, size_t size)
{
    size_t ahead = q->n - q->first;
    if (ahead > 0)
        memmove(array, (char *)array + q->first * size, ahead * size);
    return array;
}

/* Forgets those that have come and makes room for n more, a mark, and what lies behind it. */
static void make_room(struct coming *q, size_t n)
{
    size_t ahead = q->n - q->first, need = ahead + n + 2;
    size_t caps[] = {q->cap, q->cap, q->cap};
    q->at_ns = sc_grow(moved(q->at_ns, q, sizeof *q->at_ns), &q->cap, need, sizeof *q->at_ns);
    q->run_ns = sc_grow(moved(q->run_ns, q, sizeof *q->run_ns), &caps[0], need, sizeof *q->run_ns);
    q->id = sc_grow(moved(q->id, q, sizeof *q->id), &caps[1], need, sizeof *q->id);
    q->work = sc_grow(moved(q->work, q, sizeof *q->work), &caps[2], need, sizeof *q->work);
    q->first = 0;
    q->n = ahead;
}

/* The next request, from place i on, that is not an ordinary one: it runs for long, or not at all,
 * so that its end could be taken for one before it. */
static size_t find_special(const struct sc_lambda_batch *b, size_t i)
{
    const int64_t *run_ns = b->coming.run_ns;
    while (i < b->coming.n && run_ns[i] > 0 && run_ns[i] <= b->longest_ns)
        i++;
    return i;
}

/* Whether the end of a warm execution stands among the completions. */
static bool is_foreseen(const struct sc_lambda_batch *b, size_t i)
{
    return b->coming.run_ns[i] > 0 && b->coming.run_ns[i] <= b->timeout_ns;
}

/* Takes the client's next window. */
static void pull(struct sc_lambda_batch *b)
{
    struct coming *q = &b->coming;
    size_t special = b->special - q->first;
    if (!sc_client_next(b->client)) {
        q->over = true;
        return;
    }
    const struct sc_client_requests r = sc_client_requests(b->client);
    size_t n = (size_t)r.n;
    make_room(q, n);
    size_t from = q->n;
    for (size_t i = 0; i < n; i++)
        q->at_ns[from + i] = r.sent_ns[i] + r.there_ns;
    memcpy(q->id + from, r.id, n * sizeof *q->id);
    memcpy(q->work + from, r.work, n * sizeof *q->work);
    fill_runs(b, &r, q->run_ns + from);
    q->n += n;
    q->at_ns[q->n] = INT64_MAX;
    b->special = special < from ? special : find_special(b, from);
    if (n > 1)
        sc_completions_fit(&b->ends, (q->at_ns[q->n - 1] - q->at_ns[from]) / r.n);
    sc_completions_add(&b->ends, q->at_ns + from, q->run_ns + from, n, b->timeout_ns);
}

/* The first place, from `first` on, that is not before `at_ns`. */
static size_t lower_bound(const int64_t *at_ns, size_t first, size_t n, int64_t before_ns)
{
    while (first < n) {
        size_t middle = first + (n - first) / 2;
        if (at_ns[middle] < before_ns)
            first = middle + 1;
        else
            n = middle;
    }
    return first;
}

static SC_CLONES uint64_t sum_of(const int64_t *at_ns, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (uint64_t)at_ns[i];
    return sum;
}

/* An environment is gone, or one has come (by = -1): see add_life in lambda.c, whose difference
 * this adds in two parts. */
static void add_instant(struct sc_lambda_batch *b, int64_t at_ns, int by)
{
    int64_t end_ns = b->node->sim->end_ns;
    int64_t inside_ns = at_ns < 0 ? 0 : at_ns > end_ns ? end_ns : at_ns;
    if (!b->closed)
        *b->parts.alive_ns += by * (sc_i128)inside_ns;
}

/* Counts requests from .. to - 1 of the queue, all warm. */
static void count_warm(struct sc_lambda_batch *b, size_t from, size_t to)
{
    const struct coming *q = &b->coming;
    if (from == to)
        return;
    b->node->inflight.area_ns -= sum_of(q->at_ns + from, to - from);
    sc_bucket_take_each(b->parts.requests, q->at_ns + from, to - from);
    if (q->at_ns[from] < b->there_ns) /* sent before hour 0 */
        from = lower_bound(q->at_ns, from, to, b->there_ns);
    if (from == to)
        return;
    const int64_t *run_ns = q->run_ns + from;
    size_t n = to - from;
    b->node->counts[SC_COUNTED].requests += (int64_t)n;
    sc_hist_add_many(&b->runs, run_ns, n, 0);
    sc_lambda_bill_many(&b->parts.tally->meters.fresh, b->parts.memory_mb, run_ns, n);
    sc_client_answered_well(b->client, q->work + from, n);
    if (b->rtt_ns > 0)
        sc_hist_add_many(b->client->hist[SC_COUNTED], run_ns, n, b->rtt_ns);
}

static void recycle(struct sc_lambda_batch *b)
{
    size_t i = b->n_idle - sc_ages_pick(&b->ages, b->keep, b->node, b->n_idle);
    add_instant(b, sc_ages_recycle(&b->ages, b->keep, b->node, b->idle_ns[i]), 1);
    memmove(b->idle_ns + i, b->idle_ns + i + 1, (b->n_idle - i) * sizeof *b->idle_ns);
    b->n_idle--;
    b->n_environments--;
}

/* Takes an idle environment that is still there: see sc_pool_take_slow. */
static bool take_idle(struct sc_lambda_batch *b, int64_t at_ns)
{
    while (b->n_idle > 0) {
        if (at_ns >= sc_ages_due_ns(&b->ages, b->keep->max_age_ns)) {
            recycle(b);
            continue;
        }
        int64_t expiry_ns = sc_idle_expiry_ns(b->keep, b->node, b->idle_ns[b->n_idle--]);
        if (expiry_ns > at_ns)
            return true;
        sc_ages_gone(&b->ages, b->node, expiry_ns);
        add_instant(b, expiry_ns, 1);
        b->n_environments--;
    }
    return false;
}

static void sift_up(struct sc_instants *heap, int64_t at_ns)
{
    heap->at_ns = sc_grow(heap->at_ns, &heap->cap, heap->n + 1, sizeof *heap->at_ns);
    size_t i = heap->n++;
    for (; i > 0 && heap->at_ns[(i - 1) / 2] > at_ns; i = (i - 1) / 2)
        heap->at_ns[i] = heap->at_ns[(i - 1) / 2];
    heap->at_ns[i] = at_ns;
}

static int64_t take_top(struct sc_instants *heap)
{
    int64_t top_ns = heap->at_ns[0], last_ns = heap->at_ns[--heap->n];
    size_t i = 0, child;
    for (; (child = 2 * i + 1) < heap->n; i = child) {
        child += child + 1 < heap->n && heap->at_ns[child + 1] < heap->at_ns[child];
        if (heap->at_ns[child] >= last_ns)
            break;
        heap->at_ns[i] = heap->at_ns[child];
    }
    heap->at_ns[i] = last_ns;
    return top_ns;
}

static void throttle(struct sc_lambda_batch *b, size_t i)
{
    const struct coming *q = &b->coming;
    struct sc_reply r = {.at_ns = q->at_ns[i], .answer = 429, .outcome = SC_THROTTLED};
    if (is_foreseen(b, i))
        sc_completions_remove(&b->ends, q->at_ns[i] + q->run_ns[i]);
    int flags = q->at_ns[i] >= b->there_ns ? SC_COUNTED : 0;
    b->node->counts[flags].requests++;
    sc_node_count(b->node, flags, SC_THROTTLED, 0);
    sc_client_answered(b->client, q->work[i], q->at_ns[i] - b->there_ns, r);
}

/* Bills and counts an execution, and answers. */
static void conclude(struct sc_lambda_batch *b, size_t i, const struct sc_lambda_cold *cold,
                     int64_t run_ns)
{
    const struct coming *q = &b->coming;
    struct sc_lambda_fresh *t = &b->parts.tally->meters.fresh;
    bool late = run_ns > b->timeout_ns;
    run_ns = late ? b->timeout_ns : run_ns;
    int64_t wait_ns = cold->overhead_ns + cold->init_ns, end_ns = q->at_ns[i] + wait_ns + run_ns;
    struct sc_reply r = {
        .at_ns = end_ns, .answer = late ? 504 : 200, .outcome = late ? SC_TIMED_OUT : SC_COMPLETED};
    int flags = q->at_ns[i] >= b->there_ns ? SC_COUNTED : 0;
    b->node->counts[flags].requests++;
    sc_node_count(b->node, flags, r.outcome, end_ns - q->at_ns[i]);
    sc_client_answered(b->client, q->work[i], q->at_ns[i] - b->there_ns, r);
    if (flags && cold->init_ns > 0)
        sc_lambda_bill_cold(t, b->parts.memory_mb, cold->init_ns, run_ns);
    else if (flags)
        sc_lambda_bill_warm(t, b->parts.memory_mb, run_ns);
}

/* The request was taken for warm and in time: where its end comes later or takes the environment
 * with it, that is mended. */
static void mend_end(struct sc_lambda_batch *b, size_t i, const struct sc_lambda_cold *cold)
{
    const struct coming *q = &b->coming;
    int64_t run_ns = cold->first_ns + q->run_ns[i], taken_ns = q->at_ns[i] + q->run_ns[i];
    bool late = run_ns > b->timeout_ns;
    int64_t end_ns =
        q->at_ns[i] + cold->overhead_ns + cold->init_ns + (late ? b->timeout_ns : run_ns);
    bool foreseen = is_foreseen(b, i);
    if (!late && foreseen && end_ns == taken_ns)
        return;
    if (foreseen && !late)
        sc_completions_move(&b->ends, taken_ns, end_ns);
    else if (foreseen)
        sc_completions_remove(&b->ends, taken_ns);
    else if (!late)
        sc_completions_insert(&b->ends, end_ns);
    if (late)
        sift_up(&b->resets, end_ns);
}

static struct sc_lambda_cold start_cold(struct sc_lambda_batch *b, size_t i)
{
    const struct coming *q = &b->coming;
    const struct sc_lambda_cold cold = sc_lambda_cold_draw(b->node, q->id[i], b->parts.cpu_factor);
    b->n_environments++;
    reserve_idle(b);
    add_instant(b, q->at_ns[i], -1);
    add_age(b, q->id[i], q->at_ns[i]);
    if (q->at_ns[i] >= b->there_ns) {
        b->parts.tally->cold++;
        b->parts.tally->init_ns += cold.init_ns;
    }
    return cold;
}

/* One request by itself, as lambda.c has it. */
static SC_COLD void arrive(struct sc_lambda_batch *b, size_t i)
{
    const int64_t at_ns = b->coming.at_ns[i];
    struct sc_lambda_cold cold = {0};
    if ((int64_t)busy(b) >= b->parts.most || !sc_bucket_take(b->parts.requests, at_ns, 1)) {
        throttle(b, i);
        return;
    }
    if (!take_idle(b, at_ns)) {
        if (!sc_bucket_take(b->parts.scaling, at_ns, TENTHS)) {
            throttle(b, i);
            return;
        }
        cold = start_cold(b, i);
    }
    b->node->inflight.now = (int64_t)busy(b) - 1;
    sc_gauge_move(&b->node->inflight, at_ns, 1);
    mend_end(b, i, &cold);
    conclude(b, i, &cold, cold.first_ns + b->coming.run_ns[i]);
}

/* Arrivals up to place `to` and completions before `before_ns`, as long as each arrival finds an
 * environment that is surely there and nothing binds: true when one does not. Which of the two
 * comes next is as good as random, so it is arithmetic, not a branch. */
static SC_APART bool merge(struct sc_lambda_batch *b, size_t to, int64_t before_ns)
{
    const int64_t *at_ns = b->coming.at_ns, *due_ns = b->ends.due_ns, sure_ns = b->keep->sure_ns;
    const size_t from = b->coming.first, due_from = b->ends.next, least_idle = b->least_idle;
    int64_t *idle_ns = b->idle_ns;
    size_t i = from, k = due_from, n_idle = b->n_idle;
    size_t left = to - from + lower_bound(due_ns, k, b->ends.n_due, before_ns) - k;
    bool bound = false;
    int64_t arrival_ns = at_ns[i], end_ns = due_ns[k];
    for (; left > 0; left--) {
        int64_t next_arrival_ns = at_ns[i + 1], next_end_ns = due_ns[k + 1];
        bool ends = end_ns <= arrival_ns;
        int64_t now_ns = ends ? end_ns : arrival_ns;
        bound = (!ends) & ((n_idle <= least_idle) | (now_ns - idle_ns[n_idle] >= sure_ns));
        if (SC_UNLIKELY(bound))
            break;
        arrival_ns = ends ? arrival_ns : next_arrival_ns;
        end_ns = ends ? next_end_ns : end_ns;
        idle_ns[n_idle + 1] = now_ns;
        n_idle += 2 * (size_t)ends - 1;
        k += ends;
        i += !ends;
    }
    b->node->inflight.area_ns += sum_of(due_ns + due_from, k - due_from);
    b->n_idle = n_idle;
    b->ends.next = k;
    b->coming.first = i;
    count_warm(b, from, i);
    return bound;
}

/* An execution ends, and its environment with it. */
static void reset(struct sc_lambda_batch *b)
{
    int64_t at_ns = take_top(&b->resets);
    b->n_environments--;
    sc_ages_gone(&b->ages, b->node, at_ns);
    add_instant(b, at_ns, 1);
    b->node->inflight.area_ns += (uint64_t)at_ns;
    set_least_idle(b);
}

/* The next request by itself. */
static void arrive_next(struct sc_lambda_batch *b)
{
    size_t i = b->coming.first++;
    arrive(b, i);
    set_least_idle(b);
    if (i == b->special)
        b->special = find_special(b, i + 1);
}

/* The next arrival, up to place `last`, that has to come by itself: it is not ordinary, or an old
 * environment is recycled. */
static size_t next_alone(const struct sc_lambda_batch *b, size_t last)
{
    const struct coming *q = &b->coming;
    int64_t old_ns = sc_ages_due_ns(&b->ages, b->keep->max_age_ns);
    last = b->special < last ? b->special : last;
    if (q->first < last && q->at_ns[last - 1] >= old_ns)
        last = lower_bound(q->at_ns, q->first, last, old_ns);
    return last;
}

/* Everything before `stop_ns`, which lies in the open slice. As many arrivals are merged at once as
 * the rate limit has tokens for, up to the next one that comes by itself or the next reset. */
static void run_until(struct sc_lambda_batch *b, int64_t stop_ns)
{
    const struct coming *q = &b->coming;
    for (;;) {
        bool resets = b->resets.n > 0 && b->resets.at_ns[0] < stop_ns;
        int64_t cut_ns = resets ? b->resets.at_ns[0] : stop_ns;
        size_t last = lower_bound(q->at_ns, q->first, q->n, cut_ns), alone = next_alone(b, last);
        size_t tokens = (size_t)sc_bucket_tokens(b->parts.requests);
        size_t to = alone - q->first > tokens ? q->first + tokens : alone;
        bool bound = merge(b, to, to == last ? cut_ns : q->at_ns[to] + 1);
        if (bound || (to < last && (to == alone || tokens == 0)))
            arrive_next(b);
        else if (to == last && resets)
            reset(b);
        else if (to == last)
            return;
    }
}

/* Opens the next slice, all of whose arrivals have to be known; false when nothing happens before
 * `until_ns`. */
static bool open_next(struct sc_lambda_batch *b, int64_t until_ns)
{
    struct coming *q = &b->coming;
    while (!q->over && (q->first == q->n || q->at_ns[q->n - 1] < sc_completions_end_ns(&b->ends)))
        pull(b);
    if (q->first == q->n && until_ns == INT64_MAX)
        return false;
    if (b->ends.n_pending == 0) {
        int64_t next_ns = q->first < q->n ? q->at_ns[q->first] : until_ns;
        if (b->resets.n > 0 && b->resets.at_ns[0] < next_ns)
            next_ns = b->resets.at_ns[0];
        sc_completions_skip(&b->ends, next_ns < until_ns ? next_ns : until_ns);
    }
    if (sc_completions_begin_ns(&b->ends) >= until_ns)
        return false;
    sc_completions_open(&b->ends);
    return true;
}

void sc_lambda_batch_flow(struct sc_lambda_batch *b, int64_t until_ns)
{
    const struct sc_sim *s = b->node->sim;
    set_least_idle(b);
    while (!(s->stop && *s->stop) && (b->ends.is_open || open_next(b, until_ns))) {
        int64_t end_ns = sc_completions_end_ns(&b->ends);
        run_until(b, end_ns < until_ns ? end_ns : until_ns);
        if (end_ns > until_ns)
            break;
        sc_completions_close(&b->ends);
    }
    b->node->inflight.now = (int64_t)busy(b);
}

void sc_lambda_batch_close(struct sc_lambda_batch *b, int64_t at_ns)
{
    for (size_t i = 1; i <= b->n_idle; i++)
        add_instant(b, sc_idle_expiry_ns(b->keep, b->node, b->idle_ns[i]), 1);
    for (size_t i = busy(b); i > 0; i--)
        add_instant(b, at_ns, 1);
    b->closed = true;
}

void sc_lambda_batch_end(struct sc_lambda_batch *b)
{
    sc_hist_merge(b->node->hist[SC_COUNTED], &b->runs);
    if (b->rtt_ns == 0)
        sc_hist_merge(b->client->hist[SC_COUNTED], &b->runs);
    sc_release(b->coming.at_ns);
    sc_release(b->coming.run_ns);
    sc_release(b->coming.id);
    sc_release(b->coming.work);
    sc_release(b->resets.at_ns);
    sc_release(b->idle_ns);
    sc_completions_free(&b->ends);
}
