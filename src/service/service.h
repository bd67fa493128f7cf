/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_SERVICE_H
#define SC_SERVICE_SERVICE_H
/* What a service is, to the scenario (a table of fields, charges, links) and to the engine (a
 * documented state machine that takes calls and answers them). A call either answers at once, with
 * an instant that may lie in the future (a pure delay is arithmetic), or it is parked in a frame
 * and answers later. One service is one .c file and one line in services.def. */
#include "base/error.h"
#include "base/memory.h"
#include "io/fields.h"
#include "price/charge.h"
#include "service/work.h"

struct sc_sim;
struct sc_node;
struct sc_frame;
struct sc_gauge;
struct sc_ledger;
struct sc_fold;
struct sc_service;
struct sc_architecture;

enum sc_outcome { SC_COMPLETED, SC_THROTTLED, SC_FAILED, SC_TIMED_OUT, SC_OUTCOMES };

/** No instant at all; times before the horizon are negative ones. */
#define SC_BLOCKED INT64_MIN

enum {
    SC_COUNTED = 1,
    SC_FOLLOWED = 2
}; /* flags of a call: inside the horizon; printed by --follow */

enum { SC_NO_NODE = UINT16_MAX };

/** Draws of a request that were made ahead, in a block with its window (service/ahead.h). */
struct sc_ahead {
    int64_t entry_ns;       /* the own latency of the node `entry` */
    int64_t store_ns;       /* a store's for the operation `op` */
    const struct sc_op *op; /* NULL: there is none */
    uint64_t op_id;         /* what it is asked by */
    uint32_t place;         /* which of the store's partitions it goes to */
    uint16_t entry;         /* SC_NO_NODE: there is none */
};

/** A job that a node is asked to do. */
struct sc_call {
    int64_t at_ns;
    uint64_t id; /* key of its draws; a gateway passes it on, so that demands are the same in every
                    architecture */
    double trace_ns;        /* the trace's duration of this request */
    int64_t first_ns;       /* demand of its first operation where that is drawn already, else -1 */
    const struct sc_op *op; /* of the program that asks: a store's, a call; NULL: a client's call */
    const struct sc_ahead *ahead; /* NULL: whoever needs a draw makes it */
    uint32_t pool;                /* the trace's key of this request */
    uint16_t work;
    uint8_t flags;
};

/** Its answer: 16 bytes, so that it travels in registers. */
struct sc_reply {
    int64_t at_ns; /* when the answer is there; not before the call */
    uint32_t
        waiting;     /* a frame that will answer later, and nothing else here counts; 0: answered */
    uint16_t answer; /* HTTP status */
    uint8_t outcome; /* enum sc_outcome */
};

/** What the account holds for all services of an architecture; a scenario's "account". */
struct sc_account_config {
    int64_t concurrency;    /* Lambda executions at once (LAMBDA-CONC-3) */
    int64_t requests_per_s; /* Lambda; 0: ten times the concurrency (LAMBDA-RPS-1); -1: no limit */
    int64_t gateway_per_s, gateway_burst; /* API Gateway (APIGW-THR-1) */
    int64_t launch_per_s, launch_burst;   /* Fargate tasks (FARGATE-1) */
};
extern const struct sc_field sc_account_fields[];

/** Where a node sends a work: n weighted targets. */
struct sc_route {
    int n;
    const uint64_t *upto;   /* a draw below upto[i] goes to target[i] */
    const uint16_t *target; /* places among the architecture's services */
};

/** One service of an architecture, as configured; const while trials run. */
struct sc_service {
    const char *name;
    const struct sc_service_type *type;
    const struct sc_architecture *architecture;
    void *config;
    uint16_t index;
    uint64_t key;                 /* of its name: part of the keys of its own draws */
    const struct sc_route *route; /* by work; NULL where the type has no "to" */
    struct sc_charge *charge;
    int n_charges;
    int n_pools;                  /* "per": "key": how many keys the trace has; else 1 */
    const double *pool_memory_mb; /* by pool, from the trace; NULL: none */
    const char *const *pool_name; /* by pool; NULL when there is one */
};

struct sc_architecture {
    const char *name;
    struct sc_service *service; /* ordered by name */
    int n_services;
    uint16_t entry;
    const uint16_t *store; /* by store name: the service that is it */
    const int32_t
        *callee; /* by work: the service that runs it when called; -1: in the caller's process */
    struct sc_account_config account;
    const struct sc_commitment *commitment; /* what its account has committed to pay */
    int n_commitments;
};

enum sc_cold_extra { SC_EXTRA_VPC, SC_EXTRA_SDK };

/** What `open` may ask of the loader: each asks with a sentence's worth of context and gets a
 * located error. */
struct sc_opening {
    const struct sc_work *work;
    int n_works;
    struct sc_arena *arena;
    void *models; /* the loader's; see scenario/ */
    /** The quantiles of a cold start, NULL with an error. */
    const struct sc_dist *(*coldstart)(const struct sc_opening *o, const char *runtime,
                                       const char *package, const char *arch, struct sc_error *err);
    /** What a VPC mode, or a runtime's AWS SDK, adds to a cold start, NULL with an error. */
    const struct sc_dist *(*extra)(const struct sc_opening *o, enum sc_cold_extra what,
                                   const char *name, struct sc_error *err);
    /** A machine type: 1/1000 vCPU and MB of memory. Returns 0 or -1 with an error. */
    int (*instance)(const struct sc_opening *o, const char *name, int64_t *vcpu_milli,
                    int64_t *memory_mb, struct sc_error *err);
};

