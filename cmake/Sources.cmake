# SPDX-License-Identifier: GPL-3.0-or-later
# A service is one file and one line: `SERVICE(lambda)` in service/services.def is service/lambda.c here and an entry of the
# table in service/registry.c there. traffic/traffics.def with TRAFFIC(name) is the same. A new line re-configures by itself.
function(sc_sources_from_def out def macro)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${def})
    file(STRINGS ${def} lines REGEX "^${macro}\\(")
    cmake_path(GET def PARENT_PATH folder)
    list(TRANSFORM lines REPLACE "^${macro}\\(([a-z0-9_]+)\\).*" "${folder}/\\1.c" OUTPUT_VARIABLE files)
    set(${out} ${files} PARENT_SCOPE)
endfunction()
