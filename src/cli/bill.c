/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost bill: price what usage files state, as one month. */
#include "cli/age.h"
#include "cli/commands.h"
#include "report/billreport.h"
#include "run/outfile.h"

#include <string.h>

static int complain(const struct sc_error *err, int code)
{
    sc_error_print(err, stderr);
    return code;
}

/* --book and --free are for all files. */
static int shared_sets(const struct sc_options *o, struct sc_set *shared)
{
    int n = 0;
    for (size_t i = 0; i < o->n_sets; i++)
        if (strcmp(o->set[i].pointer, "/book") == 0 || strcmp(o->set[i].pointer, "/free") == 0)
            shared[n++] = o->set[i];
    return n;
}

/* All files into the first; other sets are for the first alone. */
static int load(const struct sc_options *o, struct sc_statement *s, struct sc_error *err)
{
    struct sc_set *shared = sc_take(sizeof *shared * (o->n_sets + 1));
    int code = sc_statement_load(&s[0], o->arg[0], o->set, (int)o->n_sets, err);
    int n = shared_sets(o, shared);
    for (size_t i = 1; i < o->n_args && code == 0; i++) {
        code = sc_statement_load(&s[i], o->arg[i], shared, n, err);
        if (code == 0)
            code = sc_statement_merge(&s[0], &s[i], err);
    }
    sc_release(shared);
    return code;
}

/* Several files are told by all their titles and sums. */
static void set_names(struct sc_bill_document *d, const struct sc_statement *s, size_t n,
                      struct sc_arena *arena)
{
    for (size_t i = 1; i < n; i++) {
        d->title =
            sc_arena_printf(arena, "%s + %s", d->title, s[i].title ? s[i].title : "stated usage");
        d->sha256 = sc_arena_printf(arena, "%s+%s", d->sha256, s[i].sha256);
    }
}

static void tell(const struct sc_options *o, const struct sc_statement *s, FILE *out)
{
    struct sc_arena arena = {0};
    struct sc_bill_document d;
    for (int i = 0; i < s->n_books && !o->quiet; i++)
        sc_book_warn_age(s->book[i], stderr);
    sc_bill_document_form(&d, s, &arena);
    set_names(&d, s, o->n_args, &arena);
    sc_bill_format_named(o->format)->write(&d, out);
    sc_arena_free(&arena);
}

int sc_command_bill(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_outfile f = {0};
    struct sc_statement *s = sc_take(sizeof *s * o->n_args);
    int code = SC_EXIT_DONE;
    if (load(o, s, &err) != 0)
        code = complain(&err, SC_EXIT_INVALID);
    else if (sc_outfile_open(&f, o->out, &err) != 0)
        code = complain(&err, SC_EXIT_FAILED);
    else {
        tell(o, s, f.out);
        if (sc_outfile_close(&f, &err) != 0)
            code = complain(&err, SC_EXIT_FAILED);
    }
    sc_outfile_drop(&f);
    for (size_t i = 0; i < o->n_args; i++)
        sc_statement_free(&s[i]);
    sc_release(s);
    return code;
}
