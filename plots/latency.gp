# SPDX-License-Identifier: GPL-3.0-or-later
# Latency by percentile from .hgrm files, one line each; needs gnuplot alone:
#   simcost run api.json --hgrm serverless -o serverless.hgrm
#   gnuplot -e "data='serverless.hgrm containers.hgrm'; out='latency.png'; title_text='My API'" plots/latency.gp
# `objective` (ms) draws a dotted line. A step to the right of the 99 is a cold-start cliff: its place is the cold share.
if (!exists("data")) { print "say data='FILE.hgrm ...'"; exit status 2 }
if (!exists("out")) out = "latency.png"
if (!exists("title_text")) title_text = "Latency by percentile"
here = ARG0[1:strstrt(ARG0, "latency.gp") - 1]
load here."style.gp"
is_svg = strlen(out) > 4 && out[strlen(out) - 3:] eq ".svg"
if (is_svg) { set terminal svg size 800,500 font "sans,12" } else { set terminal pngcairo size 800,500 font "sans,11" }
set output out
set title title_text
set logscale xy
set xlabel "percentile"
set ylabel "latency, ms"
set xrange [1:*]
set xtics ("0" 1, "50" 2, "90" 10, "99" 100, "99.9" 1000, "99.99" 1e4, "99.999" 1e5)
if (exists("objective")) { set arrow from graph 0, first objective to graph 1, first objective nohead dt 3 lc rgb "#555555" }
name(file) = file[1:strlen(file) - 5]
plot for [i=1:words(data)] word(data, i) every ::2 using ($4 > 0 ? $4 : 1/0):1 with lines ls i title name(word(data, i))
