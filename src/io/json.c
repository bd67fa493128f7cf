/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/json.h"

#include "io/scan.h"
#include "io/tree.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <string.h>

/* The grammar was checked, so cJSON fails for want of memory alone; say where it stopped all the
 * same. */
static int parse(struct sc_doc *doc, struct sc_error *err)
{
    if (sc_scan(doc->name, doc->text, doc->length, err) != 0)
        return -1;
    const char *end = doc->text;
    doc->root = cJSON_ParseWithLengthOpts(doc->text, doc->length, &end, 0);
    if (!doc->root) {
        int line, col;
        sc_scan_place(doc->text, (size_t)(end - doc->text), &line, &col);
        sc_fail(err, NULL, "cannot be parsed beyond this place");
        sc_error_place(err, doc->name, line, col);
        return -1;
    }
    return sc_tree_check(doc, doc->root, 0, err);
}

int sc_doc_parse(struct sc_doc *doc, const char *name, const char *text, size_t length,
                 struct sc_error *err)
{
    *doc = (struct sc_doc){.name = name};
    if (length >= 3 &&
        memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark says nothing in UTF-8 */
        text += 3;
        length -= 3;
    }
    if (length > SC_JSON_MOST_BYTES) {
        sc_fail(err, NULL, "larger than %d MiB, the most a JSON file may have here",
                SC_JSON_MOST_BYTES >> 20);
        sc_error_place(err, name, 0, 0);
        return -1;
    }
    doc->text = sc_take(length + 1);
    memcpy(doc->text, text, length);
    doc->length = length;
    return parse(doc, err);
}

/* One byte more than the most, so that too much is seen and no more is read. */
static char *read_all(FILE *in, size_t *length)
{
    size_t cap = 0, n = 0, got = 1;
    char *text = NULL;
    while (got > 0 && n <= SC_JSON_MOST_BYTES) {
        text = sc_grow(text, &cap, n + (1 << 16), 1);
        size_t room = (size_t)SC_JSON_MOST_BYTES + 1 - n;
        got = fread(text + n, 1, cap - n < room ? cap - n : room, in);
        n += got;
    }
    *length = n;
    return text;
}

static int unreadable(const char *path, int code, struct sc_error *err)
{
    sc_fail(err, NULL, "cannot be read: %s", strerror(code));
    sc_error_place(err, path, 0, 0);
    return -1;
}

int sc_doc_read(struct sc_doc *doc, const char *path, struct sc_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    *doc = (struct sc_doc){.name = standard ? "(standard input)" : path};
    errno = 0;
    FILE *in = standard ? stdin : fopen(path, "rb");
    if (!in)
        return unreadable(path, errno, err);
    size_t length;
    char *text = read_all(in, &length);
    int failed = ferror(in) ? unreadable(doc->name, errno, err)
                            : sc_doc_parse(doc, doc->name, text, length, err);
    sc_release(text);
    if (!standard)
        fclose(in);
    return failed;
}

void sc_doc_free(struct sc_doc *doc)
{
    cJSON_Delete(doc->root);
    sc_release(doc->text);
    *doc = (struct sc_doc){0};
}

void sc_doc_print(const struct sc_doc *doc, FILE *out)
{
    char *text = cJSON_Print(doc->root);
    fputs(text ? text : "null", out);
    cJSON_free(text);
}

void sc_doc_sha256(const struct sc_doc *doc, char hex[65])
{
    char *text = cJSON_PrintUnformatted(doc->root);
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, (const uint8_t *)text, strlen(text));
    SHA256_Final(digest, &context);
    for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    cJSON_free(text);
}
