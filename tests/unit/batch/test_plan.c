/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch/plan.h"

#include <math.h>
#include <string.h>

#include "base/statistics.h"

static const PnyxPrecision nobody_asks = { .metric = NULL };

static PnyxPrecision
within (gdouble half_width, guint replicates_max)
{
  return (PnyxPrecision){ .metric = "m",
                          .scope = "",
                          .half_width = half_width,
                          .relative = NAN,
                          .replicates_max = replicates_max };
}

static PnyxRunCell
take (PnyxPlan *plan)
{
  PnyxRunCell cell = { G_MAXUINT, G_MAXUINT };

  g_assert_cmpint (pnyx_plan_next (plan, &cell), ==, PNYX_PLAN_CELL);
  return cell;
}

static void
assert_next (PnyxPlan *plan, guint point, guint replicate)
{
  PnyxRunCell cell = take (plan);

  g_assert_cmpuint (cell.point, ==, point);
  g_assert_cmpuint (cell.replicate, ==, replicate);
}

static void
assert_ends (PnyxPlan *plan, PnyxPlanNext how)
{
  PnyxRunCell cell;

  g_assert_cmpint (pnyx_plan_next (plan, &cell), ==, how);
}

/* ---- Order ---- */

static void
test_first_replicates_come_first_then_what_costs_most (void)
{
  static const guint64 events[] = { 5, 70, 6, 70 };
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (4, 3, &nobody_asks, 1, 1);

  g_assert_cmpuint (pnyx_plan_total (plan), ==, 12);
  for (guint point = 0; point < 4; point++)
    assert_next (plan, point, 0);
  for (guint point = 0; point < 4; point++)
    pnyx_plan_finish (plan, (PnyxRunCell){ point, 0 }, events[point], NAN);
  /* Equal costs by number. */
  for (guint i = 0; i < 4; i++)
    for (guint replicate = 1; replicate < 3; replicate++)
      assert_next (plan, (const guint[]){ 1, 3, 2, 0 }[i], replicate);
  assert_ends (plan, PNYX_PLAN_DONE);
  assert_ends (plan, PNYX_PLAN_DONE);
  g_assert_cmpuint (pnyx_plan_finished (plan), ==, 4);
}

/* Runs that are still under way when the order is made have no cost yet: they come last. */
static void
test_an_unknown_cost_comes_last (void)
{
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (3, 2, &nobody_asks, 1, 1);

  for (guint point = 0; point < 3; point++)
    assert_next (plan, point, 0);
  pnyx_plan_finish (plan, (PnyxRunCell){ 2, 0 }, 1, NAN);
  assert_next (plan, 2, 1);
  assert_next (plan, 0, 1);
  assert_next (plan, 1, 1);
  assert_ends (plan, PNYX_PLAN_DONE);
}

static void
test_what_ended_earlier_is_not_run_again (void)
{
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (2, 70, &nobody_asks, 1, 1);
  guint left = 0;
  PnyxRunCell cell;

  pnyx_plan_finish (plan, (PnyxRunCell){ 0, 0 }, 9, NAN);
  pnyx_plan_finish (plan, (PnyxRunCell){ 0, 2 }, 9, NAN);
  pnyx_plan_finish (plan, (PnyxRunCell){ 1, 69 }, 4, NAN);
  g_assert_cmpuint (pnyx_plan_finished (plan), ==, 3);
  assert_next (plan, 1, 0);
  assert_next (plan, 0, 1);
  assert_next (plan, 0, 3);
  while (pnyx_plan_next (plan, &cell) == PNYX_PLAN_CELL)
    {
      g_assert_false (cell.point == 1 && cell.replicate == 69);
      left++;
    }
  g_assert_cmpuint (left, ==, 140 - 3 - 3);
  assert_ends (plan, PNYX_PLAN_DONE);
}

