/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is looked up by name in a ledger of many nodes: without this every look is a walk over all
 * of it. */
#include "service/ledger.h"

#include <string.h>

enum { FEW = 32 };

/* FNV-1a, part after part. */
static uint64_t hash(uint64_t h, const char *text)
{
    for (const char *c = text; *c; c++)
        h = (h ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return h;
}

static size_t hash_of(const char *node, const char *name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    if (node)
        h = hash(hash(h, node), "/");
    h = hash(h, name);
    return (size_t)(h ^ h >> 32);
}

static bool is_named(const char *full, const char *node, const char *name)
{
    size_t n = node ? strlen(node) : 0;
    if (node && (strncmp(full, node, n) != 0 || full[n++] != '/'))
        return false;
    return strcmp(full + n, name) == 0;
}

static const char *name_at(const struct sc_ledger_index *x, uint32_t place)
{
    const char *name;
    memcpy(&name, (const char *)x->items + (place - 1) * x->size, sizeof name);
    return name;
}

/* The slot of a name: its own, or the free one where it belongs. */
static size_t slot_of(const struct sc_ledger_index *x, const char *node, const char *name)
{
    size_t slot = hash_of(node, name) & x->mask;
    while (x->place[slot] && !is_named(name_at(x, x->place[slot]), node, name))
        slot = (slot + 1) & x->mask;
    return slot;
}

bool sc_ledger_look(const struct sc_ledger_index *x, size_t n, const char *node, const char *name,
                    const void **found)
{
    if (!x->place || x->n != n)
        return false;
    uint32_t place = x->place[slot_of(x, node, name)];
    *found = place ? (const char *)x->items + (place - 1) * x->size : NULL;
    return true;
}

/* Of several with one name the first counts. */
static void make(struct sc_ledger_index *x, struct sc_ledger_index list, struct sc_arena *arena)
{
    if (list.n <= FEW || (x->place && x->n == list.n))
        return;
    size_t slots = 4 * FEW;
    while (slots < 2 * list.n)
        slots *= 2;
    *x = list;
    x->mask = slots - 1;
    x->place = SC_NEW_ARRAY(arena, uint32_t, slots);
    for (size_t i = 0; i < list.n; i++) {
        size_t slot = slot_of(x, NULL, name_at(x, (uint32_t)i + 1));
        if (!x->place[slot])
            x->place[slot] = (uint32_t)i + 1;
    }
}

void sc_ledger_index(struct sc_ledger *l)
{
    make(&l->by_meter,
         (struct sc_ledger_index){.items = l->meter, .n = l->n_meters, .size = sizeof *l->meter},
         l->arena);
    make(&l->by_counter,
         (struct sc_ledger_index){
             .items = l->counter, .n = l->n_counters, .size = sizeof *l->counter},
         l->arena);
    make(&l->by_hist,
         (struct sc_ledger_index){.items = l->hist, .n = l->n_hists, .size = sizeof *l->hist},
         l->arena);
}
