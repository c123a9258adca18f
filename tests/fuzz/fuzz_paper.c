/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "support/fuzz_file.h"
#include "support/paper_folder.h"

/* A publication: paper.xml (what stands inside <paper>) and, behind a line "----", published.csv.
 * Profiles are those of the source tree, without which no experiment would be accepted. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[]
      = "<experiment id='one'><scenario name='x'><run duration='2 h' replicates='3'/>"
        "<network nodes='20'/><chain kind='nakamoto'/></scenario></experiment>"
        "<experiment id='two' from='one' quick='true'><set path='network/@nodes' value='10'/>"
        "</experiment><simulated id='s' experiment='one' metric='blocks.proposed' null='two'/>"
        "<exact id='a' calc='double-spend' keys='q=0.1 z=6' column='probability'/>"
        "\n----\n" PAPER_HEADER "s,Table 1,blocks,40,,read,1\na,p. 1,risk,0.0002428,,read,\n";
  g_autofree gchar *data_folder = g_build_filename (g_getenv ("PNYX_SOURCE"), "scenarios", NULL);
  g_autofree gchar *scratch = g_strdup_printf ("%s/pnyx-fuzz-%d", g_get_tmp_dir (), (int)getpid ());
  g_autofree gchar *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (PnyxPaper) paper = NULL;
  g_autoptr (GError) error = NULL;
  gchar *folder;

  if (size > 4096)
    return 0;
  text = g_strndup (size == 0 ? sample : (const gchar *)data, size == 0 ? sizeof sample : size);
  parts = g_strsplit (text, "\n----\n", 2);
  /* What a process of this number left that did not come to its end. */
  paper_folder_free (g_build_filename (scratch, "toy2026paper", NULL));
  g_assert_cmpint (g_mkdir (scratch, 0700), ==, 0);
  folder = paper_folder_new_in (scratch, parts[0] == NULL ? "" : parts[0],
                                parts[0] == NULL || parts[1] == NULL ? PAPER_HEADER : parts[1]);
  paper = pnyx_paper_read (folder, data_folder, paper_calcs, &error);
  if (error != NULL)
    g_strdelimit (error->message, "\n", ' '); /* of scenarios each fault has a line */
  fuzz_file_judge (paper != NULL, error);
  g_assert_true (paper != NULL || size > 0);
  if (paper != NULL)
    g_assert_cmpuint (paper->entries->len, ==, paper->published->len);
  paper_folder_free (folder);
  return 0;
}
