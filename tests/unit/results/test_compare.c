/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/compare.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "support/scratch.h"

#define SUMMARY "scope,metric,unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
#define REST ",1,1,,,,1,1,1\n"

/* Results of one point: rows of @runs are `replicate,seed,latency,main:gini`. */
static gchar *
folder_of (const Scratch *scratch, const gchar *name, const gchar *const *runs)
{
  g_autoptr (GString) text = g_string_new ("point,replicate,seed,latency,main:gini\n");
  g_autofree gchar *runs_csv = g_build_filename (name, "runs.csv", NULL);
  g_autofree gchar *summary_csv = g_build_filename (name, "summary.csv", NULL);

  for (; *runs != NULL; runs++)
    g_string_append_printf (text, "0,%s\n", *runs);
  g_free (scratch_write (scratch, runs_csv, text->str));
  g_free (scratch_write (scratch, summary_csv,
                         "point," SUMMARY "0,,latency,s" REST "0,main,gini," REST));
  return g_build_filename (scratch, name, NULL);
}

static const PnyxComparedMetric *
row_of (const PnyxComparison *comparison, guint i)
{
  g_assert_cmpuint (i, <, comparison->rows->len);
  return &g_array_index (comparison->rows, PnyxComparedMetric, i);
}

static PnyxComparison *
compare_two (const gchar *a, const gchar *b, const gchar *metric, GError **error)
{
  const PnyxSide sides[] = { { a, -1 }, { b, -1 } };
  const gchar *const metrics[] = { metric, NULL };

  return pnyx_compare (sides, 2, metric ? metrics : NULL, FALSE, error);
}

static const gchar *const base[] = { "0,1,10,0.1", "1,1,20,0.2", "2,1,30,0.3", NULL };

static void
test_same_replicates_are_paired (void)
{
  static const gchar *const more[] = { "0,1,11,0.1", "1,1,22,0.2", "2,1,33,0.3", NULL };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *a = folder_of (scratch, "a", base);
  g_autofree gchar *b = folder_of (scratch, "b", more);
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxComparison) of = compare_two (a, b, NULL, &error);
  const PnyxComparedMetric *row;

  g_assert_no_error (error);
  g_assert_true (of->single);
  g_assert_cmpuint (of->rows->len, ==, 2);
  row = row_of (of, 0);
  g_assert_cmpstr (row->metric, ==, "latency");
  g_assert_cmpstr (row->unit, ==, "s");
  g_assert_cmpfloat (row->sides[0].mean, ==, 20);
  g_assert_cmpfloat (row->sides[1].mean, ==, 22);
  g_assert_cmpint (row->sides[0].pairing, ==, PNYX_PAIRING_NONE);
  g_assert_cmpint (row->sides[1].pairing, ==, PNYX_PAIRING_PAIRED);
  g_assert_cmpuint (row->sides[1].difference.n, ==, 3);
  g_assert_cmpfloat_with_epsilon (row->sides[1].difference.interval.high,
                                  2 + 4.3026527297 / sqrt (3), 1e-9);
  g_assert_false (row->sides[1].significant); /* 2 - 2.48 is below 0 */
  row = row_of (of, 1);
  g_assert_cmpstr (row->scope, ==, "main");
  g_assert_cmpstr (row->metric, ==, "gini");
  g_assert_cmpfloat (row->sides[1].difference.interval.high, ==, 0);
  g_assert_false (row->sides[1].significant);
}