static void
test_a_shard_has_every_nth_point (void)
{
  guint seen[11] = { 0 };

  for (guint shard = 1; shard <= 3; shard++)
    {
      g_autoptr (PnyxPlan) plan = pnyx_plan_new (11, 2, &nobody_asks, shard, 3);
      guint64 n = 0;
      PnyxRunCell cell;

      for (; pnyx_plan_next (plan, &cell) == PNYX_PLAN_CELL; n++)
        {
          g_assert_cmpuint (cell.point % 3, ==, shard - 1);
          seen[cell.point]++;
        }
      g_assert_cmpuint (n, ==, pnyx_plan_total (plan));
    }
  for (guint point = 0; point < 11; point++)
    g_assert_cmpuint (seen[point], ==, 2);
}

static void
test_a_shard_may_be_empty (void)
{
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (2, 5, &nobody_asks, 3, 3);

  g_assert_cmpuint (pnyx_plan_total (plan), ==, 0);
  assert_ends (plan, PNYX_PLAN_DONE);
}

/* ---- Precision ---- */

static void
test_prefixes_are_fixed (void)
{
  static const guint wanted[] = { 10, 15, 23, 35, 53, 80, 100, 100 };
  guint prefix = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      prefix = pnyx_plan_prefix (prefix, 3, 100);
      g_assert_cmpuint (prefix, ==, wanted[i]);
    }
  g_assert_cmpuint (pnyx_plan_prefix (0, 12, 100), ==, 12);
  g_assert_cmpuint (pnyx_plan_prefix (12, 12, 100), ==, 18);
  g_assert_cmpuint (pnyx_plan_prefix (0, 2000, 100), ==, 100);
  g_assert_cmpuint (pnyx_plan_prefix (0, 1, 10), ==, 10);
}

/* Takes all there is and ends it with @value. Returns: how many. */
static guint
run_all (PnyxPlan *plan, gdouble (*value) (PnyxRunCell cell))
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (PnyxRunCell));
  PnyxRunCell cell;

  while (pnyx_plan_next (plan, &cell) == PNYX_PLAN_CELL)
    g_array_append_val (cells, cell);
  for (guint i = 0; i < cells->len; i++)
    {
      cell = g_array_index (cells, PnyxRunCell, i);
      pnyx_plan_finish (plan, cell, 1, value (cell));
    }
  return cells->len;
}

static gdouble
constant (PnyxRunCell cell)
{
  (void)cell;
  return 4;
}

static gdouble
alternating (PnyxRunCell cell)
{
  return cell.replicate % 2 == 0 ? 3 : 5;
}

static gdouble
nothing (PnyxRunCell cell)
{
  (void)cell;
  return NAN;
}

static void
test_a_precise_point_stops_at_the_first_prefix (void)
{
  PnyxPrecision precision = within (1e-9, 100);
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (1, 1, &precision, 1, 1);

  g_assert_cmpuint (pnyx_plan_total (plan), ==, 10);
  g_assert_cmpuint (run_all (plan, constant), ==, 10);
  assert_ends (plan, PNYX_PLAN_DONE);
}

