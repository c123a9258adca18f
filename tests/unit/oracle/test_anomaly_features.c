/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/anomaly_features.h"

#include <math.h>

#define WIDTH PNYX_ANOMALY_N_FEATURES

static void
say (PnyxReport *reports, const gdouble *values, gsize n, PnyxTime observed)
{
  for (gsize i = 0; i < n; i++)
    reports[i] = (PnyxReport){
      .reporter = (guint32)i, .value = values[i], .confidence = NAN, .observed = observed
    };
}

static void
assert_distance (gdouble feature, gdouble distance)
{
  g_assert_cmpfloat_with_epsilon (feature, log1p (distance), 1e-12);
}

/* Round 1: 1 2 3 4 5, median 3, MAD 1. Round 2: the first says what the last said, the second
 * repeats itself, the rest move: 5 2 4 6 7, median 5, distances 0 3 1 1 2, MAD 1. */
static void
test_two_rounds_by_hand (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);
  PnyxAnomalyTracker *tracker = pnyx_anomaly_tracker_new (arena, 5, 4);
  const gdouble first[] = { 1, 2, 3, 4, 5 }, second[] = { 5, 2, 4, 6, 7 };
  gdouble rows[5 * WIDTH];
  PnyxReport reports[5];

  say (reports, first, 5, PNYX_SECOND);
  pnyx_anomaly_tracker_round (tracker, reports, 5, 3 * PNYX_SECOND, 0, rows);
  assert_distance (rows[PNYX_ANOMALY_RESIDUAL], 2);
  assert_distance (rows[2 * WIDTH + PNYX_ANOMALY_RESIDUAL], 0);
  assert_distance (rows[PNYX_ANOMALY_MEAN], 2.5);
  assert_distance (rows[PNYX_ANOMALY_NEAREST], 1);
  g_assert_cmpfloat (rows[PNYX_ANOMALY_AGE], ==, 2);
  g_assert_cmpfloat (rows[PNYX_ANOMALY_CROWD], ==, 0);
  for (guint feature = PNYX_ANOMALY_SPREAD; feature <= PNYX_ANOMALY_SURPRISE; feature++)
    g_assert_true (isnan (rows[feature]));
  g_assert_true (isnan (rows[PNYX_ANOMALY_DISPERSION]));
  g_assert_true (isnan (rows[PNYX_ANOMALY_REPEAT]) && isnan (rows[PNYX_ANOMALY_MOVE]));
  g_assert_true (isnan (rows[PNYX_ANOMALY_COPY]));

  say (reports, second, 5, 4 * PNYX_SECOND);
  pnyx_anomaly_tracker_round (tracker, reports, 5, 4 * PNYX_SECOND, 0, rows);
  assert_distance (rows[PNYX_ANOMALY_COPY], 0);         /* the last said 5 */
  assert_distance (rows[WIDTH + PNYX_ANOMALY_COPY], 1); /* its own 2 does not count */
  assert_distance (rows[WIDTH + PNYX_ANOMALY_REPEAT], 0);
  assert_distance (rows[PNYX_ANOMALY_REPEAT], 4);
  assert_distance (rows[PNYX_ANOMALY_SPREAD], 2); /* residual -2 in the first */
  g_assert_cmpfloat (rows[PNYX_ANOMALY_LEANING], ==, 1);
  assert_distance (rows[PNYX_ANOMALY_SURPRISE], 0);
  assert_distance (rows[WIDTH + PNYX_ANOMALY_SURPRISE], 3); /* -3 after -1 */
  assert_distance (rows[PNYX_ANOMALY_MOVE], 2);             /* from -2 to 0 */
  g_assert_cmpfloat (rows[PNYX_ANOMALY_DISPERSION], ==, 1);

  /* What is forgotten is not known. */
  pnyx_anomaly_tracker_reset (tracker);
  pnyx_anomaly_tracker_round (tracker, reports, 5, 5 * PNYX_SECOND, 0, rows);
  g_assert_true (isnan (rows[PNYX_ANOMALY_COPY]) && isnan (rows[PNYX_ANOMALY_REPEAT]));
  pnyx_arena_free (arena);
}

static void
test_window_is_as_long_as_it_says (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);
  PnyxAnomalyTracker *tracker = pnyx_anomaly_tracker_new (arena, 3, 2);
  const gdouble rounds[4][3] = { { -8, 0, 1 }, { 1, 0, -1 }, { 1, 0, -1 }, { 1, 0, -1 } };
  gdouble rows[3 * WIDTH];
  PnyxReport reports[3];

  /* MAD 1 in all rounds; what the first said in round 1 counts in round 3 and not in 4. */
  for (guint i = 0; i < 4; i++)
    {
      say (reports, rounds[i], 3, 0);
      pnyx_anomaly_tracker_round (tracker, reports, 3, 0, 0, rows);
      if (i == 2)
        {
          assert_distance (rows[PNYX_ANOMALY_SPREAD], 4.5);
          g_assert_cmpfloat_with_epsilon (rows[PNYX_ANOMALY_LEANING], 7.0 / 9, 1e-12);
        }
    }
  assert_distance (rows[PNYX_ANOMALY_SPREAD], 1);
  pnyx_arena_free (arena);
}

