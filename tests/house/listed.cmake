# SPDX-License-Identifier: GPL-3.0-or-later
# Every source is named: in src/CMakeLists.txt, or as one line of services.def or traffics.def.
cmake_minimum_required(VERSION 3.25)

file(READ ${TOP}/src/CMakeLists.txt list)
foreach(pair IN ITEMS service/services.def traffic/traffics.def)
    if(EXISTS ${TOP}/src/${pair})
        cmake_path(GET pair PARENT_PATH folder)
        file(STRINGS ${TOP}/src/${pair} lines REGEX "^[A-Z]+\\(")
        list(TRANSFORM lines REPLACE "^[A-Z]+\\(([a-z0-9_]+)\\).*" "${folder}/\\1.c")
        string(APPEND list " ${lines} ")
    endif()
endforeach()
string(REGEX REPLACE "[\n;()]" " " list "${list}")

file(GLOB_RECURSE files RELATIVE ${TOP}/src ${TOP}/src/*.c)
foreach(file IN LISTS files)
    string(FIND " ${list} " " ${file} " at)
    if(at EQUAL -1)
        message(SEND_ERROR " src/${file}: not listed in src/CMakeLists.txt nor in a .def file")
    endif()
endforeach()
