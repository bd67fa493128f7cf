/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LAMBDASTATE_H
#define SC_SERVICE_LAMBDASTATE_H
/* A function in a trial: lambda.c lets it run, lambdareport.c tells what became of it. */
#include "service/lambdabatch.h"
#include "service/pool.h"

/* One function's environments; "per": "key" has one of these for every key. */
struct sc_lambda_function {
    struct sc_pool pool;
    double cpu_factor; /* wall time of one unit of vCPU time */
    int64_t memory_mb;
    int64_t requests[2]; /* of a key */
    int64_t cold[2];
};

/* How a work runs. Where it is nothing but CPU and waits, all is known when it begins. */
enum sc_lambda_way { SC_RUN_IN_A_FRAME, SC_RUN_AT_ONCE, SC_RUN_ONE_WAIT, SC_RUN_ONE_CPU };

struct sc_lambda_state {
    struct sc_lambda_function *function;
    enum sc_lambda_way *way; /* by work */
    /* executions that may still begin: of the reserved part or of the account's rest */
    int64_t *left;
    struct sc_bucket own_requests; /* ten times what is reserved */
    struct sc_bucket *requests;
    /* in tenths of an environment, so that a number each 10 s is whole each second */
    struct sc_bucket scaling;
    struct sc_bucket provisioned_requests;
    int64_t reserved_left;
    struct sc_pool provisioned;   /* idle provisioned environments */
    int64_t provisioned_ready_ns; /* INT64_MAX: never */
    struct sc_lambda_tally tally[2];
    bool plain;  /* nothing provisioned, no /tmp to pay */
    bool keyed;  /* a pool for each key */
    bool closed; /* the horizon is over */
    struct sc_lambda_start begun;
    sc_i128 alive_ns;              /* environments, idle or not, inside the horizon */
    struct sc_lambda_batch *batch; /* its environments, where it takes requests by arrays */
};

enum { SC_ON_DEMAND, SC_PROVISIONED, SC_RESET };

/** Adds the part of an environment's life that lies inside the horizon. */
void sc_lambda_add_life(struct sc_node *n, int64_t created_ns, int64_t gone_ns);
/** The same of one found out to have gone before the measured part of a slice began: the slice
 * before, which could not know, has told it to live until it expires. */
void sc_lambda_gone_before(struct sc_node *n, int64_t idle_since_ns, int64_t gone_ns);
/** The type's hour, end and report. */
void sc_lambda_hour(struct sc_node *n, int hour, int64_t at_ns);
void sc_lambda_end(struct sc_node *n, int64_t at_ns);
void sc_lambda_report(struct sc_node *n, struct sc_ledger *l);
/** Of a slice (service/service.h). */
void sc_lambda_forget(struct sc_node *n);
void sc_lambda_fold(struct sc_node *n, struct sc_fold *to);
void sc_lambda_fold_frame(struct sc_node *n, const struct sc_frame *f, struct sc_fold *to);
bool sc_lambda_fold_event(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns,
                          struct sc_fold *to);
#endif
