#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# state.sh OBJECTS.TXT: no variable of the library outlives a call, but for the out-of-memory handler.
# Read-only data that needs relocation (.data.rel.ro) is constant.
set -eu
found=$(tr '\n' '\0' <"$1" | xargs -0 nm -A -f sysv | awk -F '|' '
    { gsub(/ /, "", $NF); gsub(/ /, "", $3) }
    ($NF ~ /^\.(data|bss|tdata|tbss)/ && $NF !~ /^\.data\.rel\.ro/) || $3 == "C" { print $1 }' |
    grep -v 'base/memory\.c\.o:out_of_memory *$' | sed 's/.*simcost\.dir\//src\//; s/\.o:/: /') || true
[ -z "$found" ] && exit 0
echo "$found" | sed 's/ *$/ is a mutable variable with static storage; state hangs from a struct/'
exit 1
