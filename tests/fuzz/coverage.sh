#!/bin/sh
# sh coverage.sh [FOLDER]: what part of the lines of each reader its corpus and all corpora reach, and what
# FOLDER/NAME holds for target NAME beside (what a long run has found). Needs clang, llvm-profdata and
# llvm-cov; builds in build/coverage.

set -eu
cd "$(dirname "$0")/../.."
more=${1:-}
build=build/coverage
PNYX_SOURCE=$PWD
export PNYX_SOURCE

tool ()
{
  for name in "$1" "$1-14" "$1-15" "$1-16" "$1-17" "$1-18" "$1-19"; do
    if command -v "$name"; then return; fi
  done
  echo "coverage: no $1 (Debian: llvm)" >&2
  exit 77
}
profdata=$(tool llvm-profdata)
cov=$(tool llvm-cov)

cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang \
  -DCMAKE_C_FLAGS="-fprofile-instr-generate -fcoverage-mapping" > "$build.log"
ninja -C "$build" tests/fuzz_targets >> "$build.log"

set --
for target in tests/fuzz/fuzz_*.c; do
  name=$(basename "$target" .c)
  name=${name#fuzz_}
  folders=tests/fuzz/corpus/$name
  if [ -n "$more" ] && [ -d "$more/$name" ]; then folders="$folders $more/$name"; fi
  # shellcheck disable=SC2086 # one or two folders
  LLVM_PROFILE_FILE=$build/$name.profraw "$build/tests/fuzz/fuzz_$name" $folders > "$build/$name.out"
  set -- "$@" "$name"
done

# What each target is for.
readers ()
{
  case $1 in
    columns) echo oracle/columns.c ;;
    edges) echo net/topology.c ;;
    manifest) echo results/manifest.c results/json.c ;;
    paper) echo batch/paper.c ;;
    path) echo scenario/override.c ;;
    picture) echo figure/svg.c ;;
    policy) echo contract/controller_policy.c ;;
    published) echo batch/published.c ;;
    scenario) echo scenario/document.c scenario/reader.c ;;
    stake) echo protocol/gasper/stake_file.c ;;
    store) echo results/store_read.c results/store.c ;;
    tables) echo results/frame.c results/cells.c ;;
    value) echo engine/params.c base/units.c base/number.c engine/distribution_parse.c ;;
  esac
}

# shares PROFILE PROGRAM... -- FILE...: a line for each file, what part of its lines was reached
shares ()
{
  profile=$1
  shift
  "$cov" export -summary-only -instr-profile "$profile" "$@" | tr '{' '\n' | awk '
    /"filename"/ { file = $0; sub (/.*\/sim\//, "", file); sub (/".*/, "", file) }
    /"count":.*"percent"/ && lines { share = $0; sub (/.*"percent":/, "", share); sub (/[,}].*/, "", share)
                                     printf "%s %.0f\n", file, share; lines = 0 }
    /"lines":$/ { lines = 1 }
    /"totals"/ { exit }'
}

objects=
for name; do
  "$profdata" merge -o "$build/$name.profdata" "$build/$name.profraw"
  objects="$objects -object $build/tests/fuzz/fuzz_$name"
done
"$profdata" merge -o "$build/all.profdata" "$build"/*.profraw
objects=${objects# -object }

printf '%-10s %7s  %-34s %6s %6s\n' target inputs reader target all
for name; do
  n=$(grep -c '^# ' "$build/$name.out")
  for file in $(readers "$name"); do
    of=$(shares "$build/$name.profdata" "$build/tests/fuzz/fuzz_$name" "sim/$file" | cut -d ' ' -f 2)
    # shellcheck disable=SC2086 # names without spaces
    all=$(shares "$build/all.profdata" $objects "sim/$file" | cut -d ' ' -f 2)
    printf '%-10s %7s  %-34s %4s %% %4s %%\n' "$name" "$n" "$file" "$of" "$all"
  done
done
