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

status=0
for file in $(find sim tests -name '*.[ch]' | LC_ALL=C sort); do
  "$format" "$file" | cmp -s - "$file" || {
    echo "$file: not formatted (./pnyxw format)"
    status=1
  }
done
exit $status
