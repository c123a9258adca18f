# ---- box-plot: how the values of the replicates lie, over an axis of the sweep ----

longest = 1
do for [i = 1:x_values] { if (strlen(x_text[i]) > longest) { longest = strlen(x_text[i]) } }
room = (width - 16.0) / x_values
every = 1
if (longest * 1.6 + 1 > room) { \
  if (x_numeric) { every = ceil((longest * 1.6 + 1) / room) } \
  else { every = ceil(3.4 / room); set xtics rotate by 35 right } }

if (x_values > 1) { set xlabel x_label offset 0, 0.4 }
set ylabel y_label offset y_log ? -2.3 : 1.2, 0
set xrange [-0.6:x_values - 0.4]
set yrange [y_low * y_scale:y_high * y_scale]
if (y_log) { set logscale y; eval log_margin(y_low * y_scale, y_high * y_scale); eval log_ticks('y', y_low * y_scale, y_high * y_scale) }
eval word_ticks('x', 'x', x_values, every)
set grid noxtics ytics
unset key
half = x_values > 2 ? 0.25 : 0.15
set boxwidth 2 * half
set style fill solid 1 border rgb '#0072B2'

# Dots of equal height stand side by side.
aside(n) = 0.06 * (int(n) % 5 - 2)
box(c) = column(2) == 0 ? column(c) * y_scale : NaN

plot data using (column(2) == 0 ? column(1) : NaN):(box(5)):(box(4)):(box(8)):(box(7)) skip 1 \
       with candlesticks fillcolor rgb '#CFE6F5' linewidth 1 dashtype 1 whiskerbars 0.5, \
     data using (column(2) == 0 ? column(1) - half : NaN):(box(6)):(2 * half):(0) skip 1 \
       with vectors nohead linecolor rgb '#D55E00' linewidth 2 dashtype 1, \
     data using (column(2) == 1 ? column(1) + aside(column(0)) : NaN):(column(9) * y_scale) skip 1 \
       with points pointtype 7 pointsize 0.3 linecolor rgb '#202020'
set output
