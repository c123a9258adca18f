#!/bin/sh
# tests/tidy.awk finds each fault that is planted here, and finds none in a clean tree.

set -eu
tidy=$PNYX_SOURCE/tests/tidy.awk
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0
n_failed=0

run_tidy ()
{
  # shellcheck disable=SC2046
  LC_ALL=C awk -f "$tidy" $(find sim tests -name '*.[ch]' | LC_ALL=C sort) "$@"
}

report () # STATUS NAME: one point
{
  n=$((n + 1))
  if [ "$1" = 0 ]; then
    printf 'ok %d %s\n' "$n" "$2"
  else
    printf 'not ok %d %s\n' "$n" "$2"
    n_failed=$((n_failed + 1))
  fi
}

# A small tree in which everything that is allowed occurs.
clean_tree ()
{
  rm -rf "$scratch/tree"
  mkdir -p "$scratch/tree" && cd "$scratch/tree"
  for folder in base engine ledger net protocol/gasper adversary oracle metric scenario results batch figure cli; do
    mkdir -p "sim/$folder"
  done
  mkdir -p tests/unit/base tests/support
  echo '#include <Random123/philox.h>' > sim/base/rng.c
  printf '#include <glib.h>\n#include <gsl/gsl_randist.h>\n#include "base/rng.h"\n' > sim/engine/world.c
  printf '#include "engine/world.h"\n#include "base/rng_priv.h"\n' > sim/ledger/block.c
  printf '#include <igraph/igraph.h>\n' > sim/net/topology.c
  printf '#include "protocol/protocol.h"\n#include "protocol/gasper/rewards.h"\n#include "protocol/slots.h"\nconst PnyxProtocolOps pnyx_protocol_gasper = {\n};\n' > sim/protocol/gasper.c
  printf '#include "protocol/gasper/fork_choice.h"\n#include "protocol/gasper.h"\n#include "oracle/oracle.h"\n' > sim/protocol/gasper/rewards.c
  printf '#include "protocol/slots.h"\nconst PnyxProtocolOps pnyx_protocol_praos = {\n};\n' > sim/protocol/praos.c
  printf '#include "protocol/gasper.h"\n#include "protocol/praos.h"\n' > sim/protocol/protocol.c
  printf '/* what both use */\n' > sim/protocol/slots.c
  printf '#include "adversary/adversary.h"\n#include "protocol/protocol.h"\n#include "protocol/gasper.h"\n' > sim/adversary/gasper_balancing.c
  printf '#include <libxml/parser.h>\n#include "metric/metric.h"\n' > sim/scenario/reader.c
  printf '#include <sqlite3.h>\n  started = g_get_monotonic_time ();\n' > sim/results/store.c
  printf '#include <omp.h>\n#include <pthread.h>\n#include <mpi.h>\n#include "scenario/reader.h"\n#pragma omp parallel for default(none) \\\n    shared(x)\n' > sim/batch/batch.c
  printf '#include <stdio.h>\n#include "batch/batch.h"\n#include "pnyx-config.h"\n  printf ("x");\n  fputs ("x", stderr);\n  exit (2);\n' > sim/cli/main.c
  printf '  abort ();\n  fprintf (stderr, "x");\n' > sim/base/error.c
  printf '/* time (NULL) and rand () in a comment,\n   qsort () too */\n  s = "printf (1) // TODO" + '"'\"'"'; // exit (1)\n  sim_time (x); world->clock (x); PNYX_REQUIRE (x);\n' > sim/engine/queue.c
  sed -i 's/ TODO//' sim/engine/queue.c
  printf '/* äöü: a line of one hundred characters %s */\n' "$(printf '%056d' 0 | sed 's/0/ä/g')" > sim/engine/wide.c
  printf '  g_assert_true (rand () == 0);\n  g_print ("x");\n' > tests/unit/base/test_rng.c
}

