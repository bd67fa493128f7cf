/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/blame.h"

#include "io/json.h"

#include <string.h>

/* As far along the keys of `*rest` as they are written; what is left of it stays there. */
static const struct cJSON *deepest(const struct cJSON *item, const char **rest)
{
    while (**rest == '/') {
        char key[64];
        snprintf(key, sizeof key, "%.*s", (int)strcspn(*rest + 1, "/"), *rest + 1);
        const struct cJSON *child = sc_json_get(item, key);
        if (!child)
            break;
        item = child;
        *rest += 1 + strlen(key);
    }
    return item;
}

int sc_blame_within(const struct sc_doc *doc, const struct cJSON *item, const struct sc_error *own,
                    struct sc_error *err)
{
    if (own->file[0] != '\0') {
        *err = *own;
        return -1;
    }
    const char *rest = own->pointer;
    const struct cJSON *at = deepest(item, &rest);
    return sc_doc_fail(doc, at, err, "%s%s%s", rest, rest[0] == '\0' ? "" : ": ", own->message);
}

int sc_blame_sku(const struct sc_doc *doc, const struct cJSON *item, const struct sc_book *book,
                 const char *sku, struct sc_error *err)
{
    const char *near = sc_book_nearest(book, sku);
    return sc_doc_fail(doc, item, err, "book %s (region %s) has no SKU \"%.100s\"%s%s%s", book->id,
                       book->region, sku, near ? "; did you mean \"" : "", near ? near : "",
                       near ? "\"?" : "");
}

int sc_blame_book(const struct sc_doc *doc, const struct cJSON *item, const struct sc_book *book,
                  const char *sku, const char *what, const char *type, struct sc_error *err)
{
    const char *near = sc_book_nearest(book, sku);
    return sc_doc_fail(doc, item, err,
                       "book %s (region %s) has no price for SKU \"%.100s\" (%s of a %s)%s%s; add "
                       "it to the book or choose another",
                       book->id, book->region, sku, what, type, near ? "; nearest: " : "",
                       near ? near : "");
}
