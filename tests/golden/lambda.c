/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AWS Lambda: concurrency, its quotas, provisioned concurrency, CPU, billed time, keep-alive. What
 * AWS states as a rate is counted after the buckets are empty, in 3.6 s after as long a warm-up.
 * Left out: sizing advice (LAMBDA-PC-6); the asynchronous path, the limits of init, suppressed
 * init, shutdown, burst limits before 2023-11 and auto scaling of provisioned concurrency, which
 * the model does not have. */
#include "golden.h"

#define GUIDE "docs.aws.amazon.com/lambda/latest/dg/"
#define BENCHMARKS "cebert/aws-lambda-performance-benchmarks, november 2025"
#define FN "/architectures/a/services/fn/"
#define CPU_MS "/work/w/steps/0/cpu_ms"
#define MS INT64_C(1000000)
#define S INT64_C(1000000000)

/* Even traffic to an environment that is there, each execution as long as `wait_ms`. */
static const char even[] = JSON({
    "horizon_h" : 0.001,
    "warmup_h" : 0.001,
    "work" : {"w" : {"steps" : [ {"wait_ms" : 200} ]}},
    "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 5000}}}},
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "account" : {"concurrency" : 3000, "requests_per_s" : -1},
            "services" :
                {"fn" : {"type" : "lambda", "start" : 1500, "overhead_ms" : 0, "init_ms" : 0}}
        }
    }
});

/* Requests to the nanosecond, each as long as its row says. */
static const char rows[] = JSON({
    "horizon_h" : 0.025,
    "work" : {"w" : {"steps" : [ {"wait_ms" : {"trace" : 1}} ]}},
    "traffic" : {
        "t" : {
            "profile" : {
                "trace" : {
                    "file" : "a.csv",
                    "from_s" : 0,
                    "rows" : {"arrival_ns" : "at", "duration_ms" : "ms"}
                }
            }
        }
    },
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "account" : {"concurrency" : 1000, "requests_per_s" : -1},
            "services" :
                {"fn" : {"type" : "lambda", "timeout_s" : 900, "overhead_ms" : 0, "init_ms" : 0}}
        }
    }
});

/* Three functions of one account, each asked 500 times at once. */
static const char three[] = JSON({
    "horizon_h" : 0.02,
    "warmup_h" : 0,
    "work" : {
        "blue" : {"steps" : [ {"wait_ms" : 900} ]},
        "orange" : {"steps" : [ {"wait_ms" : 900} ]},
        "other" : {"steps" : [ {"wait_ms" : 900} ]}
    },
    "traffic" : {
        "b" : {"profile" : {"cron" : {"every_s" : 3600, "requests" : 500}}, "mix" : {"blue" : 1}},
        "g" : {"profile" : {"cron" : {"every_s" : 3600, "requests" : 500}}, "mix" : {"other" : 1}},
        "o" : {"profile" : {"cron" : {"every_s" : 3600, "requests" : 500}}, "mix" : {"orange" : 1}}
    },
    "architectures" : {
        "a" : {
            "entry" : "lb",
            "services" : {
                "lb" :
                    {"type" : "alb", "to" : {"blue" : "blue", "orange" : "orange", "*" : "other"}},
                "blue" : {"type" : "lambda", "reserved_concurrency" : 400, "init_ms" : 0},
                "orange" : {"type" : "lambda", "reserved_concurrency" : 400, "init_ms" : 0},
                "other" : {"type" : "lambda", "init_ms" : 0}
            }
        }
    }
});

/* A request every so often to one function, whose only environment waits idle in between. */
static const char probes[] = JSON({
    "horizon_h" : 200,
    "warmup_h" : 1,
    "work" : {"w" : {"steps" : [ {"wait_ms" : 0} ]}},
    "traffic" : {"t" : {"profile" : {"cron" : {"every_s" : 300}}}},
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "services" :
                {"fn" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0, "max_age_h" : 0}}
        }
    }
});

/* One cold start, then nothing. */
static const char once[] = JSON({
    "horizon_h" : 0.025,
    "warmup_h" : 0,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : 100} ]}},
    "traffic" : {"t" : {"profile" : {"cron" : {"every_s" : 3600}}}},
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "services" :
                {"fn" : {"type" : "lambda", "timeout_s" : 900, "overhead_ms" : 0, "init_ms" : 0}}
        }
    }
});

