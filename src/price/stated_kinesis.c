/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinesis data streams: shards are paid by the hour and records by 25 KB, streams on demand by the
 * GB, with each record rounded up to 1 KB (facts: kinesis.put_payload_unit, ondemand_in). */
#include "price/statedparts.h"

enum mode { PROVISIONED, ON_DEMAND };
enum { A_DAY_H = 24, A_WEEK_H = 168 };

struct config {
    struct sc_fraction shards, streams, hours, records, record_kb, out_gb, efo_consumers, efo_gb,
        retention_h, long_term_gb;
    int mode;
};

#define ROW(member, def, help) SC_EXACT_ROW(struct config, member, def, help)

static const struct sc_field fields[] = {
    {.key = "mode",
     .help = "how it is paid",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct config, mode),
     .choices = "provisioned|on_demand",
     .required = 1},
    ROW(shards, 0, "provisioned"),
    ROW(streams, 1, "on demand"),
    ROW(hours, SC_NOT_STATED, "how long they are there; default: the whole month"),
    ROW(records, 0, "that are put"),
    ROW(record_kb, SC_NOT_STATED, "of each; provisioned billed by 25 KB, on demand by 1 KB"),
    ROW(out_gb, 0, "read by consumers that share; only on demand"),
    ROW(efo_consumers, 0, "with enhanced fan-out; only provisioned, where each is paid by shard"),
    ROW(efo_gb, 0, "read with enhanced fan-out"),
    ROW(retention_h, 24, "how long records are kept; only provisioned: beyond 24 h costs by shard"),
    ROW(long_term_gb, 0, "kept beyond 168 h, through the month"),
    {.key = NULL}};

static int check(const struct config *c, struct sc_error *err)
{
    bool shards = sc_is_some(c->shards) || sc_is_some(c->efo_consumers) ||
                  sc_is_some(sc_beyond(c->retention_h, sc_whole(A_DAY_H)));
    if (sc_is_some(c->records) && !sc_is_stated(c->record_kb))
        return sc_fail(err, "/record_kb", "the size of a record is missing, in KB");
    if (c->mode == ON_DEMAND && shards)
        return sc_fail(
            err, "/mode",
            "shards, efo_consumers and retention_h are those of \"provisioned\" streams");
    if (c->mode == PROVISIONED && sc_is_some(c->out_gb))
        return sc_fail(err, "/out_gb",
                       "reading costs nothing here but with enhanced fan-out: efo_gb");
    return 0;
}

static void meter_shards(const struct config *c, struct sc_fraction hours, struct sc_sheet *s)
{
    struct sc_fraction shard_h = sc_fraction_times(c->shards, hours);
    sc_sheet_hold(s, "kinesis.shard_hour", shard_h);
    sc_sheet_use(
        s, "kinesis.put_payload_unit",
        sc_fraction_times(c->records, sc_sheet_units(s, c->record_kb, 'K', SC_PUT_UNIT_BYTES)));
    sc_sheet_hold(s, "kinesis.efo_consumer_shard_hour",
                  sc_fraction_times(c->efo_consumers, shard_h));
    sc_sheet_use(s, "kinesis.efo_data", c->efo_gb);
    if (sc_is_some(sc_beyond(c->retention_h, sc_whole(A_DAY_H))))
        sc_sheet_hold(s, "kinesis.extended_retention", shard_h);
}

static void meter_streams(const struct config *c, struct sc_fraction hours, struct sc_sheet *s)
{
    struct sc_fraction each_kb = sc_at_least(sc_rounded_up(c->record_kb, 1), sc_whole(1));
    sc_sheet_hold(s, "kinesis.ondemand_stream_hour", sc_fraction_times(c->streams, hours));
    sc_sheet_use(s, "kinesis.ondemand_in",
                 sc_fraction_times(c->records, sc_sheet_gb(s, each_kb, 'K')));
    sc_sheet_use(s, "kinesis.ondemand_out", c->out_gb);
    sc_sheet_use(s, "kinesis.ondemand_efo_out", c->efo_gb);
}

static int kinesis_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct config *c = stated;
    struct sc_fraction hours = sc_sheet_hours(s, c->hours);
    if (check(c, err) != 0)
        return -1;
    if (c->mode == ON_DEMAND)
        meter_streams(c, hours, s);
    else
        meter_shards(c, hours, s);
    sc_sheet_hold(s, "kinesis.long_term_retention", c->long_term_gb);
    return 0;
}

const struct sc_stated_type sc_stated_kinesis = {
    .name = "kinesis",
    .summary = "Kinesis data streams: provisioned or on demand",
    .size = sizeof(struct config),
    .fields = fields,
    .meter = kinesis_meter,
};
