/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/verdict.h"

#include "report/words.h"

#include <math.h>
#include <stddef.h>

struct bound {
    const char *name;
    size_t asked;     /* in struct sc_objective */
    size_t estimated; /* in struct sc_result_architecture */
    bool share;       /* a fraction, else ms */
};

#define WAIT(name, member)                                                                         \
    {                                                                                              \
        name, offsetof(struct sc_objective, member##_ms),                                          \
            offsetof(struct sc_result_architecture, waits.member), false                           \
    }
static const struct bound bounds[] = {
    WAIT("mean", mean),
    WAIT("p50", p50),
    WAIT("p90", p90),
    WAIT("p95", p95),
    WAIT("p99", p99),
    WAIT("p99.9", p99_9),
    {"failed", offsetof(struct sc_objective, failed_frac),
     offsetof(struct sc_result_architecture, failed_frac), true},
};
enum { N_BOUNDS = sizeof bounds / sizeof *bounds };

static double limit(const struct sc_result *r, const struct bound *b)
{
    return *(const double *)((const char *)&r->objective + b->asked);
}

static struct sc_estimate value(const struct sc_result_architecture *a, const struct bound *b)
{
    return *(const struct sc_estimate *)((const char *)a + b->estimated);
}

static const char *amount(const struct bound *b, double x, char *text)
{
    return b->share ? sc_percent_text(x, text) : sc_ms_text(x, text);
}

static bool holds(const struct sc_result *r, const struct sc_result_architecture *a,
                  const struct bound *b)
{
    struct sc_estimate e = value(a, b);
    return limit(r, b) < 0 || (e.n > 0 && e.mean <= limit(r, b));
}

/* Bound by bound, those that hold or those that do not: "p99 412 ms > 300 ms, failed 2.1 % > 0.10
 * %". */
static const char *clause(const struct sc_result *r, const struct sc_result_architecture *a,
                          bool held, struct sc_arena *arena)
{
    const char *text = NULL;
    char is[SC_WORDS_TEXT], most[SC_WORDS_TEXT];
    for (int i = 0; i < N_BOUNDS; i++) {
        const struct bound *b = &bounds[i];
        if (limit(r, b) < 0 || holds(r, a, b) != held)
            continue;
        const char *one =
            value(a, b).n == 0
                ? sc_arena_printf(arena, "%s unknown: no request completed", b->name)
                : sc_arena_printf(arena, "%s %s %s %s", b->name, amount(b, value(a, b).mean, is),
                                  held ? "<=" : ">", amount(b, limit(r, b), most));
        text = text ? sc_arena_printf(arena, "%s, %s", text, one) : one;
    }
    return text;
}

static const char *objective_text(const struct sc_result *r, struct sc_arena *arena)
{
    const char *text = NULL;
    char most[SC_WORDS_TEXT];
    for (int i = 0; i < N_BOUNDS; i++)
        if (limit(r, &bounds[i]) >= 0)
            text = sc_arena_printf(arena, "%s%s%s <= %s", text ? text : "", text ? ", " : "",
                                   bounds[i].name, amount(&bounds[i], limit(r, &bounds[i]), most));
    return text;
}

/* By how much it misses: the largest of value / bound. */
static double overshoot(const struct sc_result *r, const struct sc_result_architecture *a)
{
    double worst = 0;
    for (int i = 0; i < N_BOUNDS; i++) {
        struct sc_estimate e = value(a, &bounds[i]);
        double most = limit(r, &bounds[i]);
        if (most >= 0)
            worst = fmax(worst, e.n > 0 ? e.mean / fmax(most, 1e-9) : HUGE_VAL);
    }
    return worst;
}

static bool is_nearer(const struct sc_result *r, int a, int b)
{
    const struct sc_result_architecture *x = &r->architecture[a], *y = &r->architecture[b];
    if (x->saturated != y->saturated)
        return y->saturated;
    return overshoot(r, x) < overshoot(r, y);
}

static void add(struct sc_verdict *v, const char *rule, const char *subject, const char *evidence)
{
    v->reason[v->n++] = (struct sc_reason){rule, subject, evidence};
}

struct sc_estimate sc_verdict_margin(const struct sc_result_architecture *a,
                                     const struct sc_result_architecture *b)
{
    int n = a->n < b->n ? a->n : b->n;
    double *difference = sc_take(sizeof *difference * (size_t)(n + 1));
    for (int i = 0; i < n; i++)
        difference[i] = a->cost[i] - b->cost[i];
    struct sc_estimate e = sc_estimate_of(difference, n);
    sc_release(difference);
    return e;
}

static int cheapest(const struct sc_result *r, const struct sc_verdict *v, int but)
{
    int best = -1;
    for (int i = 0; i < r->n; i++)
        if (v->meets[i] && i != but &&
            (best < 0 || r->architecture[i].cost_usd_per_month.mean <
                             r->architecture[best].cost_usd_per_month.mean))
            best = i;
    return best;
}

static void add_margin(struct sc_verdict *v, const struct sc_result *r, struct sc_arena *arena)
{
    char usd[SC_WORDS_TEXT], lo[SC_WORDS_TEXT], hi[SC_WORDS_TEXT];
    const struct sc_result_architecture *a = &r->architecture[v->choice];
    add(v, "cheapest", a->name,
        sc_arena_printf(arena, "%s USD %s", sc_usd_text(a->cost_usd_per_month.mean, usd), r->span));
    int next = cheapest(r, v, v->choice);
    if (next < 0)
        return;
    const struct sc_result_architecture *b = &r->architecture[next];
    struct sc_estimate e = sc_verdict_margin(b, a);
    const char *range = sc_estimate_ranges(e)
                            ? sc_arena_printf(arena, " (%s - %s, %d paired replications)",
                                              sc_usd_text(e.lo, lo), sc_usd_text(e.hi, hi), e.n)
                            : "";
    add(v, "margin", a->name,
        sc_arena_printf(arena, "%s USD %s%s less than %s%s", sc_usd_text(e.mean, usd), r->span,
                        range, b->name,
                        sc_estimate_ranges(e) && e.lo <= 0 ? ": may be chance" : ""));
}

struct sc_verdict sc_verdict_of(const struct sc_result *r, struct sc_arena *arena)
{
    struct sc_verdict v = {.choice = -1, .nearest = -1, .objective = objective_text(r, arena)};
    v.asked = v.objective != NULL;
    v.meets = SC_NEW_ARRAY(arena, bool, r->n + 1);
    v.misses = SC_NEW_ARRAY(arena, const char *, r->n + 1);
    v.reason = SC_NEW_ARRAY(arena, struct sc_reason, 3 * r->n + 3);
    for (int i = 0; i < r->n; i++) {
        const struct sc_result_architecture *a = &r->architecture[i];
        v.misses[i] = clause(r, a, false, arena);
        v.meets[i] = !v.misses[i] && !a->saturated;
        if (v.asked)
            add(&v, "objective", a->name, v.misses[i] ? v.misses[i] : clause(r, a, true, arena));
        if (a->saturated)
            add(&v, "saturated", a->name, a->why_saturated);
    }
    v.choice = cheapest(r, &v, -1);
    if (v.choice >= 0) {
        add_margin(&v, r, arena);
        return v;
    }
    for (int i = 0; i < r->n; i++)
        if (v.nearest < 0 || is_nearer(r, i, v.nearest))
            v.nearest = i;
    if (v.nearest >= 0)
        add(&v, "nearest", r->architecture[v.nearest].name,
            v.misses[v.nearest] ? v.misses[v.nearest] : r->architecture[v.nearest].why_saturated);
    return v;
}