static const char gateway[] = JSON({
    "horizon_h" : 0.001,
    "warmup_h" : 0.001,
    "work" : {"w" : {"steps" : [ {"wait_ms" : 200} ]}},
    "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 10000}}}},
    "architectures" : {
        "a" : {
            "entry" : "api",
            "services" : {
                "api" : {"type" : "apigateway", "overhead_ms" : 0, "to" : "fn"},
                "fn" : {"type" : "lambda", "start" : 1000, "overhead_ms" : 0, "init_ms" : 0}
            }
        }
    }
});

#define IDLE(seconds, share, slack)                                                                \
    {                                                                                              \
        .id = "LAMBDA-IDLE-1: " #seconds " s",                                                     \
        .source = "eurosys26-serverless-costs keep_alive.csv", .text = probes,                     \
        .set = {{"/traffic/t/profile/cron/every_s", #seconds}}, .expected = {                      \
            {"fn/cold_starts", (int64_t)((1 - (share) - (slack)) * 720000 / seconds),              \
             (int64_t)((1 - (share) + (slack)) * 720000 / seconds)}                                \
        }                                                                                          \
    }

#define TAKES(name, mb, cpu, least_ms, most_ms)                                                    \
    {                                                                                              \
        .id = name ": " mb " MB", .source = BENCHMARKS, .text = once,                              \
        .set = {{FN "memory_mb", mb}, {CPU_MS, cpu}}, .expected = {                                \
            {"fn/busy_ns", (int64_t)((least_ms)*1e6), (int64_t)((most_ms)*1e6)}                    \
        }                                                                                          \
    }

static const struct golden cases[] = {
    /* concurrency = rate x duration */
    {.id = "LAMBDA-CONC-4",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .expected = {{"fn/peak_concurrency", 999, 1001},
                  {"fn/inflight_ns", 3600 * S - 1 * S, 3600 * S + 1 * S},
                  EXACTLY("fn/cold_starts", 0)}},
    {.id = "LAMBDA-CONC-5",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "20000"}, {"/work/w/steps/0/wait_ms", "50"}},
     .expected = {{"fn/peak_concurrency", 999, 1001},
                  {"fn/inflight_ns", 3600 * S - 1 * S, 3600 * S + 1 * S}}},
    {.id = "LAMBDA-CONC-6",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "30000"}, {"/work/w/steps/0/wait_ms", "20"}},
     .expected = {{"fn/peak_concurrency", 599, 601},
                  {"fn/inflight_ns", 2160 * S - 1 * S, 2160 * S + 1 * S}}},
    {.id = "LAMBDA-ENV-10REQ",
     .source = GUIDE "lambda-concurrency.html",
     .text = rows,
     .arrivals = {COME(3, 1 * S, 1 * S, 4500), COME(1, 4 * S, 0, 5500),
                  COME(6, 5 * S, 1 * S, 10000)},
     .expected = {EXACTLY("fn/requests", 10), EXACTLY("fn/cold_starts", 6),
                  EXACTLY("fn/peak_concurrency", 6), EXACTLY("fn/throttled", 0)}},
    /* ten times the concurrency is the most requests a second */
    {.id = "LAMBDA-RPS-1",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "20000"},
             {"/work/w/steps/0/wait_ms", "50"},
             {"/architectures/a/account", "{\"concurrency\": 1000}"}},
     .expected = {EXACTLY("requests", 72000),
                  {"fn/completed", 35999, 36001},
                  {"fn/throttled", 35999, 36001},
                  {"fn/peak_concurrency", 499, 503}}},
    {.id = "LAMBDA-RPS-1: enough",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "20000"},
             {"/work/w/steps/0/wait_ms", "50"},
             {"/architectures/a/account", "{\"concurrency\": 2000}"}},
     .expected = {EXACTLY("fn/throttled", 0)}},
    {.id = "LAMBDA-RPS-2",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "30000"},
             {"/work/w/steps/0/wait_ms", "20"},
             {"/architectures/a/account", "{\"concurrency\": 1000}"}},
     .expected = {{"fn/completed", 35999, 36001}}},
    {.id = "LAMBDA-RPS-2: enough",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "30000"},
             {"/work/w/steps/0/wait_ms", "20"},
             {"/architectures/a/account", "{\"concurrency\": 3000}"}},
     .expected = {EXACTLY("fn/throttled", 0)}},
    {.id = "LAMBDA-RPS-2: not enough",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "30000"},
             {"/work/w/steps/0/wait_ms", "20"},
             {"/architectures/a/account", "{\"concurrency\": 2000}"}},
     .expected = {{"fn/completed", 71999, 72001}}},
    {.id = "LAMBDA-RPS-3: by concurrency",
     .source = GUIDE "lambda-concurrency.html",
     .text = rows,
     .set = {{FN "provisioned_concurrency", "10"}},
     .arrivals = {COME(11, 1 * S, 0, 1000)},
     .expected = {EXACTLY("fn/spilled", 1), EXACTLY("fn/cold_starts", 1)}},
    {.id = "LAMBDA-RPS-3: by rate",
     .source = GUIDE "lambda-concurrency.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "150"},
             {"/work/w/steps/0/wait_ms", "10"},
             {FN "provisioned_concurrency", "10"}},
     .expected = {EXACTLY("fn/requests", 540),
                  {"fn/spilled", 179, 181},
                  EXACTLY("fn/throttled", 0)}},
    {.id = "LAMBDA-RPS-4",
     .source = GUIDE "urls-configuration.html",
     .text = even,
     .set = {{"/traffic/t/profile/constant/per_s", "1500"},
             {"/work/w/steps/0/wait_ms", "10"},
             {FN "reserved_concurrency", "100"}},
     .expected = {{"fn/completed", 3599, 3601}, {"clients/answer_429", 1799, 1801}}},
    /* 1,000 new environments each 10 s, none saved up */
    {.id = "LAMBDA-SCALE-1: 10 s",
     .source = GUIDE "scaling-behavior.html",
     .text = rows,
     .set = {{"/architectures/a/account/concurrency", "10000"}},
     .arrivals = {COME(2500, 0, 4 * MS, 800000)},
     .expected = {{"fn/cold_starts", 1999, 2001}}},
    {.id = "LAMBDA-SCALE-1: 90 s",
     .source = GUIDE "scaling-behavior.html",
     .text = rows,
     .set = {{"/architectures/a/account/concurrency", "10000"}},
     .arrivals = {COME(18000, 0, 5 * MS, 800000)},
     .expected = {{"fn/cold_starts", 9998, 10000}, {"fn/peak_concurrency", 9998, 10000}}},
    {.id = "LAMBDA-SCALE-2",
     .source = GUIDE "scaling-behavior.html",
     .text = rows,
     .set = {{"/architectures/a/account/concurrency", "10000"}},
     .arrivals = {COME(1800, 0, 0, 800000), COME(1800, 20 * S, 0, 800000)},
     .expected = {EXACTLY("fn/cold_starts", 2000), EXACTLY("fn/throttled", 1600)}},
    /* reserved concurrency is a share and a bound */
    {.id = "LAMBDA-RESV-1",
     .source = GUIDE "lambda-concurrency.html",
     .text = three,
     .expected = {EXACTLY("blue/completed", 400), EXACTLY("orange/throttled", 100),
                  EXACTLY("other/completed", 200), EXACTLY("other/throttled", 300)}},
    {.id = "LAMBDA-RESV-1: capacity unused elsewhere",
     .source = GUIDE "lambda-concurrency.html",
     .text = three,
     .set = {{"/traffic/b/profile/cron/requests", "1"}, {"/traffic/g/profile/cron/requests", "1"}},
     .expected = {EXACTLY("orange/throttled", 100), EXACTLY("other/throttled", 0)}},
    {.id = "LAMBDA-RESV-3: too many together",
     .source = GUIDE "configuration-concurrency.html",
     .text = three,
     .set = {{"/architectures/a/services/blue/reserved_concurrency", "501"}},
     .refused = "/architectures/a/services/blue/reserved_concurrency"},
    {.id = "LAMBDA-RESV-2: the most",
     .source = GUIDE "lambda-concurrency.html",
     .text = rows,
     .set = {{"/architectures/a/account/concurrency", "2000"}, {FN "reserved_concurrency", "1900"}},
     .arrivals = {COME(1950, 0, 0, 1000)},
     .expected = {EXACTLY("fn/peak_concurrency", 1000)}}, /* LAMBDA-SCALE-1 */
    {.id = "LAMBDA-RESV-2: too many",
     .source = GUIDE "lambda-concurrency.html",
     .text = rows,
     .set = {{"/architectures/a/account/concurrency", "2000"}, {FN "reserved_concurrency", "1901"}},
     .arrivals = {COME(1, 0, 0, 0)},
     .refused = FN "reserved_concurrency"},
    {.id = "LAMBDA-RESV-3: the most",
     .source = GUIDE "configuration-concurrency.html",
     .text = three,
     .set = {{"/architectures/a/services/blue/reserved_concurrency", "500"}},
     .expected = {EXACTLY("other/completed", 100)}},
    {.id = "LAMBDA-RESV-3: too many",
     .source = GUIDE "configuration-concurrency.html",
     .text = rows,
     .set = {{FN "reserved_concurrency", "901"}},
     .arrivals = {COME(1, 0, 0, 0)},
     .refused = FN "reserved_concurrency"},
    /* provisioned concurrency */
    {.id = "LAMBDA-PC-2",
     .source = GUIDE "lambda-concurrency.html",
     .text = rows,
     .set = {{FN "provisioned_concurrency", "200"}, {FN "reserved_concurrency", "400"}},
     .arrivals = {COME(150, 1 * S, 0, 1000), COME(450, 10 * S, 0, 1000),
                  COME(200, 20 * S, 0, 1000)},
     .expected = {EXACTLY("fn/cold_starts", 200), EXACTLY("fn/throttled", 50),
                  EXACTLY("fn/spilled", 250)}},
    {.id = "LAMBDA-PC-2: prepared in 90 s, then 100 a second",
     .source = GUIDE "lambda-concurrency.html",
     .text = rows,
     .set = {{"/horizon_h", "0.1"},
             {FN "provisioned_concurrency", "620"},
             {FN "provisioned_at_s", "60"},
             {FN "provisioned_prep_s", "90"}},
     .arrivals = {COME(7, 156190 * MS, 0, 5), COME(11, 156210 * MS, 0, 5)},
     .expected = {EXACTLY("fn/spilled", 7), EXACTLY("fn/requests", 18)}},
    {.id = "LAMBDA-PC-4: the most",
     .source = GUIDE "provisioned-concurrency.html",
     .text = rows,
     .set = {{FN "provisioned_concurrency", "900"}},
     .arrivals = {COME(900, 0, 0, 1000)},
     .expected = {EXACTLY("fn/cold_starts", 0), EXACTLY("fn/completed", 900)}},
    {.id = "LAMBDA-PC-4: too many",
     .source = GUIDE "provisioned-concurrency.html",
     .text = rows,
     .set = {{FN "provisioned_concurrency", "901"}},
     .arrivals = {COME(1, 0, 0, 0)},
     .refused = FN "provisioned_concurrency"},
    {.id = "LAMBDA-PC-5",
     .source = GUIDE "provisioned-concurrency.html",
     .text = three,
     .set = {{"/architectures/a/services/blue", "{\"type\": \"lambda\", \"init_ms\": 0}"},
             {"/architectures/a/services/orange",
              "{\"type\": \"lambda\", \"provisioned_concurrency\": 100}"},
             {"/traffic/b/profile/cron/requests", "600"},
             {"/traffic/o/profile/cron/requests", "1"}},
     .expected = {EXACTLY("blue/completed", 600), EXACTLY("other/completed", 300),
                  EXACTLY("other/throttled", 200), EXACTLY("orange/cold_starts", 0)}},
    /* 1,769 MB are one vCPU, and one thread takes no more */
    {.id = "LAMBDA-CPU-1: 128 MB",
     .source = GUIDE "configuration-memory.html",
     .text = once,
     .expected = {{"fn/busy_ns", 1382031249, 1382031251}}},
    {.id = "LAMBDA-CPU-1: 1769 MB",
     .source = GUIDE "configuration-memory.html",
     .text = once,
     .set = {{FN "memory_mb", "1769"}},
     .expected = {EXACTLY("fn/busy_ns", 100 * MS)}},
    {.id = "LAMBDA-CPU-1: 10240 MB",
     .source = GUIDE "configuration-memory.html",
     .text = once,
     .set = {{FN "memory_mb", "10240"}},
     .expected = {EXACTLY("fn/busy_ns", 100 * MS)}},
    TAKES("LAMBDA-DUR-MEAS-1", "128", "1590.27", 21604.85 * 0.94, 21604.85 * 1.06),
    TAKES("LAMBDA-DUR-MEAS-1", "256", "1590.27", 10617.99 * 0.94, 10617.99 * 1.06),
    TAKES("LAMBDA-DUR-MEAS-1", "512", "1590.27", 5276.22 * 0.94, 5276.22 * 1.06),
    TAKES("LAMBDA-DUR-MEAS-1", "1024", "1590.27", 2716.51 * 0.94, 2716.51 * 1.06),
    TAKES("LAMBDA-DUR-MEAS-2", "128", "797.61", 11507.41 * 0.92, 11507.41 * 1.08),
    TAKES("LAMBDA-DUR-MEAS-2", "512", "797.61", 2777.88 * 0.92, 2777.88 * 1.08),
    TAKES("LAMBDA-DUR-MEAS-2", "4096", "797.61", 805.43 * 0.92, 805.43 * 1.08),
    TAKES("LAMBDA-DUR-MEAS-2", "10240", "797.61", 810.51 * 0.92, 810.51 * 1.08),
    /* billed: init and handler together, rounded up once */
    {.id = "LAMBDA-BILL: 250.06 + 100.77 ms are 351",
     .source = "aws.amazon.com/lambda/pricing",
     .text = once,
     .set = {{FN "init_ms", "100.77"}, {FN "memory_mb", "1769"}, {CPU_MS, "250.06"}},
     .expected = {EXACTLY("fn/billed_mb_ms", 351 * 1769),
                  EXACTLY("fn/billed_noinit_mb_ms", 251 * 1769),
                  EXACTLY("fn/billed_100ms_mb_ms", 400 * 1769),
                  EXACTLY("fn/billed_100ms_noinit_mb_ms", 300 * 1769)}},
    {.id = "LAMBDA-BILL: nothing is rounded up to one millisecond",
     .source = "aws.amazon.com/lambda/pricing",
     .text = once,
     .set = {{FN "memory_mb", "1769"}, {CPU_MS, "0.0003"}},
     .expected = {EXACTLY("fn/billed_mb_ms", 1769), EXACTLY("fn/requests", 1)}},
    /* how long an idle environment stays: warm shares of about 100 probes each */
    IDLE(240, 0.99, 0.02),
    IDLE(270, 0.97, 0.04),
    IDLE(300, 0.92, 0.06),
    IDLE(315, 0.57, 0.09),
    IDLE(330, 0.32, 0.09),
    IDLE(345, 0.06, 0.05),
    IDLE(360, 0.00, 0.03),
    /* behind a gateway */
    {.id = "LAMBDA-EDGE-MISMATCH",
     .source = GUIDE "gettingstarted-limits.html",
     .text = gateway,
     .expected = {EXACTLY("api/refused", 0),
                  {"completed", 17999, 18001},
                  EXACTLY("fn/peak_concurrency", 1000)}},
    {.id = "LAMBDA-APIGW-ERR: throttled",
     .source = GUIDE "services-apigateway-errors.html",
     .text = gateway,
     .set = {{FN "reserved_concurrency", "0"}, {FN "start", "0"}},
     .expected = {EXACTLY("clients/answer_500", 36000), EXACTLY("throttled", 36000),
                  EXACTLY("clients.t/attempts", 36000)}},
    {.id = "LAMBDA-APIGW-ERR: function error",
     .source = GUIDE "services-apigateway-errors.html",
     .text = gateway,
     .set = {{FN "timeout_s", "0.1"}, {"/traffic/t/profile/constant/per_s", "100"}},
     .expected = {EXACTLY("clients/answer_502", 360), EXACTLY("timed_out", 360)}},
};

int main(void)
{
    return golden_main(cases, sizeof cases / sizeof *cases);
}
