/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/tree.h"

#include "io/json.h"
#include "io/pointer.h"
#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { POINTER_ROOM = 4096 };

static const char *after(const char *pointer, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(pointer, prefix, n) == 0 && (pointer[n] == '\0' || pointer[n] == '/')
               ? pointer + n
               : NULL;
}

/* The last --set at or above the pointer; those that added an element ("/list/-") are known by the
 * list. */
static const struct sc_set *set_of(const struct sc_doc *doc, const char *pointer, bool appended)
{
    for (int i = doc->n_sets - 1; i >= 0; i--) {
        char place[POINTER_ROOM];
        snprintf(place, sizeof place, "%s", doc->sets[i].pointer);
        char *slash = strrchr(place, '/');
        if (appended && slash)
            *slash = '\0';
        if (after(pointer, place))
            return &doc->sets[i];
    }
    return NULL;
}

void sc_tree_place(const struct sc_doc *doc, const char *pointer, int nth, struct sc_error *err)
{
    int line = 0, col = 0;
    const struct sc_set *set = set_of(doc, pointer, false);
    if (!set && doc->text) {
        sc_json_locate_nth(doc->text, pointer, nth, &line, &col);
        set = line == 0 ? set_of(doc, pointer, true) : NULL;
    }
    char name[sizeof err->file];
    snprintf(name, sizeof name, "%s%s", set ? "--set " : "", set ? set->pointer : doc->name);
    sc_error_place(err, name, line, col);
}

int sc_doc_fail(const struct sc_doc *doc, const struct cJSON *item, struct sc_error *err,
                const char *fmt, ...)
{
    char message[sizeof err->message], pointer[POINTER_ROOM];
    if (err->message[0] != '\0')
        return -1;
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    sc_json_pointer(doc, item, pointer, sizeof pointer);
    sc_fail(err, pointer, "%s", message);
    sc_tree_place(doc, pointer, 1, err);
    return -1;
}

struct member {
    const struct cJSON *item;
    int place;
};

struct check {
    const struct sc_doc *doc;
    struct sc_error *err;
    struct member *members; /* of the object at hand */
    size_t cap;
};

static int by_key_then_place(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = strcmp(x->item->string, y->item->string);
    return order != 0 ? order : x->place - y->place;
}

/* The pointer leads to the first of the two, so the second is found by its number. */
static int twice(const struct check *c, const struct cJSON *first, const struct cJSON *second)
{
    char pointer[POINTER_ROOM];
    sc_json_pointer(c->doc, second, pointer, sizeof pointer);
    struct sc_error place = {0};
    sc_tree_place(c->doc, pointer, 1, &place);
    char where[48] = "";
    if (place.line > 0)
        snprintf(where, sizeof where, ", first on line %d", place.line);
    sc_fail(c->err, pointer, "the key \"%.100s\" stands twice in this object%s", first->string,
            where);
    sc_tree_place(c->doc, pointer, 2, c->err);
    return -1;
}

static int check_keys(struct check *c, const struct cJSON *object)
{
    int n = sc_json_count(object), i = 0;
    if (n < 2)
        return 0;
    c->members = sc_grow(c->members, &c->cap, (size_t)n, sizeof *c->members);
    for (const struct cJSON *item = object->child; item; item = item->next, i++)
        c->members[i] = (struct member){item, i};
    qsort(c->members, (size_t)n, sizeof *c->members, by_key_then_place);
    for (i = 1; i < n; i++)
        if (strcmp(c->members[i - 1].item->string, c->members[i].item->string) == 0)
            return twice(c, c->members[i - 1].item, c->members[i].item);
    return 0;
}

/* The recursion ends at SC_JSON_MOST_DEPTH. */
static int check(struct check *c, const struct cJSON *item, int depth)
{
    if (cJSON_IsNumber(item) && !isfinite(item->valuedouble))
        return sc_doc_fail(c->doc, item, c->err,
                           "this number is too large; the largest is about 1.8e308");
    if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
        return 0;
    if (depth >= SC_JSON_MOST_DEPTH)
        return sc_doc_fail(c->doc, item, c->err, "nested deeper than %d levels",
                           SC_JSON_MOST_DEPTH);
    if (cJSON_IsObject(item) && check_keys(c, item) != 0)
        return -1;
    for (const struct cJSON *child = item->child; child; child = child->next)
        if (check(c, child, depth + 1) != 0)
            return -1;
    return 0;
}

int sc_tree_check(const struct sc_doc *doc, const struct cJSON *item, int depth,
                  struct sc_error *err)
{
    struct check c = {.doc = doc, .err = err};
    int failed = check(&c, item, depth);
    sc_release(c.members);
    return failed;
}
