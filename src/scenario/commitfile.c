/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commitments: what is paid in every hour, used or not. */
#include "base/names.h"
#include "num/decimal.h"
#include "scenario/blame.h"
#include "scenario/usagefile.h"

#include <stddef.h>
#include <string.h>

/* Bounds that keep every product of the bill within 127 bits: what a reserved one covers in an
 * hour, and what a plan costs in one. */
enum { MOST_COMMITMENTS = 1000, MOST_COUNT = 1000000 };
static const sc_i128 MOST_COVERED = INT64_C(1000000000000);

struct row {
    const char *reserved, *ec2_plan, *term, *usd_per_h, *name;
    bool compute_plan;
    int64_t count;
};

#define AT(member) offsetof(struct row, member)
const struct sc_field sc_commitment_fields[] = {
    {"reserved", "SKU of reserved capacity, such as ec2.t3.medium.reserved_1y", SC_FIELD_TEXT,
     AT(reserved), .def = 0},
    {"count", "how many of it", SC_FIELD_INT, AT(count), 1, 1, .max = MOST_COUNT},
    {"ec2_plan", "EC2 instance savings plan: the machine family, such as m7g", SC_FIELD_TEXT,
     AT(ec2_plan), .def = 0},
    {"compute_plan", "compute savings plan: EC2, Fargate and Lambda", SC_FIELD_BOOL,
     AT(compute_plan), .def = 0},
    {"term", "of a plan, such as 1y_noupfront: whose rates of the book are taken", SC_FIELD_TEXT,
     AT(term), .def = 0},
    {"usd_per_h", "commitment of a plan in USD for every hour, a decimal string", SC_FIELD_TEXT,
     AT(usd_per_h), .def = 0},
    {"name", "as the bill calls it", SC_FIELD_TEXT, AT(name), .def = 0},
    {.key = NULL}};

/* What the reading of one carries along. */
struct commit {
    const struct sc_doc *doc;
    const struct cJSON *item;
    const struct sc_book *book;
    struct sc_arena *arena;
    struct sc_error *err;
    struct row row;
};

static int out_of_place(const struct commit *c, const char *const *keys, const char *kind)
{
    for (; *keys; keys++) {
        const struct cJSON *item = sc_json_get(c->item, *keys);
        if (item)
            return sc_doc_fail(c->doc, item, c->err, "%s has no \"%s\"; take it out", kind, *keys);
    }
    return 0;
}

static int missing(const struct commit *c, const char *key, const char *example)
{
    return sc_doc_fail(c->doc, c->item, c->err, "a plan needs \"%s\", such as \"%s\"", key,
                       example);
}

static int read_reserved(struct commit *c, struct sc_commitment *out)
{
    static const char *const plans[] = {"term", "usd_per_h", NULL};
    const struct cJSON *at = sc_json_get(c->item, "reserved");
    const struct sc_price *price = sc_book_price(c->book, c->row.reserved);
    if (!price)
        return sc_blame_sku(c->doc, at, c->book, c->row.reserved, c->err);
    if (!price->covers)
        return sc_doc_fail(c->doc, at, c->err,
                           "\"%s\" is no reserved capacity: its price in book %s covers no other "
                           "SKU",
                           c->row.reserved, c->book->id);
    if (price->covers_units > MOST_COVERED / c->row.count)
        return sc_doc_fail(
            c->doc, c->item, c->err,
            "%lld of them cover more than 10^12 units of \"%s\" in an hour, the most "
            "that is priced",
            (long long)c->row.count, price->covers);
    out->kind = SC_RESERVED;
    out->sku = price->sku;
    out->count = c->row.count;
    return out_of_place(c, plans, "reserved capacity");
}

/* "m7g" of "ec2.m7g.large" */
static bool family_of(const char *sku, char family[32])
{
    const char *dot = strncmp(sku, "ec2.", 4) == 0 ? strchr(sku + 4, '.') : NULL;
    if (dot)
        snprintf(family, 32, "%.*s", (int)(dot - sku - 4), sku + 4);
    return dot != NULL;
}

static int check_family(const struct commit *c)
{
    char family[32], best[32] = "";
    struct sc_nearest near = {.typed = c->row.ec2_plan};
    for (int i = 0; i < c->book->n; i++) {
        struct sc_nearest trial = near;
        if (!family_of(c->book->prices[i].sku, family))
            continue;
        if (strcmp(family, c->row.ec2_plan) == 0)
            return 0;
        sc_nearest_offer(&trial, family);
        if (trial.best != family)
            continue;
        memcpy(best, family, sizeof best); /* `family` is overwritten by the next */
        near = trial;
        near.best = best;
    }
    const char *name = sc_nearest_name(&near);
    return sc_doc_fail(c->doc, sc_json_get(c->item, "ec2_plan"), c->err,
                       "book %s (region %s) has no EC2 family \"%.40s\"%s%s%s", c->book->id,
                       c->book->region, c->row.ec2_plan, name ? "; did you mean \"" : "",
                       name ? name : "", name ? "\"?" : "");
}

/* The term of a rate: "commitments.lambda_sp_1y_noupfront", "ec2.c5.xlarge.compute_sp_..."; NULL:
 * it is none of the plan's. */
static const char *term_of(const char *sku, bool is_ec2_plan)
{
    static const char *const compute[] = {".compute_sp_", ".fargate_sp_", ".lambda_sp_", NULL},
                             *const ec2[] = {".ec2_sp_", NULL};
    for (const char *const *class = is_ec2_plan ? ec2 : compute; *class; class ++) {
        const char *at = strstr(sku, *class);
        if (at)
            return at + strlen(*class);
    }
    return NULL;
}

