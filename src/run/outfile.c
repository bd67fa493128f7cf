/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name_of(const struct sc_outfile *f)
{
    return f->out == stdout ? "the standard output" : f->path;
}

static int fail(const char *name, int reason, struct sc_error *err)
{
    return sc_fail(err, NULL, "cannot write %s: %s", name, strerror(reason));
}

/* A link stays a link: the file it leads to is replaced. */
static bool follow_links(struct sc_outfile *f)
{
    for (int i = 0; i < 8; i++) {
        char target[sizeof f->path];
        ssize_t n = readlink(f->path, target, sizeof target - 1);
        if (n < 0)
            return true;
        target[n] = '\0';
        char *slash = strrchr(f->path, '/');
        size_t folder = target[0] != '/' && slash ? (size_t)(slash - f->path) + 1 : 0;
        if (folder + (size_t)n >= sizeof f->path)
            return false;
        memcpy(f->path + folder, target, (size_t)n + 1);
    }
    return false;
}

int sc_outfile_open(struct sc_outfile *f, const char *path, struct sc_error *err)
{
    *f = (struct sc_outfile){0};
    if (!path || strcmp(path, "-") == 0) {
        f->out = stdout;
        return 0;
    }
    if (strlen(path) >= sizeof f->path)
        return fail(path, ENAMETOOLONG, err);
    memcpy(f->path, path, strlen(path) + 1);
    if (!follow_links(f))
        return fail(path, ELOOP, err);
    struct stat there;
    bool in_place = stat(f->path, &there) == 0 && !S_ISREG(there.st_mode);
    if (!in_place)
        snprintf(f->temporary, sizeof f->temporary, "%s.%ld.tmp", f->path, (long)getpid());
    int fd =
        open(in_place ? f->path : f->temporary, O_WRONLY | O_CREAT | (in_place ? 0 : O_EXCL), 0666);
    f->out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f->out)
        return fail(path, errno, err);
    return 0;
}

int sc_outfile_close(struct sc_outfile *f, struct sc_error *err)
{
    errno = 0;
    int bad = fflush(f->out) != 0 || ferror(f->out);
    int reason = errno ? errno : EIO;
    if (bad) {
        fail(name_of(f), reason, err);
        sc_outfile_drop(f);
        return -1;
    }
    if (f->out == stdout)
        return 0;
    bad = fclose(f->out) != 0;
    f->out = NULL;
    if (!bad && f->temporary[0] != '\0')
        bad = rename(f->temporary, f->path) != 0;
    reason = errno;
    if (!bad)
        f->temporary[0] = '\0';
    sc_outfile_drop(f);
    return bad ? fail(f->path, reason, err) : 0;
}

void sc_outfile_drop(struct sc_outfile *f)
{
    if (f->out && f->out != stdout)
        fclose(f->out);
    if (f->temporary[0] != '\0')
        unlink(f->temporary);
    f->out = NULL;
    f->temporary[0] = '\0';
}
