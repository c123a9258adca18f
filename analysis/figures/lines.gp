# ---- lines: metrics over an axis of the sweep, with 95 % intervals ----

words = !x_numeric
bands = intervals && !words && x_low < x_high

set xlabel x_label offset 0, 0.4
set ylabel y_label offset y_log ? -2.3 : 1.2, 0
set yrange [y_low * y_scale:y_high * y_scale]
if (x_log) { \
  margin = x_low < x_high ? (x_high / x_low)**0.02 : 1.5; \
  set logscale x; set xrange [x_low * x_scale / margin:x_high * x_scale * margin]; \
  eval log_ticks('x', x_low * x_scale, x_high * x_scale) }
if (!x_log && !words) { \
  margin = x_low < x_high ? 0.02 * (x_high - x_low) : (x_low == 0 ? 1 : 0.1 * abs(x_low)); \
  set xrange [(x_low - margin) * x_scale:(x_high + margin) * x_scale] }
if (words) { \
  longest = 0; \
  do for [i = 1:x_values] { if (strlen(x_text[i]) > longest) { longest = strlen(x_text[i]) } }; \
  set xrange [-0.5:x_values - 0.5]; eval word_ticks('x', 'x', x_values, 1); \
  if (longest * x_values * 1.5 > width - 16) { set xtics rotate by 25 right } }
if (y_log) { set logscale y; eval log_margin(y_low * y_scale, y_high * y_scale); eval log_ticks('y', y_low * y_scale, y_high * y_scale) }
eval key_above(key_rows, key_columns, key_width)
if (curves == 1 && !intervals) { unset key; set tmargin -1 }

# Of words each curve stands a little beside the others.
beside(i) = words ? 0.4 * (i - 0.5 * (curves + 1)) / curves : 0.0
px(i) = column(1) == i ? column(2) * x_scale + beside(i) : NaN
# The lower end of an interval, on an axis of logarithms too.
low(c) = (y_log && column(c) < y_low ? y_low : column(c)) * y_scale
note = sprintf('95 %s interval', percent)

set style fill transparent solid (curves > 3 ? 0.12 : 0.22) noborder
plot for [i = 1:curves] data using (bands ? px(i) : NaN):(low(4)): \
       (column(5) * y_scale) skip 1 with filledcurves linecolor rgb rgb[i] notitle, \
     for [i = 1:curves] data using (bands ? NaN : px(i)):(column(3) * y_scale): \
       (low(4)):(column(5) * y_scale) skip 1 \
       with yerrorbars linetype i dashtype 1 linewidth 1 pointsize 0 notitle, \
     for [i = 1:curves] data using (words ? NaN : px(i)):(column(3) * y_scale) skip 1 \
       with lines linetype i notitle, \
     for [i = 1:curves] data using (px(i)):(column(3) * y_scale) skip 1 \
       with points linetype i notitle, \
     for [i = 1:curves] keyentry with linespoints linetype i \
       linewidth (words ? 0 : rgb[i] == 0xE69F00 ? 2.2 : 1.5) title label[i], \
     keyentry with filledcurves linecolor rgb 0x606060 title bands ? note : '', \
     keyentry with yerrorbars linecolor rgb 0x606060 linewidth 1 pointtype -1 dashtype 1 \
       title intervals && !bands ? note : ''
set output
