/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, version and completion, all from the tables. */
#include "base/names.h"
#include "cli/commands.h"
#include "report/words.h"
#include "run/estimate.h"
#include "run/record.h"

#include <string.h>

struct topic {
    const char *name, *text;
};

static const struct topic topics[] = {
    {"exit-codes", "0  done\n"
                   "1  the run failed: a file could not be written, a pipe was closed\n"
                   "2  usage: an unknown command, option or name\n"
                   "3  an invalid scenario, price book or trace\n"
                   "4  no architecture meets the objective (with --check)\n"
                   "130 or 143  stopped by a signal; what was finished is written\n"},
    {"output", "Results go to the standard output, messages and progress to the standard error.\n"
               "A file given with --output or --records appears whole or not at all.\n"
               "Every estimate is a mean over replications with its 95 % interval (Student's t);\n"
               "in JSON {\"mean\", \"lo\", \"hi\", \"n\"}, lo and hi null for one replication.\n"
               "Equal scenario, seed and version give equal bytes, whatever --jobs is.\n"
               "Lost requests were throttled, failed, timed out or unfinished at the end.\n"
               "* marks the choice, ! an architecture that cannot keep up with the traffic.\n"},
    {"sets", "--set /POINTER=VALUE changes the scenario before it is checked. POINTER is a JSON\n"
             "pointer (RFC 6901), VALUE is JSON, or else a string. Repeat it for more changes.\n"
             "  simcost api.json --set /architectures/serverless/services/fn/memory_mb=1024\n"
             "  simcost api.json --set /horizon_h=24 --set /book=aws-eu-central-1\n"},
    {"scenario",
     "A scenario is one JSON file: work (what a request costs), traffic (when requests\n"
     "come), architectures (the services that do the work), horizon and objective.\n"
     "  simcost init > api.json        a scenario to begin with\n"
     "  simcost validate api.json      check it\n"
     "  simcost explain api.json       see every default and where it is from\n"
     "  simcost models lambda          see the keys of a service\n"
     "  simcost schema > simcost.schema.json   completion in an editor\n"},
    {"environment", "SIMCOST_DATA_DIR  where models and price books are looked for first\n"
                    "XDG_DATA_HOME, XDG_DATA_DIRS  the next places, with /simcost\n"
                    "SOURCE_DATE_EPOCH  today, for the age of price books\n"
                    "NO_COLOR  not empty: no colours\n"
                    "TERM  dumb: no colours, no progress\n"},
};
enum { N_TOPICS = sizeof topics / sizeof *topics };

static void print_options(unsigned mask)
{
    puts("\noptions:");
    for (const struct sc_option *o = sc_option_table; o->name; o++) {
        if (!(o->commands & mask))
            continue;
        char head[64], letter[8] = "    ";
        if (o->letter)
            snprintf(letter, sizeof letter, "-%c, ", o->letter);
        snprintf(head, sizeof head, "  %s--%s%s%s", letter, o->name, o->arg ? " " : "",
                 o->arg ? o->arg : "");
        if (strlen(head) > 27) {
            puts(head);
            head[0] = '\0';
        }
        char padded[80];
        snprintf(padded, sizeof padded, "%-28s", head);
        sc_paragraph(padded, 28, o->help, stdout);
    }
}

static void command_help(const struct sc_command *c)
{
    printf("usage: simcost %s%s%s [OPTION...]\n\n", c->name, *c->args ? " " : "", c->args);
    sc_paragraph("", 0, c->summary, stdout);
    print_options(c->mask);
}

static void general_help(void)
{
    puts("usage: simcost [run] SCENARIO [OPTION...]\n"
         "       simcost COMMAND [ARGUMENT...] [OPTION...]\n\n"
         "What does each cloud architecture cost, and how long do its users wait?\n\n"
         "commands:");
    for (const struct sc_command *c = sc_command_table; c->name; c++) {
        char head[64];
        snprintf(head, sizeof head, "  %s %-*s", c->name, 24 - (int)strlen(c->name), c->args);
        sc_paragraph(head, 27, c->summary, stdout);
    }
    puts("\nexamples:\n"
         "  simcost init > api.json\n"
         "  simcost api.json\n"
         "  simcost api.json --json -o result.json --set /seed=7\n"
         "  simcost api.json --check --quiet || echo 'too slow'\n\n"
         "simcost COMMAND --help lists its options; - is the standard input or output.");
    printf("simcost help TOPIC:");
    for (int i = 0; i < N_TOPICS; i++)
        printf(" %s%s", topics[i].name, i + 1 < N_TOPICS ? "," : "\n");
}

