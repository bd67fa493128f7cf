/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The book of us-east-1 against bills whose totals others state: the worked examples of AWS's
 * pricing pages, Infracost's golden files (live Price List), real bills, and a few of our own
 * arithmetic for single rules. Sources that sum lines rounded half up to the cent are the rule; the
 * others say so. Left out: examples at prices that no longer hold, in other regions, with savings
 * plans, and one (30 GB of logs) that grants the 5 GB of logs twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "price/bill.h"
#include "scenario/bookfile.h"

#include <string.h>

#define BOOK "models/prices/aws-us-east-1.json"

#define LAMBDA_PAGE "aws.amazon.com/lambda/pricing (2026)"
#define FARGATE_PAGE "aws.amazon.com/fargate/pricing (2026)"
#define GATEWAY_PAGE "aws.amazon.com/api-gateway/pricing (after 2025-07-15)"
#define INFRACOST "infracost @95ba4f49 testdata/*.golden"
#define OURS "own arithmetic"

enum { MOST_LINES = 9 };
enum sum { LINES_ROUNDED, SUM_ROUNDED };

struct used {
    const char *sku; /* NULL: no more */
    sc_i128 num, den;
};

struct statement {
    const char *id, *source;
    enum sc_free free;
    int64_t cents;
    enum sum sum;
    struct used used[MOST_LINES];
};

#define K (sc_i128)1000
#define M (sc_i128)1000000
#define G (sc_i128)1000000000
#define MBMS ((sc_i128)1024 * 1000) /* MB-ms in a GB-second */

