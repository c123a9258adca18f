/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>

#include "batch/published.h"
#include "support/fuzz_file.h"

/* Numbers of published.csv that are accepted agree with themselves and not with everything. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
judge_row (const PnyxPublished *row)
{
  g_assert_cmpstr (row->id, !=, "");
  g_assert_cmpuint (row->n_printed, >, 0);
  g_assert_nonnull (pnyx_published_status_name (row->status));
  g_assert_true (isnan (row->tolerance_value) || row->tolerance_value >= 0);
  for (gsize i = 0; i < row->n_printed; i++)
    {
      g_assert_true (isfinite (row->printed[i].value));
      g_assert_true (isfinite (row->printed[i].half) && row->printed[i].half >= 0);
      g_assert_true (pnyx_printed_agrees (&row->printed[i], row->printed[i].value));
      g_assert_false (pnyx_printed_agrees (&row->printed[i], INFINITY));
      g_assert_false (pnyx_printed_agrees (&row->printed[i], NAN));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[]
      = "id,where,quantity,value,unit,status,tolerance\na,p. 1,q,0.25,%,read,0.01\n";
  g_auto (FuzzFile) file = { .path = NULL, .is_sample = FALSE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (size > 4096)
    return 0;
  fuzz_file_init (&file, data, size, sample);
  rows = pnyx_published_read (file.path, &error);
  fuzz_file_judge (rows != NULL, error);
  g_assert_true (rows != NULL || !file.is_sample);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    judge_row (g_ptr_array_index (rows, i));
  return 0;
}
