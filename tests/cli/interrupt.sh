#!/bin/sh
# Ctrl-C and a termination: what was finished is kept, the manifest says so, the status is that of the signal.

# shellcheck disable=SC2016 # awk has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

scenario '<run duration="3 h" replicates="100000"/><network nodes="100"/><chain kind="nakamoto"/>' > x.xml

# interrupt SIGNAL DIR: begins a long run, sends the signal once some of it is done, sets $status.
interrupt ()
{
  begun run x.xml --threads 2 --out "$2"
  awaits stored "$2"
  kill -s "$1" "$pid"
  status=0
  wait "$pid" || status=$?
}

if [ -z "$ears" ]; then
  echo "1..0 # SKIP env knows no --default-signal"
  exit 77
fi

kept () # SIGNAL DIR STATUS
{
  interrupt "$1" "$2"
  rows=$(($(wc -l < "$2/runs.csv") - 1))
  check "$1: the status is $3" [ "$status" = "$3" ]
  check "$1: some runs are kept" [ "$rows" -gt 0 ]
  check "$1: not all were made" [ "$rows" -lt 100000 ]
  check "$1: the manifest says interrupted" grep -q '"status": "interrupted"' "$2/manifest.json"
  check "$1: a line tells how many" grep -q "^pnyx: interrupted: $rows of 100000 runs are in $2$" "$begun_err"
  check "$1: the summary is printed" grep -q "^results  $2$" "$begun_out"
  check "$1: the summary counts them" awk -F , -v n="$rows" '$3 == "blocks.proposed" && $5 == n { ok = 1 } END { exit !ok }' \
    "$2/summary.csv"
  check "$1: nothing half-written" [ -z "$(find "$2" -name '.*' ! -name .)" ]
}
kept INT int 130
kept TERM term 143

# What was kept is what a whole run would have had: the same replicates, which need not be the first.
n=$(sed -n '$p' int/runs.csv | cut -d , -f 2)
if [ "$n" -lt 3000 ]; then
  ends "the same replicates, run to their end" 0 run x.xml --quiet --no-plot --replicates $((n + 1)) --out whole
  sed 1d int/runs.csv > some
  check "have the same numbers" [ "$(grep -cxFf some whole/runs.csv)" = "$(wc -l < some)" ]
else
  skip "the same replicates, run to their end" "this machine made too many"
fi

ends "an interrupted folder may be taken again" 0 run x.xml --quiet --no-plot --replicates 3 --out int
check "and is finished then" grep -q '"status": "finished"' int/manifest.json

tap_end
