/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_WORK_H
#define SC_SERVICE_WORK_H
/* What the application does for one request, as a short linear program: the loader turns steps,
 * choices and parallel blocks into operations with jumps, and any compute service interprets them
 * (service/steps.c). Demands are those of one full vCPU; the service decides how long they take. */
#include "num/dist.h"
#include <stdbool.h>
#include <stdint.h>

enum sc_op_kind {
    SC_OP_CPU,    /* so much time of one vCPU */
    SC_OP_WAIT,   /* so much time without a CPU */
    SC_OP_STORE,  /* one operation of a store */
    SC_OP_CALL,   /* another work, and wait for its answer */
    SC_OP_CHOICE, /* continue at one of n places */
    SC_OP_FORK,   /* start at n places at once, continue at `jump` when all have ended */
    SC_OP_JUMP,   /* continue at `jump` */
    SC_OP_END     /* of the work, or of a branch of a fork */
};

enum sc_store_action {
    SC_STORE_GET,
    SC_STORE_PUT,
    SC_STORE_UPDATE,
    SC_STORE_DELETE,
    SC_STORE_QUERY,
    SC_STORE_SCAN
};

struct sc_op {
    enum sc_op_kind kind;
    uint16_t slot;       /* number of the operation in its work: part of the keys of its draws */
    struct sc_dist dist; /* CPU, WAIT: ns */
    enum sc_store_action action;
    uint16_t store; /* place among the scenario's store names */
    bool consistent, transactional;
    int64_t item_bytes, items; /* a query or scan reads `items` of them */
    uint64_t fail_below;       /* STORE: a draw below it ends the work with `answer`; 0: never,
                                  UINT64_MAX: always */
    uint16_t answer;           /* HTTP status of that end */
    uint16_t work;             /* CALL */
    uint16_t n, jump;
    const uint16_t *to;   /* CHOICE, FORK: n places */
    const uint64_t *upto; /* CHOICE: a draw below upto[i] continues at to[i] */
};

struct sc_work {
    const char *name;
    int n_ops;
    struct sc_op *op;
    int64_t request_bytes, response_bytes;
    bool pure; /* only CPU and WAIT: how long it takes is known when it starts */
};
#endif
