/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/run.h"

#include <string.h>

void
pnyx_run_result_clear (PnyxRunResult *result)
{
  pnyx_output_free (result->output);
  g_free (result->message);
  memset (result, 0, sizeof *result);
}

void
pnyx_run_result_free (PnyxRunResult *result)
{
  if (result == NULL)
    return;
  pnyx_run_result_clear (result);
  g_free (result);
}
