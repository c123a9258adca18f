#!/bin/sh
# The examples of analysis/import on a sweep: each reads the same means. What is not installed is skipped.

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cat > small.xml << 'END'
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="6 h" warmup="1 h" replicates="3"/>
  <network nodes="40"> <topology kind="random-regular" degree="8"/> </network>
  <chain kind="nakamoto"> <nakamoto interval="exponential(600 s)" miners="20"/> </chain>
  <sweep> <axis path="network/@nodes" values="30, 40"/> <axis name="miners" path="nakamoto/@miners" values="5, 20"/> </sweep>
</scenario>
END
ends "a sweep runs" 0 sweep small.xml --quiet --no-plot --out 'my sweep'
examples=$PNYX_SOURCE/analysis/import
metric=latency.propagation.p90
# The mean of each point, to six digits, as the summary has it.
awk -F , -v m="$metric" '$(NF - 9) == m { printf "%.6g\n", $(NF - 6) }' 'my sweep/summary.csv' > means
check "there are four points" [ "$(wc -l < means)" = 4 ]

has_means () # FILE: every mean is in it, to six digits
{
  tr -c '0-9.\n' ' ' < "$1" | awk 'NR == FNR { mean[++n] = $1; next }
    { for (i = 1; i <= NF; i++) seen[sprintf ("%.6g", $i)] = 1 }
    END { for (k = 1; k <= n; k++) if (!(mean[k] in seen)) exit 1; exit n != 4 }' means -
}

if command -v python3 > /dev/null 2>&1; then
  check "Python runs" sh -c "python3 '$examples/example.py' 'my sweep' $metric > python.out"
  check "and finds the means" has_means python.out
  check "in the store as well" sh -c "[ \$(grep -c '^store: point' python.out) = 4 ]"
  check "an unknown metric is told" sh -c "! python3 '$examples/example.py' 'my sweep' nothing"
else
  skip "Python" "python3 is not installed"
fi

if command -v Rscript > /dev/null 2>&1; then
  check "R runs" sh -c "Rscript '$examples/example.R' 'my sweep' $metric > r.out"
  check "and finds the means" has_means r.out
else
  skip "R" "R is not installed"
fi

if command -v gnuplot > /dev/null 2>&1; then
  check "gnuplot runs" sh -c "gnuplot -c '$examples/example.gp' 'my sweep' $metric > gnuplot.out"
  check "and finds the means" has_means gnuplot.out
  check "and draws them" [ -s example-gnuplot.pdf ]
else
  skip "gnuplot" "gnuplot is not installed"
fi

# DuckDB's extension for SQLite comes from the network: only the part before it.
metric=blocks.proposed
awk -F , -v m="$metric" '$(NF - 9) == m { printf "%.6g\n", $(NF - 6) }' 'my sweep/summary.csv' > means
if command -v duckdb > /dev/null 2>&1; then
  check "DuckDB runs" sh -c "cd 'my sweep' && sed '/^INSTALL/,\$d' '$examples/example.sql' | duckdb -csv > ../duckdb.out"
  check "and finds the means" has_means duckdb.out
else
  skip "DuckDB" "duckdb is not installed"
fi
if command -v sqlite3 > /dev/null 2>&1; then
  check "its query of the store is right" sh -c "sed -n '/^SELECT point, avg(value)/,\$p' '$examples/example.sql' \
    | sed 's/results\\.scalar/scalar/' | sqlite3 -readonly 'my sweep/results.db' > sqlite.out"
  check "and finds the means" has_means sqlite.out
else
  skip "its query of the store is right" "sqlite3 is not installed"
fi

tap_end
