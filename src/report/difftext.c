/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The difference for a person, in 80 columns. */
#include "report/diff.h"
#include "report/words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { LABEL = 30, COLUMN = 10, HASH = 12 };

/* "12.34"; with a sign for what is a difference. */
static char *money(int64_t cents, bool is_change, char text[SC_WORDS_TEXT])
{
    const char *sign = cents < 0 ? "-" : is_change && cents > 0 ? "+" : "";
    int64_t size = cents < 0 ? -cents : cents;
    snprintf(text, SC_WORDS_TEXT, "%s%" PRId64 ".%02" PRId64, sign, size / 100, size % 100);
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

static void label(const char *text, FILE *out)
{
    if (strlen(text) > LABEL - 3)
        fprintf(out, "  %.*s\n%*s", SC_SCREEN - 2, text, LABEL, "");
    else
        fprintf(out, "  %-*s", LABEL - 2, text);
}

static void cells(const int64_t *cents, int n, FILE *out)
{
    char text[SC_WORDS_TEXT];
    for (int i = 0; i < n; i++)
        fprintf(out, "%*s", COLUMN, money(cents[i], i > 1, text));
    fputc('\n', out);
}

static void line(const struct sc_diff_line *l, bool says_region, struct sc_arena *arena, FILE *out)
{
    char a[SC_WORDS_TEXT], b[SC_WORDS_TEXT];
    const char *state = sc_diff_state(l);
    const int64_t cents[] = {l->a.cents, l->b.cents, l->b.cents - l->a.cents, l->quantity_cents,
                             l->price_cents};
    label(sc_arena_printf(arena, "%s %s%s%s%s", l->node, l->item, says_region ? ", " : "",
                          says_region ? l->region : "",
                          *state == 'n'   ? " (new)"
                          : *state == 'g' ? " (gone)"
                                          : ""),
          out);
    cells(cents, 5, out);
    bool same = !(l->a.quantity < l->b.quantity) && !(l->a.quantity > l->b.quantity);
    bool same_sku = strcmp(l->sku, l->sku_b) == 0;
    sc_paragraph("    ", 6,
                 sc_arena_printf(arena, "%s%s%s %s of %s%s%s", sc_count_text(l->a.quantity, a),
                                 same ? "" : " -> ", same ? "" : sc_count_text(l->b.quantity, b),
                                 l->unit, l->sku, same_sku ? "" : " -> ", same_sku ? "" : l->sku_b),
                 out);
}

static bool has_regions(const struct sc_diff_pair *p)
{
    for (int i = 1; i < p->n; i++) {
        const char *a = p->line[0].region, *b = p->line[i].region;
        if (a && b && strcmp(a, b) != 0)
            return true;
    }
    return false;
}

static void lines(const struct sc_diff_pair *p, struct sc_arena *arena, FILE *out)
{
    const int64_t equal[] = {p->equal_cents, p->equal_cents},
                  total[] = {p->a_cents, p->b_cents, p->b_cents - p->a_cents};
    char text[SC_WORDS_TEXT];
    bool several = has_regions(p);
    fprintf(out, "\n  %-*s%*s%*s%*s%*s%*s\n", LABEL - 2, "USD", COLUMN, "A", COLUMN, "B", COLUMN,
            "B - A", COLUMN, "quantity", COLUMN, "price");
    for (int i = 0; i < p->n - p->n_equal; i++)
        line(&p->line[i], several && p->line[i].region, arena, out);
    if (p->n_equal > 0) {
        label(sc_arena_printf(arena, "%d line%s alike", p->n_equal, p->n_equal > 1 ? "s" : ""),
              out);
        cells(equal, 2, out);
    }
    if (p->rounding_cents != 0) {
        label("rounding", out);
        fprintf(out, "%*s%*s\n", 2 * COLUMN, "", COLUMN, money(p->rounding_cents, true, text));
    }
    label("total", out);
    cells(total, 3, out);
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
    char a[SC_WORDS_TEXT], b[SC_WORDS_TEXT], change[SC_WORDS_TEXT];
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
