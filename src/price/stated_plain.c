/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types whose every key is the amount of one SKU. */
#include "price/statedparts.h"

#define PLAIN(type, what)                                                                          \
    const struct sc_stated_type sc_stated_##type = {                                               \
        .name = #type, .summary = what, .plain = type##_rows}

static const struct sc_plain appsync_rows[] = {
    {"operations", "queries and mutations", "appsync.query_mutation", SC_PLAIN_UNITS, 0},
    {"realtime_messages", "delivered to subscribers, of size_kb; by 5 KB",
     "appsync.realtime_message", SC_PLAIN_SIZED, SC_PUSH_UNIT_BYTES},
    {"connection_minutes", "of subscribers", "appsync.connection_minute", SC_PLAIN_UNITS, 0},
    {.key = NULL}};
PLAIN(appsync, "AppSync: queries, mutations, real-time messages");

static const struct sc_plain cloudfront_rows[] = {
    {"out_gb", "to viewers", "cloudfront.data_out", SC_PLAIN_GB, 0},
    {"to_origin_gb", "to origins", "cloudfront.data_to_origin", SC_PLAIN_GB, 0},
    {"from_aws_gb", "fetched from origins on AWS", "cloudfront.origin_fetch_from_aws", SC_PLAIN_GB,
     0},
    {"http_requests", "of viewers", "cloudfront.http_requests", SC_PLAIN_UNITS, 0},
    {"https_requests", "of viewers", "cloudfront.https_requests", SC_PLAIN_UNITS, 0},
    {"function_invocations", "of CloudFront Functions", "cloudfront.functions_invocation",
     SC_PLAIN_UNITS, 0},
    {"invalidation_paths", "asked to be forgotten", "cloudfront.invalidation_path", SC_PLAIN_UNITS,
     0},
    {.key = NULL}};
PLAIN(cloudfront, "CloudFront and its functions");

static const struct sc_plain cloudwatch_rows[] = {
    {"log_gb", "taken in, Standard class; not those of Lambda, not vended ones",
     "cloudwatch.logs_ingest_standard", SC_PLAIN_GB, 0},
    {"ia_log_gb", "taken in, Infrequent Access class", "cloudwatch.logs_ingest_ia", SC_PLAIN_GB, 0},
    {"lambda_log_gb", "logs of Lambda, Standard class", "cloudwatch.logs_lambda", SC_PLAIN_GB, 0},
    {"vended_log_gb", "logs that other services send, Standard class",
     "cloudwatch.logs_vended_standard", SC_PLAIN_GB, 0},
    {"vended_to_s3_gb", "logs that other services send to S3 or Firehose",
     "cloudwatch.logs_vended_s3_or_firehose", SC_PLAIN_GB, 0},
    {"stored_gb", "logs kept through the month, as compressed", "cloudwatch.logs_storage",
     SC_PLAIN_STORED, 0},
    {"insights_gb", "scanned by queries", "cloudwatch.logs_insights", SC_PLAIN_GB, 0},
    {"metrics", "custom or detailed ones; each combination of dimensions is one",
     "cloudwatch.custom_metric", SC_PLAIN_MONTHS, 0},
    {"alarms", "metrics that alarms look at, Standard resolution", "cloudwatch.alarm_standard",
     SC_PLAIN_MONTHS, 0},
    {"high_res_alarms", "the same, high resolution", "cloudwatch.alarm_high_res", SC_PLAIN_MONTHS,
     0},
    {"composite_alarms", "alarms over alarms", "cloudwatch.alarm_composite", SC_PLAIN_MONTHS, 0},
    {"dashboards", "custom ones", "cloudwatch.dashboard", SC_PLAIN_MONTHS, 0},
    {"api_requests", "for metrics", "cloudwatch.api_requests", SC_PLAIN_UNITS, 0},
    {"live_tail_minutes", "of sessions", "cloudwatch.live_tail", SC_PLAIN_UNITS, 0},
    {.key = NULL}};
PLAIN(cloudwatch, "CloudWatch: logs, metrics, alarms, dashboards");

static const struct sc_plain ebs_rows[] = {
    {"gp3_gb", "of gp3 volumes", "ebs.gp3_storage", SC_PLAIN_MONTHS, 0},
    {"gp3_extra_iops", "beyond the 3,000 that each gp3 volume has", "ebs.gp3_iops", SC_PLAIN_MONTHS,
     0},
    {"gp3_extra_mb_per_s", "beyond the 125 that each gp3 volume has", "ebs.gp3_throughput",
     SC_PLAIN_MONTHS, 0},
    {"gp2_gb", "of gp2 volumes", "ebs.gp2_storage", SC_PLAIN_MONTHS, 0},
    {.key = NULL}};
