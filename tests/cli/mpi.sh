#!/bin/sh
# slow-test: mpirun pnyx sweep: any number of processes, and shards, make the bytes of one; what is wrong
# is said once; what was finished when one of them ended is kept.

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

TMPDIR=$scratch # of MPI's sockets
export TMPDIR
cat > sweep.xml << 'XML'
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="4 epoch" warmup="1 epoch" replicates="2"/>
  <network nodes="50"><topology kind="random-regular" degree="8"/><delay kind="distribution" value="100 ms"/></network>
  <chain kind="gasper"><validators count="512"><offline share="0"/></validators></chain>
  <sweep>
    <axis path="delay/@value" name="delay" values="100 ms, 500 ms, 1 s"/>
    <axis path="offline/@share" name="offline" from="0" to="0.3" steps="4"/>
    <when axis="offline" is="below" value="0.25"><or axis="delay" is="equal" value="1 s"/></when>
  </sweep>
</scenario>
XML

if ! "$PNYX" --version | grep -q 'MPI yes'; then
  OMPI_COMM_WORLD_SIZE=3
  export OMPI_COMM_WORLD_SIZE
  refuses "a build without MPI says so" 2 'started by mpirun, but this build has no MPI \(expected ./pnyxw --with=mpi' \
    sweep sweep.xml
  check "and makes nothing" [ ! -e results ]
  ends "shards do not need it" 0 sweep sweep.xml --shard 1/3 --replicates 1 --out shard --quiet --no-plot
  skip "mpirun" "this build has no MPI (./pnyxw --with=mpi test builds one that has)"
  tap_end
  exit
fi
if ! command -v mpirun > /dev/null 2>&1; then
  echo "1..0 # SKIP mpirun is not installed (./pnyxw --with=mpi setup installs it)"
  exit 77
fi

# OpenMPI's mpirun wants to be told that root means it, and that there are more processes than cores.
flags=
if mpirun --version 2> /dev/null | grep -q 'Open MPI'; then
  if [ "$(id -u)" = 0 ]; then flags="$flags --allow-run-as-root"; fi
  if [ "$(nproc)" -lt 3 ]; then flags="$flags --oversubscribe"; fi
fi

several () # ARGUMENTS of mpirun: sets $status, fills $out and $err
{
  status=0
  # shellcheck disable=SC2086 # a list
  timeout "$patience" mpirun $flags "$@" > "$out" 2> "$err" < /dev/null || status=$?
}
patience=60
if sanitized; then
  patience=300
  # What MPI itself leaves behind is not ours to free.
  ASAN_OPTIONS=detect_leaks=0
  export ASAN_OPTIONS
fi

well () { cat "$err"; [ "$status" = 0 ]; }

# same DIR DIR: the same files, and the same rows in all tables
same ()
{
  for part in runs.csv summary.csv series distributions; do diff -r "$1/$part" "$2/$part" || return 1; done
  if command -v sqlite3 > /dev/null 2>&1; then
    for folder; do
      # No table has a row number: .dump prints the rows in the order of their keys.
      sqlite3 -readonly "$folder/results.db" .dump > "$folder.sql"
    done
    cmp "$1.sql" "$2.sql"
  fi
}

# --- the same results -------------------------------------------------------------------------------------

ends "one process" 0 sweep sweep.xml --out one --quiet --no-plot
for n in 1 3; do
  several -n $n "$PNYX" sweep sweep.xml --out "mpi$n" --quiet --no-plot
  check "mpirun -n $n" well
  check "mpirun -n $n: how many there were" grep -q "\"ranks\": $n," "mpi$n/manifest.json"
  check "mpirun -n $n: the same files and rows" same one "mpi$n"
done
for i in 1 2 3; do
  ends "shard $i" 0 sweep sweep.xml --shard $i/3 --out "shard$i" --quiet --no-plot
done
ends "merge" 0 merge shard3 shard1 shard2 --out merged --quiet --no-plot
check "merge: the same files and rows" same one merged

# Replicates until a mean is known well enough: what is run depends on what came out.
cat > precision.xml << 'XML'
<scenario xmlns="urn:pnyx:scenario:1" name="precise" seed="1">
  <run duration="12 h" replicates="10"/>
  <network nodes="10"><topology kind="complete"/><delay kind="distribution" value="5 s"/></network>
  <chain kind="nakamoto"/>
  <sweep>
    <axis path="delay/@value" name="delay" values="5 s, 20 s, 60 s"/>
    <precision metric="blocks.orphan_rate" relative="0.3" replicates-max="100"/>
  </sweep>
</scenario>
XML
ends "precision: one process" 0 sweep precision.xml --out precise --quiet --no-plot
unequal ()
{
  sed 1d precise/runs.csv | cut -d , -f 1 | sort | uniq -c > counts
  cat counts
  [ "$(awk '{ print $1 }' counts | sort -u | wc -l)" -gt 1 ]
}
check "precision: points need unequal numbers of replicates" unequal
several -n 3 "$PNYX" sweep precision.xml --out precise3 --quiet --no-plot
check "precision: mpirun -n 3" well
check "precision: the same files and rows" same precise precise3

