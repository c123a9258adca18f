# Shortens ctest's console for people: one line for each program, the output of those that failed, and why
# something was skipped (pnyxw shows the totals).

/^Internal ctest changing/ || /^Test project / || /^ *Start +[0-9]+: / || /^$/ { next }
/^(Label Time Summary|Total Test time|[a-z]+ += +[0-9.]+ sec)/ { next }
/^[0-9]+% tests passed/ || /^The following tests/ || /^Errors while running/ { next }
/^\t +[0-9]+ - / { next }
/^(Output from these tests|Use "--rerun-failed)/ { next }
{ print; fflush() }
