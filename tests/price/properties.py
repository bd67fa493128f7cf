# SPDX-License-Identifier: GPL-3.0-or-later
"""properties.py SIMCOST TEST: what holds for every bill. Random usages of random SKUs, books and commitments are priced
by `simcost bill` and by tests/price/oracle.py; 1,000 of them, with SC_FULL=1 in the environment 10,000."""
import concurrent.futures
import json
import os
import random
import subprocess
import sys
import tempfile
from decimal import Decimal
from fractions import Fraction

import oracle

SIMCOST = os.path.abspath(sys.argv[1])
NAMES = ("aws-us-east-1", "aws-eu-west-1", "aws-ap-southeast-1")
BOOKS = {name: oracle.Book(f"models/prices/{name}.json") for name in NAMES}
MONTHS = (672, 720, 730, 744)
TERMS = ("1y_noupfront", "3y_noupfront")
HOME = BOOKS[NAMES[0]]
RESERVED = sorted(s for s, p in HOME.prices.items() if "covers" in p)
COMMITTABLE = sorted(s for s in HOME.prices
                     if "billed_as" not in HOME.prices[s] and HOME.plan_rate(s, "compute_sp_1y_noupfront"))


def is_billable(book, sku):
    return "covers" not in book.prices[sku] and not sku.startswith("commitments.")


def random_units(rng, book, sku):
    """Around the places where a rule changes: the allowance, the ends of tiers, whole units and tiny parts."""
    ends = [end for _, end, _ in book.tiers(sku) if end]
    free = book.price(sku).get("free")
    marks = ends + ([Fraction(free["units"])] if free else []) + [Fraction(10) ** rng.randint(0, 12)]
    units = rng.choice(marks) * Fraction(rng.randint(0, 3000), 1000) + Fraction(rng.randint(-5, 5), 10**rng.randint(0, 9))
    return max(units, Fraction(0))


def text_of(units):
    whole, rest = divmod(units * 10**9, 10**9)
    return f"{int(whole)}.{int(rest):09d}" if rest else str(int(whole))


def random_case(seed):
    rng = random.Random(seed)
    month_h = rng.choice(MONTHS)
    with_plans = rng.random() < 0.5
    document = {"title": f"random {seed}", "month_h": month_h, "free": rng.choice(("always", "none", "new_account")),
                "items": {}}
    usages = []
    for i in range(rng.randint(1, 7)):
        name = rng.choice(NAMES) if rng.random() < 0.3 else NAMES[0]
        book = BOOKS[name]
        choices = sorted(s for s in book.prices if is_billable(book, s))
        if with_plans and name == NAMES[0] and rng.random() < 0.7:
            choices = COMMITTABLE
        sku = rng.choice(choices)
        units = Fraction(text_of(random_units(rng, book, sku)))
        if sku in COMMITTABLE and with_plans:
            units = units % 10**6
        item = {"type": "sku", "sku": sku, "quantity": text_of(units)}
        if name != NAMES[0]:
            item["book"] = name
        weights = None
        if rng.random() < 0.3:
            weights = [rng.randint(0, 9) for _ in range(rng.randint(1, 30))]
            weights[0] += not any(weights)
            item["by_hour"] = weights
            weights = [weights[h % len(weights)] for h in range(month_h)]
        node = f"item{i}"
        document["items"][node] = item
        usages.append((node, book, sku, units, weights))
    commitments = []
    if with_plans:
        document["commitments"] = []
        for _ in range(rng.randint(1, 3)):
            add_commitment(rng, document["commitments"], commitments)
    # the order in which simcost meets usages: items by name
    usages.sort(key=lambda u: u[0])
    return document, usages, commitments


def add_commitment(rng, written, meant):
    usd = f"{rng.randint(0, 50)}.{rng.randint(1, 999999):06d}"
    kind, term = rng.randint(0, 2), rng.choice(TERMS)
    if kind == 0:
        sku, count = rng.choice(RESERVED), rng.randint(1, 5)
        written.append({"reserved": sku, "count": count})
        meant.append({"book": HOME, "reserved": sku, "count": count})
    elif kind == 1:
        family = rng.choice(("m7g", "c6g", "t3", "m5"))
        written.append({"ec2_plan": family, "term": term, "usd_per_h": usd})
        meant.append({"book": HOME, "ec2_plan": family, "plan": "ec2_sp_" + term, "usd_per_h": usd})
    else:
        written.append({"compute_plan": True, "term": term, "usd_per_h": usd})
        meant.append({"book": HOME, "plan": "compute_sp_" + term, "usd_per_h": usd})