# plant NAME FILE LINE FAULT [EXPECTED]: FAULT as line LINE of FILE is reported there.
plant ()
{
  clean_tree
  mkdir -p "$(dirname "$2")"
  i=1
  : > "$scratch/planted"
  while [ "$i" -lt "$3" ]; do echo '/* a line */' >> "$scratch/planted"; i=$((i + 1)); done
  printf '%b\n' "$4" >> "$scratch/planted"
  cp "$scratch/planted" "$2"
  status=0
  run_tidy > "$scratch/out" || status=$?
  if [ "$status" = 1 ] && grep -F "$2:$3: " "$scratch/out" | grep -qF -- "${5-}" && grep -q '(.*)$' "$scratch/out"; then
    report 0 "$1"
  else
    report 1 "$1"
    sed 's/^/# /' "$scratch/out"
  fi
}

clean_tree
if run_tidy > "$scratch/out"; then report 0 "a clean tree passes"; else report 1 "a clean tree passes"; sed 's/^/# /' "$scratch/out"; fi

# Layers.
plant "upward include, one layer" sim/base/units.c 3 '#include "engine/queue.h"' 'layer above'
plant "upward include, across" sim/net/links.c 2 '#include "scenario/reader.h"' 'layer above'
plant "upward include to a kind" sim/engine/state.c 2 '#include "protocol/protocol.h"' 'layer above'
plant "upward include from a header" sim/ledger/vote.h 2 '#include "oracle/oracle.h"' 'layer above'
plant "upward include to cli" sim/batch/sweep.c 2 '#include "cli/main.h"' 'layer above'
plant "peers: ledger and net" sim/ledger/vote.c 2 '#include "net/net.h"' 'one layer'
plant "peers: net and ledger" sim/net/gossip.c 2 '#include "ledger/vote.h"' 'one layer'
plant "peers: scenario and results" sim/scenario/reader.c 2 '#include "results/csv.h"' 'one layer'
plant "upward include from figure to batch" sim/figure/gnuplot.c 2 '#include "batch/batch.h"' 'layer above'
plant "another kind's implementation" sim/protocol/praos.c 2 '#include "oracle/median.h"' 'another kind'
plant "an adversary of another protocol" sim/adversary/praos_grinding.c 2 '#include "protocol/gasper.h"' 'another kind'
plant "an adversary inside its protocol" sim/adversary/gasper_balancing.c 2 '#include "protocol/gasper/rewards.h"' 'another kind'
plant "a metric of one protocol" sim/metric/finality.c 2 '#include "protocol/gasper.h"' 'another kind'
plant "same kind, another implementation" sim/protocol/ouroboros.c 2 '#include "protocol/praos.h"\nconst PnyxProtocolOps pnyx_protocol_ouroboros = {\n};' 'another one of its kind'
plant "same kind, inside a component's folder" sim/protocol/ouroboros.c 2 '#include "protocol/gasper/rewards.h"\nconst PnyxProtocolOps pnyx_protocol_ouroboros = {\n};' 'another one of its kind'
plant "a component's folder, another implementation" sim/protocol/gasper/votes.c 2 '#include "protocol/praos.h"' 'another one of its kind'
plant "include without folder" sim/base/units.c 2 '#include "types.h"' 'without its folder'
plant "include of no folder" sim/base/units.c 2 '#include "gsl/gsl_math.h"' 'no folder'
plant "relative include" sim/base/units.c 2 '#include "../engine/queue.h"' 'no folder'
plant "folder without layer" sim/extra/x.c 1 'int x;' 'no layer'

