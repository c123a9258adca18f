/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/aggregate_calc.h"

#include "oracle/aggregator.h"
#include "support/run_calc.h"
#include "support/scratch.h"

static const PnyxCalc *const calc = &pnyx_calc_aggregate;

static gdouble
cell (const PnyxTable *table, gsize row, gsize column)
{
  return g_ascii_strtod (pnyx_table_cell (table, row, column), NULL);
}

static gdouble
value_of (const gchar *pairs)
{
  GError *error = NULL;
  g_autoptr (PnyxTable) table = run_calc (calc, pairs, &error);

  g_assert_no_error (error);
  return cell (table, 0, 1);
}

static void
test_values_on_the_command_line (void)
{
  g_assert_cmpfloat (value_of ("reports=100,101,103,104"), ==, 103);
  g_assert_cmpfloat (value_of ("reports=100,101,103,104 options=even=lower"), ==, 101);
  g_assert_cmpfloat (value_of ("reports=100,101,103,104 rule=mean"), ==, 102);
  g_assert_cmpfloat (value_of ("reports=1:1,2:1,3:0.1 rule=weighted-median"), ==, 3);
}

static void
test_pyth (void)
{
  g_autoptr (PnyxTable) table = run_calc (calc, "reports=100:1,101:2,103:1 rule=pyth", NULL);
  g_autoptr (PnyxTable) few
      = run_calc (calc, "reports=100:1,101:2,103:1 rule=pyth options=publishers-min=4", NULL);
  g_autoptr (PnyxTable) wide = run_calc (
      calc, "reports=1000:10,1010:51,1002:50 rule=pyth options=confidence-divisor=20", NULL);

  g_assert_cmpfloat (cell (table, 0, 1), ==, 101);
  g_assert_cmpfloat (cell (table, 0, 2), ==, 2);
  g_assert_cmpfloat (cell (table, 0, 3), ==, 3);
  g_assert_cmpstr (pnyx_table_cell (few, 0, 1), ==, "");
  g_assert_cmpfloat (cell (few, 0, 3), ==, 3);
  g_assert_cmpfloat (cell (wide, 0, 3), ==, 2);
}

static void
test_rounds_of_a_file (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = scratch_write (scratch, "reports.csv",
                                          "round,reporter,value,time\n"
                                          "1,0,1,10\n1,1,1,10\n1,2,4,10\n"
                                          "2,0,5,20\n2,1,,20\n2,2,7,20\n");
  g_autofree gchar *pairs = g_strdup_printf ("reports=@%s rule=mean", path);
  g_autofree gchar *weights = g_strdup_printf ("reports=@%s rule=mean show=weights", path);
  g_autoptr (PnyxTable) table = run_calc (calc, pairs, NULL);
  g_autoptr (PnyxTable) shown = run_calc (calc, weights, NULL);

  g_assert_cmpuint (pnyx_table_n_rows (table), ==, 2);
  g_assert_cmpfloat (cell (table, 0, 1), ==, 2);
  g_assert_cmpfloat (cell (table, 1, 0), ==, 2);
  g_assert_cmpfloat (cell (table, 1, 1), ==, 6);
  g_assert_cmpfloat (cell (table, 1, 3), ==, 2);
  g_assert_cmpuint (pnyx_table_n_rows (shown), ==, 6);
  g_assert_cmpfloat (cell (shown, 4, 3), ==, 0);
  g_assert_cmpfloat (cell (shown, 5, 3), ==, 0.5);
}

static void
test_every_rule_runs (void)
{
  for (gsize i = 0; pnyx_aggregator_kind.get (i) != NULL; i++)
    {
      g_autofree gchar *pairs = g_strdup_printf ("reports=1:0.1,1:0.2,0:0.5 rule=%s",
                                                 pnyx_aggregator_kind.get (i)->name);
      gdouble value = value_of (pairs);

      g_assert_cmpfloat (value, >=, 0);
      g_assert_cmpfloat (value, <=, 1);
    }
}

static void
refuses_file (const gchar *text, const gchar *part)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *path = scratch_write (scratch, "reports.csv", text);
  g_autofree gchar *pairs = g_strdup_printf ("reports=@%s", path);

  run_calc_fails (calc, pairs, part);
}

static void
test_faults (void)
{
  run_calc_fails (calc, "reports=1,x", "x");
  run_calc_fails (calc, "reports=1:0", "1:0");
  run_calc_fails (calc, "reports=1,", "is no report");
  run_calc_fails (calc, "reports=1 rule=medianx", "did you mean \"median\"");
  run_calc_fails (calc, "reports=1 options=evn=lower", "options: ");
  run_calc_fails (calc, "reports=1 rule=trimmed-mean options=share=0.6", "share");
  run_calc_fails (calc, "reports=1.5:1 rule=pyth", "whole numbers");
  run_calc_fails (calc, "reports=1:1 rule=pyth show=weights", "show");
  refuses_file ("reporter,value\n-1,2\n", "reports.csv:2: reporter");
  refuses_file ("reporter,value\n1.5,2\n", "reports.csv:2: reporter");
  refuses_file ("reporter,value,confidence\n1,2,0\n", "reports.csv:2: confidence");
  refuses_file ("reporter,value,round\n1,2,2\n1,2,1\n", "reports.csv:3: round");
  refuses_file ("reporter,value,time\n1,2,2\n2,2,1\n", "reports.csv:3: time");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/aggregate-calc/values-on-the-command-line",
                   test_values_on_the_command_line);
  g_test_add_func ("/oracle/aggregate-calc/pyth", test_pyth);
  g_test_add_func ("/oracle/aggregate-calc/rounds-of-a-file", test_rounds_of_a_file);
  g_test_add_func ("/oracle/aggregate-calc/every-rule-runs", test_every_rule_runs);
  g_test_add_func ("/oracle/aggregate-calc/faults", test_faults);
  return g_test_run ();
}
