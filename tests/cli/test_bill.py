# SPDX-License-Identifier: GPL-3.0-or-later
"""test_bill.py SIMCOST [TEST...]: simcost bill as a user meets it. Run in the root of the sources."""
import csv
import decimal
import glob
import io
import json
import os
import re
import subprocess
import sys
import tempfile

SIMCOST = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
SMALL = os.path.join(HERE, "bill", "usage.json")
BOOK = os.path.join(HERE, "bill", "book.json")
GALLERY = sorted(glob.glob(os.path.join(TOP, "scenarios", "bills", "*.json")))
CENT = decimal.Decimal("0.01")
NOVEMBER_2026 = "1795132800"
FOCUS = """BilledCost EffectiveCost ListCost ListUnitPrice BillingCurrency BillingPeriodStart BillingPeriodEnd
ChargePeriodStart ChargePeriodEnd ChargeCategory ChargeDescription ChargeFrequency ConsumedQuantity ConsumedUnit
PricingQuantity PricingUnit PricingCategory ProviderName ServiceName ServiceCategory SkuMeter RegionId ResourceId
ResourceName Tags x_Scenario x_Option x_Seed x_Quantile""".split()
CATEGORIES = {"Analytics", "Business Applications", "Compute", "Databases", "Developer Tools", "Integration",
              "Management and Governance", "Networking", "Security", "Storage"}


def run(*args, env=None, stdin=None):
    return subprocess.run([SIMCOST, *args], capture_output=True, text=True, input=stdin, timeout=120,
                          env={**os.environ, "SOURCE_DATE_EPOCH": NOVEMBER_2026, **(env or {})})


def expect(result, code, stdout=None, stderr=None):
    assert result.returncode == code, (result.args, result.returncode, result.stdout[-500:], result.stderr[-500:])
    if stdout is not None:
        assert re.search(stdout, result.stdout), (stdout, result.stdout)
    if stderr is not None:
        assert re.search(stderr, result.stderr), (stderr, result.stderr)
    return result


def bill(*args):
    return expect(run("bill", *args, "--json"), 0, stderr="^$").stdout


def rounded(exact):
    return decimal.Decimal(exact).quantize(CENT, decimal.ROUND_HALF_UP)


def usage(folder, name, items, **head):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        json.dump({"title": name, "book": BOOK, "items": items, **head}, f)
    return path


def test_screen(folder):
    text = expect(run("bill", SMALL), 0, stderr="^$").stdout
    with open(os.path.join(HERE, "bill", "screen.txt")) as f:
        assert text == f.read(), text
    assert run("bill", SMALL).stdout == text


def test_gallery(folder):
    assert len(GALLERY) >= 3
    for path in GALLERY:
        text = expect(run("bill", path), 0, stderr="^$").stdout
        assert all(len(line) <= 80 for line in text.splitlines()), text
        d = json.loads(bill(path))
        total = f"{rounded(str(d['total_usd'])):,}"
        assert f"{d['usage']['title']}: {total} USD" in " ".join(text.split()), text
        assert re.search(rf"(?m)^total +{re.escape(total)}$", text), text


def test_json(folder):
    for path in [SMALL, *GALLERY]:
        text = bill(path)
        d = json.loads(text, parse_float=decimal.Decimal)
        assert list(d) == ["schema_version", "simcost", "usage", "month", "month_h", "free", "books", "total_usd",
                           "exact_usd", "requests", "usd_per_million", "marginal_usd_per_million", "lines",
                           "composition", "nodes"], list(d)
        assert d["schema_version"] == 1 and re.fullmatch("[0-9a-f]{64}", d["usage"]["sha256"])
        assert all(list(b) == ["id", "region", "as_of", "at"] for b in d["books"])
        keys = ["node", "item", "sku", "region", "kind", "tier", "quantity", "unit", "rate_usd", "exact_usd", "usd",
                "confirmed"]
        for line in d["lines"]:
            assert list(line) == keys + ["used_frac"] * (line["kind"] == "committed"), line
            assert (line["tier"] is None) == (line["kind"] != "used"), line
            if line["kind"] in ("used", "free", "covered"):
                exact = decimal.Decimal(line["rate_usd"]) * decimal.Decimal(line["quantity"])
                assert abs(exact - decimal.Decimal(line["exact_usd"])) <= max(exact, 1) * decimal.Decimal("1e-13"), line
        vendors = {}  # its lines know no items: items that share one share its rounded cost
        for line in d["lines"]:
            key = (line["region"], line["sku"], line["kind"], line["tier"]) + (line["node"],) * (line["kind"] == "committed")
            exact, usd = vendors.get(key, (0, 0))
            vendors[key] = exact + decimal.Decimal(line["exact_usd"]), usd + line["usd"]
            assert abs(rounded(line["exact_usd"]) - line["usd"]) <= CENT, line
        assert all(rounded(exact) == usd for exact, usd in vendors.values()), vendors
        assert d["total_usd"] == sum(line["usd"] for line in d["lines"])
        assert decimal.Decimal(d["exact_usd"]) == sum(decimal.Decimal(line["exact_usd"]) for line in d["lines"])
        for part in ("composition", "nodes"):
            usd = [x["usd"] for x in d[part]]
            assert usd == sorted(usd, reverse=True) and abs(sum(x["share"] for x in d[part]) - 1) < 1e-9, d[part]
            assert abs(sum(usd) - decimal.Decimal(d["exact_usd"])) < decimal.Decimal("1e-6")
        mean = float(d["exact_usd"]) / float(d["requests"]) * 1e6
        assert abs(float(d["usd_per_million"]) - mean) < 1e-9 * mean
        assert 0 < d["marginal_usd_per_million"]


