/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simcost.h"

#include "report/report.h"

#include <string.h>

enum { DONE = 0, FAILED = 1, INVALID = 3 };

const char *simcost_version(void)
{
    return SC_VERSION;
}

static void tell(const struct sc_error *err, char *message, size_t size)
{
    char place[64] = "";
    if (err->line > 0)
        snprintf(place, sizeof place, "%d:%d:", err->line, err->col);
    if (message && size > 0)
        snprintf(message, size, "%s:%s %s%s%s", err->file, place, err->pointer,
                 *err->pointer ? ": " : "", err->message);
}

static int run(const struct sc_scenario *s, FILE *out)
{
    struct sc_experiment e;
    struct sc_result r;
    struct sc_arena arena = {0};
    sc_experiment_init(&e, s);
    sc_experiment_run(&e, 0, NULL, NULL);
    int bad = sc_result_form(&r, &e);
    struct sc_verdict v = sc_verdict_of(&r, &arena);
    struct sc_report_options options = {0};
    if (bad == 0)
        sc_report_json.write(&r, &v, &options, out);
    sc_arena_free(&arena);
    sc_result_free(&r);
    sc_experiment_free(&e);
    return bad != 0 || fflush(out) != 0 || ferror(out) ? FAILED : DONE;
}

int simcost_run_file(const char *path, FILE *json_out, char *message, size_t size)
{
    struct sc_error err = {0};
    struct sc_scenario s = {0};
    int code = sc_scenario_load(&s, path, NULL, 0, &err) == 0 ? run(&s, json_out) : INVALID;
    if (code == INVALID)
        tell(&err, message, size);
    else if (code == FAILED && message && size > 0)
        snprintf(message, size, "the result could not be written");
    sc_scenario_free(&s);
    return code;
}
