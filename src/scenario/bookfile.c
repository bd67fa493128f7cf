/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A book from its file and from those that it extends: first the heads, down to the book that
 * stands by itself, then the prices, back up. */
#include "scenario/bookfile.h"

#include "scenario/bookparts.h"
#include "scenario/datapath.h"

#include <string.h>
#include <sys/stat.h>

#define TEXT(name, about, must)                                                                    \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_TEXT,                                        \
        .offset = offsetof(struct sc_book_head, name), .required = must                            \
    }
#define JSON(name, about, must)                                                                    \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_JSON,                                        \
        .offset = offsetof(struct sc_book_head, name), .required = must                            \
    }

/* Region, currency and prices may be missing only where they are inherited. */
static const struct sc_field head_fields[] = {
    TEXT(id, "name of the book, as scenarios call it", 1),
    TEXT(region, "region that the prices are for", 0),
    TEXT(currency, "USD", 0),
    TEXT(as_of, "day on which the book was made, YYYY-MM-DD", 1),
    TEXT(note, "remark", 0),
    TEXT(extends, "book whose prices it has too: a name or a file, with @DATE or without", 0),
    JSON(takes, "patterns of the SKUs taken from it; without: all", 0),
    JSON(discounts, "[{skus, frac, source}]: shares taken off inherited prices", 0),
    JSON(sources, "KEY: what the source is", 1),
    JSON(prices, "SKU: price", 0),
    {.key = NULL},
};

struct chain {
    int n;
    struct sc_book_file file[SC_BOOK_MOST_EXTENDED]; /* each extends the next */
};

/* Where a name leads. */
struct place {
    const char *path, *date, *day; /* the latter two NULL without '@' */
};

static bool is_path(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".json") == 0;
}

static int find_place(struct place *out, const char *name, const char *beside,
                      struct sc_arena *arena, struct sc_error *err)
{
    const char *at = is_path(name) ? NULL : strrchr(name, '@');
    char day[SC_DAY_TEXT];
    *out = (struct place){0};
    if (at && !sc_book_day(at + 1, day))
        return sc_fail(err, NULL,
                       "\"%s\" of \"%s\" is no date; write @YYYY, @YYYY-MM or @YYYY-MM-DD", at + 1,
                       name);
    if (at) {
        out->date = sc_arena_text(arena, at + 1);
        out->day = sc_arena_text(arena, day);
        name = sc_arena_printf(arena, "%.*s", (int)(at - name), name);
    }
    const char *slash = beside ? strrchr(beside, '/') : NULL;
    int folder = name[0] == '/' || !slash ? 0 : (int)(slash - beside + 1);
    if (is_path(name))
        out->path = sc_arena_printf(arena, "%.*s%s", folder, folder ? beside : "", name);
    else
        out->path = sc_datapath_find("prices", sc_arena_printf(arena, "%s.json", name), arena, err);
    return out->path ? 0 : -1;
}

static int missing(const struct sc_book_file *f, const char *key, const char *help)
{
    return sc_doc_fail(f->doc, f->doc->root, f->err, "the key \"%s\" is missing (%s)", key, help);
}

static int check_sources(const struct sc_book_file *f)
{
    const struct cJSON *sources = f->head.sources;
    if (!sc_json_is_object(sources))
        return sc_doc_fail(f->doc, sources, f->err,
                           "expected an object {KEY: what the source is}, found %s",
                           sc_json_kind(sources));
    for (const struct cJSON *s = sc_json_first(sources); s; s = sc_json_next(s))
        if (!sc_json_is_string(s))
            return sc_doc_fail(f->doc, s, f->err,
                               "expected a text that says what the source is, found %s",
                               sc_json_kind(s));
    return 0;
}

