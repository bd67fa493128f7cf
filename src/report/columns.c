/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/columns.h"

#include <stddef.h>

#define AT(path, member)                                                                           \
    {                                                                                              \
        path, offsetof(struct sc_result_architecture, member)                                      \
    }

const struct sc_column sc_columns[] = {
    AT("cost_usd_per_month", cost_usd_per_month),
    AT("cost_usd_per_million", cost_usd_per_million),
    AT("marginal_usd_per_million", marginal_usd_per_million),
    AT("latency_ms/mean", waits.mean),
    AT("latency_ms/p50", waits.p50),
    AT("latency_ms/p90", waits.p90),
    AT("latency_ms/p95", waits.p95),
    AT("latency_ms/p99", waits.p99),
    AT("latency_ms/p99_9", waits.p99_9),
    AT("latency_ms/max", waits.max),
    AT("requests", requests),
    AT("completed", completed),
    AT("throttled", throttled),
    AT("failed", failed),
    AT("timed_out", timed_out),
    AT("unfinished", unfinished),
    AT("cold_starts", cold_starts),
    AT("cold_start_frac", cold_start_frac),
    AT("throttled_frac", throttled_frac),
    AT("failed_frac", failed_frac),
    AT("peak_concurrency", peak_concurrency),
    AT("mean_concurrency", mean_concurrency),
    {NULL, 0},
};
