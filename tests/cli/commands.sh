#!/bin/sh
# What the program tells of itself: list, describe, init, schema, validate, calc, help, man page, completion.

# shellcheck disable=SC2016 # awk has variables of its own

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

names () # KIND
{
  "$PNYX" list "$1" | awk '{ print $1 }'
}

# --- list and describe ---

ends "list" 0 list
kinds=$(awk '{ print $1 }' "$out")
check "list has the kinds of the tables and the others" sh -c '
  for kind in topology delay dissemination protocol adversary figure metric profile scenario calc paper; do
    printf "%s\n" "$0" | grep -qx $kind || exit 1; done' "$kinds"
check "every line of list says what it is" awk 'NF < 3 { bad = 1 } END { exit bad }' "$out"

failures=''
for kind in $kinds; do
  pnyx list "$kind"
  check "list $kind" [ "$status" = 0 -a -s "$out" ]
  for name in $(names "$kind"); do
    pnyx describe "$kind/$name"
    if [ "$status" != 0 ] || [ ! -s "$out" ] || [ -s "$err" ]; then
      failures="$failures $kind/$name"
      continue
    fi
    case $kind in
      profile | scenario) head -n 1 "$out" | grep -qx 'path,value,origin' || failures="$failures $kind/$name" ;;
      metric) # its definition, and its unit
        { head -n 1 "$out" | grep -q "^metric/$name: ....." && grep -q '^  unit  ' "$out"; } \
          || failures="$failures $kind/$name" ;;
      *) # what it is, where it comes from
        { head -n 1 "$out" | grep -q "^$kind/$name: ....." && grep -q '^  source  *[^ ]' "$out"; } \
          || failures="$failures $kind/$name" ;;
    esac
  done
done
check "describe knows everything that list prints$failures" [ -z "$failures" ]

failures=''
for column in $("$PNYX" run "$PNYX_SOURCE/scenarios/quickstart.xml" --quiet --no-plot --replicates 1 --out o \
                  --set run/@duration='1 h' --set network/@nodes=40 && sed -n '2,$p' o/summary.csv | cut -d , -f 3); do
  "$PNYX" describe "$column" > /dev/null 2>&1 || failures="$failures $column"
done
check "describe knows every metric that a run writes$failures" [ -z "$failures" -a -s o/summary.csv ]

ends "describe tells parameters" 0 describe nakamoto
for text in '^  interval: distribution \(ns, us, ms, s, min, h, d or a\); default exponential\(600 s\)$' \
            '^  confirmations: count, 1 to 10000; default 6$' '^      source: ' '^  leaves out' \
            '<chain kind="nakamoto"> <nakamoto interval='; do
  check "as in $text" grep -qE -- "$text" "$out"
done
ends "describe tells the values of a scenario" 0 describe "$PNYX_SOURCE/scenarios/quickstart.xml" --set network/@nodes=7
check "with --set as origin" grep -qx 'network/@nodes,7,--set' "$out"
check "with file and line" grep -qE '^scenario/@name,quickstart,.*quickstart\.xml:[0-9]+$' "$out"
check "with defaults" grep -qE '^network/@drop,0,default$' "$out"
# Each path that describe prints is one that --set takes.
awk -F , 'NR > 1 && $2 != "" && $0 !~ /"/ { print $1 "=" $2 }' "$out" > paths
failures=''
while read -r path; do
  "$PNYX" describe "$PNYX_SOURCE/scenarios/quickstart.xml" --set "$path" > /dev/null 2>&1 || failures="$failures $path"
done < paths
check "--set takes every path that describe prints$failures" [ -z "$failures" ]

# --- init, validate, schema ---

for protocol in $(names protocol); do
  "$PNYX" init "mine-$protocol" --protocol "$protocol" > "mine-$protocol.xml"
  ends "init for $protocol validates" 0 validate "mine-$protocol.xml"
  check "and names its chain's protocol" grep -q "<chain kind=\"$protocol\"" "mine-$protocol.xml"
done
"$PNYX" schema > schema.rng
check "scenarios/pnyx.rng is the output of pnyx schema" cmp schema.rng "$PNYX_SOURCE/scenarios/pnyx.rng"
find "$PNYX_SOURCE/scenarios" -name '*.xml' ! -path '*/profiles/*' > scenarios
while read -r file; do
  ends "${file#"$PNYX_SOURCE/"} is valid" 0 validate "$file"
