# ---- scatter: one metric against another ----

set xlabel x_label offset 0, 0.4
set ylabel y_label offset y_log ? -2.3 : 1.2, 0
set xrange [x_low * x_scale:x_high * x_scale]
set yrange [y_low * y_scale:y_high * y_scale]
if (x_log) { set logscale x; eval log_ticks('x', x_low * x_scale, x_high * x_scale) }
if (y_log) { set logscale y; eval log_margin(y_low * y_scale, y_high * y_scale); eval log_ticks('y', y_low * y_scale, y_high * y_scale) }
if (identity) { set size ratio (width > 100 ? 0.5 : 0.9) }
eval key_above(key_rows, key_columns, key_width)
if (curves == 1 && !identity) { unset key; set tmargin -1 }
faint = (format eq 'tex' || dots < 200) ? 0 : 0x80

px(i) = column(1) == i ? column(2) * x_scale : NaN

x_from(c) = (x_log && column(c) < x_low ? x_low : column(c)) * x_scale
y_from(c) = (y_log && column(c) < y_low ? y_low : column(c)) * y_scale

plot x with lines linestyle 102 linewidth identity ? 1.2 : 0 title identity ? 'both equal' : '', \
     for [i = 1:curves] data using (intervals ? px(i) : NaN):(column(5) * y_scale):(x_from(3)): \
       (column(4) * x_scale):(y_from(6)):(column(7) * y_scale) skip 1 \
       with xyerrorbars linecolor rgb (0xA0 << 24) + rgb[i] linewidth 0.7 dashtype 1 pointtype -1 \
       notitle, \
     for [i = 1:curves] data using (px(i)):(column(5) * y_scale) skip 1 \
       with points linetype i linecolor rgb (faint << 24) + rgb[i] notitle, \
     for [i = 1:curves] keyentry with points linetype i title curves > 1 ? label[i] : ''
set output
