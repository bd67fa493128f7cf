# SPDX-License-Identifier: GPL-3.0-or-later
"""mutate.py PROGRAM [SEED [VALIDATED [RUN]]]: changes one token of a shipped scenario and looks what the program makes of it.

`validate` must end with 0 and say nothing on stderr, or with 3 and one line, within a second of CPU and without a new file.
Some of the valid ones run, with the horizon cut: exit 0 within seconds, a JSON result without NaN, every request accounted for.
SC_FULL=1: 5,000 mutations and 500 runs instead of 500 and 50. A finding is kept as mutation-N.json in the current folder."""
import glob
import json
import math
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|[][{}:,]')
EXTREMES = ["0", "-1", "1e308", "1e-308", "0.5", "1", "1e9", "9007199254740993"]
ANY = EXTREMES + ['""', '"*"', '"x"', "true", "false", "null", "{}", "[]", "{", "}", "[", "]", ",", ":", '"\\u0000"', '"a/b"']
KINDS = ["delete", "duplicate", "replace", "number", "number", "nudge", "nudge", "nudge", "swap", "swap", "truncate", "flip", "spelling"]
CUT = ["--set", "/horizon_h=0.01", "--set", "/replications=1", "--set", "/warmup_h=0.005", "--set", "/drain_h=0.1"]
LONGEST_VALIDATE_S, LONGEST_RUN_S, HANG_S, MOST_BYTES = 1, 10, 60, 4 << 30
SANITIZED = bool(os.environ.get("SC_SANITIZED"))


def flip(token, rng):
    """The same token as another type."""
    if token[0] == '"':
        return rng.choice(["5", "true", "null", "[" + token + "]", '{"value": ' + token + "}"])
    return rng.choice(['"' + token.replace('"', "") + '"', "[" + token + "]", "true", "null", "{}"])


def is_value(token):
    return token[0] not in "[]{}:,"


def is_number(token):
    return token[0] in "-0123456789"


def nudge(token, rng):
    value = float(token) * rng.choice([0.5, 2, 10, 0.1, 1.001]) + rng.choice([0, 0, 1, -1])
    return str(int(value)) if value == int(value) else repr(value)


def spelling(token, rng):
    i = rng.randrange(1, max(2, len(token) - 1))
    return token[:i] + rng.choice(["", "x", "_", "\\n", "é"]) + token[i + 1:]


def mutate(text, rng):
    spans = [m.span() for m in TOKEN.finditer(text)]
    tokens = [text[a:b] for a, b in spans]
    kind = rng.choice(KINDS)
    if kind == "truncate":
        return kind, text[:rng.randrange(len(text))]
    wanted = {"number": is_number, "nudge": is_number, "spelling": lambda t: t[0] == '"', "flip": is_value, "swap": is_value}
    i = rng.choice([k for k, t in enumerate(tokens) if wanted.get(kind, lambda t: True)(t)])
    token, (a, b) = tokens[i], spans[i]
    if kind == "swap":
        j = rng.choice([k for k, t in enumerate(tokens) if is_value(t) and t[0] == token[0] or k == i])
        (a, b), (c, d) = sorted([spans[i], spans[j]])
        return kind, text if i == j else text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    new = {"delete": lambda: "", "duplicate": lambda: token + " " + token, "number": lambda: rng.choice(EXTREMES),
           "nudge": lambda: nudge(token, rng),
           "replace": lambda: rng.choice(ANY + rng.sample(tokens, min(8, len(tokens)))),
           "flip": lambda: flip(token, rng), "spelling": lambda: spelling(token, rng)}[kind]()
    return kind, text[:a] + new + text[b:]


def limits():
    if not SANITIZED: # its shadow memory takes all the addresses there are
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


