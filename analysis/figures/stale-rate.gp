# ---- stale-rate: stale blocks over the block interval ----

set logscale xy
set xrange [x_low:x_high]
set xlabel 'block interval (s)' offset 0, 0.4
set ylabel sprintf('stale blocks (%s)', percent) offset 0.5, 0
set format y '%g'
if (x_high / x_low < 300) {
  set xtics ()
  do for [e = -3:9] { do for [m in '1 2 5'] { set xtics add (m * 10.0**e) } }
}
set ytics ()
do for [e = -6:2] { do for [m in '1 2 5'] { set ytics add (m * 10.0**e) } }
if (zeros) { set key top right } else { set key bottom left }
stats data using (column(3) > 0 ? column(3) * 100 : NaN) skip 1 nooutput
low = STATS_min / 1.6
high = STATS_max * 1.6
set yrange [low:high]
kept(x) = x < low ? low : x
simulated = intervals ? sprintf('simulated, 95 %s interval', percent) : 'simulated'

plot data using (column(1) == 0 ? column(2) : NaN):(column(3) * 100) skip 1 \
       with lines linetype 1 title sprintf('closed form, delay %.3g s', delay), \
     data using (column(1) == 1 && column(3) > 0 ? column(2) : NaN):(column(3) * 100): \
       (kept(column(4) * 100)):(column(5) * 100) skip 1 \
       with yerrorbars linetype 2 dashtype 1 linewidth 1 pointsize 0.5 notitle, \
     data using (column(1) == 1 && column(3) > 0 ? column(2) : NaN):(column(3) * 100) skip 1 \
       with points linetype 2 pointsize 0.6 title zeros < points ? simulated : '', \
     data using (column(1) == 1 && column(3) == 0 ? column(2) : NaN):(low * 1.15) skip 1 \
       with points linetype 2 pointtype 10 pointsize 0.8 title zeros ? 'simulated: none' : ''
set output
