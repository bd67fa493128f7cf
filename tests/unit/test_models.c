/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/json.h"
#include "scenario/models.h"

#include <string.h>

static struct sc_arena arena;

static void measured_cold_starts_are_those_of_the_facts(void **state)
{
    (void)state;
    struct sc_coldstart_table table;
    struct sc_error err = {0};
    assert_int_equal(sc_coldstart_read(&table, "models/coldstart/lambda.json", &arena, &err), 0);
    assert_string_equal(table.id, "lambda");
    assert_int_equal(table.n, 155);
    const struct sc_coldstart *e = sc_coldstart_find(&table, "python3.13", "zip", "x86_64");
    assert_non_null(e);
    assert_int_equal(e->init_ns.kind, SC_DIST_QUANTILES);
    assert_true(e->init_ns.p[7] == 0.5 &&
                e->init_ns.x[7] == 98.71e6); /* LAMBDA-COLD-1: about 100 ms */
    assert_true(e->init_ns.p[0] == 0.0 && e->init_ns.p[e->init_ns.n - 1] == 1.0);
    assert_non_null(sc_coldstart_find(&table, "provided.al2023-rust", "image", "arm64"));
    assert_null(sc_coldstart_find(&table, "provided.al2-quarkus", "image", "arm64"));
    assert_null(sc_coldstart_find(&table, "python3.13", "tar", "x86_64"));
    assert_true(sc_dist_max(sc_coldstart_vpc(&table, "vpc")) <= 0.0);
    assert_true(sc_dist_min(sc_coldstart_vpc(&table, "vpc_2019")) >= 8e9);
    assert_null(sc_coldstart_vpc(&table, "vpc_2099"));
    assert_true(sc_dist_mean(sc_coldstart_sdk(&table, "nodejs22.x")) == 190e6);
    assert_null(sc_coldstart_sdk(&table, "ruby3.3"));
    assert_string_equal(sc_coldstart_advice(&table, "pyton3.13", &arena),
                        "did you mean \"python3.13\"?");
    assert_string_equal(sc_coldstart_advice(&table, "provided.al2-quarkus", &arena),
                        "it was measured as image on x86_64, zip on x86_64");
    assert_non_null(
        strstr(sc_coldstart_advice(&table, "cobol", &arena), "\"dotnet8\", \"java11\""));
}

static void instance_types_are_those_of_the_facts(void **state)
{
    (void)state;
    struct sc_instance_table table;
    struct sc_error err = {0};
    assert_int_equal(sc_instances_read(&table, "models/instances/aws-ec2.json", &arena, &err), 0);
    assert_int_equal(table.n, 165);
    const struct sc_instance_type *t = sc_instances_find(&table, "m6i.2xlarge");
    assert_int_equal(t->vcpu_milli, 8000);
    assert_int_equal(t->memory_mb, 32768);
    assert_string_equal(t->arch, "x86_64");
    assert_string_equal(sc_instances_find(&table, "c7g.large")->arch, "arm64");
    assert_null(sc_instances_find(&table, "m6i.tiny"));
    assert_non_null(strstr(sc_instances_advice(&table, "m6i.tiny", &arena),
                           "that family has \"m6i.12xlarge\", "));
    assert_string_equal(sc_instances_advice(&table, "m6j.large", &arena),
                        "did you mean \"m6g.large\"?");
    assert_non_null(
        strstr(sc_instances_advice(&table, "mainframe", &arena), "families are \"c5\", "));
}

static void fractions_of_a_cpu_are_kept(void **state)
{
    (void)state;
    static const char text[] = "{\"id\": \"i\", \"as_of\": \"2026-11-23\", \"source\": \"s\", "
                               "\"types\": {\"x.y\": {\"vcpu\": 0.255, "
                               "\"memory_mb\": 613, \"arch\": \"arm64\"}}}";
    struct sc_instance_table table;
    struct sc_error err = {0};
    struct sc_doc doc = {0};
    assert_int_equal(sc_doc_parse(&doc, "i", text, strlen(text), &err), 0);
    assert_int_equal(sc_instances_parse(&table, &doc, &arena, &err), 0);
    sc_doc_free(&doc);
    assert_int_equal(table.types[0].vcpu_milli, 255);
    assert_int_equal(table.types[0].memory_mb, 613);
}

enum { COLDSTART, INSTANCES };
#define HEAD "\"id\": \"i\", \"as_of\": \"2026-11-23\", \"source\": \"s\", "
#define EXTRAS "\"vpc\": {}, \"aws_sdk\": {}"

