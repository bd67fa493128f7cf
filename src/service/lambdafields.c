/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/lambda.h"

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct sc_lambda, member)

const struct sc_field sc_lambda_fields[] = {
    {"runtime", "language runtime, as in models/coldstart: sets the init duration", SC_FIELD_TEXT,
     AT(runtime), .text = "python3.13", .source = "LAMBDA-COLD-1"},
    {"package", "deployment package", SC_FIELD_CHOICE, AT(package_choice), .choices = "zip|image",
     .source = "LAMBDA-COLD-1"},
    {"arch", "processor", SC_FIELD_CHOICE, AT(arch_choice), .choices = "x86_64|arm64"},
    {"aws_sdk", "the code loads the AWS SDK with one client, which lengthens init", SC_FIELD_BOOL,
     AT(aws_sdk), .source = "LAMBDA-COLD-3"},
    {"vpc", "network: none, a VPC of today, or one of before September 2019", SC_FIELD_CHOICE,
     AT(vpc_choice), .choices = "none|vpc|vpc_2019", .source = "LAMBDA-VPC-1, LAMBDA-VPC-OLD"},
    {"memory_mb", "memory; CPU is proportional to it", SC_FIELD_INT, AT(memory_mb), 128, 128, 10240,
     .source = "LAMBDA-CPU-1"},
    {"memory_from",
     "whose memory counts: the scenario's, or each key's in the trace (rounded up to 1 MB, 128 at "
     "least)",
     SC_FIELD_CHOICE, AT(memory_from), .choices = "scenario|trace"},
    {"per", "one pool of environments for the function, or one for each key of the trace",
     SC_FIELD_CHOICE, AT(per), .choices = "function|key"},
    {"timeout_s", "execution ends after", SC_FIELD_NS, AT(timeout_ns), 3, 0.001, 900,
     .source = "LAMBDA-LIM-1"},
    {"ephemeral_mb", "/tmp; above 512 MB it costs", SC_FIELD_INT, AT(ephemeral_mb), 512, 512, 10240,
     .source = "LAMBDA-LIM-1"},
    {"init_ms", "init duration, instead of the runtime's", SC_FIELD_DIST, AT(init_ns), -1, 0,
     900000, .source = "models/coldstart"},
    {"overhead_ms", "of a cold start beyond init: placement, download; waited for, not billed",
     SC_FIELD_DIST, AT(overhead_ns), 50, 0, 60000, .source = "LAMBDA-COLD-4"},
    {"first_invoke_ms",
     "extra of an environment's first invocation, on one vCPU: connections, lazy loading",
     SC_FIELD_DIST, AT(first_invoke_ns), 0, 0, 60000, .source = "LAMBDA-COLD-3"},
    {"keep_alive_s", "how long an idle environment stays", SC_FIELD_DIST, AT(keep_alive_ns), 0, 0,
     604800, .text = "{\"normal\": {\"mean\": 320, \"sd\": 17}}", .source = "LAMBDA-IDLE-1"},
    {"max_age_h", "an environment older than this is recycled when nothing runs in it; 0: never",
     SC_FIELD_NS, AT(max_age_ns), 2, 0, 87600, .source = "LAMBDA-LIFE-5"},
    {"reuse", "which idle environment takes the next request", SC_FIELD_CHOICE, AT(reuse),
     .choices = "mru|newest_created|lru|random", .source = "LAMBDA-REUSE-1"},
    {"reserved_concurrency", "executions kept for the function and its most; -1: none",
     SC_FIELD_INT, AT(reserved), -1, -1, 1e7, .source = "LAMBDA-RESV-1"},
    {"provisioned_concurrency", "environments kept ready", SC_FIELD_INT, AT(provisioned), 0, 0, 1e7,
     .source = "LAMBDA-PC-1"},
    {"provisioned_at_s", "when they are asked for, from hour 0; -1: long before", SC_FIELD_NS,
     AT(provisioned_at_ns), -1, -1, 3.2e8, .source = "LAMBDA-PC-2"},
    {"provisioned_prep_s", "before the allocation of 6,000 a minute begins", SC_FIELD_DIST,
     AT(provisioned_prep_ns), 0, 0, 3600, .text = "{\"uniform\": {\"min\": 60, \"max\": 120}}",
     .source = "LAMBDA-PC-2"},
    {"scaling_per_10s", "new environments each 10 s at the most; 0: no limit", SC_FIELD_INT,
     AT(scaling_per_10s), 1000, 0, 1e8, .source = "LAMBDA-SCALE-1"},
    {"start", "idle environments at the beginning of the warm-up", SC_FIELD_INT, AT(start),
     .max = 1e7},
    {"logs_bytes",
     "log data of one invocation: START, END and REPORT lines and what the code writes",
     SC_FIELD_INT, AT(logs_bytes), 400, 0, 1e9,
     .source = "three platform lines with 26 bytes each of overhead, measured on samples"},
    {"nat_bytes", "bytes of one invocation that pass a NAT gateway", SC_FIELD_INT, AT(nat_bytes),
     .max = 1e12},
    {.key = NULL}};

