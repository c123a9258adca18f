#!/bin/sh
# `pnyx sweep` and `merge`, and what can go wrong with them: nothing that was run is lost.

# shellcheck disable=SC2016 # awk and sh -c have variables of their own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

network='<network nodes="12"><topology degree="4"/><regions profile="aws-2025"/></network>'
chain='<chain kind="nakamoto"><workload/><nakamoto miners="5" interval="exponential(30 s)"/></chain>'
grid='<axis path="nakamoto/@miners" name="miners" values="2, 5, 9"/><axis path="network/@nodes" values="12, 20"/>'

sweep () # INSIDE [RUN]: a scenario with a sweep, in line 1
{
  scenario "<run duration='20 block' ${2-replicates='3'}/><sweep>$1</sweep>$network$chain" 'seed="1"'
}

same () # A B: the same CSV files and scenario
{
  cmp "$1/runs.csv" "$2/runs.csv" && cmp "$1/summary.csv" "$2/summary.csv" && cmp "$1/scenario.xml" "$2/scenario.xml" \
    && diff -r "$1/series" "$2/series" && diff -r "$1/distributions" "$2/distributions"
}

# --- a sweep ---

sweep "$grid" > x.xml
ends "--dry-run says what it would take" 0 sweep x.xml --dry-run
check "how many points and runs" grep -q '^x: 6 points of 2 axes, 18 runs$' "$out"
check "of a pilot" grep -qE '^pilot: point 3 \(miners = 5, network/@nodes = 20\) took .* s of CPU for [0-9]+ events$' "$out"
check "time and memory" grep -qE '^estimate: .* on [0-9]+ threads?, .* MiB of memory$' "$out"
check "and makes nothing" [ ! -e results ]
ends "a sweep runs" 0 sweep x.xml --threads 2
r=results/x
check "and says where it is" sh -c "grep -q '^x: 6 points, 18 runs\$' '$out' && grep -q '^results  $r\$' '$out'"
check "progress goes to standard error" grep -q '^18 of 18 runs$' "$err"
check "a row for each run" [ "$(wc -l < $r/runs.csv)" = 19 ]
check "axes are columns" sh -c "head -n 1 $r/runs.csv | grep -q '^point,replicate,seed,miners,network/@nodes,' \
  && head -n 1 $r/summary.csv | grep -q '^point,miners,network/@nodes,scope,metric,'"
check "the last axis is the fastest" [ "$(cut -d , -f 1,2,4,5 $r/runs.csv | sed -n '2p;5p;8p;$p' | tr '\n' ' ')" = \
  "0,0,2,12 1,0,2,20 2,0,5,12 5,2,9,20 " ]
check "the manifest says finished" grep -q '"status": "finished"' $r/manifest.json
check "there is a store of record, in one file" sh -c "[ -s $r/results.db ] && [ ! -e $r/results.db-wal ]"
ends "one thread" 0 sweep x.xml --threads 1 --quiet --no-plot --out one
check "--quiet prints nothing" [ ! -s "$out" ] && check "nor on standard error" [ ! -s "$err" ]
check "gives the same bytes" same $r one
ends "the effective scenario is the same sweep" 0 sweep one/scenario.xml --quiet --no-plot --out again
check "to the same bytes" sh -c "cmp $r/runs.csv again/runs.csv && cmp $r/summary.csv again/summary.csv"

# --- one of its runs again ---

ends "a run can be had again" 0 run one --point 3 --replicate 2
check "with its values and as stored" \
  grep -qE '^point 3 \(miners = 5, network/@nodes = 20\), replicate 2: [0-9]+ events, digest [0-9a-f]{16}, as stored$' "$out"
ends "with a trace" 0 run one --point 3 --replicate 2 --trace t.json
check "that is there" sh -c "[ -s t.json ] && grep -q '^trace    t.json' '$out' && head -c 16 t.json | grep -q traceEvents"
refuses "a point that there is not" 2 '--point is 6 \(expected 0 to 5: one has 6 points\)' run one --point 6 --replicate 0
refuses "a folder without a point" 2 'one is a folder \(expected --point P --replicate R' run one
refuses "a point with another seed" 2 'repeated as it was \(expected none of --set' run one --point 0 --replicate 0 --seed 3
ends "a replicate that was not run" 0 run one --point 0 --replicate 7 --quiet
sed 's/values="2, 5, 9"/values="2, 6, 9"/; s/2, 5, 9/2, 6, 9/' one/scenario.xml > .tap/s
cp -r one forged && cp .tap/s forged/scenario.xml
ends "a run that differs from the stored one" 1 run forged --point 3 --replicate 2 --quiet
check "is told" grep -q '^pnyx: the run differs from the stored one' "$err"

