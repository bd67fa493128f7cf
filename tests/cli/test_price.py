# SPDX-License-Identifier: GPL-3.0-or-later
"""test_price.py SIMCOST [TEST...]: `price` and `diff` as a user meets them. Run in the root of the sources."""
import csv
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile

SIMCOST = os.path.abspath(sys.argv[1])
BOOK = "aws-us-east-1"
FORMATS = [[], ["--json"], ["--csv"], ["--markdown"], ["--detail"], ["--hgrm", "serverless"]]
COMMITMENTS = [{"compute_plan": True, "term": "1y_noupfront", "usd_per_h": "0.01", "name": "ours"}]


def run(*args, stdin=None):
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    return subprocess.run([SIMCOST, *args], capture_output=True, text=True, input=stdin, timeout=300, env=clean)


def expect(result, code, stdout=None, stderr=None):
    assert result.returncode == code, (result.args, result.returncode, result.stdout[-500:], result.stderr[-500:])
    if stdout is not None:
        assert re.search(stdout, result.stdout), (stdout, result.stdout)
    if stderr is not None:
        assert re.search(stderr, result.stderr), (stderr, result.stderr)
    return result


def put(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w", newline="") as f:
        f.writelines(lines)
    return path


def scenario(folder, **changes):
    """A DynamoDB table behind the first example, so that a bill has on-demand units; an hour, counted for a month."""
    document = json.loads(expect(run("init"), 0).stdout)
    document["work"]["save"] = {"steps": [{"cpu_ms": 2.385}, {"put": "users", "item_bytes": 2150}]}
    document["traffic"] = {"web": {"profile": {"poisson": {"requests_per_month": 9.87e6}}, "mix": {"save": 1}, "rtt_ms": 30}}
    document["common"] = {"users": {"type": "dynamodb", "capacity": "on_demand", "stored_gb": 30}}
    document.update({"horizon_h": 0.5, "replications": 3, "seed": 7, **changes})
    for name, commitments in (("containers", COMMITMENTS), ("serverless", [])):
        document["architectures"][name]["commitments"] = commitments
    return put(folder, "s.json", json.dumps(document))


def recorded(folder, name="r.jsonl", *options, **changes):
    path = scenario(folder, **changes)
    records = os.path.join(folder, name)
    expect(run(path, "--records", records, *options), 0)
    with open(records) as f:
        return path, records, f.readlines()


def test_round_trip(folder):
    path, records, _ = recorded(folder)
    for options in FORMATS:
        told = expect(run(path, *options), 0)
        for book in ([], ["--book", BOOK]):
            again = expect(run("price", records, *book, *options), 0)
            assert again.stdout == told.stdout and again.stderr == told.stderr, options
    assert " commitment " in expect(run("price", records, "--detail"), 0).stdout
    out = os.path.join(folder, "out.txt")
    expect(run("price", records, "-o", out), 0, stdout="^$")
    with open(out) as f:
        assert f.read() == run(path).stdout
    expect(run("price", "-", stdin=open(records).read()), 0, stdout="^" + re.escape(run(path).stdout))


def test_round_trip_as_it_is(folder):
    """A horizon that is not scaled, an objective, --set, another book and other allowances."""
    path, records, lines = recorded(folder, "r.jsonl", "--seed", "11", question="Why \"so\"?\t",
                                    objective={"p99_ms": 0.1}, free="none", horizon_h=0.25, book=BOOK + "@2024-10",
                                    traffic={"web": {"profile": {"stages": {"stages": [{"duration_s": 600, "per_s": 2}]}},
                                                     "mix": {"save": 1}}})
    for options in FORMATS:
        assert run(path, "--seed", "11", *options).stdout == expect(run("price", records, *options), 0).stdout, options
    expect(run("price", records, "--check"), 4)
    assert json.loads(lines[0])["objective"] == {"p99_ms": 0.1}


def test_header(folder):
    _, _, lines = recorded(folder)
    head = json.loads(lines[0])
    assert head["schema_version"] == 1 and head["horizon_ns"] == "1800000000000" and head["replications"] == 3, head
    assert head["month_num"] == "2628000000000000" and head["month_den"] == "1800000000000" and head["periodic"], head
    users = [s for s in head["architectures"]["serverless"]["services"] if s["name"] == "users"][0]
    assert users["type"] == "dynamodb" and {"item": "reads", "sku": "dynamodb.ondemand_read", "meter": "half_read_units",
                                            "kind": "sum", "per": 2, "stock": False, "kept_per_h": 0} in users["charges"]
    plan, = head["architectures"]["containers"]["commitments"]
    assert plan == {**COMMITMENTS[0], "usd_per_h": "0.010000000000000"}, plan
    assert lines == recorded(folder, "again.jsonl")[2]


def test_shards(folder):
    path, records, lines = recorded(folder)
    whole = {f: run("price", records, *f.split()).stdout for f in ("", "--json", "--detail")}
    draw = random.Random(2385)
    for n in (1, 2, 3, 7):
        parts = [[] for _ in range(n)]
        for line in draw.sample(lines[1:], len(lines) - 1):
            parts[draw.randrange(n)].append(line)
        for part in parts:  # some records are in two parts
            part += draw.sample(lines[1:], 1)
        files = [put(folder, f"part{i}.jsonl", [lines[0], *part]) for i, part in enumerate(parts)]
        draw.shuffle(files)
        for options, told in whole.items():
            assert expect(run("price", *files, *options.split()), 0).stdout == told, (n, options)
        joined = put(folder, "joined.jsonl", [open(f).read() for f in files])
        assert expect(run("price", joined), 0).stdout == whole[""], n


def test_missing(folder):
    _, _, lines = recorded(folder)
    fewer = put(folder, "fewer.jsonl", lines[:3] + lines[4:])
    expect(run("price", fewer), 0, stdout=r"\(stopped: 2 at\s+least finished\)")
    one = put(folder, "one.jsonl", lines[:4])
    expect(run("price", one), 0, stdout="containers", stderr="no record of serverless, so it is left out")
    cut = put(folder, "cut.jsonl", lines[:-1] + [lines[-1][:900]])
    told = expect(run("price", cut), 0, stderr=r"cut.jsonl:7: the last line is cut short, so that record is left out")
    assert told.stdout == run("price", put(folder, "short.jsonl", lines[:-1])).stdout
    expect(run("price", cut, "-q"), 0, stderr="^$")
    unended = put(folder, "unended.jsonl", lines[:-1] + [lines[-1][:-1]])
    assert expect(run("price", unended), 0, stderr="^$").stdout == run("price", put(folder, "all.jsonl", lines)).stdout
    dos = put(folder, "dos.jsonl", [line[:-1] + "\r\n\r\n" for line in lines])
    assert run("price", dos).stdout == run("price", unended).stdout


def bill_of(records, *options):
    document = json.loads(expect(run("price", records, "--json", *options), 0).stdout)
    return {(name, line["node"], line["item"]): line for name, a in document["architectures"].items() for line in a["bill"]}


def test_other_books(folder):
    _, records, _ = recorded(folder)
    now, before, first = bill_of(records), bill_of(records, "--book", BOOK + "@2024-10"), bill_of(records, "--book", BOOK + "@2020-11")
    key = ("serverless", "users", "writes")
    assert abs(before[key]["usd"] / now[key]["usd"] - 2) < 1e-9, (before[key], now[key])
    assert abs(before[key]["quantity"] / now[key]["quantity"] - 1) < 1e-12
    fn = ("serverless", "fn", "duration")  # by the started 100 ms then
    assert first[fn]["quantity"] > 2 * now[fn]["quantity"], (first[fn], now[fn])
    paid, free = bill_of(records, "--free", "none"), bill_of(records, "--free", "new_account")
    assert sum(x["usd"] for x in paid.values()) > sum(x["usd"] for x in now.values())
    assert sum(x["usd"] for x in free.values()) <= sum(x["usd"] for x in now.values())
    expect(run("price", records, "--free", "some"), 2, stderr="--free some: one of always, none, new_account is wanted")


def changed(folder, lines, at, old, new, name="bad.jsonl"):
    assert re.search(old, lines[at]), (old, lines[at][:3000])
    return put(folder, name, lines[:at] + [re.sub(old, lambda _: new, lines[at], count=1)] + lines[at + 1:])


def test_errors(folder):
    path, records, lines = recorded(folder)
    cases = [
        (0, '"schema_version":1', '"schema_version":2', r"bad.jsonl:1:\d+: /schema_version: these records are of schema 2; .*later version"),
        (0, '"month_den":"[0-9]*",', "", r"bad.jsonl:1:\d+: .*month_den"),
        (0, '"month_den":"[0-9]*"', '"month_den":"0"', r"/month_den: \"0\" is given; a whole number from 1 to"),
        (0, '"seed":7', '"seed":"7"', r"/seed: \"7\" is a string; a number is wanted"),
        (0, '"free":"always"', '"free":"sometimes"', "sometimes.*always"),
        (0, '"kind":"lcu","per":90000000', '"kind":"lcu","per":90000001', "no dimension of an LCU"),
        (0, '"kind":"hours"', '"kind":"days"', "days.*sum, hours, lcu"),
        (0, '"per":2,', '"per":0,', "/per: 0 is below the minimum, 1"),
        (0, '"architectures":{.*}', '"architectures":{}}', "an architecture at least is wanted"),
        (0, '"title"', '"titel"', "titel"),
        (0, '"sku":"dynamodb.ondemand_write"', '"sku":"dynamodb.ondemand_wirte"',
         r"/architectures/containers/services/\d: book aws-us-east-1 \(region us-east-1\) has no price for SKU "
         r"\"dynamodb.ondemand_wirte\" \(writes of node users\); nearest: dynamodb.ondemand_write"),
        (0, '"id":"aws-us-east-1"', '"id":"aws-mars-1"', r"/book/id: the run's book is not found here; give one with --book"),
        (0, '"usd_per_h":"[0-9.]*"', '"usd_per_h":"much"', r"/architectures/containers/commitments/0"),
        (2, '"replication":1', '"replication":3', r"bad.jsonl:3:\d+: /replication: 3 is above the maximum"),
        (2, '"replication":1,', "", r"bad.jsonl:3:\d+: .*replication"),
        (2, '"replication":1', '"replication":0', "replication 0 of containers is there twice, and the two differ"),
        (2, '"point":0', '"point":4', r"bad.jsonl:3:\d+: /point: this record is of a sweep"),
        (2, '"architecture":"containers"', '"architecture":"boats"', r"the header has no architecture \"boats\""),
        (2, r'(?<="users/write_units":)"[0-9]+"', '"-1"', r"/meters/users~1write_units: \"-1\" is a string; a whole number from 0"),
        (2, r'(?<="users/write_units":)"[0-9]+"', '"1.5"', r"/meters/users~1write_units: \"1.5\""),
        (2, r'(?<="users/write_units":)"[0-9]+"', '17', r"/meters/users~1write_units: 17 is a number"),
        (2, r'(?<="users/write_units":)"[0-9]+"', '"1200000000000000000000000"', "more than can be priced"),
        (2, r'"buckets":\[\[(\d+),\d+\]', '"buckets":[[5,-1]', r"/buckets/0/1: -1 is a number"),
        (2, r'"buckets":\[\[(\d+),\d+\]', '"buckets":[[14336,1]', "bucket 14336 is out of range; 14335 is the last"),
        (2, r'"buckets":\[\[(\d+),\d+\]', '"buckets":[[5]', r"\[bucket, count\] is wanted"),
        (2, r'"buckets":\[\[(\d+),\d+\]', '"buckets":[[7,1],[7,1]', "bucket 7 stands twice"),
        (2, '"series":{', '"series":[{', r"bad.jsonl:3:"),
        (2, '"counters":{', '"counters":{"x":0.5,', "/counters/x: 0.5 is a number; a whole number is wanted"),
        (2, "^.", "[", r"bad.jsonl:3:"),
    ]
    for at, old, new, message in cases:
        expect(run("price", changed(folder, lines, at, old, new)), 3, stdout="^$", stderr=message)
    expect(run("price", put(folder, "bad.jsonl", [])), 3, stderr="bad.jsonl:1?: ?it is empty|bad.jsonl:.*it is empty")
    expect(run("price", put(folder, "bad.jsonl", lines[1:])), 3, stderr=r"bad.jsonl:1:1: no records begin here")
    expect(run("price", path), 3, stderr=r"s.json:1")
    expect(run("price", put(folder, "bad.jsonl", lines[:1])), 3, stderr="there is no whole record in it")
    expect(run("price", put(folder, "bad.jsonl", [lines[0][:200]])), 3, stderr="bad.jsonl:1")
    expect(run("price", os.path.join(folder, "none.jsonl")), 3, stderr="none.jsonl: cannot be read: No such file")
    expect(run("price", folder), 3, stderr="Is a directory")
    expect(run("price", records, "--book", "aws-mars-1"), 3, stderr="--book aws-mars-1: ")
    expect(run("price", records, "--seed", "3"), 2, stderr="price takes no --seed")
    expect(run("price"), 2, stderr="price wants RECORDS")
    small = {"id": "tiny", "region": "nowhere-1", "currency": "USD", "as_of": "2026-01-31", "sources": {"a": "b"},
             "prices": {"lambda.requests": {"unit": "request", "usd": "1", "source": "a"}}}
    expect(run("price", records, "--book", put(folder, "tiny.json", json.dumps(small))), 3)


def test_headers_must_agree(folder):
    _, records, lines = recorded(folder)
    for old, new, pointer in (('"seed":7', '"seed":8', "/seed"), ('"kept_per_h":-1', '"kept_per_h":7', "/kept_per_h"),
                              ('"title":"', '"title":"x', "/scenario/title"), ('"p99_ms":500', '"p95_ms":500', "/objective")):
        other = changed(folder, lines, 0, old, new)
        expect(run("price", records, other), 3, stderr=r"bad.jsonl:1:\d+: \S*" + pointer + r"\S*: this header differs here from that of \S*r.jsonl")


def test_unknown_type(folder):
    _, _, lines = recorded(folder)
    other = changed(folder, lines, 0, '"type":"dynamodb"', '"type":"datomic"')
    expect(run("price", other, "--detail"), 0, stdout=r"users \(datomic\)")


def document(folder, name, *args):
    return put(folder, name, expect(run(*args), 0).stdout)


def check_sums(diff):
    for p in diff["architectures"]:
        cents = lambda key: round(100 * sum(line[key] for line in p["lines"]))  # noqa: E731
        assert cents("difference_usd") + round(100 * p["rounding_usd"]) == round(100 * p["difference_usd"]), p
        assert cents("quantity_effect_usd") + cents("price_effect_usd") == cents("difference_usd"), p
        assert round(100 * (p["usd_b"] - p["usd_a"])) == round(100 * p["difference_usd"]), p
        assert cents("usd_a") + round(100 * p["alike"]["usd"]) == round(100 * p["usd_a"]) or p["rounding_usd"], p


def test_diff(folder):
    path, records, _ = recorded(folder)
    a = document(folder, "a.json", "price", records, "--json")
    b = document(folder, "b.json", "price", records, "--json", "--book", BOOK + "@2024-10", "--free", "none")
    expect(run("diff", a, a), 0, stdout="Nothing differs.")
    text = expect(run("diff", a, b), 0, stdout=r"book +aws-us-east-1 of \S+ -> aws-us-east-1@2024-10 of").stdout
    assert all(len(line) <= 80 or folder in line for line in text.splitlines()), text
    assert re.search(r"users writes +\d+\.\d\d +\d+\.\d\d +\+\d+\.\d\d +0\.00 +\+\d+\.\d\d", text), text
    assert re.search(r"free +always -> none", text) and re.search(r"\d+ lines? alike", text), text
    diff = json.loads(expect(run("diff", a, b, "--json"), 0).stdout)
    check_sums(diff)
    writes, = [x for x in diff["architectures"][1]["lines"] if x["item"] == "writes"]
    assert writes["price_effect_usd"] == writes["difference_usd"] > 0 and writes["quantity_effect_usd"] == 0, writes
    sizes = [abs(x["difference_usd"]) for x in diff["architectures"][1]["lines"]]
    assert sizes == sorted(sizes, reverse=True)
    rows = list(csv.DictReader(io.StringIO(expect(run("diff", a, b, "--csv"), 0).stdout)))
    for p in diff["architectures"]:
        mine = [float(r["difference_usd"]) for r in rows if r["a"] == p["a"]]
        assert round(100 * sum(mine)) == round(100 * p["difference_usd"]), (mine, p)


def test_diff_of_quantities(folder):
    path = scenario(folder)
    a = document(folder, "a.json", path, "--json")
    b = document(folder, "b.json", path, "--json", "--set", "/traffic/web/profile/poisson/requests_per_month=19.74e6",
                 "--set", "/traffic/web/rtt_ms=60")
    diff = json.loads(expect(run("diff", a, b, "--json"), 0).stdout)
    check_sums(diff)
    assert [i["what"] for i in diff["inputs"]] == ["scenario"], diff["inputs"]
    writes, = [x for x in diff["architectures"][1]["lines"] if x["item"] == "writes"]
    assert writes["quantity_effect_usd"] == writes["difference_usd"] > 0, writes
    assert {"latency_ms/mean", "latency_ms/p50"} <= {w["what"] for w in diff["architectures"][0]["waits"]}
    expect(run("diff", a, b), 0, stdout=r"what differs beyond its range\n  mean ")


def test_diff_pairs(folder):
    path = scenario(folder)
    a = document(folder, "a.json", path, "--json")
    diff = json.loads(expect(run("diff", a, a, "--json", "--architecture", "serverless:containers"), 0).stdout)
    check_sums(diff)
    states = {x["node"]: x["state"] for x in diff["architectures"][0]["lines"]}
    assert states["fn"] == "gone" and states["web"] == "new" and "users" not in states, states
    text = expect(run("diff", a, a, "--architecture", "serverless:containers"), 0).stdout
    assert "== serverless -> containers ==" in text and "(new)" in text and "(gone)" in text, text
    both = json.loads(expect(run("diff", a, a, "--json", "--architecture", "serverless,containers:serverless"), 0).stdout)
    assert [(p["a"], p["b"]) for p in both["architectures"]] == [("serverless", "serverless"), ("containers", "serverless")]
    expect(run("diff", a, a, "--architecture", "serverles:containers"), 2, stderr="has no \"serverles\"; it has containers, serverless")
    whole = json.load(open(a))
    for name in list(whole["architectures"]):
        one = dict(whole, architectures={k: v for k, v in whole["architectures"].items() if k != name})
        put(folder, name + ".json", json.dumps(one))
    mixed = os.path.join(folder, "containers.json"), os.path.join(folder, "serverless.json")
    expect(run("diff", *mixed), 0, stdout="== serverless -> containers ==")
    expect(run("diff", a, mixed[0]), 0, stdout="only in A: containers")
    renamed = dict(whole, architectures={k + "x": v for k, v in whole["architectures"].items()})
    expect(run("diff", a, put(folder, "x.json", json.dumps(renamed))), 3, stderr="no architecture is in both; .*--architecture A:B")


BILL = {"schema_version": 1, "simcost": "0.1.0", "usage": {"title": "t", "sha256": "0" * 64}, "month_h": 730, "free": "always",
        "books": [{"id": "b", "region": "r", "as_of": "2026-01-31", "at": None}], "total_usd": 3.02,
        "lines": [{"node": "api", "item": "requests", "sku": "x.requests", "region": "r", "kind": "free", "tier": None,
                   "quantity": 1000, "unit": "request", "rate_usd": "0", "exact_usd": "0", "usd": 0},
                  {"node": "api", "item": "requests", "sku": "x.requests", "region": "r", "kind": "used", "tier": 0,
                   "quantity": 3000, "unit": "request", "rate_usd": "0.001", "exact_usd": "3.0042", "usd": 3.00},
                  {"node": "fn", "item": "logs", "sku": "x.logs", "region": "r", "kind": "used", "tier": 0,
                   "quantity": 2, "unit": "GB", "rate_usd": "0.008", "exact_usd": "0.016", "usd": 0.02}]}


def test_diff_of_bills(folder):
    other = json.loads(json.dumps(BILL))
    other["lines"][1].update(quantity=5000, exact_usd="10.00", usd=10.00, sku="x.requests_new")
    other["lines"][0].update(sku="x.requests_new")
    other["total_usd"] = 10.03  # a cent that no line has
    a, b = (put(folder, n, json.dumps(d)) for n, d in (("a.json", BILL), ("b.json", other)))
    diff = json.loads(expect(run("diff", a, b, "--json"), 0).stdout)
    check_sums(diff)
    pair, = diff["architectures"]
    line, = pair["lines"]
    assert pair["a"] == "usage" and pair["rounding_usd"] == 0.01 and pair["difference_usd"] == 7.01, pair
    # 4,000 requests at 3.0042 / 4,000 against 6,000 at 10 / 6,000: the price did 3.6625 of it.
    assert line["price_effect_usd"] == 3.66 and line["quantity_effect_usd"] == 3.34, line
    assert line["sku_a"] == "x.requests" and line["sku_b"] == "x.requests_new" and line["state"] == "both", line
    text = expect(run("diff", a, b), 0, stdout=r"rounding +\+0.01\n").stdout
    assert "4,000 -> 6,000 request of x.requests -> x.requests_new" in text and "1 line alike" in text, text


def test_diff_of_stated_usage(folder):
    """What `bill --json` prints, against itself, other allowances, and a run."""
    usage = "scenarios/bills/01-serverless-api.json"
    a = document(folder, "a.json", "bill", usage, "--json")
    b = document(folder, "b.json", "bill", usage, "--json", "--free", "none")
    expect(run("diff", a, a), 0, stdout="Nothing differs.")
    diff = json.loads(expect(run("diff", a, b, "--json"), 0).stdout)
    check_sums(diff)
    assert diff["architectures"][0]["difference_usd"] > 0 and diff["architectures"][0]["rounding_usd"] == 0, diff
    _, records, _ = recorded(folder)
    c = document(folder, "c.json", "price", records, "--json")
    check_sums(json.loads(expect(run("diff", a, c, "--json", "--architecture", "usage:serverless"), 0).stdout))


def test_diff_errors(folder):
    good = put(folder, "a.json", json.dumps(BILL))
    path, records, _ = recorded(folder)

    def bad(change, message):
        document = json.loads(json.dumps(BILL))
        change(document)
        expect(run("diff", good, put(folder, "bad.json", json.dumps(document))), 3, stdout="^$", stderr=message)

    bad(lambda d: d.update(schema_version=2), r"bad.json:1:\d+: /schema_version: this result is of schema 2")
    bad(lambda d: d.pop("schema_version"), "this is no result")
    bad(lambda d: d.pop("total_usd"), "this is no result")
    bad(lambda d: d.update(total_usd="3"), "/total_usd: a number")
    bad(lambda d: d.update(lines={}), "/lines: a list of bill lines is wanted")
    bad(lambda d: d["lines"][1].pop("sku"), "/lines/1: this line of a bill has no text \"sku\"")
    bad(lambda d: d["lines"][1].update(usd="3"), "/lines/1/usd: a number")
    bad(lambda d: d["lines"][1].update(quantity=1e19), "/lines/1/quantity: a number up to 1e18")
    bad(lambda d: d["lines"][1].update(exact_usd="3e5"), "/lines/1/exact_usd: \"3e5\" is no amount")
    expect(run("diff", good, path), 3, stderr="s.json:1:1: this is no result")
    expect(run("diff", good, records), 3, stderr="r.jsonl:2")
    expect(run("diff", good, os.path.join(folder, "none.json")), 3, stderr="none.json: cannot be read")
    expect(run("diff", good), 2, stderr="diff wants A B")
    expect(run("diff", good, good, good), 2, stderr="one argument too many")


def main():
    tests = {name[5:]: f for name, f in globals().items() if name.startswith("test_")}
    code = 0
    for name in sys.argv[2:] or tests:
        with tempfile.TemporaryDirectory() as folder:
            try:
                tests[name](folder)
            except Exception as failed:  # told with its place, and the next test goes on
                where = failed.__traceback__
                while where.tb_next and where.tb_next.tb_frame.f_code.co_filename == __file__:
                    where = where.tb_next
                print(f"{name}: failed at line {where.tb_lineno}: {type(failed).__name__}: {failed}")
                code = 1
    sys.exit(code)


main()
