/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of its own for a scenario and its trace, there only while they are read. */
struct folder {
    char name[256], scenario[300], arrivals[300];
};

static FILE *begin_file(const char *path)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    return out;
}

static void write_arrivals(const struct arrivals *a, const char *path)
{
    FILE *out = begin_file(path);
    fputs("at,ms,key,mb\n", out);
    for (; a->n > 0; a++)
        for (int i = 0; i < a->n; i++)
            fprintf(out, "%" PRId64 ",%.6f,%s,%g\n", a->at_ns + i * a->gap_ns, a->duration_ms,
                    a->key ? a->key : "k", a->memory_mb);
    assert_int_equal(fclose(out), 0);
}

static void make_folder(struct folder *f)
{
    const char *top = getenv("TMPDIR");
    snprintf(f->name, sizeof f->name, "%s/world-XXXXXX", top && *top ? top : ".");
    assert_non_null(mkdtemp(f->name));
    snprintf(f->scenario, sizeof f->scenario, "%s/scenario.json", f->name);
    snprintf(f->arrivals, sizeof f->arrivals, "%s/a.csv", f->name);
}

static void remove_folder(const struct folder *f)
{
    remove(f->scenario);
    remove(f->arrivals);
    rmdir(f->name);
}

void world_set(struct world *w, const char *pointer, const char *value)
{
    assert_true(w->n_sets < WORLD_SETS);
    w->set[w->n_sets++] = (struct sc_set){pointer, value};
}

int world_load(struct world *w, const char *text)
{
    struct folder f;
    make_folder(&f);
    FILE *out = begin_file(f.scenario);
    fprintf(out, "{\"title\": \"a world\", \"book\": \"aws-us-east-1\", %s", text + 1);
    assert_int_equal(fclose(out), 0);
    if (w->arrivals)
        write_arrivals(w->arrivals, f.arrivals);
    w->open = true;
    w->err = (struct sc_error){0};
    int failed = sc_scenario_load(&w->scenario, f.scenario, w->set, w->n_sets, &w->err);
    w->scenario.path = "scenario.json";
    remove_folder(&f);
    return failed;
}

void world_open(struct world *w, const char *text)
{
    if (world_load(w, text) != 0) {
        sc_error_print(&w->err, stderr);
        fail_msg("the world does not load: %s", w->err.message);
    }
}

static int place_of(const struct world *w, const char *architecture)
{
    for (int i = 0; i < w->scenario.n_architectures; i++)
        if (strcmp(w->scenario.architecture[i].name, architecture) == 0)
            return i;
    fail_msg("there is no architecture %s", architecture);
    return -1;
}

void world_trial(struct world *w, const char *architecture, int replication)
{
    struct sc_bench bench = {.scenario = &w->scenario, .one_by_one = w->one_by_one};
    struct sc_trial t = {.architecture = place_of(w, architecture), .replication = replication};
    if (w->ran)
        sc_record_free(&w->record);
    sc_trial_run(&bench, &t, &w->scratch, &w->record);
    w->ran = true;
}

void world_run(struct world *w, const char *text)
{
    world_open(w, text);
    assert_int_equal(w->scenario.n_architectures, 1);
    world_trial(w, w->scenario.architecture[0].name, 0);
}

void world_end(struct world *w)
{
    if (w->ran)
        sc_record_free(&w->record);
    if (w->open)
        sc_scenario_free(&w->scenario);
    sc_arena_free(&w->scratch);
    *w = (struct world){0};
}

int64_t world_value(const struct world *w, const char *name)
{
    const struct sc_ledger *l = &w->record.ledger;
    for (size_t i = 0; i < l->n_counters; i++)
        if (strcmp(l->counter[i].name, name) == 0)
            return l->counter[i].value;
    for (size_t i = 0; i < l->n_meters; i++)
        if (strcmp(l->meter[i].name, name) == 0)
            return (int64_t)l->meter[i].sum;
    fail_msg("there is no counter and no meter %s", name);
    return 0;
}

static const struct sc_hist *hist_of(const struct world *w, const char *name)
{
    const struct sc_hist *h = sc_ledger_find_hist(&w->record.ledger, name);
    if (!h)
        fail_msg("there is no histogram %s", name);
    return h;
}

uint64_t world_waits(const struct world *w, const char *name)
{
    return sc_hist_count(hist_of(w, name));
}

double world_wait_ms(const struct world *w, const char *name, double q)
{
    return sc_hist_quantile(hist_of(w, name), q) * 1e-6;
}

void world_between(const struct world *w, const char *name, int64_t low, int64_t high)
{
    int64_t value = world_value(w, name);
    if (value < low || value > high)
        fail_msg("%s is %" PRId64 "; %" PRId64 " to %" PRId64 " is wanted", name, value, low, high);
}

void world_is(const struct world *w, const char *name, int64_t value)
{
    world_between(w, name, value, value);
}

void world_refuses(struct world *w, const char *text, const char *pointer, const char *words)
{
    if (world_load(w, text) == 0)
        fail_msg("it loads, and should fail at %s: %s", pointer, words);
    if (strcmp(w->err.pointer, pointer) != 0 || !strstr(w->err.message, words))
        fail_msg("fails at %s: %s", w->err.pointer, w->err.message);
    world_end(w);
}
