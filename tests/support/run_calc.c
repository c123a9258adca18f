/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/run_calc.h"

#include <string.h>

PnyxTable *
run_calc (const PnyxCalc *calc, const gchar *pairs, GError **error)
{
  g_auto (GStrv) split = g_strsplit (pairs, " ", -1);
  gpointer params = pnyx_params_parse_pairs (calc->params, calc->n_params, calc->params_size,
                                             (const gchar *const *)split, error);
  PnyxTable *table;

  if (params == NULL)
    return NULL;
  table = calc->run (params, error);
  pnyx_params_clear (calc->params, calc->n_params, params);
  g_free (params);
  return table;
}

gdouble
run_calc_value (const PnyxCalc *calc, const gchar *pairs, const gchar *name)
{
  GError *error = NULL;
  g_autoptr (PnyxTable) table = run_calc (calc, pairs, &error);

  g_assert_no_error (error);
  for (gsize row = 0; row < pnyx_table_n_rows (table); row++)
    if (g_str_equal (pnyx_table_cell (table, row, 0), name))
      return g_ascii_strtod (pnyx_table_cell (table, row, 1), NULL);
  g_error ("%s %s prints no %s", calc->name, pairs, name);
}

void
run_calc_fails (const PnyxCalc *calc, const gchar *pairs, const gchar *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxTable) table = run_calc (calc, pairs, &error);

  g_assert_null (table);
  g_assert_nonnull (error);
  g_test_message ("%s: %s", pairs, error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strchr (error->message, '\n'));
}
