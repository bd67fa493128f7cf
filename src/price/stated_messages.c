/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues, topics, streams and workflows. */
#include "price/statedparts.h"

enum { S_AN_HOUR = 3600, STANDARD = 0, FIFO = 1 };

struct sqs {
    struct sc_fraction requests, size_kb, receive_wait_s, consumers, hours, fair_requests;
    int queue;
};

static const struct sc_field sqs_fields[] = {
    SC_CHOICE_ROW(struct sqs, queue, STANDARD, "standard|fifo", "kind of the queue"),
    SC_EXACT_ROW(struct sqs, requests, 0, "calls of the API: sends, receives, deletes and others"),
    SC_EXACT_WITHIN(struct sqs, size_kb, 0, 0, 1024, "of each; billed by 64 KB"),
    SC_EXACT_WITHIN(struct sqs, receive_wait_s, SC_NOT_STATED, 1, 20,
                    "how long an empty long poll waits; each is a request too"),
    SC_EXACT_ROW(struct sqs, consumers, 1, "that poll an empty queue, with receive_wait_s"),
    SC_EXACT_ROW(struct sqs, hours, SC_NOT_STATED,
                 "how long they poll it; default: the whole month"),
    SC_EXACT_ROW(struct sqs, fair_requests, 0, "of the requests, those of fair queues"),
    {.key = NULL}};

static struct sc_fraction empty_polls(const struct sqs *c, const struct sc_sheet *s)
{
    struct sc_fraction on_s = sc_fraction_times(sc_sheet_hours(s, c->hours), sc_whole(S_AN_HOUR));
    if (!sc_is_stated(c->receive_wait_s))
        return sc_whole(0);
    return sc_fraction_times(c->consumers, sc_fraction_steps(on_s, c->receive_wait_s));
}

static int sqs_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    static const char *const skus[] = {"sqs.standard", "sqs.fifo"};
    const struct sqs *c = stated;
    struct sc_fraction each = sc_sheet_units(s, c->size_kb, 'K', SC_MESSAGE_UNIT_BYTES);
    if (sc_is_some(sc_beyond(c->fair_requests, c->requests)))
        return sc_fail(err, "/fair_requests", "%.15g is more than all requests, %.15g",
                       sc_fraction_double(c->fair_requests), sc_fraction_double(c->requests));
    sc_sheet_use(s, skus[c->queue], sc_fraction_times(c->requests, each));
    sc_sheet_hold(s, skus[c->queue], empty_polls(c, s));
    sc_sheet_use(s, "sqs.fair_queue_surcharge", sc_fraction_times(c->fair_requests, each));
    return 0;
}

const struct sc_stated_type sc_stated_sqs = {
    .name = "sqs",
    .summary = "SQS: requests, and the empty polls of waiting consumers",
    .size = sizeof(struct sqs),
    .fields = sqs_fields,
    .meter = sqs_meter,
};

struct sns {
    struct sc_fraction publishes, size_kb, deliveries, to_http, to_email, to_mobile_push,
        to_firehose, to_sqs_lambda;
    int topic;
};

#define SNS_ROW(member, help) SC_EXACT_ROW(struct sns, member, 0, help)

static const struct sc_field sns_fields[] = {
    SC_CHOICE_ROW(struct sns, topic, STANDARD, "standard|fifo", "kind of the topic"),
    SNS_ROW(publishes, "requests that publish a message"),
    SNS_ROW(size_kb, "of each message; a standard topic bills it by 64 KB, a FIFO topic by the GB"),
    SNS_ROW(deliveries, "of a FIFO topic, to all subscriptions together"),
    SNS_ROW(to_http, "deliveries of a standard topic over HTTP or HTTPS"),
    SNS_ROW(to_email, "deliveries of a standard topic by e-mail"),
    SNS_ROW(to_mobile_push, "deliveries of a standard topic to phones"),
    SNS_ROW(to_firehose, "deliveries of a standard topic to Firehose"),
    SNS_ROW(to_sqs_lambda, "deliveries of a standard topic to SQS or Lambda, which cost nothing"),
    {.key = NULL}};

