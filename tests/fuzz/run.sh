#!/bin/sh
# sh run.sh PROGRAM CORPUS: one libFuzzer target for $PNYX_FUZZ_SECONDS seconds (5), starting from CORPUS,
# with the words of fuzz/NAME.dict where CORPUS is fuzz/corpus/NAME and there are any.
# What it finds stays in the build folder; a crash is worth a file in the corpus, once it is mended.

set -eu
program=$1
corpus=$2
found=$program.found
mkdir -p "$found"
set -- "$found"
if [ -d "$corpus" ]; then set -- "$@" "$corpus"; fi
dictionary=${corpus%/corpus/*}/${corpus##*/}.dict
if [ -f "$dictionary" ]; then set -- "-dict=$dictionary" "$@"; fi

exec "$program" -max_total_time="${PNYX_FUZZ_SECONDS:-5}" -timeout=10 -rss_limit_mb=4096 \
  -print_final_stats=1 -artifact_prefix="$found-" "$@"
