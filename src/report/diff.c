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

static bool is_of(const struct sc_diff_line *a, const struct sc_diff_line *b, bool same_sku)
{
    bool same_region = !a->region || !b->region || strcmp(a->region, b->region) == 0;
    return same_region && strcmp(a->node, b->node) == 0 && strcmp(a->item, b->item) == 0 &&
           strcmp(a->unit, b->unit) == 0 && (!same_sku || strcmp(a->sku, b->sku) == 0);
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
    int order = strcmp(p->node, q->node);
    order = order ? order : strcmp(p->item, q->item);
    order = order ? order : strcmp(p->sku, q->sku);
    return order ? order : strcmp(p->region ? p->region : "", q->region ? q->region : "");
}

/* First lines of one SKU, then those of the same item whose SKU has changed; what is left is new.
 */
static void match(struct sc_diff_pair *p, const struct sc_diff_bill *b, struct sc_arena *arena)
{
    bool *matched = SC_NEW_ARRAY(arena, bool, b->n + 1);
    int n_a = p->n;
    for (int same_sku = 1; same_sku >= 0; same_sku--)
        for (int i = 0; i < b->n; i++)
            for (int k = 0; k < n_a && !matched[i]; k++)
                if (!p->line[k].b.is_there && is_of(&p->line[k], &b->line[i], same_sku)) {
                    matched[i] = true;
                    p->line[k].b = b->line[i].a;
                    p->line[k].sku_b = b->line[i].sku;
                }
    for (int i = 0; i < b->n; i++)
        if (!matched[i]) {
            p->line[p->n] = b->line[i];
            p->line[p->n].b = b->line[i].a;
            p->line[p->n].sku_b = b->line[i].sku;
            p->line[p->n++].a = (struct sc_diff_amount){0};
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
