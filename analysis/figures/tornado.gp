# ---- tornado: sensitivity indices of the axes, largest first ----

set xlabel x_label offset 0, 0.4
set xrange [x_low * scale:x_high * scale * 1.04]
set yrange [bars + 0.6:0.4]
set border 1
set ytics () scale 0
do for [i = 1:bars] { set ytics add (label[i] i) }
set grid noytics xtics
set style fill solid 1 border rgb '#202020'
set key samplen 1.2
eval key_above(width > 100 ? 1 : 2, width > 100 ? 3 : 2, format eq 'svg' ? -2 : 1)
if (!both) { unset key; set tmargin -1 }
if (noise == noise) { whose = whose.sprintf('; noise: %.2g %s of the variance', noise * 100, percent) }
set label 1 whose at graph 1, character 0.7 right textcolor rgb '#404040'
set bmargin 4.2

# Both indices side by side; one alone in the middle of its row.
at(k) = both ? (k == 0 ? -0.18 : 0.2) : 0.0
half = both ? 0.17 : 0.3
row(k) = column(2) == k ? column(1) + at(k) : NaN
array colour[2] = ['#0072B2', '#F0E442']
array name_of[2] = ['total', 'first order']

plot for [k = 0:1] data using (column(3) * scale / 2):(row(k)):(0):(column(3) * scale): \
       (row(k) - half):(row(k) + half) skip 1 \
       with boxxyerror fillcolor rgb colour[k + 1] linewidth 0.5 dashtype 1 notitle, \
     for [k = 0:1] data using (column(3) * scale):(row(k)):(column(4) * scale):(column(5) * scale) \
       skip 1 with xerrorbars linecolor rgb '#000000' linewidth 1 dashtype 1 pointtype -1 notitle, \
     for [k = 0:1] keyentry with boxes fillcolor rgb colour[k + 1] linewidth 0.5 dashtype 1 \
       title name_of[k + 1], \
     keyentry with xerrorbars linecolor rgb '#000000' linewidth 1 dashtype 1 pointtype -1 \
       title sprintf('95 %s interval', percent)
set output