struct sc_service_type {
    const char *name, *summary;
    size_t config_size, state_size;
    const struct sc_field *fields;
    bool routes;   /* has "to" */
    bool computes; /* runs work: may have "runs" */
    bool
        in_order; /* its programs take every step when its time has come, none ahead (shared CPU) */
    bool stores;  /* takes store operations */
    /** Checks and completes the config, adds charges; NULL: nothing to do. Errors name the key as
     * pointer ("/memory_mb"). */
    int (*open)(struct sc_service *s, const struct sc_opening *o, struct sc_error *err);
    /** How long its past matters, ns: the warm-up lead is the largest of all. NULL: not at all. */
    int64_t (*memory_ns)(const struct sc_service *s);
    /** The same where it begins settled (sc_sim_setup) and traffic keeps to what is expected. NULL:
     * as memory_ns. */
    int64_t (*settled_ns)(const struct sc_service *s);
    /** Its meters count in whole steps of that; NULL: they do not. */
    int64_t (*step_ns)(const struct sc_service *s);
    /** Whether it changes at certain instants of the clock, so that a stretch of the horizon cannot
     * be simulated by itself. NULL: never. */
    bool (*dated)(const struct sc_service *s);

    /** A trial begins: make the state in the node (zeroed, state_size bytes). */
    void (*start)(struct sc_node *n);
    struct sc_reply (*arrive)(struct sc_node *n, const struct sc_call *call);
    /** Whether it will take all requests of the only client itself, by whole windows, instead of
     * one call each; NULL: never. Then `flow` lets everything happen here that happens before
     * `until_ns`. */
    bool (*batches)(struct sc_node *n, struct sc_node *client);
    void (*flow)(struct sc_node *n, int64_t until_ns);
    /** A frame's own event is due (sc_sim_park). */
    void (*resume)(struct sc_node *n, struct sc_frame *f, int64_t at_ns);
    /** Draws in a block what calls with these ids would draw when they come, bit for bit: entry_ns,
     * or a store for the operation `op` store_ns and place. NULL: nothing can be drawn ahead. */
    void (*draw)(const struct sc_node *n, const struct sc_op *op, const uint64_t *id,
                 struct sc_ahead *out, int count);
    /** Stores: how many runs of works are sure to be refused nothing from now on, whatever they ask
     * for and in whatever order. NULL: none. */
    int64_t (*bears)(struct sc_node *n);
    /** A parked call of the frame has answered. */
    void (*answer)(struct sc_node *n, struct sc_frame *f, struct sc_reply r);
    /** The answer of a call that the node passed on comes by (sc_node_sign); `f` is the frame that
     * waited, of the same call. What its caller gets. */
    struct sc_reply (*back)(struct sc_node *n, const struct sc_frame *f, struct sc_reply r);
    /** A frame's deadline has come (sc_sim_deadline). */
    void (*expire)(struct sc_node *n, struct sc_frame *f, int64_t at_ns);
    /** An instance's event is due (sc_sim_wake). */
    void (*wake)(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns);
    /** Makes up for what has happened by now without an event; may stop as soon as `until`, unless
     * NULL, is below its peak. NULL: everything has its event. */
    void (*settle)(struct sc_node *n, const struct sc_gauge *until);
    /** A node's timer is due (sc_sim_timer). */
    void (*timer)(struct sc_node *n, uint16_t code, int64_t at_ns);
    /** Compute services: `cpu_ns` of one vCPU from at_ns on. Returns when it is done, or SC_BLOCKED
     * when the frame has to wait and the service will go on with sc_steps_run. */
    int64_t (*cpu)(struct sc_node *n, struct sc_frame *f, int64_t at_ns, int64_t cpu_ns);
    /** Compute services: the frame's program has ended. */
    void (*done)(struct sc_node *n, struct sc_frame *f, struct sc_reply r);
    /** The measured part begins (hour 0), an hour of it has ended (0 the first), it ends (at the
     * horizon). */
    void (*begin)(struct sc_node *n, int64_t at_ns);
    void (*hour)(struct sc_node *n, int hour, int64_t at_ns);
    void (*end)(struct sc_node *n, int64_t at_ns);
    /** The measured part begins anew here, at a whole hour: forget what was counted of it. `begin`
     * follows. */
    void (*forget)(struct sc_node *n);
    /** Writes all that can change the future, and nothing else, the same bytes for the same future
     * (service/fold.h). A type without it is never simulated by slices. */
    void (*fold)(struct sc_node *n, struct sc_fold *to);
    /** The same of a frame's `instance` and `op`; NULL: the type uses neither. */
    void (*fold_frame)(struct sc_node *n, const struct sc_frame *f, struct sc_fold *to);
    /** The same of an instance whose event is pending; false: nobody will heed it. */
    bool (*fold_event)(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns,
                       struct sc_fold *to);
    /** Everything has been drained: write meters, counters, histograms. */
    void (*report)(struct sc_node *n, struct sc_ledger *l);
};

/** The list, ordered as services.def; ends with NULL. */
extern const struct sc_service_type *const sc_service_types[];
const struct sc_service_type *sc_service_type_named(const char *name);

/** Adds a charge to a service being opened; `sku` is copied. */
void sc_service_charge(struct sc_service *s, const struct sc_opening *o, struct sc_charge charge);
#endif
