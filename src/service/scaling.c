/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions where AWS is silent: a minute without data ends a row of points (as INSUFFICIENT_DATA
 * does); within the cooldown of a scale-out another one must add more to the running tasks than the
 * first did; scale-in goes to the computed number at once, rounded up, so that one task less would
 * lie above the target. */
#include "service/scaling.h"

#include "base/compiler.h"

/* AAS-TT-1: current x metric / target, rounded up so that the capacity suffices. */
static int64_t tasks_for(int64_t running, int64_t metric, int64_t target)
{
    return (int64_t)(((sc_i128)running * metric + target - 1) / target);
}

static int64_t clip(int64_t n, const struct sc_scaling_rules *r)
{
    return n < r->min ? r->min : n > r->max ? r->max : n;
}

static void count_points(const struct sc_scaling_rules *r, struct sc_scaling *s,
                         const struct sc_scaling_point *p)
{
    for (int i = 0; i < r->n_policies; i++) {
        int64_t metric = p->metric[i];
        s->high[i] = metric > r->policy[i].target ? s->high[i] + 1 : 0;
        s->low[i] = metric >= 0 && metric < r->policy[i].low ? s->low[i] + 1 : 0;
    }
}

static int64_t scale_out(const struct sc_scaling_rules *r, struct sc_scaling *s,
                         const struct sc_scaling_point *p, int64_t wanted)
{
    int64_t more = wanted - p->running;
    if (wanted <= p->desired || (p->at_ns < s->out_until_ns && more <= s->added))
        return p->desired;
    s->added = more;
    s->out_until_ns = p->at_ns + r->out_cooldown_ns;
    s->in_cools = false; /* AAS-COOL-1: a scale-out ends a scale-in's cooldown */
    return wanted;
}

static int64_t scale_in(const struct sc_scaling_rules *r, struct sc_scaling *s,
                        const struct sc_scaling_point *p, int64_t wanted)
{
    if (wanted >= p->desired || (s->in_cools && p->at_ns < s->in_until_ns))
        return p->desired;
    s->in_until_ns = p->at_ns + r->in_cooldown_ns;
    s->in_cools = true;
    return wanted;
}

int64_t sc_scaling_decide(const struct sc_scaling_rules *rules, struct sc_scaling *s,
                          const struct sc_scaling_point *point)
{
    int64_t out = 0, in = 0;
    int n_low = 0;
    count_points(rules, s, point);
    for (int i = 0; i < rules->n_policies; i++) {
        int64_t wanted = tasks_for(point->running, point->metric[i], rules->policy[i].target);
        if (s->high[i] >= rules->out_points && wanted > out)
            out = wanted;
        n_low += s->low[i] >= rules->in_points;
        if (wanted > in)
            in = wanted;
    }
    if (out > 0) /* any policy may scale out, the largest wins */
        return scale_out(rules, s, point, clip(out, rules));
    if (n_low > 0 && n_low == rules->n_policies) /* all must agree to scale in */
        return scale_in(rules, s, point, clip(in, rules));
    return point->desired;
}
