/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/slices.h"

#include "run/workers.h"
#include "service/fold.h"

#include <pthread.h>

static const int64_t MINUTE_NS = INT64_C(60000000000), HOUR_NS = INT64_C(3600000000000);
enum { LEADS_A_SLICE = 10, SLICES_A_THREAD = 2, MEMORIES_A_LEAD = 4 };

struct slice {
    int from_hour, to_hour; /* of the last one: one beyond its mark, it is run out */
    struct sc_arena arena;
    struct sc_sim *sim;
    struct sc_fold begin, end; /* the state at its seams */
    bool began, ended;         /* they are there */
    bool taken, dropped;       /* a thread has it; the one before runs on through it */
    volatile int stop;
};

/* What the threads share. The slice `head` is known to be right; its trial has been run to the end
 * of slice `through`. */
struct shop {
    struct sc_slicing *how;
    const struct sc_bench *bench;
    const struct sc_trial *trial;
    struct sc_record *out;
    struct slice *slice;
    int n, threads, head, through, met, missed;
    bool joining; /* a thread goes along the seams */
    bool alone;   /* states do not meet: the head goes on by itself */
    bool over, stop;
    pthread_mutex_t lock;
    pthread_cond_t moved;
};

bool sc_slices_can(const struct sc_scenario *s, const struct sc_architecture *a)
{
    for (int i = 0; i < s->n_sources; i++)
        if (s->source[i].type->driven || s->source[i].attempts > 1)
            return false;
    for (int i = 0; i < a->n_services; i++)
        if (a->service[i].type->state_size > 0 && !a->service[i].type->fold)
            return false;
    return true;
}

/* States meet later than a past that matters is over: first sizes have to agree, then what came of
 * their difference has to go. An environment's age is remembered for hours, a fleet's turn up to a
 * whole one. */
static int64_t lead_of(const struct sc_architecture *a)
{
    return MEMORIES_A_LEAD * sc_architecture_memory_ns(a) + 2 * HOUR_NS;
}

int sc_slices_wanted(const struct sc_scenario *s, const struct sc_architecture *a, int jobs)
{
    int64_t most = s->horizon_ns / (LEADS_A_SLICE * lead_of(a));
    if (!sc_slices_can(s, a) || most < 2)
        return 1;
    return most < SLICES_A_THREAD * jobs ? (int)most : SLICES_A_THREAD * jobs;
}

static double expected(const struct sc_scenario *s, int hour)
{
    double requests = 0;
    for (int i = 0; i < s->n_sources; i++)
        if (s->source[i].type->expected)
            requests +=
                s->source[i].type->expected(&s->source[i], (hour - 1) * HOUR_NS, hour * HOUR_NS);
    return requests;
}

/* Equal parts, but each seam lies in the quietest hour near its place: states meet best there. */
static int seam_of(const struct sc_scenario *s, int k, int n, int hours)
{
    int middle = (int)((int64_t)hours * k / n), far = hours / (4 * n), best = middle;
    double least = expected(s, middle);
    for (int d = 1; d <= far; d++)
        for (int sign = -1; sign <= 1; sign += 2) {
            double here = expected(s, middle + sign * d);
            if (here < least) {
                least = here;
                best = middle + sign * d;
            }
        }
    return best;
}

static void lay_out(struct shop *shop, const struct sc_scenario *s)
{
    int hours = (int)((s->horizon_ns + HOUR_NS - 1) / HOUR_NS);
    shop->n = shop->how->n < hours ? shop->how->n : hours;
    shop->slice = sc_take(sizeof *shop->slice * (size_t)shop->n);
    for (int k = 0; k < shop->n; k++) {
        shop->slice[k].from_hour = k > 0 ? seam_of(s, k, shop->n, hours) : 0;
        shop->slice[k].to_hour = hours + 1;
        if (k > 0)
            shop->slice[k - 1].to_hour = shop->slice[k].from_hour;
    }
}

/* Minutes are counted from the warm-up's beginning, so a lead begins whole minutes after it. */
static void open_slice(struct shop *shop, struct slice *slice, int k)
{
    const struct sc_scenario *s = shop->bench->scenario;
    struct sc_sim_setup setup;
    sc_trial_setup(shop->bench, shop->trial, &slice->arena, &setup);
    setup.stop = &slice->stop;
    setup.one_by_one = true; /* the same record, and a state that can be told */
    if (k > 0) {
        int64_t seam_ns = slice->from_hour * HOUR_NS,
                whole_ns = seam_ns + s->warmup_ns - lead_of(setup.architecture);
        if (whole_ns > 0)
            setup.warmup_ns = s->warmup_ns - whole_ns / MINUTE_NS * MINUTE_NS;
    }
    slice->sim = sc_sim_open(&setup, &slice->arena);
}

static void run_through(struct shop *shop, struct slice *slice, int k)
{
    if (k == shop->n - 1) {
        sc_sim_run_out(slice->sim);
        return;
    }
    sc_sim_run_to(slice->sim, shop->slice[k].to_hour);
    sc_sim_fold(slice->sim, &slice->end);
}

static void give_back(struct slice *slice)
{
    sc_fold_free(&slice->begin);
    sc_fold_free(&slice->end);
    sc_arena_free(&slice->arena);
    slice->sim = NULL;
}

