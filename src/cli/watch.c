/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define S INT64_C(1000000000)

static int64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * S + t.tv_nsec;
}

bool sc_watch_is_terminal(FILE *stream)
{
    const char *term = getenv("TERM");
    return isatty(fileno(stream)) && term && *term && strcmp(term, "dumb") != 0;
}

static void hold(struct sc_watch *w, int signal)
{
    struct sigaction was;
    if (sigaction(signal, NULL, &was) == 0 && was.sa_handler != SIG_IGN)
        sigaddset(&w->held, signal);
}

void sc_watch_begin(struct sc_watch *w, bool quiet)
{
    *w = (struct sc_watch){.draws = !quiet && sc_watch_is_terminal(stderr), .start_ns = clock_ns()};
    sigemptyset(&w->held);
    hold(w, SIGINT);
    hold(w, SIGTERM);
    sigprocmask(SIG_BLOCK, &w->held, &w->before);
}

static void draw(struct sc_watch *w, const struct sc_progress *p, int64_t now_ns)
{
    double took_s = (double)(now_ns - w->start_ns) / 1e9;
    fprintf(stderr, "\r\x1b[K%d/%d trials", p->done, p->total);
    if (p->done > 0)
        fprintf(stderr, ", %.3g requests/s, %.0f s to go", (double)p->requests / took_s,
                took_s / p->done * (p->total - p->done));
    if (w->signal)
        fputs(", stopping", stderr);
    fflush(stderr);
    w->drawn = true;
    w->drawn_ns = now_ns;
}

enum sc_go sc_watch_look(void *watch, const struct sc_progress *p)
{
    struct sc_watch *w = watch;
    int64_t now_ns = clock_ns();
    int came = sigtimedwait(&w->held, NULL, &(struct timespec){0});
    bool again = came > 0 && w->signal;
    if (came > 0 && !w->signal) {
        w->signal = came;
        w->stop_ns = now_ns;
    }
    if (w->draws && now_ns - w->start_ns > S && now_ns - w->drawn_ns > S / 10)
        draw(w, p, now_ns);
    if (!w->signal)
        return SC_GO_ON;
    return again || now_ns - w->stop_ns > 2 * S ? SC_GO_CUT : SC_GO_FINISH;
}

void sc_watch_end(struct sc_watch *w)
{
    if (w->drawn)
        fputs("\r\x1b[K", stderr);
    sigprocmask(SIG_SETMASK, &w->before, NULL);
}
