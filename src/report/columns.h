/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_COLUMNS_H
#define SC_REPORT_COLUMNS_H
/* The estimates of an architecture, each with the path that JSON and CSV call it by. */
#include "run/result.h"

struct sc_column {
    const char *path; /* "latency_ms/p99" */
    size_t offset;    /* of the struct sc_estimate in struct sc_result_architecture */
};

/** In the order of the JSON document; ends with a NULL path. */
extern const struct sc_column sc_columns[];

static inline struct sc_estimate sc_column_of(const struct sc_result_architecture *a,
                                              const struct sc_column *c)
{
    return *(const struct sc_estimate *)((const char *)a + c->offset);
}
#endif
