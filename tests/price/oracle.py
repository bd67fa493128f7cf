# SPDX-License-Identifier: GPL-3.0-or-later
"""A bill worked out a second time, with exact fractions and no line of code in common with simcost: usage by SKU, free
allowances, commitments hour by hour, tiers, lines rounded half up. It reads the same books."""
import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


def cents(usd):
    """Half up to the cent, as the vendor rounds a line. Money has 15 decimals before that."""
    exact = Decimal(int(usd * 10**15)) / Decimal(10**15)
    return exact.quantize(CENT, ROUND_HALF_UP)


class Book:
    def __init__(self, path):
        with open(path) as f:
            document = json.load(f)
        self.region = document["region"]
        self.prices = document["prices"]

    def price(self, sku):
        entry = self.prices[sku]
        return self.price(entry["billed_as"]) if "billed_as" in entry else entry

    def name(self, sku):
        return self.prices[sku].get("billed_as", sku)

    def tiers(self, sku):
        entry, start, out = self.price(sku), Fraction(0), []
        for tier in entry.get("tiers", [{"usd": entry.get("usd")}]):
            end = Fraction(tier["up_to"]) if "up_to" in tier else None
            out.append((start, end, Fraction(tier["usd"])))
            start = end
        return out

    def rate(self, sku):
        return self.tiers(sku)[0][2]

    def pool(self, sku):
        free = self.price(sku).get("free")
        if not free:
            return None
        where = "everywhere" if free.get("scope") == "global" else self.region
        return (where, free.get("pool") or "sku " + self.name(sku))

    def plan_rate(self, sku, plan):
        if f"{sku}.{plan}" in self.prices:
            return self.rate(f"{sku}.{plan}")
        if sku == "lambda.requests" and plan.startswith("compute_"):
            return self.rate(sku)  # covered at its full price (AWS-sp-doc)
        kind, term = plan.split("_sp_")
        parts = sku.split(".")
        if parts[0] == "ec2" and len(parts) == 3:
            family = f"{kind}_sp"
        elif kind == "compute" and sku.startswith(("fargate.vcpu_", "fargate.memory_")):
            family = "fargate_sp"
        elif kind == "compute" and sku.startswith(("lambda.duration_", "lambda.provisioned_")):
            family = "lambda_sp"
        else:
            return None
        share = f"commitments.{family}_{term}"
        return self.rate(sku) * self.rate(share) if share in self.prices else None


def is_granted(free, mode):
    return mode == "new_account" or (mode == "always" and free.get("for", "always") == "always")


def spread(total, weights):
    return [total * w / sum(weights) for w in weights]


class Demand:
    """One SKU of one book: what each hour uses, and what is left of it."""

    def __init__(self, book, sku, hours):
        self.book, self.sku, self.hours = book, sku, [Fraction(0)] * hours
        self.total = self.free = self.covered = Fraction(0)

    def take_free(self, units):
        self.free = units
        for h, used in enumerate(self.hours):
            taken = min(used, units)
            self.hours[h] -= taken
            units -= taken

    def cover(self, hour, units):
        self.hours[hour] -= units
        self.covered += units

    def tier_costs(self):
        billed = self.total - self.free - self.covered
        for start, end, rate in self.book.tiers(self.sku):
            upto = billed if end is None else min(billed, end)
            if upto > start:
                yield (upto - start) * rate


def grant(demands, books, mode):
    left = {}
    for book in books:
        for d in sorted((d for d in demands if d.book is book), key=lambda d: d.sku):
            pool = book.pool(d.sku)
            if pool is None:
                continue
            free = book.price(d.sku)["free"]
            left.setdefault(pool, Fraction(free["units"]) if is_granted(free, mode) else Fraction(0))
            units = min(d.total, left[pool])
            left[pool] -= units
            d.take_free(units)


def apply_reserved(c, demands, month_h, n):
    entry = c["book"].price(c["reserved"])
    for d in demands:
        if d.book is c["book"] and d.sku == entry["covers"]:
            for h in range(n):
                room = c["count"] * Fraction(entry.get("covers_units", "1")) * month_h / n
                d.cover(h, min(d.hours[h], room))
    hourly = c["book"].rate(c["reserved"])
    upfront = Fraction(entry["upfront_usd"]) / entry["term_h"] if "upfront_usd" in entry else 0
    return c["count"] * (hourly + upfront) * month_h


def apply_plan(c, demands, month_h, n):
    offers = []
    for d in demands:
        rate = d.book.plan_rate(d.sku, c["plan"])
        family = c.get("ec2_plan")
        if rate is None or (family and (d.book is not c["book"] or d.sku.split(".")[1] != family)):
            continue
        full = d.book.rate(d.sku)
        if rate > full:
            continue
        offers.append((rate / full, rate, demands.index(d), d))
    offers.sort(key=lambda o: o[:3])
    for h in range(n):
        budget = Fraction(c["usd_per_h"]) * month_h / n
        for _, rate, _, d in offers:
            units = min(d.hours[h], budget / rate) if rate else d.hours[h]
            budget -= units * rate
            d.cover(h, units)
    return Fraction(c["usd_per_h"]) * month_h


def bill(usages, commitments, mode, month_h):
    """usages: (node, book, sku, units, weights or None), units exact; commitments: dicts with book and
    reserved/count, ec2_plan/plan/usd_per_h or plan/usd_per_h. Returns the exact lines and the sum of the rounded ones."""
    n = max([len(u[4]) for u in usages if u[4]] or [1])
    books, demands = [], []
    for _, book, sku, units, weights in usages:
        if book not in books:
            books.append(book)
        name = book.name(sku)
        found = [d for d in demands if d.book is book and d.sku == name]
        d = found[0] if found else Demand(book, name, n)
        if not found:
            demands.append(d)
        d.total += units
        for h, part in enumerate(spread(units, weights or [1] * n)):
            d.hours[h] += part
    demands.sort(key=lambda d: (books.index(d.book), d.sku))
    grant(demands, books, mode)
    costs = []
    for kind in ("reserved", "ec2_plan", "plan"):
        for c in commitments:
            if kind == "reserved" and "reserved" in c:
                costs.append(apply_reserved(c, demands, month_h, n))
            elif kind == "ec2_plan" and "ec2_plan" in c:
                costs.append(apply_plan(c, demands, month_h, n))
            elif kind == "plan" and "plan" in c and "ec2_plan" not in c:
                costs.append(apply_plan(c, demands, month_h, n))
    lines = []
    for d in demands:  # the vendor's bill knows usage types and tiers, not who used them
        lines += d.tier_costs()
    lines += costs
    return lines, sum((cents(line) for line in lines), Decimal(0))
