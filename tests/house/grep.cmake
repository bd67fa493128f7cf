# SPDX-License-Identifier: GPL-3.0-or-later
cmake_minimum_required(VERSION 3.25)

# complain_about(FOLDER BAD GOOD WHAT [EXCEPT FILE...]): an error for each line under TOP/FOLDER that matches BAD and not
# GOOD, as `file:line: text: WHAT`. An empty GOOD excuses nothing. Comments at a line's end do not count.
function(complain_about folder bad good what)
    cmake_parse_arguments(PARSE_ARGV 4 arg "" "" "EXCEPT")
    file(GLOB_RECURSE files RELATIVE ${TOP} ${TOP}/${folder}/*.[ch])
    foreach(file IN LISTS files)
        if(file IN_LIST arg_EXCEPT)
            continue()
        endif()
        file(STRINGS ${TOP}/${file} found REGEX "${bad}")
        if(NOT found)
            continue()
        endif()
        # Line by line only where something was found: brackets and semicolons mean something to CMake's lists.
        file(READ ${TOP}/${file} text)
        string(REGEX REPLACE "[][;\\]" " " text "${text}")
        string(REPLACE "\n" ";" lines "${text}")
        set(number 0)
        foreach(line IN LISTS lines)
            math(EXPR number "${number} + 1")
            string(REGEX REPLACE "(/\\*|//).*$" "" code "${line}")
            if(code MATCHES "${bad}" AND (good STREQUAL "" OR NOT line MATCHES "${good}"))
                string(STRIP "${line}" line)
                message(SEND_ERROR " ${file}:${number}: ${line}: ${what}") # the space keeps it on one line
            endif()
        endforeach()
    endforeach()
endfunction()
