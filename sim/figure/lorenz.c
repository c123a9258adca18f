/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"

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

/* The curve of the first replicate of @curve: concentration is the same in all, or nearly. */
static void
add_curve (PnyxSheet *sheet, const PnyxFrame *frame, const GArray *curves, gint curve,
           const gint columns[3])
{
  const gchar *replicate = NULL;

  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      const gchar *own = pnyx_frame_text (frame, row, columns[0]);

      if (pnyx_figure_curve_of (curves, frame, row) != curve)
        continue;
      if (replicate == NULL)
        replicate = own;
      if (!g_str_equal (replicate, own))
        return;
      pnyx_table_add_integer (sheet->data, curve + 1);
      pnyx_table_add_number (sheet->data, pnyx_frame_number (frame, row, columns[1]));
      pnyx_table_add_number (sheet->data, pnyx_frame_number (frame, row, columns[2]));
    }
}

static gchar *
label_of (const PnyxFigureData *data, const GArray *curves, guint i)
{
  g_autofree gchar *label = pnyx_figure_label (data, curves, i);
  gdouble gini = pnyx_figure_data_mean (data, &g_array_index (curves, PnyxCurve, i), "stake.gini");
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (gini))
    return g_strdup (*label ? label : "held");
  g_ascii_formatd (text, sizeof text, "%.3f", gini);
  return *label ? g_strdup_printf ("%s (Gini %s)", label, text) : g_strdup_printf ("Gini %s", text);
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const names[] = { "curve", "population", "share", NULL };
  static const gchar *const needed[] = { "replicate", "time", "value" };
  const Params *params = p;
  g_autoptr (PnyxFrame) frame = pnyx_figure_data_read (
      data, "series", "stake.lorenz", params->points.values, params->points.n, error);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) curves = NULL;
  gint columns[G_N_ELEMENTS (needed)];
  gboolean outside;

  if (frame == NULL)
    return FALSE;
  curves = pnyx_figure_curves (frame, NULL, params->points.values, params->points.n, error);
  if (curves == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    if ((columns[i] = pnyx_frame_require (frame, needed[i], error)) < 0)
      return FALSE;
  pnyx_sheet_table (sheet, names);
  for (guint i = 0; i < curves->len; i++)
    {
      add_curve (sheet, frame, curves, (gint)i, columns);
      g_ptr_array_add (labels, label_of (data, curves, i));
    }
  pnyx_sheet_number (sheet, "curves", curves->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_sheet_number (sheet, "height", 76 + pnyx_figure_key (labels, &outside));
  pnyx_sheet_number (sheet, "key_outside", outside);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_lorenz = {
  .component = { .name = "lorenz",
                 .summary = "Lorenz curve: how much of the power the poorest share of holders has.",
                 .source = "M. O. Lorenz, \"Methods of measuring the concentration of wealth\", "
                           "Publications of the ASA 9(70), 1905",
                 .limits = "Of each point the first replicate.",
                 .params = params_table,
                 .n_params = G_N_ELEMENTS (params_table),
                 .params_size = sizeof (Params) },
  .prepare = prepare,
};
