/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/datapath.h"

#include "base/names.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PLACES = 16 };

struct places {
    const char *dir[MOST_PLACES];
    int n;
};

static void add(struct places *p, const char *dir)
{
    if (p->n < MOST_PLACES)
        p->dir[p->n++] = dir;
}

static void add_shared(struct places *p, const char *list, struct sc_arena *arena)
{
    for (const char *at = list; at && *at; at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL)
        add(p, sc_arena_printf(arena, "%.*s/simcost", (int)strcspn(at, ":"), at));
}

static void find_places(struct places *p, struct sc_arena *arena)
{
    const char *own = getenv("SIMCOST_DATA_DIR"), *user = getenv("XDG_DATA_HOME"),
               *home = getenv("HOME");
    if (own && *own)
        add(p, own);
    if (user && *user)
        add(p, sc_arena_printf(arena, "%s/simcost", user));
    else if (home && *home)
        add(p, sc_arena_printf(arena, "%s/.local/share/simcost", home));
    add_shared(p, getenv("XDG_DATA_DIRS"), arena);
#ifdef SC_DATA_DIR_SOURCE
    add(p, SC_DATA_DIR_SOURCE);
#endif
#ifdef SC_DATA_DIR_DEFAULT
    add(p, SC_DATA_DIR_DEFAULT);
#endif
}

/* The name that was meant, and all that are there. */
static void offer(struct sc_nearest *near, const char *dir, struct sc_arena *arena,
                  const char **all)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        size_t n = strlen(e->d_name);
        if (n <= 5 || strcmp(e->d_name + n - 5, ".json") != 0)
            continue;
        const char *name = sc_arena_printf(arena, "%.*s", (int)(n - 5), e->d_name);
        sc_nearest_offer(near, name);
        if (!strstr(*all, name) && strlen(*all) < 400)
            *all = sc_arena_printf(arena, "%s%s%s", *all, **all ? ", " : "", name);
    }
    closedir(d);
}

const char *sc_datapath_find(const char *folder, const char *file, struct sc_arena *arena,
                             struct sc_error *err)
{
    struct places p = {.n = 0};
    find_places(&p, arena);
    for (int i = 0; i < p.n; i++) {
        const char *path = sc_arena_printf(arena, "%s/%s/%s", p.dir[i], folder, file);
        if (!strchr(file, '/') && access(path, R_OK) == 0)
            return path;
    }
    const char *typed = sc_arena_printf(arena, "%.*s", (int)strlen(file) - 5, file), *all = "";
    struct sc_nearest near = {.typed = typed};
    for (int i = 0; i < p.n; i++)
        offer(&near, sc_arena_printf(arena, "%s/%s", p.dir[i], folder), arena, &all);
    const char *best = sc_nearest_name(&near);
    if (best)
        sc_fail(err, NULL, "there is no \"%s\" among the %s; did you mean \"%s\"?", typed, folder,
                best);
    else
        sc_fail(err, NULL, "there is no \"%s\" among the %s%s%s", typed, folder,
                *all ? "; there are: " : "", all);
    return NULL;
}
