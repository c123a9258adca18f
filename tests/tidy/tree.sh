#!/bin/sh
# The tree keeps the rules of tests/tidy.awk, and so do the symbols of the library that was built from it.

set -eu
cd "$PNYX_SOURCE"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

symbols=
if [ -f "$PNYX_BUILD_DIR/libpnyx.a" ] && ! grep -q '^PNYX_SANITIZE:STRING=..*' "$PNYX_BUILD_DIR/CMakeCache.txt"; then
  symbols=$scratch/libpnyx.symbols
  objdump -t "$PNYX_BUILD_DIR/libpnyx.a" > "$symbols"
fi

# shellcheck disable=SC2046,SC2086 # no blanks in the names of sources
LC_ALL=C awk -f tests/tidy.awk $(find sim tests -name '*.[ch]' | LC_ALL=C sort) $symbols
