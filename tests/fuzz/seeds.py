# SPDX-License-Identifier: GPL-3.0-or-later
"""seeds.py FOLDER: what a fuzzer begins with, made from the gallery, the bad cases and the models: FOLDER/scenario/,
FOLDER/trace/, FOLDER/book/ and FOLDER/records/ (seeds), FOLDER/models/ (a small book and small tables, so that a load is
quick) and FOLDER/*.dict."""
import glob
import json
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def put(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())


def get(*path):
    with open(os.path.join(TOP, *path), "rb") as f:
        return f.read()


def skus():
    """Prices that some service names; machine types by a few examples."""
    text = b"".join(get(p) for p in glob.glob(os.path.join(TOP, "src/*/*.c"))).decode()
    return set(re.findall(r'"([a-z]+\.[a-z0-9_.]+)"', text))


def models(folder):
    book = json.loads(get("models/prices/aws-us-east-1.json"))
    wanted = skus()
    whole = book["prices"]
    book["prices"] = {k: v for k, v in whole.items()
                      if k in wanted or k.startswith(("fargate.", "ec2.m6i.large", "ec2.c7g.large", "vpc.", "transfer"))}
    for v in list(book["prices"].values()):  # and what some of them are billed as
        if v.get("billed_as"):
            book["prices"][v["billed_as"]] = whole[v["billed_as"]]
    put(folder + "/models/prices/aws-us-east-1.json", json.dumps(book))
    cold = json.loads(get("models/coldstart/lambda.json"))
    cold["runtimes"] = {k: cold["runtimes"][k] for k in sorted(cold["runtimes"]) if k in ("python3.13", "java21", "nodejs22.x")}
    put(folder + "/models/coldstart/lambda.json", json.dumps(cold))
    machines = json.loads(get("models/instances/aws-ec2.json"))
    machines["types"] = {k: v for k, v in machines["types"].items() if k in ("m6i.large", "m6i.xlarge", "c7g.large")}
    put(folder + "/models/instances/aws-ec2.json", json.dumps(machines))
    small = dict(book, prices=dict(list(book["prices"].items())[:6]))
    put(folder + "/scenario/book", "#book\n" + json.dumps(small))
    put(folder + "/scenario/coldstart", "#coldstart\n" + json.dumps(cold))
    put(folder + "/scenario/instances", "#instances\n" + json.dumps(machines))


def scenarios(folder):
    for path in glob.glob(os.path.join(TOP, "scenarios/*.json")):
        text = get(path)
        put(folder + "/scenario/" + os.path.basename(path), text)
        put(folder + "/scenario/set-" + os.path.basename(path), b"/seed=3\n/horizon_h=1\n" + text)
    base = get("tests/bad/base.json")
    put(folder + "/scenario/base", base)
    for case in glob.glob(os.path.join(TOP, "tests/bad/*/")):
        name = os.path.basename(case[:-1])
        if os.path.exists(case + "sets"):
            put(folder + "/scenario/case-" + name, applied(base, get(case + "sets").decode(errors="replace").splitlines()))
        if os.path.exists(case + "scenario.json"):
            put(folder + "/scenario/case-" + name, get(case + "scenario.json"))
        if os.path.exists(case + "book.json"):
            put(folder + "/scenario/case-" + name, b"#book\n" + get(case + "book.json"))


def applied(base, sets):
    """What the program's own --set would make of it, as far as it can be done simply."""
    document = json.loads(base)
    for line in sets:
        pointer, _, value = line.partition("=")
        *parents, last = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
        try:
            at = document
            for p in parents:
                at = at[int(p)] if isinstance(at, list) else at[p]
            at[int(last) if isinstance(at, list) else last] = json.loads(value)
        except (ValueError, KeyError, IndexError, TypeError):
            return ("\n".join(sets) + "\n").encode() + base
    return json.dumps(document).encode()


