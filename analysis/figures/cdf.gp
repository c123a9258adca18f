# ---- cdf: the distribution of a latency, with 95 % intervals over the replicates ----

set xlabel x_label offset 0, 0.4
set ylabel 'share' offset 1.2, 0
set yrange [0:1.02]
set ytics 0.2
set xrange [x_low * x_scale:x_high * x_scale]
if (x_log) { set logscale x; eval log_ticks('x', x_low * x_scale, x_high * x_scale) }
eval key_above(key_rows, key_columns, key_width)
if (curves == 1 && !intervals) { unset key; set tmargin -1 }

px(i) = column(1) == i ? column(2) * x_scale : NaN
note = sprintf('95 %s interval', percent)

set style fill transparent solid (curves > 3 ? 0.14 : 0.22) noborder
plot for [i = 1:curves] data using (px(i)):4:5 skip 1 \
       with filledcurves linecolor rgb rgb[i] notitle, \
     for [i = 1:curves] data using (px(i)):3 skip 1 with lines linetype i notitle, \
     for [i = 1:curves] keyentry with lines linetype i title label[i], \
     keyentry with filledcurves linecolor rgb 0x606060 title intervals ? note : ''
set output
