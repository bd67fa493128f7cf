/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/report.h"

#include <string.h>

const struct sc_report_format *const sc_report_formats[] = {
    &sc_report_text, &sc_report_json, &sc_report_csv, &sc_report_markdown, &sc_report_focus, NULL};

const struct sc_report_format *sc_report_format_named(const char *name)
{
    for (const struct sc_report_format *const *f = sc_report_formats; *f; f++)
        if (strcmp((*f)->name, name) == 0)
            return *f;
    return NULL;
}
