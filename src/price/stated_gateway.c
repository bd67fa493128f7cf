/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API Gateway. Size counts for HTTP APIs (512 KB) and WebSocket messages (32 KB) only (facts:
 * prices-aws.md, Size metering). */
#include "price/statedparts.h"

enum api { REST, HTTP, WEBSOCKET };

struct config {
    struct sc_fraction requests, request_kb, response_kb, messages, message_kb, connection_minutes,
        cache_gb, cache_h;
    int api;
};

#define ROW(member, def, help) SC_EXACT_ROW(struct config, member, def, help)

static const struct sc_field fields[] = {
    {.key = "api",
     .help = "kind of the API",
     .kind = SC_FIELD_CHOICE,
     .offset = offsetof(struct config, api),
     .choices = "rest|http|websocket",
     .required = 1},
    ROW(requests, 0, "of a REST or HTTP API"),
    ROW(request_kb, 0, "of each; an HTTP API bills the larger of both directions, by 512 KB"),
    ROW(response_kb, 0, "of each"),
    ROW(messages, 0, "of a WebSocket API, in both directions"),
    ROW(message_kb, 0, "of each; billed by 32 KB"),
    ROW(connection_minutes, 0, "of a WebSocket API, all connections together"),
    ROW(cache_gb, 0, "cache of a REST API: 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237; 0: none"),
    ROW(cache_h, SC_NOT_STATED, "how long it is there; default: the whole month"),
    {.key = NULL}};

static const char *cache_sku(struct sc_fraction gb)
{
    static const struct {
        int tenths;
        const char *sku;
    } sizes[] = {{5, "apigateway.rest_cache_0.5gb"},    {16, "apigateway.rest_cache_1.6gb"},
                 {61, "apigateway.rest_cache_6.1gb"},   {135, "apigateway.rest_cache_13.5gb"},
                 {284, "apigateway.rest_cache_28.4gb"}, {582, "apigateway.rest_cache_58.2gb"},
                 {1180, "apigateway.rest_cache_118gb"}, {2370, "apigateway.rest_cache_237gb"}};
    struct sc_fraction tenths = sc_fraction_times(gb, sc_whole(10));
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (tenths.den == 1 && tenths.num == sizes[i].tenths)
            return sizes[i].sku;
    return NULL;
}

static int wrong_api(const char *pointer, const char *what, struct sc_error *err)
{
    return sc_fail(err, pointer, "%s; change \"api\", or make it an item of its own", what);
}

static int check(const struct config *c, struct sc_error *err)
{
    if (c->api != WEBSOCKET && sc_is_some(c->messages))
        return wrong_api("/messages", "only a WebSocket API has messages", err);
    if (c->api != WEBSOCKET && sc_is_some(c->connection_minutes))
        return wrong_api("/connection_minutes", "only a WebSocket API has connection minutes", err);
    if (c->api == WEBSOCKET && sc_is_some(c->requests))
        return wrong_api("/requests", "a WebSocket API has messages, not requests", err);
    if (c->api != REST && sc_is_some(c->cache_gb))
        return wrong_api("/cache_gb", "only a REST API has a cache", err);
    if (sc_is_some(c->cache_gb) && !cache_sku(c->cache_gb))
        return sc_fail(
            err, "/cache_gb",
            "%.15g is no size of a cache; there are 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 "
            "and 237 GB",
            sc_fraction_double(c->cache_gb));
    return 0;
}

static int gateway_meter(const void *stated, struct sc_sheet *s, struct sc_error *err)
{
    const struct config *c = stated;
    struct sc_fraction larger_kb = sc_at_least(c->request_kb, c->response_kb);
    if (check(c, err) != 0)
        return -1;
    if (c->api == REST)
        sc_sheet_use(s, "apigateway.rest_requests", c->requests);
    if (c->api == HTTP)
        sc_sheet_use(
            s, "apigateway.http_requests",
            sc_fraction_times(c->requests, sc_sheet_units(s, larger_kb, 'K', SC_HTTP_UNIT_BYTES)));
    sc_sheet_use(s, "apigateway.websocket_messages",
                 sc_fraction_times(c->messages,
                                   sc_sheet_units(s, c->message_kb, 'K', SC_WEBSOCKET_UNIT_BYTES)));
    sc_sheet_use(s, "apigateway.websocket_minutes", c->connection_minutes);
    if (sc_is_some(c->cache_gb))
        sc_sheet_hold(s, cache_sku(c->cache_gb), sc_sheet_hours(s, c->cache_h));
    return 0;
}

const struct sc_stated_type sc_stated_apigateway = {
    .name = "apigateway",
    .summary = "API Gateway: REST, HTTP and WebSocket APIs",
    .size = sizeof(struct config),
    .fields = fields,
    .meter = gateway_meter,
};
