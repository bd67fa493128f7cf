#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# fuzz.sh BUILD SECONDS [TARGET...]: builds the targets under BUILD with clang's libFuzzer and the sanitizers and runs each for
# so long, from seeds made of the gallery. A finding stays in BUILD/found/. Exit 77 where clang has no libFuzzer.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$1 seconds=${2:-10}
shift 2
[ $# -gt 0 ] || set -- scenario trace book records
: "${FUZZ_CC:=clang}" "${FUZZ_FLAGS:=-O1 -g -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=all}"
: "${FUZZ_LINK:=-fsanitize=fuzzer,address,undefined}"
export ASAN_OPTIONS="${ASAN_OPTIONS:-allocator_may_return_null=0}"
mkdir -p "$build/o" "$build/found"
build=$(CDPATH='' cd -- "$build" && pwd)

printf '#include <stdint.h>\n#include <stddef.h>\nint LLVMFuzzerTestOneInput(const uint8_t *d, size_t n);\nint LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { return d && n && 0; }\n' >"$build/try.c"
# shellcheck disable=SC2086
if ! $FUZZ_CC $FUZZ_LINK "$build/try.c" -o "$build/try" 2>/dev/null; then
    echo "skipped: $FUZZ_CC cannot link -fsanitize=fuzzer (Debian: clang, libclang-rt-dev)"
    exit 77
fi

compile() {
    object=$build/o/$(echo "$1" | tr / _).o
    [ -e "$object" ] && [ -z "$(find "$root/src" "$root/tests/fuzz" -name '*.[ch]' -newer "$object" | head -n 1)" ] ||
        echo "$FUZZ_CC -std=c17 -D_POSIX_C_SOURCE=200809L -ffp-contract=off $FUZZ_FLAGS -I$root/src -c $root/$1 -o $object"
}
cd "$root"
for file in src/base/*.c src/num/*.c src/io/*.c src/price/*.c src/traffic/*.c src/des/*.c src/service/*.c src/scenario/*.c \
    src/run/*.c tests/fuzz/fuzz_*.c; do
    compile "$file"
done | xargs -P 2 -I{} sh -c '{}'
library=$(ls "$build"/o/src_*.o)
for target in "$@"; do
    # shellcheck disable=SC2086
    $FUZZ_CC $FUZZ_LINK "$build/o/tests_fuzz_fuzz_$target.c.o" $library -lcjson -lcsv -lmd -lgsl -lgslcblas -lpthread -lm -o "$build/fuzz_$target"
done
rm -rf "$build/seeds"
python3 tests/fuzz/seeds.py "$build/seeds"

folder=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) # in memory where it can be
trap 'rm -rf "$folder"' EXIT
export FUZZ_FOLDER="$folder" SIMCOST_DATA_DIR="$build/seeds/models"
cd "$folder"
for target in "$@"; do
    mkdir -p "$build/corpus/$target"
    echo "$target: $seconds s"
    if ! "$build/fuzz_$target" "$build/corpus/$target" "$build/seeds/$target" -dict="$build/seeds/$target.dict" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=20000 -artifact_prefix="$build/found/" \
        -print_final_stats=1 </dev/null >"$build/$target.log" 2>&1; then
        grep -vE '^#[0-9]+' "$build/$target.log" | tail -n 40
        exit 1
    fi
    grep -E '^(Done|stat::(number_of_executed_units|average_exec_per_sec|slowest_unit))' "$build/$target.log"
done
