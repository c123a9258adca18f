/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "results/cells.h"

#include <math.h>
#include <string.h>

#include "support/scratch.h"

#define SUMMARY ",unit,n,mean,sd,ci95_low,ci95_high,min,p50,max\n"
#define REST ",1,1,,,,1,1,1\n"

static void
test_values_are_found_by_point_and_column (void)
{
  g_autoptr (Scratch) scratch = scratch_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxCells) cells = NULL;
  g_autofree gdouble *values = NULL;
  g_autofree gdouble *missing = NULL;
  const PnyxCellPoint *point;

  /* An axis that is called as a column of the summary, and one as a metric. */
  g_free (scratch_write (scratch, "runs.csv",
                         "point,replicate,seed,scope,tps,tps,main:gini\n0,0,9,1,x,5,0.25\n"
                         "2,0,18446744073709551615,2,x,6,\n2,1,9,2,x,7,0.5\n"));
  g_free (scratch_write (scratch, "summary.csv",
                         "point,scope,tps,scope,metric" SUMMARY "0,1,x,main,gini,%" REST
                         "0,1,x,,tps,1/s" REST));
  cells = pnyx_cells_read (scratch, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cells->names->len, ==, 2);
  g_assert_cmpstr (cells->units[0], ==, "1/s");
  g_assert_cmpstr (cells->units[1], ==, "%");
  g_assert_cmpuint (cells->points->len, ==, 2);
  g_assert_null (pnyx_cells_point (cells, 1));
  point = pnyx_cells_point (cells, 2);
  g_assert_cmpuint (point->begin, ==, 1);
  g_assert_cmpuint (point->end, ==, 3);
  g_assert_true (g_array_index (cells->cells, PnyxRunCell, 1).seed == G_MAXUINT64);
  g_assert_cmpuint (g_array_index (cells->cells, PnyxRunCell, 2).replicate, ==, 1);
  values = pnyx_cells_get (cells, point, pnyx_cells_column (cells, "main:gini"));
  g_assert_true (isnan (values[0]) && values[1] == 0.5);
  missing = pnyx_cells_get (cells, point, pnyx_cells_column (cells, "gini"));
  g_assert_true (isnan (missing[0]) && isnan (missing[1]));
}

static void
test_columns_are_split_at_the_scope (void)
{
  g_autofree gchar *scope = pnyx_scope_of ("main:latency.p50");
  g_autofree gchar *none = pnyx_scope_of ("latency.p50");

  g_assert_cmpstr (scope, ==, "main");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (pnyx_metric_of ("main:latency.p50"), ==, "latency.p50");
  g_assert_cmpstr (pnyx_metric_of ("latency.p50"), ==, "latency.p50");
}

static void
test_what_is_no_results_folder_is_said (void)
{
  static const struct
  {
    const gchar *runs, *summary; /* NULL: no such file */
    PnyxErrorCode code;
    const gchar *end;
  } cases[] = {
    { NULL, NULL, PNYX_ERROR_MISSING,
      ": has no results (expected a folder that pnyx run or pnyx sweep wrote)" },
    { "point,replicate,seed\n", NULL, PNYX_ERROR_MISSING,
      ": has no results (expected a folder that pnyx run or pnyx sweep wrote)" },
    { "point,replicate,seed,a\n", "point,scope,metric" SUMMARY, PNYX_ERROR_MISSING,
      ": has no runs" },
    { "point,replicate,a\n", "point,scope,metric" SUMMARY, PNYX_ERROR_SYNTAX,
      "/runs.csv:1: does not have the columns that pnyx writes" },
    { "point,replicate,seed\n", "point,x,scope,metric" SUMMARY, PNYX_ERROR_SYNTAX,
      "/runs.csv:1: does not have the columns that pnyx writes" },
    { "point,replicate,seed\n", "a,b\n", PNYX_ERROR_SYNTAX,
      "/summary.csv:1: does not have the columns that pnyx writes" },
    { "point,replicate,seed\n0,0,1\n", "point,a,b" SUMMARY, PNYX_ERROR_SYNTAX,
      "/summary.csv:1: does not have the columns that pnyx writes" },
    { "point,replicate,seed\n0,x,1\n", "point,scope,metric" SUMMARY, PNYX_ERROR_SYNTAX,
      "/runs.csv:2: \"replicate\" is not a whole number" },
    { "point,replicate,seed\n0,0,-1\n", "point,scope,metric" SUMMARY, PNYX_ERROR_SYNTAX,
      "/runs.csv:2: a seed that is no number, or a point that is out of order" },
    { "point,replicate,seed\n1,0,1\n0,0,1\n", "point,scope,metric" SUMMARY, PNYX_ERROR_SYNTAX,
      "/runs.csv:3: a seed that is no number, or a point that is out of order" },
    { "point,replicate,seed,a\n0,0,1,2\n", "point,scope,metric" SUMMARY "0\n", PNYX_ERROR_SYNTAX,
      "/summary.csv:2: a row of 1 fields (expected 12)" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Scratch) scratch = scratch_new ();
      g_autoptr (GError) error = NULL;

      if (cases[i].runs != NULL)
        g_free (scratch_write (scratch, "runs.csv", cases[i].runs));
      if (cases[i].summary != NULL)
        g_free (scratch_write (scratch, "summary.csv", cases[i].summary));
      g_assert_null (pnyx_cells_read (scratch, &error));
      g_assert_error (error, PNYX_ERROR, (gint)cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, scratch));
      g_assert_true (g_str_has_suffix (error->message, cases[i].end));
    }
}

/* @n rows of @metrics empty values below a header. */
static void
write_runs (const Scratch *scratch, guint metrics, guint n)
{
  g_autofree gchar *commas = g_strnfill (metrics, ',');
  g_autofree gchar *row = g_strdup_printf ("0,0,1%s\n", commas);
  GString *text = g_string_sized_new ((n + 1) * strlen (row) + 32);

  g_string_printf (text, "point,replicate,seed%s\n", commas);
  for (guint i = 0; i < n; i++)
    g_string_append (text, row);
  g_free (scratch_write (scratch, "runs.csv", text->str));
  g_string_free (text, TRUE);
}

static void
test_runs_and_values_have_limits (void)
{
  static const struct
  {
    guint metrics, most;
  } cases[] = { { 0, PNYX_CELLS_RUNS_MAX }, { 1 << 19, PNYX_CELLS_VALUES_MAX / (1 << 19) } };
  g_autoptr (Scratch) scratch = scratch_new ();

  g_free (scratch_write (scratch, "summary.csv", "point,scope,metric" SUMMARY));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree gchar *message = g_strdup_printf (
          "%s/runs.csv:%u: too many values (expected at most 67108864, of 4194304 runs)", scratch,
          cases[i].most + 2);

      /* The message names the row that is one too many: all before it were read. */
      write_runs (scratch, cases[i].metrics, cases[i].most + 1);
      g_assert_null (pnyx_cells_read (scratch, &error));
      g_assert_error (error, PNYX_ERROR, PNYX_ERROR_RANGE);
      g_assert_cmpstr (error->message, ==, message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/cells/values-are-found-by-point-and-column",
                   test_values_are_found_by_point_and_column);
  g_test_add_func ("/results/cells/columns-are-split-at-the-scope",
                   test_columns_are_split_at_the_scope);
  g_test_add_func ("/results/cells/what-is-no-results-folder-is-said",
                   test_what_is_no_results_folder_is_said);
  g_test_add_func ("/results/cells/runs-and-values-have-limits", test_runs_and_values_have_limits);
  return g_test_run ();
}
