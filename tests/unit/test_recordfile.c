/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "num/decimal.h"
#include "run/recordfile.h"
#include "run/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD(architectures)                                                                        \
    "{\"schema_version\":1,\"simcost\":\"0.1.0\",\"scenario\":{\"title\":\"Caf\xc3\xa9 "           \
    "\\\"7\\\"\","                                                                                 \
    "\"question\":\"\",\"sha256\":\"00ff\"},\"seed\":9007199254740991,\"replications\":3,"         \
    "\"book\":{\"id\":\"aws-us-east-1\",\"as_of\":\"2026-01-31\"},\"free\":\"none\","              \
    "\"horizon_ns\":\"315360000000000000\",\"month_ns\":\"2628000000000000\","                     \
    "\"month_num\":\"1\",\"month_den\":\"1\",\"month_note\":\"it happens once\","                  \
    "\"periodic\":false,\"objective\":{\"p99_ms\":0.1},\"sets\":[[\"/seed\",\"1\"]],"              \
    "\"architectures\":" architectures "}\n"
#define SERVICES                                                                                   \
    "{\"services\":[{\"name\":\"fn\",\"type\":\"lambda\",\"charges\":[{\"item\":\"requests\","     \
    "\"sku\":\"lambda.requests\",\"meter\":\"requests\",\"kind\":\"sum\",\"per\":1,"               \
    "\"stock\":false,\"kept_per_h\":0}]},{\"name\":\"x\",\"type\":\"unheard_of\",\"charges\":[]}]" \
    ","                                                                                            \
    "\"commitments\":[]}"
#define RECORD(replication, requests)                                                              \
    "{\"point\":0,\"architecture\":\"a\",\"replication\":" replication ",\"stratum\":0,"           \
    "\"meters\":{\"fn/requests\":\"" requests                                                      \
    "\",\"fn/ms\":[\"1\",\"1208925819614629174706176\"]},"                                         \
    "\"histograms\":{\"latency\":{\"buckets\":[[5,2],[277,1]],\"max\":300,\"sum\":\"310\"}},"      \
    "\"counters\":{\"fn/cold_starts\":17,\"requests\":4611686018427387904},"                       \
    "\"series\":{\"web/tasks\":[4,-1,9]}}\n"
static const char head[] = HEAD("{\"a\":" SERVICES ",\"b\":" SERVICES "}");

enum { FILES = 3 };

struct files {
    char path[FILES][256];
    const char *name[FILES];
    size_t n;
    struct sc_recordset set;
    struct sc_error err;
    char remarks[512];
};

static void put(struct files *f, const char *text)
{
    char *path = f->path[f->n];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof f->path[0], "%s/simcost-records-XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    f->name[f->n++] = path;
}

static int get(struct files *f)
{
    FILE *remarks = tmpfile();
    int failed = sc_recordset_read(&f->set, f->name, f->n, remarks, &f->err);
    rewind(remarks);
    f->remarks[fread(f->remarks, 1, sizeof f->remarks - 1, remarks)] = '\0';
    fclose(remarks);
    return failed;
}

static void end(struct files *f)
{
    sc_recordset_free(&f->set);
    for (size_t i = 0; i < f->n; i++)
        unlink(f->path[i]);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct files f = {0};
    char text[SC_DECIMAL_TEXT];
    put(&f, HEAD("{\"a\":" SERVICES "}") RECORD("1", "90071992547409931"));
    assert_int_equal(get(&f), 0);
    const struct sc_scenario *s = &f.set.scenario;
    assert_string_equal(s->title, "Caf\xc3\xa9 \"7\"");
    assert_true(s->seed == INT64_C(9007199254740991) && s->replications == 3);
    assert_true(s->horizon_ns == INT64_C(315360000000000000) && s->month_den == 1);
    assert_true(s->objective.p99_ms == 0.1 && s->objective.mean_ms == -1 && !s->periodic);
    assert_int_equal(s->free, SC_FREE_NONE);
    assert_string_equal(s->architecture[0].service[1].type->name, "unheard_of");
    assert_int_equal(f.set.experiment.n, 1);
    const struct sc_ledger *l = &f.set.experiment.record[0].ledger;
    assert_string_equal(sc_i128_text(sc_ledger_find_meter(l, "fn", "requests")->sum, text),
                        "90071992547409931");
    assert_string_equal(sc_i128_text(sc_ledger_find_meter(l, "fn", "ms")->sum, text),
                        "1208925819614629174706177");
    assert_true(sc_ledger_find_count(l, NULL, "requests") == INT64_C(4611686018427387904));
    const struct sc_hist *h = sc_ledger_find_hist(l, "latency");
    assert_true(sc_hist_count(h) == 3 && h->max == 300 && h->sum == 310);
    assert_int_equal(l->series[0].value[1], -1);
    end(&f);
}

/* The records that were read, written again. */
static void told(struct files *f, char *text, size_t size)
{
    FILE *out = tmpfile();
    for (int i = 0; i < f->set.experiment.n; i++)
        sc_record_write(&f->set.experiment.record[i], out);
    rewind(out);
    text[fread(text, 1, size - 1, out)] = '\0';
    fclose(out);
}