def priced(document, folder, name="usage.json"):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        json.dump(document, f)
    return priced_files([path])


def priced_files(paths):
    done = subprocess.run([SIMCOST, "bill", *paths, "--json", "-q"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (paths, done.stderr)
    return json.loads(done.stdout, parse_float=Decimal)


def check(seed):
    document, usages, commitments = random_case(seed)
    lines, total = oracle.bill(usages, commitments, document["free"], Fraction(document["month_h"]))
    with tempfile.TemporaryDirectory() as folder:
        got = priced(document, folder)
    exact = sum(lines, Fraction(0))
    difference = abs(Fraction(got["exact_usd"]) - exact)
    assert difference <= Fraction(len(lines) + 1, 10**10 if commitments else 10**14), (seed, got["exact_usd"], float(exact))
    if commitments:  # a plan cuts usage at parts of 1e-15 units, so a line may lie just beside a half cent
        assert abs(Decimal(got["total_usd"]) - total) <= Decimal("0.01"), (seed, got["total_usd"], total)
        return got["total_usd"] == total
    assert Decimal(got["total_usd"]) == total, (seed, got["total_usd"], total)
    return True


def test_random_usages():
    n = 10000 if os.environ.get("SC_FULL") else 1000
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        equal = sum(pool.map(check, range(n)))
    print(f"{n} random usages: {equal} totals equal to the cent, {n - equal} a cent apart beside a commitment")
    assert equal >= n * 0.999


def test_more_usage_never_costs_less():
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(100):
            document, _, _ = random_case(seed)
            before = Fraction(priced(document, folder)["exact_usd"])
            name = rng.choice(sorted(document["items"]))
            item = document["items"][name]
            item["quantity"] = text_of(Fraction(item["quantity"]) * Fraction(rng.randint(1001, 3000), 1000) + 1)
            after = Fraction(priced(document, folder)["exact_usd"])
            assert after >= before - Fraction(1, 10**9), (seed, name, float(before), float(after))


def test_parts_cost_what_the_whole_costs():
    rng = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(60):
            document, _, _ = random_case(seed)
            whole = priced(document, folder)
            shards = [dict(document, items={}) for _ in range(rng.choice((2, 3, 5)))]
            for name, item in document["items"].items():
                left = Fraction(item["quantity"])
                for shard in shards[1:]:
                    part = Fraction(text_of(left * Fraction(rng.randint(0, 1000), 1000)))
                    shard["items"][name] = dict(item, quantity=text_of(part))
                    left -= part
                shards[0]["items"][name] = dict(item, quantity=text_of(left))
            paths = []
            for i, shard in enumerate(shards):
                paths.append(os.path.join(folder, f"shard{i}.json"))
                with open(paths[-1], "w") as f:
                    json.dump(shard, f)
            rng.shuffle(paths)
            merged = priced_files(paths)
            difference = abs(Fraction(merged["exact_usd"]) - Fraction(whole["exact_usd"]))
            assert difference <= Fraction(1, 10**9), (seed, merged["exact_usd"], whole["exact_usd"])


def test_a_month_of_26_billion_and_a_million_times_that():
    for factor in (1, 10**6):
        requests = 26 * 10**9 * factor
        document = {"title": "10,000 requests a second", "free": "none",
                    "items": {"fn": {"type": "sku", "sku": "lambda.requests", "quantity": str(requests)},
                              "time": {"type": "sku", "sku": "lambda.duration_x86", "quantity": str(requests * 137 * 1769),
                                       "unit": "MB-ms"},
                              "api": {"type": "sku", "sku": "apigateway.rest_requests", "quantity": str(requests)}}}
        units = {"lambda.requests": requests, "lambda.duration_x86": Fraction(requests * 137 * 1769, 1024 * 1000),
                 "apigateway.rest_requests": requests}
        usages = [(name, HOME, item["sku"], Fraction(units[item["sku"]]), None)
                  for name, item in sorted(document["items"].items())]
        lines, total = oracle.bill(usages, [], "none", Fraction(730))
        with tempfile.TemporaryDirectory() as folder:
            got = priced(document, folder)
        assert abs(Fraction(got["exact_usd"]) - sum(lines)) <= Fraction(1, 10**14), (got["exact_usd"], float(sum(lines)))
        print(f"{requests} requests: {total} USD")
        assert Decimal(got["total_usd"]) == total


if __name__ == "__main__":
    globals()["test_" + sys.argv[2]]()
