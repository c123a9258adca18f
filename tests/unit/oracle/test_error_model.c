/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/error_model.h"

#include <math.h>

#include "support/oracle_world.h"

static OracleWorld *
error_world (const gchar *groups)
{
  g_autofree gchar *inside = g_strdup_printf ("<feed/>%s", groups);

  return oracle_world_new ("", inside, "", 0);
}

static gdouble
error_at (OracleWorld *world, guint32 reporter, PnyxTime time)
{
  PnyxErrorDraw draw;

  pnyx_error_model_draw (world->oracle->errors, reporter, time, &draw);
  return draw.error;
}

/* Correlation of two reporters' errors over @n rounds that are far apart. */
static gdouble
correlation (OracleWorld *world, guint32 a, guint32 b, guint n)
{
  gdouble xx = 0, yy = 0, xy = 0;

  for (guint i = 0; i < n; i++)
    {
      PnyxTime time = (PnyxTime)i * 6000 * PNYX_SECOND;
      gdouble x = error_at (world, a, time), y = error_at (world, b, time);

      xx += x * x;
      yy += y * y;
      xy += x * y;
    }
  return xy / sqrt (xx * yy);
}

/* Fisher's z: |atanh (r) - atanh (rho)| sqrt (n - 3) is below 3.3 but once in a thousand. */
static void
assert_covers (gdouble r, gdouble rho, guint n)
{
  g_test_message ("r %.4f, rho %.2f", r, rho);
  g_assert_cmpfloat (fabs (atanh (r) - atanh (rho)) * sqrt (n - 3), <, 3.3);
}

static void
test_estimated_correlations_cover_what_was_set (void)
{
  g_autoptr (OracleWorld) world = error_world (
      "<reporters count='3'><error sd='constant(0.01)' base='gpt' correlation='0.6' "
      "correlation-between='0.25'/></reporters>"
      "<reporters count='3'><error sd='constant(0.02)' base='llama' correlation='0.6' "
      "correlation-between='0.25'/></reporters>"
      "<reporters count='2'><error sd='constant(0.01)'/></reporters>");
  const guint n = 4000;

  assert_covers (correlation (world, 0, 1, n), 0.6, n);
  assert_covers (correlation (world, 3, 5, n), 0.6, n);
  assert_covers (correlation (world, 0, 3, n), 0.25, n);
  assert_covers (correlation (world, 0, 6, n), 0, n);
  assert_covers (correlation (world, 6, 7, n), 0, n);
}

/* The error of the mean of n: sd sqrt (rho + (1 - rho) / n). */
static gdouble
mean_rmse (OracleWorld *world, guint n)
{
  gdouble squares = 0;
  guint rounds = 1500;

  for (guint i = 0; i < rounds; i++)
    {
      gdouble sum = 0;

      for (guint32 r = 0; r < n; r++)
        sum += error_at (world, r, (PnyxTime)i * 6000 * PNYX_SECOND);
      squares += sum / n * sum / n;
    }
  return sqrt (squares / rounds);
}

static void
test_more_reporters_do_not_remove_what_they_share (void)
{
  g_autoptr (OracleWorld) world = error_world (
      "<reporters count='400'><error sd='constant(0.01)' correlation='0.3'/></reporters>");
  g_autoptr (OracleWorld) null
      = error_world ("<reporters count='400'><error sd='constant(0.01)'/></reporters>");
  static const guint counts[] = { 4, 40, 400 };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      gdouble n = counts[i];

      g_assert_cmpfloat (fabs (mean_rmse (world, counts[i]) / (0.01 * sqrt (0.3 + 0.7 / n)) - 1), <,
                         0.08);
      g_assert_cmpfloat (fabs (mean_rmse (null, counts[i]) / (0.01 / sqrt (n)) - 1), <, 0.08);
    }
  /* The floor, which the null model falls below. */
  g_assert_cmpfloat (mean_rmse (world, 400), >, 0.9 * 0.01 * sqrt (0.3));
  g_assert_cmpfloat (mean_rmse (null, 400), <, 0.2 * 0.01 * sqrt (0.3));
}

static void
test_a_base_models_error_lasts (void)
{
  g_autoptr (OracleWorld) world
      = error_world ("<reporters count='4'><error sd='constant(0.01)' correlation='1' "
                     "persistence='10 min'/></reporters>");
  gdouble xx = 0, xy = 0;

  for (guint i = 0; i < 5000; i++)
    {
      PnyxTime time = (PnyxTime)i * 6000 * PNYX_SECOND;
      gdouble x = error_at (world, 0, time);

      xx += x * x;
      xy += x * error_at (world, 1, time + 600 * PNYX_SECOND);
    }
  g_assert_cmpfloat (fabs (xy / xx - exp (-1)), <, 0.05);
}

