/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost price: the records of a run, priced with another book. */
#include "cli/age.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "run/outfile.h"
#include "run/recordfile.h"

#include <string.h>

/* The last of what --book or --free said; NULL: nothing. */
static const char *said(const struct sc_options *o, const char *pointer)
{
    for (size_t i = o->n_sets; i > 0; i--)
        if (strcmp(o->set[i - 1].pointer, pointer) == 0)
            return o->set[i - 1].value;
    return NULL;
}

/* SC_FREE_NEW_ACCOUNT + 1: no mode. */
static int free_named(const char *mode)
{
    int i = SC_FREE_ALWAYS;
    while (i <= SC_FREE_NEW_ACCOUNT && strcmp(sc_free_name((enum sc_free)i), mode) != 0)
        i++;
    return i;
}

static int prepare(struct sc_recordset *r, const struct sc_options *o, struct sc_error *err)
{
    const char *mode = said(o, "/free");
    if (mode && free_named(mode) > SC_FREE_NEW_ACCOUNT) {
        sc_fail(err, NULL, "--free %s: one of always, none, new_account is wanted", mode);
        return SC_EXIT_USAGE;
    }
    if (sc_recordset_read(r, o->arg, o->n_args, o->quiet ? NULL : stderr, err) != 0)
        return SC_EXIT_INVALID;
    const char *was = r->scenario.book.as_of, *book = said(o, "/book");
    if (sc_recordset_book(r, book, err) != 0)
        return SC_EXIT_INVALID;
    if (mode)
        r->scenario.free = (enum sc_free)free_named(mode);
    if (!o->quiet && !book && strcmp(was, r->scenario.book.as_of) != 0)
        fprintf(stderr, "simcost: book %s is of %s now; it was of %s when the run was priced\n",
                r->scenario.book.id, r->scenario.book.as_of, was);
    if (!o->quiet)
        sc_book_warn_age(&r->scenario.book, stderr);
    return SC_EXIT_DONE;
}

static int tell(const struct sc_recordset *r, const struct sc_options *o, struct sc_error *err)
{
    struct sc_outfile report = {0};
    bool told;
    if (sc_outfile_open(&report, o->out, err) != 0)
        return sc_complain(err, SC_EXIT_FAILED);
    int code = sc_tell(o, &r->experiment, report.out, &told);
    if (code != SC_EXIT_USAGE && sc_outfile_close(&report, err) != 0)
        code = sc_complain(err, SC_EXIT_FAILED);
    sc_outfile_drop(&report);
    return code;
}

int sc_command_price(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_recordset r = {0};
    int code = prepare(&r, o, &err);
    if (code != SC_EXIT_DONE)
        sc_complain(&err, code);
    else
        code = tell(&r, o, &err);
    sc_recordset_free(&r);
    return code;
}
