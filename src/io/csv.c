/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/csv.h"

#include "base/memory.h"
#include <csv.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum {
    BLOCK_BYTES = 1 << 16,
    STEP_BYTES = 1 << 20, /* by which libcsv lets a long row grow, copying it */
    MOST_ROW_BYTES = 64 << 20,
    MOST_CELLS = 1 << 20
};

/* libcsv hands over a cell, then another, then the end of the row; it is told to report empty lines
 * too, so that the lines of the file can be counted: a line ends at CR LF, CR or LF, quoted or not.
 */
struct reader {
    const char *path;
    sc_csv_fn *fn;
    void *user;
    struct sc_error *err;
    char *text; /* the cells of the row, each ended by a zero byte */
    size_t used, text_cap;
    size_t *begin; /* of each cell in the text */
    char **cell;
    size_t n, begin_cap, cell_cap;
    long line, row_line; /* where the reading is, where the row began */
    bool after_cr, failed, any;
};

static void place(const struct reader *r, long line)
{
    sc_error_place(r->err, r->path, line < INT_MAX ? (int)line : INT_MAX, 0);
}

static int fail(const struct reader *r, long line, const char *why)
{
    sc_fail(r->err, NULL, "%s", why);
    place(r, line);
    return -1;
}

static void refuse(struct reader *r, const char *why)
{
    r->failed = true;
    fail(r, r->line, why);
}

static void take_cell(void *data, size_t length, void *user)
{
    struct reader *r = user;
    const char *cell = data;
    if (r->failed)
        return;
    r->after_cr = false;
    if (r->n == 0)
        r->row_line = r->line;
    if (r->used + length + 1 > r->text_cap)
        r->text = sc_grow(r->text, &r->text_cap, r->used + length + 1, 1);
    if (r->n == r->begin_cap)
        r->begin = sc_grow(r->begin, &r->begin_cap, r->n + 1, sizeof *r->begin);
    char *to = r->text + r->used;
    bool zero = false;
    for (size_t i = 0; i < length; i++) {
        to[i] = cell[i];
        r->line += cell[i] == '\n' || (cell[i] == '\r' && (i + 1 == length || cell[i + 1] != '\n'));
        zero |= cell[i] == '\0';
    }
    to[length] = '\0';
    r->begin[r->n++] = r->used;
    r->used += length + 1;
    if (zero)
        refuse(r, "a cell with a zero byte; CSV is text");
    else if (r->n > MOST_CELLS)
        refuse(r, "a row of more than 1048576 cells");
}

static void hand_over(struct reader *r)
{
    if (r->n > r->cell_cap)
        r->cell = sc_grow(r->cell, &r->cell_cap, r->n, sizeof *r->cell);
    for (size_t i = 0; i < r->n; i++)
        r->cell[i] = r->text + r->begin[i];
    struct sc_csv_row row = {(int)r->n, r->cell, r->row_line};
    if (r->fn(r->user, &row, r->err) != 0) {
        r->failed = true;
        if (r->err->message[0] != '\0')
            place(r, r->row_line);
    }
    r->any = true;
}

static void take_end(int c, void *user)
{
    struct reader *r = user;
    if (r->failed)
        return;
    if (r->n > 0)
        hand_over(r);
    r->n = r->used = 0;
    r->line += !(c == '\n' && r->after_cr);
    r->after_cr = c == '\r';
}

static int parse_block(struct reader *r, struct csv_parser *parser, const char *block,
                       size_t length)
{
    if (csv_parse(parser, block, length, take_cell, take_end, r) != length && !r->failed) {
        bool quote = csv_error(parser) == CSV_EPARSE;
        return fail(
            r, r->line,
            quote ? "a quote inside a cell; a cell with quotes is quoted whole, its quotes doubled"
                  : "out of memory for this row");
    }
    if (!r->failed && r->used + parser->entry_pos > MOST_ROW_BYTES)
        return fail(r, r->n > 0 ? r->row_line : r->line,
                    "a row of more than 64 MiB; is a quote left open?");
    return r->failed ? -1 : 0;
}

static int parse_file(struct reader *r, struct csv_parser *parser, FILE *in, char *block)
{
    size_t got;
    bool first = true;
    while ((got = fread(block, 1, BLOCK_BYTES, in)) > 0) {
        size_t skip = first && got >= 3 && memcmp(block, "\xef\xbb\xbf", 3) == 0
                          ? 3
                          : 0; /* byte order mark */
        first = false;
        if (parse_block(r, parser, block + skip, got - skip) != 0)
            return -1;
    }
    if (ferror(in)) {
        char why[256];
        snprintf(why, sizeof why, "cannot be read: %s", strerror(errno));
        return fail(r, 0, why);
    }
    if (csv_fini(parser, take_cell, take_end, r) != 0)
        return fail(r, r->line, "a quote is opened here and never closed");
    if (!r->failed && !r->any)
        return fail(r, 0, "is empty; a header row is wanted");
    return r->failed ? -1 : 0;
}

int sc_csv_read(const char *path, sc_csv_fn *fn, void *user, struct sc_error *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct reader r = {.path = standard ? "(standard input)" : path,
                       .fn = fn,
                       .user = user,
                       .err = err,
                       .line = 1};
    struct csv_parser parser;
    errno = 0;
    FILE *in = standard ? stdin : fopen(path, "rb");
    if (!in) {
        char why[256];
        snprintf(why, sizeof why, "cannot be read: %s", strerror(errno));
        return fail(&r, 0, why);
    }
    int failed = -1;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0) {
        csv_set_blk_size(&parser, STEP_BYTES);
        char *block = sc_take(BLOCK_BYTES);
        failed = parse_file(&r, &parser, in, block);
        sc_release(block);
        csv_free(&parser);
    }
    sc_release(r.text);
    sc_release(r.begin);
    sc_release(r.cell);
    if (!standard)
        fclose(in);
    return failed;
}
