/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR 30

void
cli_progress_init (CliProgress *progress, gboolean quiet)
{
  *progress = (CliProgress){ .quiet = quiet,
                             .terminal = isatty (STDERR_FILENO) == 1,
                             .started = g_get_monotonic_time () };
}

static void
draw_bar (const CliProgress *progress, guint done, guint total)
{
  gdouble seconds = (gdouble)(g_get_monotonic_time () - progress->started) * 1e-6;
  gdouble rate = seconds > 0 ? done / seconds : 0;
  gchar bar[BAR + 1];

  for (guint i = 0; i < BAR; i++)
    bar[i] = i < BAR * done / total ? '#' : '.';
  bar[BAR] = '\0';
  fprintf (stderr, "\r[%s] %u/%u runs, %.3g/s, %.0f s left%s", bar, done, total, rate,
           rate > 0 ? (total - done) / rate : 0.0, progress->failed ? ", failures" : "");
  fflush (stderr);
}

void
cli_progress_step (CliProgress *progress, guint done, guint total)
{
  guint tenth = (guint)((guint64)10 * done / total);
  gint64 now = g_get_monotonic_time ();

  if (progress->quiet || total < 2)
    return;
  if (progress->terminal)
    {
      if (done == total || now - progress->drawn > 100000)
        {
          progress->drawn = now;
          draw_bar (progress, done, total);
        }
    }
  else if (tenth > progress->tenth)
    {
      progress->tenth = tenth;
      fprintf (stderr, "%u of %u runs\n", done, total);
    }
}

void
cli_progress_end (CliProgress *progress)
{
  if (progress->terminal && progress->drawn != 0)
    fputc ('\n', stderr);
}
