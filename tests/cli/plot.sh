#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# plot.sh SIMCOST: what --hgrm writes is what plots/latency.gp draws, as PNG and as SVG. Skipped without gnuplot.
command -v gnuplot >/dev/null || { echo "skipped: gnuplot is not here"; exit 77; }
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
for a in serverless containers; do
    "$1" run scenarios/01-user-api.json --set /horizon_h=1 --set /warmup_h=0 --replications 1 \
        --hgrm "$a" -o "$folder/$a.hgrm" || exit 1
done
for kind in png svg; do
    gnuplot -e "data='$folder/serverless.hgrm $folder/containers.hgrm'; out='$folder/p.$kind'; objective=300" \
        plots/latency.gp 2>"$folder/said" || { cat "$folder/said"; exit 1; }
    [ -s "$folder/said" ] && { cat "$folder/said"; exit 1; }
    [ "$(wc -c <"$folder/p.$kind")" -gt 5000 ] || { echo "$kind is hardly a picture"; exit 1; }
done
