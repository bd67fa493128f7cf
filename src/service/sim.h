/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_SIM_H
#define SC_SERVICE_SIM_H
/* One trial alive: clock, calendar, nodes, frames, instances, account. Frames form a tree: a parked
 * call names the frame that waits for it, an answer goes up. Where nothing has to wait there is no
 * frame. */
#include "des/calendar.h"
#include "num/rng.h"
#include "service/bucket.h"
#include "service/gauge.h"
#include "service/ledger.h"
#include "service/service.h"
#include "traffic/traffic.h"
#include <signal.h>
#include <stdio.h>

/** How many nodes may sign a waiting frame. */
enum { SC_SIGNERS = 3 };

/** A call that waits. A handle is index and generation. */
struct sc_frame {
    int64_t start_ns, deadline_ns; /* deadline INT64_MAX: none */
    uint64_t id;
    uint32_t index, generation; /* grows at every use */
    uint32_t parent, instance;  /* parent 0: nobody waits */
    uint32_t
        parent_generation; /* a parent that has gone on has another one: a late answer is dropped */
    uint32_t pool;
    uint16_t node, work, pc, answer;
    uint8_t flags, outcome, pending, attempt;
    uint8_t n_signers;
    bool branch;                 /* of a fork: it ends in its parent */
    uint16_t signer[SC_SIGNERS]; /* nodes that the answer passes on its way, the nearest first */
    int64_t init_ns;             /* lambda's */
    int64_t own_ns; /* the service's own: when what runs in parallel ends, a user's count */
    double trace_ns;
    union {
        struct sc_ahead ahead;      /* of a call on its way from the client */
        const struct sc_op *op;     /* of a store's */
        struct sc_frame *next_free; /* while it is not in use */
    };
};

/** One environment, task or machine. */
struct sc_instance {
    int64_t created_ns, idle_since_ns;
    uint32_t pool, inflight, generation, next;
    uint16_t node, state;
};

/** What a node counted of requests; [1] inside the horizon, [0] outside. Those completed are
 * counted by the histogram alone and join when the report begins. */
struct sc_counts {
    int64_t requests, outcome[SC_OUTCOMES];
};

struct sc_node {
    const struct sc_service_type *type;
    const struct sc_service *service; /* NULL: a client */
    const void *config;
    void *state;
    struct sc_sim *sim;
    uint64_t key; /* of (seed, replication, node) */
    uint16_t index;
    struct sc_counts counts[2];
    struct sc_hist *hist[2]; /* how long calls took here; [0] is shared scratch */
    struct sc_gauge inflight;
    int64_t *by_hour, before_hour; /* requests inside the horizon: in each hour; before this one */
    struct sc_gauge *all_inflight; /* the account's, where several services compute; else NULL */
    bool sure;                     /* a store that refuses nothing to what is known to come */
    int64_t sure_ns; /* until then its operations may come ahead of the clock, in any order;
                        SC_BLOCKED: not at all */
};

/** What an architecture's nodes share. */
struct sc_account {
    int64_t unreserved_left; /* Lambda executions that may still begin, outside reservations */
    struct sc_bucket lambda_requests, gateway, launches;
    struct sc_gauge inflight; /* of all compute services, where there are several */
    int n_computing;          /* how many there are */
};

