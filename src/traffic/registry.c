/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traffic/profile.h"

#include <string.h>

const struct sc_traffic_type *const sc_traffic_types[] = {
#define TRAFFIC(name) &sc_##name##_traffic,
#include "traffic/traffics.def"
#undef TRAFFIC
    NULL,
};

const struct sc_traffic_type *sc_traffic_type_named(const char *name)
{
    for (const struct sc_traffic_type *const *t = sc_traffic_types; *t; t++)
        if (strcmp((*t)->name, name) == 0)
            return *t;
    return NULL;
}

void sc_source_free(struct sc_source *s)
{
    sc_trace_free(s->trace);
    s->trace = NULL;
}
