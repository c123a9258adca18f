#!/bin/sh
# Bad input: one clear line, the right status, nothing half-written left behind.

# shellcheck disable=SC2016 # sh -c has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

chain='<chain kind="nakamoto"/>'
xi='xmlns:xi="http://www.w3.org/2001/XInclude"'

bad () # NAME PATTERN: x.xml is a bad scenario
{
  refuses "$1" 2 "x\.xml:[0-9]+: .*$2" validate x.xml
}

# --- what stands in a scenario ---

printf '<scenario\n  name="x"' > x.xml
bad "malformed XML" malformed
: > x.xml
bad "an empty file" malformed
printf '<scenario xmlns="urn:pnyx:scenario:1" name="x">\n<network>\n</scenario>' > x.xml
bad "an element that is not closed" malformed
printf '<scenario name="x"/>' > x.xml
bad "no namespace" urn:pnyx:scenario:1
printf '<html/>' > x.xml
bad "another document" scenario
scenario '<run/>' > x.xml
bad "no chain" chain
scenario "<netwrok/>$chain" > x.xml
bad "an unknown element" 'netwrok.*did you mean "network"'
scenario "<network nodez='5'/>$chain" > x.xml
bad "an unknown attribute" 'nodez.*did you mean "nodes"'
scenario "$chain$chain" > x.xml
bad "two chains of one name" main
scenario "<network/><network/>$chain" > x.xml
bad "an element twice" 'too many <network>'
scenario '<chain kind="nakamotto"/>' > x.xml
bad "an unknown kind" 'nakamotto.*did you mean "nakamoto"'
scenario "<network><regions profile='aws-2052'/></network>$chain" > x.xml
bad "an unknown profile" 'aws-2052.*aws-2025'
scenario "<run duration='64'/>$chain" > x.xml
bad "no unit" 'duration: "64" has no unit.*expected'
scenario "<run duration='64 parsec'/>$chain" > x.xml
bad "a wrong unit" 'parsec.*expected'
scenario "<network><class upload='5 s'/></network>$chain" > x.xml
bad "a unit of something else" '5 s.*expected'
scenario "<run duration='-3 d'/>$chain" > x.xml
bad "a negative duration" 'duration.*expected more than 0 s'
scenario "<run duration='3 epoch'/>$chain" > x.xml
bad "epochs where there are none" 'epochs.*nakamoto'
scenario "<network nodes='0'/>$chain" > x.xml
bad "out of range" 'nodes is out of range \(expected 1 to'
scenario "<network nodes='1e999'/>$chain" > x.xml
bad "a number beyond all ranges" nodes
scenario "$chain" 'seed="minus"' > x.xml
bad "a seed that is no number" minus
scenario "$chain" 'seed="-1"' > x.xml
bad "a negative seed" 'seed'
scenario '<chain kind="nakamoto"><nakamoto interval="exponential(5)"/></chain>' > x.xml
bad "a distribution without units" 'interval.*expected'
scenario "$chain<adversary chain='nix' kind='nakamoto-selfish-mining'/>" > x.xml
bad "an adversary on a chain that is not there" 'nix.*expected main'
scenario '<chain kind="nakamoto"><nakamoto miners="3"/></chain><adversary kind="nakamoto-selfish-mining" actor="3"/>' \
  > x.xml
refuses "an adversary that the chain has not" 2 'x\.xml:1: .*(actor|pool|adversary)' run x.xml --out o
scenario "<figures><figure kind='propagation-cfd'/></figures>$chain" > x.xml
bad "an unknown figure" 'propagation-cdf'

# Several mistakes: a line for each, ten at most.
scenario "<run duration='1' warmup='2'/><network nodes='0'/>$chain" > x.xml
pnyx validate x.xml
check "several mistakes, a line for each" [ "$status $(wc -l < "$err") $(grep -c '^pnyx: x.xml:1: ' "$err")" = "2 3 3" ]
scenario "$(awk 'BEGIN { for (i = 0; i < 500; i++) print "<nix/>" }')$chain" > x.xml
pnyx validate x.xml
check "hundreds of mistakes, few lines" [ "$status" = 2 -a "$(wc -l < "$err")" -le 12 ]

