/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_MODELS_H
#define SC_SCENARIO_MODELS_H
/* Models that are data: measured cold starts and instance types, read from models/coldstart and
 * models/instances. */
#include "base/error.h"
#include "base/memory.h"
#include "num/dist.h"

struct sc_doc;

/** How long the platform's init takes; it does not depend on memory (LAMBDA-COLD-2). */
struct sc_coldstart {
    const char *runtime; /* "python3.13", "provided.al2023-rust" */
    const char *package; /* "zip" or "image" */
    const char *arch;    /* "x86_64" or "arm64" */
    struct sc_dist init_ns;
};

/** What comes on top of an init: a way into a private network, or a library that a runtime loads.
 */
struct sc_coldstart_extra {
    const char *name; /* a VPC mode or a runtime */
    struct sc_dist add_ns;
};

struct sc_coldstart_table {
    const char *id, *as_of, *source;
    int n, n_vpc, n_sdk;
    struct sc_coldstart *entries;   /* ordered by runtime, package, arch */
    struct sc_coldstart_extra *vpc; /* "none", "vpc", "vpc_2019" */
    struct sc_coldstart_extra *sdk; /* by runtime: the AWS SDK with one client */
};

/** Reads a table of cold starts into the arena. Returns 0, or -1. */
SC_MUST_CHECK int sc_coldstart_read(struct sc_coldstart_table *out, const char *path,
                                    struct sc_arena *arena, struct sc_error *err);
/** The same from a document, which may be freed afterwards. */
SC_MUST_CHECK int sc_coldstart_parse(struct sc_coldstart_table *out, const struct sc_doc *doc,
                                     struct sc_arena *arena, struct sc_error *err);
/** The entry, or NULL. */
const struct sc_coldstart *sc_coldstart_find(const struct sc_coldstart_table *table,
                                             const char *runtime, const char *package,
                                             const char *arch);
/** What to write instead of a runtime that is not there, or which packages and architectures one
 * has that is: a phrase for the end of an error message. */
const char *sc_coldstart_advice(const struct sc_coldstart_table *table, const char *runtime,
                                struct sc_arena *arena);
/** The time added by a VPC mode, or by the SDK in a runtime; NULL when the table has none. */
const struct sc_dist *sc_coldstart_vpc(const struct sc_coldstart_table *table, const char *mode);
const struct sc_dist *sc_coldstart_sdk(const struct sc_coldstart_table *table, const char *runtime);

struct sc_instance_type {
    const char *name;   /* "m6i.large" */
    const char *arch;   /* "x86_64" or "arm64" */
    int64_t vcpu_milli; /* 1/1000 vCPU */
    int64_t memory_mb;
};

struct sc_instance_table {
    const char *id, *as_of, *source;
    int n;
    struct sc_instance_type *types; /* ordered by name */
};

/** Reads a table of instance types into the arena. Returns 0, or -1. */
SC_MUST_CHECK int sc_instances_read(struct sc_instance_table *out, const char *path,
                                    struct sc_arena *arena, struct sc_error *err);
/** The same from a document, which may be freed afterwards. */
SC_MUST_CHECK int sc_instances_parse(struct sc_instance_table *out, const struct sc_doc *doc,
                                     struct sc_arena *arena, struct sc_error *err);
/** The type, or NULL. */
const struct sc_instance_type *sc_instances_find(const struct sc_instance_table *table,
                                                 const char *name);
/** The same for a type that is not there: the nearest name, or the sizes of its family. */
const char *sc_instances_advice(const struct sc_instance_table *table, const char *name,
                                struct sc_arena *arena);
#endif
