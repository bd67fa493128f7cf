/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lambda functions (facts: prices-aws.md, Lambda). An invocation's init and handler are added, then
 * rounded up once. All four ways of counting time are metered, as the simulation does: a dated book
 * reads its own. */
#include "price/statedparts.h"

struct config {
    struct sc_fraction requests, duration_ms, cold_starts, init_ms, memory_mb, ephemeral_mb,
        gb_seconds, provisioned_concurrency, provisioned_h, provisioned_requests,
        provisioned_duration_ms, snapstart_versions, snapstart_h, restores, stream_kb,
        stream_requests, payload_kb, log_kb, tenant_environments;
    int arch, package;
    bool snapstart_free;
};

#define ROW(member, def, help) SC_EXACT_ROW(struct config, member, def, help)

static const struct sc_field fields[] = {
    ROW(requests, 0, "invocations"),
    ROW(duration_ms, SC_NOT_STATED, "the handler of one invocation; rounded up to 1 ms"),
    ROW(cold_starts, 0, "of them, those that begin with an init"),
    ROW(init_ms, SC_NOT_STATED, "init of one cold start; added to the handler before rounding"),
    ROW(gb_seconds, SC_NOT_STATED,
        "billed time x memory of all of them, added up already; instead of duration_ms"),
    SC_EXACT_WITHIN(struct config, memory_mb, 128, 128, 10240, "memory of an environment"),
    SC_CHOICE_ROW(struct config, arch, 0, SC_ARCHITECTURES, "instruction set"),
    SC_CHOICE_ROW(struct config, package, 0, "zip|image|custom_runtime",
                  "init of images and custom runtimes was always billed, that of others only since "
                  "August 2025"),
    SC_EXACT_WITHIN(struct config, ephemeral_mb, 512, 512, 10240,
                    "disk of an environment; 512 MB cost nothing"),
    ROW(provisioned_concurrency, 0, "environments that are held ready"),
    ROW(provisioned_h, SC_NOT_STATED,
        "how long they are held, by 5 minutes; default: the whole month"),
    ROW(provisioned_requests, 0, "of the requests, those they serve; the rest spills over"),
    ROW(provisioned_duration_ms, SC_NOT_STATED, "handler of one of these; default: duration_ms"),
    ROW(snapstart_versions, 0, "published versions with SnapStart"),
    ROW(snapstart_h, SC_NOT_STATED,
        "how long their snapshots are kept, at least 3 hours; default: the whole month"),
    ROW(restores, 0, "environments that resume from a snapshot"),
    SC_BOOL_ROW(struct config, snapstart_free,
                "SnapStart costs nothing, as with managed Java runtimes"),
    ROW(stream_kb, 0, "streamed answer of each request; the first 6 MB of each cost nothing"),
    ROW(stream_requests, SC_NOT_STATED, "of the requests, those with such an answer; default: all"),
    SC_EXACT_WITHIN(struct config, payload_kb, 0, 0, 1024,
                    "asynchronous event of each request; beyond 256 KB each 64 KB is one request "
                    "more"),
    ROW(log_kb, 0, "written to CloudWatch Logs for each request"),
    ROW(tenant_environments, 0, "environments created for single tenants"),
    {.key = NULL}};

/* Billed milliseconds of all on-demand invocations; `with_init` as today. */
static struct sc_fraction billed_ms(const struct config *c, int64_t step_ms, bool with_init)
{
    struct sc_fraction cold_ms = with_init && sc_is_stated(c->init_ms)
                                     ? sc_fraction_plus(c->init_ms, c->duration_ms)
                                     : c->duration_ms,
                       warm = sc_fraction_minus(
                           c->requests, sc_fraction_plus(c->provisioned_requests, c->cold_starts));
    return sc_fraction_plus(sc_fraction_times(warm, sc_rounded_up(c->duration_ms, step_ms)),
                            sc_fraction_times(c->cold_starts, sc_rounded_up(cold_ms, step_ms)));
}

