/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "support/fuzz_file.h"
#include "support/paper_folder.h"

/* A publication: paper.xml (what stands inside <paper>) and, behind a line "----", published.csv.
 */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree gchar *scratch = g_strdup_printf ("%s/pnyx-fuzz-%d", g_get_tmp_dir (), (int)getpid ());
  g_autofree gchar *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (PnyxPaper) paper = NULL;
  g_autoptr (GError) error = NULL;
  gchar *folder;

  if (size > 4096)
    return 0;
  text = g_strndup (size == 0 ? "" : (const gchar *)data, size); /* @data may be NULL then */
  parts = g_strsplit (text, "\n----\n", 2);
  /* What a process of this number left that did not come to its end. */
  paper_folder_free (g_build_filename (scratch, "toy2026paper", NULL));
  g_assert_cmpint (g_mkdir (scratch, 0700), ==, 0);
  folder = paper_folder_new_in (scratch, parts[0] == NULL ? "" : parts[0],
                                parts[0] == NULL || parts[1] == NULL ? PAPER_HEADER : parts[1]);
  paper = pnyx_paper_read (folder, NULL, paper_calcs, &error);
  if (error != NULL)
    g_strdelimit (error->message, "\n", ' '); /* of scenarios each fault has a line */
  fuzz_file_judge (paper != NULL, error);
  if (paper != NULL)
    g_assert_cmpuint (paper->entries->len, ==, paper->published->len);
  paper_folder_free (folder);
  return 0;
}
