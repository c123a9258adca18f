#!/bin/sh
# Files from strangers: each check names the line of SECURITY.md that it holds.

# shellcheck disable=SC2016,SC3045 # commands in quotes are what must not be run; dash has ulimit -v

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

chain='<chain kind="nakamoto"/>'
short='<run duration="2 h" replicates="2"/><network nodes="20"/>'
markup='&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt; \input{/etc/passwd} \write18{touch pwned}'

bad () # NAME PATTERN: x.xml is refused, in a moment and in 1 GiB of addresses
{
  status=0
  before=$(date +%s)
  if sanitized; then
    pnyx run x.xml --no-plot --out o
  else
    (ulimit -v 1500000; exec timeout 20 "$PNYX" run x.xml --no-plot --out o) > "$out" 2> "$err" < /dev/null || status=$?
  fi
  took=$(($(date +%s) - before))
  if [ "$status" = 2 ] && [ "$took" -le 10 ] && [ "$(wc -l < "$err")" = 1 ] \
    && grep -Eq "^pnyx: x\.xml:[0-9]+: .*$2" "$err" && [ ! -e o ] && [ ! -e results ]; then
    point 0 "$1"
  else
    point 1 "$1"
    printf '# status %s after %s s\n' "$status" "$took"
    cut -c 1-300 "$err" | sed 's/^/# /' | head -n 5
  fi
}

repeat () # N TEXT
{
  awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", text }'
}

