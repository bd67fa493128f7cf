/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_LOAD_H
#define SC_SCENARIO_LOAD_H
/* The parts of a scenario's loading, in the order in which they happen. Each fills its part of the
 * scenario and fails with a located error. */
#include "scenario/models.h"
#include "scenario/scenario.h"

/** The work programs of "work": s->work, s->store_name. */
SC_MUST_CHECK int sc_load_works(struct sc_scenario *s, const struct cJSON *works,
                                struct sc_error *err);
/** Sources of "traffic": s->source; needs the works. */
SC_MUST_CHECK int sc_load_sources(struct sc_scenario *s, const struct cJSON *traffic,
                                  struct sc_error *err);
/** "common" and "architectures": s->architecture; needs works, sources and the book. */
SC_MUST_CHECK int sc_load_architectures(struct sc_scenario *s, const struct cJSON *common,
                                        const struct cJSON *architectures, struct sc_error *err);

/** What services may ask while they are opened; needs the works. */
struct sc_opening sc_load_opening(struct sc_scenario *s);

/** Fails unless the item is an object with a member; `what` is a member's name in the message. */
SC_MUST_CHECK int sc_load_members(const struct sc_scenario *s, const struct cJSON *item,
                                  const char *what, struct sc_error *err);
/** The place of a work by name, or -1. */
int sc_scenario_work(const struct sc_scenario *s, const char *name);
/** Fails at `item` for a work name that is none, with the nearest. */
int sc_load_no_work(const struct sc_scenario *s, const struct cJSON *item, const char *name,
                    struct sc_error *err);
/** Reads a name -> share object whose shares add up to 1 into thresholds for 64-bit draws; zeros
 * are left out. */
SC_MUST_CHECK int sc_load_shares(struct sc_scenario *s, const struct cJSON *object,
                                 const struct cJSON ***items, uint64_t **upto, int *n,
                                 struct sc_error *err);
/** A share as the 64-bit threshold below which a draw falls into it. */
uint64_t sc_threshold(double share);

/** Tables that explain and schema read beside the services' and profiles' own. */
extern const struct sc_field sc_objective_fields[], sc_precision_fields[], sc_traffic_fields[],
    sc_work_fields[], sc_store_fields[], sc_timed_fields[], sc_architecture_fields[];
/** Verbs of store operations, in the order of enum sc_store_action; ends with NULL. */
extern const char *const sc_store_verbs[];
#endif
