/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gnuplot, or Graphviz, runs in a folder of its own, `figures/.draw-XXXXXX`, in which the files
 * already have their final names: what is moved to `figures` afterwards is what a person would run
 * there by hand.
 */
#include "figure/gnuplot.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/message.h"
#include "results/draft.h"
#include "results/own_file.h"

static const gchar *const formats[] = { "pdf", "svg", "png", "tex", NULL };

/* How a complete picture ends: a full disk does not make gnuplot fail. */
static const struct
{
  const gchar *format, *end;
} endings[] = {
  { "pdf", "%%EOF" }, { "svg", "</svg>" }, { "png", "IEND" }, { "tex", "\\end{tikzpicture}" }
};

static const struct
{
  const gchar *name, *suffix, *package;
} programs[] = {
  [PNYX_PROGRAM_GNUPLOT] = { "gnuplot", "gp", "gnuplot-nox" },
  [PNYX_PROGRAM_DOT] = { "dot", "gv", "graphviz" },
};

const gchar *const *
pnyx_gnuplot_formats (void)
{
  return formats;
}

static gboolean
set_failure (GError **error, const PnyxDrawing *drawing, const gchar *what)
{
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "figure %s: %s failed: %s", drawing->name,
               programs[drawing->program].name, what);
  return FALSE;
}

/* The last line that says something: gnuplot shows the place before the message. */
static gchar *
last_line (const gchar *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  const gchar *last = "it said nothing";

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      last = lines[i];
  return pnyx_message_quote (last);
}

static gboolean
run_program (const PnyxDrawing *drawing, const gchar *folder, GError **error)
{
  g_autofree gchar *script
      = g_strdup_printf ("%s.%s", drawing->name, programs[drawing->program].suffix);
  g_autofree gchar *choice = g_strdup_printf ("format = '%s'", drawing->format);
  g_autofree gchar *language = g_strdup_printf ("-T%s", drawing->format);
  g_autofree gchar *output = g_strdup_printf ("-o%s.%s", drawing->name, drawing->format);
  const gchar *gnuplot[] = { "gnuplot", "-d", "-e", choice, script, NULL };
  const gchar *dot[] = { "dot", language, output, script, NULL };
  const gchar **arguments = drawing->program == PNYX_PROGRAM_DOT ? dot : gnuplot;
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "LC_ALL", "C", TRUE);
  g_autoptr (GError) failure = NULL;
  g_autofree gchar *said = NULL;
  gint status;

  if (!g_spawn_sync (folder, (gchar **)(guintptr)arguments, environment,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said,
                     &status, &failure))
    {
      if (g_error_matches (failure, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO,
                     "figure %s: %s is not installed (Debian: %s; or --no-plot)", drawing->name,
                     programs[drawing->program].name, programs[drawing->program].package);
      else
        set_failure (error, drawing, failure->message);
      return FALSE;
    }
  if (!g_spawn_check_wait_status (status, NULL))
    {
      g_autofree gchar *line = last_line (said);

      return set_failure (error, drawing, line);
    }
  return TRUE;
}

static gboolean
picture_is_complete (const PnyxDrawing *drawing, const gchar *path, GError **error)
{
  g_autofree gchar *bytes = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return set_failure (error, drawing, "it drew nothing");
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_equal (endings[i].format, drawing->format))
      {
        gsize tail = MIN (length, 64);

        if (g_strstr_len (bytes + length - tail, (gssize)tail, endings[i].end) != NULL
            || (g_str_equal (drawing->format, "png") && length > 12
                && memcmp (bytes + length - 8, "IEND", 4) == 0))
          return TRUE;
      }
  return set_failure (error, drawing, "the picture is not complete (is the disk full?)");
}

static gboolean
move (const gchar *from, const gchar *to, const gchar *name, const gchar *suffix, GError **error)
{
  g_autofree gchar *file = g_strdup_printf ("%s.%s", name, suffix);
  g_autofree gchar *source = g_build_filename (from, file, NULL);
  g_autofree gchar *target = g_build_filename (to, file, NULL);

  if (g_rename (source, target) == 0)
    return TRUE;
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", target,
               g_strerror (errno));
  return FALSE;
}

static void
remove_work (const gchar *work)
{
  GDir *folder = g_dir_open (work, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree gchar *path = g_build_filename (work, name, NULL);

      g_unlink (path);
    }
  if (folder != NULL)
    g_dir_close (folder);
  g_rmdir (work);
}

/* Writes script and data, and where @picture what the program makes of them. */
static gboolean
draw_in (const PnyxDrawing *drawing, gboolean picture, const gchar *figures, const gchar *work,
         GError **error)
{
  const gchar *suffix = programs[drawing->program].suffix;
  g_autofree gchar *script = g_strdup_printf ("%s.%s", drawing->name, suffix);
  g_autofree gchar *data = g_strdup_printf ("%s.csv", drawing->name);
  g_autofree gchar *path = g_strdup_printf ("%s/%s.%s", work, drawing->name, drawing->format);

  return pnyx_draft_write (work, script, drawing->script, error)
         && pnyx_draft_write (work, data, drawing->data, error)
         && (!picture
             || (run_program (drawing, work, error) && picture_is_complete (drawing, path, error)))
         && move (work, figures, drawing->name, "csv", error)
         && move (work, figures, drawing->name, suffix, error)
         && (!picture || move (work, figures, drawing->name, drawing->format, error));
}

static gboolean
is_installed (const gchar *program)
{
  g_autofree gchar *path = g_find_program_in_path (program);

  return path != NULL;
}

gboolean
pnyx_gnuplot_draw (const PnyxDrawing *asked, gchar **drawn, GError **error)
{
  PnyxDrawing drawing = *asked;
  gboolean graph = drawing.program == PNYX_PROGRAM_DOT;
  gboolean picture = !graph || is_installed (programs[PNYX_PROGRAM_DOT].name);
  g_autofree gchar *figures = g_build_filename (drawing.folder, "figures", NULL);
  g_autofree gchar *work = g_build_filename (figures, ".draw-XXXXXX", NULL);
  gboolean existed = g_file_test (figures, G_FILE_TEST_IS_DIR);
  gboolean done;

  if (graph && g_str_equal (drawing.format, "tex"))
    drawing.format = "pdf";
  if (!pnyx_own_folder_check (figures, error))
    return FALSE;
  if (g_mkdir_with_parents (figures, 0777) != 0 || g_mkdtemp_full (work, 0777) == NULL)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_IO, "%s: cannot write: %s", figures,
                   g_strerror (errno));
      return FALSE;
    }
  done = draw_in (&drawing, picture, figures, work, error);
  remove_work (work);
  if (done)
    *drawn = g_strdup_printf ("%s/%s.%s", figures, drawing.name,
                              picture ? drawing.format : programs[drawing.program].suffix);
  else if (!existed)
    g_rmdir (figures);
  return done;
}
