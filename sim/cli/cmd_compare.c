/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare: the metrics of several results side by side. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/message.h"
#include "cli/cli.h"
#include "cli/summary.h"
#include "results/compare.h"

#define POINT ":point="

/* `FOLDER` or `FOLDER:point=N`; the folder's name ends where the last `:point=` begins. */
static gboolean
parse_side (const gchar *text, PnyxSide *side, gchar **folder)
{
  const gchar *suffix = g_strrstr (text, POINT);
  guint64 point = 0;

  *folder = suffix ? g_strndup (text, (gsize)(suffix - text)) : g_strdup (text);
  if (suffix != NULL
      && !g_ascii_string_to_unsigned (suffix + strlen (POINT), 10, 0, G_MAXUINT32, &point, NULL))
    {
      cli_error ("compare: \"%s\" is no point (expected DIR" POINT "N, N from 0)", text);
      return FALSE;
    }
  *side = (PnyxSide){ *folder, suffix != NULL ? (gint64)point : -1 };
  return TRUE;
}

/* ---- The table for people ---- */

/* Cells of text, row by row; a column is as wide as its widest cell. */
typedef struct
{
  guint n_columns;
  GPtrArray *cells; /* owned */
} Grid;

static void
grid_add (Grid *grid, gchar *text) /* takes @text */
{
  g_ptr_array_add (grid->cells, pnyx_message_clean (text));
}

static void
grid_print (const Grid *grid)
{
  g_autofree glong *widths = g_new0 (glong, grid->n_columns);
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < grid->cells->len; i++)
    widths[i % grid->n_columns]
        = MAX (widths[i % grid->n_columns], g_utf8_strlen (g_ptr_array_index (grid->cells, i), -1));
  for (guint i = 0; i < grid->cells->len; i++)
    {
      const gchar *text = g_ptr_array_index (grid->cells, i);
      glong pad = widths[i % grid->n_columns] - g_utf8_strlen (text, -1) + 2;

      g_string_append_printf (line, "%s%*s", text, (int)pad, "");
      if ((i + 1) % grid->n_columns != 0)
        continue;
      printf ("%s\n", g_strchomp (line->str));
      g_string_truncate (line, 0);
    }
}

static gchar *
format_mean (const PnyxComparedValue *value, const gchar *unit)
{
  gdouble half = (value->ci95.high - value->ci95.low) / 2;
  g_autofree gchar *mean = NULL;
  g_autofree gchar *bound = NULL;

  if (isnan (value->mean))
    return g_strdup ("-");
  mean = cli_format_quantity (value->mean, unit);
  if (isnan (half))
    return g_steal_pointer (&mean);
  bound = cli_format_quantity (half, unit);
  return g_strdup_printf ("%s ± %s", mean, bound);
}

static gchar *
format_difference (const PnyxComparedValue *value, const gchar *unit)
{
  const PnyxDifference *of = &value->difference;
  g_autofree gchar *mean = NULL;
  g_autofree gchar *low = NULL;
  g_autofree gchar *high = NULL;

  if (isnan (of->mean))
    return g_strdup ("-");
  mean = cli_format_quantity (of->mean, unit);
  if (isnan (of->interval.low))
    return g_steal_pointer (&mean);
  low = cli_format_quantity (of->interval.low, unit);
  high = cli_format_quantity (of->interval.high, unit);
  return g_strdup_printf ("%s [%s, %s]", mean, low, high);
}

static void
add_head (Grid *grid, const PnyxComparison *comparison)
{
  if (!comparison->single)
    grid_add (grid, g_strdup ("point"));
  grid_add (grid, g_strdup ("metric"));
  for (guint k = 0; k < comparison->n_sides; k++)
    grid_add (grid, g_strdup_printf ("%c", 'A' + k));
  for (guint k = 1; k < comparison->n_sides; k++)
    {
      grid_add (grid, g_strdup_printf ("%c - A", 'A' + k));
      grid_add (grid, g_strdup (""));
      grid_add (grid, g_strdup ("how"));
    }
}

static void
add_row (Grid *grid, const PnyxComparison *comparison, const PnyxComparedMetric *row)
{
  if (!comparison->single)
    grid_add (grid, g_strdup_printf ("%u", row->point));
  grid_add (grid, g_strconcat (row->scope, *row->scope ? ":" : "", row->metric, NULL));
  for (guint k = 0; k < comparison->n_sides; k++)
    grid_add (grid, format_mean (&row->sides[k], row->unit));
  for (guint k = 1; k < comparison->n_sides; k++)
    {
      grid_add (grid, format_difference (&row->sides[k], row->unit));
      grid_add (grid, g_strdup (row->sides[k].significant ? "*" : ""));
      grid_add (grid, g_strdup (pnyx_pairing_name (row->sides[k].pairing)));
    }
}

static void
print_comparison (const PnyxComparison *comparison, char **names)
{
  Grid grid = { .n_columns = 1 + comparison->n_sides + 3 * (comparison->n_sides - 1)
                             + (comparison->single ? 0 : 1),
                .cells = g_ptr_array_new_with_free_func (g_free) };

  for (guint k = 0; k < comparison->n_sides; k++)
    printf ("%c  %s\n", 'A' + k, names[k]);
  printf ("\n");
  add_head (&grid, comparison);
  for (guint i = 0; i < comparison->rows->len; i++)
    add_row (&grid, comparison, &g_array_index (comparison->rows, PnyxComparedMetric, i));
  grid_print (&grid);
  g_ptr_array_unref (grid.cells);
  printf (
      "\nmean ± half of its 95 %% interval; differences with theirs, * where it excludes 0;\n"
      "paired: replicate by replicate, as both drew the same random numbers; welch: unpaired\n");
}

static int
compare (char **names, guint n, const gchar *const *metrics, gboolean all, const gchar *form)
{
  g_autofree PnyxSide *sides = g_new0 (PnyxSide, n);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PnyxComparison) comparison = NULL;
  GError *error = NULL;

  for (guint k = 0; k < n; k++)
    {
      gchar *folder;
      gboolean good = parse_side (names[k], &sides[k], &folder);

      g_ptr_array_add (folders, folder);
      if (!good)
        return CLI_USAGE;
    }
  comparison = pnyx_compare (sides, n, metrics, all, &error);
  if (comparison == NULL)
    return cli_fail (error);
  if (form == NULL)
    print_comparison (comparison, names);
  else
    {
      g_autoptr (PnyxTable) table = pnyx_comparison_table (comparison);

      cli_print_table (table, g_str_equal (form, "json"));
    }
  return CLI_DONE;
}

int
cli_compare (int argc, char **argv)
{
  g_auto (GStrv) metrics = NULL;
  gboolean all = FALSE, csv = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "metric", 0, 0, G_OPTION_ARG_STRING_ARRAY, &metrics,
      "Only this metric, or what a regular expression finds", "NAME" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, "Also what does not exist on each side", NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, "Print CSV: a row for each metric and side", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print the same as JSON", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  };
  int status;

  if (!cli_parse (entries, cli_command ("compare"), 2, 26, &argc, &argv, &status))
    return status;
  if (csv && json)
    {
      cli_error ("compare: --csv and --json at once (expected one of them)");
      return CLI_USAGE;
    }
  return compare (argv + 1, (guint)argc - 1, (const gchar *const *)metrics, all,
                  csv    ? "csv"
                  : json ? "json"
                         : NULL);
}
