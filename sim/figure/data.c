/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/data.h"

#include <math.h>
#include <string.h>

#include "base/message.h"
#include "figure/excerpt.h"

/* summary.csv ends with these, whatever the axes before them are called. */
static const gchar *const summary_end[] = { "scope",    "metric",    "unit", "n",   "mean", "sd",
                                            "ci95_low", "ci95_high", "min",  "p50", "max" };

#define METRICS_MAX 100000 /* of a summary; pnyx has hundreds */
#define LABEL_MAX 36       /* characters of a curve's name */
#define KEY_INSIDE_MAX 20  /* characters */
#define KEY_LINE 4.0       /* mm */
#define N_END ((gint)G_N_ELEMENTS (summary_end))

/* A row of the summary: where it is in the file. */
typedef struct
{
  const gchar *text;
  gsize length;
} Row;

typedef struct _PnyxFigureIndex
{
  GMappedFile *file;    /* owned */
  Row header;           /* with its line end */
  GPtrArray *rows;      /* owned: for each metric an array of Row, owned */
  GPtrArray *frames;    /* owned: for each metric its rows, parsed; NULL: not yet */
  GHashTable *numbers;  /* owned: from the name of a metric to its place among the metrics, + 1 */
  GHashTable *at_point; /* owned: from a point to its row in the frame of points, + 1 */
} Index;

static void
frame_free (gpointer frame)
{
  pnyx_frame_free (frame);
}

static void
index_free (Index *index)
{
  if (index == NULL)
    return;
  g_ptr_array_unref (index->rows);
  g_ptr_array_unref (index->frames);
  g_hash_table_unref (index->numbers);
  g_hash_table_unref (index->at_point);
  if (index->file != NULL)
    g_mapped_file_unref (index->file);
  g_free (index);
}

static gboolean
find_columns (PnyxFigureData *data, const PnyxFrame *header, GError **error)
{
  gint first = (gint)pnyx_frame_n_columns (header) - N_END;
  gboolean good = first >= 1 && g_str_equal (pnyx_frame_column_name (header, 0), "point");

  for (gint i = 0; good && i < N_END; i++)
    good = g_str_equal (pnyx_frame_column_name (header, (gsize)(first + i)), summary_end[i]);
  if (!good)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s/summary.csv:1: does not have the columns of a summary", data->folder);
      return FALSE;
    }
  data->point = 0;
  data->scope = first;
  data->metric = first + 1;
  data->unit = first + 2;
  data->mean = first + 4;
  data->ci95_low = first + 6;
  data->ci95_high = first + 7;
  return TRUE;
}

static gboolean
index_row (PnyxFigureData *data, const PnyxWalk *walk, GError **error)
{
  Index *index = data->index;
  const PnyxField *field = &g_array_index (walk->fields, PnyxField, data->metric);
  GString *name = g_string_new (NULL);
  g_autofree gchar *metric = NULL;
  guint number;
  Row row = { walk->row.text, walk->row.length };

  pnyx_field_append (field, name);
  metric = g_string_free (name, FALSE);
  number = GPOINTER_TO_UINT (g_hash_table_lookup (index->numbers, metric));
  if (number == 0 && data->metrics->len == METRICS_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%s: too many metrics (expected at most %d)", walk->shown, METRICS_MAX);
      return FALSE;
    }
  if (number == 0)
    {
      g_ptr_array_add (index->rows, g_array_new (FALSE, FALSE, sizeof (Row)));
      g_ptr_array_add (index->frames, NULL);
      g_ptr_array_add (data->metrics, metric);
      number = data->metrics->len;
      g_hash_table_insert (index->numbers, g_steal_pointer (&metric), GUINT_TO_POINTER (number));
    }
  g_array_append_val (g_ptr_array_index (index->rows, number - 1), row);
  return TRUE;
}

/* Whether @field is the point of the row before it. */
static gboolean
is_same_point (const PnyxField *field, const PnyxField *before)
{
  return before->text != NULL && field->length == before->length
         && memcmp (field->text, before->text, field->length) == 0;
}

