/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/run_text.h"

#include <glib/gstdio.h>

PnyxModel *
run_text_model (const gchar *text, const gchar *folder)
{
  g_autofree gchar *data = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autofree gchar *scratch = folder ? NULL : g_dir_make_tmp ("pnyx-XXXXXX", NULL);
  g_autofree gchar *path
      = g_strdup_printf ("%s/run-text-%u.xml", folder ? folder : scratch, (guint)g_random_int ());
  GError *error = NULL;
  PnyxModel *model;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  model = pnyx_model_read (path, data, NULL, &error);
  g_unlink (path);
  if (scratch != NULL)
    g_rmdir (scratch);
  g_assert_no_error (error);
  return model;
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
