# SPDX-License-Identifier: GPL-3.0-or-later
# A folder of src/ includes only itself and the folders before it in this order.
include(${CMAKE_CURRENT_LIST_DIR}/grep.cmake)

set(order base num io price traffic des service scenario run report cli)
foreach(folder IN LISTS order)
    list(APPEND allowed ${folder})
    list(JOIN allowed "|" alternatives)
    complain_about(src/${folder} "^#include \"" "^#include \"(${alternatives})/" "climbs the house")
endforeach()
