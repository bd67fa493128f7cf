/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_TASK_H
#define SC_SERVICE_TASK_H
/* The CPU of one task, shared by the requests that compute in it: with n of them each runs at
 * min(1, vCPU / n), so one that asks for d ns of one vCPU is done when the task's virtual time,
 * which runs at that rate, has grown by d. Virtual time is kept in units of 2^-10 ns and wraps,
 * comparisons are by signed difference: demands must stay below 2^53 ns (104 days). Requests
 * leave at whole ns, so each departure may delay those it shared with by up to 1 ns. Processor
 * sharing by virtual time after Parekh and Gallager (IEEE/ACM ToN 1(3), 1993). */
#include "base/memory.h"
#include <stdint.h>

struct sc_task_job {
    uint64_t finish; /* virtual time */
    uint32_t order;  /* of joining: among equal ones the first leaves first */
    uint32_t frame;  /* whose it is, not 0 */
};

struct sc_task_cpu {
    int64_t vcpu_milli;
    uint64_t virtual_time;
    int64_t last_ns;          /* what follows is of this instant */
    sc_i128 used_milli_ns;    /* 1/1000 vCPU x ns computed so far */
    struct sc_task_job *heap; /* the earliest finish first; in the arena */
    uint32_t n, cap, joined;
};

/** Brings virtual time and use up to `at_ns`, which must not fall. */
void sc_task_advance(struct sc_task_cpu *c, int64_t at_ns);

/** A request asks for `cpu_ns` of one vCPU from `at_ns` on. */
void sc_task_join(struct sc_task_cpu *c, struct sc_arena *arena, int64_t at_ns, int64_t cpu_ns,
                  uint32_t frame);

/** When the next request is done if none joins: the first whole ns; INT64_MAX when none computes.
 */
int64_t sc_task_next_ns(const struct sc_task_cpu *c);

/** Takes out one request that is done at `at_ns` and returns its frame, or 0. */
uint32_t sc_task_leave(struct sc_task_cpu *c, int64_t at_ns);
#endif