# Libraries.
plant "libxml2 outside scenario" sim/figure/report.c 2 '#include <libxml/tree.h>' 'sim/scenario/'
plant "SQLite outside results" sim/batch/sweep.c 2 '#include <sqlite3.h>' 'sim/results/'
plant "igraph outside topology" sim/net/gossip.c 2 '#include <igraph/igraph.h>' 'sim/net/topology.c'
plant "igraph in a header" sim/net/topology.h 2 '#include <igraph/igraph.h>' 'sim/net/topology.c'
plant "omp.h outside batch" sim/engine/world.c 2 '#include <omp.h>' 'sim/batch/'
plant "MPI outside batch" sim/results/store.c 2 '#include <mpi.h>' 'sim/batch/'
plant "pthread.h outside batch" sim/results/store.c 2 '#include <pthread.h>' 'sim/batch/'
plant "XGBoost outside ai" sim/oracle/oracle.c 2 '#include <xgboost/c_api.h>' 'sim/ai/'
plant "GSL in the ledger" sim/ledger/stake.c 2 '#include <gsl/gsl_math.h>' 'sim/(base'
plant "GSL in cli" sim/cli/cmd_calc.c 2 '#include <gsl/gsl_cdf.h>' 'sim/(base'
plant "Random123 outside base/rng" sim/engine/draw.c 2 '#include <Random123/philox.h>' 'sim/base/rng'
plant "a library of nobody" sim/base/units.c 2 '#include <openssl/sha.h>' 'no library'

# OpenMP and pragmas.
plant "omp pragma outside batch" sim/engine/world.c 2 '#pragma omp parallel for default(none)' 'outside sim/batch'
plant "indented omp pragma" sim/net/gossip.c 2 '  #  pragma  omp atomic' 'outside sim/batch'
plant "omp without default(none)" sim/batch/batch.c 2 '#pragma omp parallel for shared(x)' 'default(none)'
plant "omp reduction" sim/batch/batch.c 2 '#pragma omp parallel for default(none) \\\\\n  reduction(+:sum)' 'no fixed order'
plant "omp critical" sim/batch/batch.c 2 '#pragma omp critical' 'nothing is locked'
plant "contraction switched on" sim/base/number.c 2 '#pragma STDC FP_CONTRACT ON' 'floating point'
plant "fast-math of one file" sim/base/number.c 2 '#pragma GCC optimize ("fast-math")' 'floating point'
plant "optimisation of one function" sim/base/number.c 2 '__attribute__ ((optimize ("Ofast"))) int x (void);' 'attribute'
plant "constructor" sim/protocol/pbft.c 2 'static void __attribute__ ((constructor)) enrol (void);' 'attribute'

# Printing and ending.
for call in printf fprintf vfprintf puts fputs putchar fputc perror g_print g_printerr g_message g_warning g_critical; do
  plant "$call outside cli" sim/results/csv.c 4 "  $call (x);" "only sim/cli prints"
done
plant "printf at the start of a line" sim/engine/world.c 1 'printf ("x");' 'only sim/cli prints'
plant "printf without a blank" sim/engine/world.c 1 '  if (x) printf("x");' 'only sim/cli prints'
plant "stderr outside cli" sim/figure/gnuplot.c 1 '  fwrite (x, 1, 1, stderr);' 'only sim/cli prints'
for call in exit _exit quick_exit abort g_error; do
  plant "$call outside cli" sim/batch/batch.c 2 "  $call (1);" "only sim/cli ends"
done
for call in assert g_assert g_assert_true g_assert_not_reached g_return_if_fail g_return_val_if_fail; do
  plant "$call in sim" sim/ledger/stake.c 2 "  $call (x);" "PNYX_REQUIRE"
done

# What makes runs differ.
for call in rand srand random drand48 getrandom g_random_int g_random_double g_rand_new; do
  plant "$call in a simulation" sim/protocol/praos.c 2 "  x = $call ();" "base/rng.h"
done
for call in time clock clock_gettime gettimeofday localtime g_get_real_time g_get_monotonic_time g_timer_new g_usleep; do
  plant "$call in a simulation" sim/net/gossip.c 2 "  x = $call (0);" "the world's time"
done
for call in getenv g_getenv g_get_environ getpid; do
  plant "$call in a simulation" sim/engine/world.c 2 "  x = $call (y);" "add a parameter"
done
for call in qsort qsort_r; do
  plant "$call in a simulation" sim/metric/latency.c 2 "  $call (x, n, 8, compare);" "stable"
