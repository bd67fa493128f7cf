/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/models.h"

#include "base/names.h"
#include "io/fields.h"
#include "io/json.h"

#include <string.h>

static const char archs[] = "arm64|x86_64";

enum { MOST_LISTED = 800 };

struct head {
    const char *id, *as_of, *source, *note;
};

struct reader {
    const struct sc_doc *doc;
    struct sc_arena *arena;
    struct sc_error *err;
};

#define TEXT(name, about, must)                                                                    \
    {                                                                                              \
        .key = #name, .help = about, .kind = SC_FIELD_TEXT, .offset = offsetof(struct head, name), \
        .required = must                                                                           \
    }

static const struct sc_field head_fields[] = {
    TEXT(id, "name of the table", 1),
    TEXT(as_of, "day on which the table was made", 1),
    TEXT(source, "where the figures are from", 1),
    TEXT(note, "remark", 0),
    {.key = NULL},
};

static int read_object(const struct reader *r, const struct cJSON *parent, const char *key,
                       const struct cJSON **out)
{
    *out = sc_json_get(parent, key);
    if (!*out)
        return sc_doc_fail(r->doc, parent, r->err, "\"%s\" is missing; add an object", key);
    if (!sc_json_is_object(*out))
        return sc_doc_fail(r->doc, *out, r->err, "expected an object, found %s",
                           sc_json_kind(*out));
    return 0;
}

/* Adds `"java21"` or `, "java21"` to a list, while an error message still has room for it. */
static const char *listed(struct sc_arena *arena, const char *list, const char *name)
{
    if (strlen(list) > MOST_LISTED)
        return list;
    return sc_arena_printf(arena, "%s%s\"%s\"", list, list[0] != '\0' ? ", " : "", name);
}

/* --- cold starts: runtimes / RUNTIME / PACKAGE / ARCH / {n, init_ms} --- */

struct measured {
    int64_t n;
    const struct cJSON *init_ms;
    const char *note;
};

static const struct sc_field measured_fields[] = {
    {.key = "n",
     .help = "cold starts measured",
     .kind = SC_FIELD_INT,
     .offset = offsetof(struct measured, n),
     .min = 0,
     .max = 1e15},
    {.key = "init_ms",
     .help = "how long they took",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct measured, init_ms),
     .required = 1},
    {.key = "note",
     .help = "remark",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct measured, note)},
    {.key = NULL},
};

/* Members of an object of objects, in order, or -1 when one is no object or has a name that is not
 * in `names`. */
static const struct cJSON **members(const struct reader *r, const struct cJSON *object,
                                    const char *names, int *n)
{
    *n = -1;
    if (!sc_json_is_object(object)) {
        sc_doc_fail(r->doc, object, r->err, "expected an object, found %s", sc_json_kind(object));
        return NULL;
    }
    for (const struct cJSON *m = sc_json_first(object); m && names; m = sc_json_next(m)) {
        const char *key = sc_json_key(m),
                   *at = key[0] != '\0' && !strchr(key, '|') ? strstr(names, key) : NULL;
        size_t length = strlen(key);
        if (!at || (at != names && at[-1] != '|') || (at[length] != '\0' && at[length] != '|')) {
            sc_doc_fail(r->doc, m, r->err, "\"%s\" is none of %s", key, names);
            return NULL;
        }
    }
    return sc_json_sorted(r->arena, object, n);
}

static int read_coldstart(const struct reader *r, const struct cJSON *item,
                          struct sc_coldstart *out)
{
    struct measured measured = {0};
    if (sc_fields_read(r->doc, item, measured_fields, NULL, &measured, r->arena, r->err))
        return -1;
    return sc_dist_read(r->doc, measured.init_ms, "init_ms", &out->init_ns, r->arena, r->err);
}

static int read_runtime(const struct reader *r, const struct cJSON *runtime,
                        struct sc_coldstart_table *out)
{
    int n_packages = 0;
    const struct cJSON **packages = members(r, runtime, "image|zip", &n_packages);
    const char *name = sc_arena_text(r->arena, sc_json_key(runtime));
    for (int p = 0; p < n_packages; p++) {
        int n_archs = 0;
        const struct cJSON **found = members(r, packages[p], archs, &n_archs);
        const char *package = sc_arena_text(r->arena, sc_json_key(packages[p]));
        if (n_archs < 0)
            return -1;
        for (int a = 0; a < n_archs; a++) {
            struct sc_coldstart *entry = &out->entries[out->n++];
            *entry = (struct sc_coldstart){
                name, package, sc_arena_text(r->arena, sc_json_key(found[a])), {0}};
            if (read_coldstart(r, found[a], entry))
                return -1;
        }
    }
    return n_packages < 0 ? -1 : 0;
}

