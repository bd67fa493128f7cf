# SPDX-License-Identifier: GPL-3.0-or-later
"""test_cli.py SIMCOST [TEST...]: the command line as a user meets it. Run in the root of the sources."""
import csv
import glob
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time

SIMCOST = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


class Skip(Exception):
    pass


def run(*args, env=None, stdin=None):
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    return subprocess.run([SIMCOST, *args], capture_output=True, text=True, input=stdin, timeout=300,
                          env={**clean, **(env or {})})


def expect(result, code, stdout=None, stderr=None):
    assert result.returncode == code, (result.args, result.returncode, result.stdout[-500:], result.stderr[-500:])
    if stdout is not None:
        assert re.search(stdout, result.stdout), (stdout, result.stdout)
    if stderr is not None:
        assert re.search(stderr, result.stderr), (stderr, result.stderr)
    return result


def scenario(folder, name="api.json", **changes):
    document = json.loads(expect(run("init"), 0).stdout)
    document.update({"horizon_h": 1, "replications": 2, **changes})
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        json.dump(document, f)
    return path


def test_init_runs(folder):
    path = os.path.join(folder, "first.json")
    expect(run("init", "-o", path), 0, stdout="^$")
    expect(run("validate", path), 0, stdout="^" + re.escape(path) + ": ok\n$")
    text = expect(run(path), 0).stdout
    assert all(len(line) <= 80 for line in text.splitlines()), text
    assert " USD a month" in " ".join(text.splitlines()[:2]) and "USD/month" in text, text
    assert re.search(r"^book aws-us-east-1 of \d{4}-\d\d-\d\d, free: always, seed 1, 4 replications of 168 h$", text, re.M), text
    assert run("run", path).stdout == text
    once = expect(run(path, "--set", "/horizon_h=1"), 0).stdout
    assert " USD in 1 h" in " ".join(once.splitlines()[:2]) and "USD/month" not in once, once
    assert "Costs are those of the horizon" in once, once


def test_exit_codes(folder):
    path = scenario(folder)
    expect(run(path), 0)
    expect(run(), 2, stderr="which scenario")
    expect(run("runn", path), 2, stderr="unknown command runn; did you mean run\\?")
    expect(run("run"), 2, stderr="run wants SCENARIO\nusage: simcost run SCENARIO")
    expect(run(path, "--jason"), 2, stderr="unknown option --jason; did you mean --json\\?")
    expect(run(path, "-z"), 2, stderr="unknown option -z")
    expect(run(path, "--jobs"), 2, stderr="--jobs wants N")
    expect(run(path, "--jobs", "0"), 2, stderr="from 1 to 4096")
    expect(run(path, "--json=yes"), 2, stderr="--json takes no value")
    expect(run(path, "--color", "blue"), 2, stderr="auto\\|always\\|never")
    expect(run("models", "--json"), 2, stderr="models takes no --json")
    expect(run(path, path), 2, stderr="one argument too many")
    expect(run(path, "--set", "seed=7"), 2, stderr="/POINTER=VALUE is wanted")
    expect(run(path, "--hgrm", "nobody"), 2, stderr="--hgrm nobody: .*there are ")
    expect(run(os.path.join(folder, "none.json")), 3, stderr="none.json")
    expect(run(path, "--set", "/horizon_h=-1"), 3, stderr="/horizon_h: -1")
    expect(run(path, "--check", "--set", "/objective/p99_ms=10000"), 0)
    expect(run(path, "--check", "--set", "/objective/p99_ms=0.5"), 4, stdout="no architecture meets the objective")
    expect(run(path, "--set", "/objective/p99_ms=0.5"), 0)
    expect(run("help", "exit-codes"), 0, stdout="(?m)^0 .*\n1 .*\n2 .*\n3 .*\n4 .*\n130 or 143 ")