PLAIN(ebs, "EBS volumes");

static const struct sc_plain ecr_rows[] = {
    {"stored_gb", "images kept through the month", "ecr.storage", SC_PLAIN_STORED, 0},
    {.key = NULL}};
PLAIN(ecr, "ECR: container images");

static const struct sc_plain eks_rows[] = {
    {"clusters", "control planes", "eks.cluster_hour", SC_PLAIN_HOURS, 0},
    {"old_clusters", "those of a version in extended support", "eks.cluster_hour_extended_support",
     SC_PLAIN_HOURS, 0},
    {.key = NULL}};
PLAIN(eks, "EKS control planes");

static const struct sc_plain endpoint_rows[] = {
    {"endpoint_zones", "interface endpoints, each counted once in every zone it is in",
     "vpc.interface_endpoint_hour", SC_PLAIN_WHOLE_HOURS, 0},
    {"gb", "processed by interface endpoints", "vpc.interface_endpoint_gb", SC_PLAIN_GB, 0},
    {"gateway_endpoints", "for S3 and DynamoDB, which cost nothing",
     "vpc.gateway_endpoint_s3_dynamodb", SC_PLAIN_HOURS, 0},
    {.key = NULL}};
PLAIN(endpoint, "VPC endpoints; a started hour counts whole");

static const struct sc_plain eventbridge_rows[] = {
    {"custom_events", "sent to a bus, of size_kb; by 64 KB", "eventbridge.custom_event",
     SC_PLAIN_SIZED, SC_MESSAGE_UNIT_BYTES},
    {"partner_events", "of partners, and those of AWS that are opted into; by 64 KB",
     "eventbridge.partner_or_optin_event", SC_PLAIN_SIZED, SC_MESSAGE_UNIT_BYTES},
    {"aws_events", "of AWS services, which cost nothing", "eventbridge.aws_management_event",
     SC_PLAIN_UNITS, 0},
    {"deliveries", "to targets in the account, which cost nothing",
     "eventbridge.same_account_delivery", SC_PLAIN_UNITS, 0},
    {"cross_account_deliveries",
     "to a service of another account (to its bus: custom_events); by 64 KB",
     "eventbridge.crossaccount_delivery_to_service", SC_PLAIN_SIZED, SC_MESSAGE_UNIT_BYTES},
    {"api_destination_calls", "calls of an API destination", "eventbridge.api_destination",
     SC_PLAIN_UNITS, 0},
    {"schema_events", "looked at by schema discovery, of size_kb; by 8 KB",
     "eventbridge.schema_discovery", SC_PLAIN_SIZED, SC_SCHEMA_UNIT_BYTES},
    {"archived_gb", "processed by an archive", "eventbridge.archive_processing", SC_PLAIN_GB, 0},
    {"stored_gb", "kept in an archive through the month", "eventbridge.archive_storage",
     SC_PLAIN_STORED, 0},
    {.key = NULL}};
PLAIN(eventbridge, "EventBridge: buses, archive, API destinations");

static const struct sc_plain ipv4_rows[] = {
    {"addresses", "public ones, in use or idle", "vpc.public_ipv4_hour", SC_PLAIN_HOURS, 0},
    {.key = NULL}};
PLAIN(ipv4, "public IPv4 addresses");

static const struct sc_plain kms_rows[] = {
    {"keys", "managed by the customer", "kms.key_month", SC_PLAIN_MONTHS, 0},
    {"requests", "with symmetric keys", "kms.request", SC_PLAIN_UNITS, 0},
    {.key = NULL}};
PLAIN(kms, "KMS: keys by the hour, requests");

static const struct sc_plain lambda_pollers_rows[] = {
    {"kafka_epus", "event poller units for Kafka, up to 10 pollers each",
     "lambda.esm_provisioned_kafka", SC_PLAIN_HOURS, 0},
    {"sqs_epus", "event poller units for SQS, 1 poller each, at least 2 for a queue",
     "lambda.esm_provisioned_sqs", SC_PLAIN_HOURS, 0},
    {.key = NULL}};
PLAIN(lambda_pollers, "Lambda's provisioned event pollers");

static const struct sc_plain nat_rows[] = {
    {"gateways", "NAT gateways", "vpc.nat_gateway_hour", SC_PLAIN_WHOLE_HOURS, 0},
    {"gb", "processed, in both directions", "vpc.nat_gateway_gb", SC_PLAIN_GB, 0},
    {"addresses", "public IPv4 addresses of the gateways", "vpc.public_ipv4_hour", SC_PLAIN_HOURS,
     0},
    {.key = NULL}};
