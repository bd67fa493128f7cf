/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Work by the clock: every so many seconds, or at the minutes that a cron line names in a week that
 * begins on Monday. */
#include "num/rng.h"
#include "traffic/order.h"
#include "traffic/profile.h"

#include <math.h>
#include <string.h>

static const int64_t MINUTE_NS = INT64_C(60000000000);
static const uint64_t SIGN = UINT64_C(1) << 63; /* makes signed times sort as unsigned ones */
enum { WEEK_MINUTES = 7 * 24 * 60, LONGEST_TEXT = 256 };

/* One number of a cron field, moving *c behind it. */
static bool read_number(const char **c, int *out)
{
    if (**c < '0' || **c > '9')
        return false;
    for (*out = 0; **c >= '0' && **c <= '9' && *out < 1000; (*c)++)
        *out = *out * 10 + (**c - '0');
    return true;
}

/* One of a field's parts: `*`, `5`, `1-5`, each perhaps with `/step`. Sets the bits it names. */
static bool read_part(const char **c, int low, int high, uint64_t *bits)
{
    int from = low, to = high, step = 1;
    bool star = **c == '*';
    if (star)
        (*c)++;
    else if (!read_number(c, &from))
        return false;
    if (!star && **c == '-') {
        (*c)++;
        if (!read_number(c, &to))
            return false;
    } else if (!star && **c != '/') {
        to = from;
    }
    if (**c == '/') {
        (*c)++;
        if (!read_number(c, &step) || step < 1)
            return false;
    }
    if (from < low || to > high || from > to)
        return false;
    for (int i = from; i <= to; i += step)
        *bits |= UINT64_C(1) << i;
    return true;
}

static int read_field(const char **c, const char *name, int low, int high, uint64_t *bits,
                      struct sc_error *err)
{
    const char *start = *c;
    bool good = true;
    *bits = 0;
    do {
        *c += *c != start;
        good = read_part(c, low, high, bits);
    } while (good && **c == ',');
    if (!good || (**c != ' ' && **c != '\0'))
        return sc_fail(err, NULL,
                       "cron: \"%.*s\" is no %s: give *, a number from %d to %d, a range, a list "
                       "or a step such as */5",
                       (int)strcspn(start, " "), start, name, low, high);
    *c += strspn(*c, " ");
    return 0;
}

struct line {
    uint64_t minute, hour, day, month, weekday;
};

static int read_line(const char *text, struct line *l, struct sc_error *err)
{
    const char *c = text + strspn(text, " ");
    if (strlen(text) > LONGEST_TEXT)
        return sc_fail(err, NULL, "cron: the line is longer than %d characters", LONGEST_TEXT);
    if (read_field(&c, "minute", 0, 59, &l->minute, err) ||
        read_field(&c, "hour", 0, 23, &l->hour, err))
        return -1;
    if (c[0] != '*' || c[1] != ' ' || c[1 + strspn(c + 1, " ")] != '*')
        return sc_fail(err, NULL,
                       "cron: \"%s\": the third and fourth field, day of the month and month, must "
                       "be * (a week repeats here); "
                       "five fields are: minute hour * * weekday",
                       text);
    if (read_field(&c, "day of the month", 1, 31, &l->day, err) ||
        read_field(&c, "month", 1, 12, &l->month, err) ||
        read_field(&c, "weekday", 0, 7, &l->weekday, err))
        return -1;
    if (*c != '\0')
        return sc_fail(err, NULL, "cron: \"%s\" has more than five fields", text);
    return 0;
}

/* cron's Sunday is 0 and 7; ours is the last day of the week. */
static bool on_weekday(const struct line *l, int day)
{
    return l->weekday >> (day + 1) & 1 || (day == 6 && (l->weekday & 1));
}

static int open_line(struct sc_cron *config, struct sc_arena *arena, struct sc_error *err)
{
    struct line l = {0};
    if (read_line(config->cron, &l, err))
        return -1;
    config->period_ns = WEEK_MINUTES * MINUTE_NS;
    config->mark_ns = SC_NEW_ARRAY(arena, int64_t, WEEK_MINUTES);
    for (int m = 0; m < WEEK_MINUTES; m++)
        if (on_weekday(&l, m / 1440) && l.hour >> (m / 60 % 24) & 1 && l.minute >> (m % 60) & 1)
            config->mark_ns[config->n_marks++] = m * MINUTE_NS;
    return 0;
}

/* The shortest time between two firings. */
static int64_t shortest_gap_ns(const struct sc_cron *config)
{
    int64_t least = config->mark_ns[0] + config->period_ns - config->mark_ns[config->n_marks - 1];
    for (int i = 1; i < config->n_marks; i++) {
        int64_t gap = config->mark_ns[i] - config->mark_ns[i - 1];
        least = gap < least ? gap : least;
    }
    return least;
}