def test_help(folder):
    text = expect(run("--help"), 0).stdout
    for command in ("run", "validate", "explain", "models", "books", "schema", "init", "help", "completion"):
        assert re.search(rf"(?m)^  {command}\b", text), command
        expect(run(command, "--help"), 0, stdout=rf"^usage: simcost {command}\b")
        assert run("help", command).stdout == run(command, "--help").stdout
    assert all(len(line) <= 80 for line in text.splitlines())
    assert all(len(line) <= 80 for line in run("run", "--help").stdout.splitlines())
    expect(run("help", "setts"), 2, stderr="did you mean sets\\?")
    expect(run("--version"), 0, stdout=r"^simcost \d+\.\d+\.\d+ \(.*GSL [\d.]+.*\)\n$")


def options():
    text = "".join(run(c, "--help").stdout for c in ("run", "validate", "explain", "models", "books", "schema", "init"))
    return sorted(set(re.findall(r"(?m)^  (?:-., |    )--([a-z]+)", text)))


def test_man_page(folder):
    with open(os.path.join(TOP, "docs/simcost.1.scd")) as f:
        page = f.read()
    assert len(options()) > 10
    for option in options():
        assert "*--" + option + "*" in page, "--" + option + " is not in the man page"


def test_completion(folder):
    with open(os.path.join(TOP, "docs/completion/simcost.bash")) as f:
        assert f.read() == expect(run("completion"), 0).stdout, "run `simcost completion > docs/completion/simcost.bash`"


def test_json(folder):
    path = scenario(folder)
    document = json.loads(expect(run(path, "--json"), 0).stdout)
    keys = ["schema_version", "simcost", "scenario", "seed", "book", "free", "horizon_h", "month_scale"]
    assert list(document)[:8] == keys, list(document)
    assert document["schema_version"] == 1 and re.fullmatch("[0-9a-f]{64}", document["scenario"]["sha256"])
    assert list(document["architectures"]) == sorted(document["architectures"])
    for a in document["architectures"].values():
        for name in ("cost_usd_per_month", "cost_usd_per_million", "requests", "completed", "throttled", "failed",
                     "timed_out", "unfinished", "cold_starts", "cold_start_frac", "peak_concurrency", "mean_concurrency"):
            assert list(a[name]) == ["mean", "lo", "hi", "n"], name
        assert list(a["latency_ms"]) == ["mean", "p50", "p90", "p95", "p99", "p99_9", "max"]
        assert isinstance(a["saturated"], bool) and a["nodes"]
        total = sum(line["usd"] for line in a["bill"])
        assert abs(total - a["cost_usd_per_month"]["mean"]) < 1e-9 * total
        ended = sum(a[k]["mean"] for k in ("completed", "throttled", "failed", "timed_out", "unfinished"))
        assert abs(ended - a["requests"]["mean"]) < 1e-6
    assert set(document["verdict"]) == {"choice", "reasons"}
    assert all(list(r) == ["rule", "for", "evidence"] for r in document["verdict"]["reasons"])
    one = json.loads(run(path, "--json", "--replications", "1").stdout)
    for a in one["architectures"].values():
        assert a["cost_usd_per_month"]["lo"] is None and a["cost_usd_per_month"]["n"] == 1


def test_csv(folder):
    path = scenario(folder)
    rows = list(csv.DictReader(io.StringIO(expect(run(path, "--csv"), 0).stdout)))
    document = json.loads(run(path, "--json").stdout)
    assert [r["architecture"] for r in rows] == list(document["architectures"])
    for r in rows:
        a = document["architectures"][r["architecture"]]
        assert float(r["cost_usd_per_month/mean"]) == a["cost_usd_per_month"]["mean"]
        assert float(r["latency_ms/p99/hi"]) == a["latency_ms"]["p99"]["hi"]
        bill = dict(part.rsplit("=", 1) for part in r["bill"].split("; "))
        assert bill.keys() == {f"{line['node']} {line['item']}" for line in a["bill"]}, r["bill"]
        assert abs(sum(map(float, bill.values())) - a["cost_usd_per_month"]["mean"]) < 1e-6, r["bill"]
    expect(run(path, "--markdown"), 0, stdout=r"\A\| architecture \|.* next million, USD \| largest lines \|\n\|---\|")


