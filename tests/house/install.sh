#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# install.sh CMAKE BUILD GENERATOR CC: what is installed is enough for a stranger: find_package(simcost), build, run.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly() {
    "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}
quietly "$1" --install "$2" --prefix "$work/usr"
quietly "$1" -S tests/house/consumer -B "$work/build" -G "$3" \
    -D CMAKE_PREFIX_PATH="$work/usr" -D CMAKE_C_COMPILER="$4"
quietly "$1" --build "$work/build"

export SIMCOST_DATA_DIR="$work/usr/share/simcost"
quietly "$work/usr/bin/simcost" --version
quietly "$work/build/consumer" "$SIMCOST_DATA_DIR/scenarios/01-user-api.json"
grep -q '"schema_version": *1' "$work/log"
