/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Application load balancers. Stated load is even, so an LCU-hour of each hour is the largest of
 * four meters of the month (facts: elb.alb_lcu_hour); the meters are those of the simulation. */
#include "price/statedparts.h"

enum { S_AN_HOUR = 3600, MILLI = 1000, MINUTES_AN_HOUR = 60 };
#define GB_BYTES (INT64_C(1) << 30)

struct config {
    struct sc_fraction count, hours, zones, lcu, new_connections_per_s, active_connections,
        processed_gb, lambda_processed_gb, requests_per_s, rules, trust_stores;
};

#define ROW(member, def, help) SC_EXACT_ROW(struct config, member, def, help)

static const struct sc_field fields[] = {
    ROW(count, 1, "balancers; the load below is that of one"),
    ROW(hours, SC_NOT_STATED,
        "how long each is there, a started hour counts whole; default: the whole month"),
    ROW(zones, 0, "availability zones, a public IPv4 address in each; 0: internal"),
    ROW(lcu, SC_NOT_STATED, "LCUs in each hour, instead of the load"),
    ROW(new_connections_per_s, 0, "25 are one LCU"),
    ROW(active_connections, 0, "at once; 3,000 are one LCU"),
    ROW(processed_gb, 0,
        "in the month, to and from other targets than Lambda; 1 GB an hour is one "
        "LCU"),
    ROW(lambda_processed_gb, 0, "the same with Lambda; 0.4 GB an hour are one LCU"),
    ROW(requests_per_s, 0, "for the rules"),
    ROW(rules, 0, "that a request passes; 10 cost nothing, 1,000 others a second are one LCU"),
    ROW(trust_stores, 0, "for mutual TLS, of each balancer"),
    {.key = NULL}};

/* A byte to a Lambda counts 2.5 times; half bytes are whole numbers. A GB is one of the bill. */
static struct sc_fraction half_bytes(const struct config *c)
{
    struct sc_fraction halves =
        sc_fraction_plus(sc_fraction_times(c->processed_gb, sc_whole(2)),
                         sc_fraction_times(c->lambda_processed_gb, sc_whole(5)));
    return sc_fraction_times(halves, sc_whole(GB_BYTES));
}

static void meter_load(const struct config *c, struct sc_fraction hours, struct sc_sheet *s)
{
    struct sc_fraction on_s = sc_times3(c->count, hours, sc_whole(S_AN_HOUR)),
                       on_minutes = sc_times3(c->count, hours, sc_whole(MINUTES_AN_HOUR)),
                       paid_rules = sc_beyond(c->rules, sc_whole(SC_LISTENER_FREE_RULES));
    sc_sheet_meter(s, "new_connections_milli",
                   sc_times3(c->new_connections_per_s, sc_whole(MILLI), on_s));
    sc_sheet_meter(s, "active_connection_milli_minutes",
                   sc_times3(c->active_connections, sc_whole(MILLI), on_minutes));
    sc_sheet_meter(s, "processed_half_bytes", sc_fraction_times(c->count, half_bytes(c)));
    sc_sheet_meter(s, "rule_evaluations", sc_times3(c->requests_per_s, paid_rules, on_s));
    sc_sheet_charge_lcu(s);
}

static bool has_load(const struct config *c)
{
    return sc_is_some(c->new_connections_per_s) || sc_is_some(c->active_connections) ||
           sc_is_some(c->processed_gb) || sc_is_some(c->lambda_processed_gb) ||
           sc_is_some(c->requests_per_s);
}

static int alb_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct config *c = stated;
    struct sc_fraction hours = sc_sheet_hours(s, c->hours),
                       on_h = sc_fraction_times(c->count, sc_rounded_up(hours, 1));
    if (sc_is_stated(c->lcu) && has_load(c))
        return sc_fail(err, "/lcu",
                       "lcu says what connections, GB and rules add up to; leave out lcu, or them");
    sc_sheet_hold(s, "elb.alb_hour", on_h);
    if (sc_is_stated(c->lcu))
        sc_sheet_use(s, "elb.alb_lcu_hour", sc_times3(c->lcu, c->count, hours));
    else if (has_load(c))
        meter_load(c, hours, s);
    sc_sheet_hold(s, "elb.alb_trust_store_hour", sc_fraction_times(c->trust_stores, on_h));
    sc_sheet_hold(s, "vpc.public_ipv4_hour", sc_times3(c->zones, c->count, hours));
    return 0;
}

const struct sc_stated_type sc_stated_alb = {
    .name = "alb",
    .summary = "Application Load Balancers: hours and LCUs",
    .size = sizeof(struct config),
    .fields = fields,
    .meter = alb_meter,
};
