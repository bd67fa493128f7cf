/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "price/charge.h"

#include "num/decimal.h"

#include <assert.h>
#include <string.h>

#define GB (INT64_C(1) << 30)
enum { MS_A_S = 1000, MS_AN_HOUR = 3600000, MB_A_GB = 1024 };

const struct sc_charge sc_charges[] = {
    {"requests", "apigateway.http_requests", "units", SC_CHARGE_SUM, 1, false, 0},
    {"cache", "apigateway.rest_cache_", "cache_ms", SC_CHARGE_SUM, MS_AN_HOUR, false, SC_KEPT_ALL},
    {"requests", "apigateway.rest_requests", "units", SC_CHARGE_SUM, 1, false, 0},
    {"logs", "cloudwatch.logs_ingest_standard", "log_bytes", SC_CHARGE_SUM, GB, false, 0},
    {"logs", "cloudwatch.logs_lambda", "log_bytes", SC_CHARGE_SUM, GB, false, 0},
    {"transfer out", "datatransfer.internet_out", "egress_bytes", SC_CHARGE_SUM, GB, false, 0},
    {"reads", "dynamodb.ondemand_read", "half_read_units", SC_CHARGE_SUM, 2, false, 0},
    {"writes", "dynamodb.ondemand_write", "write_units", SC_CHARGE_SUM, 1, false, 0},
    {"read capacity", "dynamodb.provisioned_rcu", "rcu_ms", SC_CHARGE_SUM, MS_AN_HOUR, false,
     SC_KEPT_ALL},
    {"write capacity", "dynamodb.provisioned_wcu", "wcu_ms", SC_CHARGE_SUM, MS_AN_HOUR, false,
     SC_KEPT_ALL},
    {"storage", "dynamodb.storage_", "stored_bytes", SC_CHARGE_SUM, GB, true, SC_KEPT_ALL},
    {"machines", "ec2.", "instance_ms", SC_CHARGE_SUM, MS_AN_HOUR, false, 0},
    {"hours", "elb.alb_hour", "on_ms", SC_CHARGE_HOURS, 1, false, SC_KEPT_ALL},
    {"ephemeral storage", "fargate.ephemeral_storage", "ephemeral_mb_ms", SC_CHARGE_SUM,
     INT64_C(1) * MB_A_GB *MS_AN_HOUR, false, 0},
    {"memory", "fargate.memory_arm", "memory_mb_ms", SC_CHARGE_SUM,
     INT64_C(1) * MB_A_GB *MS_AN_HOUR, false, 0},
    {"memory", "fargate.memory_windows", "memory_mb_ms", SC_CHARGE_SUM, MB_A_GB *MS_A_S, false, 0},
    {"memory", "fargate.memory_x86", "memory_mb_ms", SC_CHARGE_SUM,
     INT64_C(1) * MB_A_GB *MS_AN_HOUR, false, 0},
    {"memory", "fargate.spot_memory_", "memory_mb_ms", SC_CHARGE_SUM,
     INT64_C(1) * MB_A_GB *MS_AN_HOUR, false, 0},
    {"vCPU", "fargate.spot_vcpu_", "vcpu_milli_ms", SC_CHARGE_SUM, INT64_C(1000) * MS_AN_HOUR,
     false, 0},
    {"vCPU", "fargate.vcpu_arm", "vcpu_milli_ms", SC_CHARGE_SUM, INT64_C(1000) * MS_AN_HOUR, false,
     0},
    {"vCPU", "fargate.vcpu_windows", "vcpu_milli_ms", SC_CHARGE_SUM, 1000 * MS_A_S, false, 0},
    {"vCPU", "fargate.vcpu_x86", "vcpu_milli_ms", SC_CHARGE_SUM, INT64_C(1000) * MS_AN_HOUR, false,
     0},
    {"Windows", "fargate.windows_os", "vcpu_milli_ms", SC_CHARGE_SUM, 1000 * MS_A_S, false, 0},
    {"duration", "lambda.duration_", "billed_mb_ms", SC_CHARGE_SUM, MB_A_GB *MS_A_S, false, 0},
    {"ephemeral storage", "lambda.ephemeral_storage", "ephemeral_mb_ms", SC_CHARGE_SUM,
     MB_A_GB *MS_A_S, false, 0},
    {"provisioned concurrency", "lambda.provisioned_concurrency_", "provisioned_mb_ms",
     SC_CHARGE_SUM, MB_A_GB *MS_A_S, false, SC_KEPT_ALL},
    {"provisioned duration", "lambda.provisioned_duration_", "provisioned_billed_mb_ms",
     SC_CHARGE_SUM, MB_A_GB *MS_A_S, false, 0},
    {"requests", "lambda.requests", "requests", SC_CHARGE_SUM, 1, false, 0},
    {"NAT data", "vpc.nat_gateway_gb", "nat_bytes", SC_CHARGE_SUM, GB, false, 0},
    {"NAT hours", "vpc.nat_gateway_hour", "on_ms", SC_CHARGE_HOURS, 1, false, SC_KEPT_ALL},
    {"public IPv4", "vpc.public_ipv4_hour", "ipv4_ms", SC_CHARGE_SUM, MS_AN_HOUR, false,
     SC_KEPT_ALL},
    {.sku = NULL}};

