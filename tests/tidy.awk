# LC_ALL=C awk -f tests/tidy.awk SOURCES... [SYMBOLS]: the rules of the house that a machine can hold.
#
# SOURCES are .c and .h files named from the top of the tree (sim/..., tests/...); SYMBOLS is the output
# of "objdump -t libpnyx.a" in a file named *.symbols.  Each fault is a line "file:line: what is wrong
# (what to do instead)" and the exit status is 1.  tests/tidy/test_tidy.sh plants every one of them.

BEGIN {
  # 1. Layers: a folder includes from itself and from folders of lower rank.
  layers = "base engine ledger,net PLUG scenario,results figure batch cli"
  kinds = "protocol,adversary,oracle,ai,contract,market,governance,bridge,energy,regulation,provenance,metric"
  n = split(layers, layer, " ")
  for (i = 1; i <= n; i++) {
    m = split(layer[i] == "PLUG" ? kinds : layer[i], folder, ",")
    for (j = 1; j <= m; j++) rank[folder[j]] = i
    if (layer[i] == "PLUG") plug = i
    if (layer[i] == "scenario,results") scenario = i
  }

  # 2. Third-party headers and where each may be used (a regular expression for the file's path).
  own("^(glib|glib/gstdio|glib/gprintf|glib-unix)\\.h$", ".")
  own("^libxml/", "^sim/scenario/")
  own("^sqlite3\\.h$", "^sim/results/")
  own("^hdf5", "^sim/results/")
  own("^igraph", "^sim/net/topology\\.c$")
  own("^(omp|mpi|pthread)\\.h$", "^sim/batch/")
  own("^xgboost/", "^sim/ai/")
  own("^gsl/", "^sim/(base|engine|net|results|" gensub_commas(kinds) ")/")
  own("^Random123/", "^sim/base/rng[._]")
  own("^immintrin\\.h$", "^sim/protocol/gasper/(sha256|shuffle)\\.c$")
  own("^(assert|complex|ctype|errno|fenv|float|inttypes|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype)\\.h$", ".")
  own("^(unistd|fcntl|dirent|poll|sched|strings|getopt|cpuid|sys/[a-z]+|gnu/libc-version)\\.h$", ".")

  # 3. Calls that are banned: where (a rank, or "lib" for everything but cli), names, the replacement.
  ban("lib", "printf|fprintf|vprintf|vfprintf|puts|fputs|putchar|putc|fputc|perror|g_print|g_printerr|g_message|g_warning|g_critical|g_debug|g_info|g_log", \
      "only sim/cli prints; return a GError, or compose a GString and write that")
  ban("lib", "exit|_exit|_Exit|quick_exit|abort|g_abort|g_error", \
      "only sim/cli ends the program; PNYX_REQUIRE for a bug, GError for the user's or the machine's fault")
  ban("all", "assert|g_assert|g_assert_[a-z_]+|g_return_if_fail|g_return_val_if_fail|g_return_if_reached|g_return_val_if_reached", \
      "PNYX_REQUIRE, which says how to replay the run")
  ban("all", "atof|atoi|atol|atoll|strtod|strtof|strtold|g_strtod|scanf|sscanf|fscanf", \
      "they depend on the locale or hide errors; use base/number.h or g_ascii_strtod, g_ascii_strtoull")
  ban("all", "sprintf|vsprintf|strcpy|strcat|gets|strtok", "they overflow; use GString, g_snprintf, g_strlcpy")
  ban("all", "isalpha|isdigit|isalnum|isspace|isupper|islower|ispunct|isxdigit|isprint|tolower|toupper|strcasecmp|strncasecmp", \
      "they depend on the locale; use g_ascii_...")
  ban("all", "setlocale|bindtextdomain", "output is the same whatever the locale; leave it at \"C\"")
  ban("sim", "rand|srand|rand_r|random|srandom|drand48|erand48|lrand48|mrand48|arc4random|getrandom|getentropy|g_random_[a-z_]+|g_rand_[a-z_]+|gsl_rng_(env_setup|set|alloc)", \
      "draws are functions of (key, entity, index); use base/rng.h")
  ban("sim", "time|clock|clock_gettime|gettimeofday|timespec_get|localtime|localtime_r|gmtime|g_get_real_time|g_get_monotonic_time|g_get_current_time|g_date_time_new_now|g_date_time_new_now_utc|g_date_time_new_now_local|g_timer_[a-z]+|g_usleep|sleep|usleep|nanosleep", \
      "a simulation has no wall clock; use the world's time")
  ban("sim", "getenv|secure_getenv|setenv|g_getenv|g_setenv|g_get_environ|g_get_user_name|g_get_host_name|getpid|gethostname", \
      "a run depends on its scenario alone; add a parameter")
  ban("sim", "qsort|qsort_r|bsearch|heapsort", \
      "not a stable sort; use g_qsort_with_data or g_array_sort with a comparator that is total")
  ban("sim", "g_hash_table_iter_[a-z]+|g_hash_table_foreach|g_hash_table_foreach_[a-z]+|g_hash_table_find|g_hash_table_get_keys|g_hash_table_get_values|g_hash_table_get_keys_as_array|g_direct_hash", \
      "the order is not determined; keep an array of ids beside the table")
  ban("sim", "g_thread_new|g_thread_pool_[a-z]+|pthread_create|thrd_create|fork", \
      "one world, one thread; parallel work belongs to sim/batch")

  # 4. Mutable state that is allowed, "object symbol" and why.
  allowed["error.c.o boundary"] = 1          # the world boundary of this thread (thread-local)
  allowed["topology.c.o igraph_lock"] = 1    # igraph is not thread-safe: the one lock of the simulation
}

