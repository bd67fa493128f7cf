/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/fields.h"

#include "base/names.h"
#include "io/exact.h"
#include "io/json.h"
#include "io/keys.h"
#include "io/text.h"
#include "num/dist.h"
#include <assert.h>
#include <math.h>
#include <string.h>

struct reader {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_error *err;
    char *out;
};

/* Half away from zero. The value is below 2^63. */
static int64_t nearest(double value)
{
    int64_t whole = (int64_t)value;
    double rest = value - (double)whole;
    return whole + (rest >= 0.5) - (rest <= -0.5);
}

static bool fits(double value)
{
    return value < 0x1p63 && value > -0x1p63;
}

/* "; a number is wanted (memory in MB, 128 to 10240)" */
static int wrong_type(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    static const char *const wanted[] = {"a number",
                                         "a number",
                                         "a number",
                                         "a number",
                                         "true or false",
                                         "a string",
                                         "a string",
                                         "",
                                         "a number or a decimal string",
                                         "an object",
                                         ""};
    char what[SC_TEXT_ROOM], bounds[80] = "", low[32], high[32];
    if (sc_field_is_bounded(f))
        snprintf(bounds, sizeof bounds, ", %s to %s", sc_text_number(f->min, low),
                 sc_text_number(f->max, high));
    return sc_doc_fail(r->doc, item, r->err, "%s; %s is wanted (%s%s)", sc_text_item(item, what),
                       wanted[f->kind], f->help ? f->help : f->key, bounds);
}

static int check_bounds(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    char value[32], bound[32];
    double v = sc_json_number(item);
    if (!sc_field_is_bounded(f) || (v >= f->min && v <= f->max))
        return 0;
    bool low = v < f->min;
    return sc_doc_fail(r->doc, item, r->err, "%s is %s, %s", sc_text_number(v, value),
                       low ? "below the minimum" : "above the maximum",
                       sc_text_number(low ? f->min : f->max, bound));
}

/* A number in base units as an integer: ns, bytes, or what an INT counts. */
static int read_integer(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    char value[32];
    double v = sc_json_number(item),
           scaled = v * (f->kind == SC_FIELD_INT ? 1 : sc_key_scale(f->key));
    if (f->kind == SC_FIELD_INT && (v >= 0x1p53 || v <= -0x1p53))
        return sc_doc_fail(r->doc, item, r->err,
                           "%s is too large to be kept exactly; the most is 9007199254740991",
                           sc_text_number(v, value));
    if (!fits(scaled))
        return sc_doc_fail(r->doc, item, r->err, "%s is above the maximum, %s",
                           sc_text_number(v, value),
                           f->kind == SC_FIELD_NS ? "292 years" : "2^63 bytes");
    int64_t whole = nearest(scaled);
    if (f->kind == SC_FIELD_INT && (v < (double)whole || v > (double)whole))
        return sc_doc_fail(r->doc, item, r->err, "%s is not a whole number (%s)",
                           sc_text_number(v, value), f->help ? f->help : f->key);
    memcpy(r->out + f->offset, &whole, sizeof whole);
    return 0;
}

static int read_number(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    if (!sc_json_is_number(item))
        return wrong_type(r, f, item);
    if (check_bounds(r, f, item) != 0)
        return -1;
    if (f->kind != SC_FIELD_REAL)
        return read_integer(r, f, item);
    double v = sc_json_number(item);
    memcpy(r->out + f->offset, &v, sizeof v);
    return 0;
}

static int bad_choice(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    char choice[64], best[64] = "", list[512] = "";
    struct sc_nearest nearest_choice = {.typed = sc_json_string(item)};
    for (int i = 0; sc_field_choice(f, i, choice); i++) {
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", i > 0 ? ", " : "", choice);
        struct sc_nearest trial = nearest_choice;
        sc_nearest_offer(&trial, choice);
        if (trial.best != choice)
            continue;
        memcpy(best, choice, sizeof best); /* `choice` is overwritten by the next */
        nearest_choice = trial;
        nearest_choice.best = best;
    }
    const char *near = sc_nearest_name(&nearest_choice);
    return sc_doc_fail(r->doc, item, r->err, "\"%.60s\" is not one of: %s%s%s%s",
                       sc_json_string(item), list, near ? "; did you mean \"" : "",
                       near ? near : "", near ? "\"?" : "");
}

static int read_choice(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    char choice[64];
    const char *text = sc_json_string(item);
    if (!text)
        return wrong_type(r, f, item);
    for (int i = 0; sc_field_choice(f, i, choice); i++)
        if (strcmp(choice, text) == 0) {
            memcpy(r->out + f->offset, &i, sizeof i);
            return 0;
        }
    return bad_choice(r, f, item);
}

static int read_bool(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    if (!sc_json_is_bool(item))
        return wrong_type(r, f, item);
    bool value = sc_json_true(item);
    memcpy(r->out + f->offset, &value, sizeof value);
    return 0;
}

static int read_text(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    if (!sc_json_is_string(item))
        return wrong_type(r, f, item);
    const char *text = sc_arena_text(r->arena, sc_json_string(item));
    memcpy(r->out + f->offset, &text, sizeof text);
    return 0;
}

static int read_dist(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    struct sc_dist dist;
    if (sc_json_is_number(item) && check_bounds(r, f, item) != 0)
        return -1;
    if (sc_dist_read(r->doc, item, f->key, &dist, r->arena, r->err) != 0)
        return -1;
    memcpy(r->out + f->offset, &dist, sizeof dist);
    return 0;
}

