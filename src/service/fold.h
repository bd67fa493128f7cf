/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SERVICE_FOLD_H
#define SC_SERVICE_FOLD_H
/* The state of a trial at an instant as a string of bytes: all that can change the future and
 * nothing that cannot, so two trials with the same bytes go on alike, request by request. Nothing
 * in it depends on where things lie in memory: instances and frames are told by what they hold, in
 * an order of their own (of a pool, of events). What was counted so far is no part of it. */
#include "service/sim.h"

struct sc_fold {
    unsigned char *byte;
    size_t n, cap;
    uint32_t *number; /* by frame: in which order it was met; 0: not yet */
    uint32_t met;
};

/** Writes the state of a trial that stands right after an hour's mark; what `to` held is lost. Give
 * back with sc_fold_free. */
void sc_sim_fold(struct sc_sim *s, struct sc_fold *to);
bool sc_fold_same(const struct sc_fold *a, const struct sc_fold *b);
void sc_fold_free(struct sc_fold *f);

/** For a service's own: a number; a bucket as it stands at an instant; a frame, with those that
 * wait for it, told once and named by its number afterwards. */
void sc_fold_int(struct sc_fold *to, int64_t value);
void sc_fold_bucket(struct sc_fold *to, const struct sc_bucket *b, int64_t now_ns);
void sc_fold_frame(struct sc_fold *to, const struct sc_sim *s, uint32_t frame);
/** The next request of each source (service/sim.c knows them). */
void sc_sim_fold_traffic(const struct sc_sim *s, struct sc_fold *to);
#endif
