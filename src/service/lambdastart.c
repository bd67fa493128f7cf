/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A function's environments when a stretch of a long horizon begins. As many as are busy on average
 * are always there; the lead makes the others. How old they are decides when they are recycled
 * (LAMBDA-LIFE-5), so those made while the lead is young get an age. Were each busy level an
 * environment of its own, the one of level k would be asked for u(k) times a second, the rate of
 * arrivals that find k busy (Poisson, as many as in M/G/infinity), and would be gone when nobody
 * came for as long as the keep-alive T: u exp(-u T) are made a second, 1 - exp(-u T) are there.
 * Whoever is most recently used is mixed well, so all die at the same rate, made / there, or of
 * their age: an exponential age, cut off at the most. */
#include "num/math.h"
#include "num/rng.h"
#include "service/lambda.h"
#include "service/load.h"

static const double SECOND = 1e9, MOST_BUSY = 1e4;

/* How many of the environments fall idle for too long in a second; of many it is hardly one. */
static double idle_deaths_per_s(double calls_per_s, double busy, double keep_s, int64_t limit)
{
    double log_p = -busy, made = 0, there = 0;
    if (!(busy > 0) || busy > MOST_BUSY || !(keep_s > 0))
        return 0;
    const int last = (int)(busy + 10 * sc_sqrt(busy) + 30);
    for (int k = 0; k <= last && k < limit; k++) {
        const double asked = log_p > -600 ? calls_per_s * sc_exp(log_p) : 0,
                     idle = asked * keep_s < 600 ? sc_exp(-asked * keep_s) : 0;
        made += asked * idle;
        there += 1 - idle;
        log_p += sc_log(busy / (k + 1));
    }
    return there > 0 ? made / there : 0;
}

struct sc_lambda_start sc_lambda_start_of(const struct sc_node *n, double cpu_factor, int64_t limit)
{
    const struct sc_lambda *c = n->config;
    const int64_t from_ns = n->sim->from_ns;
    struct sc_lambda_start s = {0};
    if (n->sim->settle_ns == 0 || c->per == SC_LAMBDA_PER_KEY)
        return s;
    const struct sc_load l = sc_load_between(n, from_ns, from_ns + INT64_C(60000000000));
    const double keep_s = sc_dist_mean(&c->keep_alive_ns) / SECOND;
    s.busy = (l.cpu_ns * cpu_factor + l.wait_ns) / (60 * SECOND);
    s.max_age_ns = (double)c->max_age_ns;
    s.deaths_per_ns = idle_deaths_per_s(l.calls / 60, s.busy, keep_s, limit) / SECOND;
    if (s.busy > (double)limit)
        s.busy = (double)limit;
    return s;
}

int64_t sc_lambda_age_ns(const struct sc_lambda_start *s, uint64_t bits)
{
    const double u = sc_unit(bits), most = s->deaths_per_ns * s->max_age_ns;
    if (!(most > 1e-6))
        return (int64_t)(u * s->max_age_ns);
    const double cut = most < 600 ? sc_exp(-most) : 0;
    return (int64_t)(-sc_log(1 - u * (1 - cut)) / s->deaths_per_ns);
}

int64_t sc_lambda_made_ns(const struct sc_lambda_start *s, const struct sc_node *n, uint64_t id,
                          int64_t at_ns)
{
    if (n->sim->settle_ns == 0 || at_ns >= n->sim->from_ns / 2)
        return at_ns;
    return at_ns - sc_lambda_age_ns(s, sc_node_key(n, id, SC_DRAW_AGE));
}
