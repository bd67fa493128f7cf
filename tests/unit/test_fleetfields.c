/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "io/fields.h"
#include "service/fleet.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct sc_arena arena;
    struct sc_opening opening;
    struct sc_service service;
    struct sc_fleet fleet;
    struct sc_error err;
};

static int machine(const struct sc_opening *o, const char *name, int64_t *vcpu_milli,
                   int64_t *memory_mb, struct sc_error *err)
{
    (void)o;
    if (strcmp(name, "m6i.large") != 0)
        return sc_fail(err, "/instance", "there is no machine type \"%s\"", name);
    *vcpu_milli = 2000;
    *memory_mb = 8192;
    return 0;
}

static int fill(struct fixture *f)
{
    memset(f, 0, sizeof *f);
    f->opening = (struct sc_opening){.arena = &f->arena, .instance = machine};
    f->service = (struct sc_service){.name = "web", .config = &f->fleet};
    return sc_fields_read(NULL, NULL, sc_fleet_fields, NULL, &f->fleet, &f->arena, &f->err);
}

static void refuses(struct fixture *f, const char *pointer, const char *words)
{
    assert_int_equal(sc_fleet_open(&f->service, &f->opening, &f->err), -1);
    assert_string_equal(f->err.pointer, pointer);
    assert_non_null(strstr(f->err.message, words));
    sc_arena_free(&f->arena);
}

static void defaults_are_a_fixed_fargate_task(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(fill(&f), 0);
    assert_int_equal(sc_fleet_open(&f.service, &f.opening, &f.err), 0);
    assert_int_equal(f.fleet.vcpu_milli, 500);
    assert_int_equal(f.fleet.rules.min, 1);
    assert_int_equal(f.fleet.rules.max, 1);
    assert_int_equal(f.fleet.rules.n_policies, 0);
    assert_int_equal(f.fleet.start, 1);
    assert_int_equal(sc_fleet_memory_ns(&f.service), 5 * SC_MINUTE_NS);
    assert_int_equal(f.service.n_charges, 3);
    assert_string_equal(f.service.charge[0].sku, "fargate.vcpu_x86");
    assert_int_equal(f.service.charge[0].per, INT64_C(3600000000));
    assert_string_equal(f.service.charge[1].sku, "fargate.memory_x86");
    assert_int_equal(f.service.charge[1].per, INT64_C(3686400000));
    sc_arena_free(&f.arena);
}

static void spot_on_arm_with_an_address(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(fill(&f), 0);
    f.fleet.arch = 1;
    f.fleet.purchase = SC_FLEET_SPOT;
    f.fleet.public_ip = true;
    f.fleet.logs_bytes = 0;
    assert_int_equal(sc_fleet_open(&f.service, &f.opening, &f.err), 0);
    assert_int_equal(f.service.n_charges, 3);
    assert_string_equal(f.service.charge[0].sku, "fargate.spot_vcpu_arm");
    assert_string_equal(f.service.charge[2].sku, "vpc.public_ipv4_hour");
    assert_int_equal(f.service.charge[2].per, 3600000);
    sc_arena_free(&f.arena);
}

static void targets_become_rules(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(fill(&f), 0);
    f.fleet.tasks = (struct sc_fleet_limits){2, 19, 0.55, 730.5};
    assert_int_equal(sc_fleet_open(&f.service, &f.opening, &f.err), 0);
    assert_int_equal(f.fleet.rules.n_policies, 2);
    assert_int_equal(f.fleet.rules.policy[0].target, 550000);
    assert_int_equal(f.fleet.rules.policy[0].low, 495000);
    assert_int_equal(f.fleet.metric[1], SC_FLEET_BY_REQUESTS);
    assert_int_equal(f.fleet.rules.policy[1].target, 730500000);
    assert_int_equal(sc_fleet_memory_ns(&f.service), 25 * SC_MINUTE_NS);
    sc_arena_free(&f.arena);
}

