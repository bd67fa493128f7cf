# SPDX-License-Identifier: GPL-3.0-or-later
# Every header compiles alone.
cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE headers RELATIVE ${TOP} ${TOP}/src/*.h)
foreach(header IN LISTS headers)
    execute_process(COMMAND ${CC} -std=c17 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -fsyntax-only -I ${TOP}/src
                            -x c ${TOP}/${header}
                    RESULT_VARIABLE failed ERROR_VARIABLE why)
    if(failed)
        message(SEND_ERROR " ${header}: does not compile alone\n${why}")
    endif()
endforeach()
