/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is billed by the second that it is there: Fargate tasks, EC2 machines, App Runner instances
 * (facts: prices-aws.md, Time). */
#include "price/statedparts.h"

#include <string.h>

enum { S_AN_HOUR = 3600, MS_A_S = 1000 };
enum os { LINUX, WINDOWS };

/* Whole seconds of a thing that was there at all, at least the vendor's least. */
static struct sc_fraction billed_s(struct sc_fraction s, int64_t least_ms)
{
    return sc_is_some(s) ? sc_at_least(sc_rounded_up(s, 1), sc_whole(least_ms / MS_A_S)) : s;
}

static struct sc_fraction seconds(struct sc_fraction hours)
{
    return sc_fraction_times(hours, sc_whole(S_AN_HOUR));
}

static struct sc_fraction in_hours(struct sc_fraction s)
{
    return sc_fraction_over(s, sc_whole(S_AN_HOUR));
}

struct fargate {
    struct sc_fraction tasks, hours, runs, run_s, vcpu, memory_gb, ephemeral_gb;
    int arch, os;
    bool spot;
};

#define ROW(member, def, help) SC_EXACT_ROW(struct fargate, member, def, help)

static const struct sc_field fargate_fields[] = {
    ROW(tasks, 1, "at once"),
    ROW(hours, SC_NOT_STATED, "how long each is there; default: the whole month"),
    ROW(run_s, SC_NOT_STATED,
        "instead of hours: how long each run takes, from the pull of the image; at least 60 s, "
        "with Windows 300 s"),
    ROW(runs, SC_NOT_STATED, "runs of each task in the month, with run_s; default 1"),
    SC_EXACT_MUST(struct fargate, vcpu, "of each task"),
    SC_EXACT_MUST(struct fargate, memory_gb, "of each task"),
    ROW(ephemeral_gb, 20, "disk of each task; 20 GB cost nothing"),
    SC_CHOICE_ROW(struct fargate, arch, 0, SC_ARCHITECTURES, "instruction set"),
    SC_CHOICE_ROW(struct fargate, os, 0, "linux|windows", "operating system"),
    SC_BOOL_ROW(struct fargate, spot, "spare capacity, which may be taken back"),
    {.key = NULL}};

static int fargate_check(const struct fargate *c, struct sc_error *err)
{
    if (sc_is_stated(c->run_s) && sc_is_stated(c->hours))
        return sc_fail(err, "/run_s",
                       "hours say how long a task is there, run_s how long a run takes; leave out "
                       "one of them");
    if (sc_is_stated(c->runs) && !sc_is_stated(c->run_s))
        return sc_fail(err, "/runs", "how long a run takes is missing: run_s, in seconds");
    if (c->os == WINDOWS && (c->spot || c->arch == SC_ARM))
        return sc_fail(err, c->spot ? "/spot" : "/arch",
                       "tasks with Windows run on x86_64 only, and not on spare capacity");
    return 0;
}

/* Runs come with requests; tasks that are there all the time do not. */
typedef void add_fn(struct sc_sheet *s, const char *sku, struct sc_fraction units);

/* The list prices Windows by the second, Linux by the hour. */
static void meter_windows(struct sc_sheet *s, add_fn *add, struct sc_fraction vcpu_s,
                          struct sc_fraction gb_s)
{
    add(s, "fargate.vcpu_windows", vcpu_s);
    add(s, "fargate.windows_os", vcpu_s);
    add(s, "fargate.memory_windows", gb_s);
}

