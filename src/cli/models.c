/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost models: what a scenario can name. */
#include "scenario/models.h"
#include "base/names.h"
#include "cli/commands.h"
#include "num/decimal.h"
#include "num/dist.h"
#include "price/stated.h"
#include "report/figures.h"
#include "report/words.h"
#include "scenario/bookfile.h"
#include "scenario/datapath.h"
#include "scenario/scenario.h"
#include "scenario/usagefile.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define A_BOOK "aws-us-east-1"
#define USAGE "usage"

struct shelf {
    struct sc_arena arena;
    struct sc_coldstart_table coldstart;
    struct sc_instance_table instances;
    const char **book; /* ids, ordered */
    size_t n_books, book_cap;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The books that lie beside the one that is always there. */
static int find_books(struct shelf *s, struct sc_error *err)
{
    const char *path = sc_datapath_find("prices", A_BOOK ".json", &s->arena, err);
    if (!path)
        return -1;
    char *folder = sc_arena_text(&s->arena, path);
    *strrchr(folder, '/') = '\0';
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        const char *dot = strrchr(e->d_name, '.');
        if (!dot || strcmp(dot, ".json") != 0)
            continue;
        s->book = sc_grow(s->book, &s->book_cap, s->n_books + 1, sizeof *s->book);
        s->book[s->n_books++] =
            sc_arena_printf(&s->arena, "%.*s", (int)(dot - e->d_name), e->d_name);
    }
    if (dir)
        closedir(dir);
    if (s->n_books > 0)
        qsort(s->book, s->n_books, sizeof *s->book, by_text);
    return 0;
}

static int open_shelf(struct shelf *s, struct sc_error *err)
{
    const char *path = sc_datapath_find("coldstart", "lambda.json", &s->arena, err);
    if (!path || sc_coldstart_read(&s->coldstart, path, &s->arena, err) != 0)
        return -1;
    path = sc_datapath_find("instances", "aws-ec2.json", &s->arena, err);
    if (!path || sc_instances_read(&s->instances, path, &s->arena, err) != 0)
        return -1;
    return find_books(s, err);
}

/* Every name, runtimes once; `each` is called with the kind and the name. */
static void each_name(const struct shelf *s,
                      void (*each)(void *user, const char *kind, const char *name), void *user)
{
    for (const struct sc_service_type *const *t = sc_service_types; *t; t++)
        each(user, "services", (*t)->name);
    for (const struct sc_traffic_type *const *t = sc_traffic_types; *t; t++)
        each(user, "traffic profiles", (*t)->name);
    for (int i = 0; i < s->coldstart.n; i++)
        if (i == 0 ||
            strcmp(s->coldstart.entries[i].runtime, s->coldstart.entries[i - 1].runtime) != 0)
            each(user, "runtimes", s->coldstart.entries[i].runtime);
    for (int i = 0; i < s->instances.n; i++)
        each(user, "machines", s->instances.types[i].name);
    for (size_t i = 0; i < s->n_books; i++)
        each(user, "price books", s->book[i]);
    each(user, "usage files", USAGE);
}

static void print_name(void *user, const char *kind, const char *name)
{
    (void)user;
    (void)kind;
    puts(name);
}

struct listing {
    const char *kind;
    size_t column;
};

static void print_listed(void *user, const char *kind, const char *name)
{
    struct listing *l = user;
    if (strcmp(kind, "services") == 0 || strcmp(kind, "traffic profiles") == 0)
        return; /* told already, with their summaries */
    if (strcmp(l->kind, kind) != 0) {
        printf("\n%s%s\n ", *l->kind ? "\n" : "", kind);
        l->column = 1;
    }
    l->kind = kind;
    if (l->column + strlen(name) + 1 > 80) {
        printf("\n ");
        l->column = 1;
    }
    printf(" %s", name);
    l->column += strlen(name) + 1;
}

static void list(const struct shelf *s)
{
    struct listing l = {.kind = ""};
    puts("services");
    for (const struct sc_service_type *const *t = sc_service_types; *t; t++)
        printf("  %-12s %s\n", (*t)->name, (*t)->summary);
    puts("\ntraffic profiles");
    for (const struct sc_traffic_type *const *t = sc_traffic_types; *t; t++)
        printf("  %-12s %s\n", (*t)->name, (*t)->summary);
    each_name(s, print_listed, &l);
    puts("\n\nOne in full: simcost models NAME");
}

static bool show_table(const char *name)
{
    const struct sc_service_type *service = sc_service_type_named(name);
    const struct sc_traffic_type *traffic = sc_traffic_type_named(name);
    if (service) {
        printf("%s: %s\n", service->name, service->summary);
        sc_fields_describe(service->fields, 2, stdout);
    }
    if (traffic) {
        printf("%s: %s\n", traffic->name, traffic->summary);
        sc_fields_describe(traffic->fields, 2, stdout);
    }
    if (strcmp(name, "scenario") == 0)
        sc_fields_describe(sc_scenario_fields, 0, stdout);
    return service || traffic || strcmp(name, "scenario") == 0;
}

