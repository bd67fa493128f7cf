# SPDX-License-Identifier: GPL-3.0-or-later
# Only base/memory.c asks the system for memory. (POSIX's own malloc-and-return, as in getline, is among the words.)
include(${CMAKE_CURRENT_LIST_DIR}/grep.cmake)

set(before "(^|[^a-zA-Z0-9_.>])")
set(words "(malloc|calloc|realloc|reallocarray|aligned_alloc|posix_memalign|free|strdup|strndup|getline|asprintf|vasprintf)")
foreach(folder IN ITEMS base num io price traffic des service scenario run report cli)
    complain_about(src/${folder} "${before}${words} *\\(" "^ *(/?\\*|//)" "belongs in src/base/memory.c"
                   EXCEPT src/base/memory.c)
endforeach()
