/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/hgrm.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { TICKS_PER_HALF = 5 };

static bool is_called(const struct sc_result_architecture *a, const char *node, const char *name)
{
    size_t n = strlen(a->name);
    if (strcmp(name, node) == 0)
        return true;
    return strncmp(name, a->name, n) == 0 && name[n] == '/' && strcmp(name + n + 1, node) == 0;
}

static void list(const struct sc_result *r, char *names, size_t size)
{
    size_t used = 0;
    names[0] = '\0';
    for (int i = 0; i < r->n && used < size; i++) {
        const struct sc_result_architecture *a = &r->architecture[i];
        used += (size_t)snprintf(names + used, size - used, "%s%s", used ? ", " : "", a->name);
        for (int k = 0; k < a->n_nodes && used < size; k++)
            if (a->node[k].hist)
                used += (size_t)snprintf(names + used, size - used, ", %s/%s", a->name,
                                         a->node[k].name);
    }
}

const struct sc_hist *sc_hgrm_find(const struct sc_result *r, const char *name,
                                   struct sc_error *err)
{
    const struct sc_hist *found = NULL;
    int matches = 0;
    char names[768];
    for (int i = 0; i < r->n; i++) {
        const struct sc_result_architecture *a = &r->architecture[i];
        if (a->hist && (strcmp(name, a->name) == 0 || is_called(a, "latency", name))) {
            found = a->hist;
            matches++;
        }
        for (int k = 0; k < a->n_nodes; k++)
            if (a->node[k].hist && is_called(a, a->node[k].name, name)) {
                found = a->node[k].hist;
                matches++;
            }
    }
    if (matches == 1)
        return found;
    list(r, names, sizeof names);
    sc_fail(err, NULL, "--hgrm %s: %s; there are %s", name,
            matches ? "several architectures have it, say ARCHITECTURE/NODE"
                    : "nothing completed under that name",
            names);
    return NULL;
}

/* The next share at which a line is due after `share`: a fifth of the way to the next halving. */
static double next_share(double share)
{
    double half = floor(log2(1 / (1 - share))) + 1;
    return share + 1 / (TICKS_PER_HALF * exp2(half));
}

static double ms(const struct sc_hist *h, int bucket)
{
    int64_t high = sc_hist_high(bucket);
    return (double)(high < h->max ? high : h->max) / 1e6;
}

void sc_hgrm_write(const struct sc_hist *h, FILE *out)
{
    uint64_t total = sc_hist_count(h), before = 0;
    double due = 0, most = 1 - 0.5 / (double)total; /* beyond that only the last value follows */
    int last = 0;
    fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
            "1/(1-Percentile)");
    for (int b = 0; b < SC_HIST_BUCKETS; b++) {
        uint64_t count = sc_hist_bucket(h, b);
        before += count;
        double share = (double)before / (double)total;
        if (count > 0)
            last = b;
        for (; count > 0 && share >= due && due < most; due = next_share(due))
            fprintf(out, "%12.3f %14.12f %10" PRIu64 " %14.2f\n", ms(h, b), due, before,
                    1 / (1 - due));
    }
    fprintf(out, "%12.3f %14.12f %10" PRIu64 " %14s\n", ms(h, last), 1.0, total, "inf");
    fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", sc_hist_mean(h) / 1e6,
            sc_hist_deviation(h) / 1e6);
    fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n", (double)h->max / 1e6,
            total);
    fprintf(out, "#[Buckets = %12d, SubBuckets     = %12d]\n", SC_HIST_OCTAVES, SC_HIST_SUB);
}
