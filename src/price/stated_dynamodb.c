/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DynamoDB tables: operations of one size become units one by one (DDB-CU-1), or units are stated.
 */
#include "price/statedparts.h"

enum capacity { ON_DEMAND, PROVISIONED };

struct config {
    struct sc_fraction reads, writes, item_kb, rru, wru, rcu, wcu, hours, replicated_wru,
        replicated_wcu, stored_gb, pitr_gb, backup_gb, restored_gb, stream_reads, change_records,
        imported_gb, exported_gb;
    int capacity, table_class, consistency;
};

#define ROW(member, def, help) SC_EXACT_ROW(struct config, member, def, help)

static const struct sc_field fields[] = {
    SC_CHOICE_ROW(struct config, capacity, ON_DEMAND, "on_demand|provisioned", "how it is paid"),
    {.key = "class",
     .help = "class of the table",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct config, table_class),
     .choices = "standard|ia"},
    ROW(reads, 0, "operations that read item_kb each"),
    ROW(writes, 0, "operations that write item_kb each"),
    SC_EXACT_WITHIN(struct config, item_kb, SC_NOT_STATED, 0, 1024,
                    "of each operation; a read takes a unit for every 4 KB, a write for every 1 "
                    "KB"),
    SC_CHOICE_ROW(struct config, consistency, SC_EVENTUAL, "eventual|strong|transactional",
                  "of reads: half a unit, one, two; transactional writes take two"),
    ROW(rru, 0, "read request units, besides those of reads"),
    ROW(wru, 0, "write request units, besides those of writes"),
    ROW(rcu, 0, "provisioned read capacity units"),
    ROW(wcu, 0, "provisioned write capacity units"),
    ROW(hours, SC_NOT_STATED, "how long they are provisioned; default: the whole month"),
    ROW(replicated_wru, 0, "write request units to replicas of a global table"),
    ROW(replicated_wcu, 0, "provisioned write capacity units of its replicas"),
    ROW(stored_gb, 0, "kept through the month"),
    ROW(pitr_gb, 0, "with recovery to any point in time, through the month"),
    ROW(backup_gb, 0, "of backups on demand, through the month"),
    ROW(restored_gb, 0, "from backups"),
    ROW(stream_reads, 0, "read request units of streams; those of Lambda triggers cost nothing"),
    ROW(change_records, 0, "sent to Kinesis, in units of 1 KB"),
    ROW(imported_gb, 0, "from S3"),
    ROW(exported_gb, 0, "to S3"),
    {.key = NULL}};

static int check(const struct config *c, struct sc_error *err)
{
    bool sized = sc_is_some(c->reads) || sc_is_some(c->writes),
         units = sized || sc_is_some(c->rru) || sc_is_some(c->wru) || sc_is_some(c->replicated_wru),
         provisioned = sc_is_some(c->rcu) || sc_is_some(c->wcu) || sc_is_some(c->replicated_wcu);
    if (sized && !sc_is_stated(c->item_kb))
        return sc_fail(err, "/item_kb", "the size of an operation is missing, in KB");
    if (c->capacity == PROVISIONED && units)
        return sc_fail(
            err, "/capacity",
            "a provisioned table is paid by rcu and wcu, not by reads, writes or request "
            "units; leave them out, or choose \"on_demand\"");
    if (c->capacity == ON_DEMAND && provisioned)
        return sc_fail(err, "/capacity",
                       "a table on demand has no rcu and wcu; choose \"provisioned\"");
    return 0;
}

/* Units of one operation. */
static struct sc_fraction read_units(const struct config *c, const struct sc_sheet *s)
{
    static const int halves[] = {[SC_EVENTUAL] = 1, [SC_STRONG] = 2, [SC_TRANSACTIONAL] = 4};
    struct sc_fraction units = sc_sheet_units(s, c->item_kb, 'K', 4 * SC_KB);
    return sc_fraction_times(units, sc_fraction_of(halves[c->consistency], 2));
}

static struct sc_fraction write_units(const struct config *c, const struct sc_sheet *s)
{
    struct sc_fraction units = sc_sheet_units(s, c->item_kb, 'K', SC_KB);
    return sc_fraction_times(units, sc_whole(c->consistency == SC_TRANSACTIONAL ? 2 : 1));
}

static void meter_capacity(const struct config *c, struct sc_sheet *s)
{
    static const char *const rru[] = {"dynamodb.ondemand_read", "dynamodb.ondemand_read_ia"},
                             *const wru[] = {"dynamodb.ondemand_write",
                                             "dynamodb.ondemand_write_ia"},
                             *const rcu[] = {"dynamodb.provisioned_rcu",
                                             "dynamodb.provisioned_rcu_ia"},
                             *const wcu[] = {"dynamodb.provisioned_wcu",
                                             "dynamodb.provisioned_wcu_ia"};
    struct sc_fraction hours = sc_sheet_hours(s, c->hours),
                       reads = sc_fraction_times(c->reads, read_units(c, s)),
                       writes = sc_fraction_times(c->writes, write_units(c, s));
    sc_sheet_use(s, rru[c->table_class], sc_fraction_plus(c->rru, reads));
    sc_sheet_use(s, wru[c->table_class], sc_fraction_plus(c->wru, writes));
    sc_sheet_hold(s, rcu[c->table_class], sc_fraction_times(c->rcu, hours));
    sc_sheet_hold(s, wcu[c->table_class], sc_fraction_times(c->wcu, hours));
    sc_sheet_use(s, "dynamodb.global_replicated_write", c->replicated_wru);
    sc_sheet_hold(s, "dynamodb.provisioned_rwcu", sc_fraction_times(c->replicated_wcu, hours));
}

static int dynamodb_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    static const char *const storage[] = {"dynamodb.storage_standard", "dynamodb.storage_ia"};
    const struct config *c = stated;
    if (check(c, err) != 0)
        return -1;
    meter_capacity(c, s);
    sc_sheet_hold(s, storage[c->table_class], c->stored_gb);
    sc_sheet_hold(s, "dynamodb.pitr", c->pitr_gb);
    sc_sheet_hold(s, "dynamodb.ondemand_backup", c->backup_gb);
    sc_sheet_use(s, "dynamodb.restore", c->restored_gb);
    sc_sheet_use(s, "dynamodb.streams_read", c->stream_reads);
    sc_sheet_use(s, "dynamodb.kinesis_cdc", c->change_records);
    sc_sheet_use(s, "dynamodb.import_s3", c->imported_gb);
    sc_sheet_use(s, "dynamodb.export_s3", c->exported_gb);
    return 0;
}

const struct sc_stated_type sc_stated_dynamodb = {
    .name = "dynamodb",
    .summary = "DynamoDB tables: operations or units, capacity, storage, backups, streams",
    .size = sizeof(struct config),
    .fields = fields,
    .meter = dynamodb_meter,
};
