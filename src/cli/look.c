/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that run nothing: validate, explain, schema. */
#include "cli/commands.h"
#include "run/outfile.h"
#include "scenario/explain.h"
#include "scenario/scenario.h"
#include "scenario/schema.h"

static int complain(const struct sc_error *err, int code)
{
    sc_error_print(err, stderr);
    return code;
}

int sc_command_validate(const struct sc_options *o)
{
    int code = SC_EXIT_DONE;
    for (size_t i = 0; i < o->n_args; i++) {
        struct sc_error err = {0};
        struct sc_scenario s = {0};
        if (sc_scenario_load(&s, o->arg[i], o->set, (int)o->n_sets, &err) != 0)
            code = complain(&err, SC_EXIT_INVALID);
        else if (!o->quiet)
            printf("%s: ok\n", o->arg[i]);
        sc_scenario_free(&s);
    }
    return code;
}

int sc_command_explain(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_scenario s = {0};
    struct sc_outfile f = {0};
    int code = SC_EXIT_DONE;
    if (sc_scenario_load(&s, o->arg[0], o->set, (int)o->n_sets, &err) != 0)
        code = complain(&err, SC_EXIT_INVALID);
    else if (sc_outfile_open(&f, o->out, &err) != 0 || sc_scenario_explain(&s, f.out) != 0 ||
             sc_outfile_close(&f, &err) != 0)
        code = complain(&err, SC_EXIT_FAILED);
    sc_outfile_drop(&f);
    sc_scenario_free(&s);
    return code;
}

int sc_command_schema(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_outfile f = {0};
    if (sc_outfile_open(&f, o->out, &err) != 0)
        return complain(&err, SC_EXIT_FAILED);
    sc_scenario_schema(f.out);
    return sc_outfile_close(&f, &err) != 0 ? complain(&err, SC_EXIT_FAILED) : SC_EXIT_DONE;
}
