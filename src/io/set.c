/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --set POINTER=VALUE: one item of a document, replaced or added. */
#include "base/names.h"
#include "io/json.h"
#include "io/pointer.h"
#include "io/scan.h"
#include "io/tree.h"
#include <cjson/cJSON.h>
#include <stdarg.h>
#include <string.h>

static SC_PRINTF(3, 4) int fail_set(const struct sc_set *set, struct sc_error *err, const char *fmt,
                                    ...)
{
    char message[sizeof err->message], name[sizeof err->file];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    sc_fail(err, NULL, "%s", message);
    snprintf(name, sizeof name, "--set %s", set->pointer);
    sc_error_place(err, name, 0, 0);
    return -1;
}

static bool is_utf8(const char *text)
{
    size_t n = strlen(text);
    for (size_t at = 0; at < n;) {
        int length = sc_scan_utf8((const unsigned char *)text + at, n - at);
        if (length == 0)
            return false;
        at += (size_t)length;
    }
    return true;
}

static struct cJSON *value_of(const struct sc_set *set, struct sc_error *err)
{
    struct sc_error ignored = {0};
    size_t length = strlen(set->value);
    struct cJSON *item = NULL;
    if (sc_scan("", set->value, length, &ignored) == 0)
        item = cJSON_ParseWithLength(set->value, length);
    else if (is_utf8(set->value))
        item = cJSON_CreateString(set->value);
    if (!item)
        fail_set(set, err, "the value is not UTF-8");
    return item;
}

/* The key of a segment that is not there, with the nearest that is. */
static int no_such(const struct sc_set *set, const struct cJSON *parent, const char *segment,
                   struct sc_error *err)
{
    int length = (int)strcspn(segment, "/");
    char typed[64] = "";
    snprintf(typed, sizeof typed, "%.*s", length < 63 ? length : 63, segment);
    struct sc_nearest nearest = {.typed = typed};
    for (const struct cJSON *item = cJSON_IsObject(parent) ? parent->child : NULL; item;
         item = item->next)
        sc_nearest_offer(&nearest, item->string);
    const char *near = sc_nearest_name(&nearest);
    return fail_set(set, err, "there is no \"%s\" in %s%s%s%s", typed, sc_json_kind(parent),
                    near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* Walks to the last segment's parent; *last is that segment. */
static struct cJSON *parent_of(const struct sc_doc *doc, const struct sc_set *set,
                               const char **last, struct sc_error *err)
{
    struct cJSON *item = doc->root;
    const char *segment = set->pointer + 1;
    for (const char *end = strchr(segment, '/'); end;
         segment = end + 1, end = strchr(segment, '/')) {
        struct cJSON *child = sc_segment_child(item, segment);
        if (!child) {
            no_such(set, item, segment, err);
            return NULL;
        }
        item = child;
    }
    *last = segment;
    return item;
}

/* Takes over the value. */
static void put_member(struct cJSON *object, const char *segment, struct cJSON *value)
{
    struct cJSON *old = sc_segment_child(object, segment);
    size_t room = strlen(segment) + 1;
    char *key = sc_take(room);
    memcpy(key, segment, room);
    sc_segment_decode(key);
    if (old) { /* replacing in place keeps the order; cJSON's own replacement by key ignores case */
        value->string = cJSON_malloc(strlen(key) + 1);
        if (value->string)
            memcpy(value->string, key, strlen(key) + 1);
        cJSON_ReplaceItemViaPointer(object, old, value);
    } else
        cJSON_AddItemToObject(object, key, value);
    sc_release(key);
}

/* Takes over the value unless it fails. */
static int put_element(struct cJSON *array, const struct sc_set *set, const char *segment,
                       struct cJSON *value, struct sc_error *err)
{
    int n = cJSON_GetArraySize(array),
        index = strcmp(segment, "-") == 0 ? n : sc_segment_index(segment);
    if (index < 0)
        return fail_set(set, err,
                        "\"%.60s\" is no place in an array; 0 to %d are, or - for its end", segment,
                        n);
    if (index > n)
        return fail_set(set, err, "%d is beyond the end of the array, which has %d", index, n);
    if (index == n)
        cJSON_AddItemToArray(array, value);
    else
        cJSON_ReplaceItemInArray(array, index, value);
    return 0;
}

static int depth_of(const char *pointer)
{
    int depth = 0;
    for (; *pointer; pointer++)
        depth += *pointer == '/';
    return depth;
}

static int apply(struct sc_doc *doc, const struct sc_set *set, struct sc_error *err)
{
    if (set->pointer[0] != '/')
        return fail_set(set, err, "a JSON pointer begins with '/', as in /seed");
    const char *last = NULL;
    struct cJSON *parent = parent_of(doc, set, &last, err);
    if (!parent)
        return -1;
    if (!cJSON_IsObject(parent) && !cJSON_IsArray(parent))
        return fail_set(set, err, "\"%.60s\" cannot be put into %s", last, sc_json_kind(parent));
    struct cJSON *value = value_of(set, err);
    if (!value)
        return -1;
    if (cJSON_IsObject(parent))
        put_member(parent, last, value);
    else if (put_element(parent, set, last, value, err) != 0) {
        cJSON_Delete(value);
        return -1;
    }
    return sc_tree_check(doc, value, depth_of(set->pointer), err);
}

int sc_doc_set(struct sc_doc *doc, const struct sc_set *sets, int n, struct sc_error *err)
{
    doc->sets = sets;
    for (int i = 0; i < n; i++) {
        doc->n_sets = i + 1;
        if (apply(doc, &sets[i], err) != 0)
            return -1;
    }
    return 0;
}