static void
test_drift_grows_until_the_model_is_trained_again (void)
{
  g_autoptr (OracleWorld) world = error_world (
      "<reporters count='4'><error sd='constant(0)' drift='0.01' retrain='7 d'/></reporters>");
  const PnyxTime day = 86400 * PNYX_SECOND;
  gdouble one = error_at (world, 2, day);

  g_assert_cmpfloat (one, !=, 0);
  g_assert_cmpfloat (fabs (error_at (world, 2, 6 * day) - 6 * one), <, 1e-12);
  g_assert_cmpfloat (error_at (world, 2, 7 * day), ==, 0);
  g_assert_cmpfloat (fabs (error_at (world, 2, 8 * day) - one), <, 1e-12);
}

static void
test_a_shift_changes_errors_but_not_what_is_stated (void)
{
  g_autoptr (OracleWorld) world
      = error_world ("<reporters count='4'><error sd='constant(0.01)' calibration='0.5'/>"
                     "<shift at='10 d' bias='0.05' sd-factor='3'/></reporters>");
  gdouble squares[2] = { 0 }, sums[2] = { 0 };
  PnyxErrorDraw draw;

  for (guint i = 0; i < 2000; i++)
    for (guint k = 0; k < 2; k++)
      {
        PnyxTime time = (PnyxTime)(i + k * 864000) * PNYX_SECOND;

        pnyx_error_model_draw (world->oracle->errors, 1, time, &draw);
        g_assert_cmpfloat (fabs (draw.confidence - 0.005), <, 1e-12);
        sums[k] += draw.error;
        squares[k] += draw.error * draw.error;
      }
  g_assert_cmpfloat (fabs (sums[0] / 2000), <, 0.001);
  g_assert_cmpfloat (fabs (sums[1] / 2000 - 0.05), <, 0.003);
  g_assert_cmpfloat (fabs (sqrt (squares[1] / 2000 - 0.0025) / 0.03 - 1), <, 0.15);
}

/* Confidently wrong together, as the base model has it; without correlation each for itself. */
static void
test_models_are_wrong_together (void)
{
  g_autoptr (OracleWorld) world = error_world (
      "<reporters count='4'><error sd='constant(0)' correlation='1' wrong-rate='0.1' "
      "wrong-size='0.3'/></reporters>");
  g_autoptr (OracleWorld) null = error_world (
      "<reporters count='4'><error sd='constant(0)' wrong-rate='0.1' wrong-size='0.3'/>"
      "</reporters>");
  guint wrong = 0, both[2] = { 0 };

  for (guint i = 0; i < 5000; i++)
    {
      PnyxTime time = (PnyxTime)i * PNYX_SECOND;

      wrong += error_at (world, 0, time) != 0 ? 1 : 0;
      both[0] += error_at (world, 0, time) != 0 && error_at (world, 1, time) != 0 ? 1 : 0;
      both[1] += error_at (null, 0, time) != 0 && error_at (null, 1, time) != 0 ? 1 : 0;
      g_assert_cmpfloat (error_at (world, 0, time), ==, error_at (world, 1, time));
    }
  g_assert_cmpfloat (fabs (wrong / 5000.0 - 0.1), <, 0.015);
  g_assert_cmpuint (both[0], ==, wrong);
  g_assert_cmpfloat (fabs (both[1] / 5000.0 - 0.01), <, 0.006);
}

static void
test_settings_that_contradict_are_refused (void)
{
  g_autofree gchar *between
      = oracle_world_text ("",
                           "<feed/><reporters count='4'><error correlation='0.2' "
                           "correlation-between='0.3'/></reporters>",
                           "");
  g_autofree gchar *persistence = oracle_world_text (
      "",
      "<feed/><reporters count='4'><error base='m' persistence='1 s'/></reporters>"
      "<reporters count='4'><error base='m' persistence='2 s'/></reporters>",
      "");
  g_autofree gchar *a = test_refusal (between, PNYX_ERROR_CONFLICT);
  g_autofree gchar *b = test_refusal (persistence, PNYX_ERROR_CONFLICT);

  g_assert_nonnull (strstr (a, "correlation-between is 0.3 (expected at most correlation, 0.2)"));
  g_assert_nonnull (strstr (b, "the base model m has another persistence here than before"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/error-model/estimated-correlations-cover-what-was-set",
                   test_estimated_correlations_cover_what_was_set);
  g_test_add_func ("/oracle/error-model/more-reporters-do-not-remove-what-they-share",
                   test_more_reporters_do_not_remove_what_they_share);
  g_test_add_func ("/oracle/error-model/a-base-models-error-lasts", test_a_base_models_error_lasts);
  g_test_add_func ("/oracle/error-model/drift-grows-until-the-model-is-trained-again",
                   test_drift_grows_until_the_model_is_trained_again);
  g_test_add_func ("/oracle/error-model/a-shift-changes-errors-but-not-what-is-stated",
                   test_a_shift_changes_errors_but_not_what_is_stated);
  g_test_add_func ("/oracle/error-model/models-are-wrong-together", test_models_are_wrong_together);
  g_test_add_func ("/oracle/error-model/settings-that-contradict-are-refused",
                   test_settings_that_contradict_are_refused);
  return g_test_run ();
}
