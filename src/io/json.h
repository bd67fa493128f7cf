/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_IO_JSON_H
#define SC_IO_JSON_H
/* JSON in: a document is a parsed file that remembers its text, so that every error can name file,
 * line, column and JSON pointer of the item it is about. cJSON parses; what it lets pass (duplicate
 * keys, numbers out of range, deep nesting, text after the end, unpaired surrogates, a zero byte)
 * is refused here. Items are borrowed from the document. */
#include "base/error.h"
#include "base/memory.h"
#include <stdbool.h>
#include <stdint.h>

struct cJSON;

enum { SC_JSON_MOST_BYTES = 16 << 20, SC_JSON_MOST_DEPTH = 64 };

struct sc_set {                  /* one --set */
    const char *pointer, *value; /* borrowed */
};

struct sc_doc {
    const char *name; /* as errors call it */
    char *text;
    size_t length;
    struct cJSON *root;
    const struct sc_set *sets; /* borrowed: what --set changed has no place in the file */
    int n_sets;
};

/** Reads a file; "-" is the standard input. Errors: cannot be read (with the reason), larger than
 * 16 MiB, not JSON. */
SC_MUST_CHECK int sc_doc_read(struct sc_doc *doc, const char *path, struct sc_error *err);
/** The same from memory; `name` is borrowed, `text` copied. */
SC_MUST_CHECK int sc_doc_parse(struct sc_doc *doc, const char *name, const char *text,
                               size_t length, struct sc_error *err);
/** Frees what the document owns; safe on zeros and after an error. */
void sc_doc_free(struct sc_doc *doc);

/** Applies `--set POINTER=VALUE`s in turn: a value that is JSON replaces or adds the item, any
 * other text is a string. Errors: the pointer's parent does not exist, is no object or array, or an
 * index is out of range. `sets` is borrowed. */
SC_MUST_CHECK int sc_doc_set(struct sc_doc *doc, const struct sc_set *sets, int n,
                             struct sc_error *err);

/** Records an error about an item of the document: pointer, file, line and column are found here.
 * Returns -1. */
int sc_doc_fail(const struct sc_doc *doc, const struct cJSON *item, struct sc_error *err,
                const char *fmt, ...) SC_PRINTF(4, 5);

/** The item at a JSON pointer (RFC 6901), or NULL. */
struct cJSON *sc_json_at(const struct sc_doc *doc, const char *pointer);
/** An item's JSON pointer. */
void sc_json_pointer(const struct sc_doc *doc, const struct cJSON *item, char *out, size_t size);
/** Where the item at a pointer begins in the text, from 1; 0, 0 when it is not there. */
void sc_json_locate(const char *text, const char *pointer, int *line, int *col);

/** Looking: none of these fails; what is not there is NULL, 0 or false. */
const struct cJSON *sc_json_get(const struct cJSON *object, const char *key); /* case counts */
const struct cJSON *sc_json_first(const struct cJSON *container);
const struct cJSON *sc_json_next(const struct cJSON *item);
int sc_json_count(const struct cJSON *container);
const char *sc_json_key(const struct cJSON *item); /* an object's member's name */
bool sc_json_is_object(const struct cJSON *item);
bool sc_json_is_array(const struct cJSON *item);
bool sc_json_is_string(const struct cJSON *item);
bool sc_json_is_number(const struct cJSON *item);
bool sc_json_is_bool(const struct cJSON *item);
const char *sc_json_string(const struct cJSON *item);
double sc_json_number(const struct cJSON *item);
bool sc_json_true(const struct cJSON *item);
const char *sc_json_kind(const struct cJSON *item); /* "a number", "an object", ... for messages */

/** The members of an object ordered by name (JSON does not order them), in the arena. */
const struct cJSON **sc_json_sorted(struct sc_arena *arena, const struct cJSON *object, int *n);

/** Prints the document as it stands, indented. */
void sc_doc_print(const struct sc_doc *doc, FILE *out);

/** The SHA-256 of the document's text with its sets applied (compact JSON, members as written), 64
 * hex digits. */
void sc_doc_sha256(const struct sc_doc *doc, char hex[65]);
#endif
