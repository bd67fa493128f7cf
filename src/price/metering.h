/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_PRICE_METERING_H
#define SC_PRICE_METERING_H
/* How vendors round what they meter: one call at a time, upwards, never on the mean of a month
 * (facts: prices-aws.md, size metering and time). The simulation and stated usage share these. */
#include "base/compiler.h"
#include <stdbool.h>
#include <stdint.h>

enum {
    SC_KB = 1024,
    SC_HTTP_UNIT_BYTES = 512 * SC_KB, /* of an HTTP API */
    SC_WEBSOCKET_UNIT_BYTES = 32 * SC_KB,
    SC_MESSAGE_UNIT_BYTES = 64 * SC_KB,  /* SQS, SNS, EventBridge */
    SC_PUT_UNIT_BYTES = 25 * SC_KB,      /* Kinesis */
    SC_SCHEMA_UNIT_BYTES = 8 * SC_KB,    /* EventBridge's schema discovery */
    SC_PUSH_UNIT_BYTES = 5 * SC_KB,      /* AppSync's real-time messages */
    SC_DATA_API_UNIT_BYTES = 32 * SC_KB, /* Aurora's Data API */
    SC_ASYNC_FREE_BYTES = 256 * SC_KB,   /* of an event to a Lambda function; then message units */
    SC_STREAM_FREE_MB = 6,               /* of each streamed answer of a Lambda function */
    SC_LAMBDA_FREE_DISK_MB = 512,        /* ephemeral storage of an environment */
    SC_TASK_FREE_DISK_GB = 20,           /* ephemeral storage of a Fargate task */
    SC_LISTENER_FREE_RULES = 10,         /* of an application load balancer */
    SC_IMAGE_LEAST_H = 168,              /* a MicroVM's image in storage */
    SC_PROXY_LEAST_VCPU = 2,             /* of the instance behind an RDS proxy */
    SC_PROXY_LEAST_ACU = 8,              /* of the serverless cluster behind one */
    SC_TASK_LEAST_MS = 60000,            /* of a Fargate task or a machine (Windows: 5 minutes) */
    SC_TASK_LEAST_WINDOWS_MS = 300000,
    SC_PROVISIONED_STEP_MS = 300000, /* provisioned concurrency */
    SC_EXPRESS_STEP_MS = 100,        /* Step Functions Express */
    SC_EXPRESS_STEP_MB = 64,
    SC_SNAPSHOT_LEAST_MS = 3 * 3600000 /* SnapStart's cache, for each published version */
};

/** x / step rounded up; x >= 0, step > 0. */
static inline int64_t sc_steps_of(int64_t x, int64_t step)
{
    return (int64_t)(((uint64_t)x + (uint64_t)step - 1) / (uint64_t)step);
}

/** Units of `unit_bytes` for one call; an empty one is a unit too. */
static inline int64_t sc_size_units(int64_t bytes, int64_t unit_bytes)
{
    return bytes > 0 ? sc_steps_of(bytes, unit_bytes) : 1;
}

/** DynamoDB's units of one operation (DDB-CU-1): in half read units, so that all are whole, or in
 * write units. */
enum sc_consistency { SC_EVENTUAL, SC_STRONG, SC_TRANSACTIONAL };
static inline int64_t sc_half_read_units(int64_t bytes, enum sc_consistency c)
{
    int64_t units = sc_size_units(bytes, 4 * SC_KB);
    return c == SC_EVENTUAL ? units : c == SC_STRONG ? 2 * units : 4 * units;
}
static inline int64_t sc_write_units(int64_t bytes, bool transactional)
{
    return sc_size_units(bytes, SC_KB) * (transactional ? 2 : 1);
}

/** Provisioned concurrency's time, in steps of five minutes. */
static inline int64_t sc_provisioned_ms(int64_t on_ns)
{
    const int64_t step_ns = INT64_C(1000000) * SC_PROVISIONED_STEP_MS;
    return on_ns > 0 ? sc_steps_of(on_ns, step_ns) * SC_PROVISIONED_STEP_MS : 0;
}

/** What a task or machine that ran for `ns` is billed: whole seconds, at least `least_ms`. */
static inline int64_t sc_task_billed_ms(int64_t ns, int64_t least_ms)
{
    int64_t ms = sc_steps_of(ns, INT64_C(1000000000)) * 1000;
    return ms < least_ms ? least_ms : ms;
}

/** What a Lambda invocation is billed: init and handler together, in steps of 1 ms (100 ms before
 * December 2020). */
static inline int64_t sc_invocation_billed_ms(int64_t ns, int64_t step_ms)
{
    return sc_steps_of(ns, step_ms * 1000000) * step_ms;
}
#endif
