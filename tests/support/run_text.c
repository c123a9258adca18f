/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/run_text.h"

#include <glib/gstdio.h>

/* Calls @read with the path of a file that holds @text for as long as that takes. */
static gpointer
with_file (const gchar *text, const gchar *folder,
           gpointer (*read) (const gchar *path, const gchar *data))
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autofree gchar *scratch = folder ? NULL : g_dir_make_tmp ("pnyx-XXXXXX", NULL);
  g_autofree gchar *path
      = g_strdup_printf ("%s/run-text-%u.xml", folder ? folder : scratch, (guint)g_random_int ());
  GError *error = NULL;
  gpointer result;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  result = read (path, data);
  g_unlink (path);
  if (scratch != NULL)
    g_rmdir (scratch);
  return result;
}

static gpointer
read_model (const gchar *path, const gchar *data)
{
  GError *error = NULL;
  PnyxModel *model = pnyx_model_read (path, data, NULL, &error);

  g_assert_no_error (error);
  return model;
}

static gpointer
read_sweep (const gchar *path, const gchar *data)
{
  GError *error = NULL;
  PnyxSweep *sweep = pnyx_sweep_read (path, data, NULL, TRUE, &error);

  g_assert_no_error (error);
  return sweep;
}

static gpointer
read_alone (const gchar *path, const gchar *data)
{
  GError *error = NULL;
  PnyxSweep *sweep = pnyx_sweep_read (path, data, NULL, FALSE, &error);

  g_assert_no_error (error);
  return sweep;
}

PnyxModel *
run_text_model (const gchar *text, const gchar *folder)
{
  return with_file (text, folder, read_model);
}

PnyxSweep *
run_text_sweep (const gchar *text, const gchar *folder, gboolean whole)
{
  return with_file (text, folder, whole ? read_sweep : read_alone);
}

PnyxRunResult *
run_text (const gchar *text, guint32 replicate)
{
  g_autoptr (PnyxModel) model = run_text_model (text, NULL);
  GError *error = NULL;
  PnyxRunResult *result = pnyx_simulate (model, 0, replicate, TRUE, &error);

  g_assert_no_error (error);
  if (result->failed)
    g_error ("run failed: %s", result->message);
  return result;
}

gdouble
run_value (const PnyxRunResult *result, const gchar *metric)
{
  return run_scoped_value (result, "", metric);
}

gdouble
run_scoped_value (const PnyxRunResult *result, const gchar *scope, const gchar *metric)
{
  for (guint i = 0; i < result->output->scalars->len; i++)
    {
      const PnyxScalar *row = &g_array_index (result->output->scalars, PnyxScalar, i);

      if (g_str_equal (row->metric, metric) && g_str_equal (row->scope, scope))
        return row->value;
    }
  g_error ("no metric %s:%s", scope, metric);
}
