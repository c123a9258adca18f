#!/bin/sh
# `pnyx report`: the page, and what a paper takes over.

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cat > small.xml << 'END'
<?xml version="1.0" encoding="UTF-8"?>
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="6 h" warmup="1 h" replicates="3"/>
  <network nodes="40">
    <topology kind="random-regular" degree="8"/>
    <regions profile="aws-2025"/>
    <dissemination kind="announce"/>
  </network>
  <chain id="main" kind="nakamoto">
    <nakamoto interval="exponential(600 s)" miners="20" validation-transaction="50 us"/>
  </chain>
  <sweep>
    <axis path="nakamoto/@miners" values="10, 20"/>
    <axis name="spread" path="network/@nodes" values="30, 40"/>
    <axis name="work" path="nakamoto/@validation-transaction" values="50 us"/>
  </sweep>
  <figures>
    <figure kind="lines" metric="latency.propagation.p90" x="miners" series="spread"/>
    <figure kind="cdf" at="miners=10" title="50 % &amp; more of #1_2"/>
    <figure kind="heat-map" metric="blocks.proposed" width="page"/>
    <figure kind="box-plot" metric="blocks.proposed" x="work" at="spread=30, miners=10, work=50 us"/>
    <figure kind="scatter" x="blocks.proposed" y="blocks.canonical" of="runs" identity="true"/>
  </figures>
</scenario>
END

ends "a sweep runs" 0 sweep small.xml --quiet --no-plot --out s
ends "a report is written" 0 report s
check "and named" [ "$(cat "$out")" = s/report.html ]
check "it draws what was not drawn" [ -s s/figures/lines.svg ]
check "with every figure in it" [ "$(grep -c '<svg role="img"' s/report.html)" = 5 ]
check "with the unit of an axis, from the scenario" grep -q "^x_label = 'work (µs)'" s/figures/box-plot.gp
check "with the points and the runs" grep -q '<dt>Points</dt><dd>4</dd>' s/report.html
check "with the way to run it again" grep -q 'pnyx sweep scenario.xml --out again' s/report.html
cp s/report.html first.html
cp -r s elsewhere
ends "a second report" 0 report s
check "has the same bytes" cmp s/report.html first.html
ends "a copy elsewhere" 0 report elsewhere/
check "gives the same bytes" cmp elsewhere/report.html first.html
check "the commands of the page work" sh -c "
  cd elsewhere && $PNYX sweep scenario.xml --out again --quiet --no-plot && cmp again/runs.csv runs.csv &&
  $PNYX run . --point 0 --replicate 0 --quiet"

ends "one run has a report as well" 0 run small.xml --quiet --no-plot --out r --replicates 2
pnyx report r
check "which tells figures that it cannot draw, and is written" sh -c "
  [ $status = 0 ] && grep -q '^pnyx: figure ' $err && [ -s r/report.html ]"

refuses "no folder" 2 "too few arguments" report
refuses "a folder without results" 2 "scenario.xml" report nowhere
refuses "an unknown format" 2 "unknown format \"pdf\" \(expected html or tex\)" report s --format pdf
refuses "--out of a page" 2 "--out is for --format tex" report s --out x

# --- TeX ---

ends "files for TeX are written" 0 report s --format tex
check "and their folder is named" [ "$(cat "$out")" = s/report ]
for file in main.tex key-metrics.tex summary.tex figures.tex figure-lines.tex lines.tex lines.pdf; do
  check "there is $file" [ -s "s/report/$file" ]
done
ends "in a folder of one's choice, too" 0 report s --format tex --out my/paper
check "with the same tables" cmp s/report/summary.tex my/paper/summary.tex
if command -v pdflatex > /dev/null 2>&1 && kpsewhich booktabs.sty geometry.sty > .tap/kpse 2>&1 \
   && [ "$(wc -l < .tap/kpse)" = 2 ]; then
  check "the example compiles" sh -c "
    cd s/report && pdflatex -halt-on-error -interaction=nonstopmode main.tex > main.out && [ -s main.pdf ]"
  check "nothing in it sticks out" sh -c "! grep -E 'Overfull .hbox \\(([0-9]{2,})' s/report/main.log"
  if kpsewhich gnuplot-lua-tikz.sty > /dev/null 2>&1; then
    cat > s/report/tikz.tex << 'END'
\documentclass{article}\usepackage[T1]{fontenc}\usepackage{textcomp}\usepackage{gnuplot-lua-tikz}
\begin{document}\input{lines}\input{cdf}\input{heat-map}\input{box-plot}\input{scatter}\end{document}
END
    check "so do the figures as TikZ" sh -c "
      cd s/report && pdflatex -halt-on-error -interaction=nonstopmode tikz.tex > tikz.out && [ -s tikz.pdf ]"
  else
    skip "so do the figures as TikZ" "gnuplot-lua-tikz is not installed"
  fi
else
  skip "the example compiles" "pdflatex with booktabs is not installed"
fi

tap_end
