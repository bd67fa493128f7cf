# SPDX-License-Identifier: GPL-3.0-or-later
"""growth.py SIMCOST [--write FILE] [TABLE...]: how CPU time and memory grow with each size of a scenario, as Markdown tables.

Every figure is the least of three runs with one thread, since others on the machine only ever add: CPU time (user and system)
less that of the same scenario with next to no horizon, which is loading; MB is the peak of the process. --write puts the
tables between FILE's two marks too."""
import json
import os
import subprocess
import sys
import tempfile
import time

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
ROUNDS = 3
OUTCOMES = ("completed", "throttled", "failed", "timed_out", "unfinished")

# A process begins with the peak of the one that made it, so a small one comes between.
BETWEEN = """import os, sys
pid = os.fork()
if pid == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as f:
    f.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Bench:
    def __init__(self, simcost, folder):
        self.simcost, self.folder = os.path.abspath(simcost), folder

    def file(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as f:
            f.write(text)

    def once(self, *args):
        """Seconds of CPU, MB at the peak, and the report of one run."""
        used = os.path.join(self.folder, "used")
        done = subprocess.run([sys.executable, "-I", "-S", "-c", BETWEEN, used, self.simcost, *args], cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=600)
        if done.returncode:
            sys.exit(f"growth.py: {' '.join(args)} ended with {done.returncode}")
        with open(used, encoding="utf-8") as f:
            cpu_s, mb = map(float, f.read().split())
        return cpu_s, mb, json.loads(done.stdout)

    def measure(self, scenario, jobs=1):
        """(ns of CPU a request and architecture, seconds of loading, MB)."""
        self.file("s.json", json.dumps(scenario))
        args = ["run", "s.json", "--quiet", "--json", "--jobs", str(jobs)]
        load = [self.once(*args, "--set", "/horizon_h=1e-6", "--set", "/replications=1")[0] for _ in range(ROUNDS)]
        runs = [self.once(*args) for _ in range(ROUNDS)]
        requests = 0
        for name, a in runs[0][2]["architectures"].items():
            sent = a["requests"]["mean"]
            if abs(sent - sum(a[o]["mean"] for o in OUTCOMES)) > 1e-6 * sent:
                sys.exit(f"growth.py: {scenario['title']}, {name}: requests are missing")
            requests += sent * scenario["replications"]
        load_s, cpu_s, mb = min(load), min(r[0] for r in runs), min(r[1] for r in runs)
        return max(cpu_s - load_s, 0) / requests * 1e9, load_s, mb


WAIT = {"wait_ms": {"lognormal": {"p50": 60.65, "p99": 621.1}}}  # 100 ms on the mean
FN = {"type": "lambda", "memory_mb": 1769, "timeout_s": 900}


def poisson(per_s):
    return {"profile": {"poisson": {"per_s": per_s}}}


def scenario(title, requests, per_s, steps=None, services=None, entry="fn", traffic=None, **more):
    architecture = {"entry": entry, "account": {"concurrency": 1000000}, "services": services or {"fn": FN}}
    return {"title": title, "horizon_h": requests / per_s / 3600, "warmup_h": 0, "replications": 1, "precision": "exact",
            "work": {"w": {"steps": [WAIT] if steps is None else steps}}, "traffic": {"t": traffic or poisson(per_s)},
            "architectures": {"a": architecture}, **more}


def markdown(title, head, rows):
    lines = [f"**{title}**", "", "| " + " | ".join(head) + " |", "|" + " ---: |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def number(n):
    return f"{n:,.0f}"


def row(size, measured, *more):
    ns, load_s, mb = measured
    return [size, f"{ns:.1f}", f"{load_s:.2f}", f"{mb:.0f}", *more]


def table_requests(b):
    rows = [row(number(n), b.measure(scenario("requests", n, 10000))) for n in (10**5, 10**6, 10**7, 5 * 10**7)]
    return markdown("Requests: one function, 10,000/s of 100 ms", ["requests", "ns/request", "loading, s", "MB"], rows)


def table_concurrency(b):
    rows = []
    for busy in (10, 100, 1000, 10000, 100000):
        per_s = 10000
        s = scenario("busy", 5000000, per_s, [{"wait_ms": {"lognormal": {"p50": 0.6065 * busy / per_s * 1000,
                                                                         "p99": 6.211 * busy / per_s * 1000}}}])
        rows.append(row(number(busy), b.measure(s)))
    return markdown("Concurrency: one function, 10,000 requests/s", ["environments busy", "ns/request", "loading, s", "MB"], rows)


def table_chain(b):
    rows = []
    for n in (1, 10, 100, 1000):
        s = scenario("chain", max(2000000 // n, 5000), 100)
        names = [f"w{i:04}" for i in range(n)]
        s["work"] = {a: {"steps": [{"cpu_ms": 1}, {"call": c}]} for a, c in zip(names, names[1:])}
        s["work"][names[-1]] = {"steps": [{"cpu_ms": 1}]}
        s["traffic"]["t"]["mix"] = {names[0]: 1}
        s["architectures"]["a"]["services"] = {f"f{i:04}": {**FN, "timeout_s": 10, "start": 150, "runs": [w]} for i, w in enumerate(names)}
        s["architectures"]["a"]["entry"] = "f0000"
        ns, load_s, mb = b.measure(s)
        rows.append(row(number(n), (ns / n, load_s, mb)))
    return markdown("A chain of functions, each calling the next", ["functions", "ns/call", "loading, s", "MB"], rows)


def table_functions(b):
    rows = []
    for n in (1, 10, 100, 1000, 10000, 50000):
        s = scenario("functions", 1000000, 1000, [{"cpu_ms": 5}], entry="lb")
        names = [f"f{i}" for i in range(n)]
        s["work"] = {w: {"steps": [{"cpu_ms": 5}]} for w in names}
        s["traffic"]["t"]["mix"] = {w: 1 / n for w in names}
        s["architectures"]["a"]["services"] = {**{w: {**FN, "runs": [w]} for w in names},
                                               "lb": {"type": "alb", "to": {w: w for w in names}}}
        rows.append(row(number(n), b.measure(s)))
    return markdown("Functions behind one balancer, each with its own work", ["functions", "ns/request", "loading, s", "MB"], rows)


def table_keys(b):
    rows = []
    for n in (1, 10, 100, 1000, 10000, 50000):
        minutes, each = 20, 2000000 // n // 20
        b.file("keys.csv", "timestamp_s,requests,key\n" +
               "".join(f"{m * 60},{each},k{k}\n" for k in range(n) for m in range(minutes)))
        counts = {"timestamp_s": "timestamp_s", "requests": "requests", "key": "key"}
        s = scenario("keys", each * n * minutes, each * n / 60, [{"cpu_ms": 5}], {"fn": {**FN, "per": "key"}},
                     traffic={"profile": {"trace": {"file": "keys.csv", "counts": counts, "interval_s": 60}}})
        s["horizon_h"] = minutes / 60
        rows.append(row(number(n), b.measure(s)))
    return markdown("Pools: 2,000,000 requests of a trace, a pool for each of its keys",
                    ["keys", "ns/request", "loading, s", "MB"], rows)


def table_architectures(b):
    rows = []
    for n in (1, 2, 4, 8):
        s = scenario("architectures", 2000000, 1000)
        s["architectures"] = {f"a{i}": s["architectures"]["a"] for i in range(n)}
        rows.append(row(number(n), b.measure(s)))
    return markdown("Architectures: 2,000,000 requests each", ["architectures", "ns/request", "loading, s", "MB"], rows)


def table_replications(b):
    rows = []
    for n in (1, 4, 16, 64):
        s = scenario("replications", 500000, 1000, replications=n)
        rows.append(row(number(n), b.measure(s), f"{b.measure(s, 2)[0]:.1f}"))
    return markdown("Replications: 500,000 requests each",
                    ["replications", "ns/request", "loading, s", "MB", "ns/request, 2 threads"], rows)


def layers(b):
    """Name, scenario, and the name of the one that it adds to."""
    n, rate = 2000000, 1000
    cpu = [{"cpu_ms": {"lognormal": {"p50": 30, "p99": 200}}}]
    api, lb = {"type": "apigateway", "to": "fn"}, {"type": "alb", "to": "fn"}
    fleet = {"type": "fleet", "on": "fargate", "task": {"vcpu": 2, "memory_mb": 4096}, "tasks": {"min": 60}}
    get, table = {"get": "items", "item_bytes": 1000}, {"type": "dynamodb"}
    b.file("counts.csv", "timestamp_s,requests\n" + "".join(f"{m * 60},{60 * rate}\n" for m in range(n // rate // 60 + 1)))
    b.file("rows.csv", "arrival_s\n" + "".join(f"{i / rate:.6f}\n" for i in range(n)))
    counts = {"profile": {"trace": {"file": "counts.csv", "counts": {"timestamp_s": "timestamp_s", "requests": "requests"}}}}
    rows = {"profile": {"trace": {"file": "rows.csv", "rows": {"arrival_s": "arrival_s"}}}}
    day = {"profile": {"diurnal": {"requests_per_month": rate * 2628000, "peak_to_mean": 3}}}
    refused = {**FN, "reserved_concurrency": 0}
    return [
        ("traffic alone: Poisson, every request refused (429)", scenario("l", n, rate, services={"fn": refused}), None),
        ("the same from a day's curve", scenario("l", n, rate, services={"fn": refused}, traffic=day), 0),
        ("the same from counts a minute", scenario("l", n, rate, services={"fn": refused}, traffic=counts), 0),
        ("the same from a log's rows", scenario("l", n, rate, services={"fn": refused}, traffic=rows), 0),
        ("a pool: environments, meters, histograms, work of 100 ms", scenario("l", n, rate, [{"wait_ms": 100}]), 0),
        ("... whose duration is drawn", scenario("l", n, rate), 4),
        ("... as CPU, which memory slows down", scenario("l", n, rate, cpu), 5),
        ("a gateway before it", scenario("l", n, rate, cpu, {"fn": FN, "api": api}, "api"), 6),
        ("a balancer before it", scenario("l", n, rate, cpu, {"fn": FN, "lb": lb}, "lb"), 6),
        ("a read of a table behind it", scenario("l", n, rate, cpu + [get], {"fn": FN, "items": table}), 6),
        ("gateway and table", scenario("l", n, rate, cpu + [get], {"fn": FN, "api": api, "items": table}, "api"), 6),
        ("a fleet instead: work that waits", scenario("l", n, rate, services={"web": fleet}, entry="web"), 0),
        ("... CPU that the requests of a task share", scenario("l", n, rate, cpu, {"web": fleet}, "web"), 11),
        ("... and a balancer before it", scenario("l", n, rate, cpu, {"web": fleet, "lb": {**lb, "to": "web"}}, "lb"), 12),
        ("clients that give up and try again, a pool", scenario("l", n, rate, traffic={**poisson(rate), "attempts": 3, "timeout_s": 5}), 5),
    ]


def table_layers(b):
    rows, ns = [], []
    for name, s, base in layers(b):
        ns.append(b.measure(s)[0])
        rows.append([name, f"{ns[-1]:.1f}", "" if base is None else f"{ns[-1] - ns[base]:+.1f}",
                     "" if base is None else str(base + 1)])
    rows = [[str(i + 1), *r] for i, r in enumerate(rows)]
    return markdown("Layers: 2,000,000 requests at 1,000/s", ["", "scenario", "ns/request", "more", "than"], rows).replace(
        "| ---: | ---: |", "| ---: | :--- |", 1)


def write(path, text):
    with open(path, encoding="utf-8") as f:
        old = f.read()
    before, rest = old.split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


def main():
    args = sys.argv[1:]
    to = None
    if "--write" in args:
        at = args.index("--write")
        to = args[at + 1]
        del args[at:at + 2]
    tables = {name[6:]: f for name, f in globals().items() if name.startswith("table_")}
    texts = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args[0], folder)
        for name in args[1:] or ("layers", *(t for t in tables if t != "layers")):
            began = time.monotonic()
            texts.append(tables[name](bench))
            print(f"growth: {name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
            print(texts[-1], flush=True)
    if to:
        write(to, "\n".join(texts))


if __name__ == "__main__":
    main()
