/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of a flood: exact on a regular graph, whatever the delays. */
#include <math.h>

#include "support/run_text.h"

static PnyxRunResult *
flood_over (const gchar *delay, guint nodes, guint degree, const gchar *dissemination,
            const gchar *validation)
{
  g_autofree gchar *text = g_strdup_printf (
      "<scenario xmlns='urn:pnyx:scenario:1' name='flood' seed='3'>"
      "<run duration='20 block'/>"
      "<network nodes='%u'><topology kind='random-regular' degree='%u'/>"
      "<delay kind='distribution' value='%s'/>"
      "<dissemination kind='%s'/></network>"
      "<chain kind='nakamoto'><nakamoto interval='600 s' validation='%s'/></chain></scenario>",
      nodes, degree, delay, dissemination, validation);

  return run_text (text, 0);
}

static PnyxRunResult *
flood (guint nodes, guint degree, const gchar *dissemination, const gchar *validation)
{
  return flood_over ("uniform(20 ms, 120 ms)", nodes, degree, dissemination, validation);
}

/* N(d-1)+1 copies and a ratio of (N(d-2)+2)/(N-1): 7,001 and 6.008008 at N 1,000 and d 8. */
static void
test_flood_sends_as_many_copies_as_the_closed_form (void)
{
  static const guint sizes[][2] = { { 1000, 8 }, { 500, 4 }, { 101, 10 } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gdouble n = sizes[i][0];
      gdouble d = sizes[i][1];
      g_autoptr (PnyxRunResult) result
          = flood (sizes[i][0], sizes[i][1], "flood' skip='first", "50 ms");

      g_assert_cmpfloat (run_value (result, "network.messages_per_block"), ==, n * (d - 1) + 1);
      g_assert_cmpfloat (
          fabs (run_value (result, "network.duplicate_ratio") - (n * (d - 2) + 2) / (n - 1)), <,
          1e-12);
      g_assert_cmpfloat (run_value (result, "latency.propagation.unfinished"), ==, 0);
    }
}

/*
 * Each edge once: whoever has judged tells its neighbours before the next one has. (Nd/2 - (N-1)) /
 * (N-1): 3.004004.
 */
static void
test_without_delays_each_edge_carries_one_copy (void)
{
  g_autoptr (PnyxRunResult) result
      = flood_over ("0 s", 1000, 8, "flood' skip='known", "uniform(10 ms, 10 s)");

  g_assert_cmpfloat (run_value (result, "network.messages_per_block"), ==, 4000);
  g_assert_cmpfloat (fabs (run_value (result, "network.duplicate_ratio") - 3001.0 / 999), <, 1e-12);
}

/* A toy takes the ratio from first arrivals and finds none. Those who validate skip known senders.
 */
static void
test_known_senders_are_skipped_while_validating (void)
{
  g_autoptr (PnyxRunResult) known = flood (1000, 8, "flood' skip='known", "50 ms");
  g_autoptr (PnyxRunResult) first = flood (1000, 8, "flood' skip='first", "50 ms");
  gdouble ratio = run_value (known, "network.duplicate_ratio");

  /* One-way delays of 20 to 120 ms, validation 50 ms: 5.04 +- .03 (simulated twice elsewhere). */
  g_assert_cmpfloat (fabs (ratio - 5.04), <, 3.3 * 0.03);
  g_assert_cmpfloat (ratio, <, run_value (first, "network.duplicate_ratio"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flood/copies", test_flood_sends_as_many_copies_as_the_closed_form);
  g_test_add_func ("/flood/each-edge-once", test_without_delays_each_edge_carries_one_copy);
  g_test_add_func ("/flood/known-senders", test_known_senders_are_skipped_while_validating);
  return g_test_run ();
}
