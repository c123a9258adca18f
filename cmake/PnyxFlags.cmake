# What every file of the project is compiled with, as the interface library pnyx_flags.

set (CMAKE_C_STANDARD 17)
set (CMAKE_C_STANDARD_REQUIRED ON)
set (CMAKE_C_EXTENSIONS OFF)
set (CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Short loops of four, which gcc would vectorise, are what the hot paths are made of: 5 % slower so.
set (CMAKE_C_FLAGS_RELEASE "-O3 -fno-tree-vectorize")
set (CMAKE_C_FLAGS_DEBUG "-O1 -g")

add_library (pnyx_flags INTERFACE)

target_compile_options (pnyx_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
  -Wcast-qual -Wwrite-strings -Wformat=2 -Wvla
  -fno-common -fvisibility=hidden
  # Messages name sources as the tree does, not as the machine that built them.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
  # The same floating-point result whatever the optimiser sees; no file turns this off again.
  -ffp-contract=off)

# POSIX and M_PI, which plain C17 hides.
target_compile_definitions (pnyx_flags INTERFACE _DEFAULT_SOURCE)

target_include_directories (pnyx_flags INTERFACE "${PROJECT_SOURCE_DIR}/sim")

if (PNYX_WERROR)
  target_compile_options (pnyx_flags INTERFACE -Werror)
endif ()

# Whole-structure checks that are too slow for everyday runs.
target_compile_definitions (pnyx_flags INTERFACE $<$<CONFIG:Debug>:PNYX_SLOW_CHECKS=1>)

if (PNYX_FUZZ)
  if (NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message (FATAL_ERROR "PNYX_FUZZ needs clang; use the preset \"fuzz\"")
  endif ()
  set (PNYX_SANITIZE "address,undefined")
  target_compile_options (pnyx_flags INTERFACE -fsanitize=fuzzer-no-link)
endif ()

if (PNYX_SANITIZE)
  set (sanitize -fsanitize=${PNYX_SANITIZE} -fno-omit-frame-pointer)
  if (PNYX_SANITIZE MATCHES "undefined")
    list (APPEND sanitize -fno-sanitize-recover=all)
  endif ()
  target_compile_options (pnyx_flags INTERFACE ${sanitize} -g)
  target_link_options (pnyx_flags INTERFACE ${sanitize})
endif ()
