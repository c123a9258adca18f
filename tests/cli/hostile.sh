#!/bin/sh
# Files from strangers: each check names the line of SECURITY.md that it holds.

# shellcheck disable=SC2016,SC3045 # commands in quotes are what must not be run; dash has ulimit -v

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

chain='<chain kind="nakamoto"/>'
short='<run duration="2 h" replicates="2"/><network nodes="20"/>'
markup='&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt; \input{/etc/passwd} \write18{touch pwned}'

# AddressSanitizer needs more addresses than there are.
addresses=1500000
if sanitized; then addresses=unlimited; fi

bad () # NAME PATTERN [FILE]: x.xml, or FILE, is refused, in 10 s of CPU and 1.5 GB of addresses
{
  status=0
  (ulimit -t 10; ulimit -v "$addresses"; exec timeout 120 "$PNYX" run x.xml --no-plot --out o) \
    > "$out" 2> "$err" < /dev/null || status=$?
  if [ "$status" = 2 ] && [ "$(wc -l < "$err")" = 1 ] \
    && grep -Eq "^pnyx: ${3:-x\\.xml}:[0-9]+: .*$2" "$err" && [ ! -e o ] && [ ! -e results ]; then
    point 0 "$1"
  else
    point 1 "$1"
    printf '# status %s\n' "$status"
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

graph () # FILE: a scenario for each attribute that names a file
{
  scenario "<network nodes='2'><topology kind='edge-list' file='$1'/></network>$chain"
}
stakes () # FILE
{
  scenario "<chain kind='gasper'><validators file='$1'/></chain>"
}
prices () # FILE
{
  scenario "<chain id='m' kind='nakamoto'/><oracle id='o' chain='m' kind='ocr-median'><feed kind='replay'>
    <replay file='$1'/></feed></oracle>"
}
policy () # FILE
{
  scenario "<chain id='m' kind='nakamoto'/><oracle id='o' chain='m' kind='ocr-median'><feed/></oracle>
    <contract id='c' chain='m' oracle='o' kind='lending'><lending><controller kind='policy' policy='$1'/></lending></contract>"
}
profile () # FILE.xml
{
  scenario "<network nodes='2'><regions profile='$1'/></network>$chain"
}
including () # FILE
{
  scenario "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='$1'/>$chain"
}
asks='graph stakes prices policy profile including'

mkdir tree tree/below
ln -s ../precious tree/linked
ln -s ../precious/secret.xml tree/link.xml
ln -s /dev/zero tree/device.xml
mkfifo tree/pipe.xml
mkdir tree/folder.xml
printf '0,1\n' > tree/below/graph.xml
printf 'stake\n' > tree/below/stakes.xml
repeat 300 '32\n' >> tree/below/stakes.xml
printf 'time,price\n0,1\n60,1.5\n' > tree/below/prices.xml
printf '%s\n' pnyx-policy,lending,1 volatility,0.4 utilisation,0.5 action,0.5,0.6 \
  value,0,0,1.5,-0.25 value,0,1,0,0 value,1,0,1,2 value,1,1,-1,0 > tree/below/policy.xml
printf '<network xmlns="urn:pnyx:scenario:1" nodes="20"/>' > tree/below/including.xml
cp "$PNYX_SOURCE/scenarios/profiles/regions/aws-2025.xml" tree/below/profile.xml
cp precious/secret precious/secret.xml
(cd precious && cksum ./*) > .tap/precious
reads () # NAME PATTERN FILE: no attribute reads it, nor do messages show it
{
  for ask in $asks; do
    "$ask" "$3" > tree/x.xml
    refuses "1: $ask of $1" 2 "x\.xml:[12]: .*$2" validate tree/x.xml
    check "1: it is not shown" sh -c "! grep -Eq 'TOPSECRET|root:' '$err'"
  done
}
for ask in $asks; do
  "$ask" "below/$ask.xml" > tree/x.xml
  ends "1: $ask of a file below" 0 validate tree/x.xml
done
reads "a file beside the folder" 'leaves the folder' ../precious/secret.xml
reads "one that is not there" 'leaves the folder' ../precious/nothing.xml
reads "one by way of a folder" 'leaves the folder' below/../../precious/secret.xml
reads "one by a linked folder" 'leaves the folder' linked/secret.xml
reads "a link" 'leaves the folder' link.xml
reads "an absolute path" 'absolute path|expected a path' /etc/passwd.xml
reads "a device" 'leaves the folder|device' device.xml
reads "a pipe" 'is a pipe' pipe.xml
reads "a folder" 'is a folder' folder.xml
asks='graph stakes prices policy profile'
reads "an address" 'No such file' http://localhost/x.xml
reads "a file as an address" 'No such file' file:///etc/passwd.xml
asks=including
reads "an address" 'is refused' http://localhost/x.xml
reads "a file as an address" 'is refused' file:///etc/passwd.xml
asks='graph stakes prices policy profile including'
unharmed "1: and nothing was written"
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

truncate -s 65M huge.xml
for ask in $asks; do
  "$ask" huge.xml > x.xml
  refuses "6: $ask of 65 MiB" 2 'x\.xml:[12]: huge\.xml has 65 MiB \(expected at most' validate x.xml
done
rm huge.xml
asks='graph stakes prices policy'
for byte in '\n' ','; do
  head -c 67108864 /dev/zero | tr '\0' "$byte" > most.csv
  for ask in $asks; do
    "$ask" most.csv > x.xml
    bad "6: $ask of 64 MiB of $byte" '' '(.*/most\.csv|x\.xml)'
  done
done
rm most.csv

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
for log in results.db-journal results.db-wal results.db-shm; do
  again
  mkfifo o/$log
  sed -i 's/"finished"/"interrupted"/' o/manifest.json
  refuses "7: a pipe for $log is not waited for" 2 "$log: is no regular file" run o --point 0 --replicate 0
  rm o/$log
  ln -s ../precious/new o/$log
  refuses "7: a link for $log is not followed" 2 "$log: is no regular file" run o --point 0 --replicate 0
done
unharmed "7: no log was written outside"
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
for file in summary.csv runs.csv; do
  again
  repeat 2000000 ',' > o/$file
  refuses "7: a comparison of commas in $file" 2 "$file:1: the row is too long" compare o good
done
again
repeat 2000000 ',' > o/summary.csv
refuses "7: nor are they drawn" 2 'summary\.csv:1: the row is too long' plot o
refuses "7: or reported" 2 'summary\.csv:1: the row is too long' report o
head -n 1 good/summary.csv > o/summary.csv
awk 'BEGIN { for (i = 0; i <= 100000; i++) print "0,," i ",,,,,,,,," }' >> o/summary.csv
refuses "7: a summary of too many metrics" 2 'summary\.csv: too many metrics' report o
again
mkdir o/figures
printf '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><meta http-equiv="refresh" content="0; url=http://localhost/"/>
  <g fill="URL(http://localhost/)"><IMG src="http://localhost/"/><rect id="mine"/></g></svg>' > o/figures/picture.svg
ends "7: the report of a picture" 0 report o
check "7: has it" grep -q '<rect id="[a-z0-9-]*-mine">' o/report.html
check "7: but nothing that leads away from the page" sh -c '! grep -q "http://localhost" o/report.html'
check "7: nor could it" grep -q "default-src 'none';.*base-uri 'none'; form-action 'none'" o/report.html
again
mkdir o/figures
truncate -s 300M o/figures/huge.svg o/figures/huge.pdf
ends "7: a report beside a huge picture" 0 report o
check "7: says why it is not there" grep -q 'huge\.svg: is too large (expected at most 256 MiB)' o/report.html
refuses "7: nor is it copied for TeX" 2 'huge\.pdf: is too large \(expected at most 256 MiB\)' report o --format tex
again
repeat 100000 '[' > o/manifest.json
pnyx report o
check "7: a manifest 100,000 deep" [ "$status" = 2 ]
unharmed "7: and nothing else was touched"

# --- 8: publications ---

paper () # PAPER PUBLISHED: the folder x
{
  rm -rf x o
  mkdir x
  printf '<paper xmlns="urn:pnyx:scenario:1" title="T\302\23331m" authors="$(touch pwned)" year="2026">%s</paper>' "$1" > x/paper.xml
  printf 'id,where,quantity,value,unit,status,tolerance\n%b\n' "$2" > x/published.csv
}
exact='<exact id="a" calc="double-spend" keys="q=0.1 z=6" column="probability"/>'
paper "$exact" 'a,../../x\033[31m,$(touch pwned)\033]0;x\007,0.0002428,=cmd()\033[31m,read,'
for form in '' --json; do
  # shellcheck disable=SC2086 # nothing or one word
  ends "8: hostile texts in numbers ${form:-as text}" 0 reproduce ./x $form --out o
  check "8: its number agrees" grep -q agrees "$out"
  check "8: no control characters on the terminal" sh -c "! LC_ALL=C grep -q '[[:cntrl:]]\|$escape' '$out' '$err'"
  rm -rf o
done
paper "$exact" 'a,w,q,0.0002428,,read,\0'
refuses "8: a zero byte" 2 'published\.csv' reproduce ./x --out o
paper '<experiment id="e"><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="../precious/secret.xml"/></experiment>' ''
refuses "8: an include that leaves the folder" 2 'paper\.xml:1: .*leaves the folder' reproduce ./x --out o
for file in ../precious/secret /etc/passwd ./pipe; do
  paper "<exact id='a' calc='dawid-skene' keys='ratings=@$file iterations=1' column='log_likelihood'/>" 'a,w,q,1,,read,'
  mkfifo x/pipe
  refuses "8: ratings of $file" 2 'paper\.xml:1: .*(leaves the folder|absolute path|is a pipe)' reproduce ./x --out o
  check "8: they are not shown" sh -c "! grep -Eqs 'TOPSECRET|root:' '$err' '$out'"
done
paper "$exact" 'a,w,q,0.0002428,,read,'
rm x/published.csv
ln -s ../precious/secret x/published.csv
refuses "8: published.csv is no link" 2 'published\.csv: is a symbolic link' reproduce ./x --out o
rm x/published.csv
mkfifo x/published.csv
refuses "8: nor a pipe" 2 'published\.csv: is no regular file' reproduce ./x --out o
paper '' ''
printf '<paper/>' > x/paper.xml
refuses "8: a paper that is none" 2 'paper\.xml:1: ' reproduce ./x --out o
unharmed "8: nothing was run, nor written elsewhere"

tap_end
