/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_FLEET_H
#define SC_SERVICE_FLEET_H
/* What the three files of a fleet share: fleetfields.c reads what a user says, fleettasks.c lets
 * tasks start, run, drain and stop, fleet.c brings calls to them. */
#include "service/scaling.h"
#include "service/sim.h"
#include "service/task.h"

#define SC_SECOND_NS INT64_C(1000000000)
#define SC_MINUTE_NS INT64_C(60000000000)
#define SC_HOUR_NS INT64_C(3600000000000)
#define SC_LONGEST_NS (INT64_C(1) << 52)

enum { SC_FLEET_FARGATE, SC_FLEET_EC2 };
enum { SC_FLEET_ON_DEMAND, SC_FLEET_RESERVED_1Y, SC_FLEET_SPOT };
enum { SC_FLEET_ROUND_ROBIN, SC_FLEET_LEAST_OUTSTANDING };
enum sc_fleet_metric { SC_FLEET_BY_CPU, SC_FLEET_BY_REQUESTS };
enum sc_fleet_task_state { SC_TASK_STOPPED, SC_TASK_STARTING, SC_TASK_RUNNING, SC_TASK_DRAINING };

/** How many tasks. */
struct sc_fleet_limits {
    int64_t min, max;
    double target_cpu_frac, target_requests_per_task;
};

/** Storage that a Fargate task has for nothing (facts: fargate.ephemeral_storage). */
enum { SC_FLEET_FREE_EPHEMERAL_GB = 20 };

/** A fleet, as configured. */
struct sc_fleet {
    int on, arch, purchase, routing;
    const char *instance;
    double vcpu;
    int64_t memory_mb, ephemeral_gb, workers, backlog, start, logs_bytes;
    struct sc_fleet_limits tasks, instances;
    struct sc_dist provision, pull, boot;
    int64_t metric_delay_ns, out_cooldown_ns, in_cooldown_ns, out_points, in_points,
        deregistration_ns;
    double in_threshold_frac;
    bool public_ip;
    /* by open */
    int64_t vcpu_milli;
    struct sc_scaling_rules rules; /* no policy: the size is fixed */
    enum sc_fleet_metric metric[SC_SCALING_POLICIES];
};

/** A bit of a frame's `attempt`: in a task. */
enum { SC_FLEET_SERVED = 1 };

/** One of its tasks: a place that a new task may take over. */
struct sc_fleet_task {
    uint32_t inflight; /* not less than there are: ends that nobody acts on are found out late */
    uint32_t awaited;  /* of them, those whose end must come when it comes */
    enum sc_fleet_task_state state;
    uint32_t slot, instance;
    int64_t armed_ns; /* an event is under way for then; INT64_MAX: none */
    struct sc_task_cpu cpu;
    int64_t turn_ns; /* STARTING: ready; DRAINING: over */
    int64_t billed_from_ns;
    sc_i128 sampled; /* CPU use at the last minute */
    int64_t number;  /* of launch */
    uint32_t place;  /* among those that matter, while a state is written */
};

/** What is printed about the horizon. */
struct sc_fleet_tally {
    int64_t tasks_peak, started, refused, queue_peak, scale_outs, scale_ins;
    sc_i128 used_milli_ns;
};

/** A fleet in a trial. */
struct sc_fleet_state {
    struct sc_fleet_task **slot;
    uint32_t n_slots, slot_cap;
    struct sc_fleet_task **running;
    uint32_t n_running, n_starting;
    uint32_t cursor, looked; /* places in `running`: next in turn, next to be looked at */
    int64_t free_workers;    /* of those that run; not more than there are */
    int64_t full_until_ns;   /* while there is none: until then at the least */
    bool *alone;             /* by work: nothing in it touches what other tasks could notice */
    int64_t to_launch, launched, desired;
    int64_t launch_ns, launch_place; /* instant of the last launch, and which of it that was */
    bool launch_timer, serving, closed;
    uint32_t first, last; /* the queue: frames, linked through `instance` */
    int64_t queued, queue_at_start, queue_at_end;
    struct sc_hist *wait;
    struct sc_gauge tasks;  /* that run */
    struct sc_gauge inside; /* counted calls: waiting and running */
    sc_i128 sojourn_ns, used_milli_ns, minute_mark, hour_mark;
    sc_i128 *billed_ns; /* of all tasks, by hour */
    int64_t minute_requests, *tasks_milli;
    struct sc_scaling scaling;
    struct sc_scaling_point point;
    struct sc_fleet_tally now, measured;
};

extern const struct sc_field sc_fleet_fields[];
int sc_fleet_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err);
int64_t sc_fleet_memory_ns(const struct sc_service *s);
int64_t sc_fleet_settled_ns(const struct sc_service *s);

/** The tasks that run from the beginning, and the first minute of the autoscaler. */
void sc_fleet_start(struct sc_node *n);
/** How many tasks there are after the sim's settle_ns under the expected load, and what the
 * autoscaler remembers. */
int64_t sc_fleet_settle(struct sc_node *n);
/** A task that was starting is ready for requests. */
void sc_fleet_ready(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns);
/** Ends up to `at_ns` for which there was no event. */
void sc_fleet_catch_up(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns);
/** An event for the task's next end, where somebody acts on that. */
void sc_fleet_arm(struct sc_node *n, struct sc_fleet_task *t);
/** A task stops and is billed. */
void sc_fleet_stop(struct sc_node *n, struct sc_fleet_task *t, int64_t at_ns);
/** Bills a task up to `stop_ns`. */
void sc_fleet_bill(struct sc_node *n, const struct sc_fleet_task *t, int64_t stop_ns);
/** Of a slice (service/service.h). */
void sc_fleet_forget(struct sc_node *n);
void sc_fleet_fold(struct sc_node *n, struct sc_fold *to);
void sc_fleet_fold_frame(struct sc_node *n, const struct sc_frame *f, struct sc_fold *to);
bool sc_fleet_fold_event(struct sc_node *n, uint32_t instance, uint32_t key, int64_t at_ns,
                         struct sc_fold *to);
/** The autoscaler's minute, its decision, or the next launch that the account allows. */
void sc_fleet_timer(struct sc_node *n, uint16_t code, int64_t at_ns);
#endif
