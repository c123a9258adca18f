#!/bin/sh
# slow-test: what README.md says of packages: the tarball holds what is committed, builds without git and runs, the
# .deb holds man page and completion and what it holds runs. The commands are the lines under "## Packages".

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cannot () # REASON
{
  printf 'skipped: %s\n' "$1"
  exit 77
}
git -C "$PNYX_SOURCE" rev-parse --verify -q HEAD > /dev/null 2>&1 || cannot "no git repository to pack"
command -v dpkg-shlibdeps > /dev/null || cannot "dpkg-dev is not installed"
grep -q '^PNYX_SANITIZE:STRING=.' "$PNYX_BUILD_DIR/CMakeCache.txt" && cannot "a build with sanitizers is not packed"

# The commands stand in the README for build/release of the tree; here they run for the build that is tested.
command_of () # WORD
{
  awk '/^## / { on = $0 == "## Packages" } on && /^    / { print substr ($0, 5) }' "$PNYX_SOURCE/README.md" | grep -w -- "$1"
}
run_here () # WORD
{
  command_of "$1" | sed "s|build/release|$PNYX_BUILD_DIR|g" > .tap/commands
  [ -s .tap/commands ] || { echo "README.md has no $1"; return 1; }
  sh -e .tap/commands
}

# ---- The tarball ----

check "README: a tarball" run_here dist
tarball=$(find "$PNYX_BUILD_DIR" -maxdepth 1 -name 'pnyx-*.tar.gz' | head -n 1)
check "it is there" [ -s "$tarball" ]
mkdir unpacked
tar -C unpacked -xzf "$tarball"
tree=$(echo "$scratch"/unpacked/pnyx-*)
check "in one folder, without git" [ -f "$tree/CMakeLists.txt" ] && [ ! -e "$tree/.git" ]
commit=$(git -C "$PNYX_SOURCE" log -1 --format=%h)
same_files () { [ "$(cd "$tree" && find . -type f | wc -l)" = "$(git -C "$PNYX_SOURCE" ls-tree -r HEAD | wc -l)" ]; }
check "with every committed file" same_files

# Whoever calls git leaves a mark.
mkdir bin
printf '#!/bin/sh\necho "$@" >> "%s/called"\nexit 127\n' "$scratch" > bin/git
chmod +x bin/git
PATH=$scratch/bin:$PATH
export PATH
built=$tree/build/release/pnyx
configure () { (cd "$tree" && cmake --preset release); }
build () { (cd "$tree" && nice cmake --build --preset release --target pnyx -j 2); }
check "it is configured" configure
check "it builds" build
check "nobody called git" [ ! -e called ]

"$built" --version > version
check "--version tells version and commit" grep -qE "^pnyx [0-9]+\.[0-9]+\.[0-9]+ \($commit, Release, (GNU|Clang) [0-9.]+\)$" version
for library in GLib libxml2 GSL igraph SQLite; do
  check "--version tells $library" grep -qE "\b$library [0-9]+\.[0-9]+" version
done
check "--version tells what it was built with" grep -qE '^MPI (yes|no), XGBoost ([0-9.]+|no)' version
quick="scenarios/quickstart.xml --replicates 1 --set run/@duration=4epoch --set run/@warmup=1epoch --no-plot --quiet"
quickstart () # FOLDER PROGRAM OUT
{
  # shellcheck disable=SC2086
  (cd "$1" && "$2" run $quick --out "$3")
}
check "quickstart runs" quickstart "$tree" "$built" "$scratch/one"
check "with results" [ -s one/summary.csv ]
if git_real=$(PATH=${PATH#*:} command -v git) && [ -z "$("$git_real" -C "$PNYX_SOURCE" status --porcelain)" ]; then
  check "as it does from the tree" quickstart "$tree" "$PNYX" "$scratch/two"
  check "with the same bytes" cmp one/runs.csv two/runs.csv
else
  skip "the tree's own program" "the tree has changes that are not committed"
fi

# ---- The package ----

check "README: a package" run_here cpack
deb=$(find "$PNYX_BUILD_DIR" -maxdepth 1 -name 'pnyx_*.deb' | head -n 1)
check "the package is there" [ -s "$deb" ]
dpkg-deb -x "$deb" root
dpkg-deb -f "$deb" Depends > depends
check "it names the libraries" grep -q 'libglib2.0-0.*' depends
for file in bin/pnyx share/man/man1/pnyx.1 share/bash-completion/completions/pnyx share/pnyx/scenarios/quickstart.xml; do
  check "it holds $file" [ -n "$(find "root/usr/$file"* -size +0 2> /dev/null)" ]
done
check "what it holds runs quickstart" quickstart root/usr/share/pnyx "$scratch/root/usr/bin/pnyx" "$scratch/three"
check "and has results" [ -s three/summary.csv ]

tap_end