def test_csv(folder):
    for path in [SMALL, *GALLERY]:
        d = json.loads(bill(path))
        text = expect(run("bill", path, "--csv"), 0).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == len(d["lines"])
        for row, line in zip(rows, d["lines"]):
            assert list(row) == [k for k in line if k != "used_frac"] + ["used_frac"]
            for key, value in line.items():
                number = isinstance(value, (int, float)) and not isinstance(value, bool)
                told = row[key] == ("" if value is None else json.dumps(value).strip('"'))
                assert told or (number and float(row[key]) == value), (key, value, row[key])


def test_focus(folder):
    for path in [SMALL, *GALLERY]:
        d = json.loads(bill(path), parse_float=decimal.Decimal)
        text = expect(run("bill", path, "--focus"), 0).stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        assert list(rows[0]) == FOCUS
        month = d["month"] or d["books"][0]["as_of"][:7]
        for row in rows:
            assert None not in row and row["BillingPeriodStart"] == month + "-01T00:00:00Z", row
            assert row["BillingPeriodStart"] < row["BillingPeriodEnd"] == row["ChargePeriodEnd"]
            assert row["BillingCurrency"] == "USD" and json.loads(row["Tags"]) == {}
            assert row["ChargeCategory"] in ("Usage", "Purchase")
            assert row["PricingCategory"] in ("Standard", "Committed", "Dynamic")
            assert row["ServiceCategory"] in CATEGORIES and row["ServiceName"], row
            assert row["x_Scenario"] == d["usage"]["title"]
        total = sum(line["usd"] for line in d["lines"])
        assert sum(decimal.Decimal(row["BilledCost"]) for row in rows) == total
        assert abs(sum(decimal.Decimal(row["EffectiveCost"]) for row in rows) - total) < decimal.Decimal("1e-6")
        unused = [row for row in rows if row["ChargeDescription"].endswith(", unused")]
        assert len(rows) == len(d["lines"]) + len(unused)
        assert len(unused) == sum(line.get("used_frac", 1) < 1 for line in d["lines"])


def test_focus_figures(folder):
    """Each list cost is its unit price times its quantity, also of what a commitment left unused."""
    items = {"m": {"type": "ec2", "instance": "m7g.large", "count": 1, "hours": 311.5},
             "tiny": {"type": "transfer", "internet_out_gb": "0.000000003"}}
    plan = [{"compute_plan": True, "term": "1y_noupfront", "usd_per_h": "0.37"}]
    path = usage(folder, "plan.json", items, book="aws-us-east-1", free="none", commitments=plan)
    for path in [path, SMALL, *GALLERY]:
        rows = list(csv.DictReader(io.StringIO(expect(run("bill", path, "--focus", "-q"), 0).stdout)))
        for row in rows:
            for key in ("BilledCost", "EffectiveCost", "ListCost", "ListUnitPrice", "PricingQuantity"):
                assert re.fullmatch(r"-?\d+(\.\d+)?(E-?\d+)?", row[key]), (key, row)
            cost = decimal.Decimal(row["ListUnitPrice"]) * decimal.Decimal(row["PricingQuantity"])
            assert abs(cost - decimal.Decimal(row["ListCost"])) <= decimal.Decimal("1e-9") * max(cost, 1), row
            assert bool(row["ConsumedQuantity"]) == bool(row["ConsumedUnit"])
    path = usage(folder, "plan.json", items, book="aws-us-east-1", free="none", commitments=plan)
    rows = list(csv.DictReader(io.StringIO(expect(run("bill", path, "--focus"), 0).stdout)))
    assert {row["ConsumedQuantity"] for row in rows} == {"311.5", "3E-9", ""}, rows


def test_very_many(folder):
    """Of very many items the dearest are told, and the sum of the others."""
    call = {"type": "sku", "sku": "s3.standard_storage"}
    many = {f"item{i:04d}": {**call, "quantity": 1000 * i} for i in range(1, 1201)}
    path = usage(folder, "many.json", many)
    text = expect(run("bill", path), 0, stderr="^$").stdout
    d = json.loads(bill(path))
    told = re.findall(r"(?m)^(item\d+)$", text)
    assert sorted(told) == [f"item{i:04d}" for i in range(1161, 1201)], told
    others = sum(round(100 * line["usd"]) for line in d["lines"] if line["node"] not in told)
    assert re.search(rf"(?m)^1,160 others \(see --csv\) +{others / 100:,.2f}$", text), text
    few = usage(folder, "few.json", dict(list(many.items())[:40]))
    assert "see --csv" not in expect(run("bill", few), 0).stdout


