/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "protocol/gasper/stake_file.h"
#include "support/fuzz_file.h"

/* Validators that are accepted have stakes within the range, and operators are numbered by them. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
judge_operators (const PnyxGasperStakeFile *file)
{
  g_autofree PnyxStake *totals = g_new0 (PnyxStake, file->n_operators);

  for (guint32 i = 0; i < file->n; i++)
    {
      g_assert_cmpuint (file->operator_of[i], <, file->n_operators);
      totals[file->operator_of[i]] += file->stakes[i] / 4096; /* no overflow of so few rows */
    }
  for (guint32 i = 0; i < file->n_operators; i++)
    {
      g_assert_cmpuint (totals[i], >, 0);
      /* Each row loses less than 1 by the division. */
      g_assert_true (i == 0 || totals[i] <= totals[i - 1] + file->n);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[] = "stake\n32\n1\n";
  static const PnyxPlace place = { "fuzz.xml", 1 };
  g_auto (FuzzFile) file = { .path = NULL, .is_sample = FALSE };
  g_auto (PnyxGasperStakeFile) stakes = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean accepted;

  if (size > 4096)
    return 0;
  fuzz_file_init (&file, data, size, sample);
  accepted = pnyx_gasper_stake_file_read (&stakes, file.path, &place, &error);
  fuzz_file_judge (accepted, error);
  g_assert_true (accepted || !file.is_sample);
  g_assert_true (accepted == (stakes.n > 0));
  for (guint32 i = 0; i < stakes.n; i++)
    {
      g_assert_cmpuint (stakes.stakes[i], >=, 1000000000);
      g_assert_cmpuint (stakes.stakes[i], <=, G_GUINT64_CONSTANT (1000000000000000000));
    }
  if (stakes.operator_of != NULL)
    judge_operators (&stakes);
  return 0;
}