static int read_extras(const struct reader *r, const struct cJSON *object,
                       struct sc_coldstart_extra **out, int *n)
{
    static const struct sc_field fields[] = {
        {.key = "add_ms",
         .help = "time added",
         .kind = SC_FIELD_JSON,
         .offset = offsetof(struct measured, init_ms),
         .required = 1},
        {.key = "note",
         .help = "remark",
         .kind = SC_FIELD_TEXT,
         .offset = offsetof(struct measured, note)},
        {.key = NULL},
    };
    const struct cJSON **items = sc_json_sorted(r->arena, object, n);
    *out = SC_NEW_ARRAY(r->arena, struct sc_coldstart_extra, *n + 1);
    for (int i = 0; i < *n; i++) {
        struct measured added = {0};
        (*out)[i].name = sc_arena_text(r->arena, sc_json_key(items[i]));
        if (sc_fields_read(r->doc, items[i], fields, NULL, &added, r->arena, r->err) ||
            sc_dist_read(r->doc, added.init_ms, "add_ms", &(*out)[i].add_ns, r->arena, r->err))
            return -1;
    }
    return 0;
}

static int read_coldstarts(const struct reader *r, const struct cJSON *root,
                           struct sc_coldstart_table *out)
{
    static const char *const also[] = {"runtimes", "vpc", "aws_sdk", NULL};
    struct head head = {0};
    const struct cJSON *runtimes = NULL, *vpc = NULL, *sdk = NULL;
    if (sc_fields_read(r->doc, root, head_fields, also, &head, r->arena, r->err) ||
        read_object(r, root, "runtimes", &runtimes) || read_object(r, root, "vpc", &vpc) ||
        read_object(r, root, "aws_sdk", &sdk))
        return -1;
    int n = 0;
    const struct cJSON **items = sc_json_sorted(r->arena, runtimes, &n);
    *out = (struct sc_coldstart_table){.id = head.id,
                                       .as_of = head.as_of,
                                       .source = head.source,
                                       .entries =
                                           SC_NEW_ARRAY(r->arena, struct sc_coldstart, n * 4 + 1)};
    for (int i = 0; i < n; i++)
        if (read_runtime(r, items[i], out))
            return -1;
    return read_extras(r, vpc, &out->vpc, &out->n_vpc) ||
                   read_extras(r, sdk, &out->sdk, &out->n_sdk)
               ? -1
               : 0;
}

int sc_coldstart_parse(struct sc_coldstart_table *out, const struct sc_doc *doc,
                       struct sc_arena *arena, struct sc_error *err)
{
    struct reader reader = {doc, arena, err};
    return read_coldstarts(&reader, doc->root, out);
}

int sc_coldstart_read(struct sc_coldstart_table *out, const char *path, struct sc_arena *arena,
                      struct sc_error *err)
{
    struct sc_doc doc = {0};
    int failed = sc_doc_read(&doc, path, err) || sc_coldstart_parse(out, &doc, arena, err);
    sc_doc_free(&doc);
    return failed ? -1 : 0;
}

const struct sc_coldstart *sc_coldstart_find(const struct sc_coldstart_table *table,
                                             const char *runtime, const char *package,
                                             const char *arch)
{
    for (int i = 0; i < table->n; i++) {
        const struct sc_coldstart *e = &table->entries[i];
        if (strcmp(e->runtime, runtime) == 0 && strcmp(e->package, package) == 0 &&
            strcmp(e->arch, arch) == 0)
            return e;
    }
    return NULL;
}

const char *sc_coldstart_advice(const struct sc_coldstart_table *table, const char *runtime,
                                struct sc_arena *arena)
{
    struct sc_nearest nearest = {.typed = runtime};
    const char *all = "", *kinds = "", *before = "";
    for (int i = 0; i < table->n; i++) {
        const struct sc_coldstart *e = &table->entries[i];
        if (strcmp(e->runtime, runtime) == 0)
            kinds = sc_arena_printf(arena, "%s%s%s on %s", kinds, kinds[0] != '\0' ? ", " : "",
                                    e->package, e->arch);
        if (strcmp(e->runtime, before) != 0)
            all = listed(arena, all, e->runtime);
        before = e->runtime;
        sc_nearest_offer(&nearest, e->runtime);
    }
    if (kinds[0] != '\0')
        return sc_arena_printf(arena, "it was measured as %s", kinds);
    const char *best = sc_nearest_name(&nearest);
    return best ? sc_arena_printf(arena, "did you mean \"%s\"?", best)
                : sc_arena_printf(arena, "known are %s", all);
}

