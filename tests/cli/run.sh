#!/bin/sh
# `pnyx run`: the results folder and its files, options, and that a run can be had again.

# shellcheck disable=SC2016 # awk and sh -c have variables of their own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cat > small.xml << 'END'
<?xml version="1.0" encoding="UTF-8"?>
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="6 h" warmup="1 h" replicates="4"/>
  <network nodes="40">
    <topology kind="random-regular" degree="8"/>
    <regions profile="aws-2025"/>
    <dissemination kind="announce"/>
    <class name="data-centre" share="0.6" hardware="cloud-server" upload="200 Mbit/s" download="500 Mbit/s"/>
    <class name="home" share="0.4" hardware="home" upload="20 Mbit/s" download="100 Mbit/s"/>
  </network>
  <chain id="main" kind="nakamoto">
    <workload interval="exponential(20 s)"/>
    <nakamoto interval="exponential(600 s)" miners="20"/>
  </chain>
  <energy profile="reference"/>
  <figures> <figure kind="propagation-cdf"/> <figure kind="energy-breakdown"/> </figures>
</scenario>
END

# --- the folder ---

ends "a scenario runs" 0 run small.xml
check "the summary ends with the folder and the next command" sh -c "
  grep -q '^results  results/small\$' $out && tail -n 1 $out | grep -q '^next     pnyx report results/small'"
check "the summary names both figures" [ "$(grep -c '^figure ' "$out")" = 2 ]
check "progress goes to standard error" grep -q '^4 of 4 runs$' "$err"
r=results/small
for file in manifest.json scenario.xml runs.csv summary.csv distributions/latency.propagation.csv \
            series/stake.lorenz.csv figures/propagation-cdf.svg figures/propagation-cdf.gp \
            figures/propagation-cdf.csv figures/energy-breakdown.svg; do
  check "there is $file" [ -s "$r/$file" ]
done
check "inputs holds both profiles" [ "$(find "$r/inputs" -name '*.xml' | wc -l)" = 2 ]
check "nothing is left of writing" [ -z "$(find "$r" -name '.*' ! -name . ! -path "$r")" ]

# --- columns ---

header () { head -n 1 "$1" | tr -d '\r'; }
check "columns of summary.csv" [ "$(header $r/summary.csv)" = \
  point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max ]
check "columns of runs.csv" sh -c "head -n 1 $r/runs.csv | grep -q '^point,replicate,seed,blocks\.proposed,'"
check "columns of series" [ "$(header $r/series/stake.lorenz.csv)" = point,replicate,scope,time,value ]
check "columns of distributions" \
  [ "$(header $r/distributions/latency.propagation.csv)" = point,scope,quantile,value ]
check "a row for each replicate" [ "$(wc -l < $r/runs.csv)" = 5 ]
check "points and replicates count from 0" [ "$(sed -n '2,$p' $r/runs.csv | cut -d , -f 1,2 | tr '\n' ' ')" = \
  "0,0 0,1 0,2 0,3 " ]
for metric in latency.propagation.p90 energy.total energy.per_block blocks.canonical blocks.orphan_rate; do
  check "summary.csv has $metric" awk -F , -v m="$metric" '$3 == m && $6 != "" { found = 1 } END { exit !found }' \
    $r/summary.csv
done
check "every row has as many fields as the header" \
  awk -F , 'NR == 1 { n = NF } NF != n { bad = 1 } END { exit bad }' $r/runs.csv
# The mean of the summary is the mean of the runs.
mean () # COLUMN
{
  awk -F , -v c="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) k = i; next }
                      { sum += $k } END { printf "%.9g", sum / (NR - 1) }' $r/runs.csv
}
check "means are those of the runs" [ "$(mean blocks.proposed)" = \
  "$(awk -F , '$3 == "blocks.proposed" { printf "%.9g", $6 }' $r/summary.csv)" ]
check "the manifest says finished" grep -q '"status": "finished"' $r/manifest.json
for key in version build scenario_sha256 seed replicates threads ranks cpu_level c_library libraries events \
           wall_seconds cpu_seconds peak_memory_bytes; do
  check "the manifest has $key" grep -q "\"$key\":" $r/manifest.json
