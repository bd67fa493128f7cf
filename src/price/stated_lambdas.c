/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other ways to run Lambda code: at the edge, on managed instances, durable, in MicroVMs
 * (facts: lambda.edge_*, managed_instances_*, durable_*, microvm_*). */
#include "price/statedparts.h"

#include <stdio.h>
#include <string.h>

#define USD_E15 INT64_C(1000000000000000)
enum { MS_A_S = 1000 };

struct edge {
    struct sc_fraction requests, duration_ms, cold_starts, init_ms, memory_mb;
};

static const struct sc_field edge_fields[] = {
    SC_EXACT_ROW(struct edge, requests, 0, "invocations"),
    SC_EXACT_MUST(struct edge, duration_ms, "the handler of one invocation; rounded up to 1 ms"),
    SC_EXACT_ROW(struct edge, cold_starts, 0, "of them, those that begin with an init"),
    SC_EXACT_ROW(struct edge, init_ms, 0, "init of one cold start; added before rounding"),
    SC_EXACT_WITHIN(struct edge, memory_mb, 128, 128, 10240, "memory of an environment"),
    {.key = NULL}};

static int edge_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct edge *c = stated;
    if (sc_is_some(sc_beyond(c->cold_starts, c->requests)))
        return sc_fail(err, "/cold_starts", "%.15g is more than all requests, %.15g",
                       sc_fraction_double(c->cold_starts), sc_fraction_double(c->requests));
    struct sc_fraction cold_ms = sc_rounded_up(sc_fraction_plus(c->init_ms, c->duration_ms), 1),
                       warm_ms = sc_rounded_up(c->duration_ms, 1),
                       warm = sc_fraction_minus(c->requests, c->cold_starts);
    struct sc_fraction ms = sc_fraction_plus(sc_fraction_times(warm, warm_ms),
                                             sc_fraction_times(c->cold_starts, cold_ms));
    sc_sheet_use(s, "lambda.edge_requests", c->requests);
    sc_sheet_use(
        s, "lambda.edge_duration",
        sc_fraction_over(sc_fraction_times(ms, sc_memory_gb(c->memory_mb)), sc_whole(MS_A_S)));
    return 0;
}

const struct sc_stated_type sc_stated_lambda_edge = {
    .name = "lambda_edge",
    .summary = "Lambda@Edge: requests and time",
    .size = sizeof(struct edge),
    .fields = edge_fields,
    .meter = edge_meter,
};

struct managed {
    struct sc_fraction requests, instance_h;
    const char *instance, *purchase;
};

static const struct sc_field managed_fields[] = {
    SC_EXACT_ROW(struct managed, requests, 0, "invocations; their time costs nothing"),
    SC_EXACT_MUST(struct managed, instance_h, "hours of all machines together"),
    {.key = "instance",
     .help = "type of the machines, like m7g.xlarge",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct managed, instance),
     .required = 1},
    {.key = "purchase",
     .help = "how the machines are bought: on_demand, or what stands behind their SKU in the book, "
             "like reserved_1y; the fee is always of the on-demand price",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct managed, purchase),
     .text = "on_demand"},
    {.key = NULL}};

static int managed_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct managed *c = stated;
    const char *sku = sc_arena_printf(s->arena, "ec2.%s", c->instance);
    const struct sc_price *price = sc_book_price(s->book, sku);
    if (!price)
        return sc_fail(err, "/instance",
                       "the fee is a part of the on-demand price of %s, which the book of %s lacks",
                       sku, s->book->region);
    struct sc_fraction usd =
        sc_fraction_times(c->instance_h, sc_fraction_of(price->tiers[0].usd_e15, USD_E15));
    sc_sheet_use(s, "lambda.managed_instances_requests", c->requests);
    sc_sheet_use(s, "lambda.managed_instances_fee", usd);
    if (strcmp(c->purchase, "on_demand") != 0)
        sku = sc_arena_printf(s->arena, "%s.%s", sku, c->purchase);
    sc_sheet_use(s, sku, c->instance_h);
    return 0;
}