/* What a pair shows and independent runs hide: the differences are 1, 1.1 and 0.9. */
static void
test_pairs_are_significant_where_others_are_not (void)
{
  static const gchar *const more[] = { "0,1,11,1", "1,1,21.1,1", "2,1,30.9,1", NULL };
  static const gchar *const seed[] = { "0,2,11,1", "1,2,21.1,1", "2,2,30.9,1", NULL };
  static const gchar *const fewer[] = { "0,1,11,1", "1,1,21.1,1", NULL };
  static const gchar *const later[] = { "0,1,11,1", "1,1,21.1,1", "3,1,30.9,1", NULL };
  static const gchar *const *const unpaired[] = { seed, fewer, later };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *a = folder_of (scratch, "a", base);
  g_autofree gchar *b = folder_of (scratch, "b", more);
  g_autoptr (PnyxComparison) paired = compare_two (a, b, "latency", NULL);

  g_assert_true (row_of (paired, 0)->sides[1].significant);
  g_assert_cmpfloat_with_epsilon (row_of (paired, 0)->sides[1].difference.mean, 1, 1e-12);
  for (gsize i = 0; i < G_N_ELEMENTS (unpaired); i++)
    {
      g_autofree gchar *c = folder_of (scratch, "c", unpaired[i]);
      g_autoptr (PnyxComparison) welch = compare_two (a, c, "latency", NULL);
      const PnyxComparedValue *value = &row_of (welch, 0)->sides[1];

      g_assert_cmpint (value->pairing, ==, PNYX_PAIRING_WELCH);
      g_assert_cmpfloat (value->difference.interval.low, <, -10);
      g_assert_false (value->significant);
    }
}

static void
test_what_does_not_exist_is_left_out (void)
{
  static const gchar *const holes[] = { "0,1,,", "1,1,25,", "2,1,35,", NULL };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *a = folder_of (scratch, "a", base);
  g_autofree gchar *b = folder_of (scratch, "b", holes);
  g_autoptr (PnyxComparison) some = compare_two (a, b, NULL, NULL);
  const PnyxSide sides[] = { { a, 0 }, { b, 0 } };
  g_autoptr (PnyxComparison) all = pnyx_compare (sides, 2, NULL, TRUE, NULL);
  const PnyxComparedValue *value;

  g_assert_cmpuint (some->rows->len, ==, 1);
  value = &row_of (some, 0)->sides[1];
  g_assert_cmpuint (value->n, ==, 2);
  g_assert_cmpfloat (value->mean, ==, 30);
  g_assert_cmpuint (value->difference.n, ==, 2);
  g_assert_cmpfloat (value->difference.mean, ==, 5); /* of pairs, not of means */
  g_assert_cmpuint (all->rows->len, ==, 2);
  value = &row_of (all, 1)->sides[1];
  g_assert_true (isnan (value->mean) && isnan (value->difference.mean));
  g_assert_cmpint (value->pairing, ==, PNYX_PAIRING_NONE);
}

static void
test_metrics_are_chosen_by_name_or_expression (void)
{
  static const struct
  {
    const gchar *pattern;
    guint n_rows; /* 0: an error of @code */
    PnyxErrorCode code;
  } cases[] = {
    { "latency", 1, 0 },           { "gini", 1, 0 },
    { "main:gini", 1, 0 },         { "^main:", 1, 0 },
    { "laten|gini", 2, 0 },        { "^gini", 0, PNYX_ERROR_UNKNOWN },
    { "(", 0, PNYX_ERROR_SYNTAX }, { "lateny", 0, PNYX_ERROR_UNKNOWN },
  };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *a = folder_of (scratch, "a", base);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PnyxComparison) of = compare_two (a, a, cases[i].pattern, &error);

      if (cases[i].n_rows == 0)
        g_assert_error (error, PNYX_ERROR, (gint)cases[i].code);
      else
        g_assert_cmpuint (of->rows->len, ==, cases[i].n_rows);
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (compare_two (a, a, "lateny", &error));
    g_assert_cmpstr (error->message, ==,
                     "no metric is named or matches \"lateny\"; did you mean \"latency\"?");
  }
}

/* A sweep of two points over one axis, @step apart; replicates 0 and 1. */
static gchar *
sweep_of (const Scratch *scratch, const gchar *name, const gchar *axis, guint step)
{
  g_autofree gchar *runs_csv = g_build_filename (name, "runs.csv", NULL);
  g_autofree gchar *summary_csv = g_build_filename (name, "summary.csv", NULL);
  g_autofree gchar *runs = g_strdup_printf (
      "point,replicate,seed,%s,latency\n0,0,1,0,1\n0,1,1,0,2\n1,0,1,%u,5\n1,1,1,%u,7\n", axis, step,
      step);
  g_autofree gchar *summary = g_strdup_printf ("point,%s," SUMMARY "0,0,,latency,s" REST, axis);

  g_free (scratch_write (scratch, runs_csv, runs));
  g_free (scratch_write (scratch, summary_csv, summary));
  return g_build_filename (scratch, name, NULL);
}

