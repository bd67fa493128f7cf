/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/focus.h"

#include "num/decimal.h"
#include "report/figures.h"

#include <stdlib.h>
#include <string.h>

/* Costs have ten decimals: what FinOps tools keep, and finer than any share of a cent. */
enum { USD_DIGITS = 15, COST_DIGITS = 10, CELL = 128 };

/* By what a SKU begins with: AWS's name of the service, and FOCUS's of its category. */
struct service {
    const char *prefix, *name, *category;
};

static const struct service services[] = {
    {"apigateway.", "Amazon API Gateway", "Integration"},
    {"apprunner.", "AWS App Runner", "Compute"},
    {"appsync.", "AWS AppSync", "Integration"},
    {"aurora.", "Amazon Relational Database Service", "Databases"},
    {"cloudfront.", "Amazon CloudFront", "Networking"},
    {"cloudwatch.", "Amazon CloudWatch", "Management and Governance"},
    {"datatransfer.", "AWS Data Transfer", "Networking"},
    {"dynamodb.", "Amazon DynamoDB", "Databases"},
    {"ebs.", "Amazon Elastic Block Store", "Storage"},
    {"ec2.", "Amazon Elastic Compute Cloud", "Compute"},
    {"ec2_sp_", "Savings Plans for AWS Compute usage", "Compute"},
    {"compute_sp_", "Savings Plans for AWS Compute usage", "Compute"},
    {"ecr.", "Amazon Elastic Container Registry", "Compute"},
    {"ecs.", "Amazon Elastic Container Service", "Compute"},
    {"eks.", "Amazon Elastic Kubernetes Service", "Compute"},
    {"elasticache.", "Amazon ElastiCache", "Databases"},
    {"elb.", "Elastic Load Balancing", "Networking"},
    {"eventbridge.", "Amazon EventBridge", "Integration"},
    {"fargate.", "AWS Fargate", "Compute"},
    {"kinesis.", "Amazon Kinesis", "Analytics"},
    {"kms.", "AWS Key Management Service", "Security"},
    {"lambda.", "AWS Lambda", "Compute"},
    {"rds.", "Amazon Relational Database Service", "Databases"},
    {"s3.", "Amazon Simple Storage Service", "Storage"},
    {"secretsmanager.", "AWS Secrets Manager", "Security"},
    {"ses.", "Amazon Simple Email Service", "Business Applications"},
    {"sns.", "Amazon Simple Notification Service", "Integration"},
    {"sqs.", "Amazon Simple Queue Service", "Integration"},
    {"ssm.", "AWS Systems Manager", "Management and Governance"},
    {"stepfunctions.", "AWS Step Functions", "Integration"},
    {"vpc.", "Amazon Virtual Private Cloud", "Networking"},
    {"xray.", "AWS X-Ray", "Developer Tools"},
    {"", "", "Other"},
};

static const struct service *service_of(const char *sku)
{
    const struct service *s = services;
    while (strncmp(sku, s->prefix, strlen(s->prefix)) != 0)
        s++;
    return s;
}

static char *cost_text(sc_i128 usd_e15, char *text)
{
    return sc_exact_text(sc_muldiv(usd_e15, 1, 100000), COST_DIGITS, text);
}

static const char *billed(const struct sc_focus_row *r, char *text)
{
    return cost_text(r->billed_e15, text);
}

static const char *effective(const struct sc_focus_row *r, char *text)
{
    return cost_text(r->effective_e15, text);
}

static const char *list(const struct sc_focus_row *r, char *text)
{
    return r->has_list ? cost_text(r->list_e15, text) : NULL;
}

static const char *list_unit(const struct sc_focus_row *r, char *text)
{
    return r->has_list ? sc_exact_text(r->list_unit_e15, USD_DIGITS, text) : NULL;
}

static const char *currency(const struct sc_focus_row *r, char *text)
{
    (void)r;
    (void)text;
    return "USD";
}

static const char *begin(const struct sc_focus_row *r, char *text)
{
    if (!r->month)
        return NULL;
    snprintf(text, CELL, "%.7s-01T00:00:00Z", r->month);
    return text;
}

static const char *end(const struct sc_focus_row *r, char *text)
{
    if (!r->month)
        return NULL;
    int year = (int)strtol(r->month, NULL, 10), month = (int)strtol(r->month + 5, NULL, 10);
    snprintf(text, CELL, "%04d-%02d-01T00:00:00Z", month == 12 ? year + 1 : year, month % 12 + 1);
    return text;
}

static const char *charge_category(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->charge == SC_FOCUS_PURCHASE ? "Purchase" : "Usage";
}

