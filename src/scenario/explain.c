/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/explain.h"

#include "io/fields.h"
#include "scenario/load.h"

#include <string.h>

struct resolver {
    struct sc_scenario *s;
    struct sc_origins origins;
};

static struct cJSON *child(struct resolver *r, const char *pointer)
{
    return sc_json_at(&r->s->doc, pointer);
}

static void resolve(struct resolver *r, const struct sc_field *table, const char *pointer)
{
    struct cJSON *object = child(r, pointer);
    if (object && sc_json_is_object(object))
        sc_fields_resolve(table, object, pointer, &r->origins);
}

static const char *below(struct resolver *r, const char *pointer, const struct cJSON *item)
{
    return sc_arena_printf(&r->s->arena, "%s/%s", pointer, sc_json_key(item));
}

static void resolve_services(struct resolver *r, const char *pointer)
{
    const struct cJSON *services = child(r, pointer);
    for (const struct cJSON *i = services ? sc_json_first(services) : NULL; i;
         i = sc_json_next(i)) {
        const struct sc_service_type *t =
            sc_service_type_named(sc_json_string(sc_json_get(i, "type")));
        resolve(r, t->fields, below(r, pointer, i));
    }
}

static void resolve_traffic(struct resolver *r)
{
    for (int i = 0; i < r->s->n_sources; i++) {
        const char *source = sc_arena_printf(&r->s->arena, "/traffic/%s", r->s->source[i].name);
        resolve(r, sc_traffic_fields, source);
        resolve(r, r->s->source[i].type->fields,
                sc_arena_printf(&r->s->arena, "%s/profile/%s", source, r->s->source[i].type->name));
    }
}

static void resolve_all(struct resolver *r)
{
    resolve(r, sc_scenario_fields, "");
    resolve(r, sc_objective_fields, "/objective");
    for (int i = 0; i < r->s->n_works; i++)
        resolve(r, sc_work_fields, sc_arena_printf(&r->s->arena, "/work/%s", r->s->work[i].name));
    resolve_traffic(r);
    resolve_services(r, "/common");
    for (int i = 0; i < r->s->n_architectures; i++) {
        const char *a =
            sc_arena_printf(&r->s->arena, "/architectures/%s", r->s->architecture[i].name);
        resolve(r, sc_account_fields, sc_arena_printf(&r->s->arena, "%s/account", a));
        resolve_services(r, sc_arena_printf(&r->s->arena, "%s/services", a));
    }
}

static void print_origins(const struct sc_origins *o, FILE *out)
{
    for (size_t i = 0; i < o->n; i++) {
        const char *tab = strchr(o->lines[i], '\t');
        fprintf(out, "  \"%.*s\": \"%s\"%s\n", (int)(tab - o->lines[i]), o->lines[i], tab + 1,
                i + 1 < o->n ? "," : "");
    }
}

int sc_scenario_explain(struct sc_scenario *s, FILE *out)
{
    struct resolver r = {.s = s, .origins = {.arena = &s->arena}};
    resolve_all(&r);
    fputs("{\"scenario\":\n", out);
    sc_doc_print(&s->doc, out);
    fprintf(out,
            ",\n\"resolved\": {\"horizon_h\": %.9g, \"warmup_h\": %.9g, \"month_scale\": %.9g, "
            "\"book\": \"%s@%s\"},\n",
            (double)s->horizon_ns / 3.6e12, (double)s->warmup_ns / 3.6e12,
            (double)s->month_num / (double)s->month_den, s->book.id, s->book.as_of);
    fputs("\"origins\": {\n", out);
    print_origins(&r.origins, out);
    return fputs("}}\n", out) < 0 ? -1 : 0;
}