const struct sc_stated_type sc_stated_lambda_managed = {
    .name = "lambda_managed",
    .summary = "Lambda Managed Instances: machines, fee and requests",
    .size = sizeof(struct managed),
    .fields = managed_fields,
    .meter = managed_meter,
};

struct durable {
    struct sc_fraction executions, operations, written_kb, kept_h;
};

static const struct sc_field durable_fields[] = {
    SC_EXACT_MUST(struct durable, executions, "durable executions; their invocations are a lambda"),
    SC_EXACT_ROW(struct durable, operations, 0, "of one execution"),
    SC_EXACT_ROW(struct durable, written_kb, 0, "by one execution"),
    SC_EXACT_ROW(struct durable, kept_h, 0,
                 "how long what one has written is kept: until it ends, then its retention"),
    {.key = NULL}};

static int durable_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct durable *c = stated;
    struct sc_fraction gb = sc_fraction_times(c->executions, sc_sheet_gb(s, c->written_kb, 'K'));
    (void)err;
    sc_sheet_use(s, "lambda.durable_operations", sc_fraction_times(c->executions, c->operations));
    sc_sheet_use(s, "lambda.durable_data_written", gb);
    sc_sheet_use(s, "lambda.durable_data_retained",
                 sc_fraction_over(sc_fraction_times(gb, c->kept_h), s->month_h));
    return 0;
}

const struct sc_stated_type sc_stated_lambda_durable = {
    .name = "lambda_durable",
    .summary = "Lambda's durable functions: operations and data",
    .size = sizeof(struct durable),
    .fields = durable_fields,
    .meter = durable_meter,
};

struct microvm {
    struct sc_fraction runs, run_s, vcpu, memory_gb, written_gb, read_gb, image_gb, image_h,
        suspended_gb, suspended_h;
};

#define VM_ROW(member, def, help) SC_EXACT_ROW(struct microvm, member, def, help)

static const struct sc_field microvm_fields[] = {
    VM_ROW(runs, 0, "stretches in which a machine runs at this size"),
    VM_ROW(run_s, 0, "how long one is"),
    VM_ROW(vcpu, 0, "of one; peaks above the baseline are an item of their own"),
    VM_ROW(memory_gb, 0, "of one"),
    VM_ROW(written_gb, 0, "snapshots that are written, all together"),
    VM_ROW(read_gb, 0, "snapshots that are read, to resume or to launch"),
    VM_ROW(image_gb, 0, "images in storage"),
    VM_ROW(image_h, SC_NOT_STATED, "how long they are kept, at least a week; default: the month"),
    VM_ROW(suspended_gb, 0, "snapshots of suspended machines"),
    VM_ROW(suspended_h, SC_NOT_STATED, "how long they are kept; default: the whole month"),
    {.key = NULL}};

static int microvm_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct microvm *c = stated;
    struct sc_fraction run_s = sc_fraction_times(c->runs, c->run_s),
                       image_h =
                           sc_at_least(sc_sheet_hours(s, c->image_h), sc_whole(SC_IMAGE_LEAST_H)),
                       gb_h = sc_fraction_plus(
                           sc_fraction_times(c->image_gb, image_h),
                           sc_fraction_times(c->suspended_gb, sc_sheet_hours(s, c->suspended_h)));
    (void)err;
    sc_sheet_use(s, "lambda.microvm_vcpu_arm", sc_fraction_times(run_s, c->vcpu));
    sc_sheet_use(s, "lambda.microvm_memory_arm", sc_fraction_times(run_s, c->memory_gb));
    sc_sheet_use(s, "lambda.microvm_snapshot_write", c->written_gb);
    sc_sheet_use(s, "lambda.microvm_snapshot_read", c->read_gb);
    sc_sheet_hold(s, "lambda.microvm_snapshot_storage", sc_fraction_over(gb_h, s->month_h));
    return 0;
}

const struct sc_stated_type sc_stated_lambda_microvm = {
    .name = "lambda_microvm",
    .summary = "Lambda MicroVMs: vCPU and memory by the second, snapshots",
    .size = sizeof(struct microvm),
    .fields = microvm_fields,
    .meter = microvm_meter,
};