function own(header, where) { owned[++n_owned] = header; home[n_owned] = where }
function ban(scope, names, instead) {
  ban_scope[++n_bans] = scope; ban_names[n_bans] = "(^|[^A-Za-z0-9_>.])(" names ") *\\("; ban_instead[n_bans] = instead
}
function gensub_commas(list) { gsub(/,/, "|", list); return list }

function fault(what) { fault_at(FILENAME ":" FNR, what) }
function fault_at(place, what) { print place ": " what; n_faults++ }

# The line without comments and, unless @keep, without the contents of string and character constants.
function code_of(line, keep,    out, c, two, i, n) {
  out = ""
  n = length(line)
  for (i = 1; i <= n; i++) {
    c = substr(line, i, 1)
    two = substr(line, i, 2)
    if (in_comment) {
      if (two == "*/") { in_comment = 0; i++ }
    } else if (two == "/*") { in_comment = 1; i++ }
    else if (two == "//") break
    else if (c == "\"" || c == "'") {
      out = out c
      for (i++; i <= n && substr(line, i, 1) != c; i++) {
        if (keep) out = out substr(line, i, 1)
        if (substr(line, i, 1) == "\\") i++
      }
      out = out c
    } else out = out c
  }
  return out
}

FNR == 1 {
  in_comment = 0
  pragma = ""
  symbols = FILENAME ~ /\.symbols$/
  n_path = split(FILENAME, path, "/")
  top = path[1]
  here = top == "sim" ? path[2] : ""
  stem = path[n_path]
  sub(/(_priv)?\.[ch]$/, "", stem)
  component = here != "" && n_path > 3 ? path[3] : stem
  level = here in rank ? rank[here] : 0
  if (!symbols && stem ~ /^(.*_)?(utils?|misc|common|helpers?)$/)
    fault("\"" stem "\" says nothing (name the file after its concept)")
  if (top == "sim" && !level)
    fault("the folder \"" here "\" has no layer (add it to tests/tidy.awk and to sim/CMakeLists.txt)")
}

# --- symbols of the library: nothing at file scope may change while worlds run ------------------------------

symbols && /:  *file format / { object = $1; sub(/:$/, "", object); next }
symbols {
  section = ""
  for (i = 2; i <= NF; i++)
    if ($i ~ /^(\.|\*COM\*)/) { section = $i; break }
  if (section !~ /^\.(bss|data|tbss|tdata)|^\*COM\*/ || section ~ /^\.data\.rel\.ro/) next
  if (NF < i + 2 || $(i + 1) ~ /^0+$/ || $NF == section) next
  name = $NF
  sub(/\.[0-9]+$/, "", name)
  if (!((object " " name) in allowed) && name !~ /^__(asan|ubsan|llvm|tsan|sancov)/)
    fault_at(object, "\"" $NF "\" can change while worlds run, in " section \
             " (make it const, or state of the world; tests/tidy.awk lists the few exceptions)")
  next
}

# --- form --------------------------------------------------------------------------------------------------

{
  width = $0
  gsub(/[\200-\277]/, "", width) # count characters of UTF-8, not bytes
  if (length(width) > 100) fault("longer than 100 columns (./pnyxw format)")
  if (/\t/) fault("a tab (indent with spaces; ./pnyxw format)")
  if (/[ \r]$/) fault("blank at the end of the line (./pnyxw format)")
  if (/(^|[^A-Za-z0-9_])(TODO|FIXME|XXX|HACK)([^A-Za-z0-9_]|$)/ && !/g_test_incomplete/)
    fault("unfinished (finish it, or leave it out)")
}

top != "sim" { next }

{ code = code_of($0, 0) }

# --- includes ----------------------------------------------------------------------------------------------

