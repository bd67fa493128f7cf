/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/load.h"
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char frame[] = JSON({
    "horizon_h" : 1,
    "warmup_h" : 0,
    "work" : {"w" : {"steps" : []}, "z" : {"steps" : [ {"cpu_ms" : 3} ]}},
    "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 1}}, "mix" : {"w" : 1}}},
    "common" : {"t" : {"type" : "dynamodb"}, "u" : {"type" : "dynamodb"}},
    "architectures" :
        {"a" : {"entry" : "fn", "inline" : ["z"], "services" : {"fn" : {"type" : "lambda"}}}}
});

static const struct sc_work *compile(struct world *w, const char *steps)
{
    world_set(w, "/work/w/steps", steps);
    world_open(w, frame);
    return &w->scenario.work[sc_scenario_work(&w->scenario, "w")];
}

static void kinds_are(const struct sc_work *work, const enum sc_op_kind *kind, int n)
{
    assert_int_equal(work->n_ops, n);
    for (int i = 0; i < n; i++)
        assert_int_equal(work->op[i].kind, kind[i]);
}

static void nothing_is_a_program_too(void **state)
{
    (void)state;
    static const enum sc_op_kind kinds[] = {SC_OP_END};
    struct world w = {0};
    const struct sc_work *work = compile(&w, JSON([]));
    kinds_are(work, kinds, 1);
    assert_true(work->pure);
    assert_int_equal(work->request_bytes, 500);
    assert_int_equal(work->response_bytes, 1000);
    world_end(&w);
}

static void cpu_and_waits_are_pure(void **state)
{
    (void)state;
    static const enum sc_op_kind kinds[] = {SC_OP_CPU, SC_OP_WAIT, SC_OP_END};
    struct world w = {0};
    const struct sc_work *work = compile(
        &w, JSON([ {"cpu_ms" : 2.385}, {"wait_ms" : {"uniform" : {"min" : 1, "max" : 3}}} ]));
    kinds_are(work, kinds, 3);
    assert_true(work->pure);
    assert_int_equal(work->op[0].dist.kind, SC_DIST_CONSTANT);
    assert_true(work->op[0].dist.a > 2384999 && work->op[0].dist.a < 2385001); /* ns */
    assert_int_equal(work->op[1].dist.kind, SC_DIST_UNIFORM);
    assert_int_not_equal(work->op[0].slot, work->op[1].slot); /* their draws are their own */
    world_end(&w);
}

static void stores_are_numbered_and_copied(void **state)
{
    (void)state;
    struct world w = {0};
    const struct sc_work *work = compile(&w, JSON([
        {"get" : "u", "copies" : 3, "consistent" : true, "miss_frac" : 0.25},
        {"update" : "t", "item_bytes" : 4097, "transactional" : true, "fail_frac" : 1}
    ]));
    assert_int_equal(work->n_ops, 5);
    assert_false(work->pure);
    assert_int_equal(w.scenario.n_stores, 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(work->op[i].action, SC_STORE_GET);
        assert_true(work->op[i].consistent);
        assert_true(work->op[i].fail_below == UINT64_C(1) << 62);
        assert_int_equal(work->op[i].answer, 404);
        assert_int_equal(work->op[i].slot, work->op[0].slot + i);
    }
    assert_int_equal(work->op[3].action, SC_STORE_UPDATE);
    assert_true(work->op[3].transactional);
    assert_int_equal(work->op[3].item_bytes, 4097);
    assert_true(work->op[3].fail_below == UINT64_MAX);
    assert_int_equal(work->op[3].answer, 409);
    assert_string_equal(w.scenario.store_name[work->op[3].store], "t");
    world_end(&w);
}