static void drop(struct slice *slice)
{
    if (slice->sim)
        sc_sim_close(slice->sim, NULL);
    give_back(slice);
}

static void keep(struct shop *shop, struct slice *slice)
{
    struct sc_ledger ledger = {0};
    sc_sim_close(slice->sim, &ledger);
    sc_ledger_join(&shop->out->ledger, &ledger);
    sc_ledger_free(&ledger);
    give_back(slice);
}

/* Nothing more of the slices from k to `to` is needed. With the lock. */
static void give_up(struct shop *shop, int k, int to)
{
    for (; k <= to; k++) {
        struct slice *slice = &shop->slice[k];
        __atomic_store_n(&slice->stop, 1, __ATOMIC_RELAXED);
        if (!slice->dropped && slice->ended)
            drop(slice);
        slice->dropped = true;
    }
}

/* The head does not lead to the state in which the next slice begins. With the lock. */
static void miss(struct shop *shop)
{
    shop->alone = ++shop->missed > shop->met + 1;
    int to = shop->alone ? shop->n - 1 : shop->through + 1;
    give_up(shop, shop->through + 1, to);
    shop->through = to;
}

/* One step along the seams, if it can be made: whether there may be another. With the lock, but
 * where the head is run on or reported. */
static bool step(struct shop *shop)
{
    struct slice *head = &shop->slice[shop->head], *next;
    bool last = shop->through == shop->n - 1, meets = false;
    if (shop->over || !head->ended)
        return false;
    if (!last) {
        next = &shop->slice[shop->through + 1];
        if (!next->began)
            return false;
        meets = sc_fold_same(&head->end, &next->begin);
        shop->how->seams++;
        shop->how->met += meets;
        shop->met += meets;
        if (!meets)
            miss(shop);
    }
    int through = shop->through;
    shop->over = last;
    pthread_mutex_unlock(&shop->lock);
    if (last || meets)
        keep(shop, head);
    else
        run_through(shop, head, through);
    pthread_mutex_lock(&shop->lock);
    if (meets)
        shop->head = ++shop->through;
    pthread_cond_broadcast(&shop->moved);
    return !last;
}

static void join(struct shop *shop)
{
    pthread_mutex_lock(&shop->lock);
    bool mine = !shop->joining;
    shop->joining = true;
    while (mine && !shop->stop && step(shop))
        ;
    if (mine)
        shop->joining = false;
    pthread_mutex_unlock(&shop->lock);
}

/* Waits until a slice may begin, which bounds how many are alive. */
static bool take(struct shop *shop, int k)
{
    struct slice *slice = &shop->slice[k];
    pthread_mutex_lock(&shop->lock);
    while (k > shop->through + shop->threads && !shop->stop)
        pthread_cond_wait(&shop->moved, &shop->lock);
    slice->taken = !slice->dropped && !shop->stop;
    pthread_mutex_unlock(&shop->lock);
    return slice->taken;
}

static void publish(struct shop *shop, struct slice *slice, bool *what)
{
    pthread_mutex_lock(&shop->lock);
    *what = true;
    if (slice->dropped && slice->ended)
        drop(slice);
    pthread_mutex_unlock(&shop->lock);
    join(shop);
}

static void work(void *user, int k, int worker)
{
    struct shop *shop = user;
    struct slice *slice = &shop->slice[k];
    (void)worker;
    if (!take(shop, k))
        return;
    open_slice(shop, slice, k);
    if (k > 0) {
        sc_sim_run_to(slice->sim, slice->from_hour);
        sc_sim_fold(slice->sim, &slice->begin);
        publish(shop, slice, &slice->began);
        sc_sim_forget(slice->sim);
    }
    run_through(shop, slice, k);
    publish(shop, slice, &slice->ended);
}

static bool tick(void *user, int done)
{
    struct shop *shop = user;
    if (shop->how->tick)
        shop->how->tick(shop->how->user, done);
    if (!shop->bench->stop || !*shop->bench->stop)
        return false;
    pthread_mutex_lock(&shop->lock);
    shop->stop = true;
    for (int k = 0; k < shop->n; k++)
        __atomic_store_n(&shop->slice[k].stop, 1, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&shop->moved);
    pthread_mutex_unlock(&shop->lock);
    return true;
}

void sc_slices_run(struct sc_slicing *how, const struct sc_bench *bench, const struct sc_trial *t,
                   struct sc_record *out)
{
    struct shop shop = {.how = how,
                        .bench = bench,
                        .trial = t,
                        .out = out,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .moved = PTHREAD_COND_INITIALIZER};
    sc_trial_label(bench, t, out);
    out->ledger.arena = &out->arena;
    lay_out(&shop, bench->scenario);
    struct sc_workers workers = {
        .jobs = how->jobs, .n = shop.n, .work = work, .tick = tick, .user = &shop};
    shop.threads = sc_workers_count(&workers);
    sc_workers_run(&workers);
    for (int k = 0; k < shop.n; k++)
        if (shop.slice[k].sim)
            drop(&shop.slice[k]);
    sc_release(shop.slice);
    sc_ledger_settle(&out->ledger);
    sc_ledger_index(&out->ledger);
}