struct sc_sim {
    const struct sc_architecture *architecture;
    const struct sc_work *work;
    int n_works;
    struct sc_arena *arena;  /* the trial's; borrowed */
    uint64_t key;            /* of (seed, replication) */
    int64_t from_ns, end_ns; /* warm-up from from_ns <= 0, measured from 0 to end_ns */
    int64_t origin_ns;       /* where 0 lies on the traffic's clock */
    int64_t settle_ns;       /* services begin as after so long under the expected load */
    const struct sc_source *const *source;
    struct sc_load *load; /* expected, where services begin settled; else NULL */
    int64_t measured_from_ns, measured_to_ns; /* what is counted: 0 and end_ns but for a slice */
    int marked;                               /* hours whose mark has passed; -1: none yet */
    int64_t drain_ns; /* how long after end_ns what is inside may still take */
    int64_t now_ns;
    struct sc_calendar calendar;
    struct sc_node *node;
    int n_nodes, n_services; /* services first, then a client for each source */
    struct sc_frame **block; /* frames, 256 a block; index 0 is not used */
    size_t n_blocks, block_cap;
    struct sc_frame *free_frame; /* list through `next_free` */
    uint32_t n_frames;
    struct sc_instance *instance;
    size_t n_instances, instance_cap;
    uint32_t free_instance; /* list through `next`, 0: none; index 0 is not used */
    struct sc_reply
        early;        /* of a frame that ended before anybody could wait for it (sc_steps_begin) */
    int64_t known_ns; /* what comes before it is known; SC_BLOCKED: nothing is */
    int64_t waiting;  /* frames in use */
    int64_t outstanding; /* counted requests that a client still waits for */
    struct sc_account account;
    struct sc_hist scratch;
    struct sc_stream *stream; /* one a source */
    struct sc_cursor *cursor; /* the same */
    int n_streams;
    struct sc_node *flows; /* the entry, where it takes the requests by whole windows; else NULL */
    bool one_by_one;       /* as in the setup */
    bool driven; /* a client's next step depends on an answer: time-outs must come when they come */
    int hours;   /* of the horizon, the last perhaps not whole */
    uint64_t follow; /* number of the request to follow in source follow_source, if follow_out */
    int follow_source;
    FILE *follow_out;
    const volatile sig_atomic_t *stop; /* non-zero: end early (a signal); may be NULL */
};

struct sc_sim_setup {
    const struct sc_architecture *architecture;
    const struct sc_work *work;
    int n_works;
    const struct sc_source *const *source;
    int n_sources;
    uint64_t seed;
    int replication;
    int64_t warmup_ns, horizon_ns, drain_ns; /* a negative warm-up begins after hour 0 */
    int64_t origin_ns; /* the measured part begins there on the traffic's clock */
    int64_t settle_ns; /* > 0: services begin the warm-up as they would be after so long under the
                          load that is expected; 0: as the scenario says */
    uint64_t follow;
    int follow_source;
    FILE *follow_out;
    bool one_by_one; /* every thing that happens has its event: no batches, nothing ahead of the
                        clock; for comparison and for slices */
    const volatile sig_atomic_t *stop;
};

/** Builds, runs to the end and writes the ledger. The arena must outlive the ledger. */
void sc_sim_run(const struct sc_sim_setup *setup, struct sc_arena *arena, struct sc_ledger *ledger);

/** The same step by step. It lives in the arena and holds more: sc_sim_close gives that back. */
struct sc_sim *sc_sim_open(const struct sc_sim_setup *setup, struct sc_arena *arena);
/** Runs until the mark of a whole hour within the horizon has passed and nothing that comes after
 * it has happened. */
void sc_sim_run_to(struct sc_sim *s, int hour);
/** Right after a mark: the measured part begins here. */
void sc_sim_forget(struct sc_sim *s);
/** Runs to the end, and on until what counts has ended. */
void sc_sim_run_out(struct sc_sim *s);
/** Writes what was measured, up to the last mark where it was not run out; meters that are cut are
 * still whole (sc_ledger_settle). `ledger` NULL: nothing is written. */
void sc_sim_close(struct sc_sim *s, struct sc_ledger *ledger);

static inline struct sc_frame *sc_sim_frame(const struct sc_sim *s, uint32_t index)
{
    return &s->block[index >> 8][index & 255];
}

/** More frames into the list of free ones. */
SC_COLD void sc_sim_more_frames(struct sc_sim *s);