static gboolean
index_rows (PnyxFigureData *data, PnyxWalk *walk, GString *points, GError **error)
{
  gsize n_fields = walk->fields->len;
  PnyxField before = { NULL, 0 };
  GError *failure = NULL;

  while (pnyx_walk_row (walk, n_fields, &failure))
    {
      PnyxField point = g_array_index (walk->fields, PnyxField, data->point);

      if (!is_same_point (&point, &before))
        {
          if (points->str[points->len - 1] != '\n')
            g_string_append_c (points, '\n');
          g_string_append_len (points, walk->row.text, (gssize)walk->row.length);
        }
      before = point;
      if (!index_row (data, walk, &failure)
          || !pnyx_frame_has_room (points->len, walk->shown, &failure))
        break;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

static void
index_points (PnyxFigureData *data)
{
  for (gsize row = 0; row < pnyx_frame_n_rows (data->points); row++)
    {
      const gchar *point = pnyx_frame_text (data->points, row, data->point);

      if (!g_hash_table_contains (data->index->at_point, point))
        g_hash_table_insert (data->index->at_point, g_strdup (point), GUINT_TO_POINTER (row + 1));
    }
}

static gboolean
read_summary (PnyxFigureData *data, const gchar *path, GError **error)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (PnyxField));
  g_autoptr (PnyxFrame) header = NULL;
  g_autoptr (GString) points = NULL;
  PnyxWalk walk = { .shown = path, .line = 1, .fields = fields };

  data->index->file = pnyx_walk_map (path, error);
  if (data->index->file == NULL)
    return FALSE;
  walk.at = g_mapped_file_get_contents (data->index->file);
  walk.end = walk.at + g_mapped_file_get_length (data->index->file);
  if (!pnyx_walk_row (&walk, 0, error))
    return FALSE;
  data->index->header = (Row){ walk.row.text, walk.row.length };
  header = pnyx_frame_parse (walk.row.text, walk.row.length, path, error);
  if (header == NULL || !find_columns (data, header, error))
    return FALSE;
  points = g_string_new_len (walk.row.text, (gssize)walk.row.length);
  if (!index_rows (data, &walk, points, error))
    return FALSE;
  data->points = pnyx_frame_parse (points->str, points->len, path, error);
  if (data->points == NULL)
    return FALSE;
  index_points (data);
  return TRUE;
}

PnyxFigureData *
pnyx_figure_data_new (const gchar *folder, GError **error)
{
  g_autofree gchar *path = g_build_filename (folder, "summary.csv", NULL);
  g_autoptr (PnyxFigureData) data = g_new0 (PnyxFigureData, 1);

  data->folder = folder;
  data->metrics = g_ptr_array_new (); /* the names belong to the index */
  data->index = g_new0 (Index, 1);
  data->index->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  data->index->frames = g_ptr_array_new_with_free_func (frame_free);
  data->index->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  data->index->at_point = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!read_summary (data, path, error))
    return NULL;
  return g_steal_pointer (&data);
}

void
pnyx_figure_data_free (PnyxFigureData *data)
{
  if (data == NULL)
    return;
  pnyx_frame_free (data->points);
  g_ptr_array_unref (data->metrics);
  index_free (data->index);
  g_free (data);
}

static const PnyxFrame *
set_no_metric (const PnyxFigureData *data, const gchar *metric, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree gchar *clause = NULL;

  for (guint i = 0; i < data->metrics->len; i++)
    g_ptr_array_add (names, g_ptr_array_index (data->metrics, i));
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (metric, (const gchar *const *)names->pdata);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results hold no values of %s%s", metric,
               clause);
  return NULL;
}

const PnyxFrame *
pnyx_figure_data_metric (const PnyxFigureData *data, const gchar *metric, GError **error)
{
  Index *index = data->index;
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (index->numbers, metric));
  g_autoptr (GString) text = NULL;
  g_autofree gchar *shown = NULL;
  const GArray *rows;

  if (number == 0)
    return set_no_metric (data, metric, error);
  if (g_ptr_array_index (index->frames, number - 1) != NULL)
    return g_ptr_array_index (index->frames, number - 1);
  shown = g_build_filename (data->folder, "summary.csv", NULL);
  text = g_string_new_len (index->header.text, (gssize)index->header.length);
  rows = g_ptr_array_index (index->rows, number - 1);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      g_string_append_len (text, row->text, (gssize)row->length);
      if (!pnyx_frame_has_room (text->len, shown, error))
        return NULL;
    }
  g_ptr_array_index (index->frames, number - 1)
      = pnyx_frame_parse (text->str, text->len, shown, error);
  return g_ptr_array_index (index->frames, number - 1);
}

