# SPDX-License-Identifier: GPL-3.0-or-later
"""theory.py SIMCOST [TEST...]: simulated queues against their closed forms. Run in the root of the sources.

A point is run with many seeds, each an ordinary run with its 95 % interval from replications. As many
intervals cover the formula as a binomial count allows, the mean over the seeds lies within 3 standard
errors of it, and the median half-width is 1 % at the most. So that no point passes by being vague, the
same data must refuse the formula when it is 1 % off, either way.

20 seeds; with SC_FULL=1 in the environment 200.
"""
import json
import math
import os
import statistics
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

SIMCOST = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
FULL = os.environ.get("SC_FULL") == "1"
SEEDS = 200 if FULL else 20
# intervals that cover: 0.95 each, 0.3 % of a fair simulator's points fall outside on either side
COVER = (181, 197) if FULL else (15, 20)
CORES = len(os.sched_getaffinity(0))
REPLICATIONS = 32
HOUR_S = 3600


# ---- closed forms ----

def erlang_b(servers, load):
    """Share of calls lost by M/G/c/c: Erlang 1917; its recursion in c."""
    b = 1.0
    for n in range(1, servers + 1):
        b = load * b / (n + load * b)
    return b


def erlang_c(servers, load):
    """Share of calls that wait in M/M/c: Erlang 1917, by way of B (Cooper, Introduction to Queueing Theory, 3.8)."""
    b = erlang_b(servers, load)
    return servers * b / (servers - load * (1 - b))


def mmc_wait_s(servers, per_s, service_s):
    return erlang_c(servers, per_s * service_s) / (servers / service_s - per_s)


def mg1_wait_s(per_s, service_s, cv):
    """Mean wait of M/G/1: Pollaczek 1930, Khinchine 1932."""
    load = per_s * service_s
    return load * service_s * (1 + cv * cv) / (2 * (1 - load))


def mmck(servers, room, per_s, service_s):
    """Finite queue M/M/c/K (Gross and Harris, Fundamentals of Queueing Theory, 2.5): the share of calls refused, the mean
    wait of the others."""
    load = per_s * service_s
    p = [1.0]
    for n in range(1, room + 1):
        p.append(p[-1] * load / min(n, servers))
    total = sum(p)
    refused = p[room] / total
    waiting = sum((n - servers) * p[n] for n in range(servers + 1, room + 1)) / total
    return refused, waiting / (per_s * (1 - refused))


# ---- running ----

def at(document, path):
    for key in path.split("/"):
        document = document[key]
    return document


