/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_REPORT_VERDICT_H
#define SC_REPORT_VERDICT_H
/* The decision: the cheapest architecture that meets the objective and is not saturated, and each
 * rule with its evidence. */
#include "run/result.h"

struct sc_reason {
    const char *rule;     /* "objective", "saturated", "cheapest", "margin", "nearest" */
    const char *subject;  /* the architecture it speaks for */
    const char *evidence; /* a clause with numbers */
};

struct sc_verdict {
    int choice;            /* place of the architecture, -1: none meets the objective */
    int nearest;           /* where none meets it: the one that misses by least; else -1 */
    bool asked;            /* the scenario has an objective */
    bool *meets;           /* by architecture: objective and not saturated */
    const char **misses;   /* by architecture: "p99 412 ms > 300 ms", or NULL */
    const char *objective; /* "p99 <= 300 ms, failed <= 0.1 %"; NULL without */
    int n;
    struct sc_reason *reason;
};

/** Texts live in the arena. */
struct sc_verdict sc_verdict_of(const struct sc_result *r, struct sc_arena *arena);
/** a's cost less b's by replication, USD a month: paired, because both met the same requests. */
struct sc_estimate sc_verdict_margin(const struct sc_result_architecture *a,
                                     const struct sc_result_architecture *b);
#endif
