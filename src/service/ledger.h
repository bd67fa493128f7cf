/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_LEDGER_H
#define SC_SERVICE_LEDGER_H
/* What one trial counted, and all that a report may read: integers only, under names like
 * "fn/billed_ms_mb". */
#include "base/memory.h"
#include "num/hist.h"
#include <stdbool.h>

enum sc_meter_kind { SC_METER_SUM, SC_METER_HOURLY };

/** What a number is when parts of a horizon are put together. */
enum sc_combine {
    SC_ADDS,
    SC_LARGEST,
    SC_LEVEL, /* the same all the time: stored bytes */
    SC_FIRST, /* at the beginning, at the end: of slices; windows of a sample add up */
    SC_LAST
};

struct sc_meter {
    const char *name; /* NODE/METER */
    enum sc_meter_kind kind;
    enum sc_combine combine;
    int64_t cut, times; /* cut 0: as it stands; else still whole (sc_ledger_settle) */
    sc_i128 sum;        /* also the total of an hourly one */
    sc_i128 *hour;      /* hourly: n_hours values, hour 0 first */
    int n_hours;
};

struct sc_counter {
    const char *name; /* NODE/COUNTER, or COUNTER for the whole architecture */
    int64_t value;
    enum sc_combine combine;
};

struct sc_named_hist {
    const char *name; /* NODE, or "latency" for what clients wait */
    struct sc_hist *hist;
};

struct sc_series {
    const char *name;
    int64_t *value; /* one an hour of the horizon */
    int n;
};

/** A list by name: a hash table of places. */
struct sc_ledger_index {
    const void *items; /* structs that begin with their name */
    size_t n, size;    /* how many there were, and of how many bytes */
    uint32_t *place;   /* from 1; 0: free */
    size_t mask;
};

struct sc_ledger {
    struct sc_arena *arena; /* borrowed: everything here lives in it */
    struct sc_meter *meter;
    size_t n_meters, meter_cap;
    struct sc_counter *counter;
    size_t n_counters, counter_cap;
    struct sc_named_hist *hist;
    size_t n_hists, hist_cap;
    struct sc_series *series;
    size_t n_series, series_cap;
    struct sc_ledger_index by_meter, by_counter, by_hist; /* of sc_ledger_index */
};

/** Adding: names are copied as "NODE/NAME"; `node` NULL gives "NAME". Hours and series are
 * borrowed. */
void sc_ledger_meter(struct sc_ledger *l, const char *node, const char *name, sc_i128 sum);
void sc_ledger_hourly(struct sc_ledger *l, const char *node, const char *name, sc_i128 *hour,
                      int n_hours);
void sc_ledger_count(struct sc_ledger *l, const char *node, const char *name, int64_t value);
/** Those that do not add up. */
void sc_ledger_level(struct sc_ledger *l, const char *node, const char *name, sc_i128 level);
void sc_ledger_peak(struct sc_ledger *l, const char *node, const char *name, int64_t value);
void sc_ledger_count_at(struct sc_ledger *l, const char *node, const char *name, int64_t value,
                        enum sc_combine combine);
/** The meter just added is metered in larger units than it is kept in: in `cut` of these, times
 * `times`. What is cut off goes on to the next hour, so parts are put together first. */
void sc_ledger_cut(struct sc_ledger *l, int64_t cut, int64_t times);
/** Cuts what is to be cut. */
void sc_ledger_settle(struct sc_ledger *l);
/** Adds the ledger of the part of a horizon that follows; both count hours from its beginning. The
 * result lives in `l`'s arena. */
void sc_ledger_join(struct sc_ledger *l, const struct sc_ledger *next);
void sc_ledger_hist(struct sc_ledger *l, const char *name, struct sc_hist *hist);
void sc_ledger_series(struct sc_ledger *l, const char *node, const char *name, int64_t *value,
                      int n);

/** Looking; NULL (or 0) when there is none. */
const struct sc_meter *sc_ledger_find_meter(const struct sc_ledger *l, const char *node,
                                            const char *name);
int64_t sc_ledger_find_count(const struct sc_ledger *l, const char *node, const char *name);
const struct sc_hist *sc_ledger_find_hist(const struct sc_ledger *l, const char *name);
void sc_ledger_free(struct sc_ledger *l);

/** After adding: makes looking fast where there is much (ledgerindex.c). */
void sc_ledger_index(struct sc_ledger *l);
/** Looks into an index of n items: false where it is not of so many; `found` may become NULL. */
bool sc_ledger_look(const struct sc_ledger_index *x, size_t n, const char *node, const char *name,
                    const void **found);
#endif
