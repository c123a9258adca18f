/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "figure/kinds.h"

#define SHARE "energy.share."

static const gchar *const uses[]
    = { "idle", "consensus", "network", "inference", "training", "mining" };

#define N_USES G_N_ELEMENTS (uses)

/* Units of energy from small to large, in J. */
static const struct
{
  const gchar *name;
  gdouble joules;
} units[] = {
  { "J", 1 },       { "kJ", 1e3 },     { "Wh", 3.6e3 },   { "kWh", 3.6e6 },
  { "MWh", 3.6e9 }, { "GWh", 3.6e12 }, { "TWh", 3.6e15 },
};

typedef struct
{
  PnyxReals points;
} Params;

static const PnyxParam params_table[] = {
  { .name = "points",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, points),
    .meaning = "Points of a sweep to be drawn; all where it is absent." },
};

typedef struct
{
  gdouble total, low, high; /* J; NaN: does not exist */
  gdouble shares[N_USES];
} Bar;

static Bar
bar_of (const PnyxFigureData *data, const PnyxCurve *curve)
{
  Bar bar = { .total = pnyx_figure_data_mean (data, curve, "energy.total"),
              .low = pnyx_figure_data_mean (data, curve, "energy.total.low"),
              .high = pnyx_figure_data_mean (data, curve, "energy.total.high") };

  for (gsize i = 0; i < N_USES; i++)
    {
      g_autofree gchar *metric = g_strconcat (SHARE, uses[i], NULL);
      gdouble share = pnyx_figure_data_mean (data, curve, metric);

      bar.shares[i] = isfinite (share) ? share : 0;
    }
  return bar;
}

/* The largest unit in which the longest bar is at least 1. */
static gsize
unit_for (gdouble joules)
{
  gsize unit = 0;

  while (unit + 1 < G_N_ELEMENTS (units) && joules >= units[unit + 1].joules)
    unit++;
  return unit;
}

static void
add_row (PnyxSheet *sheet, guint bar, guint use, gdouble begin, gdouble end)
{
  pnyx_table_add_integer (sheet->data, bar);
  pnyx_table_add_integer (sheet->data, use);
  pnyx_table_add_number (sheet->data, begin);
  pnyx_table_add_number (sheet->data, end);
}

/* Use 0 is the range of the total. */
static void
add_bar (PnyxSheet *sheet, guint i, const Bar *bar, gdouble joules)
{
  gdouble end = 0, total = bar->total / joules;

  for (gsize use = 0; use < N_USES; use++)
    if (bar->shares[use] > 0)
      {
        add_row (sheet, i + 1, (guint)use + 1, end * total, (end + bar->shares[use]) * total);
        end += bar->shares[use];
      }
  add_row (sheet, i + 1, 0, bar->low / joules, bar->high / joules);
}

/* "idle 97.2 %"; what is hardly there is not written with an exponent. */
static gchar *
use_label (gsize use, gdouble share)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (share > 0 && share < 1e-4)
    return g_strdup_printf ("%s < 0.01 %%", uses[use]);
  g_ascii_formatd (text, sizeof text, share < 0.1 ? "%.2f" : "%.1f", 100 * share);
  return g_strdup_printf ("%s %s %%", uses[use], text);
}

/* Which uses there are, and what the key says of them: with one bar also how much. Returns: the
 * rows of the key, of two entries each. */
static guint
add_uses (PnyxSheet *sheet, const Bar *bars, guint n)
{
  guint n_entries = 1; /* the range of the total */
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  for (gsize use = 0; use < N_USES; use++)
    {
      g_autofree gchar *variable = g_strdup_printf ("has_%s", uses[use]);
      gboolean has = FALSE;

      for (guint i = 0; i < n; i++)
        has |= bars[i].shares[use] > 0;
      pnyx_sheet_number (sheet, variable, has);
      n_entries += has ? 1 : 0;
      g_ptr_array_add (labels, n > 1 ? g_strdup (uses[use]) : use_label (use, bars[0].shares[use]));
    }
  pnyx_sheet_texts (sheet, "use", labels);
  return (n_entries + 1) / 2;
}

static void
add_labels (PnyxSheet *sheet, const PnyxFigureData *data, const GArray *curves)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < curves->len; i++)
    g_ptr_array_add (labels, pnyx_figure_label (data, curves, i));
  pnyx_sheet_texts (sheet, "label", labels);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const columns[] = { "bar", "use", "begin", "end", NULL };
  const Params *params = p;
  Bar bars[PNYX_FIGURE_CURVES_MAX];
  gdouble longest = 0;
  gsize unit;
  guint rows;
  const PnyxFrame *totals = pnyx_figure_data_metric (data, "energy.total", error);
  g_autoptr (GArray) curves
      = totals == NULL ? NULL
                       : pnyx_figure_curves (totals, "energy.total", params->points.values,
                                             params->points.n, error);

  if (curves == NULL)
    return FALSE;
  for (guint i = 0; i < curves->len; i++)
    {
      bars[i] = bar_of (data, &g_array_index (curves, PnyxCurve, i));
      longest = fmax (longest, fmax (bars[i].total, bars[i].high));
    }
  if (!(longest > 0))
    {
      g_set_error (error, PNYX_ERROR, PNYX_ERROR_MISSING,
                   "the results hold no values of energy.total above 0");
      return FALSE;
    }
  unit = unit_for (longest);
  pnyx_sheet_table (sheet, columns);
  for (guint i = 0; i < curves->len; i++)
    add_bar (sheet, i, &bars[i], units[unit].joules);
  rows = add_uses (sheet, bars, curves->len);
  add_labels (sheet, data, curves);
  pnyx_sheet_number (sheet, "key_rows", rows);
  pnyx_sheet_number (sheet, "bars", curves->len);
  pnyx_sheet_number (sheet, "x_high", longest / units[unit].joules);
  pnyx_sheet_text (sheet, "unit", units[unit].name);
  pnyx_sheet_number (sheet, "height",
                     (curves->len == 1 ? 25 : 14 + 9.0 * curves->len) + 4.2 * rows);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_energy_breakdown = {
  .component = { .name = "energy-breakdown",
                 .summary = "What the energy goes into, with what the total is at least and most.",
                 .source = "energy profile of the scenario; form of the figure: ours",
                 .limits = "Shares are those of the middle case; the whiskers are the low and the "
                           "high case of the same runs, not an interval over replicates.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .drawn_by_default = TRUE,
  .prepare = prepare,
};
