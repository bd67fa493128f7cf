/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/explain.h"
#include "world.h"
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char text[] = JSON({
    "horizon_h" : 0.1,
    "warmup_h" : 0,
    "work" :
        {"w" : {"steps" : [ {"cpu_ms" : {"lognormal" : {"p50" : 7, "p99" : 31}}}, {"get" : "t"} ]}},
    "traffic" : {"web" : {"profile" : {"poisson" : {"per_s" : 3}}, "rtt_ms" : 31}},
    "common" : {"t" : {"type" : "dynamodb", "stored_gb" : 3}},
    "architectures" : {"a" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
});

static char *explained(struct world *w)
{
    char *out = NULL;
    size_t length = 0;
    FILE *f = open_memstream(&out, &length);
    assert_int_equal(sc_scenario_explain(&w->scenario, f), 0);
    fclose(f);
    return out;
}

static const struct cJSON *at(const struct sc_doc *doc, const char *pointer)
{
    const struct cJSON *item = sc_json_at(doc, pointer);
    if (!item)
        fail_msg("there is nothing at %s", pointer);
    return item;
}

static void every_default_is_said_with_its_origin(void **state)
{
    (void)state;
    struct world w = {0};
    struct sc_doc doc = {0};
    struct sc_error err = {0};
    world_open(&w, text);
    char *out = explained(&w);
    assert_int_equal(sc_doc_parse(&doc, "explained", out, strlen(out), &err), 0);
    const char *fn = "/scenario/architectures/a/services/fn/memory_mb";
    assert_true(sc_json_number(at(&doc, fn)) == 128);
    assert_true(sc_json_number(at(&doc, "/scenario/traffic/web/rtt_ms")) == 31);
    assert_true(sc_json_number(at(&doc, "/scenario/common/t/network_ms")) == 0.75);
    assert_true(sc_json_number(at(&doc, "/scenario/architectures/a/services/fn/timeout_s")) == 3);
    assert_string_equal(
        sc_json_string(at(&doc, "/origins/~1architectures~1a~1services~1fn~1memory_mb")),
        "LAMBDA-CPU-1");
    assert_null(sc_json_at(&doc, "/origins/~1traffic~1web~1rtt_ms")); /* it was written */
    assert_true(sc_json_number(at(&doc, "/resolved/horizon_h")) == 0.1);
    assert_true(sc_json_number(at(&doc, "/resolved/month_scale")) == 7300);
    sc_doc_free(&doc);
    free(out);
    world_end(&w);
}

/* What is explained is a scenario, and the same one. */
static void what_is_explained_runs_alike(void **state)
{
    (void)state;
    struct world w = {0}, again = {0};
    struct sc_doc doc = {0};
    struct sc_error err = {0};
    world_open(&w, text);
    world_trial(&w, "a", 1);
    char *out = explained(&w);
    assert_int_equal(sc_doc_parse(&doc, "explained", out, strlen(out), &err), 0);
    char *scenario = strstr(out, "{\"scenario\":") + 12;
    char *end = strstr(scenario, "\"resolved\"");
    while (*end != ',')
        end--;
    *end = '\0';
    assert_int_equal(
        sc_scenario_parse(&again.scenario, "explained", scenario, strlen(scenario), &again.err), 0);
    again.open = true;
    world_trial(&again, "a", 1);
    static const char *const same[] = {"requests",        "fn/cold_starts", "fn/busy_ns",
                                       "fn/billed_mb_ms", "fn/init_ns",     "t/half_read_units"};
    for (int i = 0; i < 6; i++)
        world_is(&again, same[i], world_value(&w, same[i]));
    sc_doc_free(&doc);
    free(out);
    world_end(&w);
    world_end(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_is_said_with_its_origin),
        cmocka_unit_test(what_is_explained_runs_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