static int open_cron(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_cron *config = s->config;
    if ((config->every_ns > 0) == (config->cron != NULL))
        return sc_fail(err, NULL, "give one of every_s (above 0) and cron (\"*/5 * * * *\")");
    if (config->cron && open_line(config, arena, err))
        return -1;
    if (!config->cron) {
        config->period_ns = config->every_ns;
        config->mark_ns = SC_NEW_ARRAY(arena, int64_t, 1);
        config->n_marks = 1;
    }
    if (config->jitter_ns >= shortest_gap_ns(config))
        return sc_fail(err, NULL,
                       "jitter_ms (%g) must be below the shortest time between two firings, %g ms",
                       (double)config->jitter_ns * 1e-6, (double)shortest_gap_ns(config) * 1e-6);
    return 0;
}

/* Firings are numbered from the one at or after 0; so many fill a window. */
static int64_t firings_in_window(const struct sc_cron *config)
{
    return config->requests >= SC_WINDOW_POINTS ? 1 : SC_WINDOW_POINTS / config->requests;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t firing_ns(const struct sc_cron *config, int64_t k)
{
    int64_t round = floor_div(k, config->n_marks);
    return round * config->period_ns + config->mark_ns[k - round * config->n_marks];
}

/* The first firing at or after a time. */
static int64_t firing_from(const struct sc_cron *config, int64_t at_ns)
{
    int64_t round = floor_div(at_ns, config->period_ns), within = at_ns - round * config->period_ns;
    int i = 0;
    while (i < config->n_marks && config->mark_ns[i] < within)
        i++;
    return round * config->n_marks + i;
}

/* A firing's requests come at the mark, or spread over the jitter after it. */
static void fill_firing(const struct sc_cron *config, uint64_t key, int64_t k, int64_t *at_ns)
{
    int64_t mark_ns = firing_ns(config, k);
    uint64_t firing = sc_key(sc_key(key, SC_DRAW_GAP), (uint64_t)k);
    for (int i = 0; i < config->requests; i++)
        at_ns[i] =
            mark_ns + (int64_t)(sc_unit(sc_draw(firing, (uint64_t)i)) * (double)config->jitter_ns);
}

/* The state: room to order a window's requests. */
static void *start(const struct sc_source *s, uint64_t key, int64_t from_ns, int64_t to_ns,
                   struct sc_arena *arena)
{
    const struct sc_cron *config = s->config;
    (void)key, (void)from_ns, (void)to_ns;
    return SC_NEW_ARRAY(arena, struct sc_instant, 2 * config->requests);
}

static void order(int64_t *at_ns, int n, struct sc_instant *room)
{
    for (int i = 0; i < n; i++)
        room[i] = (struct sc_instant){.at_ns = (uint64_t)at_ns[i] ^ SIGN};
    sc_instants_sort(room, room + n, n);
    for (int i = 0; i < n; i++)
        at_ns[i] = (int64_t)(room[i].at_ns ^ SIGN);
}

static bool fill(const struct sc_source *s, void *state, uint64_t key, int64_t b,
                 struct sc_window *w)
{
    const struct sc_cron *config = s->config;
    int64_t firings = firings_in_window(config), first = b * firings;
    int n = (int)config->requests;
    if (w->cap < firings * n)
        sc_window_reserve(w, (int)firings * n, false);
    for (int64_t k = 0; k < firings; k++) {
        fill_firing(config, key, first + k, w->at_ns + k * n);
        if (n > 1 && config->jitter_ns > 0)
            order(w->at_ns + k * n, n, state);
    }
    w->n = (int)firings * n;
    w->first = (uint64_t)first * (uint64_t)n;
    return true;
}

static int64_t window_at(const struct sc_source *s, void *state, int64_t at_ns)
{
    const struct sc_cron *config = s->config;
    (void)state;
    return floor_div(firing_from(config, at_ns - config->jitter_ns), firings_in_window(config));
}

static double expected(const struct sc_source *s, int64_t from_ns, int64_t to_ns)
{
    const struct sc_cron *config = s->config;
    return (double)((firing_from(config, to_ns) - firing_from(config, from_ns)) * config->requests);
}

static int64_t period_ns(const struct sc_source *s)
{
    const struct sc_cron *config = s->config;
    return config->period_ns;
}

static const struct sc_field fields[] = {
    {.key = "every_s",
     .help = "time between two firings, the first at 0",
     .kind = SC_FIELD_NS,
     .def = (double)NAN,
     .max = 1e8,
     .offset = offsetof(struct sc_cron, every_ns)},
    {.key = "cron",
     .help = "or when: minute hour * * weekday; day and month stay *",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct sc_cron, cron)},
    {.key = "requests",
     .help = "requests of a firing",
     .kind = SC_FIELD_INT,
     .def = 1,
     .min = 1,
     .max = 1e6,
     .offset = offsetof(struct sc_cron, requests)},
    {.key = "jitter_ms",
     .help = "each comes up to so much later, uniformly",
     .kind = SC_FIELD_NS,
     .max = 6e8,
     .offset = offsetof(struct sc_cron, jitter_ns)},
    {.key = NULL},
};

const struct sc_traffic_type sc_cron_traffic = {
    .name = "cron",
    .summary = "scheduled work: at fixed intervals or by a cron line",
    .size = sizeof(struct sc_cron),
    .fields = fields,
    .open = open_cron,
    .start = start,
    .fill = fill,
    .window_at = window_at,
    .expected = expected,
    .period_ns = period_ns,
};