def test_output(folder):
    path = os.path.join(folder, "bill.json")
    expect(run("bill", SMALL, "--json", "-o", path), 0, stdout="^$")
    with open(path) as f:
        assert f.read() == bill(SMALL)
    expect(run("bill", SMALL, "--set", "/month=2026-13", "-o", path), 3, stderr=":5:12: /month|/month: ")
    with open(path) as f:
        assert f.read() == bill(SMALL)  # as it was
    expect(run("bill", SMALL, "-o", os.path.join(folder, "none", "x")), 1, stderr="none")


def test_exit_codes(folder):
    expect(run("bill"), 2, stderr="bill wants USAGE")
    expect(run("bill", SMALL, "--markdown"), 2, stderr="bill takes no --markdown")
    expect(run("bill", os.path.join(folder, "none.json")), 3, stderr="none.json")
    expect(run("bill", SMALL, "--book", "nowhere"), 3, stderr="nowhere")
    expect(run("bill", SMALL, "--set", "/items/api/sku=apigateway.rest_request"), 3,
           stderr='/items/api/sku: .*did you mean "apigateway.rest_requests"')
    with open(SMALL) as f:
        stdin = f.read().replace('"book.json"', json.dumps(BOOK))
    expect(run("bill", "-", stdin=stdin), 0, stdout="^A small month: 1,400.63 USD")


def test_sets(folder):
    twice = json.loads(bill(SMALL, "--set", "/items/files/quantity=15"))
    line = next(line for line in twice["lines"] if line["node"] == "files")
    assert line["quantity"] == 15 and line["usd"] == 0.35, line  # 0.345, rounded half up
    other = os.path.join(folder, "other.json")
    with open(BOOK) as f:
        book = json.load(f)
    book["id"] = "other"
    book["prices"]["s3.standard_storage"]["usd"] = "0.1"
    with open(other, "w") as f:
        json.dump(book, f)
    d = json.loads(bill(SMALL, "--book", other))
    assert d["books"][0]["id"] == "other"
    assert next(line for line in d["lines"] if line["node"] == "files")["usd"] == 0.75
    kinds = {line["kind"] for line in json.loads(bill(SMALL, "--free", "none"))["lines"]}
    assert kinds == {"used", "covered", "committed"}, kinds
    assert d["usage"]["sha256"] != json.loads(bill(SMALL))["usage"]["sha256"]


def test_several(folder):
    call = {"type": "sku", "sku": "lambda.requests"}
    a = usage(folder, "a.json", {"one": {**call, "quantity": 700000}}, requests=1000)
    b = usage(folder, "b.json", {"two": {**call, "quantity": 800000}}, requests=500)
    d = json.loads(bill(a, b))
    assert d["usage"]["title"] == "a.json + b.json" and len(d["usage"]["sha256"]) == 129
    assert d["requests"] == 1500 and d["total_usd"] == 0.10, d  # one allowance for both
    assert len(d["books"]) == 1, d["books"]
    c = usage(folder, "c.json", {"two": {**call, "quantity": 1}}, month="2026-02")
    expect(run("bill", a, c), 3, stderr="month")
    assert "free" not in {line["kind"] for line in json.loads(bill(a, b, "--free", "none"))["lines"]}
    assert [x["id"] for x in json.loads(bill(a, b, "--book", "aws-us-east-1"))["books"]] == ["aws-us-east-1"]
    set_first = json.loads(bill(a, b, "--set", "/items/one/quantity=1200000"))
    assert set_first["total_usd"] == 0.20, set_first


def test_costs_nothing(folder):
    path = usage(folder, "free.json", {"one": {"type": "sku", "sku": "lambda.requests", "quantity": 5}})
    text = expect(run("bill", path), 0, stdout=": 0.00 USD for a month of 730 h\n").stdout
    assert "nan" not in text and "requests, free allowance" in text, text
    d = json.loads(bill(path))
    assert d["requests"] is None and d["usd_per_million"] is None and d["composition"][0]["share"] == 0, d


def test_age(folder):
    later = {"SOURCE_DATE_EPOCH": str(int(NOVEMBER_2026) + 400 * 86400)}
    expect(run("bill", SMALL, env=later), 0, stderr="^simcost: the price book small is of 2026-11-02")
    expect(run("bill", SMALL, "-q", env=later), 0, stderr="^$")


def test_run_focus(folder):
    path = os.path.join(folder, "api.json")
    expect(run("init", "-o", path), 0)
    text = expect(run(path, "--focus", "--set", "/horizon_h=1", "--replications", "2"), 0).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == FOCUS
    assert {row["x_Option"] for row in rows} == set(json.load(open(path))["architectures"])
    assert {row["RegionId"] for row in rows} == {"us-east-1"}
    assert all(row["x_Seed"] == "1" and row["x_Quantile"] == "mean" for row in rows)
    assert all(row["ServiceCategory"] in CATEGORIES for row in rows)


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
