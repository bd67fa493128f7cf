/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/hgrm.h"
#include "report/report.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1 << 16 };

/* Three architectures: cheap but slow, dear and fast, dearest and saturated. */
struct fixture {
    struct sc_result result;
    struct sc_result_architecture architecture[3];
    struct sc_result_line line[3][2];
    struct sc_result_node node;
    struct sc_hist hist;
    double cost[3][3];
    struct sc_verdict verdict;
    char text[TEXT];
};

static struct sc_estimate around(double mean, double half)
{
    return (struct sc_estimate){mean, mean - half, mean + half, 3};
}

static void add(struct fixture *f, int i, const char *name, double usd, double p99_ms)
{
    struct sc_result_architecture *a = &f->architecture[i];
    *a = (struct sc_result_architecture){
        .name = name, .n = 3, .cost = f->cost[i], .line = f->line[i], .n_lines = 2};
    for (int k = 0; k < 3; k++)
        f->cost[i][k] = usd + (k - 1) * 0.5;
    a->cost_usd_per_month = around(usd, 1.25);
    a->waits = (struct sc_waits){
        around(p99_ms / 4, 1), around(p99_ms / 5, 1), around(p99_ms / 3, 1),  around(p99_ms / 2, 1),
        around(p99_ms, 1),     around(p99_ms * 2, 1), around(p99_ms * 3.5, 1)};
    a->requests = a->completed = around(12345.25, 7);
    f->line[i][0] =
        (struct sc_result_line){"api",     "requests", "x.requests",
                                "request", 1.5e6,      (sc_i128)(usd * 0.75 * 1000) * 1000000000000,
                                true,      false};
    f->line[i][1] =
        (struct sc_result_line){"fn",   "duration", "x.duration",
                                "GB-s", 2.5e4,      (sc_i128)(usd * 0.25 * 1000) * 1000000000000,
                                i != 1, false};
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->result = (struct sc_result){.version = "9.8.7",
                                   .title = "A \"test\"",
                                   .sha256 = "ab12",
                                   .book_id = "aws-x",
                                   .book_as_of = "2026-02-03",
                                   .free = "always",
                                   .seed = 42,
                                   .replications = 3,
                                   .horizon_h = 168,
                                   .month_h = 730,
                                   .month_scale = 4.25,
                                   .span = "a month",
                                   .n = 3,
                                   .architecture = f->architecture};
    f->result.objective = (struct sc_objective){-1, -1, -1, -1, 300, -1, -1};
    add(f, 0, "cheap", 40.5, 412);
    add(f, 1, "fast", 52.25, 182);
    add(f, 2, "full", 71.125, 250);
    f->architecture[2].saturated = true;
    f->architecture[2].why_saturated = "the queue of web kept growing";
    sc_hist_init(&f->hist, &f->result.arena);
    for (int i = 1; i <= 1000; i++)
        sc_hist_add(&f->hist, i * INT64_C(1000000));
    f->node = (struct sc_result_node){.name = "fn", .type = "lambda", .hist = &f->hist};
    f->architecture[1].node = &f->node;
    f->architecture[1].n_nodes = 1;
    f->architecture[1].hist = &f->hist;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    sc_arena_free(&f->result.arena);
    free(f);
    return 0;
}

static const char *told(struct fixture *f, const char *format, bool detail)
{
    FILE *out = tmpfile();
    struct sc_report_options o = {.detail = detail};
    f->verdict = sc_verdict_of(&f->result, &f->result.arena);
    sc_report_format_named(format)->write(&f->result, &f->verdict, &o, out);
    rewind(out);
    f->text[fread(f->text, 1, TEXT - 1, out)] = '\0';
    fclose(out);
    return f->text;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void the_cheapest_that_meets_the_objective_is_chosen(void **state)
{
    struct fixture *f = *state;
    const char *text = told(f, "text", false);
    assert_int_equal(f->verdict.choice, 1);
    assert_has(
        text, "A \"test\": fast, 52.25 USD a month, is the cheapest that meets the objective (p99\n"
              "<= 300 ms); cheap is 22 % cheaper and misses it.\n");
    assert_has(
        text,
        "\n* fast               52.25    51.00 - 53.50   36 ms  91 ms 182 ms 364 ms    0 %\n");
    assert_has(text, "\n! full               71.12    ");
    assert_has(text, "\n  cheap          p99 412 ms > 300 ms\n");
    assert_has(text,
               "\n! full           saturated: the queue of web kept growing, so its waits are");
    assert_has(text, "\n  fast           api requests 75 %, fn duration 25 %\n");
    assert_has(text, "\nprices not confirmed: x.duration\n");
    assert_has(text,
               "\nbook aws-x of 2026-02-03, free: always, seed 42, 3 replications of 168 h\n");
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= SC_SCREEN);
}

