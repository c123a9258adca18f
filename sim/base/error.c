/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors of users and machines (GError) and of the program (failures).
 *
 * A failure is raised deep inside a world and caught at one place: batch/ enters a boundary, runs
 * the world, and finds the message there after siglongjmp. Everything the world owned lies in its
 * arena, so nothing is lost by the jump.
 */
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/message.h"

/*
 * The boundary of this thread. The one object at file scope that changes: a requirement is checked
 * in functions that know no world, and every thread runs its own world, so that the way out can
 * only be a property of the thread. It never influences what a world computes.
 */
static _Thread_local PnyxFailure *boundary;

/* Asked for anew each time: G_DEFINE_QUARK keeps it in a static variable that threads race for. */
GQuark
pnyx_error_quark (void)
{
  return g_quark_from_static_string ("pnyx-error-quark");
}

void
pnyx_set_error_at (GError **error, PnyxErrorCode code, const PnyxPlace *place, const gchar *format,
                   ...)
{
  g_autofree gchar *what = NULL;
  g_autofree gchar *message = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  if (place == NULL || place->file == NULL)
    message = g_strdup (what);
  else if (place->line == 0)
    message = g_strdup_printf ("%s: %s", place->file, what);
  else
    message = g_strdup_printf ("%s:%u: %s", place->file, place->line, what);
  g_set_error_literal (error, PNYX_ERROR, (gint)code, pnyx_message_clean (message));
}

PnyxFailure *
pnyx_failure_enter (PnyxFailure *failure)
{
  PnyxFailure *before = boundary;

  boundary = failure;
  return before;
}

/* "sim/engine/queue.c:12: requirement failed: n > 0: detail" into @text. */
static void
describe (gchar *text, gsize size, const gchar *place, const gchar *expression, const gchar *detail)
{
  g_snprintf (text, (gulong)size, "%s%s%s%s%s", place,
              expression != NULL ? "requirement failed: " : "",
              expression != NULL ? expression : "",
              expression != NULL && *detail != '\0' ? ": " : "", detail);
}

void
pnyx_failure_raise (const gchar *file, int line, const gchar *expression, const gchar *format, ...)
{
  PnyxFailure *failure = boundary;
  gchar detail[256], place[128], text[512];
  va_list args;

  va_start (args, format);
  g_vsnprintf (detail, sizeof detail, format, args);
  va_end (args);
  g_snprintf (place, sizeof place, "%s:%d: ", file, line);
  if (failure == NULL)
    {
      describe (text, sizeof text, place, expression, detail);
      fputs (text, stderr);
      fputc ('\n', stderr);
      abort ();
    }
  describe (failure->message, sizeof failure->message, place, expression, detail);
  siglongjmp (failure->jump, 1);
}
