/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_TASK_H
#define SC_SERVICE_TASK_H
/* What requests do in one task: compute or wait. Its CPU is shared by those that compute: with n of
 * them each runs at min(1, vCPU / n), so one that asks for d ns of one vCPU is done when the task's
 * virtual time, which runs at that rate, has grown by d. Virtual time is kept in units of 2^-10 ns
 * and wraps, comparisons are by signed difference: demands must stay below 2^53 ns (104 days).
 * Requests leave at whole ns, so each departure may delay those it shared with by up to 1 ns.
 * Nothing but requests that join and leave moves the state, so looking at it changes nothing.
 * Processor sharing by virtual time after Parekh and Gallager (IEEE/ACM ToN 1(3), 1993). */
#include "base/memory.h"
#include <stdint.h>

struct sc_task_job {
    uint64_t finish; /* virtual time, or where it waits the clock's */
    uint32_t order;  /* of joining: among equal ones the first leaves first */
    uint32_t frame;  /* whose it is, not 0 */
};

/** The earliest finish first; in the arena. */
struct sc_task_heap {
    struct sc_task_job *job;
    uint32_t n, cap;
};

struct sc_task_cpu {
    int64_t due_ns; /* when the next request is done if none joins: the first whole ns; INT64_MAX:
                       there is none */
    int64_t vcpu_milli;
    int64_t last_ns; /* when a request joined or left last; what follows is of this instant */
    uint64_t virtual_time;
    sc_i128 used_milli_ns; /* 1/1000 vCPU x ns computed so far */
    struct sc_task_heap computing, waiting;
    uint32_t joined;
};

/** A task begins, or begins anew in the place of one that is empty. */
void sc_task_open(struct sc_task_cpu *c, int64_t vcpu_milli, int64_t at_ns);

/** A request asks for `cpu_ns` of one vCPU from `at_ns` on; whoever is done by then has left. */
void sc_task_join(struct sc_task_cpu *c, struct sc_arena *arena, int64_t at_ns, int64_t cpu_ns,
                  uint32_t frame);

/** A request waits until `until_ns`, without the CPU. */
void sc_task_wait(struct sc_task_cpu *c, struct sc_arena *arena, int64_t until_ns, uint32_t frame);

/** Takes out the request that is done at c->due_ns and returns its frame; there must be one. */
uint32_t sc_task_leave(struct sc_task_cpu *c);

/** 1/1000 vCPU x ns computed up to `at_ns`, not before the last that joined or left. */
sc_i128 sc_task_used_milli_ns(const struct sc_task_cpu *c, int64_t at_ns);
#endif
