/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loader on any bytes. A first line "#book", "#coldstart" or "#instances" makes them such a
 * file, lines that begin with
 * '/' and hold '=' are --sets, and the rest is a scenario. */
#include "io/json.h"
#include "scenario/bookfile.h"
#include "scenario/explain.h"
#include "scenario/models.h"
#include "scenario/scenario.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SETS = 8, LONGEST_SET = 255 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const char *text;
    size_t length;
};

static bool take_line(struct input *in, const char *line)
{
    size_t n = strlen(line);
    if (in->length < n || memcmp(in->text, line, n) != 0)
        return false;
    in->text += n;
    in->length -= n;
    return true;
}

static void parse_book(const struct sc_doc *doc, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_book book = {0};
    if (sc_book_parse(&book, doc, NULL, arena, err) == 0 &&
        !sc_book_price(&book, "lambda.requests"))
        sc_book_nearest(&book, "lambda.requests");
}

static void parse_coldstart(const struct sc_doc *doc, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_coldstart_table table = {0};
    if (sc_coldstart_parse(&table, doc, arena, err) == 0 &&
        !sc_coldstart_find(&table, "python3.13", "zip", "x86_64"))
        sc_coldstart_advice(&table, "python3.13", arena);
}

static void parse_instances(const struct sc_doc *doc, struct sc_arena *arena, struct sc_error *err)
{
    struct sc_instance_table table = {0};
    if (sc_instances_parse(&table, doc, arena, err) == 0 && !sc_instances_find(&table, "m6i.large"))
        sc_instances_advice(&table, "m6i.large", arena);
}

static void parse_data(const struct input *in,
                       void (*parse)(const struct sc_doc *, struct sc_arena *, struct sc_error *))
{
    struct sc_doc doc = {0};
    struct sc_arena arena = {0};
    struct sc_error err = {0};
    if (sc_doc_parse(&doc, "data.json", in->text, in->length, &err) == 0)
        parse(&doc, &arena, &err);
    sc_doc_free(&doc);
    sc_arena_free(&arena);
}

/* The --sets at the front, each "/pointer=value" on a line; they are cut out of `room`. */
static int take_sets(struct input *in, struct sc_set *sets, char room[MOST_SETS][LONGEST_SET + 1])
{
    int n = 0;
    for (; n < MOST_SETS && in->length > 0 && in->text[0] == '/'; n++) {
        const char *end = memchr(in->text, '\n', in->length);
        size_t length = end ? (size_t)(end - in->text) : 0;
        if (length == 0 || length > LONGEST_SET || !memchr(in->text, '=', length) ||
            memchr(in->text, '\0', length))
            break;
        memcpy(room[n], in->text, length);
        room[n][length] = '\0';
        char *equals = strchr(room[n], '=');
        *equals = '\0';
        sets[n] = (struct sc_set){room[n], equals + 1};
        in->text += length + 1;
        in->length -= length + 1;
    }
    return n;
}

static void set_only(const struct input *in, const struct sc_set *sets, int n)
{
    struct sc_doc doc = {0};
    struct sc_error err = {0};
    char hex[65];
    if (sc_doc_parse(&doc, "scenario.json", in->text, in->length, &err) == 0 &&
        sc_doc_set(&doc, sets, n, &err) == 0)
        sc_doc_sha256(&doc, hex);
    sc_doc_free(&doc);
}

static void load(const struct input *in)
{
    struct sc_scenario s;
    struct sc_error err = {0};
    if (sc_scenario_parse(&s, "scenario.json", in->text, in->length, &err) == 0) {
        FILE *nowhere = fopen("/dev/null", "w");
        if (!nowhere || sc_scenario_explain(&s, nowhere) != 0)
            abort();
        fclose(nowhere);
    } else if (err.message[0] == '\0' || strchr(err.message, '\n')) {
        abort(); /* every error is told, in one line */
    }
    sc_scenario_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {(const char *)data, size};
    struct sc_set sets[MOST_SETS];
    char room[MOST_SETS][LONGEST_SET + 1];
    if (take_line(&in, "#book\n"))
        parse_data(&in, parse_book);
    else if (take_line(&in, "#coldstart\n"))
        parse_data(&in, parse_coldstart);
    else if (take_line(&in, "#instances\n"))
        parse_data(&in, parse_instances);
    else {
        int n = take_sets(&in, sets, room);
        if (n > 0)
            set_only(&in, sets, n);
        load(&in);
    }
    return 0;
}
