/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "work": steps into programs. A choice becomes jumps, a parallel block a fork whose branches end
 * in SC_OP_END; every operation has a slot, counted in the order of writing, which keys its draws.
 */
#include "base/names.h"
#include "io/fields.h"
#include "scenario/load.h"

#include <stddef.h>
#include <string.h>

enum {
    MOST_OPS = 4096,
    MOST_WORKS = 60000, /* places of works are 16 bits wide */
    MOST_BRANCHES = 64,
    MOST_STORES = 1000,
    MOST_CALLED_OPS = 100000,
    DEEPEST_CALLS = 4096
};

const char *const sc_store_verbs[] = {"get", "put", "update", "delete", "query", "scan", NULL};

struct store_step {
    int64_t item_bytes, items, copies, answer;
    bool consistent, transactional;
    double fail_frac, miss_frac;
    const char *condition;
};

#define STORE(member) offsetof(struct store_step, member)
const struct sc_field sc_store_fields[] = {
    {"item_bytes", "size of the item", SC_FIELD_INT, STORE(item_bytes), 1024, 0, 419430400,
     .source = "DDB-CU-1"},
    {"items", "items that a query or scan evaluates", SC_FIELD_INT, STORE(items), 1, 1, 1e7,
     .source = "DDB-PAGE-1"},
    {"copies", "how often the operation is made, one after the other", SC_FIELD_INT, STORE(copies),
     .def = 1, .min = 1, .max = 100},
    {"consistent", "strongly consistent read", SC_FIELD_BOOL, STORE(consistent),
     .source = "DDB-CU-1"},
    {"transactional", "part of a transaction", SC_FIELD_BOOL, STORE(transactional),
     .source = "DDB-CU-1"},
    {"if", "the condition of a write, for the reader", SC_FIELD_TEXT, STORE(condition), .def = 0},
    {"fail_frac", "share of writes whose condition does not hold", SC_FIELD_REAL, STORE(fail_frac),
     .max = 1},
    {"miss_frac", "share of reads that find nothing", SC_FIELD_REAL, STORE(miss_frac), .max = 1},
    {"answer", "HTTP status of that end; 0: 409 for a write, 404 for a read", SC_FIELD_INT,
     STORE(answer), .def = 0, .min = 0, .max = 599},
    {.key = NULL}};

struct timed_step {
    struct sc_dist cpu_ns, wait_ns;
};

const struct sc_field sc_timed_fields[] = {
    {"cpu_ms", "CPU time of one full vCPU", SC_FIELD_DIST, offsetof(struct timed_step, cpu_ns),
     .def = -1, .min = 0, .max = 1e9},
    {"wait_ms", "time without CPU", SC_FIELD_DIST, offsetof(struct timed_step, wait_ns), .def = -1,
     .min = 0, .max = 1e9},
    {.key = NULL}};

struct work_config {
    int64_t request_bytes, response_bytes;
    const struct cJSON *steps;
};

const struct sc_field sc_work_fields[] = {
    {"request_bytes", "size of a request", SC_FIELD_INT,
     offsetof(struct work_config, request_bytes), .def = 500, .min = 0, .max = 1e9},
    {"response_bytes", "size of an answer", SC_FIELD_INT,
     offsetof(struct work_config, response_bytes), .def = 1000, .min = 0, .max = 1e9},
    {"steps", "what it does, in order", SC_FIELD_JSON, offsetof(struct work_config, steps),
     .required = 1, .schema = "{\"$ref\": \"#/definitions/steps\"}"},
    {.key = NULL}};

struct builder {
    struct sc_scenario *s;
    struct sc_error *err;
    struct sc_op *op;
    size_t n, cap;
    uint16_t slot;
};

uint64_t sc_threshold(double share)
{
    return share >= 1 ? UINT64_MAX : (uint64_t)(share * 0x1p64);
}

int sc_load_members(const struct sc_scenario *s, const struct cJSON *item, const char *what,
                    struct sc_error *err)
{
    if (!sc_json_is_object(item))
        return sc_doc_fail(&s->doc, item, err,
                           "%s is given; an object with at least one %s is wanted",
                           sc_json_kind(item), what);
    return sc_json_count(item) > 0
               ? 0
               : sc_doc_fail(&s->doc, item, err, "it is empty; at least one %s is wanted", what);
}

