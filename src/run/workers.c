/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/workers.h"

#include "base/memory.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { TICK_NS = 50000000 };

struct crew {
    const struct sc_workers *plan;
    pthread_mutex_t lock;
    pthread_cond_t idle; /* a worker has nothing more to do */
    int next, done, working, hired;
    bool stop;
};

int sc_workers_count(const struct sc_workers *w)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int jobs = w->jobs > 0 ? w->jobs : cores > 0 ? (int)cores : 1;
    return jobs < w->n ? jobs : w->n;
}

static void work(struct crew *c, int worker)
{
    pthread_mutex_lock(&c->lock);
    while (!c->stop && c->next < c->plan->n) {
        int job = c->next++;
        pthread_mutex_unlock(&c->lock);
        c->plan->work(c->plan->user, job, worker);
        pthread_mutex_lock(&c->lock);
        c->done++;
    }
    c->working--;
    pthread_cond_signal(&c->idle);
    pthread_mutex_unlock(&c->lock);
}

static void *thread_main(void *crew)
{
    struct crew *c = crew;
    pthread_mutex_lock(&c->lock);
    int worker = c->hired++;
    pthread_mutex_unlock(&c->lock);
    work(c, worker);
    return NULL;
}

static struct timespec next_tick(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += TICK_NS;
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    return t;
}

static void wait_for_all(struct crew *c)
{
    pthread_mutex_lock(&c->lock);
    while (c->working > 0) {
        struct timespec until = next_tick();
        pthread_cond_timedwait(&c->idle, &c->lock, &until);
        int done = c->done;
        pthread_mutex_unlock(&c->lock);
        bool stop = c->plan->tick && c->plan->tick(c->plan->user, done);
        pthread_mutex_lock(&c->lock);
        c->stop |= stop;
    }
    pthread_mutex_unlock(&c->lock);
}

int sc_workers_run(const struct sc_workers *w)
{
    struct crew c = {
        .plan = w, .lock = PTHREAD_MUTEX_INITIALIZER, .idle = PTHREAD_COND_INITIALIZER};
    int threads = sc_workers_count(w), started = 0;
    pthread_t *thread = sc_take(sizeof *thread * (size_t)(threads + 1));
    c.working = threads;
    while (started < threads && pthread_create(&thread[started], NULL, thread_main, &c) == 0)
        started++;
    pthread_mutex_lock(&c.lock);
    c.working -= threads - started; /* the system gave fewer */
    c.working += started == 0 && threads > 0;
    pthread_mutex_unlock(&c.lock);
    if (started == 0 && threads > 0)
        work(&c, 0);
    wait_for_all(&c);
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    sc_release(thread);
    if (w->tick)
        w->tick(w->user, c.done);
    return c.next;
}
