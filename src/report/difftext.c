/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The difference for a person, in 80 columns. */
#include "report/diff.h"
#include "report/figures.h"
#include "report/words.h"

#include <string.h>

enum { COLUMNS = 5, COLUMN = 10, LEAST_LABEL = 10, HASH = 12, MOST_LINES = 40 };

/* Widths: the columns as wide as their largest amount, the label has the rest. */
struct screen {
    int label, column;
    bool says_region;
    struct sc_arena *arena;
    FILE *out;
};

/* "1,234.56"; with a sign for what is a difference. */
static char *money(int64_t cents, bool is_change, char text[SC_FIGURE_TEXT])
{
    text[0] = '+';
    sc_money_text(cents, text + (is_change && cents > 0));
    return text;
}

/* One of the files' names says nothing beyond a dozen digits of a hash. */
static void inputs(const struct sc_diff *d, struct sc_arena *arena, FILE *out)
{
    if (d->n_inputs > 0)
        fputs("\nwhat the two rest on\n", out);
    for (int i = 0; i < d->n_inputs; i++) {
        const struct sc_diff_input *in = &d->input[i];
        bool is_hash = strcmp(in->label, "scenario") == 0 || strcmp(in->label, "usage") == 0;
        int most = is_hash ? HASH : 512;
        char head[SC_SCREEN];
        snprintf(head, sizeof head, "  %-14s", in->label);
        sc_paragraph(head, 16, sc_arena_printf(arena, "%.*s -> %.*s", most, in->a, most, in->b),
                     out);
    }
}

static void label(const struct screen *s, const char *text)
{
    if ((int)strlen(text) > s->label - 3)
        fprintf(s->out, "  %.*s\n%*s", SC_SCREEN - 2, text, s->label, "");
    else
        fprintf(s->out, "  %-*s", s->label - 2, text);
}

static void cells(const struct screen *s, const int64_t *cents, int n)
{
    char text[SC_FIGURE_TEXT];
    for (int i = 0; i < n; i++)
        fprintf(s->out, "%*s", s->column, money(cents[i], i > 1, text));
    fputc('\n', s->out);
}

/* "eu-west-1", or how it changed. */
static const char *region(const struct sc_diff_line *l, struct sc_arena *arena)
{
    if (!l->region || !l->region_b || strcmp(l->region, l->region_b) == 0)
        return l->region ? l->region : l->region_b;
    return sc_arena_printf(arena, "%s -> %s", l->region, l->region_b);
}

static void line(const struct screen *s, const struct sc_diff_line *l)
{
    char a[SC_FIGURE_TEXT], b[SC_FIGURE_TEXT];
    const char *state = sc_diff_state(l);
    const int64_t cents[] = {l->a.cents, l->b.cents, l->b.cents - l->a.cents, l->quantity_cents,
                             l->price_cents};
    bool says_region = s->says_region && (l->region || l->region_b);
    label(s, sc_arena_printf(s->arena, "%s %s%s%s%s", l->node, l->item, says_region ? ", " : "",
                             says_region ? region(l, s->arena) : "",
                             *state == 'n'   ? " (new)"
                             : *state == 'g' ? " (gone)"
                                             : ""));
    cells(s, cents, COLUMNS);
    sc_amount_text(l->a.quantity, a);
    sc_amount_text(l->b.quantity, b);
    bool same = strcmp(a, b) == 0, same_sku = strcmp(l->sku, l->sku_b) == 0;
    sc_paragraph("    ", 6,
                 sc_arena_printf(s->arena, "%s%s%s %s of %s%s%s", a, same ? "" : " -> ",
                                 same ? "" : b, l->unit, l->sku, same_sku ? "" : " -> ",
                                 same_sku ? "" : l->sku_b),
                 s->out);
}

/* Said when the lines are not all of one region. */
static bool has_regions(const struct sc_diff_pair *p)
{
    const char *first = p->n > 0 ? p->line[0].region : NULL;
    for (int i = 0; i < p->n; i++) {
        const char *a = p->line[i].region, *b = p->line[i].region_b;
        if ((first && a && strcmp(first, a) != 0) || (first && b && strcmp(first, b) != 0))
            return true;
    }
    return false;
}

static struct screen screen_for(const struct sc_diff_pair *p, struct sc_arena *arena, FILE *out)
{
    char text[SC_FIGURE_TEXT];
    int column = COLUMN;
    for (int i = 0; i < p->n; i++) {
        const struct sc_diff_line *l = &p->line[i];
        const int64_t cents[] = {l->a.cents,        l->b.cents,     l->b.cents - l->a.cents,
                                 l->quantity_cents, l->price_cents, p->a_cents,
                                 p->b_cents};
        for (size_t k = 0; k < sizeof cents / sizeof *cents; k++) {
            int width = (int)strlen(money(cents[k], true, text)) + 1;
            column = width > column ? width : column;
        }
    }
    int rest = SC_SCREEN - COLUMNS * column;
    return (struct screen){rest > LEAST_LABEL ? rest : LEAST_LABEL, column, has_regions(p), arena,
                           out};
}