/* Works are ordered by name. */
int sc_scenario_work(const struct sc_scenario *s, const char *name)
{
    int low = 0, high = s->n_works;
    while (low < high) {
        int middle = (low + high) / 2, order = strcmp(s->work[middle].name, name);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

int sc_load_no_work(const struct sc_scenario *s, const struct cJSON *item, const char *name,
                    struct sc_error *err)
{
    struct sc_nearest near = {.typed = name};
    for (int i = 0; i < s->n_works; i++)
        sc_nearest_offer(&near, s->work[i].name);
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(&s->doc, item, err, "there is no work \"%s\"; did you mean \"%s\"?",
                           name, best);
    return sc_doc_fail(&s->doc, item, err, "there is no work \"%s\"; name one of /work", name);
}

static int store_number(struct sc_scenario *s, const char *name)
{
    for (int i = 0; i < s->n_stores; i++)
        if (strcmp(s->store_name[i], name) == 0)
            return i;
    if (!s->store_name)
        s->store_name = SC_NEW_ARRAY(&s->arena, const char *, MOST_STORES);
    if (s->n_stores == MOST_STORES)
        return -1;
    s->store_name[s->n_stores] = sc_arena_text(&s->arena, name);
    return s->n_stores++;
}

static struct sc_op *emit(struct builder *b, enum sc_op_kind kind)
{
    b->op = sc_grow(b->op, &b->cap, b->n + 1, sizeof *b->op);
    struct sc_op *op = &b->op[b->n++];
    *op = (struct sc_op){.kind = kind, .slot = b->slot++};
    return op;
}

static int add_timed(struct builder *b, const struct cJSON *step, const char *key)
{
    struct timed_step t;
    if (sc_fields_read(&b->s->doc, step, sc_timed_fields, NULL, &t, &b->s->arena, b->err) != 0)
        return -1;
    bool cpu = strcmp(key, "cpu_ms") == 0;
    emit(b, cpu ? SC_OP_CPU : SC_OP_WAIT)->dist = cpu ? t.cpu_ns : t.wait_ns;
    return 0;
}

static int add_store(struct builder *b, const struct cJSON *step, int action)
{
    const struct sc_doc *doc = &b->s->doc;
    const char *verb = sc_store_verbs[action], *const also[] = {verb, NULL};
    const struct cJSON *name = sc_json_get(step, verb);
    struct store_step t;
    if (!sc_json_is_string(name))
        return sc_doc_fail(doc, name, b->err, "%s is given; the name of a store service is wanted",
                           sc_json_kind(name));
    if (sc_fields_read(doc, step, sc_store_fields, also, &t, &b->s->arena, b->err) != 0)
        return -1;
    bool read = action == SC_STORE_GET || action == SC_STORE_QUERY || action == SC_STORE_SCAN;
    if (read && t.fail_frac > 0)
        return sc_doc_fail(doc, sc_json_get(step, "fail_frac"), b->err,
                           "a %s has no condition to fail; use miss_frac", verb);
    if (!read && t.miss_frac > 0)
        return sc_doc_fail(doc, sc_json_get(step, "miss_frac"), b->err,
                           "a %s misses nothing; use fail_frac", verb);
    if (t.answer != 0 && t.answer < 200)
        return sc_doc_fail(doc, sc_json_get(step, "answer"), b->err,
                           "%d is no final HTTP status; 200 to 599 is wanted", (int)t.answer);
    int store = store_number(b->s, sc_json_string(name));
    if (store < 0)
        return sc_doc_fail(doc, name, b->err, "\"%s\" is one store more than %d, the most",
                           sc_json_string(name), MOST_STORES);
    for (int64_t i = 0; i < t.copies; i++) {
        struct sc_op *op = emit(b, SC_OP_STORE);
        op->action = (enum sc_store_action)action;
        op->store = (uint16_t)store;
        op->consistent = t.consistent;
        op->transactional = t.transactional;
        op->item_bytes = t.item_bytes;
        op->items = t.items;
        op->fail_below = sc_threshold(read ? t.miss_frac : t.fail_frac);
        op->answer = (uint16_t)(t.answer != 0 ? t.answer : read ? 404 : 409);
    }
    return 0;
}

/* Works are named before any is compiled, so that calls may look ahead. */
static int add_call(struct builder *b, const struct cJSON *step)
{
    const struct cJSON *name = sc_json_get(step, "call");
    if (!sc_json_is_string(name))
        return sc_doc_fail(&b->s->doc, name, b->err, "%s is given; the name of a work is wanted",
                           sc_json_kind(name));
    if (sc_json_count(step) > 1)
        return sc_doc_fail(&b->s->doc, step, b->err, "a call step has no other keys");
    int work = sc_scenario_work(b->s, sc_json_string(name));
    if (work < 0)
        return sc_load_no_work(b->s, name, sc_json_string(name), b->err);
    emit(b, SC_OP_CALL)->work = (uint16_t)work;
    return 0;
}

static int add_steps(struct builder *b, const struct cJSON *steps);

static int check_branches(struct builder *b, const struct cJSON *step, const char *key,
                          const struct cJSON *list)
{
    const struct sc_doc *doc = &b->s->doc;
    if (sc_json_count(step) > 1)
        return sc_doc_fail(doc, step, b->err, "a %s step has no other keys", key);
    if (!sc_json_is_array(list))
        return sc_doc_fail(doc, list, b->err, "%s is given; an array of branches is wanted",
                           sc_json_kind(list));
    if (sc_json_count(list) < 1 || sc_json_count(list) > MOST_BRANCHES)
        return sc_doc_fail(doc, list, b->err, "%d branches are given; 1 to %d may be",
                           sc_json_count(list), MOST_BRANCHES);
    return 0;
}

/* {"parallel": [[steps], [steps]]} */
static int add_parallel(struct builder *b, const struct cJSON *step)
{
    const struct cJSON *list = sc_json_get(step, "parallel");
    if (check_branches(b, step, "parallel", list) != 0)
        return -1;
    int n = sc_json_count(list), i = 0;
    uint16_t *to = SC_NEW_ARRAY(&b->s->arena, uint16_t, n);
    size_t fork = b->n;
    emit(b, SC_OP_FORK);
    for (const struct cJSON *branch = sc_json_first(list); branch; branch = sc_json_next(branch)) {
        to[i++] = (uint16_t)b->n;
        if (add_steps(b, branch) != 0)
            return -1;
        emit(b, SC_OP_END);
    }
    b->op[fork].n = (uint16_t)n;
    b->op[fork].to = to;
    b->op[fork].jump = (uint16_t)b->n;
    return 0;
}

struct branch {
    double frac;
    const struct cJSON *steps;
};

static const struct sc_field branch_fields[] = {
    {"frac", "how often it is taken", SC_FIELD_REAL, offsetof(struct branch, frac), 0, 0, 1,
     .required = 1},
    {"steps", "what is done then", SC_FIELD_JSON, offsetof(struct branch, steps), .required = 1},
    {.key = NULL}};

/* {"choice": [{"frac": 0.3, "steps": [...]}, ...]}: the shares add up to 1, or the rest does
 * nothing. */
static int add_choice(struct builder *b, const struct cJSON *step)
{
    const struct cJSON *list = sc_json_get(step, "choice");
    if (check_branches(b, step, "choice", list) != 0)
        return -1;
    int n = sc_json_count(list), i = 0;
    uint16_t *to = SC_NEW_ARRAY(&b->s->arena, uint16_t, n + 1);
    uint64_t *upto = SC_NEW_ARRAY(&b->s->arena, uint64_t, n + 1);
    size_t choice = b->n, jumps[MOST_BRANCHES];
    double sum = 0;
    emit(b, SC_OP_CHOICE);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item), i++) {
        struct branch branch;
        if (sc_fields_read(&b->s->doc, item, branch_fields, NULL, &branch, &b->s->arena, b->err) !=
            0)
            return -1;
        sum += branch.frac;
        if (sum > 1 + 1e-9)
            return sc_doc_fail(&b->s->doc, item, b->err,
                               "the shares so far add up to %.6g; 1 is the most", sum);
        to[i] = (uint16_t)b->n;
        upto[i] = sc_threshold(sum > 1 - 1e-9 ? 1 : sum);
        if (add_steps(b, branch.steps) != 0)
            return -1;
        jumps[i] = b->n;
        emit(b, SC_OP_JUMP);
    }
    for (int k = 0; k < i; k++)
        b->op[jumps[k]].jump = (uint16_t)b->n;
    to[n] = (uint16_t)b->n;
    upto[n] = UINT64_MAX;
    b->op[choice].n = (uint16_t)(n + 1);
    b->op[choice].to = to;
    b->op[choice].upto = upto;
    return 0;
}

