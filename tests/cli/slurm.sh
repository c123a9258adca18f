#!/bin/sh
# slow-test: packaging/cluster/ on a Slurm of one machine: an array of shards and the merge that waits for it,
# two of its tasks killed and all submitted again, and one job of MPI, against a plain sweep.
#
# Munge, slurmctld and slurmd run here with keys, ports and folders of their own, in a process namespace that
# takes all of them with it however this ends.  They need root.

# shellcheck disable=SC2016 # sh -c has variables of its own

PATH=$PATH:/usr/sbin:/sbin
for program in munged slurmctld slurmd sbatch; do
  if ! command -v "$program" > /dev/null 2>&1; then
    echo "1..0 # SKIP $program is not installed (./pnyxw --with=slurm setup installs it)"
    exit 77
  fi
done
if [ "$(id -u)" != 0 ]; then
  echo "1..0 # SKIP the daemons of Slurm need root"
  exit 77
fi
if [ "${PNYX_NAMESPACE:-}" != yes ]; then
  if ! unshare --pid --mount-proc --fork true 2> /dev/null; then
    echo "1..0 # SKIP this machine allows no namespaces"
    exit 77
  fi
  PNYX_NAMESPACE=yes
  export PNYX_NAMESPACE
  exec unshare --pid --mount-proc --fork --kill-child sh "$0"
fi

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cluster=$PNYX_SOURCE/packaging/cluster
runs=12
patience=60

# --- a cluster of one node --------------------------------------------------------------------------------

slurm=$scratch/slurm
host=$(uname -n)
host=${host%%.*}
mkdir "$slurm" "$slurm/state" "$slurm/spool"
chmod 755 "$scratch" "$slurm" # munge lets nobody in whose folder is closed
# Two ports that nobody has, below those (from 32768) that the system gives to whoever asks for any.
taken ()
{
  cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | grep -qE "^ *[0-9]+: [0-9A-F]+:($(printf '%04X|%04X' "$1" $(($1 + 1)))) "
}
port=$((20000 + $(date +%N | sed 's/^0*//') % 12000))
while taken $port; do port=$((20000 + (port - 19998) % 12000)); done
# Four processors, whatever this machine has: nothing here is a measurement.
cat > "$slurm/slurm.conf" << CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
SLURM_CONF=$slurm/slurm.conf
TMPDIR=$scratch # of MPI's sockets
export SLURM_CONF TMPDIR

begin_slurm ()
{
  dd if=/dev/urandom of="$slurm/munge.key" bs=1024 count=1 2> /dev/null
  chmod 400 "$slurm/munge.key"
  munged --force --foreground --key-file="$slurm/munge.key" --socket="$slurm/munge.socket" \
    --pid-file="$slurm/munged.pid" --log-file="$slurm/munged.log" --seed-file="$slurm/munged.seed" \
    > "$slurm/munged.out" 2>&1 &
  awaits [ -S "$slurm/munge.socket" ] || return 1
  slurmctld -D -f "$SLURM_CONF" > "$slurm/slurmctld.out" 2>&1 &
  awaits scontrol ping || return 1
  slurmd -D -N "$host" -f "$SLURM_CONF" > "$slurm/slurmd.out" 2>&1 &
  awaits sh -c 'sinfo -h -o %T | grep -qx idle'
}

if ! begin_slurm; then
  check "Slurm begins" false
  tail -n 5 "$slurm"/*.log "$slurm"/*.out | sed 's/^/# /'
  tap_end
  exit 1
fi
point 0 "Slurm begins"
if sanitized; then patience=300; fi

# all_ended: has the cluster nothing more to do?
all_ended ()
{
  awaits sh -c '[ -z "$(squeue --noheader 2>&1)" ]'
}

# --- an array and its merge -------------------------------------------------------------------------------

cat > sweep.xml << 'XML'
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="4 epoch" warmup="1 epoch" replicates="2"/>
  <network nodes="50"><topology kind="random-regular" degree="8"/><delay kind="distribution" value="100 ms"/></network>
  <chain kind="gasper"><validators count="512"><offline share="0"/></validators></chain>
  <sweep>
    <axis path="delay/@value" name="delay" values="100 ms, 500 ms, 1 s"/>
    <axis path="offline/@share" name="offline" from="0" to="0.3" steps="4"/>
  </sweep>
</scenario>
XML
ends "a plain sweep" 0 sweep sweep.xml --replicates "$runs" --out plain --quiet --no-plot

SCENARIO=sweep.xml SHARDS=3 OUT='my results' CPUS=1 SWEEP_OPTIONS="--replicates $runs"
export SCENARIO SHARDS OUT CPUS SWEEP_OPTIONS

submit () # sets $array
{
  sh "$cluster/sweep.sbatch" > submitted 2>&1 || return 1
  array=$(sed -n 's/^array *\([0-9]*\),.*/\1/p' submitted)
  [ -n "$array" ]
}