done
for call in g_hash_table_iter_init g_hash_table_foreach g_hash_table_get_keys g_direct_hash; do
  plant "$call in a simulation" sim/oracle/median.c 2 "  $call (x);" "not determined"
done
for call in g_thread_new pthread_create fork; do
  plant "$call in a simulation" sim/engine/world.c 2 "  $call (x);" "sim/batch"
done
for call in atof atoi strtod sscanf; do
  plant "$call anywhere" sim/scenario/reader.c 2 "  x = $call (s);" "base/number.h"
done
for call in isdigit isspace tolower strcasecmp; do
  plant "$call anywhere" sim/cli/main.c 2 "  x = $call (s);" "g_ascii_"
done
for call in sprintf strcpy strcat gets strtok; do
  plant "$call anywhere" sim/cli/main.c 2 "  $call (s, t);" "overflow"
done
plant "setlocale anywhere" sim/cli/main.c 2 '  setlocale (LC_ALL, "");' 'locale'
plant "a call after a comment" sim/engine/world.c 2 '  /* x */ t = time (NULL);' "the world's time"
plant "a call after a string" sim/engine/world.c 2 '  f ("a \\" b", rand ());' 'base/rng.h'

# Form.
for name in utils util misc common helpers net_utils; do
  plant "a file named $name" "sim/base/$name.c" 1 'int x;' 'says nothing'
done
plant "support file named common" tests/support/common.c 1 'int x;' 'says nothing'
for word in TODO FIXME XXX HACK; do
  plant "$word" sim/base/units.c 2 "/* $word: later */" 'unfinished'
done
plant "FIXME in a test" tests/unit/base/test_units.c 2 '/* FIXME */' 'unfinished'
plant "101 columns" sim/base/units.c 2 "/* $(printf '%095d' 0) */" '100 columns'
plant "a tab" sim/base/units.c 2 '\tint x;' 'tab'
plant "trailing blank" sim/base/units.c 2 'int x; ' 'blank'

# State: compiled, because only the compiler knows.
# compiled NAME OBJECT EXPECTED SOURCE: EXPECTED is part of the fault, or empty for none.
compiled ()
{
  clean_tree
  printf '%b' "$4" > "$2.c"
  ${CC:-cc} -std=c17 -O1 -fno-common -fPIE -c "$2.c" -o "$2.c.o"
  rm -f libpnyx.a
  ar rcs libpnyx.a "$2.c.o"
  objdump -t libpnyx.a > libpnyx.symbols
  status=0
  run_tidy libpnyx.symbols > "$scratch/out" || status=$?
  if [ -z "$3" ]; then report "$status" "$1"
  elif [ "$status" = 1 ] && grep -qF "$2.c.o: \"$3" "$scratch/out"; then report 0 "$1"
  else report 1 "$1"; sed 's/^/# /' "$scratch/out"
  fi
}

use='int use (void); int use (void)'
compiled "static counter" world counter "static int counter; $use { return ++counter; }"
compiled "initialised static" world counter "static int counter = 3; $use { return ++counter; }"
compiled "exported variable" world counter "extern int counter; int counter; $use { return ++counter; }"
compiled "static inside a function" world counter "$use { static int counter = 5; return ++counter; }"
compiled "thread-local" world counter "static _Thread_local int counter; $use { return ++counter; }"
compiled "initialised thread-local" world counter "static _Thread_local int counter = 2; $use { return ++counter; }"
compiled "table that is not const" world table "static const char *table[] = { \"a\" }; $use { table[0]++; return *table[0]; }"
compiled "const table with pointers" world '' "extern const char *const table[]; const char *const table[] = { \"a\", \"b\" }; $use { return *table[0]; }"
compiled "const ops with functions" world '' "struct ops { int (*f) (void); }; $use { return 1; } extern const struct ops o; const struct ops o = { .f = use };"
compiled "world boundary" error '' "static _Thread_local int *boundary; $use { boundary = 0; return 1; } int *set (int *); int *set (int *x) { int *y = boundary; boundary = x; return y; }"

printf '1..%d\n' "$n"
[ "$n_failed" = 0 ]
