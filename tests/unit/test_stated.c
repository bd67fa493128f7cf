/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/fields.h"
#include "io/json.h"
#include "num/decimal.h"
#include "price/stated.h"
#include "scenario/bookfile.h"

#include <stdio.h>
#include <string.h>

struct world {
    struct sc_arena arena;
    struct sc_book book;
};

static int set_up(void **state)
{
    struct world *w = sc_take(sizeof *w);
    struct sc_error err = {0};
    bool found;
    int failed =
        sc_book_load(&w->book, "models/prices/aws-us-east-1.json", NULL, &w->arena, &found, &err);
    if (failed)
        sc_error_print(&err, stderr);
    *state = w;
    return failed;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    sc_arena_free(&w->arena);
    sc_release(w);
    return 0;
}

/* The members of an object, with ' for ". */
static struct sc_doc document(const char *members)
{
    char text[2048];
    struct sc_doc doc = {0};
    struct sc_error err = {0};
    snprintf(text, sizeof text, "{%s}", members);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    assert_int_equal(sc_doc_parse(&doc, "usage.json", text, strlen(text), &err), 0);
    return doc;
}

/* Reads and meters an item; its usages, or -1. */
static int meter(struct world *w, const char *name, const char *members, bool decimal,
                 struct sc_usage **usage, struct sc_error *err)
{
    const struct sc_stated_type *type = sc_stated_type_named(name);
    struct sc_sheet sheet = {"item", &w->book, {730, 1}, decimal, &w->arena, NULL, 0, NULL, 0};
    assert_non_null(type);
    struct sc_doc doc = document(members);
    void *stated = sc_arena_new(&w->arena, sc_stated_size(type));
    int n = -1;
    if (sc_fields_read(&doc, doc.root, sc_stated_fields(type, &w->arena), NULL, stated, &w->arena,
                       err) == 0 &&
        sc_stated_meter(type, stated, &sheet, err) == 0 &&
        sc_sheet_usages(&sheet, usage, &n, err) != 0)
        n = -1;
    sc_doc_free(&doc);
    return n;
}

static const char *described(struct world *w, const struct sc_usage *usage, int n)
{
    const char *all = "";
    char num[SC_DECIMAL_TEXT], den[SC_DECIMAL_TEXT];
    for (int i = 0; i < n; i++) {
        struct sc_fraction f = sc_fraction_of(usage[i].num, usage[i].den);
        all = sc_arena_printf(&w->arena, "%s%s%s %s/%s", all, i > 0 ? "; " : "", usage[i].sku,
                              sc_i128_text(f.num, num), sc_i128_text(f.den, den));
    }
    return all;
}

