# cmake -DSOURCE=... -DOUTPUT=... -DPNYX_...=... -P write-config-header.cmake
#
# The build is named after the commit: from git, else from the mark that git archive leaves in
# build-id.txt, else "release".

set (PNYX_BUILD "")
if (EXISTS "${SOURCE}/.git")
  find_program (git git)
  if (git)
    execute_process (COMMAND "${git}" -C "${SOURCE}" describe --always --dirty --tags
                     OUTPUT_VARIABLE PNYX_BUILD OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif ()
else ()
  file (STRINGS "${SOURCE}/cmake/build-id.txt" mark LIMIT_COUNT 1)
  if (mark MATCHES "^[0-9a-f]+$")
    set (PNYX_BUILD "${mark}")
  endif ()
endif ()
if (PNYX_BUILD STREQUAL "")
  set (PNYX_BUILD "release")
endif ()

set (PNYX_SOURCE_DATADIR "${SOURCE}")
configure_file ("${CMAKE_CURRENT_LIST_DIR}/pnyx-config.h.in" "${OUTPUT}" @ONLY)
