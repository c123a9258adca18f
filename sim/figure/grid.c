/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The points of a sweep as figures lay them out. @at keeps some of the points, then each has a
 * place by its values of one or two axes; what else varies between two points of one place has to
 * be fixed by @at. A zipped or random design has no such two points: all of it can be drawn over
 * any axis.
 */
#include "figure/grid.h"

#include <math.h>
#include <string.h>

#include "base/message.h"
#include "base/number.h"

#define CELLS_MAX 1000000

/* ---- Axes by name ---- */

/* "chain[@id='main']/gasper/@proposal-delay": the words behind the last sign. */
static const gchar *
short_name (const gchar *name)
{
  const gchar *at = strrchr (name, '@');
  const gchar *slash = strrchr (name, '/');

  return at != NULL ? at + 1 : slash != NULL ? slash + 1 : name;
}

/* "a, b or c" of the axes, for messages. */
static gchar *
axes_text (const PnyxFigureData *data)
{
  GString *text = g_string_new (NULL);

  for (gint i = data->point + 1; i < data->scope; i++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                            pnyx_frame_column_name (data->points, (gsize)i));
  return g_string_free (text, FALSE);
}

static gint
set_no_axis (const PnyxFigureData *data, const gchar *name, GError **error)
{
  g_autofree gchar *quoted = pnyx_message_quote (name);
  g_autofree gchar *axes = axes_text (data);
  g_autofree gchar *clause = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (gint i = data->point + 1; i < data->scope; i++)
    {
      const gchar *axis = pnyx_frame_column_name (data->points, (gsize)i);

      g_ptr_array_add (names, (gpointer)(guintptr)axis);
      g_ptr_array_add (names, (gpointer)(guintptr)short_name (axis));
    }
  g_ptr_array_add (names, NULL);
  clause = pnyx_suggest_clause (name, (const gchar *const *)names->pdata);
  if (*axes == '\0')
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_SWEEP,
                 "the results have no axis %s (they are of a single point)", quoted);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results have no axis %s%s (axes: %s)",
                 quoted, clause, axes);
  return -1;
}

gint
pnyx_figure_axis (const PnyxFigureData *data, const gchar *name, GError **error)
{
  gint found = -1;

  for (gint i = data->point + 1; i < data->scope; i++)
    if (g_str_equal (pnyx_frame_column_name (data->points, (gsize)i), name))
      return i;
  for (gint i = data->point + 1; i < data->scope; i++)
    {
      const gchar *axis = pnyx_frame_column_name (data->points, (gsize)i);

      if (!g_str_equal (short_name (axis), name) && !g_str_has_suffix (axis, name))
        continue;
      if (found >= 0)
        {
          g_autofree gchar *quoted = pnyx_message_quote (name);

          g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                       "several axes are called %s (expected more of the name: %s)", quoted, axis);
          return -1;
        }
      found = i;
    }
  return found >= 0 ? found : set_no_axis (data, name, error);
}

/* ---- Their units, from the scenario ---- */

static PnyxUnit
unit_of_param (const PnyxParam *param)
{
  switch (param->type)
    {
    case PNYX_PARAM_TIME:
      return PNYX_UNIT_TIME;
    case PNYX_PARAM_SIZE:
      return PNYX_UNIT_SIZE;
    case PNYX_PARAM_STAKE:
      return PNYX_UNIT_STAKE;
    case PNYX_PARAM_REAL:
    case PNYX_PARAM_DISTRIBUTION:
      return param->unit;
    default:
      return PNYX_UNIT_NONE;
    }
}

static const PnyxParam *
param_in (const PnyxParam *table, gsize n, const gchar *attribute)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_equal (table[i].name, attribute))
      return &table[i];
  return NULL;
}

