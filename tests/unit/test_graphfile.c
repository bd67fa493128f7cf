/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/load.h"
#include "world.h"
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A "/architectures/x/"

static const char text[] = JSON({
    "horizon_h" : 1,
    "warmup_h" : 0,
    "work" : {
        "a" : {"steps" : [ {"get" : "zt"}, {"call" : "c"} ]},
        "b" : {"steps" : [ {"put" : "t"}, {"call" : "d"} ]},
        "c" : {"steps" : []},
        "d" : {"steps" : []}
    },
    "traffic" :
        {"web" : {"profile" : {"constant" : {"per_s" : 1}}, "mix" : {"a" : 0.5, "b" : 0.5}}},
    "common" : {"zt" : {"type" : "dynamodb"}, "t" : {"type" : "dynamodb"}},
    "architectures" : {
        "x" : {
            "entry" : "lb",
            "inline" : ["d"],
            "account" : {"concurrency" : 321},
            "services" : {
                "lb" : {"type" : "alb", "to" : {"a" : {"one" : 0.25, "two" : 0.75}, "*" : "two"}},
                "one" : {"type" : "lambda", "runs" : [ "a", "c" ]},
                "two" : {"type" : "fleet"}
            }
        }
    }
});

static int place(const struct sc_architecture *a, const char *name)
{
    for (int i = 0; i < a->n_services; i++)
        if (strcmp(a->service[i].name, name) == 0)
            return i;
    return -1;
}

static void services_are_ordered_and_common_ones_are_there(void **state)
{
    (void)state;
    static const char *const names[] = {"lb", "one", "t", "two", "zt"};
    struct world w = {0};
    world_open(&w, text);
    const struct sc_architecture *a = w.scenario.architecture;
    assert_int_equal(a->n_services, 5);
    for (int i = 0; i < 5; i++) {
        assert_string_equal(a->service[i].name, names[i]);
        assert_int_equal(a->service[i].index, i);
    }
    assert_int_equal(a->entry, 0);
    assert_int_equal(a->account.concurrency, 321);
    world_end(&w);
}

static void routes_are_by_work(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, text);
    const struct sc_architecture *a = w.scenario.architecture;
    const struct sc_route *r = a->service[0].route;
    int wa = sc_scenario_work(&w.scenario, "a"), wb = sc_scenario_work(&w.scenario, "b");
    assert_int_equal(r[wa].n, 2);
    assert_true(r[wa].upto[0] == UINT64_C(1) << 62);
    assert_int_equal(r[wa].target[1], place(a, "two"));
    assert_int_equal(r[wb].n, 1);
    assert_int_equal(r[wb].target[0], place(a, "two"));
    assert_null(a->service[1].route);
    world_end(&w);
}

static void calls_and_stores_find_who_serves_them(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, text);
    const struct sc_scenario *s = &w.scenario;
    const struct sc_architecture *a = s->architecture;
    assert_int_equal(a->callee[sc_scenario_work(s, "c")], place(a, "one"));
    assert_int_equal(a->callee[sc_scenario_work(s, "d")], -1);
    for (int i = 0; i < s->n_stores; i++)
        assert_int_equal(a->store[i], place(a, s->store_name[i]));
    world_end(&w);
}

static void what_leads_nowhere_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value, *pointer, *words;
    } cases[] = {
        {A "entry", "lbx", A "entry", "no service \"lbx\""},
        {A "entry", "t", A "entry", "takes no requests"},
        {A "services/one/runs", JSON(["c"]), A "services/lb/to/a/one", "not among the works"},
        {A "services/one/runs", JSON(["a"]), "/architectures/x", "nobody runs it"},
        {A "services/two/runs", JSON([ "a", "b", "c" ]), "/architectures/x", "leave one"},
        {A "services/lb/runs", JSON(["c"]), A "services/lb/runs", "runs no work"},
        {A "services/one/to", "two", A "services/one/to", "sends nothing on"},
        {A "services/one/type", "lamda", A "services/one/type", "did you mean \"lambda\""},
        {A "services/t", JSON({"type" : "lambda"}), A "services/t", "/common too"},
        {A "services/latency", JSON({"type" : "lambda"}), A "services/latency", "no name"},
        {A "inline", JSON(["e"]), A "inline/0", "no work \"e\""},
        {"/common", JSON({"zt" : {"type" : "dynamodb"}}), "/architectures/x", "\"t\""},
        {A "account/concurency", "3", A "account/concurency", "concurrency"},
        {"/architectures", JSON({}), "/architectures", "at least one"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, cases[i].key, cases[i].value);
        world_refuses(&w, text, cases[i].pointer, cases[i].words);
    }
}

/* One error, with its place in the file. */
static void errors_have_a_place(void **state)
{
    (void)state;
    static const char bad[] = JSON({"work" : {}, "traffic" : {}, "architectures" : 7});
    struct world w = {0};
    assert_int_equal(world_load(&w, bad), -1);
    assert_int_equal(w.err.line, 1);
    assert_true(w.err.col > 1);
    world_end(&w);
}

static void commitments_are_read(void **state)
{
    (void)state;
    struct world w = {0};
    world_set(&w, A "commitments", JSON([
        {"compute_plan" : true, "term" : "1y_noupfront", "usd_per_h" : "0.0125"},
        {"reserved" : "dynamodb.reserved_rcu_1y", "count" : 3}
    ]));
    world_open(&w, text);
    const struct sc_architecture *a = w.scenario.architecture;
    assert_int_equal(a->n_commitments, 2);
    assert_int_equal(a->commitment[0].kind, SC_COMPUTE_PLAN);
    assert_int_equal(a->commitment[0].usd_e15, 12500000000000);
    assert_ptr_equal(a->commitment[0].book, &w.scenario.book);
    assert_string_equal(a->commitment[1].name, "reserved dynamodb.provisioned_rcu");
    assert_int_equal(a->commitment[1].count, 3);
    world_end(&w);
    w = (struct world){0};
    world_open(&w, text);
    assert_int_equal(w.scenario.architecture->n_commitments, 0);
    world_end(&w);
    w = (struct world){0};
    world_set(&w, A "commitments", "[{}]");
    assert_int_equal(world_load(&w, text), -1);
    assert_non_null(strstr(w.err.message, "a commitment has one of \"reserved\""));
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_are_ordered_and_common_ones_are_there),
        cmocka_unit_test(routes_are_by_work),
        cmocka_unit_test(calls_and_stores_find_who_serves_them),
        cmocka_unit_test(what_leads_nowhere_is_refused),
        cmocka_unit_test(errors_have_a_place),
        cmocka_unit_test(commitments_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
