/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API Gateway's token bucket: how many of so many requests at such instants are served. WebSocket
 * APIs (APIGW-WS-1, -2) are not modelled. */
#include "golden.h"

#define EXAMPLES "awsdocs/amazon-api-gateway-developer-guide, api-gateway-request-throttling.md"
#define MS INT64_C(1000000)

/* 10,000 requests a second with a burst of 5,000, the account's default, and a function that takes
 * whatever comes. */
static const char account[] = JSON({
    "horizon_h" : 0.001,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : 1} ]}},
    "traffic" : {
        "t" : {
            "profile" :
                {"trace" : {"file" : "a.csv", "from_s" : 0, "rows" : {"arrival_ns" : "at"}}}
        }
    },
    "architectures" : {
        "a" : {
            "entry" : "api",
            "account" : {"concurrency" : 20000, "requests_per_s" : -1},
            "services" : {
                "api" : {"type" : "apigateway", "to" : "fn"},
                "fn" : {"type" : "lambda", "scaling_per_10s" : 0}
            }
        }
    }
});

#define SERVED(served, throttled)                                                                  \
    .expected = {EXACTLY("api/units", served), EXACTLY("api/refused", throttled),                  \
                 EXACTLY("clients/answer_200", served), EXACTLY("throttled", throttled)}

static const struct golden cases[] = {
    {.id = "APIGW-TB-1: 10 a millisecond for a second",
     .source = EXAMPLES,
     .text = account,
     .arrivals = {COME(10000, 0, MS / 10, 0)},
     SERVED(10000, 0)},
    {.id = "APIGW-TB-2: 10,000 in the first millisecond",
     .source = EXAMPLES,
     .text = account,
     .arrivals = {COME(10000, 0, 0, 0)},
     .expected = {EXACTLY("api/units", 5000), EXACTLY("api/refused", 5000),
                  EXACTLY("clients/answer_429", 5000)}},
    {.id = "APIGW-TB-3: 5,000 at once, then 5,000 evenly over 999 ms",
     .source = EXAMPLES,
     .text = account,
     .arrivals = {COME(5000, 0, 0, 0), COME(5000, 1 * MS, 199800, 0)},
     SERVED(10000, 0)},
    {.id = "APIGW-TB-4: 5,000 at once, and again in the 101st millisecond",
     .source = EXAMPLES,
     .text = account,
     .arrivals = {COME(5000, 0, 0, 0), COME(5000, 100 * MS, 0, 0)},
     SERVED(6000, 4000)},
    {.id = "APIGW-TB-5: 5,000 at once, 1,000 in the 101st ms, 4,000 evenly over 899 ms",
     .source = EXAMPLES,
     .text = account,
     .arrivals = {COME(5000, 0, 0, 0), COME(1000, 100 * MS, 0, 0), COME(4000, 101 * MS, 224750, 0)},
     SERVED(10000, 0)},
    {.id = "APIGW-TB-6: a route's own burst of 100",
     .source = "docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html",
     .text = account,
     .set = {{"/architectures/a/services/api/kind", "http"},
             {"/architectures/a/services/api/throttle_per_s", "2000"},
             {"/architectures/a/services/api/throttle_burst", "100"}},
     .arrivals = {COME(150, 0, 0, 0)},
     SERVED(100, 50)},
    {.id = "APIGW-THR-1: gateways of one account share its bucket",
     .source = "docs.aws.amazon.com/apigateway/latest/developerguide/"
               "api-gateway-request-throttling.html",
     .text = account,
     .set = {{"/architectures/a/services/api/to", "inner"},
             {"/architectures/a/services/inner", "{\"type\": \"apigateway\", \"to\": \"fn\"}"}},
     .arrivals = {COME(5000, 0, 0, 0)},
     .expected = {EXACTLY("fn/requests", 2500), EXACTLY("throttled", 2500)}},
};

int main(void)
{
    return golden_main(cases, sizeof cases / sizeof *cases);
}
