/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DynamoDB: units, burst, on-demand growth, limits of a partition; the SDK's retries. Changing the
 * capacity mode, warm throughput, auto scaling and the SDK's retry quota are not modelled. */
#include "golden.h"

#define GUIDE "docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
#define SDK "docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"
#define TABLE "/common/t/"
#define S INT64_C(1000000000)

/* One request, one work. */
static const char units[] = JSON({
    "horizon_h" : 0.01,
    "warmup_h" : 0,
    "work" : {"w" : {"steps" : []}},
    "traffic" : {"x" : {"profile" : {"cron" : {"every_s" : 3600}}}},
    "common" : {"t" : {"type" : "dynamodb"}},
    "architectures" : {"a" : {"entry" : "fn", "services" : {"fn" : {"type" : "lambda"}}}}
});

/* Writes to the nanosecond, from a function that is always there and gives up at once. */
static const char writes[] = JSON({
    "horizon_h" : 1,
    "work" : {"w" : {"steps" : [ {"put" : "t", "item_bytes" : 512} ]}},
    "traffic" : {
        "x" : {
            "profile" :
                {"trace" : {"file" : "a.csv", "from_s" : 0, "rows" : {"arrival_ns" : "at"}}}
        }
    },
    "common" : {"t" : {"type" : "dynamodb", "attempts" : 1}},
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "account" : {"concurrency" : 20000, "requests_per_s" : -1},
            "services" : {
                "fn" : {"type" : "lambda", "scaling_per_10s" : 0, "overhead_ms" : 0, "init_ms" : 0}
            }
        }
    }
});

/* An item of more units than the table ever saves up: every try is throttled. */
static const char retries[] = JSON({
    "horizon_h" : 1,
    "warmup_h" : 0,
    "drain_h" : 2,
    "work" : {"w" : {"steps" : [ {"put" : "t", "item_bytes" : 358400} ]}},
    "traffic" : {"x" : {"profile" : {"constant" : {"per_s" : 1}}}},
    "common" :
        {"t" : {"type" : "dynamodb", "capacity" : "provisioned", "wcu" : 1, "network_ms" : 0}},
    "architectures" : {
        "a" : {
            "entry" : "fn",
            "services" :
                {"fn" : {"type" : "lambda", "overhead_ms" : 0, "init_ms" : 0, "timeout_s" : 900}}
        }
    }
});

#define READS(name, steps, half_units)                                                             \
    {                                                                                              \
        .id = name, .source = GUIDE "read-write-operations.html", .text = units,                   \
        .set = {{"/work/w/steps", steps}}, .expected = {                                           \
            EXACTLY("t/half_read_units", half_units),                                              \
            EXACTLY("t/write_units", 0)                                                            \
        }                                                                                          \
    }
#define WRITES(name, steps, write_units)                                                           \
    {                                                                                              \
        .id = name, .source = GUIDE "read-write-operations.html", .text = units,                   \
        .set = {{"/work/w/steps", steps}}, .expected = {                                           \
            EXACTLY("t/half_read_units", 0),                                                       \
            EXACTLY("t/write_units", write_units)                                                  \
        }                                                                                          \
    }
