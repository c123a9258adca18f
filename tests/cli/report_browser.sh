#!/bin/sh
# The page of `pnyx report` in a browser: no error, nothing loaded from elsewhere, tables that sort, filter
# and turn pages; pictures of it are left in the build folder. Headless Chromium; skipped where there is none.

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

browser=
for name in chromium chromium-browser google-chrome; do
  if [ -z "$browser" ] && command -v "$name" > /dev/null 2>&1; then browser=$name; fi
done
if [ -z "$browser" ]; then
  echo "1..0 # SKIP no browser is installed (Debian: chromium)"
  exit 77
fi

open_page () # FILE OPTIONS...: loads it; what the browser said is in .tap/console, what it asked for in .tap/net
{
  page=$1
  shift
  timeout 300 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --no-first-run --disable-extensions --disable-background-networking --disable-component-update \
    --disable-sync --disable-default-apps --user-data-dir="$scratch/.tap/profile" \
    --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr --log-net-log="$scratch/.tap/net" \
    --net-log-capture-mode=Everything "$@" "file://$page" > .tap/page 2> .tap/console
}

# Console messages of the page; requests that it began (the browser's own have no origin).
errors () { grep -c ':CONSOLE' .tap/console; }
requests () { grep -oE '"initiator":"[^"]*"' .tap/net | grep -vc '"not an origin"'; }
quiet () { [ "$(errors)" = 0 ] && [ "$(requests)" = 0 ]; }

# --- what is looked for is found: a page with an error and a picture from elsewhere ---

cat > bad.html << 'END'
<!DOCTYPE html><title>x</title><img src="https://example.invalid/x.png"><script>undefined.x</script>
END
if ! open_page "$scratch/bad.html" --dump-dom; then
  echo "1..0 # SKIP $browser does not start here: $(tail -n 1 .tap/console | cut -c 1-120)"
  exit 77
fi
check "an error on a page is seen" [ "$(errors)" -ge 1 ]
check "a request to another host is seen" [ "$(requests)" -ge 1 ]

# --- the page ---

cat > small.xml << 'END'
<scenario xmlns="urn:pnyx:scenario:1" name="small" seed="1">
  <run duration="6 h" warmup="1 h" replicates="3"/>
  <network nodes="40"> <topology kind="random-regular" degree="8"/> </network>
  <chain kind="nakamoto"> <nakamoto interval="exponential(600 s)" miners="20"/> </chain>
  <sweep> <axis path="nakamoto/@miners" values="5, 10, 20"/> <axis path="network/@nodes" values="30, 40"/> </sweep>
  <figures>
    <figure kind="lines" metric="latency.propagation.p90" x="miners" series="nodes" title="A &lt;b&gt; title"/>
    <figure kind="cdf" at="miners=10"/>
    <figure kind="heat-map" metric="blocks.proposed" width="page"/>
    <figure kind="box-plot" metric="blocks.proposed" at="nodes=30"/>
  </figures>
</scenario>
END
ends "a sweep runs" 0 sweep small.xml --quiet --no-plot --out s
ends "a report is written" 0 report s
report=$scratch/s/report.html

open_page "$report" --dump-dom
check "no error, no request to any host" quiet
check "the contents are linked" grep -q '<a href="#summary">Summary</a>' .tap/page
check "headings are buttons" grep -q '<button type="button">Metric</button>' .tap/page
check "a table is shown by the page" [ "$(awk '/id="summary-table"/ { on = 1 } on { n += gsub (/<tr>/, "") }
  /<\/table>/ { on = 0 } END { print n }' .tap/page)" = 51 ]

# A copy with a script of ours: sorts, filters, turns the page, and says what it finds.
awk '/Content-Security-Policy/ { next } /<\/body>/ {
  print "<script>"
  print "var t = document.getElementById (\"summary-table\"), all = [];"
  print "function button (i) { return t.tHead.rows[0].cells[i].querySelector (\"button\"); }"
  print "function cells (i) { return Array.from (t.tBodies[0].rows).map (function (r) { return r.cells[i]; }); }"
  print "var heads = Array.from (t.tHead.rows[0].cells).map (function (c) { return c.textContent; });"
  print "var mean = heads.indexOf (\"Mean\");"
  print "function sorted (sign) { var v = cells (mean).filter (function (c) { return c.textContent; })"
  print "  .map (function (c) { return sign * c.dataset.sort; });"
  print "  return v.every (function (x, i) { return i === 0 || v[i - 1] <= x; }); }"
  print "button (mean).click (); all.push (\"up \" + sorted (1) + \" \" + t.tHead.rows[0].cells[mean].getAttribute (\"aria-sort\"));"
  print "button (mean).click (); all.push (\"down \" + sorted (-1) + \" \" + t.tHead.rows[0].cells[mean].getAttribute (\"aria-sort\"));"
  print "var tools = t.parentNode.previousElementSibling, input = tools.querySelector (\"input\");"
  print "tools.querySelectorAll (\"button\")[1].click (); all.push (\"page \" + /page 2 of/.test (tools.textContent));"
  print "input.value = \"blocks.proposed\"; input.dispatchEvent (new Event (\"input\"));"
  print "all.push (\"filter \" + cells (0).every (function (c) { return c.textContent === \"blocks.proposed\"; }) + \" \" + cells (0).length);"
  print "input.value = \"nothing like it\"; input.dispatchEvent (new Event (\"input\")); all.push (\"none \" + cells (0).length);"
  print "all.push (\"names \" + Array.from (document.querySelectorAll (\"input, button\")).every (function (e) {"
  print "  return (e.getAttribute (\"aria-label\") || e.textContent).trim (); }));"
  print "all.push (\"images \" + Array.from (document.querySelectorAll (\"figure svg\")).every (function (s) {"
  print "  return s.getAttribute (\"aria-labelledby\").split (\" \").every (function (id) { return document.getElementById (id).textContent; }); }));"
  print "all.push (\"wide \" + (document.documentElement.scrollWidth <= window.innerWidth));"
  print "document.body.dataset.found = all.join (\"; \");"
  print "</script>" } { print }' "$report" > tried.html
open_page "$scratch/tried.html" --window-size=500,900 --dump-dom
check "tables sort, filter and turn pages, all controls have names, nothing is wider than the window" \
  grep -q 'data-found="up true ascending; down true descending; page true; filter true 6; none 0; names true; images true; wide true"' .tap/page
grep -o 'data-found="[^"]*"' .tap/page | sed 's/^/# /'

# --- as it looks ---

pictures=${PNYX_BUILD_DIR:-$scratch}/report-pictures
mkdir -p "$pictures"
for view in wide,1280,2600 narrow,500,2600; do
  size=${view#*,}
  open_page "$report" --window-size="$size" --screenshot="$pictures/${view%%,*}.png"
  check "a picture of the page, ${view%%,*}" [ -s "$pictures/${view%%,*}.png" ]
  check "again without an error" quiet
done
open_page "$report" --blink-settings=preferredColorScheme=0 --window-size=1280,2600 --screenshot="$pictures/dark.png"
check "a picture of the page, dark" [ -s "$pictures/dark.png" ]
check "it is another one" sh -c "! cmp -s '$pictures/dark.png' '$pictures/wide.png'"
open_page "$report" --no-pdf-header-footer --print-to-pdf="$pictures/print.pdf"
check "the page on paper" [ -s "$pictures/print.pdf" ]

tap_end
