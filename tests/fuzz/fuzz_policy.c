/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>

#include "contract/controller_policy.h"
#include "support/fuzz_file.h"

/* A policy that is accepted decides in every state, and written it reads back equal. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
decide (const PnyxPolicy *policy)
{
  static const gdouble values[] = { 0, 0.3, 1, 1e300, INFINITY };

  for (gsize v = 0; v < G_N_ELEMENTS (values); v++)
    for (gsize u = 0; u < G_N_ELEMENTS (values); u++)
      {
        PnyxPolicyState state = pnyx_policy_state (policy, values[v], values[u]);

        g_assert_cmpuint (state.volatility, <, policy->n_volatility);
        g_assert_cmpuint (state.utilisation, <, policy->n_utilisation);
        g_assert_cmpuint (pnyx_policy_best (policy, state), <, policy->n_actions);
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[]
      = "pnyx-policy,lending,1\nvolatility,0.4\nutilisation,0.5\naction,0.5,0.6\n"
        "value,0,0,1.5,-0.25\nvalue,0,1,0,0\nvalue,1,0,1e300,2\nvalue,1,1,-1,0\n";
  g_auto (FuzzFile) file = { .path = NULL, .is_sample = FALSE };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *format = NULL;
  g_autofree gchar *again = NULL;
  PnyxPolicy policy, back;
  gboolean accepted;

  if (size > 8192)
    return 0;
  fuzz_file_init (&file, data, size, sample);
  accepted = pnyx_policy_read (file.path, &policy, &error);
  fuzz_file_judge (accepted, error);
  g_assert_true (accepted || !file.is_sample);
  if (!accepted)
    return 0;
  decide (&policy);
  format = pnyx_policy_format (&policy);
  pnyx_policy_parse (format, "again.csv", &back, &error);
  g_assert_no_error (error);
  again = pnyx_policy_format (&back);
  g_assert_cmpstr (format, ==, again);
  return 0;
}