static int unknown_step(struct builder *b, const struct cJSON *step)
{
    static const char *const names[] = {"cpu_ms", "wait_ms", "call", "parallel", "choice", NULL};
    const struct cJSON *first = sc_json_first(step);
    if (!first)
        return sc_doc_fail(&b->s->doc, step, b->err,
                           "an empty step; say what it does, such as {\"cpu_ms\": 5}");
    if (sc_json_get(step, "emit") || sc_json_get(step, "once") || sc_json_get(step, "push"))
        return sc_doc_fail(&b->s->doc, first, b->err, "\"%s\" is not supported by this version",
                           sc_json_key(first));
    struct sc_nearest near = {.typed = sc_json_key(first)};
    for (int i = 0; names[i]; i++)
        sc_nearest_offer(&near, names[i]);
    for (int i = 0; sc_store_verbs[i]; i++)
        sc_nearest_offer(&near, sc_store_verbs[i]);
    const char *best = sc_nearest_name(&near);
    if (best)
        return sc_doc_fail(&b->s->doc, first, b->err, "unknown step \"%s\"; did you mean \"%s\"?",
                           near.typed, best);
    return sc_doc_fail(&b->s->doc, first, b->err,
                       "unknown step \"%s\"; one of cpu_ms, wait_ms, get, put, update, delete, "
                       "query, scan, call, parallel, "
                       "choice is wanted",
                       near.typed);
}

