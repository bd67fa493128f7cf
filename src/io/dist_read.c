/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/names.h"
#include "base/units.h"
#include "io/dist_forms.h"
#include "io/fields.h"
#include "io/json.h"
#include "io/text.h"
#include "num/dist.h"
#include <float.h>
#include <string.h>

/* Values times the unit stay below: 292 years of ns; and the p99 of a lognormal below so many
 * medians. */
static const double most = 9.2e18, most_spread = 1e9;

struct reader {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_error *err;
    const char *key;
    double scale;
    bool is_time;
};

/* A number in the distribution's unit, scaled. */
static int read_value(const struct reader *r, const struct cJSON *item, bool may_be_zero,
                      double *out)
{
    char text[SC_TEXT_ROOM];
    double v = sc_json_number(item);
    if (!sc_json_is_number(item))
        return sc_doc_fail(r->doc, item, r->err, "%s; a number is wanted",
                           sc_text_item(item, text));
    if (v < 0 || (v * r->scale < DBL_MIN && !may_be_zero) || (v > 0 && v < DBL_MIN))
        return sc_doc_fail(r->doc, item, r->err, "%s %s", sc_text_number(v, text),
                           v < 0   ? "is below 0"
                           : v > 0 ? "is too small"
                                   : "must be above 0");
    if (v * r->scale > most)
        return sc_doc_fail(r->doc, item, r->err, "%s is above the maximum, %s",
                           sc_text_number(v, text), r->is_time ? "292 years" : "9.2e18");
    *out = v * r->scale;
    return 0;
}

static int read_parameter(const struct reader *r, const struct cJSON *item,
                          const struct sc_dist_parameter *p, double *out)
{
    char value[32], bound[32], text[SC_TEXT_ROOM];
    if (p->is_value)
        return read_value(r, item, p->may_be_zero, out);
    if (!sc_json_is_number(item))
        return sc_doc_fail(r->doc, item, r->err, "%s; a number is wanted (%s)",
                           sc_text_item(item, text), p->key);
    *out = sc_json_number(item);
    if (*out < p->min || *out > p->max)
        return sc_doc_fail(r->doc, item, r->err, "%s is %s, %s", sc_text_number(*out, value),
                           *out < p->min ? "below the minimum" : "above the maximum",
                           sc_text_number(*out < p->min ? p->min : p->max, bound));
    return 0;
}

static int read_form(const struct reader *r, const struct cJSON *object,
                     const struct sc_dist_form *f, struct sc_dist *out)
{
    double a = 0, b = 0;
    const struct cJSON *second = f->b.key ? sc_json_get(object, f->b.key) : NULL;
    if (read_parameter(r, sc_json_get(object, f->a.key), &f->a, &a) != 0 ||
        (second && read_parameter(r, second, &f->b, &b) != 0))
        return -1;
    char low[32], high[32];
    if (f->rising && b < a)
        return sc_doc_fail(r->doc, second, r->err, "%s (%s) is below %s, the %s",
                           sc_text_number(b / r->scale, high), f->b.key,
                           sc_text_number(a / r->scale, low), f->a.key);
    if (f->rising && a > 0 && f->a.is_value && !f->a.may_be_zero && b / a > most_spread)
        return sc_doc_fail(r->doc, second, r->err, "%s (%s) is more than 1e9 times the %s",
                           sc_text_number(b / r->scale, high), f->b.key, f->a.key);
    *out = f->make(a, b);
    return 0;
}

static bool has_form(const struct cJSON *object, const struct sc_dist_form *f)
{
    return sc_json_count(object) == (f->b.key ? 2 : 1) && sc_json_get(object, f->a.key) &&
           (!f->b.key || sc_json_get(object, f->b.key));
}

/* "a lognormal takes {"p50", "p99"} or {"mean", "cv"}" */
static int no_form(const struct reader *r, const struct cJSON *item, const char *kind)
{
    char list[256] = "";
    for (const struct sc_dist_form *f = sc_dist_forms; f->kind; f++) {
        size_t n = strlen(list);
        if (strcmp(f->kind, kind) == 0)
            snprintf(list + n, sizeof list - n, "%s{\"%s\"%s%s%s}", n > 0 ? " or " : "", f->a.key,
                     f->b.key ? ", \"" : "", f->b.key ? f->b.key : "", f->b.key ? "\"" : "");
    }
    return sc_doc_fail(r->doc, item, r->err, "\"%s\" takes %s, each key and no other", kind, list);
}

static int read_trace(const struct reader *r, const struct cJSON *item, struct sc_dist *out)
{
    char text[SC_TEXT_ROOM];
    double factor = sc_json_number(item);
    if (!r->is_time)
        return sc_doc_fail(r->doc, item, r->err, "a trace gives times only, and \"%s\" is none",
                           r->key);
    if (!sc_json_is_number(item))
        return sc_doc_fail(r->doc, item, r->err,
                           "%s; a number is wanted (factor on the trace's duration)",
                           sc_text_item(item, text));
    if (!(factor > 0 && factor <= 1e6))
        return sc_doc_fail(r->doc, item, r->err, "%s is not above 0 and at most 1e6",
                           sc_text_number(factor, text));
    *out = (struct sc_dist){.kind = SC_DIST_TRACE, .a = factor};
    return 0;
}

