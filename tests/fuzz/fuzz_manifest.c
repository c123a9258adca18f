/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "figure/facts.h"
#include "results/manifest.h"
#include "support/fuzz_file.h"
#include "support/scratch.h"

/* manifest.json, as reports read it and as what goes on with results does. Both take the same
 * files. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
see (const PnyxFacts *facts)
{
  g_assert_cmpuint (facts->keys->len, ==, facts->values->len);
  g_assert_cmpuint (facts->files->len, ==, facts->sums->len);
  for (guint i = 0; i < facts->values->len; i++)
    g_assert_true (g_utf8_validate (g_ptr_array_index (facts->values, i), -1, NULL));
  for (guint i = 0; i < facts->failed->len; i++)
    {
      const PnyxFailedRun *run = &g_array_index (facts->failed, PnyxFailedRun, i);

      g_assert_true (run->message == NULL || g_utf8_validate (run->message, -1, NULL));
    }
}

static void
read_again (const Scratch *scratch, const PnyxFacts *facts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree gchar *text = pnyx_manifest_read_text (scratch, "status", &error);
  PnyxStatus status;
  gboolean known = pnyx_manifest_read_status (scratch, &status, &failure);

  fuzz_file_judge (text != NULL, error);
  fuzz_file_judge (known, failure);
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
  g_assert_true (!known || g_strcmp0 (pnyx_status_name (status), text) == 0);
  /* What is a manifest for a report is one for the others: only what is missing in it may be told.
   */
  g_assert_true (facts == NULL || text != NULL
                 || g_error_matches (error, PNYX_ERROR, PNYX_ERROR_MISSING));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[]
      = "{\"status\":\"finished\",\"libraries\":[\"GLib 2\"],"
        "\"failed_runs\":[{\"point\":0,\"replicate\":1,\"message\":\"m\"}]}";
  g_autoptr (Scratch) scratch = NULL;
  g_autofree gchar *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxFacts) facts = NULL;

  if (size > 8192)
    return 0;
  scratch = scratch_new ();
  path = g_build_filename (scratch, "manifest.json", NULL);
  g_assert_true (g_file_set_contents_full (path, size == 0 ? sample : (const gchar *)data,
                                           size == 0 ? -1 : (gssize)size, G_FILE_SET_CONTENTS_NONE,
                                           0600, NULL));
  facts = pnyx_facts_read (scratch, &error);
  fuzz_file_judge (facts != NULL, error);
  g_assert_true (facts != NULL || size > 0);
  if (facts != NULL)
    see (facts);
  read_again (scratch, facts);
  return 0;
}