# --- how many ---

refuses "more than ten thousand runs without --yes" 2 \
  'these are 10002 runs, more than 10000 \(expected --yes' sweep x.xml --replicates 1667
ends "which --dry-run estimates" 0 sweep x.xml --replicates 1667 --dry-run
check "all of them" grep -q '6 points of 2 axes, 10002 runs' "$out"
sweep '<axis path="scenario/@seed" from="1" to="1001" steps="1001"/>
  <precision metric="blocks.orphan_rate" half-width="1"/>' 'replicates="1"' > many.xml
refuses "ten of each point where a metric has to be precise" 2 'these are 10010 runs' sweep many.xml
ends "of which --dry-run knows the least" 0 sweep many.xml --dry-run
check "number" grep -q '1001 points of 1 axis, at least 10010 runs' "$out"
begun sweep x.xml --replicates 1667 --yes --no-plot --out yes
check "--yes runs them" awaits grep -q '^[1-9][0-9]* of 10002 runs' "$begun_err"
kill -s TERM "$pid"
wait "$pid"
check "as far as time allows" [ "$(wc -l < yes/runs.csv)" -gt 1000 ]
sweep '<axis path="nakamoto/@miners" values="2, 9"/>
  <precision metric="blocks.orphan_rate" half-width="0.01" replicates-max="20"/>' > precise.xml
ends "replicates until a metric is precise" 0 sweep precise.xml --quiet --no-plot --out p1 --threads 1
ends "with two threads" 0 sweep precise.xml --quiet --no-plot --out p2 --threads 2
check "are the same" same p1 p2
check "at least ten" [ "$(grep -c '^0,' p1/runs.csv)" -ge 10 ]

# --- interrupted ---

