/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schema.h"

#include "io/fields.h"
#include "scenario/load.h"
#include "scenario/usagefile.h"
#include "service/service.h"
#include "traffic/traffic.h"

static void print_required(const struct sc_field *table, const char *also, FILE *out)
{
    const char *comma = also ? ", " : "";
    fprintf(out, "\"required\": [%s%s%s", also ? "\"" : "", also ? also : "", also ? "\"" : "");
    for (const struct sc_field *f = table; f->key; f++)
        if (f->required) {
            fprintf(out, "%s\"%s\"", comma, f->key);
            comma = ", ";
        }
    fputs("]", out);
}

/* One closed object; `more` are further properties, ending with a comma. */
static void print_object(const struct sc_field *table, const char *required, const char *more,
                         FILE *out)
{
    fputs("{\"type\": \"object\", \"additionalProperties\": false, ", out);
    print_required(table, required, out);
    fprintf(out, ", \"properties\": {%s", more);
    sc_fields_schema(table, out);
    fputs("}}", out);
}

static void define(const char *name, const struct sc_field *table, FILE *out)
{
    fprintf(out, ",\n\"%s\": ", name);
    print_object(table, NULL, "", out);
}

static const char routes[] = "\"to\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"object\", "
                             "\"additionalProperties\": {\"anyOf\": [{\"type\": "
                             "\"string\"}, {\"type\": \"object\", \"additionalProperties\": "
                             "{\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}}]}}]},";
static const char runs[] =
    "\"runs\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"minItems\": 1},";

static void print_services(FILE *out)
{
    fputs(",\n\"services\": {\"type\": \"object\", \"additionalProperties\": {\"$ref\": "
          "\"#/definitions/service\"}}",
          out);
    fputs(",\n\"service\": {\"type\": \"object\", \"required\": [\"type\"], \"oneOf\": [", out);
    for (int i = 0; sc_service_types[i]; i++) {
        const struct sc_service_type *t = sc_service_types[i];
        char more[1024];
        snprintf(more, sizeof more, "\"type\": {\"const\": \"%s\"},%s%s", t->name,
                 t->routes ? routes : "", t->computes ? runs : "");
        fputs(i > 0 ? ",\n" : "\n", out);
        print_object(t->fields, "type", more, out);
    }
    fputs("]}", out);
}

/* A list may stand for the object of a profile that is hardly more than one. */
static void print_profiles(FILE *out)
{
    fputs(",\n\"profile\": {\"type\": \"object\", \"minProperties\": 1, \"maxProperties\": 1, "
          "\"additionalProperties\": false, "
          "\"properties\": {",
          out);
    for (int i = 0; sc_traffic_types[i]; i++) {
        const struct sc_traffic_type *t = sc_traffic_types[i];
        fprintf(out, "%s\n\"%s\": {\"anyOf\": [{\"type\": \"array\"}, ", i > 0 ? "," : "", t->name);
        print_object(t->fields, NULL, "", out);
        fputs("]}", out);
    }
    fputs("}}", out);
}

static void print_steps(FILE *out)
{
    fputs(",\n\"steps\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/step\"}}",
          out);
    fputs(",\n\"step\": {\"oneOf\": [\n", out);
    for (const struct sc_field *f = sc_timed_fields; f->key; f++) {
        struct sc_field one[2] = {*f, {.key = NULL}};
        one[0].required = 1;
        print_object(one, NULL, "", out);
        fputs(",\n", out);
    }
    for (int i = 0; sc_store_verbs[i]; i++) {
        char more[64];
        snprintf(more, sizeof more, "\"%s\": {\"type\": \"string\"},", sc_store_verbs[i]);
        print_object(sc_store_fields, sc_store_verbs[i], more, out);
        fputs(",\n", out);
    }
    fputs("{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"call\"], "
          "\"properties\": {\"call\": {\"type\": "
          "\"string\"}}},\n"
          "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"parallel\"], "
          "\"properties\": {\"parallel\": "
          "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": "
          "\"#/definitions/steps\"}}}},\n"
          "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"choice\"], "
          "\"properties\": {\"choice\": "
          "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
          "\"additionalProperties\": false, \"required\": "
          "[\"frac\", \"steps\"], \"properties\": {\"frac\": {\"type\": \"number\", \"minimum\": "
          "0, \"maximum\": 1}, \"steps\": "
          "{\"$ref\": \"#/definitions/steps\"}}}}}}]}",
          out);
}

void sc_scenario_schema(FILE *out)
{
    fputs("{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n\"title\": \"simcost "
          "scenario\",\n",
          out);
    fputs("\"type\": \"object\", \"additionalProperties\": false, ", out);
    print_required(sc_scenario_fields, NULL, out);
    fputs(",\n\"properties\": {", out);
    sc_fields_schema(sc_scenario_fields, out);
    fputs("},\n\"definitions\": {\n\"distribution\": ", out);
    sc_distribution_schema(out);
    define("objective", sc_objective_fields, out);
    define("precision", sc_precision_fields, out);
    define("work", sc_work_fields, out);
    define("traffic", sc_traffic_fields, out);
    define("architecture", sc_architecture_fields, out);
    define("account", sc_account_fields, out);
    define("commitment", sc_commitment_fields, out);
    print_services(out);
    print_profiles(out);
    print_steps(out);
    fputs("}}\n", out);
}