static void show_usage(void)
{
    puts("usage: a file for simcost bill");
    sc_fields_describe(sc_usage_fields, 2, stdout);
    puts("\nan item of it");
    sc_fields_describe(sc_item_fields, 2, stdout);
    puts("\ntypes of items");
    for (const struct sc_stated_type *const *t = sc_stated_types; *t; t++) {
        char head[SC_SCREEN];
        snprintf(head, sizeof head, "  %-14s", (*t)->name);
        sc_paragraph(head, 17, (*t)->summary, stdout);
    }
    puts("\nOne in full: simcost models usage.NAME");
}

/* "usage", or one of its types: "usage.sqs", or "sqs" where nothing else is called so. */
static bool show_stated(struct shelf *s, const char *name)
{
    const size_t n = strlen(USAGE ".");
    const struct sc_stated_type *type =
        sc_stated_type_named(strncmp(name, USAGE ".", n) == 0 ? name + n : name);
    if (strcmp(name, USAGE) == 0) {
        show_usage();
        return true;
    }
    if (type) {
        printf("%s: %s\n", type->name, type->summary);
        sc_fields_describe(sc_stated_fields(type, &s->arena), 2, stdout);
    }
    return type != NULL;
}

/* The value below which the share q of a table of quantiles lies. */
static double quantile_ms(const struct sc_dist *d, double q)
{
    int i = 1;
    if (d->kind != SC_DIST_QUANTILES)
        return sc_dist_mean(d) / 1e6;
    while (i < d->n - 1 && d->p[i] < q)
        i++;
    return (d->x[i - 1] + (d->x[i] - d->x[i - 1]) * (q - d->p[i - 1]) / (d->p[i] - d->p[i - 1])) /
           1e6;
}

static bool show_model(const struct shelf *s, const char *name)
{
    bool found = false;
    for (int i = 0; i < s->coldstart.n; i++) {
        const struct sc_coldstart *c = &s->coldstart.entries[i];
        if (strcmp(c->runtime, name) != 0)
            continue;
        printf("%s %s %s: init p50 %.0f ms, p90 %.0f ms, p99 %.0f ms (%s, as of %s)\n", c->runtime,
               c->package, c->arch, quantile_ms(&c->init_ns, 0.5), quantile_ms(&c->init_ns, 0.9),
               quantile_ms(&c->init_ns, 0.99), s->coldstart.id, s->coldstart.as_of);
        found = true;
    }
    const struct sc_instance_type *machine = sc_instances_find(&s->instances, name);
    if (machine)
        printf("%s: %g vCPU, %lld MB, %s\n", machine->name, (double)machine->vcpu_milli / 1000,
               (long long)machine->memory_mb, machine->arch);
    return found || machine;
}

static bool show_book(struct shelf *s, const char *name, struct sc_error *err)
{
    struct sc_book book = {0};
    char usd[SC_FIGURE_TEXT], units[SC_FIGURE_TEXT];
    if (!bsearch(&name, s->book, s->n_books, sizeof *s->book, by_text))
        return false;
    bool found;
    if (sc_book_load(&book, name, NULL, &s->arena, &found, err) != 0)
        return false;
    printf("%s: %s, %s, as of %s, %d prices\n", book.id, book.region, book.currency, book.as_of,
           book.n);
    for (int i = 0; i < book.n; i++) {
        const struct sc_price *p = sc_book_price(&book, book.prices[i].sku);
        printf("  %-40s", book.prices[i].sku);
        for (int t = 0; t < p->n_tiers; t++)
            printf("%s%s", t ? ", " : "", sc_exact_text(p->tiers[t].usd_e15, SC_USD_DIGITS, usd));
        printf(" USD per %s", p->unit);
        if (p->free_units > 0)
            printf(", %s free%s", sc_amount_text(sc_i128_double(p->free_units), units),
                   p->free_new_account ? " for new accounts" : "");
        puts(p->confirmed ? "" : ", not confirmed");
    }
    return true;
}

static void offer(void *user, const char *kind, const char *name)
{
    (void)kind;
    sc_nearest_offer(user, name);
}

static int show(struct shelf *s, const char *name, struct sc_error *err)
{
    if (show_table(name) || show_stated(s, name) || show_model(s, name) || show_book(s, name, err))
        return SC_EXIT_DONE;
    struct sc_nearest nearest = {.typed = name};
    each_name(s, offer, &nearest);
    const char *meant = sc_nearest_name(&nearest);
    if (err->message[0] == '\0')
        sc_fail(err, NULL, "simcost: there is no model called %s%s%s%s", name,
                meant ? "; did you mean " : "", meant ? meant : "",
                meant ? "?" : "; simcost models lists them");
    return SC_EXIT_USAGE;
}

int sc_command_models(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct shelf s = {0};
    int code = SC_EXIT_DONE;
    if (open_shelf(&s, &err) != 0)
        code = SC_EXIT_INVALID;
    else if (o->n_args > 0)
        code = show(&s, o->arg[0], &err);
    else if (o->names)
        each_name(&s, print_name, NULL);
    else
        list(&s);
    if (err.message[0] != '\0')
        sc_error_print(&err, stderr);
    sc_release(s.book);
    sc_arena_free(&s.arena);
    return code;
}