static int fargate_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    static const char *const vcpu[][2] = {{"fargate.vcpu_x86", "fargate.vcpu_arm"},
                                          {"fargate.spot_vcpu_x86", "fargate.spot_vcpu_arm"}},
                             *const memory[][2] = {
                                 {"fargate.memory_x86", "fargate.memory_arm"},
                                 {"fargate.spot_memory_x86", "fargate.spot_memory_arm"}};
    const struct fargate *c = stated;
    if (fargate_check(c, err) != 0)
        return -1;
    struct sc_fraction each_s = sc_stated_or(c->run_s, seconds(sc_sheet_hours(s, c->hours)));
    each_s = billed_s(each_s, c->os == WINDOWS ? SC_TASK_LEAST_WINDOWS_MS : SC_TASK_LEAST_MS);
    struct sc_fraction task_s = sc_times3(c->tasks, sc_stated_or(c->runs, sc_whole(1)), each_s),
                       vcpu_s = sc_fraction_times(task_s, c->vcpu),
                       gb_s = sc_fraction_times(task_s, c->memory_gb),
                       disk_gb = sc_beyond(c->ephemeral_gb, sc_whole(SC_TASK_FREE_DISK_GB));
    add_fn *add = sc_is_stated(c->run_s) ? sc_sheet_use : sc_sheet_hold;
    if (c->os == WINDOWS)
        meter_windows(s, add, vcpu_s, gb_s);
    else {
        add(s, vcpu[c->spot][c->arch], in_hours(vcpu_s));
        add(s, memory[c->spot][c->arch], in_hours(gb_s));
    }
    add(s, "fargate.ephemeral_storage", in_hours(sc_fraction_times(task_s, disk_gb)));
    return 0;
}

const struct sc_stated_type sc_stated_fargate = {
    .name = "fargate",
    .summary = "Fargate tasks: long-running or many runs",
    .size = sizeof(struct fargate),
    .fields = fargate_fields,
    .meter = fargate_meter,
};

struct ec2 {
    struct sc_fraction count, hours;
    const char *instance, *purchase;
};

static const struct sc_field ec2_fields[] = {
    {.key = "instance",
     .help = "type of the machines, like t3.medium",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct ec2, instance),
     .required = 1},
    SC_EXACT_ROW(struct ec2, count, 1, "machines"),
    SC_EXACT_ROW(struct ec2, hours, SC_NOT_STATED,
                 "how long each is there, by the second, at least 60 s; default: the whole month"),
    {.key = "purchase",
     .help = "on_demand, or what stands behind the type's SKU in the book: spot, reserved_1y, "
             "reserved_3y; plans and reservations of a fixed size are commitments",
     .kind = SC_FIELD_TEXT,
     .offset = offsetof(struct ec2, purchase),
     .text = "on_demand"},
    {.key = NULL}};

static int ec2_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct ec2 *c = stated;
    bool listed = strcmp(c->purchase, "on_demand") == 0;
    const char *sku = sc_arena_printf(s->arena, "ec2.%s%s%s", c->instance, listed ? "" : ".",
                                      listed ? "" : c->purchase);
    struct sc_fraction each_s = billed_s(seconds(sc_sheet_hours(s, c->hours)), SC_TASK_LEAST_MS);
    (void)err;
    sc_sheet_hold(s, sku, sc_fraction_times(c->count, in_hours(each_s)));
    return 0;
}

const struct sc_stated_type sc_stated_ec2 = {
    .name = "ec2",
    .summary = "EC2 machines with Linux",
    .size = sizeof(struct ec2),
    .fields = ec2_fields,
    .meter = ec2_meter,
};

struct apprunner {
    struct sc_fraction instances, vcpu, memory_gb, hours, active_h;
};

static const struct sc_field apprunner_fields[] = {
    SC_EXACT_ROW(struct apprunner, instances, 1, "provisioned ones"),
    SC_EXACT_MUST(struct apprunner, vcpu, "of each; billed while it is active"),
    SC_EXACT_MUST(struct apprunner, memory_gb, "of each; billed while it is provisioned"),
    SC_EXACT_ROW(struct apprunner, hours, SC_NOT_STATED,
                 "how long each is provisioned; default: the whole month"),
    SC_EXACT_ROW(struct apprunner, active_h, 0, "how long each works on requests"),
    {.key = NULL}};

static int apprunner_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct apprunner *c = stated;
    struct sc_fraction hours = sc_sheet_hours(s, c->hours);
    if (sc_is_some(sc_beyond(c->active_h, hours)))
        return sc_fail(err, "/active_h", "%.15g h are more than the instances are there, %.15g h",
                       sc_fraction_double(c->active_h), sc_fraction_double(hours));
    sc_sheet_hold(s, "apprunner.memory", sc_times3(c->instances, c->memory_gb, hours));
    sc_sheet_use(s, "apprunner.vcpu", sc_times3(c->instances, c->vcpu, c->active_h));
    return 0;
}

const struct sc_stated_type sc_stated_apprunner = {
    .name = "apprunner",
    .summary = "App Runner instances",
    .size = sizeof(struct apprunner),
    .fields = apprunner_fields,
    .meter = apprunner_meter,
};
