/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost run --follow: one request's way through each architecture. */
#include "cli/commands.h"
#include "run/outfile.h"
#include "run/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int find_architecture(const struct sc_scenario *s, const char *name)
{
    for (int i = 0; i < s->n_architectures; i++)
        if (strcmp(s->architecture[i].name, name) == 0)
            return i;
    return -1;
}

static int find_source(const struct sc_scenario *s, const char *name, size_t length)
{
    for (int i = 0; i < s->n_sources; i++)
        if (strlen(s->source[i].name) == length && strncmp(s->source[i].name, name, length) == 0)
            return i;
    return -1;
}

/* NUMBER, of the first source, or SOURCE:NUMBER. */
static int read_id(const struct sc_scenario *s, const char *id, struct sc_follow *f,
                   struct sc_error *err)
{
    const char *colon = strrchr(id, ':'), *number = colon ? colon + 1 : id;
    char *end;
    f->source = colon ? find_source(s, id, (size_t)(colon - id)) : 0;
    if (f->source < 0)
        return sc_fail(err, NULL, "--follow %s: the scenario has no traffic of that name", id);
    errno = 0;
    f->number = strtoull(number, &end, 10);
    if (*end != '\0' || *number < '0' || *number > '9' || errno)
        return sc_fail(err, NULL, "--follow %s: NUMBER or SOURCE:NUMBER is wanted, numbers from 0",
                       id);
    return 0;
}

/* Returns whether the request came by. */
static bool follow_in(const struct sc_scenario *s, int architecture, struct sc_follow *f, FILE *out)
{
    struct sc_arena scratch = {0};
    struct sc_record record = {0};
    struct sc_bench bench = {.scenario = s, .follow = f};
    struct sc_trial trial = {.architecture = architecture};
    char line[512];
    f->out = tmpfile();
    if (!f->out)
        return false;
    sc_trial_run(&bench, &trial, &scratch, &record);
    bool came = ftell(f->out) > 0;
    fprintf(out, "%s%s: request %s:%llu, replication 0\n", architecture ? "\n" : "",
            s->architecture[architecture].name, s->source[f->source].name,
            (unsigned long long)f->number);
    rewind(f->out);
    while (fgets(line, sizeof line, f->out))
        fputs(line, out);
    if (!came)
        fputs("  does not come within the horizon and its warm-up\n", out);
    fclose(f->out);
    sc_record_free(&record);
    sc_arena_free(&scratch);
    return came;
}

static int follow(const struct sc_options *o, const struct sc_scenario *s, struct sc_error *err)
{
    struct sc_follow f;
    struct sc_outfile out;
    int only = o->architecture ? find_architecture(s, o->architecture) : -1, came = 0;
    if (o->architecture && only < 0)
        sc_fail(err, NULL, "--architecture %s: the scenario has no architecture of that name",
                o->architecture);
    if (err->message[0] != '\0' || read_id(s, o->follow, &f, err) != 0)
        return SC_EXIT_USAGE;
    if (sc_outfile_open(&out, o->out, err) != 0)
        return SC_EXIT_FAILED;
    for (int i = 0; i < s->n_architectures; i++)
        if (only < 0 || i == only)
            came += follow_in(s, i, &f, out.out);
    if (sc_outfile_close(&out, err) != 0)
        return SC_EXIT_FAILED;
    return came > 0 ? SC_EXIT_DONE : SC_EXIT_FAILED;
}

int sc_command_follow(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_scenario s = {0};
    int code = SC_EXIT_INVALID;
    if (sc_scenario_load(&s, o->arg[0], o->set, (int)o->n_sets, &err) == 0)
        code = follow(o, &s, &err);
    if (err.message[0] != '\0')
        sc_error_print(&err, stderr);
    sc_scenario_free(&s);
    return code;
}
