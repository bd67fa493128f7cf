/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tell.h"

#include "cli/watch.h"
#include "report/hgrm.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

int sc_complain(const struct sc_error *err, int code)
{
    sc_error_print(err, stderr);
    return code;
}

static bool wants_color(const struct sc_options *o, FILE *out)
{
    const char *no = getenv("NO_COLOR");
    if (strcmp(o->color, "auto") != 0)
        return strcmp(o->color, "always") == 0;
    return !(no && *no) && sc_watch_is_terminal(out);
}

static int write(const struct sc_options *o, const struct sc_result *r, const struct sc_verdict *v,
                 FILE *out)
{
    struct sc_error err = {0};
    if (o->hgrm) {
        const struct sc_hist *h = sc_hgrm_find(r, o->hgrm, &err);
        if (!h)
            return sc_complain(&err, SC_EXIT_USAGE);
        sc_hgrm_write(h, out);
        return SC_EXIT_DONE;
    }
    struct sc_report_options options = {.detail = o->detail, .color = wants_color(o, out)};
    sc_report_format_named(o->format)->write(r, v, &options, out);
    return SC_EXIT_DONE;
}

int sc_tell(const struct sc_options *o, const struct sc_experiment *e, FILE *out, bool *told)
{
    struct sc_result r = {0};
    struct sc_arena arena = {0};
    int code = SC_EXIT_DONE;
    *told = sc_result_form(&r, e) == 0;
    if (*told) {
        struct sc_verdict v = sc_verdict_of(&r, &arena);
        code = o->check && v.choice < 0 ? SC_EXIT_MISSED : SC_EXIT_DONE;
        if (out && write(o, &r, &v, out) != SC_EXIT_DONE)
            code = SC_EXIT_USAGE;
    }
    sc_arena_free(&arena);
    sc_result_free(&r);
    return code;
}