def test_hgrm(folder):
    path = scenario(folder)
    text = expect(run(path, "--hgrm", "fn"), 0).stdout
    lines = text.splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"] and lines[1] == ""
    rows = [line.split() for line in lines[2:-3]]
    assert rows[0][1] == "0.000000000000" and rows[-1][1] == "1.000000000000" and rows[-1][3] == "inf"
    assert all(float(a[0]) <= float(b[0]) and float(a[1]) < float(b[1]) and int(a[2]) <= int(b[2])
               for a, b in zip(rows, rows[1:]))
    assert re.fullmatch(r"#\[Mean    = +[\d.]+, StdDeviation   = +[\d.]+\]", lines[-3])
    assert re.fullmatch(r"#\[Max     = +[\d.]+, Total count    = +" + rows[-1][2] + r"\]", lines[-2])
    expect(run(path, "--hgrm", "serverless"), 0)
    expect(run(path, "--hgrm", "latency"), 2, stderr="several architectures")


def test_jobs(folder):
    path = scenario(folder, replications=3)
    files = [os.path.join(folder, name) for name in ("one", "four")]
    outs = [expect(run(path, "--json", "--jobs", jobs, "--records", file), 0).stdout
            for jobs, file in zip("14", files)]
    assert outs[0] == outs[1]
    one, four = (open(file, "rb").read() for file in files)
    assert one == four
    lines = [json.loads(line) for line in one.decode().splitlines()]
    assert lines[0]["schema_version"] == 1 and lines[0]["sets"] == []
    keys = [(r["point"], r["architecture"], r["replication"], r["stratum"]) for r in lines[1:]]
    assert keys == sorted(keys) and len(keys) == 6
    assert list(lines[1]) == ["point", "architecture", "replication", "stratum", "meters", "histograms", "counters",
                              "series"]
    assert all(isinstance(m, (str, list)) for m in lines[1]["meters"].values())
    alone = expect(run(path, "--records", "-", "--jobs", "2"), 0).stdout
    assert alone == one.decode()


