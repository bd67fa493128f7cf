# SPDX-License-Identifier: GPL-3.0-or-later
# The look that all plots share: Okabe and Ito's colours, which colour-blind readers can tell apart, each with a dash and a
# mark of its own, so that grey prints too.
set border 3 lc rgb "#555555"
set tics nomirror out
set grid back lc rgb "#dddddd" lw 0.5
set key inside top left nobox Left reverse samplen 3
set style line 1 lc rgb "#0072B2" lw 2 dt 1 pt 7
set style line 2 lc rgb "#D55E00" lw 2 dt 2 pt 5
set style line 3 lc rgb "#009E73" lw 2 dt 4 pt 9
set style line 4 lc rgb "#CC79A7" lw 2 dt 3 pt 13
