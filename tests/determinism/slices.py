# SPDX-License-Identifier: GPL-3.0-or-later
"""slices.py PROGRAM: a trial cut into 2, 7 or 30 slices gives the records of the whole, byte for byte, for each kind of service
and traffic. Where states meet at the seams they must do so at most of them, else slices would save nothing; where they cannot,
as under overload, the slice before is run on and the records are the same all the same."""
import json
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SLICES = (2, 7, 30)

PURE = {"run": {"steps": [{"cpu_ms": {"lognormal": {"p50": 30, "p99": 300}}}]}}
STORED = {"get": {"steps": [{"cpu_ms": {"lognormal": {"p50": 20, "p99": 90}}},
                            {"get": "users", "item_bytes": 900, "miss_frac": 0.02, "answer": 404}], "response_bytes": 1200},
          "put": {"request_bytes": 1100, "steps": [{"cpu_ms": 5}, {"put": "users", "item_bytes": 900},
                                                   {"wait_ms": {"exponential": {"mean": 30}}}]},
          "fan": {"steps": [{"get": "users"}, {"parallel": [[{"get": "users"}], [{"cpu_ms": 3}, {"put": "users"}]]}, {"cpu_ms": 2}]}}
MIX = {"get": 0.7, "put": 0.2, "fan": 0.1}
WEB = {"web": {"profile": {"poisson": {"per_s": 2}}, "mix": MIX, "rtt_ms": 30}}
TABLE = {"users": {"type": "dynamodb", "stored_gb": 4}}
FUNCTION = {"type": "lambda", "runtime": "python3.13", "memory_mb": 512}


def source(profile, **keys):
    return {"profile": profile, "mix": {"run": 1}, **keys}


def behind(front, name, service):
    return {"a": {"entry": "in", "services": {"in": {**front, "to": name}, name: service}}}


def fleet(least, most, **keys):
    return {"type": "fleet", "task": {"vcpu": 0.5, "memory_mb": 1024}, "tasks": {"min": least, "max": most}, **keys}


def table(**keys):
    return {"users": {"type": "dynamodb", **keys}}


ALB, REST, HTTP = {"type": "alb"}, {"type": "apigateway", "kind": "rest"}, {"type": "apigateway", "kind": "http"}

