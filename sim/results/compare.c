/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results side by side: read all folders, match their points, choose metrics, then a row for each
 * pair of point and metric.
 */
#include "results/compare.h"

#include <math.h>

#include "base/message.h"
#include "results/cells.h"

#define CONFIDENCE 0.95

typedef struct
{
  PnyxCells *cells;           /* owned */
  const PnyxCellPoint *fixed; /* borrowed: the one point; NULL: all */
} Side;

typedef struct
{
  Side *sides; /* owned */
  guint n_sides;
  guint n_steps;      /* points that are gone through */
  GPtrArray *columns; /* owned: names of those wanted, borrowed from the sides */
  gint *at;           /* owned: where a column is on a side, by column, then side; -1: not there */
} Work;

static void
work_clear (Work *work)
{
  for (guint i = 0; i < work->n_sides; i++)
    pnyx_cells_free (work->sides[i].cells);
  g_free (work->sides);
  g_free (work->at);
  if (work->columns != NULL)
    g_ptr_array_unref (work->columns);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

const gchar *
pnyx_pairing_name (PnyxPairing pairing)
{
  static const gchar *const names[] = { "", "paired", "welch" };

  PNYX_REQUIRE ((gsize)pairing < G_N_ELEMENTS (names));
  return names[pairing];
}

/* ---- Points ---- */

static const PnyxCellPoint *
nth_point (const Side *side, guint step)
{
  return side->fixed ? side->fixed : &g_array_index (side->cells->points, PnyxCellPoint, step);
}

static gboolean
open_side (Side *side, const PnyxSide *asked, GError **error)
{
  const GArray *points;

  side->cells = pnyx_cells_read (asked->folder, error);
  if (side->cells == NULL)
    return FALSE;
  points = side->cells->points;
  if (asked->point < 0)
    {
      side->fixed = points->len == 1 ? &g_array_index (points, PnyxCellPoint, 0) : NULL;
      return TRUE;
    }
  side->fixed
      = asked->point <= G_MAXUINT32 ? pnyx_cells_point (side->cells, (guint)asked->point) : NULL;
  if (side->fixed == NULL)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                 "%s: has no point %" G_GINT64_FORMAT " (its points are %u to %u)", asked->folder,
                 asked->point, g_array_index (points, PnyxCellPoint, 0).point,
                 g_array_index (points, PnyxCellPoint, points->len - 1).point);
  return side->fixed != NULL;
}

static gboolean
same_points (const PnyxCells *a, const PnyxCells *b)
{
  if (a->points->len != b->points->len || !g_str_equal (a->axes, b->axes))
    return FALSE;
  for (guint i = 0; i < a->points->len; i++)
    {
      const PnyxCellPoint *one = &g_array_index (a->points, PnyxCellPoint, i);
      const PnyxCellPoint *other = &g_array_index (b->points, PnyxCellPoint, i);

      if (one->point != other->point || !g_str_equal (one->place, other->place))
        return FALSE;
    }
  return TRUE;
}

static gboolean
match_points (Work *work, GError **error)
{
  const PnyxCells *several = NULL;

  work->n_steps = 1;
  for (guint i = 0; i < work->n_sides; i++)
    {
      const PnyxCells *cells = work->sides[i].cells;

      if (work->sides[i].fixed != NULL)
        continue;
      if (several != NULL && !same_points (several, cells))
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_CONFLICT,
                       "%s and %s have different points (expected the same values of the same "
                       "axes, or one point of each, such as %s:point=0)",
                       several->folder, cells->folder, several->folder);
          return FALSE;
        }
      several = cells;
      work->n_steps = cells->points->len;
    }
  return TRUE;
}

/* ---- Metrics ---- */

static gboolean
contains (const GPtrArray *names, const gchar *name)
{
  for (guint i = 0; i < names->len; i++)
    if (g_str_equal (g_ptr_array_index (names, i), name))
      return TRUE;
  return FALSE;
}