static void meter_fifo(const struct sns *c, struct sc_sheet *s)
{
    struct sc_fraction gb = sc_sheet_gb(s, c->size_kb, 'K');
    sc_sheet_use(s, "sns.fifo_publish", c->publishes);
    sc_sheet_use(s, "sns.fifo_publish_payload", sc_fraction_times(c->publishes, gb));
    sc_sheet_use(s, "sns.fifo_delivery", c->deliveries);
    sc_sheet_use(s, "sns.fifo_delivery_payload", sc_fraction_times(c->deliveries, gb));
}

static int sns_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct sns *c = stated;
    bool protocols = sc_is_some(c->to_http) || sc_is_some(c->to_email) ||
                     sc_is_some(c->to_mobile_push) || sc_is_some(c->to_firehose) ||
                     sc_is_some(c->to_sqs_lambda);
    if (c->topic == FIFO ? protocols : sc_is_some(c->deliveries))
        return sc_fail(
            err, c->topic == FIFO ? "/topic" : "/deliveries",
            "a FIFO topic counts deliveries, a standard one to_http, to_email and others");
    if (c->topic == FIFO) {
        meter_fifo(c, s);
        return 0;
    }
    struct sc_fraction each = sc_sheet_units(s, c->size_kb, 'K', SC_MESSAGE_UNIT_BYTES);
    sc_sheet_use(s, "sns.publish_standard", sc_fraction_times(c->publishes, each));
    sc_sheet_use(s, "sns.delivery_http", c->to_http);
    sc_sheet_use(s, "sns.delivery_email", c->to_email);
    sc_sheet_use(s, "sns.delivery_mobile_push", c->to_mobile_push);
    sc_sheet_use(s, "sns.delivery_firehose", c->to_firehose);
    sc_sheet_use(s, "sns.delivery_sqs_lambda", c->to_sqs_lambda);
    return 0;
}

const struct sc_stated_type sc_stated_sns = {
    .name = "sns",
    .summary = "SNS: publishes and deliveries",
    .size = sizeof(struct sns),
    .fields = sns_fields,
    .meter = sns_meter,
};

struct workflow {
    struct sc_fraction transitions, express_requests, duration_ms, memory_mb;
};

static const struct sc_field workflow_fields[] = {
    SC_EXACT_ROW(struct workflow, transitions, 0, "of Standard workflows, retries included"),
    SC_EXACT_ROW(struct workflow, express_requests, 0, "executions of Express workflows"),
    SC_EXACT_ROW(struct workflow, duration_ms, SC_NOT_STATED, "of one of them; by 100 ms"),
    SC_EXACT_ROW(struct workflow, memory_mb, 64, "of one of them; by 64 MB, at least that"),
    {.key = NULL}};

/* 801 ms of 1,200 MB are 900 ms of 1,216 MB (facts: stepfunctions.express_duration). */
static int workflow_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct workflow *c = stated;
    sc_sheet_use(s, "stepfunctions.standard_transition", c->transitions);
    if (!sc_is_some(c->express_requests))
        return 0;
    if (!sc_is_stated(c->duration_ms))
        return sc_fail(err, "/duration_ms",
                       "how long one of the %.15g Express executions takes is missing, in ms",
                       sc_fraction_double(c->express_requests));
    struct sc_fraction mb = sc_at_least(sc_rounded_up(c->memory_mb, SC_EXPRESS_STEP_MB),
                                        sc_whole(SC_EXPRESS_STEP_MB)),
                       each_s = sc_fraction_over(sc_rounded_up(c->duration_ms, SC_EXPRESS_STEP_MS),
                                                 sc_whole(1000));
    sc_sheet_use(s, "stepfunctions.express_request", c->express_requests);
    sc_sheet_use(s, "stepfunctions.express_duration",
                 sc_times3(c->express_requests, each_s, sc_memory_gb(mb)));
    return 0;
}

const struct sc_stated_type sc_stated_stepfunctions = {
    .name = "stepfunctions",
    .summary = "Step Functions: Standard transitions, Express requests and time",
    .size = sizeof(struct workflow),
    .fields = workflow_fields,
    .meter = workflow_meter,
};
