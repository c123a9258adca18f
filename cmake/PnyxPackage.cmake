# cpack --config build/release/CPackConfig.cmake: pnyx_VERSION_ARCH.deb (needs dpkg-dev).
# cmake --build build/release --target dist:      pnyx-VERSION.tar.gz of what is committed; it builds without git.

set (CPACK_GENERATOR DEB)
set (CPACK_PACKAGE_NAME pnyx)
set (CPACK_PACKAGE_VENDOR "The pnyx developers")
set (CPACK_PACKAGE_CONTACT "The pnyx developers <pnyx@localhost>")
set (CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set (CPACK_PACKAGE_DESCRIPTION
     "Validators, networks, oracles, contracts, adversaries and energy live in one world:\n\
what does a failure do to latency, finality, energy, money and power? Scenarios are\n\
XML; sweeps run on all cores; the same seed gives the same bytes.")
set (CPACK_PACKAGING_INSTALL_PREFIX /usr)
set (CPACK_STRIP_FILES ON)
set (CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set (CPACK_DEBIAN_PACKAGE_SECTION science)
set (CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set (CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot")
set (CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, graphviz")
include (CPack)

if (EXISTS "${PROJECT_SOURCE_DIR}/.git")
  find_package (Git QUIET)
endif ()
if (Git_FOUND)
  set (archive "pnyx-${PROJECT_VERSION}")
  add_custom_target (
    dist
    COMMAND "${GIT_EXECUTABLE}" archive --prefix=${archive}/
            -o "${PROJECT_BINARY_DIR}/${archive}.tar.gz" HEAD
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    COMMENT "Packing ${archive}.tar.gz")
endif ()
