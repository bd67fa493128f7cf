# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py PROGRAM [CASE...]: every folder here is a mistake that the program must tell in one line.

A case holds `stderr` (the exact text) and `exit` (the code), and what is wrong: `sets` (one --set a line, on base.json), or
a `scenario.json` of its own, with `book.json`, `trace.csv`, `table.csv` or `models/` beside it, or a `usage.json`; `args`
replaces the arguments ("validate SCENARIO", "bill USAGE"; "usage-" cases change usage.json). The program runs in this folder and must leave it as it was. `--learn` writes what it says instead;
`--large` runs those that are too large to be kept."""
import os
import shlex
import subprocess
import sys
import tempfile
import time

LONGEST_S = 20
LIMITED = not os.environ.get("SC_SANITIZED")  # a sanitizer's shadow takes all the addresses there are
HERE = os.path.dirname(os.path.abspath(__file__))


def read(*path):
    with open(os.path.join(HERE, *path), encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def files():
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(HERE) for name in names)


def cases():
    return sorted(name for name in os.listdir(HERE) if os.path.isdir(os.path.join(HERE, name)) and name[0] not in "._")


def has(case, name):
    return os.path.exists(os.path.join(HERE, case, name))


def arguments(case):
    is_usage = case.startswith("usage-")
    own, base = ("usage.json", "usage.json") if is_usage else ("scenario.json", "base.json")
    args = [("bill" if is_usage else "validate"), f"{case}/{own}" if has(case, own) else base]
    args = shlex.split(read(case, "args")) if has(case, "args") else args
    for line in read(case, "sets").splitlines() if has(case, "sets") else []:
        args += ["--set", line]
    return args


def environment(case):
    env = {k: v for k, v in os.environ.items() if k not in ("XDG_DATA_HOME", "XDG_DATA_DIRS", "SIMCOST_DATA_DIR")}
    env.update(LC_ALL="C", HOME="/nonexistent")
    if has(case, "models"):
        env["SIMCOST_DATA_DIR"] = case + "/models"
    return env


def run(program, case):
    return subprocess.run([program, *arguments(case)], cwd=HERE, env=environment(case), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=30, encoding="utf-8")


def complaints(program, case):
    done = run(program, case)
    if done.stdout:
        yield "wrote to the standard output: " + done.stdout[:200]
    if done.returncode != int(read(case, "exit")):
        yield f"exit {done.returncode}, wanted {read(case, 'exit').strip()}"
    if done.stderr != read(case, "stderr"):
        yield f"said    {done.stderr.rstrip()}\n        wanted  {read(case, 'stderr').rstrip()}"
    if done.stderr.count("\n") != 1:
        yield "one line is wanted"


# What is too large to be kept: name, how it begins, what is repeated, how often, what must be said.
LARGE = [
    ("nonsense.json", b"", b"nonsense \xff\x00{[", 100 << 20, "larger than 16 MiB, the most a JSON file may have here"),
    ("deep.json", b"", b'{"a":[', 100 << 20, "larger than 16 MiB, the most a JSON file may have here"),
    ("deep-16.json", b"", b'{"a":[', 15 << 20, "1:193: not valid JSON here: more than 64 brackets are open"),
    ("string.json", b'{"title": "', b"x", 15 << 20, "1:11: not valid JSON here: this string is never closed"),
    ("keys.json", b'{"title": "t", ', b'"k": 1,\n', 15 << 20, "not valid JSON here: the text ends where a key"),
    ("numbers.json", b'{"title": [', b"1e308,", 15 << 20, "not valid JSON here: the text ends where a value is wanted"),
    ("nonsense.csv", b"at\n", b"nonsense \xff,;\t{[\n", 100 << 20, 'nonsense.csv:2: column "at": "nonsense '),
    ("cells.csv", b"at\n", b"1,", 100 << 20, "a row of more than 1048576 cells"),
    ("quote.csv", b'at\n1\n"', b"1\n", 100 << 20, "quote.csv:3: a row of more than 64 MiB; is a quote left open?"),
    ("blank.csv", b"at\n", b"\n", 100 << 20, "blank.csv: the trace has no request"),
]


def large(program):
    """100 MB of nonsense: refused in one line, in seconds and in bounded memory."""
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, begin, part, size, wanted in LARGE:
            path = os.path.join(folder, name)
            with open(path, "wb") as f:
                f.write(begin)
                for _ in range(size // (len(part) << 12) + 1):
                    f.write(part * 4096)
            args = ["validate", path]
            if name.endswith(".csv"):
                args = ["validate", "base.json", "--set",
                        '/traffic/web/profile={"trace": {"file": "%s", "rows": {"arrival_s": "at"}}}' % path]
            began = time.monotonic()
            done = subprocess.run(["sh", "-c", 'ulimit -v 700000; exec "$@"', "sh", program, *args] if LIMITED else
                                  [program, *args], cwd=HERE, capture_output=True, timeout=300, encoding="utf-8", errors="replace")
            took = time.monotonic() - began
            os.remove(path)
            if done.returncode != 3 or done.stderr.count("\n") != 1 or wanted not in done.stderr or took > LONGEST_S:
                print(f"{name}: exit {done.returncode}, {took:.1f} s, {done.stderr[:300].rstrip()}\n        wanted  {wanted}")
                bad += 1
        bad += len(os.listdir(folder))
    print(f"{len(LARGE)} large files, {bad} wrong")
    return 1 if bad else 0


def learn(program, case):
    done = run(program, case)
    for name, text in (("stderr", done.stderr), ("exit", f"{done.returncode}\n")):
        with open(os.path.join(HERE, case, name), "w", encoding="utf-8") as f:
            f.write(text)


def main():
    words = [w for w in sys.argv[1:] if w[:2] != "--"]
    program, names = os.path.abspath(words[0]), words[1:] or cases()
    if "--large" in sys.argv:
        return large(program)
    if "--learn" in sys.argv:
        for case in names:
            learn(program, case)
        return 0
    before, bad = files(), 0
    for case in names:
        for complaint in complaints(program, case):
            print(f"{case}: {complaint}")
            bad += 1
    new = set(files()) - set(before)
    if new:
        print("new files:", *sorted(new))
    print(f"{len(names)} cases, {bad} wrong")
    return 1 if bad or new or not names else 0


if __name__ == "__main__":
    sys.exit(main())
