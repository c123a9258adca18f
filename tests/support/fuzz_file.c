/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/fuzz_file.h"

#include <glib/gstdio.h>
#include <unistd.h>

void
fuzz_file_init (FuzzFile *file, gconstpointer data, gsize size, const gchar *sample)
{
  g_autoptr (GError) error = NULL;

  file->is_sample = size == 0;
  file->path = g_strdup_printf ("%s/pnyx-fuzz-file-%d", g_get_tmp_dir (), (int)getpid ());
  g_file_set_contents_full (file->path, file->is_sample ? sample : data,
                            file->is_sample ? -1 : (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600,
                            &error);
  g_assert_no_error (error);
}

void
fuzz_file_clear (FuzzFile *file)
{
  if (file->path != NULL)
    g_unlink (file->path);
  g_free (file->path);
}

void
fuzz_file_judge (gboolean accepted, const GError *error)
{
  g_assert_true (accepted == (error == NULL));
  if (error == NULL)
    return;
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (gchar *at = error->message; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      {
        g_printerr ("\"%s\" is not one line of plain text\n", error->message);
        g_assert_not_reached (); /* g_error would leave libFuzzer without the input */
      }
}