static void
test_an_imprecise_point_goes_on_by_prefixes_to_the_cap (void)
{
  static const guint steps[] = { 10, 5, 8, 12, 18, 7 }; /* 10, 15, 23, 35, 53, 60 */
  PnyxPrecision precision = within (1e-9, 60);
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (1, 1, &precision, 1, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    g_assert_cmpuint (run_all (plan, alternating), ==, steps[i]);
  assert_ends (plan, PNYX_PLAN_DONE);
  g_assert_cmpuint (pnyx_plan_total (plan), ==, 60);
  g_assert_cmpuint (pnyx_plan_finished (plan), ==, 60);
}

/* It ends at the first prefix whose interval is narrow enough, of an absolute or relative width. */
static void
test_the_width_of_the_interval_decides (void)
{
  gdouble values[23], width_15, width_23;

  for (guint i = 0; i < 23; i++)
    values[i] = alternating ((PnyxRunCell){ 0, i });
  width_15 = pnyx_student_half_width (pnyx_sd (values, 15), 15, 0.95);
  width_23 = pnyx_student_half_width (pnyx_sd (values, 23), 23, 0.95);
  g_assert_cmpfloat (width_23, <, width_15);
  for (guint relative = 0; relative < 2; relative++)
    for (guint just = 0; just < 2; just++)
      {
        gdouble width = just ? width_15 : nextafter (width_15, 0);
        PnyxPrecision precision = within (relative ? NAN : width, 100);
        g_autoptr (PnyxPlan) plan = NULL;

        /* Half a unit in the last place of the division is not the question here. */
        precision.relative
            = width / pnyx_mean (values, 15) * (relative ? (just ? 1 + 1e-12 : 1 - 1e-12) : 1);
        plan = pnyx_plan_new (1, 1, &precision, 1, 1);
        while (run_all (plan, alternating) > 0)
          ;
        g_assert_cmpuint (pnyx_plan_finished (plan), ==, just ? 15 : 23);
      }
}

static void
test_values_that_do_not_exist_prove_nothing (void)
{
  PnyxPrecision precision = within (1, 20);
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (1, 1, &precision, 1, 1);

  while (run_all (plan, nothing) > 0)
    ;
  g_assert_cmpuint (pnyx_plan_finished (plan), ==, 20);
}

/* Of ten replicates one value exists: no interval. Of two equal ones there is. */
static void
test_two_values_are_enough_for_an_interval (void)
{
  for (guint n = 1; n <= 2; n++)
    {
      PnyxPrecision precision = within (0.5, 100);
      g_autoptr (PnyxPlan) plan = pnyx_plan_new (1, 1, &precision, 1, 1);

      for (guint i = 0; i < 10; i++)
        {
          PnyxRunCell cell = take (plan);

          pnyx_plan_finish (plan, cell, 1, cell.replicate < n ? 1 : NAN);
        }
      assert_ends (plan, n == 1 ? PNYX_PLAN_CELL : PNYX_PLAN_DONE);
    }
}

static void
test_it_waits_where_what_follows_is_not_known (void)
{
  PnyxPrecision precision = within (1e-9, 15);
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (1, 1, &precision, 1, 1);

  for (guint i = 0; i < 10; i++)
    assert_next (plan, 0, i);
  assert_ends (plan, PNYX_PLAN_WAIT);
  for (guint i = 10; i > 1; i--)
    {
      pnyx_plan_finish (plan, (PnyxRunCell){ 0, i - 1 }, 1,
                        alternating ((PnyxRunCell){ 0, i - 1 }));
      assert_ends (plan, PNYX_PLAN_WAIT);
    }
  pnyx_plan_finish (plan, (PnyxRunCell){ 0, 0 }, 1, alternating ((PnyxRunCell){ 0, 0 }));
  for (guint i = 10; i < 15; i++)
    assert_next (plan, 0, i);
  /* Nothing more can follow, but the plan knows that only once they are judged. */
  assert_ends (plan, PNYX_PLAN_WAIT);
  for (guint i = 10; i < 15; i++)
    pnyx_plan_finish (plan, (PnyxRunCell){ 0, i }, 1, NAN);
  assert_ends (plan, PNYX_PLAN_DONE);
}

/* ---- Whatever the order ---- */

#define POINTS 7
#define REPLICATES_MAX 200

/* A point's number is its spread, so that points need unequally many; some values do not exist. */
static gdouble
value_of (PnyxRunCell cell)
{
  guint32 x = (cell.point * 2654435761U) ^ (cell.replicate * 2246822519U);

  x ^= x >> 15;
  x *= 3266489917U;
  x ^= x >> 13;
  return x % 11 == 0 ? NAN : cell.point * ((gdouble)x / 4294967296.0 - 0.5) + 10;
}

typedef struct
{
  guint64 bits[POINTS][(REPLICATES_MAX + 63) / 64];
  guint n;
} Ran;

static void
note (Ran *ran, PnyxRunCell cell)
{
  guint64 bit = (guint64)1 << (cell.replicate % 64);

  g_assert_cmpuint (cell.replicate, <, REPLICATES_MAX);
  g_assert_true ((ran->bits[cell.point][cell.replicate / 64] & bit) == 0); /* never twice */
  ran->bits[cell.point][cell.replicate / 64] |= bit;
  ran->n++;
}

/* Runs up to @workers cells at a time that end in a random order, until nothing is left or
 * @stop_after have ended; what is under way then is lost. */
static gboolean
work (PnyxPlan *plan, Ran *ran, guint workers, guint stop_after, GRand *random)
{
  g_autoptr (GArray) busy = g_array_new (FALSE, FALSE, sizeof (PnyxRunCell));

  for (guint n = 0; n < stop_after; n++)
    {
      PnyxPlanNext next = PNYX_PLAN_CELL;
      PnyxRunCell cell;
      guint i;

      while (busy->len < workers && (next = pnyx_plan_next (plan, &cell)) == PNYX_PLAN_CELL)
        g_array_append_val (busy, cell);
      if (busy->len == 0)
        {
          g_assert_cmpint (next, ==, PNYX_PLAN_DONE);
          return TRUE;
        }
      i = (guint)g_rand_int_range (random, 0, (gint)busy->len);
      cell = g_array_index (busy, PnyxRunCell, i);
      g_array_remove_index_fast (busy, i);
      note (ran, cell);
      pnyx_plan_finish (plan, cell, cell.point == 3 ? 0 : 100 - cell.point, value_of (cell));
    }
  return FALSE;
}

/* What a store tells: in order of point and replicate. */
static void
recall (PnyxPlan *plan, const Ran *ran)
{
  for (guint point = 0; point < POINTS; point++)
    for (guint r = 0; r < REPLICATES_MAX; r++)
      if ((ran->bits[point][r / 64] >> (r % 64) & 1) != 0)
        pnyx_plan_finish (plan, (PnyxRunCell){ point, r }, 100 - point,
                          value_of ((PnyxRunCell){ point, r }));
}

static void
test_which_cells_run_depends_on_their_values_alone (void)
{
  PnyxPrecision precision = within (0.4, REPLICATES_MAX);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (PnyxPlan) reference = pnyx_plan_new (POINTS, 5, &precision, 1, 1);
  Ran wanted = { 0 };
  guint fewest = G_MAXUINT, most = 0;

  g_assert_true (work (reference, &wanted, 1, G_MAXUINT, random));
  g_assert_cmpuint (wanted.n, ==, pnyx_plan_total (reference));
  for (guint point = 0; point < POINTS; point++)
    {
      guint n = 0;

      for (guint r = 0; r < REPLICATES_MAX; r++)
        n += (wanted.bits[point][r / 64] >> (r % 64) & 1) != 0 ? 1 : 0;
      fewest = MIN (fewest, n);
      most = MAX (most, n);
    }
  g_assert_cmpuint (fewest, ==, 10); /* it is not the cap that decides */
  g_assert_cmpuint (most, >, 50);
  g_assert_cmpuint (most, <, REPLICATES_MAX);
  for (guint i = 0; i < 300; i++)
    {
      guint workers = (guint)g_rand_int_range (random, 1, 40);
      gboolean done = FALSE;
      Ran ran = { 0 };

      while (!done)
        {
          guint stop_after = i % 2 == 0 ? G_MAXUINT : (guint)g_rand_int_range (random, 0, 150);
          g_autoptr (PnyxPlan) plan = pnyx_plan_new (POINTS, 5, &precision, 1, 1);

          recall (plan, &ran);
          g_assert_cmpuint (pnyx_plan_finished (plan), ==, ran.n);
          done = work (plan, &ran, workers, stop_after, random);
          if (done)
            g_assert_cmpuint (pnyx_plan_total (plan), ==, wanted.n);
        }
      g_assert_cmpmem (ran.bits, sizeof ran.bits, wanted.bits, sizeof wanted.bits);
    }
}

/* The same in three parts: a point needs as many replicates in a shard as in the whole. */
static void
test_shards_together_are_the_whole (void)
{
  PnyxPrecision precision = within (0.4, REPLICATES_MAX);
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  g_autoptr (PnyxPlan) whole = pnyx_plan_new (POINTS, 5, &precision, 1, 1);
  Ran wanted = { 0 }, ran = { 0 };

  g_assert_true (work (whole, &wanted, 3, G_MAXUINT, random));
  for (guint shard = 1; shard <= 3; shard++)
    {
      g_autoptr (PnyxPlan) plan = pnyx_plan_new (POINTS, 5, &precision, shard, 3);

      g_assert_true (work (plan, &ran, 3, G_MAXUINT, random));
    }
  g_assert_cmpmem (ran.bits, sizeof ran.bits, wanted.bits, sizeof wanted.bits);
}

/* All but one of a prefix and of the next are there: that one decides, without another run. */
static void
test_what_was_run_beyond_a_prefix_counts_once_it_is_reached (void)
{
  PnyxPrecision precision = within (1e-9, 23);
  g_autoptr (PnyxPlan) plan = pnyx_plan_new (1, 1, &precision, 1, 1);

  for (guint i = 22; i > 0; i--)
    pnyx_plan_finish (plan, (PnyxRunCell){ 0, i }, 1, alternating ((PnyxRunCell){ 0, i }));
  g_assert_cmpuint (pnyx_plan_total (plan), ==, 10);
  assert_next (plan, 0, 0);
  assert_ends (plan, PNYX_PLAN_WAIT);
  pnyx_plan_finish (plan, (PnyxRunCell){ 0, 0 }, 1, 3);
  g_assert_cmpuint (pnyx_plan_total (plan), ==, 23);
  assert_ends (plan, PNYX_PLAN_DONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/batch/plan/" path, function)
  ADD ("first-replicates-come-first-then-what-costs-most",
       test_first_replicates_come_first_then_what_costs_most);
  ADD ("an-unknown-cost-comes-last", test_an_unknown_cost_comes_last);
  ADD ("what-ended-earlier-is-not-run-again", test_what_ended_earlier_is_not_run_again);
  ADD ("a-shard-has-every-nth-point", test_a_shard_has_every_nth_point);
  ADD ("a-shard-may-be-empty", test_a_shard_may_be_empty);
  ADD ("prefixes-are-fixed", test_prefixes_are_fixed);
  ADD ("a-precise-point-stops-at-the-first-prefix", test_a_precise_point_stops_at_the_first_prefix);
  ADD ("an-imprecise-point-goes-on-by-prefixes-to-the-cap",
       test_an_imprecise_point_goes_on_by_prefixes_to_the_cap);
  ADD ("the-width-of-the-interval-decides", test_the_width_of_the_interval_decides);
  ADD ("values-that-do-not-exist-prove-nothing", test_values_that_do_not_exist_prove_nothing);
  ADD ("two-values-are-enough-for-an-interval", test_two_values_are_enough_for_an_interval);
  ADD ("it-waits-where-what-follows-is-not-known", test_it_waits_where_what_follows_is_not_known);
  ADD ("which-cells-run-depends-on-their-values-alone",
       test_which_cells_run_depends_on_their_values_alone);
  ADD ("shards-together-are-the-whole", test_shards_together_are_the_whole);
  ADD ("what-was-run-beyond-a-prefix-counts-once-it-is-reached",
       test_what_was_run_beyond_a_prefix_counts_once_it_is_reached);
  return g_test_run ();
}