def traces(folder):
    def seed(name, profile, a, b=None):
        put(folder + "/trace/" + name, json.dumps({"trace": profile}) + "\n" + a + ("\n====\n" + b if b else ""))
    rows = "end,ms,app,mb\n0.5,12,a,128\n1.25,3.5,b,256\n\"0.75\",8,a,130\n"
    counts = "t,n,app\n0,3,a\n60,12,b\n60,0,a\n3600,1,a\n"
    wide = "app,1,2,3,owner\na,0,5,1,x\nb,2,0,70,y\n"
    spread = "app,mean,p0,p50,p100\na,10,1,8,90\nb,5,5,5,5\n"
    columns = {"key": "app", "mean_ms": "mean", "quantiles_ms": {"p0": 0, "p50": 0.5, "p100": 1}}
    seed("rows", {"file": "a.csv", "rows": {"arrival_s": "end", "duration_ms": "ms", "key": "app", "memory_mb": "mb"}}, rows)
    seed("ends", {"file": "a.csv", "from_s": -100, "repeat": True, "rows": {"end_ms": "end", "duration_s": "ms"}}, rows)
    seed("long", {"file": "a.csv", "interval_s": 60, "placement": "bursty", "burst": 4,
                  "counts": {"timestamp_s": "t", "requests": "n", "key": "app"},
                  "durations": dict(columns, file="b.csv")}, counts, spread)
    seed("wide", {"file": "a.csv", "counts": {"wide": True, "key": "app"},
                  "memory": {"file": "b.csv", "key": "app", "memory_mb": "mean"}}, wide, spread)
    seed("even", {"file": "a.csv", "placement": "uniform", "counts": {"timestamp_ms": "t", "requests": "n"}}, counts)
    for case in glob.glob(os.path.join(TOP, "tests/bad/*/trace.csv")):
        sets = os.path.join(os.path.dirname(case), "sets")
        for line in get(sets).decode(errors="replace").splitlines() if os.path.exists(sets) else []:
            pointer, _, value = line.partition("=")
            if pointer.endswith("/profile") and value.startswith('{"trace"'):
                table = os.path.join(os.path.dirname(case), "table.csv")
                text = re.sub(r'"[^"]*/table\.csv"', '"b.csv"', re.sub(r'"[^"]*/trace\.csv"', '"a.csv"', value)).encode()
                put(folder + "/trace/case-" + os.path.basename(os.path.dirname(case)),
                    text + b"\n" + get(case) + (b"\n====\n" + get(table) if os.path.exists(table) else b""))


def books(folder):
    """The bad cases, each with its first parent, and some of the real prices by date."""
    for case in glob.glob(os.path.join(TOP, "tests/bad/book-*/book.json")):
        text = get(case)
        others = sorted(set(glob.glob(os.path.dirname(case) + "/*.json")) - {case})
        if others:
            name = os.path.basename(others[0]).encode()
            text = text.replace(b'"' + name, b'"parent.json') + b"\n====\n" + get(others[0]).replace(name, b"parent.json")
        put(folder + "/book/case-" + os.path.basename(os.path.dirname(case)), text)
    for path in glob.glob(os.path.join(TOP, "models/prices/*.json")):
        book = json.loads(get(path))
        name = os.path.basename(path)
        kept = {k: v for i, (k, v) in enumerate(sorted(book["prices"].items())) if i % 40 == 7 or k.startswith("lambda.")}
        text = json.dumps(dict(book, prices={k: v for k, v in kept.items() if v.get("billed_as", k) in kept and v.get("covers", k) in kept}))
        for day in ("", "@2020-11-30\n", "@2026-07-01\n"):
            put(folder + "/book/" + name + day.strip(), day + text)
        contract = {"id": "own", "as_of": "2026-02-27", "sources": {"edp": "contract"}, "extends": "parent.json@2025",
                    "takes": ["lambda.*"], "discounts": [{"skus": ["lambda.*"], "frac": "0.125", "source": "edp"}],
                    "prices": {"lambda.own": {"billed_as": "lambda.requests", "source": "edp", "confirmed": True}}}
        put(folder + "/book/contract-" + name, json.dumps(contract) + "\n====\n" + text)


