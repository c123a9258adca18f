/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_CLI_PROGRESS_H
#define PNYX_CLI_PROGRESS_H

#include <glib.h>

/** CliProgress: a bar with rate and time left on a terminal; elsewhere a line every 10 % at most.
 */
typedef struct
{
  gboolean quiet;
  gboolean terminal;
  gint64 started; /* monotonic microseconds */
  gint64 drawn;
  guint64 before; /* that were done when it started */
  guint tenth;    /* last one that was printed */
  guint failed;
} CliProgress;

/** cli_progress_init: @before: runs of earlier sessions. */
void cli_progress_init (CliProgress *progress, gboolean quiet, guint64 before);
void cli_progress_step (CliProgress *progress, guint64 done, guint64 total);
void cli_progress_end (CliProgress *progress);

#endif
