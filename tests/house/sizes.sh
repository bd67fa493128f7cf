#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# No file over 600 lines, no function over 80. Run in the root of the sources.
set -eu
bad=0
for file in $(find src -name '*.[ch]' | sort); do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 600 ]; then
        echo "$file:601: $lines lines, 600 are the limit: split it"
        bad=1
    fi
done
[ "$bad" -eq 0 ] || exit 1
if ! ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
    echo 'functions not measured: Universal Ctags is not here (clang-tidy knows the same limit)'
    exit 77
fi
find src -name '*.c' | sort | xargs ctags -x --c-kinds=f --_xformat='%F %n %{end} %N' | awk '
    $3 - $2 >= 80 { print $1 ":" $2 ": " $4 " has " $3 - $2 + 1 " lines, 80 are the limit"; bad = 1 }
    END { exit bad }'
