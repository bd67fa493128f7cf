/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of records on any bytes, in two parts where a line "====" divides them. What it takes
 * is priced with the small book of the seeds, and a second reading must find the same records. */
#include "run/pricing.h"
#include "run/recordfile.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The files lie in a folder of this process's own, which fuzz.sh makes and removes. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_FOLDER");
    if (!folder || chdir(folder) != 0)
        abort();
    return 0;
}

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *out = fopen(path, "wb");
    if (!out || (length > 0 && fwrite(text, 1, length, out) != length) || fclose(out) != 0)
        abort();
}

static size_t write_parts(const char *text, size_t length)
{
    static const char cut[] = "\n====\n";
    size_t at = 0, n = sizeof cut - 1;
    while (at + n <= length && memcmp(text + at, cut, n) != 0)
        at++;
    bool two = at + n <= length;
    write_file("a.jsonl", text, two ? at + 1 : length);
    if (two)
        write_file("b.jsonl", text + at + n, length - at - n);
    return two ? 2 : 1;
}

static void price(const struct sc_recordset *r)
{
    struct sc_arena arena = {0};
    for (int i = 0; i < r->experiment.n; i++) {
        const struct sc_architecture *a =
            &r->scenario.architecture[r->experiment.trial[i].architecture];
        struct sc_terms terms = sc_terms_of(&r->scenario, a);
        int n;
        struct sc_usage *u =
            sc_usage_of(&r->scenario, a, &r->experiment.record[i].ledger, &n, &arena);
        struct sc_bill bill = sc_bill_price(&terms, u, n, &arena);
        if (sc_bill_total(&bill) < 0)
            abort();
        (void)sc_marginal_cost(&terms, u, n, &bill, &arena);
        sc_arena_reset(&arena);
    }
    sc_arena_free(&arena);
}

/* Header and records written again, and read again. */
static void read_again(const struct sc_recordset *r)
{
    static const char *const path[] = {"c.jsonl"};
    struct sc_recordset again;
    struct sc_error err = {0};
    FILE *out = fopen(path[0], "wb");
    if (!out)
        abort();
    sc_experiment_write(&r->experiment, out);
    fclose(out);
    if (sc_recordset_read(&again, path, 1, NULL, &err) != 0 ||
        again.experiment.n != r->experiment.n) {
        sc_error_print(&err, stderr);
        abort();
    }
    sc_recordset_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"a.jsonl", "b.jsonl"};
    struct sc_recordset r;
    struct sc_error err = {0};
    size_t n = write_parts((const char *)data, size);
    int failed = sc_recordset_read(&r, paths, n, NULL, &err);
    if (!failed && sc_recordset_book(&r, "aws-us-east-1", &err) == 0) {
        price(&r);
        read_again(&r);
    } else if (err.message[0] == '\0') {
        abort();
    }
    sc_recordset_free(&r);
    return 0;
}