static void
test_points_are_matched_or_one_serves_all (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *a = sweep_of (scratch, "a", "share", 3);
  g_autofree gchar *b = sweep_of (scratch, "b", "share", 3);
  const PnyxSide with_one[] = { { a, 1 }, { b, -1 } };
  g_autoptr (PnyxComparison) each = compare_two (a, b, NULL, NULL);
  g_autoptr (PnyxComparison) one = pnyx_compare (with_one, 2, NULL, FALSE, NULL);
  g_autoptr (PnyxTable) table = NULL;

  g_assert_false (each->single);
  g_assert_cmpuint (each->rows->len, ==, 2);
  g_assert_cmpuint (row_of (each, 1)->point, ==, 1);
  g_assert_cmpfloat (row_of (each, 1)->sides[0].mean, ==, 6);
  g_assert_cmpuint (one->rows->len, ==, 2);
  g_assert_cmpuint (row_of (one, 0)->point, ==, 0);
  g_assert_cmpuint (row_of (one, 0)->sides[0].point, ==, 1);
  g_assert_cmpfloat (row_of (one, 0)->sides[1].difference.mean, ==, -4.5);
  table = pnyx_comparison_table (one);
  g_assert_cmpuint (pnyx_table_n_rows (table), ==, 4);
  g_assert_cmpstr (pnyx_table_cell (table, 1, 3), ==, b);
  g_assert_cmpstr (pnyx_table_cell (table, 0, 4), ==, "1");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 4), ==, "0");
  g_assert_cmpstr (pnyx_table_cell (table, 0, 9), ==, "");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 9), ==, "-4.5");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 12), ==, "2");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 13), ==, "paired");
  g_assert_cmpstr (pnyx_table_cell (table, 1, 14), ==, "0");
}

static void
assert_refused (const PnyxSide *sides, PnyxErrorCode code, const gchar *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pnyx_compare (sides, 2, NULL, FALSE, &error));
  g_assert_error (error, PNYX_ERROR, (gint)code);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_what_cannot_be_compared_is_refused (void)
{
  static const gchar *const empty[] = { "0,1,,", NULL };
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autofree gchar *a = sweep_of (scratch, "a", "share", 3);
  g_autofree gchar *b = sweep_of (scratch, "b", "share", 4);
  g_autofree gchar *c = sweep_of (scratch, "c", "delay", 3);
  g_autofree gchar *d = folder_of (scratch, "d", empty);

  assert_refused ((PnyxSide[]){ { a, -1 }, { b, -1 } }, PNYX_ERROR_CONFLICT,
                  "have different points (expected the same values of the same axes");
  assert_refused ((PnyxSide[]){ { a, -1 }, { c, -1 } }, PNYX_ERROR_CONFLICT, "different points");
  assert_refused ((PnyxSide[]){ { a, 0 }, { c, 2 } }, PNYX_ERROR_MISSING,
                  "c: has no point 2 (its points are 0 to 1)");
  assert_refused ((PnyxSide[]){ { a, 0 }, { d, G_MAXINT64 } }, PNYX_ERROR_MISSING, "no point");
  assert_refused ((PnyxSide[]){ { a, 0 }, { scratch, -1 } }, PNYX_ERROR_MISSING, "has no results");
  assert_refused ((PnyxSide[]){ { a, 0 }, { d, 0 } }, PNYX_ERROR_MISSING,
                  "have no metric in common that exists");
}

#define ADD(name, test) g_test_add_func ("/results/compare/" name, test)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("same-replicates-are-paired", test_same_replicates_are_paired);
  ADD ("pairs-are-significant-where-others-are-not",
       test_pairs_are_significant_where_others_are_not);
  ADD ("what-does-not-exist-is-left-out", test_what_does_not_exist_is_left_out);
  ADD ("metrics-are-chosen-by-name-or-expression", test_metrics_are_chosen_by_name_or_expression);
  ADD ("points-are-matched-or-one-serves-all", test_points_are_matched_or_one_serves_all);
  ADD ("what-cannot-be-compared-is-refused", test_what_cannot_be_compared_is_refused);
  return g_test_run ();
}
