/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/dawid_skene_rule.h"

#include <math.h>

#include "base/rng.h"
#include "support/run_calc.h"
#include "support/scratch.h"

#define PATIENTS 45

/* Dawid and Skene (1979), table 1: of each patient three ratings of observer 1 and one of each
 * other. */
static const gchar table[]
    = "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 "
      "2223343 1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 "
      "2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 "
      "2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 "
      "2222222";

static const guint classes[PATIENTS]
    = { 1, 4, 2, 2, 2, 2, 1, 3, 2, 2, 4, 3, 1, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2,
        2, 1, 1, 2, 1, 1, 1, 1, 3, 1, 2, 2, 4, 2, 3, 3, 1, 1, 1, 2, 1, 2 };

static PnyxDawidSkene *
estimate (gdouble tolerance, guint iterations)
{
  PnyxRating ratings[PATIENTS * 7];

  for (guint item = 0; item < PATIENTS; item++)
    for (guint k = 0; k < 7; k++)
      ratings[item * 7 + k]
          = (PnyxRating){ item, k < 3 ? 0 : k - 2, (guint32)(table[item * 8 + k] - '1') };
  return pnyx_dawid_skene_new (ratings, G_N_ELEMENTS (ratings), PATIENTS, 5, 4, tolerance,
                               iterations);
}

static void
test_anaesthetists (void)
{
  static const gdouble prevalence[] = { 0.3996, 0.4220, 0.1118, 0.0667 };
  static const gdouble first[] = { 0.889, 0.111, 0, 0 }, third[] = { 0, 0.404, 0.199, 0.398 };
  g_autoptr (PnyxDawidSkene) e = estimate (1e-12, 10000);

  g_assert_cmpfloat_with_epsilon (e->log_likelihood, -192.890881, 1e-6);
  for (guint k = 0; k < 4; k++)
    {
      g_assert_cmpfloat_with_epsilon (e->prevalence[k], prevalence[k], 1e-4);
      g_assert_cmpfloat_with_epsilon (e->rates[k], first[k], 1e-3);
      g_assert_cmpfloat_with_epsilon (e->rates[(2 * 4 + 2) * 4 + k], third[k], 1e-3);
    }
  for (guint item = 0; item < PATIENTS; item++)
    g_assert_cmpuint (pnyx_dawid_skene_class (e, item) + 1, ==, classes[item]);
}

static void
test_likelihood_of_each_iteration (void)
{
  static const gdouble published[]
      = { -205.091138294, -194.550952357, -193.159445492, -192.942423964, -192.90931016 };

  for (guint k = 0; k < G_N_ELEMENTS (published); k++)
    {
      g_autoptr (PnyxDawidSkene) e = estimate (0, k + 1);

      g_assert_cmpuint (e->iterations, ==, k + 1);
      g_assert_cmpfloat_with_epsilon (e->log_likelihood, published[k], 1e-9);
    }
}

static void
test_likelihood_never_falls (void)
{
  gdouble before = -INFINITY;

  for (guint k = 1; k < 60; k++)
    {
      g_autoptr (PnyxDawidSkene) e = estimate (0, k);

      g_assert_cmpfloat (e->log_likelihood, >=, before - 1e-9);
      before = e->log_likelihood;
    }
}

/* Observers with known rates: they come out again, also of one who is wrong more often than not. */
static void
test_known_rates_come_out (void)
{
  static const gdouble right[] = { 0.9, 0.8, 0.7, 0.2 };
  const guint items = 4000;
  g_autofree PnyxRating *ratings = g_new (PnyxRating, items * 4);
  g_autoptr (PnyxDawidSkene) e = NULL;
  PnyxRng rng;

  pnyx_rng_init (&rng, 6, 0, 0, "test", "ratings");
  for (guint i = 0; i < items; i++)
    for (guint j = 0; j < 4; j++)
      {
        guint32 truth = pnyx_rng_uniform (&rng, 9, i) < 0.3 ? 0 : 1;
        gboolean is_right = pnyx_rng_uniform (&rng, j, i) < right[j];

        ratings[i * 4 + j] = (PnyxRating){ i, j, is_right ? truth : 1 - truth };
      }
  e = pnyx_dawid_skene_new (ratings, items * 4, items, 4, 2, 1e-9, 10000);
  g_assert_cmpfloat_with_epsilon (e->prevalence[0], 0.3, 0.05);
  for (guint j = 0; j < 4; j++)
    for (guint k = 0; k < 2; k++)
      g_assert_cmpfloat_with_epsilon (e->rates[(j * 2 + k) * 2 + k], right[j], 0.06);
}