static int add_step(struct builder *b, const struct cJSON *step)
{
    if (!sc_json_is_object(step))
        return sc_doc_fail(&b->s->doc, step, b->err,
                           "%s is given; a step is an object such as {\"cpu_ms\": 5}",
                           sc_json_kind(step));
    if (sc_json_get(step, "cpu_ms"))
        return add_timed(b, step, "cpu_ms");
    if (sc_json_get(step, "wait_ms"))
        return add_timed(b, step, "wait_ms");
    if (sc_json_get(step, "call"))
        return add_call(b, step);
    if (sc_json_get(step, "parallel"))
        return add_parallel(b, step);
    if (sc_json_get(step, "choice"))
        return add_choice(b, step);
    for (int i = 0; sc_store_verbs[i]; i++)
        if (sc_json_get(step, sc_store_verbs[i]))
            return add_store(b, step, i);
    return unknown_step(b, step);
}

/* Blocks nest as deep as a document may (SC_JSON_MOST_DEPTH). */
static int add_steps(struct builder *b, const struct cJSON *steps)
{
    if (!sc_json_is_array(steps))
        return sc_doc_fail(&b->s->doc, steps, b->err, "%s is given; an array of steps is wanted",
                           sc_json_kind(steps));
    for (const struct cJSON *step = sc_json_first(steps); step; step = sc_json_next(step)) {
        if (add_step(b, step) != 0)
            return -1;
        if (b->n > MOST_OPS)
            return sc_doc_fail(&b->s->doc, step, b->err, "the work has more than %d operations",
                               MOST_OPS);
    }
    return 0;
}

