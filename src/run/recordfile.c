/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/recordfile.h"

#include "io/json.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One file, line by line. */
struct lines {
    const char *name;
    FILE *in;
    char *text;
    size_t length, cap;
    int number;
    bool is_cut; /* the line does not end */
};

struct entry {
    struct sc_record record;
    char sha256[65]; /* of its JSON */
    const char *name;
    int line;
};

/* What has been read, every record in a place of its own. */
struct gathered {
    struct sc_recordset *set;
    struct entry **entry;
    size_t n, cap;
    FILE *remarks;
    struct sc_error *err;
};

static int fail_at(const struct lines *l, struct sc_error *err, const char *message)
{
    sc_fail(err, NULL, "%s", message);
    sc_error_place(err, l->name, l->number, 0);
    return -1;
}

/* The next line without its end; 1: there is one, 0: the file has ended, -1: an error. */
static int next_line(struct lines *l, struct sc_error *err)
{
    int c;
    l->length = 0;
    l->number++;
    while ((c = getc_unlocked(l->in)) != EOF && c != '\n') {
        if (l->length >= SC_JSON_MOST_BYTES)
            return fail_at(l, err, "this line is longer than 16 MiB, the most a record may have");
        if (l->length + 1 >= l->cap)
            l->text = sc_grow(l->text, &l->cap, l->length + 2, 1);
        l->text[l->length++] = (char)c;
    }
    l->is_cut = c == EOF;
    if (ferror(l->in)) {
        l->number = 0;
        return fail_at(l, err, strerror(errno));
    }
    return c != EOF || l->length > 0;
}

static bool is_blank(const struct lines *l)
{
    for (size_t i = 0; i < l->length; i++)
        if (!strchr(" \t\r", l->text[i]))
            return false;
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return !a == !b && (!a || strcmp(a, b) == 0);
}

/* Both numbers come from decimal texts, so the same value is the same double. */
static bool same_value(const struct cJSON *a, const struct cJSON *b)
{
    double x = sc_json_number(a), y = sc_json_number(b);
    return strcmp(sc_json_kind(a), sc_json_kind(b)) == 0 &&
           same_text(sc_json_string(a), sc_json_string(b)) && !(x < y) && !(x > y) &&
           sc_json_true(a) == sc_json_true(b) && sc_json_count(a) == sc_json_count(b);
}

/* The first item of b that differs from a's; the recursion ends at SC_JSON_MOST_DEPTH. */
static const struct cJSON *differing(const struct cJSON *a, const struct cJSON *b)
{
    const struct cJSON *found = same_value(a, b) ? NULL : b, *x = sc_json_first(a);
    if (found && !(sc_json_is_object(a) && sc_json_is_object(b)))
        return found;
    for (const struct cJSON *y = sc_json_first(b); y; y = sc_json_next(y)) {
        if (sc_json_is_object(b))
            x = sc_json_get(a, sc_json_key(y));
        const struct cJSON *deeper = x ? differing(x, y) : y;
        if (deeper)
            return deeper;
        x = sc_json_next(x);
    }
    return found;
}

static int compare_headers(struct gathered *g, const struct sc_doc *doc, const struct lines *l)
{
    const struct sc_doc *head = &g->set->head;
    const struct cJSON *item = differing(head->root, doc->root);
    if (!item)
        return 0;
    return sc_doc_fail(doc, item, g->err,
                       "this header differs here from that of %s; only parts of one run go "
                       "together",
                       head->name == l->name ? "the first part" : head->name);
}

static int take_header(struct gathered *g, struct sc_doc *doc, const struct lines *l)
{
    if (g->set->head.root)
        return compare_headers(g, doc, l);
    g->set->head = *doc;
    *doc = (struct sc_doc){0};
    return sc_record_read_header(&g->set->head, &g->set->scenario, g->err);
}

static int take_record(struct gathered *g, const struct sc_doc *doc, const struct lines *l)
{
    struct entry *entry = sc_take(sizeof *entry);
    g->entry = sc_grow(g->entry, &g->cap, g->n + 1, sizeof(struct entry *));
    g->entry[g->n++] = entry;
    entry->name = l->name;
    entry->line = l->number;
    sc_doc_sha256(doc, entry->sha256);
    struct sc_record *r = &entry->record;
    if (sc_record_read(doc, &g->set->scenario, &g->set->arena, r, g->err) != 0)
        return -1;
    if (r->point == 0 && r->stratum == 0)
        return 0;
    return sc_doc_fail(doc, sc_json_get(doc->root, r->point ? "point" : "stratum"), g->err,
                       "this record is of a sweep or of a slice of time; those of runs are wanted "
                       "(point 0, stratum 0)");
}

/* A file begins with a header; files that were put one after the other have more of them. */
static int take_line(struct gathered *g, struct sc_doc *doc, const struct lines *l, bool *begun)
{
    bool is_header = !*begun || sc_json_get(doc->root, "schema_version");
    *begun = true;
    return is_header ? take_header(g, doc, l) : take_record(g, doc, l);
}

/* A run that was killed leaves a line that does not end. */
static bool may_leave_out(const struct gathered *g, const struct lines *l, bool begun)
{
    if (!l->is_cut || !begun)
        return false;
    if (g->remarks)
        fprintf(g->remarks,
                "simcost: %s:%d: the last line is cut short, so that record is left out\n", l->name,
                l->number);
    return true;
}