/* clang-format off */
static const struct statement statements[] = {
    {"lambda-page-1-mobile-backend", LAMBDA_PAGE, SC_FREE_ALWAYS, 273, LINES_ROUNDED,
     {{"lambda.requests", 3 * M, 1}, {"lambda.duration_x86", 3 * M * 120 * 1536, MBMS}}},
    {"lambda-page-2-telemetry", LAMBDA_PAGE, SC_FREE_NONE, 24949, LINES_ROUNDED,
     {{"lambda.requests", 7440 * K, 1}, {"lambda.duration_x86", 7440 * K * 2000 * 1024, MBMS}}},
    {"lambda-page-3-bert-ephemeral", LAMBDA_PAGE, SC_FREE_ALWAYS, 10641, LINES_ROUNDED,
     {{"lambda.requests", 6 * M, 1}, {"lambda.duration_x86", 6 * M * 280 * 4096, MBMS},
      {"lambda.ephemeral_storage", 6 * M * 280 * (2048 - 512), MBMS}}},
    {"lambda-pc-1-app-launch", LAMBDA_PAGE, SC_FREE_ALWAYS, 1996, LINES_ROUNDED,
     {{"lambda.provisioned_concurrency_x86", K * 100 * 1536 * 8 * 3600, MBMS},
      {"lambda.requests", 500 * K, 1}, {"lambda.requests", 2500 * K, 1},
      {"lambda.provisioned_duration_x86", 500 * K * 100 * 1536, MBMS},
      {"lambda.duration_x86", 2500 * K * 120 * 1536, MBMS}}},
    {"lambda-snapstart", LAMBDA_PAGE, SC_FREE_NONE, 26392, LINES_ROUNDED,
     {{"lambda.requests", 7440 * K, 1}, {"lambda.duration_x86", 7440 * K * 2000 * 1024, MBMS},
      {"lambda.snapstart_cache", 744 * 3600, 1}, {"lambda.snapstart_restore", 74400, 1}}},
    /* its free 100 GB are used up elsewhere */
    {"lambda-streaming", LAMBDA_PAGE, SC_FREE_ALWAYS, 3904, LINES_ROUNDED,
     {{"lambda.requests", 3 * M, 1}, {"lambda.duration_x86", 3 * M * 500 * 1536, MBMS},
      {"lambda.response_streaming", M + 100 * 1024, 1024}}},
    {"lambda-esm-kafka-3-grouped", LAMBDA_PAGE, SC_FREE_NONE, 119320, LINES_ROUNDED,
     {{"lambda.requests", 300 * M, 1}, {"lambda.duration_x86", 300 * M * 200 * 1024, MBMS},
      {"lambda.esm_provisioned_kafka", 720, 1}}},
    /* requests and fee; the machines are under a plan */
    {"lambda-managed-instances", LAMBDA_PAGE, SC_FREE_ALWAYS, 6896, LINES_ROUNDED,
     {{"lambda.managed_instances_requests", 100 * M, 1},
      {"lambda.managed_instances_fee", 1632 * 2000, 10 * K}}},
    {"lambda-durable", LAMBDA_PAGE, SC_FREE_ALWAYS, 49046, LINES_ROUNDED, /* decimal gigabytes */
     {{"lambda.requests", 2 * M, 1}, {"lambda.duration_arm", 32 * M, 1},
      {"lambda.durable_operations", 4 * M, 1}, {"lambda.durable_data_written", 104, 1},
      {"lambda.durable_data_retained", 104 * 21, 30}}},
    /* two of its lines are rounded together */
    {"lambda-microvm-1-dev-env", LAMBDA_PAGE, SC_FREE_ALWAYS, 124122, SUM_ROUNDED,
     {{"lambda.microvm_vcpu_arm", 18 * M, 1}, {"lambda.microvm_memory_arm", 36 * M, 1},
      {"lambda.microvm_vcpu_arm", 13500 * K, 1}, {"lambda.microvm_memory_arm", 27 * M, 1},
      {"lambda.microvm_snapshot_write", 24 * K, 1}, {"lambda.microvm_snapshot_read", 28 * K, 1},
      {"lambda.microvm_snapshot_storage", 10, 1},
      {"lambda.microvm_snapshot_storage", 275 * 80, 720}}},
    {"lambda-microvm-2-ci", LAMBDA_PAGE, SC_FREE_ALWAYS, 112403, LINES_ROUNDED,
     {{"lambda.microvm_vcpu_arm", 9600 * K, 1}, {"lambda.microvm_memory_arm", 19200 * K, 1},
      {"lambda.microvm_vcpu_arm", 21600 * K, 1}, {"lambda.microvm_memory_arm", 43200 * K, 1},
      {"lambda.microvm_snapshot_read", 20 * K, 1}, {"lambda.microvm_snapshot_storage", 2, 1}}},
    {"bill-snapstart-cache", "a real bill of 2026", SC_FREE_ALWAYS, 1713, LINES_ROUNDED,
     {{"lambda.snapstart_cache", 11383200, 1}}},
    {"ic-lambda-x86-3tiers", INFRACOST, SC_FREE_NONE, 85720330, LINES_ROUNDED,
     {{"lambda.requests", 15 * G, 1}, {"lambda.duration_x86", 15 * G * 2048 * 2048, MBMS}}},
    {"ic-lambda-arm-3tiers", INFRACOST, SC_FREE_NONE, 83600816, LINES_ROUNDED,
     {{"lambda.requests", 18250 * M, 1}, {"lambda.duration_arm", 18250 * M * 2048 * 2048, MBMS}}},
    {"ic-lambda-x86-2tiers", INFRACOST, SC_FREE_NONE, 15004020, LINES_ROUNDED,
     {{"lambda.requests", 9 * G, 1}, {"lambda.duration_x86", 9216 * M, 1}}},
    {"ic-lambda-arm-2tiers", INFRACOST, SC_FREE_NONE, 15049090, LINES_ROUNDED,
     {{"lambda.requests", 11250 * M, 1}, {"lambda.duration_arm", 11520 * M, 1}}},
    {"ic-lambda-small-512", INFRACOST, SC_FREE_NONE, 31, LINES_ROUNDED,
     {{"lambda.requests", 100 * K, 1}, {"lambda.duration_x86", 100 * K * 350 * 512, MBMS}}},
    {"dv-lambda-free-exact", OURS, SC_FREE_ALWAYS, 0, LINES_ROUNDED,
     {{"lambda.requests", M, 1}, {"lambda.duration_x86", 400 * K, 1}}},
    {"dv-lambda-free-shared-arch", OURS, SC_FREE_ALWAYS, 333, LINES_ROUNDED, /* arm takes first */
     {{"lambda.duration_x86", 300 * K, 1}, {"lambda.duration_arm", 300 * K, 1}}},
    {"dv-lambda-1ms-round", OURS, SC_FREE_NONE, 20208, LINES_ROUNDED, /* 0.4 ms are 1 ms */
     {{"lambda.requests", G, 1}, {"lambda.duration_x86", G * 1 * 128, MBMS}}},
    {"dv-lambda-pc-61min", OURS, SC_FREE_ALWAYS, 16, LINES_ROUNDED, /* 61 minutes are 65 */
     {{"lambda.provisioned_concurrency_x86", 10 * 65 * 60, 1}}},
    {"dv-lambda-snapstart-1h", OURS, SC_FREE_ALWAYS, 32, LINES_ROUNDED, /* an hour is three */
     {{"lambda.snapstart_cache", 20 * 3 * 3600, 1}}},
    {"fargate-1-x86", FARGATE_PAGE, SC_FREE_ALWAYS, 126, LINES_ROUNDED,
     {{"fargate.vcpu_x86", 5 * 600 * 30, 3600}, {"fargate.memory_x86", 2 * 5 * 600 * 30, 3600},
      {"fargate.ephemeral_storage", (30 - 20) * 5 * 600 * 30, 3600}}},
    {"fargate-2-arm", FARGATE_PAGE, SC_FREE_ALWAYS, 102, LINES_ROUNDED,
     {{"fargate.vcpu_arm", 5 * 600 * 30, 3600}, {"fargate.memory_arm", 2 * 5 * 600 * 30, 3600},
      {"fargate.ephemeral_storage", (30 - 20) * 5 * 600 * 30, 3600}}},
    {"fargate-3-eks-pods", FARGATE_PAGE, SC_FREE_ALWAYS, 437, LINES_ROUNDED,
     {{"fargate.vcpu_x86", 10 * 3600 * 30, 4 * 3600},
      {"fargate.memory_x86", 10 * 3600 * 30, 3600}}},
    {"fargate-4-windows", FARGATE_PAGE, SC_FREE_ALWAYS, 4725, LINES_ROUNDED,
     {{"fargate.vcpu_windows", 10 * 3600 * 30, 1}, {"fargate.windows_os", 10 * 3600 * 30, 1},
      {"fargate.memory_windows", 2 * 10 * 3600 * 30, 1}}},
    {"ic-fargate-1-2", INFRACOST, SC_FREE_ALWAYS, 3604, LINES_ROUNDED,
     {{"fargate.vcpu_x86", 730, 1}, {"fargate.memory_x86", 2 * 730, 1}}},
    {"dv-fargate-10s-x1000", OURS, SC_FREE_ALWAYS, 82, LINES_ROUNDED, /* 10 s are 60 s */
     {{"fargate.vcpu_x86", 1000 * 60, 3600}, {"fargate.memory_x86", 2 * 1000 * 60, 3600}}},
    {"apigw-http-1", GATEWAY_PAGE, SC_FREE_ALWAYS, 41880, LINES_ROUNDED,
     {{"apigateway.http_requests", 432 * M, 1}}},
    /* the calls; its transfer line knows no tiers */
    {"apigw-rest-2-15B", GATEWAY_PAGE, SC_FREE_ALWAYS, 3635310, LINES_ROUNDED,
     {{"apigateway.rest_requests", 15 * G, 1}}},
    {"apigw-rest-3-private", GATEWAY_PAGE, SC_FREE_ALWAYS, 2486, LINES_ROUNDED,
     {{"apigateway.rest_requests", 5 * M, 1}, {"vpc.interface_endpoint_hour", 720, 1},
      {"vpc.interface_endpoint_gb", 5 * M * 33, (sc_i128)10 * 1024 * 1024}}},
    {"apigw-ws-chat", GATEWAY_PAGE, SC_FREE_ALWAYS, 2340, LINES_ROUNDED,
     {{"apigateway.websocket_messages", 18 * M, 1},
      {"apigateway.websocket_minutes", K * 12 * 60 * 30, 1}}},
    {"ic-apigw-rest-4tiers", INFRACOST, SC_FREE_ALWAYS, 4976310, LINES_ROUNDED,
     {{"apigateway.rest_requests", 21 * G, 1}}},
    {"ic-apigw-http-2tiers", INFRACOST, SC_FREE_ALWAYS, 93000, LINES_ROUNDED,
     {{"apigateway.http_requests", G, 1}}},
    {"ic-apigw-ws", INFRACOST, SC_FREE_ALWAYS, 140250, LINES_ROUNDED,
     {{"apigateway.websocket_messages", 1500 * M, 1}, {"apigateway.websocket_minutes", 10 * M, 1}}},
    {"ic-ddb-ondemand", INFRACOST, SC_FREE_NONE, 60128, LINES_ROUNDED,
     {{"dynamodb.ondemand_write", 3 * M, 1}, {"dynamodb.ondemand_read", 8 * M, 1},
      {"dynamodb.storage_standard", 230, 1}, {"dynamodb.pitr", 2300, 1},
      {"dynamodb.ondemand_backup", 460, 1}, {"dynamodb.restore", 230, 1},
      {"dynamodb.streams_read", 2 * M, 1}}},
    {"dv-ddb-cut-after", OURS, SC_FREE_ALWAYS, 750, LINES_ROUNDED,
     {{"dynamodb.ondemand_write", 10 * M, 1}, {"dynamodb.ondemand_read", 10 * M, 1}}},
    {"dv-ddb-25-25-744h", OURS, SC_FREE_ALWAYS, 0, LINES_ROUNDED,
     {{"dynamodb.provisioned_wcu", 25 * 744, 1}, {"dynamodb.provisioned_rcu", 25 * 744, 1}}},
    {"dv-ddb-26-wcu-720h", OURS, SC_FREE_ALWAYS, 8, LINES_ROUNDED,
     {{"dynamodb.provisioned_wcu", 26 * 720, 1}}},
    {"ic-nlb-lcu-1.3698", INFRACOST, SC_FREE_ALWAYS, 2243, LINES_ROUNDED,
     {{"elb.nlb_hour", 730, 1}, {"elb.nlb_lcu_hour", 13698 * 730, 10 * K}}},
    {"alb-month-1.85-lcu", OURS, SC_FREE_ALWAYS, 2723, LINES_ROUNDED, /* 16.43 + 10.80 */
     {{"elb.alb_hour", 730, 1}, {"elb.alb_lcu_hour", 185 * 730, 100}}},
    {"ic-nat-100GB", INFRACOST, SC_FREE_ALWAYS, 3735, LINES_ROUNDED,
     {{"vpc.nat_gateway_hour", 730, 1}, {"vpc.nat_gateway_gb", 100, 1}}},
    {"nat-1GB", "an example of AWS, second hand", SC_FREE_ALWAYS, 9, SUM_ROUNDED,
     {{"vpc.nat_gateway_hour", 1, 1}, {"vpc.nat_gateway_gb", 1, 1}}},
    {"ic-vpce-month", INFRACOST, SC_FREE_ALWAYS, 1730, LINES_ROUNDED,
     {{"vpc.interface_endpoint_hour", 730, 1}, {"vpc.interface_endpoint_gb", 1000, 1}}},
    {"ipv4-two-a-month", OURS, SC_FREE_ALWAYS, 730, LINES_ROUNDED,
     {{"vpc.public_ipv4_hour", 2 * 730, 1}}},
    {"ipv4-new-account", OURS, SC_FREE_NEW_ACCOUNT, 0, LINES_ROUNDED,
     {{"vpc.public_ipv4_hour", 744, 1}}},
    {"ic-dt-us-east-1", INFRACOST, SC_FREE_NONE, 480920, LINES_ROUNDED,
     {{"datatransfer.internet_out", 57 * K, 1}}},
    /* 100 GB are free before the first tier */
    {"dv-dt-10341GB", OURS, SC_FREE_ALWAYS, 92169, LINES_ROUNDED,
     {{"datatransfer.internet_out", 10341, 1}}},
    {"cw-detailed-monitoring", "an example of AWS, second hand", SC_FREE_NONE, 2100, LINES_ROUNDED,
     {{"cloudwatch.custom_metric", 70, 1}}},
    {"ic-cwlogs", INFRACOST, SC_FREE_NONE, 51625, LINES_ROUNDED,
     {{"cloudwatch.logs_ingest_standard", 1000, 1}, {"cloudwatch.logs_storage", 500, 1},
      {"cloudwatch.logs_insights", 250, 1}}},
    /* before 2025-05-01 */
    {"cw-lambda-60TB-before", "AWS blog of 2025-05-01", SC_FREE_NONE, 3000000, LINES_ROUNDED,
     {{"cloudwatch.logs_ingest_standard", 60 * K, 1}}},
    {"dv-cw-lambda-60TiB", OURS, SC_FREE_ALWAYS, 1280000, LINES_ROUNDED, /* 1 TB = 1024 GB */
     {{"cloudwatch.logs_vended_standard", 61440, 1}}},
    /* its slip of 8 cents mended */
    {"cw-vended-72TB-s3", "an example of AWS, second hand", SC_FREE_ALWAYS, 844749, LINES_ROUNDED,
     {{"cloudwatch.logs_vended_s3_or_firehose", 72 * 1024, 1}, {"s3.standard_storage", 6656, 1}}},
    {"ic-sfn-express-3tiers", INFRACOST, SC_FREE_ALWAYS, 68523, LINES_ROUNDED,
     {{"stepfunctions.express_request", 100 * M, 1},
      {"stepfunctions.express_duration", 100 * M * 900 * 1216, MBMS}}},
    {"ic-sfn-express-2tiers", INFRACOST, SC_FREE_ALWAYS, 7334, LINES_ROUNDED,
     {{"stepfunctions.express_request", 10 * M, 1},
      {"stepfunctions.express_duration", 10 * M * 800 * 512, MBMS}}},
    {"ic-sfn-express-tiny", INFRACOST, SC_FREE_ALWAYS, 12, LINES_ROUNDED,
     {{"stepfunctions.express_request", 100 * K, 1},
      {"stepfunctions.express_duration", 100 * K * 200 * 64, MBMS}}},
    {"dv-sfn-400k", OURS, SC_FREE_ALWAYS, 990, LINES_ROUNDED,
     {{"stepfunctions.standard_transition", 400 * K, 1}}},
    {"dv-scheduler-15M", OURS, SC_FREE_ALWAYS, 100, LINES_ROUNDED,
     {{"eventbridge.scheduler", 15 * M, 1}}},
    {"eventbridge-crossaccount-5M", "aws.amazon.com/eventbridge/pricing", SC_FREE_ALWAYS, 25,
     LINES_ROUNDED,
     {{"eventbridge.aws_management_event", 5 * M, 1},
      {"eventbridge.crossaccount_delivery_to_service", 5 * M, 1}}},
    {"ic-sqs-std-2M", INFRACOST, SC_FREE_NONE, 80, LINES_ROUNDED,
     {{"sqs.standard", 2 * M, 1}}},
    {"ic-sqs-fifo-1M", INFRACOST, SC_FREE_NONE, 50, LINES_ROUNDED,
     {{"sqs.fifo", M, 1}}},
    {"ic-kinesis-ondemand-month", INFRACOST, SC_FREE_ALWAYS, 2920, LINES_ROUNDED,
     {{"kinesis.ondemand_stream_hour", 730, 1}}},
    {"rds-proxy-4vcpu", "an example of AWS, second hand", SC_FREE_ALWAYS, 4320, LINES_ROUNDED,
     {{"rds.proxy_vcpu", 4 * 720, 1}}},
    {"bill-s3-tier1", "a real bill", SC_FREE_ALWAYS, 174, LINES_ROUNDED,
     {{"s3.put_copy_post_list", 348 * K, 1}}},
    {"ic-s3-standard-10TB", INFRACOST, SC_FREE_ALWAYS, 23005, LINES_ROUNDED,
     {{"s3.standard_storage", 10 * K, 1}, {"s3.put_copy_post_list", 10 * K, 1},
      {"s3.get_other", 10 * K, 1}}},
    {"ic-ebs-gp3", INFRACOST, SC_FREE_ALWAYS, 840, LINES_ROUNDED,
     {{"ebs.gp3_storage", 40, 1}, {"ebs.gp3_throughput", 5, 1}, {"ebs.gp3_iops", 1000, 1}}},
    {"ic-eks-month", INFRACOST, SC_FREE_ALWAYS, 7300, LINES_ROUNDED,
     {{"eks.cluster_hour", 730, 1}}},
    {"ic-t3.medium-month", INFRACOST, SC_FREE_ALWAYS, 3037, LINES_ROUNDED,
     {{"ec2.t3.medium", 730, 1}}},
    {"ic-t3.medium-ri1y", INFRACOST, SC_FREE_ALWAYS, 1905, LINES_ROUNDED,
     {{"ec2.t3.medium.reserved_1y", 730, 1}}},
};
/* clang-format on */