/* One of the four ways; time that was added up already is what it is. */
static struct sc_fraction billed_mb_ms(const struct config *c, int64_t step_ms, bool with_init)
{
    if (sc_is_stated(c->gb_seconds))
        return sc_fraction_times(c->gb_seconds, sc_whole(1024 * 1000));
    if (!sc_is_stated(c->duration_ms))
        return sc_whole(0);
    return sc_fraction_times(billed_ms(c, step_ms, with_init), c->memory_mb);
}

static struct sc_fraction provisioned_billed_ms(const struct config *c)
{
    struct sc_fraction each_ms = sc_stated_or(c->provisioned_duration_ms, c->duration_ms);
    return sc_is_stated(each_ms)
               ? sc_fraction_times(c->provisioned_requests, sc_rounded_up(each_ms, 1))
               : sc_whole(0);
}

static void meter_duration(const struct config *c, struct sc_sheet *s)
{
    static const char *const skus[] = {"lambda.duration_x86", "lambda.duration_arm"};
    bool always = c->package > 0;
    sc_sheet_meter(s, "billed_mb_ms", billed_mb_ms(c, 1, true));
    sc_sheet_meter(s, "billed_noinit_mb_ms", billed_mb_ms(c, 1, always));
    sc_sheet_meter(s, "billed_100ms_mb_ms", billed_mb_ms(c, 100, true));
    sc_sheet_meter(s, "billed_100ms_noinit_mb_ms", billed_mb_ms(c, 100, always));
    if (sc_is_some(billed_mb_ms(c, 1, true)))
        sc_sheet_charge(s, skus[c->arch]);
}

static void meter_provisioned(const struct config *c, struct sc_sheet *s)
{
    static const char *const held[] = {"lambda.provisioned_concurrency_x86",
                                       "lambda.provisioned_concurrency_arm"},
                             *const used[] = {"lambda.provisioned_duration_x86",
                                              "lambda.provisioned_duration_arm"};
    struct sc_fraction ms =
        sc_rounded_up(sc_fraction_times(sc_sheet_hours(s, c->provisioned_h), sc_whole(3600000)),
                      SC_PROVISIONED_STEP_MS);
    if (!sc_is_some(c->provisioned_concurrency))
        return;
    sc_sheet_meter(s, "provisioned_mb_ms", sc_times3(c->provisioned_concurrency, ms, c->memory_mb));
    sc_sheet_charge(s, held[c->arch]);
    sc_sheet_meter(s, "provisioned_billed_mb_ms",
                   sc_fraction_times(provisioned_billed_ms(c), c->memory_mb));
    if (sc_is_some(provisioned_billed_ms(c)))
        sc_sheet_charge(s, used[c->arch]);
}

/* For the billed time of all invocations. */
static void meter_disk(const struct config *c, struct sc_sheet *s)
{
    struct sc_fraction paid_mb = sc_beyond(c->ephemeral_mb, sc_whole(SC_LAMBDA_FREE_DISK_MB)),
                       ms = sc_fraction_over(billed_mb_ms(c, 1, true), c->memory_mb);
    if (!sc_is_some(paid_mb))
        return;
    ms = sc_fraction_plus(ms, provisioned_billed_ms(c));
    sc_sheet_meter(s, "ephemeral_mb_ms", sc_fraction_times(paid_mb, ms));
    sc_sheet_charge(s, "lambda.ephemeral_storage");
}

static void meter_snapshots(const struct config *c, struct sc_sheet *s)
{
    struct sc_fraction kept_s =
                           sc_fraction_times(sc_sheet_hours(s, c->snapstart_h), sc_whole(3600)),
                       least_s = sc_whole(SC_SNAPSHOT_LEAST_MS / 1000),
                       gb = sc_memory_gb(c->memory_mb);
    if (c->snapstart_free)
        return;
    sc_sheet_hold(s, "lambda.snapstart_cache",
                  sc_times3(c->snapstart_versions, gb, sc_at_least(kept_s, least_s)));
    sc_sheet_use(s, "lambda.snapstart_restore", sc_fraction_times(c->restores, gb));
}

