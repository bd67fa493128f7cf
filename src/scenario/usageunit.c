/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units as people and books write them: a multiple ("million"), a thing ("request", "GB", "vCPU"),
 * and a time that it lasts ("GB-month"). */
#include "scenario/usageparts.h"

#include <string.h>

/* In smallest parts: bytes, or ms. */
struct word {
    const char *text;
    int64_t size, decimal; /* `decimal` where the file counts in powers of 1,000 */
};

static const struct word multiples[] = {{"thousand ", 1000, 1000},
                                        {"million ", 1000000, 1000000},
                                        {"billion ", 1000000000, 1000000000},
                                        {.text = NULL}};
static const struct word sizes[] = {{"byte", 1, 1},
                                    {"KB", 1024, 1000},
                                    {"MB", 1048576, 1000000},
                                    {"GB", 1073741824, 1000000000},
                                    {"TB", INT64_C(1099511627776), INT64_C(1000000000000)},
                                    {.text = NULL}};
static const struct word times[] = {{"ms", 1, 1},
                                    {"millisecond", 1, 1},
                                    {"second", 1000, 1000},
                                    {"s", 1000, 1000},
                                    {"minute", 60000, 60000},
                                    {"hour", 3600000, 3600000},
                                    {"h", 3600000, 3600000},
                                    {"day", 86400000, 86400000},
                                    {.text = NULL}};

/* What a unit is: `size` of `thing`, for a time or not. */
struct measure {
    char thing[64];
    bool lasts;
    struct sc_fraction size;
};

/* "requests" are counted as "request" is; "s" and "ms" stay. */
static bool is_word(const char *text, size_t n, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length < n ? length : n) == 0 &&
           (n == length || (n == length + 1 && length > 2 && text[length] == 's') ||
            (n == length + 1 && length == 2 && word[1] == 'B' && text[length] == 's'));
}

static const struct word *find_word(const struct word *w, const char *text, size_t n)
{
    while (w->text && !is_word(text, n, w->text))
        w++;
    return w->text ? w : NULL;
}

static const char *read_multiple(const char *text, struct sc_fraction *size)
{
    for (const struct word *w = multiples; w->text; w++)
        if (strncmp(text, w->text, strlen(w->text)) == 0) {
            *size = sc_whole(w->size);
            return text + strlen(w->text);
        }
    *size = sc_whole(1);
    return text;
}

/* The time that the text ends in; returns the length of what stands before, without its hyphen. */
static size_t read_time(const char *text, const struct sc_usage_reader *r, struct measure *m)
{
    const char *hyphen = strrchr(text, '-'), *at = hyphen ? hyphen + 1 : text;
    const struct word *w = find_word(times, at, strlen(at));
    m->lasts = hyphen != text && (w || is_word(at, strlen(at), "month"));
    if (!m->lasts)
        return strlen(text);
    struct sc_fraction ms =
        w ? sc_whole(w->size) : sc_fraction_times(r->s->month_h, sc_whole(3600000));
    m->size = sc_fraction_times(m->size, ms);
    return hyphen ? (size_t)(hyphen - text) : 0;
}

/* The file says how both it and its bill count bytes. */
static struct measure measure_of(const char *text, const struct sc_usage_reader *r)
{
    struct measure m = {.thing = ""};
    text = read_multiple(text, &m.size);
    size_t n = read_time(text, r, &m);
    const struct word *size = find_word(sizes, text, n);
    if (size) {
        m.size = sc_fraction_times(m.size, sc_whole(r->decimal ? size->decimal : size->size));
        snprintf(m.thing, sizeof m.thing, "byte");
    } else {
        bool several = n > 2 && text[n - 1] == 's' && text[n - 2] != 's';
        snprintf(m.thing, sizeof m.thing, "%.*s", (int)(n < 60 ? n : 60) - (several && n <= 60),
                 text);
    }
    return m;
}

bool sc_usage_convert(struct sc_fraction amount, const char *unit, const char *sku_unit,
                      const struct sc_usage_reader *r, struct sc_fraction *out)
{
    struct measure from = measure_of(unit, r), to = measure_of(sku_unit, r);
    *out = sc_fraction_over(sc_fraction_times(amount, from.size), to.size);
    return from.lasts == to.lasts && strcmp(from.thing, to.thing) == 0;
}
