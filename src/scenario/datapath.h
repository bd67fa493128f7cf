/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_SCENARIO_DATAPATH_H
#define SC_SCENARIO_DATAPATH_H
/* Where read-only data lies: $SIMCOST_DATA_DIR, $XDG_DATA_HOME/simcost, each of $XDG_DATA_DIRS with
 * /simcost, the installed share/simcost, the source tree's models. */
#include "base/error.h"
#include "base/memory.h"

/** The path of e.g. ("prices", "aws-us-east-1.json"), or NULL with an error that lists the names
 * that are there and the nearest one. */
const char *sc_datapath_find(const char *folder, const char *file, struct sc_arena *arena,
                             struct sc_error *err);
/** The names of all .json files of a folder such as "prices" in all places, ordered, each once. */
const char *const *sc_datapath_list(const char *folder, struct sc_arena *arena, int *n);
#endif
