/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a user may say about a fleet, what of it cannot be, and what it costs. */
#include "num/math.h"
#include "service/fleet.h"

#include <stddef.h>
#include <stdio.h>

#define AT(member) offsetof(struct sc_fleet, member)
/* clang-format off */
#define LIMITS(limits, things)                                                                     \
    {"min", "least number of " things, SC_FIELD_INT, AT(limits.min), 1, 1, .max = 10000},          \
    {"max", "largest number of " things "; 0: as min, a fixed fleet", SC_FIELD_INT,                \
     AT(limits.max), 0, 0, .max = 10000},                                                          \
    {"target_cpu_frac", "CPU use that target tracking keeps where max is above min; 0: not by CPU",\
     SC_FIELD_REAL, AT(limits.target_cpu_frac), 0.6, 0, 1, .source = "AAS-TT-1"},                  \
    {"target_requests_per_task",                                                                   \
     "requests a minute and task that target tracking keeps; 0: not by requests", SC_FIELD_REAL,   \
     AT(limits.target_requests_per_task), 0, 0, 1e9, .source = "AAS-TT-1"},                        \
    {.key = NULL}
/* clang-format on */

static const struct sc_field task_fields[] = {
    {"vcpu", "vCPU of a task", SC_FIELD_REAL, AT(vcpu), 0.5, 0.25, 32,
     .source = "fargate.valid_combinations"},
    {"memory_mb", "memory of a task", SC_FIELD_INT, AT(memory_mb), 1024, 512, 249856,
     .source = "fargate.valid_combinations"},
    {"ephemeral_gb", "storage of a task; above 20 GB it costs", SC_FIELD_INT, AT(ephemeral_gb),
     SC_FLEET_FREE_EPHEMERAL_GB, SC_FLEET_FREE_EPHEMERAL_GB, 200,
     .source = "fargate.ephemeral_storage"},
    {.key = NULL}};
static const struct sc_field tasks_fields[] = {LIMITS(tasks, "tasks")};
static const struct sc_field instances_fields[] = {LIMITS(instances, "machines")};

const struct sc_field sc_fleet_fields[] = {
    {"on", "what tasks are: Fargate tasks, or whole EC2 machines", SC_FIELD_CHOICE, AT(on),
     SC_FLEET_FARGATE, .choices = "fargate|ec2"},
    {"task", "size of a Fargate task", SC_FIELD_OBJECT, .inner = task_fields},
    {"tasks", "how many Fargate tasks", SC_FIELD_OBJECT, .inner = tasks_fields},
    {"instance", "EC2 machine type, such as m6i.large", SC_FIELD_TEXT, .offset = AT(instance)},
    {"instances", "how many EC2 machines", SC_FIELD_OBJECT, .inner = instances_fields},
    {"arch", "processor of Fargate tasks (a machine type has its own)", SC_FIELD_CHOICE, AT(arch),
     0, .choices = "x86_64|arm64"},
    {"purchase", "how capacity is bought", SC_FIELD_CHOICE, AT(purchase), SC_FLEET_ON_DEMAND,
     .choices = "on_demand|reserved_1y|spot"},
    {"workers", "requests that a task runs at once", SC_FIELD_INT, AT(workers), 100, 1, 1e6,
     .source = "CONT-QUEUE-1"},
    {"backlog", "requests that wait for the fleet; more are answered 503", SC_FIELD_INT,
     AT(backlog), 1000, 0, 1e8, .source = "CONT-QUEUE-1"},
    {"routing", "which free task gets the next request", SC_FIELD_CHOICE, AT(routing),
     SC_FLEET_ROUND_ROBIN, .choices = "round_robin|least_outstanding", .source = "CONT-ALB-1"},
    {"start", "tasks that run when the simulation begins; 0: the least", SC_FIELD_INT, AT(start), 0,
     0, .max = 10000},
    {"provision_s", "Fargate: from launch to image pull, not billed", SC_FIELD_DIST, AT(provision),
     .text = "{\"uniform\": {\"min\": 15, \"max\": 25}}", .source = "FARGATE-2"},
    {"pull_s", "Fargate: from image pull to ready", SC_FIELD_DIST, AT(pull),
     .text = "{\"lognormal\": {\"p50\": 32, \"p99\": 60}}", .source = "FARGATE-2"},
    {"boot_s", "EC2: from launch to ready", SC_FIELD_DIST, AT(boot),
     .text = "{\"uniform\": {\"min\": 60, \"max\": 120}}", .source = "EC2-START-1"},
    {"metric_delay_s", "from the end of a minute to the decision on it", SC_FIELD_NS,
     AT(metric_delay_ns), 20, 0, .max = 59},
    {"out_datapoints", "minutes in a row above the target before scale-out", SC_FIELD_INT,
     AT(out_points), 3, 1, 60, .source = "AAS-TT-2"},
    {"in_datapoints", "minutes in a row below the low threshold before scale-in", SC_FIELD_INT,
     AT(in_points), 15, 1, 1440, .source = "AAS-TT-2"},
    {"in_threshold_frac", "low threshold as a share of the target; 0: 0.9 on Fargate, 0.7 on EC2",
     SC_FIELD_REAL, AT(in_threshold_frac), 0, 0, 1, .source = "AAS-TT-2"},
    {"scale_out_cooldown_s", "cooldown after scale-out", SC_FIELD_NS, AT(out_cooldown_ns), 300, 0,
     86400, .source = "AAS-COOL-1"},
    {"scale_in_cooldown_s", "cooldown after scale-in", SC_FIELD_NS, AT(in_cooldown_ns), 300, 0,
     86400, .source = "AAS-COOL-1"},
    {"deregistration_s", "how long a drained task may finish what it runs", SC_FIELD_NS,
     AT(deregistration_ns), 300, 0, 3600, .source = "CONT-ALB-1"},
    {"public_ip", "each task has a public IPv4 address", SC_FIELD_BOOL, AT(public_ip), .def = 0},
    {"logs_bytes", "log data of one request", SC_FIELD_INT, AT(logs_bytes), 300, 0, .max = 1e9},
    {.key = NULL}};

