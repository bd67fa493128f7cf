/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/pointer.h"

#include "io/json.h"
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

/* Reads one byte of a segment and moves on; 0 at its end. */
static char next_byte(const char **segment)
{
    char c = **segment;
    if (c == '\0' || c == '/')
        return '\0';
    ++*segment;
    if (c == '~' && (**segment == '0' || **segment == '1'))
        c = *(*segment)++ == '0' ? '~' : '/';
    return c;
}

bool sc_segment_is(const char *segment, const char *key)
{
    for (; *key; key++)
        if (next_byte(&segment) != *key)
            return false;
    return next_byte(&segment) == '\0';
}

void sc_segment_decode(char *segment)
{
    const char *from = segment;
    while ((*segment = next_byte(&from)) != '\0')
        segment++;
}

int sc_segment_index(const char *segment)
{
    size_t n = strspn(segment, "0123456789");
    if (n == 0 || n > 9 || (segment[n] != '\0' && segment[n] != '/') ||
        (segment[0] == '0' && n > 1))
        return -1;
    int index = 0;
    for (size_t i = 0; i < n; i++)
        index = index * 10 + (segment[i] - '0');
    return index;
}

struct cJSON *sc_segment_child(const struct cJSON *parent, const char *segment)
{
    if (cJSON_IsArray(parent)) {
        int index = sc_segment_index(segment);
        return index < 0 ? NULL : cJSON_GetArrayItem(parent, index);
    }
    if (!cJSON_IsObject(parent))
        return NULL;
    struct cJSON *item = parent->child;
    while (item && !sc_segment_is(segment, item->string))
        item = item->next;
    return item;
}

struct cJSON *sc_json_at(const struct sc_doc *doc, const char *pointer)
{
    struct cJSON *item = doc->root;
    if (*pointer != '\0' && *pointer != '/')
        return NULL;
    while (item && *pointer == '/') {
        item = sc_segment_child(item, pointer + 1);
        pointer += 1 + strcspn(pointer + 1, "/");
    }
    return item;
}

/* Fills path[0..] with the items from `root` down to `item`; returns how many, 0 when it is not
 * below. No deeper than a document may be, so the recursion is bounded. */
static int find(const struct cJSON *root, const struct cJSON *item, const struct cJSON **path,
                int depth)
{
    path[depth] = root;
    if (root == item)
        return depth + 1;
    if (depth == SC_JSON_MOST_DEPTH)
        return 0;
    for (const struct cJSON *child = root->child; child; child = child->next) {
        int n = find(child, item, path, depth + 1);
        if (n > 0)
            return n;
    }
    return 0;
}

struct room {
    char *at, *end; /* the last byte stays for the zero */
};

static void put(struct room *r, const char *text)
{
    for (; *text && r->at < r->end; text++)
        *r->at++ = *text;
}

static void put_escaped(struct room *r, const char *key)
{
    for (; *key; key++)
        put(r, *key == '~' ? "~0" : *key == '/' ? "~1" : (char[2]){*key, '\0'});
}

static int place_in(const struct cJSON *array, const struct cJSON *item)
{
    int i = 0;
    for (const struct cJSON *child = array->child; child && child != item; child = child->next)
        i++;
    return i;
}

void sc_json_pointer(const struct sc_doc *doc, const struct cJSON *item, char *out, size_t size)
{
    const struct cJSON *path[SC_JSON_MOST_DEPTH + 1];
    struct room r = {out, out + size - 1};
    int n = doc->root && item ? find(doc->root, item, path, 0) : 0;
    for (int i = 1; i < n; i++) {
        char index[16];
        put(&r, "/");
        if (cJSON_IsObject(path[i - 1]))
            put_escaped(&r, path[i]->string);
        else {
            snprintf(index, sizeof index, "%d", place_in(path[i - 1], path[i]));
            put(&r, index);
        }
    }
    *r.at = '\0';
}
