#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# coverage.sh BUILD: builds the program for gcov under BUILD, runs every case, and lists the lines that record an error and were
# not reached. Exit 1 if there is one that tests/bad/unreached.txt does not explain.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
mkdir -p "$1/o"
build=$(CDPATH='' cd -- "$1" && pwd)
cd "$root"
rm -f "$build"/o/*.gcda
printf '#define SC_VERSION "0"\n#define SC_DATA_DIR_SOURCE "%s/models"\n' "$root" >"$build/defs.h"
for file in src/*/*.c; do
    object=$build/o/$(echo "$file" | tr / _).o
    [ -e "$object" ] && [ -z "$(find src -name '*.[ch]' -newer "$object" | head -n 1)" ] ||
        echo "gcc -std=c17 -D_POSIX_C_SOURCE=200809L -O0 -g --coverage -Isrc -include $build/defs.h -c $file -o $object"
done | xargs -P 2 -I{} sh -c '{}'
gcc --coverage "$build"/o/*.o -o "$build/simcost" -lgsl -lgslcblas -lcjson -lcsv -lmd -lm -lpthread
python3 tests/bad/run.py "$build/simcost" >"$build/cases.log" || cat "$build/cases.log"
python3 tests/bad/run.py "$build/simcost" --large >"$build/large.log" || cat "$build/large.log"
files=$(ls src/scenario/*.c src/price/*.c src/traffic/*.c src/service/*.c src/io/*.c)
for file in $files; do
    gcov -t -o "$build/o/$(echo "$file" | tr / _).o" "$file" 2>/dev/null |
        awk -F: -v name="$file" '
            /Source:/ { ours = index($0, name) > 0 }
            ours && $1 ~ /#####/ && /(sc_fail|sc_doc_fail|sc_load_no_work|fail_set|fail_at|no_service|[^_a-z]fail|refuse)\(/ && !/refuse\(n/ && !/^[^:]*:[^:]*:(static )/ {
                gsub(/^ +| +$/, "", $2); line = $0; sub(/^[^:]*:[^:]*:/, "", line); print name ":" $2 ":" line }'
done >"$build/unreached.txt"
cd "$build"
grep -vE '^#|^$' "$root/tests/bad/unreached.txt" >known.txt || true
awk -F'\t' 'NR == FNR { known[$1] = 1; next } { for (k in known) if ($0 ~ k) next; print }' known.txt unreached.txt >new.txt
cat new.txt
echo "$(wc -l <unreached.txt) lines that record an error are not reached, $(wc -l <new.txt) of them not explained"
[ ! -s new.txt ]
