/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trace reader on any bytes: the first line is the profile in JSON, then comes the CSV as
 * "a.csv" and, after a line
 * "====", a second one as "b.csv". What loads is replayed for a few windows. */
#include "io/json.h"
#include "num/rng.h"
#include "scenario/profilefile.h"
#include "traffic/trace.h"
#include "traffic/traffic.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_REQUESTS = 100000, MOST_WINDOWS = 20 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The files lie in a folder of this process's own, which fuzz.sh makes and removes. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_FOLDER");
    if (!folder || chdir(folder) != 0)
        abort();
    return 0;
}

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(text, 1, length, out) != length || fclose(out) != 0)
        abort();
}

static void write_tables(const char *text, size_t length)
{
    static const char cut[] = "\n====\n";
    size_t at = 0, n = sizeof cut - 1;
    while (at + n <= length && memcmp(text + at, cut, n) != 0)
        at++;
    bool two = at + n <= length;
    write_file("a.csv", text, two ? at + 1 : length);
    write_file("b.csv", two ? text + at + n : "", two ? length - at - n : 0);
}

static void replay(const struct sc_source *source, struct sc_arena *arena)
{
    struct sc_stream stream;
    if (source->trace->total > MOST_REQUESTS)
        return;
    sc_stream_open(&stream, source, sc_key(7, 7), 0, 2 * source->trace->length_ns / 3 + 1, arena);
    for (int i = 0; i < MOST_WINDOWS && sc_stream_next(&stream); i++)
        if (stream.window.n < 1)
            abort();
    if (!(source->type->expected(source, 0, source->trace->length_ns) > 0))
        abort();
    sc_stream_close(&stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = memchr(text, '\n', size);
    size_t head = end ? (size_t)(end - text) : size;
    struct sc_doc doc = {0};
    struct sc_arena arena = {0};
    struct sc_error err = {0};
    struct sc_source source = {.name = "fuzz"};
    write_tables(text + head + (end != NULL), size - head - (end != NULL));
    uint16_t work = 0;
    source.mix_work = &work;
    source.n_mix = 1;
    if (sc_doc_parse(&doc, "profile.json", text, head, &err) == 0 &&
        sc_json_get(doc.root, "trace") && /* the other profiles are the other target's */
        sc_profile_read(&source, &doc, doc.root, NULL, &arena, &err) == 0)
        replay(&source, &arena);
    else if (err.message[0] == '\0' && sc_json_get(doc.root, "trace"))
        abort();
    sc_source_free(&source);
    sc_doc_free(&doc);
    sc_arena_free(&arena);
    return 0;
}
