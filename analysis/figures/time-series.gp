# ---- time-series: a series over time ----

span = x_high > x_low ? 0.02 * (x_high - x_low) : 1
set xlabel x_label offset 0, 0.4
set ylabel y_label offset 1.2, 0
set xrange [(x_low - span) * x_scale:(x_high + span) * x_scale]
set yrange [y_low * y_scale:y_high * y_scale]
eval key_above(key_rows, key_columns, key_width)
if (curves == 1 && !intervals && !thin) { unset key; set tmargin -1 }

px(i) = column(1) == i ? column(3) * x_scale : NaN
opacity = curves > 3 ? 0.12 : 0.22
faint = (format eq 'tex') ? 0 : 0x90
note = sprintf('95 %s interval', percent)

set style fill transparent solid opacity noborder
if (thin) { \
  plot for [i = 1:curves] for [r = 1:replicates] \
         data using (column(2) == r ? px(i) : NaN):(column(4) * y_scale) skip 1 \
         with lines linecolor rgb (faint << 24) + rgb[i] linewidth 0.7 dashtype 1 notitle, \
       for [i = 1:curves] keyentry with lines linecolor rgb rgb[i] linewidth 0.7 dashtype 1 \
         title label[i] \
} else { \
  plot for [i = 1:curves] data using (px(i)):(column(5) * y_scale):(column(6) * y_scale) skip 1 \
         with filledcurves linecolor rgb rgb[i] notitle, \
       for [i = 1:curves] data using (px(i)):(column(4) * y_scale) skip 1 \
         with lines linetype i notitle, \
       for [i = 1:curves] keyentry with lines linetype i title label[i], \
       keyentry with filledcurves linecolor rgb 0x606060 title intervals ? note : '' \
}
set output
