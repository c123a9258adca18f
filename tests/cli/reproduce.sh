#!/bin/sh
# reproduce: published numbers beside what is computed; what is wrong with a publication.

# shellcheck disable=SC2016 # sh -c has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

papers=$PNYX_SOURCE/papers

# --- what agrees, and what is printed ---

ends "one publication" 0 reproduce nakamoto2008bitcoin
check "each number beside what was published" grep -qE '^  agrees +q10-z2 +0\.0509779: 0\.05097789' "$out"
check "the totals" grep -q '^8 numbers read in 1 publications agree and count' "$out"
ends "the same as JSON" 0 reproduce --json nakamoto2008bitcoin
check "eight rows of it" [ "$(grep -c '"verdict":' "$out")" -ge 1 ]
check "which agree" [ "$(grep -o '"verdict": *"agrees"' "$out" | wc -l)" = 8 ]
ends "several, with --out" 0 reproduce --quick --out kept nakamoto2008bitcoin keller2023cpr
check "reproduce.csv" grep -q '^keller2023cpr,orphans-30,.*,simulated,.*,agrees,$' kept/reproduce.csv
check "and the runs" [ "$(wc -l < kept/keller2023cpr/clique-30/runs.csv)" = 41 ]
check "which can be looked at" test -f kept/keller2023cpr/clique-30/scenario.xml
ends "null models do not agree" 0 reproduce --null keller2023cpr
check "none of them" sh -c '! grep -qE "^  (agrees|AGREES)" "$0"' "$out"
cp "$out" first
ends "again on one thread" 0 reproduce --null --threads 1 keller2023cpr
check "the same output" cmp first "$out"

# --- what disagrees ---

cp -R "$papers/keller2023cpr" tight
chmod -R u+w tight
sed 's/,54$/,0.5/' tight/published.csv > x && mv x tight/published.csv
ends "a tolerance beyond what the model gives: status 3" 3 reproduce --quick tight
check "and says which" grep -qE '^  DISAGREES +orphans-30 ' "$out"
cp -R "$papers/nakamoto2008bitcoin" digit
chmod -R u+w digit
sed 's/0\.0509779/0.0509778/' digit/published.csv > x && mv x digit/published.csv
ends "a digit that is not there: status 3" 3 reproduce digit
check "and says which" grep -qE '^  DISAGREES +q10-z2 ' "$out"
sed 's/,54$/,1000/; s/,39$/,1000/' tight/published.csv > x && mv x tight/published.csv
ends "a null model that agrees: status 3" 3 reproduce --null tight
check "and says which" grep -qE '^  AGREES +orphans-60 ' "$out"

# --- bad input ---

refuses "an unknown publication" 2 'unknown paper "nakamoto2008bitcoim"; did you mean "nakamoto2008bitcoin"' \
  reproduce nakamoto2008bitcoim
refuses "a negative number of threads" 2 'threads' reproduce --threads -1 nakamoto2008bitcoin
refuses "an unknown option" 2 'quik' reproduce --quik
cp -R "$papers/nakamoto2008bitcoin" bad
chmod -R u+w bad
keep () # restores bad/
{
  cp "$papers/nakamoto2008bitcoin"/* bad/
}
sed 's/,tolerance$//; s/,$//' bad/published.csv > x && mv x bad/published.csv
refuses "a missing column" 2 'bad/published.csv:1: has no column "tolerance"' reproduce bad
keep
sed '/^q10-z2,/d' bad/published.csv > x && mv x bad/published.csv
refuses "a number in paper.xml only" 2 'bad/paper.xml:[0-9]+: "q10-z2" does not stand in published.csv' reproduce bad
keep
sed '/id="q10-z2"/d' bad/paper.xml > x && mv x bad/paper.xml
refuses "a number in published.csv only" 2 'bad/published.csv:3: "q10-z2" stands in paper.xml 0 times' reproduce bad
keep
sed 's/calc="double-spend"/calc="dubble-spend"/' bad/paper.xml > x && mv x bad/paper.xml
refuses "an unknown calc" 2 'bad/paper.xml:[0-9]+: unknown calc "dubble-spend"; did you mean' reproduce bad
keep
sed 's/metric="blocks.orphan_rate"/metric="blocks.orphans"/' "$papers/keller2023cpr/paper.xml" > bad/paper.xml
cp "$papers/keller2023cpr/published.csv" bad/
refuses "an unknown metric" 2 'bad/paper.xml:[0-9]+: unknown metric "blocks.orphans"' reproduce bad
rm bad/published.csv
refuses "no published.csv" 2 'published.csv' reproduce bad
refuses "nothing to write to" 1 'nothing|Not a directory|cannot' reproduce --json --out "$out/nothing" nakamoto2008bitcoin

tap_end
