/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the entries of a book say of each other. */
#include "base/names.h"
#include "scenario/bookparts.h"

#include <stdlib.h>
#include <string.h>

struct sc_book_entry *sc_book_entry_of(const struct sc_book_list *list, const char *sku)
{
    int low = 0, high = list->n;
    while (low < high) {
        int middle = low + (high - low) / 2, order = strcmp(sku, list->entry[middle].price.sku);
        if (order == 0)
            return &list->entry[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Where to show what is wrong between two entries: at the one that is written here. */
static const struct cJSON *place_of(const struct sc_book_file *f, const struct sc_book_entry *e,
                                    const struct sc_book_entry *other, const char *key)
{
    if (e->item) /* the key of an earlier version stands deeper */
        return sc_json_get(e->item, key) ? sc_json_get(e->item, key) : e->item;
    if (other && other->item)
        return other->item;
    return f->head.takes ? f->head.takes : f->doc->root;
}

/* The entry that another names by `key`; NULL with an error. */
static struct sc_book_entry *named(const struct sc_book_file *f, const struct sc_book_list *list,
                                   const struct sc_book_entry *e, const char *key, const char *sku)
{
    struct sc_book_entry *target = sc_book_entry_of(list, sku);
    struct sc_nearest nearest = {.typed = sku};
    if (target == e)
        sc_doc_fail(f->doc, place_of(f, e, NULL, key), f->err,
                    "\"%s\" names itself as \"%s\"; name another SKU", sku, key);
    if (target && target != e)
        return target;
    for (int i = 0; i < list->n; i++)
        if (&list->entry[i] != e)
            sc_nearest_offer(&nearest, list->entry[i].price.sku);
    const char *best = sc_nearest_name(&nearest);
    sc_doc_fail(f->doc, place_of(f, e, NULL, key), f->err,
                "\"%s\", \"%s\" of \"%s\", is not in the book; %s%s%s", sku, key, e->price.sku,
                best ? "did you mean \"" : "add its price", best ? best : "", best ? "\"?" : "");
    return NULL;
}

static int link_entry(const struct sc_book_file *f, const struct sc_book_list *list,
                      struct sc_book_entry *e)
{
    struct sc_price *p = &e->price;
    const char *key = p->billed_as ? "billed_as" : "covers";
    const char *sku = p->billed_as ? p->billed_as : p->covers;
    if (!sku)
        return 0;
    const struct sc_book_entry *target = named(f, list, e, key, sku);
    if (!target)
        return -1;
    if (p->billed_as && target->price.billed_as)
        return sc_doc_fail(f->doc, place_of(f, e, target, key), f->err,
                           "\"%s\" is billed as \"%s\", which is itself billed as \"%s\"; name the "
                           "last",
                           p->sku, sku, target->price.billed_as);
    if (p->covers && target->price.covers)
        return sc_doc_fail(f->doc, place_of(f, e, target, key), f->err,
                           "\"%s\" covers \"%s\", which is a commitment itself; name what is used",
                           p->sku, sku);
    return 0;
}

/* One pool has one allowance; it stands at each of its SKUs so that each line can be read alone.
 * What is inherited agrees already, so the first of the pool decides. */
static int check_pool(const struct sc_book_file *f, const struct sc_book_list *list,
                      const struct sc_book_entry *e)
{
    const struct sc_price *price = &e->price;
    for (int i = 0; i < list->n && price->pool; i++) {
        const struct sc_price *other = &list->entry[i].price;
        bool before = &list->entry[i] < e || !list->entry[i].item;
        if (!before || !other->pool || strcmp(other->pool, price->pool) != 0)
            continue;
        if (other->free_units == price->free_units &&
            other->free_new_account == price->free_new_account && other->scope == price->scope)
            return 0;
        const struct cJSON *free_units = sc_json_get(e->item, "free");
        return sc_doc_fail(
            f->doc, free_units ? free_units : e->item, f->err,
            "\"%s\" and \"%s\" share the pool \"%s\" but not its allowance; give both the same",
            other->sku, price->sku, price->pool);
    }
    return 0;
}

int sc_book_link(const struct sc_book_file *f, const struct sc_book_list *list)
{
    for (int i = 0; i < list->n; i++) {
        struct sc_book_entry *e = &list->entry[i];
        if (link_entry(f, list, e) || (e->item && check_pool(f, list, e)))
            return -1;
    }
    return 0;
}

static void leave(struct sc_book_entry *e)
{
    e->is_there = false;
    e->price = (struct sc_price){.sku = e->price.sku};
}

/* Aliases stand for what is no alias, and commitments for what is no commitment, so one pass of
 * each is enough. */
void sc_book_settle(const struct sc_book_list *list)
{
    for (int i = 0; i < list->n; i++) {
        struct sc_price *p = &list->entry[i].price;
        const struct sc_book_entry *e = p->billed_as ? sc_book_entry_of(list, p->billed_as) : NULL;
        if (e && !e->is_there)
            leave(&list->entry[i]);
        else if (e && !p->unit)
            p->unit = e->price.unit;
    }
    for (int i = 0; i < list->n; i++) {
        struct sc_price *p = &list->entry[i].price;
        const struct sc_book_entry *e = p->covers ? sc_book_entry_of(list, p->covers) : NULL;
        if (e && !e->is_there)
            leave(&list->entry[i]);
        else if (e && e->price.billed_as)
            p->covers = e->price.billed_as;
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *sc_book_days(const struct sc_book_list *list, struct sc_arena *arena, int *n)
{
    int n_all = 0, n_kept = 0;
    for (int i = 0; i < list->n; i++)
        n_all += list->entry[i].n_days;
    const char **days = SC_NEW_ARRAY(arena, const char *, n_all);
    n_all = 0;
    for (int i = 0; i < list->n; i++)
        for (int k = 0; k < list->entry[i].n_days; k++)
            days[n_all++] = list->entry[i].day[k];
    qsort(days, (size_t)n_all, sizeof *days, by_text);
    for (int i = 0; i < n_all; i++)
        if (i == 0 || strcmp(days[i], days[n_kept - 1]) != 0)
            days[n_kept++] = days[i];
    *n = n_kept;
    return days;
}
