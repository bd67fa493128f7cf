/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Price books on any bytes. A first line "@DATE" asks for that day; after a line "====" comes the
 * book "parent.json" beside the first, which that may extend. */
#include "io/json.h"
#include "scenario/bookfile.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char cut[] = "\n====\n";

/* In the folder the fuzzer was given, which lies in memory. */
static const char *write_parent(const char *text, size_t length, struct sc_arena *arena)
{
    const char *folder = getenv("FUZZ_FOLDER");
    const char *path = sc_arena_printf(arena, "%s/parent.json", folder ? folder : ".");
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text, 1, length, f) != length || fclose(f) != 0)
        abort();
    return sc_arena_printf(arena, "%s/book.json", folder ? folder : ".");
}

static const char *find_cut(const char *text, size_t length)
{
    size_t n = sizeof cut - 1;
    for (size_t i = 0; i + n <= length; i++)
        if (memcmp(text + i, cut, n) == 0)
            return text + i;
    return NULL;
}

static bool is_day(const char *day)
{
    return strspn(day, "0123456789") == 4 && day[4] == '-' && strspn(day + 5, "0123456789") == 2 &&
           day[7] == '-' && strspn(day + 8, "0123456789") == 2;
}

/* What any book that is taken keeps. */
static void check(const struct sc_book *book)
{
    for (int i = 0; i < book->n; i++) {
        const struct sc_price *p = &book->prices[i], *own = sc_book_price(book, p->sku);
        if ((i > 0 && strcmp(book->prices[i - 1].sku, p->sku) >= 0) || !own || own->billed_as ||
            own->n_tiers < 1 || !own->unit || !own->source || !own->as_of)
            abort();
        for (int t = 0; t < own->n_tiers; t++)
            if (own->tiers[t].usd_e15 < 0 || (own->tiers[t].upto < 0) != (t == own->n_tiers - 1) ||
                (t > 0 && own->tiers[t].upto >= 0 && own->tiers[t].upto <= own->tiers[t - 1].upto))
                abort();
        if (p->covers && (!sc_book_price(book, p->covers) || p->covers_units < 1))
            abort();
        if (p->upfront_usd_e15 > 0 && p->term_h < 1)
            abort();
    }
    for (int i = 0; i < book->n_changes; i++)
        if (!is_day(book->changes[i]) ||
            (i > 0 && strcmp(book->changes[i - 1], book->changes[i]) >= 0))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *name = "nowhere/book.json";
    struct sc_arena arena = {0};
    struct sc_doc doc = {0};
    struct sc_error err = {0};
    struct sc_book book = {0};
    char day[11] = "";
    if (size > 12 && text[0] == '@' && text[11] == '\n') {
        memcpy(day, text + 1, 10);
        text += 12;
        size -= 12;
    }
    const char *parent = find_cut(text, size);
    if (parent) {
        size_t own = (size_t)(parent - text), before = own + sizeof cut - 1;
        name = write_parent(text + before, size - before, &arena);
        size = own;
    }
    if (sc_doc_parse(&doc, name, text, size, &err) == 0 &&
        sc_book_parse(&book, &doc, is_day(day) ? day : NULL, &arena, &err) == 0)
        check(&book);
    else if (err.message[0] == '\0' || strchr(err.message, '\n'))
        abort(); /* every error is told, in one line */
    sc_doc_free(&doc);
    sc_arena_free(&arena);
    return 0;
}