/* CHOICE a JUMP b JUMP END: each branch jumps behind the last. */
static void a_choice_becomes_jumps(void **state)
{
    (void)state;
    static const enum sc_op_kind kinds[] = {SC_OP_CHOICE, SC_OP_CPU,  SC_OP_JUMP, SC_OP_WAIT,
                                            SC_OP_JUMP,   SC_OP_CALL, SC_OP_END};
    struct world w = {0};
    const struct sc_work *work = compile(&w, JSON([
        {
            "choice" : [
                {"frac" : 0.25, "steps" : [ {"cpu_ms" : 1} ]},
                {"frac" : 0.5, "steps" : [ {"wait_ms" : 1} ]}
            ]
        },
        {"call" : "z"}
    ]));
    kinds_are(work, kinds, 7);
    const struct sc_op *op = &work->op[0];
    assert_int_equal(op->n, 3); /* the rest does nothing */
    assert_true(op->upto[0] == UINT64_C(1) << 62);
    assert_true(op->upto[1] == UINT64_C(3) << 62);
    assert_true(op->upto[2] == UINT64_MAX);
    assert_int_equal(op->to[0], 1);
    assert_int_equal(op->to[1], 3);
    assert_int_equal(op->to[2], 5);
    assert_int_equal(work->op[2].jump, 5);
    assert_int_equal(work->op[4].jump, 5);
    assert_int_equal(work->op[5].work, sc_scenario_work(&w.scenario, "z"));
    world_end(&w);
}

static void a_parallel_block_becomes_a_fork(void **state)
{
    (void)state;
    static const enum sc_op_kind kinds[] = {SC_OP_FORK, SC_OP_CPU,   SC_OP_END, SC_OP_END,
                                            SC_OP_WAIT, SC_OP_STORE, SC_OP_END, SC_OP_END};
    struct world w = {0};
    const struct sc_work *work = compile(
        &w,
        JSON([ {"parallel" : [ [ {"cpu_ms" : 1} ], [], [ {"wait_ms" : 1}, {"put" : "t"} ] ]} ]));
    kinds_are(work, kinds, 8);
    assert_int_equal(work->op[0].n, 3);
    assert_int_equal(work->op[0].to[0], 1);
    assert_int_equal(work->op[0].to[1], 3);
    assert_int_equal(work->op[0].to[2], 4);
    assert_int_equal(work->op[0].jump, 7);
    world_end(&w);
}

static void shares_become_thresholds(void **state)
{
    (void)state;
    assert_true(sc_threshold(0) == 0);
    assert_true(sc_threshold(0.5) == UINT64_C(1) << 63);
    assert_true(sc_threshold(1) == UINT64_MAX);
    assert_true(sc_threshold(0x1p-64) == 1);
}

static void what_is_no_step_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *steps, *pointer, *words;
    } cases[] = {
        {JSON([ {"cpus_ms" : 3} ]), "/work/w/steps/0/cpus_ms", "did you mean \"cpu_ms\""},
        {JSON([ {"cpu_ms" : -3} ]), "/work/w/steps/0/cpu_ms", "0"},
        {JSON([ {"call" : "v"} ]), "/work/w/steps/0/call", "no work \"v\""},
        {JSON([ {"call" : "w"} ]), "/work/w", "circle"},
        {JSON([ {"parallel" : []} ]), "/work/w/steps/0/parallel", "branches"},
        {JSON([ {"choice" : [ {"frac" : 0.7, "steps" : []}, {"frac" : 0.4, "steps" : []} ]} ]),
         "/work/w/steps/0/choice/1", "add up to 1.1"},
        {JSON([3]), "/work/w/steps/0", "a step is an object"},
        {JSON([ {} ]), "/work/w/steps/0", "empty step"},
        {JSON([ {"emit" : "x"} ]), "/work/w/steps/0/emit", "not supported"},
        {JSON({"cpu_ms" : 3}), "/work/w/steps", "an array of steps"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w = {0};
        world_set(&w, "/work/w/steps", cases[i].steps);
        world_refuses(&w, frame, cases[i].pointer, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_a_program_too),
        cmocka_unit_test(cpu_and_waits_are_pure),
        cmocka_unit_test(stores_are_numbered_and_copied),
        cmocka_unit_test(a_choice_becomes_jumps),
        cmocka_unit_test(a_parallel_block_becomes_a_fork),
        cmocka_unit_test(shares_become_thresholds),
        cmocka_unit_test(what_is_no_step_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
