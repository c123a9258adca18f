# ---- stacked-bars: several metrics on each other, a bar for each value of an axis ----

# From light to dark and back, so that neighbours differ in grey as well.
array colour[8] = ['#56B4E9', '#0072B2', '#F0E442', '#D55E00', '#CC79A7', '#009E73', '#E8E8E8', '#505050']
half = x_values > 2 ? 0.36 : 0.22
longest = 1
do for [i = 1:x_values] { if (strlen(x_text[i]) > longest) { longest = strlen(x_text[i]) } }
room = (width - 16.0) / x_values
every = 1
if (longest * 1.6 + 1 > room) { \
  if (x_numeric) { every = ceil((longest * 1.6 + 1) / room) } \
  else { every = ceil(3.4 / room); set xtics rotate by 35 right } }

if (x_values > 1) { set xlabel x_label offset 0, 0.4 }
set ylabel y_label offset 1.2, 0
set xrange [-0.6:x_values - 0.4]
set yrange [0:y_high * y_scale]
eval word_ticks('x', 'x', x_values, every)
set grid noxtics ytics
set style fill solid 1 border rgb '#202020'
set key samplen 1.2
eval key_above(key_rows, key_columns, key_width)
if (parts == 1) { unset key; set tmargin -1 }

plot for [k = 1:parts] data using (column(2) == k ? column(1) : NaN):(column(3) * y_scale): \
       (column(1) - half):(column(1) + half):(column(3) * y_scale):(column(4) * y_scale) skip 1 \
       with boxxyerror linecolor rgb colour[k] linewidth 0.5 dashtype 1 notitle, \
     for [k = 1:parts] keyentry with boxes linecolor rgb colour[k] linewidth 0.5 dashtype 1 \
       title part[k]
set output
