#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# coverage.sh BUILD [SECONDS]: which share of the lines of the loader, of the reading half of io/ and of the trace reader the
# fuzzers reach. Runs both for so long (60 s each; their corpus under BUILD is kept and counts) and replays what they found.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
mkdir -p "$1"
build=$(CDPATH='' cd -- "$1" && pwd)
FUZZ_FLAGS='-O1 -g -fsanitize=fuzzer-no-link -fprofile-instr-generate -fcoverage-mapping'
FUZZ_LINK='-fsanitize=fuzzer -fprofile-instr-generate'
LLVM_PROFILE_FILE=$build/%m-%p.profraw
export FUZZ_FLAGS FUZZ_LINK LLVM_PROFILE_FILE
rm -f "$build"/*.profraw
sh "$root/tests/fuzz/fuzz.sh" "$build" "${2:-60}"
tool() { command -v "$1" || command -v "$1-14" || ls /usr/lib/llvm-*/bin/"$1" | head -n 1; }
"$(tool llvm-profdata)" merge -sparse "$build"/*.profraw -o "$build/all.profdata"
cd "$root"
report() {
    title=$1
    shift
    "$(tool llvm-cov)" report "$build/fuzz_scenario" -object "$build/fuzz_trace" -object "$build/fuzz_book" -instr-profile="$build/all.profdata" "$@" 2>/dev/null |
        tee -a "$build/report.txt" | awk -v title="$title" '$1 == "TOTAL" { printf "%-22s %s of %s lines reached\n", title, $10, $8 }'
}
: >"$build/report.txt"
reading=''
for name in csv csv_number dist_forms dist_read fields json keys locate look pointer scan set text tree; do
    reading="$reading src/io/$name.c"
done
report 'scenario/' src/scenario/*.c
# shellcheck disable=SC2086
report 'io/, the reading half' $reading
report 'the trace reader' src/scenario/tracefile.c src/scenario/profilefile.c src/traffic/trace.c src/traffic/tracebuild.c src/traffic/index.c
