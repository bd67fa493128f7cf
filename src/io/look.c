/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into parsed JSON, so that nobody above needs cJSON's header. */
#include "io/json.h"
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

const struct cJSON *sc_json_get(const struct cJSON *object, const char *key)
{
    const struct cJSON *item = cJSON_IsObject(object) ? object->child : NULL;
    while (item && strcmp(item->string, key) != 0)
        item = item->next;
    return item;
}

const struct cJSON *sc_json_first(const struct cJSON *container)
{
    return container ? container->child : NULL;
}

const struct cJSON *sc_json_next(const struct cJSON *item)
{
    return item ? item->next : NULL;
}

int sc_json_count(const struct cJSON *container)
{
    int n = 0;
    for (const struct cJSON *item = sc_json_first(container); item; item = item->next)
        n++;
    return n;
}

const char *sc_json_key(const struct cJSON *item)
{
    return item ? item->string : NULL;
}

bool sc_json_is_object(const struct cJSON *item)
{
    return cJSON_IsObject(item);
}

bool sc_json_is_array(const struct cJSON *item)
{
    return cJSON_IsArray(item);
}

bool sc_json_is_string(const struct cJSON *item)
{
    return cJSON_IsString(item);
}

bool sc_json_is_number(const struct cJSON *item)
{
    return cJSON_IsNumber(item);
}

bool sc_json_is_bool(const struct cJSON *item)
{
    return cJSON_IsBool(item);
}

const char *sc_json_string(const struct cJSON *item)
{
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

double sc_json_number(const struct cJSON *item)
{
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

bool sc_json_true(const struct cJSON *item)
{
    return cJSON_IsTrue(item);
}

const char *sc_json_kind(const struct cJSON *item)
{
    if (cJSON_IsObject(item))
        return "an object";
    if (cJSON_IsArray(item))
        return "an array";
    if (cJSON_IsString(item))
        return "a string";
    if (cJSON_IsNumber(item))
        return "a number";
    return cJSON_IsBool(item) ? "a boolean" : cJSON_IsNull(item) ? "null" : "nothing";
}

static int by_key(const void *a, const void *b)
{
    const struct cJSON *const *x = a, *const *y = b;
    return strcmp((*x)->string, (*y)->string);
}

const struct cJSON **sc_json_sorted(struct sc_arena *arena, const struct cJSON *object, int *n)
{
    *n = cJSON_IsObject(object) ? sc_json_count(object) : 0;
    const struct cJSON **list = SC_NEW_ARRAY(arena, const struct cJSON *, *n);
    const struct cJSON *item = sc_json_first(object);
    for (int i = 0; i < *n; i++, item = item->next)
        list[i] = item;
    qsort(list, (size_t)*n, sizeof *list, by_key);
    return list;
}
