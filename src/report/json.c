/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One document for programs. Its keys and their order are stable; new ones are added, none changes
 * its meaning without a new schema_version. */
#include "report/columns.h"
#include "report/report.h"
#include "run/emit.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void key(const char *before, const char *name, FILE *out)
{
    fputs(before, out);
    sc_emit_text(name, out);
    fputs(": ", out);
}

static void text(const char *before, const char *name, const char *value, FILE *out)
{
    key(before, name, out);
    sc_emit_text(value, out);
}

static void number(const char *before, const char *name, double value, FILE *out)
{
    key(before, name, out);
    sc_emit_number(value, out);
}

static void estimate(const char *before, const char *name, struct sc_estimate e, FILE *out)
{
    key(before, name, out);
    number("{", "mean", e.n > 0 ? e.mean : (double)NAN, out);
    number(", ", "lo", e.n > 1 ? e.lo : (double)NAN, out);
    number(", ", "hi", e.n > 1 ? e.hi : (double)NAN, out);
    fprintf(out, ", \"n\": %d}", e.n);
}

static void waits(const char *before, const char *name, const struct sc_waits *w, FILE *out)
{
    static const char *const names[] = {"mean", "p50", "p90", "p95", "p99", "p99_9", "max"};
    const struct sc_estimate list[] = {w->mean, w->p50, w->p90, w->p95, w->p99, w->p99_9, w->max};
    const char *indent = before + strspn(before, ",\n");
    key(before, name, out);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        fprintf(out, "%s\n%s  ", i ? "," : "{", indent);
        estimate("", names[i], list[i], out);
    }
    fprintf(out, "\n%s}", indent);
}

static void bill(const struct sc_result_architecture *a, FILE *out)
{
    fputs(",\n      \"bill\": [", out);
    for (int i = 0; i < a->n_lines; i++) {
        const struct sc_result_line *l = &a->line[i];
        text(i ? ",\n        {" : "\n        {", "node", l->node, out);
        text(", ", "item", l->item, out);
        text(", ", "sku", l->sku, out);
        number(", ", "quantity", l->quantity, out);
        text(", ", "unit", l->unit, out);
        number(", ", "usd", (double)l->usd_e15 / 1e15, out);
        if (l->estimate)
            fputs(", \"estimate\": true", out);
        fputc('}', out);
    }
    fputs(a->n_lines ? "\n      ]" : "]", out);
}

static void node(const struct sc_result_node *n, int nth, FILE *out)
{
    const char *comma = "";
    key(nth ? ",\n        " : "\n        ", n->name, out);
    fputc('{', out);
    if (n->type) {
        text("\n          ", "type", n->type, out);
        comma = ",";
    }
    for (int i = 0; i < n->n_counters; i++) {
        fputs(comma, out);
        estimate("\n          ", n->counter[i].name, n->counter[i].value, out);
        comma = ",";
    }
    if (n->hist) {
        fputs(comma, out);
        waits("\n          ", "latency_ms", &n->waits, out);
    }
    if (n->queue)
        waits(",\n          ", "queue_ms", &n->queue_waits, out);
    fputs("\n        }", out);
}

static void architecture(const struct sc_result_architecture *a, int nth, FILE *out)
{
    const char *before = "\n      ";
    key(nth ? ",\n    " : "\n    ", a->name, out);
    fputc('{', out);
    for (const struct sc_column *c = sc_columns; c->path; c++) {
        if (strncmp(c->path, "latency_ms/", 11) == 0) {
            if (strcmp(c->path, "latency_ms/mean") == 0) {
                bill(a, out);
                waits(",\n      ", "latency_ms", &a->waits, out);
            }
            continue;
        }
        estimate(before, c->path, sc_column_of(a, c), out);
        before = ",\n      ";
    }
    for (int i = 0; i < a->n_extras; i++)
        estimate(",\n      ", a->extra[i].name, a->extra[i].value, out);
    fprintf(out, ",\n      \"saturated\": %s", a->saturated ? "true" : "false");
    fputs(",\n      \"nodes\": {", out);
    for (int i = 0; i < a->n_nodes; i++)
        node(&a->node[i], i, out);
    fputs(a->n_nodes ? "\n      }\n    }" : "}\n    }", out);
}

static void heading(const struct sc_result *r, FILE *out)
{
    fputs("{\n  \"schema_version\": 1", out);
    text(",\n  ", "simcost", r->version, out);
    text(",\n  \"scenario\": {", "title", r->title, out);
    text(", ", "sha256", r->sha256, out);
    fprintf(out, "},\n  \"seed\": %" PRId64, r->seed);
    text(",\n  \"book\": {", "id", r->book_id, out);
    text(", ", "as_of", r->book_as_of, out);
    text("},\n  ", "free", r->free, out);
    number(",\n  ", "horizon_h", r->horizon_h, out);
    number(",\n  ", "month_scale", r->month_scale, out);
    fprintf(out, ",\n  \"replications\": %" PRId64, r->replications);
    if (r->sample)
        text(",\n  ", "sample", r->sample, out);
}

static void verdict(const struct sc_result *r, const struct sc_verdict *v, FILE *out)
{
    text(",\n  \"verdict\": {\n    ", "choice",
         v->choice < 0 ? NULL : r->architecture[v->choice].name, out);
    fputs(",\n    \"reasons\": [", out);
    for (int i = 0; i < v->n; i++) {
        text(i ? ",\n      {" : "\n      {", "rule", v->reason[i].rule, out);
        text(", ", "for", v->reason[i].subject, out);
        text(", ", "evidence", v->reason[i].evidence, out);
        fputc('}', out);
    }
    fputs(v->n ? "\n    ]\n  }\n}\n" : "]\n  }\n}\n", out);
}

static void write(const struct sc_result *r, const struct sc_verdict *v,
                  const struct sc_report_options *o, FILE *out)
{
    (void)o;
    heading(r, out);
    fputs(",\n  \"architectures\": {", out);
    for (int i = 0; i < r->n; i++)
        architecture(&r->architecture[i], i, out);
    fputs(r->n ? "\n  }" : "}", out);
    verdict(r, v, out);
}

const struct sc_report_format sc_report_json = {"json", "one document for programs", write};