static const struct sc_command *command_named(const char *name)
{
    for (const struct sc_command *c = sc_command_table; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static int unknown_topic(const char *name)
{
    struct sc_nearest nearest = {.typed = name};
    for (int i = 0; i < N_TOPICS; i++)
        sc_nearest_offer(&nearest, topics[i].name);
    for (const struct sc_command *c = sc_command_table; c->name; c++)
        sc_nearest_offer(&nearest, c->name);
    const char *meant = sc_nearest_name(&nearest);
    fprintf(stderr, "simcost: no help on %s%s%s%s\n", name, meant ? "; did you mean " : "",
            meant ? meant : "", meant ? "?" : "; simcost --help lists the topics");
    return SC_EXIT_USAGE;
}

int sc_command_help(const struct sc_options *o)
{
    bool asked = !o->help && strcmp(o->command->name, "help") == 0;
    const char *name = !asked          ? (o->command ? o->command->name : NULL)
                       : o->n_args > 0 ? o->arg[0]
                                       : NULL;
    const struct sc_command *c = name ? command_named(name) : NULL;
    if (!name) {
        general_help();
        return SC_EXIT_DONE;
    }
    if (c) {
        command_help(c);
        return SC_EXIT_DONE;
    }
    for (int i = 0; i < N_TOPICS; i++)
        if (strcmp(topics[i].name, name) == 0) {
            fputs(topics[i].text, stdout);
            return SC_EXIT_DONE;
        }
    return unknown_topic(name);
}

int sc_command_version(const struct sc_options *o)
{
    (void)o;
    printf("simcost %s (%s)\n", SC_VERSION, sc_estimate_library());
    return SC_EXIT_DONE;
}

static void options_of(unsigned mask)
{
    const char *space = "";
    for (const struct sc_option *o = sc_option_table; o->name; o++)
        if (o->commands & mask) {
            printf("%s--%s", space, o->name);
            space = " ";
        }
}

int sc_command_completion(const struct sc_options *o)
{
    (void)o;
    puts("# SPDX-License-Identifier: GPL-3.0-or-later\n"
         "# bash completion for simcost; printed by `simcost completion`\n"
         "_simcost()\n"
         "{\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options\n"
         "    COMPREPLY=()\n"
         "    case $before in\n"
         "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$word\")); return ;;\n"
         "    models) COMPREPLY=($(compgen -W \"--names $(simcost models --names 2>/dev/null)\" -- "
         "\"$word\")); return ;;");
    printf("    help) COMPREPLY=($(compgen -W '");
    for (const struct sc_command *c = sc_command_table; c->name; c++)
        printf("%s ", c->name);
    for (int i = 0; i < N_TOPICS; i++)
        printf("%s%s", topics[i].name, i + 1 < N_TOPICS ? " " : "' -- \"$word\")); return ;;\n");
    puts("    esac\n    case ${COMP_WORDS[1]} in");
    for (const struct sc_command *c = sc_command_table; c->name; c++) {
        printf("    %s) options='", c->name);
        options_of(c->mask);
        puts("' ;;");
    }
    printf("    *) options='");
    options_of(sc_command_table[0].mask);
    puts("' ;;\n    esac\n"
         "    if [[ $word == -* ]]; then\n"
         "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "    else");
    printf("        [[ $COMP_CWORD == 1 ]] && COMPREPLY=($(compgen -W '");
    for (const struct sc_command *c = sc_command_table; c->name; c++)
        printf("%s%s", c->name, c[1].name ? " " : "' -- \"$word\"))\n");
    puts("        COMPREPLY+=($(compgen -f -- \"$word\"))\n"
         "    fi\n"
         "}\n"
         "complete -o filenames -F _simcost simcost");
    return SC_EXIT_DONE;
}