PLAIN(nat, "NAT gateways; a started hour counts whole");

static const struct sc_plain nlb_rows[] = {
    {"balancers", "network load balancers; a started hour counts whole", "elb.nlb_hour",
     SC_PLAIN_WHOLE_HOURS, 0},
    {"nlcu", "capacity units in each hour, all balancers together", "elb.nlb_lcu_hour",
     SC_PLAIN_HOURS, 0},
    {"addresses", "public IPv4 addresses: one for each balancer and zone", "vpc.public_ipv4_hour",
     SC_PLAIN_HOURS, 0},
    {.key = NULL}};
PLAIN(nlb, "Network Load Balancers");

static const struct sc_plain pipes_rows[] = {{"requests", "after filtering, of size_kb; by 64 KB",
                                              "eventbridge.pipes", SC_PLAIN_SIZED,
                                              SC_MESSAGE_UNIT_BYTES},
                                             {.key = NULL}};
PLAIN(pipes, "EventBridge Pipes");

static const struct sc_plain s3_rows[] = {
    {"standard_gb", "kept through the month, Standard", "s3.standard_storage", SC_PLAIN_STORED, 0},
    {"standard_ia_gb", "the same, Standard-Infrequent Access", "s3.standard_ia_storage",
     SC_PLAIN_STORED, 0},
    {"onezone_ia_gb", "the same, One Zone-Infrequent Access", "s3.onezone_ia_storage",
     SC_PLAIN_STORED, 0},
    {"put_requests", "PUT, COPY, POST and LIST, Standard", "s3.put_copy_post_list", SC_PLAIN_UNITS,
     0},
    {"get_requests", "GET and others, Standard", "s3.get_other", SC_PLAIN_UNITS, 0},
    {"delete_requests", "which cost nothing", "s3.delete", SC_PLAIN_UNITS, 0},
    {"monitored_objects", "by Intelligent-Tiering through the month", "s3.int_monitoring",
     SC_PLAIN_STORED, 0},
    {.key = NULL}};
PLAIN(s3, "S3: storage and requests");

static const struct sc_plain scheduler_rows[] = {
    {"invocations", "of schedules", "eventbridge.scheduler", SC_PLAIN_UNITS, 0}, {.key = NULL}};
PLAIN(scheduler, "EventBridge Scheduler");

static const struct sc_plain secretsmanager_rows[] = {
    {"secrets", "kept, by the hour", "secretsmanager.secret_month", SC_PLAIN_MONTHS, 0},
    {"api_requests", "calls of the API", "secretsmanager.api", SC_PLAIN_UNITS, 0},
    {.key = NULL}};
PLAIN(secretsmanager, "Secrets Manager");

static const struct sc_plain ses_rows[] = {
    {"emails", "sent", "ses.outbound_email", SC_PLAIN_UNITS, 0},
    {"attachment_gb", "attached to them", "ses.attachment_data", SC_PLAIN_GB, 0},
    {.key = NULL}};
PLAIN(ses, "SES: e-mails that are sent");

static const struct sc_plain ssm_rows[] = {
    {"parameters", "standard ones, which cost nothing", "ssm.parameter_standard", SC_PLAIN_MONTHS,
     0},
    {"advanced_parameters", "by the hour", "ssm.parameter_advanced", SC_PLAIN_MONTHS, 0},
    {"api_requests", "of advanced parameters, or with higher throughput",
     "ssm.api_advanced_or_higher_throughput", SC_PLAIN_UNITS, 0},
    {.key = NULL}};
PLAIN(ssm, "Systems Manager's Parameter Store");

static const struct sc_plain transfer_rows[] = {
    {"internet_out_gb", "to the internet", "datatransfer.internet_out", SC_PLAIN_GB, 0},
    {"internet_in_gb", "from the internet, which costs nothing", "datatransfer.internet_in",
     SC_PLAIN_GB, 0},
    {"inter_az_gb", "between zones; billed twice, where it leaves and where it arrives",
     "datatransfer.inter_az", SC_PLAIN_GB_TWICE, 0},
    {"inter_region_gb", "to other regions", "datatransfer.inter_region", SC_PLAIN_GB, 0},
    {.key = NULL}};
PLAIN(transfer, "data transfer");

static const struct sc_plain xray_rows[] = {
    {"recorded_traces", "sampled and kept", "xray.trace_recorded", SC_PLAIN_UNITS, 0},
    {"read_traces", "retrieved or scanned", "xray.trace_retrieved_or_scanned", SC_PLAIN_UNITS, 0},
    {.key = NULL}};
PLAIN(xray, "X-Ray traces");
