/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/json.h"
#include "scenario/profilefile.h"
#include "traffic/profile.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t S = 1000000000;

static void near(double got, double want, double slack)
{
    if (!(fabs(got - want) <= slack))
        print_message("got %.17g, wanted %.17g +- %g\n", got, want, slack);
    assert_true(fabs(got - want) <= slack);
}

/* ---- files in a folder of their own ---- */

static int make_folder(void **state)
{
    static char name[] = "tracefile-XXXXXX";
    *state = mkdtemp(name);
    return *state ? 0 : -1;
}

static const char *const files[] = {"a.csv", "b.csv", "c.csv", "d.csv"};

static int remove_folder(void **state)
{
    for (int i = 0; i < 4; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", (const char *)*state, files[i]);
        remove(path);
    }
    return rmdir(*state);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* ---- a profile read from JSON ---- */

struct fixture {
    struct sc_arena arena;
    struct sc_error err;
    struct sc_doc doc;
    struct sc_source source;
    uint16_t work;
};

static int read_profile(struct fixture *f, const char *folder, const char *json)
{
    memset(f, 0, sizeof *f);
    f->source.n_mix = 1;
    f->source.mix_work = &f->work;
    if (sc_doc_parse(&f->doc, "x.json", json, strlen(json), &f->err))
        return -1;
    return sc_profile_read(&f->source, &f->doc, f->doc.root, folder, &f->arena, &f->err);
}

static void done(struct fixture *f)
{
    sc_source_free(&f->source);
    sc_doc_free(&f->doc);
    sc_arena_free(&f->arena);
}

static struct fixture must_read(const char *folder, const char *json)
{
    struct fixture f;
    if (read_profile(&f, folder, json))
        fail_msg("%s:%d: %s: %s", f.err.file, f.err.line, f.err.pointer, f.err.message);
    f.source.mix_work = NULL;
    f.source.n_mix = 0;
    return f;
}

/* `place` is what the error's file ends in, and `line` its line. */
static void must_refuse(const char *folder, const char *json, const char *place, int line,
                        const char *part)
{
    struct fixture f;
    assert_int_equal(read_profile(&f, folder, json), -1);
    const char *end =
        strlen(f.err.file) >= strlen(place) ? f.err.file + strlen(f.err.file) - strlen(place) : "";
    if (!strstr(f.err.message, part) || strcmp(end, place) != 0 || f.err.line != line)
        fail_msg("%s:%d: %s: %s\nis not\n%s:%d: %s", f.err.file, f.err.line, f.err.pointer,
                 f.err.message, place, line, part);
    done(&f);
}

struct request {
    int64_t at_ns;
    double duration_ns;
    const char *key;
};

static int listen(struct fixture *f, struct request *out, int cap)
{
    struct sc_arena arena = {0};
    struct sc_stream s;
    int n = 0;
    sc_stream_open(&s, &f->source, 17, 0, 1000000 * S, &arena);
    while (sc_stream_next(&s))
        for (int i = 0; i < s.window.n; i++, n++) {
            assert_true(n < cap);
            out[n] = (struct request){s.window.at_ns[i], s.window.duration_ns[i],
                                      f->source.trace->key[s.window.pool[i]].name};
        }
    sc_stream_close(&s);
    sc_arena_free(&arena);
    return n;
}

/* ---- rows ---- */

static void rows_by_end(void **state)
{
    struct request r[4];
    write_file(*state, "a.csv",
               "app,func,end,dur,mb\nx,f1,7.5,2.5,128\nx,f2,6.000000001,6.000000001,512\n\"x\",f1,"
               "9,0,256\n");
    struct fixture f = must_read(
        *state,
        "{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"end_s\": \"end\", \"duration_s\": \"dur\", "
        "\"key\": \"func\", \"memory_mb\": \"mb\"}}}");
    assert_int_equal(listen(&f, r, 4), 3);
    assert_true(r[0].at_ns == 0 && r[1].at_ns == 5 * S && r[2].at_ns == 9 * S);
    assert_string_equal(r[0].key, "f2");
    near(r[0].duration_ns, 6000000001, 1e-3);
    near(f.source.trace->key[0].memory_mb, 256, 0);
    assert_true(f.source.trace->plan.timed);
    done(&f);
}

/* Nanoseconds since 1970 survive, which a double of seconds would not carry. */
static void rows_by_arrival(void **state)
{
    static const struct {
        const char *key, *text;
        int64_t gap_ns;
    } cases[] = {
        {"arrival_s", "t\n1700000000.123456789\n1700000000.123456791\n", 2},
        {"arrival_ms", "t\n1700000000123.456789\n1700000000123.456790\n", 1},
        {"arrival_us", "t\n1700000000123456.5\n1700000000123457.5\n", 1000},
        {"arrival_ns", "t\n1700000000123456789\n1700000000123456792\n", 3},
        {"arrival_s", "t\n0.07949090003967285\n1.07949090003967285e0\n", 1000000000},
    };
    for (int i = 0; i < 5; i++) {
        char json[128];
        struct request r[2];
        snprintf(json, sizeof json, "{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"%s\": \"t\"}}}",
                 cases[i].key);
        write_file(*state, "a.csv", cases[i].text);
        struct fixture f = must_read(*state, json);
        assert_int_equal(listen(&f, r, 2), 2);
        assert_true(r[0].at_ns == 0 && r[1].at_ns == cases[i].gap_ns);
        assert_false(f.source.trace->plan.timed);
        done(&f);
    }
}

static void rows_from(void **state)
{
    const char *json = "{\"trace\": {\"file\": \"a.csv\", \"from_s\": 3.5, \"repeat\": true, "
                       "\"rows\": {\"arrival_s\": \"t\"}}}";
    write_file(*state, "a.csv", "t\n9.5\n4\n");
    struct fixture f = must_read(*state, json);
    assert_true(f.source.type->period_ns(&f.source) ==
                12 * S); /* 0.5 s, 5.5 s, and a gap like the mean */
    done(&f);
    write_file(*state, "a.csv", "t\n9.5\n3.25\n");
    must_refuse(*state, json, "a.csv", 3, "3.25 s lies before time 0 of the trace, from_s = 3.5");
}

#define ROWS                                                                                       \
    "{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"end_s\": \"end\", \"duration_ms\": \"dur\", "  \
    "\"key\": \"func\"}}}"

static void bad_rows(void **state)
{
    write_file(*state, "a.csv", "func,ends,dur\n");
    must_refuse(*state, ROWS, "a.csv", 1,
                "there is no column \"end\" (there are func, ends, dur); did you mean \"ends\"?");
    write_file(*state, "a.csv", "func,end,dur\nf,7,2\nf,seven,2\n");
    must_refuse(*state, ROWS, "a.csv", 3, "column \"end\": \"seven\" is no number");
    write_file(*state, "a.csv", "func,end,dur\nf,7,-2\n");
    must_refuse(*state, ROWS, "a.csv", 2, "column \"dur\": -2 is below 0");
    write_file(*state, "a.csv", "func,end,dur\n,7,2\n");
    must_refuse(*state, ROWS, "a.csv", 2, "column \"func\" is empty");
    write_file(*state, "a.csv", "end,dur,func\n7,2\n");
    must_refuse(*state, ROWS, "a.csv", 2, "the row has 2 cells; column \"func\" is number 3");
    write_file(*state, "a.csv", "func,end,dur\nf,1e10,2\n");
    must_refuse(*state, ROWS, "a.csv", 2, "too large");
    write_file(*state, "a.csv", "func,end,dur\nf,1,2e20\n");
    must_refuse(*state, ROWS, "a.csv", 2, "too long");
    write_file(*state, "a.csv", "func,end,dur\n");
    must_refuse(*state, ROWS, "a.csv", 0, "the trace has no request");
    must_refuse(*state, "{\"trace\": {\"file\": \"no.csv\", \"rows\": {\"arrival_s\": \"t\"}}}",
                "no.csv", 0, "cannot be read");
}

/* ---- counts ---- */

#define WIDE                                                                                       \
    "{\"trace\": {\"file\": \"a.csv\", \"counts\": {\"wide\": true, \"key\": \"func\"}, "          \
    "\"interval_s\": 60}}"
#define LONG                                                                                       \
    "{\"trace\": {\"file\": \"b.csv\", \"counts\": {\"timestamp_s\": \"t\", \"requests\": \"n\", " \
    "\"key\": \"func\"}, \"interval_s\": 60}}"

/* 482 is missing: a silent minute. */
static void wide_is_long(void **state)
{
    struct request a[100], b[100];
    write_file(*state, "a.csv", "owner,func,480,481,483\no,f1,3,0,20\no,f2,0,5,7\n");
    write_file(
        *state, "b.csv",
        "func,t,n\nf1,28800,3\nf1,28860,0\nf1,28980,20\nf2,28800,0\nf2,28860,5\nf2,28980,7\n");
    struct fixture f = must_read(*state, WIDE), g = must_read(*state, LONG);
    int n = listen(&f, a, 100);
    assert_int_equal(n, 35);
    assert_int_equal(listen(&g, b, 100), n);
    for (int i = 0; i < n; i++) {
        assert_true(a[i].at_ns == b[i].at_ns);
        assert_string_equal(a[i].key, b[i].key);
        assert_true(a[i].at_ns < 120 * S || a[i].at_ns >= 180 * S);
    }
    assert_true(f.source.type->length_ns(&f.source) == 240 * S);
    done(&f);
    done(&g);
}

static void bad_counts(void **state)
{
    write_file(*state, "a.csv", "func,480,481\nf1,3,-1\n");
    must_refuse(*state, WIDE, "a.csv", 2, "column \"481\": -1 is below 0");
    write_file(*state, "a.csv", "func,480,481\nf1,3,1.5\n");
    must_refuse(*state, WIDE, "a.csv", 2, "column \"481\": 1.5 is no whole number of requests");
    write_file(*state, "a.csv", "func,480,481\nf1,3,\n");
    must_refuse(*state, WIDE, "a.csv", 2, "column \"481\" is empty");
    write_file(*state, "a.csv", "func,480\nf1,3\nf2,1\nf1,4\n");
    must_refuse(*state, WIDE, "a.csv", 4, "the key \"f1\" has a row already, in line 2");
    write_file(*state, "a.csv", "func,a,b\nf1,3,2\n");
    must_refuse(*state, WIDE, "a.csv", 1, "no column is headed by a whole number");
    write_file(*state, "a.csv", "func,480\nf1,0\n");
    must_refuse(*state, WIDE, "a.csv", 0, "the trace has no request");
    write_file(*state, "a.csv", "func,480\nf1,5000000\n");
    must_refuse(*state, WIDE, "a.csv", 2, "above the maximum");
    write_file(*state, "b.csv", "func,t,n\nf1,x,2\n");
    must_refuse(*state, LONG, "b.csv", 2, "column \"t\": \"x\" is no number");
    write_file(*state, "b.csv", "func,time,n\nf1,x,2\n");
    must_refuse(*state, LONG, "b.csv", 1, "there is no column \"t\"");
}

/* ---- joined tables ---- */

#define JOINED                                                                                     \
    "{\"trace\": {\"file\": \"a.csv\", \"counts\": {\"wide\": true, \"key\": \"func\"}, "          \
    "\"durations\": {\"file\": \"c.csv\", \"key\": \"f\", \"mean_ms\": \"avg\", "                  \
    "\"quantiles_ms\": {\"p100\": 1, \"p0\": 0, \"p50\": 0.5}}, "                                  \
    "\"memory\": {\"file\": \"d.csv\", \"key\": \"f\", \"memory_mb\": \"mb\"}}}"

static void joined(void **state)
{
    struct request r[64];
    write_file(*state, "a.csv", "func,1,2\nspread,30,1\nzero,3,0\nflat,0,3\nunused,0,0\n");
    write_file(
        *state, "c.csv",
        "f,avg,p0,p50,p100\nzero,0,1,2,3\nflat,7.5,2,2,2\nspread,4.5,1,2,4\nother,1,1,1,1\n");
    write_file(*state, "d.csv", "f,mb\nspread,170.5\nzero,0\nflat,33\n");
    struct fixture f = must_read(*state, JOINED);
    const struct sc_trace_key *key = f.source.trace->key;
    assert_int_equal(key[0].duration_ns.kind,
                     SC_DIST_QUANTILES); /* mean (1.5 + 3) / 2 = 2.25, so all are doubled */
    near(key[0].duration_ns.x[0], 2e6, 1e-6);
    near(key[0].duration_ns.x[1], 4e6, 1e-6);
    near(key[0].duration_ns.x[2], 8e6, 1e-6);
    near(sc_dist_mean(&key[0].duration_ns), 4.5e6, 1e-6);
    assert_int_equal(key[1].duration_ns.kind, SC_DIST_CONSTANT);
    near(sc_dist_mean(&key[1].duration_ns), 0, 0);
    near(sc_dist_mean(&key[2].duration_ns), 7.5e6, 1e-6);
    near(key[0].memory_mb, 170.5, 0);
    int n = listen(&f, r, 64);
    assert_int_equal(n, 37);
    for (int i = 0; i < n; i++)
        assert_true(strcmp(r[i].key, "spread") != 0 ||
                    (r[i].duration_ns >= 2e6 && r[i].duration_ns <= 8e6));
    done(&f);
}

static void bad_tables(void **state)
{
    write_file(*state, "a.csv", "func,1,2\nf1,30,1\nf2,3,0\n");
    write_file(*state, "d.csv", "f,mb\nf1,1\nf2,2\n");
    write_file(*state, "c.csv", "f,avg,p0,p50,p100\nf1,1,1,1,1\n");
    must_refuse(*state, JOINED, "c.csv", 0,
                "there is no row for the key \"f2\", which has 3 requests");
    write_file(*state, "c.csv", "f,avg,p0,p50,p100\nf1,1,1,1,1\nf1,1,1,1,1\n");
    must_refuse(*state, JOINED, "c.csv", 3, "the key \"f1\" has a row already");
    write_file(*state, "c.csv", "f,avg,p0,p50,p100\nf1,1,3,2,4\n");
    must_refuse(*state, JOINED, "c.csv", 2, "column \"p50\": 2 is below the quantile before it, 3");
    write_file(*state, "c.csv", "f,avg,p0,p100\nf1,1,3,2,4\n");
    must_refuse(*state, JOINED, "c.csv", 1, "there is no column \"p50\"");
    write_file(*state, "c.csv", "f,avg,p0,p50,p100\nf1,1,1,1,1\nf2,2,2,2,2\n");
    write_file(*state, "d.csv", "f,mb\nf1,1\nf2,\n");
    must_refuse(*state, JOINED, "d.csv", 3, "column \"mb\" is empty");
}

/* ---- what the scenario says ---- */

static void bad_profiles(void **state)
{
    static const struct {
        const char *json, *part;
    } cases[] = {
        {"7", "an object with one member"},
        {"{\"poisson\": {\"per_s\": 1}, \"cron\": {}}", "an object with one member"},
        {"{\"poison\": {\"per_s\": 1}}",
         "there is no profile \"poison\"; did you mean \"poisson\"?"},
        {"{\"poisson\": {\"per_s\": 1, \"requests_per_month\": 5}}", "are both given"},
        {"{\"poisson\": {\"per_s\": -1}}", "below the minimum"},
        {"{\"poisson\": {\"rate\": -1}}", "rate"},
        {"{\"diurnal\": {\"per_s\": 1, \"hours\": 5}}", "a list of weights is wanted"},
        {"{\"diurnal\": {\"per_s\": 1, \"hours\": [1, 2]}}", "has 2 weights; 24 are wanted"},
        {"{\"diurnal\": {\"per_s\": 1, \"days\": [1, 2, 3, 4, 5, -6, 7]}}", "a weight is wanted"},
        {"{\"stages\": []}", "no stage"},
        {"{\"stages\": {\"stages\": 5}}", "a list of stages is wanted"},
        {"{\"stages\": [{\"duration_s\": 5, \"per_h\": 3}]}", "per_h"},
        {"{\"mmpp\": {\"states\": {}}}", "a list of states is wanted"},
        {"{\"mmpp\": {\"states\": [{\"per_s\": 2}]}}", "at least 2"},
        {"{\"closed\": {}}", "users"},
        {"{\"trace\": {\"file\": \"a.csv\"}}", "give one of rows"},
        {"{\"trace\": {\"file\": \"a.csv\", \"rows\": {}, \"counts\": {}}}", "give one of rows"},
        {"{\"trace\": {\"file\": \"a.csv\", \"rows\": {}}}", "name one column of times"},
        {"{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"end_s\": \"t\"}}}",
         "arrivals are ends less durations"},
        {"{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"end_s\": \"t\", \"duration_s\": \"d\", "
         "\"duration_ms\": \"d\"}}}",
         "name one"},
        {"{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"arrival_s\": \"t\", \"arrival_ms\": "
         "\"t\"}}}",
         "name one column of times"},
        {"{\"trace\": {\"file\": \"a.csv\", \"counts\": {}}}", "name the columns timestamp_s"},
        {"{\"trace\": {\"file\": \"a.csv\", \"counts\": {\"wide\": true, \"requests\": \"n\"}}}",
         "name `key` only"},
        {"{\"trace\": {\"file\": \"a.csv\", \"rows\": {\"arrival_s\": \"t\", \"duration_s\": "
         "\"d\"}, \"durations\": {}}}",
         "rows have a duration each"},
    };
    write_file(*state, "a.csv", "t,d\n1,1\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        must_refuse(*state, cases[i].json, "x.json", 1, cases[i].part);
}

static void bad_table_profiles(void **state)
{
    static const struct {
        const char *table, *part;
    } cases[] = {
        {"{\"file\": \"c.csv\", \"key\": \"f\"}", "name the column mean_ms, or quantiles_ms"},
        {"{\"file\": \"c.csv\", \"key\": \"f\", \"quantiles_ms\": 5}",
         "an object of columns and shares"},
        {"{\"file\": \"c.csv\", \"key\": \"f\", \"quantiles_ms\": {\"a\": 0, \"b\": 2}}",
         "a number from 0 to 1"},
        {"{\"file\": \"c.csv\", \"key\": \"f\", \"quantiles_ms\": {\"a\": 0, \"b\": 0.5}}",
         "must reach from 0"},
        {"{\"file\": \"c.csv\", \"key\": \"f\", \"quantiles_ms\": {\"a\": 0, \"b\": 1, \"c\": 1}}",
         "both have the share 1"},
        {"{\"file\": \"c.csv\"}", "key"},
    };
    char json[400];
    write_file(*state, "a.csv", "func,1\nf,1\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(json, sizeof json,
                 "{\"trace\": {\"file\": \"a.csv\", \"counts\": {\"wide\": true, \"key\": "
                 "\"func\"}, \"durations\": %s}}",
                 cases[i].table);
        must_refuse(*state, json, "x.json", 1, cases[i].part);
    }
    must_refuse(*state,
                "{\"trace\": {\"file\": \"a.csv\", \"counts\": {\"wide\": true}, \"memory\": {}}}",
                "x.json", 1, "joined by key");
}

static void other_profiles(void **state)
{
    struct fixture f = must_read(*state, "{\"stages\": [{\"duration_h\": 24, \"per_s\": 20}]}");
    near(f.source.type->expected(&f.source, 0, 86400 * S), 24 * 72000, 1e-6);
    done(&f);
    f = must_read(
        *state,
        "{\"stages\": {\"stages\": [{\"duration_s\": 10, \"to_per_s\": 20}], \"repeat\": true}}");
    near(f.source.type->expected(&f.source, 0, 20 * S), 200, 1e-9);
    done(&f);
    f = must_read(*state, "{\"poisson\": {\"requests_per_month\": 2628000}}");
    near(f.source.type->expected(&f.source, 0, 20 * S), 20, 1e-9);
    done(&f);
    f = must_read(
        *state, "{\"closed\": {\"users\": 30, \"think_ms\": {\"exponential\": {\"mean\": 2500}}}}");
    assert_true(f.source.type->driven);
    assert_int_equal(((struct sc_closed *)f.source.config)->users, 30);
    near(sc_dist_mean(&((struct sc_closed *)f.source.config)->think_ns), 2.5e9, 1e-3);
    done(&f);
    f = must_read(
        *state,
        "{\"mmpp\": {\"states\": [{\"per_s\": 30}, {\"mean_s\": 30}], \"next\": \"random\"}}");
    near(f.source.type->expected(&f.source, 0, 3 * S), 60, 1e-9);
    done(&f);
    f = must_read(*state, "{\"cron\": {\"cron\": \"0 3 * * *\", \"requests\": 4}}");
    near(f.source.type->expected(&f.source, 0, 604800 * S), 28, 1e-9);
    done(&f);
    f = must_read(*state, "{\"diurnal\": {\"per_s\": 30, \"days\": [1, 1, 1, 1, 1, 1, 1]}}");
    near(f.source.type->expected(&f.source, 0, 86400 * S), 30 * 86400, 1e-4);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_by_end),    cmocka_unit_test(rows_by_arrival),
        cmocka_unit_test(rows_from),      cmocka_unit_test(bad_rows),
        cmocka_unit_test(wide_is_long),   cmocka_unit_test(bad_counts),
        cmocka_unit_test(joined),         cmocka_unit_test(bad_tables),
        cmocka_unit_test(bad_profiles),   cmocka_unit_test(bad_table_profiles),
        cmocka_unit_test(other_profiles),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