# --- graphs: known when the world is built ---

scenario "<network nodes='300'><topology kind='erdos-renyi' degree='0.5'/></network>$chain" > x.xml
refuses "a disconnected graph" 2 'x\.xml:1: .*falls into [0-9]+ parts .*expected' run x.xml --out o
check "leaves nothing" [ ! -e o ]
refuses "with a folder by name, too" 2 'falls into' run x.xml
check "leaves nothing either" [ ! -e results ]
scenario "<network nodes='5'><topology degree='8'/></network>$chain" > x.xml
refuses "a degree beyond the nodes" 2 'x\.xml:1: .*degree' run x.xml --out o

# --- files ---

scenario "<xi:include $xi href='none.xml'/>$chain" > x.xml
bad "a missing include" 'none.xml'
mkdir tree
scenario "<xi:include $xi href='../secret.xml'/>$chain" > tree/x.xml
printf '<run xmlns="urn:pnyx:scenario:1" duration="TOPSECRET"/>' > secret.xml
refuses "an include that leaves the folder" 2 'x\.xml:1: .*leaves the folder' validate tree/x.xml
check "does not tell what is there" sh -c "! grep -q TOPSECRET '$err'"
ln -s ../secret.xml tree/link.xml
scenario "<xi:include $xi href='link.xml'/>$chain" > tree/x.xml
refuses "nor does a symbolic link" 2 'x\.xml:1: .*leaves the folder' validate tree/x.xml
for href in file:///etc/passwd http://localhost/x.xml /etc/passwd; do
  scenario "<xi:include $xi href='$href'/>$chain" > x.xml
  bad "an include of $href" 'href|include|refused|leaves|expected'
  check "does not leak it" sh -c "! grep -q root: '$err'"
done
scenario "<xi:include $xi href='x.xml'/>$chain" > x.xml
bad "an include of itself" 'includes itself'
scenario "<network><topology kind='edge-list' file='../secret.xml'/></network>$chain" > tree/x.xml
refuses "a data file that leaves the folder" 2 'x\.xml:1: .*leaves the folder' validate tree/x.xml

{
  printf '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">\n'
  set -- b c d e f g h i j
  previous=a
  for name; do
    printf '<!ENTITY %s "' "$name"
    for _ in 1 2 3 4 5 6 7 8 9 10; do printf '&%s;' "$previous"; done
    printf '">\n'
    previous=$name
  done
  printf ']><scenario xmlns="urn:pnyx:scenario:1" name="&j;"/>'
} > x.xml
bad "a billion laughs" 'DOCTYPE'
printf '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><scenario xmlns="urn:pnyx:scenario:1" name="&x;"/>' > x.xml
bad "an external entity" 'DOCTYPE'
check "does not leak its file" sh -c "! grep -q root: '$err'"

refuses "a missing scenario" 2 'none\.xml' run none.xml
refuses "a folder" 2 'tree.*folder' validate tree
mkfifo pipe.xml
refuses "a pipe" 2 'pipe\.xml.*pipe' validate pipe.xml
refuses "a device" 2 '/dev/zero' validate /dev/zero
printf '<scenario\0\0' > x.xml
bad "zero bytes" 'zero byte'
head -c 300000 /dev/urandom > x.xml
bad "noise" 'expected'
scenario "$chain" | iconv -f UTF-8 -t UTF-16 > x.xml
bad "UTF-16" 'UTF-8'
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "<a>" }' > x.xml
bad "elements a hundred thousand deep" 'deep|depth'
if [ "$(id -u)" = 0 ]; then
  if command -v setpriv > /dev/null 2>&1; then
    cp "$PNYX" ./program
    scenario "$chain" > x.xml
    chmod 711 . .tap
    chmod 0 x.xml
    setpriv --reuid 65534 --regid 65534 --clear-groups ./program validate x.xml > "$out" 2> "$err"
    status=$?
    check "an unreadable file" sh -c "[ $status = 2 ] && [ \$(wc -l < '$err') = 1 ] && grep -q 'x.xml.*denied' '$err'"
    rm -f x.xml
  else
    skip "an unreadable file" "root reads everything, and there is no setpriv"
  fi
