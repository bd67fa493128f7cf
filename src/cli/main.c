/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int dispatch(const struct sc_options *o)
{
    if (o->version)
        return sc_command_version(o);
    return o->help ? sc_command_help(o) : o->command->run(o);
}

/* A closed pipe or a full disk shows at the latest when the buffer is written. */
static int flush(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (code != SC_EXIT_FAILED) /* else it has been told */
        fprintf(stderr, "simcost: cannot write the standard output: %s\n",
                strerror(errno ? errno : EIO));
    return SC_EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct sc_options options;
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error that is told, not a sudden end */
    int code = sc_args_read(&options, argc, argv) == 0 ? dispatch(&options) : SC_EXIT_USAGE;
    sc_args_free(&options);
    return flush(code);
}
