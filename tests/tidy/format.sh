#!/bin/sh
# The C files are as clang-format 14 writes them; another version would disagree with itself.

set -eu
cd "$PNYX_SOURCE"
for format in clang-format-14 clang-format none; do
  if command -v "$format" > /dev/null && "$format" --version | grep -q 'version 14\.'; then break; fi
done
if [ "$format" = none ]; then
  echo "clang-format 14 is not installed (./pnyxw --with=format test installs it)"
  exit 77
fi

# shellcheck disable=SC2046 # no blanks in the names of sources
"$format" --dry-run $(find sim tests -name '*.[ch]' | LC_ALL=C sort) 2>&1 \
  | sed -n 's/^\([^:]*:[0-9]*\):[0-9]*: warning: code should be clang-formatted.*/\1: not formatted (.\/pnyxw format)/p' \
  | awk -F: '!seen[$1]++ { print; bad = 1 } END { exit bad }'
