# ---- head-votes: votes for a block as head, by when in its slot it was sent ----

set xlabel 'block sent, after the beginning of its slot (s)' offset 0, 0.4
set ylabel sprintf('votes for it as head (%s)', percent) offset 1.2, 0
set xrange [-0.03 * x_high:1.04 * x_high]
set yrange [-3:104]
set ytics 0, 20, 100
set key tmargin left vertical maxcols 1
set arrow 1 from first due, graph 0 to first due, graph 1 nohead back linestyle 102
set label 1 sprintf('votes due, %g s', due) at first due, first 52 \
  center rotate by 90 offset 0.9, 0 textcolor rgb '#606060' front

# Dots fainter than the lines of means.
faint = (format eq 'tex') ? 0 : 0xA0
array rgb[8] = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x707070]

plot for [i = 1:curves] data using (column(1) == i && column(2) == 0 ? column(3) : NaN): \
       (column(4) * 100) skip 1 with points pointtype 7 pointsize 0.25 \
       linecolor rgb (faint << 24) + rgb[i] notitle, \
     for [i = 1:curves] data using (column(1) == i && column(2) == 1 ? column(3) : NaN): \
       (column(4) * 100) skip 1 with linespoints linetype i notitle, \
     keyentry with points pointtype 7 pointsize 0.35 linecolor rgb curves > 1 ? 0x404040 : rgb[1] \
       title 'a block', \
     for [i = 1:curves] keyentry with linespoints linetype i \
       title curves > 1 ? 'mean, '.label[i] : 'mean'
set output
