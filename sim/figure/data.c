/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figure/data.h"

#include <math.h>
#include <string.h>

/* summary.csv ends with these, whatever the axes before them are called. */
static const gchar *const summary_end[] = { "scope",    "metric",    "unit", "n",   "mean", "sd",
                                            "ci95_low", "ci95_high", "min",  "p50", "max" };

#define LABEL_MAX 36      /* characters of a curve's name */
#define KEY_INSIDE_MAX 20 /* characters */
#define KEY_LINE 4.0      /* mm */
#define N_END ((gint)G_N_ELEMENTS (summary_end))

static gboolean
find_columns (PnyxFigureData *data, GError **error)
{
  gint first = (gint)pnyx_frame_n_columns (data->summary) - N_END;
  gboolean good = first >= 1 && g_str_equal (pnyx_frame_column_name (data->summary, 0), "point");

  for (gint i = 0; good && i < N_END; i++)
    good = g_str_equal (pnyx_frame_column_name (data->summary, (gsize)(first + i)), summary_end[i]);
  if (!good)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "%s/summary.csv:1: does not have the columns of a summary", data->folder);
      return FALSE;
    }
  data->point = 0;
  data->scope = first;
  data->metric = first + 1;
  data->mean = first + 4;
  data->ci95_low = first + 6;
  data->ci95_high = first + 7;
  return TRUE;
}

PnyxFigureData *
pnyx_figure_data_new (const gchar *folder, GError **error)
{
  g_autofree gchar *path = g_build_filename (folder, "summary.csv", NULL);
  g_autoptr (PnyxFigureData) data = g_new0 (PnyxFigureData, 1);

  data->folder = folder;
  data->summary = pnyx_frame_read (path, error);
  if (data->summary == NULL || !find_columns (data, error))
    return NULL;
  return g_steal_pointer (&data);
}

void
pnyx_figure_data_free (PnyxFigureData *data)
{
  if (data == NULL)
    return;
  pnyx_frame_free (data->summary);
  g_free (data);
}

PnyxFrame *
pnyx_figure_data_read (const PnyxFigureData *data, const gchar *kind, const gchar *metric,
                       GError **error)
{
  g_autofree gchar *file = g_strdup_printf ("%s.csv", metric);
  g_autofree gchar *path = g_build_filename (data->folder, kind, file, NULL);
  g_autoptr (GError) failure = NULL;
  PnyxFrame *frame = pnyx_frame_read (path, &failure);

  if (frame != NULL)
    return frame;
  if (g_error_matches (failure, PNYX_ERROR, PNYX_ERROR_MISSING))
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results hold no %s of %s", kind,
                 metric);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gssize
pnyx_figure_data_find (const PnyxFigureData *data, const PnyxCurve *curve, const gchar *metric)
{
  for (gsize row = 0; row < pnyx_frame_n_rows (data->summary); row++)
    if (g_str_equal (pnyx_frame_text (data->summary, row, data->metric), metric)
        && g_str_equal (pnyx_frame_text (data->summary, row, data->point), curve->point)
        && g_str_equal (pnyx_frame_text (data->summary, row, data->scope), curve->scope))
      return (gssize)row;
  return -1;
}

gdouble
pnyx_figure_data_mean (const PnyxFigureData *data, const PnyxCurve *curve, const gchar *metric)
{
  gssize row = pnyx_figure_data_find (data, curve, metric);

  return row < 0 ? NAN : pnyx_frame_number (data->summary, (gsize)row, data->mean);
}

/* The first row of the point of @curve; -1: none. */
static gssize
row_of_point (const PnyxFigureData *data, const PnyxCurve *curve)
{
  for (gsize row = 0; row < pnyx_frame_n_rows (data->summary); row++)
    if (g_str_equal (pnyx_frame_text (data->summary, row, data->point), curve->point))
      return (gssize)row;
  return -1;
}

gdouble
pnyx_figure_data_axis (const PnyxFigureData *data, const PnyxCurve *curve, const gchar *name)
{
  gssize row = row_of_point (data, curve);

  for (gint column = data->point + 1; row >= 0 && column < data->scope; column++)
    if (g_str_has_suffix (pnyx_frame_column_name (data->summary, (gsize)column), name))
      return pnyx_frame_number (data->summary, (gsize)row, column);
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
  gdouble number = pnyx_frame_number (data->summary, row, column);
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (label, "%s%s ", label->len > 0 ? ", " : "",
                          axis_short (pnyx_frame_column_name (data->summary, (gsize)column)));
  if (isnan (number))
    g_string_append (label, pnyx_frame_text (data->summary, row, column));
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
          && !g_str_equal (pnyx_frame_text (data->summary, (gsize)other, column),
                           pnyx_frame_text (data->summary, row, column)))
        return TRUE;
    }
  return FALSE;
}

/* As much as fits into a column; cut between characters. */
static gchar *
shortened (const gchar *text)
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
  return shortened (label->str);
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
