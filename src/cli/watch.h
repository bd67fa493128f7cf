/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_CLI_WATCH_H
#define SC_CLI_WATCH_H
/* What the program's own thread does while the workers work: it draws the progress on a terminal
 * and looks for a signal. Signals are held back and fetched here, so no handler and no global flag
 * is needed. */
#include "run/experiment.h"
#include <signal.h>

struct sc_watch {
    bool draws; /* standard error is a terminal that can */
    bool drawn;
    int64_t start_ns, drawn_ns, stop_ns;
    int signal; /* the one that came; 0: none */
    sigset_t held, before;
};

/** Begins to hold SIGINT and SIGTERM back, unless they were ignored. */
void sc_watch_begin(struct sc_watch *w, bool quiet);
/** A sc_progress_fn: a signal ends the run after the trials that have begun; a second one, or two
 * seconds, cut those too. */
enum sc_go sc_watch_look(void *watch, const struct sc_progress *p);
/** Clears the line, lets signals through again. */
void sc_watch_end(struct sc_watch *w);
/** True when colours and cursor movements suit the stream: a terminal, not dumb. */
bool sc_watch_is_terminal(FILE *stream);
#endif