static void the_nearest_is_named_when_none_meets_it(void **state)
{
    struct fixture *f = *state;
    f->result.objective.p99_ms = 100;
    const char *text = told(f, "text", true);
    assert_int_equal(f->verdict.choice, -1);
    assert_int_equal(f->verdict.nearest, 1);
    assert_has(text, "no architecture meets the objective (p99 <= 100 ms); fast comes\nnearest: "
                     "p99 182 ms > 100 ms.");
    assert_has(text, "sum of the rounded lines");
    assert_has(told(f, "json", false), "\"choice\": null");
}

static void without_an_objective_the_cheapest_wins(void **state)
{
    struct fixture *f = *state;
    f->result.objective.p99_ms = -1;
    f->result.span = "in 24 h";
    f->result.month_note = "a note";
    const char *text = told(f, "text", false);
    assert_int_equal(f->verdict.choice, 0);
    assert_has(text, "cheap, 40.51 USD in 24 h, is the cheapest; fast costs 29 % more.");
    assert_has(text, "not scaled to a month of 730 h: a note.");
    assert_has(text, "what does not hold the traffic\n! full");
}

static void a_margin_is_paired(void **state)
{
    struct fixture *f = *state;
    struct sc_estimate e = sc_verdict_margin(&f->architecture[1], &f->architecture[0]);
    assert_true(fabs(e.mean - 11.75) < 1e-12 && fabs(e.hi - e.lo) < 1e-9); /* both move together */
    f->architecture[2].saturated = false;
    f->cost[2][0] += 80;
    f->cost[2][2] -= 80;
    told(f, "json", false);
    const struct sc_reason *last = &f->verdict.reason[f->verdict.n - 1];
    assert_string_equal(last->rule, "margin");
    assert_has(last->evidence, "18.88 USD a month (");
    assert_has(last->evidence, ": may be chance");
}

static void what_never_completed_misses_every_bound(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++)
        f->architecture[i].waits = (struct sc_waits){0};
    f->result.objective.failed_frac = 0.001;
    f->architecture[0].failed_frac = around(1, 0);
    const char *text = told(f, "text", false);
    assert_int_equal(f->verdict.choice, -1);
    assert_has(text, "p99 unknown: no request completed, failed 100 % > 0.10 %");
    assert_has(text, "      -      -      -");
    text = told(f, "json", false);
    assert_has(text, "\"p99\": {\"mean\": null, \"lo\": null, \"hi\": null, \"n\": 0}");
    assert_null(strstr(text, "nan"));
    assert_has(told(f, "csv", false), ",,,,0,");
}

static void json_is_as_documented(void **state)
{
    struct fixture *f = *state;
    f->architecture[1].cost_usd_per_month.n = 1;
    const char *text = told(f, "json", false);
    assert_int_equal(
        strncmp(text,
                "{\n  \"schema_version\": 1,\n  \"simcost\": \"9.8.7\",\n  \"scenario\": "
                "{\"title\": \"A \\\"test\\\"\", \"sha256\": \"ab12\"},\n  \"seed\": 42,\n",
                100),
        0);
    assert_has(text,
               "\"cost_usd_per_month\": {\"mean\": 52.25, \"lo\": null, \"hi\": null, \"n\": 1}");
    assert_has(text, "{\"node\": \"api\", \"item\": \"requests\", \"sku\": \"x.requests\", "
                     "\"quantity\": 1500000, "
                     "\"unit\": \"request\", \"usd\": 39.187}");
    assert_has(
        text,
        "{\"rule\": \"objective\", \"for\": \"cheap\", \"evidence\": \"p99 412 ms > 300 ms\"}");
    assert_has(text, "{\"rule\": \"saturated\", \"for\": \"full\", \"evidence\": \"the queue of "
                     "web kept growing\"}");
    assert_has(text,
               "{\"rule\": \"cheapest\", \"for\": \"fast\", \"evidence\": \"52.25 USD a month\"}");
    assert_has(text, "\"saturated\": true");
}

