# ---- heat-map: a metric over two axes of the sweep ----

# viridis: even in lightness, so that it reads in grey as well.
set palette defined (0 '#440154', 1 '#472D7B', 2 '#3B528B', 3 '#2C728E', 4 '#21918C', \
                     5 '#27AD81', 6 '#5DC863', 7 '#AADC32', 8 '#FDE725')
same = !(low < high)
floor_at = (same ? low - 0.5 : low) * scale
ceiling_at = (same ? high + 0.5 : high) * scale
set cbrange [floor_at:ceiling_at]
if (logarithmic && !same) { set logscale cb; eval log_ticks('cb', floor_at, ceiling_at) }
if (same) { unset colorbox }
set cblabel label offset logarithmic && !same ? 2 : 0.4, 0
set rmargin (same ? 2 : 13)
set cbtics scale 0.4

# How much room there is for a cell and for its value, in mm.
cell = (width - 34.0) / x_values
every_x = 1
longest_x = 1
do for [i = 1:x_values] { if (strlen(x_text[i]) > longest_x) { longest_x = strlen(x_text[i]) } }
upright = (x_numeric ? longest_x * 1.6 + 1.5 < cell || longest_x < 5 : longest_x * 1.6 + 1 < cell)
if (x_numeric && upright) { every_x = ceil((longest_x * 1.6 + 1.5) / cell) }
if (!upright) { every_x = ceil(3.4 / cell); set xtics rotate by 35 right }
every_y = ceil(3.2 / ((height - 18.0) / y_values))
round_up(n) = n < 3 ? n : n < 6 ? 5 : 10 * ceil(n / 10.0)
every_x = round_up(every_x)
every_y = round_up(every_y)
fine = cell < 2.5 || (height - 18.0) / y_values < 2.5
written = write && longest * 1.25 + 0.6 < cell && every_y == 1

set xlabel x_label offset 0, 0.4
set ylabel y_label offset 0.3, 0
set xrange [-0.5:x_values - 0.5]
set yrange [-0.5:y_values - 0.5]
eval word_ticks('x', 'x', x_values, every_x)
eval word_ticks('y', 'y', y_values, every_y)
set noborder
set nogrid
unset key

share(v) = same ? 0.5 : logarithmic ? log(v / low) / log(high / low) : (v - low) / (high - low)
has(c) = valid(c) && column(c) == column(c)
ink(v) = share(v) > 0.55 ? 0x000000 : 0xFFFFFF
small = (format eq 'tex') ? '\tiny' : ',6'

if (fine) { set style fill solid 1 noborder } else { set style fill solid 1 border rgb '#FFFFFF' }
plot data using (column(6) == 1 ? column(1) : NaN):2:(column(1) - 0.5):(column(1) + 0.5): \
       (column(2) - 0.5):(column(2) + 0.5) skip 1 \
       with boxxyerror fillstyle pattern 4 linecolor rgb '#909090' linewidth 0.5 dashtype 1, \
     data using (has(5) ? column(1) : NaN):2:(column(1) - 0.5):(column(1) + 0.5): \
       (column(2) - 0.5):(column(2) + 0.5):(has(5) ? column(5) * scale : NaN) skip 1 \
       with boxxyerror fillcolor palette linewidth 0.5 dashtype 1, \
     data using (has(5) && written ? column(1) : NaN):2:(sprintf('%.3g', column(5) * scale)): \
       (ink(column(5))) skip 1 with labels font small textcolor rgb variable
set output
