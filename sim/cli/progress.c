/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR 30

void
cli_progress_init (CliProgress *progress, gboolean quiet, guint64 before)
{
  *progress = (CliProgress){ .quiet = quiet,
                             .terminal = isatty (STDERR_FILENO) == 1,
                             .started = g_get_monotonic_time (),
                             .before = before };
}

/* "12 s", "3 min", "2.1 h" */
static void
format_left (gchar *text, gsize size, gdouble seconds)
{
  if (seconds < 120)
    g_snprintf (text, size, "%.0f s", seconds);
  else if (seconds < 7200)
    g_snprintf (text, size, "%.0f min", seconds / 60);
  else
    g_snprintf (text, size, "%.1f h", seconds / 3600);
}

static void
draw_bar (const CliProgress *progress, guint64 done, guint64 total)
{
  gdouble seconds = (gdouble)(g_get_monotonic_time () - progress->started) * 1e-6;
  gdouble rate = seconds > 0 ? (gdouble)(done - progress->before) / seconds : 0;
  gchar bar[BAR + 1], left[32], failures[32] = "";

  for (guint i = 0; i < BAR; i++)
    bar[i] = i < BAR * done / total ? '#' : '.';
  bar[BAR] = '\0';
  format_left (left, sizeof left, rate > 0 ? (gdouble)(total - done) / rate : 0.0);
  if (progress->failed > 0)
    g_snprintf (failures, sizeof failures, ", %u failed", progress->failed);
  fprintf (stderr, "\r[%s] %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT " runs, %.3g/s, %s left%s ",
           bar, done, total, rate, left, failures);
  fflush (stderr);
}

void
cli_progress_step (CliProgress *progress, guint64 done, guint64 total)
{
  guint tenth = (guint)(10 * done / total);
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
      fprintf (stderr, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " runs", done, total);
      if (progress->failed > 0)
        fprintf (stderr, ", %u failed", progress->failed);
      fputc ('\n', stderr);
    }
}

void
cli_progress_end (CliProgress *progress)
{
  if (progress->terminal && progress->drawn != 0)
    fputc ('\n', stderr);
}