def test_precision(folder):
    """A week by sample: for any number of threads, priced again, refused with a reason."""
    slow = {"work": {"w": {"steps": [{"cpu_ms": {"lognormal": {"p50": 20, "p99": 80}}}]}},
            "traffic": {"t": {"profile": {"diurnal": {"per_s": 2}}}}, "replications": 8, "horizon_h": 168,
            "architectures": {"a": {"entry": "f", "services": {"f": {"type": "lambda", "memory_mb": 1769}}},
                              "b": {"entry": "w", "services": {"w": {"type": "fleet", "task": {"vcpu": 1, "memory_mb": 2048},
                                                                     "tasks": {"min": 2, "max": 2}}}}}}
    path = scenario(folder, precision={"cost_frac": 0.02, "p99_frac": 0.1}, **slow)
    one, two = (os.path.join(folder, name) for name in ("one", "two"))
    outs = [expect(run(path, "--json", "--jobs", jobs, "--records", file), 0).stdout for jobs, file in zip("12", (one, two))]
    assert outs[0] == outs[1] and open(one, "rb").read() == open(two, "rb").read()
    told = json.loads(outs[0])
    assert re.match(r"sampled: each replication simulates \d+ windows of 10 min, .* for cost to 2 % and p99 to 10 %$",
                    told["sample"]), told["sample"]
    assert told["replications"] >= 8
    for a in told["architectures"].values():
        for figure, asked in ((a["cost_usd_per_month"], 0.02), (a["latency_ms"]["p99"], 0.1)):
            assert 0 <= figure["hi"] - figure["mean"] <= asked * figure["mean"] * 1.000001, figure
    with open(one) as f:
        head = json.loads(f.readline())
    assert head["sample"] == told["sample"] and head["replications"] == told["replications"]
    for options in (["--json"], [], ["--markdown"]):
        assert expect(run("price", one, *options), 0).stdout == run(path, *options).stdout, options
    expect(run(path), 0, stdout="The horizon was sampled: ")
    # the option is the same as the key, and "exact" as none
    plain = scenario(folder, "plain.json", **slow)
    asked = ("--precision", '{"cost_frac": 0.02, "p99_frac": 0.1}')
    assert json.loads(run(plain, "--json", *asked).stdout)["architectures"] == told["architectures"]
    plain = scenario(folder, "plain.json", **{**slow, "horizon_h": 1, "replications": 2})
    exact = json.loads(expect(run(plain, "--json"), 0).stdout)
    assert "sample" not in exact and "sample" not in json.loads(run(plain, "--records", "-").stdout.splitlines()[0])
    again = json.loads(expect(run(plain, "--json", "--precision", "exact"), 0).stdout)
    assert {**exact, "scenario": 0} == {**again, "scenario": 0}
    expect(run(plain, "--precision", '{"cost_frac": 2}'), 3, stderr="/precision/cost_frac: 2 is above the maximum, 1")
    # what cannot be sampled, and what turns out not to
    short = json.loads(expect(run(plain, "--json", *asked), 0).stdout)
    assert short["sample"] == "simulated as a whole: the horizon is too short to be sampled", short["sample"]
    assert short["architectures"] == exact["architectures"] and short["replications"] == 2
    # losses do not carry over, a queue that grows does
    over = {**slow, "horizon_h": 6, "replications": 2, "traffic": {"t": {"profile": {"poisson": {"per_s": 120}}}}}
    lossy = json.loads(expect(run(scenario(folder, "lossy.json", **over), "--json", *asked), 0).stdout)
    assert lossy["sample"].startswith("sampled: ") and lossy["architectures"]["b"]["saturated"], lossy["sample"]
    over["architectures"] = {**slow["architectures"], "b": {"entry": "w", "services": {"w": {
        **slow["architectures"]["b"]["services"]["w"], "backlog": 100000000}}}}
    over = scenario(folder, "over.json", **over)
    full = json.loads(expect(run(over, "--json"), 0).stdout)["architectures"]
    assert full["b"]["saturated"]
    fallen = json.loads(expect(run(over, "--json", *asked), 0).stdout)
    assert fallen["sample"] == "simulated as a whole: a queue keeps growing, and a backlog carries over", fallen["sample"]
    assert fallen["architectures"] == full and fallen["replications"] == 2
    # overload is seen although another architecture, told before, is not narrow yet
    tight = json.loads(expect(run(over, "--json", "--precision", '{"cost_frac": 0.0005}'), 0).stdout)
    assert tight["sample"] == fallen["sample"], tight["sample"]
    retries = scenario(folder, "retries.json", precision={}, **{**slow, "traffic": {
        "t": {"profile": {"poisson": {"per_s": 30000}}, "attempts": 2}}})
    expect(run(retries), 3, stdout="^$", stderr=r"/precision: it cannot be sampled \(retries .* too many")


def test_precision_by_default(folder):
    """Above 2e7 expected events a long horizon is sampled, below and by wish it is not."""
    work = {"w": {"steps": [{"cpu_ms": {"lognormal": {"p50": 20, "p99": 80}}}]}}
    path = scenario(folder, work=work, traffic={"t": {"profile": {"poisson": {"per_s": 8}}}}, replications=8, horizon_h=168,
                    architectures={"a": {"entry": "lb", "services": {"lb": {"type": "alb", "to": "f"},
                                                                     "f": {"type": "lambda", "memory_mb": 1769}}}})
    told = json.loads(expect(run(path, "--json"), 0).stdout)
    assert re.match(r"sampled \(about 7.7e\+07 events would be too many by default\): .* cost to 1 % and p99 to 5 %",
                    told["sample"]), told["sample"]
    estimates = [line["item"] for line in told["architectures"]["a"]["bill"] if line.get("estimate")]
    assert len(estimates) == 1, told["architectures"]["a"]["bill"]  # the balancer's capacity units
    expect(run(path), 0, stdout="estimated from windows, not counted by the hour")
    expect(run(path, "--detail"), 0, stdout=r"\(estimate\)")
    total = sum(line["usd"] for line in told["architectures"]["a"]["bill"])
    assert abs(total / told["architectures"]["a"]["cost_usd_per_month"]["mean"] - 1) < 1e-9
    exact = json.loads(expect(run(path, "--json", "--precision", "exact", "--replications", "1"), 0).stdout)
    assert "sample" not in exact
    a, b = (d["architectures"]["a"]["cost_usd_per_month"]["mean"] for d in (told, exact))
    assert abs(a / b - 1) < 0.01, (a, b)
    below = json.loads(expect(run(path, "--json", "--set", "/horizon_h=40"), 0).stdout)
    assert "sample" not in below
    retries = json.loads(expect(run(path, "--json", "--set", "/traffic/t/attempts=2", "--set", "/horizon_h=50"), 0).stdout)
    assert retries["sample"].startswith("simulated as a whole: retries"), retries["sample"]