/* What is stated, and the units that hand arithmetic makes of it in a month of 730 h. */
static const struct {
    const char *type, *members, *usages;
    bool decimal;
} cases[] = {
    {"lambda",
     "'requests': 7340017, 'duration_ms': 100.77, 'cold_starts': 3011, 'init_ms': 250.06, "
     "'memory_mb': 1769",
     "lambda.requests 7340017/1; "
     "lambda.duration_x86 1312765112123/1024000",
     false},
    {"lambda", "'gb_seconds': '61440000000.125', 'requests': 15000000001, 'arch': 'arm64'",
     "lambda.requests 15000000001/1; "
     "lambda.duration_arm 491520000001/8",
     false},
    {"lambda",
     "'requests': 3000001, 'duration_ms': 119.2, 'memory_mb': 1536, 'provisioned_concurrency': 10, "
     "'provisioned_h': '1.016666666', 'provisioned_requests': 500003, 'provisioned_duration_ms': "
     "99.01, 'arch': 'arm64', 'ephemeral_mb': 2050",
     "lambda.requests 3000001/1; "
     "lambda.duration_arm 11249991/25; "
     "lambda.provisioned_concurrency_arm 58500/1; "
     "lambda.provisioned_duration_arm 1500009/20; "
     "lambda.ephemeral_storage 13457502307/25600",
     false},
    {"lambda",
     "'memory_mb': 1792, 'snapstart_versions': 21, 'snapstart_h': 0.75, 'restores': 74401",
     "lambda.snapstart_cache 396900/1; "
     "lambda.snapstart_restore 520807/4",
     false},
    {"lambda",
     "'memory_mb': 1792, 'snapstart_versions': 2, 'restores': 17, 'snapstart_free': true, "
     "'tenant_environments': 1237",
     "lambda.tenant_isolation_env 8659/4", false},
    {"lambda",
     "'requests': 1000003, 'gb_seconds': 0, 'stream_kb': 7171.5, 'log_kb': 0.3, 'payload_kb': 321",
     "lambda.requests 3000009/1; "
     "lambda.response_streaming 2055006165/2097152; "
     "cloudwatch.logs_lambda 3000009/10485760",
     false},
    {"lambda",
     "'requests': 1000003, 'gb_seconds': 0, 'stream_kb': 7171.5, 'log_kb': 0.3, 'payload_kb': 321",
     "lambda.requests 2000006/1; "
     "lambda.response_streaming 2343007029/2000000; "
     "cloudwatch.logs_lambda 3000009/10000000",
     true},
    {"lambda_edge",
     "'requests': 81239, 'duration_ms': 4.2, 'cold_starts': 77, 'init_ms': 211.9, 'memory_mb': 192",
     "lambda.edge_requests 81239/1; "
     "lambda.edge_duration 1267557/16000",
     false},
    {"lambda_managed", "'requests': 100000007, 'instance': 'm7g.xlarge', 'instance_h': 2000.5",
     "lambda.managed_instances_requests 100000007/1; "
     "lambda.managed_instances_fee 204051/625; "
     "ec2.m7g.xlarge 4001/2",
     false},
    {"lambda_managed", "'instance': 'm7g.xlarge', 'instance_h': 211, 'purchase': 'reserved_3y'",
     "lambda.managed_instances_fee 21522/625; "
     "ec2.m7g.xlarge.reserved_3y 211/1",
     false},
    {"lambda_durable", "'executions': 1000003, 'operations': 4, 'written_kb': 104, 'kept_h': 504",
     "lambda.durable_operations 4000012/1; "
     "lambda.durable_data_written 13000039/125000; "
     "lambda.durable_data_retained 819002457/11406250",
     true},
    {"lambda_microvm",
     "'runs': 2003, 'run_s': 6750, 'vcpu': 0.5, 'memory_gb': 1.25, 'written_gb': 24001, 'read_gb': "
     "977, 'image_gb': 10.5, 'image_h': 24, 'suspended_gb': 201, 'suspended_h': 110",
     "lambda.microvm_vcpu_arm 6760125/1; "
     "lambda.microvm_memory_arm 33800625/2; "
     "lambda.microvm_snapshot_write 24001/1; "
     "lambda.microvm_snapshot_read 977/1; "
     "lambda.microvm_snapshot_storage 11937/365",
     false},
    {"lambda_pollers", "'kafka_epus': 3, 'sqs_epus': 7, 'hours': 719.5",
     "lambda.esm_provisioned_kafka 4317/2; "
     "lambda.esm_provisioned_sqs 10073/2",
     false},
    {"apigateway", "'api': 'http', 'requests': 432000011, 'request_kb': 12, 'response_kb': 512.001",
     "apigateway.http_requests 864000022/1", false},
    {"apigateway",
     "'api': 'rest', 'requests': 21000000013, 'request_kb': 900, 'cache_gb': 13.5, 'cache_h': "
     "743.93",
     "apigateway.rest_requests 21000000013/1; "
     "apigateway.rest_cache_13.5gb 74393/100",
     false},
    {"apigateway",
     "'api': 'websocket', 'messages': 18000011, 'message_kb': 33, 'connection_minutes': 21600007",
     "apigateway.websocket_messages 36000022/1; "
     "apigateway.websocket_minutes 21600007/1",
     false},
    {"appsync",
     "'operations': 250007, 'realtime_messages': 1013, 'size_kb': 5.01, 'connection_minutes': "
     "600011",
     "appsync.query_mutation 250007/1; "
     "appsync.realtime_message 2026/1; "
     "appsync.connection_minute 600011/1",
     false},
    {"fargate",
     "'tasks': 5, 'runs': 31, 'run_s': 600.2, 'vcpu': 0.25, 'memory_gb': 0.5, 'ephemeral_gb': 31",
     "fargate.vcpu_x86 18631/2880; "
     "fargate.memory_x86 18631/1440; "
     "fargate.ephemeral_storage 204941/720",
     false},
    {"fargate", "'tasks': 1009, 'run_s': 10, 'vcpu': 1, 'memory_gb': 2, 'arch': 'arm64'",
     "fargate.vcpu_arm 1009/60; "
     "fargate.memory_arm 1009/30",
     false},
    {"fargate", "'tasks': 7, 'run_s': 10, 'runs': 3, 'vcpu': 2, 'memory_gb': 5, 'os': 'windows'",
     "fargate.vcpu_windows 12600/1; "
     "fargate.windows_os 12600/1; "
     "fargate.memory_windows 31500/1",
     false},
    {"fargate", "'vcpu': 4, 'memory_gb': 9, 'spot': true, 'tasks': 3",
     "fargate.spot_vcpu_x86 8760/1; "
     "fargate.spot_memory_x86 19710/1",
     false},
    {"ec2", "'instance': 't3.medium', 'count': 3, 'hours': 743.9301", "ec2.t3.medium 2678149/1200",
     false},
    {"ec2", "'instance': 't3.medium', 'hours': 0.001, 'purchase': 'spot'",
     "ec2.t3.medium.spot 1/60", false},
    {"ec2", "'instance': 't3.medium', 'count': 0", "", false},
    {"apprunner", "'instances': 3, 'vcpu': 0.25, 'memory_gb': 0.5, 'active_h': 211",
     "apprunner.memory 1095/1; "
     "apprunner.vcpu 633/4",
     false},
    {"alb", "'hours': 594.2, 'requests_per_s': 5, 'rules': 60, 'zones': 3, 'count': 2",
     "elb.alb_hour 1190/1; "
     "elb.alb_lcu_hour 2971/10; "
     "vpc.public_ipv4_hour 17826/5",
     false},
    {"alb",
     "'new_connections_per_s': 11, 'active_connections': 2999, 'processed_gb': 97, "
     "'lambda_processed_gb': 191.3, 'trust_stores': 1",
     "elb.alb_hour 730/1; "
     "elb.alb_lcu_hour 218927/300; "
     "elb.alb_trust_store_hour 730/1",
     false},
    {"alb", "'new_connections_per_s': 11, 'processed_gb': 97, 'lambda_processed_gb': 191.3",
     "elb.alb_hour 730/1; "
     "elb.alb_lcu_hour 2301/4",
     false},
    {"alb", "'new_connections_per_s': '31.234567891', 'processed_gb': 97",
     "elb.alb_hour 730/1; "
     "elb.alb_lcu_hour 2280123456043/2500000000",
     false},
    {"alb", "'lcu': 1.37, 'hours': 12.5, 'count': 2",
     "elb.alb_hour 26/1; "
     "elb.alb_lcu_hour 137/4",
     false},
    {"nlb", "'balancers': 2, 'nlcu': 1.3698, 'addresses': 4, 'hours': 729.5",
     "elb.nlb_hour 1460/1; "
     "elb.nlb_lcu_hour 9992691/10000; "
     "vpc.public_ipv4_hour 2918/1",
     false},
    {"nat", "'gateways': 3, 'gb': 101.7, 'addresses': 3, 'hours': 1.01",
     "vpc.nat_gateway_hour 6/1; "
     "vpc.nat_gateway_gb 1017/10; "
     "vpc.public_ipv4_hour 303/100",
     false},
    {"endpoint", "'endpoint_zones': 6, 'gb': 1000.3, 'hours': 7.2, 'gateway_endpoints': 2",
     "vpc.interface_endpoint_hour 48/1; "
     "vpc.interface_endpoint_gb 10003/10; "
     "vpc.gateway_endpoint_s3_dynamodb 72/5",
     false},
    {"ipv4", "'addresses': 7, 'hours': 1.5", "vpc.public_ipv4_hour 21/2", false},
    {"transfer",
     "'internet_out_gb': 10341.7, 'internet_in_gb': 3, 'inter_az_gb': 77.5, 'inter_region_gb': "
     "13.25",
     "datatransfer.internet_out 103417/10; "
     "datatransfer.internet_in 3/1; "
     "datatransfer.inter_az 155/1; "
     "datatransfer.inter_region 53/4",
     false},
    {"cloudfront",
     "'out_gb': 1234.5, 'to_origin_gb': 17, 'from_aws_gb': 400, 'http_requests': 13, "
     "'https_requests': 10000019, 'function_invocations': 2000003, 'invalidation_paths': 1009",
     "cloudfront.data_out 2469/2; "
     "cloudfront.data_to_origin 17/1; "
     "cloudfront.origin_fetch_from_aws 400/1; "
     "cloudfront.http_requests 13/1; "
     "cloudfront.https_requests 10000019/1; "
     "cloudfront.functions_invocation 2000003/1; "
     "cloudfront.invalidation_path 1009/1",
     false},
    {"dynamodb", "'reads': 1000001, 'writes': 300007, 'item_kb': 2.2, 'consistency': 'eventual'",
     "dynamodb.ondemand_read 1000001/2; "
     "dynamodb.ondemand_write 900021/1",
     false},
    {"dynamodb", "'reads': 1000001, 'writes': 300007, 'item_kb': 2.2, 'consistency': 'strong'",
     "dynamodb.ondemand_read 1000001/1; "
     "dynamodb.ondemand_write 900021/1",
     false},
    {"dynamodb",
     "'reads': 1000001, 'writes': 300007, 'item_kb': 2.2, 'consistency': 'transactional'",
     "dynamodb.ondemand_read 2000002/1; "
     "dynamodb.ondemand_write 1800042/1",
     false},
    {"dynamodb",
     "'class': 'ia', 'reads': 101, 'item_kb': 8.1, 'consistency': 'strong', 'rru': 0.5, 'wru': 7, "
     "'replicated_wru': 11, 'stored_gb': 255, 'pitr_gb': 2300.1, 'backup_gb': 460, 'restored_gb': "
     "230, 'stream_reads': 2000003, 'change_records': 19, 'imported_gb': 1.5, 'exported_gb': 2.5",
     "dynamodb.ondemand_read_ia 607/2; "
     "dynamodb.ondemand_write_ia 7/1; "
     "dynamodb.global_replicated_write 11/1; "
     "dynamodb.storage_ia 255/1; "
     "dynamodb.pitr 23001/10; "
     "dynamodb.ondemand_backup 460/1; "
     "dynamodb.restore 230/1; "
     "dynamodb.streams_read 2000003/1; "
     "dynamodb.kinesis_cdc 19/1; "
     "dynamodb.import_s3 3/2; "
     "dynamodb.export_s3 5/2",
     false},
    {"dynamodb",
     "'capacity': 'provisioned', 'rcu': 25, 'wcu': 26, 'replicated_wcu': 3, 'hours': 719.25, "
     "'stored_gb': 26",
     "dynamodb.provisioned_rcu 71925/4; "
     "dynamodb.provisioned_wcu 37401/2; "
     "dynamodb.provisioned_rwcu 8631/4; "
     "dynamodb.storage_standard 26/1",
     false},
    {"dynamodb", "'capacity': 'provisioned', 'class': 'ia', 'rcu': 5, 'wcu': 6",
     "dynamodb.provisioned_rcu_ia 3650/1; "
     "dynamodb.provisioned_wcu_ia 4380/1",
     false},
    {"aurora",
     "'acu': 2.75, 'hours': 300, 'stored_gb': 17, 'io_requests': 1000003, 'backup_gb': 4, "
     "'data_api_requests': 107, 'data_api_kb': 32.5",
     "aurora.serverless_v2_acu 825/1; "
     "aurora.storage 17/1; "
     "aurora.io 1000003/1; "
     "aurora.backup 4/1; "
     "aurora.data_api 214/1",
     false},
    {"aurora", "'acu': 2.75, 'stored_gb': 17, 'io_requests': 1000003, 'io_optimized': true",
     "aurora.serverless_v2_acu_io_optimized 4015/2; "
     "aurora.storage_io_optimized 17/1",
     false},
    {"rds_proxy", "'vcpu': 1, 'hours': 720", "rds.proxy_vcpu 1440/1", false},
    {"rds_proxy", "'acu': 9.5", "rds.proxy_vcpu 6935/1", false},
    {"rds",
     "'instance': 'db.t4g.small', 'multi_az': true, 'count': 2, 'gp3_gb': 101, 'backup_gb': 7",
     "rds.postgres_db.t4g.small_multiaz 1460/1; "
     "rds.gp3_multiaz 101/1; "
     "rds.backup_excess 7/1",
     false},
    {"rds", "'instance': 'db.t4g.micro', 'hours': 3.5, 'gp3_gb': 20",
     "rds.postgres_db.t4g.micro 7/2; "
     "rds.gp3 20/1",
     false},
    {"elasticache", "'node': 'cache.t4g.micro', 'nodes': 3, 'engine': 'valkey'",
     "elasticache.valkey_cache.t4g.micro 2190/1", false},
    {"elasticache", "'ecpus': 1000003, 'stored_gb': 0.25, 'hours': 100",
     "elasticache.serverless_redis_ecpu 1000003/1; "
     "elasticache.serverless_redis_storage 100/1",
     false},
    {"elasticache", "'engine': 'valkey', 'ecpus': 11",
     "elasticache.serverless_valkey_ecpu 11/1; "
     "elasticache.serverless_valkey_storage 9125/128",
     false},
    {"s3",
     "'standard_gb': 10000.5, 'standard_ia_gb': 3, 'onezone_ia_gb': 4, 'put_requests': 348001, "
     "'get_requests': 10007, 'delete_requests': 9, 'monitored_objects': 77",
     "s3.standard_storage 20001/2; "
     "s3.standard_ia_storage 3/1; "
     "s3.onezone_ia_storage 4/1; "
     "s3.put_copy_post_list 348001/1; "
     "s3.get_other 10007/1; "
     "s3.delete 9/1; "
     "s3.int_monitoring 77/1",
     false},
    {"sqs",
     "'requests': 2000003, 'size_kb': 64.1, 'receive_wait_s': 17, 'consumers': 3, 'hours': 720, "
     "'fair_requests': 1001",
     "sqs.standard 4457419/1; "
     "sqs.fair_queue_surcharge 2002/1",
     false},
    {"sqs", "'queue': 'fifo', 'requests': 1000003, 'size_kb': 1024", "sqs.fifo 16000048/1", false},
    {"sns",
     "'publishes': 1000003, 'size_kb': 65, 'to_http': 7, 'to_email': 11, 'to_mobile_push': 13, "
     "'to_firehose': 17, 'to_sqs_lambda': 19",
     "sns.publish_standard 2000006/1; "
     "sns.delivery_http 7/1; "
     "sns.delivery_email 11/1; "
     "sns.delivery_mobile_push 13/1; "
     "sns.delivery_firehose 17/1; "
     "sns.delivery_sqs_lambda 19/1",
     false},
    {"sns", "'topic': 'fifo', 'publishes': 1009, 'size_kb': 3, 'deliveries': 5003",
     "sns.fifo_publish 1009/1; "
     "sns.fifo_publish_payload 3027/1048576; "
     "sns.fifo_delivery 5003/1; "
     "sns.fifo_delivery_payload 15009/1048576",
     false},
    {"eventbridge",
     "'custom_events': 101, 'partner_events': 3, 'aws_events': 5, 'deliveries': 7, "
     "'cross_account_deliveries': 11, 'api_destination_calls': 13, 'schema_events': 17, "
     "'archived_gb': 1.25, 'stored_gb': 2.5, 'size_kb': 256",
     "eventbridge.custom_event 404/1; "
     "eventbridge.partner_or_optin_event 12/1; "
     "eventbridge.aws_management_event 5/1; "
     "eventbridge.same_account_delivery 7/1; "
     "eventbridge.crossaccount_delivery_to_service 44/1; "
     "eventbridge.api_destination 13/1; "
     "eventbridge.schema_discovery 544/1; "
     "eventbridge.archive_processing 5/4; "
     "eventbridge.archive_storage 5/2",
     false},
    {"scheduler", "'invocations': 15000017", "eventbridge.scheduler 15000017/1", false},
    {"pipes", "'requests': 1000003, 'size_kb': 128", "eventbridge.pipes 2000006/1", false},
    {"stepfunctions",
     "'transitions': 400009, 'express_requests': 100000007, 'duration_ms': 801, 'memory_mb': 1200",
     "stepfunctions.standard_transition 400009/1; "
     "stepfunctions.express_request 100000007/1; "
     "stepfunctions.express_duration 17100001197/160",
     false},
    {"stepfunctions", "'express_requests': 100003, 'duration_ms': 123, 'memory_mb': 0",
     "stepfunctions.express_request 100003/1; "
     "stepfunctions.express_duration 100003/80",
     false},
    {"kinesis",
     "'mode': 'provisioned', 'shards': 3, 'hours': 719.5, 'records': 1000003, 'record_kb': 25.1, "
     "'efo_consumers': 2, 'efo_gb': 11.5, 'retention_h': 169, 'long_term_gb': 7",
     "kinesis.shard_hour 4317/2; "
     "kinesis.put_payload_unit 2000006/1; "
     "kinesis.efo_consumer_shard_hour 4317/1; "
     "kinesis.efo_data 23/2; "
     "kinesis.extended_retention 4317/2; "
     "kinesis.long_term_retention 7/1",
     false},
    {"kinesis",
     "'mode': 'on_demand', 'records': 1000003, 'record_kb': 2.01, 'out_gb': 3, 'efo_gb': 4",
     "kinesis.ondemand_stream_hour 730/1; "
     "kinesis.ondemand_in 3000009/1048576; "
     "kinesis.ondemand_out 3/1; "
     "kinesis.ondemand_efo_out 4/1",
     false},
    {"ses", "'emails': 1009, 'attachment_gb': 0.75",
     "ses.outbound_email 1009/1; "
     "ses.attachment_data 3/4",
     false},
    {"secretsmanager", "'secrets': 3, 'hours': 73, 'api_requests': 10007",
     "secretsmanager.secret_month 3/10; "
     "secretsmanager.api 10007/1",
     false},
    {"ssm", "'parameters': 2, 'advanced_parameters': 5, 'api_requests': 11, 'hours': 365",
     "ssm.parameter_standard 1/1; "
     "ssm.parameter_advanced 5/2; "
     "ssm.api_advanced_or_higher_throughput 11/1",
     false},
    {"kms", "'keys': 7, 'requests': 20011",
     "kms.key_month 7/1; "
     "kms.request 20011/1",
     false},
    {"cloudwatch",
     "'log_gb': 30.5, 'ia_log_gb': 2, 'lambda_log_gb': 61440, 'vended_log_gb': 3, "
     "'vended_to_s3_gb': 5, 'stored_gb': 6, 'insights_gb': 250, 'metrics': 70, 'alarms': 11, "
     "'high_res_alarms': 12, 'composite_alarms': 13, 'dashboards': 4, 'api_requests': 17, "
     "'live_tail_minutes': 19, 'hours': 365",
     "cloudwatch.logs_ingest_standard 61/2; "
     "cloudwatch.logs_ingest_ia 2/1; "
     "cloudwatch.logs_lambda 61440/1; "
     "cloudwatch.logs_vended_standard 3/1; "
     "cloudwatch.logs_vended_s3_or_firehose 5/1; "
     "cloudwatch.logs_storage 6/1; "
     "cloudwatch.logs_insights 250/1; "
     "cloudwatch.custom_metric 35/1; "
     "cloudwatch.alarm_standard 11/2; "
     "cloudwatch.alarm_high_res 6/1; "
     "cloudwatch.alarm_composite 13/2; "
     "cloudwatch.dashboard 2/1; "
     "cloudwatch.api_requests 17/1; "
     "cloudwatch.live_tail 19/1",
     false},
    {"xray", "'recorded_traces': 100003, 'read_traces': 1000003",
     "xray.trace_recorded 100003/1; "
     "xray.trace_retrieved_or_scanned 1000003/1",
     false},
    {"eks", "'clusters': 2, 'old_clusters': 1, 'hours': 100.5",
     "eks.cluster_hour 201/1; "
     "eks.cluster_hour_extended_support 201/2",
     false},
    {"ecr", "'stored_gb': 12.5", "ecr.storage 25/2", false},
    {"ebs",
     "'gp3_gb': 40, 'gp3_extra_iops': 1000, 'gp3_extra_mb_per_s': 5, 'gp2_gb': 3, 'hours': 365",
     "ebs.gp3_storage 20/1; "
     "ebs.gp3_iops 500/1; "
     "ebs.gp3_throughput 5/2; "
     "ebs.gp2_storage 3/2",
     false},
    {"lambda",
     "'requests': 7, 'memory_mb': 3008, 'gb_seconds': 0, 'provisioned_concurrency': 3, "
     "'provisioned_requests': 5, 'provisioned_duration_ms': 70.5",
     "lambda.requests 7/1; "
     "lambda.provisioned_concurrency_x86 23159250/1; "
     "lambda.provisioned_duration_x86 3337/3200",
     false},
    {"lambda",
     "'requests': 3000001, 'duration_ms': 500, 'memory_mb': 1536, 'stream_requests': 1000003, "
     "'stream_kb': 7168",
     "lambda.requests 3000001/1; "
     "lambda.duration_x86 9000003/4; "
     "lambda.response_streaming 1000003/1024",
     false},
    {"alb", "'requests_per_s': 7, 'rules': 9.5, 'hours': 3",
     "elb.alb_hour 3/1; "
     "elb.alb_lcu_hour 0/1",
     false},
};
enum { CASES = sizeof cases / sizeof *cases };

