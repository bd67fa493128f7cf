/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NAT gateways of a VPC: hours and their public addresses. No request asks them; what passes
 * through is metered where it comes from (nat_bytes of a function or fleet). Their capacity is
 * taken as sufficient. */
#include "io/fields.h"
#include "service/sim.h"

#include <stddef.h>

struct config {
    int64_t gateways;
};

static const struct sc_field fields[] = {{"gateways", "NAT gateways, one for each zone",
                                          SC_FIELD_INT, offsetof(struct config, gateways), 2, 1,
                                          1000, .source = "prices-aws.md"},
                                         {.key = NULL}};

static int nat_open(struct sc_service *s, const struct sc_opening *o, struct sc_error *err)
{
    (void)err;
    const struct config *c = s->config;
    struct sc_charge hours = sc_charge_of("vpc.nat_gateway_hour");
    hours.per = c->gateways;
    sc_service_charge(s, o, hours);
    sc_service_charge(s, o, sc_charge_of("vpc.public_ipv4_hour"));
    return 0;
}

static void nat_report(struct sc_node *n, struct sc_ledger *l)
{
    const struct config *c = n->config;
    int64_t on_ms = sc_sim_measured_ms(n->sim);
    sc_ledger_meter(l, n->service->name, "on_ms", on_ms);
    sc_ledger_meter(l, n->service->name, "ipv4_ms", (sc_i128)on_ms * c->gateways);
}

const struct sc_service_type sc_nat_type = {
    .name = "nat",
    .summary = "NAT gateways of a VPC: what they cost by the hour",
    .config_size = sizeof(struct config),
    .fields = fields,
    .open = nat_open,
    .report = nat_report,
};
