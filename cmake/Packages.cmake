# SPDX-License-Identifier: GPL-3.0-or-later
# What simcost stands on. Nothing is ever downloaded. The installed simcostConfig.cmake reads this file too.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(GSL REQUIRED)  # GSL::gsl: intervals, roots and fits, after the run
find_package(CSV REQUIRED)  # CSV::csv: libcsv
find_package(MD REQUIRED)   # MD::md: libmd, SHA-256

find_package(cJSON QUIET CONFIG) # cjson
if(NOT TARGET cjson)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET GLOBAL libcjson)
    add_library(cjson INTERFACE IMPORTED)
    target_link_libraries(cjson INTERFACE PkgConfig::CJSON)
endif()