static struct sc_arena arena;
static struct sc_book book;

static int64_t cents_of(const struct statement *s)
{
    struct sc_usage usage[MOST_LINES];
    int n = 0;
    for (; n < MOST_LINES && s->used[n].sku; n++) {
        if (!sc_book_price(&book, s->used[n].sku))
            fail_msg("%s: \"%s\" is not in the book", s->id, s->used[n].sku);
        usage[n] = (struct sc_usage){.book = &book,
                                     .node = "n",
                                     .item = s->id,
                                     .sku = s->used[n].sku,
                                     .num = s->used[n].num,
                                     .den = s->used[n].den};
    }
    const struct sc_terms terms = {.free = s->free, .hours = {730, 1}};
    struct sc_bill bill = sc_bill_price(&terms, usage, n, &arena);
    sc_i128 usd_e15[MOST_LINES] = {0};
    int64_t cents = 0;
    for (int i = 0; i < bill.n; i++)
        usd_e15[bill.lines[i].usage] += bill.lines[i].usd_e15;
    for (int i = 0; i < n; i++)
        cents += sc_usd_cents(usd_e15[i]);
    return s->sum == SUM_ROUNDED ? sc_usd_cents(sc_bill_total(&bill)) : cents;
}

static void stated_bills_hold_to_the_cent(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        const struct statement *s = &statements[i];
        int64_t cents = cents_of(s);
        if (cents != s->cents) {
            print_error("%s (%s): %lld cents, stated are %lld\n", s->id, s->source,
                        (long long)cents, (long long)s->cents);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_book_is_ordered_and_whole(void **state)
{
    (void)state;
    static const char *const needed[] = {
        "apigateway.http_requests", "apigateway.rest_requests",  "cloudwatch.logs_vended_standard",
        "datatransfer.inter_az",    "datatransfer.internet_out", "dynamodb.ondemand_read",
        "ec2.c6i.xlarge",           "ec2.m6i.large.reserved_1y", "elb.alb_lcu_hour",
        "fargate.spot_vcpu_x86",    "fargate.vcpu_arm",          "lambda.duration_arm",
        "vpc.public_ipv4_hour",
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!sc_book_price(&book, needed[i]))
            fail_msg("%s is not in the book", needed[i]);
    for (int i = 1; i < book.n; i++)
        assert_true(strcmp(book.prices[i - 1].sku, book.prices[i].sku) < 0);
}

static int open_book(void **state)
{
    (void)state;
    struct sc_error err = {0};
    bool found;
    if (sc_book_load(&book, BOOK, NULL, &arena, &found, &err)) {
        sc_error_print(&err, stderr);
        return -1;
    }
    return 0;
}

static int close_book(void **state)
{
    (void)state;
    sc_arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stated_bills_hold_to_the_cent),
        cmocka_unit_test(the_book_is_ordered_and_whole),
    };
    return cmocka_run_group_tests(tests, open_book, close_book);
}