static void machines_have_their_own_limits(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(fill(&f), 0);
    f.fleet.on = SC_FLEET_EC2;
    f.fleet.instance = "m6i.large";
    f.fleet.purchase = SC_FLEET_RESERVED_1Y;
    f.fleet.instances.max = 5;
    assert_int_equal(sc_fleet_open(&f.service, &f.opening, &f.err), 0);
    assert_int_equal(f.fleet.vcpu_milli, 2000);
    assert_int_equal(f.fleet.rules.policy[0].low, 420000); /* 0.7 of 0.6 */
    assert_string_equal(f.service.charge[0].sku, "ec2.m6i.large.reserved_1y");
    sc_arena_free(&f.arena);
}

static void sizes_are_fargates(void **state)
{
    (void)state;
    static const struct {
        double vcpu;
        int64_t memory_mb;
        const char *pointer, *words;
    } bad[] = {{0.75, 2048, "/task/vcpu", "0.75"},
               {0.25, 1536, "/task/memory_mb", "512 to 2048"},
               {0.5, 3000, "/task/memory_mb", "3000"},
               {1, 1024, "/task/memory_mb", "2048 to 8192"},
               {16, 36864, "/task/memory_mb", "steps of 8192"}};
    static const struct {
        double vcpu;
        int64_t memory_mb;
    } good[] = {{0.25, 512}, {0.25, 2048}, {4, 30720}, {8, 20480}, {32, 61440}, {32, 249856}};
    struct fixture f;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(fill(&f), 0);
        f.fleet.vcpu = bad[i].vcpu;
        f.fleet.memory_mb = bad[i].memory_mb;
        refuses(&f, bad[i].pointer, bad[i].words);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(fill(&f), 0);
        f.fleet.vcpu = good[i].vcpu;
        f.fleet.memory_mb = good[i].memory_mb;
        assert_int_equal(sc_fleet_open(&f.service, &f.opening, &f.err), 0);
        sc_arena_free(&f.arena);
    }
}

static void contradictions_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(fill(&f), 0);
    f.fleet.tasks = (struct sc_fleet_limits){7, 3, 0.6, 0};
    refuses(&f, "/tasks/max", "below min, 7");
    assert_int_equal(fill(&f), 0);
    f.fleet.start = 4;
    refuses(&f, "/start", "4 lies outside min 1 and max 1");
    assert_int_equal(fill(&f), 0);
    f.fleet.instances.min = 3;
    refuses(&f, "/instances", "counts \"tasks\"");
    assert_int_equal(fill(&f), 0);
    f.fleet.instance = "m6i.large";
    refuses(&f, "/instance", "\"on\": \"ec2\"");
    assert_int_equal(fill(&f), 0);
    f.fleet.purchase = SC_FLEET_RESERVED_1Y;
    refuses(&f, "/purchase", "no reservations");
    assert_int_equal(fill(&f), 0);
    f.fleet.on = SC_FLEET_EC2;
    refuses(&f, "/instance", "needs a machine type");
    assert_int_equal(fill(&f), 0);
    f.fleet.on = SC_FLEET_EC2;
    f.fleet.instance = "m6i.huge";
    refuses(&f, "/instance", "m6i.huge");
    assert_int_equal(fill(&f), 0);
    f.fleet.on = SC_FLEET_EC2;
    f.fleet.instance = "m6i.large";
    f.fleet.tasks.max = 9;
    refuses(&f, "/tasks", "counts \"instances\"");
    assert_int_equal(fill(&f), 0);
    f.fleet.on = SC_FLEET_EC2;
    f.fleet.instance = "m6i.large";
    f.fleet.memory_mb = 2048;
    refuses(&f, "/task", "leave \"task\" out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_a_fixed_fargate_task),
        cmocka_unit_test(spot_on_arm_with_an_address),
        cmocka_unit_test(targets_become_rules),
        cmocka_unit_test(machines_have_their_own_limits),
        cmocka_unit_test(sizes_are_fargates),
        cmocka_unit_test(contradictions_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