# Started by mpirun as a mere launcher, each with a shard of its own.
# shellcheck disable=SC2016 # a variable of each process
several -n 3 sh -c 'i=$((OMPI_COMM_WORLD_RANK + 1)); exec "$PNYX" sweep sweep.xml --shard $i/3 --out own$i --quiet --no-plot'
check "mpirun starts three shards" well
ends "merge them" 0 merge own1 own2 own3 --out own --quiet --no-plot
check "the same files and rows again" same one own

# --- what is wrong is said once ---------------------------------------------------------------------------

# once PATTERN ARGUMENTS of mpirun: one line of pnyx, status 2
once ()
{
  pattern=$1
  shift
  several "$@"
  cat "$err"
  [ "$status" = 2 ] && [ "$(grep -c '^pnyx: ' "$err")" = 1 ] && grep -qE "^pnyx: .*$pattern" "$err" && [ ! -s "$out" ]
}
sed 's/kind="gasper"/kind="gaspar"/' sweep.xml > bad.xml
check "a bad scenario" once 'bad.xml:4: .*"gasper"' -n 3 "$PNYX" sweep bad.xml
check "no scenario" once 'nowhere.xml cannot be read' -n 3 "$PNYX" sweep nowhere.xml
check "an unknown option" once 'bogus' -n 3 "$PNYX" sweep --bogus sweep.xml
check "a bad number" once 'threads' -n 3 "$PNYX" sweep sweep.xml --threads none
check "results that are finished" once 'one: holds finished results' -n 3 "$PNYX" sweep sweep.xml --out one
several -n 3 "$PNYX" sweep --help
check "help is printed once" [ "$(grep -c '^Usage:' "$out")" = 1 ]

# Machines that do not have the same files.
sed 's/500 ms/501 ms/' sweep.xml > other.xml
check "a process that cannot read the scenario" once 'rank 2 on .*: nowhere.xml cannot be read' \
  -n 2 "$PNYX" sweep sweep.xml --out apart : -n 1 "$PNYX" sweep nowhere.xml
check "a process that reads another scenario" once 'rank 1 on .* has read another scenario than rank 0' \
  -n 1 "$PNYX" sweep sweep.xml --out apart : -n 2 "$PNYX" sweep other.xml
check "nothing was begun" [ ! -e apart ]
PMI_SIZE=3
export PMI_SIZE
refuses "started by another MPI" 2 'MPI knows nothing' sweep sweep.xml --out apart
unset PMI_SIZE

# --- an end in the middle ---------------------------------------------------------------------------------

many=24
ends "more replicates" 0 sweep sweep.xml --replicates $many --out many --quiet --no-plot

# begin DIR: starts the same on three processes and waits until some runs are done; sets $pid. One thread
# each, so that there is a middle on a large machine, too.
begin ()
{
  : > "$err" # what it said before is not what it says now
  # shellcheck disable=SC2086 # a list
  env --default-signal=INT mpirun $flags -n 3 "$PNYX" sweep sweep.xml --replicates $many --threads 1 --out "$1" \
    --no-plot > "$out" 2> "$err" < /dev/null &
  pid=$!
  awaits grep -q ' of .* runs' "$err"
}

# went_on DIR: resumed on three processes it begins above what was done before, and ends the same
went_on ()
{
  before=$(sed -n 's/^\([0-9]*\) of .* runs$/\1/p' "$err" | tail -n 1)
  total=$((many * 10))
  several -n 3 "$PNYX" sweep sweep.xml --replicates $many --out "$1" --no-plot --resume
  after=$(sed -n 's/^\([0-9]*\) of .* runs$/\1/p' "$err" | head -n 1)
  echo "before $before, then $after of $total"
  [ "$status" = 0 ] && [ "$before" -lt "$total" ] && [ "$after" -gt "$before" ] && same many "$1"
}

if env --default-signal=INT true 2> /dev/null; then
  begin interrupted
  kill -s INT "$pid"
  status=0
  wait "$pid" || status=$?
  check "Ctrl-C: the status is not 0" [ "$status" != 0 ]
  check "Ctrl-C: the manifest says interrupted" grep -q '"status": "interrupted"' interrupted/manifest.json
  check "Ctrl-C: what was done is kept, and --resume ends the same" went_on interrupted
else
  skip "Ctrl-C" "env knows no --default-signal"
fi

# kill_one: the last of the three processes that this mpirun has begun
kill_one ()
{
  child=
  for process in /proc/[0-9]*; do
    if grep -qs "^PPid:[[:space:]]*$1\$" "$process/status" && grep -qs '^Name:[[:space:]]*pnyx$' "$process/status"; then
      child=${process#/proc/}
    fi
  done
  [ -n "$child" ] && kill -s KILL "$child"
}
begin killed
check "one process is killed" kill_one "$pid"
status=0
wait "$pid" || status=$?
check "the others end, too" [ "$status" != 0 ]
check "what was done is kept, and --resume ends the same" went_on killed

tap_end