static const char *description(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->description;
}

static const char *frequency(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->charge == SC_FOCUS_PURCHASE ? "Recurring" : "Usage-Based";
}

/* Nothing was consumed by a purchase, nor by what a commitment left unused. */
static bool is_consumed(const struct sc_focus_row *r)
{
    return r->charge == SC_FOCUS_USED || r->charge == SC_FOCUS_COVERED;
}

/* FOCUS writes exponents as 1E-5 and 1E15. */
static const char *numeral(double n, char *text)
{
    char digits[SC_FIGURE_TEXT];
    char *e = strchr(sc_shortest_text(n, digits), 'e');
    if (!e)
        snprintf(text, CELL, "%s", digits);
    else
        snprintf(text, CELL, "%.*sE%ld", (int)(e - digits), digits, strtol(e + 1, NULL, 10));
    return text;
}

static const char *consumed(const struct sc_focus_row *r, char *text)
{
    return is_consumed(r) ? numeral(r->quantity, text) : NULL;
}

static const char *consumed_unit(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return is_consumed(r) ? r->unit : NULL;
}

static const char *pricing_quantity(const struct sc_focus_row *r, char *text)
{
    return numeral(r->quantity, text);
}

static const char *pricing_unit(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->unit;
}

/* A purchase is at the standard price; what it covers, or fails to, is the committed part. */
static const char *pricing_category(const struct sc_focus_row *r, char *text)
{
    (void)text;
    if (r->charge == SC_FOCUS_COVERED || r->charge == SC_FOCUS_UNUSED)
        return "Committed";
    bool is_spot = strstr(r->sku, ".spot") != NULL;
    return is_spot && r->charge == SC_FOCUS_USED ? "Dynamic" : "Standard";
}

static const char *provider(const struct sc_focus_row *r, char *text)
{
    (void)r;
    (void)text;
    return "AWS";
}

static const char *service_name(const struct sc_focus_row *r, char *text)
{
    const struct service *s = service_of(r->sku);
    if (*s->name)
        return s->name;
    snprintf(text, CELL, "%.*s", (int)strcspn(r->sku, "."), r->sku);
    return text;
}

static const char *service_category(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return service_of(r->sku)->category;
}

static const char *sku(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->sku;
}

static const char *region(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->region;
}

static const char *node(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->node;
}

static const char *tags(const struct sc_focus_row *r, char *text)
{
    (void)r;
    (void)text;
    return "{}";
}

static const char *scenario(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->scenario;
}

static const char *option(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->option;
}

static const char *seed(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->seed;
}

static const char *quantile(const struct sc_focus_row *r, char *text)
{
    (void)text;
    return r->quantile;
}

/* The header is this table. AWS exports call providers ProviderName. */
static const struct {
    const char *name;
    const char *(*cell)(const struct sc_focus_row *r, char *text); /* text[CELL] may be used */
} columns[] = {
    {"BilledCost", billed},
    {"EffectiveCost", effective},
    {"ListCost", list},
    {"ListUnitPrice", list_unit},
    {"BillingCurrency", currency},
    {"BillingPeriodStart", begin},
    {"BillingPeriodEnd", end},
    {"ChargePeriodStart", begin},
    {"ChargePeriodEnd", end},
    {"ChargeCategory", charge_category},
    {"ChargeDescription", description},
    {"ChargeFrequency", frequency},
    {"ConsumedQuantity", consumed},
    {"ConsumedUnit", consumed_unit},
    {"PricingQuantity", pricing_quantity},
    {"PricingUnit", pricing_unit},
    {"PricingCategory", pricing_category},
    {"ProviderName", provider},
    {"ServiceName", service_name},
    {"ServiceCategory", service_category},
    {"SkuMeter", sku},
    {"RegionId", region},
    {"ResourceId", node},
    {"ResourceName", node},
    {"Tags", tags},
    {"x_Scenario", scenario},
    {"x_Option", option},
    {"x_Seed", seed},
    {"x_Quantile", quantile},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

void sc_focus_header(FILE *out)
{
    for (int i = 0; i < N_COLUMNS; i++)
        fprintf(out, "%s%s", i ? "," : "", columns[i].name);
    fputc('\n', out);
}

void sc_focus_write(const struct sc_focus_row *row, FILE *out)
{
    char text[CELL];
    for (int i = 0; i < N_COLUMNS; i++) {
        fputs(i ? "," : "", out);
        sc_csv_cell(columns[i].cell(row, text), out);
    }
    fputc('\n', out);
}
