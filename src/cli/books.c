/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost books: the price books there are, how old and how sure. */
#include "cli/age.h"
#include "cli/commands.h"
#include "io/json.h"
#include "run/emit.h"
#include "scenario/bookfile.h"
#include "scenario/datapath.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS = 80 };

struct shelf {
    struct sc_arena arena;
    struct sc_book *book; /* those that could be read */
    int n;
    bool in_full;
};

static int count_unconfirmed(const struct sc_book *b)
{
    int n = 0;
    for (int i = 0; i < b->n; i++)
        n += !b->prices[i].confirmed;
    return n;
}

static const char *const *unconfirmed(const struct sc_book *b, struct sc_arena *arena, int *n)
{
    const char **sku = SC_NEW_ARRAY(arena, const char *, b->n);
    *n = 0;
    for (int i = 0; i < b->n; i++)
        if (!b->prices[i].confirmed)
            sku[(*n)++] = b->prices[i].sku;
    return sku;
}

static void print_row(const struct sc_book *b)
{
    int64_t age = sc_book_age_days(b);
    printf("%-28s %-14s %-10s %6" PRId64 " %6d %11d\n", b->id, b->region, b->as_of, age, b->n,
           count_unconfirmed(b));
    if (age > SC_BOOK_OLD_DAYS)
        puts("  older than a year: check its prices against their sources");
}

/* "  title: a, b, c", as many lines as it takes. */
static void print_names(const char *title, const char *const *name, int n)
{
    if (n == 0)
        return;
    int column = printf("  %s:", title);
    for (int i = 0; i < n; i++) {
        const char *comma = i + 1 < n ? "," : "";
        if (column + 1 + (int)(strlen(name[i]) + strlen(comma)) > COLUMNS)
            column = printf("\n   ") - 1;
        column += printf(" %s%s", name[i], comma);
    }
    putchar('\n');
}

/* The book's own, in its file; what it extends has the others. */
static const struct cJSON **sources(const struct sc_book *b, struct sc_doc *doc, int *n,
                                    struct sc_arena *arena, struct sc_error *err)
{
    bool is_read = sc_doc_read(doc, b->path, err) == 0;
    return sc_json_sorted(arena, is_read ? sc_json_get(doc->root, "sources") : NULL, n);
}

/* "    KEY: what it is", wrapped. */
static void print_source(const char *key, const char *text)
{
    int column = printf("    %s:", key);
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (column + 1 + length > COLUMNS)
            column = printf("\n     ") - 1;
        column += printf(" %.*s", length, text);
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_sources(const struct sc_book *b, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_doc doc = {0};
    int n;
    const struct cJSON **list = sources(b, &doc, &n, arena, err);
    if (n > 0)
        puts("  sources:");
    for (int i = 0; i < n; i++)
        print_source(sc_json_key(list[i]), sc_json_string(list[i]));
    sc_doc_free(&doc);
}

static void print_full(const struct sc_book *b, struct sc_arena *arena, struct sc_error *err)
{
    int n;
    const char *const *sku = unconfirmed(b, arena, &n);
    if (b->at)
        printf("  prices of: %s\n", b->at);
    if (b->extends)
        printf("  extends: %s\n", b->extends);
    print_names("changes", b->changes, b->n_changes);
    print_names("not confirmed", sku, n);
    print_sources(b, arena, err);
}

static void print_text(struct shelf *s, struct sc_error *err)
{
    printf("%-28s %-14s %-10s %6s %6s %11s\n", "book", "region", "as of", "days", "prices",
           "unconfirmed");
    for (int i = 0; i < s->n; i++) {
        print_row(&s->book[i]);
        if (s->in_full)
            print_full(&s->book[i], &s->arena, err);
    }
}

static void emit_text(const char *before, const char *key, const char *value)
{
    printf("%s\"%s\": ", before, key);
    sc_emit_text(value, stdout);
}

static void emit_names(const char *before, const char *key, const char *const *name, int n)
{
    printf("%s\"%s\": [", before, key);
    for (int i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        sc_emit_text(name[i], stdout);
    }
    putchar(']');
}

static void emit_sources(const struct sc_book *b, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_doc doc = {0};
    int n;
    const struct cJSON **list = sources(b, &doc, &n, arena, err);
    fputs(",\n     \"sources\": {", stdout);
    for (int i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        sc_emit_text(sc_json_key(list[i]), stdout);
        fputs(": ", stdout);
        sc_emit_text(sc_json_string(list[i]), stdout);
    }
    putchar('}');
    sc_doc_free(&doc);
}

static void emit_book(const struct sc_book *b, struct sc_arena *arena, struct sc_error *err)
{
    int n;
    const char *const *sku = unconfirmed(b, arena, &n);
    int64_t age = sc_book_age_days(b);
    emit_text("    {", "id", b->id);
    emit_text(", ", "region", b->region);
    emit_text(", ", "as_of", b->as_of);
    printf(", \"age_days\": %" PRId64 ", \"old\": %s", age,
           age > SC_BOOK_OLD_DAYS ? "true" : "false");
    printf(", \"prices\": %d, \"unconfirmed\": %d", b->n, n);
    emit_text(",\n     ", "at", b->at);
    emit_text(", ", "extends", b->extends);
    emit_text(", ", "path", b->path);
    emit_names(",\n     ", "changes", b->changes, b->n_changes);
    emit_names(",\n     ", "unconfirmed_skus", sku, n);
    emit_sources(b, arena, err);
    putchar('}');
}

static void print_json(struct shelf *s, struct sc_error *err)
{
    fputs("{\"schema_version\": 1, \"books\": [", stdout);
    for (int i = 0; i < s->n; i++) {
        fputs(i > 0 ? ",\n" : "\n", stdout);
        emit_book(&s->book[i], &s->arena, err);
    }
    puts("\n]}");
}

static int print(struct shelf *s, bool is_json, struct sc_error *err)
{
    if (s->n > 0 && is_json)
        print_json(s, err);
    else if (s->n > 0)
        print_text(s, err);
    return err->message[0] == '\0' ? 0 : -1;
}

static int complain(const struct sc_error *err)
{
    sc_error_print(err, stderr);
    return SC_EXIT_INVALID;
}

int sc_command_books(const struct sc_options *o)
{
    struct shelf s = {.in_full = o->detail || o->n_args > 0};
    int n = (int)o->n_args, code = SC_EXIT_DONE;
    const char *const *name = n > 0 ? o->arg : sc_datapath_list("prices", &s.arena, &n);
    s.book = SC_NEW_ARRAY(&s.arena, struct sc_book, n);
    for (int i = 0; i < n; i++) {
        struct sc_error err = {0};
        bool found;
        if (sc_book_load(&s.book[s.n], name[i], NULL, &s.arena, &found, &err) != 0)
            code = complain(&err);
        else
            s.n++;
    }
    struct sc_error err = {0};
    if (print(&s, strcmp(o->format, "json") == 0, &err) != 0)
        code = complain(&err);
    sc_arena_free(&s.arena);
    return code;
}