sweep "$grid" 'replicates="250"' > long.xml
interrupted=no
if [ -n "$ears" ]; then
  interrupted=yes
  ends "a whole sweep" 0 sweep long.xml --quiet --no-plot --out whole
  begun sweep long.xml --threads 1 --no-plot --out cut
  awaits stored cut
  kill -s STOP "$pid" # it is not to be through before the others have had their turn
  if grep -q '"status": "finished"' cut/manifest.json; then
    skip "a second program" "this machine was through before it came"
  else
    refuses "a second program on the same folder" 2 'cut: another program is writing these results' \
      sweep long.xml --out cut --resume
    refuses "or to begin afresh" 2 'cut: another program is writing these results' sweep long.xml --out cut --force
  fi
  kill -s INT "$pid"
  kill -s CONT "$pid"
  status=0
  wait "$pid" || status=$?
  if [ "$status" = 0 ]; then
    skip "Ctrl-C" "this machine was through before it came"
  else
    check "Ctrl-C: the status is 130" [ "$status" = 130 ]
    check "what was run is there" sh -c "grep -qE '^pnyx: interrupted: [0-9]+ of 1500 runs are in cut\$' '$begun_err' \
      && [ \$(wc -l < cut/runs.csv) -gt 1 ] && grep -q '\"status\": \"interrupted\"' cut/manifest.json"
    refuses "begun again without --resume it would be lost" 2 \
      'cut: holds [0-9]+ runs of a sweep \(expected --resume .*, or --force' sweep long.xml --out cut
    refuses "another seed is another sweep" 2 \
      'cut: holds results of another scenario: scenario/@seed is "2" \(was "1"\)' sweep long.xml --out cut --resume --seed 2
    ends "--resume goes on" 0 sweep long.xml --quiet --no-plot --out cut --resume
  fi
  check "to the same bytes" same whole cut
  cksum cut/*.csv cut/series/* cut/distributions/* > before
  ends "once more does nothing" 0 sweep long.xml --quiet --no-plot --out cut --resume
  check "and changes nothing" sh -c 'cksum cut/*.csv cut/series/* cut/distributions/* | cmp - before'
else
  skip "Ctrl-C" "env knows no --default-signal"
fi

# --- shards ---

for i in 1 2 3; do
  ends "shard $i of 3" 0 sweep x.xml --shard $i/3 --no-plot --out s$i
done
check "a shard says so" grep -q '6 runs (shard 3 of 3)' "$out"
ends "are merged" 0 merge s3 s1 s2 --no-plot --out merged
check "to the same bytes" same one merged
check "and can be repeated" sh -c "'$PNYX' run merged --point 5 --replicate 1 | grep -q 'as stored'"
refuses "not over finished results" 2 'merged: holds finished results' merge s1 s2 s3 --out merged
refuses "a missing shard" 2 'merge: of 3 shards these are missing: 2 \(expected all\)' merge s1 s3 --out m
refuses "a shard twice" 2 'merge: shard 1 of 3 is there 2 times' merge s1 s2 s3 s1 --out m
refuses "what is no shard" 2 'one: is no shard' merge one --out m
refuses "into a shard" 2 's2: is one of the shards' merge s1 s2 s3 --out s2 --force
refuses "without a place" 2 'merge: there is no --out DIR' merge s1 s2 s3
refuses "without shards" 2 'merge: too few arguments' merge --out m
refuses "a folder that is none" 2 'none/results.db: there are no results' merge s1 none --out m
check "none of it left anything" [ ! -e m ]
refuses "another part of the same folder" 2 's1: holds shard 1 of 3 of a sweep \(expected shard 2 of 3' \
  sweep x.xml --shard 2/3 --out s1 --resume
for shard in 0/3 4/3 1 a/b 1/0 -1/3; do
  refuses "--shard $shard" 2 "--shard is \"$shard\" \\(expected I/N" sweep x.xml --shard $shard
done
refuses "a shard without points" 2 'shard 7 of 7 has no point: there are 6' sweep x.xml --shard 7/7 --dry-run
sed 's/"c_library": "[^"]*"/"c_library": "other"/' s2/manifest.json > .tap/m && cp .tap/m s2/manifest.json
ends "shards of different machines are merged" 0 merge s1 s2 s3 --quiet --no-plot --out m
check "with a warning" grep -q '^pnyx: warning: s2: was made with the C library other' "$err"

# --- runs that fail ---

sweep '<axis path="run/@events-max" name="limit" values="1000000, 50, 2000000"/>' > fail.xml
ends "failing runs" 1 sweep fail.xml --no-plot --out f
check "do not end the sweep" [ "$(wc -l < f/runs.csv)" = 10 ]
check "are told with what repeats them" [ "$(grep -c "^pnyx: point 1, .* replay: pnyx run 'f' --point 1 --replicate [0-2]$" \
  "$err")" = 3 ]
check "the manifest lists them" sh -c "grep -q '\"status\": \"failed\"' f/manifest.json \
  && [ \$(grep -c '\"point\": 1, \"replicate\": [0-2], \"message\"' f/manifest.json) = 3 ]"
replay=$(sed -n "s/.*replay: pnyx \\(.* --replicate 2\\)\$/\\1/p" "$err")
eval "ends 'which fails again' 1 $replay"
check "in the same way" grep -q '^pnyx: point 1, replicate 2 failed: .*more than 50 events' "$err"
check "as stored" grep -q ', as stored$' "$out"
refuses "they are not thrown away either" 2 'f: holds 9 runs of a sweep' sweep fail.xml --out f
sweep '<axis path="nakamoto/@miners" values="5, 13"/>' > unbuilt.xml
ends "a point whose world cannot be" 1 sweep unbuilt.xml --quiet --no-plot --out u
check "is a failed run" grep -q '^pnyx: point 1, replicate 0 failed: .*13 pools on 12 nodes' "$err"
check "and the other has its numbers" grep -q '^0,2,1,5,20,' u/runs.csv

# --- bad input ---

bad () # NAME PATTERN AXES: nothing runs
{
  sweep "
$3" > bad.xml
  refuses "$1" 2 "bad\\.xml:2: .*$2" sweep bad.xml --out bad
}
bad "a path that selects nothing" 'netwrk.*did you mean "network"' '<axis path="netwrk/@nodes" values="1"/>'
bad "an attribute that there is not" 'nodez.*did you mean "nodes"' '<axis path="network/@nodez" values="1"/>'
bad "a value that it cannot take" 'nodes is out of range .*point 1: network/@nodes = 0' \
  '<axis path="network/@nodes" values="12, 0"/>'
bad "two axes on one path" 'sets what axis network/@nodes .*sets' \
  '<axis path="network/@nodes" values="12"/><axis path="scenario/network[1]/@nodes" name="n" values="13"/>'
sweep '<axis path="network/@nodes" name="n" values="12, 13"/><when axis="n" is="above" value="20"/>' > bad.xml
refuses "an empty grid" 2 'bad\.xml:1: the sweep has no point' sweep bad.xml --out bad
sweep '<axis path="scenario/@seed" from="1" to="1e9" steps="1000000"/><axis path="run/@warmup" from="0 s" to="1 h" steps="100"/>' \
  > bad.xml
refuses "an exploding grid" 2 'bad\.xml:1: the sweep has more than 10000000 points' sweep bad.xml --yes --out bad
scenario "$network$chain" > bad.xml
refuses "no sweep at all" 2 'bad\.xml:1: the scenario has no <sweep>' sweep bad.xml --out bad
check "none of it left anything" [ ! -e bad ]

: > file
refuses "a place below a file" 1 'file.*cannot' sweep x.xml --out file/below
refuses "a folder that cannot be made" 1 '/proc/x' sweep x.xml --out /proc/x
mkdir foreign
: > foreign/thesis.tex
refuses "a foreign folder" 2 'foreign: holds files but no results' sweep x.xml --out foreign --resume
check "which stays as it is" [ "$(ls foreign)" = thesis.tex ]
ends "results of run" 0 run x.xml --quiet --no-plot --out ran
refuses "are no sweep to resume" 2 'ran: holds results of pnyx run \(expected some of pnyx sweep' \
  sweep x.xml --out ran --resume

harm () # NAME STATUS PATTERN: damaged/results.db was harmed
{
  cksum damaged/* 2> /dev/null > before
  refuses "$1: resume" 2 "$2" sweep x.xml --out damaged --resume
  refuses "$1: run again" 2 "$2" run damaged --point 0 --replicate 0
  check "$1: is left as it is" sh -c 'cksum damaged/* 2> /dev/null | cmp - before'
}
rm -rf damaged && cp -r one damaged
head -c 20000 one/results.db > damaged/results.db
cksum damaged/*.csv > before
refuses "half a results.db" 2 'damaged/results\.db: is damaged' sweep x.xml --out damaged --resume
check "the rest is kept" sh -c 'cksum damaged/*.csv | cmp - before'
echo "no database, only a few words that somebody wrote here by mistake" > damaged/results.db
harm "words for a results.db" 'damaged/results\.db: is damaged'
cp one/results.db damaged/results.db
printf '\0\0\0\2' | dd of=damaged/results.db bs=1 seek=60 conv=notrunc 2> /dev/null
harm "a newer results.db" 'damaged/results\.db: was written by a newer pnyx, in format 2 \(expected at most 1\)'

# --- a disk that is full in the middle ---

mkdir disk
if [ "$interrupted" = yes ] && [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=400k none disk 2> /dev/null; then
  trap 'umount "$scratch/disk"; rm -rf "$scratch"' EXIT
  refuses "a full disk" 1 'disk/r/.*No space left' sweep long.xml --quiet --no-plot --out disk/r
  check "does not pass for results" grep -q '"status": "interrupted"' disk/r/manifest.json
  refuses "nor where it is still full" 1 'disk/r/.*No space left' sweep long.xml --quiet --no-plot --out disk/r --resume
  mount -o remount,size=200m disk
  mount -o remount,ro disk
  refuses "a disk that cannot be written" 1 'disk/r/.*Read-only' sweep long.xml --quiet --no-plot --out disk/r --resume
  mount -o remount,rw disk
  pnyx sweep long.xml --no-plot --out disk/r --resume
  check "with room again it goes on" [ "$status" = 0 ]
  check "where it was" sh -c "head -n 1 '$err' | awk '{ exit !(\$1 > 10) }'"
  check "to the same bytes" same whole disk/r
  umount disk
  trap 'rm -rf "$scratch"' EXIT
else
  skip "a full disk" "this user may not mount a small one"
fi

tap_end
