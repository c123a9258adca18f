/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/anomaly_split.h"

#include <string.h>

#include "base/error.h"
#include "oracle/anomaly_past.h"

static void
assert_leak (const PnyxTrainingSet *set, PnyxTime embargo, const gchar *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (pnyx_training_set_check_split (set, embargo, &error));
  g_assert_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_splits_that_leak (void)
{
  guint32 families[] = { PNYX_FAMILY_SPIKE, 0, PNYX_FAMILY_DRIFT, 0, PNYX_FAMILY_COPY, 0 };
  guint32 layouts[] = { 0, 0, 1, 1, 2, 2 };
  guint8 parts[] = { 0, 0, 1, 1, 2, 2 };
  PnyxTime times[] = { 0, 1, 11, 12, 22, 23 };
  PnyxTrainingSet set
      = { .n_rows = 6, .times = times, .families = families, .layouts = layouts, .parts = parts };

  g_assert_true (pnyx_training_set_check_split (&set, 10, NULL));
  assert_leak (&set, 11, "embargo");
  families[4] = PNYX_FAMILY_SPIKE;
  assert_leak (&set, 10, "train and test of the filter's past are not disjoint: family \"spike\"");
  families[4] = PNYX_FAMILY_COPY;
  layouts[5] = 1;
  assert_leak (&set, 10, "validation and test of the filter's past are not disjoint: layout 1");
  layouts[5] = 2;
  times[2] = 1;
  assert_leak (&set, 0, "embargo");
  times[2] = 11;
  set.parts = NULL;
  assert_leak (&set, 10, "not split");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/anomaly-split/splits-that-leak", test_splits_that_leak);
  return g_test_run ();
}
