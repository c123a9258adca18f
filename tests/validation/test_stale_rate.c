/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Orphans of a clique: 10 miners with shares 1 to 10, delays uniform from 0.5 to 1.5 s. The
 * published column is pkel/cpr, data/honest_net.tsv at c899ec7: 10,000 blocks for each interval.
 */
#include <math.h>

#include "support/run_text.h"

enum
{
  BLOCKS = 40000,
  PUBLISHED_BLOCKS = 10000
};

static const struct
{
  gint interval;
  gdouble published;
} rows[] = { { 600, .0013 }, { 300, .0028 }, { 120, .0074 }, { 60, .0141 }, { 30, .0273 } };

static gdouble
orphan_rate (gint interval, const gchar *delay)
{
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='clique' seed='1'>"
      "<run duration='%d block'/>"
      "<network nodes='10'><topology kind='complete'/>"
      "<delay kind='distribution' value='%s'/><dissemination kind='direct'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='exponential(%d s)' validation='0 s' "
      "shares='1, 2, 3, 4, 5, 6, 7, 8, 9, 10'/></chain></scenario>",
      BLOCKS, delay, interval);
  g_autoptr (PnyxRunResult) result = run_text (text, 0);

  g_assert_cmpfloat (run_value (result, "blocks.proposed"), ==, BLOCKS);
  return run_value (result, "blocks.orphan_rate");
}

static gdouble
error_of (gdouble p, gdouble n)
{
  return sqrt (p * (1 - p) / n);
}

/* f = 1 - exp (-D (1 - sum p^2) / T) blocks of the main chain have a rival: orphans are f/(1+f). */
static void
test_orphan_rate_follows_the_closed_form_and_the_published_column (void)
{
  const gdouble concentration = 385.0 / 3025.0;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gdouble f = 1 - exp (-(1 - concentration) / rows[i].interval);
      gdouble expected = f / (1 + f);
      gdouble rate = orphan_rate (rows[i].interval, "uniform(0.5 s, 1.5 s)");

      g_test_message ("%d s: %.5f, closed form %.5f, published %.4f", rows[i].interval, rate,
                      expected, rows[i].published);
      g_assert_cmpfloat (fabs (rate - expected), <=, 3.3 * error_of (expected, BLOCKS));
      g_assert_cmpfloat (
          fabs (rate - rows[i].published), <=,
          3.3 * hypot (error_of (expected, BLOCKS), error_of (expected, PUBLISHED_BLOCKS)));
    }
}

/* The null model: without delay there are no orphans, and the comparison above fails. */
static void
test_without_delay_nothing_is_orphaned (void)
{
  gdouble rate = orphan_rate (30, "0 s");

  g_assert_cmpfloat (rate, ==, 0);
  g_assert_cmpfloat (fabs (rate - rows[4].published), >,
                     3.3 * error_of (rows[4].published, PUBLISHED_BLOCKS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stale-rate/clique",
                   test_orphan_rate_follows_the_closed_form_and_the_published_column);
  g_test_add_func ("/stale-rate/null", test_without_delay_nothing_is_orphaned);
  return g_test_run ();
}
