/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_HGRM_H
#define SC_REPORT_HGRM_H
/* The percentile file that HdrHistogram's plotter, wrk2 and vegeta share: values in ms. */
#include "run/result.h"

/** Finds a histogram by "ARCHITECTURE/NODE", by NODE where one architecture has it, by
 * "ARCHITECTURE" (what its clients wait), or by "latency" where there is one architecture. NULL
 * with an error that lists what there is. */
const struct sc_hist *sc_hgrm_find(const struct sc_result *r, const char *name,
                                   struct sc_error *err);
/** Writes it, five lines for each halving of the distance to 100 %. */
void sc_hgrm_write(const struct sc_hist *h, FILE *out);
#endif
