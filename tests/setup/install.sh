#!/bin/sh
# An installed pnyx is complete: the program runs, the library serves a program of ten lines, the data is
# there, and the whole tree may be moved.

set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0
n_failed=0

check () # NAME COMMAND...: one point
{
  name=$1
  shift
  n=$((n + 1))
  if "$@" > "$scratch/out" 2>&1; then
    printf 'ok %d %s\n' "$n" "$name"
  else
    printf 'not ok %d %s\n' "$n" "$name"
    sed 's/^/# /' "$scratch/out"
    n_failed=$((n_failed + 1))
  fi
}

check "cmake --install" cmake --install "$PNYX_BUILD_DIR" --prefix "$scratch/first"
mv "$scratch/first" "$scratch/usr"
prefix=$scratch/usr

version=$(sed -n 's/^#define PNYX_VERSION "\(.*\)".*/\1/p' "$PNYX_BUILD_DIR/generated/pnyx-config.h")
version_line () { "$prefix/bin/pnyx" --version | grep -F "$version"; }
check "pnyx --version" version_line

pc=$(find "$prefix" -name pnyx.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
pc_version () { [ "$(pkg-config --modversion pnyx)" = "$version" ]; }
check "pkg-config knows the version" pc_version

cat > "$scratch/ten.c" << 'END'
#include <base/rng.h>

int
main (void)
{
  PnyxRng rng;

  pnyx_rng_init (&rng, 1, 0, 0, "example", "install");
  return pnyx_rng_u64 (&rng, 0, 0) == pnyx_rng_u64 (&rng, 0, 0) ? 0 : 1;
}
END
# As the library was built: with its compiler and its sanitizers.
cc=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$PNYX_BUILD_DIR/CMakeCache.txt")
sanitize=$(sed -n 's/^PNYX_SANITIZE:STRING=\(..*\)/-fsanitize=\1/p' "$PNYX_BUILD_DIR/CMakeCache.txt")
# shellcheck disable=SC2046,SC2086 # lists
compile () { "$cc" $sanitize "$1" $(pkg-config --cflags pnyx) -o "$scratch/ten" $(pkg-config --libs pnyx); }
check "a program of ten lines compiles" compile "$scratch/ten.c"
check "and runs" "$scratch/ten"

# Every public header stands on its own, and none needs a private one.
find "$prefix/include/pnyx" -name '*.h' | LC_ALL=C sort | while read -r header; do
  printf '#include <%s>\n' "${header#"$prefix/include/pnyx/"}"
done > "$scratch/all.h"
each_header ()
{
  # shellcheck disable=SC2046,SC2086
  while read -r line; do
    printf '%s\nint x;\n' "$line" | "$cc" $sanitize $(pkg-config --cflags pnyx) -fsyntax-only -x c - || return 1
  done < "$scratch/all.h"
}
check "every header stands on its own" each_header
no_private () { [ -z "$(find "$prefix/include" -name '*_priv.h')" ] && [ ! -e "$prefix/include/pnyx/cli" ]; }
check "private headers stay at home" no_private

check "the man page is there" test -s "$prefix/share/man/man1/pnyx.1"
check "the completion is bash" bash -n "$prefix/share/bash-completion/completions/pnyx"
if [ -d "$PNYX_SOURCE/scenarios" ]; then
  check "scenarios and profiles are there" diff -r "$PNYX_SOURCE/scenarios" "$prefix/share/pnyx/scenarios"
fi
if [ -d "$PNYX_SOURCE/analysis" ]; then
  check "figure templates are there" diff -r "$PNYX_SOURCE/analysis" "$prefix/share/pnyx/analysis"
fi

# The installed program finds its data from anywhere, in the moved tree.
if [ -f "$prefix/share/pnyx/scenarios/quickstart.xml" ]; then
  cd "$scratch"
  check "an installed scenario validates" "$prefix/bin/pnyx" validate "$prefix/share/pnyx/scenarios/quickstart.xml"
  check "installed publications are computed again" "$prefix/bin/pnyx" reproduce nakamoto2008bitcoin
fi

printf '1..%d\n' "$n"
[ "$n_failed" = 0 ]