def test_sets(folder):
    path = scenario(folder)
    a = json.loads(run(path, "--json", "--set", "/seed=7", "--set=/title=a=b").stdout)
    assert a["seed"] == 7 and a["scenario"]["title"] == "a=b"
    b = json.loads(run(path, "--json", "--seed", "7", "--", ).stdout)
    assert {**a, "scenario": 0} == {**b, "scenario": 0}
    assert a["scenario"]["sha256"] != b["scenario"]["sha256"]
    header = run(path, "--records", "-", "--seed=9").stdout.splitlines()[0]
    assert json.loads(header)["sets"] == [["/seed", "9"]]
    with open(path) as f:
        assert json.loads(expect(run("-", "--json", "--seed", "7", stdin=f.read()), 0).stdout)["seed"] == 7


def test_color(folder):
    path = scenario(folder)
    assert "\x1b" not in run(path).stdout
    assert "\x1b" in run(path, "--color", "always").stdout
    for env, colored in (({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        assert ("\x1b" in on_terminal([path], env)) == colored, env


def on_terminal(args, env):
    main, other = pty.openpty()
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    child = subprocess.Popen([SIMCOST, *args], stdout=other, stderr=subprocess.DEVNULL, env={**clean, **env})
    os.close(other)
    text = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    os.close(main)
    assert child.wait() == 0
    return text.decode()


def test_writing(folder):
    path = scenario(folder)
    out = os.path.join(folder, "out.json")
    expect(run(path, "--json", "-o", out), 0, stdout="^$")
    with open(out) as f:
        assert f.read() == run(path, "--json").stdout
    assert sorted(os.listdir(folder)) == ["api.json", "out.json"]
    expect(run(path, "-o", os.path.join(folder, "no", "out")), 1, stderr="No such file")
    expect(run(path, "-o", folder), 1, stderr="cannot write")
    if not os.path.exists("/dev/full"):
        raise Skip("there is no /dev/full")
    expect(run(path, "-o", "/dev/full"), 1, stderr="cannot write /dev/full: No space left")
    expect(run(path, "--records", "/dev/full"), 1, stderr="No space left")
    with open("/dev/full", "w") as full:
        for command in ([path], ["help"], ["init"], ["models"], ["schema"]):
            r = subprocess.run([SIMCOST, *command], stdout=full, stderr=subprocess.PIPE, text=True)
            assert r.returncode == 1 and r.stderr.count("\n") == 1, (command, r)


def test_closed_pipe(folder):
    path = scenario(folder)
    for command in ([path, "--json"], ["models"], ["schema"]):
        reader, writer = os.pipe()
        os.close(reader)
        r = subprocess.run([SIMCOST, *command], stdout=writer, stderr=subprocess.PIPE, text=True)
        os.close(writer)
        assert r.returncode == 1 and "Broken pipe" in r.stderr and r.stderr.count("\n") == 1, (command, r)


def test_follow(folder):
    path = scenario(folder)
    text = expect(run(path, "--follow", "web:12"), 0).stdout
    assert re.search(r"^containers: request web:12, replication 0$", text, re.M) and " ms  web" in text, text
    assert "serverless: request" in text
    only = expect(run(path, "--follow", "12", "--architecture", "serverless"), 0).stdout
    assert "containers" not in only and only.strip() in text
    expect(run(path, "--follow", "nobody:1"), 2, stderr="no traffic of that name")
    expect(run(path, "--follow", "x"), 2, stderr="NUMBER or SOURCE:NUMBER")
    expect(run(path, "--architecture", "serverless"), 2, stderr="belongs to --follow")
    expect(run(path, "--follow", "1", "--architecture", "nobody"), 2, stderr="no architecture of that name")


def test_signals(folder):
    path = scenario(folder, replications=400, horizon_h=24)
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        records = os.path.join(folder, "records")
        child = subprocess.Popen([SIMCOST, path, "--records", records], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                 text=True)
        time.sleep(1.0)
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
        if child.returncode == 0:
            raise Skip("the run was over before the signal came")
        assert child.returncode == code, (child.returncode, err)
        stopped = re.search(r"stopped: (\d+) of 800 trials finished", err)
        assert stopped, err
        with open(records) as f:
            assert len(f.readlines()) == int(stopped.group(1)) + 1


def test_models(folder):
    text = expect(run("models"), 0).stdout
    for name in ("lambda", "fleet", "diurnal", "python3.13", "m6i.large", "aws-us-east-1"):
        assert re.search(rf"(?m)(^|\s){re.escape(name)}(\s|$)", text), name
        expect(run("models", name), 0, stdout=re.escape(name))
    names = run("models", "--names").stdout.splitlines()
    assert len(names) > 50 and len(names) == len(set(names))
    assert "memory_mb" in run("models", "lambda").stdout
    expect(run("models", "lamda"), 2, stderr="did you mean lambda\\?")


BOOK = {"id": "own", "region": "r-1", "currency": "USD", "as_of": "2025-11-23",
        "sources": {"page": "a page that says what every hour costs, and has a long name so that it does not fit a line"},
        "prices": {"a.hour": {"unit": "hour", "usd": "0.0417", "source": "page", "confirmed": True, "since": "2024-07",
                              "earlier": [{"usd": "0.0523", "confirmed": True, "since": "2019"}]}}}
BOOK["prices"].update({f"b.machine{i}": {"unit": "hour", "usd": "0.2385", "source": "page", "confirmed": False} for i in range(9)})


def test_books(folder):
    for name, book in (("own", BOOK), ("other", {"id": "other", "as_of": "2026-02-27", "sources": {}, "extends": "own.json@2024"})):
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(book, f)
    own, other = os.path.join(folder, "own.json"), os.path.join(folder, "other.json")
    epoch = 1763856000  # 2025-11-23
    at = lambda n: {"SOURCE_DATE_EPOCH": str(epoch + n * 86400)}
    text = expect(run("books", env=at(400)), 0, stdout=r"(?m)^aws-us-east-1 +us-east-1 +\d{4}-\d\d-\d\d +-?\d+ +\d+ +\d+$").stdout
    assert "changes:" not in text and "sources:" not in text, text
    text = expect(run("books", own, env=at(365)), 0, stdout=r"(?m)^own +r-1 +2025-11-23 +365 +10 +9$").stdout
    assert "older than a year" not in text and all(len(line) <= 80 for line in text.splitlines()), text
    assert "  changes: 2019-01-01, 2024-07-01\n  not confirmed: b.machine0, " in text and "b.machine8\n  sources:\n    page: a page" in text, text
    assert "  older than a year: check" in expect(run("books", own, env=at(366)), 0).stdout
    expect(run("books", own + "@2018", env=at(0)), 0, stdout=r"(?m)^own@2018 .* 9 +9\n  prices of: 2018-01-01$")
    expect(run("books", other, env=at(0)), 0, stdout=r"(?m)^other +r-1 +2026-02-27 +-96 +10 +9\n  extends: own@2024$")
    document = json.loads(expect(run("books", own, other, "--json", env=at(366)), 0).stdout)
    first, second = document["books"]
    assert first["id"] == "own" and first["age_days"] == 366 and first["old"] and not second["old"], document
    assert first["changes"] == ["2019-01-01", "2024-07-01"] and second["extends"] == "own@2024" and second["changes"] == []
    assert first["unconfirmed"] == 9 and first["unconfirmed_skus"][8] == "b.machine8" and list(first["sources"]) == ["page"]
    listed = json.loads(expect(run("books", "--json"), 0).stdout)["books"]
    assert [b["id"] for b in listed] == sorted(b["id"] for b in listed) and "aws-us-east-1" in [b["id"] for b in listed]
    for book in listed:  # every version of every price can be read
        dated = [f"{book['id']}@{day}" for day in book["changes"]] + [book["id"] + "@2010"]
        assert run("books", *dated, "--json").returncode == 0, dated
    expect(run("books", "aws-us-esat-1"), 3, stdout="^$", stderr='did you mean "aws-us-east-1"\\?')
    expect(run("books", own + "@2018-13"), 3, stdout="^$", stderr='"2018-13" of .* is no date; write @YYYY')
    expect(run("books", "aws-us-east-1@yesterday", "--json"), 3, stdout="^$", stderr="is no date")
    expect(run("books", os.path.join(folder, "none.json")), 3, stdout="^$", stderr="cannot be read")


def test_old_book(folder):
    """A run says so on the standard error, unless a day was asked for or with -q."""
    old = os.path.join(folder, "old.json")
    with open(old, "w") as f:
        json.dump({"id": "old", "as_of": "2024-11-23", "sources": {}, "extends": "aws-us-east-1"}, f)
    path, now = scenario(folder, book="old.json", horizon_h=0.01), {"SOURCE_DATE_EPOCH": "1763942400"}
    expect(run(path, env=now), 0, stderr="^simcost: the price book old is of 2024-11-23, 366 days old: check its prices")
    assert run(path, "-q", env=now).stderr == ""
    assert run(path, "--set", "/book=old.json@2024-11", env=now).stderr == ""
    assert run(path, env={"SOURCE_DATE_EPOCH": "1763769600"}).stderr == ""


def test_schema(folder):
    schema = json.loads(expect(run("schema"), 0).stdout)
    try:
        import jsonschema
    except ImportError:
        raise Skip("python3 has no jsonschema")
    checker = jsonschema.validators.validator_for(schema)
    checker.check_schema(schema)
    files = sorted(glob.glob(os.path.join(TOP, "scenarios", "*.json"))) + [scenario(folder)]
    for file in files:
        with open(file) as f:
            errors = list(checker(schema).iter_errors(json.load(f)))
        assert not errors, (file, errors[0].json_path, errors[0].message)
    with open(files[-1]) as f:
        wrong = json.load(f)
    wrong["architectures"]["serverless"]["services"]["fn"]["memory_mb"] = "much"
    assert list(checker(schema).iter_errors(wrong)), "the schema accepts a text for memory_mb"


def test_explain(folder):
    path = scenario(folder)
    text = expect(run("explain", path), 0).stdout
    resolved = json.loads(text)
    assert resolved["scenario"]["title"] == "My API"
    fn = resolved["scenario"]["architectures"]["serverless"]["services"]["fn"]
    assert fn["memory_mb"] == 512 and fn["timeout_s"] > 0
    assert "/architectures/serverless/services/fn/timeout_s" in resolved["origins"]
    assert "/architectures/serverless/services/fn/memory_mb" not in resolved["origins"]
    expect(run("explain", path, "--set", "/horizon_h=2"), 0)


def main():
    tests = {name[5:]: f for name, f in globals().items() if name.startswith("test_")}
    code = 0
    for name in sys.argv[2:] or tests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                tests[name](folder)
            except Skip as skipped:
                print(f"{name}: skipped: {skipped}")
                code = code or 77
            except Exception as failed:  # told with its place, and the next test goes on
                where = failed.__traceback__
                while where.tb_next and where.tb_next.tb_frame.f_code.co_filename == __file__:
                    where = where.tb_next
                print(f"{name}: failed at line {where.tb_lineno}: {type(failed).__name__}: {failed}")
                code = 1
    sys.exit(code)


main()
