# SPDX-License-Identifier: GPL-3.0-or-later
"""Bills whose totals others state, in the words of a usage file. The inputs come from the case itself; what stands here
is how its source counts. Left out by name, with the reason: LISTED."""
from decimal import Decimal

X86, ARM = "x86_64", "arm64"
# the source's own slip or rounding; our figure beside it
SLIPS = {
    "lambda-microvm-1-dev-env": ("1241.21", "the source rounds two lines together; line by line it is a cent less"),
    "apigw-rest-2-15B": ("41170.73", "0.09 on all of 57 TB: no tiers, no free 100 GB"),
    "cw-vended-72TB-s3": ("8447.49", "6.5 x 1024 x 0.023 is 153.088, printed as 153.01"),
    "nat-1GB": ("0.10", "two lines of 0.045 round up to 0.05 each; the source prints their sum"),
    "bill-eu-alb": ("14.99", "the quantity is rounded in the source: 595 h are 14.994"),
}


def usage(case, items, **head):
    return {"title": case["id"], "free": "none", "month_h": 720, **head, "items": items}


def free_of(inputs, default="none"):
    return "always" if inputs.get("free_tier", default != "none") else "none"


def arch(inputs):
    return ARM if inputs.get("arch") == "arm" else X86


def sku(name, quantity):
    return {"type": "sku", "sku": name, "quantity": str(quantity)}


def lambda_plain(case):
    i = case["inputs"]
    item = {"type": "lambda", "requests": str(i["requests"]), "arch": arch(i)}
    if "duration_ms" in i:
        item.update(duration_ms=str(i["duration_ms"]), memory_mb=i["memory_mb"])
    elif "gb_seconds" in i:
        item["gb_seconds"] = str(i["gb_seconds"])
    if "ephemeral_mb" in i:
        item["ephemeral_mb"] = i["ephemeral_mb"]
    return usage(case, {"fn": item}, free=free_of(i))


def lambda_provisioned(case):
    i = case["inputs"]
    common = {"type": "lambda", "arch": arch(i), "memory_mb": i["memory_mb"]}
    return usage(case, {
        "fn": {**common, "provisioned_concurrency": i["pc"], "provisioned_h": i["pc_hours"], "requests": i["pc_requests"],
               "provisioned_requests": i["pc_requests"], "provisioned_duration_ms": i["pc_duration_ms"]},
        "spill": {**common, "requests": i["od_requests"], "duration_ms": i["od_duration_ms"]}}, free="always")


def lambda_snapstart(case):
    i = case["inputs"]
    return usage(case, {"fn": {"type": "lambda", "arch": arch(i), "requests": i["requests"],
                               "duration_ms": i["duration_ms"], "memory_mb": i["memory_mb"],
                               "snapstart_versions": i["versions"], "snapstart_h": i["active_hours"],
                               "restores": i["restores"]}}, month_h=744)


def lambda_streaming(case):
    i = case["inputs"]
    small, large = i["stream"]
    common = {"type": "lambda", "arch": arch(i), "memory_mb": i["memory_mb"], "duration_ms": i["duration_ms"]}
    return usage(case, {"small": {**common, "requests": small["requests"], "stream_kb": small["kb"]},
                        "large": {**common, "requests": large["requests"], "stream_kb": large["mb"] * 1024}},
                 free="always", free_used={"lambda.response_streaming": "100"})


