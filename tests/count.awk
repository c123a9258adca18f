# awk -f tests/count.awk CONSOLE LastTest.log: prints passed, failed and skipped, and on standard error
# what was skipped and why.
#
# The outcome of each program is on ctest's console, its output in the log.  A program that speaks TAP
# counts with each of its points, any other as one.  A program that failed without a failed point (it
# crashed, ran out of time or was not there) is one failure more.

FNR == NR && / *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
  name = $0
  sub(/.* Test +#[0-9]+: /, "", name)
  sub(/ .*/, "", name)
  if (/\*\*\*Skipped/) outcome[name] = "skipped"
  else if (/   Passed /) outcome[name] = "passed"
  else outcome[name] = "failed"
}
FNR == NR { next }
/^[0-9]+\/[0-9]+ Testing: / { name = $3; ended = 0 }
/^<end of output>$/ {
  if (outcome[name] == "skipped") print "skipped: " name ": " last > "/dev/stderr"
  ended = 1
}
!ended && /^(not )?ok [0-9]+/ {
  if (/# *(TODO|SKIP)/) { skip[name]++; print "skipped: " name ": " $0 > "/dev/stderr" }
  else if (/^ok/) ok[name]++
  else not_ok[name]++
}
!ended { last = $0 }
END {
  for (name in outcome) {
    passed += ok[name]; failed += not_ok[name]; skipped += skip[name]
    if (outcome[name] == "failed") { if (!not_ok[name]) failed++ }
    else if (!ok[name] && !not_ok[name] && !skip[name])
      if (outcome[name] == "skipped") skipped++; else passed++
  }
  printf "%d %d %d\n", passed, failed, skipped
}