# name: (share of the seams that must meet at least, scenario)
CASES = {
    "a pool": (0.5, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 1}})},
                         architectures={"a": {"entry": "fn", "services": {"fn": FUNCTION}}})),
    "a large pool": (0.3, dict(work=PURE, horizon_h=31, traffic={"t": source({"poisson": {"per_s": 150}})},
                               architectures={"a": {"entry": "fn", "services": {"fn": FUNCTION}}})),
    "a lonely one": (0, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 0.01}})}, architectures={"a": {
        "entry": "fn", "services": {"fn": dict(FUNCTION, keep_alive_s={"uniform": {"min": 300, "max": 2000}}, max_age_h=0.5)}}})),
    "two lonely ones": (0, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 0.03}})}, architectures={"a": {
        "entry": "fn", "services": {"fn": dict(FUNCTION, keep_alive_s=2000, max_age_h=0.3, reuse="lru")}}})),
    "newest first": (0, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 3}})},
                             architectures={"a": {"entry": "fn", "services": {"fn": dict(FUNCTION, reuse="newest_created")}}})),
    "at random": (0, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 3}})},
                          architectures={"a": {"entry": "fn", "services": {"fn": dict(FUNCTION, reuse="random")}}})),
    "oldest first": (0, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 3}})},
                             architectures={"a": {"entry": "fn", "services": {"fn": dict(FUNCTION, reuse="lru")}}})),
    "a store": (0.7, dict(work=STORED, traffic=WEB, common=TABLE, architectures=behind(REST, "fn", dict(FUNCTION, max_age_h=0)))),
    "a few environments": (0, dict(work=STORED, traffic=WEB, common=TABLE, architectures=behind(REST, "fn", FUNCTION))),
    "a full table": (0.5, dict(work=STORED, traffic=WEB, common=table(capacity="provisioned", rcu=2, wcu=1),
                               architectures=behind(HTTP, "fn", dict(FUNCTION, reserved_concurrency=4, max_age_h=0)))),
    "a table that grows": (0, dict(work=STORED, common=table(start_rru_per_s=2, start_wru_per_s=2),
                                   traffic={"t": {"profile": {"stages": {"stages": [{"duration_h": 20, "per_s": 0.5}, {"duration_h": 3, "per_s": 9},
                                                                                    {"duration_h": 25, "per_s": 0.5}]}}, "mix": MIX}},
                                   architectures=behind(HTTP, "fn", FUNCTION))),
    "several sources": (0.7, dict(work={**STORED, **PURE}, common=TABLE, architectures=behind(ALB, "fn", FUNCTION), traffic={
        "one": {"profile": {"poisson": {"per_s": 1}}, "mix": MIX, "rtt_ms": 80}, "two": source({"constant": {"per_s": 0.5}}),
        "burst": source({"mmpp": {"states": [{"per_s": 0.1, "mean_s": 600}, {"per_s": 8, "mean_s": 60}]}}, rtt_ms=5)})),
    "provisioned": (0.5, dict(work=STORED, traffic=WEB, common=TABLE, architectures=behind(
        REST, "fn", dict(FUNCTION, max_age_h=0, provisioned_concurrency=2, provisioned_at_s=47883)))),
    "fixed tasks": (0.7, dict(work=STORED, traffic=WEB, common=TABLE, architectures=behind(ALB, "web", fleet(3, 3)))),
    "mixed works": (0.7, dict(work={**PURE, **STORED}, common=TABLE, architectures=behind(ALB, "web", fleet(1, 12)), traffic={
        "t": {"profile": {"poisson": {"per_s": 4}}, "mix": {"run": 0.6, "put": 0.4}}})),
    "at the same instants": (0, dict(work=PURE, architectures=behind(REST, "fn", dict(FUNCTION, max_age_h=0.2, reserved_concurrency=3)), traffic={
        "hours": source({"cron": {"every_s": 3600, "requests": 10, "jitter_ms": 0}}),
        "minutes": source({"cron": {"every_s": 60, "requests": 2, "jitter_ms": 0}})})),
    "least outstanding": (0.7, dict(work=STORED, traffic=WEB, common=TABLE,
                                    architectures=behind(ALB, "web", fleet(2, 2, routing="least_outstanding")))),
    "tasks that scale": (0.5, dict(work=STORED, common=TABLE, architectures=behind(ALB, "web", fleet(1, 20)), traffic={
        "t": {"profile": {"diurnal": {"per_s": 15, "peak_to_mean": 3}}, "mix": MIX, "rtt_ms": 30}})),
    "machines": (0.5, dict(work=STORED, traffic=WEB, common=TABLE, architectures=behind(ALB, "web", {
        "type": "fleet", "on": "ec2", "instance": "m6i.large", "instances": {"min": 2, "max": 6, "target_cpu_frac": 0.1}}))),
    "calls": (0.5, dict(common=TABLE, work={
        **STORED, "front": {"steps": [{"cpu_ms": {"lognormal": {"p50": 4, "p99": 20}}},
                                      {"parallel": [[{"call": "get"}], [{"call": "put"}], [{"wait_ms": 30}]]}]}},
        traffic={"t": {"profile": {"poisson": {"per_s": 1}}, "mix": {"front": 1}},
                 "jobs": {"profile": {"cron": {"every_s": 300, "requests": 12, "jitter_ms": 900}}, "mix": {"get": 1}}},
        architectures={"a": {"entry": "in", "services": {
            "in": {"type": "alb", "to": {"front": "web", "*": "fn"}}, "web": fleet(2, 3),
            "fn": dict(FUNCTION, max_age_h=0, runs=["get"]), "fn2": dict(FUNCTION, max_age_h=0, runs=["put"])}}})),
    "time-outs": (0.5, dict(common=table(capacity="provisioned", rcu=1, wcu=1), work=STORED, traffic=WEB,
                            architectures=behind(dict(REST, timeout_s=1), "fn", dict(FUNCTION, max_age_h=0, timeout_s=1)))),
    "overload": (0, dict(work=PURE, traffic={"t": source({"poisson": {"per_s": 30}})}, warmup_h=0,
                         architectures={"a": {"entry": "web", "services": {"web": fleet(2, 2, backlog=100000)}}})),
    "users who wait": (None, dict(work=PURE, traffic={"t": source({"closed": {"users": 5, "think_ms": 9000}})},
                                  architectures={"a": {"entry": "fn", "services": {"fn": FUNCTION}}})),
    "01-user-api": (0.7, ["/horizon_h=96"]),
    "02-campaign": (0.7, []),
    "04-replay": (0.5, []),
    "05-functions": (0.3, []),
}


def run(program, path, slices, sets):
    """The records and how many of how many seams met."""
    options = [o for s in ["/replications=1", *sets] for o in ("--set", s)]
    done = subprocess.run([program, "run", path, "--records", "-", "--slices", str(slices), "--jobs", "2", *options],
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=600)
    if done.returncode != 0 or len(done.stdout) < 1000:
        raise SystemExit(f"{path}: exit {done.returncode}, {done.stderr.decode()[:500]}")
    said = re.search(r"met at (\d+) of (\d+) seams", done.stderr.decode())
    return done.stdout, (int(said[1]), int(said[2])) if said else None


def check(program, folder, name, least, what):
    path, sets = os.path.join(TOP, "scenarios", name + ".json"), what
    if isinstance(what, dict):
        path, sets = os.path.join(folder, "s.json"), []
        with open(path, "w") as f:
            json.dump({"title": name, "book": "aws-us-east-1", "horizon_h": 48.5, "seed": 3, **what}, f)
    whole, _ = run(program, path, 1, sets)
    line, good = [], True
    for n in SLICES:
        records, (met, seams) = run(program, path, n, sets)
        good &= records == whole and (seams == 0) == (least is None) and (least is None or n == 2 or met >= least * seams)
        line.append(f"{n}: {'same' if records == whole else 'DIFFERS'}, {met} of {seams} seams met")
    print(f"{name:20} {'; '.join(line)}{'' if good else '   WRONG'}", flush=True)
    return good


def main():
    program = os.path.abspath(sys.argv[1])
    names = sys.argv[2:] or list(CASES)
    with tempfile.TemporaryDirectory() as folder:
        results = [check(program, folder, name, *CASES[name]) for name in names]
    print(f"{len(results)} scenarios, {results.count(False)} wrong")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