static const struct slip {
    int which;
    const char *text, *pointer, *message;
} slips[] = {
    {COLDSTART, "[]", "", "object"},
    {COLDSTART, "{\"as_of\": \"x\", \"source\": \"s\", \"runtimes\": {}, " EXTRAS "}", "", "id"},
    {COLDSTART, "{" HEAD EXTRAS "}", "", "\"runtimes\" is missing; add an object"},
    {COLDSTART, "{" HEAD "\"runtimes\": 7, " EXTRAS "}", "/runtimes",
     "expected an object, found a number"},
    {COLDSTART, "{" HEAD "\"runtimes\": {}, \"vpc\": {}}", "", "\"aws_sdk\" is missing"},
    {COLDSTART, "{" HEAD "\"runtime\": {}, " EXTRAS "}", "/runtime", "runtime"},
    {COLDSTART, "{" HEAD "\"runtimes\": {\"r\": 7}, " EXTRAS "}", "/runtimes/r",
     "expected an object, found a number"},
    {COLDSTART, "{" HEAD "\"runtimes\": {\"r\": {\"tar\": {}}}, " EXTRAS "}", "/runtimes/r/tar",
     "\"tar\" is none of image|zip"},
    {COLDSTART, "{" HEAD "\"runtimes\": {\"r\": {\"zi\": {}}}, " EXTRAS "}", "/runtimes/r/zi",
     "\"zi\" is none of image|zip"},
    {COLDSTART, "{" HEAD "\"runtimes\": {\"r\": {\"zip\": []}}, " EXTRAS "}", "/runtimes/r/zip",
     "found an array"},
    {COLDSTART, "{" HEAD "\"runtimes\": {\"r\": {\"zip\": {\"x86\": {}}}}, " EXTRAS "}",
     "/runtimes/r/zip/x86", "\"x86\" is none of arm64|x86_64"},
    {COLDSTART, "{" HEAD "\"runtimes\": {\"r\": {\"zip\": {\"arm64\": {\"n\": 5}}}}, " EXTRAS "}",
     "/runtimes/r/zip/arm64", "init_ms"},
    {COLDSTART,
     "{" HEAD "\"runtimes\": {\"r\": {\"zip\": {\"arm64\": {\"init_ms\": \"5\"}}}}, " EXTRAS "}",
     "/runtimes/r/zip/arm64/init_ms", ""},
    {COLDSTART, "{" HEAD "\"runtimes\": {}, \"vpc\": {\"v\": {}}, \"aws_sdk\": {}}", "/vpc/v",
     "add_ms"},
    {COLDSTART, "{" HEAD "\"runtimes\": {}, \"vpc\": {}, \"aws_sdk\": {\"r\": {\"add_ms\": true}}}",
     "/aws_sdk/r/add_ms", ""},
    {INSTANCES, "{" HEAD "\"types\": []}", "/types", "expected an object, found an array"},
    {INSTANCES, "{" HEAD "\"kinds\": {}}", "/kinds", "kinds"},
    {INSTANCES,
     "{" HEAD "\"types\": {\"a\": {\"vcpu\": 2, \"memory_mb\": 0, \"arch\": \"arm64\"}}}",
     "/types/a/memory_mb", "below"},
    {INSTANCES, "{" HEAD "\"types\": {\"a\": {\"vcpu\": 2, \"memory_mb\": 64, \"arch\": \"arm\"}}}",
     "/types/a/arch", "arm64"},
    {INSTANCES, "{" HEAD "\"types\": {\"a\": {\"memory_mb\": 64, \"arch\": \"arm64\"}}}",
     "/types/a", "vcpu"},
};

static void every_slip_is_located(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        const struct slip *s = &slips[i];
        struct sc_error err = {0};
        struct sc_doc doc = {0};
        struct sc_coldstart_table coldstarts;
        struct sc_instance_table instances;
        assert_int_equal(sc_doc_parse(&doc, "table.json", s->text, strlen(s->text), &err), 0);
        int failed = s->which == COLDSTART ? sc_coldstart_parse(&coldstarts, &doc, &arena, &err)
                                           : sc_instances_parse(&instances, &doc, &arena, &err);
        sc_doc_free(&doc);
        if (failed != -1 || err.line < 1 || strcmp(err.pointer, s->pointer) != 0 ||
            !strstr(err.message, s->message))
            fail_msg("%s: wanted \"%s: %s\", got %d \"%s: %s\"", s->text, s->pointer, s->message,
                     failed, err.pointer, err.message);
    }
}

static void a_file_may_be_absent(void **state)
{
    (void)state;
    struct sc_coldstart_table coldstarts;
    struct sc_instance_table instances;
    struct sc_error err = {0};
    assert_int_equal(
        sc_coldstart_read(&coldstarts, "models/coldstart/of-nowhere.json", &arena, &err), -1);
    err = (struct sc_error){0};
    assert_int_equal(
        sc_instances_read(&instances, "models/instances/of-nowhere.json", &arena, &err), -1);
    assert_string_not_equal(err.message, "");
}

static int close_arena(void **state)
{
    (void)state;
    sc_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measured_cold_starts_are_those_of_the_facts),
        cmocka_unit_test(instance_types_are_those_of_the_facts),
        cmocka_unit_test(fractions_of_a_cpu_are_kept),
        cmocka_unit_test(every_slip_is_located),
        cmocka_unit_test(a_file_may_be_absent),
    };
    return cmocka_run_group_tests(tests, NULL, close_arena);
}