/* The parameter @attribute of the first element, or component, called @step. */
static const PnyxParam *
find_param (const PnyxSection *section, const gchar *step, const gchar *attribute)
{
  const PnyxComponent *component = section->component;
  const PnyxParam *param = NULL;

  if (g_str_equal (section->element->name, step)
      || (component != NULL && g_str_equal (component->name, step)))
    {
      param = param_in (section->element->params, section->element->n_params, attribute);
      if (param == NULL && component != NULL)
        param = param_in (component->params, component->n_params, attribute);
    }
  for (guint i = 0; param == NULL && i < section->children->len; i++)
    param = find_param (g_ptr_array_index (section->children, i), step, attribute);
  return param;
}

/* The path of the axis that the scenario calls @name. */
static const gchar *
path_of (const PnyxSection *root, const gchar *name)
{
  const PnyxSection *sweep = root == NULL ? NULL : pnyx_section_child (root, "sweep", 0);
  const PnyxSection *axis;

  for (gsize i = 0; sweep != NULL && (axis = pnyx_section_child (sweep, "axis", i)) != NULL; i++)
    {
      const PnyxValue *own = pnyx_section_value (axis, "name");
      const PnyxValue *path = pnyx_section_value (axis, "path");

      if (own != NULL && own->text != NULL && g_str_equal (own->text, name) && path != NULL
          && path->text != NULL)
        return path->text;
    }
  return name;
}

/* The last step of @path without its predicate; NULL: it has none. */
static gchar *
last_step (const gchar *path)
{
  const gchar *at = strrchr (path, '@');
  g_autofree gchar *steps = NULL;
  gchar *slash, *bracket;

  if (at == NULL || at < path + 2)
    return NULL;
  steps = g_strndup (path, (gsize)(at - 1 - path));
  bracket = g_str_has_suffix (steps, "]") ? strrchr (steps, '[') : NULL;
  if (bracket != NULL)
    *bracket = '\0';
  slash = strrchr (steps, '/');
  return g_strdup (slash == NULL ? steps : slash + 1);
}

static PnyxUnit
unit_of_axis (const PnyxFigureData *data, const gchar *name)
{
  const gchar *path = path_of (data->root, name);
  g_autofree gchar *step = last_step (path);
  const PnyxParam *param = data->root == NULL || step == NULL
                               ? NULL
                               : find_param (data->root, step, short_name (path));

  return param == NULL ? PNYX_UNIT_NONE : unit_of_param (param);
}

gchar *
pnyx_axis_label (const gchar *name)
{
  g_autofree gchar *step = last_step (name);
  gchar *label = step == NULL ? g_strdup (name)
                 : g_str_equal (short_name (name), "kind")
                     ? g_strdup (step)
                     : g_strdup_printf ("%s %s", step, short_name (name));

  if (step != NULL)
    g_strdelimit (label, "-_", ' ');
  return label;
}

/* ---- Values ---- */

static gint
compare_numbers (gconstpointer a, gconstpointer b, gpointer user)
{
  const gchar *x = *(const gchar *const *)a, *y = *(const gchar *const *)b;
  gdouble p = NAN, q = NAN;

  (void)user;
  pnyx_number_parse (x, &p);
  pnyx_number_parse (y, &q);
  return p < q ? -1 : p > q ? 1 : strcmp (x, y);
}

static void
axis_clear (PnyxAxis *axis)
{
  g_free (axis->label);
  if (axis->texts != NULL)
    g_ptr_array_unref (axis->texts);
  if (axis->numbers != NULL)
    g_array_unref (axis->numbers);
}

