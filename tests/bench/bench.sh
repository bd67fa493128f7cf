#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh BUILD_DIR [--all]: CPU time (user and system) of a simulated request beside the yardsticks', which run in turn with
# it; medians of 7. Loading is measured apart and left out. --all adds a SimPy model where python3-simpy is installed, and the
# tables of growth.py, which it writes into docs/performance.md too.
# W1: 0.9 requests/s of 2 s; W2: 1,000/s of 100 ms; W3: 10,000/s of 100 ms; W4: 1,000,000/s of 100 ms; path: API Gateway,
# Lambda, DynamoDB at W2's rate; fleet: about 20 tasks that follow the load at W2's rate. Progress goes to stderr; the last
# line is JSON.
set -eu
build=${1:?usage: bench.sh BUILD_DIR [--all]}
all=${2-}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
yard=$root/../shared/yardstick
simcost=$(find "$build" -type f -name simcost -perm -u+x | head -n 1)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
rounds=7
SIMCOST_DATA_DIR=$root/models
export SIMCOST_DATA_DIR

# cpu COMMAND...: seconds of user and system time of one run. `times` is POSIX; its second line is about children.
cpu() {
    sh -c '"$@" >"$0" 2>/dev/null; times' "$out/stdout" "$@" | tail -n 1 | tr 'ms' '  ' | awk '{print $1 * 60 + $2 + $3 * 60 + $4}'
}

# run NAME JOBS HORIZON_H [REPLICATIONS]
run() {
    cpu "$simcost" run "$here/$1.json" --quiet --json --jobs "$2" --set "/horizon_h=$3" ${4+--set "/replications=$4"}
}

median() {
    sort -n "$1" | awk '{v[NR] = $1} END {print NR ? v[int((NR + 1) / 2)] : "null"}'
}

# ns SECONDS_FILE LOAD_S REQUESTS: of the median run.
ns() {
    awk -v s="$(median "$1")" -v load="$2" -v n="$3" 'BEGIN {printf "%.2f", (s - load) / n * 1e9}'
}

# yardstick PROGRAM RATE WARM_S COLD_S REQUESTS [THREADS]: its own ns per request, the mean of its threads.
yardstick() {
    "$out/$1" "$2" "$3" "$4" "$5" 1 1 ${6+"$6"} 2>/dev/null |
        awk 'match($0, /[0-9.]+ ns\/req/) {sum += substr($0, RSTART, RLENGTH); n++} END {print sum / n}'
}

build_yardsticks() {
    flags='-O3 -march=native -fno-math-errno -fno-trapping-math -fno-tree-slp-vectorize'
    # shellcheck disable=SC2086
    gcc $flags -DLOGN "$yard/windowed_batch.c" -o "$out/windowed_batch" -lm -lpthread &&
        gcc $flags -DLOGN -DLEVEL=4 -DQ=4 -DVAR=2 "$yard/event_by_event.c" -o "$out/event_by_event" -lm
}

# point NAME REQUESTS RATE [WARM_S COLD_S]: writes NAME.ns, and NAME.event_by_event and NAME.windowed_batch where they run.
point() {
    name=$1 requests=$2 rate=$3
    horizon_h=$(awk -v n="$requests" -v r="$rate" 'BEGIN {printf "%.12g", n / r / 3600}')
    for _ in 1 2 3; do
        run "$name" 1 1e-9 1 >>"$out/$name.load"
    done
    i=0
    while [ $((i += 1)) -le $rounds ]; do
        run "$name" 1 "$horizon_h" 1 >>"$out/$name.s"
        for p in ${4+$yards}; do
            yardstick "$p" "$rate" "$4" "$5" "$requests" >>"$out/$name.$p"
        done
    done
    ns "$out/$name.s" "$(median "$out/$name.load")" "$requests" >"$out/$name.ns"
    echo "$name: $(cat "$out/$name.ns") ns per request" >&2
}

# Two threads do twice the work in the CPU time of both: 2 x (CPU of one after the other) / (CPU side by side).
threads() {
    horizon_h=1.111111111111e-3
    i=0
    while [ $((i += 1)) -le $rounds ]; do
        run w4 1 $horizon_h >>"$out/one.s"
        run w4 2 $horizon_h >>"$out/two.s"
        [ -n "$yards" ] || continue
        yardstick windowed_batch 1000000 0.1 0.5 4000000 1 >>"$out/one.y"
        yardstick windowed_batch 1000000 0.1 0.5 4000000 2 >>"$out/two.y"
    done
}

ratio() {
    if [ -s "$1" ] && [ -s "$2" ]; then
        awk -v one="$(median "$1")" -v two="$(median "$2")" 'BEGIN {printf "%.3f", 2 * one / two}'
    else
        echo null
    fi
}

of() {
    if [ -n "$yards" ]; then
        printf '{"W1": %s, "W2": %s, "W3": %s, "W4": %s}' "$(median "$out/w1.$1")" "$(median "$out/w2.$1")" \
            "$(median "$out/w3.$1")" "$(median "$out/w4.$1")"
    else
        printf null
    fi
}

yards=
if [ -d "$yard" ] && build_yardsticks; then
    yards='windowed_batch event_by_event'
fi
point w1 20000000 0.9 2.016 2.163
point w2 20000000 1000 0.1 0.5
point w3 20000000 10000 0.1 0.5
point w4 10000000 1000000 0.1 0.5
point path 5000000 1000
point fleet 10000000 1000
threads
if [ "$all" = --all ]; then
    python3 "$here/growth.py" "$simcost" --write "$root/docs/performance.md"
fi
simpy=
if [ "$all" = --all ] && [ -n "$yards" ] && python3 -c 'import simpy' 2>/dev/null; then
    simpy=$(cpu python3 "$yard/simpy_model.py" 1000 0.1 0.5 200000 1 | awk '{printf ", \"simpy_ns\": {\"W2\": %.0f}", $1 / 200000 * 1e9}')
fi
points=
for name in W1 W2 W3 W4 path fleet; do
    points="$points${points:+, }\"$name\": $(cat "$out/$(echo $name | tr W w).ns")"
done
echo "{\"ns_per_request\": {$points}, \"yardstick_ns\": {\"event_by_event\": $(of event_by_event)," \
    "\"windowed_batch\": $(of windowed_batch)}, \"threads_2_speedup\": $(ratio "$out/one.s" "$out/two.s")," \
    "\"yardstick_threads_2_speedup\": $(ratio "$out/one.y" "$out/two.y")$simpy}"