/* Larger events count as several requests. */
static void meter_requests(const struct config *c, struct sc_sheet *s)
{
    struct sc_fraction beyond =
        sc_beyond(sc_sheet_bytes(s, c->payload_kb, 'K'), sc_whole(SC_ASYNC_FREE_BYTES));
    struct sc_fraction each =
        sc_fraction_plus(sc_whole(1), sc_fraction_steps(beyond, sc_whole(SC_MESSAGE_UNIT_BYTES)));
    if (!sc_is_some(c->requests))
        return;
    sc_sheet_meter(s, "requests", sc_fraction_times(c->requests, each));
    sc_sheet_charge(s, "lambda.requests");
}

static void meter_data(const struct config *c, struct sc_sheet *s)
{
    struct sc_fraction streamed_gb = sc_beyond(sc_sheet_gb(s, c->stream_kb, 'K'),
                                               sc_sheet_gb(s, sc_whole(SC_STREAM_FREE_MB), 'M'));
    sc_sheet_use(s, "lambda.response_streaming",
                 sc_fraction_times(sc_stated_or(c->stream_requests, c->requests), streamed_gb));
    sc_sheet_use(s, "lambda.tenant_isolation_env",
                 sc_fraction_times(c->tenant_environments, sc_memory_gb(c->memory_mb)));
    sc_sheet_use(s, "cloudwatch.logs_lambda",
                 sc_fraction_times(c->requests, sc_sheet_gb(s, c->log_kb, 'K')));
}

static int check_time(const struct config *c, struct sc_error *err)
{
    bool summed = sc_is_stated(c->gb_seconds), each = sc_is_stated(c->duration_ms);
    struct sc_fraction spilled = sc_fraction_minus(c->requests, c->provisioned_requests);
    if (summed && (each || sc_is_some(c->cold_starts)))
        return sc_fail(err, "/gb_seconds",
                       "gb_seconds are billed time added up already; leave out %s, or gb_seconds",
                       each ? "duration_ms" : "cold_starts and init_ms");
    if (!summed && !each && sc_is_some(spilled))
        return sc_fail(
            err, "/duration_ms",
            "the time of %.15g invocations is missing: duration_ms of one, or gb_seconds "
            "of all",
            sc_fraction_double(spilled));
    if (sc_is_some(c->cold_starts) != sc_is_stated(c->init_ms))
        return sc_fail(err, sc_is_stated(c->init_ms) ? "/init_ms" : "/cold_starts",
                       "cold_starts and init_ms go together: how many invocations begin with an "
                       "init, and how long one is");
    return 0;
}

static int check_provisioned(const struct config *c, struct sc_error *err)
{
    struct sc_fraction of_them = sc_fraction_plus(c->provisioned_requests, c->cold_starts);
    if (sc_is_some(sc_beyond(of_them, c->requests)))
        return sc_fail(err, "/requests",
                       "%.15g requests are fewer than those of provisioned environments and cold "
                       "starts together, %.15g; requests counts all",
                       sc_fraction_double(c->requests), sc_fraction_double(of_them));
    if (!sc_is_some(c->provisioned_requests))
        return 0;
    if (!sc_is_some(c->provisioned_concurrency))
        return sc_fail(err, "/provisioned_requests",
                       "no environment serves them: provisioned_concurrency is 0");
    if (!sc_is_stated(sc_stated_or(c->provisioned_duration_ms, c->duration_ms)))
        return sc_fail(err, "/provisioned_duration_ms",
                       "the time of one invocation in a provisioned environment is missing, in ms");
    return 0;
}

static int lambda_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct config *c = stated;
    if (check_time(c, err) != 0 || check_provisioned(c, err) != 0)
        return -1;
    if (sc_is_some(sc_beyond(c->stream_requests, c->requests)))
        return sc_fail(err, "/stream_requests", "%.15g is more than all requests, %.15g",
                       sc_fraction_double(c->stream_requests), sc_fraction_double(c->requests));
    meter_requests(c, s);
    meter_duration(c, s);
    meter_provisioned(c, s);
    meter_disk(c, s);
    meter_snapshots(c, s);
    meter_data(c, s);
    return 0;
}

const struct sc_stated_type sc_stated_lambda = {
    .name = "lambda",
    .summary = "Lambda functions: requests, time, provisioned concurrency, SnapStart, streaming",
    .size = sizeof(struct config),
    .fields = fields,
    .meter = lambda_meter,
};
