#!/bin/sh
# slow-test: every command in the top README.md and in scenarios/README.md works, in the order in which they stand, and
# every whole scenario in them validates. Commands are the indented lines that begin with ./pnyxw or cmp.

# shellcheck source=tests/support/tap.sh
. "$PNYX_SOURCE/tests/support/tap.sh"

cp -r "$PNYX_SOURCE/scenarios" scenarios
printf '#!/bin/sh\nexec "%s" "$@"\n' "$PNYX" > pnyxw
chmod +x pnyxw

# Each whole scenario goes to a file of its name, as the text says.
scenarios_of () # FILE
{
  awk '/^    <scenario / {
         match ($0, / name="[^"]*"/)
         file = substr ($0, RSTART + 7, RLENGTH - 8) ".xml"
         print file
       }
       file { print substr ($0, 5) > file }
       /^    <\/scenario>/ { close (file); file = "" }' "$1"
}

for readme in README.md scenarios/README.md; do
  [ -f "$PNYX_SOURCE/$readme" ] || continue
  for file in $(scenarios_of "$PNYX_SOURCE/$readme"); do
    ends "$readme: $file is valid" 0 validate "$file"
  done
  # The tests do not run the tests.
  grep -E '^    (\./pnyxw|cmp) ' "$PNYX_SOURCE/$readme" | sed 's/^    //' | grep -v '^\./pnyxw test' > .tap/commands
  check "$readme has commands" [ -s .tap/commands ]
  while IFS= read -r command; do
    check "$readme: $command" timeout 300 sh -c "$command"
  done < .tap/commands
done

tap_end
