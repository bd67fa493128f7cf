/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LAMBDABATCH_H
#define SC_SERVICE_LAMBDABATCH_H
/* A function that takes whole windows of requests, as arrays, with the same outcome to the bit as
 * lambda.c has request by request. How long works run that are CPU and waits is known when they
 * come; so all are taken for warm, their ends are sorted slice by slice (completions.h), and
 * arrivals and ends are merged without a branch that could be guessed wrong: environments that fell
 * idle are a stack of instants, since the most recently used one is used again and those idle since
 * the same instant are alike. Whatever is not warm, within the limits and in time (a cold start, a
 * throttle, a time-out, an environment that may have expired) leaves the loop and is dealt with by
 * itself. */
#include "service/lambda.h"
#include "service/lambdameters.h"

struct sc_lambda_batch;

/** The parts of a function's state that it works on; lambda.c owns them. */
struct sc_lambda_parts {
    struct sc_lambda_tally *tally; /* inside the horizon */
    const struct sc_lambda_start *begun;
    int64_t most; /* executions at once */
    struct sc_bucket *requests, *scaling;
    sc_i128 *alive_ns; /* environments, idle or not, x time inside the horizon */
    double cpu_factor;
    int64_t memory_mb;
};

/** Lives in the trial's arena, but for its arrays: sc_lambda_batch_end gives them back. */
struct sc_lambda_batch *sc_lambda_batch_new(struct sc_node *n, struct sc_node *client,
                                            const struct sc_lambda_parts *parts);
/** Lets everything happen that happens before `until_ns`: first completions, then arrivals of one
 * instant. INT64_MAX: until the last request has come. */
void sc_lambda_batch_flow(struct sc_lambda_batch *b, int64_t until_ns);
/** The horizon closes: counts the lives of all environments that are there. */
void sc_lambda_batch_close(struct sc_lambda_batch *b, int64_t at_ns);
/** After the last request: adds what was counted apart to the histograms and frees the arrays. */
void sc_lambda_batch_end(struct sc_lambda_batch *b);
#endif
