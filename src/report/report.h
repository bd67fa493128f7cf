/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_REPORT_H
#define SC_REPORT_REPORT_H
/* The formats a result can be told in. A format is one file and one line in report.c. */
#include "report/verdict.h"
#include <stdio.h>

struct sc_report_options {
    bool detail; /* bills line by line, counters of nodes */
    bool color;
};

struct sc_report_format {
    const char *name, *summary;
    void (*write)(const struct sc_result *r, const struct sc_verdict *v,
                  const struct sc_report_options *o, FILE *out);
};

/** The list, the default first; ends with NULL. */
extern const struct sc_report_format *const sc_report_formats[];
const struct sc_report_format *sc_report_format_named(const char *name);

extern const struct sc_report_format sc_report_text, sc_report_json, sc_report_csv,
    sc_report_markdown, sc_report_focus;
#endif