done
check "the manifest's digest of the scenario" grep -q "$(sha256sum < small.xml | cut -d ' ' -f 1)" $r/manifest.json
check "the manifest's digests of the inputs" sh -c "
  for f in $r/inputs/*; do grep -q \$(sha256sum < \$f | cut -d ' ' -f 1) $r/manifest.json || exit 1; done"

# --- again ---

cksum $r/*.csv $r/manifest.json > first
same () { cmp "$1/runs.csv" "$2/runs.csv" && cmp "$1/summary.csv" "$2/summary.csv" \
            && diff -r "$1/series" "$2/series" && diff -r "$1/distributions" "$2/distributions"; }
ends "a second run works" 0 run small.xml --quiet
check "--quiet prints nothing" [ ! -s "$out" ] && check "nor on standard error" [ ! -s "$err" ]
check "it went to NAME-2" [ -s results/small-2/runs.csv ]
check "the first is as it was" sh -c "cksum $r/*.csv $r/manifest.json | cmp - first"
check "the second has the same numbers" same $r results/small-2
refuses "--out refuses finished results" 2 "results/small: holds finished results .*--force" \
  run small.xml --out results/small
check "and leaves them" sh -c "cksum $r/*.csv $r/manifest.json | cmp - first"
ends "--force replaces them" 0 run small.xml --quiet --out results/small-2 --force --seed 2
check "with other numbers" sh -c "! cmp -s $r/runs.csv results/small-2/runs.csv"

# The effective scenario, from elsewhere, when the original is gone.
mkdir -p elsewhere/deep
cp -r $r elsewhere/moved
mv small.xml hidden.xml
check "the effective scenario runs, wherever it lies" sh -c "
  cd elsewhere/deep && $PNYX run ../moved/scenario.xml --out again --quiet --no-plot"
check "to the same numbers" same $r elsewhere/deep/again
check "and its effective scenario is the same" sh -c "
  sed 's,inputs/[0-9a-f]*-,,' $r/scenario.xml > .tap/a; sed -E 's,inputs/([0-9a-f]{12}-)*,,' \
    elsewhere/deep/again/scenario.xml | cmp - .tap/a"
mv hidden.xml small.xml

# --- options ---

ends "one thread" 0 run small.xml --quiet --no-plot --threads 1 --out t1
ends "two threads" 0 run small.xml --quiet --no-plot --threads 2 --out t2
check "give the same numbers" same t1 t2
check "--no-plot draws nothing" [ ! -e t1/figures ]
ends "--seed, --replicates and --set" 0 run small.xml --quiet --no-plot --out o --seed 7 --replicates 2 \
  --set 'network/@nodes=30' --set "chain[@id='main']/nakamoto/@interval=exponential(5 min)" \
  --set 'class[2]/@upload=10 Mbit/s'
check "change the seed" sh -c "sed -n 2p o/runs.csv | grep -q '^0,0,7,'"
check "change the replicates" [ "$(wc -l < o/runs.csv)" = 3 ]
for text in 'seed="7"' 'replicates="2"' 'nodes="30"' 'interval="exponential(5 min)"' 'upload="10 Mbit/s"'; do
  check "the effective scenario has $text" grep -qF "$text" o/scenario.xml
done
ends "the effective scenario needs no options" 0 run o/scenario.xml --quiet --no-plot --out o2
check "for the same numbers" same o o2
check "replicate 0 draws the same whatever their number" sh -c "
  $PNYX run small.xml --quiet --no-plot --replicates 1 --out one && sed -n 1,2p t1/runs.csv | cmp - one/runs.csv"

ends "--json" 0 run small.xml --no-plot --json --out j
if command -v python3 > /dev/null 2>&1; then
  check "is JSON" python3 -c 'import json, sys; rows = json.load (open (sys.argv[1])); assert rows[0]["metric"]' "$out"
  check "and so is the manifest" python3 -c 'import json, sys; json.load (open (sys.argv[1]))' j/manifest.json
elif command -v jq > /dev/null 2>&1; then
  check "is JSON" jq -e '.[0].metric' "$out"
  check "and so is the manifest" jq -e .status j/manifest.json
else # as far as awk sees: one array, as many opening as closing braces
  check "is JSON" awk '{ o += gsub (/[{]/, ""); c += gsub (/[}]/, ""); if (NR == 1) first = substr ($0, 1, 1) }
                       END { exit !(first == "[" && o == c && o > 0) }' "$out"
fi
check "--json has a row for each of summary.csv" \
  [ "$(grep -o '"metric":' "$out" | wc -l)" = "$(($(wc -l < j/summary.csv) - 1))" ]

# Whatever the locale: numbers have points.
check "numbers do not depend on the locale" sh -c "
  LC_ALL=de_DE.UTF-8 $PNYX run small.xml --quiet --no-plot --out l && cmp l/runs.csv t1/runs.csv"

# A scenario's shortest form.
scenario '<chain kind="nakamoto"/>' > x.xml
ends "--replicates counts where nothing is said of runs" 0 run x.xml --quiet --no-plot --replicates 2 --out y \
  --set run/@duration='1 h' --set network/@nodes=50
check "and has two rows" [ "$(wc -l < y/runs.csv)" = 3 ]
ends "one chain is a scenario" 0 run x.xml --quiet --no-plot --set run/@duration='1 h' --set network/@nodes=50

ends "figures can be drawn again" 0 plot t1 --format png --figure propagation-cdf
check "in the format asked for" [ -s t1/figures/propagation-cdf.png ]
check "by hand, too" sh -c "cd t1/figures && rm -f propagation-cdf.png && gnuplot -e \"format='png'\" propagation-cdf.gp \
  && [ -s propagation-cdf.png ]"

tap_end