static void each_type_counts_exactly(void **state)
{
    for (int i = 0; i < CASES; i++) {
        struct sc_usage *usage;
        struct sc_error err = {0};
        int n = meter(*state, cases[i].type, cases[i].members, cases[i].decimal, &usage, &err);
        if (n < 0)
            fail_msg("%s {%s}: %s", cases[i].type, cases[i].members, err.message);
        const char *found = described(*state, usage, n);
        if (strcmp(found, cases[i].usages) != 0)
            fail_msg("%s {%s}:\n%s\nis not\n%s", cases[i].type, cases[i].members, found,
                     cases[i].usages);
    }
}

static bool has_case(const char *type)
{
    for (int i = 0; i < CASES; i++)
        if (strcmp(cases[i].type, type) == 0)
            return true;
    return false;
}

/* No price list has Fargate's spare arm64 capacity. */
static void every_sku_is_in_the_book(void **state)
{
    struct world *w = *state;
    for (const struct sc_stated_type *const *t = sc_stated_types; *t; t++) {
        if (!has_case((*t)->name))
            fail_msg("no case has the type %s", (*t)->name);
        for (const struct sc_plain *row = (*t)->plain; row && row->key; row++)
            if (!sc_book_price(&w->book, row->sku))
                fail_msg("%s/%s: no SKU %s", (*t)->name, row->key, row->sku);
    }
    for (int i = 0; i < CASES; i++) {
        struct sc_usage *usage;
        struct sc_error err = {0};
        int n = meter(w, cases[i].type, cases[i].members, cases[i].decimal, &usage, &err);
        for (int u = 0; u < n; u++)
            if (!sc_book_price(&w->book, usage[u].sku))
                fail_msg("%s: no SKU %s", cases[i].type, usage[u].sku);
    }
}