static void
axis_init (PnyxAxis *axis, const PnyxFigureData *data, gint column, const GArray *rows)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const gchar *name = column < 0 ? "" : pnyx_frame_column_name (data->points, (gsize)column);
  gdouble high = 0;

  *axis = (PnyxAxis){ .column = column, .numeric = column >= 0 };
  axis->texts = g_ptr_array_new_with_free_func (g_free);
  axis->numbers = g_array_new (FALSE, FALSE, sizeof (gdouble));
  for (guint i = 0; i < rows->len; i++)
    {
      gsize row = g_array_index (rows, gsize, i);
      const gchar *text = column < 0 ? "" : pnyx_frame_text (data->points, row, column);
      gdouble number;

      if (!g_hash_table_add (seen, (gpointer)(guintptr)text))
        continue;
      axis->numeric = axis->numeric && pnyx_number_parse (text, &number);
      g_ptr_array_add (axis->texts, g_strdup (text));
    }
  if (axis->numeric)
    g_ptr_array_sort_with_data (axis->texts, compare_numbers, NULL);
  for (guint i = 0; i < axis->texts->len; i++)
    {
      gdouble number = NAN;

      if (axis->numeric)
        pnyx_number_parse (g_ptr_array_index (axis->texts, i), &number);
      g_array_append_val (axis->numbers, number);
      high = fmax (high, fabs (number));
    }
  axis->label = pnyx_axis_label (name);
  axis->unit = unit_of_axis (data, name);
  axis->scale = pnyx_scale_for (pnyx_unit_name (axis->unit), high);
  if (axis->unit == PNYX_UNIT_NONE)
    axis->scale = (PnyxScale){ 1, "" };
}

/* Which of its values each text is, + 1. */
static GHashTable *
axis_index (const PnyxAxis *axis)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < axis->texts->len; i++)
    g_hash_table_insert (index, g_ptr_array_index (axis->texts, i), GUINT_TO_POINTER (i + 1));
  return index;
}

/* The value of @axis that the point in @row has. */
static guint32
axis_at (const PnyxAxis *axis, GHashTable *index, const PnyxFigureData *data, gsize row)
{
  const gchar *text = axis->column < 0 ? "" : pnyx_frame_text (data->points, row, axis->column);

  return GPOINTER_TO_UINT (g_hash_table_lookup (index, text)) - 1;
}

gchar *
pnyx_axis_value (const PnyxAxis *axis, guint i)
{
  return axis->numeric ? pnyx_scale_value (&axis->scale, g_array_index (axis->numbers, gdouble, i))
                       : pnyx_figure_short (g_ptr_array_index (axis->texts, i));
}

gchar *
pnyx_axis_curve (const PnyxAxis *axis, guint i)
{
  g_autofree gchar *value = pnyx_axis_value (axis, i);
  g_autofree gchar *label = NULL;

  if (!axis->numeric)
    return g_steal_pointer (&value);
  label = g_strdup_printf ("%s %s", axis->label, value);
  return pnyx_figure_short (label);
}

gdouble
pnyx_axis_position (const PnyxAxis *axis, guint i)
{
  return axis->numeric ? g_array_index (axis->numbers, gdouble, i) : i;
}

void
pnyx_axis_put (const PnyxAxis *axis, PnyxSheet *sheet, const gchar *name, const gchar *label)
{
  g_autofree gchar *labels = g_strdup_printf ("%s_label", name);
  g_autofree gchar *scale = g_strdup_printf ("%s_scale", name);
  g_autofree gchar *values = g_strdup_printf ("%s_values", name);
  g_autofree gchar *texts = g_strdup_printf ("%s_text", name);
  g_autofree gchar *numeric = g_strdup_printf ("%s_numeric", name);
  g_autofree gchar *shown = pnyx_scale_label (&axis->scale, label != NULL ? label : axis->label);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  const PnyxScale bare = { axis->scale.factor, "" };

  for (guint i = 0; i < axis->texts->len; i++)
    g_ptr_array_add (all, axis->numeric
                              ? pnyx_scale_value (&bare, g_array_index (axis->numbers, gdouble, i))
                              : pnyx_figure_short (g_ptr_array_index (axis->texts, i)));
  pnyx_sheet_text (sheet, labels, shown);
  pnyx_sheet_number (sheet, scale, axis->scale.factor);
  pnyx_sheet_number (sheet, values, axis->texts->len);
  pnyx_sheet_texts (sheet, texts, all);
  pnyx_sheet_number (sheet, numeric, axis->numeric);
}

/* ---- Which points ---- */

