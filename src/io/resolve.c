/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/fields.h"
#include "io/text.h"
#include <cjson/cJSON.h>
#include <string.h>

static void note(struct sc_origins *o, const char *pointer, const struct sc_field *f)
{
    if (o->n == o->cap) {
        size_t cap = o->cap > 0 ? 2 * o->cap : 32;
        char **lines = SC_NEW_ARRAY(o->arena, char *, cap);
        if (o->n > 0)
            memcpy(lines, o->lines, o->n * sizeof *lines);
        o->lines = lines;
        o->cap = cap;
    }
    o->lines[o->n++] =
        sc_arena_printf(o->arena, "%s/%s\t%s", pointer, f->key, f->source ? f->source : "simcost");
}

static struct cJSON *default_item(const struct sc_field *f)
{
    char choice[64];
    if (f->kind == SC_FIELD_TEXT)
        return cJSON_CreateString(f->text);
    if (f->text)
        return cJSON_Parse(f->text);
    if (f->kind == SC_FIELD_CHOICE)
        return cJSON_CreateString(sc_field_choice(f, (int)f->def, choice) ? choice : "");
    if (f->kind == SC_FIELD_BOOL)
        return cJSON_CreateBool(f->def != 0);
    return cJSON_CreateNumber(f->def);
}

/* As deep as the tables nest. An object that is not there is added when it gets a member. */
static void resolve_object(const struct sc_field *f, struct cJSON *object, const char *pointer,
                           struct sc_origins *origins)
{
    struct cJSON *inner = cJSON_GetObjectItemCaseSensitive(object, f->key),
                 *made = inner ? NULL : cJSON_CreateObject();
    sc_fields_resolve(f->inner, inner ? inner : made,
                      sc_arena_printf(origins->arena, "%s/%s", pointer, f->key), origins);
    if (made && made->child)
        cJSON_AddItemToObject(object, f->key, made);
    else
        cJSON_Delete(made);
}

void sc_fields_resolve(const struct sc_field *table, struct cJSON *object, const char *pointer,
                       struct sc_origins *origins)
{
    for (const struct sc_field *f = table; f->key; f++) {
        if (f->kind == SC_FIELD_OBJECT) {
            resolve_object(f, object, pointer, origins);
        } else if (sc_field_has_default(f) && !cJSON_GetObjectItemCaseSensitive(object, f->key)) {
            cJSON_AddItemToObject(object, f->key, default_item(f));
            note(origins, pointer, f);
        }
    }
}
