/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account and region share among all services of an architecture: the quotas and their
 * buckets. The quotas are AWS's defaults; adjustable ones are fields of the scenario's "account".
 */
#include "service/account.h"

#define AT(member) offsetof(struct sc_account_config, member)

const struct sc_field sc_account_fields[] = {
    {"concurrency", "Lambda executions at once, all functions together", SC_FIELD_INT,
     AT(concurrency), 1000, 1, 1e7, .source = "LAMBDA-CONC-3"},
    {"requests_per_s", "Lambda requests a second; 0: ten times the concurrency, -1: no limit",
     SC_FIELD_INT, AT(requests_per_s), 0, -1, 1e8, .source = "LAMBDA-RPS-1"},
    {"gateway_per_s", "API Gateway requests a second, all gateways together; 0: no limit",
     SC_FIELD_INT, AT(gateway_per_s), 10000, 0, 1e8, .source = "APIGW-THR-1"},
    {"gateway_burst", "API Gateway token bucket, requests", SC_FIELD_INT, AT(gateway_burst), 5000,
     0, 1e8, .source = "APIGW-THR-1"},
    {"launch_per_s", "Fargate tasks launched a second; 0: no limit", SC_FIELD_INT, AT(launch_per_s),
     20, 0, 1e6, .source = "FARGATE-1"},
    {"launch_burst", "Fargate token bucket, tasks", SC_FIELD_INT, AT(launch_burst), 100, 0, 1e6,
     .source = "FARGATE-1"},
    {.key = NULL}};

void sc_account_start(struct sc_account *a, const struct sc_account_config *c, int64_t now_ns)
{
    int64_t per_s = c->requests_per_s == 0 ? 10 * c->concurrency : c->requests_per_s;
    *a = (struct sc_account){.unreserved_left = c->concurrency};
    a->lambda_requests =
        per_s < 0 ? sc_bucket_full(0, 0, now_ns) : sc_bucket_full(per_s, per_s, now_ns);
    a->gateway = c->gateway_per_s == 0 ? sc_bucket_full(0, 0, now_ns)
                                       : sc_bucket_full(c->gateway_per_s, c->gateway_burst, now_ns);
    a->launches = c->launch_per_s == 0 ? sc_bucket_full(0, 0, now_ns)
                                       : sc_bucket_full(c->launch_per_s, c->launch_burst, now_ns);
}