/* And the other way round: what the book prices can be stated without naming its SKU. */
static void every_sku_can_be_stated(void **state)
{
    static const char *const others[] = {
        "commitments.",           "ec2.",
        "dynamodb.reserved_",     "rds.",
        "elasticache.",           "kinesis.ondemand_advantage_",
        "apigateway.rest_cache_", "apigateway.portal",
        "ecs.control_plane",      "lambda.compute_savings_plan_max"};
    struct world *w = *state;
    char all[20000] = "; ", name[200];
    for (int i = 0; i < CASES; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s; ", cases[i].usages);
    for (int i = 0; i < w->book.n; i++) {
        const char *sku = w->book.prices[i].sku;
        bool other = false;
        for (size_t o = 0; o < sizeof others / sizeof *others; o++)
            other = other || strncmp(sku, others[o], strlen(others[o])) == 0;
        snprintf(name, sizeof name, "; %s ", sku);
        if (!other && !strstr(all, name))
            fail_msg("no case uses %s", sku);
    }
}

static void each_key_has_its_help(void **state)
{
    struct world *w = *state;
    for (const struct sc_stated_type *const *t = sc_stated_types; *t; t++) {
        assert_true((*t)->summary && (!(*t)->plain == !!(*t)->meter));
        for (const struct sc_field *f = sc_stated_fields(*t, &w->arena); f->key; f++) {
            if (!f->help || !f->help[0])
                fail_msg("%s/%s: no help", (*t)->name, f->key);
            assert_true(f->kind != SC_FIELD_EXACT || f->max > f->min);
            assert_true(f->offset < sc_stated_size(*t));
        }
    }
    assert_null(sc_stated_type_named("lamda"));
}

/* docs/bill.md has a section for each type and a row for each of its keys. */
static void the_documentation_has_each_key(void **state)
{
    static char text[100000];
    struct world *w = *state;
    FILE *file = fopen("docs/bill.md", "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    for (const struct sc_stated_type *const *t = sc_stated_types; *t; t++) {
        const char *title =
            sc_arena_printf(&w->arena, "\n### %s\n\n%s\n", (*t)->name, (*t)->summary);
        const char *section = strstr(text, title);
        if (!section)
            fail_msg("docs/bill.md has no section%s", title);
        for (const struct sc_field *f = sc_stated_fields(*t, &w->arena); f->key; f++) {
            const char *row = sc_arena_printf(&w->arena, "\n| `%s` | %s |", f->key, f->help);
            const char *found = strstr(section, row), *end = strstr(section + 4, "\n### ");
            if (!found || (end && found > end))
                fail_msg("docs/bill.md, %s: no row%s", (*t)->name, row);
        }
    }
}

/* Billed time in the four ways that books of four dates read. */
static void a_dated_book_finds_its_meter(void **state)
{
    static const struct {
        const char *meter, *package, *usages;
    } of[] = {
        {"billed_mb_ms", "zip", "1/1; lambda.duration_x86 357/8000"},
        {"billed_noinit_mb_ms", "zip", "1/1; lambda.duration_x86 101/8000"},
        {"billed_noinit_mb_ms", "image", "1/1; lambda.duration_x86 357/8000"},
        {"billed_100ms_mb_ms", "zip", "1/1; lambda.duration_x86 1/20"},
        {"billed_100ms_noinit_mb_ms", "zip", "1/1; lambda.duration_x86 1/40"},
        {"billed_100ms_noinit_mb_ms", "custom_runtime", "1/1; lambda.duration_x86 1/20"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct sc_usage *usage;
        struct sc_error err = {0};
        struct sc_price price = {.sku = "lambda.duration_x86", .meter = of[i].meter};
        struct world dated = {.book = {.n = 1, .prices = &price, .region = "r-1"}};
        char members[200];
        snprintf(members, sizeof members,
                 "'requests': 1, 'duration_ms': 100.77, 'cold_starts': 1, 'init_ms': 256.06, "
                 "'package': '%s'",
                 of[i].package);
        int n = meter(&dated, "lambda", members, false, &usage, &err);
        assert_int_equal(n, 2);
        assert_string_equal(strchr(described(w, usage, n), ' ') + 1, of[i].usages);
        sc_arena_free(&dated.arena);
    }
}

/* What is there whether it is used or not, and what a request more would change. */
static void what_is_held_is_fixed(void **state)
{
    static const struct {
        const char *type, *members, *fixed;
    } of[] = {
        {"lambda", "'requests': 7, 'duration_ms': 3, 'provisioned_concurrency': 2", "nny"},
        {"alb", "'requests_per_s': 3, 'rules': 12, 'zones': 2", "yny"},
        {"dynamodb", "'rru': 3, 'stored_gb': 4", "ny"},
        {"nat", "'gateways': 3, 'gb': 4", "yn"},
        {"kms", "'keys': 3, 'requests': 4", "yn"},
        {"kinesis", "'mode': 'provisioned', 'shards': 3, 'records': 4, 'record_kb': 1", "yn"},
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct sc_usage *usage;
        struct sc_error err = {0};
        int n = meter(*state, of[i].type, of[i].members, false, &usage, &err);
        assert_int_equal(n, strlen(of[i].fixed));
        for (int u = 0; u < n; u++)
            assert_true(usage[u].kept == (of[i].fixed[u] == 'y' ? usage[u].num : 0));
    }
}

static void mistakes_are_told(void **state)
{
    static const struct {
        const char *type, *members, *pointer, *part;
    } of[] = {
        {"lambda", "'requests': -1, 'duration_ms': 3", "/requests", "below the minimum, 0"},
        {"lambda", "'requests': 1, 'duration_ms': 3, 'memory_mb': 64", "/memory_mb", "128"},
        {"lambda", "'requests': 1, 'duration_ms': 3, 'payload_kb': 1024.5", "/payload_kb", "1024"},
        {"lambda", "'requests': 5, 'duration_ms': 3, 'gb_seconds': 7", "/gb_seconds",
         "leave out duration_ms"},
        {"lambda", "'requests': 5, 'cold_starts': 1, 'init_ms': 3, 'gb_seconds': 7", "/gb_seconds",
         "leave out cold_starts"},
        {"lambda", "'requests': 50021", "/duration_ms", "50021 invocations is missing"},
        {"lambda", "'requests': 5, 'duration_ms': 3, 'cold_starts': 1", "/cold_starts",
         "go together"},
        {"lambda", "'requests': 5, 'duration_ms': 3, 'init_ms': 31", "/init_ms", "go together"},
        {"lambda",
         "'requests': 5, 'duration_ms': 3, 'cold_starts': 4, 'init_ms': 31, "
         "'provisioned_requests': 2.5, 'provisioned_concurrency': 1",
         "/requests", "together, 6.5"},
        {"lambda", "'requests': 5, 'duration_ms': 3, 'provisioned_requests': 2",
         "/provisioned_requests", "provisioned_concurrency is 0"},
        {"lambda",
         "'requests': 5, 'gb_seconds': 3, 'provisioned_requests': 2, 'provisioned_concurrency': 1",
         "/provisioned_duration_ms", "in ms"},
        {"lambda", "'requests': 5, 'duration_ms': 3, 'stream_requests': 6", "/stream_requests",
         "more than all requests, 5"},
        {"lambda_edge", "'requests': 3, 'duration_ms': 4, 'cold_starts': 4, 'init_ms': 1",
         "/cold_starts", "more than all requests, 3"},
        {"lambda_edge", "'requests': 3", "", "\"duration_ms\" is missing"},
        {"lambda_managed", "'instance': 'm7g.giant', 'instance_h': 3", "/instance",
         "ec2.m7g.giant, which the book of us-east-1 lacks"},
        {"apigateway", "'requests': 3", "", "\"api\" is missing"},
        {"apigateway", "'api': 'rest', 'messages': 3", "/messages", "WebSocket"},
        {"apigateway", "'api': 'http', 'connection_minutes': 3", "/connection_minutes",
         "WebSocket"},
        {"apigateway", "'api': 'websocket', 'requests': 3", "/requests", "messages, not requests"},
        {"apigateway", "'api': 'http', 'cache_gb': 0.5", "/cache_gb", "only a REST API"},
        {"apigateway", "'api': 'rest', 'cache_gb': 0.51", "/cache_gb", "0.51 is no size"},
        {"fargate", "'vcpu': 1, 'memory_gb': 2, 'run_s': 3, 'hours': 4", "/run_s", "leave out one"},
        {"fargate", "'vcpu': 1, 'memory_gb': 2, 'runs': 3", "/runs", "run_s, in seconds"},
        {"fargate", "'vcpu': 1, 'memory_gb': 2, 'os': 'windows', 'spot': true", "/spot", "x86_64"},
        {"fargate", "'vcpu': 1, 'memory_gb': 2, 'os': 'windows', 'arch': 'arm64'", "/arch",
         "x86_64"},
        {"fargate", "'vcpu': 1", "", "\"memory_gb\" is missing"},
        {"ec2", "'hours': 1", "", "\"instance\" is missing"},
        {"apprunner", "'vcpu': 1, 'memory_gb': 2, 'hours': 3, 'active_h': 4", "/active_h",
         "there, 3 h"},
        {"alb", "'lcu': 1, 'active_connections': 2", "/lcu", "leave out lcu"},
        {"dynamodb", "'reads': 1", "/item_kb", "in KB"},
        {"dynamodb", "'capacity': 'provisioned', 'wru': 1", "/capacity", "on_demand"},
        {"dynamodb", "'wcu': 1", "/capacity", "provisioned"},
        {"rds_proxy", "'hours': 1", "/vcpu", "either vcpu"},
        {"rds_proxy", "'vcpu': 2, 'acu': 8", "/vcpu", "either vcpu"},
        {"elasticache", "'node': 'cache.t4g.micro', 'ecpus': 3", "/node", "serverless"},
        {"sqs", "'requests': 1, 'fair_requests': 2", "/fair_requests", "more than all requests, 1"},
        {"sqs", "'receive_wait_s': 0", "/receive_wait_s", "below the minimum, 1"},
        {"sns", "'topic': 'fifo', 'to_http': 1", "/topic", "FIFO"},
        {"sns", "'deliveries': 1", "/deliveries", "FIFO"},
        {"stepfunctions", "'express_requests': 31", "/duration_ms", "31 Express"},
        {"kinesis", "'mode': 'provisioned', 'records': 31", "/record_kb", "in KB"},
        {"kinesis", "'mode': 'on_demand', 'shards': 31", "/mode", "shards"},
        {"kinesis", "'mode': 'on_demand', 'retention_h': 48", "/mode", "retention_h"},
        {"kinesis", "'mode': 'provisioned', 'out_gb': 31", "/out_gb", "efo_gb"},
        {"nat", "'gateways': -0.5", "/gateways", "below the minimum, 0"},
        {"kms", "'key': 1", "/key", "keys"},
        {"ec2", "'instance': 'm7g.xlarge', 'count': 1e18, 'hours': 1e9", "",
         "so much of ec2.m7g.xlarge"},
        {"alb",
         "'new_connections_per_s': '900000000000000000.123456789', 'hours': "
         "'1000000000.000000001'",
         "", "so much of elb."},
    };
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct sc_usage *usage;
        struct sc_error err = {0};
        int n = meter(*state, of[i].type, of[i].members, false, &usage, &err);
        if (n >= 0 || strcmp(err.pointer, of[i].pointer) != 0 || !strstr(err.message, of[i].part))
            fail_msg("%s {%s}: %d, %s: %s", of[i].type, of[i].members, n, err.pointer, err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_counts_exactly),
        cmocka_unit_test(every_sku_is_in_the_book),
        cmocka_unit_test(every_sku_can_be_stated),
        cmocka_unit_test(each_key_has_its_help),
        cmocka_unit_test(the_documentation_has_each_key),
        cmocka_unit_test(a_dated_book_finds_its_meter),
        cmocka_unit_test(what_is_held_is_fixed),
        cmocka_unit_test(mistakes_are_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
