#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scenario.sh SIMCOST [--write]: the first scenario of the gallery answers with the very bytes of
# 01.json. A change of a model, a price or the scenario changes them: look at the difference, then
# write the file anew with --write and say in the commit why the figures moved.
here=tests/golden
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
"$1" run scenarios/01-user-api.json --json --set /replications=2 --set /horizon_h=24 \
    --set /seed=20261123 >"$out" || exit 1
if [ "$2" = --write ]; then
    cp "$out" "$here/01.json"
else
    diff -u "$here/01.json" "$out"
fi
