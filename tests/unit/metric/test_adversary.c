/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attempts that end in the window, a block every 100 s. */
#include "metric/metric.h"

#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *span, const gchar *shares, const gchar *adversary)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run %s/><network nodes='2'><topology kind='complete'/>"
      "<delay kind='distribution' value='1 ms'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto validation='0 s' interval='100 s' shares='%s'/></chain>%s",
      span, shares, adversary);
  g_autoptr (PnyxModel) model = test_model (body);
  PnyxRunResult *result = pnyx_simulate (model, 0, 0, TRUE, NULL);

  g_assert_false (result->failed);
  return result;
}

static gboolean
has (const PnyxRunResult *result, const gchar *metric)
{
  for (guint i = 0; i < result->output->scalars->len; i++)
    if (g_str_equal (g_array_index (result->output->scalars, PnyxScalar, i).metric, metric))
      return TRUE;
  return FALSE;
}

static void
test_attempts_that_all_fail (void)
{
  /* Nothing is mined before and the attacker has no power: every block of the others is a deficit
   * of one more, so that three blocks are an attempt. */
  g_autoptr (PnyxRunResult) result = run (
      "duration='900 s'", "0, 1",
      "<adversary kind='nakamoto-double-spend' premined='0' confirmations='1' give-up='3'/>");

  g_assert_cmpfloat (test_scalar (result->output, "adversary.attempts"), ==, 2);
  g_assert_cmpfloat (test_scalar (result->output, "adversary.success_rate"), ==, 0);
}

static void
test_only_attempts_that_end_in_the_window_count (void)
{
  g_autoptr (PnyxRunResult) result = run (
      "warmup='450 s' duration='1000 s'", "0, 1",
      "<adversary kind='nakamoto-double-spend' premined='0' confirmations='1' give-up='2'/>");

  g_assert_cmpfloat (test_scalar (result->output, "adversary.attempts"), ==, 5);
}

static void
test_no_rows_without_attempts (void)
{
  g_autoptr (PnyxRunResult) honest = run ("duration='900 s'", "1, 1", "");
  g_autoptr (PnyxRunResult) selfish
      = run ("duration='900 s'", "1, 1", "<adversary kind='nakamoto-selfish-mining'/>");

  g_assert_false (has (honest, "adversary.attempts"));
  g_assert_false (has (selfish, "adversary.success_rate"));
  g_assert_true (has (selfish, "adversary.refused"));
  g_assert_true (pnyx_metric_exists ("adversary.success_rate"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/adversary/attempts-that-all-fail", test_attempts_that_all_fail);
  g_test_add_func ("/metric/adversary/only-attempts-that-end-in-the-window-count",
                   test_only_attempts_that_end_in_the_window_count);
  g_test_add_func ("/metric/adversary/no-rows-without-attempts", test_no_rows_without_attempts);
  return g_test_run ();
}
