# Shared by the shell tests of the program; sourced, not run. Uses $PNYX and $PNYX_SOURCE; the caller
# ends with tap_end. Each test works in $scratch, an empty folder of its own.
# shellcheck shell=sh

set -u
LC_ALL=C
export LC_ALL
scratch=$(mktemp -d)
scratch=$(cd "$scratch" && pwd -P)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
mkdir "$scratch/.tap"
out=$scratch/.tap/out # what the last call of pnyx said
err=$scratch/.tap/err
status=0
n_points=0
n_failed=0

point () # RESULT NAME: prints one point; RESULT 0 is good
{
  n_points=$((n_points + 1))
  if [ "$1" = 0 ]; then
    printf 'ok %d %s\n' "$n_points" "$2"
  else
    printf 'not ok %d %s\n' "$n_points" "$2"
    n_failed=$((n_failed + 1))
  fi
}

check () # NAME COMMAND...: one point, good where the command succeeds
{
  name=$1
  shift
  if "$@" > .tap/said 2>&1; then
    point 0 "$name"
  else
    point 1 "$name"
    printf '# failed: %s\n' "$*"
    sed 's/^/# /' .tap/said | head -n 20
  fi
}

skip () # NAME REASON
{
  n_points=$((n_points + 1))
  printf 'ok %d %s # SKIP %s\n' "$n_points" "$1" "$2"
}

pnyx () # ARGUMENTS: sets $status, fills $out and $err
{
  status=0
  timeout 300 "$PNYX" "$@" > "$out" 2> "$err" < /dev/null || status=$?
}

ends () # NAME STATUS ARGUMENTS...: one point, good where pnyx ends so
{
  name=$1
  wanted=$2
  shift 2
  pnyx "$@"
  if [ "$status" = "$wanted" ]; then
    point 0 "$name"
  else
    point 1 "$name"
    printf '# pnyx %s: status %s, expected %s\n' "$*" "$status" "$wanted"
    sed 's/^/# /' "$err" | head -n 20
  fi
}

refuses () # NAME STATUS PATTERN ARGUMENTS...: ends so with one clear line, nothing on standard output
{
  name=$1
  wanted=$2
  pattern=$3
  shift 3
  pnyx "$@"
  if [ "$status" = "$wanted" ] && [ "$(wc -l < "$err")" = 1 ] && [ ! -s "$out" ] \
     && grep -qE "^pnyx: .*$pattern" "$err"; then
    point 0 "$name"
  else
    point 1 "$name"
    printf '# pnyx %s: status %s, expected %s and one line with: %s\n' "$*" "$status" "$wanted" "$pattern"
    sed 's/^/# /' "$err" | cut -c 1-300 | head -n 20
  fi
}

sanitized () # is the program built with sanitizers?
{
  "$PNYX" --version | grep -q Debug
}

scenario () # CONTENT [ATTRIBUTES]: a scenario on standard output
{
  printf '<scenario xmlns="urn:pnyx:scenario:1" name="x" %s>%s</scenario>\n' "${2-}" "$1"
}

# begun ARGUMENTS: begins pnyx and sets $pid; what it says goes to files of its own, $begun_out and $begun_err.
# A shell starts what it puts in the background deaf to Ctrl-C; env, where it can, gives it its ears back.
begun_out=$scratch/.tap/begun-out
begun_err=$scratch/.tap/begun-err
pid=
ears=
if env --default-signal=INT true 2> /dev/null; then ears='env --default-signal=INT'; fi
begun ()
{
  $ears "$PNYX" "$@" > "$begun_out" 2> "$begun_err" < /dev/null &
  # shellcheck disable=SC2034 # of the caller
  pid=$!
}

# awaits COMMAND...: until it succeeds, or $patience seconds are over: the machine may have other things to do.
patience=120
awaits ()
{
  turns=$((patience * 50))
  until "$@" > /dev/null 2>&1; do
    [ "$turns" -gt 0 ] || return 1
    sleep 0.02
    turns=$((turns - 1))
  done
}

# stored DIR: are there some runs in the results that are being written? Empty tables take less than this.
stored ()
{
  [ "$(cat "$1/results.db" "$1/results.db-wal" | wc -c)" -gt 400000 ]
}

tap_end ()
{
  printf '1..%d\n' "$n_points"
  [ "$n_failed" = 0 ]
}