def simulate(file, sets, *options):
    args = [SIMCOST, os.path.join(HERE, file), "--jobs", "1", *options]
    for pointer, value in sets.items():
        args += ["--set", f"{pointer}={json.dumps(value)}"]
    done = subprocess.run(args, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, (args, done.stderr)
    return done.stdout


def result(file, sets, *options):
    return json.loads(simulate(file, sets, "--json", *options))["architectures"]


def records(file, sets):
    """The raw integers of each trial: meters and counters as numbers."""
    lines = [json.loads(line) for line in simulate(file, sets, "--records", "-").splitlines()[1:]]
    return [{**line["counters"], **{k: int(v) for k, v in line["meters"].items() if isinstance(v, str)}} for line in lines]


def fits(runs, value):
    """What speaks against `value` being what the runs estimate, or None."""
    covered = sum(r["lo"] <= value <= r["hi"] for r in runs)
    means = [r["mean"] for r in runs]
    off = (statistics.fmean(means) - value) / (statistics.stdev(means) / math.sqrt(len(means)))
    if not COVER[0] <= covered <= COVER[1]:
        return f"{covered} of {len(runs)} intervals cover; {COVER[0]} to {COVER[1]} are wanted"
    return f"the mean lies {off:.1f} standard errors off" if abs(off) > 3 else None


def check(name, runs, value):
    """One line for the table, and the errors."""
    means = [r["mean"] for r in runs]
    covered = sum(r["lo"] <= value <= r["hi"] for r in runs)
    mean, error = statistics.fmean(means), statistics.stdev(means) / math.sqrt(len(means))
    half = statistics.median((r["hi"] - r["lo"]) / 2 / value for r in runs)
    print(f"{name:44} {value:12.6g} {mean:12.6g} {(mean - value) / error:+5.1f} {covered:4}/{len(runs)} {half:6.2%}", flush=True)
    wrong = [fits(runs, value)]
    if half > 0.01:
        wrong.append(f"the median half-width is {half:.2%}; 1 % is the most")
    wrong += [f"a formula {f - 1:+.0%} off would pass" for f in (0.99, 1.01) if fits(runs, value * f) is None]
    return [f"{name}: {w}" for w in wrong if w]


def points(list_of_points):
    """Each (file, sets, [(name, path, value)]) over all seeds."""
    wrong = []
    with ThreadPoolExecutor(CORES) as pool:
        # a point's seeds are its own: equal ones would give all points the same arrivals, and one bad one would spoil them all
        jobs = [[pool.submit(result, file, {**sets, "/seed": zlib.crc32(checks[0][0].encode()) + i}) for i in range(SEEDS)]
                for file, sets, checks in list_of_points]
        for (_, sets, checks), job in zip(list_of_points, jobs):
            runs = [j.result() for j in job]
            for name, path, value in checks:
                wrong += check(name, [at(r, path) for r in runs], value)
    assert not wrong, "\n".join(wrong)


def horizon_h(requests, per_s):
    return requests / REPLICATIONS / per_s / HOUR_S


def queue(servers, per_s, requests, wait, warmup_s, backlog=None):
    """Sets of queue.json. The warm-up is some 20 relaxation times, so that nothing is left of the empty start."""
    node = "/architectures/queue/services/servers"
    sets = {"/traffic/web/profile/poisson/per_s": per_s, "/work/serve/steps/0/wait_ms": wait,
            f"{node}/tasks": {"min": servers, "max": servers}, "/horizon_h": horizon_h(requests, per_s),
            "/warmup_h": warmup_s / HOUR_S, "/replications": REPLICATIONS}
    return {**sets, f"{node}/backlog": backlog} if backlog is not None else sets


def loss(limit, per_s, requests, steps):
    return {"/traffic/web/profile/poisson/per_s": per_s, "/work/serve/steps": steps, "/replications": REPLICATIONS,
            "/architectures/loss/services/fn/reserved_concurrency": limit, "/horizon_h": horizon_h(requests, per_s)}


def exponential(mean_s):
    return {"exponential": {"mean": mean_s * 1000}}


# ---- tests ----

def test_mm1():
    points([("queue.json", queue(1, rho, requests, exponential(1), 20 / (1 - math.sqrt(rho)) ** 2),
             [(f"M/M/1, load {rho}: mean time there, ms", "queue/latency_ms/mean", 1000 / (1 - rho))])
            for rho, requests in ((0.4, 260e3), (0.6, 900e3), (0.75, 2.7e6))])


def test_md1():
    points([("queue.json", queue(1, rho, requests, 1000, 1000),
             [(f"M/D/1, load {rho}: mean wait, ms", "queue/nodes/servers/queue_ms/mean", 1000 * mg1_wait_s(rho, 1, 0))])
            for rho, requests in ((0.5, 610e3), (0.7, 1.45e6), (0.8, 2.9e6))])


def test_mmc():
    points([("queue.json", queue(c, c * rho, requests, exponential(1), 1000),
             [(f"M/M/{c}, load {rho}: mean time there, ms", "queue/latency_ms/mean", 1000 + 1000 * mmc_wait_s(c, c * rho, 1))])
            for c, rho, requests in ((2, 0.7, 1.3e6), (4, 0.8, 2.1e6), (16, 0.85, 1.1e6))])


# Two exponentials with equal shares of the load; squared coefficient of variation 4.
H2_SHARE = (1 - math.sqrt(3 / 5)) / 2


def hyperexponential(mean_s):
    return [{"choice": [{"frac": share, "steps": [{"wait_ms": exponential(mean_s / 2 / share)}]}
                        for share in (H2_SHARE, 1 - H2_SHARE)]}]


def test_erlang_b():
    """Three points of SimFaaS's published runs, then other distributions of the same mean: the loss does not see them."""
    cases = [("exponential", 10, 5, 2, 0.214582, 560e3, [{"wait_ms": exponential(2)}]),
             ("exponential", 12, 5, 2, 0.119739, 1.45e6, [{"wait_ms": exponential(2)}]),
             ("exponential", 10, 9, 1, 0.167963, 830e3, [{"wait_ms": exponential(1)}]),
             ("constant", 10, 5, 2, 0.214582, 300e3, [{"wait_ms": 2000}]),
             ("lognormal", 10, 5, 2, 0.214582, 1.35e6, [{"wait_ms": {"lognormal": {"mean": 2000, "cv": 2}}}]),
             ("hyperexponential", 10, 5, 2, 0.214582, 1.4e6, hyperexponential(2))]
    list_of_points = []
    for kind, servers, per_s, service_s, published, requests, steps in cases:
        lost = erlang_b(servers, per_s * service_s)
        assert abs(lost - published) < 5e-7, (lost, published)
        name = f"Erlang B({servers}, {per_s * service_s}), {kind}: share lost"
        list_of_points.append(("loss.json", loss(servers, per_s, requests, steps), [(name, "loss/throttled_frac", lost)]))
    points(list_of_points)


def test_mginf():
    """M/G/inf: the mean number there is the load, whatever the service (Takacs 1962)."""
    cases = [("exponential", 5, 2, [{"wait_ms": exponential(2)}]), ("constant", 40, 0.35, [{"wait_ms": 350}]),
             ("lognormal", 12, 1.5, [{"wait_ms": {"lognormal": {"mean": 1500, "cv": 2}}}])]
    points([("loss.json", loss(-1, per_s, 300e3 if kind == "lognormal" else 150e3, steps),
             [(f"M/G/inf, {kind}: mean number there", "loss/mean_concurrency", per_s * service_s)])
            for kind, per_s, service_s, steps in cases])


def test_finite():
    """The finite queue M/M/c/K, below capacity and beyond it; beyond it a loss system too (overload.json)."""
    below, beyond, lost = mmck(2, 5, 1.8, 1), mmck(10, 30, 14, 1), erlang_b(10, 14)
    points([("queue.json", queue(2, 1.8, 1.05e6, exponential(1), 1000, backlog=3),
             [("M/M/2/5, load 0.9: share refused", "queue/throttled_frac", below[0]),
              ("M/M/2/5, load 0.9: mean wait, ms", "queue/nodes/servers/queue_ms/mean", 1000 * below[1])]),
            ("overload.json", {},
             [("M/M/10/30, load 1.4: share refused", "fleet/throttled_frac", beyond[0]),
              ("M/M/10/30, load 1.4: mean wait, ms", "fleet/nodes/servers/queue_ms/mean", 1000 * beyond[1]),
              ("Erlang B(10, 14), reserved: share lost", "function/throttled_frac", lost)])])


OUTCOMES = ("completed", "throttled", "failed", "timed_out", "unfinished")


def test_overload():
    """Overload is a result: said, and every request accounted for."""
    for name, a in result("overload.json", {}).items():
        assert a["saturated"] is True, f"{name} is not saturated"
        shares = ", ".join(f"{o} {a[o]['mean'] / a['requests']['mean']:.2%}" for o in OUTCOMES)
        print(f"overload, {name}: saturated; {shares}", flush=True)
    trials = records("overload.json", {})
    for t in trials:
        assert t["requests"] == sum(t[o] for o in OUTCOMES) > 0, t
    growing = [t for t in trials if t["unfinished"] > 0]
    assert len(growing) == REPLICATIONS and all(t["throttled"] == 0 for t in growing)
    grown = statistics.fmean(t["servers/queue_at_end"] - t["servers/queue_at_start"] for t in growing)
    assert abs(grown / ((14 - 10) * HOUR_S) - 1) < 0.02, grown


FLEET, FUNCTION = "/architectures/queue/services/servers", "/architectures/loss/services/fn"
MIXED = [{"cpu_ms": {"lognormal": {"mean": 37.9, "cv": 1.3}}}, *hyperexponential(0.31), {"cpu_ms": 11.7}]
BRANCHES = [{"parallel": [[{"wait_ms": exponential(0.41)}], [{"cpu_ms": 23.9}, {"wait_ms": 113}]]}, *MIXED]


def test_little():
    """Little's law, to the nanosecond: once all have left, the number there, integrated over time, is the sum of their times."""
    drained = {"/traffic/web/profile": {"stages": [{"duration_s": 2700, "from_per_s": 0.1, "to_per_s": 9.3},
                                                   {"duration_s": 1800, "per_s": 0}]},
               "/horizon_h": 1.25, "/warmup_h": 0, "/replications": 4}
    servers, fn = ("servers/in_system_ns", "servers/sojourn_ns"), ("fn/inflight_ns", "fn/busy_ns")
    cold = {f"{FUNCTION}/init_ms": exponential(0.47), f"{FUNCTION}/keep_alive_s": 7.3, f"{FUNCTION}/reserved_concurrency": -1}
    cases = [("a queue", "queue.json", {f"{FLEET}/tasks": {"min": 7}}, servers),
             ("a short queue", "queue.json", {f"{FLEET}/tasks": {"min": 5}, f"{FLEET}/backlog": 11}, servers),
             ("shared CPU", "queue.json", {f"{FLEET}/tasks": {"min": 3}, f"{FLEET}/workers": 4,
                                        "/work/serve/steps": MIXED}, servers),
             ("branches", "queue.json", {f"{FLEET}/tasks": {"min": 9}, f"{FLEET}/workers": 3,
                                        "/work/serve/steps": BRANCHES}, servers),
             ("autoscaling", "queue.json", {f"{FLEET}/tasks": {"min": 1, "max": 9, "target_requests_per_task": 90},
                                            f"{FLEET}/workers": 2, "/work/serve/steps": MIXED}, servers),
             ("a function", "loss.json", {f"{FUNCTION}/reserved_concurrency": 6}, fn),
             ("cold starts", "loss.json", cold, fn),
             ("time-outs", "loss.json", {**cold, f"{FUNCTION}/timeout_s": 1.7}, fn),
             ("a function's branches", "loss.json", {**cold, "/work/serve/steps": BRANCHES}, fn)]
    for name, file, sets, (area, times) in cases:
        for t in records(file, {**drained, **sets}):
            assert t["requests"] > 10000 and t["unfinished"] == 0, (name, t)
            assert t[area] == t[times] > 0, f"{name}: {area} {t[area]}, {times} {t[times]}"
        print(f"Little's law, {name}: {t[area]} ns = {t[times]} ns", flush=True)


def remainder(warm_s, cold_s):
    """What a warm time lacks to be a cold one, both exponential: nothing with probability warm / cold, else a cold time
    (the quotient of their Laplace transforms). As quantiles, in steps of a twentieth of the mean."""
    nothing = warm_s / cold_s
    steps = [k / 20 for k in range(200)]
    return {"quantiles": [[0, 0], *([1 - (1 - nothing) * math.exp(-x), 1000 * cold_s * x] for x in steps), [1, 1e4 * cold_s]]}


def simfaas(per_s, warm_s, cold_s, keep_alive_s):
    """The peer draws a cold request's time from a distribution of its own; here it is init and handler. Their sum must have
    that distribution, not only its mean: right after a cold start all are busy, and whether the next request starts cold
    too depends on how soon the new one ends."""
    return {"/traffic/web/profile/poisson/per_s": per_s, "/work/serve/steps/0/wait_ms": exponential(warm_s),
            f"{FUNCTION}/reserved_concurrency": -1, f"{FUNCTION}/init_ms": remainder(warm_s, cold_s),
            f"{FUNCTION}/reuse": "newest_created", f"{FUNCTION}/keep_alive_s": keep_alive_s}


def test_simfaas():
    """The example of SimFaaS's README at 10 million requests."""
    replications, horizon_s = 8, 10e6 / 8 / 0.9
    sets = {**simfaas(0.9, 1.991, 2.244, 600), "/replications": replications, "/horizon_h": horizon_s / HOUR_S, "/warmup_h": 1}
    trials = records("loss.json", sets)
    total = {k: sum(t[k] for t in trials) for k in ("requests", "fn/cold_starts", "fn/alive_ns", "fn/inflight_ns")}
    assert abs(total["requests"] / 10e6 - 1) < 1e-3
    whole_ns = replications * horizon_s * 1e9
    for name, value, peer, most in (("share of cold starts", total["fn/cold_starts"] / total["requests"], 0.001353, 0.03),
                                    ("servers", total["fn/alive_ns"] / whole_ns, 7.704, 0.005),
                                    ("running", total["fn/inflight_ns"] / whole_ns, 1.7922, 0.002)):
        print(f"SimFaaS README: {name} {value:.6g}, peer {peer}: {value / peer - 1:+.2%} of {most:.1%}", flush=True)
        assert abs(value / peer - 1) < most, (name, value, peer)


def test_keep_alive():
    """SimFaaS's sweep of the keep-alive, each a run of 100,000 s that starts empty."""
    replications = 20 if FULL else 4
    for keep_alive_s, peer in ((10, 0.023818), (60, 0.003666), (600, 0.000338), (1200, 0.000149), (1800, 0.000137)):
        sets = {**simfaas(10, 2.016, 2.163, keep_alive_s), "/replications": replications, "/horizon_h": 1e5 / HOUR_S,
                "/warmup_h": 0}
        trials = records("loss.json", sets)
        requests, cold = (statistics.fmean(t[k] for t in trials) for k in ("requests", "fn/cold_starts"))
        off = (cold - peer * requests) / math.sqrt(peer * (1 - peer) * requests)
        print(f"SimFaaS keep-alive {keep_alive_s} s: {cold:.1f} cold starts, peer {peer * requests:.1f}: {off:+.1f} errors",
              flush=True)
        assert abs(off) < 3.5, (keep_alive_s, cold, peer * requests)


def main():
    tests = {name[5:]: f for name, f in globals().items() if name.startswith("test_")}
    failed = 0
    for name in sys.argv[2:] or tests:
        try:
            tests[name]()
        except AssertionError as e:
            failed += 1
            print(f"{name}: FAILED\n{e}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
