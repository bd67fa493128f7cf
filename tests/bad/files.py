# SPDX-License-Identifier: GPL-3.0-or-later
"""files.py PROGRAM: what is asked for is written whole or not at all, and nothing else is ever written."""
import os
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.abspath(sys.argv[1])
SCENARIO = os.path.join(HERE, "base.json")
SHORT = ["--set", "/horizon_h=0.01"]
failures = []


def run(folder, *args, **more):
    home = os.path.join(folder, "home")
    os.makedirs(home, exist_ok=True)
    env = dict(os.environ, HOME=home, TMPDIR=os.path.join(folder, "tmp"))
    return subprocess.run([PROGRAM, *args], cwd=folder, env=env, capture_output=True, timeout=60, encoding="utf-8",
                          stdin=subprocess.DEVNULL, **more)


def found(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def expect(what, folder, done, code, files):
    lines = done.stderr.count("\n")
    if done.returncode != code or found(folder) != sorted(files) or (code and lines != 1) or (not code and lines):
        failures.append(f"{what}: exit {done.returncode} (wanted {code}), files {found(folder)} (wanted {sorted(files)}), "
                        f"{done.stderr[:300].rstrip()}")


def check(what, code, files, *args, before=None, **more):
    with tempfile.TemporaryDirectory() as folder:
        if before:
            before(folder)
        expect(what, folder, run(folder, *args, **more), code, files)


def unwritable(folder):
    os.mkdir(os.path.join(folder, "locked"))
    os.chmod(os.path.join(folder, "locked"), stat.S_IRUSR | stat.S_IXUSR)


def old(folder):
    with open(os.path.join(folder, "old"), "w") as f:
        f.write("as it was")


def whole():
    for command in (["validate", SCENARIO], ["explain", SCENARIO], ["run", SCENARIO, "-q", *SHORT], [SCENARIO, "-q", "--json", *SHORT]):
        check(" ".join(command), 0, [], *command)
    check("-o", 0, ["report"], SCENARIO, "-q", "-o", "report", *SHORT)
    check("--records", 0, ["records"], SCENARIO, "-q", "--records", "records", *SHORT)
    check("both", 0, ["records", "report"], SCENARIO, "-q", "--records", "records", "-o", "report", *SHORT)


def nothing():
    check("no folder", 1, [], SCENARIO, "-q", "-o", "nowhere/report", *SHORT)
    check("no folder for records", 1, [], SCENARIO, "-q", "--records", "nowhere/records", *SHORT)
    check("a folder", 1, [], SCENARIO, "-q", "-o", ".", *SHORT)
    check("full report", 1, [], SCENARIO, "-q", "-o", "/dev/full", *SHORT)
    check("full records", 1, [], SCENARIO, "-q", "--records", "/dev/full", *SHORT)
    check("report after full records", 1, [], SCENARIO, "-q", "--records", "/dev/full", "-o", "report", *SHORT)
    check("invalid scenario", 3, [], SCENARIO, "-q", "-o", "report", "--records", "records", "--set", "/seed=-1")
    if os.geteuid() != 0: # root may write anywhere
        check("locked", 1, [], SCENARIO, "-q", "-o", "locked/report", *SHORT, before=unwritable)


def limit_file_size():
    import resource
    import signal
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def kept():
    """A file that was there stays as it was when the new one cannot be written whole."""
    with tempfile.TemporaryDirectory() as folder:
        old(folder)
        done = run(folder, SCENARIO, "-q", "--records", "old", *SHORT, preexec_fn=limit_file_size, restore_signals=False)
        expect("too large a file", folder, done, 1, ["old"])
        with open(os.path.join(folder, "old")) as f:
            if f.read() != "as it was":
                failures.append("too large a file: the old one is gone")
        expect("a new one", folder, run(folder, SCENARIO, "-q", "--records", "old", *SHORT), 0, ["old"])


for part in (whole, nothing, kept):
    part()
print(*failures, sep="\n")
print(f"{len(failures)} wrong")
sys.exit(1 if failures else 0)
