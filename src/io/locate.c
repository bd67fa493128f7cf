/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where does an item stand in the text? cJSON keeps no places, so after an error the text is walked
 * once more along the pointer. The text was found to be JSON before; on any other text the walk
 * ends early. */
#include "io/json.h"
#include "io/pointer.h"
#include "io/scan.h"
#include <cjson/cJSON.h>
#include <string.h>

static const char *skip_space(const char *c)
{
    return c + strspn(c, " \t\r\n");
}

static const char *skip_string(const char *c)
{
    for (c++; *c != '\0' && *c != '"'; c++)
        if (*c == '\\' && c[1] != '\0')
            c++;
    return *c == '"' ? c + 1 : c;
}

static const char *skip_value(const char *c)
{
    int depth = 0;
    do {
        if (*c == '"')
            c = skip_string(c);
        else if (*c == '{' || *c == '[') {
            depth++;
            c++;
        } else if (*c == '}' || *c == ']') {
            depth--;
            c++;
        } else if (depth == 0)
            c += strcspn(c, ",]} \t\r\n");
        else
            c += 1 + strcspn(c + 1, "\"{}[]");
    } while (depth > 0 && *c != '\0');
    return c;
}

/* The string between two places, escapes undone by cJSON, is it the segment? */
static bool key_is(const char *begin, const char *end, const char *segment)
{
    struct cJSON *key = cJSON_ParseWithLength(begin, (size_t)(end - begin));
    bool same = cJSON_IsString(key) && sc_segment_is(segment, key->valuestring);
    cJSON_Delete(key);
    return same;
}

static const char *find_member(const char *c, const char *segment, int nth)
{
    c = skip_space(c + 1);
    while (*c == '"') {
        const char *end = skip_string(c), *value = skip_space(end);
        if (*value != ':')
            return NULL;
        value = skip_space(value + 1);
        if (key_is(c, end, segment) && --nth == 0)
            return value;
        c = skip_space(skip_value(value));
        c = *c == ',' ? skip_space(c + 1) : c;
    }
    return NULL;
}

static const char *find_element(const char *c, int index)
{
    c = skip_space(c + 1);
    while (index >= 0 && *c != ']' && *c != '\0') {
        if (index-- == 0)
            return c;
        c = skip_space(skip_value(c));
        if (*c != ',')
            return NULL;
        c = skip_space(c + 1);
    }
    return NULL;
}

void sc_json_locate_nth(const char *text, const char *pointer, int nth, int *line, int *col)
{
    const char *at = skip_space(text);
    *line = *col = 0;
    while (at && *pointer == '/') {
        const char *segment = pointer + 1;
        pointer = segment + strcspn(segment, "/");
        if (*at == '{')
            at = find_member(at, segment, *pointer == '\0' ? nth : 1);
        else
            at = *at == '[' ? find_element(at, sc_segment_index(segment)) : NULL;
    }
    if (at && *pointer == '\0' && *at != '\0')
        sc_scan_place(text, (size_t)(at - text), line, col);
}

void sc_json_locate(const char *text, const char *pointer, int *line, int *col)
{
    sc_json_locate_nth(text, pointer, 1, line, col);
}
