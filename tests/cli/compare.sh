#!/bin/sh
# compare: metrics of results side by side, their differences, and what it refuses.

# shellcheck disable=SC2016 # awk has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

# A row of a sweep's files as `pnyx sweep` writes them; three points over an axis with a comma in its name.
sweep () # DIR STEP
{
  mkdir -p "$1"
  awk -v step="$2" 'BEGIN {
    print "point,replicate,seed,\"share, of all\",latency.finality.mean,main:stake.gini"
    for (p = 0; p < 3; p++) for (r = 0; r < 4; r++) print p "," r ",1," p * step "," 10 + p * step + r "," 0.5
  }' > "$1/runs.csv"
  awk 'BEGIN {
    print "point,\"share, of all\",scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max"
    print "0,0,,latency.finality.mean,s,4,1,1,1,1,1,1,1\n0,0,main,stake.gini,,4,1,1,1,1,1,1,1"
  }' > "$1/summary.csv"
}

scenario '<run duration="2 h" replicates="4"/><network nodes="30"/><chain kind="nakamoto"/>' > x.xml
run () # DIR OPTIONS...
{
  folder=$1
  shift
  ends "a run into $folder" 0 run x.xml --quiet --no-plot --out "$folder" "$@"
}
run a
run b --set "nakamoto/@interval=exponential(300 s)"
run c --seed 2

# --- two runs ---

ends "compare" 0 compare a b
check "names the sides" grep -qx 'A  a' "$out"
check "has a head" grep -qE '^metric  +A  +B  +B - A  +how$' "$out"
check "twice the blocks, told from chance, pair by pair" grep -qE '^blocks\.proposed .* ± .*\[.*\] +\*  paired$' "$out"
check "says what it shows" grep -q 'paired: replicate by replicate' "$out"
check "is no wider than its rows" awk '/ $/ { bad = 1 } END { exit bad }' "$out"

ends "compare a run with itself" 0 compare a a --csv
check "finds no difference" awk -F , '
  NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  $at["pairing"] != "" { n++; if ($at["difference"] != 0 || $at["significant"] == 1) bad = 1 }
  END { exit bad || n < 10 }' "$out"

ends "compare runs of different seeds" 0 compare a c --csv
check "does not pair them, and says so" awk -F , '
  NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  NR % 2 == 1 { n++; if ($at["pairing"] != "welch" || $at["pairs"] != "") bad = 1 }
  END { exit bad || n < 10 }' "$out"

# Every mean and interval is the one that summary.csv has.
ends "compare prints the summary's numbers" 0 compare a b --csv
awk -F , 'NR > 1 { print $2 "," $3 "," $6 "," $8 "," $9 }' a/summary.csv > wanted
awk -F , 'NR > 1 && NR % 2 == 0 { print $1 "," $2 "," $7 "," $8 "," $9 }' "$out" > found
check "to the last digit" sh -c '[ "$(wc -l < found)" -gt 10 ] && ! grep -vxFf wanted found'

ends "compare three" 0 compare a b c
check "has two differences" grep -qE '^metric .* B - A .* C - A  +how$' "$out"
ends "compare as JSON" 0 compare a b --json --metric blocks.canonical
check "one object for each side" sh -c '[ "$(grep -c "\"metric\": \"blocks.canonical\"" "$0")" = 2 ]' "$out"

# --- choice of metrics ---

ends "a metric by name" 0 compare a b --csv --metric latency.propagation.p50
check "is that metric alone" awk -F , 'NR > 1 && $2 != "latency.propagation.p50" { bad = 1 } END { exit bad || NR != 3 }' "$out"
ends "metrics by expression" 0 compare a b --csv --metric '^latency\.propagation\.p' --metric stake.gini
check "are those that match" awk -F , '
  NR > 1 && $2 !~ /^latency\.propagation\.p[0-9]+$/ && $2 != "stake.gini" { bad = 1 } END { exit bad || NR != 9 }' "$out"
pnyx compare a b --csv
some=$(wc -l < "$out")
ends "--all" 0 compare a b --csv --all
check "shows no less" [ "$(wc -l < "$out")" -ge "$some" ]

# --- points ---

sweep s 2
sweep t 3
ends "one point with another" 0 compare s:point=0 s:point=2 --csv --metric latency.finality.mean
check "differs by what the points do" awk -F , 'NR == 3 && $5 == 2 && $10 == 4 && $15 == 1 { good = 1 } END { exit !good }' "$out"
ends "one point with all" 0 compare s:point=0 s
check "has a row for each point" awk '$2 == "latency.finality.mean" { n++ } END { exit n != 3 }' "$out"
ends "folders with a colon in their name" 0 compare "./s:point=1" s:point=1

# --- what it refuses ---

refuses "one result" 2 'too few arguments' compare a
refuses "a folder that does not exist" 2 'nix: has no results' compare a nix
mkdir empty
refuses "a folder without results" 2 'empty: has no results' compare empty a
refuses "a file" 2 'x\.xml: has no results' compare a x.xml
refuses "a point that does not exist" 2 's: has no point 3 \(its points are 0 to 2\)' compare s:point=3 s
refuses "a point that is no number" 2 's:point=x.* is no point' compare s s:point=x
refuses "a negative point" 2 's:point=-1.* is no point' compare s:point=-1 s
refuses "sweeps over different points" 2 's and t have different points' compare s t
refuses "nothing in common" 2 'no metric in common' compare a s:point=0 --metric stake.gini
refuses "a metric that nobody has" 2 'did you mean "stake\.gini"' compare a b --metric stake.gni
refuses "a bad expression" 2 'neither a metric nor a regular expression' compare a b --metric '('
refuses "two forms at once" 2 'expected one of them' compare a b --csv --json
mkdir torn
cp a/summary.csv torn
printf 'point,replicate,seed\n0,0\n' > torn/runs.csv
refuses "a torn file" 2 'torn/runs\.csv:2: a row of 2 fields \(expected 3\)' compare torn a

tap_end