/* Every column of every side, once. */
static GPtrArray *
all_columns (const Work *work)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < work->n_sides; i++)
    {
      const GPtrArray *of_side = work->sides[i].cells->names;

      for (guint k = 0; k < of_side->len; k++)
        if (!contains (names, g_ptr_array_index (of_side, k)))
          g_ptr_array_add (names, g_ptr_array_index (of_side, k));
    }
  return names;
}

static gboolean
is_name (const gchar *column, const gchar *name)
{
  return g_str_equal (column, name) || g_str_equal (pnyx_metric_of (column), name);
}

static gboolean
set_unknown (const GPtrArray *columns, const gchar *pattern, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *near = NULL;

  for (guint k = 0; k < columns->len; k++)
    g_ptr_array_add (names, g_strdup (pnyx_metric_of (g_ptr_array_index (columns, k))));
  g_ptr_array_add (names, NULL);
  near = pnyx_suggest_clause (pattern, (const gchar *const *)names->pdata);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_UNKNOWN, "no metric is named or matches \"%s\"%s",
               pattern, near);
  return FALSE;
}

/* Marks in @wanted what @pattern selects: what has that name, or else what it matches. */
static gboolean
select_pattern (const GPtrArray *columns, const gchar *pattern, gboolean *wanted, GError **error)
{
  g_autoptr (GRegex) regex = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean found = FALSE;

  for (guint k = 0; k < columns->len; k++)
    if (is_name (g_ptr_array_index (columns, k), pattern))
      found = wanted[k] = TRUE;
  if (found)
    return TRUE;
  regex = g_regex_new (pattern, 0, 0, &failure);
  if (regex == NULL)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "\"%s\" is neither a metric nor a regular expression (%s)", pattern,
                   failure->message);
      return FALSE;
    }
  for (guint k = 0; k < columns->len; k++)
    if (g_regex_match (regex, g_ptr_array_index (columns, k), 0, NULL))
      found = wanted[k] = TRUE;
  return found || set_unknown (columns, pattern, error);
}

static gboolean
select_columns (Work *work, const gchar *const *metrics, GError **error)
{
  g_autoptr (GPtrArray) columns = all_columns (work);
  g_autofree gboolean *wanted = g_new0 (gboolean, columns->len + 1);

  for (guint i = 0; metrics != NULL && metrics[i] != NULL; i++)
    if (!select_pattern (columns, metrics[i], wanted, error))
      return FALSE;
  work->columns = g_ptr_array_new ();
  for (guint k = 0; k < columns->len; k++)
    if (metrics == NULL || metrics[0] == NULL || wanted[k])
      g_ptr_array_add (work->columns, g_ptr_array_index (columns, k));
  work->at = g_new (gint, work->columns->len * work->n_sides + 1);
  for (guint k = 0; k < work->columns->len; k++)
    for (guint i = 0; i < work->n_sides; i++)
      work->at[k * work->n_sides + i]
          = pnyx_cells_column (work->sides[i].cells, g_ptr_array_index (work->columns, k));
  return TRUE;
}

/* ---- Values ---- */

static gboolean
same_replicates (const PnyxCells *a, const PnyxCellPoint *pa, const PnyxCells *b,
                 const PnyxCellPoint *pb)
{
  if (pa->end - pa->begin != pb->end - pb->begin)
    return FALSE;
  for (gsize i = 0; i < pa->end - pa->begin; i++)
    {
      const PnyxRunCell *one = &g_array_index (a->cells, PnyxRunCell, pa->begin + i);
      const PnyxRunCell *other = &g_array_index (b->cells, PnyxRunCell, pb->begin + i);

      if (one->replicate != other->replicate || one->seed != other->seed)
        return FALSE;
    }
  return TRUE;
}

