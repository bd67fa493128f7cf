/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/index.h"

#include "base/memory.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Sorting takes a second array as large as the run, so a run is half of what is allowed. */
void sc_index_init(struct sc_index *ix, size_t run_bytes)
{
    *ix = (struct sc_index){.most = run_bytes / (2 * sizeof(struct sc_entry))};
    ix->most += ix->most == 0;
}

void sc_index_free(struct sc_index *ix)
{
    sc_release(ix->run);
    sc_release(ix->run_start);
    if (ix->runs)
        fclose(ix->runs);
    if (ix->sorted)
        fclose(ix->sorted);
    *ix = (struct sc_index){0};
}

static void merge_halves(const struct sc_entry *from, struct sc_entry *to, size_t middle, size_t n)
{
    size_t i = 0, j = middle, k = 0;
    while (i < middle && j < n)
        to[k++] = from[j].at_ns < from[i].at_ns ? from[j++] : from[i++];
    memcpy(to + k, from + i, (middle - i) * sizeof *to);
    memcpy(to + k + (middle - i), from + j, (n - j) * sizeof *to);
}

static bool in_order(const struct sc_entry *e, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (e[i].at_ns < e[i - 1].at_ns)
            return false;
    return true;
}

/* A merge sort from the bottom up keeps the order of equal times; logs are in order mostly. */
static void sort_run(struct sc_index *ix)
{
    size_t n = ix->n;
    if (in_order(ix->run, n))
        return;
    struct sc_entry *from = ix->run, *to = sc_take(n * sizeof *to);
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t i = 0; i < n; i += 2 * width) {
            size_t both = n - i < 2 * width ? n - i : 2 * width;
            merge_halves(from + i, to + i, both < width ? both : width, both);
        }
        struct sc_entry *swap = from;
        from = to;
        to = swap;
    }
    if (from != ix->run)
        memcpy(ix->run, from, n * sizeof *from);
    sc_release(from == ix->run ? to : from);
}

static int write_entries(FILE *file, const struct sc_entry *e, size_t n, struct sc_error *err)
{
    if (fwrite(e, sizeof *e, n, file) != n)
        return sc_fail(err, NULL, "a temporary file for the trace cannot be written: %s",
                       strerror(errno));
    return 0;
}

static int open_temporary(FILE **file, struct sc_error *err)
{
    if (!*file)
        *file = tmpfile();
    return *file ? 0
                 : sc_fail(err, NULL, "a temporary file for the trace cannot be made: %s",
                           strerror(errno));
}

static int spill(struct sc_index *ix, struct sc_error *err)
{
    sort_run(ix);
    if (open_temporary(&ix->runs, err) || write_entries(ix->runs, ix->run, ix->n, err))
        return -1;
    ix->run_start = sc_grow(ix->run_start, &ix->cap_runs, ix->n_runs + 2, sizeof *ix->run_start);
    ix->run_start[ix->n_runs + 1] = ix->run_start[ix->n_runs] + ix->n;
    ix->n_runs++;
    ix->n = 0;
    return 0;
}

int sc_index_add(struct sc_index *ix, const struct sc_entry *entry, struct sc_error *err)
{
    if (ix->n == ix->most && spill(ix, err))
        return -1;
    if (ix->n == ix->cap) {
        size_t want = ix->cap == 0 ? 64 : 2 * ix->cap;
        ix->run = sc_grow(ix->run, &ix->cap, want < ix->most ? want : ix->most, sizeof *ix->run);
    }
    ix->run[ix->n++] = *entry;
    ix->count++;
    return 0;
}

static const struct sc_entry *read_at(FILE *file, uint64_t first, size_t n, struct sc_entry *room)
{
    char *to = (char *)room;
    size_t left = n * sizeof *room;
    off_t at = (off_t)(first * sizeof *room);
    while (left > 0) {
        ssize_t got = pread(fileno(file), to, left, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            fprintf(stderr, "simcost: the temporary file of a trace cannot be read: %s\n",
                    got < 0 ? strerror(errno) : "it is cut");
            exit(1);
        }
        to += got;
        at += got;
        left -= (size_t)got;
    }
    return room;
}

