/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simcost init: a scenario to begin with. */
#include "cli/commands.h"
#include "run/outfile.h"

static const char first_scenario[] =
    "{\n"
    "  \"title\": \"My API\",\n"
    "  \"question\": \"Lambda or containers for 5 million requests a month?\",\n"
    "  \"book\": \"aws-us-east-1\",\n"
    "  \"horizon_h\": 168,\n"
    "  \"replications\": 4,\n"
    "  \"objective\": {\"p99_ms\": 500, \"failed_frac\": 0.001},\n"
    "  \"work\": {\n"
    "    \"get\": {\"steps\": [{\"cpu_ms\": {\"lognormal\": {\"p50\": 6, \"p99\": 30}}}, "
    "{\"wait_ms\": 20}],\n"
    "            \"response_bytes\": 2000}\n"
    "  },\n"
    "  \"traffic\": {\n"
    "    \"web\": {\"profile\": {\"diurnal\": {\"requests_per_month\": 5e6, \"peak_to_mean\": "
    "3}},\n"
    "            \"mix\": {\"get\": 1}, \"rtt_ms\": 30}\n"
    "  },\n"
    "  \"architectures\": {\n"
    "    \"serverless\": {\"entry\": \"api\", \"services\": {\n"
    "      \"api\": {\"type\": \"apigateway\", \"kind\": \"http\", \"to\": \"fn\"},\n"
    "      \"fn\": {\"type\": \"lambda\", \"runtime\": \"python3.13\", \"memory_mb\": 512}}},\n"
    "    \"containers\": {\"entry\": \"lb\", \"services\": {\n"
    "      \"lb\": {\"type\": \"alb\", \"to\": \"web\"},\n"
    "      \"web\": {\"type\": \"fleet\", \"on\": \"fargate\", \"task\": {\"vcpu\": 0.5, "
    "\"memory_mb\": 1024},\n"
    "              \"tasks\": {\"min\": 2, \"max\": 10}}}}\n"
    "  }\n"
    "}\n";

int sc_command_init(const struct sc_options *o)
{
    struct sc_error err = {0};
    struct sc_outfile f = {0};
    if (sc_outfile_open(&f, o->out, &err) == 0) {
        fputs(first_scenario, f.out);
        if (sc_outfile_close(&f, &err) == 0)
            return SC_EXIT_DONE;
    }
    sc_error_print(&err, stderr);
    sc_outfile_drop(&f);
    return SC_EXIT_FAILED;
}
