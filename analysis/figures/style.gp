# ---- style: common to all figures ----
# Colours: Okabe and Ito (2008), told apart with every common colour blindness; lines differ in dashes
# and points in shape as well, so that a print in grey is enough. Text of 8 pt at the width given.
# All text is plain: nothing in a label means anything (noenhanced).

reset
set encoding utf8
# tex: \usepackage{gnuplot-lua-tikz}, which comes with gnuplot, then \input{NAME}.
picture = name.'.'.format
if (title ne '') { height = height + 5 }
inches = sprintf('%.4fin,%.4fin', width / 25.4, height / 25.4)
pixels(dpi) = sprintf('%.0f,%.0f', width * dpi / 25.4, height * dpi / 25.4)
if (format eq 'pdf') { \
  eval 'set terminal pdfcairo noenhanced color butt font "Helvetica,8" fontscale 0.75 linewidth 1.3 size '.inches }
if (format eq 'svg') { \
  eval 'set terminal svg noenhanced fixed butt font "Helvetica,Arial,Liberation Sans,Nimbus Sans,sans-serif,10.67" ' \
    .'linewidth 1.33 background "white" size '.pixels(96) }
if (format eq 'png') { \
  eval 'set terminal pngcairo noenhanced color butt font "Helvetica,8" fontscale 3.125 ' \
    .'linewidth 3.2 pointscale 4.17 background "white" size '.pixels(300) }
if (format eq 'tex') { \
  eval 'set terminal tikz color font "\\footnotesize" size '.inches }
set output picture

percent = (format eq 'tex') ? '\%' : '%'

set linetype 1 linecolor rgb '#0072B2' linewidth 1.5 dashtype 1            pointtype 7 pointsize 0.4
set linetype 2 linecolor rgb '#D55E00' linewidth 1.5 dashtype (10, 4)      pointtype 5 pointsize 0.4
set linetype 3 linecolor rgb '#009E73' linewidth 1.5 dashtype (3, 3)       pointtype 9 pointsize 0.5
set linetype 4 linecolor rgb '#CC79A7' linewidth 1.5 dashtype (10, 3, 2, 3) pointtype 13 pointsize 0.5
set linetype 5 linecolor rgb '#E69F00' linewidth 2.2 dashtype 1            pointtype 6 pointsize 0.4
set linetype 6 linecolor rgb '#56B4E9' linewidth 2.2 dashtype (10, 4)      pointtype 4 pointsize 0.4
set linetype 7 linecolor rgb '#000000' linewidth 1.2 dashtype (3, 3)       pointtype 8 pointsize 0.5
set linetype 8 linecolor rgb '#707070' linewidth 1.2 dashtype 1            pointtype 12 pointsize 0.5

array rgb[8] = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x707070]

# Ticks of an axis of logarithms: eval log_ticks('x', low, high). Over less than a decade they are even.
nice_step(span) = (ten = 10.0**floor(log10(span)), span / ten < 2 ? ten / 5 : span / ten < 5 ? ten / 2 : ten)
even_ticks(axis, low, high, step) = sprintf('set %stics (); do for [i = ceil(%.9g):floor(%.9g)] { set %stics add (sprintf("%%g", i * %.9g) i * %.9g) }', axis, low / step, high / step, axis, step, step)
some_ticks(axis, low, high, numbers) = sprintf('set %stics (); do for [e = floor(log10(%.9g)) - 1:ceil(log10(%.9g))] { do for [m in "%s"] { set %stics add (sprintf("%%g", m * 10.0**e) m * 10.0**e) } }', axis, low, high, numbers, axis)
log_ticks(axis, low, high) = high / low < 3 ? even_ticks(axis, low, high, nice_step(high - low)) : high / low < 300 ? some_ticks(axis, low, high, high / low < 8 ? "1 1.5 2 3 4 5 7" : "1 2 5") : sprintf('set %stics 1e-30, 10; set m%stics 10; set format %s "%%g"', axis, axis, axis)
# Ticks of an axis of words at 0, 1, 2 ...: the array NAME_text, every @step-th of @n.
word_ticks(axis, name, n, step) = sprintf('set %stics (); do for [i = 1:%d:%d] { set %stics add (%s_text[i] i - 1) }', axis, n, step, axis, name)

# A vertical axis of logarithms from @low on: numbers like 0.0005 take more room beside their label.
log_margin(low, high) = low < 0.01 || high >= 1e5 ? 'set lmargin 10.5; set ylabel offset -0.6, 0' : 'set lmargin 8.5'

# A key of its rows above the figure, from the left edge on: eval key_above(rows, columns, width).
key_above(rows, columns, wider) = sprintf('set key at screen %g, screen %g left top horizontal maxcols %d width %g spacing %g; set tmargin at screen %g', 2.0 / width, 1 - 1.0 / height, columns, wider, format eq 'svg' ? 1 : 1.15, 1 - (4.0 * rows + (title ne '' ? 8 : 2.5)) / height)

set style line 100 linecolor rgb '#D9D9D9' linewidth 0.5 dashtype 1 # grid
set style line 101 linecolor rgb '#404040' linewidth 0.8 dashtype 1 # axes
set style line 102 linecolor rgb '#808080' linewidth 0.8 dashtype (3, 3) # guides

set border 3 back linestyle 101
set tics nomirror out scale 0.6, 0.3
set grid back linestyle 100
set key samplen 2.5 spacing 1.15 reverse Left
set datafile separator comma
data = name.'.csv'
if (title ne '') { set title title offset 0, -0.3 }
