# SPDX-License-Identifier: GPL-3.0-or-later
# Each third-party header lives in its own rooms.
include(${CMAKE_CURRENT_LIST_DIR}/grep.cmake)

function(guest header rooms)
    list(JOIN rooms " and " where)
    foreach(folder IN ITEMS base num io price traffic des service scenario run report cli)
        if(NOT folder IN_LIST rooms)
            complain_about(src/${folder} "^#include <${header}" "" "may be included only in ${where}")
        endif()
    endforeach()
endfunction()

guest("(cjson/)?cJSON" io)
guest("csv\\.h" io)
guest("(sha[0-9]*|md5)\\.h" io)
guest("gsl/" "run;report")
guest("(pthread|threads)\\.h" run)
