/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/diff.h"

#include "num/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sums of doubles in another order differ by less. */
static const double ALIKE = 1e-11;
static const double CENTS_A_USD = 100, E15 = 1e15;

struct measure {
    const char *path, *label;
    bool is_frac;
};

static const struct measure measures[] = {
    {"latency_ms/mean", "mean", false}, {"latency_ms/p50", "p50", false},
    {"latency_ms/p90", "p90", false},   {"latency_ms/p95", "p95", false},
    {"latency_ms/p99", "p99", false},   {"latency_ms/p99_9", "p99.9", false},
    {"failed_frac", "lost", true},
};
enum { MEASURES = sizeof measures / sizeof *measures };

/* Books are said together; see book_text. */
static const char *const inputs[][2] = {
    {"/simcost", "simcost"},
    {"/scenario/title", "title"},
    {"/usage/title", "title"},
    {"/scenario/sha256", "scenario"},
    {"/usage/sha256", "usage"},
    {"/seed", "seed"},
    {"/replications", "replications"},
    {"/book", "book"},
    {"/books", "books"},
    {"/free", "free"},
    {"/horizon_h", "horizon, h"},
    {"/month_scale", "month scale"},
    {"/month", "month"},
    {"/month_h", "month, h"},
};
enum { INPUTS = sizeof inputs / sizeof *inputs };

static const char *book_text(const struct cJSON *book, struct sc_arena *arena)
{
    const char *id = sc_json_string(sc_json_get(book, "id")),
               *as_of = sc_json_string(sc_json_get(book, "as_of"));
    return sc_arena_printf(arena, "%s of %s", id ? id : "-", as_of ? as_of : "-");
}

static const char *input_text(const struct cJSON *item, struct sc_arena *arena)
{
    const char *list = "";
    if (sc_json_is_string(item))
        return sc_json_string(item);
    if (sc_json_is_number(item))
        return sc_arena_printf(arena, "%.12g", sc_json_number(item));
    if (sc_json_is_object(item))
        return book_text(item, arena);
    for (const struct cJSON *book = sc_json_is_array(item) ? sc_json_first(item) : NULL; book;
         book = sc_json_next(book))
        list = sc_arena_printf(arena, "%s%s%s", list, *list ? ", " : "", book_text(book, arena));
    return *list ? list : "-";
}

static void compare_inputs(struct sc_diff *d)
{
    d->input = SC_NEW_ARRAY(&d->arena, struct sc_diff_input, INPUTS);
    for (int i = 0; i < INPUTS; i++) {
        const char *a = input_text(sc_json_at(&d->a.doc, inputs[i][0]), &d->arena),
                   *b = input_text(sc_json_at(&d->b.doc, inputs[i][0]), &d->arena);
        if (strcmp(a, b) != 0)
            d->input[d->n_inputs++] = (struct sc_diff_input){inputs[i][1], a, b};
    }
}

static bool alike(double a, double b)
{
    return fabs(a - b) <= ALIKE * fmax(fabs(a), fabs(b));
}

