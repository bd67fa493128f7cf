/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/load.h"
#include "world.h"

#include <math.h>
#include <string.h>

static void is_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-6 * fabs(wanted) + 1e-9))
        fail_msg("%.17g, and %.17g is wanted", value, wanted);
}

static struct sc_load of(const struct world *w, const char *service, int source)
{
    const struct sc_scenario *s = &w->scenario;
    const struct sc_architecture *a = &s->architecture[0];
    const struct sc_source *list[4];
    struct sc_arena arena = {0};
    for (int i = 0; i < s->n_sources; i++)
        list[i] = &s->source[i];
    const struct sc_load *all = sc_load_new(a, s->work, list, s->n_sources, &arena);
    struct sc_load found = {0};
    for (int i = 0; i < a->n_services; i++)
        if (strcmp(a->service[i].name, service) == 0)
            found = all[i * s->n_sources + source];
    sc_arena_free(&arena);
    return found;
}

/* Shares of choices, failed stores, both branches of a fork, calls to others and inline. */
static void shares_are_followed(void **state)
{
    (void)state;
    struct world w = {0};
    world_open(&w, JSON({
        "work" : {
            "big" : {
                "steps" : [
                    {"cpu_ms" : 13}, {
                        "choice" :
                            [ {"frac" : 0.3, "steps" : [ {"cpu_ms" : 100}, {"wait_ms" : 7} ]} ]
                    },
                    {"parallel" : [ [ {"cpu_ms" : 5} ], [ {"call" : "other"} ] ]},
                    {"call" : "inner"}
                ]
            },
            "inner" : {"steps" : [ {"cpu_ms" : 2} ]},
            "other" : {
                "steps" : [
                    {"get" : "t", "item_bytes" : 1000, "miss_frac" : 0.25},
                    {"cpu_ms" : {"exponential" : {"mean" : 40}}}
                ]
            }
        },
        "traffic" : {
            "a" : {"profile" : {"poisson" : {"per_s" : 10}}, "mix" : {"big" : 0.6, "inner" : 0.4}},
            "b" : {"profile" : {"poisson" : {"per_s" : 3}}, "mix" : {"other" : 1}}
        },
        "architectures" : {
            "x" : {
                "entry" : "lb",
                "services" : {
                    "lb" : {"type" : "alb", "to" : {"other" : "f", "*" : "w"}},
                    "f" : {"type" : "lambda", "runs" : ["other"]},
                    "w" : {"type" : "fleet", "runs" : [ "big", "inner" ]},
                    "t" : {"type" : "dynamodb"}
                }
            }
        }
    }));
    is_near(of(&w, "lb", 0).calls, 1);
    is_near(of(&w, "w", 0).calls, 1.6);
    is_near(of(&w, "w", 0).cpu_ns, 0.6 * (13 + 0.3 * 100 + 5 + 2) * 1e6 + 0.4 * 2e6);
    is_near(of(&w, "w", 0).wait_ns, 0.6 * 0.3 * 7e6);
    is_near(of(&w, "f", 0).calls, 0.6);
    is_near(of(&w, "f", 0).cpu_ns, 0.6 * 0.75 * 40e6);
    is_near(of(&w, "f", 1).calls, 1);
    is_near(of(&w, "f", 1).cpu_ns, 0.75 * 40e6);
    is_near(of(&w, "w", 1).calls, 0);
    const double square = of(&w, "f", 1).square_ns2 / (0.75 * 40e6 * 40e6);
    assert_true(square > 1 && square < 3.5); /* 2, told from a few draws */
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_are_followed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
