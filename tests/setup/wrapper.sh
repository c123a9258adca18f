#!/bin/sh
# pnyxw with stand-ins for the tools: when it builds and when not, what it says, what it passes on, and
# what it costs when nothing has changed.

# shellcheck disable=SC2015 # show always fails
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0
n_failed=0

# check NAME COMMAND...: one point
check ()
{
  name=$1
  shift
  n=$((n + 1))
  if "$@" > "$scratch/out" 2>&1; then
    printf 'ok %d %s\n' "$n" "$name"
  else
    printf 'not ok %d %s\n' "$n" "$name"
    sed 's/^/# /' "$scratch/out"
    n_failed=$((n_failed + 1))
  fi
}

tree=$scratch/tree
tools=$scratch/tools
mkdir -p "$tree/sim/base" "$tree/cmake" "$tools" "$scratch/elsewhere" "$scratch/home"
cp "$PNYX_SOURCE/pnyxw" "$tree/"
touch "$tree/CMakeLists.txt" "$tree/CMakePresets.json" "$tree/sim/base/units.c"

# Only what the script may take for granted, and stand-ins that write down how they were called.
for tool in sh cat chmod tr dirname find cksum cut sed grep head tail touch mkdir mv rm id printf env flock awk tee getconf readlink; do
  path=$(command -v "$tool")
  case $path in /*) ln -s "$path" "$tools/$tool" ;; esac
done
stand_in () # NAME BODY
{
  printf '#!/bin/sh\necho "%s $*" >> "%s/calls"\n%s\n' "$1" "$scratch" "$2" > "$tools/$1"
  chmod +x "$tools/$1"
}
for tool in cc gcc pkg-config gnuplot; do stand_in "$tool" ''; done
# shellcheck disable=SC2016 # for the stand-in
stand_in cmake 'for last; do case $last in */build/*) touch "$last/build.ninja" ;; esac; done'
cat > "$scratch/program" << 'END'
#!/bin/sh
echo "program: $* in $PWD"
exit 7
END
# shellcheck disable=SC2016
stand_in ninja "cat $scratch/program"' > "$2/pnyx"; chmod +x "$2/pnyx"'

run () # ARGS...: from another folder; status in $status, both streams in files
{
  : > "$scratch/calls"
  status=0
  (cd "$scratch/elsewhere" && env -i PATH="$tools" HOME="$scratch/home" "$tree/pnyxw" "$@" \
     > "$scratch/stdout" 2> "$scratch/stderr" 9>&-) || status=$?
}

show () { echo "status $status"; cat "$scratch/calls" "$scratch/stdout" "$scratch/stderr"; return 1; }
built () { grep -q "^ninja -C $tree/build/release" "$scratch/calls" || show; }
passed_on () { [ "$status" = 7 ] && [ "$(cat "$scratch/stdout")" = "program: $1 in $scratch/elsewhere" ] || show; }
quiet () { [ ! -s "$scratch/stderr" ] && ! grep -q ninja "$scratch/calls" || show; }

run run 'a b.xml' --set x=1
check "the first call configures and builds" built
check "and passes arguments, folder and exit status on" passed_on 'run a b.xml --set x=1'
run list
check "the second call builds nothing and prints nothing" quiet
check "and runs" passed_on list

sleep 0.02
touch "$tree/sim/base/units.c"
run list
check "a newer source is built" built
run list
check "once" quiet
sleep 0.02
touch "$tree/sim/base/rng.c"
run list
check "a new source is built" built
sleep 0.02
rm "$tree/sim/base/rng.c"
run list
check "a removed source is built" built

ln -s "$tree/pnyxw" "$scratch/elsewhere/link"
linked () { (cd "$scratch/elsewhere" && env -i PATH="$tools" HOME="$scratch/home" ./link list) || [ $? = 7 ]; }
check "through a symbolic link" linked

# What a call costs when nothing has changed: the best of 20, the program itself included.
cost ()
{
  run list
  best=1000
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    begin=$(date +%s%N)
    "$tree/pnyxw" list > "$scratch/stdout" 2>&1 || true
    took=$((($(date +%s%N) - begin) / 1000000))
    if [ "$took" -lt "$best" ]; then best=$took; fi
  done
  echo "$best ms"
  [ "$best" -lt 50 ]
}
check "under 50 ms when nothing has changed" cost
sed 's/^/# /' "$scratch/out"

# A build that fails.
mv "$tools/ninja" "$scratch/ninja"
stand_in ninja 'echo "[1/9] fine"; echo "FAILED: units.o"; echo "units.c:3:1: error: what is this"; exit 1'
sleep 0.02
touch "$tree/sim/base/units.c"
run list
fails () { [ "$status" = 1 ] && grep -q '^units.c:3:1: error' "$scratch/stderr" && ! grep -q fine "$scratch/stderr" && [ ! -s "$scratch/stdout" ] || show; }
check "a failing build shows its error, status 1" fails
run list
check "and is not forgotten" fails
mv "$scratch/ninja" "$tools/ninja"

# Something is missing, and there is no apt.
rm "$tools/gnuplot"
run list
no_apt () { [ "$status" = 1 ] && grep -q 'no-install-recommends gnuplot-nox$' "$scratch/stderr" && ! grep -q ninja "$scratch/calls" || show; }
check "without apt it prints the list and the command, status 1" no_apt

# Something is missing, there is apt, but this user may not.
stand_in apt-get ''
stand_in sudo 'exit 1'
rm "$tools/id"
stand_in id 'echo 1000'
run list
may_not () { [ "$status" = 1 ] && grep -q 'sudo apt-get install --no-install-recommends gnuplot-nox$' "$scratch/stderr" && ! grep -q 'apt-get\|ninja' "$scratch/calls" || show; }
check "who may not install gets the list and the command, status 1" may_not

# With sudo it installs, after it said what and how large.
stand_in sudo 'shift; "$@"'
# shellcheck disable=SC2016
stand_in apt-get 'case "$*" in
  *--assume-no*) echo "0 upgraded, 1 newly installed, 0 to remove"; echo "After this operation, 9 MB of additional disk space will be used."; exit 1 ;;
  *-y*install*) printf "#!/bin/sh\n" > '"$tools"'/gnuplot; '"$(command -v chmod)"' +x '"$tools"'/gnuplot ;;
esac'
run list
installs ()
{
  built && grep -q 'apt-get -y .*--no-install-recommends install gnuplot-nox$' "$scratch/calls" \
    && grep -n 'After this operation, 9 MB\|running: sudo' "$scratch/stderr" | head -n 1 | grep -q 'After' || show
}
check "with sudo it installs, after it said how much" installs

run --with=frobnicate list
unknown () { [ "$status" = 2 ] && grep -q 'frobnicate.*expected' "$scratch/stderr" || show; }
check "--with=UNKNOWN is a usage error" unknown
run test --frobnicate
usage () { [ "$status" = 2 ] && grep -q "$1" "$scratch/stderr" && ! grep -q ninja "$scratch/calls" || show; }
check "an unknown option of test is a usage error" usage 'unknown option --frobnicate'
run test --fuzz soon
check "seconds that are no number are a usage error" usage 'not a number'

printf '1..%d\n' "$n"
[ "$n_failed" = 0 ]
