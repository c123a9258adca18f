#!/bin/sh
# tests/setup/bare.sh [--verbose]: the README's two commands on a bare machine.
#
# A minimal Debian (debootstrap, of the release and from the mirror that this machine itself uses) gets the
# committed tree and nothing else.  There a user who may not install is told what to install and changes
# nothing; then root runs the two commands.  Everything happens in namespaces and folders that vanish with
# this script; the minimal Debian and the downloaded packages stay in the user's cache for the next time.
#
# Needs root, debootstrap and a mirror that can be reached; otherwise it says so and counts as skipped.

set -eu
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pnyx
verbose=${1-}
scratch=
passed=0
failed=0

finish ()
{
  status=$?
  trap - EXIT
  [ -z "$scratch" ] || rm -rf "$scratch"
  exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

skip ()
{
  printf 'skipped: %s\n0 passed, 0 failed, 1 skipped\n' "$*"
  exit 0
}

# check NAME COMMAND...: one step; its output is shown where it fails.
check ()
{
  name=$1
  shift
  begin=$(date +%s)
  if "$@" > "$scratch/output" 2>&1 < /dev/null; then
    passed=$((passed + 1))
    printf 'ok     %4d s  %s\n' "$(($(date +%s) - begin))" "$name"
    if [ "$verbose" = --verbose ]; then sed 's/^/    /' "$scratch/output"; fi
  else
    failed=$((failed + 1))
    printf 'NOT OK %4d s  %s\n' "$(($(date +%s) - begin))" "$name"
    sed 's/^/    /' "$scratch/output" | tail -n 60
  fi
}

# --- what this machine offers -----------------------------------------------------------------------------

[ "$(id -u)" = 0 ] || skip "a chroot needs root"
command -v debootstrap > /dev/null || skip "debootstrap is not installed (./pnyxw --with=bare setup installs it)"
git rev-parse --verify -q HEAD > /dev/null 2>&1 || skip "no git repository to take the committed tree from"
unshare --mount --pid --fork true 2> /dev/null || skip "this machine allows no namespaces"

# shellcheck source=/dev/null
codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME-}")
# shellcheck disable=SC2016 # apt's own variables
sources=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' 2> /dev/null \
            | grep -E "^[^ ]+ $codename(-updates|-security)? main\$" | sort -u)
mirror=$(printf '%s\n' "$sources" | sed -n "s|/* $codename main\$||p" | head -n 1)
[ -n "$mirror" ] || skip "no mirror of \"$codename\" among the package sources of this machine"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/pnyx-bare.XXXXXX")
chmod 755 "$scratch" # apt downloads as a user of its own
# How this machine's apt reaches its mirror (proxies, snapshots), for debootstrap and for the apt inside.
apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-[A-Za-z-]+)\b.*"..*";$' > "$scratch/apt.conf" || true
proxy=$(sed -n 's/^Acquire::http::Proxy "\(.*\)";$/\1/p' "$scratch/apt.conf" | head -n 1)
if [ -n "$proxy" ]; then export http_proxy="$proxy"; fi
/usr/lib/apt/apt-helper download-file "$mirror/dists/$codename/Release" "$scratch/Release" > /dev/null 2>&1 \
  || skip "the mirror of this machine's package sources cannot be reached"

# --- a minimal Debian -------------------------------------------------------------------------------------

root=$scratch/root
archive=$cache/minbase-$codename-$(dpkg --print-architecture).tar.gz
mkdir -p "$root" "$cache/archives/partial"

make_minbase ()
{
  include=
  case $mirror in https:*) include=--include=ca-certificates ;; esac
  # shellcheck disable=SC2086 # one option or none
  unshare --mount debootstrap --variant=minbase $include "$codename" "$root" "$mirror" || return 1
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*_*
  tar -C "$root" --numeric-owner -czf "$archive.new" . && mv "$archive.new" "$archive"
}

find "$archive" -mtime +30 -delete 2> /dev/null || true
if [ -f "$archive" ]; then
  check "minimal Debian from the cache" tar -C "$root" --numeric-owner -xzf "$archive"
else
  check "minimal Debian from the mirror" make_minbase
fi

