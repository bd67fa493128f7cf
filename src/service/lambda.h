/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LAMBDA_H
#define SC_SERVICE_LAMBDA_H
/* What the two files of Lambda share: lambdafields.c reads what a user says, lambda.c runs it. */
#include "io/fields.h"
#include "service/pool.h"

enum { SC_LAMBDA_PER_FUNCTION, SC_LAMBDA_PER_KEY };

/** A function, as configured. */
struct sc_lambda {
    const char *runtime, *package, *arch;
    int package_choice, arch_choice, vpc_choice, per, memory_from, reuse;
    bool aws_sdk;
    int64_t memory_mb, timeout_ns, reserved, provisioned, provisioned_at_ns, scaling_per_10s, start,
        ephemeral_mb;
    int64_t max_age_ns, logs_bytes, nat_bytes;
    struct sc_dist keep_alive_ns, init_ns, sdk_ns, vpc_ns, overhead_ns, first_invoke_ns,
        provisioned_prep_ns;
    struct sc_keep_alive keep; /* by open */
};

extern const struct sc_field sc_lambda_fields[];
/** The type's open and memory_ns. */
int sc_lambda_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err);
int64_t sc_lambda_memory_ns(const struct sc_service *s);
/** Provisioned concurrency that is asked for at a certain time. */
bool sc_lambda_dated(const struct sc_service *s);
#endif
