/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uses the installed header, library and models as a stranger would. */
#include <simcost.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2 || strcmp(simcost_version(), WANTED) != 0)
        return 2;
    char message[1024] = "";
    int status = simcost_run_file(argv[1], stdout, message, sizeof message);
    fputs(message, stderr);
    return status;
}
