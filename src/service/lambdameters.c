/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/lambdameters.h"

#include "num/math.h"

#include <string.h>

static const int64_t HOUR_NS = INT64_C(3600000000000), MS_NS = 1000000;

SC_COLD void sc_lambda_bill_cold(struct sc_lambda_fresh *t, int64_t mb, int64_t init_ns,
                                 int64_t run_ns)
{
    t->busy_ns += init_ns + run_ns;
    t->mb_ms[SC_BILLED] += sc_invocation_billed_ms(init_ns + run_ns, 1) * mb;
    t->mb_ms[SC_BILLED_NO_INIT] += sc_invocation_billed_ms(run_ns, 1) * mb;
    t->mb_ms[SC_BILLED_100] += sc_invocation_billed_ms(init_ns + run_ns, 100) * mb;
    t->mb_ms[SC_BILLED_100_NO_INIT] += sc_invocation_billed_ms(run_ns, 100) * mb;
}

/* sc_invocation_billed_ms without a division, for vectors: run_ns < 2^51. The nearest whole number
 * of ms is exact, since a double holds run_ns; it is the one below where something is left. */
SC_INLINE uint64_t ms_up(uint64_t run_ns)
{
    const uint64_t magic = UINT64_C(0x4330000000000000); /* the bits of 2^52 */
    double ns = sc_from_bits(run_ns | magic) - 0x1p52;
    uint64_t ms = sc_to_bits(ns * 1e-6 + 0x1p52) - magic;
    return ms + ((int64_t)(run_ns - (uint64_t)(uint32_t)ms * UINT64_C(1000000)) > 0);
}

/* ms / 100 rounded up: 1374389535 / 2^37 is 1 / 100 for all 32-bit numbers. */
SC_INLINE uint64_t hundreds_up(uint64_t ms)
{
    return (ms + 99) * UINT64_C(1374389535) >> 37;
}

SC_CLONES void sc_lambda_bill_many(struct sc_lambda_fresh *t, int64_t mb, const int64_t *run_ns,
                                   size_t n)
{
    int64_t busy_ns = 0, ms = 0, hundreds = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t billed_ms = ms_up((uint64_t)run_ns[i]);
        busy_ns += run_ns[i];
        ms += (int64_t)billed_ms;
        hundreds += (int64_t)hundreds_up(billed_ms);
    }
    t->busy_ns += busy_ns;
    t->warm_mb_ms += ms * mb;
    t->warm_mb_hundreds += hundreds * mb;
}

static void fold(struct sc_lambda_meters *m)
{
    struct sc_lambda_fresh *f = &m->fresh;
    for (int i = 0; i < SC_BILLINGS; i++) {
        bool by_hundreds = i == SC_BILLED_100 || i == SC_BILLED_100_NO_INIT;
        m->mb_ms[i] += f->mb_ms[i];
        if (i != SC_BILLED_PROVISIONED)
            m->mb_ms[i] += by_hundreds ? 100 * f->warm_mb_hundreds : f->warm_mb_ms;
    }
    m->busy_ns += f->busy_ns;
    m->ephemeral_ms += f->ephemeral_ms;
    *f = (struct sc_lambda_fresh){0};
}

void sc_lambda_close_hour(struct sc_lambda_meters *m, int hour)
{
    fold(m);
    for (int i = 0; i < SC_BILLINGS; i++) {
        m->hour[i][hour] += m->mb_ms[i] - m->closed[i];
        m->closed[i] = m->mb_ms[i];
    }
}

void sc_lambda_meters_forget(struct sc_lambda_meters *m, int hours)
{
    struct sc_lambda_meters fresh = {0};
    for (int i = 0; i < SC_BILLINGS; i++) {
        fresh.hour[i] = m->hour[i];
        memset(fresh.hour[i], 0, sizeof *fresh.hour[i] * (size_t)(hours + 1));
    }
    *m = fresh;
}

/* Configured memory while it is enabled, used or not; what is rounded up belongs to the first hour.
 */
static void report_provisioned(struct sc_node *n, struct sc_ledger *l)
{
    const struct sc_lambda *c = n->config;
    int hours = n->sim->hours;
    sc_i128 *value = SC_NEW_ARRAY(l->arena, sc_i128, hours + 1);
    int64_t from_ns = c->provisioned_at_ns > 0 ? c->provisioned_at_ns : 0,
            left_ms = sc_provisioned_ms(n->sim->end_ns - from_ns);
    for (int h = hours - 1; h >= 0 && left_ms > 0; h--) {
        int64_t begin_ns = h * HOUR_NS, end_ns = begin_ns + HOUR_NS;
        int64_t on_ms = ((end_ns < n->sim->end_ns ? end_ns : n->sim->end_ns) - begin_ns) / MS_NS;
        on_ms = begin_ns <= from_ns ? left_ms : on_ms;
        left_ms -= on_ms;
        if (begin_ns >= n->sim->measured_from_ns && begin_ns < n->sim->measured_to_ns)
            value[h] = (sc_i128)on_ms * c->memory_mb * c->provisioned;
    }
    sc_ledger_hourly(l, n->service->name, "provisioned_mb_ms", value, hours);
}

/* Init of an image and of a custom runtime was billed before August 2025 too (prices-aws.md). */
void sc_lambda_report_billed(struct sc_node *n, const struct sc_lambda_meters *m,
                             struct sc_ledger *l)
{
    static const char *const names[] = {"billed_mb_ms", "billed_noinit_mb_ms", "billed_100ms_mb_ms",
                                        "billed_100ms_noinit_mb_ms"};
    const struct sc_lambda *c = n->config;
    bool always = c->package_choice == 1 || strncmp(c->runtime, "provided", 8) == 0;
    for (int i = 0; i < SC_BILLED_PROVISIONED; i++)
        sc_ledger_hourly(l, n->service->name, names[i], m->hour[always ? i & ~1 : i],
                         n->sim->hours);
    if (c->provisioned == 0)
        return;
    report_provisioned(n, l);
    sc_ledger_hourly(l, n->service->name, "provisioned_billed_mb_ms",
                     m->hour[SC_BILLED_PROVISIONED], n->sim->hours);
}