static int compile(struct sc_scenario *s, struct sc_work *w, const struct cJSON *item,
                   struct sc_error *err)
{
    struct work_config c;
    if (sc_fields_read(&s->doc, item, sc_work_fields, NULL, &c, &s->arena, err) != 0)
        return -1;
    struct builder b = {.s = s, .err = err};
    int failed = add_steps(&b, c.steps);
    if (failed == 0) {
        emit(&b, SC_OP_END);
        w->request_bytes = c.request_bytes;
        w->response_bytes = c.response_bytes;
        w->n_ops = (int)b.n;
        w->op = sc_arena_copy(&s->arena, b.op, sizeof *b.op * b.n);
        w->pure = true;
        for (size_t i = 0; i + 1 < b.n; i++)
            w->pure = w->pure && (b.op[i].kind == SC_OP_CPU || b.op[i].kind == SC_OP_WAIT);
    }
    sc_release(b.op);
    return failed;
}

struct walk {
    struct sc_scenario *s;
    const struct cJSON **item; /* by work */
    struct sc_error *err;
    int *depth;   /* by work: of the calls from it on; 0 until it is known */
    int64_t *ops; /* of a request for it, with those of all that it calls */
};

enum { UNDER_WAY = -1 };

static int fail_depth(const struct walk *k, int work)
{
    return sc_doc_fail(&k->s->doc, k->item[work], k->err,
                       "calls through \"%s\" are more than %d deep", k->s->work[work].name,
                       DEEPEST_CALLS);
}

/* A work that calls itself, directly or through others, would never end; and calls of calls grow
 * like powers. */
static int follow_calls(const struct walk *k, int work, int above)
{
    const struct sc_work *w = &k->s->work[work];
    const struct cJSON *item = k->item[work];
    int below = 0;
    k->depth[work] = UNDER_WAY;
    k->ops[work] = w->n_ops;
    if (above > DEEPEST_CALLS)
        return fail_depth(k, work);
    for (int i = 0; i < w->n_ops; i++) {
        int callee = w->op[i].work;
        if (w->op[i].kind != SC_OP_CALL)
            continue;
        if (k->depth[callee] == UNDER_WAY)
            return sc_doc_fail(
                &k->s->doc, item, k->err,
                "the calls go in a circle: \"%s\" calls \"%s\", which leads back to it", w->name,
                k->s->work[callee].name);
        if (k->depth[callee] == 0 && follow_calls(k, callee, above + 1) != 0)
            return -1;
        below = k->depth[callee] > below ? k->depth[callee] : below;
        k->ops[work] += k->ops[callee];
        if (k->ops[work] > MOST_CALLED_OPS)
            return sc_doc_fail(&k->s->doc, item, k->err,
                               "with all that it calls, \"%s\" has more than %d operations a "
                               "request; call less often",
                               w->name, MOST_CALLED_OPS);
    }
    k->depth[work] = below + 1;
    return k->depth[work] > DEEPEST_CALLS ? fail_depth(k, work) : 0;
}

static int check_calls(struct sc_scenario *s, const struct cJSON **item, struct sc_error *err)
{
    struct walk k = {.s = s, .item = item, .err = err};
    k.depth = SC_NEW_ARRAY(&s->arena, int, s->n_works);
    k.ops = SC_NEW_ARRAY(&s->arena, int64_t, s->n_works);
    for (int i = 0; i < s->n_works; i++)
        if (k.depth[i] == 0 && follow_calls(&k, i, 1) != 0)
            return -1;
    return 0;
}

int sc_load_works(struct sc_scenario *s, const struct cJSON *works, struct sc_error *err)
{
    if (sc_load_members(s, works, "work", err) != 0)
        return -1;
    int n;
    const struct cJSON **item = sc_json_sorted(&s->arena, works, &n);
    if (n > MOST_WORKS)
        return sc_doc_fail(&s->doc, works, err, "%d works are more than %d", n, MOST_WORKS);
    s->work = SC_NEW_ARRAY(&s->arena, struct sc_work, n);
    s->n_works = n;
    for (int i = 0; i < n; i++) {
        s->work[i].name = sc_json_key(item[i]);
        if (!sc_name_is_valid(s->work[i].name))
            return sc_doc_fail(&s->doc, item[i], err,
                               "\"%s\" is no name: a-z, 0-9, _ and -, at most 63 of them",
                               s->work[i].name);
    }
    for (int i = 0; i < n; i++)
        if (compile(s, &s->work[i], item[i], err) != 0)
            return -1;
    return check_calls(s, item, err);
}
