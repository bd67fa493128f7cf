/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/args.h"

#include "base/names.h"
#include "cli/commands.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cursor {
    int argc, at;
    char *const *argv;
};

SC_PRINTF(2, 3) static int usage(const struct sc_options *o, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("simcost: ", stderr);
    vfprintf(stderr, fmt, args);
    va_end(args);
    const struct sc_command *c = o->command;
    if (c)
        fprintf(stderr, "\nusage: simcost %s%s%s [OPTION...]   (simcost %s --help says more)\n",
                c->name, *c->args ? " " : "", c->args, c->name);
    else
        fputs("\nusage: simcost [COMMAND] SCENARIO [OPTION...]   (simcost --help says more)\n",
              stderr);
    return -1;
}

static int unknown(const struct sc_options *o, const char *what, const char *name,
                   struct sc_nearest *nearest)
{
    const char *meant = sc_nearest_name(nearest), *dashes = strcmp(what, "option") == 0 ? "--" : "";
    if (meant)
        return usage(o, "unknown %s %s%s; did you mean %s%s?", what, dashes, name, dashes, meant);
    return usage(o, "unknown %s %s%s", what, dashes, name);
}

static int take_set(struct sc_options *o, const char *pointer, const char *value)
{
    o->set = sc_grow(o->set, &o->set_cap, o->n_sets + 1, sizeof *o->set);
    o->set[o->n_sets++] = (struct sc_set){pointer, value};
    return 0;
}

static int take_count(const struct sc_options *o, const char *name, const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (errno || *end != '\0' || end == text || n < 1 || n > 4096)
        return usage(o, "--%s %s: a whole number from 1 to 4096 is wanted", name, text);
    *out = n;
    return 0;
}

static bool is_choice(const char *choices, const char *value)
{
    size_t n = strlen(value);
    for (const char *c = choices; c; c = strchr(c, '|') ? strchr(c, '|') + 1 : NULL)
        if (strncmp(c, value, n) == 0 && (c[n] == '|' || c[n] == '\0'))
            return n > 0;
    return false;
}

static int take_text(struct sc_options *o, const struct sc_option *row, const char *value)
{
    assert(row->arg && "a text has a name for what follows");
    if (strchr(row->arg, '|') && !is_choice(row->arg, value))
        return usage(o, "--%s %s: one of %s is wanted", row->name, value, row->arg);
    if (*value == '\0')
        return usage(o, "--%s: %s is empty", row->name, row->arg);
    *(const char **)((char *)o + row->offset) = value;
    return 0;
}

static int take(struct sc_options *o, const struct sc_option *row, const char *value)
{
    char *field = (char *)o + row->offset;
    const char *equals = strchr(value, '=');
    o->used |= UINT64_C(1) << (row - sc_option_table);
    switch (row->kind) {
    case SC_OPTION_FLAG:
        *(bool *)field = true;
        return 0;
    case SC_OPTION_FORMAT:
        *(const char **)field = row->name;
        return 0;
    case SC_OPTION_TEXT:
        return take_text(o, row, value);
    case SC_OPTION_COUNT:
        return take_count(o, row->name, value, (int64_t *)(void *)field);
    case SC_OPTION_SET_AT:
        return take_set(o, sc_arena_printf(&o->arena, "/%s", row->name), value);
    case SC_OPTION_SET:
        if (value[0] != '/' || !equals)
            return usage(o, "--set %s: /POINTER=VALUE is wanted, such as --set /horizon_h=24",
                         value);
        return take_set(o, sc_arena_printf(&o->arena, "%.*s", (int)(equals - value), value),
                        equals + 1);
    }
    return -1;
}

static const struct sc_option *row_named(const char *name, size_t length)
{
    for (const struct sc_option *row = sc_option_table; row->name; row++)
        if (strlen(row->name) == length && strncmp(row->name, name, length) == 0)
            return row;
    return NULL;
}

static int take_with(struct sc_options *o, const struct sc_option *row, const char *attached,
                     struct cursor *c)
{
    if (!row->arg && attached)
        return usage(o, "--%s takes no value", row->name);
    if (row->arg && !attached && c->at >= c->argc)
        return usage(o, "--%s wants %s after it", row->name, row->arg);
    return take(o, row, row->arg ? attached ? attached : c->argv[c->at++] : "");
}