static void
describe (PnyxComparedValue *value, const PnyxCellPoint *point, gdouble *values)
{
  gsize n = 0, n_runs = point->end - point->begin;
  g_autofree gdouble *existing = g_new (gdouble, n_runs);

  for (gsize i = 0; i < n_runs; i++)
    if (!isnan (values[i]))
      existing[n++] = values[i];
  value->point = point->point;
  value->n = (guint)n;
  value->mean = pnyx_mean (existing, n);
  value->ci95 = pnyx_student_interval (existing, n, CONFIDENCE);
  value->difference = (PnyxDifference){ 0, NAN, { NAN, NAN } };
}

/* @first, @values: of the runs at the points of the first side and of side @k. */
static void
take_difference (const Work *work, guint step, guint k, const gdouble *first, const gdouble *values,
                 PnyxComparedValue *value)
{
  const PnyxCells *a = work->sides[0].cells, *b = work->sides[k].cells;
  const PnyxCellPoint *pa = nth_point (&work->sides[0], step);
  const PnyxCellPoint *pb = nth_point (&work->sides[k], step);
  gboolean paired = same_replicates (a, pa, b, pb);

  value->difference = paired
                          ? pnyx_paired_difference (first, values, pa->end - pa->begin, CONFIDENCE)
                          : pnyx_welch_difference (first, pa->end - pa->begin, values,
                                                   pb->end - pb->begin, CONFIDENCE);
  if (isnan (value->difference.mean))
    return;
  value->pairing = paired ? PNYX_PAIRING_PAIRED : PNYX_PAIRING_WELCH;
  value->significant = value->difference.interval.low > 0 || value->difference.interval.high < 0;
}

static PnyxComparedValue *
values_new (const Work *work, guint step, const gint *at)
{
  PnyxComparedValue *of_sides = g_new0 (PnyxComparedValue, work->n_sides);
  g_autofree gdouble *first = NULL;

  for (guint k = 0; k < work->n_sides; k++)
    {
      const PnyxCells *cells = work->sides[k].cells;
      const PnyxCellPoint *point = nth_point (&work->sides[k], step);
      gdouble *values = pnyx_cells_get (cells, point, at[k]);

      describe (&of_sides[k], point, values);
      if (k == 0)
        first = values;
      else
        {
          take_difference (work, step, k, first, values, &of_sides[k]);
          g_free (values);
        }
    }
  return of_sides;
}

static gboolean
exists_everywhere (const PnyxComparedValue *values, guint n)
{
  for (guint k = 0; k < n; k++)
    if (isnan (values[k].mean))
      return FALSE;
  return TRUE;
}

static const gchar *
keep (PnyxComparison *comparison, gchar *text)
{
  g_ptr_array_add (comparison->texts, text);
  return text;
}

static const gchar *
unit_of (const Work *work, const gint *at)
{
  guint k = 0;

  while (at[k] < 0) /* a side has it */
    k++;
  return work->sides[k].cells->units[at[k]];
}

static guint
step_point (const Work *work, guint step)
{
  for (guint k = 0; k < work->n_sides; k++)
    if (work->sides[k].fixed == NULL)
      return nth_point (&work->sides[k], step)->point;
  return nth_point (&work->sides[0], step)->point;
}

static void
add_rows (PnyxComparison *comparison, const Work *work, guint step, gboolean all)
{
  guint point = step_point (work, step);

  for (guint k = 0; k < work->columns->len; k++)
    {
      const gchar *column = g_ptr_array_index (work->columns, k);
      const gint *at = work->at + k * work->n_sides;
      PnyxComparedMetric row = { .point = point, .sides = values_new (work, step, at) };

      if (!all && !exists_everywhere (row.sides, work->n_sides))
        {
          g_free (row.sides);
          continue;
        }
      row.scope = keep (comparison, pnyx_scope_of (column));
      row.metric = keep (comparison, g_strdup (pnyx_metric_of (column)));
      row.unit = keep (comparison, g_strdup (unit_of (work, at)));
      g_array_append_val (comparison->rows, row);
    }
}