/* What a book that stands by itself must say, and what only one that extends another may. */
static int check_kind(const struct sc_book_file *f)
{
    const struct sc_book_head *head = &f->head;
    const struct cJSON *only = head->takes ? head->takes : head->discounts;
    if (head->extends)
        return 0;
    if (only)
        return sc_doc_fail(f->doc, only, f->err,
                           "is for the prices of another book; say which: \"extends\"");
    if (!head->region)
        return missing(f, "region", "region that the prices are for");
    if (!head->currency)
        return missing(f, "currency", "USD");
    return head->prices ? 0 : missing(f, "prices", "SKU: price");
}

static int check_head(const struct sc_book_file *f)
{
    const struct sc_book_head *head = &f->head;
    const struct cJSON *root = f->doc->root;
    char day[SC_DAY_TEXT];
    if (check_kind(f))
        return -1;
    if (head->currency && strcmp(head->currency, "USD") != 0)
        return sc_doc_fail(f->doc, sc_json_get(root, "currency"), f->err,
                           "\"%s\" is not read; give all prices in \"USD\"", head->currency);
    if (strlen(head->as_of) != 10 || !sc_book_day(head->as_of, day))
        return sc_doc_fail(f->doc, sc_json_get(root, "as_of"), f->err,
                           "\"%s\" is no date; write YYYY-MM-DD", head->as_of);
    if (check_sources(f))
        return -1;
    if (head->prices &&
        (!sc_json_is_object(head->prices) || (!head->extends && sc_json_count(head->prices) == 0)))
        return sc_doc_fail(f->doc, head->prices, f->err,
                           "expected an object {SKU: price} with at least one SKU, found %s",
                           sc_json_is_object(head->prices) ? "an empty one"
                                                           : sc_json_kind(head->prices));
    return 0;
}

/* The same file by another path is the same file. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (strcmp(a, b) == 0)
        return true;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* "a -> b -> c -> LAST", from the file `from` on. */
static const char *row_of(const struct chain *c, int from, const char *last)
{
    const char *text = "";
    for (int i = from; i < c->n; i++)
        text = sc_arena_printf(c->file[i].arena, "%s%s -> ", text, c->file[i].head.id);
    return sc_arena_printf(c->file[0].arena, "%s%s", text, last);
}

/* Opens the book that the last file of the chain extends; at a file's own "@DATE" the day of the
 * book above no longer counts. */
static int open_next(struct chain *c)
{
    const struct sc_book_file *f = &c->file[c->n - 1];
    const struct cJSON *item = sc_json_get(f->doc->root, "extends");
    struct sc_error own = {0};
    struct place place;
    if (find_place(&place, f->head.extends, f->doc->name, f->arena, &own))
        return sc_doc_fail(f->doc, item, f->err, "%s", own.message);
    for (int i = 0; i < c->n; i++)
        if (is_same_file(c->file[i].doc->name, place.path))
            return sc_doc_fail(f->doc, item, f->err,
                               "the books extend each other in a circle: %s; leave one out",
                               row_of(c, i, c->file[i].head.id));
    if (c->n == SC_BOOK_MOST_EXTENDED)
        return sc_doc_fail(f->doc, item, f->err,
                           "at most %d books may extend each other in a row: %s",
                           SC_BOOK_MOST_EXTENDED, row_of(c, 0, f->head.extends));
    struct sc_book_file *next = &c->file[c->n];
    *next = (struct sc_book_file){.date = place.day ? place.date : f->date,
                                  .day = place.day ? place.day : f->day,
                                  .arena = f->arena,
                                  .err = f->err};
    c->file[c->n - 1].pinned = place.day != NULL;
    c->n++;
    next->doc = &next->own;
    return sc_doc_read(&next->own, place.path, f->err);
}

static int open_all(struct chain *c)
{
    for (;;) {
        struct sc_book_file *f = &c->file[c->n - 1];
        if (sc_book_read_fields(f, f->doc->root, head_fields, &f->head) || check_head(f))
            return -1;
        if (!f->head.extends)
            return 0;
        if (open_next(c))
            return -1;
    }
}