guint64
pnyx_figure_data_rows (const PnyxFigureData *data)
{
  guint64 n = 0;

  for (guint i = 0; i < data->index->rows->len; i++)
    n += ((const GArray *)g_ptr_array_index (data->index->rows, i))->len;
  return n;
}

PnyxFrame *
pnyx_figure_data_read (const PnyxFigureData *data, const gchar *kind, const gchar *metric,
                       const gdouble *points, gsize n_points, GError **error)
{
  g_autofree gchar *file = g_strdup_printf ("%s.csv", metric);
  g_autofree gchar *path = g_build_filename (data->folder, kind, file, NULL);
  g_autoptr (GHashTable) wanted
      = n_points == 0 ? NULL : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) failure = NULL;
  PnyxFrame *frame;

  for (gsize i = 0; i < n_points; i++)
    g_hash_table_add (wanted, g_strdup_printf ("%.0f", points[i]));
  frame = pnyx_excerpt_read (path, NULL, wanted, &failure);
  if (frame != NULL)
    return frame;
  if (g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_MISSING))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results hold no %s of %s", kind,
                 metric);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

PnyxEstimate
pnyx_figure_data_estimate (const PnyxFigureData *data, const PnyxCurve *curve, const gchar *metric)
{
  const PnyxFrame *frame = pnyx_figure_data_metric (data, metric, NULL);

  for (gsize row = 0; frame != NULL && row < pnyx_frame_n_rows (frame); row++)
    if (g_str_equal (pnyx_frame_text (frame, row, data->point), curve->point)
        && g_str_equal (pnyx_frame_text (frame, row, data->scope), curve->scope))
      return (PnyxEstimate){ pnyx_frame_number (frame, row, data->mean),
                             pnyx_frame_number (frame, row, data->ci95_low),
                             pnyx_frame_number (frame, row, data->ci95_high) };
  return (PnyxEstimate){ NAN, NAN, NAN };
}

gdouble
pnyx_figure_data_mean (const PnyxFigureData *data, const PnyxCurve *curve, const gchar *metric)
{
  return pnyx_figure_data_estimate (data, curve, metric).mean;
}

/* The row of the frame of points that is of the point of @curve; -1: none. */
static gssize
row_of_point (const PnyxFigureData *data, const PnyxCurve *curve)
{
  return (gssize)GPOINTER_TO_UINT (g_hash_table_lookup (data->index->at_point, curve->point)) - 1;
}

gdouble
pnyx_figure_data_axis (const PnyxFigureData *data, const PnyxCurve *curve, const gchar *name)
{
  gssize row = row_of_point (data, curve);

  for (gint column = data->point + 1; row >= 0 && column < data->scope; column++)
    if (g_str_has_suffix (pnyx_frame_column_name (data->points, (gsize)column), name))
      return pnyx_frame_number (data->points, (gsize)row, column);
  return NAN;
}

/* ---- Curves ---- */

static void
clear_curve (gpointer data)
{
  PnyxCurve *curve = data;

  g_free (curve->point);
  g_free (curve->scope);
}

gint
pnyx_figure_curve_of (const GArray *curves, const PnyxFrame *frame, gsize row)
{
  gint point = pnyx_frame_column (frame, "point"), scope = pnyx_frame_column (frame, "scope");

  for (guint i = 0; i < curves->len; i++)
    {
      const PnyxCurve *curve = &g_array_index (curves, PnyxCurve, i);

      if (g_str_equal (pnyx_frame_text (frame, row, point), curve->point)
          && g_str_equal (pnyx_frame_text (frame, row, scope), curve->scope))
        return (gint)i;
    }
  return -1;
}

static gboolean
point_is_wanted (gdouble point, const gdouble *points, gsize n_points)
{
  for (gsize i = 0; i < n_points; i++)
    if (points[i] == point)
      return TRUE;
  return n_points == 0;
}

