# SPDX-License-Identifier: GPL-3.0-or-later
# What a user gets: the program, the library with its one header, models, scenarios and plots; CPack makes .deb and .tar.gz.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/simcost)
set(data_dir ${CMAKE_INSTALL_DATADIR}/simcost)

install(TARGETS simcost_cli)
install(TARGETS simcost EXPORT simcost)
install(FILES src/simcost.h TYPE INCLUDE)
install(EXPORT simcost NAMESPACE simcost:: DESTINATION ${package_dir} FILE simcostTargets.cmake)

configure_package_config_file(cmake/simcostConfig.cmake.in ${PROJECT_BINARY_DIR}/simcostConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/simcostConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/simcostConfig.cmake ${PROJECT_BINARY_DIR}/simcostConfigVersion.cmake
              cmake/Packages.cmake cmake/FindCSV.cmake cmake/FindMD.cmake
        DESTINATION ${package_dir})

configure_file(cmake/simcost.pc.in ${PROJECT_BINARY_DIR}/simcost.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/simcost.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY models/ DESTINATION ${data_dir})
install(DIRECTORY scenarios plots DESTINATION ${data_dir})
install(FILES README.md CHANGELOG.md LICENSE TYPE DOC OPTIONAL)
install(FILES docs/completion/simcost.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME simcost)

find_program(SCDOC scdoc)
if(SCDOC)
    set(man_page ${PROJECT_BINARY_DIR}/simcost.1)
    add_custom_command(OUTPUT ${man_page} DEPENDS docs/simcost.1.scd VERBATIM
                       COMMAND sh -c "\"$0\" <\"$1\" >\"$2\"" ${SCDOC} ${PROJECT_SOURCE_DIR}/docs/simcost.1.scd ${man_page})
    add_custom_target(man ALL DEPENDS ${man_page})
    install(FILES ${man_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_VENDOR "simcost")
set(CPACK_PACKAGE_CONTACT "The simcost authors <simcost@localhost>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gnuplot-nox)
include(CPack)