/* Sizes that Fargate sells (facts: fargate.valid_combinations); 32 vCPU come with three sizes of
 * memory. */
static const struct size {
    int64_t vcpu_milli, least_mb, most_mb, step_mb;
} sizes[] = {{250, 512, 512, 512},          {250, 1024, 2048, 1024},
             {500, 1024, 4096, 1024},       {1000, 2048, 8192, 1024},
             {2000, 4096, 16384, 1024},     {4000, 8192, 30720, 1024},
             {8000, 16384, 61440, 4096},    {16000, 32768, 122880, 8192},
             {32000, 61440, 122880, 61440}, {32000, 249856, 249856, 1024}};

static int check_size(const struct sc_fleet *c, struct sc_error *err)
{
    int64_t least_mb = 0, most_mb = 0, step_mb = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct size *s = &sizes[i];
        if (s->vcpu_milli != c->vcpu_milli)
            continue;
        if (c->memory_mb >= s->least_mb && c->memory_mb <= s->most_mb &&
            (c->memory_mb - s->least_mb) % s->step_mb == 0)
            return 0;
        least_mb = least_mb ? least_mb : s->least_mb;
        most_mb = s->most_mb;
        step_mb = s->step_mb;
    }
    if (most_mb == 0)
        return sc_fail(err, "/task/vcpu",
                       "%g is no size of Fargate; take 0.25, 0.5, 1, 2, 4, 8, 16 or 32 vCPU",
                       c->vcpu);
    return sc_fail(err, "/task/memory_mb",
                   "%lld is no memory of a Fargate task with %g vCPU; take %lld to %lld MB in "
                   "steps of %lld MB",
                   (long long)c->memory_mb, c->vcpu, (long long)least_mb, (long long)most_mb,
                   (long long)step_mb);
}

static bool is_default(const struct sc_fleet_limits *l)
{
    return l->min == 1 && l->max == 0 && sc_to_bits(l->target_cpu_frac) == sc_to_bits(0.6) &&
           !(l->target_requests_per_task > 0);
}

static int check_machine(struct sc_fleet *c, const struct sc_opening *o, struct sc_error *err)
{
    if (!is_default(&c->tasks))
        return sc_fail(err, "/tasks",
                       "a fleet on ec2 counts \"instances\"; write those limits there");
    if (c->vcpu_milli != 500 || c->memory_mb != 1024)
        return sc_fail(err, "/task",
                       "on ec2 the machine type gives vCPU and memory; leave \"task\" out");
    if (!c->instance)
        return sc_fail(err, "/instance",
                       "a fleet on ec2 needs a machine type, such as \"m6i.large\"");
    return o->instance(o, c->instance, &c->vcpu_milli, &c->memory_mb, err);
}

static int check_task(const struct sc_fleet *c, struct sc_error *err)
{
    if (!is_default(&c->instances))
        return sc_fail(err, "/instances",
                       "a fleet on fargate counts \"tasks\"; write those limits there");
    if (c->instance)
        return sc_fail(err, "/instance",
                       "Fargate has no machine types; leave it out, or say \"on\": \"ec2\"");
    if (c->purchase == SC_FLEET_RESERVED_1Y)
        return sc_fail(err, "/purchase",
                       "Fargate sells no reservations; take \"on_demand\" or \"spot\"");
    return check_size(c, err);
}

