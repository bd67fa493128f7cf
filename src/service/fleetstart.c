/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many tasks a fleet has when a stretch of a long horizon begins: the autoscaler itself
 * (service/scaling.h), minute by minute, on the load that is expected and a draw of its noise. So a
 * fleet whose traffic has fallen for hours has the tasks that it would have kept, and one under
 * steady traffic those to which chance has driven it. Left out: queues, the backlog of an overload,
 * and that tasks start one by one; the lead that follows is simulated. */
#include "num/math.h"
#include "num/rng.h"
#include "service/fleet.h"
#include "service/load.h"

enum { SETTLED_MIN = 5 };

struct course {
    const struct sc_node *node;
    const struct sc_fleet *config;
    int64_t desired, running, launched;
    int64_t *ready_ns; /* of those that start, in order of launch */
    int64_t n_pending;
};

/* As fleettasks.c has it; of more than the account launches at once each waits for its turn. */
static int64_t ready_at(struct course *f, int64_t at_ns, int64_t place)
{
    const struct sc_fleet *c = f->config;
    const struct sc_account_config *b = &f->node->sim->architecture->account;
    const uint64_t key = sc_key(sc_key(f->node->key, SC_DRAW_START), (uint64_t)f->launched++);
    if (c->on == SC_FLEET_EC2)
        return at_ns + (int64_t)sc_dist_draw(&c->boot, sc_draw(key, 1), 0);
    if (b->launch_per_s > 0 && place >= b->launch_burst)
        at_ns += (place - b->launch_burst + 1) * (SC_SECOND_NS / b->launch_per_s);
    return at_ns + (int64_t)sc_dist_draw(&c->provision, sc_draw(key, 0), 0) +
           (int64_t)sc_dist_draw(&c->pull, sc_draw(key, 1), 0);
}

/* Those still starting are the first to go, the newest of them. */
static void resize(struct course *f, int64_t desired, int64_t at_ns)
{
    int64_t more = desired - f->desired;
    f->desired = desired;
    for (int64_t i = 0; i < more; i++) {
        f->ready_ns[f->n_pending] = ready_at(f, at_ns, i);
        f->n_pending++;
    }
    for (; more < 0; more++) {
        if (f->n_pending > 0)
            f->n_pending--;
        else
            f->running--;
    }
}

/* Task time of the minute that ends at `at_ns`; who has become ready in it runs. */
static double run_minute(struct course *f, int64_t at_ns)
{
    double task_ns = (double)f->running * (double)SC_MINUTE_NS;
    int64_t left = 0;
    for (int64_t i = 0; i < f->n_pending; i++) {
        if (f->ready_ns[i] > at_ns) {
            f->ready_ns[left++] = f->ready_ns[i];
            continue;
        }
        task_ns += (double)(at_ns - f->ready_ns[i]);
        f->running++;
    }
    f->n_pending = left;
    return task_ns;
}

static double noisy(double mean, double variance, uint64_t key)
{
    const struct sc_dist normal = {SC_DIST_NORMAL, mean, sc_sqrt(variance), 0, NULL, NULL};
    return variance > 0 ? sc_dist_draw(&normal, key, 0) : mean;
}

/* What the autoscaler measures of the minute that ends at `at_ns`. */
static void measure(const struct sc_node *n, const struct course *f, int64_t at_ns, double task_ns,
                    struct sc_scaling_point *p)
{
    const struct sc_load l = sc_load_between(n, at_ns - SC_MINUTE_NS, at_ns);
    const uint64_t minute = (uint64_t)((n->sim->origin_ns + at_ns) / SC_MINUTE_NS),
                   key = sc_node_key(n, minute, SC_DRAW_START);
    const double most_ns = task_ns * (double)f->config->vcpu_milli / 1000;
    double used_ns = noisy(l.cpu_ns, l.square_ns2, key);
    used_ns = used_ns < most_ns ? used_ns : most_ns;
    for (int i = 0; i < f->config->rules.n_policies; i++) {
        double metric = f->config->metric[i] == SC_FLEET_BY_CPU
                            ? used_ns / most_ns
                            : noisy(l.calls, l.calls, key) * (double)SC_MINUTE_NS / task_ns;
        p->metric[i] = task_ns > 0 && metric < 1e12 ? (int64_t)(metric * 1e6) : -1;
    }
    p->running = f->running;
    p->desired = f->desired;
    p->at_ns = at_ns + f->config->metric_delay_ns;
}

int64_t sc_fleet_settle(struct sc_node *n)
{
    const struct sc_fleet *c = n->config;
    struct sc_fleet_state *s = n->state;
    struct course f = {.node = n, .config = c, .desired = c->start, .running = c->start};
    if (c->rules.n_policies == 0)
        return c->start;
    f.ready_ns = SC_NEW_ARRAY(n->sim->arena, int64_t, c->rules.max);
    f.launched = c->start;
    const int64_t minutes = n->sim->settle_ns / SC_MINUTE_NS;
    for (int64_t m = minutes - 1; m >= 0; m--) {
        const int64_t at_ns = n->sim->from_ns - m * SC_MINUTE_NS;
        struct sc_scaling_point point = {0};
        measure(n, &f, at_ns, run_minute(&f, at_ns), &point);
        if (point.running > 0)
            resize(&f, sc_scaling_decide(&c->rules, &s->scaling, &point), point.at_ns);
    }
    return f.desired;
}

/* Queues fill and empty, and the autoscaler sees a few minutes of its own. */
int64_t sc_fleet_settled_ns(const struct sc_service *s)
{
    (void)s;
    return SETTLED_MIN * SC_MINUTE_NS;
}
