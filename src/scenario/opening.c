/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a service may ask the loader while it is opened: cold starts and machine types. */
#include "scenario/datapath.h"
#include "scenario/load.h"

struct models {
    struct sc_coldstart_table coldstart;
    struct sc_instance_table instances;
};

static int need_coldstarts(const struct sc_opening *o, struct sc_error *err)
{
    struct models *m = o->models;
    if (m->coldstart.n > 0)
        return 0;
    const char *path = sc_datapath_find("coldstart", "lambda.json", o->arena, err);
    return path ? sc_coldstart_read(&m->coldstart, path, o->arena, err) : -1;
}

static const struct sc_dist *find_extra(const struct sc_opening *o, enum sc_cold_extra what,
                                        const char *name, struct sc_error *err)
{
    struct models *m = o->models;
    if (need_coldstarts(o, err) != 0)
        return NULL;
    const struct sc_dist *d = what == SC_EXTRA_VPC ? sc_coldstart_vpc(&m->coldstart, name)
                                                   : sc_coldstart_sdk(&m->coldstart, name);
    if (!d)
        sc_fail(err, what == SC_EXTRA_VPC ? "/vpc" : "/aws_sdk",
                "models/coldstart/lambda.json does not say what it adds with \"%s\"; state "
                "init_ms instead",
                name);
    return d;
}

static const struct sc_dist *find_coldstart(const struct sc_opening *o, const char *runtime,
                                            const char *package, const char *arch,
                                            struct sc_error *err)
{
    struct models *m = o->models;
    if (need_coldstarts(o, err) != 0)
        return NULL;
    const struct sc_coldstart *c = sc_coldstart_find(&m->coldstart, runtime, package, arch);
    if (c)
        return &c->init_ns;
    sc_fail(err, "/runtime", "no cold starts are known for runtime \"%s\", package %s, %s; %s",
            runtime, package, arch, sc_coldstart_advice(&m->coldstart, runtime, o->arena));
    return NULL;
}

static int find_instance(const struct sc_opening *o, const char *name, int64_t *vcpu_milli,
                         int64_t *memory_mb, struct sc_error *err)
{
    struct models *m = o->models;
    if (m->instances.n == 0) {
        const char *path = sc_datapath_find("instances", "aws-ec2.json", o->arena, err);
        if (!path || sc_instances_read(&m->instances, path, o->arena, err) != 0)
            return -1;
    }
    const struct sc_instance_type *t = sc_instances_find(&m->instances, name);
    if (!t)
        return sc_fail(err, "/instance", "there is no instance type \"%s\"; %s", name,
                       sc_instances_advice(&m->instances, name, o->arena));
    *vcpu_milli = t->vcpu_milli;
    *memory_mb = t->memory_mb;
    return 0;
}

struct sc_opening sc_load_opening(struct sc_scenario *s)
{
    struct models *m = SC_NEW(&s->arena, struct models);
    return (struct sc_opening){.work = s->work,
                               .n_works = s->n_works,
                               .arena = &s->arena,
                               .models = m,
                               .coldstart = find_coldstart,
                               .extra = find_extra,
                               .instance = find_instance};
}
