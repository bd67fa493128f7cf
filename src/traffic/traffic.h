/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_TRAFFIC_TRAFFIC_H
#define SC_TRAFFIC_TRAFFIC_H
/* When requests come and which work they ask for. An open source is a unit process (Poisson or
 * even) in operational time, cut into windows of about 1,024 points, and a rate curve that maps
 * operational time to the clock: window b holds the points of [1024 b, 1024 (b + 1)), whatever the
 * rate, and is a pure function of (key, b). A trace fills its windows from an index. A driven
 * source (closed users) has no windows: its events depend on answers, so the client of service/
 * makes them. Hour 0 is Monday, 00:00; the warm-up lies at negative times. */
#include "base/error.h"
#include "base/memory.h"
#include "num/dist.h"

struct sc_field;

enum { SC_WINDOW_POINTS = 1024 };

/** A window of requests, a structure of arrays with room for `cap`; without a trace the last two
 * stay NULL. */
struct sc_window {
    int n, cap;
    int64_t *at_ns;      /* not falling */
    uint64_t *id;        /* the key of every draw of the request */
    uint64_t first;      /* the first request's number in the source: number = first + i */
    uint16_t *work;      /* place among the scenario's works */
    double *duration_ns; /* trace: how long the work took */
    uint32_t *pool;      /* trace: place of the key in the source's list of keys */
};

/** Makes room for `n` requests; keeps nothing. `traced`: also durations and pools. */
void sc_window_reserve(struct sc_window *w, int n, bool traced);
void sc_window_free(struct sc_window *w);

/** A trace's index, built by the reader (scenario/), const while trials run. */
struct sc_trace;

/** One source of a scenario: what stands under /traffic/NAME, resolved. */
struct sc_source {
    const char *name;
    const struct sc_traffic_type *type;
    void *config; /* the profile's struct, type->size bytes */
    int n_mix;
    uint64_t *mix_upto; /* a draw below mix_upto[i], and not below [i-1], asks for mix_work[i] */
    uint16_t *mix_work; /* place among the scenario's works */
    int64_t rtt_ns;     /* network, both ways together, between client and entry */
    /* A client that gives up and tries again */
    int64_t timeout_ns; /* 0: waits for ever */
    int attempts;       /* 1: no retry */
    int64_t backoff_ns, backoff_max_ns;
    double backoff_factor;
    bool jitter;            /* full jitter: a uniform share of the back-off */
    struct sc_trace *trace; /* NULL unless the profile is a trace; const while trials run */
};

/** Gives back what a source owns outside its arena: the trace's index. */
void sc_source_free(struct sc_source *s);

/** What a profile is. One file and one line in traffics.def. */
struct sc_traffic_type {
    const char *name, *summary;
    size_t size; /* of the config */
    const struct sc_field *fields;
    bool driven;    /* no windows: events of the client */
    bool modulated; /* its rate is random itself, so stretches of like expectation differ */
    /** Checks and completes the config after the fields and lists are read
     * (scenario/profilefile.h); may be NULL. */
    int (*open)(struct sc_source *s, struct sc_arena *arena, struct sc_error *err);
    /** Builds what one trial needs (a modulated path, a cursor) in the arena; NULL: nothing. */
    void *(*start)(const struct sc_source *s, uint64_t key, int64_t from_ns, int64_t to_ns,
                   struct sc_arena *arena);
    /** Fills at_ns (and duration_ns, pool of a trace), n and first of window b; id and work are
     * filled by the stream. Returns false when no point lies in this window or any later one. */
    bool (*fill)(const struct sc_source *s, void *state, uint64_t key, int64_t b,
                 struct sc_window *w);
    /** The window that holds the first point at or after `at_ns`, or one before it. */
    int64_t (*window_at)(const struct sc_source *s, void *state, int64_t at_ns);
    /** Expected requests in [from, to). */
    double (*expected)(const struct sc_source *s, int64_t from_ns, int64_t to_ns);
    /** 0: stationary, any stretch is like any other; > 0: repeats after so many ns; -1: happens
     * once. */
    int64_t (*period_ns)(const struct sc_source *s);
    /** How long a one-off lasts, ns; 0 where there is no end. May be NULL. */
    int64_t (*length_ns)(const struct sc_source *s);
};

/** The list, ordered as traffics.def; ends with NULL. */
extern const struct sc_traffic_type *const sc_traffic_types[];
const struct sc_traffic_type *sc_traffic_type_named(const char *name);

/** One trial's requests of one source, window by window, from `from_ns` (inclusive) to `to_ns`
 * (exclusive). */
struct sc_stream {
    const struct sc_source *source;
    void *state;
    uint64_t key; /* of (seed, replication, source) */
    int64_t b, from_ns, to_ns;
    bool over;
    struct sc_window window; /* the current one */
};
void sc_stream_open(struct sc_stream *s, const struct sc_source *source, uint64_t key,
                    int64_t from_ns, int64_t to_ns, struct sc_arena *arena);
/** Fills the next window that has a request; false when there is none. */
bool sc_stream_next(struct sc_stream *s);
void sc_stream_close(struct sc_stream *s);
#endif
