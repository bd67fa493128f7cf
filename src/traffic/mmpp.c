/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bursty traffic: a Poisson process whose rate jumps between states (Markov-modulated; Fischer and
 * Meier-Hellstern, 1993). The path is walked from time 0, both ways, with draws of its own:
 * whatever stretch a trial asks for lies on the same path. */
#include "num/math.h"
#include "num/rng.h"
#include "traffic/profile.h"

const struct sc_field sc_mmpp_state_fields[] = {
    {.key = "per_s",
     .help = "rate in this state",
     .kind = SC_FIELD_REAL,
     .max = 1e9,
     .offset = offsetof(struct sc_mmpp_state, per_s)},
    {.key = "mean_s",
     .help = "how long it lasts on average, exponentially distributed",
     .kind = SC_FIELD_NS,
     .def = 60,
     .min = 0.1,
     .max = 1e8,
     .offset = offsetof(struct sc_mmpp_state, mean_ns)},
    {.key = NULL},
};

/* A walk along the path, away from 0: `step` is 1 forwards, -1 backwards. */
struct walk {
    const struct sc_mmpp *config;
    uint64_t key, n;
    int step, state;
    double at_ns, x; /* where the current state ends, and the expected requests from 0 to there */
};

/* The state at 0 is drawn in proportion to the time spent in each: the process is stationary. */
static int first_state(const struct sc_mmpp *config, uint64_t key)
{
    double sum = 0;
    for (int i = 0; i < config->n; i++)
        sum += (double)config->state[i].mean_ns;
    double left = sc_unit(sc_draw(key, 0)) * sum;
    int state = 0;
    while (state < config->n - 1 && left >= (double)config->state[state].mean_ns)
        left -= (double)config->state[state++].mean_ns;
    return state;
}

static double sojourn(struct walk *w)
{
    return (double)w->config->state[w->state].mean_ns * -sc_log(sc_unit(sc_draw(w->key, w->n++)));
}

static int next_state(struct walk *w)
{
    int n = w->config->n;
    if (w->config->next == SC_MMPP_CYCLIC || n < 2)
        return (w->state + w->step + n) % n;
    int other = (int)(sc_unit(sc_draw(w->key, w->n++)) * (n - 1)); /* each of the others alike */
    return other + (other >= w->state);
}

static struct walk walk_from_zero(const struct sc_mmpp *config, uint64_t key, int step)
{
    uint64_t path = sc_key(key, SC_DRAW_PATH);
    struct walk w = {.config = config,
                     .key = sc_key(path, step > 0),
                     .step = step,
                     .state = first_state(config, path)};
    double length_ns = sojourn(&w);
    w.at_ns = step * length_ns;
    w.x = w.at_ns * config->state[w.state].per_s * 1e-9;
    return w;
}

static void advance(struct walk *w)
{
    w->state = next_state(w);
    double length_ns = w->step * sojourn(w);
    w->at_ns += length_ns;
    w->x += length_ns * w->config->state[w->state].per_s * 1e-9;
}

/* Pieces from the one that holds `from_ns` on, until `to_ns`. */
struct path {
    struct sc_piece *piece;
    size_t n, cap;
};

static void put(struct path *p, double at_ns, double x, double per_ns)
{
    p->piece = sc_grow(p->piece, &p->cap, p->n + 1, sizeof *p->piece);
    p->piece[p->n++] = (struct sc_piece){.at_ns = at_ns, .x = x, .per_ns = per_ns};
}

static double rate_of(const struct walk *w)
{
    return w->config->state[w->state].per_s * 1e-9;
}

/* The part before 0 comes out last piece first. */
static void walk_back(const struct sc_mmpp *config, uint64_t key, const double range[2],
                      struct path *p)
{
    struct walk w = walk_from_zero(config, key, -1);
    for (double to = 0; to > range[0]; to = w.at_ns, advance(&w))
        if (w.at_ns < range[1])
            put(p, w.at_ns, w.x, rate_of(&w));
    for (size_t i = 0, j = p->n; i + 1 < j; i++, j--) {
        struct sc_piece swap = p->piece[i];
        p->piece[i] = p->piece[j - 1];
        p->piece[j - 1] = swap;
    }
}

static void walk_on(const struct sc_mmpp *config, uint64_t key, const double range[2],
                    struct path *p)
{
    struct walk w = walk_from_zero(config, key, 1);
    double from = 0, x = 0;
    while (from < range[1]) {
        if (w.at_ns > range[0])
            put(p, from, x, rate_of(&w));
        from = w.at_ns;
        x = w.x;
        advance(&w);
    }
    put(p, from, x, 0);
}

static void *start(const struct sc_source *s, uint64_t key, int64_t from_ns, int64_t to_ns,
                   struct sc_arena *arena)
{
    const struct sc_mmpp *config = s->config;
    double range[2] = {(double)from_ns, (double)to_ns};
    struct path p = {0};
    if (from_ns < 0)
        walk_back(config, key, range, &p);
    walk_on(config, key, range, &p);
    struct sc_shape *shape = SC_NEW(arena, struct sc_shape);
    shape->process = config->process;
    shape->curve.n = (int)p.n - 1;
    shape->curve.piece = sc_arena_copy(arena, p.piece, p.n * sizeof *p.piece);
    sc_release(p.piece);
    return shape;
}

static int open_mmpp(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    const struct sc_mmpp *config = s->config;
    double most = 0;
    (void)arena;
    for (int i = 0; i < config->n; i++)
        most = config->state[i].per_s > most ? config->state[i].per_s : most;
    if (config->n < 2)
        return sc_fail(err, NULL,
                       "%d states are given, at least 2 are needed; for one rate take poisson",
                       config->n);
    return most > 0 ? 0 : sc_fail(err, NULL, "no state has a request; give one a per_s above 0");
}

/* The long run: every state in proportion to its mean stay, for both ways of choosing the next. */
static double expected(const struct sc_source *s, int64_t from_ns, int64_t to_ns)
{
    const struct sc_mmpp *config = s->config;
    double time_ns = 0, requests = 0;
    for (int i = 0; i < config->n; i++) {
        time_ns += (double)config->state[i].mean_ns;
        requests += (double)config->state[i].mean_ns * config->state[i].per_s * 1e-9;
    }
    return requests / time_ns * ((double)to_ns - (double)from_ns);
}

static const struct sc_field fields[] = {
    {.key = "states",
     .help = "the list of states, each with per_s and mean_s",
     .kind = SC_FIELD_JSON,
     .required = 1,
     .schema = "{\"type\": \"array\", \"minItems\": 2}",
     .offset = offsetof(struct sc_mmpp, states_json)},
    {.key = "next",
     .help = "which state follows: the next of the list, or any other",
     .kind = SC_FIELD_CHOICE,
     .choices = "cyclic|random",
     .offset = offsetof(struct sc_mmpp, next)},
    {.key = "process",
     .help = "independent requests, or evenly spaced ones",
     .kind = SC_FIELD_CHOICE,
     .choices = SC_PROCESS_CHOICES,
     .offset = offsetof(struct sc_mmpp, process)},
    {.key = NULL},
};

const struct sc_traffic_type sc_mmpp_traffic = {
    .name = "mmpp",
    .summary = "bursts: a rate that jumps between states at random times",
    .size = sizeof(struct sc_mmpp),
    .fields = fields,
    .open = open_mmpp,
    .start = start,
    .fill = sc_shape_fill,
    .window_at = sc_shape_window_at,
    .modulated = true,
    .expected = expected,
    .period_ns = sc_shape_stationary,
};