static void
test_items_nobody_rated_keep_the_prevalence (void)
{
  const PnyxRating ratings[] = { { 0, 0, 0 }, { 0, 1, 0 }, { 1, 0, 0 }, { 1, 1, 0 } };
  g_autoptr (PnyxDawidSkene) e = pnyx_dawid_skene_new (ratings, 4, 3, 2, 2, 1e-12, 1000);

  g_assert_cmpfloat_with_epsilon (e->posterior[2 * 2], e->prevalence[0], 1e-6);
}

static void
test_posterior_of_logarithms (void)
{
  gdouble row[] = { log (0.2) - 1000, log (0.6) - 1000 }, none[] = { -INFINITY, -INFINITY };

  g_assert_cmpfloat_with_epsilon (pnyx_dawid_skene_posterior (row, 2), log (0.8) - 1000, 1e-9);
  g_assert_cmpfloat_with_epsilon (row[0], 0.25, 1e-9);
  g_assert_true (isinf (pnyx_dawid_skene_posterior (none, 2)));
  g_assert_cmpfloat (none[1], ==, 0.5);
}

static void
test_calc_dawid_skene (void)
{
  const PnyxCalc *calc = &pnyx_calc_dawid_skene;
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *good
      = scratch_write (scratch, "good.csv", "rating,observer,item\n1,1,1\n2,1,2\n");
  g_autofree gchar *bad
      = scratch_write (scratch, "bad.csv", "item,observer,rating\n1,1,1\n1,1,0\n");
  g_autofree gchar *wide = scratch_write (scratch, "wide.csv", "item,observer,rating\n1,1,9000\n");
  g_autofree gchar *good_keys = g_strdup_printf ("ratings=@%s", good);
  g_autofree gchar *bad_keys = g_strdup_printf ("ratings=@%s", bad);
  g_autofree gchar *wide_keys = g_strdup_printf ("ratings=@%s", wide);
  g_autoptr (PnyxTable) rates = run_calc (calc, "ratings=1,2/1,2/2,1 show=rates", NULL);
  g_autoptr (PnyxTable) items = run_calc (calc, "ratings=1,1,2/2,2,2/2,2,1 show=items", NULL);

  g_assert_cmpfloat (run_calc_value (calc, good_keys, "prevalence_1"), ==, 0.5);
  g_assert_cmpfloat (run_calc_value (calc, "ratings=1,1/2,2", "prevalence_2"), ==, 0.5);
  g_assert_cmpuint (pnyx_table_n_rows (rates), ==, 2 * 2 * 2);
  g_assert_cmpuint (pnyx_table_n_rows (items), ==, 3);
  g_assert_cmpstr (pnyx_table_cell (items, 0, 1), ==, "1");
  g_assert_cmpstr (pnyx_table_cell (items, 1, 1), ==, "2");
  run_calc_fails (calc, bad_keys, "bad.csv:3: rating is wrong");
  run_calc_fails (calc, wide_keys, "too many");
  run_calc_fails (calc, "ratings=1,x", "\"x\"");
  run_calc_fails (calc, "ratings=1,0", "\"0\"");
  run_calc_fails (calc, "ratings=@nowhere.csv", "nowhere.csv");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/dawid-skene-rule/anaesthetists", test_anaesthetists);
  g_test_add_func ("/oracle/dawid-skene-rule/likelihood-of-each-iteration",
                   test_likelihood_of_each_iteration);
  g_test_add_func ("/oracle/dawid-skene-rule/likelihood-never-falls", test_likelihood_never_falls);
  g_test_add_func ("/oracle/dawid-skene-rule/known-rates-come-out", test_known_rates_come_out);
  g_test_add_func ("/oracle/dawid-skene-rule/items-nobody-rated-keep-the-prevalence",
                   test_items_nobody_rated_keep_the_prevalence);
  g_test_add_func ("/oracle/dawid-skene-rule/posterior-of-logarithms",
                   test_posterior_of_logarithms);
  g_test_add_func ("/oracle/dawid-skene-rule/calc-dawid-skene", test_calc_dawid_skene);
  return g_test_run ();
}