/* Splits "a=1, b=f(2, 3)" at the commas outside of brackets. */
static GPtrArray *
split_at (const gchar *at)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  const gchar *begin = at;
  gint depth = 0;

  for (const gchar *p = at;; p++)
    {
      depth += *p == '(' || *p == '[' ? 1 : *p == ')' || *p == ']' ? -1 : 0;
      if (*p != '\0' && (*p != ',' || depth > 0))
        continue;
      g_ptr_array_add (parts, g_strstrip (g_strndup (begin, (gsize)(p - begin))));
      begin = p + 1;
      if (*p == '\0')
        return parts;
    }
}

static const gchar *
equals_of (const gchar *part)
{
  gint depth = 0;

  for (const gchar *p = part; *p != '\0'; p++)
    {
      depth += *p == '[' ? 1 : *p == ']' ? -1 : 0;
      if (*p == '=' && depth == 0)
        return p;
    }
  return NULL;
}

static gboolean
value_is (const gchar *text, const gchar *wanted, PnyxUnit unit)
{
  gdouble own, other;

  if (g_str_equal (text, wanted))
    return TRUE;
  return pnyx_number_parse (text, &own)
         && (pnyx_number_parse (wanted, &other)
             || (unit != PNYX_UNIT_NONE && pnyx_unit_parse_real (wanted, unit, &other, NULL)))
         && fabs (own - other) <= 1e-9 * fmax (fabs (own), fabs (other));
}

static gboolean
set_no_value (const PnyxFigureData *data, gint column, const GArray *rows, const gchar *value,
              GError **error)
{
  g_autofree gchar *quoted = pnyx_message_quote (value);
  g_autoptr (GString) known = g_string_new (NULL);
  PnyxAxis axis;

  axis_init (&axis, data, column, rows);
  for (guint i = 0; i < MIN (axis.texts->len, 8); i++)
    g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ",
                            (const gchar *)g_ptr_array_index (axis.texts, i));
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "no point has %s of the axis %s (expected %s%s)", quoted,
               pnyx_frame_column_name (data->points, (gsize)column), known->str,
               axis.texts->len > 8 ? " ..." : "");
  axis_clear (&axis);
  return FALSE;
}

/* Keeps the rows in which the axis of @part has its value. */
static gboolean
keep_rows (const PnyxFigureData *data, const gchar *part, GArray *rows, GError **error)
{
  const gchar *equals = equals_of (part);
  g_autofree gchar *name = NULL;
  g_autofree gchar *value = NULL;
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (gsize));
  PnyxUnit unit;
  gint column;

  if (equals == NULL)
    {
      g_autofree gchar *quoted = pnyx_message_quote (part);

      g_set_error (error, PNYX_ERROR, PNYX_ERROR_SYNTAX,
                   "at: %s has no \"=\" (expected at=\"AXIS=VALUE, ...\")", quoted);
      return FALSE;
    }
  name = g_strstrip (g_strndup (part, (gsize)(equals - part)));
  value = g_strstrip (g_strdup (equals + 1));
  column = pnyx_figure_axis (data, name, error);
  if (column < 0)
    return FALSE;
  unit = unit_of_axis (data, pnyx_frame_column_name (data->points, (gsize)column));
  for (guint i = 0; i < rows->len; i++)
    {
      gsize row = g_array_index (rows, gsize, i);

      if (value_is (pnyx_frame_text (data->points, row, column), value, unit))
        g_array_append_val (kept, row);
    }
  if (kept->len == 0)
    return set_no_value (data, column, rows, value, error);
  g_array_set_size (rows, 0);
  g_array_append_vals (rows, kept->data, kept->len);
  return TRUE;
}

static GArray *
select_rows (const PnyxFigureData *data, const gchar *at, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GPtrArray) parts = at == NULL ? NULL : split_at (at);

  for (gsize row = 0; row < pnyx_frame_n_rows (data->points); row++)
    g_array_append_val (rows, row);
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    if (!keep_rows (data, g_ptr_array_index (parts, i), rows, error))
      return NULL;
  return g_steal_pointer (&rows);
}