const struct sc_entry *sc_index_read(const struct sc_index *ix, uint64_t first, size_t n,
                                     struct sc_entry *room)
{
    return ix->sorted ? read_at(ix->sorted, first, n, room) : ix->run + first;
}

/* One run while it is merged: a part of it in memory, the rest in the file. */
struct reader {
    uint64_t next, end; /* in the file */
    struct sc_entry *part;
    size_t i, n;
};

struct merge {
    struct sc_index *ix;
    struct reader *reader;
    size_t *heap, n_heap, part;
};

static void refill(struct merge *m, struct reader *r)
{
    uint64_t left = r->end - r->next;
    r->n = left < m->part ? (size_t)left : m->part;
    r->i = 0;
    read_at(m->ix->runs, r->next, r->n, r->part);
    r->next += r->n;
}

/* Earlier first; at equal times the earlier run. */
static bool before(const struct merge *m, size_t a, size_t b)
{
    const struct reader *x = &m->reader[a], *y = &m->reader[b];
    int64_t tx = x->part[x->i].at_ns, ty = y->part[y->i].at_ns;
    return tx < ty || (tx == ty && a < b);
}

static void sift_down(struct merge *m, size_t i)
{
    size_t moved = m->heap[i];
    for (size_t child; (child = 2 * i + 1) < m->n_heap; i = child) {
        if (child + 1 < m->n_heap && before(m, m->heap[child + 1], m->heap[child]))
            child++;
        if (!before(m, m->heap[child], moved))
            break;
        m->heap[i] = m->heap[child];
    }
    m->heap[i] = moved;
}

static int merge_runs(struct merge *m, struct sc_error *err)
{
    for (size_t i = m->n_heap; i-- > 0;)
        sift_down(m, i);
    while (m->n_heap > 0) {
        struct reader *r = &m->reader[m->heap[0]];
        if (write_entries(m->ix->sorted, &r->part[r->i++], 1, err))
            return -1;
        if (r->i == r->n && r->next < r->end)
            refill(m, r);
        if (r->i == r->n)
            m->heap[0] = m->heap[--m->n_heap];
        sift_down(m, 0);
    }
    return 0;
}

static int merge_all(struct sc_index *ix, struct sc_error *err)
{
    struct merge m = {.ix = ix, .n_heap = ix->n_runs, .part = ix->most / ix->n_runs};
    m.part = m.part < 16 ? 16 : m.part > 4096 ? 4096 : m.part;
    struct sc_entry *room = sc_take(ix->n_runs * m.part * sizeof *room);
    m.reader = sc_take(ix->n_runs * sizeof *m.reader);
    m.heap = sc_take(ix->n_runs * sizeof *m.heap);
    for (size_t i = 0; i < ix->n_runs; i++) {
        m.reader[i] = (struct reader){
            .next = ix->run_start[i], .end = ix->run_start[i + 1], .part = room + i * m.part};
        refill(&m, &m.reader[i]);
        m.heap[i] = i;
    }
    int failed = merge_runs(&m, err);
    sc_release(room);
    sc_release(m.reader);
    sc_release(m.heap);
    return failed;
}

int sc_index_sort(struct sc_index *ix, struct sc_error *err)
{
    if (ix->n_runs == 0) {
        sort_run(ix);
        return 0;
    }
    if (spill(ix, err))
        return -1;
    sc_release(ix->run);
    ix->run = NULL;
    ix->cap = 0;
    if (fflush(ix->runs) || open_temporary(&ix->sorted, err) || merge_all(ix, err) ||
        fflush(ix->sorted))
        return sc_fail(err, NULL, "a temporary file for the trace cannot be written: %s",
                       strerror(errno));
    fclose(ix->runs);
    ix->runs = NULL;
    return 0;
}
