/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "run/record.h"

#include <string.h>

static const char *text_of(FILE *f, char *text, size_t size)
{
    rewind(f);
    size_t n = fread(text, 1, size - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

static void fill(struct sc_ledger *l)
{
    static sc_i128 hours[] = {7, ((sc_i128)1 << 90) + 3};
    static int64_t series[] = {4, -1, 9};
    struct sc_hist *h = SC_NEW(l->arena, struct sc_hist);
    sc_hist_init(h, l->arena);
    sc_hist_add(h, 5);
    sc_hist_add(h, 5);
    sc_hist_add(h, 300);
    sc_ledger_meter(l, "fn", "requests", 90071992547409931);
    sc_ledger_hourly(l, "api", "bytes", hours, 2);
    sc_ledger_count(l, NULL, "requests", 12345);
    sc_ledger_count(l, "fn", "cold_starts", 17);
    sc_ledger_hist(l, "latency", h);
    sc_ledger_series(l, "web", "tasks", series, 3);
}

static void a_record_is_one_line_in_order_of_names(void **state)
{
    (void)state;
    struct sc_arena arena = {0};
    struct sc_record r = {.architecture = "hybrid", .replication = 3, .point = 1, .stratum = 2};
    struct sc_ledger l = {.arena = &arena};
    char text[2048], hist[128];
    fill(&l);
    sc_record_keep(&r, &l);
    sc_ledger_free(&l);
    sc_arena_free(&arena); /* the record owns all it names */
    FILE *f = tmpfile();
    sc_record_write(&r, f);
    int bucket = 0;
    while (sc_hist_high(bucket) < 300)
        bucket++;
    snprintf(hist, sizeof hist,
             "{\"latency\":{\"buckets\":[[5,2],[%d,1]],\"max\":300,\"sum\":\"310\"}}", bucket);
    char expected[1024];
    snprintf(expected, sizeof expected,
             "{\"point\":1,\"architecture\":\"hybrid\",\"replication\":3,\"stratum\":2,\"meters\":"
             "{\"api/bytes\":[\"7\",\"1237940039285380274899124227\"],\"fn/"
             "requests\":\"90071992547409931\"},"
             "\"histograms\":%s,\"counters\":{\"fn/cold_starts\":17,\"requests\":12345},"
             "\"series\":{\"web/tasks\":[4,-1,9]}}\n",
             hist);
    assert_string_equal(text_of(f, text, sizeof text), expected);
    sc_record_free(&r);
}

static void an_empty_record_is_json_too(void **state)
{
    (void)state;
    struct sc_record r = {.architecture = "a"};
    char text[512];
    FILE *f = tmpfile();
    sc_record_write(&r, f);
    assert_string_equal(
        text_of(f, text, sizeof text),
        "{\"point\":0,\"architecture\":\"a\",\"replication\":0,\"stratum\":0,\"meters\":{},"
        "\"histograms\":{},\"counters\":{},\"series\":{}}\n");
    sc_record_free(&r);
}

static void the_header_says_what_it_rests_on(void **state)
{
    (void)state;
    const struct sc_set sets[] = {{"/title", "say \"hi\"\n"}, {"/seed", "-7"}};
    struct sc_service_type type = {.name = "boat"};
    struct sc_charge charge = {"sails", "x.sails", "sail_ms",  SC_CHARGE_HOURS,
                               1000,    false,     SC_KEPT_ALL};
    struct sc_service service = {.name = "b1", .type = &type, .charge = &charge, .n_charges = 1};
    struct sc_commitment owed[] = {
        {.kind = SC_RESERVED, .name = "hulls", .sku = "x.reserved", .count = 3},
        {.kind = SC_EC2_PLAN,
         .name = "EC2 plan m7g",
         .family = "m7g",
         .plan = "ec2_sp_1y_noupfront",
         .usd_e15 = 1},
        {.kind = SC_COMPUTE_PLAN,
         .name = "p",
         .plan = "compute_sp_3y_allupfront",
         .usd_e15 = 2385000000000000}};
    struct sc_architecture sea = {.name = "sea",
                                  .service = &service,
                                  .n_services = 1,
                                  .commitment = owed,
                                  .n_commitments = 3};
    struct sc_scenario s = {.title = "say \"hi\"\n\x01",
                            .seed = -7,
                            .replications = 5,
                            .horizon_ns = 36 * INT64_C(100000000000),
                            .month_ns = 73,
                            .month_num = 73,
                            .month_den = 10,
                            .month_note = "why",
                            .periodic = true,
                            .objective = {-1, -1, -1, -1, 0.1, -1, 0},
                            .free = SC_FREE_NEW_ACCOUNT,
                            .book = {.id = "aws-x", .as_of = "2026-01-31"},
                            .doc = {.sets = sets, .n_sets = 2},
                            .architecture = &sea,
                            .n_architectures = 1};
    char text[2048];
    memcpy(s.sha256, "00ff", 5);
    FILE *f = tmpfile();
    sc_record_write_header(&s, s.replications, &(struct sc_sampling){0}, f);
    assert_string_equal(
        text_of(f, text, sizeof text),
        "{\"schema_version\":1,\"simcost\":\"" SC_VERSION "\",\"scenario\":{\"title\":"
        "\"say \\\"hi\\\"\\u000a\\u0001\",\"question\":\"\",\"sha256\":\"00ff\"},\"seed\":-7,"
        "\"replications\":5,\"book\":{\"id\":\"aws-x\",\"as_of\":\"2026-01-31\"},"
        "\"free\":\"new_account\",\"horizon_ns\":\"3600000000000\",\"month_ns\":\"73\","
        "\"month_num\":\"73\",\"month_den\":\"10\",\"month_note\":\"why\",\"periodic\":true,"
        "\"objective\":{\"p99_ms\":0.1,\"failed_frac\":0},"
        "\"sets\":[[\"/title\",\"say \\\"hi\\\"\\u000a\"],[\"/seed\",\"-7\"]],"
        "\"architectures\":{\"sea\":{\"services\":[{\"name\":\"b1\",\"type\":\"boat\","
        "\"charges\":[{\"item\":\"sails\",\"sku\":\"x.sails\",\"meter\":\"sail_ms\","
        "\"kind\":\"hours\",\"per\":1000,\"stock\":false,\"kept_per_h\":-1}]}],"
        "\"commitments\":[{\"reserved\":\"x.reserved\",\"count\":3,\"name\":\"hulls\"},"
        "{\"ec2_plan\":\"m7g\",\"term\":\"1y_noupfront\",\"name\":\"EC2 plan "
        "m7g\",\"usd_per_h\":\"0.000000000000001\"},"
        "{\"compute_plan\":true,\"term\":\"3y_allupfront\",\"name\":\"p\",\"usd_per_h\":\"2."
        "385000000000000\"}]"
        "}}}\n");
    assert_string_equal(sc_free_name(SC_FREE_NONE), "none");
    assert_string_equal(sc_free_name(SC_FREE_ALWAYS), "always");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_one_line_in_order_of_names),
        cmocka_unit_test(an_empty_record_is_json_too),
        cmocka_unit_test(the_header_says_what_it_rests_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