extern const struct sc_service_type sc_lambda_type;

static void add_charges(struct sc_service *s, const struct sc_opening *o)
{
    const struct sc_lambda *c = s->config;
    bool arm = c->arch_choice == 1;
    sc_service_charge(s, o, sc_charge_of("lambda.requests"));
    sc_service_charge(s, o, sc_charge_of(arm ? "lambda.duration_arm" : "lambda.duration_x86"));
    if (c->provisioned > 0) {
        sc_service_charge(s, o,
                          sc_charge_of(arm ? "lambda.provisioned_concurrency_arm"
                                           : "lambda.provisioned_concurrency_x86"));
        sc_service_charge(s, o,
                          sc_charge_of(arm ? "lambda.provisioned_duration_arm"
                                           : "lambda.provisioned_duration_x86"));
    }
    if (c->ephemeral_mb > 512)
        sc_service_charge(s, o, sc_charge_of("lambda.ephemeral_storage"));
    if (c->logs_bytes > 0)
        sc_service_charge(s, o, sc_charge_of("cloudwatch.logs_lambda"));
    if (c->nat_bytes > 0)
        sc_service_charge(s, o, sc_charge_of("vpc.nat_gateway_gb"));
}

static bool keeps(const struct sc_service *s)
{
    const struct sc_lambda *c = s->config;
    return s->type == &sc_lambda_type && (c->reserved > 0 || c->provisioned > 0);
}

/* What all keep together is looked at once. */
static bool is_first_to_keep(const struct sc_service *s)
{
    const struct sc_service *first = s->architecture->service;
    if (!keeps(s))
        return false;
    while (!keeps(first))
        first++;
    return first == s;
}

/* What all functions together take from the account's unreserved pool: reservations, and
 * provisioned concurrency outside of them. */
static int64_t kept_by_all(const struct sc_architecture *a)
{
    int64_t sum = 0;
    for (int i = 0; i < a->n_services; i++) {
        const struct sc_lambda *c = a->service[i].config;
        if (a->service[i].type == &sc_lambda_type)
            sum += c->reserved >= 0 ? c->reserved : c->provisioned;
    }
    return sum;
}

/* 100 executions always stay unreserved (LAMBDA-RESV-1, LAMBDA-PC-1). */
static int check_account(const struct sc_service *s, struct sc_error *err)
{
    const struct sc_lambda *c = s->config;
    if (!is_first_to_keep(s))
        return 0;
    long long account = s->architecture->account.concurrency, kept = kept_by_all(s->architecture);
    if (kept <= account - 100)
        return 0;
    return sc_fail(err, c->reserved >= 0 ? "/reserved_concurrency" : "/provisioned_concurrency",
                   "the functions keep %lld together, which leaves less than 100 of the account's "
                   "concurrency of %lld; "
                   "raise account/concurrency or keep %lld at the most",
                   kept, account, account > 100 ? account - 100 : 0);
}

