# SPDX-License-Identifier: GPL-3.0-or-later
# How every file of the house is compiled: link `simcost_flags`, wrapped in $<BUILD_INTERFACE:...> where it would be exported.
option(SC_SANITIZE "address and undefined-behaviour sanitizers; the first finding ends the program" OFF)

add_library(simcost_flags INTERFACE)
target_compile_definitions(simcost_flags INTERFACE
    _POSIX_C_SOURCE=200809L
    SC_VERSION="${PROJECT_VERSION}")
target_compile_options(simcost_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes
    -Wvla -Wformat=2 -Wcast-qual -Wundef -Wdouble-promotion
    # clang alone minds the {NULL} that ends a table; what else this warns of, gcc tells.
    $<$<C_COMPILER_ID:Clang>:-Wno-missing-field-initializers>
    # The same bits from every compiler, optimisation level and processor: no fused multiply-add.
    -ffp-contract=off
    # Nobody reads errno or traps after arithmetic; without these two gcc does not vectorise the draws.
    -fno-math-errno -fno-trapping-math
    # gcc 12 makes the draws two to four times slower with it.
    $<$<C_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>
    # The same bytes wherever it is built; a debugger wants the real paths elsewhere.
    $<IF:$<CONFIG:Release>,-ffile-prefix-map,-fmacro-prefix-map>=${PROJECT_SOURCE_DIR}/=)

if(SC_SANITIZE)
    set(sanitizers -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all)
    target_compile_options(simcost_flags INTERFACE ${sanitizers} -fno-omit-frame-pointer)
    target_link_options(simcost_flags INTERFACE ${sanitizers})
endif()
