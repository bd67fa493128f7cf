/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aurora Serverless, RDS, its proxy, ElastiCache. */
#include "price/statedparts.h"

#define TEXT_ROW(type, member, text_)                                                              \
    {                                                                                              \
        .key = #member, .help = text_, .kind = SC_FIELD_TEXT, .offset = offsetof(type, member)     \
    }

struct aurora {
    struct sc_fraction acu, hours, stored_gb, io_requests, backup_gb, data_api_requests,
        data_api_kb;
    bool io_optimized;
};

static const struct sc_field aurora_fields[] = {
    SC_EXACT_ROW(struct aurora, acu, 0, "capacity units (ACU), mean over the hours"),
    SC_EXACT_ROW(struct aurora, hours, SC_NOT_STATED,
                 "how long they run, without pauses; default: the whole month"),
    SC_EXACT_ROW(struct aurora, stored_gb, 0, "kept through the month"),
    SC_EXACT_ROW(struct aurora, io_requests, 0, "reads and writes of storage"),
    SC_EXACT_ROW(struct aurora, backup_gb, 0, "beyond what is free, through the month"),
    SC_EXACT_ROW(struct aurora, data_api_requests, 0, "calls of the Data API"),
    SC_EXACT_ROW(struct aurora, data_api_kb, 0, "of each; billed by 32 KB"),
    SC_BOOL_ROW(struct aurora, io_optimized,
                "I/O-Optimized: dearer capacity and storage, io_requests cost nothing"),
    {.key = NULL}};

static int aurora_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    static const char *const acu[] = {"aurora.serverless_v2_acu",
                                      "aurora.serverless_v2_acu_io_optimized"},
                             *const storage[] = {"aurora.storage", "aurora.storage_io_optimized"};
    const struct aurora *c = stated;
    (void)err;
    sc_sheet_use(s, acu[c->io_optimized], sc_fraction_times(c->acu, sc_sheet_hours(s, c->hours)));
    sc_sheet_hold(s, storage[c->io_optimized], c->stored_gb);
    if (!c->io_optimized)
        sc_sheet_use(s, "aurora.io", c->io_requests);
    sc_sheet_hold(s, "aurora.backup", c->backup_gb);
    sc_sheet_use(s, "aurora.data_api",
                 sc_fraction_times(c->data_api_requests,
                                   sc_sheet_units(s, c->data_api_kb, 'K', SC_DATA_API_UNIT_BYTES)));
    return 0;
}

const struct sc_stated_type sc_stated_aurora = {
    .name = "aurora",
    .summary = "Aurora Serverless v2: capacity, storage, I/O, Data API",
    .size = sizeof(struct aurora),
    .fields = aurora_fields,
    .meter = aurora_meter,
};

struct proxy {
    struct sc_fraction vcpu, acu, hours;
};

static const struct sc_field proxy_fields[] = {
    SC_EXACT_ROW(struct proxy, vcpu, SC_NOT_STATED, "of the instances behind it, at least 2"),
    SC_EXACT_ROW(struct proxy, acu, SC_NOT_STATED,
                 "instead: capacity units of the serverless cluster behind it, at least 8"),
    SC_EXACT_ROW(struct proxy, hours, SC_NOT_STATED,
                 "how long it is there; default: the whole month"),
    {.key = NULL}};

static int proxy_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct proxy *c = stated;
    if (sc_is_stated(c->vcpu) == sc_is_stated(c->acu))
        return sc_fail(err, "/vcpu",
                       "either vcpu of the instances behind the proxy is wanted, or acu of the "
                       "serverless cluster");
    struct sc_fraction size = sc_is_stated(c->vcpu)
                                  ? sc_at_least(c->vcpu, sc_whole(SC_PROXY_LEAST_VCPU))
                                  : sc_at_least(c->acu, sc_whole(SC_PROXY_LEAST_ACU));
    sc_sheet_hold(s, "rds.proxy_vcpu", sc_fraction_times(size, sc_sheet_hours(s, c->hours)));
    return 0;
}

const struct sc_stated_type sc_stated_rds_proxy = {
    .name = "rds_proxy",
    .summary = "RDS Proxy",
    .size = sizeof(struct proxy),
    .fields = proxy_fields,
    .meter = proxy_meter,
};