GArray *
pnyx_figure_points (const PnyxFigureData *data, const gchar *at, const gdouble *points,
                    gsize n_points, GError **error)
{
  g_autoptr (GArray) rows = select_rows (data, at, error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gdouble));

  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      gdouble point = pnyx_frame_number (data->points, g_array_index (rows, gsize, i), data->point);
      gboolean wanted = n_points == 0;

      for (gsize k = 0; k < n_points; k++)
        wanted |= points[k] == point;
      if (wanted)
        g_array_append_val (found, point);
    }
  if (found->len > 0)
    return g_steal_pointer (&found);
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING, "the results have none of these points");
  return NULL;
}

/* The first axis but @other of several values, of numbers where there is one; -1: none. */
static gint
default_axis (const PnyxFigureData *data, const GArray *rows, gint other)
{
  gint found = -1;

  for (gint column = data->point + 1; column < data->scope; column++)
    {
      PnyxAxis axis;
      gboolean several, numeric;

      axis_init (&axis, data, column, rows);
      several = axis.texts->len > 1;
      numeric = axis.numeric;
      axis_clear (&axis);
      if (column == other || !several)
        continue;
      if (numeric)
        return column;
      if (found < 0)
        found = column;
    }
  return found;
}

static gboolean
find_axes (const PnyxFigureData *data, const PnyxGridQuery *query, const GArray *rows,
           gint columns[2], GError **error)
{
  columns[1] = query->series == NULL ? -1 : pnyx_figure_axis (data, query->series, error);
  if (query->series != NULL && columns[1] < 0)
    return FALSE;
  if (query->x != NULL && (columns[0] = pnyx_figure_axis (data, query->x, error)) < 0)
    return FALSE;
  if (query->x == NULL)
    columns[0] = default_axis (data, rows, columns[1]);
  if (columns[0] < 0 && data->scope > data->point + 1 && columns[1] != data->point + 1)
    columns[0] = data->point + 1;
  if (query->two && columns[1] < 0 && columns[0] >= 0)
    columns[1] = default_axis (data, rows, columns[0]);
  if ((columns[0] >= 0 || query->any) && (columns[1] >= 0 || !query->two))
    return TRUE;
  g_set_error (error, PNYX_ERROR,
               data->scope > data->point + 1 ? PNYX_ERROR_MISSING : PNYX_ERROR_SWEEP,
               "the results have no %s to draw over (expected those of a sweep)",
               query->two ? "two axes" : "axis");
  return FALSE;
}

/* Names the axis in which two points of one cell differ. */
static gboolean
set_not_fixed (const PnyxFigureData *data, const PnyxGrid *grid, const gsize rows[2],
               const PnyxGridQuery *query, GError **error)
{
  for (gint column = data->point + 1; column < data->scope; column++)
    {
      const gchar *a = pnyx_frame_text (data->points, rows[0], column);
      const gchar *name = pnyx_frame_column_name (data->points, (gsize)column);

      if (g_str_equal (a, pnyx_frame_text (data->points, rows[1], column)))
        continue;
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "the axis %s has several values (expected at=\"%s=%s\"%s%s%s)", name,
                   short_name (name), a, query->series == NULL ? ", or series=\"" : "",
                   query->series == NULL ? short_name (name) : "",
                   query->series == NULL ? "\"" : "");
      return FALSE;
    }
  g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
               "points %s and %s have the same %s (expected one of them)",
               pnyx_frame_text (data->points, rows[0], data->point),
               pnyx_frame_text (data->points, rows[1], data->point), grid->x.label);
  return FALSE;
}

typedef struct
{
  guint32 x, series;
} Cell;

