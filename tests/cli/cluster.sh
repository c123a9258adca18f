#!/bin/sh
# packaging/cluster/ without a cluster: what the scripts submit and what their tasks do, with a stand-in for
# sbatch; and the container's list of packages.

# shellcheck disable=SC2016 # sh -c has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cluster=$PNYX_SOURCE/packaging/cluster
mkdir tools
cat > tools/sbatch << 'TOOL'
#!/bin/sh
printf '<%s>' "$@" >> calls
echo >> calls
echo "$((100 + $(wc -l < calls)));one"
TOOL
chmod +x tools/sbatch
PATH=$scratch/tools:$PATH
unset SLURM_JOB_ID SLURM_ARRAY_TASK_ID SLURM_CPUS_PER_TASK

cat > sweep.xml << 'XML'
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="6 h" replicates="2" events-max="1000000"/>
  <network nodes="10"/>
  <chain kind="nakamoto"/>
  <sweep><axis path="network/@nodes" name="nodes" values="10, 14, 18, 22"/></sweep>
</scenario>
XML
# Here the second point has too many events and fails.
sed 's/path="network.*"10, 14, 18, 22"/path="run\/@events-max" name="events" values="1000000, 10, 1000001"/' \
  sweep.xml > fails.xml

SCENARIO=sweep.xml SHARDS=3 OUT='my results' CPUS=2 SWEEP_OPTIONS='--seed 5'
export SCENARIO SHARDS OUT CPUS SWEEP_OPTIONS

# --- submitting -------------------------------------------------------------------------------------------

submit () # OPTIONS...: fills said
{
  rm -f calls
  status=0
  sh "$cluster/sweep.sbatch" "$@" > said 2>&1 || status=$?
  cat said
  return "$status"
}
check "submits" submit --time=10 --account='of mine'
check "an array with the options" sh -c 'sed -n 1p calls | grep -qF "$1"' sh \
  "<--parsable><--array=1-3><--cpus-per-task=2><--output=my results/logs/shard-%a.log><--time=10><--account=of mine><$cluster/sweep.sbatch><task>"
check "a merge that waits for it" sh -c 'sed -n 2p calls | grep -qF "$1"' sh \
  "<--parsable><--dependency=afterok:101><--kill-on-invalid-dep=yes><--job-name=pnyx-merge><--output=my results/logs/merge.log><--time=10>"
check "and nothing else" [ "$(wc -l < calls)" = 2 ]
check "a place for the logs" test -d "my results/logs"
check "and says where everything is" grep -q '^results  my results/merged$' said

wrong () # PATTERN NAME=VALUE...: status 2, one line, nothing submitted
{
  pattern=$1
  shift
  rm -f calls
  status=0
  env "$@" sh "$cluster/sweep.sbatch" > said 2>&1 || status=$?
  cat said
  [ "$status" = 2 ] && [ "$(wc -l < said)" = 1 ] && grep -q "$pattern" said && [ ! -e calls ]
}
sed 's/nakamoto/nakamotto/' sweep.xml > bad.xml
check "no scenario" wrong 'nowhere.xml cannot be read' SCENARIO=nowhere.xml
check "a bad scenario" wrong '^pnyx: bad.xml:4: .*nakamotto' SCENARIO=bad.xml
check "no number of shards" wrong 'SHARDS is "many"' SHARDS=many
check "no shards" wrong 'SHARDS is "0"' SHARDS=0
check "no number of cpus" wrong 'CPUS is "-1"' CPUS=-1
check "no program" wrong 'no program "/no/pnyx"' PNYX=/no/pnyx
check "no array" wrong 'is no task of an array' SLURM_JOB_ID=7

# --- what the jobs do -------------------------------------------------------------------------------------

job () # NAME=VALUE... ARGUMENT: as Slurm starts the script: a copy somewhere else; fills said
{
  cp "$cluster/sweep.sbatch" tools/slurm_script
  status=0
  env SLURM_JOB_ID=7 "$@" > said 2>&1 || status=$?
  cat said
  return "$status"
}
task () # SCENARIO I
{
  job SCENARIO="$1" SLURM_ARRAY_TASK_ID="$2" SLURM_CPUS_PER_TASK=2 sh tools/slurm_script task
}
same ()
{
  for part in runs.csv summary.csv distributions; do diff -r "$1/$part" "$2/$part" || return 1; done
}
ends "a plain sweep" 0 sweep sweep.xml --seed 5 --out plain --quiet --no-plot
for i in 1 2 3; do check "shard $i" task sweep.xml $i; done
check "threads as Slurm gives cpus" grep -q '"threads": 2,' "my results/shard-3/manifest.json"
check "merge" job sh tools/slurm_script merge
check "the bytes of a plain sweep" same plain "my results/merged"
check "a shard that is finished" task sweep.xml 2
check "makes no run again" sh -c '! grep " of .* runs" said'
check "merge again" job sh tools/slurm_script merge
check "the same bytes" same plain "my results/merged"
rm -r "my results/shard-3"
check "merge without a shard fails" sh -c '! "$@"' sh env SLURM_JOB_ID=7 sh tools/slurm_script merge
check "a task beyond the points fails" sh -c '! "$@" 2>&1' sh \
  env SLURM_JOB_ID=7 SLURM_ARRAY_TASK_ID=9 SHARDS=9 OUT=beyond sh tools/slurm_script task