/* One [p, value], after the ones before. */
static int read_quantile(const struct reader *r, const struct cJSON *pair, int i, double *p,
                         double *x)
{
    char low[32], high[32];
    const struct cJSON *first = sc_json_first(pair), *second = sc_json_next(first);
    if (!sc_json_is_array(pair) || sc_json_count(pair) != 2 || !sc_json_is_number(first))
        return sc_doc_fail(r->doc, pair, r->err, "a pair [p, value] is wanted, as in [0.5, 12]");
    p[i] = sc_json_number(first);
    if (i == 0 && (p[0] < 0 || p[0] > 0))
        return sc_doc_fail(r->doc, first, r->err, "the first p is 0, not %s",
                           sc_text_number(p[0], low));
    if (p[i] > 1)
        return sc_doc_fail(r->doc, first, r->err, "%s is above 1; p is a fraction, 0.99 and not 99",
                           sc_text_number(p[i], low));
    if (i > 0 && !(p[i] > p[i - 1]))
        return sc_doc_fail(r->doc, first, r->err, "p must rise: %s after %s",
                           sc_text_number(p[i], high), sc_text_number(p[i - 1], low));
    if (read_value(r, second, true, &x[i]) != 0)
        return -1;
    if (i > 0 && x[i] < x[i - 1])
        return sc_doc_fail(r->doc, second, r->err, "values must not fall: %s after %s",
                           sc_text_number(x[i] / r->scale, high),
                           sc_text_number(x[i - 1] / r->scale, low));
    return 0;
}

static int read_quantiles(const struct reader *r, const struct cJSON *list, struct sc_dist *out)
{
    int n = sc_json_count(list), i = 0;
    if (!sc_json_is_array(list) || n < 2)
        return sc_doc_fail(
            r->doc, list, r->err,
            "a list of [p, value] is wanted, p from 0 to 1, as in [[0, 2], [0.5, 12], [1, 80]]");
    double *p = SC_NEW_ARRAY(r->arena, double, n), *x = SC_NEW_ARRAY(r->arena, double, n);
    for (const struct cJSON *pair = sc_json_first(list); pair; pair = sc_json_next(pair), i++)
        if (read_quantile(r, pair, i, p, x) != 0)
            return -1;
    char text[32];
    if (p[n - 1] < 1)
        return sc_doc_fail(r->doc, list, r->err, "the last p is 1, not %s",
                           sc_text_number(p[n - 1], text));
    *out = (struct sc_dist){.kind = SC_DIST_QUANTILES, .n = n, .p = p, .x = x};
    return 0;
}

static int unknown_kind(const struct reader *r, const struct cJSON *item)
{
    struct sc_nearest near = {.typed = sc_json_key(item)};
    for (const struct sc_dist_form *f = sc_dist_forms; f->kind; f++)
        sc_nearest_offer(&near, f->kind);
    sc_nearest_offer(&near, "quantiles");
    sc_nearest_offer(&near, "trace");
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(r->doc, item, r->err,
                           "unknown distribution \"%.60s\"; did you mean \"%s\"?", near.typed,
                           best);
    return sc_doc_fail(r->doc, item, r->err,
                       "unknown distribution \"%.60s\"; there are lognormal, exponential, normal, "
                       "gamma, weibull, pareto, "
                       "uniform, quantiles and trace",
                       near.typed);
}

static int read_kind(const struct reader *r, const struct cJSON *item, struct sc_dist *out)
{
    const char *kind = sc_json_key(item);
    bool known = false;
    if (strcmp(kind, "trace") == 0)
        return read_trace(r, item, out);
    if (strcmp(kind, "quantiles") == 0)
        return read_quantiles(r, item, out);
    for (const struct sc_dist_form *f = sc_dist_forms; f->kind; f++) {
        if (strcmp(f->kind, kind) != 0)
            continue;
        known = true;
        if (sc_json_is_object(item) && has_form(item, f))
            return read_form(r, item, f, out);
    }
    return known ? no_form(r, item, kind) : unknown_kind(r, item);
}

int sc_dist_read(const struct sc_doc *doc, const struct cJSON *item, const char *key,
                 struct sc_dist *out, struct sc_arena *arena, struct sc_error *err)
{
    const struct sc_unit *unit = sc_unit_of_key(key);
    struct reader r = {doc, arena, err, key, sc_key_scale(key), unit && unit->kind == SC_UNIT_TIME};
    char text[SC_TEXT_ROOM];
    double value;
    if (sc_json_is_object(item) && sc_json_count(item) == 1)
        return read_kind(&r, sc_json_first(item), out);
    if (!sc_json_is_number(item))
        return sc_doc_fail(doc, item, err,
                           "%s; a number or one distribution is wanted, as in {\"lognormal\": "
                           "{\"p50\": 6, \"p99\": 30}}",
                           sc_json_is_object(item) ? "this object has not one member"
                                                   : sc_text_item(item, text));
    if (read_value(&r, item, true, &value) != 0)
        return -1;
    *out = sc_dist_constant(value);
    return 0;
}