static void
test_scale_and_place_do_not_matter (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);
  PnyxAnomalyTracker *a = pnyx_anomaly_tracker_new (arena, 4, 4);
  PnyxAnomalyTracker *b = pnyx_anomaly_tracker_new (arena, 4, 4);
  const gdouble base[3][4] = { { 1, 2, 4, 8 }, { 1, 3, 4, 9 }, { 2, 2, 5, 7 } };
  gdouble first[4 * WIDTH], second[4 * WIDTH];
  PnyxReport reports[4];

  for (guint round = 0; round < 3; round++)
    {
      gdouble moved[4];

      for (guint i = 0; i < 4; i++)
        moved[i] = 1024 + base[round][i] / 64; /* exact in binary */
      say (reports, base[round], 4, 0);
      pnyx_anomaly_tracker_round (a, reports, 4, 0, 0, first);
      say (reports, moved, 4, 0);
      pnyx_anomaly_tracker_round (b, reports, 4, 0, 0, second);
    }
  for (guint i = 0; i < 4 * WIDTH; i++)
    g_assert_cmpfloat_with_epsilon (first[i], second[i], 1e-9);
  pnyx_arena_free (arena);
}

static void
test_equal_and_infinite_values (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);
  PnyxAnomalyTracker *tracker = pnyx_anomaly_tracker_new (arena, 3, 4);
  const gdouble same[] = { 7, 7, 7 }, wild[] = { INFINITY, -INFINITY, INFINITY };
  gdouble rows[3 * WIDTH];
  PnyxReport reports[3];

  say (reports, same, 3, 0);
  pnyx_anomaly_tracker_round (tracker, reports, 3, 0, 0, rows);
  g_assert_cmpfloat (rows[PNYX_ANOMALY_RESIDUAL], ==, 0);
  g_assert_cmpfloat (rows[PNYX_ANOMALY_CROWD], ==, 1);
  say (reports, wild, 3, 0);
  pnyx_anomaly_tracker_round (tracker, reports, 3, 0, 0, rows);
  for (guint i = 0; i < 3 * WIDTH; i++)
    g_assert_true (isfinite (rows[i]));
  /* A report from the future, by a clock that is ahead, is of age 0. */
  say (reports, same, 3, 9);
  pnyx_anomaly_tracker_round (tracker, reports, 3, 1, 0, rows);
  g_assert_cmpfloat (rows[PNYX_ANOMALY_AGE], ==, 0);
  pnyx_arena_free (arena);
}

static void
test_context_is_passed_on (void)
{
  PnyxArena *arena = pnyx_arena_new (1 << 20);
  PnyxAnomalyTracker *tracker = pnyx_anomaly_tracker_new (arena, 2, 4);
  const gdouble values[] = { 1, 2 }, context[] = { 10, 20, 30 };
  gdouble rows[2 * (WIDTH + 2)];
  PnyxReport reports[2];

  say (reports, values, 2, 0);
  reports[0].features = context;
  reports[0].n_features = 1;
  reports[1].features = context;
  reports[1].n_features = 3;
  pnyx_anomaly_tracker_round (tracker, reports, 2, 0, 2, rows);
  g_assert_cmpfloat (rows[WIDTH], ==, 10);
  g_assert_true (isnan (rows[WIDTH + 1]));
  g_assert_cmpfloat (rows[2 * WIDTH + 2 + 1], ==, 20);
  g_assert_cmpuint (pnyx_anomaly_tracker_operations (tracker, 2), >,
                    pnyx_anomaly_tracker_operations (tracker, 1));
  pnyx_arena_free (arena);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oracle/anomaly-features/two-rounds-by-hand", test_two_rounds_by_hand);
  g_test_add_func ("/oracle/anomaly-features/window-is-as-long-as-it-says",
                   test_window_is_as_long_as_it_says);
  g_test_add_func ("/oracle/anomaly-features/scale-and-place-do-not-matter",
                   test_scale_and_place_do_not_matter);
  g_test_add_func ("/oracle/anomaly-features/equal-and-infinite-values",
                   test_equal_and_infinite_values);
  g_test_add_func ("/oracle/anomaly-features/context-is-passed-on", test_context_is_passed_on);
  return g_test_run ();
}
