/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LAMBDAMETERS_H
#define SC_SERVICE_LAMBDAMETERS_H
/* What Lambda bills: milliseconds x MB, filled on the hot path in 64 bits and folded every hour. */
#include "price/metering.h"
#include "service/lambda.h"
#include "service/ledger.h"
#include "service/sim.h"

/** Today's rule, without init, and both in steps of 100 ms; then provisioned ones. */
enum sc_billing {
    SC_BILLED,
    SC_BILLED_NO_INIT,
    SC_BILLED_100,
    SC_BILLED_100_NO_INIT,
    SC_BILLED_PROVISIONED,
    SC_BILLINGS
};

/** Sums since the last fold, at most an hour ago: 64 bits are enough for 10^7 executions at once.
 */
struct sc_lambda_fresh {
    int64_t warm_mb_ms, warm_mb_hundreds, busy_ns, ephemeral_ms;
    int64_t mb_ms[SC_BILLINGS]; /* what is not warm */
};

struct sc_lambda_meters {
    struct sc_lambda_fresh fresh;
    sc_i128 mb_ms[SC_BILLINGS], busy_ns, ephemeral_ms;
    sc_i128 *hour[SC_BILLINGS], closed[SC_BILLINGS]; /* by the hour; the sum at the last mark */
};

/** What a function counts. */
struct sc_lambda_tally {
    struct sc_lambda_meters meters;
    int64_t cold, spilled, init_ns;
};

/** An execution of `run_ns` in an environment that was there. */
static inline void sc_lambda_bill_warm(struct sc_lambda_fresh *t, int64_t mb, int64_t run_ns)
{
    int64_t ms = sc_invocation_billed_ms(run_ns, 1);
    t->busy_ns += run_ns;
    t->warm_mb_ms += ms * mb;
    t->warm_mb_hundreds += sc_steps_of(ms, 100) * mb;
}

/** One after an init of `init_ns`: rounded once, over both. */
void sc_lambda_bill_cold(struct sc_lambda_fresh *t, int64_t mb, int64_t init_ns, int64_t run_ns);

/** Warm executions, all of `mb` MB. */
void sc_lambda_bill_many(struct sc_lambda_fresh *t, int64_t mb, const int64_t *run_ns, size_t n);

/** Ends an hour: its share is what the running sums grew by. What ends after the horizon is closed
 * with its last hour. */
void sc_lambda_close_hour(struct sc_lambda_meters *m, int hour);
/** The measured part begins anew at a whole hour. */
void sc_lambda_meters_forget(struct sc_lambda_meters *m, int hours);
/** Hourly, because commitments apply by the hour. */
void sc_lambda_report_billed(struct sc_node *n, const struct sc_lambda_meters *m,
                             struct sc_ledger *l);
#endif