# It asks the mirrors that this machine asks, in the same way.
put_sources ()
{
  printf '%s\n' "$sources" | sed 's/^/deb /' > "$root/etc/apt/sources.list"
  cp "$scratch/apt.conf" "$root/etc/apt/apt.conf.d/90host"
  for file in /etc/resolv.conf /etc/hosts; do
    if [ -f "$file" ]; then cp -L "$file" "$root$file"; fi
  done
  if [ -f "$root/etc/ssl/certs/ca-certificates.crt" ] && [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  fi
}
put_sources

# inside FOLDER COMMAND...: runs it in there, with nothing of this machine's environment but proxies.
# Its mounts and processes end with it.
home=/root
inside ()
{
  folder=$1
  shift
  # shellcheck disable=SC2016 # expanded inside
  unshare --mount --pid --fork --kill-child sh -c '
    root=$1 archives=$2 home=$3 folder=$4
    shift 4
    mount -t proc proc "$root/proc"
    mount --bind "$archives" "$root/var/cache/apt/archives"
    exec chroot "$root" env -i HOME="$home" TERM=dumb \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      ${http_proxy+http_proxy="$http_proxy"} ${https_proxy+https_proxy="$https_proxy"} \
      sh -c "cd \"\$1\" && shift && exec \"\$@\"" sh "$folder" "$@"
  ' sh "$root" "$cache/archives" "$home" "$folder" "$@"
}

# as_visitor FOLDER COMMAND...: the same as an unprivileged user.
as_visitor ()
{
  folder=$1
  shift
  (home=/home/visitor && inside "$folder" setpriv --reuid=visitor --regid=visitor --clear-groups "$@")
}

put_tree ()
{
  inside / useradd --create-home visitor
  for place in opt/pnyx home/visitor/pnyx; do
    mkdir -p "$root/$place"
    git archive HEAD | tar -C "$root/$place" -x
  done
  inside / chown -R visitor:visitor /home/visitor/pnyx
}

# --- who may not install ----------------------------------------------------------------------------------

# Every file with size, time and owner: a package, a build folder or a log would show.
# shellcheck disable=SC2016 # dpkg's own variables
state ()
{
  inside / find / -xdev -printf '%p %s %T@ %U %m %l\n' | grep -v -e '^/proc' -e '^/dev' -e '^/var/cache/apt/archives' | LC_ALL=C sort
  inside / dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n'
}

refused ()
{
  state > "$scratch/before"
  status=0
  as_visitor /home/visitor/pnyx ./pnyxw "$@" > "$scratch/said" 2>&1 || status=$?
  state > "$scratch/after"
  cat "$scratch/said"
  if [ "$status" != 1 ]; then echo "exit status $status, expected 1"; return 1; fi
  grep -q 'apt-get install --no-install-recommends .*libigraph-dev' "$scratch/said" || { echo "no command"; return 1; }
  if [ "$(wc -l < "$scratch/said")" -gt 10 ]; then echo "too many words"; return 1; fi
  diff "$scratch/before" "$scratch/after"
}

# --- root -------------------------------------------------------------------------------------------------

runs ()
{
  inside /opt/pnyx ./pnyxw run scenarios/quickstart.xml > "$scratch/said" 2>&1 || { cat "$scratch/said"; return 1; }
  cat "$scratch/said"
  # What comes and how large it is, before it comes.
  sed '/running: apt-get/q' "$scratch/said" | grep -q 'After this operation' || { echo "no sizes"; return 1; }
  find "$root/opt/pnyx/results" -name summary.csv | grep -q . || { echo "no summary.csv"; return 1; }
}

# Once more: nothing is set up again, the first results stay.
runs_again ()
{
  first=$(find "$root/opt/pnyx/results" -type f -exec cksum {} + | LC_ALL=C sort)
  inside /opt/pnyx ./pnyxw run scenarios/quickstart.xml > "$scratch/again" 2>&1 || { cat "$scratch/again"; return 1; }
  if grep '^pnyxw:' "$scratch/again"; then echo "the wrapper spoke"; return 1; fi
  [ "$(find "$root/opt/pnyx/results" -name summary.csv | wc -l)" = 2 ] || { echo "not two results"; return 1; }
  printf '%s\n' "$first" | while read -r sum size file; do
    [ "$(cksum "$file")" = "$sum $size $file" ] || { echo "$file changed"; return 1; }
  done
}

tests ()
{
  inside /opt/pnyx ./pnyxw test --quick > "$scratch/tests" 2>&1 || { cat "$scratch/tests"; return 1; }
  grep -E '^[1-9][0-9]* passed, 0 failed, [0-9]+ skipped$' "$scratch/tests" || { cat "$scratch/tests"; return 1; }
}

# --- the package --------------------------------------------------------------------------------------------

package ()
{
  inside / apt-get install -y --no-install-recommends dpkg-dev file &&
    inside /opt/pnyx/build/release cpack &&
    cp "$root"/opt/pnyx/build/release/pnyx_*.deb "$scratch/pnyx.deb"
}

# In a minimal Debian of its own, which has seen neither source nor compiler.
installs ()
{
  root=$scratch/clean
  mkdir "$root"
  tar -C "$root" --numeric-owner -xzf "$archive"
  put_sources
  cp "$scratch/pnyx.deb" "$root/pnyx.deb"
  inside / apt-get update && inside / apt-get install -y /pnyx.deb || return 1
  inside /root pnyx --version || return 1
  inside /root pnyx run /usr/share/pnyx/scenarios/quickstart.xml --out quickstart || return 1
  [ -s "$root/root/quickstart/summary.csv" ] || { echo "no summary.csv"; return 1; }
  find "$root/root/quickstart/figures" -name '*.svg' | grep -q . || { echo "no figures"; return 1; }
  [ -s "$root/usr/share/man/man1/pnyx.1" ] || [ -s "$root/usr/share/man/man1/pnyx.1.gz" ] || { echo "no manual"; return 1; }
  [ -s "$root/usr/share/bash-completion/completions/pnyx" ] || { echo "no completion"; return 1; }
  inside / apt-get remove -y pnyx
  [ ! -e "$root/usr/bin/pnyx" ] || { echo "it stays"; return 1; }
}

check "put the committed tree there" put_tree
check "a user who may not install: run" refused run scenarios/quickstart.xml
check "a user who may not install: test" refused test --quick
check "./pnyxw run scenarios/quickstart.xml" runs
check "the same again" runs_again
check "./pnyxw test --quick" tests
cp "$scratch/output" "$scratch/tests-said"
check "another user runs root's build" as_visitor /home/visitor /opt/pnyx/pnyxw --version
check "a .deb is packed" package
check "and installed elsewhere runs quickstart" installs
if [ -s "$scratch/tests-said" ]; then sed 's/^/       inside: /' "$scratch/tests-said" | tail -n 1; fi

printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" = 0 ]