# Runs that fail stand in the results; the others are merged all the same, and the merge says so.
OUT=failed SWEEP_OPTIONS=
ends "a plain sweep with runs that fail" 1 sweep fails.xml --out plain-failed --quiet --no-plot
for i in 1 3 2; do check "shard $i of it" task fails.xml $i; done
check "the second says so" grep -q '^pnyx: point 1, replicate 0 failed: ' said
merge_fails ()
{
  job sh tools/slurm_script merge
  [ "$status" = 1 ] && grep -q '^pnyx: point 1, replicate 1 failed: ' said
}
check "the merge ends with 1 and names them" merge_fails
check "the bytes of the plain sweep" same plain-failed failed/merged
lost () { : > full; job OUT=full/x SCENARIO=sweep.xml SLURM_ARRAY_TASK_ID=1 sh tools/slurm_script task; [ "$status" != 0 ]; }
check "a task that could not write fails" lost

# --- MPI --------------------------------------------------------------------------------------------------

mpi () # PATTERN NAME=VALUE...: status 2 and one line
{
  pattern=$1
  shift
  status=0
  env "$@" sh "$cluster/mpi.sbatch" > said 2>&1 || status=$?
  cat said
  [ "$status" = 2 ] && [ "$(wc -l < said)" = 1 ] && grep -q "$pattern" said
}
check "MPI: outside of Slurm" mpi 'is no job of Slurm'
check "MPI: no program" mpi 'no program "/no/pnyx"' SLURM_JOB_ID=7 PNYX=/no/pnyx
if "$PNYX" --version | grep -q 'MPI yes'; then
  check "MPI: no scenario" mpi 'nowhere.xml cannot be read' SLURM_JOB_ID=7 SCENARIO=nowhere.xml
else
  check "MPI: a build without" mpi 'was built without MPI' SLURM_JOB_ID=7
fi
for launcher in srun mpirun; do
  printf '#!/bin/sh\nprintf "<%%s>" %s "$@" > calls\n' "$launcher" > "tools/$launcher"
  chmod +x "tools/$launcher"
done
if "$PNYX" --version | grep -q 'MPI yes'; then
  launched () # LAUNCH WORDS
  {
    SLURM_JOB_ID=7 SLURM_NTASKS=6 SLURM_CPUS_PER_TASK=8 SCENARIO=sweep.xml OUT='of mpi' LAUNCH=$1 sh "$cluster/mpi.sbatch"
    cat calls
    grep -qF "$2<$PNYX><sweep><sweep.xml><--resume><--out><of mpi><--threads><8>" calls
  }
  check "MPI: srun" launched srun '<srun><--mpi=pmix><--ntasks=6><--cpus-per-task=8>'
  check "MPI: mpirun" launched mpirun '<mpirun><-n><6><--bind-to><none>'
else
  skip "MPI: what is launched" "this build has no MPI"
fi

# --- the container ----------------------------------------------------------------------------------------

# Its packages are those that pnyxw installs for the program and for MPI.
in_wrapper ()
{
  sed -n "/^packages='/,/^'/p" "$PNYX_SOURCE/pnyxw" | awk '$1 == "need" || $1 == "mpi" { print $2 }' | LC_ALL=C sort
}
in_container ()
{
  awk '/apt-get install/ { on = 1 } on { print } on && !/\\$/ { exit }' "$cluster/pnyx.def" \
    | tr -s ' \134' '\n' | grep -v -e '^$' -e '^apt-get$' -e '^install$' -e '^-' | LC_ALL=C sort
}
in_wrapper > wrapper.txt
in_container > container.txt
check "pnyxw has a list of packages" [ "$(wc -l < wrapper.txt)" -ge 14 ]
check "the container installs the packages of pnyxw" diff wrapper.txt container.txt
sections () { for part in post test runscript; do awk -v s="%$part" '/^%/ { on = $1 == s; next } on' "$cluster/pnyx.def" | sh -n || return 1; done; }
check "its scripts are shell" sections

tap_end
