/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_ACCOUNT_H
#define SC_SERVICE_ACCOUNT_H
/* The quotas of one account and region. */
#include "io/fields.h"
#include "service/sim.h"

/** All buckets full, nothing reserved. Functions take what they reserve when they start. */
void sc_account_start(struct sc_account *a, const struct sc_account_config *c, int64_t now_ns);
#endif
