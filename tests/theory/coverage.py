# SPDX-License-Identifier: GPL-3.0-or-later
"""coverage.py SIMCOST [SCENARIO...]: what a precision is worth. Run in the root of the sources.

Each scenario is run by sample with many seeds, and exactly, all of its horizon, with as many others; the mean of the
exact runs is taken for the truth. The 95 % intervals of the sampled runs must cover it as often as a binomial count
allows, for cost, p50, p99 and the share of cold starts, and those of cost and p99 must not be wider than asked for.

No precision of p50 is asked for. Its interval can be narrower than a bucket of the histogram, which is 0.2 to 0.4 % wide
and all that is known of where a quantile lies, so half of the narrowest bucket is allowed on either side.

Where the rate itself is random, a week's requests differ by several per cent, and the mean cost of 24 weeks is not known as
closely as a sampled run tells it: it is brought to the expected number of requests by the regression of cost on requests.

24 seeds; with SC_FULL=1 in the environment 100.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SIMCOST = os.path.abspath(sys.argv[1])
FULL = os.environ.get("SC_FULL") == "1"
SEEDS = int(os.environ.get("SC_SEEDS", 100 if FULL else 24))
COVER = 87 if FULL else 20  # 0.95 each: 0.1 % of fair ones have fewer of 100, 0.6 % fewer of 24
HALF_BUCKET = 0.001
COST, P99 = 0.02, 0.05
CORES = len(os.sched_getaffinity(0))

WORK = {"w": {"steps": [{"cpu_ms": {"lognormal": {"p50": 20, "p99": 80}}}]}}
FUNCTION = {"entry": "f", "services": {"f": {"type": "lambda", "memory_mb": 1769}}}
NARROW = {"entry": "f", "services": {"f": {"type": "lambda", "memory_mb": 1769, "reserved_concurrency": 2}}}
FLEET = {"entry": "lb", "services": {"lb": {"type": "alb", "to": "w"},
                                     "w": {"type": "fleet", "task": {"vcpu": 0.25, "memory_mb": 512},
                                           "tasks": {"min": 1, "max": 20}}}}
SPIKE = [{"duration_h": 30, "per_s": 2}, {"duration_s": 600, "per_s": 100}, {"duration_h": 20, "per_s": 2}]
BURSTS = [{"per_s": 2, "mean_s": 300}, {"per_s": 30, "mean_s": 60}]
EXPECTED = {"bursty": 168 * 3600 * (2 * 300 + 30 * 60) / (300 + 60)}  # requests
# name: profile, architecture, hours (None: the profile ends by itself); a week stands for a month
SCENARIOS = {
    "steady": ({"poisson": {"per_s": 5}}, FUNCTION, 168),
    "diurnal": ({"diurnal": {"per_s": 5, "peak_to_mean": 3}}, FUNCTION, 168),
    "spike": ({"stages": {"stages": SPIKE}}, FUNCTION, None),
    "bursty": ({"mmpp": {"states": BURSTS}}, FUNCTION, 168),
    "throttled": ({"poisson": {"per_s": 20}}, NARROW, 48),
    "autoscaled": ({"diurnal": {"per_s": 20, "peak_to_mean": 3}}, FLEET, 168),
}


def write(folder, name):
    profile, architecture, hours = SCENARIOS[name]
    document = {"title": name, "free": "none", "work": WORK, "traffic": {"t": {"profile": profile}},
                "architectures": {"a": architecture}, **({"horizon_h": hours} if hours else {})}
    path = os.path.join(folder, name + ".json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(document, f)
    return path


def run(path, seed, *options):
    done = subprocess.run([SIMCOST, path, "--json", "--quiet", "--jobs", "1", "--seed", str(seed), *options],
                          capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def figures(report):
    a = report["architectures"]["a"]
    return {"cost": a["cost_usd_per_month"], "p50": a["latency_ms"]["p50"], "p99": a["latency_ms"]["p99"],
            "cold": a["cold_start_frac"]}


def truth_of(name, figure, exact, truths):
    values = [e[figure]["mean"] for e in exact]
    if figure != "cost" or name not in EXPECTED:
        return statistics.fmean(values)
    requests = [t["architectures"]["a"]["requests"]["mean"] for t in truths]
    fit = statistics.linear_regression(requests, values)
    return fit.intercept + fit.slope * EXPECTED[name]


def check(name, reports, truths):
    """One line a figure for the table, and the errors."""
    truths = list(truths)
    exact, sampled = [figures(r) for r in truths], [figures(r) for r in reports]
    for report in reports:
        if not report.get("sample", "").startswith("sampled") or "not reached" in report["sample"]:
            yield f"{name}: seed {report['seed']}: {report.get('sample')}"
    for figure, asked in (("cost", COST), ("p50", None), ("p99", P99), ("cold", None)):
        truth = truth_of(name, figure, exact, truths)
        if truth == 0:  # a fleet has no cold starts
            continue
        slack = HALF_BUCKET * truth if figure == "p50" else 0
        runs = [s[figure] for s in sampled]
        covered = sum(r["lo"] - slack <= truth <= r["hi"] + slack for r in runs)
        half = [(r["hi"] - r["mean"]) / (r["mean"] or truth) for r in runs]
        off = statistics.fmean(r["mean"] for r in runs) / truth - 1
        print(f"{name:12} {figure:5} {truth:11.6g} {off:+7.2%} {covered:4}/{len(runs)} {statistics.median(half):6.2%}"
              f" {max(half):6.2%}", flush=True)
        if covered < COVER:
            yield f"{name}: {figure}: {covered} of {len(runs)} intervals cover; {COVER} are wanted"
        if asked and max(half) > asked * 1.000001:
            yield f"{name}: {figure}: a half-width of {max(half):.3%}; {asked:.0%} was asked for"


def main():
    wrong = []
    asked = "--precision=" + json.dumps({"cost_frac": COST, "p99_frac": P99})
    print("scenario     figure     truth     off covered median widest")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(CORES) as pool:
        for name in sys.argv[2:] or SCENARIOS:
            path = write(folder, name)
            truths = pool.map(lambda seed: run(path, 1000 + seed, "--replications=1", "--precision=exact"), range(SEEDS))
            reports = pool.map(lambda seed: run(path, seed, asked), range(SEEDS))
            wrong += check(name, list(reports), list(truths))
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)


main()