GArray *
pnyx_figure_curves (const PnyxFrame *frame, const gchar *metric, const gdouble *points,
                    gsize n_points, GError **error)
{
  g_autoptr (GArray) curves = g_array_new (FALSE, FALSE, sizeof (PnyxCurve));
  gint point = pnyx_frame_require (frame, "point", error);
  gint scope = point < 0 ? -1 : pnyx_frame_require (frame, "scope", error);
  gint column = metric == NULL ? -1 : pnyx_frame_column (frame, "metric");

  g_array_set_clear_func (curves, clear_curve);
  if (scope < 0)
    return NULL;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      PnyxCurve curve;

      if ((metric != NULL && !g_str_equal (pnyx_frame_text (frame, row, column), metric))
          || !point_is_wanted (pnyx_frame_number (frame, row, point), points, n_points)
          || pnyx_figure_curve_of (curves, frame, row) >= 0)
        continue;
      if (curves->len == PNYX_FIGURE_CURVES_MAX)
        {
          g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "more than %d curves (expected some of the points: points=\"0, 3\")",
                       PNYX_FIGURE_CURVES_MAX);
          return NULL;
        }
      curve.point = g_strdup (pnyx_frame_text (frame, row, point));
      curve.scope = g_strdup (pnyx_frame_text (frame, row, scope));
      g_array_append_val (curves, curve);
    }
  if (curves->len > 0)
    return g_steal_pointer (&curves);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results hold no values of %s%s",
               metric == NULL ? "it" : metric, n_points > 0 ? " at these points" : "");
  return NULL;
}

/* ---- Labels ---- */

/* "adversary/@share" -> "share" */
static const gchar *
axis_short (const gchar *name)
{
  const gchar *at = strrchr (name, '@');
  const gchar *slash = strrchr (name, '/');

  return at != NULL ? at + 1 : slash != NULL ? slash + 1 : name;
}

static void
append_axis (GString *label, const PnyxFigureData *data, gsize row, gint column)
{
  gdouble number = pnyx_frame_number (data->points, row, column);
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (label, "%s%s ", label->len > 0 ? ", " : "",
                          axis_short (pnyx_frame_column_name (data->points, (gsize)column)));
  if (isnan (number))
    g_string_append (label, pnyx_frame_text (data->points, row, column));
  else
    g_string_append (label, g_ascii_formatd (text, sizeof text, "%.6g", number));
}

static gboolean
axis_differs (const PnyxFigureData *data, const GArray *curves, gsize row, gint column)
{
  for (guint k = 0; k < curves->len; k++)
    {
      gssize other = row_of_point (data, &g_array_index (curves, PnyxCurve, k));

      if (other >= 0
          && !g_str_equal (pnyx_frame_text (data->points, (gsize)other, column),
                           pnyx_frame_text (data->points, row, column)))
        return TRUE;
    }
  return FALSE;
}

gchar *
pnyx_figure_short (const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar *head = NULL;

  if (g_utf8_strlen (valid, -1) <= LABEL_MAX)
    return g_steal_pointer (&valid);
  head = g_utf8_substring (valid, 0, LABEL_MAX - 3);
  return g_strconcat (head, "...", NULL);
}

gchar *
pnyx_figure_label (const PnyxFigureData *data, const GArray *curves, guint i)
{
  const PnyxCurve *curve = &g_array_index (curves, PnyxCurve, i);
  g_autoptr (GString) label = g_string_new (NULL);
  gboolean points_differ = FALSE, scopes_differ = FALSE;
  gssize row = row_of_point (data, curve);

  for (guint k = 0; k < curves->len; k++)
    {
      const PnyxCurve *other = &g_array_index (curves, PnyxCurve, k);

      points_differ |= !g_str_equal (other->point, curve->point);
      scopes_differ |= !g_str_equal (other->scope, curve->scope);
    }
  if (points_differ && (row < 0 || data->scope == data->point + 1))
    g_string_append_printf (label, "point %s", curve->point);
  else if (points_differ)
    for (gint column = data->point + 1; column < data->scope; column++)
      if (axis_differs (data, curves, (gsize)row, column))
        append_axis (label, data, (gsize)row, column);
  if (scopes_differ)
    g_string_append_printf (label, "%s%s", label->len > 0 ? ", " : "",
                            *curve->scope ? curve->scope : "all");
  return pnyx_figure_short (label->str);
}

gdouble
pnyx_figure_key (const GPtrArray *labels, gboolean *outside)
{
  glong longest = 0;

  for (guint i = 0; i < labels->len; i++)
    longest = MAX (longest, g_utf8_strlen (g_ptr_array_index (labels, i), -1));
  *outside = longest > KEY_INSIDE_MAX || labels->len > 5;
  return *outside ? KEY_LINE * labels->len : 0;
}
