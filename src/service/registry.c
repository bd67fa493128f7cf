/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/service.h"

#include <string.h>

#define SERVICE(name) extern const struct sc_service_type sc_##name##_type;
#include "service/services.def"
#undef SERVICE

#define SERVICE(name) &sc_##name##_type,
const struct sc_service_type *const sc_service_types[] = {
#include "service/services.def"
    NULL};
#undef SERVICE

const struct sc_service_type *sc_service_type_named(const char *name)
{
    for (const struct sc_service_type *const *t = sc_service_types; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

void sc_service_charge(struct sc_service *s, const struct sc_opening *o, struct sc_charge charge)
{
    struct sc_charge *all = SC_NEW_ARRAY(o->arena, struct sc_charge, s->n_charges + 1);
    if (s->n_charges > 0)
        memcpy(all, s->charge, sizeof *all * (size_t)s->n_charges);
    charge.sku = sc_arena_text(o->arena, charge.sku);
    all[s->n_charges++] = charge;
    s->charge = all;
}