/* What is not said comes first. */
static int text_order(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static double rate_of(const struct sc_diff_amount *x)
{
    return (double)x->usd_e15 / E15 / x->quantity;
}

static void split(struct sc_diff_line *l)
{
    int64_t change = l->b.cents - l->a.cents;
    bool same_quantity = alike(l->a.quantity, l->b.quantity);
    l->differs = l->a.is_there != l->b.is_there || change != 0 || !same_quantity ||
                 strcmp(l->sku, l->sku_b) != 0;
    if (l->a.is_there && l->b.is_there && l->a.quantity > 0 && l->b.quantity > 0) {
        double usd = (rate_of(&l->b) - rate_of(&l->a)) * l->a.quantity;
        l->price_cents = same_quantity ? change : (int64_t)floor(usd * CENTS_A_USD + 0.5);
    }
    l->quantity_cents = change - l->price_cents;
}

int sc_diff_order(const struct sc_diff_line *a, const struct sc_diff_line *b)
{
    int order = strcmp(a->node, b->node);
    order = order ? order : strcmp(a->item, b->item);
    order = order ? order : strcmp(a->unit, b->unit);
    order = order ? order : text_order(a->region, b->region);
    return order ? order : strcmp(a->sku, b->sku);
}

static int64_t size_of(int64_t n)
{
    return n < 0 ? -n : n;
}

/* Those that differ first, then by size, then by name. */
static int by_size(const void *x, const void *y)
{
    const struct sc_diff_line *p = x, *q = y;
    int64_t a = size_of(p->b.cents - p->a.cents), b = size_of(q->b.cents - q->a.cents);
    if (p->differs != q->differs)
        return p->differs ? -1 : 1;
    if (a != b)
        return a > b ? -1 : 1;
    int order = sc_diff_order(p, q);
    return order ? order : strcmp(p->sku_b, q->sku_b);
}

/* A line that has no other yet, and what of it has to be the same. */
struct loose {
    struct sc_diff_line *line;
    bool by_region, by_sku;
};

static int key_order(const struct loose *p, const struct loose *q)
{
    const struct sc_diff_line *a = p->line, *b = q->line;
    int order = strcmp(a->node, b->node);
    order = order ? order : strcmp(a->item, b->item);
    order = order ? order : strcmp(a->unit, b->unit);
    order = order || !p->by_region ? order : text_order(a->region, b->region);
    return order || !p->by_sku ? order : strcmp(a->sku, b->sku);
}

static int by_key(const void *x, const void *y)
{
    const struct loose *p = x, *q = y;
    int order = key_order(p, q);
    return order ? order : sc_diff_order(p->line, q->line);
}

static int collect(struct loose *list, struct sc_diff_line *line, int n, struct loose how)
{
    int m = 0;
    for (int i = 0; i < n; i++)
        if (!line[i].b.is_there) {
            list[m] = how;
            list[m++].line = &line[i];
        }
    qsort(list, (size_t)m, sizeof *list, by_key);
    return m;
}

/* A line of b that found its other is marked by its own b. */
static void join(struct loose *a, int n_a, struct loose *b, int n_b)
{
    for (int i = 0, k = 0; i < n_a && k < n_b;) {
        int order = key_order(&a[i], &b[k]);
        if (order == 0) {
            a[i].line->b = b[k].line->a;
            a[i].line->sku_b = b[k].line->sku;
            a[i].line->region_b = b[k].line->region;
            b[k].line->b.is_there = true;
        }
        i += order <= 0;
        k += order >= 0;
    }
}

/* First lines of one SKU, then those of the same item whose SKU has changed, then those whose
 * region has; what is left is new. */
static void match(struct sc_diff_pair *p, const struct sc_diff_bill *b, struct sc_arena *arena)
{
    static const struct loose hows[] = {
        {NULL, true, true}, {NULL, true, false}, {NULL, false, true}, {NULL, false, false}};
    struct sc_diff_line *line = SC_NEW_ARRAY(arena, struct sc_diff_line, b->n + 1);
    struct loose *of_a = SC_NEW_ARRAY(arena, struct loose, p->n + 1),
                 *of_b = SC_NEW_ARRAY(arena, struct loose, b->n + 1);
    memcpy(line, b->line, sizeof *line * (size_t)b->n);
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        int n_a = collect(of_a, p->line, p->n, hows[i]), n_b = collect(of_b, line, b->n, hows[i]);
        join(of_a, n_a, of_b, n_b);
    }
    for (int i = 0; i < b->n; i++)
        if (!line[i].b.is_there) {
            line[i].b = line[i].a;
            line[i].a = (struct sc_diff_amount){0};
            p->line[p->n++] = line[i];
        }
}

static void compare_lines(struct sc_diff_pair *p, const struct sc_diff_bill *a,
                          const struct sc_diff_bill *b, struct sc_arena *arena)
{
    p->line = SC_NEW_ARRAY(arena, struct sc_diff_line, a->n + b->n + 1);
    memcpy(p->line, a->line, sizeof *p->line * (size_t)a->n);
    p->n = a->n;
    match(p, b, arena);
    p->rounding_cents = b->cents - a->cents;
    for (int i = 0; i < p->n; i++) {
        split(&p->line[i]);
        p->rounding_cents -= p->line[i].b.cents - p->line[i].a.cents;
        p->n_equal += !p->line[i].differs;
        p->equal_cents += p->line[i].differs ? 0 : p->line[i].a.cents;
    }
    qsort(p->line, (size_t)p->n, sizeof *p->line, by_size);
}

static struct sc_diff_estimate estimate_of(const struct cJSON *architecture, const char *path)
{
    char first[32];
    const char *slash = strchr(path, '/');
    snprintf(first, sizeof first, "%.*s", slash ? (int)(slash - path) : 31, path);
    const struct cJSON *item = sc_json_get(architecture, first);
    item = slash ? sc_json_get(item, slash + 1) : item;
    const struct cJSON *mean = sc_json_get(item, "mean"), *lo = sc_json_get(item, "lo"),
                       *hi = sc_json_get(item, "hi");
    double value = sc_json_number(mean);
    return (struct sc_diff_estimate){sc_json_is_number(mean), value,
                                     sc_json_is_number(lo) ? sc_json_number(lo) : value,
                                     sc_json_is_number(hi) ? sc_json_number(hi) : value};
}

static void compare_waits(struct sc_diff_pair *p, const struct sc_diff_bill *a,
                          const struct sc_diff_bill *b, struct sc_arena *arena)
{
    p->wait = SC_NEW_ARRAY(arena, struct sc_diff_wait, MEASURES);
    for (int i = 0; i < MEASURES; i++) {
        struct sc_diff_wait w = {measures[i].path, measures[i].label, measures[i].is_frac,
                                 estimate_of(a->item, measures[i].path),
                                 estimate_of(b->item, measures[i].path)};
        if (w.a.is_there && w.b.is_there && (w.a.hi < w.b.lo || w.b.hi < w.a.lo))
            p->wait[p->n_waits++] = w;
    }
}