/* The mean of all waits together, within 3 %. */
#define WAITS(name, attempts, base_ms, total_ms)                                                   \
    {                                                                                              \
        .id = name, .source = SDK, .text = retries,                                                \
        .set = {{TABLE "attempts", #attempts}, {TABLE "retry_base_ms", #base_ms}}, .expected = {   \
            EXACTLY("fn/requests", 3600),                                                          \
            EXACTLY("throttled", 3600),                                                            \
            EXACTLY("t/retries", 3600 * (attempts - 1)),                                           \
            {"fn/busy_ns", (int64_t)((total_ms)*3600e6 * 0.97),                                    \
             (int64_t)((total_ms)*3600e6 * 1.03)}                                                  \
        }                                                                                          \
    }

static const struct golden cases[] = {
    READS("DDB-CU-1", JSON([ {"get" : "t", "item_bytes" : 3500, "consistent" : true} ]), 2),
    READS("DDB-CU-2", JSON([ {"get" : "t", "item_bytes" : 8192, "consistent" : true} ]), 4),
    READS("DDB-CU-3", JSON([ {"get" : "t", "item_bytes" : 8192} ]), 2),
    READS("DDB-CU-4", JSON([ {"get" : "t", "item_bytes" : 8192, "transactional" : true} ]), 8),
    READS("DDB-CU-6", /* 12 KB: 3 units */
          JSON([
              {"get" : "t", "item_bytes" : 1536, "consistent" : true},
              {"get" : "t", "item_bytes" : 6656, "consistent" : true}
          ]),
          6),
    READS("DDB-CU: a query adds sizes up first",
          JSON([ {"query" : "t", "item_bytes" : 1500, "items" : 40} ]), 15),
    READS("DDB-CU: a miss costs a step", JSON([ {"get" : "t", "item_bytes" : 0, "miss_frac" : 1} ]),
          1),
    WRITES("DDB-CU-9", JSON([ {"put" : "t", "item_bytes" : 500} ]), 1),
    WRITES("DDB-CU-10", JSON([ {"put" : "t", "item_bytes" : 2048} ]), 2),
    WRITES("DDB-CU-11", JSON([ {"put" : "t", "item_bytes" : 2048, "transactional" : true} ]), 4),
    WRITES("DDB-CU-12",
           JSON([ {"put" : "t", "item_bytes" : 500}, {"put" : "t", "item_bytes" : 3584} ]), 5),
    WRITES("DDB-CU-14", JSON([ {"update" : "t", "item_bytes" : 317440, "fail_frac" : 1} ]), 310),
    {.id = "DDB-PROV-2",
     .source = GUIDE "provisioned-capacity-mode.html",
     .text = writes,
     .set = {{TABLE "capacity", "provisioned"}, {TABLE "wcu", "100"}},
     .arrivals = {COME(90000, 0, S / 100, 0)},
     .expected = {EXACTLY("t/throttles", 0), EXACTLY("t/write_units", 90000)}},
    /* 30,000 saved up, and 100 a second: at 1,000 a second, a partition's most, for 40 s */
    {.id = "DDB-BURST-1",
     .source = GUIDE "burst-adaptive-capacity.html",
     .text = writes,
     .set = {{TABLE "capacity", "provisioned"}, {TABLE "wcu", "100"}},
     .arrivals = {COME(40000, 600 * S, S / 1000, 0)},
     .expected = {{"t/write_units", 33999, 34001}}},
    {.id = "DDB-PART-1: a partition takes 1,000 writes a second",
     .source = GUIDE "bp-partition-key-design.html",
     .text = writes,
     .set = {{TABLE "hot_frac", "1"}},
     .arrivals = {COME(30000, 0, S / 2000, 0)},
     .expected = {{"t/write_units", 15999, 16001}}},
    {.id = "DDB-OD-1: a new table takes 4,000 writes a second",
     .source = GUIDE "on-demand-capacity-mode.html",
     .text = writes,
     .set = {{"/work/w/steps/0/item_bytes", "4096"}},
     .arrivals = {COME(15000, 60 * S, S / 1500, 0)},
     .expected = {{"t/write_units", 43900, 44100}}},
    {.id = "DDB-OD-1: a new table takes 12,000 reads a second",
     .source = GUIDE "on-demand-capacity-mode.html",
     .text = writes,
     .set = {{"/work/w/steps", JSON([ {"get" : "t", "item_bytes" : 8192, "consistent" : true} ])}},
     .arrivals = {COME(50000, 60 * S, S / 10000, 0)},
     .expected = {{"t/half_read_units", 2 * 71900, 2 * 72100}}},
    /* in hundredths of the example: a peak of 500 and the double at once, then again the double */
    {.id = "DDB-OD-2",
     .source = GUIDE "on-demand-capacity-mode.html",
     .text = writes,
     .set = {{TABLE "start_wru_per_s", "250"}},
     .arrivals = {COME(5000, 60 * S, S / 250, 0), COME(10000, 1860 * S, S / 500, 0)},
     .expected = {EXACTLY("t/throttles", 0)}},
    {.id = "DDB-OD-3",
     .source = GUIDE "on-demand-capacity-mode.html",
     .text = writes,
     .set = {{TABLE "start_wru_per_s", "250"}},
     .arrivals = {COME(5000, 60 * S, S / 250, 0), COME(10000, 120 * S, S / 500, 0)},
     .expected = {{"t/throttles", 4740, 4760}}},
    {.id = "SDK-8: a throttled write fails after 4 attempts",
     .source = SDK,
     .text = retries,
     .expected = {EXACTLY("t/throttles", 4 * 3600), EXACTLY("t/retries", 3 * 3600),
                  EXACTLY("clients/answer_500", 3600)}},
    WAITS("SDK-1", 3, 50, 75),
    WAITS("SDK-2", 3, 1000, 1500),
    WAITS("SDK-3", 11, 50, 22775), /* 50, 100, ... 12,800, 20,000 ms */
    WAITS("SDK-8", 4, 1000, 3500),
};

int main(void)
{
    return golden_main(cases, sizeof cases / sizeof *cases);
}
