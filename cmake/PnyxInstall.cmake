# cmake --install: program, library, headers, pkg-config file, man page, completion, data.

if (TARGET pnyx)
  install (TARGETS pnyx RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif ()
if (TARGET libpnyx)
  install (TARGETS libpnyx ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif ()

install (DIRECTORY "${PROJECT_SOURCE_DIR}/sim/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/pnyx"
         FILES_MATCHING PATTERN "*.h" PATTERN "*_priv.h" EXCLUDE PATTERN "cli" EXCLUDE)

foreach (data scenarios analysis papers)
  if (IS_DIRECTORY "${PROJECT_SOURCE_DIR}/${data}")
    install (DIRECTORY "${PROJECT_SOURCE_DIR}/${data}" DESTINATION "${CMAKE_INSTALL_DATADIR}/pnyx")
  endif ()
endforeach ()

# Relative to the file itself, so that the installed tree may be moved.
file (RELATIVE_PATH PNYX_PC_PREFIX
      "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string (REGEX REPLACE "/$" "" PNYX_PC_PREFIX "${PNYX_PC_PREFIX}")
set (PNYX_PC_LIBS "")
foreach (library IN LISTS OpenMP_C_LIB_NAMES)
  get_filename_component (folder "${OpenMP_${library}_LIBRARY}" DIRECTORY)
  if (folder AND NOT folder IN_LIST CMAKE_C_IMPLICIT_LINK_DIRECTORIES) # clang's has a folder of its own
    string (APPEND PNYX_PC_LIBS " -L${folder}")
  endif ()
  string (APPEND PNYX_PC_LIBS " -l${library}")
endforeach ()
if (PNYX_HAVE_XGBOOST)
  get_filename_component (folder "${XGBOOST_LIBRARY}" DIRECTORY)
  if (NOT folder IN_LIST CMAKE_C_IMPLICIT_LINK_DIRECTORIES)
    string (APPEND PNYX_PC_LIBS " -L${folder}")
  endif ()
  string (APPEND PNYX_PC_LIBS " -lxgboost")
endif ()
configure_file ("${PROJECT_SOURCE_DIR}/packaging/pnyx.pc.in" "${PROJECT_BINARY_DIR}/pnyx.pc" @ONLY)
install (FILES "${PROJECT_BINARY_DIR}/pnyx.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

configure_file ("${PROJECT_SOURCE_DIR}/packaging/pnyx.1.in" "${PROJECT_BINARY_DIR}/pnyx.1" @ONLY)
install (FILES "${PROJECT_BINARY_DIR}/pnyx.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install (FILES "${PROJECT_SOURCE_DIR}/packaging/pnyx.bash-completion" RENAME pnyx
         DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install (FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