def lambda_pollers(case):
    i = case["inputs"]
    requests = i["esms"] * i["invocations_per_day_each"] * i["days"]
    units = -(-i["pollers"] // i["pollers_per_epu"])
    return usage(case, {"fn": {"type": "lambda", "requests": requests, "duration_ms": i["duration_ms"],
                               "memory_mb": i["memory_mb"]},
                        "pollers": {"type": "lambda_pollers", "kafka_epus": units, "hours": i["hours"]}})


def lambda_managed(case):
    i = case["inputs"]
    return usage(case, {"fn": {"type": "lambda_managed", "requests": i["requests"], "instance": i["instance"],
                               "instance_h": i["instance_hours"], "purchase": "reserved_1y"}}, book="managed.json")


def lambda_durable(case):
    i = case["inputs"]
    n = i["executions"]
    return usage(case, {
        "fn": {"type": "lambda", "arch": arch(i), "requests": n * i["invocations_per_execution"],
               "duration_ms": i["active_seconds"] * 1000 // i["invocations_per_execution"], "memory_mb": i["memory_mb"]},
        "durable": {"type": "lambda_durable", "executions": n, "operations": i["operations_per_execution"],
                    "written_kb": i["kb_written_per_execution"], "kept_h": (i["wait_days"] + i["retention_days"]) * 24}},
                 free="always", gb="decimal")


def lambda_mixed(case):
    return usage(case, {f"fn{n}": {"type": "lambda", "requests": f["req"], "duration_ms": f["ms"], "memory_mb": f["mb"]}
                        for n, f in enumerate(case["inputs"]["functions"])}, free="always")


def sizes(runs, run_s, parts):
    """Machines that run a share of the time at each of several sizes."""
    return {name: {"type": "lambda_microvm", "runs": runs, "run_s": str(run_s * share), "vcpu": size["vcpu"],
                   "memory_gb": size["gb"]} for name, (share, size) in parts.items()}


def microvm_dev(case):
    i = case["inputs"]
    low, gb, days = Decimal(i["baseline_share"]), i["snapshot_gb"], i["developers"] * i["days"]
    items = sizes(days, Decimal(i["hours_per_day"]) * 3600, {"peak": (1 - low, i["peak"]), "base": (low, i["baseline"])})
    items["snapshots"] = {"type": "lambda_microvm", "written_gb": days * i["suspends_per_day"] * gb,
                          "read_gb": days * (i["suspends_per_day"] + i["launches_per_day"]) * gb,
                          "image_gb": i["images"] * gb, "suspended_gb": gb,
                          "suspended_h": str(days * Decimal(i["idle_hours_per_day"]))}
    return usage(case, items)


def microvm_ci(case):
    i = case["inputs"]
    peak = Decimal(i["peak_share"])
    items = sizes(i["jobs"], i["seconds"], {"peak": (peak, i["peak"]), "base": (1 - peak, i["baseline"])})
    items["start"] = {"type": "lambda_microvm", "read_gb": i["jobs"] * i["snapshot_gb"],
                      "image_gb": i["images"] * i["snapshot_gb"]}
    return usage(case, items)


def fargate(case):
    i = case["inputs"]
    item = {"type": "fargate", "vcpu": str(i["vcpu"]), "memory_gb": str(i["gb"]), "arch": arch(i)}
    if "hours" in i:
        item["hours"] = i["hours"]
    else:
        item.update(tasks=i["tasks"], runs=i.get("days", 1), run_s=i.get("seconds_per_day", i.get("seconds")))
    if "ephemeral_gb" in i:
        item["ephemeral_gb"] = i["ephemeral_gb"]
    if i.get("os") == "windows":
        item["os"] = "windows"
    return usage(case, {"task": item}, month_h=i.get("hours", 720))


def gateway(case):
    i = case["inputs"]
    if "messages" in i:
        item = {"type": "apigateway", "api": "websocket", "messages": i["messages"], "connection_minutes": i["minutes"]}
    else:
        api = i.get("api", "http" if "billed_requests" in i or "http" in case["id"] else "rest")
        item = {"type": "apigateway", "api": api, "requests": i.get("requests", i.get("billed_requests"))}
        if api == "http" and "response_kb" in i:
            item.update(request_kb=i["request_kb"], response_kb=i["response_kb"])
    return usage(case, {"api": item})


def gateway_15b(case):
    i = case["inputs"]
    gb = Decimal(i["requests"]) * i["response_kb"] / 1024 / 1024
    return usage(case, {"api": {"type": "apigateway", "api": "rest", "requests": i["requests"]},
                        "out": {"type": "transfer", "internet_out_gb": str(gb.quantize(Decimal("1e-9")))}}, free="always")


def gateway_private(case):
    i = case["inputs"]
    gb = i["requests"] * (Decimal(i["request_kb"]) + i["response_kb"]) / 1024 / 1024
    return usage(case, {"api": {"type": "apigateway", "api": "rest", "requests": i["requests"]},
                        "endpoint": {"type": "endpoint", "endpoint_zones": i["az"], "hours": i["hours"],
                                     "gb": str(gb.quantize(Decimal("1e-9")))}})


def gateway_chat(case):
    i = case["inputs"]
    each = i["users"] * i["days"]
    return usage(case, {"api": {"type": "apigateway", "api": "websocket", "message_kb": i["kb"],
                                "messages": each * (i["sent"] + i["received"]),
                                "connection_minutes": each * i["hours_per_day"] * 60}})


def gateway_cache(case):
    i = case["inputs"]
    # both bills are of us-west-2, whose prices for these two sizes are the same
    return usage(case, {"api": {"type": "apigateway", "api": "rest", "requests": 0, "cache_gb": i["cache_gb"],
                                "cache_h": i["hours"]}}, month_h=744)


def one(type_name, **keys):
    """A type and which of its keys are which of the case's inputs; a text beginning with = is taken as it is."""
    def convert(case):
        i = case["inputs"]
        item = {"type": type_name}
        for key, source in keys.items():
            value = source[1:] if str(source).startswith("=") else i.get(source)
            if value is not None:
                item[key] = str(value) if isinstance(value, str) and value[0].isdigit() else value
        hours = {"month_h": i["hours"]} if i.get("hours") and Decimal(str(i["hours"])) >= 24 else {}
        book = {"book": "aws-" + case["region"]} if case["region"] in ("eu-west-1", "ap-southeast-1") else {}
        free = "always" if i.get("free_tier") or i.get("free_100gb") else "none"
        return usage(case, {"x": item}, free=free, **hours, **book)
    return convert


def savings(case):
    i = case["inputs"]
    items = {"api": sku("ec2.r5.4xlarge", 4), "vcpu": sku("fargate.vcpu_x86", 400), "gb": sku("fargate.memory_x86", 1600),
             "win": sku("ec2.m5.24xlarge_windows", 1), "fn": sku("lambda.duration_x86", 1500000),
             "calls": sku("lambda.requests", 1000000)}
    commitments = []
    if "compute_sp_commit" in i:
        commitments.append({"compute_plan": True, "term": "1y_noupfront", "usd_per_h": i["compute_sp_commit"]})
    if "ec2_sp_commit" in i:
        commitments.append({"ec2_plan": "r5", "term": "1y_noupfront", "usd_per_h": i["ec2_sp_commit"]})
    if "r5_ri" in i:
        commitments.append({"reserved": "ec2.r5.4xlarge.reserved_1y", "count": i["r5_ri"]})
    head = {"commitments": commitments} if commitments else {}
    return usage(case, items, book="savings.json", month_h=1, **head)


def express(case):
    i = case["inputs"]
    return usage(case, {"flow": {"type": "stepfunctions", "express_requests": i["requests"],
                                 "duration_ms": i["duration_ms"], "memory_mb": i["memory_mb"]}})


def lambda_logs(case):
    i = case["inputs"]
    gb = i.get("lambda_log_gb", i.get("lambda_log_tb", 0) * i.get("tb_is_gb", 1024))
    book = {"book": "aws-us-east-1@2025-04"} if i.get("flat") else {"book": "decimal-logs.json"} if "tb_is_gb" in i else {}
    return usage(case, {"logs": {"type": "cloudwatch", "lambda_log_gb": gb}}, **book)


def vended(case):
    i = case["inputs"]
    return usage(case, {"logs": {"type": "cloudwatch", "vended_to_s3_gb": i["vended_tb"] * 1024},
                        "store": {"type": "s3", "standard_gb": str(Decimal(i["stored_tb"]) * 1024)}})


def logs_30gb(case):
    i = case["inputs"]
    return usage(case, {"logs": {"type": "cloudwatch", "log_gb": i["ingest_gb"], "stored_gb": i["stored_gb"],
                                 "metrics": i["metrics"]}}, free="always", book="separate-logs.json")


def monitoring(case):
    i = case["inputs"]
    return usage(case, {"cw": {"type": "cloudwatch", "metrics": i["instances"] * i["metrics_each"]}})


def table_month(case):
    i = case["inputs"]
    return usage(case, {"t": {"type": "dynamodb", "capacity": "on_demand", "wru": i["wru"], "rru": i["rru"]}},
                 book="aws-us-east-1@" + i["month"])


def table_units(case):
    i = case["inputs"]
    op, kind = i["op"].split("_")[-1], i["op"].split("_")[0]
    item = {"type": "dynamodb", "item_kb": i["item_kb"], "writes" if op == "write" else "reads": 1,
            "consistency": kind if kind in ("eventual", "transactional") else "strong"}
    return usage(case, {"t": item})


def old_lambda(case):
    document = lambda_mixed(case) if "functions" in case["inputs"] else lambda_plain(case)
    return {**document, "book": "aws-us-east-1@2020-11"}


def snapstart_hour(case):
    i = case["inputs"]
    return usage(case, {"fn": {"type": "lambda", "requests": 0, "memory_mb": i["memory_mb"],
                               "snapstart_versions": i["versions"], "snapstart_h": i["active_minutes"] // 60}})


def provisioned_hour(case):
    i = case["inputs"]
    return usage(case, {"fn": {"type": "lambda", "requests": 0, "memory_mb": i["memory_mb"],
                               "provisioned_concurrency": i["pc"],
                               "provisioned_h": str((Decimal(i["enabled_minutes"]) / 60).quantize(Decimal("1e-9")))}})


def both_architectures(case):
    i = case["inputs"]
    return usage(case, {"a": sku("lambda.duration_x86", i["x86_gb_seconds"]), "b": sku("lambda.duration_arm", i["arm_gb_seconds"])},
                 free="always")


CONVERT = {
    "lambda-page-1-mobile-backend": lambda_plain, "lambda-page-2-telemetry": lambda_plain,
    "lambda-page-3-bert-ephemeral": lambda_plain, "lambda-pc-1-app-launch": lambda_provisioned,
    "lambda-snapstart": lambda_snapstart, "lambda-streaming": lambda_streaming,
    "lambda-esm-kafka-3-grouped": lambda_pollers, "lambda-managed-instances": lambda_managed,
    "lambda-durable": lambda_durable, "lambda-microvm-1-dev-env": microvm_dev, "lambda-microvm-2-ci": microvm_ci,
    "lambda-old-1-512mb": old_lambda, "lambda-old-2-128mb": old_lambda, "lambda-old-3-mixed": old_lambda,
    "fargate-1-x86": fargate, "fargate-2-arm": fargate, "fargate-3-eks-pods": fargate, "fargate-4-windows": fargate,
    "apigw-http-1": gateway, "apigw-rest-2-15B": gateway_15b, "apigw-rest-3-private": gateway_private,
    "apigw-cache-1.6GB-day": gateway_cache, "apigw-ws-chat": gateway_chat,
    "apigw-ws-33kb": one("apigateway", api="=websocket", messages="=1", message_kb="kb"),
    "sp-0-ondemand-only": savings, "sp-1-commit-50": savings, "sp-2-commit-2": savings,
    "sp-4-commit-18.20-plus-2-RI": savings,
    "cw-detailed-monitoring": monitoring, "cw-logs-30GB": logs_30gb, "cw-vended-72TB-s3": vended,
    "cw-lambda-60TB-after": lambda_logs, "cw-lambda-60TB-before": lambda_logs, "dv-cw-lambda-60TiB": lambda_logs,
    "alb-lcu-rules": one("alb", requests_per_s="req_s", rules="rules", hours="=1"),
    "nat-1GB": one("nat", gateways="=1", hours="hours", gb="gb"),
    "rds-proxy-4vcpu": one("rds_proxy", vcpu="vcpu", hours="hours"),
    "eventbridge-crossaccount-5M": one("eventbridge", size_kb="kb",
                                       cross_account_deliveries="aws_events_delivered_to_other_account_service"),
    "eventbridge-256kb": one("eventbridge", custom_events="=1", size_kb="kb"),
    "ddb-units-2-eventual_read-8kb": table_units, "ddb-units-3-transactional_read-8kb": table_units,
    "ddb-units-5-transactional_read-4kb": table_units, "ddb-units-6-write-1kb": table_units,
    "ddb-units-8-transactional_write-3kb": table_units,
    "sqs-longpoll-month": one("sqs", consumers="=1", receive_wait_s="receive_wait_s"),
    "bill-snapstart-cache": lambda case: usage(case, {"x": sku("lambda.snapstart_cache", case["inputs"]["gb_seconds"])}),
    "bill-apigw-cache-744h": gateway_cache,
    "bill-s3-tier1": one("s3", put_requests="put_requests"),
    "bill-eu-alb": one("alb", hours="hours"),
    "ic-lambda-x86-3tiers": lambda_plain, "ic-lambda-arm-3tiers": lambda_plain, "ic-lambda-x86-2tiers": lambda_plain,
    "ic-lambda-arm-2tiers": lambda_plain, "ic-lambda-small-512": lambda_plain,
    "ic-apigw-rest-4tiers": gateway, "ic-apigw-http-2tiers": gateway, "ic-apigw-ws": gateway,
    "ic-sfn-express-3tiers": express, "ic-sfn-express-2tiers": express, "ic-sfn-express-tiny": express,
    "ic-ddb-ondemand": one("dynamodb", capacity="=on_demand", wru="wru", rru="rru", stored_gb="storage_gb_billable",
                           pitr_gb="pitr_gb", backup_gb="backup_gb", restored_gb="restore_gb", stream_reads="stream_reads"),
    "ic-kinesis-ondemand-month": one("kinesis", mode="=on_demand", streams="=1", hours="stream_hours"),
    "ic-cwlogs": one("cloudwatch", log_gb="ingest_gb", stored_gb="stored_gb", insights_gb="insights_gb"),
    "ic-sqs-std-2M": one("sqs", requests="requests"),
    "ic-sqs-fifo-1M": one("sqs", queue="=fifo", requests="requests"),
    "ic-fargate-1-2": fargate,
    "ic-eks-month": one("eks", clusters="=1", hours="hours"),
    "ic-nlb-lcu-1.3698": one("nlb", balancers="=1", hours="hours", nlcu="nlcu"),
    "ic-nat-100GB": one("nat", gateways="=1", hours="hours", gb="gb"),
    "ic-vpce-month": one("endpoint", endpoint_zones="endpoints_x_az", hours="hours", gb="gb"),
    "ic-dt-us-east-1": one("transfer", internet_out_gb="internet_gb"),
    "ic-dt-eu-west-1": one("transfer", internet_out_gb="internet_gb"),
    "ic-dt-ap-southeast-1": one("transfer", internet_out_gb="internet_gb"),
    "ic-ebs-gp3": one("ebs", gp3_gb="gb", gp3_extra_iops="iops_over", gp3_extra_mb_per_s="mbps_over"),
    "ic-s3-standard-10TB": one("s3", standard_gb="gb", put_requests="put", get_requests="get"),
    "ic-t3.medium-month": one("ec2", instance="instance", hours="hours"),
    "ic-t3.medium-ri1y": one("ec2", instance="instance", hours="hours", purchase="=reserved_1y"),
    "dv-lambda-free-exact": lambda_plain, "dv-lambda-free-shared-arch": both_architectures,
    "dv-lambda-1ms-round": lambda_plain, "dv-lambda-pc-61min": provisioned_hour,
    "dv-lambda-snapstart-1h": snapstart_hour, "dv-fargate-10s-x1000": fargate,
    "dv-sfn-400k": one("stepfunctions", transitions="transitions"),
    "dv-scheduler-15M": one("scheduler", invocations="invocations"),
    "dv-ddb-25-25-744h": one("dynamodb", capacity="=provisioned", wcu="wcu", rcu="rcu", hours="hours"),
    "dv-ddb-26-wcu-720h": one("dynamodb", capacity="=provisioned", wcu="wcu", hours="hours"),
    "dv-dt-10341GB": one("transfer", internet_out_gb="internet_gb"),
    "dv-ddb-cut": table_month, "dv-ddb-cut-after": table_month,
}