/* Bounds are our own, and have few digits. */
static int read_exact(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    struct sc_fraction value, low = sc_exact_of(f->min), high = sc_exact_of(f->max);
    char value_text[32], bound[32];
    if (!sc_json_is_number(item) && !sc_json_is_string(item))
        return wrong_type(r, f, item);
    if (sc_exact_read(r->doc, item, f->help ? f->help : f->key, &value, r->err) != 0)
        return -1;
    bool above = sc_field_is_bounded(f) && sc_fraction_fits(high) && sc_fraction_less(high, value),
         below = sc_field_is_bounded(f) && sc_fraction_fits(low) && sc_fraction_less(value, low);
    if (above || below)
        return sc_doc_fail(r->doc, item, r->err, "%s is %s, %s",
                           sc_json_is_number(item)
                               ? sc_text_number(sc_json_number(item), value_text)
                               : sc_json_string(item),
                           below ? "below the minimum" : "above the maximum",
                           sc_text_number(below ? f->min : f->max, bound));
    memcpy(r->out + f->offset, &value, sizeof value);
    return 0;
}

/* Rows are our own, so a default that does not read is a bug, not a mistake of the user. */
static void default_dist(const struct reader *r, const struct sc_field *f)
{
    struct sc_dist dist = sc_dist_constant((isnan(f->def) ? 0 : f->def) * sc_key_scale(f->key));
    if (f->text) {
        struct sc_doc doc = {0};
        struct sc_error err = {0};
        int failed = sc_doc_parse(&doc, f->key, f->text, strlen(f->text), &err);
        failed = failed || sc_dist_read(&doc, doc.root, f->key, &dist, r->arena, &err);
        assert(!failed);
        (void)failed;
        sc_doc_free(&doc);
    }
    memcpy(r->out + f->offset, &dist, sizeof dist);
}

static void default_exact(const struct sc_field *f, char *at)
{
    struct sc_fraction value = sc_exact_of(isnan(f->def) ? 0 : f->def);
    memcpy(at, &value, sizeof value);
}

/* Tables nest a few levels deep, as they are written. */
static void defaults(const struct reader *r, const struct sc_field *table)
{
    for (const struct sc_field *f = table; f->key; f++) {
        double def = isnan(f->def) ? 0 : f->def;
        int64_t whole = nearest(def * (f->kind == SC_FIELD_INT ? 1 : sc_key_scale(f->key)));
        char *at = r->out + f->offset;
        if (f->kind == SC_FIELD_REAL)
            memcpy(at, &f->def, sizeof f->def);
        else if (f->kind <= SC_FIELD_BYTES)
            memcpy(at, &whole, sizeof whole);
        else if (f->kind == SC_FIELD_BOOL)
            *(bool *)at = whole != 0;
        else if (f->kind == SC_FIELD_CHOICE)
            memcpy(at, &(int){(int)whole}, sizeof(int));
        else if (f->kind == SC_FIELD_TEXT)
            memcpy(at, &f->text, sizeof f->text);
        else if (f->kind == SC_FIELD_DIST)
            default_dist(r, f);
        else if (f->kind == SC_FIELD_EXACT)
            default_exact(f, at);
        else if (f->kind == SC_FIELD_OBJECT)
            defaults(r, f->inner);
        else
            memcpy(at, &(const struct cJSON *){NULL}, sizeof(struct cJSON *));
    }
}

static int read_plain(const struct reader *r, const struct sc_field *f, const struct cJSON *item)
{
    switch (f->kind) {
    case SC_FIELD_BOOL:
        return read_bool(r, f, item);
    case SC_FIELD_CHOICE:
        return read_choice(r, f, item);
    case SC_FIELD_TEXT:
        return read_text(r, f, item);
    case SC_FIELD_DIST:
        return read_dist(r, f, item);
    case SC_FIELD_EXACT:
        return read_exact(r, f, item);
    case SC_FIELD_JSON:
        memcpy(r->out + f->offset, &item, sizeof(struct cJSON *));
        return 0;
    default:
        return read_number(r, f, item);
    }
}

/* As deep as the tables nest. A NULL object has nothing written. */
static int read_table(const struct reader *r, const struct cJSON *object,
                      const struct sc_field *table, const char *const *also)
{
    if (sc_keys_check(r->doc, object, table, also, r->err) != 0)
        return -1;
    for (const struct sc_field *f = table; f->key; f++) {
        const struct cJSON *item = sc_json_get(object, f->key);
        if (!item && f->required)
            return sc_doc_fail(r->doc, object, r->err, "the key \"%s\" is missing (%s)", f->key,
                               f->help ? f->help : f->key);
        if (!item)
            continue;
        if (f->kind == SC_FIELD_OBJECT && !sc_json_is_object(item))
            return wrong_type(r, f, item);
        int failed = f->kind == SC_FIELD_OBJECT ? read_table(r, item, f->inner, NULL)
                                                : read_plain(r, f, item);
        if (failed)
            return -1;
    }
    return 0;
}

int sc_fields_read(const struct sc_doc *doc, const struct cJSON *object,
                   const struct sc_field *table, const char *const *also, void *out,
                   struct sc_arena *arena, struct sc_error *err)
{
    struct reader r = {doc, arena, err, out};
    char what[SC_TEXT_ROOM];
    if (object && !sc_json_is_object(object))
        return sc_doc_fail(doc, object, err, "%s; an object is wanted", sc_text_item(object, what));
    defaults(&r, table);
    return read_table(&r, object, table, also);
}
