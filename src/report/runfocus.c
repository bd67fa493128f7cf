/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's bills as FOCUS rows: one a line of each architecture, x_Option is its name. Lines are
 * means over the replications, which know neither tiers nor what a commitment covered: list prices
 * stay empty, and a commitment's cost stays with its purchase. */
#include "price/bill.h"
#include "report/focus.h"
#include "report/report.h"

#include <inttypes.h>
#include <string.h>

/* A result keeps no kinds of lines; the item of a commitment is always called so. */
static bool is_purchase(const struct sc_result_line *l)
{
    return strcmp(l->item, "commitment") == 0;
}

static void write_line(const struct sc_result *r, const struct sc_result_architecture *a,
                       const struct sc_result_line *l, FILE *out)
{
    char description[256], seed[32];
    sc_i128 billed_e15 = sc_usd_cents(l->usd_e15) * (sc_i128)INT64_C(10000000000000);
    snprintf(description, sizeof description, "%s %s%s", l->node, l->item,
             l->confirmed ? "" : " (price not confirmed)");
    snprintf(seed, sizeof seed, "%" PRId64, r->seed);
    sc_focus_write(
        &(struct sc_focus_row){.charge = is_purchase(l) ? SC_FOCUS_PURCHASE : SC_FOCUS_USED,
                               .billed_e15 = billed_e15,
                               .effective_e15 = billed_e15,
                               .quantity = l->quantity,
                               .unit = l->unit,
                               .sku = l->sku,
                               .description = description,
                               .region = r->book_region,
                               .node = l->node,
                               .month = r->book_as_of,
                               .scenario = r->title,
                               .option = a->name,
                               .seed = seed,
                               .quantile = "mean"},
        out);
}

static void write(const struct sc_result *r, const struct sc_verdict *v,
                  const struct sc_report_options *o, FILE *out)
{
    (void)v;
    (void)o;
    sc_focus_header(out);
    for (int i = 0; i < r->n; i++)
        for (int k = 0; k < r->architecture[i].n_lines; k++)
            write_line(r, &r->architecture[i], &r->architecture[i].line[k], out);
}

const struct sc_report_format sc_report_focus = {"focus", "bills as rows with columns of FOCUS 1.2",
                                                 write};
