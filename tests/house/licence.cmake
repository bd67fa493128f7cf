# SPDX-License-Identifier: GPL-3.0-or-later
# Every source file says its licence in one of its first three lines.
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE files RELATIVE ${TOP}
    ${TOP}/src/*.[ch] ${TOP}/src/*.def ${TOP}/src/CMakeLists.txt ${TOP}/cmake/*.cmake ${TOP}/plots/*.gp
    ${TOP}/tests/*.[ch] ${TOP}/tests/*.cmake ${TOP}/tests/*.sh ${TOP}/tests/*.py ${TOP}/tests/CMakeLists.txt)
list(FILTER files EXCLUDE REGEX "^tests/house/planted/")
foreach(file IN LISTS files ITEMS CMakeLists.txt dev .ci/run)
    if(NOT EXISTS ${TOP}/${file})
        continue() # the planted tree has no `dev`
    endif()
    file(STRINGS ${TOP}/${file} head LIMIT_COUNT 3)
    if(NOT head MATCHES "SPDX-License-Identifier: GPL-3\\.0-or-later")
        message(SEND_ERROR " ${file}: has no SPDX-License-Identifier: GPL-3.0-or-later at its head")
    endif()
endforeach()
