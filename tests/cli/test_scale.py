# SPDX-License-Identifier: GPL-3.0-or-later
"""test_scale.py SIMCOST [TEST...]: scenarios of many functions, keys and requests: time and memory stay in proportion."""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

SIMCOST = os.path.abspath(sys.argv[1])
SANITIZED = bool(os.environ.get("SC_SANITIZED"))  # a sanitizer takes several times the memory and time
MANY = 2000 if SANITIZED else 50000
OUTCOMES = ("completed", "throttled", "failed", "timed_out", "unfinished")


def write(folder, name, scenario):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(scenario, f)
    return path


# A process begins with the peak of the one that made it, so a small one comes between.
BETWEEN = """import os, sys
pid = os.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
with open(sys.argv[1], "w") as f:
    f.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def run(*args, wanted=0):
    """The output, the errors, seconds of CPU and MB at the peak of this process."""
    with tempfile.NamedTemporaryFile(mode="r") as used:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", BETWEEN, used.name, SIMCOST, *args], stdin=subprocess.DEVNULL,
                              capture_output=True, encoding="utf-8", timeout=600)
        cpu_s, mb = map(float, used.read().split())
    assert done.returncode == wanted, (args, done.returncode, done.stderr[:500])
    return done.stdout, done.stderr, cpu_s, mb


def check_sums(a):
    assert a["requests"]["mean"] == sum(a[name]["mean"] for name in OUTCOMES), a["requests"]


def scenario(works, traffic, services, entry, **more):
    return {"title": "many", "warmup_h": 0, "replications": 1, "work": works, "traffic": {"t": traffic},
            "architectures": {"a": {"entry": entry, "account": {"concurrency": 1000000}, "services": services}}, **more}


def keyed(folder, keys, minutes):
    with open(os.path.join(folder, "keys.csv"), "w", encoding="utf-8") as f:
        f.write("timestamp_s,requests,key\n")
        for k in range(keys):
            for m in range(k % 5, minutes, 5):
                f.write(f"{m * 60},{1 + (k + m) % 3},f{k}\n")
    counts = {"timestamp_s": "timestamp_s", "requests": "requests", "key": "key"}
    return scenario({"w": {"steps": [{"cpu_ms": 5}]}}, {"profile": {"trace": {"file": "keys.csv", "counts": counts}}},
                    {"fn": {"type": "lambda", "per": "key"}}, "fn")


def functions(n, **more):
    """A function for each work, behind a balancer."""
    works = {f"w{i}": {"steps": [{"cpu_ms": 5}]} for i in range(n)}
    services = {f"f{i}": {"type": "lambda", "memory_mb": 256, "runs": [f"w{i}"]} for i in range(n)}
    services["lb"] = {"type": "alb", "to": {f"w{i}": f"f{i}" for i in range(n)}}
    traffic = {"profile": {"poisson": {"per_s": 50}}, "mix": {f"w{i}": 1 / n for i in range(n)}}
    return scenario(works, traffic, services, "lb", horizon_h=1, **more)


def test_keys(folder):
    """A pool for each of 50,000 keys of a trace: under 1 GB, every key has its requests, and a longer trace takes no more."""
    peaks = []
    for minutes in (20, 40):
        path = write(folder, "keys.json", keyed(folder, MANY, minutes))
        text, _, cpu_s, mb = run(path, "--json")
        a = json.loads(text)["architectures"]["a"]
        wanted = {f"f{k}": sum(1 + (k + m) % 3 for m in range(k % 5, minutes, 5)) for k in range(MANY)}
        assert a["requests"]["mean"] == sum(wanted.values())
        check_sums(a)
        records, *_ = run(path, "--records", "-")
        counters = json.loads(records.splitlines()[1])["counters"]
        for key, n in wanted.items():
            assert counters[f"fn/{key}/requests"] == n, (key, counters[f"fn/{key}/requests"], n)
        print(f"{MANY} keys, {sum(wanted.values())} requests: {cpu_s:.2f} s of CPU, {mb:.0f} MB")
        peaks.append(mb)
    # the counts that were read stay, 24 bytes each and as many while they are put in order; nothing else
    grown = MANY * 20 / 5 * 24 * 2 / 2**20
    assert SANITIZED or (peaks[1] < 200 and peaks[1] - peaks[0] < 2 * grown), peaks


def test_functions(folder):
    """50,000 functions in one architecture: under 1 GB, and loading takes ten times what it takes for 5,000, not a hundred."""
    took = []
    for n in (MANY // 10, MANY):
        path = write(folder, "functions.json", functions(n))
        text, _, cpu_s, mb = run(path, "--json")
        a = json.loads(text)["architectures"]["a"]
        check_sums(a)
        nodes = a["nodes"]
        assert len(nodes) >= n + 1 and sum(nodes[f"f{i}"]["requests"]["mean"] for i in range(n)) == a["requests"]["mean"]
        print(f"{n} functions: {cpu_s:.2f} s of CPU, {mb:.0f} MB, {len(text) / 1e6:.0f} MB of JSON")
        took.append(cpu_s)
        assert SANITIZED or mb < 1000, mb
    assert took[1] < 40 * max(took[0], 0.05), took


def test_flat(folder):
    """Twice the requests take no more memory."""
    path = write(folder, "one.json", scenario({"w": {"steps": [{"cpu_ms": {"lognormal": {"p50": 5, "p99": 50}}}]}},
                                              {"profile": {"poisson": {"per_s": 2000}}},
                                              {"fn": {"type": "lambda", "memory_mb": 1769}}, "fn"))
    peaks = [run(path, "--json", "--set", f"/horizon_h={h}")[3] for h in (0.1, 0.2, 0.4)]
    print("0.1, 0.2, 0.4 h: " + ", ".join(f"{mb:.1f}" for mb in peaks) + " MB")
    assert SANITIZED or peaks[2] - peaks[0] < 1, peaks


def refused(folder, wanted, given):
    began = time.monotonic()
    _, said, *_ = run("validate", write(folder, "s.json", given), wanted=3)
    assert wanted in said and said.count("\n") == 1, said[:500]
    assert time.monotonic() - began < 60


def test_limits(folder):
    """What 16 bits cannot number, and chains that are too long to follow, are refused in one line."""
    one = {"steps": [{"cpu_ms": 1}]}
    web = {"profile": {"constant": {"per_s": 1}}}
    many = {f"f{i}": {"type": "lambda"} for i in range(60001)}
    refused(folder, "60001 services are more than 60000", scenario({"w": one}, web, many, "f0"))
    refused(folder, "60001 works are more than 60000", scenario({f"w{i}": one for i in range(60001)}, web, {}, "f"))
    for names in (range(1000), range(1000, 0, -1)):  # each sends to the next, in the order of their names and against it
        names = [f"lb{i:04}" for i in names]
        chain = {a: {"type": "alb", "to": b} for a, b in zip(names, names[1:] + ["fn"])}
        refused(folder, "are more than 1000 services long", scenario({"w": one}, web, {**chain, "fn": {"type": "lambda"}}, names[0]))
        del chain[names[0]]
        text, *_ = run(write(folder, "s.json", scenario({"w": one}, web, {**chain, "fn": {"type": "lambda"}}, names[1])), "--json",
                       "--set", "/horizon_h=0.01")
        check_sums(json.loads(text)["architectures"]["a"])
    for names in (range(4097), range(4097, 0, -1)):
        names = [f"w{i:04}" for i in names]
        calls = {a: {"steps": [{"call": b}]} for a, b in zip(names, names[1:])}
        calls[names[-1]] = one
        fn = {"fn": {"type": "lambda", "runs": names}}
        refused(folder, "are more than 4096 deep", scenario(calls, {**web, "mix": {names[0]: 1}}, fn, "fn"))


def main():
    tests = {name[5:]: f for name, f in globals().items() if name.startswith("test_")}
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name in sys.argv[2:] or tests:
        with tempfile.TemporaryDirectory() as folder:
            tests[name](folder)


if __name__ == "__main__":
    main()
