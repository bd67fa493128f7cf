/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost diff: why two results cost differently. */
#include "report/diff.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "run/outfile.h"

#include <string.h>

static int tell(const struct sc_diff *d, const struct sc_options *o, struct sc_error *err)
{
    struct sc_outfile f = {0};
    if (sc_outfile_open(&f, o->out, err) != 0)
        return sc_complain(err, SC_EXIT_FAILED);
    if (strcmp(o->format, "json") == 0)
        sc_diff_write_json(d, f.out);
    else if (strcmp(o->format, "csv") == 0)
        sc_diff_write_csv(d, f.out);
    else
        sc_diff_write_text(d, f.out);
    int code = sc_outfile_close(&f, err) == 0 ? SC_EXIT_DONE : sc_complain(err, SC_EXIT_FAILED);
    sc_outfile_drop(&f);
    return code;
}

int sc_command_diff(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_diff d = {0};
    int code;
    if (sc_diff_read(&d.a, o->arg[0], &d.arena, &err) != 0 ||
        sc_diff_read(&d.b, o->arg[1], &d.arena, &err) != 0)
        code = sc_complain(&err, SC_EXIT_INVALID);
    else if (sc_diff_form(&d, o->architecture, &err) != 0)
        code = sc_complain(&err, o->architecture ? SC_EXIT_USAGE : SC_EXIT_INVALID);
    else
        code = tell(&d, o, &err);
    sc_diff_free(&d);
    return code;
}
