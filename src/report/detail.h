/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_DETAIL_H
#define SC_REPORT_DETAIL_H
/* What --detail adds to the screen: bills line by line, what requests ended in, what each node
 * counted. */
#include "run/result.h"

/** The bill's total as the screen shows it: each line rounded half up to the cent, then added. */
int64_t sc_detail_cents(const struct sc_result_architecture *a);
void sc_detail_write(const struct sc_result *r, FILE *out);
#endif
