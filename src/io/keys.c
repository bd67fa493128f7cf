/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/keys.h"

#include "base/names.h"
#include "base/units.h"
#include "io/fields.h"
#include "io/json.h"
#include <string.h>

double sc_key_scale(const char *key)
{
    const struct sc_unit *unit = sc_unit_of_key(key);
    return unit ? unit->scale : 1;
}

static const struct sc_field *row_of(const struct sc_field *table, const char *key)
{
    while (table->key && strcmp(table->key, key) != 0)
        table++;
    return table->key ? table : NULL;
}

static bool is_listed(const char *const *also, const char *key)
{
    while (also && *also && strcmp(*also, key) != 0)
        also++;
    return also && *also;
}

/* Same word, other unit: "timeout_ms" and "timeout_s". */
static bool same_stem(const char *a, const char *b)
{
    const struct sc_unit *ua = sc_unit_of_key(a), *ub = sc_unit_of_key(b);
    size_t na = strlen(a) - (ua ? strlen(ua->suffix) : 0),
           nb = strlen(b) - (ub ? strlen(ub->suffix) : 0);
    return na == nb && strncmp(a, b, na) == 0;
}

struct list {
    char text[768];
    size_t n;
};

static void list_add(struct list *l, const char *key)
{
    int n = snprintf(l->text + l->n, sizeof l->text - l->n, "%s%s", l->n > 0 ? ", " : "", key);
    l->n += (size_t)n < sizeof l->text - l->n ? (size_t)n : sizeof l->text - l->n - 1;
}

static int unknown_key(const struct sc_doc *doc, const struct cJSON *item,
                       const struct sc_field *table, const char *const *also, struct sc_error *err)
{
    const char *key = sc_json_key(item);
    struct list list = {.text = ""};
    struct sc_nearest near = {.typed = key};
    for (const struct sc_field *f = table; f->key; f++) {
        const struct sc_unit *unit = sc_unit_of_key(f->key);
        if (same_stem(key, f->key))
            return sc_doc_fail(doc, item, err, "unknown key \"%.60s\"; did you mean \"%s\"%s%s%s?",
                               key, f->key, unit ? " (in " : "", unit ? unit->name : "",
                               unit ? ")" : "");
        sc_nearest_offer(&near, f->key);
        list_add(&list, f->key);
    }
    for (; also && *also; also++) {
        sc_nearest_offer(&near, *also);
        list_add(&list, *also);
    }
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(doc, item, err, "unknown key \"%.60s\"; did you mean \"%s\"?", key,
                           best);
    return sc_doc_fail(doc, item, err, "unknown key \"%.60s\"; %s%s", key,
                       list.n > 0 ? "the keys here: " : "no key is known here", list.text);
}

int sc_keys_check(const struct sc_doc *doc, const struct cJSON *object,
                  const struct sc_field *table, const char *const *also, struct sc_error *err)
{
    for (const struct cJSON *item = sc_json_first(object); item; item = sc_json_next(item))
        if (!row_of(table, sc_json_key(item)) && !is_listed(also, sc_json_key(item)))
            return unknown_key(doc, item, table, also, err);
    return 0;
}