# under_way I: has shard I finished some of its runs, and not all?
under_way ()
{
  grep -q '^[0-9]* of [0-9]* runs' "my results/logs/shard-$1.log" && [ -s "my results/shard-$1/results.db" ]
}

# The first time, shard 1 loses its program and shard 2 is cancelled, both in the middle.
kill_two ()
{
  awaits under_way 1 || return 1
  # The program, by its arguments, and nothing else in this namespace.
  for process in /proc/[0-9]*; do
    if tr '\0' ' ' < "$process/cmdline" 2> /dev/null | grep -q '^[^ ]*pnyx sweep .*--shard 1/3 '; then
      kill -s KILL "${process#/proc/}"
    fi
  done
  awaits under_way 2 || return 1
  scancel "${array}_2"
}

begin=$(date +%s)
check "the script submits itself" submit
check "two of its tasks are killed" kill_two
check "the cluster comes to rest" all_ended
for shard in 1 2; do
  check "shard $shard is not finished" grep -q '"status": "interrupted"' "my results/shard-$shard/manifest.json"
done
check "shard 3 is" grep -q '"status": "finished"' "my results/shard-3/manifest.json"
check "nothing is merged" [ ! -e "my results/merged" ]
for shard in 1 2 3; do cp "my results/logs/shard-$shard.log" "first-$shard.log"; done

check "it is submitted again" submit
check "the cluster comes to rest again" all_ended

# The log goes on where it was; progress that begins above what had been done is work that was kept.
kept ()
{
  done_before=$(sed -n 's/^\([0-9]*\) of .*/\1/p' "first-$1.log" | tail -n 1)
  first_after=$(sed "1,$(wc -l < "first-$1.log")d" "my results/logs/shard-$1.log" \
                  | sed -n 's/^\([0-9]*\) of .*/\1/p' | head -n 1)
  echo "before $done_before, then $first_after"
  [ "$first_after" -gt "$done_before" ]
}
check "shard 1 went on where it was killed" kept 1
check "shard 2 went on where it was cancelled" kept 2
made_none () { ! sed "1,$(wc -l < first-3.log)d" "my results/logs/shard-3.log" | grep ' of .* runs'; }
check "shard 3 made no run again" made_none

same () # DIR DIR: are their files the same?
{
  for file in runs.csv summary.csv; do cmp "$1/$file" "$2/$file" || return 1; done
  diff -r "$1/series" "$2/series" && diff -r "$1/distributions" "$2/distributions"
}
check "merged: the bytes of a plain sweep" same plain "my results/merged"

check "all is finished, and submitted once more" submit
check "the cluster has little to do" all_ended
check "the same bytes" same plain "my results/merged"
printf '# %s s for three arrays and merges\n' $(($(date +%s) - begin))

# --- one job of MPI ---------------------------------------------------------------------------------------

# mpi_job NAME LAUNCH: the three processes of a job, as srun or mpirun starts them.
mpi_job ()
{
  OUT=$1 LAUNCH=$2 sbatch --nodes=1 --ntasks-per-node=3 --cpus-per-task=1 --output="$1.log" "$cluster/mpi.sbatch"
  all_ended
  cat "$1.log"
  grep -q '"status": "finished"' "$1/manifest.json"
}

begin=$(date +%s)
SWEEP_OPTIONS=
if ! "$PNYX" --version | grep -q 'MPI yes'; then
  skip "MPI through srun" "this build has no MPI"
  skip "MPI through mpirun" "this build has no MPI"
else
  ends "a plain sweep of two replicates" 0 sweep sweep.xml --out few --quiet --no-plot
  if srun --mpi=list 2>&1 | grep -q pmix; then
    check "MPI through srun" mpi_job through-srun srun
    check "three processes" grep -q '"ranks": 3' through-srun/manifest.json
    check "the bytes of a plain sweep" same few through-srun
  else
    skip "MPI through srun" "this Slurm has no PMIx"
  fi
  if command -v mpirun > /dev/null 2>&1; then
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    export OMPI_ALLOW_RUN_AS_ROOT OMPI_ALLOW_RUN_AS_ROOT_CONFIRM
    check "MPI through mpirun" mpi_job through-mpirun mpirun
    check "three processes" grep -q '"ranks": 3' through-mpirun/manifest.json
    check "the bytes of a plain sweep" same few through-mpirun
  else
    skip "MPI through mpirun" "mpirun is not installed"
  fi
  printf '# %s s for MPI\n' $(($(date +%s) - begin))
fi

tap_end