def records(folder):
    """A small run of a function and a balancer, whole, in two parts, committed to something, and cut short."""
    def charge(sku, meter, kind="sum", per=1, kept=0):
        return {"item": "it", "sku": sku, "meter": meter, "kind": kind, "per": per, "stock": False, "kept_per_h": kept}

    services = [{"name": "fn", "type": "lambda", "charges": [charge("lambda.requests", "requests"),
                                                             charge("lambda.duration_x86", "billed_mb_ms", per=1024000)]},
                {"name": "lb", "type": "alb", "charges": [charge("elb.alb_hour", "on_ms", "hours", kept=-1),
                                                          charge("elb.alb_lcu_hour", "rule_evaluations", "lcu", 3600000)]}]
    plans = [{"compute_plan": True, "term": "1y_noupfront", "usd_per_h": "0.01"}]
    head = {"schema_version": 1, "simcost": "0.1.0", "scenario": {"title": "t", "question": "", "sha256": "00"}, "seed": 1,
            "replications": 3, "book": {"id": "aws-us-east-1", "as_of": "2026-01-31"}, "free": "always",
            "horizon_ns": "7200000000000", "month_ns": "2628000000000000", "month_num": "365", "month_den": "1",
            "month_note": "why", "periodic": True, "objective": {"p99_ms": 300}, "sets": []}
    lines = [{"point": 0, "architecture": "a", "replication": i, "stratum": 0,
              "meters": {"fn/requests": "40000", "fn/billed_mb_ms": ["81920000", "51200"], "lb/on_ms": "7200000",
                         "lb/rule_evaluations": ["0", "72000"], "clients/egress_bytes": "23850000000"},
              "histograms": {"latency": {"buckets": [[5, 2], [277, 1]], "max": 300, "sum": "310"}},
              "counters": {"requests": 3, "fn/cold_starts": i}, "series": {"fn/instances": [1, 2]}} for i in range(3)]
    for name, commitments in (("plain", []), ("plan", plans)):
        first = json.dumps(dict(head, architectures={"a": {"services": services, "commitments": commitments}})) + "\n"
        rest = [json.dumps(line) + "\n" for line in lines]
        put(folder + "/records/" + name, first + "".join(rest))
        put(folder + "/records/two-" + name, first + rest[2] + "====\n" + first + rest[0] + rest[2])
        put(folder + "/records/cut-" + name, first + rest[0] + rest[1][:90])


def dictionary(folder):
    """Every short string of the reading sources: keys, choices, kinds."""
    words = set()
    for path in glob.glob(os.path.join(TOP, "src/*/*.c")):
        if path.split("/")[-2] in ("io", "scenario", "service", "traffic", "run"):
            for text in re.findall(r'"([a-z0-9_|.*]{1,40})"', get(path).decode()):
                words.update(w for w in text.split("|") if w)
    lines = ['"\\"%s\\""' % w for w in sorted(words)]
    lines += ['"1e308"', '"-1"', '"0.5"', '"true"', '"{}"', '"[]"', '"1e-308"', '"9007199254740993"', '"\\\\u0000"']
    put(folder + "/scenario.dict", "\n".join(lines) + "\n")
    put(folder + "/book.dict", "\n".join(lines + ['"\\x0a====\\x0a"', '"@2020-12-01"', '"parent.json@2020"', '"parent.json"']) + "\n")
    put(folder + "/records.dict", "\n".join(lines + ['"\\x0a====\\x0a"', '"1208925819614629174706176"', '"\\"reserved\\""']) + "\n")
    put(folder + "/trace.dict", "\n".join(lines + ['"\\x0a====\\x0a"', '"\\x0d\\x0a"', '"\\"\\""', '","']) + "\n")


if __name__ == "__main__":
    for make in (models, scenarios, traces, books, records, dictionary):
        make(sys.argv[1])
