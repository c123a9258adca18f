/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figure/kinds.h"
#include "figure/series.h"

typedef struct
{
  PnyxTime due;
  PnyxTime bin;
  PnyxReals points;
} Params;

static const PnyxParam params_table[] = {
  { .name = "due",
    .type = PNYX_PARAM_TIME,
    .fallback = "4 s",
    .min = "0 s",
    .offset = offsetof (Params, due),
    .meaning = "When in the slot votes are due, a dashed line.",
    .source = "consensus-specs, phase0/validator.md: a third into the slot" },
  { .name = "bin",
    .type = PNYX_PARAM_TIME,
    .fallback = "500 ms",
    .min = "1 ms",
    .offset = offsetof (Params, bin),
    .meaning = "Width of the bins that the line of means joins." },
  { .name = "points",
    .type = PNYX_PARAM_REALS,
    .fallback = "",
    .min = "0",
    .offset = offsetof (Params, points),
    .meaning = "Points of a sweep to be drawn; all where it is absent." },
};

static void
add_row (PnyxSheet *sheet, guint curve, gint mean, gdouble late, gdouble share)
{
  pnyx_table_add_integer (sheet->data, curve + 1);
  pnyx_table_add_integer (sheet->data, mean);
  pnyx_table_add_number (sheet->data, late);
  pnyx_table_add_number (sheet->data, share);
}

/* The blocks of curve @curve, by their lateness; replicates pooled. */
static GArray *
blocks_of (const PnyxFrame *frame, const GArray *curves, guint curve, const gint columns[2])
{
  GArray *blocks = g_array_new (FALSE, FALSE, sizeof (PnyxFigurePoint));

  for (gsize row = 0; row < pnyx_frame_n_rows (frame); row++)
    {
      PnyxFigurePoint point = { pnyx_frame_number (frame, row, columns[0]),
                                pnyx_frame_number (frame, row, columns[1]) };

      if (pnyx_figure_curve_of (curves, frame, row) == (gint)curve && isfinite (point.time)
          && isfinite (point.value))
        g_array_append_val (blocks, point);
    }
  pnyx_figure_series_sort (blocks);
  return blocks;
}

/* Each bin's mean stands at the mean lateness of its blocks: most are sent at once. */
static void
add_curve (PnyxSheet *sheet, guint curve, const GArray *blocks, gdouble bin)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      const PnyxFigurePoint *block = &g_array_index (blocks, PnyxFigurePoint, i);

      add_row (sheet, curve, 0, block->time, block->value);
    }
  for (guint begin = 0, end; begin < blocks->len; begin = end)
    {
      gdouble number = floor (g_array_index (blocks, PnyxFigurePoint, begin).time / bin);
      gdouble time = 0, value = 0;

      for (end = begin;
           end < blocks->len
           && floor (g_array_index (blocks, PnyxFigurePoint, end).time / bin) == number;
           end++)
        {
          time += g_array_index (blocks, PnyxFigurePoint, end).time;
          value += g_array_index (blocks, PnyxFigurePoint, end).value;
        }
      add_row (sheet, curve, 1, time / (end - begin), value / (end - begin));
    }
}

static gboolean
prepare (const PnyxFigureData *data, gconstpointer p, PnyxSheet *sheet, GError **error)
{
  static const gchar *const names[] = { "curve", "mean", "late", "share", NULL };
  const Params *params = p;
  g_autoptr (PnyxFrame) frame
      = pnyx_figure_data_read (data, "series", "attestation.head_votes", NULL, 0, error);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) curves = NULL;
  gdouble high = pnyx_time_to_seconds (params->due);
  gint columns[2];

  if (frame == NULL || (columns[0] = pnyx_frame_require (frame, "time", error)) < 0
      || (columns[1] = pnyx_frame_require (frame, "value", error)) < 0)
    return FALSE;
  curves = pnyx_figure_curves (frame, NULL, params->points.values, params->points.n, error);
  if (curves == NULL)
    return FALSE;
  pnyx_sheet_table (sheet, names);
  for (guint i = 0; i < curves->len; i++)
    {
      g_autoptr (GArray) blocks = blocks_of (frame, curves, i, columns);

      add_curve (sheet, i, blocks, pnyx_time_to_seconds (params->bin));
      if (blocks->len > 0)
        high = fmax (high, g_array_index (blocks, PnyxFigurePoint, blocks->len - 1).time);
      g_ptr_array_add (labels, pnyx_figure_label (data, curves, i));
    }
  pnyx_sheet_number (sheet, "curves", curves->len);
  pnyx_sheet_texts (sheet, "label", labels);
  pnyx_sheet_number (sheet, "height", 54 + 4 * (curves->len > 1 ? curves->len + 1 : 1));
  pnyx_sheet_number (sheet, "due", pnyx_time_to_seconds (params->due));
  pnyx_sheet_number (sheet, "x_high", high);
  return TRUE;
}

const PnyxFigureOps pnyx_figure_head_votes = {
  .component
  = { .name = "head-votes",
      .summary = "How many of the slot's votes a block gets as head, by when it is sent.",
      .source = "C. Schwarz-Schilling et al., \"Time is money: strategic timing games in "
                "proof-of-stake protocols\", AFT 2023; form of the figure: ours",
      .limits = "Canonical blocks only; all replicates pooled. A mean of few blocks is "
                "drawn as any other.",
      .params = params_table,
      .n_params = G_N_ELEMENTS (params_table),
      .params_size = sizeof (Params) },
  .prepare = prepare,
};