static int check_term(const struct commit *c)
{
    char list[512] = "", family[32];
    bool is_ec2_plan = c->row.ec2_plan != NULL;
    for (int i = 0; i < c->book->n; i++) {
        const char *sku = c->book->prices[i].sku, *term = term_of(sku, is_ec2_plan);
        if (!term ||
            (is_ec2_plan && family_of(sku, family) && strcmp(family, c->row.ec2_plan) != 0))
            continue;
        if (strcmp(term, c->row.term) == 0)
            return 0;
        size_t n = strlen(list);
        if (!strstr(list, term))
            snprintf(list + n, sizeof list - n, "%s%s", n > 0 ? ", " : "", term);
    }
    return sc_doc_fail(c->doc, sc_json_get(c->item, "term"), c->err,
                       "book %s has no rates of %s plans for the term \"%.60s\"%s%s", c->book->id,
                       is_ec2_plan ? "EC2" : "compute", c->row.term,
                       list[0] ? "; there are: " : ", nor for any other", list);
}

static int read_plan(struct commit *c, struct sc_commitment *out)
{
    static const char *const reserved[] = {"count", NULL};
    const struct row *row = &c->row;
    if (out_of_place(c, reserved, "a plan") != 0)
        return -1;
    if (!row->term)
        return missing(c, "term", "1y_noupfront");
    if (!row->usd_per_h)
        return missing(c, "usd_per_h", "0.25");
    const sc_i128 most_e15 = (sc_i128)SC_MOST_USD * INT64_C(1000000000000000);
    if (!sc_decimal_read(row->usd_per_h, SC_USD_DIGITS, &out->usd_e15) || out->usd_e15 <= 0 ||
        out->usd_e15 > most_e15)
        return sc_doc_fail(c->doc, sc_json_get(c->item, "usd_per_h"), c->err,
                           "\"%.60s\" is no plain decimal above 0 and up to %d USD with at most %d "
                           "decimals",
                           row->usd_per_h, SC_MOST_USD, SC_USD_DIGITS);
    if ((row->ec2_plan && check_family(c) != 0) || check_term(c) != 0)
        return -1;
    out->kind = row->ec2_plan ? SC_EC2_PLAN : SC_COMPUTE_PLAN;
    out->family = row->ec2_plan;
    out->plan =
        sc_arena_printf(c->arena, "%s_%s", row->ec2_plan ? "ec2_sp" : "compute_sp", row->term);
    return 0;
}

static int read_one(struct commit *c, struct sc_commitment *out)
{
    if (sc_fields_read(c->doc, c->item, sc_commitment_fields, NULL, &c->row, c->arena, c->err) != 0)
        return -1;
    int kinds = (c->row.reserved != NULL) + (c->row.ec2_plan != NULL) + c->row.compute_plan;
    if (kinds != 1)
        return sc_doc_fail(c->doc, c->item, c->err,
                           "a commitment has one of \"reserved\", \"ec2_plan\" and "
                           "\"compute_plan\": true; this one has %s",
                           kinds == 0 ? "none" : "several");
    *out = (struct sc_commitment){.book = c->book, .name = c->row.name};
    return c->row.reserved ? read_reserved(c, out) : read_plan(c, out);
}

/* "reserved t3.medium", "EC2 plan m7g", "compute plan". */
static char *kind_name(const struct sc_commitment *c, struct sc_arena *arena)
{
    if (c->kind == SC_COMPUTE_PLAN)
        return sc_arena_text(arena, "compute plan");
    if (c->kind == SC_EC2_PLAN)
        return sc_arena_printf(arena, "EC2 plan %s", c->family);
    const char *covers = sc_book_price(c->book, c->sku)->covers;
    return sc_arena_printf(arena, "reserved %s",
                           strncmp(covers, "ec2.", 4) == 0 ? covers + 4 : covers);
}

/* Those without a name get that of their kind, with a number where several have the same. */
static void name_them(struct sc_commitment *list, int n, struct sc_arena *arena)
{
    const char **kind = SC_NEW_ARRAY(arena, const char *, n);
    for (int i = 0; i < n; i++)
        kind[i] = list[i].name ? "" : kind_name(&list[i], arena);
    for (int i = 0; i < n; i++) {
        int before = 0, all = 0;
        for (int k = 0; k < n; k++) {
            bool same = strcmp(kind[k], kind[i]) == 0;
            before += same && k < i;
            all += same;
        }
        if (!list[i].name)
            list[i].name = all > 1 ? sc_arena_printf(arena, "%s %d", kind[i], before + 1) : kind[i];
    }
}

int sc_commitments_read(const struct sc_doc *doc, const struct cJSON *list,
                        const struct sc_book *book, struct sc_arena *arena, struct sc_terms *out,
                        struct sc_error *err)
{
    if (!sc_json_is_array(list))
        return sc_doc_fail(doc, list, err, "%s is given; a list of commitments is wanted",
                           sc_json_kind(list));
    int n = sc_json_count(list), i = 0;
    if (n > MOST_COMMITMENTS)
        return sc_doc_fail(doc, list, err, "%d commitments are more than %d", n, MOST_COMMITMENTS);
    struct sc_commitment *commitment = SC_NEW_ARRAY(arena, struct sc_commitment, n);
    for (const struct cJSON *item = sc_json_first(list); item; item = sc_json_next(item)) {
        struct commit c = {.doc = doc, .item = item, .book = book, .arena = arena, .err = err};
        if (read_one(&c, &commitment[i++]) != 0)
            return -1;
    }
    name_them(commitment, n, arena);
    out->commitment = commitment;
    out->n_commitments = n;
    return 0;
}