static gboolean
place_points (PnyxGrid *grid, const PnyxFigureData *data, const GArray *rows,
              const PnyxGridQuery *query, GError **error)
{
  g_autoptr (GHashTable) xs = axis_index (&grid->x);
  g_autoptr (GHashTable) curves = axis_index (&grid->series);
  gsize n_cells = (gsize)grid->x.texts->len * grid->series.texts->len;
  g_autofree gsize *taken = NULL; /* row + 1 */

  if (n_cells > CELLS_MAX)
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                   "%u values of %s times %u of %s are too many to draw (at most %d)",
                   grid->x.texts->len, grid->x.label, grid->series.texts->len, grid->series.label,
                   CELLS_MAX);
      return FALSE;
    }
  taken = g_new0 (gsize, n_cells);

  for (guint i = 0; i < rows->len; i++)
    {
      gsize row = g_array_index (rows, gsize, i);
      Cell *cell = g_new0 (Cell, 1);
      gsize at;

      *cell
          = (Cell){ axis_at (&grid->x, xs, data, row), axis_at (&grid->series, curves, data, row) };
      at = (gsize)cell->series * grid->x.texts->len + cell->x;
      g_hash_table_insert (grid->cells, g_strdup (pnyx_frame_text (data->points, row, data->point)),
                           cell);
      if (taken[at] > 0)
        return set_not_fixed (data, grid, (const gsize[2]){ taken[at] - 1, row }, query, error);
      taken[at] = row + 1;
    }
  return TRUE;
}

PnyxGrid *
pnyx_grid_new (const PnyxFigureData *data, const PnyxGridQuery *query, GError **error)
{
  g_autoptr (GArray) rows = select_rows (data, query->at, error);
  g_autoptr (PnyxGrid) grid = NULL;
  gint columns[2];

  if (rows == NULL || !find_axes (data, query, rows, columns, error))
    return NULL;
  grid = g_new0 (PnyxGrid, 1);
  grid->cells = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  axis_init (&grid->x, data, columns[0], rows);
  axis_init (&grid->series, data, columns[1], rows);
  if (!place_points (grid, data, rows, query, error))
    return NULL;
  return g_steal_pointer (&grid);
}

void
pnyx_grid_free (PnyxGrid *grid)
{
  if (grid == NULL)
    return;
  axis_clear (&grid->x);
  axis_clear (&grid->series);
  g_hash_table_unref (grid->cells);
  g_free (grid);
}

gboolean
pnyx_grid_find (const PnyxGrid *grid, const gchar *point, guint *x, guint *series)
{
  const Cell *cell = g_hash_table_lookup (grid->cells, point);

  if (cell == NULL)
    return FALSE;
  *x = cell->x;
  *series = cell->series;
  return TRUE;
}

gchar *
pnyx_grid_caption (const PnyxGrid *grid, const gchar *metric, const gchar *statistic,
                   const gchar *at)
{
  GString *caption = g_string_new (metric);

  if (grid->x.column >= 0)
    g_string_append_printf (caption, " over %s", grid->x.label);
  if (grid->series.column >= 0)
    g_string_append_printf (caption, " and %s", grid->series.label);
  if (at != NULL)
    g_string_append_printf (caption, ", at %s", at);
  g_string_append_printf (caption, ": %s.", statistic);
  return g_string_free (caption, FALSE);
}

/* ---- Metrics ---- */

const gchar *
pnyx_figure_scope (const PnyxFigureData *data, const gchar *metric, const gchar *asked,
                   GError **error)
{
  const PnyxFrame *frame = pnyx_figure_data_metric (data, metric, error);
  const gchar *only = NULL, *other = NULL;

  if (frame == NULL)
    return NULL;
  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      const gchar *scope = pnyx_frame_text (frame, row, data->scope);

      if (asked != NULL ? g_str_equal (scope, asked) : *scope == '\0')
        return scope;
      if (only == NULL)
        only = scope;
      else if (!g_str_equal (only, scope))
        other = scope;
    }
  if (asked == NULL && other == NULL)
    return only;
  if (asked == NULL)
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_RANGE,
                 "%s is of several (expected scope=\"%s\", or \"%s\" ...)", metric, only, other);
  else
    g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                 "the results hold no values of %s of the scope \"%s\" (expected \"%s\")", metric,
                 asked, only);
  return NULL;
}

const gchar *
pnyx_figure_unit (const PnyxFigureData *data, const gchar *metric)
{
  const PnyxFrame *frame = pnyx_figure_data_metric (data, metric, NULL);

  return frame == NULL ? "" : pnyx_frame_text (frame, 0, data->unit);
}
