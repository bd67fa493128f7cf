/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LAMBDA_H
#define SC_SERVICE_LAMBDA_H
/* What the files of Lambda share: lambdafields.c reads what a user says, lambda.c runs it request
 * by request, lambdabatch.c by arrays, lambdatimes.c knows how long it takes, lambdameters.c
 * bills it. */
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
int64_t sc_lambda_step_ns(const struct sc_service *s);
/** Provisioned concurrency that is asked for at a certain time. */
bool sc_lambda_dated(const struct sc_service *s);

/** What comes before the handler in a new environment; drawn by the request's id. */
struct sc_lambda_cold {
    int64_t init_ns, overhead_ns, first_ns; /* first: what the first execution takes longer */
};
struct sc_lambda_cold sc_lambda_cold_draw(const struct sc_node *n, uint64_t id, double cpu_factor);
/** Far beyond every time-out, so that longer ones are the same. */
#define SC_LAMBDA_FOREVER_NS (INT64_C(1) << 56)
/** How long `demand_ns` of one vCPU take. */
SC_INLINE int64_t sc_lambda_scaled_ns(int64_t demand_ns, double cpu_factor)
{
    double run_ns = (double)demand_ns * cpu_factor;
    return run_ns < 0x1p56 ? (int64_t)run_ns : SC_LAMBDA_FOREVER_NS;
}
/** How long a work takes that is nothing but CPU and waits. */
int64_t sc_lambda_pure_run_ns(const struct sc_node *n, const struct sc_call *call,
                              double cpu_factor);
/** Since when the i-th of so many environments that are there at the beginning has been idle: one
 * after the other, so that they do not expire together. */
int64_t sc_lambda_idle_at_start_ns(const struct sc_node *n, int64_t i, int64_t of);
/** What a function begins with where it begins settled (sc_sim_setup); else all zeros. */
struct sc_lambda_start {
    double busy;          /* environments, on average */
    double deaths_per_ns; /* of each, because nobody asked for it */
    double max_age_ns;
};
struct sc_lambda_start sc_lambda_start_of(const struct sc_node *n, double cpu_factor,
                                          int64_t limit);
/** How old an environment is that was there before, from a random number. */
int64_t sc_lambda_age_ns(const struct sc_lambda_start *s, uint64_t bits);
/** When an environment was made that the request of that id needs: one that the first half of the
 * lead makes has been there for a while. */
int64_t sc_lambda_made_ns(const struct sc_lambda_start *s, const struct sc_node *n, uint64_t id,
                          int64_t at_ns);
#endif
