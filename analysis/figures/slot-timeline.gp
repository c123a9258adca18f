# ---- slot-timeline: what became of each slot, an epoch a row, the newest below ----

# From light to dark the further a block came; orphans have a cross, late blocks a ring as well.
array colour[5] = ['#FFFFFF', '#E69F00', '#CFE6F5', '#56B4E9', '#0072B2']
array state[5] = ['missed', 'orphaned', 'canonical', 'justified', 'finalised']
rows = epoch_last - epoch_first + 1
every = rows <= 8 ? 1 : rows <= 20 ? 2 : rows <= 40 ? 5 : 10
mark = 0.24 * (width / 84) * (slots <= 32 ? 1 : 32.0 / slots)

set xlabel 'slot of the epoch' offset 0, 0.4
set ylabel 'epoch' offset 1.2, 0
set xrange [-0.6:slots - 0.4]
set yrange [epoch_last + 0.6:epoch_first - 0.6]
step = slots <= 8 ? 1 : slots <= 32 ? 4 : 2**floor(log(slots / 5) / log(2))
set xtics 0, step
set ytics every
set noborder
set nogrid
set style fill solid 1 border rgb '#606060'
set key tmargin left horizontal maxcols 3 samplen 1 width 1
note = sprintf('sent later than %g s', late)

plot for [k = 0:4] data using (column(3) == k ? column(2) : NaN):1: \
       (column(2) - 0.42):(column(2) + 0.42):(column(1) - 0.4):(column(1) + 0.4) skip 1 \
       with boxxyerror fillcolor rgb colour[k + 1] linewidth 0.4 dashtype 1 notitle, \
     data using (column(3) == 1 ? column(2) : NaN):1 skip 1 \
       with points pointtype 2 pointsize mark linecolor rgb '#000000' linewidth 0.6 notitle, \
     data using (column(4) == 1 ? column(2) : NaN):1 skip 1 \
       with points pointtype 7 pointsize 1.5 * mark linecolor rgb '#000000' notitle, \
     data using (column(4) == 1 ? column(2) : NaN):1 skip 1 \
       with points pointtype 7 pointsize 0.9 * mark linecolor rgb '#FFFFFF' notitle, \
     for [k = 0:4] keyentry with boxes fillcolor rgb colour[k + 1] linewidth 0.4 dashtype 1 \
       title state[k + 1], \
     keyentry with points pointtype 6 pointsize 1.2 * mark linewidth 1.2 \
       linecolor rgb '#000000' title any_late ? note : ''
set output
