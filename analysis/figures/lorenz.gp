# ---- lorenz: how much of the power the poorest share of holders has ----

set size square
set xrange [0:1]
set yrange [0:1]
set xtics 0.2
set ytics 0.2
set xlabel 'share of holders, poorest first' offset 0, 0.4
set ylabel 'share of power' offset 1.2, 0
if (key_outside) { set key tmargin left vertical maxcols 1 } else { set key top left }

plot x with lines linestyle 102 title 'equality', \
     for [i = 1:curves] data using (column(1) == i ? column(2) : NaN):3 skip 1 \
       with lines linetype i title label[i]
set output