/** A frame for a call at a node; the caller fills in the rest. */
static inline struct sc_frame *sc_sim_frame_new(struct sc_node *n, const struct sc_call *call)
{
    struct sc_sim *s = n->sim;
    if (SC_UNLIKELY(!s->free_frame))
        sc_sim_more_frames(s);
    struct sc_frame *f = s->free_frame;
    s->free_frame = f->next_free;
    s->waiting++;
    f->start_ns = call->at_ns;
    f->deadline_ns = INT64_MAX;
    f->id = call->id;
    f->parent = f->instance = 0;
    f->pool = call->pool;
    f->node = n->index;
    f->work = call->work;
    f->pc = 0;
    f->answer = 200;
    f->flags = call->flags;
    f->outcome = SC_COMPLETED;
    f->pending = f->attempt = f->n_signers = 0;
    f->branch = false;
    f->trace_ns = call->trace_ns;
    f->ahead = call->ahead ? *call->ahead : (struct sc_ahead){.entry = SC_NO_NODE};
    return f;
}

static inline void sc_sim_frame_free(struct sc_sim *s, struct sc_frame *f)
{
    f->generation++;
    f->next_free = s->free_frame;
    s->free_frame = f;
    s->waiting--;
}

/** The frame will wait for the answer of a parked call. */
static inline void sc_sim_await(struct sc_sim *s, const struct sc_frame *f, struct sc_reply r)
{
    struct sc_frame *child = sc_sim_frame(s, r.waiting);
    child->parent = f->index;
    child->parent_generation = f->generation;
}

/** A node that only passed a call on, as it was, has nothing to do but to see the answer: it signs
 * the frame that waits instead of waiting in one of its own, and its type's `back` is asked when
 * the answer comes. False where the frame has no room left. */
static inline bool sc_node_sign(const struct sc_node *n, struct sc_reply r)
{
    struct sc_frame *f = sc_sim_frame(n->sim, r.waiting);
    if (SC_UNLIKELY(f->n_signers == SC_SIGNERS))
        return false;
    f->signer[f->n_signers++] = n->index;
    return true;
}

/** The frame's answer will come from another one, made in its stead. */
void sc_sim_replace(struct sc_frame *f, struct sc_frame *by);

/** Gives the frame's answer to those who signed and then to its parent, if one waits, and frees the
 * frame. */
void sc_sim_answer(struct sc_sim *s, struct sc_frame *f, struct sc_reply r);

/** Asks the node for a work's or a store's answer. */
static inline struct sc_reply sc_node_arrive(struct sc_node *n, const struct sc_call *call)
{
    return n->type->arrive(n, call);
}

/** Events. Deadlines that come too late are dropped. */
void sc_sim_deadline(struct sc_sim *s, struct sc_frame *f, int64_t at_ns);
void sc_sim_timer(struct sc_node *n, uint16_t code, int64_t at_ns);

enum {
    SC_TARGET_FRAME,
    SC_TARGET_INSTANCE,
    SC_TARGET_TIMER,
    SC_TARGET_DEADLINE,
    SC_TARGET_BITS = 30
};

/** A frame waits for one event of its own at a time. Branches have their frame's id, but each its
 * own place in the program. */
static inline void sc_sim_park(struct sc_sim *s, struct sc_frame *f, int64_t at_ns)
{
    sc_calendar_push(&s->calendar, at_ns, (uint32_t)f->id + f->pc,
                     (uint32_t)SC_TARGET_FRAME << SC_TARGET_BITS | f->index);
}

static inline void sc_sim_wake(struct sc_sim *s, uint32_t instance, uint32_t key, int64_t at_ns)
{
    sc_calendar_push(&s->calendar, at_ns, key,
                     (uint32_t)SC_TARGET_INSTANCE << SC_TARGET_BITS | instance);
}

/** An unused instance, zeroed but for its generation. May move the array of instances. */
uint32_t sc_sim_instance_new(struct sc_node *n);
void sc_sim_instance_free(struct sc_sim *s, uint32_t index);

