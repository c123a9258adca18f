# ---- propagation-cdf: the distribution of a latency ----

alone = (curves == 1 && label[1] eq '')
milli = (x_high < 0.5) # the axis in ms
scale = milli ? 1000.0 : 1.0
unit = milli ? 'ms' : 's'
mark(p) = (p == 0.5 || p == 0.9 || p == 0.99)

set xlabel sprintf('%s (%s)', what, unit) offset 0, 0.4
set ylabel 'share of receipts' offset 1.2, 0
set yrange [0:1.02]
set ytics 0.2
if (logarithmic) { set logscale x; set xrange [x_low * scale / 1.3:x_high * scale * 1.3] } \
else { set xrange [0:x_high * scale * 1.05] }
if (key_outside) { set key tmargin left vertical maxcols 1 } else { set key bottom right }
if (alone) { unset key }

# One curve alone says where its middle and its tails are.
note(name, x) = sprintf('%s  %.3g %s', name, x * scale, unit)
if (alone && p50 == p50) { set label 1 note('p50', p50) at graph 0.97, 0.34 right }
if (alone && p90 == p90) { set label 2 note('p90', p90) at graph 0.97, 0.22 right }
if (alone && p99 == p99) { set label 3 note('p99', p99) at graph 0.97, 0.10 right }

plot for [i = 1:curves] data using (column(1) == i ? column(3) * scale : NaN):2 skip 1 \
       with lines linetype i notitle, \
     for [i = 1:curves] data using (column(1) == i && mark(column(2)) ? column(3) * scale : NaN):2 \
       skip 1 with points linetype i notitle, \
     for [i = 1:curves] keyentry with linespoints linetype i title label[i]
set output