# What no command may do: change anything beside its --out, or run what a name says.
mkdir precious
printf 'keep\n' > precious/series
printf 'TOPSECRET' > precious/secret
(cd precious && cksum ./*) > .tap/precious
unharmed () # NAME
{
  check "$1" sh -c '(cd precious && cksum ./*) | cmp - .tap/precious && [ -z "$(find . -name "pwned*")" ]'
}

# --- 1: only files in or below the folder of the scenario ---

mkdir tree
ln -s ../precious tree/linked
ln -s /dev/zero tree/device
mkfifo tree/pipe
for file in ../precious/secret linked/secret /etc/passwd device pipe http://localhost/x \
  file:///etc/passwd linked/../../precious/secret; do
  scenario "<network><topology kind='edge-list' file='$file'/></network>$chain" > tree/x.xml
  refuses "1: a graph in $file" 2 'x\.xml:1: ' validate tree/x.xml
  check "1: which it does not tell" sh -c "! grep -Eq 'TOPSECRET|root:' '$err'"
  scenario "<chain kind='gasper'><validators stake-file='$file'/></chain>" > tree/x.xml
  pnyx validate tree/x.xml
  check "1: nor stakes in it" sh -c "[ $status = 2 ] && ! grep -Eq 'TOPSECRET|root:' '$err'"
  scenario "<network><regions profile='$file.xml'/></network>$chain" > tree/x.xml
  pnyx validate tree/x.xml
  check "1: nor a profile" sh -c "[ $status = 2 ] && ! grep -Eq 'TOPSECRET|root:' '$err'"
done
printf '<!DOCTYPE s SYSTEM "http://localhost/x.dtd"><scenario xmlns="urn:pnyx:scenario:1" name="x"/>' > x.xml
bad "2: a DTD of the network" DOCTYPE
printf '<!DOCTYPE s [<!ENTITY %% p SYSTEM "file:///etc/passwd"> %%p;]><scenario xmlns="urn:pnyx:scenario:1" name="x"/>' > x.xml
bad "2: a parameter entity" DOCTYPE
printf '<?xml-stylesheet href="http://localhost/x.xsl"?><scenario xmlns="urn:pnyx:scenario:1" name="&x;">%s</scenario>' "$chain" > x.xml
bad "2: an entity that nothing declares" 'x'

# --- 3: names make no paths ---

for name in ../../x a/b . .. .hidden '$(touch pwned)' '`touch pwned`' 'a b' "$(repeat 300 a)"; do
  printf '<scenario xmlns="urn:pnyx:scenario:1" name="%s">%s%s</scenario>' "$name" "$short" "$chain" > x.xml
  pnyx run x.xml --no-plot
  shown=$(printf '%.20s' "$name")
  check "3: a scenario named $shown" sh -c "[ $status = 2 ] && [ \$(wc -l < '$err') = 1 ] && [ ! -e results ]"
done
printf '<scenario xmlns="urn:pnyx:scenario:1" name="-rf">%s%s</scenario>' "$short" "$chain" > x.xml
ends "3: -rf is a name" 0 run x.xml --no-plot --quiet
check "3: of a folder" [ -s results/-rf/runs.csv ]
rm -rf results
for id in ../../x a/b 'a b' "x'y" '$(touch pwned)'; do
  scenario "<chain id=\"$id\" kind='nakamoto'/>" > x.xml
  bad "3: a chain $id" 'id: .*is not valid'
  scenario "$short$chain<sweep><axis name=\"$id\" path='network/@nodes' values='10, 20'/></sweep>" > x.xml
  pnyx sweep x.xml --out o
  check "3: an axis $id" sh -c "[ $status = 2 ] && grep -q 'is not valid' '$err' && [ ! -e o ]"
  scenario "$short$chain<figures><figure kind='time-series' metric=\"$id\"/></figures>" > x.xml
  pnyx run x.xml --quiet --out o
  unharmed "3: a metric $id"
  rm -rf o
done

# --- 4: texts are texts: in gnuplot, Graphviz, HTML, TeX and on the terminal ---

scenario "$short$chain<figures>
  <figure kind='propagation-cdf' title=\"\`touch pwned\` \$(touch pwned) ''; system('touch pwned') # $markup&#10;system('touch pwned')\"/>
  <figure kind='block-tree' title='x&quot;]; y [shape=none, image=&quot;/etc/passwd&quot;, label=&lt;&lt;b&gt;x&lt;/b&gt;&gt;] \\N $markup'/>
</figures>" 'seed="7"' > x.xml
ends "4: a run with hostile titles" 0 run x.xml --quiet --out o
for format in pdf tex; do
  ends "4: drawn as $format" 0 plot o --format $format --figure propagation-cdf
done
ends "4: its report" 0 report o
check "4: has no script but its own" [ "$(grep -c '<script' o/report.html)" = "$(grep -c '<script' "$PNYX_SOURCE/analysis/report/page.html")" ]
check "4: nor alert(1) but as text" sh -c '! grep -q "<script>alert" o/report.html && grep -q "&lt;script&gt;alert(1)" o/report.html'
check "4: the picture is XML without a script" sh -c '! grep -q "<script" o/figures/propagation-cdf.svg'
check "4: the graph has no attribute of a stranger" sh -c '! grep -Eq "^[^\"]*(\"([^\"\\\\]|\\\\.)*\"[^\"]*)*image=" o/figures/block-tree.gv'
pnyx report o --format tex
check "4: TeX with no command of a stranger" sh -c '! grep -Eq "\\\\(input\{/|write18)" o/report/*.tex o/figures/*.tex'
unharmed "4: nothing was run"
escape=$(printf '\302\233')
scenario "$short$chain<figures><figure kind='${escape}31m'/></figures>" > x.xml
pnyx validate x.xml
check "4: no control characters on the terminal" sh -c "[ $status = 2 ] && ! grep -q '$escape' '$err'"
rm -rf o

# --- 5: sizes ---

big () # NAME BODY PATTERN
{
  scenario "$2" > x.xml
  bad "5: $1" "$3"
}
big "nodes" "<network nodes='1000000000'/>$chain" 'nodes is out of range'
big "a complete graph" "<network nodes='1000000'><topology kind='complete'/></network>$chain" 'too large'
for kind in random-regular erdos-renyi watts-strogatz barabasi-albert; do
  at=degree
  [ $kind = barabasi-albert ] && at=edges
  big "edges of $kind" "<network nodes='10000000'><topology kind='$kind' $at='1000'/></network>$chain" 'connections is too large'
done
big "validators" "<chain kind='gasper'><validators count='4000000000'/></chain>" 'count is out of range'
big "a long time" "<run duration='1000000000 d'/>$chain" 'too large'
big "replicates" "<run replicates='4000000000'/>$chain" 'out of range'
big "chains" "$(repeat 20000 "$chain")" 'too many <chain>'
big "steps of an axis" "$chain<sweep><axis path='network/@nodes' from='1' to='9' steps='4000000000'/></sweep>" 'steps is out of range'
scenario "<run duration='1 h'/><network nodes='20'/>$chain<sweep><axis path='network/@nodes' from='10' to='100000' steps='50000'/>
  <axis path='run/@duration' from='1 h' to='1 d' steps='50000'/></sweep>" > x.xml
refuses "5: points of a sweep" 2 'x\.xml:1: .*points' sweep x.xml --out o
big "reporters" "$chain<oracle chain='main' kind='ocr-median'><feed/><reporters count='4000000000'/></oracle>" 'count is out of range'
big "borrowers" "$chain<contract chain='main' kind='lending'><lending><borrowers count='4000000000'/></lending></contract>" 'count is out of range'
big "a number of a thousand digits" "<network nodes='$(repeat 1000 9)'/>$chain" 'nodes'
big "depth" "$(repeat 100000 '<a>')" 'deep'
big "elements" "$(repeat 1000001 '<a/>')" 'too many elements'
scenario "<network nodes='$(repeat 12000000 9)'/>$chain" > x.xml
bad "5: an attribute of 12 MB" 'expected|malformed'
scenario "<run duration='30 d' memory-max='4 MiB'/><network nodes='200000'/>$chain" > x.xml
pnyx run x.xml --no-plot --out o
check "5: a run beyond its memory ends alone" sh -c "[ $status = 1 ] && grep -q 'memory' '$err'"
scenario "<run duration='1000 d' events-max='100000'/><network nodes='20'/>$chain" > x.xml
pnyx run x.xml --no-plot --out o --force
check "5: a run beyond its events as well" sh -c "[ $status = 1 ] && grep -q 'events' '$err'"
rm -rf o

# --- 6: policies, stakes and CSV ---

truncate -s 65M policy.csv
scenario "$chain<contract kind='lending'><controller kind='policy' file='policy.csv'/></contract>" > x.xml
refuses "6: a policy of 65 MiB" 2 'x\.xml:1: ' validate x.xml
cp policy.csv stake.csv
scenario "<chain kind='gasper'><validators stake-file='stake.csv'/></chain>" > x.xml
pnyx validate x.xml
check "6: stakes of 65 MiB" [ "$status" = 2 ]

# --- 7: a results folder from a stranger ---

scenario "$short$chain<figures><figure kind='propagation-cdf'/></figures>" > x.xml
ends "7: results" 0 run x.xml --quiet --no-plot --out good
again () # a fresh copy in o
{
  rm -rf o
  cp -r good o
}
for file in summary.csv runs.csv manifest.json results.db; do
  again
  rm o/$file
  mkfifo o/$file
  pnyx report o
  check "7: a pipe for $file does not stop the report" [ "$status" -le 2 ]
  pnyx compare o good
  check "7: nor a comparison" [ "$status" -le 2 ]
  rm o/$file
  ln -s ../precious/secret o/$file
  pnyx report o
  check "7: a link for it is not read" sh -c "! grep -rqs TOPSECRET o/report.html '$err' '$out'"
done
again
ln -s ../precious o/figures
refuses "7: figures that lead out" 2 'figures: is a symbolic link' plot o
refuses "7: nor are they reported" 2 'figures: is a symbolic link' report o
again
ln -s ../precious o/report
refuses "7: a report that leads out" 2 'report: is a symbolic link' report o --format tex
again
ln -s ../precious/secret o/report.html
ln -s ../precious o/series
ends "7: a page takes the place of a link" 0 report o
ends "7: so do results" 0 run x.xml --quiet --no-plot --out o --force
rm o/results.lock
ln -s ../precious/new o/results.lock
sed -i 's/"finished"/"interrupted"/' o/manifest.json
pnyx run x.xml --quiet --no-plot --out o
unharmed "7: nothing was written outside"
rm -rf elsewhere
mkdir elsewhere
ln -s elsewhere mine
ends "7: the folder that one names may be a link" 0 run x.xml --quiet --no-plot --out mine
check "7: to where it leads" [ -s elsewhere/runs.csv ]
if command -v sqlite3 > /dev/null 2>&1; then
  again
  sqlite3 o/results.db "UPDATE run SET message = char(27) || '[31m../../x', status = 'failed'; UPDATE scalar SET value = 9e999, metric = '../../' || metric"
  pnyx compare o good
  check "7: values made by hand" [ "$status" -le 2 ]
  sqlite3 o/results.db 'DROP TABLE point; CREATE VIEW point AS WITH RECURSIVE r (point) AS (SELECT 0 UNION ALL SELECT point + 1 FROM r) SELECT point, 1 AS axis, 1 AS value, 0 AS position FROM r'
  refuses "7: a view without end" 2 'results\.db: has other tables' run o --point 0 --replicate 0
else
  skip "7: results.db made by hand" "there is no sqlite3; tests/unit/results/test_store.c makes some"
fi
pnyx validate "$(printf 'a\033[31mb')"
check "4: nor of a path" sh -c "[ $status = 2 ] && ! grep -q '$(printf '\033')' '$err'"
again
printf '%s\n' "point,replicate,seed,$(printf '\033')]0;x$(printf '\007')../../x,blocks.proposed" '0,0,1,=cmd(),1' '0,1,1,@x,2' > o/runs.csv
printf '%s\n' 'point,scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max' \
  "0,,$(printf 'x\033[31m')</td><script>alert(1)</script>,s,1,1,1,1,1,1,1,1" > o/summary.csv
pnyx compare o good
check "7: no control characters of a table on the terminal" sh -c "! grep -q '$(printf '\033')' '$out' '$err'"
ends "7: its report" 0 report o
check "7: has texts for texts" sh -c '! grep -q "<script>alert" o/report.html'
again
repeat 100000 '[' > o/manifest.json
pnyx report o
check "7: a manifest 100,000 deep" [ "$status" = 2 ]
unharmed "7: and nothing else was touched"

# --- 8: publications ---

mkdir -p papers/x
printf 'id,where,quantity,value,unit,status,tolerance\nx,../../x,$(touch pwned),=cmd(),1,read,\n' > papers/x/published.csv
printf '<paper/>' > papers/x/paper.xml
pnyx reproduce x --out o
check "8: a paper that is none" [ "$status" = 2 ]
unharmed "8: nothing was run"

tap_end
