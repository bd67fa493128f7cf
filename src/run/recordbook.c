/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The book that records are priced with: does it have all they need? */
#include "run/pricing.h"
#include "run/recordfile.h"
#include "scenario/bookfile.h"
#include "scenario/usagefile.h"

#include <inttypes.h>
#include <string.h>

/* Room for a hundredth more, times a hundred (sc_marginal_cost). */
#define MOST_PARTS ((sc_i128)1 << 119)

static const struct cJSON *item_at(const struct sc_recordset *r, const char *architecture,
                                   const char *part, int place)
{
    char pointer[256];
    int n = snprintf(pointer, sizeof pointer, "/architectures/%s/%s", architecture, part);
    if (place >= 0)
        snprintf(pointer + n, sizeof pointer - (size_t)n, "/%d", place);
    return sc_json_at(&r->head, pointer);
}

static int load(struct sc_recordset *r, const char *name, struct sc_error *err)
{
    struct sc_book book = {0};
    struct sc_error own = {0};
    bool found;
    if (sc_book_load(&book, name ? name : r->scenario.book.id, NULL, &r->arena, &found, &own) ==
        0) {
        r->scenario.book = book;
        return 0;
    }
    if (found) {
        *err = own;
        return -1;
    }
    if (name)
        return sc_fail(err, NULL, "--book %s: %s", name, own.message);
    return sc_doc_fail(&r->head, sc_json_at(&r->head, "/book/id"), err,
                       "the run's book is not found here; give one with --book NAME or --book "
                       "FILE.json: %s",
                       own.message);
}

static int check_service(const struct sc_recordset *r, const struct sc_architecture *a, int place,
                         struct sc_error *err)
{
    const struct sc_book *book = &r->scenario.book;
    const struct sc_service *v = &a->service[place];
    for (int i = 0; i < v->n_charges; i++) {
        const char *sku = v->charge[i].sku;
        if (sc_book_price(book, sku))
            continue;
        const char *near = sc_book_nearest(book, sku);
        return sc_doc_fail(&r->head, item_at(r, a->name, "services", place), err,
                           "book %s (region %s) has no price for SKU \"%s\" (%s of node %s)%s%s; "
                           "add it to the book or choose another",
                           book->id, book->region, sku, v->charge[i].item, v->name,
                           near ? "; nearest: " : "", near ? near : "");
    }
    return 0;
}

static int read_commitments(struct sc_recordset *r, struct sc_architecture *a, struct sc_error *err)
{
    const struct cJSON *list = item_at(r, a->name, "commitments", -1);
    struct sc_terms terms = {0};
    if (sc_json_count(list) == 0)
        return 0;
    if (sc_commitments_read(&r->head, list, &r->scenario.book, &r->arena, &terms, err) != 0)
        return -1;
    a->commitment = terms.commitment;
    a->n_commitments = terms.n_commitments;
    return 0;
}

/* What a run writes always fits; what was changed by hand may not. */
static int check_sizes(const struct sc_recordset *r, struct sc_error *err)
{
    struct sc_arena scratch = {0};
    int failed = 0;
    for (int i = 0; i < r->experiment.n && !failed; i++) {
        const struct sc_record *record = &r->experiment.record[i];
        int n, place = r->experiment.trial[i].architecture;
        const struct sc_usage *u = sc_usage_of(&r->scenario, &r->scenario.architecture[place],
                                               &record->ledger, &n, &scratch);
        for (int k = 0; k < n && !failed; k++)
            if (u[k].den <= 0 || u[k].num > MOST_PARTS || !sc_usage_fits(&u[k]))
                failed = sc_fail(err, NULL,
                                 "replication %d of %s: %s of %s is more than can be priced "
                                 "(%" PRId64 " USD)",
                                 record->replication, record->architecture, u[k].item, u[k].node,
                                 SC_MOST_BILL_USD);
        sc_arena_reset(&scratch);
    }
    sc_arena_free(&scratch);
    return failed;
}

int sc_recordset_book(struct sc_recordset *r, const char *name, struct sc_error *err)
{
    if (load(r, name, err) != 0)
        return -1;
    for (int i = 0; i < r->scenario.n_architectures; i++) {
        struct sc_architecture *a = &r->scenario.architecture[i];
        for (int k = 0; k < a->n_services; k++)
            if (check_service(r, a, k, err) != 0)
                return -1;
        if (read_commitments(r, a, err) != 0)
            return -1;
    }
    return check_sizes(r, err);
}
