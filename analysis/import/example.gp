# SPDX-License-Identifier: GPL-3.0-or-later
# gnuplot -c example.gp FOLDER [METRIC]: a metric by point with its 95 % interval, as text and as a picture.
folder = ARG1
metric = ARGC > 1 ? ARG2 : 'blocks.proposed'
set datafile separator comma
set datafile columnheaders

# Columns by name: how many axes there are does not matter.
keep(value) = strcol('metric') eq metric ? value : NaN

set print '-'
print 'point mean ci95_low ci95_high'
set table $picked separator comma
plot folder.'/summary.csv' using (column('point')):(keep(column('mean'))):(keep(column('ci95_low'))): \
     (keep(column('ci95_high'))) with table if (strcol('metric') eq metric)
unset table
do for [i = 1:|$picked|] { print $picked[i] }

# Intervals do not exist of one run.
set terminal pdfcairo noenhanced font 'Helvetica,8' fontscale 0.75 size 8.4cm, 6cm
set output 'example-gnuplot.pdf'
set xlabel 'point'
set ylabel metric
set offsets 0.5, 0.5, graph 0.05, graph 0.05
unset key
plot folder.'/summary.csv' using (keep(column('point'))):(keep(column('mean'))): \
     (keep(column('ci95_low'))):(keep(column('ci95_high'))) with yerrorbars pointtype 7 pointsize 0.4