static int read_lines(struct gathered *g, struct lines *l)
{
    bool begun = false;
    int more;
    while ((more = next_line(l, g->err)) > 0) {
        if (is_blank(l))
            continue;
        struct sc_doc doc;
        struct sc_error own = {0};
        int failed = sc_doc_parse(&doc, l->name, l->text, l->length, &own);
        if (failed && may_leave_out(g, l, begun)) {
            sc_doc_free(&doc);
            continue;
        }
        *g->err = own;
        failed = failed || take_line(g, &doc, l, &begun);
        sc_doc_free(&doc);
        if (failed) {
            g->err->line = g->err->line > 0 ? l->number : 0;
            return -1;
        }
    }
    if (more == 0 && !begun)
        return fail_at(l, g->err, "it is empty; records are wanted (simcost run --records FILE)");
    return more;
}

static int read_file(struct gathered *g, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    struct lines l = {.name = standard ? "(standard input)" : path};
    errno = 0;
    l.in = standard ? stdin : fopen(path, "rb");
    if (!l.in) {
        sc_fail(g->err, NULL, "cannot be read: %s", strerror(errno));
        sc_error_place(g->err, path, 0, 0);
        return -1;
    }
    int failed = read_lines(g, &l);
    sc_release(l.text);
    if (!standard)
        fclose(l.in);
    return failed;
}

static int by_key(const void *a, const void *b)
{
    const struct sc_record *x = &(*(const struct entry *const *)a)->record,
                           *y = &(*(const struct entry *const *)b)->record;
    int order = x->point - y->point;
    order = order ? order : strcmp(x->architecture, y->architecture);
    order = order ? order : x->replication - y->replication;
    return order ? order : x->stratum - y->stratum;
}

static int compare_entries(const struct entry *a, const struct entry *b, struct sc_error *err)
{
    if (strcmp(a->sha256, b->sha256) == 0)
        return 0;
    sc_fail(err, NULL,
            "replication %d of %s is there twice, and the two differ (the other is in %s): they "
            "are not of one run",
            b->record.replication, b->record.architecture, a->name);
    sc_error_place(err, b->name, b->line, 0);
    return -1;
}

/* An architecture that has no record cannot be told about. */
static void leave_out_empty(struct gathered *g)
{
    struct sc_scenario *s = &g->set->scenario;
    int kept = 0;
    for (int i = 0; i < s->n_architectures; i++) {
        bool has_record = false;
        for (size_t k = 0; k < g->n && !has_record; k++)
            has_record = g->entry[k]->record.architecture == s->architecture[i].name;
        if (has_record)
            s->architecture[kept++] = s->architecture[i];
        else if (g->remarks)
            fprintf(g->remarks, "simcost: no record of %s, so it is left out\n",
                    s->architecture[i].name);
    }
    s->n_architectures = kept;
}

static int place_of(const struct sc_scenario *s, const char *name)
{
    int i = 0;
    while (s->architecture[i].name != name)
        i++;
    return i;
}

static void add_trial(struct sc_experiment *e, struct entry *entry)
{
    struct sc_record *r = &entry->record;
    e->trial[e->n] = (struct sc_trial){place_of(e->scenario, r->architecture), r->replication,
                                       r->point, r->stratum};
    e->record[e->n] = *r;
    e->done[e->n++] = true;
    r->ledger = (struct sc_ledger){0};
}

/* Into the experiment in key order, each key once. */
static int unite(struct gathered *g)
{
    struct sc_experiment *e = &g->set->experiment;
    if (g->n == 0) {
        sc_fail(g->err, NULL, "there is no whole record in it");
        sc_error_place(g->err, g->set->head.name, 0, 0);
        return -1;
    }
    leave_out_empty(g);
    qsort(g->entry, g->n, sizeof(struct entry *), by_key);
    *e = (struct sc_experiment){.scenario = &g->set->scenario,
                                .replications = g->set->scenario.replications,
                                .sampling = g->set->scenario.sampling};
    e->trial = sc_take(sizeof *e->trial * g->n);
    e->record = sc_take(sizeof *e->record * g->n);
    e->done = sc_take(sizeof *e->done * g->n);
    for (size_t i = 0; i < g->n; i++) {
        if (i == 0 || by_key(&g->entry[i - 1], &g->entry[i]) != 0)
            add_trial(e, g->entry[i]);
        else if (compare_entries(g->entry[i - 1], g->entry[i], g->err) != 0)
            return -1;
    }
    e->n_done = e->n;
    return 0;
}

int sc_recordset_read(struct sc_recordset *r, const char *const *paths, size_t n, FILE *remarks,
                      struct sc_error *err)
{
    *r = (struct sc_recordset){.scenario.objective = {-1, -1, -1, -1, -1, -1, -1}};
    struct gathered g = {.set = r, .remarks = remarks, .err = err};
    int failed = 0;
    for (size_t i = 0; i < n && !failed; i++)
        failed = read_file(&g, paths[i]);
    failed = failed || unite(&g);
    for (size_t i = 0; i < g.n; i++) {
        sc_ledger_free(&g.entry[i]->record.ledger);
        sc_release(g.entry[i]);
    }
    sc_release(g.entry);
    return failed ? -1 : 0;
}

void sc_recordset_free(struct sc_recordset *r)
{
    sc_experiment_free(&r->experiment);
    sc_doc_free(&r->head);
    sc_arena_free(&r->scenario.arena);
    sc_arena_free(&r->arena);
}