class Check:
    def __init__(self, program):
        self.program, self.failures = program, []

    def start(self, *args):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = subprocess.run([self.program, *args], capture_output=True, timeout=HANG_S, encoding="utf-8", errors="replace",
                                  stdin=subprocess.DEVNULL, preexec_fn=limits)
        except subprocess.TimeoutExpired:
            return None, HANG_S
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def complain(self, n, text, what):
        path = f"mutation-{n}.json"
        with open(os.path.join(OUT, path), "w", encoding="utf-8") as f:
            f.write(text)
        self.failures.append(f"{path}: {what}")

    def validate(self, path):
        """Returns (valid, complaint or None)."""
        done, took = self.start("validate", path)
        if done is None:
            return False, "validate hangs"
        lines = done.stderr.count("\n")
        if done.returncode not in (0, 3) or lines != (done.returncode == 3):
            return False, f"validate: exit {done.returncode}, {lines} lines: {done.stderr[:1500]}"
        if done.returncode == 3 and not re.search(r": .{8}", done.stderr):
            return False, "validate: no clear line: " + done.stderr
        slow = took > LONGEST_VALIDATE_S * (5 if SANITIZED else 1)
        return done.returncode == 0, f"validate takes {took:.1f} s of CPU" if slow else None

    def run(self, path):
        """Returns a complaint, None, or "empty" where the cut horizon has no request."""
        done, took = self.start("run", path, "--quiet", "--json", *CUT)
        if done is None:
            return "run hangs"
        if done.returncode == 3 and "within the horizon" in done.stderr:
            return "empty"
        if done.returncode != 0 or done.stderr:
            return f"run: exit {done.returncode}: {done.stderr[:1500]}"
        if took > LONGEST_RUN_S * (5 if SANITIZED else 1):
            return f"run takes {took:.1f} s of CPU"
        return result_of(done.stdout)


def refuse(word):
    raise ValueError(word + " in the result")


def mean(estimate):
    return estimate["mean"] if isinstance(estimate, dict) else estimate


def result_of(text):
    try:
        result = json.loads(text, parse_constant=refuse)
    except ValueError as e:
        return f"run: {e}: {text[:300]}"
    for name, a in result["architectures"].items():
        ends = [mean(a[k]) for k in ("completed", "throttled", "failed", "timed_out", "unfinished")]
        if min(ends) < 0 or not math.isclose(mean(a["requests"]), sum(ends), abs_tol=1e-6):
            return f"{name}: {mean(a['requests'])} requests end as {ends}"
        if not mean(a["cost_usd_per_month"]) >= 0:
            return f"{name}: costs {a['cost_usd_per_month']}"
    return None


def sources():
    found = sorted(glob.glob(os.path.join(TOP, "scenarios/*.json"))) + [os.path.join(TOP, "tests/bad/base.json")]
    with_traces = [os.path.join(TOP, "tests/mutation/trace.json")]
    return [(os.path.dirname(p), open(p, encoding="utf-8").read()) for p in found + with_traces if os.path.exists(p)]


def links(folder):
    """What scenarios name beside them is beside their mutations."""
    for path in glob.glob(os.path.join(TOP, "scenarios/*")) + glob.glob(os.path.join(TOP, "tests/mutation/*.csv")):
        if not path.endswith((".json", ".md")):
            os.symlink(path, os.path.join(folder, os.path.basename(path)))


def main():
    full = bool(os.environ.get("SC_FULL"))
    seed, count, runs = [int(a) for a in sys.argv[2:5]] + [1, 5000 if full else 500, 500 if full else 50][len(sys.argv[2:5]):]
    rng, check, texts = random.Random(seed), Check(os.path.abspath(sys.argv[1])), sources()
    valid = ran = empty = 0
    with tempfile.TemporaryDirectory() as folder:
        links(folder)
        os.chdir(folder)
        before = sorted(os.listdir(folder))
        for n in range(count):
            _, text = rng.choice(texts)
            kind, text = mutate(text, rng)
            with open("m.json", "w", encoding="utf-8") as f:
                f.write(text)
            good, complaint = check.validate("m.json")
            valid += good
            if good and not complaint and ran < runs:
                complaint = check.run("m.json")
                if complaint == "empty":
                    empty, complaint = empty + 1, None
                else:
                    ran += 1
            os.remove("m.json")
            if complaint:
                check.complain(n, text, f"({kind}) {complaint}")
            if sorted(os.listdir(folder)) != before:
                check.complain(n, text, "leaves a file")
                break
        os.chdir(OUT)
    print(*check.failures, sep="\n")
    print(f"{count} mutations of {len(texts)} scenarios, seed {seed}: {valid} valid, {ran} run ({empty} had no request left in the "
          f"cut horizon), {len(check.failures)} wrong")
    return 1 if check.failures or ran == 0 else 0


OUT = os.getcwd()
if __name__ == "__main__":
    sys.exit(main())