static int check_limits(const struct sc_service *s, struct sc_error *err)
{
    const struct sc_lambda *c = s->config;
    if (check_account(s, err) != 0)
        return -1;
    if (c->reserved >= 0 && c->provisioned > c->reserved)
        return sc_fail(err, "/provisioned_concurrency",
                       "%lld is above the function's reserved_concurrency, %lld",
                       (long long)c->provisioned, (long long)c->reserved);
    if (c->per == SC_LAMBDA_PER_KEY && c->provisioned > 0)
        return sc_fail(err, "/provisioned_concurrency",
                       "it cannot be combined with \"per\": \"key\"");
    if (c->per == SC_LAMBDA_PER_KEY && !s->pool_name)
        return sc_fail(err, "/per", "\"key\" needs a trace whose rows name a key");
    if (c->memory_from == 1 && !s->pool_memory_mb)
        return sc_fail(err, "/memory_from",
                       "\"trace\" needs a trace that gives memory, and \"per\": \"key\"");
    return 0;
}

/* Init by runtime and package, and what comes on top of it: the AWS SDK, a way into a VPC. */
static int find_cold_start(struct sc_lambda *c, const struct sc_opening *o, struct sc_error *err)
{
    static const char *const vpcs[] = {"none", "vpc", "vpc_2019"};
    bool given = c->init_ns.kind != SC_DIST_CONSTANT || c->init_ns.a >= 0;
    const struct sc_dist none = sc_dist_constant(0);
    const struct sc_dist *init = &c->init_ns, *sdk = &none, *vpc = &none;
    if (!given && !(init = o->coldstart(o, c->runtime, c->package, c->arch, err)))
        return -1;
    if (c->aws_sdk && !(sdk = o->extra(o, SC_EXTRA_SDK, c->runtime, err)))
        return -1;
    if (c->vpc_choice > 0 && !(vpc = o->extra(o, SC_EXTRA_VPC, vpcs[c->vpc_choice], err)))
        return -1;
    c->init_ns = *init;
    c->sdk_ns = *sdk;
    c->vpc_ns = *vpc;
    return 0;
}

int sc_lambda_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err)
{
    struct sc_lambda *c = s->config;
    c->package = c->package_choice == 0 ? "zip" : "image";
    c->arch = c->arch_choice == 0 ? "x86_64" : "arm64";
    if (check_limits(s, err) != 0 || find_cold_start(c, o, err) != 0)
        return -1;
    c->keep = (struct sc_keep_alive){.reuse = (enum sc_reuse)c->reuse, .idle_ns = c->keep_alive_ns};
    c->keep.sure_ns = c->keep.reuse == SC_REUSE_MRU ? (int64_t)sc_dist_min(&c->keep_alive_ns) : 0;
    c->keep.max_age_ns = c->max_age_ns;
    add_charges(s, o);
    return 0;
}

bool sc_lambda_dated(const struct sc_service *s)
{
    const struct sc_lambda *c = s->config;
    return c->provisioned > 0 && c->provisioned_at_ns >= 0;
}

int64_t sc_lambda_memory_ns(const struct sc_service *s)
{
    const struct sc_lambda *c = s->config;
    /* what has been idle for longer is hardly ever there */
    const double idle_ns = sc_dist_upper(&c->keep_alive_ns), most_ns = 604800e9;
    return (int64_t)(idle_ns < most_ns ? idle_ns : most_ns) + c->timeout_ns +
           10 * INT64_C(1000000000);
}

/* Provisioned concurrency counts in steps of 5 minutes (price/metering.h). */
int64_t sc_lambda_step_ns(const struct sc_service *s)
{
    const struct sc_lambda *c = s->config;
    return c->provisioned > 0 ? INT64_C(300000000000) : 1;
}