static void add_pair(struct sc_diff *d, const struct sc_diff_bill *a, const struct sc_diff_bill *b)
{
    struct sc_diff_pair *p = &d->pair[d->n_pairs++];
    *p =
        (struct sc_diff_pair){.a = a->name, .b = b->name, .a_cents = a->cents, .b_cents = b->cents};
    compare_lines(p, a, b, &d->arena);
    compare_waits(p, a, b, &d->arena);
}

static const struct sc_diff_bill *find(const struct sc_diff_side *side, const char *name,
                                       size_t length)
{
    for (int i = 0; i < side->n; i++)
        if (strlen(side->bill[i].name) == length && strncmp(side->bill[i].name, name, length) == 0)
            return &side->bill[i];
    return NULL;
}

static const char *names_of(const struct sc_diff_side *side, struct sc_arena *arena)
{
    const char *list = "";
    for (int i = 0; i < side->n; i++)
        list = sc_arena_printf(arena, "%s%s%s", list, i ? ", " : "", side->bill[i].name);
    return *list ? list : "none";
}

static int take_named(struct sc_diff *d, const char *pairs, struct sc_error *err)
{
    for (const char *at = pairs; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        size_t length = strcspn(at, ","), first = strcspn(at, ":,");
        const char *second = first < length ? at + first + 1 : at;
        size_t rest = first < length ? length - first - 1 : first;
        const struct sc_diff_bill *a = find(&d->a, at, first), *b = find(&d->b, second, rest);
        if (!a || !b) {
            const struct sc_diff_side *side = a ? &d->b : &d->a;
            return sc_fail(err, NULL, "--architecture %.*s: %s has no \"%.*s\"; it has %s",
                           (int)length, at, side->path, (int)(a ? rest : first), a ? second : at,
                           names_of(side, &d->arena));
        }
        add_pair(d, a, b);
    }
    return 0;
}

static void list_only(struct sc_diff *d)
{
    d->only_a = SC_NEW_ARRAY(&d->arena, const char *, d->a.n + 1);
    d->only_b = SC_NEW_ARRAY(&d->arena, const char *, d->b.n + 1);
    for (int i = 0; i < d->a.n; i++)
        if (!find(&d->b, d->a.bill[i].name, strlen(d->a.bill[i].name)))
            d->only_a[d->n_only_a++] = d->a.bill[i].name;
    for (int i = 0; i < d->b.n; i++)
        if (!find(&d->a, d->b.bill[i].name, strlen(d->b.bill[i].name)))
            d->only_b[d->n_only_b++] = d->b.bill[i].name;
}

static int take_all(struct sc_diff *d, struct sc_error *err)
{
    if (d->a.n == 1 && d->b.n == 1) {
        add_pair(d, d->a.bill, d->b.bill);
        return 0;
    }
    for (int i = 0; i < d->a.n; i++) {
        const struct sc_diff_bill *a = &d->a.bill[i], *b = find(&d->b, a->name, strlen(a->name));
        if (b)
            add_pair(d, a, b);
    }
    list_only(d);
    if (d->n_pairs > 0)
        return 0;
    return sc_fail(err, NULL,
                   "no architecture is in both; say which to compare with --architecture A:B: "
                   "%s has %s, %s has %s",
                   d->a.path, names_of(&d->a, &d->arena), d->b.path, names_of(&d->b, &d->arena));
}

int sc_diff_form(struct sc_diff *d, const char *pairs, struct sc_error *err)
{
    int most = d->a.n;
    for (const char *c = pairs; c; c = strchr(c + 1, ','))
        most++;
    d->pair = SC_NEW_ARRAY(&d->arena, struct sc_diff_pair, most + 1);
    compare_inputs(d);
    return pairs ? take_named(d, pairs, err) : take_all(d, err);
}

void sc_diff_free(struct sc_diff *d)
{
    sc_doc_free(&d->a.doc);
    sc_doc_free(&d->b.doc);
    sc_arena_free(&d->arena);
}

bool sc_diff_is_empty(const struct sc_diff *d)
{
    bool empty = d->n_inputs == 0 && d->n_only_a == 0 && d->n_only_b == 0;
    for (int i = 0; i < d->n_pairs && empty; i++) {
        const struct sc_diff_pair *p = &d->pair[i];
        empty = strcmp(p->a, p->b) == 0 && p->n_equal == p->n && p->n_waits == 0 &&
                p->a_cents == p->b_cents;
    }
    return empty;
}

const char *sc_diff_state(const struct sc_diff_line *l)
{
    return !l->a.is_there ? "new" : !l->b.is_there ? "gone" : "both";
}