else
  scenario "$chain" > x.xml
  chmod 0 x.xml
  refuses "an unreadable file" 2 'x\.xml.*denied' validate x.xml
  rm -f x.xml
fi
truncate -s 1G x.xml
before=$(date +%s)
refuses "a file of 1 GiB" 2 'x\.xml.*1024 MiB.*expected' validate x.xml
check "in a moment" [ $(($(date +%s) - before)) -le 2 ]
if sanitized; then
  skip "with little memory" "sanitizers take terabytes of addresses"
else
  check "with little memory" sh -c '(ulimit -v 400000; "$PNYX" validate x.xml 2>&1) | grep -q "1024 MiB"'
fi
rm x.xml

# --- where results go ---

scenario "<run duration='2 h' replicates='2'/><network nodes='30'/>$chain" > x.xml
: > file
refuses "results below a file" 1 'file.*cannot' run x.xml --out file/below
refuses "results in the place of a file" 1 'file: cannot' run x.xml --out file
check "which stays" [ -f file ]
mkdir others
: > others/thesis.tex
refuses "results among other files" 2 'others: holds files but no results' run x.xml --out others --force
check "which stay" [ "$(ls others)" = thesis.tex ]
refuses "a folder that cannot be made" 1 '/proc/x' run x.xml --out /proc/x

status=0
(cd others && "$PNYX" run ../x.xml --quiet > /dev/full 2> "$err") || status=$?
check "--quiet does not mind a full standard output" [ "$status" = 0 ]
status=0
"$PNYX" run x.xml --json --no-plot --out o > /dev/full 2> "$err" || status=$?
check "a full standard output" sh -c "[ $status = 1 ] && grep -q 'standard output: cannot write' '$err'"
rm -rf o others/results

mkdir disk
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=48k none disk 2> /dev/null; then
  trap 'umount "$scratch/disk"; rm -rf "$scratch"' EXIT
  refuses "a full disk" 1 'disk/r/.*No space left' run x.xml --quiet --out disk/r
  check "does not pass for results" sh -c '! grep -q "\"status\": \"finished\"" disk/r/manifest.json'
  check "and leaves no half-written file" [ -z "$(find disk -name '.*' ! -name . ! -path disk)" ]
  umount disk
  trap 'rm -rf "$scratch"' EXIT
else
  skip "a full disk" "this user may not mount a small one"
fi

# --- gnuplot ---

scenario "<run duration='2 h' replicates='2'/><network nodes='30'/>$chain<figures><figure kind='propagation-cdf'/></figures>" > x.xml
mkdir none fake
printf '#!/bin/sh\necho "line 1: no such terminal" >&2\nexit 1\n' > fake/gnuplot
chmod +x fake/gnuplot
check_plot () # NAME PATH PATTERN
{
  rm -rf o
  status=0
  PATH=$2 "$PNYX" run x.xml --out o > "$out" 2> "$err" || status=$?
  check "$1: status 1" [ "$status" = 1 ]
  check "$1: it says so in one line" [ "$(grep -c "^pnyx: .*$3" "$err") $(grep -c '^pnyx: ' "$err")" = "1 1" ]
  check "$1: numbers are kept and shown" sh -c "[ -s o/runs.csv ] && [ -s o/summary.csv ] && grep -q '^results  o' '$out'"
  check "$1: nothing half-drawn" [ -z "$(find o -path '*figures*')" ]
  check "$1: the manifest says finished" grep -q '"status": "finished"' o/manifest.json
}
check_plot "gnuplot is missing" "$scratch/none" 'gnuplot is not installed'
check_plot "gnuplot fails" "$scratch/fake:$PATH" 'gnuplot failed.*no such terminal'
rm -rf o

# --- the command line ---