done < scenarios
if command -v xmllint > /dev/null 2>&1; then
  check "and all fit the schema" sh -c 'xargs xmllint --noout --relaxng schema.rng < scenarios'
  for protocol in $(names protocol); do
    # Spelt-out attributes make xmllint slow: its time doubles with each.
    sed -E 's/ (compact-size|missing|validation-transaction|rto|order|sharing|framing|events-max|memory-max|drop)="[^"]*"//g' \
      "mine-$protocol.xml" > short.xml
    check "and a started one for $protocol" xmllint --noout --relaxng schema.rng short.xml
  done
else
  skip "and all fit the schema" "there is no xmllint"
fi
pnyx validate "mine-nakamoto.xml" none.xml
check "validate goes on after a bad one" [ "$status $(grep -c ': valid$' "$out") $(wc -l < "$err")" = "2 1 1" ]

# --- calc ---

ends "calc lists its entries" 0 calc
grep '^pnyx calc ' "$out" | sed 's/^pnyx //' > examples
check "all of them" [ "$(awk '{ print $2 }' examples | sort -u)" = "$(names calc | sort)" ]
failures=''
while read -r line; do
  # shellcheck disable=SC2086 # words
  pnyx $line
  { [ "$status" = 0 ] && head -n 1 "$out" | grep -qE '^[a-z_]+(,[a-z_0-9]+)+$' && [ "$(wc -l < "$out")" -gt 1 ]; } \
    || failures="$failures ($line)"
  # shellcheck disable=SC2086
  pnyx $line --json
  { [ "$status" = 0 ] && head -c 1 "$out" | grep -q '\['; } || failures="$failures ($line --json)"
  name=$(printf '%s' "$line" | awk '{ print $2 }')
  pnyx calc "$name" nonsense=1
  { [ "$status" = 2 ] && [ "$(wc -l < "$err")" = 1 ] && grep -q "^pnyx: calc $name: unknown key \"nonsense\"" "$err"; } \
    || failures="$failures ($name nonsense=1)"
done < examples
check "every example runs, as CSV and JSON; wrong keys get one line$failures" [ -z "$failures" ]

# --- help, man page, completion ---

ends "--version" 0 --version
check "tells it" grep -qE '^pnyx [0-9]+\.[0-9]+' "$out"
ends "--help" 0 --help
commands=$(awk '$1 == "pnyx" && $2 != "COMMAND" && $2 ~ /^[a-z]+$/ && NR > 1 { print $2 }' "$out")
man=$PNYX_SOURCE/packaging/pnyx.1.in
completion=$PNYX_SOURCE/packaging/pnyx.bash-completion
for command in $commands; do
  ends "$command --help" 0 "$command" --help
  check "names the command" grep -q "^  pnyx $command " "$out"
  grep -oE '^ +(-[a-z], )?--[a-z-]+' "$out" | grep -oE -- '--[a-z-]+' | sort -u > "options.$command"
done
check "the man page has these commands and no others" [ \
  "$(awk '/^\.SH/ { on = $2 == "COMMANDS" } on && tp { print $2 } { tp = $0 == ".TP" }' "$man" | sort | tr '\n' ' ')" = \
  "$(printf '%s\n' "$commands" | sort | tr '\n' ' ')" ]
{ cat options.*; echo --version; } | sort -u > options
check "the man page has these options and no others" [ \
  "$(sed 's/\\-/-/g' "$man" | grep -oE -- '--[a-z]+(-[a-z]+)*' | sort -u | tr '\n' ' ')" = "$(tr '\n' ' ' < options)" ]
if command -v bash > /dev/null 2>&1; then
  completes () # WORDS: what is offered for the last one
  {
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pnyx "$1"; printf "%s\n" "${COMPREPLY[@]}"' \
      "$completion" "$PNYX" "$@" | sort -u
  }
  check "completion has these commands" [ "$(completes '' | tr '\n' ' ')" = "$(printf '%s\n' "$commands" | sort | tr '\n' ' ')" ]
  for command in $commands; do
    check "completion has the options of $command" [ "$(completes "$command" --)" = "$(cat "options.$command")" ]
  done
  check "completion knows metrics" [ "$(completes describe blocks.orphan)" = blocks.orphan_rate ]
  check "and kinds" [ "$(completes list topo)" = topology ]
else
  skip "completion" "there is no bash"
fi

tap_end
