# ---- energy-breakdown: what the energy goes into ----

# From light to dark and back, so that neighbours differ in grey as well.
array colour[6] = ['#56B4E9', '#0072B2', '#F0E442', '#D55E00', '#CC79A7', '#009E73']
array has[6] = [has_idle, has_consensus, has_network, has_inference, has_training, has_mining]
half = bars > 1 ? 0.2 : 0.3

set xlabel sprintf('energy (%s)', unit) offset 0, 0.4
set xrange [0:x_high * 1.05]
set yrange [bars + 0.6:0.2]
set border 1
unset ytics
set grid noytics
do for [i = 1:bars] { set label i label[i] at graph 0, first i - 0.46 left front }
set style fill solid 1 border rgb '#202020'
set key samplen 1
eval key_above(key_rows, 2, format eq 'svg' ? -4 : -2)

plot for [k = 1:6] data using (column(2) == k ? column(3) : NaN):1:3:4:($1 - half):($1 + half) \
       skip 1 with boxxyerror linecolor rgb colour[k] linewidth 0.5 dashtype 1 notitle, \
     for [k = 1:6] keyentry with boxes linecolor rgb colour[k] linewidth 0.5 dashtype 1 \
       title has[k] ? use[k] : '', \
     data using (column(2) == 0 ? 0.5 * (column(3) + column(4)) : NaN):1:3:4 skip 1 \
       with xerrorbars linecolor rgb '#000000' linewidth 1.2 dashtype 1 pointtype -1 \
       title 'range of the total'
set output