/** Counts a call that has ended at a node: outcome and, where completed, how long it took. */
static inline void sc_node_count(struct sc_node *n, int flags, enum sc_outcome outcome,
                                 int64_t took_ns)
{
    int counted = flags & SC_COUNTED;
    if (SC_LIKELY(outcome == SC_COMPLETED))
        sc_hist_add(n->hist[counted], took_ns);
    else
        n->counts[counted].outcome[outcome]++;
}

/** Lets all services make up for what had no event, until the gauge is below its peak; NULL: for
 * all of it. */
void sc_sim_settle(struct sc_sim *s, const struct sc_gauge *until);

/** So many requests more (or fewer) are in service at a compute node. */
static inline void sc_node_inflight(struct sc_node *n, int64_t at_ns, int64_t by)
{
    sc_gauge_move(&n->inflight, at_ns, by);
    struct sc_gauge *all = n->all_inflight;
    if (SC_UNLIKELY(all)) {
        if (by > 0 && all->now >= all->peak)
            sc_sim_settle(n->sim, all);
        sc_gauge_move(all, at_ns, by);
    }
}

/** The key of a node's own draws for a request. */
static inline uint64_t sc_node_key(const struct sc_node *n, uint64_t id, enum sc_purpose purpose)
{
    return sc_key(sc_key(n->key, id), purpose);
}

/** Where a node sends the work of a call. */
struct sc_node *sc_node_choose(struct sc_node *n, const struct sc_call *call);
static inline struct sc_node *sc_node_route(struct sc_node *n, const struct sc_call *call)
{
    const struct sc_route *r = &n->service->route[call->work];
    return SC_LIKELY(r->n == 1) ? &n->sim->node[r->target[0]] : sc_node_choose(n, call);
}

/** What an operation asks others for has an id of its own: the request's with this part folded in.
 */
static inline uint64_t sc_op_part(const struct sc_op *op)
{
    return 0x10000u | op->slot;
}

/** Runs a frame's program from its pc on; `at_ns` may lie after now. Ends in type->cpu, an event,
 * or type->done. */
void sc_steps_run(struct sc_node *n, struct sc_frame *f, int64_t at_ns);
/** The same for a frame just made in `arrive`, whose parent is not known yet: what `arrive` has to
 * return, be it the answer or the frame. */
struct sc_reply sc_steps_begin(struct sc_node *n, struct sc_frame *f, int64_t at_ns);
/** A program on its way without a frame. */
struct sc_course {
    int64_t at_ns, deadline_ns;
    double cpu_factor; /* wall time of one unit of vCPU time, whoever else computes */
    uint16_t pc;
};

/** Follows a call's program from `pc` at `at_ns` on as far as everything can be known now: CPU,
 * waits, choices, stores that are sure. The reply, where that is to its end; else one that waits
 * for SC_UNFORESEEN: a frame has to go on from where it stands. */
enum { SC_UNFORESEEN = 1 };
struct sc_reply sc_steps_foresee(struct sc_node *n, const struct sc_call *call,
                                 struct sc_course *c);
/** For compute services: their `answer` and `resume` of a frame that is in a program. */
void sc_steps_answer(struct sc_node *n, struct sc_frame *f, struct sc_reply r);
/** Where a choice continues. */
uint16_t sc_steps_choose(uint64_t id, const struct sc_op *op);
/** The demand of one operation, ns, for a request. */
int64_t sc_op_demand_ns(const struct sc_op *op, uint64_t id, double trace_ns);

/** How long the measured part is; whole hours are whole milliseconds, so those of slices add up. */
static inline int64_t sc_sim_measured_ms(const struct sc_sim *s)
{
    return (s->measured_to_ns - s->measured_from_ns) / 1000000;
}

/** Prints a line of --follow. */
void sc_sim_follow(struct sc_sim *s, int64_t at_ns, const char *node, const char *fmt, ...)
    SC_PRINTF(4, 5);
#endif