static const struct sc_dist *find_extra(const struct sc_coldstart_extra *extras, int n,
                                        const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(extras[i].name, name) == 0)
            return &extras[i].add_ns;
    return NULL;
}

const struct sc_dist *sc_coldstart_vpc(const struct sc_coldstart_table *table, const char *mode)
{
    return find_extra(table->vpc, table->n_vpc, mode);
}

const struct sc_dist *sc_coldstart_sdk(const struct sc_coldstart_table *table, const char *runtime)
{
    return find_extra(table->sdk, table->n_sdk, runtime);
}

/* --- instance types: types / NAME / {vcpu, memory_mb, arch} --- */

struct shape {
    double vcpu;
    int64_t memory_mb;
    int arch;
};

static const struct sc_field shape_fields[] = {
    {.key = "vcpu",
     .help = "virtual CPUs",
     .kind = SC_FIELD_REAL,
     .offset = offsetof(struct shape, vcpu),
     .min = 0.001,
     .max = 10000,
     .required = 1},
    {.key = "memory_mb",
     .help = "memory",
     .kind = SC_FIELD_INT,
     .offset = offsetof(struct shape, memory_mb),
     .min = 1,
     .max = 1e9,
     .required = 1},
    {.key = "arch",
     .help = "instruction set",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct shape, arch),
     .choices = archs,
     .required = 1},
    {.key = NULL},
};

static int read_instances(const struct reader *r, const struct cJSON *root,
                          struct sc_instance_table *out)
{
    static const char *const also[] = {"types", NULL};
    struct head head = {0};
    const struct cJSON *types = NULL;
    if (sc_fields_read(r->doc, root, head_fields, also, &head, r->arena, r->err) ||
        read_object(r, root, "types", &types))
        return -1;
    int n = 0;
    const struct cJSON **items = sc_json_sorted(r->arena, types, &n);
    *out =
        (struct sc_instance_table){.id = head.id,
                                   .as_of = head.as_of,
                                   .source = head.source,
                                   .types = SC_NEW_ARRAY(r->arena, struct sc_instance_type, n + 1)};
    for (int i = 0; i < n; i++) {
        struct shape shape = {0};
        if (sc_fields_read(r->doc, items[i], shape_fields, NULL, &shape, r->arena, r->err))
            return -1;
        out->types[out->n++] = (struct sc_instance_type){
            .name = sc_arena_text(r->arena, sc_json_key(items[i])),
            .arch = shape.arch == 0 ? "arm64" : "x86_64",
            .vcpu_milli = (int64_t)(shape.vcpu * 1000 + 0.5),
            .memory_mb = shape.memory_mb,
        };
    }
    return 0;
}

int sc_instances_parse(struct sc_instance_table *out, const struct sc_doc *doc,
                       struct sc_arena *arena, struct sc_error *err)
{
    struct reader reader = {doc, arena, err};
    return read_instances(&reader, doc->root, out);
}

int sc_instances_read(struct sc_instance_table *out, const char *path, struct sc_arena *arena,
                      struct sc_error *err)
{
    struct sc_doc doc = {0};
    int failed = sc_doc_read(&doc, path, err) || sc_instances_parse(out, &doc, arena, err);
    sc_doc_free(&doc);
    return failed ? -1 : 0;
}

const struct sc_instance_type *sc_instances_find(const struct sc_instance_table *table,
                                                 const char *name)
{
    for (int i = 0; i < table->n; i++)
        if (strcmp(table->types[i].name, name) == 0)
            return &table->types[i];
    return NULL;
}

const char *sc_instances_advice(const struct sc_instance_table *table, const char *name,
                                struct sc_arena *arena)
{
    struct sc_nearest nearest = {.typed = name};
    size_t family = strcspn(name, ".");
    const char *sizes = "", *families = "", *before = "";
    for (int i = 0; i < table->n; i++) {
        const char *type = table->types[i].name;
        size_t length = strcspn(type, ".");
        if (length == family && strncmp(type, name, family) == 0)
            sizes = listed(arena, sizes, type);
        if (strncmp(before, type, length) != 0 || strcspn(before, ".") != length)
            families = listed(arena, families, sc_arena_printf(arena, "%.*s", (int)length, type));
        before = type;
        sc_nearest_offer(&nearest, type);
    }
    if (sizes[0] != '\0')
        return sc_arena_printf(arena, "that family has %s", sizes);
    const char *best = sc_nearest_name(&nearest);
    return best ? sc_arena_printf(arena, "did you mean \"%s\"?", best)
                : sc_arena_printf(arena, "families are %s", families);
}