const struct sc_charge sc_lcu_charges[SC_LCU_CHARGES] = {
    {"LCU", "elb.alb_lcu_hour", "new_connections_milli", SC_CHARGE_LCU, 25 * 3600 * 1000, false, 0},
    {"LCU", "elb.alb_lcu_hour", "active_connection_milli_minutes", SC_CHARGE_LCU, 3000 * 60 * 1000,
     false, 0},
    {"LCU", "elb.alb_lcu_hour", "processed_half_bytes", SC_CHARGE_LCU, 2 * GB, false, 0},
    {"LCU", "elb.alb_lcu_hour", "rule_evaluations", SC_CHARGE_LCU, 1000 * 3600, false, 0},
};

struct sc_charge sc_charge_of(const char *sku)
{
    for (const struct sc_charge *c = sc_charges; c->sku; c++) {
        size_t n = strlen(c->sku);
        bool several = strchr("._", c->sku[n - 1]);
        if (several ? strncmp(sku, c->sku, n) == 0 : strcmp(sku, c->sku) == 0) {
            struct sc_charge charge = *c;
            charge.sku = sku;
            return charge;
        }
    }
    const char *dot = strchr(sku, '.');
    return (struct sc_charge){dot ? dot + 1 : sku, sku, sku, SC_CHARGE_SUM, 1, false, 0};
}

static struct sc_metered read(const struct sc_meters *m, const struct sc_charge *c)
{
    const struct sc_price *price = sc_book_price(m->book, c->sku);
    struct sc_metered out = {{0, 1}, NULL, 0, 0};
    if (!(price && price->meter && m->find(m, price->meter, &out)))
        m->find(m, c->meter, &out);
    return out;
}

/* Hour by hour the largest of the group's meters, each in its own unit (facts: elb, prices-aws.md).
 */
static struct sc_fraction lcu_of(const struct sc_charge *group, int n, const struct sc_meters *m)
{
    struct sc_metered meter[8];
    struct sc_fraction sum = {0, 1};
    int hours = 0;
    assert(n <= (int)(sizeof meter / sizeof *meter));
    for (int i = 0; i < n; i++) {
        meter[i] = read(m, &group[i]);
        sc_i128 den = group[i].per * meter[i].sum.den;
        sum.den = sum.den / sc_divisor(sum.den, den) * den;
        hours = meter[i].n_hours > hours ? meter[i].n_hours : hours;
    }
    for (int h = 0; h < hours; h++) {
        sc_i128 most = 0;
        for (int i = 0; i < n; i++) {
            sc_i128 parts = h < meter[i].n_hours
                                ? meter[i].hour[h] * (sum.den / (group[i].per * meter[i].sum.den))
                                : 0;
            most = parts > most ? parts : most;
        }
        sum.num += most;
    }
    return sum;
}

/* Existing for a part of an hour costs the hour (prices-aws.md, Time). */
static struct sc_fraction whole_hours(const struct sc_charge *c, struct sc_fraction ms,
                                      struct sc_fraction month)
{
    struct sc_fraction hours =
        sc_fraction_steps(sc_fraction_times(ms, month), sc_whole(MS_AN_HOUR));
    return sc_fraction_times(hours, sc_whole(c->per));
}

static int group_size(const struct sc_charge *c, int n)
{
    int size = 1;
    while (c->kind == SC_CHARGE_LCU && size < n && c[size].kind == SC_CHARGE_LCU &&
           strcmp(c[size].sku, c->sku) == 0)
        size++;
    return size;
}

/* What is there whatever comes, in the denominator of the usage. */
static sc_i128 kept_of(const struct sc_charge *c, const struct sc_meters *m,
                       const struct sc_metered *meter, struct sc_fraction units)
{
    if (c->kept_per_h == SC_KEPT_ALL)
        return units.num;
    sc_i128 all = meter->sum.num,
            kept = meter->kept + sc_muldiv(c->kept_per_h, m->seen_h.num, m->seen_h.den);
    kept = kept < all ? kept : all;
    return kept > 0 ? sc_muldiv(units.num, kept, all) : 0;
}

/* Not reduced: the denominators of one SKU's usages stay alike, so that their sum stays exact. */
static struct sc_usage usage_of(const struct sc_charge *c, int size, const struct sc_meters *m,
                                struct sc_fraction month)
{
    struct sc_metered meter = read(m, c);
    struct sc_fraction units = {meter.sum.num, meter.sum.den * c->per};
    if (c->kind == SC_CHARGE_LCU) {
        units = lcu_of(c, size, m);
        meter.hour = NULL; /* those of one dimension may all be 0; no commitment covers LCUs */
    }
    if (c->kind == SC_CHARGE_HOURS)
        units = whole_hours(c, meter.sum, month);
    else if (!c->stock)
        units = sc_fraction_times(units, month);
    return (struct sc_usage){.book = m->book,
                             .node = m->node,
                             .item = c->item,
                             .sku = c->sku,
                             .num = units.num,
                             .den = units.den,
                             .hour = meter.hour,
                             .n_hours = meter.n_hours,
                             .kept = sc_fraction_fits(units) ? kept_of(c, m, &meter, units) : 0};
}

int sc_charge_usages(const struct sc_charge *charge, int n, const struct sc_meters *m,
                     struct sc_fraction month, struct sc_usage *out)
{
    int made = 0;
    for (int i = 0, size; i < n; i += size) {
        size = group_size(&charge[i], n - i);
        out[made++] = usage_of(&charge[i], size, m, month);
    }
    return made;
}