/* Those that the screen has no room for, the smallest, in one. */
static void smaller(const struct screen *s, const struct sc_diff_pair *p, int from, int to)
{
    int64_t cents[COLUMNS] = {0};
    for (int i = from; i < to; i++) {
        const struct sc_diff_line *l = &p->line[i];
        cents[0] += l->a.cents;
        cents[1] += l->b.cents;
        cents[2] += l->b.cents - l->a.cents;
        cents[3] += l->quantity_cents;
        cents[4] += l->price_cents;
    }
    label(s, sc_arena_printf(s->arena, "%d smaller (--csv)", to - from));
    cells(s, cents, COLUMNS);
}

static void lines(const struct sc_diff_pair *p, struct sc_arena *arena, FILE *out)
{
    const int64_t equal[] = {p->equal_cents, p->equal_cents},
                  total[] = {p->a_cents, p->b_cents, p->b_cents - p->a_cents};
    static const char *const heads[COLUMNS] = {"A", "B", "B - A", "quantity", "price"};
    char text[SC_FIGURE_TEXT];
    struct screen s = screen_for(p, arena, out);
    int differ = p->n - p->n_equal, shown = differ > MOST_LINES ? MOST_LINES - 1 : differ;
    fprintf(out, "\n  %-*s", s.label - 2, "USD");
    for (int i = 0; i < COLUMNS; i++)
        fprintf(out, "%*s%s", s.column, heads[i], i + 1 < COLUMNS ? "" : "\n");
    for (int i = 0; i < shown; i++)
        line(&s, &p->line[i]);
    if (shown < differ)
        smaller(&s, p, shown, differ);
    if (p->n_equal > 0) {
        label(&s, sc_arena_printf(arena, "%d line%s alike", p->n_equal, p->n_equal > 1 ? "s" : ""));
        cells(&s, equal, 2);
    }
    if (p->rounding_cents != 0) {
        label(&s, "rounding");
        fprintf(out, "%*s%*s\n", 2 * s.column, "", s.column, money(p->rounding_cents, true, text));
    }
    label(&s, "total");
    cells(&s, total, 3);
}

static char *value(const struct sc_diff_wait *w, double v, char text[SC_WORDS_TEXT])
{
    return w->is_frac ? sc_percent_text(v, text) : sc_ms_text(v, text);
}

static const char *range(const struct sc_diff_wait *w, const struct sc_diff_estimate *e,
                         struct sc_arena *arena)
{
    char mean[SC_WORDS_TEXT], lo[SC_WORDS_TEXT], hi[SC_WORDS_TEXT];
    if (!(e->lo < e->hi))
        return sc_arena_printf(arena, "%s", value(w, e->mean, mean));
    return sc_arena_printf(arena, "%s (%s - %s)", value(w, e->mean, mean), value(w, e->lo, lo),
                           value(w, e->hi, hi));
}

static void waits(const struct sc_diff_pair *p, struct sc_arena *arena, FILE *out)
{
    if (p->n_waits > 0)
        fputs("\n  what differs beyond its range\n", out);
    for (int i = 0; i < p->n_waits; i++) {
        const struct sc_diff_wait *w = &p->wait[i];
        char head[SC_SCREEN];
        snprintf(head, sizeof head, "  %-8s", w->label);
        sc_paragraph(
            head, 10,
            sc_arena_printf(arena, "%s -> %s", range(w, &w->a, arena), range(w, &w->b, arena)),
            out);
    }
}

static void pair(const struct sc_diff_pair *p, struct sc_arena *arena, FILE *out)
{
    char a[SC_FIGURE_TEXT], b[SC_FIGURE_TEXT], change[SC_FIGURE_TEXT];
    bool same_name = strcmp(p->a, p->b) == 0;
    fprintf(out, "\n== %s%s%s ==\n", p->a, same_name ? "" : " -> ", same_name ? "" : p->b);
    if (p->n_equal == p->n && p->a_cents == p->b_cents) {
        fprintf(out, "%s USD in both: no line differs\n", money(p->a_cents, false, a));
    } else {
        fprintf(out, "%s -> %s USD: %s", money(p->a_cents, false, a), money(p->b_cents, false, b),
                money(p->b_cents - p->a_cents, true, change));
        if (p->a_cents > 0)
            fprintf(out, " (%+.1f %%)",
                    100.0 * (double)(p->b_cents - p->a_cents) / (double)p->a_cents);
        fputc('\n', out);
        lines(p, arena, out);
    }
    waits(p, arena, out);
}

static void only(const char *where, const char *const *names, int n, struct sc_arena *arena,
                 FILE *out)
{
    const char *list = "";
    for (int i = 0; i < n; i++)
        list = sc_arena_printf(arena, "%s%s%s", list, i ? ", " : "", names[i]);
    if (n > 0)
        sc_paragraph(where, 2, list, out);
}

void sc_diff_write_text(const struct sc_diff *d, FILE *out)
{
    struct sc_arena arena = {0};
    fprintf(out, "A  %s\nB  %s\n", d->a.path, d->b.path);
    if (sc_diff_is_empty(d)) {
        fputs("\nNothing differs.\n", out);
        return;
    }
    inputs(d, &arena, out);
    for (int i = 0; i < d->n_pairs; i++)
        pair(&d->pair[i], &arena, out);
    if (d->n_only_a + d->n_only_b > 0)
        fputc('\n', out);
    only("only in A: ", d->only_a, d->n_only_a, &arena, out);
    only("only in B: ", d->only_b, d->n_only_b, &arena, out);
    sc_arena_free(&arena);
}
