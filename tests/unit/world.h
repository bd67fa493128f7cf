/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TESTS_WORLD_H
#define SC_TESTS_WORLD_H
/* A whole world in a few lines: a scenario as JSON in the test's source, arrivals to the
 * nanosecond where they matter, one trial of it, and its counters and meters by name. What fails
 * here fails the test. */
#include "run/trial.h"

/** A scenario as it stands, quotes and all. */
#define JSON(...) #__VA_ARGS__

enum { WORLD_SETS = 16 };

/** Requests of the file a.csv (columns at, ms, key, mb): n of them, from `at_ns` on, `gap_ns`
 * apart. A list ends with NO_MORE. */
struct arrivals {
    int n;
    int64_t at_ns, gap_ns;
    double duration_ms, memory_mb;
    const char *key;
};
#define COME(n_, at, gap, ms)                                                                      \
    {                                                                                              \
        .n = (n_), .at_ns = (at), .gap_ns = (gap), .duration_ms = (ms)                             \
    }
#define NO_MORE                                                                                    \
    {                                                                                              \
        .n = 0                                                                                     \
    }

/** Starts from all zeros; give back with world_end. */
struct world {
    const struct arrivals *arrivals; /* NULL: no file */
    struct sc_set set[WORLD_SETS];   /* borrowed: what differs from the text */
    int n_sets;
    bool one_by_one; /* no batches */
    struct sc_scenario scenario;
    struct sc_error err;
    struct sc_arena scratch;
    struct sc_record record; /* of the trial run last */
    bool open, ran;
};

void world_set(struct world *w, const char *pointer, const char *value);
/** Loads the text, an object to which title and book are added; 0, or -1 with an error in w->err.
 */
int world_load(struct world *w, const char *text);
/** Loads and says why not: the test goes on only where it did. */
void world_open(struct world *w, const char *text);
/** Runs one trial. */
void world_trial(struct world *w, const char *architecture, int replication);
/** Loads and runs the only architecture. */
void world_run(struct world *w, const char *text);
void world_end(struct world *w);

/** A counter or a meter's sum: "fn/throttled", "requests". One of the two must exist. */
int64_t world_value(const struct world *w, const char *name);
/** How many of a histogram's values there are, and a quantile of them, ms: of a node, or
 * "latency". */
uint64_t world_waits(const struct world *w, const char *name);
double world_wait_ms(const struct world *w, const char *name, double q);
/** Fails unless low <= value <= high, and says which. */
void world_between(const struct world *w, const char *name, int64_t low, int64_t high);
/** Fails unless the value is exactly that. */
void world_is(const struct world *w, const char *name, int64_t value);
/** Loads, and fails unless the load fails at that pointer with that in its words. */
void world_refuses(struct world *w, const char *text, const char *pointer, const char *words);
#endif