/* The file's own prices into the list of what it inherits, which has none of their SKUs. */
static int add_own(const struct sc_book_file *f, struct sc_book_list *list)
{
    int n_own = 0, from = 0;
    const struct cJSON **items = sc_json_sorted(f->arena, f->head.prices, &n_own);
    struct sc_book_list all = {.entry =
                                   SC_NEW_ARRAY(f->arena, struct sc_book_entry, list->n + n_own)};
    for (int i = 0; i < n_own; i++) {
        while (from < list->n && strcmp(list->entry[from].price.sku, sc_json_key(items[i])) < 0)
            all.entry[all.n++] = list->entry[from++];
        if (sc_book_read_price(f, items[i], &all.entry[all.n++]))
            return -1;
    }
    while (from < list->n)
        all.entry[all.n++] = list->entry[from++];
    *list = all;
    return sc_book_link(f, list);
}

static int gather(struct chain *c, struct sc_book_list *list)
{
    *list = (struct sc_book_list){0};
    for (int i = c->n - 1; i >= 0; i--) {
        struct sc_book_file *f = &c->file[i], *parent = i + 1 < c->n ? f + 1 : NULL;
        if (parent && !f->head.region)
            f->head.region = parent->head.region;
        if (parent && !f->head.currency)
            f->head.currency = parent->head.currency;
        if ((parent && sc_book_inherit(f, parent->head.region, list)) || add_own(f, list))
            return -1;
    }
    return 0;
}

static const char *id_of(const struct sc_book_file *f)
{
    return f->date ? sc_arena_printf(f->arena, "%s@%s", f->head.id, f->date) : f->head.id;
}

static const char *extends_of(const struct chain *c)
{
    const char *text = c->n > 1 ? id_of(&c->file[1]) : NULL;
    for (int i = 2; i < c->n; i++)
        text = sc_arena_printf(c->file[i].arena, "%s < %s", text, id_of(&c->file[i]));
    return text;
}

static void form(struct sc_book *out, const struct chain *c, const struct sc_book_list *list)
{
    const struct sc_book_file *f = &c->file[0];
    *out = (struct sc_book){
        .id = id_of(f),
        .region = f->head.region,
        .currency = f->head.currency,
        .as_of = f->head.as_of,
        .path = sc_arena_text(f->arena, f->doc->name),
        .at = f->day,
        .extends = extends_of(c),
        .prices = SC_NEW_ARRAY(f->arena, struct sc_price, list->n),
    };
    sc_book_settle(list);
    out->changes = sc_book_days(list, f->arena, &out->n_changes);
    for (int i = 0; i < list->n; i++)
        if (list->entry[i].is_there)
            out->prices[out->n++] = list->entry[i].price;
}

/* The first file of the chain is there already. */
static int read_chain(struct sc_book *out, struct chain *c)
{
    struct sc_book_list list;
    int failed = open_all(c) || gather(c, &list);
    if (!failed)
        form(out, c, &list);
    for (int i = 0; i < c->n; i++)
        sc_doc_free(&c->file[i].own);
    return failed ? -1 : 0;
}

int sc_book_parse(struct sc_book *out, const struct sc_doc *doc, const char *at,
                  struct sc_arena *arena, struct sc_error *err)
{
    const char *day = at ? sc_arena_text(arena, at) : NULL;
    struct chain c = {.n = 1};
    c.file[0] =
        (struct sc_book_file){.doc = doc, .date = day, .day = day, .arena = arena, .err = err};
    return read_chain(out, &c);
}

int sc_book_load(struct sc_book *out, const char *name, const char *beside, struct sc_arena *arena,
                 bool *found, struct sc_error *err)
{
    struct place place;
    *found = find_place(&place, name, beside, arena, err) == 0;
    if (!*found)
        return -1;
    struct chain c = {.n = 1};
    struct sc_book_file *f = &c.file[0];
    *f = (struct sc_book_file){.date = place.date, .day = place.day, .arena = arena, .err = err};
    f->doc = &f->own;
    if (sc_doc_read(&f->own, place.path, err)) {
        sc_doc_free(&f->own);
        return -1;
    }
    return read_chain(out, &c);
}
