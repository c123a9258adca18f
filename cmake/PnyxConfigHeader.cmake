# generated/pnyx-config.h, written anew whenever the commit changes.  Few files should include it.

set (PNYX_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
set (PNYX_COMPILER "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}")

set (config_header_command
     "${CMAKE_COMMAND}"
     "-DSOURCE=${PROJECT_SOURCE_DIR}"
     "-DOUTPUT=${PNYX_GENERATED_DIR}/pnyx-config.h"
     "-DPNYX_VERSION=${PROJECT_VERSION}"
     "-DPNYX_DATADIR=${CMAKE_INSTALL_FULL_DATADIR}/pnyx"
     "-DPNYX_COMPILER=${PNYX_COMPILER}"
     "-DPNYX_BUILD_TYPE=${CMAKE_BUILD_TYPE}"
     "-DPNYX_HAVE_MPI=${PNYX_HAVE_MPI}"
     "-DPNYX_HAVE_XGBOOST=${PNYX_HAVE_XGBOOST}"
     -P "${PROJECT_SOURCE_DIR}/cmake/write-config-header.cmake")

add_custom_target (config_header
  COMMAND ${config_header_command}
  BYPRODUCTS "${PNYX_GENERATED_DIR}/pnyx-config.h"
  COMMENT "Naming the build"
  VERBATIM)