refuses "an unknown command" 2 'unknown command "rnu"; did you mean "run"' rnu x.xml
refuses "an unknown option" 2 'run: .*--quite' run x.xml --quite
refuses "no scenario" 2 'run: too few arguments' run
refuses "two scenarios" 2 'run: too many arguments' run x.xml x.xml
refuses "no value for an option" 2 'run: .*--seed' run x.xml --seed
refuses "a negative --seed" 2 'seed is "-3" \(expected' run x.xml --seed -3
refuses "a --seed that is no number" 2 'seed is "x" \(expected' run x.xml --seed x
refuses "--replicates 0" 2 'replicates is "0" \(expected' run x.xml --replicates 0
refuses "--replicates -2" 2 'replicates is "-2" \(expected' run x.xml --replicates -2
refuses "--threads -1" 2 'threads is "-1" \(expected' run x.xml --threads -1
refuses "--threads 0" 2 'threads is "0" \(expected' run x.xml --threads 0
refuses "--set without a value" 2 'sets nothing \(expected PATH=VALUE' run x.xml --set foo
refuses "--set of an unknown element" 2 'no element <netwrk>.*did you mean "network"' run x.xml --set netwrk/@nodes=5
refuses "--set of an unknown attribute" 2 'nodez.*did you mean "nodes"' run x.xml --set network/@nodez=5
refuses "--set without the @" 2 '--set' run x.xml --set network/nodes=5
refuses "--set without a unit" 2 '--set run/@duration: .*has no unit' run x.xml --set run/@duration=3
refuses "--set out of range" 2 '--set network/@nodes: .*expected 1 to' run x.xml --set network/@nodes=0
refuses "--set of nothing" 2 '--set network/@nodes: ' run x.xml --set network/@nodes=
refuses "an unknown list" 2 'protocols.*did you mean "protocol"' list protocols
refuses "describe an unknown component" 2 'nakamot.*did you mean "nakamoto"' describe nakamot
refuses "describe an unknown metric" 2 'did you mean "blocks.orphan_rate"' describe metric/blocks.orfan_rate
refuses "an unknown calc" 2 'queu.*did you mean "queue"' calc queu
refuses "an unknown key" 2 'modell.*did you mean "model"' calc queue modell=mm1 lambda=1
refuses "a missing key" 2 'model is missing' calc queue lambda=1
refuses "a bad value of a key" 2 'lambda: "x" is no number' calc queue model=mm1 lambda=x
refuses "no KEY=VALUE" 2 'KEY=VALUE' calc queue mm1
refuses "init of a bad name" 2 'a/b' init a/b
refuses "init with an unknown protocol" 2 'did you mean "nakamoto"' init x --protocol nakamotto
refuses "an unknown benchmark" 2 'nix' bench nix
refuses "training without a file to write" 2 'no file for the policy.*expected --out FILE' train "$PNYX_SOURCE/scenarios/ai-lending-cascade.xml"
refuses "training with several controllers" 2 '2 contracts have a controller.*expected one, or its' \
  train "$PNYX_SOURCE/scenarios/ai-lending-cascade.xml" --out policy
refuses "training of a contract without one" 2 'no contract fixed with a controller' \
  train "$PNYX_SOURCE/scenarios/ai-lending-cascade.xml" --out policy --contract fixed
refuses "training without any" 2 'no contract has a controller' train "$PNYX_SOURCE/scenarios/quickstart.xml" --out policy
refuses "no episodes" 2 '0 episodes of 6 actions.*expected' train x.xml --out policy --episodes 0
refuses "a rate of 0" 2 'rate 0.*more than 0' train x.xml --out policy --rate 0
refuses "plot without results" 2 'nix' plot nix
check "nothing was left by any of these" [ ! -e results ]

ends "a good scenario after all" 0 run x.xml --quiet --no-plot --out o
refuses "an unknown format" 2 'bmp.*expected pdf' plot o --format bmp
refuses "an unknown figure to plot" 2 'nix' plot o --figure nix
pnyx
check "no command: help, status 2" [ "$status" = 2 ]

tap_end