static void add_policy(struct sc_fleet *c, enum sc_fleet_metric metric, double target)
{
    double low_frac = c->in_threshold_frac > 0    ? c->in_threshold_frac
                      : c->on == SC_FLEET_FARGATE ? 0.9
                                                  : 0.7;
    if (!(target > 0))
        return;
    int i = c->rules.n_policies++;
    c->metric[i] = metric;
    c->rules.policy[i].target = (int64_t)(target * 1e6 + 0.5);
    c->rules.policy[i].low = (int64_t)((double)c->rules.policy[i].target * low_frac + 0.5);
    if (c->rules.policy[i].target < 1)
        c->rules.policy[i].target = 1;
}

static int set_rules(struct sc_fleet *c, struct sc_error *err)
{
    const struct sc_fleet_limits *l = c->on == SC_FLEET_FARGATE ? &c->tasks : &c->instances;
    int64_t max = l->max ? l->max : l->min;
    if (max < l->min)
        return sc_fail(err, c->on == SC_FLEET_FARGATE ? "/tasks/max" : "/instances/max",
                       "%lld is below min, %lld", (long long)max, (long long)l->min);
    if (c->start == 0)
        c->start = l->min;
    if (c->start < l->min || c->start > max)
        return sc_fail(err, "/start", "%lld lies outside min %lld and max %lld",
                       (long long)c->start, (long long)l->min, (long long)max);
    c->rules = (struct sc_scaling_rules){.min = l->min,
                                         .max = max,
                                         .out_points = c->out_points,
                                         .in_points = c->in_points,
                                         .out_cooldown_ns = c->out_cooldown_ns,
                                         .in_cooldown_ns = c->in_cooldown_ns};
    if (max > l->min) {
        add_policy(c, SC_FLEET_BY_CPU, l->target_cpu_frac);
        add_policy(c, SC_FLEET_BY_REQUESTS, l->target_requests_per_task);
    }
    return 0;
}

/* The least number of tasks costs the same whatever comes; `each` is what a task meters in a
 * millisecond. */
static void add_charge(struct sc_service *s, const struct sc_opening *o, const char *sku,
                       int64_t each)
{
    const struct sc_fleet *c = s->config;
    struct sc_charge charge = sc_charge_of(sku);
    charge.kept_per_h = c->rules.min * each * (SC_HOUR_NS / SC_SECOND_NS * 1000);
    sc_service_charge(s, o, charge);
}

static void add_charges(struct sc_service *s, const struct sc_opening *o)
{
    const struct sc_fleet *c = s->config;
    char sku[128];
    if (c->on == SC_FLEET_FARGATE) {
        const char *spot = c->purchase == SC_FLEET_SPOT ? "spot_" : "",
                   *arch = c->arch ? "arm" : "x86";
        snprintf(sku, sizeof sku, "fargate.%svcpu_%s", spot, arch);
        add_charge(s, o, sku, c->vcpu_milli);
        snprintf(sku, sizeof sku, "fargate.%smemory_%s", spot, arch);
        add_charge(s, o, sku, c->memory_mb);
        int64_t paid_mb = (c->ephemeral_gb - SC_FLEET_FREE_EPHEMERAL_GB) * 1024;
        if (paid_mb > 0)
            add_charge(s, o, "fargate.ephemeral_storage", paid_mb);
    } else {
        static const char *const suffix[] = {"", ".reserved_1y", ".spot"};
        snprintf(sku, sizeof sku, "ec2.%.80s%s", c->instance, suffix[c->purchase]);
        add_charge(s, o, sku, 1);
    }
    if (c->public_ip)
        add_charge(s, o, "vpc.public_ipv4_hour", 1);
    if (c->logs_bytes > 0)
        sc_service_charge(s, o, sc_charge_of("cloudwatch.logs_ingest_standard"));
}

int sc_fleet_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err)
{
    struct sc_fleet *c = s->config;
    c->vcpu_milli = (int64_t)(c->vcpu * 1000 + 0.5);
    if ((c->on == SC_FLEET_FARGATE ? check_task(c, err) : check_machine(c, o, err)) < 0 ||
        set_rules(c, err) < 0)
        return -1;
    add_charges(s, o);
    return 0;
}

int64_t sc_fleet_memory_ns(const struct sc_service *s)
{
    const struct sc_fleet *c = s->config;
    if (c->rules.n_policies == 0)
        return 5 * SC_MINUTE_NS;
    return c->in_points * SC_MINUTE_NS + c->in_cooldown_ns + 5 * SC_MINUTE_NS;
}
