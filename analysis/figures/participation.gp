# ---- participation: the share of the stake that voted in time and right ----

array vote[3] = ['source', 'target', 'head']
floor10(x) = floor(x * 10) / 10.0
low = y_low > 0.62 ? 60 : 100 * floor10(y_low)

set xlabel epochs ? 'epoch' : 'time (min)' offset 0, 0.4
set ylabel sprintf('stake with a timely vote (%s)', percent) offset 1.2, 0
set offsets graph 0.02, graph 0.02, 0, 0
set yrange [low:101]
set ytics low, (low >= 60 ? 10 : 20), 100
set key tmargin left horizontal
plot 200.0 / 3 with lines linestyle 102 linewidth 1.2 title 'two thirds', \
     for [i = 1:3] data using (column(1) == i ? column(2) : NaN):(column(3) * 100) skip 1 \
       with linespoints linetype i title vote[i]
set output
