/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/datapath.h"

#include "base/names.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PLACES = 16, MOST_LISTED = 400 };

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

struct names {
    const char **name;
    size_t n, cap;
};

static void add_names(struct names *all, const char *dir, struct sc_arena *arena)
{
    DIR *d = opendir(dir);
    for (const struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        size_t n = strlen(e->d_name);
        if (n <= 5 || strcmp(e->d_name + n - 5, ".json") != 0)
            continue;
        all->name = sc_grow(all->name, &all->cap, all->n + 1, sizeof *all->name);
        all->name[all->n++] = sc_arena_printf(arena, "%.*s", (int)(n - 5), e->d_name);
    }
    if (d)
        closedir(d);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *sc_datapath_list(const char *folder, struct sc_arena *arena, int *n)
{
    struct places p = {.n = 0};
    struct names all = {0};
    find_places(&p, arena);
    for (int i = 0; i < p.n; i++)
        add_names(&all, sc_arena_printf(arena, "%s/%s", p.dir[i], folder), arena);
    if (all.n > 0)
        qsort(all.name, all.n, sizeof *all.name, by_text);
    const char **once = SC_NEW_ARRAY(arena, const char *, all.n);
    *n = 0;
    for (size_t i = 0; i < all.n; i++)
        if (i == 0 || strcmp(all.name[i], all.name[i - 1]) != 0)
            once[(*n)++] = all.name[i];
    sc_release(all.name);
    return once;
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
    int n;
    const char *typed = sc_arena_printf(arena, "%.*s", (int)strlen(file) - 5, file), *all = "";
    const char *const *name = sc_datapath_list(folder, arena, &n);
    struct sc_nearest near = {.typed = typed};
    for (int i = 0; i < n; i++) {
        sc_nearest_offer(&near, name[i]);
        if (strlen(all) < MOST_LISTED)
            all = sc_arena_printf(arena, "%s%s%s", all, i > 0 ? ", " : "", name[i]);
    }
    const char *best = sc_nearest_name(&near);
    if (best)
        sc_fail(err, NULL, "there is no \"%s\" among the %s; did you mean \"%s\"?", typed, folder,
                best);
    else
        sc_fail(err, NULL, "there is no \"%s\" among the %s%s%s", typed, folder,
                *all ? "; there are: " : "", all);
    return NULL;
}