struct rds {
    struct sc_fraction count, hours, gp3_gb, backup_gb;
    const char *instance;
    bool multi_az;
};

static const struct sc_field rds_fields[] = {
    TEXT_ROW(struct rds, instance, "class of the PostgreSQL instances, like db.t4g.micro"),
    SC_EXACT_ROW(struct rds, count, 1, "instances"),
    SC_EXACT_ROW(struct rds, hours, SC_NOT_STATED,
                 "how long each is there; default: the whole month"),
    SC_BOOL_ROW(struct rds, multi_az, "a standby in another zone; dearer instances and storage"),
    SC_EXACT_ROW(struct rds, gp3_gb, 0, "storage through the month, all instances together"),
    SC_EXACT_ROW(struct rds, backup_gb, 0, "beyond what is free, through the month"),
    {.key = NULL}};

static int rds_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct rds *c = stated;
    (void)err;
    if (c->instance)
        sc_sheet_hold(s,
                      sc_arena_printf(s->arena, "rds.postgres_%s%s", c->instance,
                                      c->multi_az ? "_multiaz" : ""),
                      sc_fraction_times(c->count, sc_sheet_hours(s, c->hours)));
    sc_sheet_hold(s, c->multi_az ? "rds.gp3_multiaz" : "rds.gp3", c->gp3_gb);
    sc_sheet_hold(s, "rds.backup_excess", c->backup_gb);
    return 0;
}

const struct sc_stated_type sc_stated_rds = {
    .name = "rds",
    .summary = "RDS for PostgreSQL: instances and storage",
    .size = sizeof(struct rds),
    .fields = rds_fields,
    .meter = rds_meter,
};

struct cache {
    struct sc_fraction nodes, hours, ecpus, stored_gb;
    const char *node;
    int engine;
};

static const struct sc_field cache_fields[] = {
    SC_CHOICE_ROW(struct cache, engine, 0, "redis|valkey", "engine"),
    TEXT_ROW(struct cache, node, "type of the nodes, like cache.t4g.micro; without: serverless"),
    SC_EXACT_ROW(struct cache, nodes, 1, "nodes of that type"),
    SC_EXACT_ROW(struct cache, hours, SC_NOT_STATED,
                 "how long nodes or data are there; default: the whole month"),
    SC_EXACT_ROW(struct cache, ecpus, 0, "serverless: processing units (ECPU) of the month"),
    SC_EXACT_ROW(struct cache, stored_gb, 0,
                 "serverless: data, mean over the hours; at least 1 GB, with Valkey 100 MB"),
    {.key = NULL}};

static struct sc_fraction least_gb(const struct cache *c, const struct sc_sheet *s)
{
    return c->engine == 0 ? sc_whole(1) : sc_sheet_gb(s, sc_whole(100), 'M');
}

static void meter_serverless(const struct cache *c, struct sc_sheet *s)
{
    static const char *const ecpu[] = {"elasticache.serverless_redis_ecpu",
                                       "elasticache.serverless_valkey_ecpu"},
                             *const data[] = {"elasticache.serverless_redis_storage",
                                              "elasticache.serverless_valkey_storage"};
    struct sc_fraction gb = sc_at_least(c->stored_gb, least_gb(c, s));
    sc_sheet_use(s, ecpu[c->engine], c->ecpus);
    sc_sheet_hold(s, data[c->engine], sc_fraction_times(gb, sc_sheet_hours(s, c->hours)));
}

static int cache_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    static const char *const engines[] = {"redis", "valkey"};
    const struct cache *c = stated;
    bool serverless = sc_is_some(c->ecpus) || sc_is_some(c->stored_gb);
    if (c->node && serverless)
        return sc_fail(err, "/node",
                       "nodes hold their data without ecpus and stored_gb, which are those of a "
                       "serverless cache; make it an item of its own");
    if (!c->node)
        meter_serverless(c, s);
    else
        sc_sheet_hold(s,
                      sc_arena_printf(s->arena, "elasticache.%s_%s", engines[c->engine], c->node),
                      sc_fraction_times(c->nodes, sc_sheet_hours(s, c->hours)));
    return 0;
}

const struct sc_stated_type sc_stated_elasticache = {
    .name = "elasticache",
    .summary = "ElastiCache: nodes or serverless",
    .size = sizeof(struct cache),
    .fields = cache_fields,
    .meter = cache_meter,
};
