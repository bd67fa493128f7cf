/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_RUN_OUTFILE_H
#define SC_RUN_OUTFILE_H
/* A file that is there whole or not at all: written beside its place and renamed when it is
 * complete. "-" is the standard output; what is no regular file (a device, a pipe) is written as it
 * stands. */
#include "base/error.h"

struct sc_outfile {
    FILE *out;
    char path[512], temporary[560]; /* temporary: empty when written in place */
};

/** Opens; fails with the reason. `path` NULL is "-". */
SC_MUST_CHECK int sc_outfile_open(struct sc_outfile *f, const char *path, struct sc_error *err);
/** Writes out what is buffered and puts the file in its place. Fails when anything could not be
 * written. */
SC_MUST_CHECK int sc_outfile_close(struct sc_outfile *f, struct sc_error *err);
/** Gives up: the file stays as it was. Safe on zeros and after a close. */
void sc_outfile_drop(struct sc_outfile *f);
#endif
