# ---- finality-cdf: how soon after its making a block is final ----

minutes = (x_high >= 180) # the axis in min
scale = minutes ? 1 / 60.0 : 1.0
# From 0, unless all the curves would then stand at the right end.
margin = x_high > x_low ? 0.04 * (x_high - x_low) : 0.04 * x_high
low = x_low < 0.4 * x_high ? 0 : x_low - margin

set xlabel sprintf('time to finality (%s)', minutes ? 'min' : 's') offset 0, 0.4
set ylabel 'share of blocks' offset 1.2, 0
set xrange [low * scale:(x_high + margin) * scale]
set yrange [0:1.02]
set ytics 0.2
if (key_outside) { set key tmargin left vertical maxcols 1 } else { set key bottom right }
if (curves == 1 && label[1] eq '') { unset key }

# Curves of one course are seen all: the first is drawn last and thinnest.
plot for [i = curves:1:-1] data using (column(1) == i ? column(3) * scale : NaN):2 skip 1 \
       with lines linetype i linewidth 1.2 + 0.6 * (i - 1) notitle, \
     for [i = 1:curves] keyentry with lines linetype i title label[i]
set output
