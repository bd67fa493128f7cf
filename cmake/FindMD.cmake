# SPDX-License-Identifier: GPL-3.0-or-later
# Finds libmd: MD_FOUND and the target MD::md.
find_path(MD_INCLUDE_DIR NAMES sha256.h)
find_library(MD_LIBRARY NAMES md)
mark_as_advanced(MD_INCLUDE_DIR MD_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MD REQUIRED_VARS MD_LIBRARY MD_INCLUDE_DIR)

if(MD_FOUND AND NOT TARGET MD::md)
    add_library(MD::md UNKNOWN IMPORTED)
    set_target_properties(MD::md PROPERTIES
        IMPORTED_LOCATION "${MD_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${MD_INCLUDE_DIR}")
endif()
