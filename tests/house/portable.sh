#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# portable.sh OBJECTS.TXT CC: the core links against the C library alone, and takes from libm only what is exact everywhere.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -E '/(base|num|price|traffic|des|service)/[a-z0-9_]+\.c\.o$' "$1" >"$work/core"
cc=$2
IFS='
'
# shellcheck disable=SC2046
set -- $(cat "$work/core")
ld -r -o "$work/core.o" "$@"
nm -u "$work/core.o" | awk '{ print $NF }' | sort -u >"$work/wanted"

bad=0
if grep -E '^(sc_|simcost_|gsl_|cJSON_|csv_|pthread_|thrd_|mtx_|SHA)' "$work/wanted" >"$work/strangers"; then
    sed 's/$/ is wanted by the core, which must do without it/' "$work/strangers"
    bad=1
fi
# glibc picks these by processor, and their last bit differs; num/math.h has our own.
inexact='exp|exp2|expm1|exp10|log|log2|log10|log1p|pow|sin|cos|tan|sincos|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh'
inexact="$inexact|cbrt|hypot|erf|erfc|tgamma|lgamma|lgamma_r|j0|j1|jn|y0|y1|yn|rand|random|drand48|time|clock|clock_gettime"
if grep -xE "($inexact)[fl]?" "$work/wanted" >"$work/strangers"; then
    sed 's/$/ differs between machines; use num\/math.h and the simulated clock/' "$work/strangers"
    bad=1
fi
echo 'int main(void) { return 0; }' >"$work/main.c"
"$cc" -o "$work/core" "$work/main.c" "$@" -lm || bad=1
exit "$bad"
