# SPDX-License-Identifier: GPL-3.0-or-later
"""determinism.py FOLDER: the raw records of the scenarios are the same bytes from every compiler, optimisation level, processor
and number of threads, and with the C library's AVX2 and FMA masked. Builds go to FOLDER. SC_FULL=1: every cell, and whole
horizons in three that differ in all; else 12 builds. Elsewhere the horizons are cut. Cells that this machine cannot build or run are named and left out."""
import glob
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FULL = bool(os.environ.get("SC_FULL"))
SHORT_H = {"03": ("0.002", "0.001")}  # by scenario: horizon and warm-up of the short form; 10,000 requests a second there
COMMON = ["-std=c17", "-D_POSIX_C_SOURCE=200809L", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Isrc"]
LIBRARIES = ["-lgsl", "-lgslcblas", "-lcjson", "-lcsv", "-lmd", "-lm", "-lpthread"]
PROCESSORS = {"portable": ["-DSC_NO_CLONES"], "v3": ["-march=x86-64-v3"], "v4": ["-march=x86-64-v4"], "clones": []}
MASK = "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"


def flags():
    with open("/proc/cpuinfo") as f:
        return set(next((line for line in f if line.startswith("flags")), "").split())


def can_run(processor):
    wanted = {"v3": {"avx2", "fma", "bmi2"}, "v4": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}}
    return wanted.get(processor, set()) <= flags()


def cells():
    """The builds: all of them, or twelve in which each pair of choices meets."""
    levels, compilers = ["-O0", "-O2", "-O3"], [c for c in ("gcc", "clang") if shutil.which(c)]
    every = list(itertools.product(compilers, levels, PROCESSORS))
    if not FULL:
        names = list(PROCESSORS)
        every = [(c, o, p) for i, c in enumerate(compilers) for j, o in enumerate(levels)
                 for p in (names[(i + j) % 4], names[(i + j + 2) % 4])]
    good = [cell for cell in every if can_run(cell[2])]
    return good, sorted({cell[2] for cell in every} - {cell[2] for cell in good})


def sources():
    return sorted(glob.glob(os.path.join(TOP, "src/*/*.c")))


def build(folder, cell):
    compiler, level, processor = cell
    name = os.path.join(folder, "-".join(cell).replace("--", "-"))
    program = name + "/simcost"
    newest = max(os.path.getmtime(p) for p in glob.glob(os.path.join(TOP, "src/*/*.[chd]*")))
    if os.path.exists(program) and os.path.getmtime(program) > newest:
        return program
    os.makedirs(name, exist_ok=True)
    with open(name + "/where.h", "w") as f:
        f.write(f'#define SC_VERSION "0"\n#define SC_DATA_DIR_SOURCE "{TOP}/models"\n')
    objects = [os.path.join(name, os.path.relpath(p, TOP).replace("/", "_") + ".o") for p in sources()]
    slp = ["-fno-tree-slp-vectorize"] if compiler == "gcc" else []

    def compile_one(pair):
        subprocess.run([compiler, *COMMON, level, *slp, *PROCESSORS[processor], "-include", name + "/where.h", "-c", pair[0],
                        "-o", pair[1]], cwd=TOP, check=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(compile_one, zip(sources(), objects)))
    subprocess.run([compiler, *objects, "-o", program, *LIBRARIES], check=True)
    return program


WHOLE = [("gcc", "-O3", "clones"), ("gcc", "-O2", "v4"), ("clang", "-O3", "portable")]  # whole horizons with SC_FULL=1


def cut(scenario):
    """--sets that cut a horizon. A replay is short as it is."""
    horizon_h, warmup_h = SHORT_H.get(os.path.basename(scenario)[:2], ("0.5", "0.05"))
    sets = ["--set", "/replications=3"]
    return sets if "replay" in scenario else sets + ["--set", "/horizon_h=" + horizon_h, "--set", "/warmup_h=" + warmup_h]


def records(program, scenario, jobs=2, mask=False, sets=()):
    env = dict(os.environ, GLIBC_TUNABLES=MASK) if mask else dict(os.environ)
    done = subprocess.run([program, "run", scenario, "--quiet", "--records", "-", "--jobs", str(jobs), *sets], env=env,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=3600 if FULL else 60)
    if done.returncode != 0 or not done.stdout:
        raise SystemExit(f"{program} {scenario}: exit {done.returncode}, {done.stderr.decode()[:500]}")
    return hashlib.sha256(done.stdout).hexdigest()


def ways(program):
    """How a build is run; the same way twice is one of them."""
    full = [(jobs, mask) for jobs in (1, 2, 7) for mask in (False, True)]
    return full if FULL else [(1, False), (2, True), (7, False), (7, False)]


def main():
    folder = os.path.abspath(sys.argv[1])
    scenarios = sorted(glob.glob(os.path.join(TOP, "scenarios/0[1-5]-*.json")))
    chosen, left_out = cells()
    seen, runs = {s: {} for s in scenarios}, 0
    for cell in chosen:
        program = build(folder, cell)
        for scenario in scenarios:
            for jobs, mask in ways(program):
                digest = records(program, scenario, jobs, mask, cut(scenario))
                seen[scenario].setdefault(digest, []).append(f"{' '.join(cell)} --jobs {jobs}{' masked' if mask else ''}")
                runs += 1
        for scenario in scenarios if FULL and cell in WHOLE else []:
            name = scenario + " whole"
            seen.setdefault(name, {}).setdefault(records(program, scenario), []).append(" ".join(cell))
            runs += 1
    scenarios = sorted(seen)
    wrong = [s for s in scenarios if len(seen[s]) != 1]
    for scenario in wrong:
        for digest, where in seen[scenario].items():
            print(os.path.basename(scenario), digest[:16], len(where), "runs:", *where[:6], sep=" ")
    print(f"{len(chosen)} builds, {runs} runs" + (f", not on this processor: {' '.join(left_out)}" if left_out else "") + ":",
          *(f"{os.path.basename(s)[:2]}{' whole' * s.endswith(' whole')} {next(iter(seen[s]))[:16]}" for s in scenarios if s not in wrong), f"{len(wrong)} differ")
    return 1 if wrong or not scenarios else 0


if __name__ == "__main__":
    sys.exit(main())