static void histograms_are_found_by_name(void **state)
{
    struct fixture *f = *state;
    struct sc_error err = {0};
    assert_ptr_equal(sc_hgrm_find(&f->result, "fn", &err), &f->hist);
    assert_ptr_equal(sc_hgrm_find(&f->result, "fast/fn", &err), &f->hist);
    assert_ptr_equal(sc_hgrm_find(&f->result, "fast", &err), &f->hist);
    assert_ptr_equal(sc_hgrm_find(&f->result, "latency", &err), &f->hist); /* only one has any */
    assert_null(sc_hgrm_find(&f->result, "cheap/fn", &err));
    assert_has(err.message, "there are cheap, fast, fast/fn, full");
}

static void the_hgrm_file_is_as_its_readers_want(void **state)
{
    struct fixture *f = *state;
    FILE *out = tmpfile();
    sc_hgrm_write(&f->hist, out);
    rewind(out);
    f->text[fread(f->text, 1, TEXT - 1, out)] = '\0';
    fclose(out);
    assert_int_equal(
        strncmp(f->text, "       Value     Percentile TotalCount 1/(1-Percentile)\n\n", 57), 0);
    assert_has(f->text, " 0.500000000000        500           2.00\n");
    assert_has(f->text, "    1000.000 1.000000000000       1000            inf\n#[Mean    =      "
                        "500.500, StdDeviation   =");
    assert_has(f->text, "#[Max     =     1000.000, Total count    =         1000]\n#[Buckets =");
}

static void numbers_read_well(void **state)
{
    (void)state;
    const struct {
        char *(*write)(double, char *);
        double value;
        const char *text;
    } cases[] = {
        {sc_usd_text, 0, "0.00"},          {sc_usd_text, 52.526, "52.53"},
        {sc_usd_text, 471.26, "471.3"},    {sc_usd_text, 12345.6, "12346"},
        {sc_usd_text, 1.2345e6, "1.23 M"}, {sc_ms_text, 3.42, "3.4 ms"},
        {sc_ms_text, 9.97, "10 ms"},       {sc_ms_text, 412.4, "412 ms"},
        {sc_ms_text, 999.7, "1.00 s"},     {sc_ms_text, 12340, "12.3 s"},
        {sc_ms_text, 1.2e7, "3.3 h"},      {sc_ms_text, (double)NAN, "-"},
        {sc_percent_text, 0, "0 %"},       {sc_percent_text, 4e-4, "0.04 %"},
        {sc_percent_text, 1e-6, "<.01 %"}, {sc_percent_text, 0.034, "3.4 %"},
        {sc_percent_text, 0.12, "12 %"},   {sc_count_text, 1234567, "1234567"},
        {sc_count_text, 5.5, "5.5"},
    };
    char text[SC_WORDS_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(cases[i].write(cases[i].value, text), cases[i].text);
}

/* Columns are characters, not bytes, and a first word that has no room begins the next line. */
static void paragraphs_keep_to_the_screen(void **state)
{
    static const char umlauts[] = "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", HEAD[] = "head: ";
    char words[512] = "", *got = NULL;
    size_t size;
    (void)state;
    assert_int_equal(sc_text_columns(umlauts, strlen(umlauts)), 5);
    for (int i = 0; i < 13; i++)
        snprintf(words + strlen(words), sizeof words - strlen(words), "%s ", umlauts);
    FILE *out = open_memstream(&got, &size);
    sc_paragraph(HEAD, 2, words, out); /* 6 + 12 x 6 + 5 columns: the 13th begins a line */
    fclose(out);
    assert_int_equal(strcspn(got, "\n"), strlen(HEAD) + 12 * (strlen(umlauts) + 1) - 1);
    free(got);
    memset(words, 'x', 77);
    words[77] = '\0';
    out = open_memstream(&got, &size);
    sc_paragraph(HEAD, 2, words, out);
    fclose(out);
    assert_int_equal(strlen(got), strlen(HEAD) + 1 + 2 + 77 + 1);
    free(got);
}

static void formats_are_found_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(sc_report_format_named("text"), sc_report_formats[0]);
    assert_non_null(sc_report_format_named("markdown"));
    assert_null(sc_report_format_named("html"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_cheapest_that_meets_the_objective_is_chosen),
        TEST(the_nearest_is_named_when_none_meets_it),
        TEST(without_an_objective_the_cheapest_wins),
        TEST(a_margin_is_paired),
        TEST(what_never_completed_misses_every_bound),
        TEST(json_is_as_documented),
        TEST(histograms_are_found_by_name),
        TEST(the_hgrm_file_is_as_its_readers_want),
        TEST(numbers_read_well),
        TEST(paragraphs_keep_to_the_screen),
        TEST(formats_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
