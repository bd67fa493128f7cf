# SPDX-License-Identifier: GPL-3.0-or-later
"""Stated bills as scenarios. Requests come evenly and wait for exactly the stated time, environments start in no time
(the sources leave cold starts out), and nothing is logged, so that the meters must be the stated usage."""
from decimal import Decimal

def even(requests, hours, **more):
    return {"profile": {"stages": {"stages": [{"duration_h": hours, "requests": requests}], "process": "even", **more}}}


def invoke(ms):
    return {"steps": [{"wait_ms": float(ms)}], "request_bytes": 0, "response_bytes": 0}


def function(**keys):
    return {"type": "lambda", "logs_bytes": 0, "init_ms": 0, "overhead_ms": 0, "timeout_s": 900, **keys}


def calls(case):
    i = case["inputs"]
    keys = {"memory_mb": i["memory_mb"], "ephemeral_mb": i.get("ephemeral_mb", 512)}
    return {"horizon_h": 720, "work": {"w": invoke(i["duration_ms"])},
            "traffic": {"t": {**even(i["requests"], 720), "mix": {"w": 1}}},
            "architectures": {"a": {"entry": "fn", "services": {"fn": function(**keys)}}}}


def short_calls(case):
    i = case["inputs"]
    # a ten-thousandth of the month, which repeats
    return {"horizon_h": 0.072, "work": {"w": invoke(i["duration_ms"])},
            "traffic": {"t": {**even(i["requests"] // 10000, 0.072, repeat=True), "mix": {"w": 1}}},
            "architectures": {"a": {"entry": "fn", "services": {"fn": function(memory_mb=i["memory_mb"])}}}}


def tasks(case):
    i = case["inputs"]
    hours = Decimal(i.get("hours", 0)) or Decimal(i["seconds_per_day"]) * i["days"] / 3600
    task = {"vcpu": float(i["vcpu"]), "memory_mb": int(Decimal(str(i["gb"])) * 1024),
            "ephemeral_gb": i.get("ephemeral_gb", 20)}
    return {"horizon_h": float(hours), "work": {"w": invoke(5)}, "traffic": {"t": {**even(1000, float(hours)), "mix": {"w": 1}}},
            "architectures": {"a": {"entry": "f", "services": {"f": {
                "type": "fleet", "on": "fargate", "arch": "arm64" if i.get("arch") == "arm" else "x86_64", "task": task,
                "tasks": {"min": i.get("tasks", 1)}, "logs_bytes": 0}}}}}


def gateway(kind, field):
    def make(case):
        i = case["inputs"]
        # a ten-thousandth of the month, which repeats
        body = {"request_bytes": int(i.get("request_kb", 0)) * 1024, "response_bytes": int(i.get("response_kb", 0)) * 1024}
        n = i[field] // 10000
        return {"horizon_h": 0.072, "work": {"w": {**invoke(1), **body}},
                "traffic": {"t": {**even(n, 0.072, repeat=True), "mix": {"w": 1}}},
                "architectures": {"a": {"entry": "api", "account": {"gateway_per_s": 100000, "gateway_burst": 100000,
                                                                    "concurrency": 100000},
                                        "services": {"api": {"type": "apigateway", "kind": kind, "to": "f"}, "f": {
                                            "type": "fleet", "on": "fargate", "tasks": {"min": 10}, "logs_bytes": 0,
                                            "workers": 10000}}}}}
    return make


def table(case):
    i = case["inputs"]
    return {"horizon_h": 7.2,
            "work": {"put": {"steps": [{"put": "t", "item_bytes": 900}]},
                     "get": {"steps": [{"get": "t", "item_bytes": 4000, "consistent": True}]}},
            "traffic": {"p": {**even(i["wru"] // 100, 7.2, repeat=True), "mix": {"put": 1}},
                        "g": {**even(i["rru"] // 100, 7.2, repeat=True), "mix": {"get": 1}}},
            "architectures": {"a": {"entry": "f", "services": {
                "f": {"type": "fleet", "on": "fargate", "logs_bytes": 0}, "t": {"type": "dynamodb"}}}}}


def provisioned_table(case):
    i = case["inputs"]
    return {"horizon_h": i["hours"], "work": {"get": {"steps": [{"get": "t", "item_bytes": 400}]}},
            "traffic": {"t": {**even(1000, i["hours"]), "mix": {"get": 1}}},
            "architectures": {"a": {"entry": "f", "services": {
                "f": {"type": "fleet", "on": "fargate", "logs_bytes": 0},
                "t": {"type": "dynamodb", "capacity": "provisioned", "wcu": i["wcu"], "rcu": i.get("rcu", 1)}}}}}


RUNS = {
    "lambda-page-1-mobile-backend": calls, "lambda-page-2-telemetry": calls, "lambda-page-3-bert-ephemeral": calls,
    "ic-lambda-small-512": calls, "dv-lambda-1ms-round": short_calls,
    "lambda-old-1-512mb": calls, "lambda-old-2-128mb": calls,
    "fargate-1-x86": tasks, "fargate-2-arm": tasks, "fargate-3-eks-pods": tasks, "ic-fargate-1-2": tasks,
    "apigw-http-1": gateway("http", "requests"), "ic-apigw-http-2tiers": gateway("http", "billed_requests"),
    "ic-apigw-rest-4tiers": gateway("rest", "requests"),
    "dv-ddb-cut": table, "dv-ddb-cut-after": table, "dv-ddb-25-25-744h": provisioned_table,
    "dv-ddb-26-wcu-720h": provisioned_table,
}