static void
row_clear (gpointer row)
{
  g_free (((PnyxComparedMetric *)row)->sides);
}

static PnyxComparison *
comparison_new (const Work *work, gboolean all)
{
  PnyxComparison *comparison = g_new0 (PnyxComparison, 1);

  comparison->n_sides = work->n_sides;
  comparison->single = work->n_steps == 1;
  comparison->folders = g_new0 (gchar *, work->n_sides + 1);
  for (guint k = 0; k < work->n_sides; k++)
    comparison->folders[k] = g_strdup (work->sides[k].cells->folder);
  comparison->rows = g_array_new (FALSE, FALSE, sizeof (PnyxComparedMetric));
  g_array_set_clear_func (comparison->rows, row_clear);
  comparison->texts = g_ptr_array_new_with_free_func (g_free);
  for (guint step = 0; step < work->n_steps; step++)
    add_rows (comparison, work, step, all);
  return comparison;
}

PnyxComparison *
pnyx_compare (const PnyxSide *sides, guint n_sides, const gchar *const *metrics, gboolean all,
              GError **error)
{
  g_auto (Work) work = { .sides = g_new0 (Side, n_sides), .n_sides = n_sides };
  g_autoptr (PnyxComparison) comparison = NULL;

  PNYX_REQUIRE (n_sides >= 2);
  for (guint k = 0; k < n_sides; k++)
    if (!open_side (&work.sides[k], &sides[k], error))
      return NULL;
  if (!match_points (&work, error) || !select_columns (&work, metrics, error))
    return NULL;
  comparison = comparison_new (&work, all);
  if (comparison->rows->len > 0)
    return g_steal_pointer (&comparison);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
               "%s and %s have no metric in common that exists (--all shows what each has)",
               sides[0].folder, sides[n_sides - 1].folder);
  return NULL;
}

void
pnyx_comparison_free (PnyxComparison *comparison)
{
  if (comparison == NULL)
    return;
  g_strfreev (comparison->folders);
  g_array_unref (comparison->rows);
  g_ptr_array_unref (comparison->texts);
  g_free (comparison);
}

/* ---- As a table ---- */

static void
add_value (PnyxTable *table, const PnyxComparedValue *value)
{
  const gdouble numbers[]
      = { value->mean,
          value->ci95.low,
          value->ci95.high,
          value->difference.mean,
          value->difference.interval.low,
          value->difference.interval.high,
          value->pairing == PNYX_PAIRING_PAIRED ? (gdouble)value->difference.n : NAN };

  pnyx_table_add_integer (table, value->point);
  pnyx_table_add_integer (table, value->n);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    pnyx_table_add_number (table, numbers[i]);
  pnyx_table_add_text (table, pnyx_pairing_name (value->pairing));
  pnyx_table_add_number (table, isnan (value->difference.interval.low) ? NAN
                                : value->significant                   ? 1
                                                                       : 0);
}

PnyxTable *
pnyx_comparison_table (const PnyxComparison *comparison)
{
  static const gchar *const columns[]
      = { "scope", "metric",   "unit",        "result",     "point",          "n",
          "mean",  "ci95_low", "ci95_high",   "difference", "difference_low", "difference_high",
          "pairs", "pairing",  "significant", NULL };
  PnyxTable *table = pnyx_table_new (columns);

  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const PnyxComparedMetric *row = &g_array_index (comparison->rows, PnyxComparedMetric, i);

      for (guint k = 0; k < comparison->n_sides; k++)
        {
          pnyx_table_add_text (table, row->scope);
          pnyx_table_add_text (table, row->metric);
          pnyx_table_add_text (table, row->unit);
          pnyx_table_add_text (table, comparison->folders[k]);
          add_value (table, &row->sides[k]);
        }
    }
  return table;
}
