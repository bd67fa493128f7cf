# SPDX-License-Identifier: GPL-3.0-or-later
"""seeds.py FOLDER: what a fuzzer begins with, made from the gallery, the bad cases and the models: FOLDER/scenario/ and
FOLDER/trace/ (seeds), FOLDER/models/ (a small book and small tables, so that a load is quick) and FOLDER/*.dict."""
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
    text = b"".join(get(p) for p in glob.glob(os.path.join(TOP, "src/service/*.c"))).decode()
    return set(re.findall(r'"([a-z]+\.[a-z0-9_.]+)"', text))


def models(folder):
    book = json.loads(get("models/prices/aws-us-east-1.json"))
    wanted = skus()
    book["prices"] = {k: v for k, v in book["prices"].items()
                      if k in wanted or k.startswith(("fargate.", "ec2.m6i.large", "ec2.c7g.large", "vpc.", "transfer"))}
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


def dictionary(folder):
    """Every short string of the reading sources: keys, choices, kinds."""
    words = set()
    for path in glob.glob(os.path.join(TOP, "src/*/*.c")):
        if path.split("/")[-2] in ("io", "scenario", "service", "traffic"):
            for text in re.findall(r'"([a-z0-9_|.*]{1,40})"', get(path).decode()):
                words.update(w for w in text.split("|") if w)
    lines = ['"\\"%s\\""' % w for w in sorted(words)]
    lines += ['"1e308"', '"-1"', '"0.5"', '"true"', '"{}"', '"[]"', '"1e-308"', '"9007199254740993"', '"\\\\u0000"']
    put(folder + "/scenario.dict", "\n".join(lines) + "\n")
    put(folder + "/trace.dict", "\n".join(lines + ['"\\x0a====\\x0a"', '"\\x0d\\x0a"', '"\\"\\""', '","']) + "\n")


if __name__ == "__main__":
    for make in (models, scenarios, traces, dictionary):
        make(sys.argv[1])