static int read_long(struct sc_options *o, const char *name, struct cursor *c)
{
    size_t length = strcspn(name, "=");
    const struct sc_option *row = row_named(name, length);
    if (row)
        return take_with(o, row, name[length] == '=' ? name + length + 1 : NULL, c);
    struct sc_nearest nearest = {.typed = sc_arena_printf(&o->arena, "%.*s", (int)length, name)};
    for (row = sc_option_table; row->name; row++)
        sc_nearest_offer(&nearest, row->name);
    return unknown(o, "option", nearest.typed, &nearest);
}

/* -q, -o FILE, -oFILE, -qo FILE */
static int read_short(struct sc_options *o, const char *letters, struct cursor *c)
{
    for (; *letters != '\0'; letters++) {
        const struct sc_option *row = sc_option_table;
        while (row->name && row->letter != *letters)
            row++;
        if (!row->name)
            return usage(o, "unknown option -%c", *letters);
        if (row->arg)
            return take_with(o, row, letters[1] ? letters + 1 : NULL, c);
        if (take(o, row, "") != 0)
            return -1;
    }
    return 0;
}

static void add_arg(struct sc_options *o, const char *arg)
{
    o->arg = sc_grow(o->arg, &o->arg_cap, o->n_args + 1, sizeof *o->arg);
    o->arg[o->n_args++] = arg;
}

static const struct sc_command *command_named(const char *name)
{
    for (const struct sc_command *c = sc_command_table; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

/* A first word that is no command is a scenario if it could be a file. */
static int find_command(struct sc_options *o)
{
    const char *word = o->n_args > 0 ? o->arg[0] : NULL;
    const struct sc_command *named = word ? command_named(word) : NULL;
    if (named) {
        o->command = named;
        memmove(o->arg, o->arg + 1, sizeof *o->arg * --o->n_args);
        return 0;
    }
    if (word && !strpbrk(word, "./") && strcmp(word, "-") != 0 && access(word, F_OK) != 0) {
        struct sc_nearest nearest = {.typed = word};
        for (const struct sc_command *c = sc_command_table; c->name; c++)
            sc_nearest_offer(&nearest, c->name);
        return unknown(o, "command", word, &nearest);
    }
    if (word)
        o->command = command_named("run");
    return 0;
}

static int check(struct sc_options *o)
{
    const struct sc_command *c = o->command;
    if (o->help || o->version)
        return 0;
    if (!c)
        return usage(o, "which scenario?");
    for (const struct sc_option *row = sc_option_table; row->name; row++)
        if ((o->used >> (row - sc_option_table) & 1) && !(row->commands & c->mask))
            return usage(o, "%s takes no --%s", c->name, row->name);
    if (o->n_args < c->least)
        return usage(o, "%s wants %s", c->name, c->args);
    if (o->n_args > c->most)
        return usage(o, "%s: one argument too many for %s", o->arg[c->most], c->name);
    if (o->architecture && !o->follow && c->run == sc_command_run)
        return usage(o, "--architecture belongs to --follow");
    return 0;
}

int sc_args_read(struct sc_options *o, int argc, char *const *argv)
{
    *o = (struct sc_options){.format = "text", .color = "auto"};
    struct cursor c = {.argc = argc, .at = 1, .argv = argv};
    bool plain = false;
    while (c.at < argc) {
        const char *word = argv[c.at++];
        int bad = 0;
        if (plain || word[0] != '-' || word[1] == '\0')
            add_arg(o, word);
        else if (strcmp(word, "--") == 0)
            plain = true;
        else
            bad = word[1] == '-' ? read_long(o, word + 2, &c) : read_short(o, word + 1, &c);
        if (bad)
            return -1;
    }
    if (find_command(o) != 0)
        return -1;
    return check(o);
}

void sc_args_free(struct sc_options *o)
{
    sc_release(o->set);
    sc_release(o->arg);
    sc_arena_free(&o->arena);
}