code ~ /^ *# *include *"/ {
  split($0, quoted, "\"")
  target = quoted[2]
  if (target == "pnyx-config.h") next
  n_to = split(target, to, "/")
  there = to[1]
  if (n_to < 2) {
    fault("\"" target "\" without its folder (write \"" here "/" target "\")")
    next
  }
  if (!(there in rank)) {
    fault("\"" target "\" is in no folder of sim/ (third-party headers take < >)")
    next
  }
  to_stem = to[n_to]
  sub(/(_priv)?\.h$/, "", to_stem)
  to_component = n_to > 2 ? to[2] : to_stem
  if (rank[there] > level)
    fault(here "/ must not include \"" target "\" from a layer above it (turn the dependency round: pass a function or a value down)")
  else if (there == here) {
    # Siblings of a kind: judged at the end, when it is known which files are implementations.
    if (level == plug && to_component != component && to_component != here && stem != here) {
      n_siblings++
      sibling_at[n_siblings] = FILENAME ":" FNR
      sibling[n_siblings] = here "/" to_component
      sibling_from[n_siblings] = here "/" component
      sibling_target[n_siblings] = target
    }
  } else if (rank[there] == level) {
    if (level != plug)
      fault(here "/ and " there "/ are of one layer and do not know each other (move what they share down)")
    else if (target != there "/" there ".h" && !(here == "adversary" && against(to_component, component) && (target == there "/" to_component ".h" || target == there "/" to_component "/" to_component ".h")))
      fault(here "/ must not include an implementation of another kind, \"" target "\" (include its interface, \"" there "/" there ".h\")")
  }
  next
}

# An adversary written against one protocol is named after it: gasper_balancing may include protocol/gasper.h.
function against(protocol, attack) { return there == "protocol" && index(attack, protocol "_") == 1 }

code ~ /^ *# *include *</ {
  header = $0
  sub(/^[^<]*</, "", header)
  sub(/>.*/, "", header)
  known = 0
  for (i = 1; i <= n_owned; i++)
    if (header ~ owned[i]) {
      known = 1
      if (FILENAME !~ home[i])
        fault("<" header "> is used by " readable(home[i]) " alone (call that folder's interface)")
    }
  if (!known) fault("<" header "> belongs to no library of the project (cmake/PnyxDependencies.cmake and tests/tidy.awk list them)")
  next
}
function readable(pattern) { gsub(/[\\^$]/, "", pattern); return pattern }

# Two implementations of a kind do not know each other: an implementation is a file or folder with an ops table.
code ~ /^const Pnyx[A-Za-z0-9]*Ops pnyx_[a-z0-9_]+ *=/ { implementation[here "/" component] = 1 }

# --- pragmas -----------------------------------------------------------------------------------------------

pragma != "" || code ~ /^ *# *pragma/ {
  if (pragma == "") pragma_line = FNR
  pragma = pragma " " code
  if (code ~ /\\$/) next
  at = FILENAME ":" pragma_line
  if (pragma ~ /pragma +omp/) {
    if (here != "batch") fault_at(at, "OpenMP outside sim/batch (give batch/ the work as independent runs)")
    if (pragma ~ /omp +parallel/ && pragma !~ /default *\(none\)/) fault_at(at, "omp parallel without default(none) (name what is shared)")
    if (pragma ~ /reduction *\(/) fault_at(at, "an OpenMP reduction sums in no fixed order (one slot for each run, summed in run order)")
    if (pragma ~ /omp +critical/ && pragma !~ /critical *\(progress\)/) fault_at(at, "omp critical (results have one slot for each run, nothing is locked)")
  } else if (pragma ~ /FP_CONTRACT|fast-math|fast_math|GCC +optimize|float_control/) {
    fault_at(at, "a pragma on floating point or optimisation (the build sets these once, for all)")
  }
  pragma = ""
  next
}
code ~ /__attribute__ *\(\(.*(optimize|constructor|destructor)/ {
  fault("this attribute (no constructors and no optimisation of single functions: tables and the build do that)")
}

# --- calls -------------------------------------------------------------------------------------------------

{
  for (i = 1; i <= n_bans; i++) {
    if (ban_scope[i] == "lib" && (here == "cli" || FILENAME ~ /^sim\/base\/error\.[ch]$/)) continue
    if (ban_scope[i] == "sim" && level >= scenario) continue
    if (match(code, ban_names[i])) {
      call = substr(code, RSTART, RLENGTH)
      gsub(/^[^A-Za-z_]|[ (]+$/, "", call)
      fault(call " (" ban_instead[i] ")")
    }
  }
  if (code ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/ && here != "cli" && FILENAME !~ /^sim\/base\/error\.c$/)
    fault("a standard stream (only sim/cli prints)")
}

END {
  for (i = 1; i <= n_siblings; i++)
    if (sibling[i] in implementation && sibling_from[i] in implementation)
      fault_at(sibling_at[i], "an implementation must not include another one of its kind, \"" sibling_target[i] \
               "\" (move what they share into a file of its own, or into the kind's interface)")
  exit n_faults > 0
}