static void parts_are_a_set(void **state)
{
    (void)state;
    struct files one = {0}, two = {0};
    char a[4096], b[4096], text[4096];
    snprintf(text, sizeof text, "%s%s%s%s", head, RECORD("0", "7"), RECORD("1", "8"),
             RECORD("2", "9"));
    put(&one, text);
    snprintf(text, sizeof text, "%s%s%s", head, RECORD("2", "9"), RECORD("0", "7"));
    put(&two, text);
    snprintf(text, sizeof text, "%s\r\n\n%s%s", head, RECORD("1", "8"), RECORD("2", "9"));
    put(&two, text);
    assert_int_equal(get(&one), 0);
    assert_int_equal(get(&two), 0);
    told(&one, a, sizeof a);
    told(&two, b, sizeof b);
    assert_string_equal(a, b);
    assert_int_equal(two.set.experiment.n, 3);
    assert_non_null(strstr(two.remarks, "no record of b, so it is left out"));
    assert_int_equal(two.set.scenario.n_architectures, 1);
    end(&one);
    end(&two);
}

static void refused(const char *first, const char *second, const char *words, int line)
{
    struct files f = {0};
    put(&f, first);
    if (second)
        put(&f, second);
    assert_int_equal(get(&f), -1);
    if (!strstr(f.err.message, words) || f.err.line != line)
        print_message("%s:%d: %s: %s\n", f.err.file, f.err.line, f.err.pointer, f.err.message);
    assert_non_null(strstr(f.err.message, words));
    assert_int_equal(f.err.line, line);
    end(&f);
}

static void mistakes_are_placed(void **state)
{
    (void)state;
    char text[4096], other[4096];
    refused("", NULL, "it is empty", 1);
    refused("\n\n", NULL, "it is empty", 3);
    refused(head, NULL, "there is no whole record", 0);
    refused("{}\n", NULL, "no records begin here", 1);
    refused("[1]\n", NULL, "no records begin here", 1);
    refused("point,architecture\n", NULL, "not valid JSON", 1);
    snprintf(text, sizeof text, "%s%s%s", head, RECORD("0", "7"), RECORD("0", "8"));
    refused(text, NULL, "is there twice, and the two differ", 3);
    snprintf(text, sizeof text, "%s%s{\"point\":\n%s", head, RECORD("0", "7"), RECORD("1", "7"));
    refused(text, NULL, "not valid JSON", 3);
    snprintf(text, sizeof text, "%s%s", head, RECORD("-1", "7"));
    refused(text, NULL, "-1 is below the minimum, 0", 2);
    snprintf(text, sizeof text, "%s%s", head, RECORD("0", "1208925819614629174706177"));
    refused(text, NULL, "from 0 to 2^80", 2);
    snprintf(text, sizeof text, "%s%s", head, RECORD("0", "7"));
    snprintf(other, sizeof other, "%s%s", HEAD("{\"a\":" SERVICES "}"), RECORD("0", "7"));
    refused(text, other, "this header differs here from that of", 1);
    refused(HEAD("{\"A\":" SERVICES "}"), NULL, "\"A\" is no name", 1);
    refused(HEAD("{\"a\":{\"services\":{},\"commitments\":[]}}"), NULL, "a list is wanted", 1);
    refused(HEAD("{\"a\":{\"services\":[7],\"commitments\":[]}}"), NULL, "an object is wanted", 1);
    refused(HEAD("[]"), NULL, "an architecture at least", 1);
}

static void a_line_cut_short_is_left_out(void **state)
{
    (void)state;
    struct files f = {0};
    char text[4096];
    snprintf(text, sizeof text, "%s%s%.90s", head, RECORD("0", "7"), RECORD("1", "8"));
    put(&f, text);
    assert_int_equal(get(&f), 0);
    assert_int_equal(f.set.experiment.n, 1);
    assert_non_null(strstr(f.remarks, ":3: the last line is cut short"));
    end(&f);
}

static void the_book_must_have_all(void **state)
{
    (void)state;
    struct files f = {0};
    struct sc_result r = {0};
    char text[4096];
    snprintf(text, sizeof text, "%s%s", head, RECORD("0", "2000000"));
    put(&f, text);
    assert_int_equal(get(&f), 0);
    assert_int_equal(sc_recordset_book(&f.set, "models/prices/none.json", &f.err), -1);
    assert_non_null(strstr(f.err.message, "cannot be read"));
    f.err = (struct sc_error){0};
    assert_int_equal(sc_recordset_book(&f.set, "models/prices/aws-us-east-1.json", &f.err), 0);
    assert_int_equal(sc_result_form(&r, &f.set.experiment), 0);
    assert_int_equal(r.n, 1);
    assert_true(r.architecture[0].cost[0] == 0.4); /* 2 million at 0.20 USD a million */
    sc_result_free(&r);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read), cmocka_unit_test(parts_are_a_set),
        cmocka_unit_test(mistakes_are_placed),      cmocka_unit_test(a_line_cut_short_is_left_out),
        cmocka_unit_test(the_book_must_have_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
