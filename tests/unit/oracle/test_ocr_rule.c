/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/ocr_rule.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

static void
test_answer_is_the_upper_middle (void)
{
  static const gint64 up[] = { 100, 101, 103, G_MAXINT64 };
  static const gint64 down[] = { G_MININT64, 100, 101, 103 };
  static const gint64 two_up[] = { 100, 101, G_MAXINT64, G_MAXINT64 };
  static const gint64 two_down[] = { G_MININT64, G_MININT64, 100, 101 };

  g_assert_cmpint (up[pnyx_ocr_index (4)], ==, 103);
  g_assert_cmpint (down[pnyx_ocr_index (4)], ==, 101);
  g_assert_cmpint (two_up[pnyx_ocr_index (4)], ==, G_MAXINT64);
  g_assert_cmpint (two_down[pnyx_ocr_index (4)], ==, 100);
  g_assert_cmpuint (pnyx_ocr_index (31), ==, 15);
  g_assert_cmpuint (pnyx_ocr_index (1), ==, 0);
}

static void
test_thresholds (void)
{
  g_assert_cmpuint (pnyx_ocr_faults_max (0), ==, 0);
  g_assert_cmpuint (pnyx_ocr_faults_max (3), ==, 0);
  g_assert_cmpuint (pnyx_ocr_faults_max (4), ==, 1);
  g_assert_cmpuint (pnyx_ocr_faults_max (31), ==, 10);
  g_assert_cmpuint (pnyx_ocr_observations_min (10), ==, 21);
  g_assert_cmpuint (pnyx_ocr_signatures_min (10), ==, 11); /* not 16, half of 31 */
  g_assert_cmpuint (pnyx_ocr_echoes_min (10), ==, 11);
}

static void
test_deviation_of_half_a_percent (void)
{
  const guint64 half_percent = 5000000;

  g_assert_false (pnyx_ocr_deviates (200000, 201000, half_percent, TRUE));
  g_assert_true (pnyx_ocr_deviates (200000, 201001, half_percent, TRUE));
  g_assert_true (pnyx_ocr_deviates (200000, 201000, half_percent, FALSE));
  g_assert_false (pnyx_ocr_deviates (200000, 200999, half_percent, FALSE));
  g_assert_false (pnyx_ocr_deviates (200000, 199000, half_percent, TRUE));
  g_assert_true (pnyx_ocr_deviates (200000, 198999, half_percent, TRUE));
  g_assert_true (pnyx_ocr_deviates (-200000, -201001, half_percent, TRUE));
  g_assert_false (pnyx_ocr_deviates (-200000, -201000, half_percent, TRUE));
}

static void
test_deviation_at_the_limits (void)
{
  g_assert_false (pnyx_ocr_deviates (0, 0, 0, FALSE));
  g_assert_true (pnyx_ocr_deviates (0, 1, 1000000000, TRUE));
  g_assert_true (pnyx_ocr_deviates (5, 5, 0, FALSE)); /* 0 >= 0 */
  g_assert_false (pnyx_ocr_deviates (5, 5, 0, TRUE));
  g_assert_true (pnyx_ocr_deviates (G_MININT64, G_MAXINT64, 1999999999, TRUE));
  g_assert_false (pnyx_ocr_deviates (G_MININT64, G_MAXINT64, 2000000000, TRUE));
}

static void
test_heartbeat_and_bounds (void)
{
  g_assert_false (pnyx_ocr_is_due (10, 3610, 3600));
  g_assert_true (pnyx_ocr_is_due (10, 3611, 3600));
  g_assert_true (pnyx_ocr_is_within (1, 1, 3));
  g_assert_true (pnyx_ocr_is_within (3, 1, 3));
  g_assert_false (pnyx_ocr_is_within (0, 1, 3));
  g_assert_false (pnyx_ocr_is_within (4, 1, 3));
}

/* Mean of the @rank-th of @n normal values, from 1. */
static gdouble
normal_order_statistic (guint rank, guint n)
{
  gdouble sum = 0, step = 1.0 / 4096, most = 0;

  for (gint i = -9 * 4096; i <= 9 * 4096; i++)
    {
      gdouble x = i * step, p = gsl_cdf_ugaussian_P (x);
      gdouble density
          = n * gsl_ran_binomial_pdf (rank - 1, p, n - 1) * gsl_ran_ugaussian_pdf (x) * step;

      sum += x * density;
      most += density;
    }
  g_assert_cmpfloat_with_epsilon (most, 1, 1e-9);
  return sum;
}

static void
test_leader_chooses_among_thirty_one (void)
{
  /* Honest observations 1 to 21, ten liars. All of them in: the 16th; chosen: the 21st. */
  g_assert_cmpuint (pnyx_ocr_index (31) + 1, ==, 16);
  g_assert_cmpuint (pnyx_ocr_leader_reach (21, 10, 10, TRUE) + 1, ==, 21);
  g_assert_cmpuint (pnyx_ocr_leader_reach (21, 10, 10, FALSE), ==, 0);
  g_assert_cmpuint (pnyx_ocr_leader_reach (21, 0, 10, TRUE) + 1, ==, 11);
  g_assert_cmpfloat_with_epsilon (normal_order_statistic (16, 21), 0.6298, 5e-5);
  g_assert_cmpfloat_with_epsilon (normal_order_statistic (21, 21), 1.8892, 5e-5);
}

/* Every subset, one by one. */
static gsize
reach_by_force (gsize n_honest, gsize n_liars, guint f, gboolean upwards)
{
  gsize all = n_honest + n_liars, best = upwards ? 0 : n_honest - 1;

  for (guint32 chosen = 0; chosen < 1u << all; chosen++)
    {
      gsize members[16], n = 0;

      /* Upwards liars stand above the honest, downwards below. */
      for (gsize i = 0; i < all; i++)
        if ((chosen >> i & 1) != 0)
          members[n++] = i;
      if (n < 2 * f + 1)
        continue;
      if (upwards)
        {
          if (members[n / 2] >= n_honest)
            return n_honest;
          best = MAX (best, members[n / 2]);
          continue;
        }
      if (members[n / 2] < n_liars)
        return n_honest;
      best = MIN (best, members[n / 2] - n_liars);
    }
  return best;
}

static void
test_leader_by_force (void)
{
  for (gsize honest = 1; honest <= 8; honest++)
    for (gsize liars = 0; liars <= 4; liars++)
      for (guint f = 0; 2 * f + 1 <= honest + liars; f++)
        for (guint upwards = 0; upwards < 2; upwards++)
          g_assert_cmpuint (pnyx_ocr_leader_reach (honest, liars, f, upwards == 1), ==,
                            reach_by_force (honest, liars, f, upwards == 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/ocr-rule/answer-is-the-upper-middle", test_answer_is_the_upper_middle);
  g_test_add_func ("/oracle/ocr-rule/thresholds", test_thresholds);
  g_test_add_func ("/oracle/ocr-rule/deviation-of-half-a-percent",
                   test_deviation_of_half_a_percent);
  g_test_add_func ("/oracle/ocr-rule/deviation-at-the-limits", test_deviation_at_the_limits);
  g_test_add_func ("/oracle/ocr-rule/heartbeat-and-bounds", test_heartbeat_and_bounds);
  g_test_add_func ("/oracle/ocr-rule/leader-chooses-among-thirty-one",
                   test_leader_chooses_among_thirty_one);
  g_test_add_func ("/oracle/ocr-rule/leader-by-force", test_leader_by_force);
  return g_test_run ();
}
