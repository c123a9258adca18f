/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/number.h"
#include "batch/bench.h"
#include "cli/cli.h"
#include "engine/bench.h"

static gdouble
cpu_seconds (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (gdouble)time.tv_sec + (gdouble)time.tv_nsec * 1e-9;
}

static void
print_line (gpointer user, const gchar *name, gdouble value, const gchar *unit)
{
  gchar buffer[PNYX_NUMBER_BUFFER];

  (*(guint *)user)++;
  printf ("%s,%s,%s\n", name, pnyx_number_format (buffer, value), unit);
  fflush (stdout);
}

int
cli_bench (int argc, char **argv)
{
  g_autofree gchar *data = cli_data_folder ();
  int status;

  if (!cli_parse (NULL, cli_command ("bench"), 0, -1, &argc, &argv, &status))
    return status;
  for (int i = 1; i < MAX (argc, 2); i++)
    {
      const gchar *filter = argc > 1 ? argv[i] : NULL;
      GError *error = NULL;
      guint lines = 0;

      if (!pnyx_batch_bench_runs (filter, data, cpu_seconds, print_line, &lines, &error))
        return cli_fail (error);
      pnyx_engine_bench (filter, cpu_seconds, print_line, &lines);
      if (!pnyx_batch_bench (filter, data, cpu_seconds, print_line, &lines, &error))
        return cli_fail (error);
      if (lines == 0)
        {
          cli_error ("unknown benchmark \"%s\" (expected batch, engine, rng, draw, net, gasper, "
                     "oracle, lending, simblock or a name below one of them)",
                     filter ? filter : "");
          return CLI_USAGE;
        }
    }
  return CLI_DONE;
}
